// P2: splitting the byte stream anywhere changes nothing. The oracle is a second framer that is as simple as can be.
import { expect, test } from "vitest";
import * as fc from "fast-check";
import { toHex } from "../../packages/core/src/bytes/hex.ts";
import { newFramer, nextMessage, pushChunk } from "../../packages/core/src/message/framer.ts";
import { brokenHeaders, messages, splits } from "../support/arbitrary-messages.ts";

/** What a stream is: its messages as "type body", and how it ends: waiting, or with "code/subcode data". */
interface Reading {
  readonly messages: readonly string[];
  readonly end: string;
}

/** Reads a whole stream at once, by the letter of RFC 4271 sections 4 and 6.1 and RFC 8654 section 4. */
function oracle(stream: Uint8Array, maxLength: number): Reading {
  const shortest = new Map([
    [1, 29],
    [2, 23],
    [3, 21],
    [4, 19],
    [5, 23],
  ]);
  const found: string[] = [];
  let rest = [...stream];
  while (rest.length >= 19) {
    const lengthField = rest.slice(16, 18);
    const length = lengthField[0]! * 256 + lengthField[1]!;
    const type = rest[18]!;
    if (rest.slice(0, 16).some((octet) => octet !== 255)) return { messages: found, end: "1/1 " };
    const badLength =
      length < 19 ||
      length > maxLength ||
      length < (shortest.get(type) ?? 0) ||
      (type === 1 && length > 4096) ||
      (type === 4 && length !== 19);
    if (badLength) return { messages: found, end: `1/2 ${toHex(Uint8Array.from(lengthField))}` };
    if (!shortest.has(type)) return { messages: found, end: `1/3 ${toHex(Uint8Array.of(type))}` };
    if (rest.length < length) break;
    found.push(`${type} ${toHex(Uint8Array.from(rest.slice(19, length)))}`);
    rest = rest.slice(length);
  }
  return { messages: found, end: "none" };
}

/** The framer's reading of the same stream in pieces. `eager` asks after each piece, else when all are there. */
function read(chunks: readonly Uint8Array[], maxLength: number, eager: boolean): Reading {
  const framer = newFramer();
  const found: string[] = [];
  let end = "none";
  const drain = (): void => {
    for (;;) {
      const got = nextMessage(framer, maxLength);
      if (got === "message") {
        found.push(`${framer.type} ${toHex(framer.buffer.subarray(framer.start, framer.end))}`);
        continue;
      }
      end = got === "none" ? got : `${got.code}/${got.subcode} ${toHex(got.data)}`;
      return;
    }
  };
  for (const chunk of chunks) {
    pushChunk(framer, chunk);
    if (eager) drain();
  }
  drain();
  return { messages: found, end };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const limits = fc.constantFrom(4096, 65535);

/** Messages, then perhaps something wrong, then perhaps the beginning of more. */
const streams = fc
  .tuple(fc.array(messages, { maxLength: 6 }), fc.option(brokenHeaders), fc.option(messages), fc.nat(30))
  .map(([whole, broken, last, length]) =>
    join([...whole, broken ?? new Uint8Array(0), (last ?? new Uint8Array(0)).subarray(0, length)]),
  );

test("P2: a stream of messages in any pieces is read as the oracle reads it whole", () => {
  const cases = streams.chain((stream) => fc.tuple(fc.constant(stream), splits(stream)));
  fc.assert(
    fc.property(cases, limits, fc.boolean(), ([stream, chunks], maxLength, eager) => {
      expect(read(chunks, maxLength, eager)).toEqual(oracle(stream, maxLength));
    }),
    { numRuns: 500 },
  );
});

test("P2: octet by octet too", () => {
  fc.assert(
    fc.property(streams, limits, fc.boolean(), (stream, maxLength, eager) => {
      const chunks = Array.from(stream, (octet) => Uint8Array.of(octet));
      expect(read(chunks, maxLength, eager)).toEqual(oracle(stream, maxLength));
    }),
    { numRuns: 50 },
  );
});

test("P1: any octets at all", () => {
  const octets = fc.uint8Array({ maxLength: 200 });
  const marked = octets.map((bytes) => join([new Uint8Array(16).fill(255), bytes]));
  const cases = fc.oneof(octets, marked).chain((stream) => fc.tuple(fc.constant(stream), splits(stream)));
  fc.assert(
    fc.property(cases, limits, ([stream, chunks], maxLength) => {
      expect(read(chunks, maxLength, true)).toEqual(oracle(stream, maxLength));
    }),
    { numRuns: 2000 },
  );
});

test("P4: a structured clone between any two pieces goes on as if it had not been made", () => {
  const cases = streams.chain((stream) => fc.tuple(fc.constant(stream), splits(stream)));
  fc.assert(
    fc.property(cases, ([stream, chunks]) => {
      let framer = newFramer();
      const found: string[] = [];
      for (const chunk of chunks) {
        pushChunk(framer, chunk);
        if (nextMessage(framer, 4096) === "message") {
          found.push(`${framer.type} ${toHex(framer.buffer.subarray(framer.start, framer.end))}`);
        }
        framer = structuredClone(framer);
      }
      for (let got = nextMessage(framer, 4096); got === "message"; got = nextMessage(framer, 4096)) {
        found.push(`${framer.type} ${toHex(framer.buffer.subarray(framer.start, framer.end))}`);
      }
      expect(found).toEqual(oracle(stream, 4096).messages);
    }),
    { numRuns: 200 },
  );
});

test("what the framer gives out is never changed afterwards", () => {
  const cases = streams.chain((stream) => splits(stream));
  fc.assert(
    fc.property(cases, (chunks) => {
      const framer = newFramer();
      const before = chunks.map(toHex);
      const kept: { view: Uint8Array; text: string }[] = [];
      for (const chunk of chunks) {
        pushChunk(framer, chunk);
        while (nextMessage(framer, 4096) === "message") {
          const view = framer.buffer.subarray(framer.start - 19, framer.end);
          kept.push({ view, text: toHex(view) });
        }
      }
      expect(kept.map(({ view }) => toHex(view))).toEqual(kept.map(({ text }) => text));
      expect(chunks.map(toHex)).toEqual(before);
    }),
    { numRuns: 200 },
  );
});
