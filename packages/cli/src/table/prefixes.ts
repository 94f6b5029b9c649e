// Distinct prefixes of ordinary unicast space, by a distribution of lengths. Text is written directly: a table has a
// hundred thousand of them.
import type { Random } from "./random.ts";

/** First octets of IPv4 space that ordinary networks do not announce (RFC 6890): this network, private, loopback. */
const NOT_ANNOUNCED: ReadonlySet<number> = new Set([0, 10, 127]);

/** Other reserved IPv4 blocks (RFC 6890) as [network, mask]. */
const RESERVED: readonly (readonly [number, number])[] = [
  [0x64400000, 0xffc00000], // 100.64.0.0/10
  [0xa9fe0000, 0xffff0000], // 169.254.0.0/16
  [0xac100000, 0xfff00000], // 172.16.0.0/12
  [0xc0000000, 0xffffff00], // 192.0.0.0/24
  [0xc0000200, 0xffffff00], // 192.0.2.0/24
  [0xc0586300, 0xffffff00], // 192.88.99.0/24
  [0xc0a80000, 0xffff0000], // 192.168.0.0/16
  [0xc6120000, 0xfffe0000], // 198.18.0.0/15
  [0xc6336400, 0xffffff00], // 198.51.100.0/24
  [0xcb007100, 0xffffff00], // 203.0.113.0/24
];

/** Returns a function that gives a new prefix on each call, never the same twice. */
export function createPrefixSource(
  random: Random,
  version: 4 | 6,
  length: (random: Random) => number,
  block?: (random: Random) => number,
): () => string {
  const used = new Set<string>();
  return () => {
    // Short lengths have few prefixes; where they are used up, another length is drawn.
    for (;;) {
      const bits = length(random);
      const prefix = version === 4 ? ipv4Prefix(random, bits) : ipv6Prefix(random, bits, block!(random));
      if (prefix === null || used.has(prefix)) continue;
      used.add(prefix);
      return prefix;
    }
  };
}

function ipv4Prefix(random: Random, bits: number): string | null {
  const mask = (0xffffffff << (32 - bits)) >>> 0;
  const network = (((1 + random.below(223)) * 0x1000000 + random.below(0x1000000)) & mask) >>> 0;
  if (NOT_ANNOUNCED.has(network >>> 24)) return null;
  // Neither inside a reserved block nor around one.
  for (const [start, size] of RESERVED) {
    const shorter = (mask & size) >>> 0;
    if ((network & shorter) >>> 0 === (start & shorter) >>> 0) return null;
  }
  return `${network >>> 24}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.${network & 255}/${bits}`;
}

function ipv6Prefix(random: Random, bits: number, block: number): string | null {
  // 0x2001 is a /16 full of allocations, the other blocks are the registries' /8s (their first half is in use).
  const first = block === 0x2001 ? block : block + random.below(0x20);
  const groups = [first, ...Array.from({ length: 7 }, () => random.below(0x10000))];
  for (let i = 0; i < 8; i++) {
    const kept = Math.min(16, Math.max(0, bits - 16 * i));
    groups[i] = groups[i]! & (0xffff << (16 - kept)) & 0xffff;
  }
  if (groups[0] === 0x2001 && groups[1]! < 0x200) return null; // special purpose (RFC 6890) and Teredo
  if (groups[0] === 0x2001 && groups[1] === 0xdb8) return null; // documentation (RFC 3849)
  let used = 8;
  while (used > 0 && groups[used - 1] === 0) used--;
  const text = groups
    .slice(0, used)
    .map((group) => group.toString(16))
    .join(":");
  return `${text}${used === 8 ? "" : used === 7 ? ":0" : "::"}/${bits}`;
}
