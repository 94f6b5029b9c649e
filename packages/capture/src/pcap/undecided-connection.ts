// A connection on a port that says nothing of what is spoken on it: BGP or BMP, by the first octets of either side.
import type { Captured } from "../event.ts";
import { BMP_FRAMING } from "../bmp/framing.ts";
import { MessageType } from "@bgpwire/core";
import type { SegmentReader } from "../packet/segment.ts";
import type { ConnectionSink, Ending, Side } from "../tcp/connection.ts";
import type { StreamSink } from "../tcp/stream.ts";
import { BGP_FRAMING } from "./bgp-framing.ts";

/** Where stations of several makers listen; none is assigned. 1790 is that of speakers without privileges too. */
const PORTS: ReadonlySet<number> = new Set([1790, 5000, 11_019]);

/** Of a BGP message's header (RFC 4271 section 4.1). */
const TYPE = 18;

/** Whether a segment may be the first of a connection with BGP or BMP: by its ports, or as it begins with an OPEN or a message of BMP. */
export function isWorthFollowing({ sourcePort, destinationPort, buffer, start, end }: SegmentReader): boolean {
  if (PORTS.has(destinationPort) || PORTS.has(sourcePort)) return true;
  return start < end && (beginsBgp(buffer, start, end) || BMP_FRAMING.begins(buffer, start, end) === true);
}

/** One that may be of a message inside of something else is none: a session begins with an OPEN. */
function beginsBgp(buffer: Uint8Array, start: number, end: number): boolean {
  return BGP_FRAMING.begins(buffer, start, end) === true && buffer[start + TYPE] === MessageType.Open;
}

/** What came before it was known what takes it. */
interface Before {
  midway: boolean;
  gap: Captured | null;
}

/** Gives what happens to a connection to what reads BGP or BMP, once there are octets that tell. */
export class UndecidedConnection implements ConnectionSink {
  readonly streams: readonly [StreamSink, StreamSink];
  readonly #newBgp: () => ConnectionSink;
  readonly #newBmp: () => ConnectionSink;
  readonly #before: readonly [Before, Before] = [
    { midway: false, gap: null },
    { midway: false, gap: null },
  ];
  #established: { readonly side: Side; readonly captured: Captured } | null = null;
  /** Null before there are octets. */
  #reader: ConnectionSink | null = null;

  constructor(newBgp: () => ConnectionSink, newBmp: () => ConnectionSink) {
    this.#newBgp = newBgp;
    this.#newBmp = newBmp;
    this.streams = [this.#stream(0), this.#stream(1)];
  }

  established(side: Side, captured: Captured): void {
    this.#established = { side, captured: stampOf(captured) };
  }

  ended(side: Side, how: Ending, captured: Captured): void {
    this.#reader?.ended(side, how, captured);
  }

  captureEnds(captured: Captured): void {
    this.#reader?.captureEnds(captured);
  }

  #stream(side: Side): StreamSink {
    const before = this.#before[side];
    return {
      beginMidway: () => {
        if (this.#reader === null) before.midway = true;
        else this.#reader.streams[side].beginMidway();
      },
      octets: (buffer, start, end, captured) => {
        this.#reader ??= this.#decide(buffer, start, end);
        this.#reader.streams[side].octets(buffer, start, end, captured);
      },
      gap: (octets, captured) => {
        if (this.#reader === null) before.gap ??= stampOf(captured);
        else this.#reader.streams[side].gap(octets, captured);
      },
    };
  }

  #decide(buffer: Uint8Array, start: number, end: number): ConnectionSink {
    const reader = beginsBgp(buffer, start, end) ? this.#newBgp() : this.#newBmp();
    if (this.#established !== null) reader.established(this.#established.side, this.#established.captured);
    for (const side of [0, 1] as const) {
      const { midway, gap } = this.#before[side];
      if (midway) reader.streams[side].beginMidway();
      if (gap !== null) reader.streams[side].gap(null, gap);
    }
    return reader;
  }
}

function stampOf({ seconds, nanoseconds, offset }: Captured): Captured {
  return { seconds, nanoseconds, offset };
}
