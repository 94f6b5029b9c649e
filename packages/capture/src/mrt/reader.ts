// MRT files: records one behind the other, each with its length. Nothing marks where one begins, so a length that is wrong, or
// a record that its writer did not finish, loses all that follows; then the reader looks for the next place at which records
// begin again.
import { u16At, u32At } from "../bytes/integers.ts";
import { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import { uncountedInBgp4mp } from "./bgp4mp.ts";
import { MrtType, mrtRecordName } from "./numbers.ts";
import { readRecord, type MrtRecord } from "./record.ts";
import { uncountedInTableDump } from "./table-dump.ts";
import { MRT_HEADER } from "./view.ts";

/** Longest record of a table that is accepted, in octets behind its header: RIB entries of 65536 peers of 256 octets each. */
export const MAX_MRT_TABLE_RECORD: number = 1 << 24;

/** Longest record with a message that is accepted: no message has more than 65535 octets (RFC 8654 section 4). */
export const MAX_MRT_MESSAGE_RECORD: number = 0x1_0000 + 64;

/** The longest record of each type that is read; the other deprecated types were never written (RFC 6396 appendix B). */
const LONGEST: Readonly<Record<number, number>> = {
  [MrtType.Bgp]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.Bgp4plus]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.Bgp4plus01]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.Ospfv2]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.TableDump]: MAX_MRT_TABLE_RECORD,
  [MrtType.TableDumpV2]: MAX_MRT_TABLE_RECORD,
  [MrtType.Bgp4mp]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.Bgp4mpEt]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.Isis]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.IsisEt]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.Ospfv3]: MAX_MRT_MESSAGE_RECORD,
  [MrtType.Ospfv3Et]: MAX_MRT_MESSAGE_RECORD,
};

/** No registry has more than a dozen subtypes. */
const MOST_SUBTYPES = 0x100;

/** Whether the octets at `at` can be the header of a record that is read: its type, and a length that it can have. */
export function isMrtHeader(buffer: Uint8Array, at: number): boolean {
  const longest = LONGEST[u16At(buffer, at + 4)];
  return longest !== undefined && u32At(buffer, at + 8) <= longest && u16At(buffer, at + 6) < MOST_SUBTYPES;
}

/**
 * Reads the records of an MRT file (RFC 6396, RFC 6397, RFC 8050).
 *
 * Records refer to the chunks they lie in; one that straddles chunks is copied once. What is held is the record before and as
 * much as there is of the next one: at most twice `MAX_MRT_TABLE_RECORD` octets, and the last chunk.
 *
 * A record that is not as its type has it is a `Problem`, as is whatever stands between records. Where a record does not end
 * before another one begins, as when a collector was stopped while it wrote, the reader goes on with the latter.
 *
 * @example
 * for (const record of readAll(new MrtReader(), file)) {
 *   if (record.kind === "bgp4mpMessage") take(record.peerAddress, record.message);
 * }
 */
export class MrtReader implements RecordReader<MrtRecord> {
  readonly #queue = new ByteQueue();
  /** The record before, for the case that its length is wrong. */
  #lastBuffer: Uint8Array | null = null;
  #lastStart = 0;
  #lastEnd = 0;
  /** Where something begins that cannot be read, and what it is; -1 while records follow each other. */
  #lost = -1;
  #why = "";
  /** Octets of what looked like records and was read to see whether they are. */
  #tried = 0;

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  end(): void {
    this.#queue.end();
  }

  next(): MrtRecord | Problem | null {
    return this.#lost < 0 ? this.#read() : this.#search();
  }

