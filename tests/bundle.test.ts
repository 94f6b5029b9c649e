// What a program that uses a part of the packages weighs in a browser, and tree-shaking: one that reads unicast alone carries nothing of
// the other families.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle } from "../bench/support/bundle.ts";

const KB = 1024;

function compressed(code: Uint8Array): number {
  return gzipSync(code, { level: 9 }).length;
}

// Min+gzip, as it was when it was written down and a little more. What grows beyond it has to be worth it: then the row may be raised.
test.each<[from: string, imports: string, kilobytes: number]>([
  ["@bgpwire/core", "*", 39.25],
  ["@bgpwire/core", "Speaker", 31.75],
  ["@bgpwire/core", "PeerMachine", 22.25],
  ["@bgpwire/core", "newFramer, pushChunk, nextMessage, decodeOpen, encodeOpen", 4.75],
  ["@bgpwire/core", "newFramer, pushChunk, nextMessage", 1.3],
  ["@bgpwire/core", "parseIPv4, formatIPv4, parseIPv6, formatIPv6", 0.8],
  ["@bgpwire/decoder", "*", 88.5],
  ["@bgpwire/capture", "captureEvents", 126],
  ["@bgpwire/capture", "MrtReader", 67.5],
  ["@bgpwire/capture", "BmpReader", 7.5],
  ["@bgpwire/capture", "PcapReader", 3.8],
  ["@bgpwire/capture", "RisLiveReader", 1.4],
  ["@bgpwire/capture", "Bzip2Reader", 5.8],
  ["@bgpwire/capture", "detectFormat", 1.5],
  ["@bgpwire/transport-node", "createSpeaker", 36.75],
])("%s { %s } is under %f KB min+gzip", async (from, imports, kilobytes) => {
  const { code } = await bundle(from, imports, from === "@bgpwire/transport-node" ? "node" : "neutral");
  expect(compressed(code) / KB).toBeLessThan(kilobytes);
});

test("UpdateView, which checks and finds everything, is under 6 KB min+gzip", async () => {
  const { code } = await bundle("@bgpwire/decoder", "UpdateView");
  expect(compressed(code)).toBeLessThan(6 * KB);
});

test("decodeUpdate with the unicast registry holds unicast alone, under 8 KB min+gzip", async () => {
  const { code, files } = await bundle("@bgpwire/decoder", "decodeUpdate, DecodeContext, UNICAST");
  expect(compressed(code)).toBeLessThan(8 * KB);
  const attributes = files.filter((file) => file.startsWith("decoder/src/attribute/"));
  expect(attributes.map((file) => file.replace("decoder/src/attribute/", ""))).toEqual([
    "aggregator.ts",
    "as-path.ts",
    "as4-path.ts",
    "atomic-aggregate.ts",
    "communities.ts",
    "large-communities.ts",
    "local-pref.ts",
    "mp-reach-nlri.ts",
    "mp-unreach-nlri.ts",
    "multi-exit-disc.ts",
    "next-hop.ts",
    "origin.ts",
    "row.ts",
  ]);
  const routes = files.filter((file) => file.startsWith("decoder/src/nlri/"));
  expect(routes.map((file) => file.replace("decoder/src/nlri/", ""))).toEqual([
    "fields.ts",
    "next-hop.ts",
    "prefix.ts",
    "row.ts",
  ]);
  expect(files.filter((file) => file.startsWith("decoder/src/dissect/"))).toEqual([]);
  expect(files).not.toContain("decoder/src/verdict/reasons.ts");
  // Of the core only addresses, faults and single numbers: none of its registries of names, nothing of sessions.
  expect(
    files.filter((file) => /core\/src\/(?:iana\/(?:afi|safi|attribute-code)|connection|peer|speaker)/.test(file)),
  ).toEqual([]);
});

test("encodeUpdate and packUpdates bring the encoders of the unicast registry, and of no other family", async () => {
  const { code, files } = await bundle("@bgpwire/decoder", "encodeUpdate, packUpdates, DecodeContext, UNICAST");
  expect(compressed(code)).toBeLessThan(12 * KB);
  expect(files).toContain("decoder/src/attribute/encoders.ts");
  expect(files.filter((file) => file.startsWith("decoder/src/nlri/"))).toEqual([
    "decoder/src/nlri/fields.ts",
    "decoder/src/nlri/next-hop.ts",
    "decoder/src/nlri/prefix.ts",
    "decoder/src/nlri/row.ts",
  ]);
});
