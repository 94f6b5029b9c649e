// What does it cost to understand an UPDATE? The tiers of the decoder and its encoder beside bgpdump and decoders in Go and
// Rust, on the same UPDATEs, in one run.
//
// Ours read an MRT file record by record, as bgpdump does; Go and Rust get the same messages one behind the other. All decode
// every attribute they know and all routes into values that own their memory, and must count the same. bgpdump prints a line
// for each route. Addresses are text in our objects, netip values in Go's, integers in Rust's.
//
//   node bench/decode.ts [CORPUS…]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, decodeUpdate, encodeUpdate, UpdateView } from "@bgpwire/decoder";
import type { Update } from "@bgpwire/decoder";
import { do_not_optimize } from "mitata";
import { buildCoreBgp, buildGo, buildRust, COREBGP } from "./support/build.ts";
import type { Built } from "./support/build.ts";
import { startChild } from "./support/child.ts";
import { CORPORA } from "./support/corpora.ts";
import type { Corpus } from "./support/corpora.ts";
import { eachUpdate } from "./support/mrt.ts";
import { contender, inRounds } from "./support/rounds.ts";
import type { Contender, Timed } from "./support/rounds.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";
import { TIERS } from "./support/tiers.ts";
import type { Counts, Tier } from "./support/tiers.ts";

const ROUNDS = 7;
/** How often a process in Go or Rust goes through the file each time it is asked. */
const PASSES = 12;
/** bgpdump gets the file so often that its start does not count. */
const BGPDUMP_RECORDS = 200_000;
const ENCODED = 5000;

const WALK = "UpdateView.read: checked, nothing made";
const OBJECTS = "decodeUpdate: objects";
const ENCODE = "encodeUpdate, from objects";
const BGPDUMP = "bgpdump -m";
const NAMES: Readonly<Record<string, string>> = {
  walk: "UpdateView, everything counted",
  compose: "createUpdateDecoder, addresses as text",
  numbers: "createUpdateDecoder, addresses as numbers",
  objects: OBJECTS,
};

/** A decoder that is not ours: prints the nanoseconds of each pass, and what it counted. */
interface Peer {
  readonly name: string;
  readonly built: Built;
  args(file: string): readonly string[];
}

const passes = String(PASSES);
const rust = buildRust("rust-decoders");
const gobgp = buildGo("gobgp-decoder");
const corebgp = buildCoreBgp();
const PEERS: readonly Peer[] = [
  { name: COREBGP, built: corebgp, args: (file) => ["-time", file, "-rounds", passes] },
  { name: "GoBGP v4.8.0", built: gobgp, args: (file) => [file, passes] },
  { name: "bgpkit-parser 0.23.0", built: rust, args: (file) => ["bgpkit-parser", file, passes] },
  { name: "NetGauze 0.13.0", built: rust, args: (file) => ["netgauze", file, passes] },
  { name: "routecore 0.7.2", built: rust, args: (file) => ["routecore", file, passes] },
];
const hasBgpdump = spawnSync("bgpdump", []).error === undefined;
const SKIPS = [
  ...PEERS.flatMap(({ name, built }) => (built.path === null ? [`skipped: ${name}, because ${built.why}`] : [])),
  ...(hasBgpdump ? [] : [`skipped: ${BGPDUMP}, because it is not installed`]),
];
const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));

const context = createContext();
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(CORPORA)) {
  const corpus = CORPORA[name]!();
  if ("why" in corpus) printNote(`skipped: ${corpus.name}, because ${corpus.why}\n`);
  else await compare(corpus);
}
rmSync(directory, { recursive: true });
for (const { path, ...built } of [gobgp, corebgp]) if (path !== null && "remove" in built) built.remove();

async function compare(corpus: Corpus): Promise<void> {
  const expected = countWith(TIERS["objects"]!, corpus);
  const notes = new Set<string>();
  const contenders = [...ours(corpus, expected), ...theirs(corpus, expected, notes), encoder(corpus)];
  if (hasBgpdump) contenders.push(bgpdump(corpus));
  const results = await inRounds(ROUNDS, contenders);
  const { updates, name, stream } = corpus;
  printTable(
    `${name}: ${number(updates)} UPDATEs of ${number(stream.length / updates)} octets, ${number(expected.prefixes / updates, 1)} prefixes; median of ${ROUNDS} rounds`,
    ["what", "faster than bgpdump", "objects take, of its time", "walk takes", "ns", "min–max"],
    results.map((one) => row(one, results)),
  );
  for (const note of [...notes, ...SKIPS]) printNote(`${note}\n`);
}

