// Messages of OpenBMP behind each other, as consumers of Kafka write them to a file.
import { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import {
  decodeOpenBmpMessage,
  OPENBMP_START,
  openBmpLengthAt,
  wrongOpenBmpStart,
  type OpenBmpMessage,
} from "./message.ts";

const NEW_LINE = 0x0a;

/**
 * Reads messages of OpenBMP's collectors. New lines between two of them are passed over: programs that print what is in Kafka put them
 * there. Where there is no message, it looks for the next.
 *
 * Memory: what was pushed and not yet read; of what does not come to an end at most a header and `MAX_OPENBMP_DATA`.
 *
 * @example
 * const reader = new OpenBmpReader();
 * reader.push(chunk);
 * for (let message = reader.next(); message !== null; message = reader.next()) take(message);
 */
export class OpenBmpReader implements RecordReader<OpenBmpMessage> {
  /** Where the message or the problem that `next` gave last begins, in octets from the beginning of the stream. */
  offset = 0;
  /** Octets of what `next` gave last. */
  length = 0;
  readonly #queue = new ByteQueue();
  /** Why octets are passed over; null while messages follow each other. */
  #lost: string | null = null;

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  end(): void {
    this.#queue.end();
  }

  next(): OpenBmpMessage | Problem | null {
    const queue = this.#queue;
    if (this.#lost === null) {
      while (queue.require(1) && queue.buffer[queue.at] === NEW_LINE) queue.skip(1);
      this.offset = queue.offset;
      if (!queue.require(OPENBMP_START)) return this.#torn("the beginning of a message");
      this.#lost = wrongOpenBmpStart(queue.buffer, queue.at);
    }
    if (this.#lost !== null) return this.#search(this.#lost);
    const length = openBmpLengthAt(queue.buffer, queue.at);
    if (!queue.require(length)) return this.#torn(`a message of ${length} octets`);
    const { buffer, at } = queue;
    queue.skip(length);
    this.length = length;
    const message = decodeOpenBmpMessage({ buffer, start: at, end: at + length });
    return message ?? this.#problem("the names in a header of OpenBMP do not fit into it");
  }

  /** What is left when no more comes. */
  #torn(what: string): Problem | null {
    const { ended, available } = this.#queue;
    if (!ended || available === 0) return null;
    this.#queue.skip(available);
    return this.#problem(`the stream ends within ${what}`);
  }

  /** Passes over octets up to where a message begins, or the stream ends. */
  #search(reason: string): Problem | null {
    const queue = this.#queue;
    for (;;) {
      if (!queue.require(OPENBMP_START)) {
        if (!queue.ended) return null;
        queue.skip(queue.available);
        break;
      }
      if (queue.offset > this.offset && wrongOpenBmpStart(queue.buffer, queue.at) === null) break;
      queue.skip(1);
    }
    this.#lost = null;
    return this.#problem(reason);
  }

  #problem(reason: string): Problem {
    this.length = this.#queue.offset - this.offset;
    return { kind: "problem", offset: this.offset, reason, skipped: this.length };
  }
}
