// Our side of bench/bzip2.ts: decompresses a file with so many threads, pass after pass, and prints the nanoseconds by the
// clock and of processors that each pass took. The file is read before.
//
//   node bench/peers/node-bunzip2.ts FILE.bz2 THREADS PASSES
import { readFileSync } from "node:fs";
import { decompress } from "@bgpwire/capture-node";
import { say } from "../support/child.ts";

const [file, threads, passes] = process.argv.slice(2) as [string, string, string];
const bytes = new Uint8Array(readFileSync(file));
const clock: number[] = [];
const processors: number[] = [];
let octets = 0;
for (let pass = 0; pass < Number(passes); pass++) {
  octets = 0;
  const used = process.cpuUsage();
  const start = process.hrtime.bigint();
  for await (const chunk of decompress(pieces(), { threads: Number(threads) })) {
    if ("kind" in chunk) throw new Error(chunk.reason);
    octets += chunk.length;
  }
  clock.push(Number(process.hrtime.bigint() - start));
  const { user, system } = process.cpuUsage(used);
  processors.push((user + system) * 1000);
}
say({ clock, processors, octets });

function* pieces(): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
