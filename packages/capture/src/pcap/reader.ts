// The reader of packet captures, whichever of the two formats they are in: its first octets tell.
import { toHex } from "@bgpwire/core";
import { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import { u32In } from "./byte-order.ts";
import { ClassicFormat, classicByteOrder } from "./classic.ts";
import type { PcapFormat } from "./format.ts";
import { BlockType } from "./pcapng.ts";
import { PcapngFormat } from "./pcapng-format.ts";
import type { PcapRecord } from "./record.ts";

/**
 * Reads pcap and pcapng files record by record: both byte orders, microseconds and nanoseconds, files appended to each other.
 *
 * Where a record is broken, what can be read before it has been given; then a search for the next one begins, and the
 * `Problem` says how many octets it took. Only octets that are no capture from the beginning on are not searched.
 *
 * Memory: the chunks of a record that is not complete yet, of at most `MAX_PCAPNG_BLOCK` octets, and the last chunk.
 *
 * @example
 * for (const record of readAll(new PcapReader(), file)) if (record.kind === "packet") show(record);
 */
export class PcapReader implements RecordReader<PcapRecord> {
  readonly #queue = new ByteQueue();
  #format: PcapFormat | null = null;
  /** What is wrong while the next record is being looked for, and since where. */
  #broken: { readonly offset: number; readonly reason: string } | null = null;
  /** Nothing that follows can be read. */
  #hopeless = false;

  push(chunk: Uint8Array): void {
    if (!this.#hopeless) this.#queue.push(chunk);
  }

  end(): void {
    this.#queue.end();
  }

  next(): PcapRecord | Problem | null {
    const queue = this.#queue;
    for (;;) {
      if (this.#format === null) {
        if (this.#hopeless || !(queue.require(4) || (queue.ended && queue.available > 0))) return null;
        this.#format = formatOf(queue);
        if (this.#format === null) return this.#giveUp();
      }
      if (this.#broken !== null) {
        if (!this.#findNext(this.#format)) return null;
        return this.#found(this.#broken);
      }
      const taken = this.#format.take(queue);
      if (taken === null) {
        if (!queue.ended || queue.available === 0) return null;
        this.#broken = { offset: queue.offset, reason: `a record of which the file has ${queue.available} octets` };
      } else if (typeof taken === "string") {
        this.#broken = { offset: queue.offset, reason: taken };
      } else {
        return taken;
      }
    }
  }

  /** Passes over octets up to the beginning of a record or the end; false where more have to come first. */
  #findNext(format: PcapFormat): boolean {
    const queue = this.#queue;
    if (queue.offset === this.#broken!.offset) queue.skip(1);
    while (queue.require(format.recognises)) {
      if (format.begins(queue.buffer, queue.at)) return true;
      queue.skip(1);
    }
    if (!queue.ended) return false;
    queue.skip(queue.available);
    return true;
  }

  #found({ offset, reason }: { readonly offset: number; readonly reason: string }): Problem {
    this.#broken = null;
    return { kind: "problem", offset, reason, skipped: this.#queue.offset - offset };
  }

  #giveUp(): Problem {
    const queue = this.#queue;
    const octets = Math.min(4, queue.available);
    queue.require(octets);
    const beginning = toHex(queue.buffer.subarray(queue.at, queue.at + octets));
    this.#hopeless = true;
    return { kind: "problem", offset: 0, reason: `a file that begins with ${beginning} is no capture`, skipped: null };
  }
}

function formatOf(queue: ByteQueue): PcapFormat | null {
  const { buffer, at } = queue;
  if (queue.available < 4) return null;
  if (u32In(buffer, at, true) === BlockType.Section) return new PcapngFormat();
  return classicByteOrder(buffer, at) === null ? null : new ClassicFormat();
}
