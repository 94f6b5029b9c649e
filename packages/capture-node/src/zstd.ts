// Zstandard files (RFC 8878): frames one behind the other. By node:zlib where it can (Node.js 22.15 and later), else by fzstd,
// which does not look at checksums.
import * as zlib from "node:zlib";
import { detectCompression } from "@bgpwire/capture";
import { Decompress } from "fzstd";
import { Ending, messageOf } from "./ending.ts";
import { runEngine } from "./engine.ts";
import { isCutOff } from "./gzip.ts";
import type { Source } from "./source.ts";

/** Decompresses all frames. @throws Ending */
export function unzstd(source: Source): AsyncGenerator<Uint8Array, void> {
  return "createZstdDecompress" in zlib ? byZlib(source) : byFzstd(source);
}

/** node:zlib ends with a frame inside a chunk, and says nothing of what follows it. */
async function* byZlib(source: Source): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { offset } = source;
    const where = `the zstd frame at octet ${offset}`;
    try {
      yield* runEngine(zlib.createZstdDecompress(), source);
    } catch (error) {
      throw new Ending(
        isCutOff(error) ? `${where} is cut off` : `${where} or one behind it is damaged: ${messageOf(error)}`,
      );
    }
    const next = await source.peek(4);
    if (next.length === 0) return;
    if (detectCompression(next) !== "zstd") {
      throw new Ending(`what follows the zstd frame that ends at octet ${source.offset} is none`);
    }
  }
}

/** For versions of Node.js without zstd. @throws Ending */
export async function* byFzstd(source: Source): AsyncGenerator<Uint8Array, void> {
  const outputs: Uint8Array[] = [];
  const decompressor = new Decompress((octets) => {
    if (octets.length > 0) outputs.push(octets);
  });
  for (let ended = false; !ended;) {
    const chunk = await source.next();
    ended = chunk === null;
    let failure: Ending | null = null;
    try {
      decompressor.push(chunk ?? new Uint8Array(0), ended);
    } catch (error) {
      failure = new Ending(`the zstd file is damaged or cut off before octet ${source.offset}: ${messageOf(error)}`);
    }
    yield* outputs.splice(0);
    if (failure !== null) throw failure;
  }
}
