// RFC 6793: paths and aggregators to and from speakers whose AS numbers have two octets.
import { expect, test } from "vitest";
import { aggregator, as4Aggregator } from "../attribute/aggregator.ts";
import { as4Path } from "../attribute/as4-path.ts";
import { asPath } from "../attribute/as-path.ts";
import { formatAsPath } from "../text/as-path.ts";
import { mergeAs4, splitAs4 } from "./as4.ts";
import { attributeNamed, type PathAttribute } from "./model.ts";

function mergedPath(path: string, large: string, ...more: PathAttribute[]): string {
  const merged = mergeAs4([asPath(path), as4Path(large), ...more]);
  expect(attributeNamed(merged, "as4Path")).toBeUndefined();
  return formatAsPath(attributeNamed(merged, "asPath")!.segments);
}

test("section 4.2.2: AS_TRANS stands for what does not fit, AS4_PATH says what it was", () => {
  expect(splitAs4([asPath("65001 70000 {80000 65002}")])).toEqual([
    asPath("65001 23456 {23456 65002}"),
    as4Path("65001 70000 {80000 65002}"),
  ]);
});

test("section 4.2.2: no AS4_PATH and no AS4_AGGREGATOR where all AS numbers fit", () => {
  const fits = [asPath("65001 65002"), aggregator(65002, "192.0.2.1")];
  expect(splitAs4(fits)).toEqual(fits);
  expect(splitAs4([...fits, as4Path("65001"), as4Aggregator(65001, "192.0.2.1")])).toEqual(fits);
});

test("section 4.2.2: segments of a confederation are not in AS4_PATH", () => {
  expect(splitAs4([asPath("(65010) 70000")])).toEqual([asPath("(65010) 23456"), as4Path("70000")]);
  expect(splitAs4([asPath("(70000)")])).toEqual([asPath("(23456)")]);
});

test("section 4.2.2: an AGGREGATOR that does not fit", () => {
  expect(splitAs4([aggregator(70000, "192.0.2.1")])).toEqual([
    aggregator(23456, "192.0.2.1"),
    as4Aggregator(70000, "192.0.2.1"),
  ]);
});

test.each([
  ["as many AS numbers", "23456 65002", "70000 65002", "70000 65002"],
  ["old speakers in front", "100 200 23456 65002", "70000 65002", "100 200 70000 65002"],
  ["AS4_PATH longer than AS_PATH is ignored", "100", "70000 65002", "100"],
  ["an AS_SET counts as one", "100 {1 2 3} 23456", "70000", "100 {1 2 3} 70000"],
  ["also where that makes AS_PATH the shorter one", "100 {1 2 3}", "70000 80000 90000", "100 {1 2 3}"],
  ["an AS_SET in AS4_PATH counts as one", "100 23456 {23456 5}", "70000 {80000 5}", "100 70000 {80000 5}"],
  ["a leading segment of a confederation is kept", "(65010) 100 23456", "70000", "(65010) 100 70000"],
  ["also where nothing else is prepended", "(65010) 23456", "70000", "(65010) 70000"],
  ["and one behind a segment that is prepended", "100 (65010) 23456", "70000", "100 (65010) 70000"],
  ["section 6: segments of a confederation in AS4_PATH do not count", "100 23456", "(65010) 70000", "100 70000"],
])("section 4.2.3: %s", (_what, path, large, expected) => {
  expect(mergedPath(path, large)).toBe(expected);
});

test("section 4.2.3: both attributes are ignored if the aggregator was an old speaker", () => {
  const merged = mergeAs4([
    asPath("100 23456"),
    as4Path("70000"),
    aggregator(200, "192.0.2.1"),
    as4Aggregator(70000, "192.0.2.2"),
  ]);
  expect(merged).toEqual([asPath("100 23456"), aggregator(200, "192.0.2.1")]);
});

test("section 4.2.3: else AS4_AGGREGATOR is the aggregator", () => {
  const merged = mergeAs4([
    asPath("100 23456"),
    as4Path("70000"),
    { ...aggregator(23456, "192.0.2.1"), flags: 0xe0 },
    as4Aggregator(70000, "192.0.2.2"),
  ]);
  expect(merged).toEqual([asPath("100 70000"), { ...aggregator(70000, "192.0.2.2"), flags: 0xe0 }]);
});

test("section 4.2.3: an AGGREGATOR of an old speaker alone does not keep AS4_PATH from use", () => {
  expect(mergedPath("100 23456", "70000", aggregator(200, "192.0.2.1"))).toBe("100 70000");
});
