// IPv6 text: reading after RFC 4291 section 2.2, writing after RFC 5952 section 4.
import { expect, test } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { formatIPv6, parseIPv6 } from "./ipv6.ts";

test.each([
  ["RFC 4291 2.2.1", "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcdef0123456789abcdef0123456789"],
  ["RFC 4291 2.2.1", "2001:DB8:0:0:8:800:200C:417A", "20010db80000000000080800200c417a"],
  ["RFC 4291 2.2.2", "2001:DB8::8:800:200C:417A", "20010db80000000000080800200c417a"],
  ["RFC 4291 2.2.2", "FF01::101", "ff010000000000000000000000000101"],
  ["loopback", "::1", "00000000000000000000000000000001"],
  ["unspecified", "::", "00000000000000000000000000000000"],
  ["RFC 4291 2.2.3", "0:0:0:0:0:0:13.1.68.3", "0000000000000000000000000d014403"],
  ["RFC 4291 2.2.3", "::FFFF:129.144.52.38", "00000000000000000000ffff81903426"],
  ["zeros at the end", "2001:db8::", "20010db8000000000000000000000000"],
  ["one group left out", "1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
  ["one group left out in front", "::2:3:4:5:6:7:8", "00000002000300040005000600070008"],
  ["leading zeros", "0001:0000::000f", "0001000000000000000000000000000f"],
])("%s: %s is read", (_name, text, hex) => {
  expect(toHex(parseIPv6(text)!)).toBe(hex);
});

test.each([
  "",
  ":",
  ":::",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  "::1:2:3:4:5:6:7:8",
  "1::2::3",
  ":1:2:3:4:5:6:7:8",
  ":1::",
  "1:",
  "1::2:",
  "12345::",
  "g::",
  "::1.2.3",
  "::1.2.3.4:5",
  "1.2.3.4::",
  "1.2.3.4",
  "::256.0.0.1",
  "1:2:3:4:5:6:7:1.2.3.4",
  "fe80::1%eth0",
  "::1/128",
  " ::1",
  "[::1]",
  "::-1",
])("%j is no address", (text) => {
  expect(parseIPv6(text)).toBeNull();
});

test.each([
  ["4.1 leading zeros go", "2001:0db8::0001", "2001:db8::1"],
  ["4.2.1 as short as possible", "2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
  ["4.2.2 one group is not left out", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["4.2.3 the longest run", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
  ["4.2.3 the first of equal runs", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["4.3 lower case", "2001:DB8::ABCD", "2001:db8::abcd"],
  ["a run at the end", "1:0:0:0:0:0:0:0", "1::"],
  ["a run at the beginning", "0:0:0:0:0:0:0:1", "::1"],
  ["two groups at the end", "1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"],
  ["a shorter run first", "0:0:1:0:0:0:2:3", "0:0:1::2:3"],
  ["all zeros", "0:0:0:0:0:0:0:0", "::"],
  ["5 IPv4-mapped", "::ffff:c000:201", "::ffff:192.0.2.1"],
  ["IPv4-compatible is not special", "::192.0.2.1", "::c000:201"],
  ["not quite mapped", "0:0:0:0:1:ffff:c000:201", "::1:ffff:c000:201"],
])("RFC 5952 %s: %s", (_name, text, canonical) => {
  expect(formatIPv6(parseIPv6(text)!)).toBe(canonical);
});

test("octets beyond the buffer count as zero, and an offset is one", () => {
  expect(formatIPv6(Uint8Array.of(0xff, 0x20, 0x01, 0x0d, 0xb8), 1)).toBe("2001:db8::");
});
