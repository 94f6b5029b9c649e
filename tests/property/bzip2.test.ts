// bzip2: what bzip2 itself and a simple encoder write is read as it was; whatever else is in a file ends in a problem behind all
// that was whole.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bzip2BlockDecoder, MAX_BZIP2_OCTETS } from "../../packages/capture/src/compression/bzip2/block-decoder.ts";
import { Bzip2Reader } from "../../packages/capture/src/compression/bzip2/reader.ts";
import {
  Bzip2Splitter,
  MAX_BZIP2_COMPRESSED_OCTETS,
  type Bzip2Job,
} from "../../packages/capture/src/compression/bzip2/splitter.ts";
import { type Problem, readAll } from "../../packages/capture/src/stream/record-reader.ts";
import { evenLengths, steepLengths, writeBzip2 } from "../support/bzip2-writer.ts";
import { compress, decompress, lacks } from "../support/compressors.ts";

/** What a file decompresses to, and what is wrong with it. */
interface Reading {
  readonly octets: Uint8Array;
  readonly problems: readonly Problem[];
}

function joined(records: readonly (Uint8Array | Problem)[]): Reading {
  const octets = Buffer.concat(records.filter((record) => record instanceof Uint8Array));
  return { octets: new Uint8Array(octets), problems: records.filter((record) => "kind" in record) };
}

function read(file: Uint8Array, pieces?: number): Reading {
  return joined(readAll(new Bzip2Reader(), file, pieces));
}

/** The octets, where nothing is wrong. */
function whole(file: Uint8Array): Uint8Array {
  const { octets, problems } = read(file);
  expect(problems).toEqual([]);
  return octets;
}

/** Fast for what is long. */
function expectSame(octets: Uint8Array, expected: Uint8Array): void {
  expect(octets.length).toBe(expected.length);
  expect(Buffer.compare(octets, expected)).toBe(0);
}

/** Runs, repetitions, few and many different octets. */
const stretches = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .record({ octet: fc.nat(255), times: fc.integer({ min: 1, max: 1000 }) })
    .map(({ octet, times }) => new Uint8Array(times).fill(octet)),
  fc
    .record({ part: fc.uint8Array({ minLength: 1, maxLength: 20 }), times: fc.integer({ min: 1, max: 400 }) })
    .map(({ part, times }) => Uint8Array.from({ length: part.length * times }, (_, i) => part[i % part.length]!)),
);
const contents = fc.array(stretches, { maxLength: 8 }).map((parts) => new Uint8Array(Buffer.concat(parts)));
const levels = fc.integer({ min: 1, max: 9 });

/** Octets without any order in them. */
function noise(length: number, values = 256): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % values;
  });
}

/** 16 values in each of the first three groups, as the bits of a mark say: these bits are then in the file. */
function octetsOfMark(mark: string): Uint8Array {
  return Uint8Array.from([...mark].flatMap((bit, octet) => (bit === "1" ? [octet] : [])));
}

function bitsOf(file: Uint8Array): string {
  return [...file].map((octet) => octet.toString(2).padStart(8, "0")).join("");
}

function octetsOf(bits: string): Uint8Array {
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
  );
}

function sixCodes(symbols: number): readonly (readonly number[])[] {
  return [evenLengths(symbols), evenLengths(symbols), evenLengths(symbols)].flat();
}

function tooManyCodes(symbols: number): readonly (readonly number[])[] {
  return evenLengths(symbols).map((lengths) => lengths.map((length) => length - 1));
}

function sixSteepCodes(symbols: number): readonly (readonly number[])[] {
  return [steepLengths(symbols), evenLengths(symbols), steepLengths(symbols)].flat();
}

const MARK = (0x314159265359).toString(2).padStart(48, "0");
const END_MARK = (0x177245385090).toString(2).padStart(48, "0");

