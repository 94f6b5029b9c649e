// What does it cost to understand an UPDATE? The three tiers of the decoder and its encoder, on the same UPDATEs, and
// CoreBGP's UpdateDecoder on the same in its own process. Prefixes and addresses are text in ours, netip values in CoreBGP.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, decodeUpdate, encodeUpdate } from "@bgpwire/decoder";
import { do_not_optimize, measure } from "mitata";
import { startChild } from "./support/child.ts";
import { buildCoreBgp, COREBGP } from "./support/corebgp.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";
import { TIERS } from "./support/tiers.ts";
import type { Counts } from "./support/tiers.ts";
import { bodiesOf, makeUpdates, SENDER_AS } from "./support/updates.ts";

const UPDATES = 20_000;
const stream = makeUpdates(UPDATES, 1);
const bounds = bodiesOf(stream.bytes);
const slices = Array.from({ length: UPDATES }, (_, i) => ({
  buffer: stream.bytes,
  start: bounds[2 * i]!,
  end: bounds[2 * i + 1]!,
}));
const context = createContext({ session: "ebgp", localAs: 65002, peerAs: SENDER_AS });

const NAMES: Readonly<Record<string, string>> = {
  walk: "UpdateView: checked, nothing made",
  compose: "createUpdateDecoder, all attributes",
  objects: "decodeUpdate: objects",
};

const results: [name: string, ns: number][] = [];
for (const [name, tier] of Object.entries(TIERS)) {
  const once: Counts = { prefixes: 0, asSum: 0, communities: 0 };
  const check = tier(context, once);
  for (const slice of slices) check(slice);
  sameCounts(name, once);

  const read = tier(context, { prefixes: 0, asSum: 0, communities: 0 });
  const { p50 } = await measure(() => {
    for (const slice of slices) read(slice);
  });
  results.push([NAMES[name]!, p50 / UPDATES]);
}

const decoded = slices.map((slice) => decodeUpdate(slice, context).update);
const encode = await measure(() => {
  for (const update of decoded) do_not_optimize(encodeUpdate(update, context));
});
results.push(["encodeUpdate, from objects", encode.p50 / UPDATES]);

const corebgp = buildCoreBgp();
let theirs: number | null = null;
if (corebgp.path !== null) {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));
  const file = join(directory, "updates");
  writeFileSync(file, stream.bytes);
  const child = startChild(corebgp.path, ["-time", file, "-rounds", "100"]);
  const { ns, ...counts } = await child.next<{ ns: number[] } & Counts>();
  await child.end();
  sameCounts(COREBGP, counts);
  theirs = median(ns);
  rmSync(directory, { recursive: true });
  corebgp.remove();
}

function sameCounts(name: string, counts: Counts): void {
  for (const field of ["prefixes", "asSum", "communities"] as const) {
    if (counts[field] !== stream[field])
      throw new Error(`${name} counted ${counts[field]} ${field}, not ${stream[field]}`);
  }
}

const walk = results[0]![1];
printTable(
  `One UPDATE of ${number(stream.octets / UPDATES + 19)} octets, ${number(stream.prefixes / UPDATES, 1)} prefixes (median)`,
  ["what", "of the walk", `of ${COREBGP}'s decoder`, "ns"],
  [
    ...results.map(([name, ns]) => [name, times(ns / walk), theirs === null ? "–" : times(ns / theirs), number(ns)]),
    ...(theirs === null ? [] : [[`${COREBGP}, UpdateDecoder`, times(theirs / walk), times(1), number(theirs)]]),
  ],
);
if (corebgp.path === null) printNote(`skipped: CoreBGP, because ${corebgp.why}\n`);
