// Work and memory are bounded by the length of what is read, whatever is in it: every octet is looked at a limited number of
// times, and what is made of a message is a limited multiple of it. Counted, not timed.
import { describe, expect, test } from "vitest";
import { attributeName, encodeMessage, familyName, MessageType, type Slice } from "@bgpwire/core";
import { createContext, decodeUpdate, dissect, encodeUpdate, STANDARD, UpdateView } from "@bgpwire/decoder";

/** The longest message of RFC 8654 without its header, and without what stands around the value under test. */
const MOST = 65535 - 19 - 64;

/** Long enough that work that grows with the square of the length is far beyond every bound below. */
const LONG = 6000;

/** How often an octet may be looked at, over the walk and all three tiers. The tightest that holds is about half of it. */
const LOOKS = 40;

/** How many values a decoded message may hold per octet: numbers, strings, lists, objects. */
const VALUES = 8;

/** Patterns that make lists of the smallest things there are, and of the deepest. */
const PATTERNS: Readonly<Record<string, readonly number[]>> = {
  zeros: [0],
  ones: [0xff],
  "type 0, length 0": [0, 0, 0, 0],
  "type 1, length 0, one octet each": [1, 0],
  "type 1, length 0, two octets each": [0, 1, 0, 0],
  "type 1, length 1": [1, 1, 1],
  "type 2, length 2": [2, 2, 2, 2],
  "type 128, length 0 of two octets": [128, 0, 0],
  counting: Array.from({ length: 256 }, (_, i) => i),
  "one AS per segment": [2, 1, 0, 0, 0, 1],
  "attributes without value": [0xc0, 99, 0],
  "attributes without value, of all codes": Array.from({ length: 256 }, (_, i) => [0xc0, i, 0]).flat(),
  "flowspec of one component": [3, 3, 0x81, 6],
  "EVPN of unknown type": [99, 0],
};

function repeated(pattern: readonly number[], octets: number): number[] {
  return Array.from({ length: octets }, (_, i) => pattern[i % pattern.length]!);
}

/** Lengths that hold each other: a list of TLVs of one TLV, as deep as it goes. */
function nested(type: number, octets: number): number[] {
  const value: number[] = [];
  for (let left = octets - 4; left >= 0; left -= 4) value.push(0, type, left >> 8, left & 0xff);
  return value;
}

/** The octets of a message, counting how often one is looked at. */
function counted(bytes: Uint8Array): { readonly slice: Slice; readonly looks: () => number } {
  let looks = 0;
  const buffer = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^\d/.test(key)) {
        looks += 1;
        return target[Number(key)];
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: number[]) => {
        // A view or a copy of a range: as if each octet of it had been looked at.
        const result: unknown = Reflect.apply(value, target, args);
        if (result instanceof Uint8Array) looks += result.length;
        return result;
      };
    },
  });
  return { slice: { buffer, start: 0, end: bytes.length }, looks: () => looks };
}

/** How many values there are in a value. */
function valuesIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  if (value instanceof Uint8Array) return 1 + value.length / 8;
  let count = 1;
  for (const inner of Object.values(value)) count += valuesIn(inner);
  return count;
}

function expectBounded(body: Uint8Array): void {
  const context = createContext();
  const { slice, looks } = counted(body);
  new UpdateView(context).read(slice).verdict();
  const decoded = decodeUpdate(slice, context);
  expect(looks()).toBeLessThan(LOOKS * body.length);
  expect(valuesIn(decoded)).toBeLessThan(VALUES * body.length);
  expect(encodeUpdate(decoded.update, context)).toEqual(body);
  // Too many fields to look at one by one, but they must be had.
  expect(dissect(encodeMessage(MessageType.Update, body), context).length).toBe(body.length + 19);
}

function bodyOf(flags: number, code: number, value: readonly number[]): Uint8Array {
  const length = value.length;
  const attribute = [flags | 0x10, code, length >> 8, length & 0xff];
  return Uint8Array.of(0, 0, (length + 4) >> 8, (length + 4) & 0xff, ...attribute, ...value);
}

describe("a long value of each attribute", () => {
  for (const row of STANDARD.attributes) {
    if (row.code === 14 || row.code === 15) continue;
    test(attributeName(row.code), () => {
      for (const pattern of Object.values(PATTERNS))
        expectBounded(bodyOf(row.flags, row.code, repeated(pattern, LONG)));
      for (const type of [1, 2, 5, 128]) expectBounded(bodyOf(row.flags, row.code, nested(type, LONG)));
      expectBounded(bodyOf(row.flags, row.code, repeated(PATTERNS["type 0, length 0"]!, MOST)));
    });
  }
});

describe("many routes of each family, announced and withdrawn", () => {
  for (const row of STANDARD.families) {
    test(familyName(row), () => {
      const family = [row.afi >> 8, row.afi & 0xff, row.safi];
      const hop = [4, 12, 16, 24, 0].find((octets) => row.nextHop.fits(octets, false))!;
      for (const pattern of Object.values(PATTERNS)) {
        const routes = repeated(pattern, LONG);
        expectBounded(bodyOf(0x80, 14, [...family, hop, ...repeated([1], hop), 0, ...routes]));
        expectBounded(bodyOf(0x80, 15, [...family, ...routes]));
      }
    });
  }
});

describe("64 KB of whatever else an UPDATE has", () => {
  test.each(Object.entries(PATTERNS))("attributes: %s", (_, pattern) => {
    const block = repeated(pattern, MOST);
    expectBounded(Uint8Array.of(0, 0, block.length >> 8, block.length & 0xff, ...block));
  });

  test.each(Object.entries(PATTERNS))("withdrawn routes and NLRI: %s", (_, pattern) => {
    const routes = repeated(pattern, MOST >> 1);
    const length = [routes.length >> 8, routes.length & 0xff];
    expectBounded(Uint8Array.of(...length, ...routes, 0, 0, ...routes));
  });
});
