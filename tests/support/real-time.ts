// For the driver suite on real sockets: this machine's addresses, and waiting in real time. For Node.js and Deno.
import { networkInterfaces } from "node:os";
import type { DriverUnderTest } from "./driver-suite.ts";

/** Milliseconds between two looks at a condition. */
const LOOK = 2;

export async function pass(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
}

/** The thread sleeps: neither events nor timers come. */
export function stall(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

export async function until(condition: () => boolean, what: string, limit = 30_000): Promise<void> {
  const end = performance.now() + limit;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never came within ${limit} ms: ${what}`);
    await pass(LOOK);
  }
}

/** Addresses that only this machine has. */
export function addressesHere(): DriverUnderTest["addresses"] {
  let ipv6: string | null = null;
  let linkLocal: string | null = null;
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    for (const { address } of entries ?? []) {
      if (address === "::1") ipv6 = address;
      if (address.startsWith("fe80:")) linkLocal ??= `${address.replace(/%.*/, "")}%${name}`;
    }
  }
  return { ipv4: "127.0.0.1", otherIPv4: "127.0.0.2", ipv6, linkLocal };
}
