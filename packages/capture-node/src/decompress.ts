// A file as it was before somebody compressed it, whatever with.
import { availableParallelism } from "node:os";
import { COMPRESSION_LENGTH, detectCompression, type Compression, type Problem } from "@bgpwire/capture";
import { ConfigError } from "@bgpwire/core";
import { bunzip2 } from "./bzip2.ts";
import { Ending } from "./ending.ts";
import { gunzip } from "./gzip.ts";
import { plain, Source, type Chunks } from "./source.ts";
import { unxz } from "./xz.ts";
import { unzstd } from "./zstd.ts";

const MOST_THREADS = 256;

/** How files are decompressed. */
export interface DecompressOptions {
  /** Threads that decode blocks of bzip2, 0 to 256; 0 is in this one. Default: as many as the machine runs at once. */
  readonly threads?: number;
}

/**
 * Decompresses gzip, bzip2, zstd and xz, of one member, stream or frame or several, by what the file begins with; what begins
 * with none of them comes as it is. Its checksums are checked. A file that is damaged or cut off ends with a `Problem`, whose
 * offset is that in what was given and whose reason has that in the file, when what could be read was given.
 *
 * Chunks are taken as they are needed. Memory, apart from chunks that were given: bzip2 as `Bzip2Splitter` has it with twice
 * `threads` blocks; zstd and xz the window or dictionary that the file asks for, with node:zlib at most 128 MiB.
 *
 * Without zstd in node:zlib, which came with Node.js 22.15, checksums of zstd are not checked. xz with the check SHA-256 or
 * with a filter for machine code cannot be read, and up to 64 KB before damage in xz are not given.
 *
 * @throws ConfigError `invalid-value` when `threads` is none of those, or `chunks` is a path; and whatever `chunks` throws
 * @example
 * for await (const chunk of decompress(createReadStream("updates.20260222.1530.bz2"))) {
 *   if ("kind" in chunk) console.error(chunk.reason);
 *   else reader.push(chunk);
 * }
 */
export async function* decompress(
  chunks: Chunks,
  options: DecompressOptions = {},
): AsyncGenerator<Uint8Array | Problem, void> {
  const { threads = availableParallelism() } = options;
  if (!Number.isInteger(threads) || threads < 0 || threads > MOST_THREADS) {
    throw new ConfigError(
      "invalid-value",
      "threads",
      `${String(threads)} is not a whole number from 0 to ${MOST_THREADS}`,
    );
  }
  if (typeof chunks === "string" || !(Symbol.asyncIterator in Object(chunks) || Symbol.iterator in Object(chunks))) {
    const given = typeof chunks === "string" ? `"${String(chunks)}" is text` : `${String(chunks)} has none`;
    throw new ConfigError("invalid-value", "chunks", `${given}; give octets, such as createReadStream(path)`);
  }
  const source = new Source(chunks);
  let given = 0;
  try {
    for await (const chunk of reading(detectCompression(await source.peek(COMPRESSION_LENGTH)), source, threads)) {
      if (chunk instanceof Uint8Array) given += chunk.length;
      yield chunk instanceof Uint8Array ? plain(chunk) : chunk;
    }
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    yield { kind: "problem", offset: given, reason: error.message, skipped: null };
  } finally {
    await source.close();
  }
}

function reading(
  compression: Compression | null,
  source: Source,
  threads: number,
): AsyncIterable<Uint8Array | Problem> {
  if (compression === "gzip") return gunzip(source);
  if (compression === "bzip2") return bunzip2(source, threads);
  if (compression === "zstd") return unzstd(source);
  return compression === "xz" ? unxz(source) : asItIs(source);
}

async function* asItIs(source: Source): AsyncGenerator<Uint8Array, void> {
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) yield chunk;
}
