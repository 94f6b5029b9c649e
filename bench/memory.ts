// How much memory does an idle peer take? 10,000 of them, each kind in a process of its own, after garbage collection: the
// machines alone, and whole speakers with 10,000 sockets, ours and CoreBGP's, with the same dialler at the other end.
import { setTimeout as sleep } from "node:timers/promises";
import { startChild, startNode } from "./support/child.ts";
import type { Child } from "./support/child.ts";
import { buildCoreBgp, COREBGP } from "./support/build.ts";
import { number, printNote, printTable, times } from "./support/table.ts";
import type { Weight } from "./support/weigh.ts";

const PEERS = 10_000;
const REACH = 4096;

function node(program: string, ...args: string[]): Child {
  return startNode(program, [...args, String(PEERS)], ["--expose-gc"]);
}

const rows: string[][] = [];
const KINDS = [
  ["listening", "PeerMachine, listening"],
  ["established", "PeerMachine, established"],
  ["speaker", "Speaker and plugin, established"],
] as const;
for (const [kind, name] of KINDS) {
  const child = node("idle-peers", kind);
  const { heap, external } = await child.next<Weight>();
  await child.end();
  const octets = (heap + external) / PEERS;
  rows.push([name, times(octets / REACH), number(octets)]);
}
printTable(
  `Memory of an idle peer without sockets: ${number(PEERS)} peers`,
  ["kind", "of 4 KB", "octets of heap"],
  rows,
);

const corebgp = buildCoreBgp();
const speakers: [string, Child][] = [["bgpwire on transport-node", node("node-idle")]];
if (corebgp.path !== null) speakers.push([COREBGP, startChild(corebgp.path, ["-peers", String(PEERS)])]);
const weights: { name: string; heap: number; rss: number }[] = [];
for (const [name, child] of speakers) {
  const { port } = await child.next<{ port: number }>();
  const dialler = startNode("idle-dialler", [String(PEERS)]);
  dialler.tell({ port });
  await dialler.next();
  // The last KEEPALIVE of the last session may still be on its way.
  await sleep(1000);
  child.tell("weigh");
  const { heap, external, rss } = await child.next<Partial<Weight> & { heap: number; rss: number }>();
  weights.push({ name, heap: (heap + (external ?? 0)) / PEERS, rss: rss / PEERS });
  await dialler.end();
  await child.end();
}
if (corebgp.path !== null) corebgp.remove();
const peer = weights.at(-1)!;
printTable(
  `Memory of an idle peer with its socket, octets: ${number(PEERS)} peers`,
  ["speaker", "of CoreBGP's", "heap and stacks", "of CoreBGP's", "resident"],
  weights.map(({ name, heap, rss }) => [
    name,
    corebgp.path === null ? "–" : times(heap / peer.heap),
    number(heap),
    corebgp.path === null ? "–" : times(rss / peer.rss),
    number(rss),
  ]),
);
if (corebgp.path === null) printNote(`skipped: CoreBGP, because ${corebgp.why}\n`);
