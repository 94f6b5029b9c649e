// Files decompressed by what they begin with: what the tools of the system write is read as it was, and what is damaged ends in a
// problem behind what could be read.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "@bgpwire/capture";
import { decompress, type DecompressOptions } from "@bgpwire/capture-node";
import { Ending } from "../../packages/capture-node/src/ending.ts";
import { Source } from "../../packages/capture-node/src/source.ts";
import { byFzstd } from "../../packages/capture-node/src/zstd.ts";
import { compress, lacks, type Compressor } from "../support/compressors.ts";
import { inUse } from "../support/memory.ts";

const COMPRESSORS: readonly Compressor[] = ["gzip", "bzip2", "zstd", "xz"];

/** Octets between two looks at what is held. */
const BETWEEN_LOOKS = 10_000_000;

interface Reading {
  readonly octets: Uint8Array;
  readonly problems: readonly Problem[];
}

function* pieces(file: Uint8Array, length: number): Generator<Uint8Array, void> {
  for (let at = 0; at < file.length; at += length) yield file.subarray(at, at + length);
}

async function read(file: Uint8Array, length = 65_536, options: DecompressOptions = { threads: 0 }): Promise<Reading> {
  const octets: Uint8Array[] = [];
  const problems: Problem[] = [];
  for await (const chunk of decompress(pieces(file, length), options)) {
    expect(problems).toEqual([]);
    if ("kind" in chunk) problems.push(chunk);
    else octets.push(chunk);
  }
  return { octets: new Uint8Array(Buffer.concat(octets)), problems };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* failing(): AsyncGenerator<Uint8Array, void> {
  yield sample(100);
  throw new Error("EIO");
}

function whole(...parts: readonly Uint8Array[]): Reading {
  return { octets: new Uint8Array(Buffer.concat(parts)), problems: [] };
}

/** Octets with some order in them. */
function sample(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => ((i * i) >>> 7) & 0xff);
}

const contents = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.integer({ min: 0, max: 300_000 }).map(sample),
  fc.integer({ min: 0, max: 300_000 }).map((length) => new Uint8Array(length)),
);

describe.each(COMPRESSORS)("%s", (compressor) => {
  const skip = lacks(compressor);
  const octets = sample(3000);
  const file = skip ? octets : compress(compressor, octets);
  const twice = new Uint8Array(Buffer.concat([file, file]));

  test.skipIf(skip)("is read as it was", { timeout: 120_000 }, async () => {
    const levels = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(contents, levels, fc.integer({ min: 1000, max: 100_000 }), async (octets, level, length) => {
        expect(await read(compress(compressor, octets, level), length)).toEqual(whole(octets));
      }),
      { numRuns: 25 },
    );
  });

  test.skipIf(skip)("several, however they are cut into chunks", { timeout: 120_000 }, async () => {
    const lengths =
      compressor === "xz"
        ? [1, file.length - 1, file.length, file.length + 1]
        : [...file.keys()].slice(1).filter((length) => length < 40 || length % 29 === 0 || length > file.length - 20);
    for (const length of lengths) expect(await read(twice, length)).toEqual(whole(octets, octets));
  });

  test.skipIf(skip)("empty ones among others", async () => {
    const empty = compress(compressor, new Uint8Array(0));
    expect(await read(empty)).toEqual(whole());
    expect(await read(new Uint8Array(Buffer.concat([empty, file, empty])))).toEqual(whole(octets));
  });

  test.skipIf(skip)("something else behind it is a problem when all was given", async () => {
    for (const rest of ["something else", "\u001f\u008b", "BZh", "x"]) {
      const { octets: given, problems } = await read(
        new Uint8Array(Buffer.concat([file, Buffer.from(rest, "latin1")])),
      );
      // The decoder of xz may drop up to 64 KB when it fails.
      if (compressor !== "xz" || given.length > 0) expect(given).toEqual(octets);
      expect(problems.map(({ offset, skipped }) => [offset, skipped])).toEqual([[given.length, null]]);
    }
  });

  test.skipIf(skip)("cut off anywhere, a problem follows what could be read", { timeout: 120_000 }, async () => {
    const step = compressor === "xz" ? 97 : 7;
    for (let length = 10; length < twice.length; length += step) {
      if (length === file.length) continue;
      const reading = await read(twice.subarray(0, length));
      expect(reading.octets).toEqual(whole(octets, octets).octets.subarray(0, reading.octets.length));
      expect(reading.problems.map(({ offset }) => offset)).toEqual([reading.octets.length]);
      if (length > file.length) expect(reading.octets.length).toBeGreaterThanOrEqual(octets.length);
    }
  });

  test.skipIf(skip)("a bit changed in its data is noticed", { timeout: 120_000 }, async () => {
    const step = compressor === "xz" ? 211 : 13;
    let silent = 0;
    // Headers have bits that do not matter. Behind them only the decoder of xz passes over one, the first octet of LZMA.
    for (let at = 30; at < file.length; at += step) {
      const changed = Uint8Array.from(file);
      changed[at]! ^= 4;
      const { octets: given, problems } = await read(changed);
      if (problems.length > 0) continue;
      expect(given).toEqual(octets);
      silent += 1;
    }
    expect(silent).toBe(compressor === "xz" ? 1 : 0);
  });

  test.skipIf(skip)("500 times as much as the file has is not held at once", { timeout: 120_000 }, async () => {
    const zeros = new Uint8Array(100_000_000);
    const bomb = compress(compressor, zeros);
    const before = await inUse();
    let length = 0;
    let looks = 0;
    let most = 0;
    for await (const chunk of decompress([bomb], { threads: 0 })) {
      expect(chunk).toBeInstanceOf(Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length < looks * BETWEEN_LOOKS) continue;
      looks += 1;
      const { buffers, objects } = await inUse();
      most = Math.max(most, buffers + objects - before.buffers - before.objects);
    }
    expect(length).toBe(zeros.length);
    expect(most).toBeLessThan(zeros.length);
  });
});

