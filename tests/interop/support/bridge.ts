// A bridge with a VXLAN interface and a port with a host behind it, in the namespace of the suite: what a router with a data
// plane makes EVPN routes of.
import { run } from "./daemon.ts";

/** What the host is, and what it is reached by. */
export const BRIDGE = { vni: 10, gateway: "10.40.0.1/24", mac: "0a:00:00:00:00:55", address: "10.40.0.5" } as const;

const LINKS = {
  up: (local: string): string[] => [
    "link add bridge10 type bridge",
    // Without these a bridge takes the address of a port, and ports take random ones.
    "link set bridge10 address 0a:00:00:00:10:00 up",
    `link add vxlan10 address 0a:00:00:00:10:01 type vxlan id ${BRIDGE.vni} dstport 4789 local ${local} nolearning`,
    "link set vxlan10 master bridge10 up",
    "link add port10 address 0a:00:00:00:10:02 type veth peer name host10",
    "link set port10 master bridge10 up",
    "link set host10 up",
    `address add ${BRIDGE.gateway} dev bridge10`,
    `neighbor add ${BRIDGE.address} lladdr ${BRIDGE.mac} dev bridge10 nud permanent`,
  ],
  down: ["port10", "vxlan10", "bridge10"].map((name) => `link del ${name}`),
};

async function ip(commands: readonly string[]): Promise<void> {
  for (const command of commands) await run("ip", command.split(" "));
}

/** Makes it. @param local the address that VXLAN packets come from */
export async function makeBridge(local: string): Promise<void> {
  await ip(LINKS.up(local));
  await run("bridge", `fdb add ${BRIDGE.mac} dev port10 master static`.split(" "));
}

export async function removeBridge(): Promise<void> {
  await ip(LINKS.down);
}

/** Why this machine cannot have one, or null. */
export async function noBridge(): Promise<string | null> {
  try {
    await ip(["link add try0 type vxlan id 1 dstport 4789", "link add try1 type bridge", "link add try2 type veth"]);
    return null;
  } catch {
    return "this kernel has no bridges with VXLAN";
  } finally {
    for (const name of ["try0", "try1", "try2"]) await ip([`link del ${name}`]).catch(() => {});
  }
}
