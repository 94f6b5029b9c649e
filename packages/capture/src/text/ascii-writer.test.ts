// Numbers and addresses as octets of ASCII: decimals as JavaScript has them, IPv6 as bgpdump has it.
import { parseIPv6 } from "@bgpwire/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AsciiWriter } from "./ascii-writer.ts";

function written(write: (out: AsciiWriter) => void): string {
  const out = new AsciiWriter(100);
  write(out);
  return String.fromCharCode(...out.buffer.subarray(0, out.length));
}

test("decimals are those of JavaScript", () => {
  const powers = Array.from({ length: 10 }, (_, i) => 10 ** i).flatMap((power) => [power - 1, power, power + 1]);
  for (const value of [...powers, 255, 256, 65_535, 0xffff_ffff]) {
    expect(written((out) => out.decimal(value))).toBe(String(value));
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => {
      expect(written((out) => out.decimal(value))).toBe(String(value));
    }),
  );
});

test("six digits of microseconds", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), (value) => {
      expect(written((out) => out.sixDigits(value))).toBe(String(value).padStart(6, "0"));
    }),
  );
});

test.each([
  ["::", "::"],
  ["::1", "::1"],
  ["::2", "::0.0.0.2"],
  ["::192.168.1.2", "::192.168.1.2"],
  ["::ffff:192.168.2.1", "::ffff:192.168.2.1"],
  ["::1:0:1", "::1:0:1"],
  ["2001:db8::1", "2001:db8::1"],
  ["2001:7f8:30:0:2:1:0:8447", "2001:7f8:30::2:1:0:8447"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["fe80::", "fe80::"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["ab:cde:f012:3:4:5:6:0", "ab:cde:f012:3:4:5:6::"],
])("IPv6 address %s is %s, which is not always RFC 5952", (address, text) => {
  expect(written((out) => out.ipv6(parseIPv6(address)!, 0))).toBe(text);
});

test.each([
  [[0], false, "0.0.0.0/0"],
  [[8, 10], false, "10.0.0.0/8"],
  [[17, 10, 1, 255], false, "10.1.255.0/17"],
  [[32, 10, 1, 2, 3], false, "10.1.2.3/32"],
  [[0], true, "::/0"],
  [[29, 0x20, 1, 0xd, 0xb8], true, "2001:db8::/29"],
])("prefix %j is %3$s, whatever stands behind its length", (octets, ipv6, text) => {
  expect(written((out) => out.prefix(Uint8Array.from(octets), 0, ipv6))).toBe(text);
});

test("a writer grows, and what is in it stays", () => {
  const out = new AsciiWriter(2);
  out.text("ab");
  out.reserve(5);
  out.octets(out.buffer, 0, 2);
  expect(String.fromCharCode(...out.buffer.subarray(0, out.length))).toBe("abab");
});