describe("gzip", () => {
  const octets = sample(1000);

  test.skipIf(lacks("gzip"))("zeros behind the last member are padding", async () => {
    const file = compress("gzip", octets);
    expect(await read(new Uint8Array(Buffer.concat([file, new Uint8Array(5000)])), 100)).toEqual(whole(octets));
  });

  test.skipIf(lacks("gzip"))("all that a header may have (RFC 1952 section 2.3)", async () => {
    const file = compress("gzip", octets);
    const fields = Buffer.from("\u0003\u0000abcname\u0000comment\u0000\u0012\u0034", "latin1");
    // gzip reading its standard input writes no name, and so 10 octets.
    const header = Uint8Array.from(file.subarray(0, 10));
    header[3] = 2 | 4 | 8 | 16;
    const full = new Uint8Array(Buffer.concat([header, fields, file.subarray(10)]));
    for (const length of [1, 2, 3, 17, full.length]) expect(await read(full, length)).toEqual(whole(octets));
  });

  test.skipIf(lacks("gzip"))("a CRC and a length that are wrong come behind all octets", async () => {
    const file = compress("gzip", octets);
    for (const [back, reason] of [
      [8, "its octets have another CRC"],
      [4, "it has another length"],
    ] as const) {
      const changed = Uint8Array.from(file);
      changed[file.length - back]! ^= 1;
      const reading = await read(changed);
      expect(reading.octets).toEqual(octets);
      expect(reading.problems[0]!.reason).toBe(`the gzip member at octet 0 is damaged: ${reason}`);
    }
  });
});

describe("zstd", () => {
  const skip = lacks("zstd");

  test.skipIf(skip)("frames that are to be skipped (RFC 8878 section 3.1.2)", async () => {
    const frame = Buffer.from("502a4d1803000000aabbcc", "hex");
    const file = compress("zstd", sample(500));
    expect(await read(new Uint8Array(Buffer.concat([frame, file, frame, file])), 3)).toEqual(
      whole(sample(500), sample(500)),
    );
  });

  test.skipIf(skip)("fzstd, for versions of Node.js without it, gives the same", async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1, max: 9 }), async (octets, level) => {
        const file = compress("zstd", octets, level);
        const chunks: Uint8Array[] = [];
        for await (const chunk of byFzstd(new Source(pieces(new Uint8Array(Buffer.concat([file, file])), 10_000))))
          chunks.push(chunk);
        expect(Buffer.compare(Buffer.concat(chunks), Buffer.concat([octets, octets]))).toBe(0);
      }),
      { numRuns: 20 },
    );
    const cut = byFzstd(new Source([compress("zstd", sample(500)).subarray(0, 300)]));
    await expect(all(cut)).rejects.toThrow(Ending);
  });
});

