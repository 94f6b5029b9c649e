// ExaBGP's test files have the meaning of messages beside their octets: what we read, and write in its words, is what it reads.
import { decodeUpdate, toJson } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import { absent } from "../support/corpus.ts";
import { exabgpMeanings } from "../support/foreign/corpora.ts";
import type { Json } from "../../packages/capture/src/exabgp/json.ts";
import { ExabgpReading } from "../../packages/capture/src/exabgp/update.ts";
import { bodyOf } from "../support/foreign/message.ts";

/** Leaves of a JSON value by path. */
function leaves(value: Json | undefined, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value !== "object" || value === null) {
    if (value !== undefined) into.set(path, JSON.stringify(value));
    return into;
  }
  for (const [key, inner] of Object.entries(value)) leaves(inner as Json, path === "" ? key : `${path}/${key}`, into);
  return into;
}

/** Where the two do not say the same, and why. */
const EXPLAINED: readonly { readonly path: RegExp; readonly why: string }[] = [
  {
    path: /^attribute\/extended-community(-ipv6)?\/\d+\/value$/,
    why: "the octets as a number, more than JavaScript can hold",
  },
  { path: /^attribute\/bgp-ls\/generic-lsid-/, why: "ExaBGP keeps the octets of TLVs that it does not know" },
  { path: /^(announce|withdraw)\/.*\/raw$/, why: "the octets of routes, which encode to themselves as it is" },
  {
    path: /^announce\/ipv4 flow.*\/next-hop$/,
    why: "the next hop a second time, as ExaBGP 4 had it in flow specifications",
  },
  { path: /^attribute\/next-hop$/, why: "ExaBGP does not tell a next hop that no route has" },
];

/** What has no words here, and why. */
const UNTOLD: Readonly<Record<string, string>> = {
  "attribute 3": "NEXT_HOP 255.255.255.255, which is rejected",
  "attribute 14": "RFC 4798: an IPv6 route with an IPv4 next hop, which is rejected",
  "attribute 153": "an attribute that the configuration makes up",
  "ipv6-flowspec": "RFC 8956 section 3.1: an IPv6 pattern with the whole of its address, which is rejected",
};

describe.skipIf(absent("exabgp"))("ExaBGP's vectors (skipped where they are absent)", () => {
  const used = new Set<number>();

  test("what ExaBGP reads is what we read, or the table says why not", async ({ annotate }) => {
    const differences: string[] = [];
    const untold = new Set<string>();
    let values = 0;
    const meanings = exabgpMeanings();
    for (const { message, meaning } of meanings) {
      const { update } = decodeUpdate(bodyOf(message), message.context);
      const reading = new ExabgpReading(update, message.context);
      for (const one of reading.untold) untold.add(one);
      if (reading.untold.length > 0) continue;
      const ours = leaves(toJson(reading.json) as Json, "", new Map());
      const theirs = leaves(meaning, "", new Map());
      values += theirs.size;
      for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
        if (ours.get(path) === theirs.get(path)) continue;
        const row = EXPLAINED.findIndex((one) => one.path.test(path));
        if (row >= 0) used.add(row);
        else differences.push(`${message.source} ${path}: ${ours.get(path)}, ExaBGP ${theirs.get(path)}`);
      }
    }
    await annotate(`${meanings.length} messages, ${values} values`);
    expect(differences).toEqual([]);
    expect([...untold].sort()).toEqual(Object.keys(UNTOLD).sort());
    expect(meanings.length).toBeGreaterThan(250);
  });

  test("every difference in the table is there", () => {
    expect(EXPLAINED.filter((_, row) => !used.has(row))).toEqual([]);
  });
});
