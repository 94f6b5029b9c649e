// One direction of a TCP connection cut into messages of a protocol, which are found again behind what is missing.
import type { Captured } from "../event.ts";
import type { Allowance } from "../stream/allowance.ts";
import type { StreamSink } from "../tcp/stream.ts";

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** How messages of a protocol lie in a stream. */
export interface Framing {
  /** Octets that tell how long a message is. */
  readonly header: number;
  /** Octets with which `begins` always has an answer. */
  readonly window: number;
  /** Octets of the message whose header stands at `at`; null where it is no header, however wrong a message may be. */
  lengthOf(buffer: Uint8Array, at: number): number | null;
  /**
   * Whether what stands in `[at, end)`, of which nothing before it tells, can hardly be anything but the beginning of a message;
   * null where too little is there to say.
   */
  begins(buffer: Uint8Array, at: number, end: number): boolean | null;
}

/** What takes the messages. */
export interface MessageSink {
  /** A whole message, `[start, end)` of `buffer`, with its header. @param captured the packet with which it was there */
  message(buffer: Uint8Array, start: number, end: number, captured: Captured): void;
  /** Octets that are missing or are no message. @param octets null where nobody knows how many */
  gap(octets: number | null, captured: Captured): void;
}

/**
 * Takes the octets of a stream and gives its messages. Where one follows the other, whatever has a header is taken for a message,
 * so that wrong ones are seen too. Where the stream has a hole, or something is no message, the next one is looked for.
 *
 * A message that lies in one packet is given where it lies, one that does not is copied.
 *
 * Memory: one message that is not complete, as far as the allowance goes; else it is passed over.
 */
export class MessageFramer implements StreamSink {
  readonly #framing: Framing;
  readonly #allowance: Allowance;
  readonly #sink: MessageSink;
  /** The beginning of a message, or of what may be one, in memory of its own. */
  #partial = EMPTY;
  #filled = 0;
  /** It is as long as the message, and not only what tells what that is. */
  #whole = false;
  /** The next message is being looked for. */
  #searching = false;
  /** What has been passed over since the last message, and the packet where that began. */
  #gap: { octets: number | null; readonly captured: Captured } | null = null;
  /** Nothing has come yet of a stream whose beginning was not captured, so that it may begin within a message. */
  #midway = false;

  constructor(framing: Framing, allowance: Allowance, sink: MessageSink) {
    this.#framing = framing;
    this.#allowance = allowance;
    this.#sink = sink;
  }

  beginMidway(): void {
    this.#midway = true;
  }

  octets(buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    const at = this.#filled === 0 ? start : this.#fill(buffer, start, end, captured);
    this.#cut(buffer, at, end, captured);
  }

  /** Looks for the first message, as behind something that is missing. */
  search(): void {
    this.#searching = true;
  }

  gap(octets: number | null, captured: Captured): void {
    this.#dropPartial(captured);
    this.#passOver(octets, captured);
    this.#searching = true;
  }

  /** Says that nothing follows. @param captured the last packet of the stream */
  finish(captured: Captured): void {
    this.#dropPartial(captured);
    this.#tellGap();
  }

  /** Cuts messages off `[at, end)` and keeps what is left of it. */
  #cut(buffer: Uint8Array, from: number, end: number, captured: Captured): void {
    const framing = this.#framing;
    let at = from;
    while (at < end) {
      if (this.#searching) {
        const found = this.#find(buffer, at, end);
        this.#passOver(found - at, captured);
        at = found;
        if (this.#searching) {
          if (at < end) this.#keep(framing.window, false, buffer, at, end, captured);
          return;
        }
      }
      if (end - at < framing.header) {
        this.#keep(framing.header, false, buffer, at, end, captured);
        return;
      }
      const length = framing.lengthOf(buffer, at);
      if (length === null) {
        this.#searching = true;
        continue;
      }
      if (at + length > end) {
        this.#keep(length, true, buffer, at, end, captured);
        return;
      }
      this.#tell(buffer, at, at + length, captured);
      at += length;
    }
  }

  /** Where the next message begins; while there is none, where one may begin of which too little is there, or the end. */
  #find(buffer: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at += 1) {
      const begins = this.#framing.begins(buffer, at, end);
      if (begins === false) continue;
      this.#searching = begins === null;
      return at;
    }
    return end;
  }

  /** Adds to what is kept, up to the end of the message. @returns where its octets end */
  #fill(buffer: Uint8Array, start: number, end: number, captured: Captured): number {
    const partial = this.#partial;
    const added = Math.min(partial.length - this.#filled, end - start);
    partial.set(buffer.subarray(start, start + added), this.#filled);
    this.#filled += added;
    // What is looked for may be told before the window is full.
    if (this.#filled < partial.length && !this.#searching) return end;
    const kept = this.#filled;
    this.#forget();
    if (this.#whole) {
      this.#tell(partial, 0, kept, captured);
      return start + added;
    }
    // Now it shows what the message is, and the header is looked at with what follows.
    const joined = new Uint8Array(kept + end - start - added);
    joined.set(partial.subarray(0, kept));
    joined.set(buffer.subarray(start + added, end), kept);
    this.#cut(joined, 0, joined.length, captured);
    return end;
  }

  /** Keeps the beginning of something of this length. @param whole it is a message */
  #keep(length: number, whole: boolean, buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    if (!this.#allowance.take(length)) {
      this.#passOver(end - start, captured);
      this.#searching = true;
      return;
    }
    this.#partial = new Uint8Array(length);
    this.#partial.set(buffer.subarray(start, end));
    this.#filled = end - start;
    this.#whole = whole;
  }

  #dropPartial(captured: Captured): void {
    if (this.#filled === 0) return;
    this.#passOver(this.#filled, captured);
    this.#forget();
  }

  #forget(): void {
    this.#allowance.give(this.#partial.length);
    this.#partial = EMPTY;
    this.#filled = 0;
  }

  #passOver(octets: number | null, captured: Captured): void {
    if (octets === 0) return;
    const { seconds, nanoseconds, offset } = captured;
    this.#gap ??= { octets: this.#midway ? null : 0, captured: { seconds, nanoseconds, offset } };
    this.#gap.octets = this.#gap.octets === null || octets === null ? null : this.#gap.octets + octets;
  }

  #tell(buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    this.#midway = false;
    this.#tellGap();
    this.#sink.message(buffer, start, end, captured);
  }

  #tellGap(): void {
    const gap = this.#gap;
    if (gap === null) return;
    this.#gap = null;
    this.#midway = false;
    this.#sink.gap(gap.octets, gap.captured);
  }
}
