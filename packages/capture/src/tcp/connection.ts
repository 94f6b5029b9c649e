// One TCP connection (RFC 9293): both directions of it, how it begins and how it ends.
import type { Captured } from "../event.ts";
import { TcpFlag, type SegmentReader } from "../packet/segment.ts";
import type { Allowance } from "../stream/allowance.ts";
import { TcpStream, type StreamSink } from "./stream.ts";

/** An end of a connection: 0 is the one whose segment was captured first. */
export type Side = 0 | 1;

/** How a connection ended. */
export type Ending = "closed" | "reset" | "replaced" | "forgotten";

/** What takes what happens to a connection. */
export interface ConnectionSink {
  /** What takes the octets that each side sends. */
  readonly streams: readonly [StreamSink, StreamSink];
  /** Both ends have agreed to it, or octets show that they had. @param side that dialled, or whose octets came first */
  established(side: Side, captured: Captured): void;
  /** It is over, and all octets have been given. @param side that ended it first, as far as one of them did */
  ended(side: Side, how: Ending, captured: Captured): void;
  /** It goes on, but the capture does not. @param captured its last packet */
  captureEnds(captured: Captured): void;
}

/** Follows one connection from segment to segment. */
export class TcpConnection {
  /** Its last packet. */
  readonly last = { seconds: 0, nanoseconds: 0, offset: 0 };
  ended = false;
  readonly #sink: ConnectionSink;
  readonly #streams: readonly [TcpStream, TcpStream];
  #established = false;
  /** Who sent all up to a FIN first, and the packet with which that was so. */
  #closing: { readonly side: Side; readonly captured: Captured } | null = null;

  constructor(allowance: Allowance, sink: ConnectionSink) {
    this.#sink = sink;
    this.#streams = [new TcpStream(allowance, sink.streams[0]), new TcpStream(allowance, sink.streams[1])];
  }

  /** Takes a segment that `side` sent. @returns false where it is the first of another connection between the same ports */
  take(side: Side, segment: SegmentReader, captured: Captured): boolean {
    const stream = this.#streams[side];
    const { flags, sequence, length } = segment;
    const synchronises = (flags & TcpFlag.Syn) !== 0;
    this.last.seconds = captured.seconds;
    this.last.nanoseconds = captured.nanoseconds;
    this.last.offset = captured.offset;
    if (this.ended) return synchronises ? stream.initial === sequence : length === 0 || stream.accepts(sequence);
    if ((flags & TcpFlag.Rst) !== 0) {
      if (stream.accepts(sequence)) this.end(side, "reset", captured);
      return true;
    }
    if (synchronises && !stream.synchronise(sequence, length)) return false;
    if ((flags & TcpFlag.Ack) !== 0) this.#streams[1 - side]!.acknowledge(segment.acknowledgment);
    if (!this.#established) this.#checkEstablished(side, segment, captured);

    const first = synchronises ? (sequence + 1) >>> 0 : sequence;
    if (length > 0) stream.add(first, length, segment.buffer, segment.start, segment.end, captured);
    if ((flags & TcpFlag.Fin) !== 0) stream.end((first + length) >>> 0, captured);
    this.#checkClosed(captured);
    return true;
  }

  #checkEstablished(side: Side, { flags, length }: SegmentReader, captured: Captured): void {
    const both = TcpFlag.Syn | TcpFlag.Ack;
    const answers = (flags & both) === both;
    if (!answers && length === 0) return;
    this.#established = true;
    this.#sink.established(answers ? otherSide(side) : side, captured);
  }

  #checkClosed(captured: Captured): void {
    const [one, two] = this.#streams;
    if (!one.finished && !two.finished) return;
    if (this.#closing === null) {
      const { seconds, nanoseconds, offset } = captured;
      this.#closing = { side: one.finished ? 0 : 1, captured: { seconds, nanoseconds, offset } };
    }
    if (one.finished && two.finished) this.end(this.#closing.side, "closed", captured);
  }

  /** Ends it, once: what is missing will not come any more. */
  end(side: Side, how: Ending, captured: Captured): void {
    if (this.ended) return;
    this.ended = true;
    for (const stream of this.#streams) stream.flush();
    if (this.#established) this.#sink.ended(side, how, captured);
  }

  /** Says that nothing follows. One that is half closed is taken for closed. */
  finish(): void {
    if (this.#closing !== null) this.end(this.#closing.side, "closed", this.#closing.captured);
    if (this.ended) return;
    for (const stream of this.#streams) stream.flush();
    this.#sink.captureEnds(this.last);
  }
}

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}
