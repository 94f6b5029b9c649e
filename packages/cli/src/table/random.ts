// A small seeded generator of random numbers (sfc32 by Chris Doty-Humphrey, in the public domain): the same seed gives
// the same table on every machine.

/** Random numbers from a seed. */
export interface Random {
  /** A number in [0, 1). */
  unit(): number;
  /** A whole number in [0, limit). `limit` is 1 to 4294967296. */
  below(limit: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** Makes a generator. @param seed any number; only its low 32 bits count. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  // Similar seeds start with similar states; a dozen steps tear them apart.
  for (let i = 0; i < 12; i++) next();

  return {
    unit: () => next() / 4294967296,
    below: (limit) => Math.floor((next() / 4294967296) * limit),
    chance: (probability) => next() / 4294967296 < probability,
  };
}

/** A discrete distribution: values with weights of any scale. */
export type Weighted<T> = readonly (readonly [value: T, weight: number])[];

/** Makes a sampler of a distribution. Throws a RangeError if the weights do not add up to something positive. */
export function sampler<T>(table: Weighted<T>): (random: Random) => T {
  const sums: number[] = [];
  let total = 0;
  for (const [, weight] of table) {
    total += weight;
    sums.push(total);
  }
  if (!(total > 0)) throw new RangeError("a distribution needs a positive weight");
  return (random) => {
    const point = random.unit() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! <= point) low = middle + 1;
      else high = middle;
    }
    return table[low]![0];
  };
}
