// Lines under every way of cutting a stream into chunks, and those that are not to be read.
import { encodeUtf8 } from "@bgpwire/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LineReader } from "./line-reader.ts";
import { readAll } from "./record-reader.ts";

test("gives every line with its offset, however the stream is cut", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, ""));
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom("\n", "\r\n"), fc.integer({ min: 1, max: 9 }), (lines, end, pieces) => {
      const file = encodeUtf8(lines.map((text) => text + end).join(""));
      let offset = 0;
      const expected = lines.map((text) => {
        const { length } = encodeUtf8(text + end);
        offset += length;
        return { kind: "line", text, offset: offset - length, length };
      });
      expect(readAll(new LineReader(1000), file, pieces)).toEqual(expected);
    }),
  );
});

test("the last line needs no end", () => {
  expect(readAll(new LineReader(9), encodeUtf8("one\ntwo"))).toMatchObject([{ text: "one" }, { text: "two" }]);
});

test("a line that is too long is a problem, of which nothing is held, and the next one is read", () => {
  const file = encodeUtf8(`${"x".repeat(100)}\nnext\n`);
  expect(readAll(new LineReader(10), file, 7)).toEqual([
    { kind: "problem", offset: 0, reason: "a line of 100 octets; at most 10 are read", skipped: 101 },
    { kind: "line", text: "next", offset: 101, length: 5 },
  ]);
});

test("a line that is no UTF-8 is a problem", () => {
  expect(readAll(new LineReader(10), Uint8Array.of(0xff, 10, 65, 10))).toEqual([
    { kind: "problem", offset: 0, reason: "a line that is no UTF-8", skipped: 2 },
    { kind: "line", text: "A", offset: 2, length: 2 },
  ]);
});
