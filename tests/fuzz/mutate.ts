// New inputs from old ones: octets changed, taken out, put in, repeated; pieces of one input in another; lengths that lie.
import type { FuzzInput } from "./input.ts";

/** Random numbers from a seed: xorshift32, enough for choosing. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** 0 to `below` - 1. */
  below(below: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % below;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Octets at which decoders break: edges of lengths, flags and types. */
const EDGES = [0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 20, 24, 32, 33, 64, 127, 128, 129, 254, 255] as const;

const LONGEST = 4077;

/** A changed copy of an input. @param other an input to take pieces of */
export function mutate(input: FuzzInput, other: FuzzInput, random: Random): FuzzInput {
  let octets = [...input.bytes];
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) octets = changed(octets, other.bytes, random);
  return {
    context: random.below(8) === 0 ? other.context : input.context,
    bytes: Uint8Array.from(octets.slice(0, LONGEST)),
  };
}

function changed(octets: number[], other: Uint8Array, random: Random): number[] {
  const at = random.below(octets.length + 1);
  const count = 1 + random.below(8);
  switch (random.below(8)) {
    case 0:
      return octets.toSpliced(at, 1, random.below(256));
    case 1:
      return octets.toSpliced(at, 1, random.pick(EDGES));
    case 2:
      return octets.map((octet, i) => (i === at ? octet ^ (1 << random.below(8)) : octet));
    case 3:
      return octets.toSpliced(at, count);
    case 4:
      return octets.toSpliced(at, 0, ...Array.from({ length: count }, () => random.pick(EDGES)));
    case 5:
      return octets.toSpliced(at, 0, ...octets.slice(at, at + count * 4));
    case 6: {
      const from = random.below(other.length + 1);
      return octets.toSpliced(at, count, ...other.subarray(from, from + count * 4));
    }
    default:
      // A little more or less: what lengths are made of.
      return octets.map((octet, i) => (i === at ? (octet + random.below(5) - 2) & 0xff : octet));
  }
}
