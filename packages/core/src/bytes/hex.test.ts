import { expect, test } from "vitest";
import { equalBytes, fromHex, toHex } from "./hex.ts";
import { bytesOf, copyOf } from "./slice.ts";

test("bytes become lower-case digits and come back", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(toHex(all).slice(0, 8)).toBe("00010203");
  expect(toHex(all).slice(-4)).toBe("feff");
  expect(fromHex(toHex(all))).toEqual(all);
  expect(toHex(new Uint8Array(0))).toBe("");
});

test.each([
  ["FF ff\n0a", [0xff, 0xff, 0x0a]],
  ["", []],
  [" ", []],
  ["f", null],
  ["0g", null],
  ["0x00", null],
  ["-1", null],
  ["é0", null],
])("fromHex(%j)", (text, expected) => {
  const bytes = fromHex(text);
  expect(bytes === null ? null : [...bytes]).toEqual(expected);
});

test("equality is of length and every octet", () => {
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
});

test("a slice is a view, a copy is not", () => {
  const buffer = Uint8Array.of(1, 2, 3, 4);
  const view = bytesOf({ buffer, start: 1, end: 3 });
  const copy = copyOf(view);
  buffer[1] = 9;
  expect([...view]).toEqual([9, 3]);
  expect([...copy]).toEqual([2, 3]);
  expect(copy.buffer.byteLength).toBe(2);
});
