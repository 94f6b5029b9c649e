// A stream of realistic UPDATEs as bytes, from a seed: what a transit sends on a busy session. It writes octets by hand and
// uses nothing of the packages, so that it is a fair source for every sink and knows what each of them must count.
import { createRandom } from "./random.ts";
import type { Random } from "./random.ts";

/** Messages one behind the other, and what is in them. */
export interface UpdateStream {
  readonly bytes: Uint8Array;
  readonly updates: number;
  /** Octets of the bodies. */
  readonly octets: number;
  /** Prefixes announced and withdrawn, IPv4 and IPv6. */
  readonly prefixes: number;
  /** Sum of all AS numbers of all AS_PATHs. */
  readonly asSum: number;
  /** Communities and large communities. */
  readonly communities: number;
}

/** The AS of whoever sends the stream: the first of each path. */
export const SENDER_AS = 65001;

// The proportions follow what packages/cli/src/table/distributions.ts measured, rounded. The number of prefixes is 1 to 5.
const PREFIXES = [
  [1, 0.55],
  [2, 0.2],
  [3, 0.12],
  [4, 0.08],
  [5, 0.05],
] as const;
const PATH_LENGTHS = [
  [1, 0.04],
  [2, 0.12],
  [3, 0.3],
  [4, 0.28],
  [5, 0.14],
  [6, 0.07],
  [8, 0.04],
  [12, 0.01],
] as const;
const IPV4_LENGTHS = [
  [24, 0.6],
  [22, 0.12],
  [23, 0.11],
  [21, 0.055],
  [20, 0.05],
  [19, 0.03],
  [16, 0.02],
  [12, 0.01],
  [32, 0.005],
] as const;
const IPV6_LENGTHS = [
  [48, 0.47],
  [32, 0.15],
  [44, 0.1],
  [40, 0.1],
  [36, 0.06],
  [46, 0.06],
  [29, 0.04],
  [64, 0.02],
] as const;
const COMMUNITIES = [
  [0, 0.25],
  [1, 0.1],
  [2, 0.15],
  [3, 0.15],
  [5, 0.15],
  [8, 0.12],
  [14, 0.06],
  [24, 0.02],
] as const;
const LARGE_COMMUNITIES = [
  [0, 0.86],
  [1, 0.04],
  [2, 0.04],
  [4, 0.04],
  [7, 0.02],
] as const;
const IPV6_SHARE = 0.15;
const WITHDRAW_SHARE = 0.05;

/** Longest message that is made here, and more. */
const ROOM = 1024;

/** Makes `count` UPDATEs. Four-octet AS numbers, no path identifiers, no End-of-RIB. */
export function makeUpdates(count: number, seed: number): UpdateStream {
  const random = createRandom(seed);
  let bytes = new Uint8Array(Math.max(count * 112, ROOM));
  const maker = new Maker(random, bytes);
  for (let i = 0; i < count; i++) {
    if (maker.at + ROOM > bytes.length) {
      const larger = new Uint8Array(bytes.length + (bytes.length >> 2) + ROOM);
      larger.set(bytes);
      bytes = larger;
      maker.bytes = larger;
    }
    maker.message();
  }
  const { at, prefixes, asSum, communities } = maker;
  return { bytes: bytes.subarray(0, at), updates: count, octets: at - 19 * count, prefixes, asSum, communities };
}

/** The bodies of a stream as `[start, end)` pairs, one behind the other. */
export function bodiesOf(bytes: Uint8Array): number[] {
  const bounds: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = (bytes[at + 16]! << 8) | bytes[at + 17]!;
    bounds.push(at + 19, at + length);
    at += length;
  }
  return bounds;
}

class Maker {
  bytes: Uint8Array;
  at = 0;
  prefixes = 0;
  asSum = 0;
  communities = 0;
  readonly #random: Random;

  constructor(random: Random, bytes: Uint8Array) {
    this.#random = random;
    this.bytes = bytes;
  }

  message(): void {
    const start = this.at;
    this.bytes.fill(0xff, start, start + 16);
    this.at = start + 18;
    this.#u8(2);
    const random = this.#random;
    const count = random.weighted(PREFIXES);
    this.prefixes += count;
    const version6 = random.unit() < IPV6_SHARE;
    if (random.unit() < WITHDRAW_SHARE) this.#withdraw(count, version6);
    else this.#announce(count, version6);
    const length = this.at - start;
    this.bytes[start + 16] = length >>> 8;
    this.bytes[start + 17] = length;
  }

