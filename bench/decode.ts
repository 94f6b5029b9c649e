// What does it cost to understand an UPDATE? The three tiers of the decoder and its encoder, on the same UPDATEs, and
// CoreBGP's UpdateDecoder on the same in its own process. Prefixes and addresses are text in ours, netip values in CoreBGP.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, decodeUpdate, encodeUpdate, UpdateView } from "@bgpwire/decoder";
import { do_not_optimize } from "mitata";
import { startChild } from "./support/child.ts";
import { buildCoreBgp, COREBGP } from "./support/corebgp.ts";
import { contender, inRounds } from "./support/rounds.ts";
import type { Contender } from "./support/rounds.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";
import { TIERS } from "./support/tiers.ts";
import type { Counts } from "./support/tiers.ts";
import { bodiesOf, makeUpdates, SENDER_AS } from "./support/updates.ts";

const UPDATES = 20_000;
const ROUNDS = 7;
const WALK = "UpdateView.read: checked, nothing made";
const ENCODE = "encodeUpdate, from objects";
const THEIRS = `${COREBGP}, UpdateDecoder`;
const stream = makeUpdates(UPDATES, 1);
const bounds = bodiesOf(stream.bytes);
const slices = Array.from({ length: UPDATES }, (_, i) => ({
  buffer: stream.bytes,
  start: bounds[2 * i]!,
  end: bounds[2 * i + 1]!,
}));
const context = createContext({ session: "ebgp", localAs: 65002, peerAs: SENDER_AS });

const NAMES: Readonly<Record<string, string>> = {
  walk: "UpdateView, its routes counted",
  compose: "createUpdateDecoder, all attributes",
  objects: "decodeUpdate: objects",
};

const view = new UpdateView(context);
const contenders: Contender[] = [
  contender(WALK, UPDATES, () => {
    let attributes = 0;
    for (const slice of slices) attributes += view.read(slice).attributeCount;
    do_not_optimize(attributes);
  }),
];
for (const [name, tier] of Object.entries(TIERS)) {
  const once: Counts = { prefixes: 0, asSum: 0, communities: 0 };
  const check = tier(context, once);
  for (const slice of slices) check(slice);
  sameCounts(name, once);

  const read = tier(context, { prefixes: 0, asSum: 0, communities: 0 });
  contenders.push(
    contender(NAMES[name]!, UPDATES, () => {
      for (const slice of slices) read(slice);
    }),
  );
}

const corebgp = buildCoreBgp();
const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));
if (corebgp.path !== null) {
  const { path } = corebgp;
  const file = join(directory, "updates");
  writeFileSync(file, stream.bytes);
  contenders.push({
    name: THEIRS,
    async once() {
      const child = startChild(path, ["-time", file, "-rounds", "40"]);
      const { ns, ...counts } = await child.next<{ ns: number[] } & Counts>();
      await child.end();
      sameCounts(COREBGP, counts);
      return median(ns);
    },
  });
}

const decoded = slices.map((slice) => decodeUpdate(slice, context).update);
contenders.push(
  contender(ENCODE, UPDATES, () => {
    for (const update of decoded) do_not_optimize(encodeUpdate(update, context));
  }),
);

const results = await inRounds(ROUNDS, contenders);
rmSync(directory, { recursive: true });
if (corebgp.path !== null) corebgp.remove();

function sameCounts(name: string, counts: Counts): void {
  for (const field of ["prefixes", "asSum", "communities"] as const) {
    if (counts[field] !== stream[field])
      throw new Error(`${name} counted ${counts[field]} ${field}, not ${stream[field]}`);
  }
}

const walk = results.find(({ name }) => name === WALK)!.middle;
const theirs = results.find(({ name }) => name === THEIRS)?.middle ?? null;
printTable(
  `One UPDATE of ${number(stream.octets / UPDATES + 19)} octets, ${number(stream.prefixes / UPDATES, 1)} prefixes: median of ${ROUNDS} rounds`,
  ["what", "of the walk", `of ${COREBGP}'s decoder`, "ns", "min–max"],
  results.map(({ name, middle, range }) => [
    name,
    times(middle / walk),
    // The walk alone counts nothing and encoding is other work: neither is comparable.
    theirs === null || name === WALK || name === ENCODE ? "–" : times(middle / theirs),
    number(middle),
    range,
  ]),
);
if (corebgp.path === null) printNote(`skipped: CoreBGP, because ${corebgp.why}\n`);