test.skipIf(lacks("xz"))("xz with a check that the decoder lacks says so", async () => {
  const { stdout } = spawnSync("xz", ["-c", "-C", "sha256"], { input: sample(100) });
  const { problems } = await read(new Uint8Array(stdout));
  expect(problems[0]!.reason).toContain("a check or a filter that is not supported");
});

test.skipIf(lacks("xz"))("two xz files can be read in turn", async () => {
  const file = compress("xz", sample(500_000));
  const [one, other] = [decompress([file]), decompress([file])];
  const counts = [0, 0];
  for (let ended = false; !ended;) {
    const steps = [await one.next(), await other.next()];
    ended = steps.every(({ done }) => done);
    for (const [i, { value }] of steps.entries()) if (value instanceof Uint8Array) counts[i]! += value.length;
  }
  expect(counts).toEqual([500_000, 500_000]);
});

describe("bzip2 in threads", () => {
  const skip = lacks("bzip2");

  test.skipIf(skip)("gives what it gives in one", { timeout: 120_000 }, async () => {
    const parts = [sample(1_500_000), sample(10), sample(350_000)];
    const file = new Uint8Array(Buffer.concat(parts.map((part) => compress("bzip2", part, 1))));
    for (const threads of [1, 2, 5]) expect(await read(file, 20_000, { threads })).toEqual(whole(...parts));
    for (const end of [1000, 20_000, file.length - 3]) {
      const cut = file.subarray(0, end);
      expect(await read(cut, 20_000, { threads: 3 })).toEqual(await read(cut, 20_000));
    }
    const changed = Uint8Array.from(file);
    changed[file.length >>> 1]! ^= 1;
    expect(await read(changed, 20_000, { threads: 2 })).toEqual(await read(changed, 20_000));
  });

  test.skipIf(skip)("a program that stops reading when threads are at work can end", () => {
    const script = `
      import { decompress } from "@bgpwire/capture-node";
      let chunks = 0;
      for await (const chunk of decompress(process.stdin, { threads: 2 })) {
        console.log(chunk.length > 0);
        chunks += 1;
        if (chunks === 12) break;
      }
    `;
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      input: compress("bzip2", sample(3_000_000), 1),
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(stdout).toBe("true\n".repeat(12));
    expect(status).toBe(0);
  });
});

describe("chunks", () => {
  test("what is not compressed comes as it is", async () => {
    const chunks = [Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(2, 3), sample(100), Uint8Array.of(), sample(5)];
    const given = await all(decompress(chunks));
    expect(given).toEqual(chunks.filter((chunk) => chunk.length > 0));
    expect(await all(decompress([]))).toEqual([]);
  });

  test("what fails below fails above, and what is not wanted any more is closed", async () => {
    await expect(all(decompress(failing()))).rejects.toThrow("EIO");
    let closed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array, void> {
      try {
        for (;;) yield sample(100);
      } finally {
        closed = true;
      }
    };
    for await (const chunk of decompress(endless())) {
      expect(chunk).toEqual(sample(100));
      break;
    }
    expect(closed).toBe(true);
  });

  test.each([-1, 1.5, 257, Number.NaN])("threads: %s is refused", async (threads) => {
    await expect(decompress([], { threads }).next()).rejects.toThrow(/is not a whole number from 0 to 256/);
  });

  test.each(["updates.bz2", undefined, 5])("chunks: %j is refused", async (chunks) => {
    await expect(decompress(chunks as never).next()).rejects.toThrow(
      /^chunks: .*; give octets, such as createReadStream/,
    );
  });
});
