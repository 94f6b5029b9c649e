// A stream of nothing but BGP messages, such as one side of a connection that was written to a file, cut into them.
import { HEADER_LENGTH, type Slice } from "@bgpwire/core";
import { BGP_FRAMING } from "../pcap/bgp-framing.ts";
import { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";

/** A message with its header (RFC 4271 section 4.1), `[start, end)` of `buffer`, of whatever type. */
export interface BgpRecord extends Slice {
  readonly kind: "message";
  /** Of its marker, in octets from the beginning of the stream. */
  readonly offset: number;
}

/**
 * Reads messages that stand one behind the other: whatever has a marker and a length. Where there is none, or one that the stream ends
 * within, it looks for the next one whose header is that of a message that is sent.
 *
 * Memory: what was pushed and not yet read; of what does not come to an end at most 65535 octets.
 *
 * @example
 * const reader = new BgpReader();
 * reader.push(chunk);
 * for (let record = reader.next(); record !== null; record = reader.next()) take(record);
 */
export class BgpReader implements RecordReader<BgpRecord> {
  readonly #queue = new ByteQueue();
  /** From where on the next message is looked for, and why; null while they follow each other. */
  #lost: { readonly offset: number; readonly reason: string } | null = null;

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  end(): void {
    this.#queue.end();
  }

  next(): BgpRecord | Problem | null {
    const queue = this.#queue;
    if (this.#lost === null) {
      const { offset } = queue;
      const isHeader = queue.require(HEADER_LENGTH);
      const length = isHeader ? BGP_FRAMING.lengthOf(queue.buffer, queue.at) : HEADER_LENGTH;
      if (length === null) {
        this.#lost = { offset, reason: "octets that are no BGP message" };
      } else if (isHeader && queue.require(length)) {
        const { buffer, at } = queue;
        queue.skip(length);
        return { kind: "message", offset, buffer, start: at, end: at + length };
      } else {
        if (!queue.ended || queue.available === 0) return null;
        const what = isHeader ? `a message of ${length} octets` : "a header";
        this.#lost = { offset, reason: `the stream ends within ${what}` };
      }
    }
    return this.#search(this.#lost);
  }

  /** Passes over octets up to where a message begins, or the stream ends. */
  #search({ offset, reason }: { readonly offset: number; readonly reason: string }): Problem | null {
    const queue = this.#queue;
    while (queue.require(HEADER_LENGTH)) {
      if (queue.offset > offset && BGP_FRAMING.begins(queue.buffer, queue.at, queue.limit) === true) break;
      queue.skip(1);
    }
    if (queue.available < HEADER_LENGTH) {
      if (!queue.ended) return null;
      queue.skip(queue.available);
    }
    this.#lost = null;
    return { kind: "problem", offset, reason, skipped: queue.offset - offset };
  }
}
