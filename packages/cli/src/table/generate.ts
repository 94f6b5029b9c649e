// Makes a table of routes that looks like the Internet's: a tree of AS with its root at the announcing AS, attribute sets
// hanging on it, prefixes hanging on those. Pure and seeded; every proportion comes from distributions.ts.
import type { RouteAttributes, RouteGroup } from "../announce/announcement.ts";
import {
  AGGREGATOR_SHARE,
  AS_SET_SHARE,
  ATOMIC_AGGREGATE_SHARE,
  COMMUNITY_COUNTS,
  COMMUNITY_DIGITS,
  COMMUNITY_OWNERS,
  FOUR_OCTET_ORIGINS,
  FOUR_OCTET_TRANSITS,
  IPV4_LENGTHS,
  IPV6_BLOCKS,
  IPV6_LENGTHS,
  IPV6_SHARE,
  LARGE_COMMUNITY_COUNTS,
  MED_DIGITS,
  MED_SHARE,
  NEW_ORIGIN_SHARE,
  ORIGINS,
  PATH_LENGTHS,
  PREPENDED_BY_ORIGIN,
  PREPENDED_SHARE,
  PREPENDS,
  ROUTES_PER_SET,
} from "./distributions.ts";
import { createRandom, sampler } from "./random.ts";
import type { Random } from "./random.ts";
import { createPrefixSource } from "./prefixes.ts";

/** What to make. */
export interface TableOptions {
  /** Number of routes, at least 1 and at most 2,000,000. */
  readonly routes: number;
  /** Any whole number; the same seed gives the same table. */
  readonly seed: number;
  /** The announcing AS: it owns a share of the communities. It is not part of the paths; the sending session adds it. */
  readonly localAs: number;
  readonly nextHop4: string;
  readonly nextHop6: string;
}

const originOf = sampler(ORIGINS);
const pathLength = sampler(PATH_LENGTHS);
const routesPerSet = sampler(ROUTES_PER_SET);
const prepends = sampler(PREPENDS);
const medDigits = sampler(MED_DIGITS);
const communityCount = sampler(COMMUNITY_COUNTS);
const communityOwner = sampler(COMMUNITY_OWNERS);
const communityDigits = sampler(COMMUNITY_DIGITS);
const largeCommunityCount = sampler(LARGE_COMMUNITY_COUNTS);

/** Generates the table, group by group. The number of prefixes adds up to `routes`. */
export function* generateTable(options: TableOptions): Generator<RouteGroup> {
  const random = createRandom(options.seed);
  const paths = createPathSource(random);
  const prefixes4 = createPrefixSource(random, 4, sampler(IPV4_LENGTHS));
  const prefixes6 = createPrefixSource(random, 6, sampler(IPV6_LENGTHS), sampler(IPV6_BLOCKS));

  const made = { 4: 0, 6: 0 };
  for (let left = options.routes; left > 0; left = options.routes - made[4] - made[6]) {
    // A few attribute sets have thousands of routes, so a draw per set would leave the share of IPv6 to them.
    const version = made[6] < IPV6_SHARE * (made[4] + made[6]) ? 6 : 4;
    const [from, to] = routesPerSet(random);
    const count = Math.min(left, logUniform(random, from, to));
    const source = version === 4 ? prefixes4 : prefixes6;
    const prefixes: string[] = [];
    for (let i = 0; i < count; i++) prefixes.push(source());
    const nextHop = version === 4 ? options.nextHop4 : options.nextHop6;
    yield { version, attributes: attributesOf(random, paths(), options.localAs, nextHop), prefixes };
    made[version] += count;
  }
}

/** A whole number in [from, to], small ones more often: inside a bucket of a histogram the tail goes on falling. */
function logUniform(random: Random, from: number, to: number): number {
  if (from === to) return from;
  return Math.min(to, Math.floor(from * ((to + 1) / from) ** random.unit()));
}

interface TreeNode {
  readonly as: number;
  readonly depth: number;
  readonly parent: TreeNode | null;
}

/**
 * Paths without repetition from the announcing AS (left out) to an origin. Each AS has one parent, chosen among those a
 * level nearer in proportion to what already hangs on them (a Yule process), which gives few large transits and many
 * small networks, and no loops.
 */
