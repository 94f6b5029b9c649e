// How fast is bzip2 decompressed? Ours in one thread and in several beside C's, on what collectors publish.
//
// Each file is repeated to 100 MB and more, as long files are. A process for each, all in turn in each round; the better of two
// passes counts. Times of processors say what it costs, those by the clock how long one waits: with several threads the latter
// is less, if there are processors for them.
//
//   node bench/bzip2.ts [FILE.bz2…]
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startNode } from "./support/child.ts";
import { processorsOf } from "./support/command.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";

const ROUNDS = 5;
const PASSES = 2;
const LENGTH = 100_000_000;
const CAPTURES = new URL("../../shared/data/mrt/", import.meta.url);
const FILES = [
  "caida-libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2",
  "mrtparser/updates.20260222.1530.bz2",
];
const PEER = "node-bunzip2";

/** Nanoseconds by the clock and of processors. */
interface Spent {
  readonly clock: number;
  readonly processors: number;
}

const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : FILES.map((file) => fileURLToPath(new URL(file, CAPTURES)));
if (spawnSync("bzip2", ["--help"]).error !== undefined) printNote("skipped: bzip2 is not installed\n");
else for (const file of files) await compare(file);

async function compare(file: string): Promise<void> {
  if (!existsSync(file)) return printNote(`skipped: ${file} is not there\n`);
  const once = spawnSync("bzip2", ["-dc", file], { maxBuffer: 1 << 30 }).stdout.length;
  const copies = Math.ceil(LENGTH / once);
  const octets = copies * once;
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));
  const long = join(directory, "long.bz2");
  const bytes = readFileSync(file);
  writeFileSync(long, Buffer.concat(Array.from({ length: copies }, () => bytes)));
  const contenders: [string, () => Promise<Spent>][] = [
    ["bzip2 -dc", async () => ofBzip2(long)],
    ["ours, in its own thread", () => ofOurs(long, 0, octets)],
    ...[...new Set([1, 2, availableParallelism()])].map((threads): [string, () => Promise<Spent>] => [
      `ours, in ${threads} more`,
      () => ofOurs(long, threads, octets),
    ]),
  ];
  const rounds = contenders.map((): Spent[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, [, once]] of contenders.entries()) rounds[i]!.push(await once());
  }
  const rows = contenders.map(([name], i) => {
    const ratio = (key: keyof Spent): string =>
      times(median(rounds[0]!.map((spent, round) => spent[key] / rounds[i]![round]![key])));
    const processors = rounds[i]!.map((spent) => spent.processors / 1e6);
    const speed = octets / (median(rounds[i]!.map(({ clock }) => clock)) / 1e3);
    const range = `${number(Math.min(...processors))}–${number(Math.max(...processors))}`;
    return [name, ratio("clock"), ratio("processors"), number(speed), number(median(processors)), range];
  });
  rmSync(directory, { recursive: true });
  printTable(
    `${basename(file)}, ${copies} times: ${number(octets)} octets, ${number(copies * bytes.length)} compressed; median of ${ROUNDS} rounds`,
    ["what", "faster than bzip2", "by processors", "MB/s", "processors, ms", "min–max"],
    rows,
  );
}

function ofBzip2(file: string): Spent {
  const passes = Array.from({ length: PASSES }, () => passOfBzip2(file));
  return best(
    passes.map(({ clock }) => clock),
    passes.map(({ processors }) => processors),
  );
}

function passOfBzip2(file: string): Spent {
  const start = process.hrtime.bigint();
  const processors = processorsOf("bzip2 -dc", file);
  return { clock: Number(process.hrtime.bigint() - start), processors };
}

async function ofOurs(file: string, threads: number, expected: number): Promise<Spent> {
  const child = startNode(PEER, [file, String(threads), String(PASSES)]);
  const report = await child.next<{ clock: number[]; processors: number[]; octets: number }>();
  await child.end();
  if (report.octets !== expected) throw new Error(`${report.octets} octets, not ${expected}`);
  return best(report.clock, report.processors);
}

function best(clock: readonly number[], processors: readonly number[]): Spent {
  return { clock: Math.min(...clock), processors: Math.min(...processors) };
}
