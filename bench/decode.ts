// What does it cost to understand an UPDATE? The tiers of the decoder and its encoder beside bgpdump and decoders in Go and
// Rust, on the same UPDATEs, in one run, each in a process of its own.
//
// Beside bgpdump ours read its MRT file record by record as it does, and it prints a line for each route; beside Go and Rust all
// get the same messages one behind the other. All decode every attribute they know and all routes into values that own their
// memory, and must count the same. Addresses are text in our objects, netip values in Go's, integers in Rust's.
//
// What else the host does only ever takes time away, and not from all alike: while a neighbour works on the same core, code that
// keeps the processor busy takes twice as long, and code that waits for memory hardly longer. So each process makes passes for some
// seconds in each round, and the fastest pass of all rounds is what is compared; in brackets stands what comes of the median of the
// rounds' fastest. Of bgpdump, which makes one pass, its CPU time counts.
//
//   node bench/decode.ts [CORPUS…]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCoreBgp, buildGo, buildRust, COREBGP } from "./support/build.ts";
import { processorsOf } from "./support/command.ts";
import { startChild, startNode } from "./support/child.ts";
import type { Child } from "./support/child.ts";
import { CORPORA } from "./support/corpora.ts";
import type { Corpus } from "./support/corpora.ts";
import { inRounds, ratio } from "./support/rounds.ts";
import type { Contender, Timed } from "./support/rounds.ts";
import { number, printNote, printTable } from "./support/table.ts";
import type { Counts } from "./support/tiers.ts";

const ROUNDS = 7;
/** How long a process makes passes in each round. */
const SECONDS = "2";
/** bgpdump gets the file so often that its start does not count. */
const BGPDUMP_RECORDS = 25_000;
const BGPDUMP = "bgpdump -m";

/** The program that ours are measured in. */
const DECODER = "node-decoder";
/** Ours, by the name that it takes. Those that count nothing are not comparable with the others. */
const OURS = {
  read: "UpdateView.read: checked, nothing made",
  walk: "UpdateView, everything counted",
  numbers: "createUpdateDecoder, addresses as numbers",
  compose: "createUpdateDecoder, addresses as text",
  objects: "decodeUpdate: objects",
  encode: "encodeUpdate, from objects",
} as const;
/** Those that read the MRT file as well. */
const FROM_MRT = ["read", "walk", "numbers", "compose", "objects"] as const;

const rust = buildRust("rust-decoders");
const gobgp = buildGo("gobgp-decoder");
const corebgp = buildCoreBgp();
/** Decoders that are not ours. */
const PEERS = [
  { name: COREBGP, built: corebgp, args: (file: string) => ["-time", file, "-seconds", SECONDS] },
  { name: "GoBGP v4.8.0", built: gobgp, args: (file: string) => [file, SECONDS] },
  { name: "bgpkit-parser 0.23.0", built: rust, args: (file: string) => ["bgpkit-parser", file, SECONDS] },
  { name: "NetGauze 0.13.0", built: rust, args: (file: string) => ["netgauze", file, SECONDS] },
  { name: "routecore 0.7.2", built: rust, args: (file: string) => ["routecore", file, SECONDS] },
];
const hasBgpdump = spawnSync("bgpdump", []).error === undefined;
const SKIPS = [
  ...PEERS.flatMap(({ name, built }) => (built.path === null ? [`skipped: ${name}, because ${built.why}`] : [])),
  ...(hasBgpdump ? [] : [`skipped: ${BGPDUMP}, because it is not installed`]),
];
const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(CORPORA)) {
  const corpus = CORPORA[name]!();
  if ("why" in corpus) printNote(`skipped: ${corpus.name}, because ${corpus.why}\n`);
  else await compare(corpus);
}
rmSync(directory, { recursive: true });
for (const built of [gobgp, corebgp]) if (built.path !== null) built.remove();