describe.skipIf(lacks("bzip2"))("what bzip2 writes", () => {
  test("is read as it was, at every level", () => {
    fc.assert(
      fc.property(contents, levels, (octets, level) => {
        expect(whole(compress("bzip2", octets, level))).toEqual(octets);
      }),
      { numRuns: 150 },
    );
  });

  test("runs of every length from 1 to 600, between other octets and at the end of a block", () => {
    const runs = Array.from({ length: 600 }, (_, i) => [...new Uint8Array(i + 1).fill(7 + (i % 2)), 1]).flat();
    expect(whole(compress("bzip2", Uint8Array.from(runs), 1))).toEqual(Uint8Array.from(runs));
    for (let run = 1; run <= 600; run++) {
      const octets = new Uint8Array(run).fill(9);
      expect(whole(compress("bzip2", octets, 9))).toEqual(octets);
    }
  });

  test.each([
    ["noise", noise(2_000_000)],
    ["noise of three values", noise(2_000_000, 3)],
    ["a repeated pattern", Uint8Array.from({ length: 1_500_000 }, (_, i) => (i % 1000) ^ (i >>> 16))],
    ["a period that divides the block", Uint8Array.from({ length: 900_000 }, (_, i) => i % 9)],
    ["one octet 100 million times", new Uint8Array(100_000_000)],
  ])("%s in long blocks", (_name, octets) => {
    for (const level of [1, 9]) expectSame(whole(compress("bzip2", octets, level)), octets);
  });

  test("a block of nothing but runs is the longest", () => {
    const file = compress("bzip2", new Uint8Array(100_000_000), 9);
    const [first] = readAll(new Bzip2Reader(), file) as Uint8Array[];
    expect(first!.length).toBeGreaterThan(0.98 * MAX_BZIP2_OCTETS);
    expect(first!.length).toBeLessThanOrEqual(MAX_BZIP2_OCTETS);
  });

  test("several streams, one behind the other and empty ones among them", () => {
    const one = Uint8Array.of(1, 2, 3);
    const file = Buffer.concat([
      compress("bzip2", one, 1),
      compress("bzip2", new Uint8Array(0), 5),
      compress("bzip2", noise(300_000), 1),
      compress("bzip2", one, 9),
    ]);
    expectSame(whole(new Uint8Array(file)), Buffer.concat([one, noise(300_000), one]));
  });

  test.each([
    ["block", MARK],
    ["end", END_MARK],
  ])("the bits of the mark of a %s in a block do not end it", (_name, mark) => {
    const values = octetsOfMark(mark);
    // No octet twice in a row: how often is another octet in the block.
    const octets = noise(250_000, values.length - 1);
    for (let i = 1; i < octets.length; i++) octets[i] = (octets[i - 1]! + octets[i]! + 1) % values.length;
    for (let i = 0; i < octets.length; i++) octets[i] = values[octets[i]!]!;
    const file = compress("bzip2", octets, 1);
    // Three blocks and an end, and three that are none.
    expect(bitsOf(file).split(mark)).toHaveLength(1 + 3 + (mark === MARK ? 3 : 1));
    expectSame(whole(file), octets);
  });
});

describe("what a simple encoder writes", () => {
  const files = contents.filter((octets) => octets.length > 0 && octets.length < 2500);

  test("is read as it was", () => {
    fc.assert(
      fc.property(files, fc.boolean(), (octets, randomised) => {
        expect(whole(writeBzip2([octets], { randomised }))).toEqual(octets);
      }),
      { numRuns: 30 },
    );
  });

  test.skipIf(lacks("bzip2"))("and bzip2 reads the same, blocks that are randomised too", () => {
    // All 512 steps of the randomisation, which is some 500 octets a step.
    const octets = noise(300_000, 16);
    const file = writeBzip2([octets], { randomised: true });
    expectSame(decompress("bzip2", file), octets);
    expectSame(whole(file), octets);
  });

  test("codes of up to 20 bits", () => {
    const octets = noise(3000, 19);
    expect(steepLengths(21)[0]!.at(-1)).toBe(20);
    expect(whole(writeBzip2([octets], { lengths: steepLengths }))).toEqual(octets);
  });

  test("six codes", () => {
    const octets = noise(5000, 18);
    expect(whole(writeBzip2([octets], { lengths: sixSteepCodes }))).toEqual(octets);
  });

  test("selectors that nobody needs", () => {
    const octets = noise(500, 5);
    expect(whole(writeBzip2([octets], { moreSelectors: "0".repeat(30_000) }))).toEqual(octets);
  });
});