  #read(): MrtRecord | Problem | null {
    const queue = this.#queue;
    if (!queue.require(MRT_HEADER)) {
      if (!queue.ended || queue.available === 0) return null;
      return this.#loseStep(`a record is cut off after ${queue.available} octets of its header`);
    }
    const type = u16At(queue.buffer, queue.at + 4);
    const subtype = u16At(queue.buffer, queue.at + 6);
    const length = u32At(queue.buffer, queue.at + 8);
    if (!isMrtHeader(queue.buffer, queue.at)) {
      return this.#loseStep(`no record begins with type ${type}, subtype ${subtype} and a length of ${length}`);
    }
    let octets = MRT_HEADER + length;
    if (queue.require(octets)) octets += this.#uncounted(type, octets);
    if (!queue.require(octets)) {
      if (!queue.ended) return null;
      return this.#lose(`${mrtRecordName(type, subtype)} of ${octets} octets is cut off after ${queue.available}`);
    }
    const { buffer, at, offset } = queue;
    queue.skip(octets);
    this.#lastBuffer = buffer;
    this.#lastStart = at;
    this.#lastEnd = at + octets;
    const record = readRecord(buffer, at, at + octets, offset, octets - MRT_HEADER - length);
    if (typeof record !== "string") return record;
    return { kind: "problem", offset, reason: `${mrtRecordName(type, subtype)}: ${record}`, skipped: octets };
  }

  /** How many octets the record that is in the window has behind those that its Length counts. */
  #uncounted(type: number, octets: number): number {
    const { buffer, at } = this.#queue;
    if (type === MrtType.Bgp4mpEt) return uncountedInBgp4mp(buffer, at, at + octets);
    return type === MrtType.TableDump ? uncountedInTableDump(buffer, at, at + octets) : 0;
  }

  /** Looks for records where none begins: the record before may be shorter than it is said to be. */
  #loseStep(why: string): Problem | null {
    const { offset } = this.#queue;
    if (this.#lastBuffer !== null) this.#queue.unread(this.#lastBuffer, this.#lastStart + MRT_HEADER, this.#lastEnd);
    return this.#lose(why, offset);
  }

  /** Looks for records from where the queue stands. @param offset of what cannot be read */
  #lose(why: string, offset: number = this.#queue.offset): Problem | null {
    this.#lost = offset;
    this.#why = why;
    return this.#search();
  }

  #search(): Problem | null {
    const queue = this.#queue;
    for (;;) {
      if (!queue.require(MRT_HEADER)) {
        if (!queue.ended) return null;
        queue.skip(queue.available);
        return this.#found();
      }
      const { buffer, limit } = queue;
      let { at } = queue;
      while (at + MRT_HEADER <= limit && !isMrtHeader(buffer, at)) at += 1;
      queue.skip(at - queue.at);
      if (at + MRT_HEADER > limit) continue;
      const octets = MRT_HEADER + u32At(buffer, at + 8);
      // Only a record behind which another one begins, or the file ends, is believed to be one.
      if (!queue.require(octets + MRT_HEADER) && !queue.ended) return null;
      if (queue.offset !== this.#lost && queue.require(octets) && this.#isRecord(octets)) return this.#found();
      queue.skip(1);
    }
  }

  /** Whether the octets in the window are a record that reads well and is followed by one. */
  #isRecord(octets: number): boolean {
    const { buffer, at, offset, available } = this.#queue;
    if (available >= octets + MRT_HEADER && !isMrtHeader(buffer, at + octets)) return false;
    // However many there are that only look like one, they cost no more than so many passes over the file.
    if (this.#tried + octets > MAX_MRT_TABLE_RECORD + 8 * offset) return false;
    this.#tried += octets;
    const record = readRecord(buffer, at, at + octets, offset, 0);
    return typeof record !== "string" && record.kind !== "other";
  }

  /** Records begin here again, or nothing follows. */
  #found(): Problem {
    const [lost, skipped] = [this.#lost, this.#queue.offset - this.#lost];
    this.#lost = -1;
    if (skipped > 0) return { kind: "problem", offset: lost, reason: this.#why, skipped };
    const octets = this.#lastEnd - this.#lastStart;
    const reason = `a record of ${octets} octets is torn: another one begins ${octets + skipped} octets into it`;
    return { kind: "problem", offset: lost - octets, reason, skipped: 0 };
  }
}
