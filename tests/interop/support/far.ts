// A network namespace at the other end of a virtual cable, for what needs a link: addresses without a number, neighbours that
// find each other. Both ends have one link-local address and no other.
import { run } from "./daemon.ts";

/** The two ends of the cable. */
export const CABLE = {
  near: { device: "near0", address: "fe80::a" },
  far: { device: "far0", address: "fe80::b" },
} as const;

/** Puts a command into the namespace. */
export function inFar(...command: readonly string[]): [string, string[]] {
  return ["ip", ["netns", "exec", "far", ...command]];
}

/** Makes it. @throws Error where the machine does not permit one */
export async function makeFar(): Promise<void> {
  const { near, far } = CABLE;
  for (const command of [
    "netns add far",
    "-n far link set lo up",
    `link add ${near.device} type veth peer name ${far.device} netns far`,
    // Addresses of our own, which nobody doubts.
    `link set ${near.device} addrgenmode none up`,
    `-n far link set ${far.device} addrgenmode none`,
    `-n far link set ${far.device} up`,
    `address add ${near.address}/64 dev ${near.device} nodad`,
    `-n far address add ${far.address}/64 dev ${far.device} nodad`,
  ]) {
    await run("ip", command.split(" "));
  }
}

/** Makes it where that can be, for the tests to remove. @returns why it cannot be, or null */
export async function whyNoFar(): Promise<string | null> {
  try {
    await makeFar();
    return null;
  } catch (error) {
    await removeFar();
    return `no virtual cable: ${(error as Error).message}`;
  }
}

export async function removeFar(): Promise<void> {
  await run("ip", ["link", "del", CABLE.near.device]).catch(() => {});
  for (const name of ["far", "limbo"]) await run("ip", ["netns", "del", name]).catch(() => {});
}

/**
 * The host at the far end is gone as in a loss of power: nothing that it sends arrives any more, and neither a FIN nor a reset is sent. Its
 * processes go on in a namespace without a device.
 */
export async function loseFar(): Promise<void> {
  const { device, address } = CABLE.far;
  const [link] = JSON.parse(await run(...inFar("ip", "-j", "link", "show", device))) as { readonly address: string }[];
  // A neighbour that is known for good: what we send now goes nowhere, rather than wait until the address is found again.
  const neighbour = `neigh replace ${address} lladdr ${link!.address} dev ${CABLE.near.device} nud permanent`;
  const lost = ["netns add limbo", neighbour, `-n far link set ${device} netns limbo`, "netns del far"];
  for (const command of lost) {
    await run("ip", command.split(" "));
  }
}

/** It is back, and knows of no connection. */
export async function restoreFar(): Promise<void> {
  const { device, address } = CABLE.far;
  for (const command of [
    "netns add far",
    "-n far link set lo up",
    `-n limbo link set ${device} netns far`,
    "netns del limbo",
    `-n far link set ${device} addrgenmode none`,
    `-n far link set ${device} up`,
    `-n far address add ${address}/64 dev ${device} nodad`,
  ]) {
    await run("ip", command.split(" "));
  }
}
