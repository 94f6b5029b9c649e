// What both kinds of files have in common for the one reader of them.
import type { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem } from "../stream/record-reader.ts";
import type { PcapRecord } from "./record.ts";

/** How records are cut off the octets of a file. */
export interface PcapFormat {
  /**
   * Takes the next record off the queue, or passes over one that cannot be used.
   *
   * @returns null where more octets are needed; a clause for people where no record can begin here, and nothing is taken
   */
  take(queue: ByteQueue): PcapRecord | Problem | string | null;
  /** Octets at the beginning of a record that tell it from others. */
  readonly recognises: number;
  /** Whether a record seems to begin at `at`, where so many octets are: for the way out of what is broken. */
  begins(buffer: Uint8Array, at: number): boolean;
}
