// One direction of a TCP connection cut into BGP messages (RFC 4271 section 4.1), which are found again behind what is missing.
import { HEADER_LENGTH, MAX_MESSAGE, MessageType } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import type { Captured } from "../event.ts";
import type { Allowance } from "../stream/allowance.ts";
import type { StreamSink } from "../tcp/stream.ts";

const MARKER = 16;

/** Longest message that is found: in a row of ones, a marker that begins too early has a length above it. */
const LONGEST_FOUND = 0xfeff;

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** What takes the messages. */
export interface MessageSink {
  /** A whole message, `[start, end)` of `buffer`, with its header. @param captured the packet with which it was there */
  message(buffer: Uint8Array, start: number, end: number, captured: Captured): void;
  /** Octets that are missing or are no message. @param octets null where nobody knows how many */
  gap(octets: number | null, captured: Captured): void;
}

/**
 * Takes the octets of a stream and gives its messages. Where one follows the other, whatever has a marker and a length is
 * taken for a message, so that wrong ones are seen too. Where the stream has a hole, or something is no message, the next one
 * is looked for: a marker with a header behind it that can be one.
 *
 * A message that lies in one packet is given where it lies, one that does not is copied.
 *
 * Memory: one message that is not complete, as far as the allowance goes; else it is passed over.
 */
export class MessageFramer implements StreamSink {
  readonly #allowance: Allowance;
  readonly #sink: MessageSink;
  /** The beginning of a message, or of what may be one, in memory of its own. */
  #partial = EMPTY;
  #filled = 0;
  /** The next message is being looked for. */
  #searching = false;
  /** What has been passed over since the last message, and the packet where that began. */
  #gap: { octets: number | null; readonly captured: Captured } | null = null;
  /** Nothing has come yet of a stream whose beginning was not captured, so that it may begin within a message. */
  #midway = false;

  constructor(allowance: Allowance, sink: MessageSink) {
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
    let at = from;
    while (at < end) {
      if (this.#searching) {
        const found = findHeader(buffer, at, end);
        this.#passOver(found - at, captured);
        at = found;
      }
      if (end - at < HEADER_LENGTH) {
        this.#keep(HEADER_LENGTH, buffer, at, end, captured);
        return;
      }
      this.#searching = !isHeader(buffer, at);
      if (this.#searching) continue;
      const length = u16At(buffer, at + MARKER);
      if (at + length > end) {
        this.#keep(length, buffer, at, end, captured);
        return;
      }
      this.#tell(buffer, at, at + length, captured);
      at += length;
    }
  }

  /** Adds to what is kept, up to the end of the message. @returns where its octets end */
  #fill(buffer: Uint8Array, start: number, end: number, captured: Captured): number {
    const partial = this.#partial;
    const added = Math.min(partial.length - this.#filled, end - start);
    partial.set(buffer.subarray(start, start + added), this.#filled);
    this.#filled += added;
    if (this.#filled < partial.length) return end;
    this.#forget();
    if (partial.length > HEADER_LENGTH || (isHeader(partial, 0) && u16At(partial, MARKER) === HEADER_LENGTH)) {
      this.#tell(partial, 0, partial.length, captured);
      return start + added;
    }
    // Now it shows what the message is, and the header is looked at with what follows.
    const joined = new Uint8Array(HEADER_LENGTH + end - start - added);
    joined.set(partial);
    joined.set(buffer.subarray(start + added, end), HEADER_LENGTH);
    this.#cut(joined, 0, joined.length, captured);
    return end;
  }

  /** Keeps the beginning of something of this length. */
  #keep(length: number, buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    if (!this.#allowance.take(length)) {
      this.#passOver(end - start, captured);
      this.#searching = true;
      return;
    }
    this.#partial = new Uint8Array(length);
    this.#partial.set(buffer.subarray(start, end));
    this.#filled = end - start;
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

/** Whether this is the header of some message, however wrong. */
function isHeader(buffer: Uint8Array, at: number): boolean {
  return isMarker(buffer, at) && u16At(buffer, at + MARKER) >= HEADER_LENGTH;
}

function isMarker(buffer: Uint8Array, at: number): boolean {
  for (let i = 0; i < MARKER; i += 1) if (buffer[at + i] !== 0xff) return false;
  return true;
}

/** Where the next header is; if there is none, where one may begin of which too little is there. */
function findHeader(buffer: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at + HEADER_LENGTH <= end && !(buffer[at] === 0xff && isLikelyHeader(buffer, at))) at += 1;
  return at;
}

/** Shortest message of each type (RFC 4271 sections 4.2 to 4.5, RFC 2918 section 3); the index is the type. */
const SHORTEST: readonly number[] = [Number.POSITIVE_INFINITY, 29, 23, 21, 19, 23];

/** Whether this can hardly be anything but a header: its type is one of those that are sent, and its length one of theirs. */
function isLikelyHeader(buffer: Uint8Array, at: number): boolean {
  if (!isMarker(buffer, at)) return false;
  const length = u16At(buffer, at + MARKER);
  const type = buffer[at + MARKER + 2]!;
  const shortest = SHORTEST[type] ?? Number.POSITIVE_INFINITY;
  const longest =
    type === MessageType.Keepalive ? HEADER_LENGTH : type === MessageType.Open ? MAX_MESSAGE : LONGEST_FOUND;
  return length >= shortest && length <= longest;
}
