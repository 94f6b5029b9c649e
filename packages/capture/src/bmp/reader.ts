// A stream of BMP cut into messages.
import type { Slice } from "@bgpwire/core";
import { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import { BMP_HEADER_LENGTH, decodeBmpMessage, shortestMessage, type BmpMessage } from "./message.ts";

/**
 * Longest message that is read, in octets: 1 MiB. The longest that there is reason for has a BGP message of 65535 octets and a
 * TLV or two for each of its routes.
 */
export const MAX_BMP_MESSAGE: number = 0x10_0000;

/**
 * Reads messages of BMP of versions 3 and 4, unknown types among them.
 *
 * Where there is no message, or one that cannot be, it looks for the next place at which two follow each other: captures begin
 * and go on in the middle. Memory: what was pushed and not yet read; of what does not come to an end at most `MAX_BMP_MESSAGE`.
 *
 * @example
 * const reader = new BmpReader();
 * reader.push(chunk);
 * for (let message = reader.next(); message !== null; message = reader.next()) take(message);
 */
export class BmpReader implements RecordReader<BmpMessage> {
  /** Where the message or the problem that `next` gave last begins, in octets from the beginning of the stream. */
  offset = 0;
  /** Octets of what `next` gave last. */
  length = 0;
  /** Why octets are passed over at the moment, before the `Problem` can say how many; null while messages follow each other. */
  lost: string | null = null;
  readonly #queue = new ByteQueue();

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  end(): void {
    this.#queue.end();
  }

  next(): BmpMessage | Problem | null {
    const queue = this.#queue;
    if (this.lost === null) {
      this.offset = queue.offset;
      if (!queue.require(BMP_HEADER_LENGTH)) return this.#torn("a header");
      this.lost = wrongBmpHeader(queue.buffer, queue.at);
    }
    if (this.lost !== null) return this.#search(this.lost);
    const length = lengthAt(queue.buffer, queue.at);
    if (!queue.require(length)) return this.#torn(`a message of ${length} octets`);
    const slice: Slice = { buffer: queue.buffer, start: queue.at, end: queue.at + length };
    const message = decodeBmpMessage(slice);
    queue.skip(length);
    this.length = length;
    if (message !== null) return message;
    return this.#problem(`what is in a message of type ${slice.buffer[slice.start + 5]} does not fit its lengths`);
  }

  /** What is left when no more comes. */
  #torn(what: string): Problem | null {
    const { ended, available } = this.#queue;
    if (!ended || available === 0) return null;
    this.#queue.skip(available);
    this.length = available;
    return this.#problem(`the stream ends within ${what}`);
  }

  #problem(reason: string): Problem {
    return { kind: "problem", offset: this.offset, reason, skipped: this.length };
  }

  /** Passes over octets up to where a message begins behind which another does, or the stream ends. */
  #search(reason: string): Problem | null {
    const queue = this.#queue;
    for (;;) {
      if (!queue.require(BMP_HEADER_LENGTH)) {
        if (!queue.ended) return null;
        queue.skip(queue.available);
        break;
      }
      if (queue.offset > this.offset && wrongBmpHeader(queue.buffer, queue.at) === null) {
        const follows = this.#follows(lengthAt(queue.buffer, queue.at));
        if (follows === null) return null;
        if (follows) break;
      }
      queue.skip(1);
    }
    this.lost = null;
    this.length = queue.offset - this.offset;
    return this.#problem(reason);
  }

  /** Whether behind a message of a length another begins, or the stream ends; null where that has not come yet. */
  #follows(length: number): boolean | null {
    const queue = this.#queue;
    if (queue.available === length) return queue.ended ? true : null;
    if (queue.require(length + BMP_HEADER_LENGTH)) return wrongBmpHeader(queue.buffer, queue.at + length) === null;
    return queue.ended ? false : null;
  }
}

/** What is wrong with a common header; null where nothing is. */
export function wrongBmpHeader(buffer: Uint8Array, at: number): string | null {
  const version = buffer[at]!;
  const type = buffer[at + 5]!;
  if (version !== 3 && version !== 4) return `version ${version}`;
  const length = lengthAt(buffer, at);
  if (length < shortestMessage(type) || length > MAX_BMP_MESSAGE) return `a message of ${length} octets`;
  return null;
}

function lengthAt(buffer: Uint8Array, at: number): number {
  return ((buffer[at + 1]! << 24) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 8) | buffer[at + 4]!) >>> 0;
}