async function compare({ name, updates, stream, mrt }: Corpus): Promise<void> {
  const mrtFile = join(directory, "updates.mrt");
  const streamFile = join(directory, "updates.bgp");
  writeFileSync(mrtFile, mrt);
  writeFileSync(streamFile, stream);
  const expected = await reportOf(startNode(DECODER, ["objects", mrtFile, "0"]));

  const notes = new Set<string>(SKIPS);
  const ours = (tier: string, label: string, file: string): Contender =>
    timed(
      label,
      () => startNode(DECODER, [tier, file, SECONDS]),
      (report) => {
        if (tier === "read" || tier === "encode") return;
        for (const difference of differences(report, expected)) throw new Error(`${label}: ${difference}`);
      },
    );
  const contenders: Contender[] = [
    ...FROM_MRT.map((tier) => ours(tier, fromMrt(OURS[tier]), mrtFile)),
    ...Object.entries(OURS).map(([tier, label]) => ours(tier, label, streamFile)),
  ];
  for (const { name: peer, built, args } of PEERS) {
    const { path } = built;
    if (path === null) continue;
    contenders.push(
      timed(
        peer,
        () => startChild(path, args(streamFile)),
        (report) => {
          const { refused = 0 } = report;
          if (refused > 0) notes.add(`${peer} refuses ${number(refused)} of these UPDATEs`);
          else for (const difference of differences(report, expected)) notes.add(`${peer} counts ${difference}`);
        },
      ),
    );
  }
  if (hasBgpdump) contenders.push(bgpdump(mrt, updates));

  const results = await inRounds(ROUNDS, contenders);
  const [octets, prefixes] = [number(stream.length / updates), number(expected.prefixes / updates, 1)];
  printTable(
    `${name}: ${number(updates)} UPDATEs of ${octets} octets, ${prefixes} prefixes; ${ROUNDS} rounds`,
    ["what", "faster than bgpdump", "objects take of it", "numbers", "walk", "ns", "rounds' fastest"],
    results.map((one) => row(one, results)),
  );
  for (const note of notes) printNote(`${note}\n`);
}

function fromMrt(label: string): string {
  return `MRT, ${label}`;
}

function row(timed: Timed, results: readonly Timed[]): readonly string[] {
  const { name, best, range } = timed;
  const of = (other: string): Timed | undefined => results.find((one) => one.name === other);
  const dump = of(BGPDUMP);
  const peer = PEERS.some((one) => one.name === name);
  const besideDump = FROM_MRT.some((tier) => fromMrt(OURS[tier]) === name);
  return [
    name,
    dump !== undefined && besideDump ? ratio(dump, timed) : "–",
    ...[OURS.objects, OURS.numbers, OURS.walk].map((tier) => (peer ? ratio(of(tier)!, timed) : "–")),
    number(best),
    range,
  ];
}

/** What a decoding process prints. */
interface Report extends Counts {
  /** Nanoseconds of one UPDATE in each pass. */
  readonly ns: readonly number[];
  /** UPDATEs it does not take. */
  readonly refused?: number;
}

function timed(name: string, start: () => Child, check: (report: Report) => void): Contender {
  return {
    name,
    async once() {
      const report = await reportOf(start());
      check(report);
      return Math.min(...report.ns);
    },
  };
}

async function reportOf(child: Child): Promise<Report> {
  const report = await child.next<Report>();
  await child.end();
  return report;
}

/** The fastest of as many runs as the others have seconds. */
function bgpdump(mrt: Uint8Array, updates: number): Contender {
  const file = join(directory, "many.mrt");
  const copies = Math.ceil(BGPDUMP_RECORDS / updates);
  writeFileSync(file, Buffer.concat(Array.from({ length: copies }, () => mrt)));
  return {
    name: BGPDUMP,
    once() {
      const end = performance.now() + 1e3 * Number(SECONDS);
      let best = Infinity;
      do best = Math.min(best, processorsOf(BGPDUMP, file));
      while (performance.now() < end);
      return best / (copies * updates);
    },
  };
}

function differences(counts: Counts, expected: Counts): string[] {
  const fields = (["prefixes", "asSum", "communities"] as const).filter((field) => counts[field] !== expected[field]);
  return fields.map((field) => `${number(counts[field])} ${field}, not ${number(expected[field])}`);
}
