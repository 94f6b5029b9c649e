// Our side of bench/mrt.ts: reads an MRT file as far as is asked for, pass after pass, and prints the nanoseconds of processors
// that each pass took. The file is read before, and lines go where bgpdump's go: nowhere, through a system call.
//
//   node bench/peers/node-mrt.ts records|events|objects|lines FILE.mrt PASSES
import { openSync, readFileSync, writeSync } from "node:fs";
import { BgpdumpWriter, EventReading, MrtEvents, MrtReader, type CaptureEvent, type MrtRecord } from "@bgpwire/capture";
import type { Problem, RecordReader } from "@bgpwire/capture";
import { say } from "../support/child.ts";

/** As pieces of a file come from a disk. */
const PIECE = 65_536;

const [what, file, passes] = process.argv.slice(2) as [string, string, string];
const bytes = new Uint8Array(readFileSync(file));
const nowhere = openSync("/dev/null", "w");
const ns: number[] = [];
/** Records, events, attributes of objects, or octets of lines. */
let count = 0;
for (let pass = 0; pass < Number(passes); pass++) {
  count = 0;
  const used = process.cpuUsage();
  if (what === "lines") {
    const lines = new BgpdumpWriter((octets) => {
      count += writeSync(nowhere, octets);
    });
    each<CaptureEvent>(new MrtEvents(), (event) => lines.add(event));
    lines.flush();
  } else if (what === "objects") {
    each<CaptureEvent>(new MrtEvents(), (event) => {
      count += new EventReading(event).decoded?.update.attributes.length ?? 0;
    });
  } else {
    each<MrtRecord | CaptureEvent>(what === "records" ? new MrtReader() : new MrtEvents(), () => {
      count += 1;
    });
  }
  const { user, system } = process.cpuUsage(used);
  ns.push((user + system) * 1000);
}
say({ ns, count });

function each<R>(reader: RecordReader<R>, take: (record: R | Problem) => void): void {
  for (let at = 0; at < bytes.length; at += PIECE) {
    reader.push(bytes.subarray(at, at + PIECE));
    if (at + PIECE >= bytes.length) reader.end();
    for (let record = reader.next(); record !== null; record = reader.next()) take(record);
  }
}
