// Messages of RIS Live, which has the octets of each UPDATE and what RIPE NCC's collector has read in them.
import { fromHex } from "@bgpwire/core";
import { attributeNamed, decodeUpdate, routesOf, type Update } from "@bgpwire/decoder";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { absent, DATA } from "../support/corpus.ts";
import { filesIn } from "../support/foreign/corpora.ts";
import { guess } from "../support/foreign/message.ts";

interface RisUpdate {
  readonly type: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly raw: string;
  readonly path?: readonly (number | readonly number[])[];
  readonly community?: readonly (readonly [number, number])[];
  readonly origin?: string;
  readonly med?: number;
  readonly aggregator?: string;
  readonly announcements?: readonly { readonly next_hop: string; readonly prefixes: readonly string[] }[];
  readonly withdrawals?: readonly string[];
}

/** What a record says of the message, which has more. */
type Meaning = { -readonly [K in keyof Omit<RisUpdate, "type" | "timestamp" | "raw">]: RisUpdate[K] };

/** Records that have both the octets and their meaning; what tests of others have changed is left out. */
function records(): RisUpdate[] {
  return filesIn("rislive")
    .filter((file) => !file.startsWith("rislive/extracted-from-tests"))
    .flatMap((file) => readFileSync(DATA + file, "utf8").split("\n"))
    .flatMap((line) => {
      try {
        const { data } = JSON.parse(line) as { data?: RisUpdate };
        return data?.type === "UPDATE" &&
          data.raw !== undefined &&
          (data.announcements ?? data.withdrawals) !== undefined
          ? [data]
          : [];
      } catch {
        return [];
      }
    });
}

/** Our reading in the collector's words. */
function asRis(update: Update): Meaning {
  const { attributes } = update;
  const aggregator = attributeNamed(attributes, "aggregator");
  const { announced, withdrawn } = routesOf(update);
  const hops = new Map<string, string[]>();
  for (const route of announced) {
    if (!("prefix" in route) || route.nextHop === null) continue;
    for (const hop of [route.nextHop, route.linkLocalNextHop]) {
      if (hop !== undefined) hops.set(hop, [...(hops.get(hop) ?? []), route.prefix]);
    }
  }
  return {
    path: (attributeNamed(attributes, "asPath")?.segments ?? []).flatMap<number | readonly number[]>(
      ({ type, asNumbers }) => (type === "set" ? [asNumbers] : asNumbers),
    ),
    community: (attributeNamed(attributes, "communities")?.communities ?? []).map((one) => [one >>> 16, one & 0xffff]),
    origin: attributeNamed(attributes, "origin")?.value ?? "unknown",
    ...(aggregator && { aggregator: `${aggregator.as}:${aggregator.address}` }),
    ...mapped("med", attributeNamed(attributes, "multiExitDisc")?.value),
    announcements: [...hops].map(([next_hop, prefixes]) => ({ next_hop, prefixes })),
    withdrawals: withdrawn.flatMap((route) => ("prefix" in route ? [route.prefix] : [])),
  };
}

function mapped(name: string, value: number | undefined): object {
  return value === undefined ? {} : { [name]: value };
}

describe.skipIf(absent("rislive"))("RIS Live (skipped where it is absent)", () => {
  test("what the collector read is what we read", () => {
    const all = records();
    const differences: string[] = [];
    for (const { type: _type, timestamp, raw, ...theirs } of all) {
      const bytes = fromHex(raw)!;
      const { update, issues } = decodeUpdate(bytes.subarray(19), guess(bytes));
      const ours = asRis(update);
      // The collector had no words for MULTI_EXIT_DISC 0, and before 2021 none for AGGREGATOR.
      if (theirs.med === undefined && ours.med === 0) delete ours.med;
      if (theirs.aggregator === undefined && timestamp < 1_600_000_000) delete ours.aggregator;
      const known: Meaning = { path: [], origin: "unknown", community: [], announcements: [], withdrawals: [] };
      for (const key of Object.keys(ours) as (keyof Meaning)[]) {
        const [mine, other] = [ours[key], theirs[key] ?? known[key]].map((value) => JSON.stringify(value));
        if (mine !== other) differences.push(`${theirs.path?.join(" ")} ${key}: ${mine}, RIS Live ${other}`);
      }
      expect(issues).toEqual([]);
    }
    // The collector leaves out an AS_SET of the AS number before it (RFC 4271 section 5.1.2 does not).
    expect(differences).toEqual([
      "2497 2914 12252 23487 27738 path: [2497,2914,12252,23487,27738,[27738]], RIS Live [2497,2914,12252,23487,27738]",
    ]);
    expect(all.length).toBeGreaterThan(1000);
  });
});
