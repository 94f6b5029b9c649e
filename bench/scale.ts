// Do 10,000 configured peers work in one process, of which 1,000 are established with speakers in another, and what do they cost?
// Of the 9,000 others one half refuses at once and the other never answers, as a host that is switched off.
//
//   node bench/scale.ts [CONFIGURED [ESTABLISHED [SECONDS]]]
import { setTimeout as sleep } from "node:timers/promises";
import { startChild, startNode } from "./support/child.ts";
import { number, printNote, printTable } from "./support/table.ts";

const CONFIGURED = Number(process.argv[2] ?? 10_000);
const ESTABLISHED = Number(process.argv[3] ?? 1000);
/** How long it is looked at once all are up. */
const SECONDS = Number(process.argv[4] ?? 60);
/** How long it may take until all are up, in milliseconds. */
const PATIENCE = 120_000;

const REFUSED = Math.ceil((CONFIGURED - ESTABLISHED) / 2);
const SILENT = CONFIGURED - ESTABLISHED - REFUSED;

interface State {
  readonly up: number;
  readonly cpuMs: number;
  readonly heap: number;
  readonly rss: number;
  readonly descriptors: number;
  readonly stallMs: number;
  readonly events: Readonly<Record<string, number>>;
}

// A listener that accepts nothing and whose queue is full: the kernel drops every further SYN.
const silence = startChild("python3", [
  "-c",
  `import socket, sys
listener = socket.socket(); listener.bind(("0.0.0.0", 0)); listener.listen(0)
fillers = [socket.socket() for _ in range(4)]
for one in fillers: one.setblocking(False); one.connect_ex(("127.0.0.1", listener.getsockname()[1]))
print('{"port": %d}' % listener.getsockname()[1], flush=True); sys.stdin.read()`,
]);
const { port: silencePort } = await silence.next<{ port: number }>();
const peers = startNode("scale-peers", [String(ESTABLISHED)]);
const { port: peersPort } = await peers.next<{ port: number }>();
const numbers = [ESTABLISHED, REFUSED, SILENT, peersPort, silencePort].map(String);
const speaker = startNode("scale-speaker", numbers, ["--expose-gc"]);
const { port, cpuMs: adding } = await speaker.next<{ port: number; cpuMs: number }>();
peers.tell({ port });

async function look(): Promise<State> {
  speaker.tell("how");
  return speaker.next<State>();
}

const start = performance.now();
let rising: State;
let risingMs = 0;
let longest = 0;
do {
  await sleep(500);
  rising = await look();
  risingMs += rising.cpuMs;
  longest = Math.max(longest, rising.stallMs);
  if (performance.now() - start > PATIENCE) throw new Error(`only ${rising.up} of ${ESTABLISHED} are up`);
} while (rising.up < ESTABLISHED);
const upAfter = performance.now() - start;

const dialsBefore = rising.events["dialFailed"] ?? 0;
let steadyMs = 0;
let steadyStall = 0;
let most = rising.descriptors;
let last = rising;
for (let second = 0; second < SECONDS; second += 1) {
  await sleep(1000);
  last = await look();
  steadyMs += last.cpuMs;
  steadyStall = Math.max(steadyStall, last.stallMs);
  most = Math.max(most, last.descriptors);
  if (last.up !== ESTABLISHED) {
    throw new Error(`${last.up} of ${ESTABLISHED} are up after ${second} s: ${JSON.stringify(last.events)}`);
  }
}
await speaker.end();
await peers.end();
await silence.end();

printTable(
  `${number(CONFIGURED)} peers configured: ${number(ESTABLISHED)} established, ${number(REFUSED)} refuse, ${number(SILENT)} never answer`,
  ["what", "figure"],
  [
    ["adding them, CPU ms", number(adding)],
    ["until all are up, s (looked at twice a second)", number(upAfter / 1000, 1)],
    ["until all are up, CPU ms", number(risingMs)],
    ["longest stall of the event loop until then, ms", number(longest)],
    [`CPU of the ${SECONDS} s after that, % of a core`, number(steadyMs / SECONDS / 10, 1)],
    ["longest stall of the event loop in them, ms", number(steadyStall)],
    ["dials that failed, per second", number(((last.events["dialFailed"] ?? 0) - dialsBefore) / SECONDS, 1)],
    ["most file descriptors at a time", number(most)],
    ["heap, octets per configured peer", number(last.heap / CONFIGURED)],
    ["resident, MB", number(last.rss / 2 ** 20)],
  ],
);
printNote(`events: ${JSON.stringify(last.events)}\n`);
