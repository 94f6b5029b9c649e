// How fast does a session take a million UPDATEs over loopback? The same sender into this project and into CoreBGP, in one
// run, one after the other, round by round, each sink in a fresh process. The clock is the sender's: from the first octet of
// the first UPDATE to the sink's answer to the End-of-RIB behind the last. Every sink must have counted the same.
//
//   node bench/ingest.ts [UPDATES [ROUNDS]]
import { startChild, startNode } from "./support/child.ts";
import type { Child } from "./support/child.ts";
import { buildCoreBgp, COREBGP } from "./support/build.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";

const UPDATES = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const SEED = 1;

interface Counted {
  readonly updates: number;
  readonly octets: number;
  readonly prefixes: number;
  readonly asSum: number;
  readonly communities: number;
}
type Report = Counted & { readonly cpuMs: number; readonly rssMb: number };

interface Sink {
  readonly name: string;
  /** What it is to be compared with: the row of the same work. */
  readonly work: "drop" | "none" | "decode";
  start(): Child;
  readonly ms: number[];
  readonly cpuMs: number[];
  readonly rssMb: number[];
}

const sender = startNode("sender", [String(UPDATES), String(SEED)]);
const expected = await sender.next<Counted>();
const corebgp = buildCoreBgp();

function sink(name: string, work: Sink["work"], start: () => Child): Sink {
  return { name, work, start, ms: [], cpuMs: [], rssMb: [] };
}
function node(name: string, work: Sink["work"], program: string, ...args: string[]): Sink {
  return sink(name, work, () => startNode(program, args));
}

const sinks: Sink[] = [
  node("a socket that only counts octets", "drop", "drop-sink", String(expected.octets + 19 * UPDATES)),
  node("bgpwire, UPDATEs not decoded", "none", "node-sink", "none"),
  node("bgpwire, UpdateView, its routes counted", "decode", "node-sink", "walk"),
  node("bgpwire, createUpdateDecoder", "decode", "node-sink", "compose"),
  node("bgpwire, decodeUpdate: objects", "decode", "node-sink", "objects"),
];
if (corebgp.path !== null) {
  const { path } = corebgp;
  sinks.push(
    sink(`${COREBGP}, not decoded`, "none", () => startChild(path, [])),
    sink(`${COREBGP}, UpdateDecoder`, "decode", () => startChild(path, ["-decode"])),
  );
}

for (let round = 0; round < ROUNDS; round++) {
  for (const one of sinks) {
    const child = one.start();
    const { port } = await child.next<{ port: number }>();
    sender.tell({ port });
    const { ms } = await sender.next<{ ms: number }>();
    const report = await child.next<Report>();
    await child.end();
    check(one, report);
    one.ms.push(ms);
    one.cpuMs.push(report.cpuMs);
    one.rssMb.push(report.rssMb);
  }
}
await sender.end();
if (corebgp.path !== null) corebgp.remove();

/** Whoever is fast because it has not done the work is found out here. */
function check({ name, work }: Sink, report: Report): void {
  const fields: (keyof Counted)[] =
    work === "drop"
      ? []
      : work === "none"
        ? ["updates", "octets"]
        : ["updates", "octets", "prefixes", "asSum", "communities"];
  for (const field of fields) {
    if (report[field] !== expected[field])
      throw new Error(`${name} counted ${report[field]} ${field}, not ${expected[field]}`);
  }
}

const theirs = (work: Sink["work"]): number | null => {
  const peer = sinks.find((one) => one.name.startsWith(COREBGP) && one.work === work);
  return peer === undefined ? null : median(peer.ms);
};
const rows = sinks.map(({ name, work, ms, cpuMs, rssMb }) => {
  const middle = median(ms);
  const peer = theirs(work);
  return [
    name,
    peer === null ? "–" : times(peer / middle),
    number(middle),
    `${number(Math.min(...ms))}–${number(Math.max(...ms))}`,
    number((UPDATES / middle) * 1000),
    number(median(cpuMs)),
    number(median(rssMb)),
  ];
});
printTable(
  `Loopback ingest of ${number(UPDATES)} UPDATEs (${number(expected.octets / UPDATES + 19)} octets each), median of ${ROUNDS} rounds`,
  ["sink", `faster than ${COREBGP}`, "ms", "min–max", "UPDATEs per second", "CPU ms", "resident MB"],
  rows,
);
if (corebgp.path === null) printNote(`skipped: CoreBGP, because ${corebgp.why}\n`);
