// Seeded random numbers, so that every run of a bench and both sides of a comparison see the same bytes.

/** Random numbers from a seed. */
export interface Random {
  /** A number in [0, 1). */
  unit(): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  /** One of these, with the probability of its weight; the weights add up to 1. */
  weighted(choices: readonly (readonly [value: number, weight: number])[]): number;
}

/** The generator Mulberry32 by Tommy Ettinger, in the public domain. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    unit,
    between: (from, to) => from + Math.floor(unit() * (to - from + 1)),
    weighted(choices) {
      let point = unit();
      for (const [value, weight] of choices) {
        point -= weight;
        if (point < 0) return value;
      }
      return choices.at(-1)![0];
    },
  };
}