  #withdraw(count: number, version6: boolean): void {
    if (version6) {
      this.#u16(0);
      this.#lengthU16(() => {
        this.#attribute(0x80, 15, () => {
          this.#put(0, 2, 1);
          this.#prefixes6(count);
        });
      });
    } else {
      this.#lengthU16(() => this.#prefixes4(count));
      this.#u16(0);
    }
  }

  #announce(count: number, version6: boolean): void {
    this.#u16(0);
    this.#lengthU16(() => {
      // RFC 7606 section 5.1: MP_REACH_NLRI comes first.
      if (version6) {
        this.#attribute(0x80, 14, () => {
          this.#put(
            0,
            2,
            1,
            16,
            0x20,
            0x01,
            0x0d,
            0xb8,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            this.#random.between(1, 9),
            0,
          );
          this.#prefixes6(count);
        });
      }
      this.#attributes(version6);
    });
    if (!version6) this.#prefixes4(count);
  }

  #attributes(version6: boolean): void {
    const random = this.#random;
    this.#put(
      0x40,
      1,
      1,
      random.weighted([
        [0, 0.88],
        [1, 0.01],
        [2, 0.11],
      ]),
    );
    this.#attribute(0x40, 2, () => this.#path());
    if (!version6) this.#put(0x40, 3, 4, 192, 0, 2, random.between(1, 9));
    if (random.unit() < 0.25) {
      this.#put(0x80, 4, 4);
      this.#u32(random.between(0, 2000));
    }
    if (random.unit() < 0.06) this.#put(0x40, 6, 0);
    if (random.unit() < 0.09) {
      this.#put(0xc0, 7, 8);
      this.#u32(this.#as());
      this.#put(198, 51, 100, random.between(1, 254));
    }
    const communities = random.weighted(COMMUNITIES);
    if (communities > 0) {
      this.communities += communities;
      this.#attribute(0xc0, 8, () => {
        for (let i = 0; i < communities; i++) this.#u32(random.between(1, 64495) * 65536 + random.between(0, 65535));
      });
    }
    const large = random.weighted(LARGE_COMMUNITIES);
    if (large === 0) return;
    this.communities += large;
    this.#attribute(0xc0, 32, () => {
      for (let i = 0; i < large; i++) {
        this.#u32(this.#as());
        this.#u32(random.between(0, 5000));
        this.#u32(random.between(0, 0xffffffff));
      }
    });
  }

  #path(): void {
    const random = this.#random;
    const length = random.weighted(PATH_LENGTHS);
    this.#put(2, length);
    let as = SENDER_AS;
    for (let i = 0; i < length; i++) {
      this.#pathMember(as);
      if (random.unit() > 0.08) as = this.#as(); // else it is prepended
    }
    if (random.unit() > 0.003) return;
    this.#put(1, 2);
    this.#pathMember(this.#as());
    this.#pathMember(this.#as());
  }

  #pathMember(as: number): void {
    this.#u32(as);
    this.asSum += as;
  }

  #as(): number {
    const random = this.#random;
    return random.unit() < 0.4 ? random.between(131_072, 420_000) : random.between(1, 23_455);
  }

  #prefixes4(count: number): void {
    const random = this.#random;
    for (let i = 0; i < count; i++) {
      const length = random.weighted(IPV4_LENGTHS);
      this.#u8(length);
      this.#network(random.between(1, 223), length, 1);
    }
  }

  #prefixes6(count: number): void {
    const random = this.#random;
    for (let i = 0; i < count; i++) {
      const length = random.weighted(IPV6_LENGTHS);
      this.#put(length, 0x2a);
      this.#network(random.between(0, 0x0f), length, 2);
    }
  }

  /** The octets of a prefix from the `from`-th on: the first is given, the others are drawn, the host bits are 0. */
  #network(first: number, length: number, from: number): void {
    const octets = (length + 7) >> 3;
    this.#u8(first);
    for (let i = from; i < octets; i++) this.#u8(this.#random.between(0, 255));
    const spare = octets * 8 - length;
    const last = this.at - 1;
    this.bytes[last] = (this.bytes[last]! >> spare) << spare;
  }

  #attribute(flags: number, code: number, value: () => void): void {
    const start = this.at;
    this.at += 3;
    value();
    const length = this.at - start - 3;
    if (length > 255) throw new RangeError("this generator makes no attribute of more than 255 octets");
    this.bytes[start] = flags;
    this.bytes[start + 1] = code;
    this.bytes[start + 2] = length;
  }

  #lengthU16(value: () => void): void {
    const start = this.at;
    this.at += 2;
    value();
    const length = this.at - start - 2;
    this.bytes[start] = length >>> 8;
    this.bytes[start + 1] = length;
  }

  #put(...octets: readonly number[]): void {
    for (const octet of octets) this.#u8(octet);
  }

  #u8(value: number): void {
    this.bytes[this.at++] = value;
  }

  #u16(value: number): void {
    this.#u8(value >>> 8);
    this.#u8(value);
  }

  #u32(value: number): void {
    this.#u16(value >>> 16);
    this.#u16(value);
  }
}
