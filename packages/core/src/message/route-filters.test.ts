// Filters in a ROUTE-REFRESH: RFC 5291 section 4, octet for octet, and RFC 5292 section 3.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import {
  decodeRouteFilters,
  encodeRouteFilters,
  type PrefixFilterEntry,
  type PrefixRule,
  type RouteFilter,
  type RouteFilters,
} from "./route-filters.ts";

function decode(hex: string, afi: number = 1): RouteFilters | null {
  return decodeRouteFilters({ afi, safi: 1, subtype: 0, body: fromHex(hex.replaceAll(" ", ""))! });
}

/** The body with these octets as the entries of one ORF, to be told at once. */
function body(entries: string, type: string = "40"): string {
  const octets = entries.replaceAll(" ", "");
  return `01${type}${(octets.length / 2).toString(16).padStart(4, "0")}${octets}`;
}

function filter(entries: string, afi: number = 1): RouteFilter {
  return decode(body(entries), afi)!.filters[0]!;
}

const RULE = { action: "add", match: "permit", sequence: 5, prefix: "10.0.0.0/8" } as const;

describe("RFC 5292 section 3: entries", () => {
  test.each<[name: string, afi: number, hex: string, entry: PrefixFilterEntry]>([
    ["remove all", 1, "80", { action: "removeAll" }],
    ["the prefix alone", 1, "00 00000005 00 00 08 0a", RULE],
    ["deny", 1, "20 00000005 00 00 08 0a", { ...RULE, match: "deny" }],
    ["remove", 1, "40 00000005 00 00 08 0a", { ...RULE, action: "remove" }],
    ["remove, deny", 1, "60 00000005 00 00 08 0a", { ...RULE, action: "remove", match: "deny" }],
    ["shortest length", 1, "00 00000005 09 00 08 0a", { ...RULE, minLength: 9 }],
    ["longest length", 1, "00 00000005 00 18 08 0a", { ...RULE, maxLength: 24 }],
    ["both lengths", 1, "00 00000005 10 18 08 0a", { ...RULE, minLength: 16, maxLength: 24 }],
    ["its own length as the shortest", 1, "00 00000005 08 18 08 0a", { ...RULE, minLength: 8, maxLength: 24 }],
    ["every prefix", 1, "00 ffffffff 00 20 00", { ...RULE, sequence: 4294967295, prefix: "0.0.0.0/0", maxLength: 32 }],
    ["a host", 1, "00 00000005 00 00 20 c0000201", { ...RULE, prefix: "192.0.2.1/32" }],
    ["bits behind the length", 1, "00 00000005 00 00 0c 0aff", { ...RULE, prefix: "10.255.0.0/12" }],
    ["IPv6", 2, "00 00000005 30 40 20 20010db8", { ...RULE, prefix: "2001:db8::/32", minLength: 48, maxLength: 64 }],
    ["an IPv6 host", 2, `00 00000005 00 00 80 20010db8${"00".repeat(11)}01`, { ...RULE, prefix: "2001:db8::1/128" }],
    ["reserved bits, to be ignored", 1, "1f 00000005 00 00 08 0a", { ...RULE, reserved: 31 }],
    ["reserved bits of remove all", 1, "bf", { action: "removeAll", reserved: 63 }],
  ])("%s", (_name, afi, hex, entry) => {
    expect(filter(hex, afi)).toEqual({ name: "prefixes", type: 64, entries: [entry] });
    const encoded = encodeRouteFilters({ when: 1, filters: [{ name: "prefixes", type: 64, entries: [entry] }] });
    expect(toHex(encoded)).toBe(body(hex));
  });

  test.each([
    ["an action that does not exist", 1, "c0 00000005 00 00 08 0a"],
    ["an action that does not exist, behind an entry that is well", 1, "80 c0"],
    ["a prefix longer than an address", 1, "00 00000005 00 00 21 0a00000000"],
    ["a longest length beyond that of an address", 1, "00 00000005 00 21 08 0a"],
    ["a shortest length beyond that of an address", 1, "00 00000005 21 00 08 0a"],
    ["a shortest length above the longest", 1, "00 00000005 18 10 08 0a"],
    ["a shortest length below the prefix's own", 1, "00 00000005 07 00 08 0a"],
    ["a longest length below the prefix's own", 1, "00 00000005 00 07 08 0a"],
    ["a prefix that is cut off", 1, "00 00000005 00 00 08"],
    ["an entry that is cut off", 1, "00 000000"],
    ["a family without prefixes", 25, "00 00000005 00 00 08 0a"],
  ])("%s: the whole ORF is raw (RFC 5291 section 6)", (_name, afi, hex) => {
    expect(filter(hex, afi)).toEqual({ name: "raw", type: 64, octets: fromHex(hex.replaceAll(" ", "")) });
    expect(toHex(encodeRouteFilters(decode(body(hex), afi)!))).toBe(body(hex));
  });
});

describe("RFC 5291 section 4: several filters", () => {
  test("each type on its own, those that nobody knows as octets", () => {
    const hex = "02 40 0001 80 41 0003 aabbcc 80 0001 80 40 0000";
    const filters = decode(hex)!;
    expect(filters).toEqual({
      when: 2,
      filters: [
        { name: "prefixes", type: 64, entries: [{ action: "removeAll" }] },
        { name: "raw", type: 65, octets: fromHex("aabbcc") },
        { name: "prefixes", type: 128, entries: [{ action: "removeAll" }] },
        { name: "prefixes", type: 64, entries: [] },
      ],
    });
    expect(toHex(encodeRouteFilters(filters))).toBe(hex.replaceAll(" ", ""));
  });

  test("octets are a copy", () => {
    const octets = fromHex("0141000101")!;
    const [first] = decodeRouteFilters({ afi: 1, safi: 1, subtype: 0, body: octets })!.filters;
    octets.fill(0);
    expect(first).toEqual({ name: "raw", type: 65, octets: Uint8Array.of(1) });
  });

  test("a plain request, the marks of RFC 7313 and what does not fill its message have none", () => {
    expect(decode("")).toBeNull();
    expect(decodeRouteFilters({ afi: 1, safi: 1, subtype: 1, body: fromHex("0140000180")! })).toBeNull();
    for (const hex of ["01", "014000", "0140000280", "0140000180ff"]) expect(decode(hex)).toBeNull();
  });
});

test.each<[string, Partial<PrefixRule>, RegExp]>([
  ["no prefix", { prefix: "10.0.0.0" }, /^prefix: "10\.0\.0\.0" is no range of prefixes/],
  [
    "lengths that contradict each other",
    { minLength: 24, maxLength: 16 },
    /"10\.0\.0\.0\/8" from 24 to 16 is no range/,
  ],
  ["a length below the prefix's own", { maxLength: 7 }, /from 0 to 7 is no range/],
  ["a sequence number of more than four octets", { sequence: 2 ** 32 }, /4294967296 does not fit/],
  ["a length of more than an octet", { maxLength: 264 }, /264 is no range/],
])("what cannot be written: %s", (_name, change, message) => {
  const entries: PrefixFilterEntry[] = [{ ...RULE, ...change }];
  expect(() => encodeRouteFilters({ when: 1, filters: [{ name: "prefixes", type: 64, entries }] })).toThrow(message);
});
