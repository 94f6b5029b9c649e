import { addressVersion, formatPrefix, parsePrefix } from "@bgpwire/core";
import { beforeAll, describe, expect, it } from "vitest";
import type { RouteGroup } from "../announce/announcement.ts";
import {
  AS_SET_SHARE,
  COMMUNITY_COUNTS,
  IPV4_LENGTHS,
  IPV6_LENGTHS,
  IPV6_SHARE,
  LARGE_COMMUNITY_COUNTS,
  MED_SHARE,
  ORIGINS,
  PATH_LENGTHS,
  PREPENDED_SHARE,
} from "./distributions.ts";
import { generateTable } from "./generate.ts";
import type { Weighted } from "./random.ts";

const OPTIONS = { routes: 100_000, seed: 1, localAs: 64_500, nextHop4: "192.0.2.1", nextHop6: "2001:db8::1" };

/** Share of each value, values without weight left out. */
function shares(counts: ReadonlyMap<number, number>): Map<number, number> {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return new Map([...counts].map(([value, count]) => [value, count / all]));
}

/** Half the sum of the absolute differences: 0 for the same distribution, 1 for nothing in common. */
function distance(counts: ReadonlyMap<number, number>, table: Weighted<number>): number {
  const found = shares(counts);
  const wanted = shares(new Map(table));
  let sum = 0;
  for (const value of new Set([...found.keys(), ...wanted.keys()])) {
    sum += Math.abs((found.get(value) ?? 0) - (wanted.get(value) ?? 0));
  }
  return sum / 2;
}

function hopsOf(path: string): string[] {
  return path
    .replace(/\{[^}]*\}/, "")
    .split(" ")
    .filter((hop) => hop !== "");
}

function count<T>(counts: Map<T, number>, value: T, by = 1): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}

describe("a generated table of 100,000 routes", () => {
  let groups: RouteGroup[] = [];
  beforeAll(() => {
    groups = [...generateTable(OPTIONS)];
  });

  it("has as many distinct prefixes as asked for, in canonical text and without host bits", () => {
    const seen = new Set<string>();
    for (const group of groups) {
      for (const prefix of group.prefixes) {
        seen.add(prefix);
        const parsed = parsePrefix(prefix)!;
        expect(parsed.version).toBe(group.version);
        if (formatPrefix(parsed.version, parsed.bytes, parsed.length) !== prefix)
          expect.fail(`${prefix} is not canonical`);
        for (let bit = parsed.length; bit < parsed.bytes.length * 8; bit++) {
          if ((parsed.bytes[bit >> 3]! >> (7 - (bit & 7))) & 1) expect.fail(`${prefix} has host bits`);
        }
      }
    }
    expect(seen.size).toBe(100_000);
  });

  it("keeps to space that networks announce", () => {
    const reserved =
      /^(?:0|10|127|22[4-9]|2[3-5]\d)\.|^(?:192\.168|169\.254|198\.1[89]|172\.(?:1[6-9]|2\d|3[01]))\.|^2001:db8:/;
    for (const group of groups) for (const prefix of group.prefixes) expect(prefix).not.toMatch(reserved);
  });

  it("has the measured prefix lengths and share of IPv6", () => {
    const lengths = { 4: new Map<number, number>(), 6: new Map<number, number>() };
    for (const group of groups) {
      for (const prefix of group.prefixes) count(lengths[group.version], Number(prefix.split("/")[1]));
    }
    expect(distance(lengths[4], IPV4_LENGTHS)).toBeLessThan(0.01);
    expect(distance(lengths[6], IPV6_LENGTHS)).toBeLessThan(0.02);
    const six = [...lengths[6].values()].reduce((sum, n) => sum + n, 0);
    expect(Math.abs(six / 100_000 - IPV6_SHARE)).toBeLessThan(0.01);
  });

  it("has the measured path lengths and prepending", () => {
    const lengths = new Map<number, number>();
    let prepended = 0;
    let sets = 0;
    for (const group of groups) {
      const hops = hopsOf(group.attributes.asPath);
      count(lengths, new Set(hops).size + 1); // and the announcing AS
      if (new Set(hops).size < hops.length) prepended += 1;
      if (group.attributes.asPath.includes("{")) sets += 1;
    }
    expect(distance(lengths, PATH_LENGTHS)).toBeLessThan(0.05);
    expect(Math.abs(prepended / groups.length - PREPENDED_SHARE)).toBeLessThan(0.02);
    expect(sets / groups.length).toBeLessThan(AS_SET_SHARE * 4);
  });

  it("has the measured attributes", () => {
    const communities = new Map<number, number>();
    const large = new Map<number, number>();
    const origins = new Map<string, number>();
    let med = 0;
    for (const { attributes } of groups) {
      count(communities, attributes.communities?.length ?? 0);
      count(large, attributes.largeCommunities?.length ?? 0);
      count(origins, attributes.origin);
      if (attributes.med !== undefined) med += 1;
    }
    expect(distance(communities, COMMUNITY_COUNTS)).toBeLessThan(0.1);
    expect(distance(large, LARGE_COMMUNITY_COUNTS)).toBeLessThan(0.02);
    expect(Math.abs(med / groups.length - MED_SHARE)).toBeLessThan(0.02);
    expect(Math.abs(origins.get("igp")! / groups.length - ORIGINS[0]![1] / 10_000)).toBeLessThan(0.01);
  });

  it("shares attributes between routes as a full-table transfer does", () => {
    // 577,706 routes in 89,480 sets: 6.46. The tail is long, so the mean of one table is within a fifth of it.
    expect(Math.abs(100_000 / groups.length / 6.456 - 1)).toBeLessThan(0.2);
  });

  it("has no loops: an AS stands in one place of a path", () => {
    for (const { attributes } of groups) {
      const hops = hopsOf(attributes.asPath);
      const collapsed = hops.filter((hop, i) => hop !== hops[i - 1]);
      if (new Set(collapsed).size !== collapsed.length) expect.fail(attributes.asPath);
    }
  });

  it("uses no reserved AS number on its paths (RFC 7607, 6793, 5398, 6996, 7300)", () => {
    for (const { attributes } of groups) {
      for (const hop of hopsOf(attributes.asPath)) {
        const as = Number(hop);
        const reserved = as === 0 || as === 23_456 || (as >= 64_496 && as <= 131_071) || as >= 4_200_000_000;
        if (reserved) expect.fail(`AS ${as}`);
      }
    }
  });

  it("has next hops of its families", () => {
    for (const group of groups) expect(addressVersion(group.attributes.nextHop)).toBe(group.version);
  });
});

function text(options: Partial<typeof OPTIONS>): string {
  return JSON.stringify([...generateTable({ ...OPTIONS, routes: 2000, ...options })]);
}

describe("generateTable", () => {
  it("gives the same table for the same seed and another for another", () => {
    expect(text({})).toBe(text({}));
    expect(text({})).not.toBe(text({ seed: 2 }));
  });

  it("gives exactly the number of routes", () => {
    for (const routes of [1, 2, 999]) {
      const groups = [...generateTable({ ...OPTIONS, routes })];
      expect(groups.reduce((sum, group) => sum + group.prefixes.length, 0)).toBe(routes);
    }
  });
});
