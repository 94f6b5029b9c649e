// What a process holds on to, for tests of what readers keep.
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is in use: octets of all buffers, and of all objects. */
export interface InUse {
  readonly buffers: number;
  readonly objects: number;
}

/** Collects garbage, and tells what is left. Buffers are given back some time after the collection. */
export async function inUse(): Promise<InUse> {
  for (let last = Number.POSITIVE_INFINITY; ;) {
    collect();
    await setImmediate();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    if (arrayBuffers >= last) return { buffers: arrayBuffers, objects: heapUsed };
    last = arrayBuffers;
  }
}
