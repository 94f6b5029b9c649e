// A bzip2 file read in one thread.
import type { Problem, RecordReader } from "../../stream/record-reader.ts";
import { Bzip2BlockDecoder } from "./block-decoder.ts";
import { Bzip2Splitter } from "./splitter.ts";

/**
 * Decompresses bzip2, of one stream or several: the records are the octets of a block each, in memory of their own. The offset
 * of a problem is that in the octets given; its reason has that in the compressed file.
 *
 * Memory: up to 10 MB, what was pushed and not read, and `MAX_BZIP2_OCTETS` at most for a block.
 *
 * @example
 * const reader = new Bzip2Reader();
 * reader.push(compressed);
 * reader.end();
 * for (let octets = reader.next(); octets !== null; octets = reader.next()) take(octets);
 */
export class Bzip2Reader implements RecordReader<Uint8Array> {
  readonly #splitter: Bzip2Splitter = new Bzip2Splitter(1);
  readonly #decoder: Bzip2BlockDecoder = new Bzip2BlockDecoder();

  push(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
  }

  end(): void {
    this.#splitter.end();
  }

  next(): Uint8Array | Problem | null {
    for (;;) {
      const octets = this.#splitter.next();
      if (octets !== null) return octets;
      const job = this.#splitter.job();
      if (job === null) return null;
      this.#splitter.done(job, this.#decoder.decode(job));
    }
  }
}
