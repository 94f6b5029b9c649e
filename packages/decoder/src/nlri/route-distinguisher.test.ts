// Route distinguishers: the octets of RFC 4364 section 4.2 by hand, as text and back.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { FieldReader } from "../bytes/reader.ts";
import {
  encodeRouteDistinguisher,
  isRouteDistinguisher,
  parseRouteDistinguisher,
  readRouteDistinguisher,
  routeDistinguisherText,
} from "./route-distinguisher.ts";

function octetsOf(text: string): string {
  return toHex(encodeRouteDistinguisher(text));
}

describe("RFC 4364 section 4.2", () => {
  test.each([
    ["type 0", "0000fde800000064", "65000:100", { type: 0, administrator: 65000, assignedNumber: 100 }],
    [
      "type 0, largest",
      "0000ffffffffffff",
      "65535:4294967295",
      { type: 0, administrator: 65535, assignedNumber: 4294967295 },
    ],
    ["type 0, zero", "0000000000000000", "0:0", { type: 0, administrator: 0, assignedNumber: 0 }],
    ["type 1", "0001c00002010064", "192.0.2.1:100", { type: 1, administrator: "192.0.2.1", assignedNumber: 100 }],
    [
      "type 1, largest",
      "0001ffffffffffff",
      "255.255.255.255:65535",
      { type: 1, administrator: "255.255.255.255", assignedNumber: 65535 },
    ],
    ["type 2", "0002fa56ea000064", "4200000000:100", { type: 2, administrator: 4200000000, assignedNumber: 100 }],
    [
      "type 2 that type 0 could be",
      "00020000fde80064",
      "65000L:100",
      { type: 2, administrator: 65000, assignedNumber: 100 },
    ],
    [
      "type 2, the last that type 0 could be",
      "00020000ffff0001",
      "65535L:1",
      { type: 2, administrator: 65535, assignedNumber: 1 },
    ],
    [
      "type 2, the first that type 0 cannot be",
      "000200010000ffff",
      "65536:65535",
      { type: 2, administrator: 65536, assignedNumber: 65535 },
    ],
    ["a type that is not known", "0003fde800000064", "0x0003fde800000064", null],
    ["all ones, as a wildcard", "ffffffffffffffff", "0xffffffffffffffff", null],
  ])("%s", (_, hex, text, parts) => {
    expect(routeDistinguisherText(fromHex(`ff${hex}`)!, 1)).toBe(text);
    expect(octetsOf(text)).toBe(hex);
    expect(parseRouteDistinguisher(text)).toEqual(parts);
    expect(isRouteDistinguisher(text)).toBe(true);
  });
});

test("an AS number above 65535 is of type 2 with and without its L", () => {
  expect(octetsOf("65536L:1")).toBe("0002000100000001");
});

test.each([
  "",
  "100",
  ":",
  "65000:",
  ":100",
  "65000:4294967296",
  "65536:65536",
  "65000L:65536",
  "192.0.2.1:65536",
  "192.0.2:1",
  "4294967296:1",
  "-1:1",
  "065000:1",
  "65000:1:1",
  "L:1",
  "0x0003fde8000000",
  "0x0003fde80000006400",
  "0xnonsense",
])("%j is none", (text) => {
  expect(parseRouteDistinguisher(text)).toBeNull();
  expect(isRouteDistinguisher(text)).toBe(false);
  expect(() => octetsOf(text)).toThrow(`routeDistinguisher: "${text}" is no route distinguisher`);
});

test("one that is cut short fails its reader", () => {
  const reader = new FieldReader(fromHex("0000fde8000000")!, 0, 7);
  expect(readRouteDistinguisher(reader)).toBe("");
  expect(reader.failed).toBe(true);
});
