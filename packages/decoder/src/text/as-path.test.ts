// AS paths as text: what is written, and what is read or refused.
import { expect, test } from "vitest";
import type { AsPathSegment } from "../attribute/as-path.ts";
import { formatAsPath, parseAsPath } from "./as-path.ts";

function sequence(...asNumbers: number[]): AsPathSegment {
  return { type: "sequence", asNumbers };
}

test.each<[string, AsPathSegment[]]>([
  ["", []],
  ["65001", [sequence(65001)]],
  ["65001 4200000000", [sequence(65001, 4200000000)]],
  ["65001 {65002 65003}", [sequence(65001), { type: "set", asNumbers: [65002, 65003] }]],
  ["(65010 65011) 65001", [{ type: "confedSequence", asNumbers: [65010, 65011] }, sequence(65001)]],
  ["[65010]", [{ type: "confedSet", asNumbers: [65010] }]],
  ["1 | 2", [sequence(1), sequence(2)]],
  ["1 | 2 {3} 4", [sequence(1), sequence(2), { type: "set", asNumbers: [3] }, sequence(4)]],
])("%j", (text, segments) => {
  expect(formatAsPath(segments)).toBe(text);
  expect(parseAsPath(text)).toEqual(segments);
});

test("a sequence of more than 255 AS numbers is several segments and one text", () => {
  const all = Array.from({ length: 300 }, (_, i) => i + 1);
  const segments = [sequence(...all.slice(0, 255)), sequence(...all.slice(255))];
  expect(formatAsPath(segments)).toBe(all.join(" "));
  expect(parseAsPath(all.join(" "))).toEqual(segments);
});

test("commas may stand in brackets, and white space anywhere between numbers", () => {
  expect(parseAsPath(" 1\t2 {3,4 , 5} ")).toEqual([sequence(1, 2), { type: "set", asNumbers: [3, 4, 5] }]);
  expect(parseAsPath("1{2}3")).toEqual([sequence(1), { type: "set", asNumbers: [2] }, sequence(3)]);
});

test.each([
  "x",
  "1,2",
  "01",
  "-1",
  "1.5",
  "4294967296",
  "{1",
  "1}",
  "{}",
  "{1,,2}",
  "{1,}",
  "(1]",
  "| 1",
  "1 |",
  "1 | {2}",
  "1 || 2",
])("%j is no path", (text) => {
  expect(parseAsPath(text)).toBeNull();
});
