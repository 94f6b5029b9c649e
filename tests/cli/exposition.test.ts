// The text format of Prometheus as it is written, read by a strict reader, and the strictness of that one.
import { expect, it } from "vitest";
import { parseExposition } from "../support/prometheus.ts";
import { Exposition } from "../../packages/cli/src/http/exposition.ts";

const NASTY = 'back\\slash "quoted"\nnext\\n line, {a="b"} ü';

it("is what a strict reader reads, whatever the texts and the numbers", () => {
  const out = new Exposition().family("a_total", "counter", NASTY).sample(1, { label: NASTY, other: "" }).sample(2);
  out.family("b", "gauge", "");
  for (const [i, value] of [0, -1.5, 1e21, 5e-324, Infinity, -Infinity, NaN].entries())
    out.sample(value, { i: `${i}` });
  out.family("c", "summary", "x").sample(1, { quantile: "0.5" }).sample(3, {}, "_sum").sample(2, {}, "_count");
  const families = parseExposition(out.take());
  expect(out.take()).toBe("");
  expect(families.get("a_total")).toEqual({
    name: "a_total",
    type: "counter",
    help: NASTY,
    samples: [
      { name: "a_total", labels: { label: NASTY, other: "" }, value: 1 },
      { name: "a_total", labels: {}, value: 2 },
    ],
  });
  const values = families.get("b")!.samples.map(({ value }) => value);
  expect(values).toEqual([0, -1.5, 1e21, 5e-324, Infinity, -Infinity, NaN]);
  expect(families.get("c")!.samples.map(({ name }) => name)).toEqual(["c", "c_sum", "c_count"]);
});

it.each([
  ["# HELP a x\n# TYPE a gauge\na 1", "the last line has no end"],
  ["a 1\n", "a sample without a family"],
  ["# HELP a x\n# TYPE a counter\na 1\n", "_total is for counters"],
  ['# HELP a x\n# TYPE a gauge\na{b="\\q"} 1\n', "an escape that there is not"],
  ['# HELP a x\n# TYPE a gauge\na{b="c",} 1\n', "no label"],
  ["# HELP a x\n# TYPE a gauge\na 1\na 2\n", "the same sample twice"],
  ["# HELP a x\n# TYPE a gauge\nb 1\n", "a sample of another family"],
])("has a reader that is strict: %j", (text, why) => {
  expect(() => parseExposition(text)).toThrow(why);
});
