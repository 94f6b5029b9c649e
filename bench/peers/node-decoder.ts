// Our side of bench/decode.ts: decodes all UPDATEs of a file with one tier, pass after pass for so many seconds, and prints the
// nanoseconds that one took in each pass and what it counted. A process for each tier, as an application has one and V8 learns from
// it.
//
//   node bench/peers/node-decoder.ts read|walk|compose|numbers|objects|encode FILE.mrt|FILE.bgp SECONDS
import { readFileSync } from "node:fs";
import { createContext, decodeUpdate, encodeUpdate, UpdateView } from "@bgpwire/decoder";
import type { Update } from "@bgpwire/decoder";
import { do_not_optimize } from "mitata";
import { say } from "../support/child.ts";
import { eachMessage, eachUpdate } from "../support/mrt.ts";
import { TIERS } from "../support/tiers.ts";
import type { Counts } from "../support/tiers.ts";

/** Updates that are encoded: the objects of all would be so many that collecting garbage is most of it. */
const ENCODED = 5000;

const [name, file, seconds] = process.argv.slice(2) as [string, string, string];
const bytes = readFileSync(file);
/** MRT records, or messages one behind the other. */
const each = file.endsWith(".mrt") ? eachUpdate : eachMessage;
const context = createContext();
const pass = passOf(name);
const ns: number[] = [];
let counts: Counts = { prefixes: 0, asSum: 0, communities: 0 };
const end = performance.now() + 1e3 * Number(seconds);
do {
  counts = { prefixes: 0, asSum: 0, communities: 0 };
  const start = process.hrtime.bigint();
  const updates = pass(counts);
  ns.push(Number(process.hrtime.bigint() - start) / updates);
} while (performance.now() < end);
say({ ns, ...counts });

/** One pass through the file: adds to the counts and tells how many UPDATEs there were. */
function passOf(name: string): (counts: Counts) => number {
  let updates = 0;
  if (name === "encode") {
    const some: Update[] = [];
    each(bytes, (start, end) => {
      if (some.length < ENCODED) some.push(decodeUpdate({ buffer: bytes, start, end }, context).update);
    });
    return () => {
      for (const update of some) do_not_optimize(encodeUpdate(update, context));
      return some.length;
    };
  }
  if (name === "read") {
    const view = new UpdateView(context);
    return () => {
      let attributes = 0;
      updates = 0;
      each(bytes, (start, end) => {
        attributes += view.readRange(bytes, start, end).attributeCount;
        updates += 1;
      });
      do_not_optimize(attributes);
      return updates;
    };
  }
  const slice = { buffer: bytes, start: 0, end: 0 };
  const total: Counts = { prefixes: 0, asSum: 0, communities: 0 };
  const tier = TIERS[name]!(context, total);
  return (counts) => {
    updates = 0;
    Object.assign(total, counts);
    each(bytes, (start, end) => {
      slice.start = start;
      slice.end = end;
      updates += 1;
      tier(slice);
    });
    Object.assign(counts, total);
    return updates;
  };
}
