// CBOR by the examples of RFC 8949 appendix A, and what is refused.
import { fromHex, toHex } from "@bgpwire/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CborWriter, decodeCbor } from "./cbor.ts";

function encodeCbor(value: unknown): Uint8Array {
  return new CborWriter(128).encode(value);
}

function decode(hex: string): ReturnType<typeof decodeCbor> {
  const octets = fromHex(hex)!;
  return decodeCbor(octets, 0, octets.length);
}

describe("RFC 8949 appendix A", () => {
  test.each<[unknown, string]>([
    [0, "00"],
    [10, "0a"],
    [23, "17"],
    [24, "1818"],
    [100, "1864"],
    [1000, "1903e8"],
    [1_000_000, "1a000f4240"],
    [1_000_000_000_000, "1b000000e8d4a51000"],
    [-1, "20"],
    [-10, "29"],
    [-100, "3863"],
    [-1000, "3903e7"],
    [1.1, "fb3ff199999999999a"],
    [-4.1, "fbc010666666666666"],
    [1e300, "fb7e37e43c8800759c"],
    [-0, "fb8000000000000000"],
    [Number.POSITIVE_INFINITY, "fb7ff0000000000000"],
    [Number.NEGATIVE_INFINITY, "fbfff0000000000000"],
    [false, "f4"],
    [true, "f5"],
    [null, "f6"],
    [undefined, "f7"],
    [new Uint8Array(0), "40"],
    [Uint8Array.of(1, 2, 3, 4), "4401020304"],
    ["", "60"],
    ["IETF", "6449455446"],
    ["ü", "62c3bc"],
    ["水", "63e6b0b4"],
    ["𐅑", "64f0908591"],
    [[], "80"],
    [[1, [2, 3], [4, 5]], "8301820203820405"],
    [{}, "a0"],
    [{ a: 1, b: [2, 3] }, "a26161016162820203"],
    [["a", { b: "c" }], "826161a161626163"],
  ])("%j", (value, hex) => {
    expect(toHex(encodeCbor(value))).toBe(hex);
    expect(decode(hex)).toEqual({ value });
  });
});

test("equal values are equal octets, whatever the order of their fields", () => {
  expect(encodeCbor({ b: 1, a: 2, c: undefined })).toEqual(encodeCbor({ a: 2, b: 1 }));
});

test("what a writer has given stays as it is, whatever it writes next and however small its blocks are", () => {
  const values = Array.from({ length: 60 }, (_, i) => [i, "text".repeat(i % 7), new Uint8Array(i), { a: i / 3 }]);
  for (const block of [1, 16, 100, 4096]) {
    const writer = new CborWriter(block);
    const given = values.map((value, i) => (i % 2 === 0 ? writer.encode(value) : writer.encodeWrapped(value)));
    for (const [i, value] of values.entries()) {
      const octets = encodeCbor(value);
      const fresh = i % 2 === 0 ? octets : new CborWriter(1).encodeWrapped(value);
      expect(given[i]).toEqual(fresh);
      expect(given[i]!.slice(-octets.length)).toEqual(octets);
    }
  }
});

test("what is no plain value is undefined", () => {
  expect(encodeCbor([() => {}, Symbol("s"), 1n])).toEqual(encodeCbor([undefined, undefined, undefined]));
});

test("a field named __proto__ is a field", () => {
  const octets = encodeCbor(JSON.parse('{"__proto__":{"x":1}}'));
  const decoded = decodeCbor(octets, 0, octets.length);
  expect("value" in decoded && Object.getPrototypeOf(decoded.value)).toBe(Object.prototype);
  expect("value" in decoded && Object.keys(decoded.value as object)).toEqual(["__proto__"]);
});

test.each([
  ["", "a value of 1 octets does not fit into the 0 that are left"],
  ["0000", "1 octets stand behind the value"],
  ["19ff", "a value of 2 octets does not fit into the 1 that are left"],
  ["5b001fffffffffffff", "a value of 9007199254740991 octets does not fit into the 0 that are left"],
  ["1bffffffffffffffff", "a number has more than 53 bits"],
  ["61ff", "a text is no UTF-8"],
  ["9affffffff", "a value of 4294967295 octets does not fit into the 0 that are left"],
  ["a10000", "a field has a name that is no text"],
  ["9fff", "0x9f begins no value that is written here"],
  ["f93c00", "0xf9 begins no value that is written here"],
  ["c000", "0xc0 begins no value that is written here"],
  ["81".repeat(17) + "00", "more than 16 values inside each other"],
])("%s is refused: %s", (hex, reason) => {
  expect(decode(hex)).toEqual({ reason });
});

test("plain values are read as they were written", () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.boolean(),
      fc.constantFrom(null, undefined),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (given) => {
      const octets = encodeCbor(given);
      const decoded = decodeCbor(octets, 0, octets.length);
      expect("value" in decoded ? decoded.value : decoded.reason).toEqual(given);
      expect("value" in decoded && encodeCbor(decoded.value)).toEqual(octets);
    }),
    { numRuns: 500 },
  );
});

test("whatever the octets, nothing throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      decodeCbor(octets, 0, octets.length);
    }),
    { numRuns: 2000 },
  );
});
