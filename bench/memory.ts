// How much memory does an idle peer take? 10,000 of them, each kind in a process of its own.
import { startNode } from "./support/child.ts";
import { number, printTable, times } from "./support/table.ts";

const PEERS = 10_000;
const REACH = 4096;

const KINDS = [
  ["listening", "PeerMachine, listening"],
  ["established", "PeerMachine, established"],
  ["speaker", "Speaker with plugin, established"],
] as const;

const rows: string[][] = [];
for (const [kind, name] of KINDS) {
  const child = startNode(new URL("peers/weigh.ts", import.meta.url), [kind, String(PEERS)], ["--expose-gc"]);
  const { heap, external, rss } = await child.next<{ heap: number; external: number; rss: number }>();
  await child.end();
  const [onHeap, off, resident] = [heap / PEERS, external / PEERS, rss / PEERS];
  rows.push([name, times((onHeap + off) / REACH), number(onHeap), number(off), number(resident)]);
}
printTable(
  `Memory of an idle peer in octets: ${number(PEERS)} peers`,
  ["kind", "of 4 KB", "heap", "external", "resident"],
  rows,
);
