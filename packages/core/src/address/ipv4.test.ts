import { expect, test } from "vitest";
import { formatIPv4, parseIPv4 } from "./ipv4.ts";

test.each([
  ["0.0.0.0", 0],
  ["0.0.0.1", 1],
  ["192.0.2.1", 0xc000_0201],
  ["255.255.255.255", 0xffff_ffff],
])("%s is %i and back", (text, value) => {
  expect(parseIPv4(text)).toBe(value);
  expect(formatIPv4(value)).toBe(text);
});

test.each([
  "",
  "1",
  "1.2.3",
  "1.2.3.4.5",
  "256.0.0.1",
  "01.2.3.4",
  "1.2.3.04",
  "1.2.3.",
  ".1.2.3",
  "1.2.3.4 ",
  " 1.2.3.4",
])("%j is no address", (text) => {
  expect(parseIPv4(text)).toBeNull();
});

test.each(["1.2.3.-4", "1.2.3.+4", "1.2.3.4e0", "0x1.2.3.4", "1.2.3.1000", "a.b.c.d", "1.2.3.4/32"])(
  "%j is no address either",
  (text) => {
    expect(parseIPv4(text)).toBeNull();
  },
);

test("a number from bit operations, which may be negative, prints as unsigned", () => {
  expect(formatIPv4(0xc000_0201 | 0)).toBe("192.0.2.1");
});