describe("files that are damaged", () => {
  const parts = [noise(300, 40), noise(400, 7), noise(10)];
  const stream = writeBzip2(parts.slice(0, 2));
  const file = new Uint8Array(Buffer.concat([stream, writeBzip2(parts.slice(2))]));
  const all = Buffer.concat(parts);
  /** What is given when so many blocks are whole. */
  const wholes = [0, 1, 2, 3].map((blocks) => Buffer.concat(parts.slice(0, blocks)).length);

  test("cut off anywhere, all blocks that are whole are given, and then a problem", () => {
    for (let length = 0; length < file.length; length++) {
      const { octets, problems } = read(file.subarray(0, length));
      expect(wholes).toContain(octets.length);
      expectSame(octets, all.subarray(0, octets.length));
      expect(problems.map(({ offset }) => offset)).toEqual(length === stream.length ? [] : [octets.length]);
    }
  });

  test("one bit changed anywhere, all blocks before it are given, and then a problem unless it does not matter", () => {
    let silent = 0;
    for (let bit = 0; bit < file.length * 8; bit++) {
      const changed = Uint8Array.from(file);
      changed[bit >>> 3]! ^= 0x80 >>> (bit & 7);
      const { octets, problems } = read(changed);
      expect(wholes).toContain(octets.length);
      expectSame(octets, all.subarray(0, octets.length));
      if (problems.length === 0) silent += 1;
      // The level, randomisation of few octets, a code that is not used, bits behind the end of a stream.
      if (problems.length === 0) expect(octets.length).toBe(all.length);
    }
    expect(silent).toBeLessThan(50);
  });

  test.each([0x00, 0xff])(
    "a block that is cut off anywhere is short, not damaged, whatever is behind: %i",
    (behind) => {
      const file = writeBzip2([noise(200, 9)], { lengths: sixSteepCodes }).subarray(4);
      const decoder = new Bzip2BlockDecoder();
      const end = bitsOf(file).indexOf(END_MARK);
      for (let limit = 48; limit <= end; limit++) {
        const bytes = file.slice(0, Math.ceil(limit / 8) + 4).fill(behind, Math.ceil(limit / 8));
        for (let bit = limit; bit % 8 !== 0; bit++) {
          if (behind === 0) bytes[bit >>> 3]! &= ~(0x80 >>> (bit & 7));
          else bytes[bit >>> 3]! |= 0x80 >>> (bit & 7);
        }
        expect(decoder.decode({ bytes, from: 0, limit }).kind).toBe(limit < end ? "short" : "decoded");
      }
    },
  );

  test("any octets behind a header neither throw nor hang", () => {
    const header = fc.constantFrom(
      [0x42, 0x5a, 0x68, 0x39],
      [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
    );
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 3000 }), (header, octets) => {
        const { problems } = read(Uint8Array.from([...header, ...octets]));
        expect(problems).toHaveLength(1);
      }),
    );
  });

  test.each([
    ["no bzip2 stream begins here", new Uint8Array(0)],
    ["no bzip2 stream begins here", Uint8Array.of(0x42, 0x5a, 0x68, 0x30, 1, 2, 3)],
    ["the bzip2 stream is cut off at octet 6", Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x31, 0x41)],
    ["the bzip2 block at octet 4 is cut off", stream.subarray(0, 200)],
    [
      /^the bzip2 block at octet 4 is damaged: its CRC is 0x00000007, that of its octets 0x[0-9a-f]{8}$/,
      writeBzip2([noise(10)], { crc: 7 }),
    ],
    [
      "the bzip2 block at octet 4 is damaged: it has more codes than there can be of their lengths",
      writeBzip2([noise(10)], { lengths: tooManyCodes }),
    ],
    [
      "neither a block nor the end of the bzip2 stream is at octet 4",
      Uint8Array.of(0x42, 0x5a, 0x68, 0x39, ...noise(20)),
    ],
    [`what follows the bzip2 stream that ends at octet ${stream.length} is none`, Uint8Array.of(...stream, 0, 0, 0)],
  ])("%s", (reason, file) => {
    const { problems } = read(file);
    expect(problems).toEqual([
      { kind: "problem", offset: expect.any(Number), reason: expect.stringMatching(reason), skipped: null },
    ]);
  });

  test("a stream without one of its blocks", () => {
    const [both, one] = [writeBzip2(parts.slice(0, 2)), writeBzip2(parts.slice(0, 1))];
    // The end of a stream of two blocks behind one of them; in both the end begins at some bit of an octet.
    const text = bitsOf(one).split(END_MARK)[0]! + END_MARK + bitsOf(both).split(END_MARK)[1]!.slice(0, 32);
    const octets = octetsOf(text);
    const { octets: given, problems } = read(Uint8Array.from([...octets, ...writeBzip2(parts.slice(2))]));
    expectSame(given, Buffer.concat([parts[0]!, parts[2]!]));
    expect(problems).toEqual([
      {
        kind: "problem",
        offset: parts[0]!.length,
        reason: `the bzip2 stream that ends at octet ${octets.length} has lost or gained blocks, by its CRC`,
        skipped: 0,
      },
    ]);
  });

  test("a block that has no end is held for no longer than a block can be", () => {
    // The length of the first code of a block of one octet, then "10" and "11" in turn: one bit more, one bit less.
    const bits = bitsOf(writeBzip2([Uint8Array.of(1)])).slice(0, 193);
    const endless = octetsOf(bits + "1011".repeat(12_000_000));
    const reader = new Bzip2Reader();
    const records: (Uint8Array | Problem)[] = [];
    let pushed = 0;
    for (; pushed < endless.length && records.length === 0; pushed += 50_000) {
      reader.push(endless.subarray(pushed, pushed + 50_000));
      for (let record = reader.next(); record !== null; record = reader.next()) records.push(record);
    }
    expect(joined(records).problems.map(({ reason }) => reason)).toEqual(["the bzip2 block at octet 4 has no end"]);
    expect(pushed).toBeLessThan(MAX_BZIP2_COMPRESSED_OCTETS + 100_000);
  });

  test("a block that is longer than its stream says", () => {
    const file = writeBzip2([noise(1000)]);
    const many = compressNoise(200_000);
    many[3] = 0x31;
    expect(read(file).problems).toEqual([]);
    expect(read(many).problems[0]!.reason).toBe(
      "the bzip2 block at octet 4 holds 200000 octets in a stream of level 1",
    );
  });
});

