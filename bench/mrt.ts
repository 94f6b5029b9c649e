// How fast do MRT files become lines of text? Ours beside bgpdump, which prints the same, on the same files without compression:
// UPDATEs of many peers, a full table sent by one, and the tables of a collector.
//
// A process for each, all in turn in each round; times of processors, of ours the best pass of each round. What is left out is
// the start of Node, which takes as long as some ten megabytes of a file.
//
//   node bench/mrt.ts [FILE.mrt…]
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { startNode } from "./support/child.ts";
import { processorsOf } from "./support/command.ts";
import { readCapture } from "./support/mrt.ts";
import { inRounds, type Contender } from "./support/rounds.ts";
import { number, printNote, printTable, times } from "./support/table.ts";

const ROUNDS = 5;
const PASSES = "8";
const BGPDUMP = "bgpdump -m";
const CAPTURES = new URL("../../shared/data/mrt/", import.meta.url);
const FILES = [
  "mrtparser/updates.20260222.1530.bz2",
  "ripe-ncc-bgpdump/updates.et-header.2015.gz",
  "caida-libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2",
  "ripe-ncc-bgpdump/bview.20020722.2337.gz",
];
const PEER = new URL("peers/node-mrt.ts", import.meta.url);

/** Ours, by the name that bench/peers/node-mrt.ts takes. */
const OURS = {
  lines: "MRT to the lines of bgpdump -m",
  events: "MrtEvents: messages and routes",
  records: "MrtReader: records",
} as const;

const asked = process.argv.slice(2);
const files =
  asked.length > 0 ? asked.map((file) => pathToFileURL(file)) : FILES.map((file) => new URL(file, CAPTURES));
if (spawnSync("bgpdump", []).error !== undefined) printNote("skipped: bgpdump is not installed\n");
else for (const file of files) await compare(file);

async function compare(file: URL): Promise<void> {
  if (!existsSync(file)) return printNote(`skipped: ${file.pathname} is not there\n`);
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));
  const plain = join(directory, "file.mrt");
  const bytes = readCapture(file);
  writeFileSync(plain, bytes);
  const contenders: Contender[] = [
    { name: BGPDUMP, once: () => processorsOf(BGPDUMP, plain) },
    ...Object.entries(OURS).map(([what, name]): Contender => ({ name, once: () => ofOurs(what, plain) })),
  ];
  const results = await inRounds(ROUNDS, contenders);
  rmSync(directory, { recursive: true });
  const dump = results[0]!.middle;
  printTable(
    `${basename(file.pathname)}, ${number(bytes.length)} octets; median of ${ROUNDS} rounds`,
    ["what", "faster than bgpdump", "MB/s", "ms", "min–max"],
    results.map(({ name, middle, ns }) => [
      name,
      name === BGPDUMP ? "–" : times(dump / middle),
      number(bytes.length / (middle / 1e3)),
      number(middle / 1e6),
      `${number(Math.min(...ns) / 1e6)}–${number(Math.max(...ns) / 1e6)}`,
    ]),
  );
}

async function ofOurs(what: string, file: string): Promise<number> {
  const child = startNode(PEER, [what, file, PASSES]);
  const { ns } = await child.next<{ readonly ns: readonly number[] }>();
  await child.end();
  return Math.min(...ns);
}
