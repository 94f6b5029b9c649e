import { describe, expect, it } from "vitest";
import { createRandom, sampler } from "./random.ts";

describe("createRandom", () => {
  it("is sfc32: the reference generator's numbers", () => {
    // Computed with the published algorithm (PractRand's sfc32) for state a, b = the constants, c = seed, counter 1.
    const reference = sfc32(0x9e3779b9, 0x243f6a88, 42, 1);
    for (let i = 0; i < 12; i++) reference();
    const random = createRandom(42);
    for (let i = 0; i < 1000; i++) expect(random.unit()).toBe(reference() / 2 ** 32);
  });

  it("gives the same numbers for the same seed and others for another", () => {
    expect(eight(1)).toEqual(eight(1));
    expect(eight(1)).not.toEqual(eight(2));
  });

  it("stays inside its limits", () => {
    const random = createRandom(7);
    for (let i = 0; i < 10_000; i++) {
      const value = random.below(3);
      expect(value === 0 || value === 1 || value === 2).toBe(true);
    }
  });
});

function eight(seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: 8 }, () => random.below(1_000_000));
}

/** The algorithm with BigInt arithmetic, written apart from ours. */
function sfc32(a: number, b: number, c: number, counter: number): () => number {
  const mask = 0xffffffffn;
  let [x, y, z, n] = [BigInt(a), BigInt(b), BigInt(c), BigInt(counter)];
  return () => {
    const sum = (x + y + n) & mask;
    n = (n + 1n) & mask;
    x = y ^ (y >> 9n);
    y = (z + (z << 3n)) & mask;
    z = (((z << 21n) | (z >> 11n)) + sum) & mask;
    return Number(sum);
  };
}

describe("sampler", () => {
  it("draws each value in proportion to its weight", () => {
    const draw = sampler([
      ["a", 1],
      ["never", 0],
      ["b", 3],
    ]);
    const random = createRandom(3);
    const counts: Record<string, number> = {};
    for (let i = 0; i < 40_000; i++) {
      const value = draw(random);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(counts["never"]).toBeUndefined();
    expect(Math.abs(counts["a"]! / 40_000 - 0.25)).toBeLessThan(0.01);
  });

  it("refuses a table without weight", () => {
    expect(() => sampler([["a", 0]])).toThrow(RangeError);
  });
});