/** A block that is noise without runs. */
function compressNoise(length: number): Uint8Array {
  const octets = Uint8Array.from({ length }, (_, i) => (i * 7 + (i >>> 8)) & 0xff);
  return compress("bzip2", octets, 9);
}

describe("chunks and threads", () => {
  test("however a file is cut into chunks, the same is given", () => {
    const file = new Uint8Array(Buffer.concat([writeBzip2([noise(400, 9), noise(300)]), writeBzip2([noise(200)])]));
    const expected = readAll(new Bzip2Reader(), file);
    for (let pieces = 1; pieces <= file.length; pieces++)
      expect(readAll(new Bzip2Reader(), file, pieces)).toEqual(expected);
  });

  test("blocks decoded ahead and in any order give the same", () => {
    const streams = [[noise(400, 9), noise(300), noise(350, 3)], [noise(200)], [noise(500, 17), noise(450, 2)]];
    const falseMarks = octetsOfMark(MARK);
    const whole = [
      ...streams.map((blocks) => writeBzip2(blocks)),
      writeBzip2([noise(300, falseMarks.length).map((i) => falseMarks[i]!)]),
    ];
    const file = Buffer.concat(whole);
    const places = fc.array(fc.nat(99), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(file.length), places, (ahead, length, places) => {
        const cut = new Uint8Array(file.subarray(0, length));
        expect(readApart(cut, ahead, places)).toEqual(readAll(new Bzip2Reader(), cut));
      }),
    );
  });

  test("600 bits of marks in a block cost its decoding a few times, not 600 times", () => {
    const octets = noise(5000, 200);
    const file = writeBzip2([octets], { lengths: sixCodes, moreSelectors: `${MARK.repeat(600)}0` });
    const splitter = new Bzip2Splitter(1);
    splitter.push(file);
    splitter.end();
    const decoder = new Bzip2BlockDecoder();
    let bits = 0;
    let given = splitter.next();
    while (given === null) {
      const job = splitter.job()!;
      bits += job.limit - job.from;
      splitter.done(job, decoder.decode(job));
      given = splitter.next();
    }
    expect(given).toEqual(octets);
    expect(bits).toBeLessThan(4 * file.length * 8);
  });
});

/** Decodes as several threads would: jobs are taken as soon as there are any, and are done in an order of their own. */
function readApart(file: Uint8Array, ahead: number, places: readonly number[]): (Uint8Array | Problem)[] {
  const splitter = new Bzip2Splitter(ahead);
  const decoder = new Bzip2BlockDecoder();
  const records: (Uint8Array | Problem)[] = [];
  const work: Bzip2Job[] = [];
  let turn = 0;
  const go = (): void => {
    for (;;) {
      for (let job = splitter.job(); job !== null; job = splitter.job()) work.push(job);
      expect(work.length).toBeLessThanOrEqual(ahead);
      if (work.length === 0) return;
      const [job] = work.splice(places[turn++ % places.length]! % work.length, 1);
      splitter.done(job!, decoder.decode(job!));
      for (let record = splitter.next(); record !== null; record = splitter.next()) records.push(record);
    }
  };
  for (let at = 0; at < file.length; at += 100) {
    splitter.push(file.subarray(at, at + 100));
    for (let record = splitter.next(); record !== null; record = splitter.next()) records.push(record);
    go();
  }
  splitter.end();
  for (let record = splitter.next(); record !== null; record = splitter.next()) records.push(record);
  go();
  return records;
}
