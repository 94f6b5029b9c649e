// A connection on which BMP may be spoken: what each side says of its peers, if that is what it says (RFC 7854 section 3).
import type { CaptureEvent, Captured } from "../event.ts";
import { BMP_FRAMING } from "../bmp/framing.ts";
import { decodeBmpMessage } from "../bmp/message.ts";
import type { BmpPeerMemory, BmpSessionNumbers } from "../bmp/peers.ts";
import { BmpTelling } from "../bmp/telling.ts";
import type { Allowance } from "../stream/allowance.ts";
import type { ConnectionSink, Side } from "../tcp/connection.ts";
import type { StreamSink } from "../tcp/stream.ts";
import { MessageFramer } from "./message-framer.ts";

/** What a connection needs of the reader it is of. */
export interface BmpListener {
  tell(event: CaptureEvent): void;
  /** Those of all BGP sessions of the capture. */
  readonly numbers: BmpSessionNumbers;
  /** That of all routers of the capture. */
  readonly memory: BmpPeerMemory;
}

/** Follows one connection and tells what its BMP says, with the times of its packets. Where there is none, nothing is told. */
export class BmpConnection implements ConnectionSink {
  readonly streams: readonly [StreamSink, StreamSink];
  readonly #sides: readonly [BmpStream, BmpStream];

  /** @param ends addresses, by side */
  constructor(ends: readonly [string, string], allowance: Allowance, listener: BmpListener) {
    const sideOf = (side: Side): BmpStream =>
      new BmpStream(`from ${ends[side]} to ${ends[1 - side]}`, allowance, listener);
    this.#sides = [sideOf(0), sideOf(1)];
    this.streams = [this.#sides[0].framer, this.#sides[1].framer];
  }

  established(): void {}

  ended(_side: Side, _how: unknown, captured: Captured): void {
    this.captureEnds(captured);
  }

  captureEnds(captured: Captured): void {
    for (const side of this.#sides) side.finish(captured);
  }
}

/** One direction of it. */
class BmpStream {
  readonly framer: MessageFramer;
  readonly #name: string;
  readonly #listener: BmpListener;
  /** Null before the first message, and when nothing follows. */
  #telling: BmpTelling | null = null;
  /** What came before the first message. */
  #before: { readonly octets: number | null; readonly captured: Captured } | null = null;

  constructor(name: string, allowance: Allowance, listener: BmpListener) {
    this.#name = name;
    this.#listener = listener;
    this.framer = new MessageFramer(BMP_FRAMING, allowance, {
      message: (buffer, start, end, captured) => this.#message(buffer, start, end, captured),
      gap: (octets, captured) => this.#gap(octets, captured),
    });
    this.framer.search();
  }

  finish(captured: Captured): void {
    this.framer.finish(captured);
    this.#telling = null;
  }

  #message(buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    this.#telling ??= this.#begin();
    const { seconds, nanoseconds, offset } = captured;
    const length = end - start;
    const message = decodeBmpMessage({ buffer, start, end });
    if (message === null) {
      const reason = `what is in a message of type ${buffer[start + 5]} of BMP ${this.#name} does not fit its lengths`;
      this.#problem(reason, length, captured);
      return;
    }
    const time = { seconds, nanoseconds };
    for (const event of this.#telling.eventsOf(message, { offset, length, end: null, time }))
      this.#listener.tell(event);
  }

  #begin(): BmpTelling {
    const before = this.#before;
    this.#before = null;
    if (before !== null) this.#missing(before.octets, before.captured);
    const { numbers, memory } = this.#listener;
    return new BmpTelling(numbers, memory);
  }

  #gap(octets: number | null, captured: Captured): void {
    if (this.#telling === null) this.#before = { octets, captured };
    else this.#missing(octets, captured);
  }

  #missing(octets: number | null, captured: Captured): void {
    const what = octets === null ? "octets" : `${octets} octets`;
    this.#problem(`${what} of BMP ${this.#name} are missing, or no message`, octets ?? 0, captured);
  }

  #problem(reason: string, skipped: number, { offset }: Captured): void {
    this.#listener.tell({ kind: "problem", offset, reason, skipped });
  }
}
