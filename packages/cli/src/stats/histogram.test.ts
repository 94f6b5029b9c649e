import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Histogram, sparkline } from "./histogram.ts";

test("nothing is lost, whatever the span, and a step is as short as it can be", () => {
  const times = fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 1 });
  fc.assert(
    fc.property(times, (times) => {
      const histogram = new Histogram();
      for (const time of times) histogram.add(time);
      expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(times.length);
      const span = Math.max(...times) - times[0]!;
      expect(histogram.width * 120).toBeGreaterThan(span);
      expect(histogram.width === 1 || (histogram.width / 2) * 120 <= span).toBe(true);
    }),
  );
});

test("counts stand in the step of their time", () => {
  const histogram = new Histogram();
  for (const time of [1000, 1000, 1001, 1005]) histogram.add(time);
  expect(histogram.counts).toEqual([2, 1, 0, 0, 0, 1]);
  histogram.add(1000 + 120);
  expect(histogram.width).toBe(2);
  expect(histogram.counts.slice(0, 3)).toEqual([3, 0, 1]);
});

test("a sparkline is as wide as there is room, with the most at the top and nothing as a space", () => {
  expect(sparkline([1, 0, 8, 4], 10)).toBe("▁ █▄");
  expect(sparkline([1, 1, 4, 4], 2)).toBe("▂█");
  expect(sparkline([], 10)).toBe("");
});
