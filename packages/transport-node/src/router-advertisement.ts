// Router Advertisements (RFC 4861 section 4.2), for peers without a number: a router that knows its peer by the link alone,
// such as FRR's `neighbor eth0 interface`, takes the address to dial from where they come. Nothing else is said in them.
import { ConfigError, makeSocketCalls, socketName } from "@bgpwire/core";
import { writeSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { socketPlatform } from "./system-calls.ts";

const AF_INET6 = 10;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0x8_0000;
const IPPROTO_ICMPV6 = 58;

const SOL_SOCKET_BINDTODEVICE = { option: "bindToDevice", level: 1, name: 25 } as const;
const IPV6_MULTICAST_HOPS = { option: "ttl", level: 41, name: 18 } as const;
const ICMPV6_FILTER = { option: "ttl", level: IPPROTO_ICMPV6, name: 1 } as const;

/** Milliseconds from one to the next: the least that RFC 4861 section 6.2.1 permits at most, so that nobody waits for long. */
const INTERVAL = 4_000;

const ADVERTISEMENT = 134;
const SOURCE_LINK_LAYER_ADDRESS = 1;

/**
 * The lifetime as a default router and all else are 0, which is "unspecified by this router"; the kernel makes the checksum. With our
 * address on the link, if it has one (section 4.6.1): without it a kernel that hears us for the first time keeps no neighbour.
 */
function advertisement(device: string): Uint8Array {
  const [own] = networkInterfaces()[device] ?? [];
  const mac = own?.mac.split(":").map((octet) => parseInt(octet, 16)) ?? [];
  const option = mac.length === 6 && mac.some((octet) => octet !== 0) ? [SOURCE_LINK_LAYER_ADDRESS, 1, ...mac] : [];
  return Uint8Array.of(ADVERTISEMENT, ...new Uint8Array(15), ...option);
}

/** RFC 4861 section 4.2: the all-nodes multicast address. */
const ALL_NODES = "ff02::1";

/**
 * Sends a Router Advertisement on a link now and every four seconds, so that routers there learn our link-local address. Hosts
 * are told that we are no default router. Linux only, as root or with CAP_NET_RAW; needs what options of sockets need.
 *
 * @param device such as `eth0`. While it is down nothing is sent, and no error is told
 * @returns ends it
 * @throws ConfigError `invalid-value` with field `device`, where that cannot be done
 * @example const stop = advertiseRouter("eth0")
 */
export function advertiseRouter(device: string): () => void {
  if (!socketPlatform.linux) throw refused(`needs Linux; this is ${socketPlatform.name}`);
  let fd = -1;
  try {
    const system = socketPlatform.calls();
    fd = system.socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
    if (fd < 0) throw new Error("the system does not permit it; it needs CAP_NET_RAW or root");
    const name = socketName(system, ALL_NODES, 0);
    makeSocketCalls(system, fd, [
      { ...SOL_SOCKET_BINDTODEVICE, value: new TextEncoder().encode(`${device}\0`) },
      // Section 6.1.2: one with another hop limit is not from this link, and nobody takes it.
      { ...IPV6_MULTICAST_HOPS, value: new Uint8Array(Int32Array.of(255).buffer) },
      // Nothing is read, so nothing is to wait.
      { ...ICMPV6_FILTER, value: new Uint8Array(32).fill(0xff) },
    ]);
    if (system.connect(fd, name, name.length) < 0) throw new Error("the device has no IPv6");
  } catch (error) {
    if (fd >= 0) socketPlatform.calls().close(fd);
    // Which option of the socket it was is of no interest.
    throw refused((error as Error).message.replace(/^(bindToDevice|ttl): /, ""));
  }
  const send = (): void => {
    try {
      writeSync(fd, advertisement(device));
    } catch {
      // The device is down, or has no link-local address yet.
    }
  };
  send();
  const timer = setInterval(send, INTERVAL);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (fd >= 0) socketPlatform.calls().close(fd);
    fd = -1;
  };
}

function refused(why: string): ConfigError {
  return new ConfigError("invalid-value", "device", why);
}
