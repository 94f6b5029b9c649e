// Lines of text out of chunks of octets.
import { decodeUtf8 } from "@bgpwire/core";
import type { Problem, RecordReader } from "./record-reader.ts";

/** A line without its end. */
export interface Line {
  readonly kind: "line";
  readonly text: string;
  /** Of its first octet from the beginning of the stream. */
  readonly offset: number;
  /** Its octets, with its end. */
  readonly length: number;
}

const NEW_LINE = 10;
const RETURN = 13;

/**
 * Reads lines that end in LF or CR LF; the last one may end without. One that is too long, or no UTF-8, is a `Problem`. Holds at
 * most one line of `longest` octets and the last chunk.
 */
export class LineReader implements RecordReader<Line> {
  readonly #longest: number;
  #chunks: Uint8Array[] = [];
  /** Of the chunk that is read, which is the first. */
  #at = 0;
  /** Chunks of a line whose end has not come, and their octets. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  /** Of the line's first octet. */
  #offset = 0;
  #ended = false;

  /** @param longest octets of a line, without its end */
  constructor(longest: number) {
    this.#longest = longest;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  end(): void {
    this.#ended = true;
  }

  next(): Line | Problem | null {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const end = chunk.indexOf(NEW_LINE, this.#at);
      this.#take(chunk.subarray(this.#at, end < 0 ? chunk.length : end));
      this.#at = end + 1;
      if (end < 0 || this.#at === chunk.length) {
        this.#chunks.shift();
        this.#at = 0;
      }
      if (end >= 0) return this.#line(1);
    }
    return this.#ended && this.#length > 0 ? this.#line(0) : null;
  }

  /** Takes octets of a line. Of one that is too long they are only counted. */
  #take(octets: Uint8Array): void {
    this.#length += octets.length;
    if (this.#length > this.#longest) this.#pieces = [];
    else this.#pieces.push(octets);
  }

  /** @param end octets that end the line */
  #line(end: number): Line | Problem {
    const offset = this.#offset;
    const length = this.#length;
    const octets = joined(this.#pieces);
    this.#offset += length + end;
    this.#length = 0;
    this.#pieces = [];
    const skipped = length + end;
    if (length > this.#longest) {
      return {
        kind: "problem",
        offset,
        reason: `a line of ${length} octets; at most ${this.#longest} are read`,
        skipped,
      };
    }
    const text = decodeUtf8(octets.at(-1) === RETURN ? octets.subarray(0, -1) : octets);
    return text === null
      ? { kind: "problem", offset, reason: "a line that is no UTF-8", skipped }
      : { kind: "line", text, offset, length: skipped };
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
