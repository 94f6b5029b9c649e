// Input logs from chunks of a file.
import { u16At, u32At } from "../bytes/integers.ts";
import { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import { decodeLogEntry, MAX_INPUT_LOG_ENTRY, type InputLogEntry } from "./entry.ts";

/** Tag 24 with its number in the octet behind it, and the longest head of a string of octets. */
const TAG = 2;
const LONGEST_HEAD = TAG + 5;

/** What a file begins with that is an input log: the tag, a head of one octet or two, and the name of the first entry. */
export function isInputLog(start: Uint8Array): boolean {
  if (start[0] !== 0xd8 || start[1] !== 24) return false;
  const at = start[TAG] === 0x58 ? TAG + 2 : TAG + 1;
  return [0x85, 0x66, 0x68, 0x65, 0x61, 0x64, 0x65, 0x72].every((octet, i) => start[at + i] === octet);
}

/**
 * Reads the entries of an input log. They share nothing with the chunks.
 *
 * Whoever recorded may have ended in the middle of an entry: that is a `Problem` with the octets that are left over, the last
 * thing in the file. After any other `Problem` nothing more is read, because what follows would not be what happened.
 *
 * What is held is one entry, at most `MAX_INPUT_LOG_ENTRY` octets, and the last chunk.
 *
 * @example
 * for (const entry of readAll(new InputLogReader(), file)) if (entry.kind === "call") console.log(entry.peer, entry.call);
 */
export class InputLogReader implements RecordReader<InputLogEntry> {
  readonly #queue = new ByteQueue();
  #first = true;
  #over = false;

  push(chunk: Uint8Array): void {
    if (!this.#over) this.#queue.push(chunk);
  }

  end(): void {
    this.#queue.end();
  }

  next(): InputLogEntry | Problem | null {
    const queue = this.#queue;
    if (this.#over) return null;
    const head = this.#head();
    if (head === null || typeof head === "string") return head === null ? this.#cut() : this.#lost(head);
    if (head.length > MAX_INPUT_LOG_ENTRY) {
      return this.#lost(`an entry of ${head.length} octets is longer than ${MAX_INPUT_LOG_ENTRY}`);
    }
    if (!queue.require(head.octets + head.length)) return this.#cut();
    const { buffer, offset } = queue;
    const start = queue.at + head.octets;
    const entry = decodeLogEntry(buffer, start, start + head.length, offset);
    if (typeof entry === "string") return this.#lost(`an entry cannot be read: ${entry}`);
    if (this.#first !== (entry.kind === "header")) {
      return this.#lost(this.#first ? "an input log begins with its header" : "a second header stands in the log");
    }
    this.#first = false;
    queue.skip(head.octets + head.length);
    return entry;
  }

  /** How long the head of the next entry is, and what follows; null where more is needed, or what is wrong. */
  #head(): { readonly octets: number; readonly length: number } | string | null {
    const queue = this.#queue;
    if (!queue.require(TAG + 1)) return null;
    if (queue.buffer[queue.at] !== 0xd8 || queue.buffer[queue.at + 1] !== 24) return this.#noEntry();
    const first = queue.buffer[queue.at + TAG]!;
    if (first >= 0x40 && first < 0x58) return { octets: TAG + 1, length: first - 0x40 };
    if (first < 0x58 || first > 0x5a) return this.#noEntry();
    const octets = first === 0x5a ? LONGEST_HEAD : TAG + 1 + (first - 0x57);
    if (!queue.require(octets)) return null;
    const { buffer } = queue;
    const at = queue.at + TAG + 1;
    return { octets, length: first === 0x58 ? buffer[at]! : first === 0x59 ? u16At(buffer, at) : u32At(buffer, at) };
  }

  #noEntry(): string {
    return this.#first ? "this is no input log, which begins with its header" : "no entry begins here";
  }

  /** Nothing for now, or the end of the file, before or inside an entry. */
  #cut(): Problem | null {
    const { offset, available, ended } = this.#queue;
    if (!ended) return null;
    if (this.#first && available === 0) return this.#lost("the file is empty");
    if (available === 0) return null;
    const problem = this.#lost(`an entry is cut off after ${available} octets`);
    return { ...problem, offset, skipped: available };
  }

  #lost(reason: string): Problem {
    const { offset } = this.#queue;
    this.#over = true;
    this.#queue.skip(this.#queue.available);
    return { kind: "problem", offset, reason, skipped: null };
  }
}
