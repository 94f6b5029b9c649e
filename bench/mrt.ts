// How fast do MRT files become lines of text, and objects? Ours beside bgpdump, which prints the same lines, and bgpkit-parser in
// Rust, on the same files without compression: UPDATEs of many peers, the tables of collectors, and a full table of a million
// routes.
//
// A process for each, all in turn in each round; times of processors, of ours and of bgpkit-parser the best pass of each round.
// The fastest of all rounds is compared, as bench/decode.ts explains; in brackets stands what comes of the medians.
// What is left out is the start of Node, which takes as long as some ten megabytes of a file.
//
//   node bench/mrt.ts [FILE.mrt…]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildRust } from "./support/build.ts";
import { startChild, startNode, type Child } from "./support/child.ts";
import { processorsOf } from "./support/command.ts";
import { fullTable } from "./support/full-table.ts";
import { capture, type Loaded } from "./support/mrt-files.ts";
import { inRounds, ratio, type Contender } from "./support/rounds.ts";
import { number, printNote, printTable } from "./support/table.ts";

const ROUNDS = 5;
const BGPDUMP = "bgpdump -m";
const CAPTURES = new URL("../../shared/data/mrt/", import.meta.url);
const FILES = [
  "mrtparser/updates.20260222.1530.bz2",
  "ripe-ncc-bgpdump/updates.et-header.2015.gz",
  "caida-libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2",
  "ripe-ncc-bgpdump/bview.20020722.2337.gz",
];
/** Octets that each process goes through in a round. */
const OCTETS = 100e6;

/** Ours, by the name that bench/peers/node-mrt.ts takes. */
const OURS = {
  lines: "BgpdumpWriter: the lines of bgpdump -m",
  objects: "EventReading: UPDATEs and routes as objects",
  events: "MrtEvents: messages and routes",
  records: "MrtReader: records",
} as const;
/** Those of bgpkit-parser, by the name that bench/peers/rust-decoders takes. */
const BGPKIT = {
  "bgpkit-text": "bgpkit-parser 0.23.0: its own lines",
  "bgpkit-elements": "bgpkit-parser 0.23.0: elements, one for each route",
  "bgpkit-records": "bgpkit-parser 0.23.0: records and messages as objects",
} as const;

const rust = buildRust("rust-decoders");
const hasBgpdump = spawnSync("bgpdump", []).error === undefined;
if (rust.path === null) printNote(`skipped: bgpkit-parser, because ${rust.why}\n`);
if (!hasBgpdump) printNote(`skipped: ${BGPDUMP}, because it is not installed\n`);

const asked = process.argv.slice(2);
if (asked.length > 0) for (const file of asked) await compare(capture(pathToFileURL(file), basename(file)));
else {
  for (const file of FILES) await compare(capture(new URL(file, CAPTURES), basename(file)));
  await compare(fullTable());
}

async function compare(loaded: Loaded): Promise<void> {
  const { name } = loaded;
  if ("why" in loaded) return printNote(`skipped: ${name}, because ${loaded.why}\n`);
  const { mrt } = loaded;
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));
  const file = join(directory, "file.mrt");
  writeFileSync(file, mrt);
  const passes = String(Math.max(2, Math.round(OCTETS / mrt.length)));
  const contenders: Contender[] = [];
  if (hasBgpdump) contenders.push({ name: BGPDUMP, once: () => processorsOf(BGPDUMP, file) });
  for (const [what, name] of Object.entries(OURS)) {
    contenders.push({
      name,
      once: () => best(startNode("node-mrt", [what, file, passes])),
    });
  }
  const { path } = rust;
  if (path !== null) {
    for (const [what, name] of Object.entries(BGPKIT)) {
      contenders.push({ name, once: () => best(startChild(path, [what, file, passes])) });
    }
  }
  const results = await inRounds(ROUNDS, contenders);
  rmSync(directory, { recursive: true });
  const dump = results.find((one) => one.name === BGPDUMP);
  printTable(
    `${name}, ${number(mrt.length)} octets; ${ROUNDS} rounds`,
    ["what", "faster than bgpdump", "MB/s", "ms", "rounds' fastest"],
    results.map((one) => [
      one.name,
      dump === undefined || one === dump ? "–" : ratio(dump, one),
      number(mrt.length / (one.best / 1e3)),
      number(one.best / 1e6),
      `${number(Math.min(...one.ns) / 1e6)}–${number(Math.max(...one.ns) / 1e6)}`,
    ]),
  );
}

/** The best pass of a process. */
async function best(child: Child): Promise<number> {
  const { ns } = await child.next<{ readonly ns: readonly number[] }>();
  await child.end();
  return Math.min(...ns);
}