function row({ name, middle, range }: Timed, results: readonly Timed[]): readonly string[] {
  const of = (other: string): number | undefined => results.find((one) => one.name === other)?.middle;
  const dump = of(BGPDUMP);
  const peer = PEERS.some((one) => one.name === name);
  return [
    name,
    dump === undefined || name === ENCODE || name === BGPDUMP ? "–" : times(dump / middle),
    peer ? times(of(OBJECTS)! / middle) : "–",
    peer ? times(of(WALK)! / middle) : "–",
    number(middle),
    range,
  ];
}

function ours(corpus: Corpus, expected: Counts): Contender[] {
  const { mrt, updates } = corpus;
  const view = new UpdateView(context);
  const contenders = [
    contender(WALK, updates, () => {
      let attributes = 0;
      eachUpdate(mrt, (start, end) => void (attributes += view.readRange(mrt, start, end).attributeCount));
      do_not_optimize(attributes);
    }),
  ];
  for (const [name, make] of Object.entries(TIERS)) {
    for (const difference of differences(countWith(make, corpus), expected)) throw new Error(`${name}: ${difference}`);
    const tier = make(context, { prefixes: 0, asSum: 0, communities: 0 });
    contenders.push(contender(NAMES[name]!, updates, () => readAll(mrt, tier)));
  }
  return contenders;
}

function readAll(mrt: Uint8Array, tier: Tier): void {
  const slice = { buffer: mrt, start: 0, end: 0 };
  eachUpdate(mrt, (start, end) => {
    slice.start = start;
    slice.end = end;
    tier(slice);
  });
}

function countWith(make: (typeof TIERS)[string], { mrt }: Corpus): Counts {
  const counts = { prefixes: 0, asSum: 0, communities: 0 };
  readAll(mrt, make(context, counts));
  return counts;
}

/** Encodes some of the UPDATEs: the objects of all would be so many that collecting garbage slows the others down. */
function encoder({ mrt }: Corpus): Contender {
  const decoded: Update[] = [];
  eachUpdate(mrt, (start, end) => {
    if (decoded.length < ENCODED) decoded.push(decodeUpdate({ buffer: mrt, start, end }, context).update);
  });
  return contender(ENCODE, ENCODED, () => {
    for (const update of decoded) do_not_optimize(encodeUpdate(update, context));
  });
}

/** What a process in Go or Rust prints. */
interface Report extends Counts {
  /** Nanoseconds of one UPDATE in each pass. */
  readonly ns: readonly number[];
  /** UPDATEs it does not take. */
  readonly refused?: number;
}

/** @param notes gets what was not the same work */
function theirs(corpus: Corpus, expected: Counts, notes: Set<string>): Contender[] {
  const file = join(directory, "updates.bgp");
  writeFileSync(file, corpus.stream);
  const contenders: Contender[] = [];
  for (const { name, built, args } of PEERS) {
    const { path } = built;
    if (path === null) continue;
    contenders.push({
      name,
      async once() {
        const child = startChild(path, args(file));
        const { ns, refused = 0, ...counts } = await child.next<Report>();
        await child.end();
        if (refused > 0) notes.add(`${name} refuses ${number(refused)} of these UPDATEs`);
        else for (const difference of differences(counts, expected)) notes.add(`${name} counts ${difference}`);
        return median(ns);
      },
    });
  }
  return contenders;
}

function bgpdump({ mrt, updates }: Corpus): Contender {
  const file = join(directory, "updates.mrt");
  const copies = Math.ceil(BGPDUMP_RECORDS / updates);
  writeFileSync(file, Buffer.concat(Array.from({ length: copies }, () => mrt)));
  return {
    name: BGPDUMP,
    once() {
      const start = process.hrtime.bigint();
      const { status } = spawnSync("bgpdump", ["-m", file], { stdio: "ignore" });
      if (status !== 0) throw new Error("bgpdump failed");
      return Number(process.hrtime.bigint() - start) / (copies * updates);
    },
  };
}

function differences(counts: Counts, expected: Counts): string[] {
  const fields = (["prefixes", "asSum", "communities"] as const).filter((field) => counts[field] !== expected[field]);
  return fields.map((field) => `${number(counts[field])} ${field}, not ${number(expected[field])}`);
}