function createPathSource(random: Random): () => readonly number[] {
  const used = new Set<number>();
  const root: TreeNode = { as: 0, depth: 1, parent: null };
  // slots[d] names each AS of depth d once, and once more for each of its children.
  const slots: TreeNode[][] = [[], [root]];
  // One entry per attribute set: an origin with many sets is the likelier to get another.
  const origins: TreeNode[] = [];

  function newAs(fourOctetShare: number): number {
    for (;;) {
      const as = random.chance(fourOctetShare) ? 131_072 + random.below(290_000) : 1 + random.below(64_495);
      if (as === 23_456 || used.has(as)) continue; // AS_TRANS is nobody's (RFC 6793)
      used.add(as);
      return as;
    }
  }

  function grow(depth: number, fourOctetShare: number): TreeNode {
    if (depth === 1) return root;
    const parent = transitAt(depth - 1);
    const node: TreeNode = { as: newAs(fourOctetShare), depth, parent };
    (slots[depth] ??= []).push(node);
    slots[parent.depth]!.push(parent);
    return node;
  }

  // Four-octet numbers are rarer among transits than among origins: they are turned down as often as that takes.
  const keepFourOctet =
    (FOUR_OCTET_TRANSITS / (1 - FOUR_OCTET_TRANSITS)) * ((1 - FOUR_OCTET_ORIGINS) / FOUR_OCTET_ORIGINS);

  function transitAt(depth: number): TreeNode {
    const level = slots[depth] ?? [];
    // The first AS of a level cannot carry all that hangs below it: a level starts with some.
    if (depth > 1 && level.length < 8) return grow(depth, FOUR_OCTET_TRANSITS);
    for (let i = 0; i < 16; i++) {
      const node = level[random.below(level.length)]!;
      if (node.as <= 65_535 || random.chance(keepFourOctet)) return node;
    }
    return level[random.below(level.length)]!;
  }

  return () => {
    const again = origins.length > 0 && !random.chance(NEW_ORIGIN_SHARE);
    const origin = again ? origins[random.below(origins.length)]! : grow(pathLength(random), FOUR_OCTET_ORIGINS);
    origins.push(origin);
    const path: number[] = [];
    for (let node: TreeNode | null = origin; node !== null && node.depth > 1; node = node.parent) path.unshift(node.as);
    return path;
  };
}

function attributesOf(random: Random, path: readonly number[], localAs: number, nextHop: string): RouteAttributes {
  const communities = communitiesOf(random, path, localAs);
  const largeCommunities = largeCommunitiesOf(random, path, localAs);
  const origin = path.at(-1) ?? localAs;
  return {
    nextHop,
    origin: originOf(random),
    asPath: pathText(random, path),
    ...(random.chance(MED_SHARE) ? { med: numberOfDigits(random, medDigits(random)) } : {}),
    ...(random.chance(ATOMIC_AGGREGATE_SHARE) ? { atomicAggregate: true } : {}),
    ...(random.chance(AGGREGATOR_SHARE) ? { aggregator: { as: origin, address: anyAddress(random) } } : {}),
    ...(communities.length > 0 ? { communities } : {}),
    ...(largeCommunities.length > 0 ? { largeCommunities } : {}),
  };
}

function pathText(random: Random, path: readonly number[]): string {
  const words = path.map(String);
  if (words.length > 0 && random.chance(PREPENDED_SHARE)) {
    const at = random.chance(PREPENDED_BY_ORIGIN) ? words.length - 1 : random.below(words.length);
    words.splice(at, 0, ...Array.from({ length: prepends(random) }, () => words[at]!));
  }
  if (random.chance(AS_SET_SHARE)) {
    const members = Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(23_455));
    words.push(`{${[...new Set(members)].sort((a, b) => a - b).join(" ")}}`);
  }
  return words.join(" ");
}

/** How many different values one AS uses; the first ones most. */
const VALUES_PER_AS = 40;

/** A value of an AS, always the same for the same rank: so that a few communities are seen on many routes. */
function communityValue(as: number, rank: number): number {
  const own = createRandom(as * 64 + rank);
  const digits = communityDigits(own);
  return digits === 5 ? 10_000 + own.below(55_536) : numberOfDigits(own, digits);
}

/** Ranks 1, 2, 3… with falling frequency (Zipf's law, by the inverse of its continuous form). */
function rankOf(random: Random): number {
  return Math.floor((VALUES_PER_AS + 1) ** random.unit());
}

function communitiesOf(random: Random, path: readonly number[], localAs: number): readonly string[] {
  const count = communityCount(random);
  const found = new Set<string>();
  for (let tries = 0; found.size < count && tries < count * 4; tries++) {
    const as = ownerOf(random, path, localAs);
    if (as <= 65_535) found.add(`${as}:${communityValue(as, rankOf(random))}`); // RFC 1997: two octets of AS number
  }
  return [...found].sort(byNumbers);
}

function largeCommunitiesOf(random: Random, path: readonly number[], localAs: number): readonly string[] {
  const count = largeCommunityCount(random);
  const found = new Set<string>();
  for (let tries = 0; found.size < count && tries < count * 4; tries++) {
    const as = ownerOf(random, path, localAs);
    const rank = rankOf(random);
    found.add(`${as}:${100 + (rank & 7)}:${communityValue(as, rank)}`);
  }
  return [...found].sort(byNumbers);
}

function ownerOf(random: Random, path: readonly number[], localAs: number): number {
  const place = communityOwner(random);
  if (place === 0) return localAs;
  if (place > 0) return path[Math.min(place, path.length) - 1] ?? localAs;
  return 64_512 + random.below(1022); // private use (RFC 6996): nobody on the path
}

function byNumbers(a: string, b: string): number {
  const left = a.split(":").map(Number);
  const right = b.split(":").map(Number);
  for (let i = 0; i < left.length; i++) {
    const difference = left[i]! - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numberOfDigits(random: Random, digits: number): number {
  if (digits === 0) return 0;
  const low = 10 ** (digits - 1);
  return low + random.below(9 * low);
}

function anyAddress(random: Random): string {
  return `${1 + random.below(126)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`;
}
