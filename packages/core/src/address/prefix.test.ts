import { describe, expect, test } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { formatPrefix, parsePrefix, parseZonedPrefix, prefixContains } from "./prefix.ts";

test.each([
  ["0.0.0.0/0", 4, "00000000", 0],
  ["192.0.2.0/24", 4, "c0000200", 24],
  ["192.0.2.1/24", 4, "c0000201", 24],
  ["192.0.2.1/32", 4, "c0000201", 32],
  ["::/0", 6, "00000000000000000000000000000000", 0],
  ["2001:db8::/32", 6, "20010db8000000000000000000000000", 32],
  ["2001:db8::1/128", 6, "20010db8000000000000000000000001", 128],
  ["::ffff:192.0.2.0/120", 6, "00000000000000000000ffffc0000200", 120],
] as const)("%s", (text, version, hex, length) => {
  const prefix = parsePrefix(text)!;
  expect({ ...prefix, bytes: toHex(prefix.bytes) }).toEqual({ version, bytes: hex, length });
});

test.each([
  "",
  "192.0.2.0",
  "192.0.2.0/",
  "192.0.2.0/33",
  "192.0.2.0/08",
  "192.0.2.0/+8",
  "192.0.2.0/-1",
  "192.0.2.0/8.0",
])("%j is no prefix", (text) => {
  expect(parsePrefix(text)).toBeNull();
});

test.each([
  "2001:db8::/129",
  "2001:db8::/1000",
  "fe80::%eth0/64",
  "/24",
  "192.0.2/24",
  "192.0.2.0/24/24",
  "192.0.2.0/ 24",
])("%j is no prefix either", (text) => {
  expect(parsePrefix(text)).toBeNull();
});

describe("a prefix with a zone (RFC 4007 section 11.7)", () => {
  test.each<[string, string, number]>([
    ["fe80::%eth0/10", "%eth0", 10],
    ["fe80::1:2%2/64", "%2", 64],
    ["febf::%eth0.7/128", "%eth0.7", 128],
    ["2001:db8::/32", "", 32],
    ["192.0.2.0/24", "", 24],
    ["fe80::/10", "", 10],
  ])("%s", (text, zone, length) => {
    expect(parseZonedPrefix(text)).toEqual({ ...parsePrefix(text.replace(/%[^/]*/, "")), zone, length });
  });

  test.each([
    "fe80::%/10",
    "fe80::/10%eth0",
    "fe80::%a%b/10",
    "fe80::%a b/10",
    "%eth0/10",
    "2001:db8::%eth0/32",
    "192.0.2.0%eth0/24",
    // More than what has a zone.
    "fe80::%eth0/9",
    "::%eth0/0",
  ])("%j is none", (text) => {
    expect(parseZonedPrefix(text)).toBeNull();
  });
});

describe("formatPrefix", () => {
  test("reads only the octets that RFC 4271 section 4.3 puts on the wire", () => {
    expect(formatPrefix(4, Uint8Array.of(192, 0, 2), 24)).toBe("192.0.2.0/24");
    expect(formatPrefix(4, Uint8Array.of(192, 0, 2, 77), 24)).toBe("192.0.2.0/24");
    expect(formatPrefix(4, new Uint8Array(0), 0)).toBe("0.0.0.0/0");
    expect(formatPrefix(6, Uint8Array.of(0x20, 0x01, 0x0d, 0xb8), 32)).toBe("2001:db8::/32");
    expect(formatPrefix(6, Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0xff), 32)).toBe("2001:db8::/32");
  });

  test("keeps the bits behind the length, which are on the wire too", () => {
    expect(formatPrefix(4, Uint8Array.of(10, 255), 9)).toBe("10.255.0.0/9");
    expect(formatPrefix(6, Uint8Array.of(0x20, 0xff), 9)).toBe("20ff::/9");
  });

  test("starts at the offset", () => {
    expect(formatPrefix(4, Uint8Array.of(24, 192, 0, 2, 16), 24, 1)).toBe("192.0.2.0/24");
  });
});

test.each([
  ["192.0.2.0/24", "192.0.2.0", true],
  ["192.0.2.0/24", "192.0.2.255", true],
  ["192.0.2.0/24", "192.0.3.0", false],
  ["192.0.2.0/25", "192.0.2.127", true],
  ["192.0.2.0/25", "192.0.2.128", false],
  ["192.0.2.77/25", "192.0.2.1", true],
  ["192.0.2.1/32", "192.0.2.1", true],
  ["192.0.2.1/32", "192.0.2.0", false],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["0.0.0.0/0", "::1", false],
  ["::/0", "192.0.2.1", false],
  ["192.0.2.0/24", "::ffff:192.0.2.9", true],
  ["2001:db8::/33", "2001:db8:7fff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["fe80::/10", "fe80::1%eth0", true],
  ["nonsense", "192.0.2.1", false],
  ["192.0.2.0/24", "nonsense", false],
])("%s contains %s: %s", (prefix, address, expected) => {
  expect(prefixContains(prefix, address)).toBe(expected);
});
