// Jitter without drawing randomness: a seeded 32-bit generator whose state is part of the snapshot.

/** The next state of the generator (an additive sequence; `uniform` mixes it). */
export function nextRandom(state: number): number {
  return (state + 0x6d2b79f5) | 0;
}

/** A number in [0, 1) from a state (the mixing step of Mulberry32). */
export function uniform(state: number): number {
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 0x1_0000_0000;
}
