// CoreBGP, the Go library, in a small program of ours (../corebgp) that takes commands and tells events as JSON lines.
// The Go tool builds it; the module proxy is out of reach inside the namespace, so run.ts builds it before entering.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startDaemon } from "../support/daemon.ts";
import { until } from "../support/until.ts";
import {
  alive,
  communities,
  familyOf,
  route,
  withoutMd5,
  withoutRestarts,
  withoutTtlSecurity,
  WITHOUT_DYNAMIC_CAPABILITY,
  withoutFilters,
  withoutIpv6NextHops,
  withoutLongMessages,
} from "./router.ts";
import type { Probe, Route, Router, RouterKind, RouterOptions } from "./router.ts";

const SOURCE = join(import.meta.dirname, "..", "corebgp");
const BINARY = join(import.meta.dirname, "../../../node_modules/.cache/bgpwire-interop/corebgp");

/** Builds the program if it can. Offline it needs Go's module cache, or an earlier build. */
export async function buildCorebgp(): Promise<Probe> {
  try {
    await promisify(execFile)("go", ["build", "-o", BINARY, "."], { cwd: SOURCE, timeout: 120_000 });
    return { version: "0.8.5" };
  } catch (error) {
    if (existsSync(BINARY)) return { version: "0.8.5" };
    const text = (error as { code?: unknown }).code === "ENOENT" ? "Go is not installed" : `go build: ${String(error)}`;
    return { missing: text };
  }
}

interface Event {
  readonly event: "ready" | "state" | "route" | "withdraw" | "endOfRib" | "log";
  readonly peer?: string;
  readonly text?: string;
  readonly prefix?: string;
  readonly family?: string;
  readonly route?: { [K in keyof Route]: Route[K] | null };
}

function bracket(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

async function start(options: RouterOptions): Promise<Router> {
  const addresses = [...new Set(options.peers.map((peer) => peer.localAddress))];
  const daemon = startDaemon(BINARY, [
    `-as=${options.asn}`,
    `-id=${options.routerId}`,
    `-hold=${options.holdTime}`,
    ...addresses.flatMap((address) => ["-listen", `${bracket(address)}:${options.port}`]),
    ...options.peers.flatMap((peer) => [
      "-peer",
      [peer.address, peer.port, peer.asn, peer.localAddress, peer.passive === true ? "passive" : "active"].join(","),
    ]),
  ]);
  const states = new Map<string, string>();
  const tables = new Map<string, Map<string, Route>>();
  const marks = new Set<string>();
  const logs: string[] = [];
  let isReady = false;
  daemon.onLine((line) => {
    const e = JSON.parse(line) as Event;
    const peer = e.peer ?? "";
    if (e.event === "ready") isReady = true;
    if (e.event === "log") logs.push(e.text ?? "");
    if (e.event === "state") {
      states.set(peer, e.text ?? "");
      tables.set(peer, new Map());
    }
    if (e.event === "withdraw") tables.get(peer)?.delete(e.prefix ?? "");
    if (e.event === "endOfRib") marks.add(`${peer} ${e.family}`);
    if (e.event === "route" && e.route?.prefix) {
      const r = e.route;
      const prefix = r.prefix ?? "";
      tables.get(peer)?.set(
        prefix,
        route(prefix, r.nextHop ?? "", {
          ...(r as Route),
          communities: communities(r.communities ?? []),
          largeCommunities: communities(r.largeCommunities ?? []),
          extendedCommunities: communities(r.extendedCommunities ?? []),
          clusterList: r.clusterList ?? [],
        }),
      );
    }
  });
  const say = (words: object): void => daemon.write(`${JSON.stringify(words)}\n`);
  await until("CoreBGP to listen", () => alive(daemon) && isReady);
  const announce = async (routes: readonly Route[]): Promise<void> => {
    for (const r of routes) say({ command: "announce", route: r });
  };
  await announce(options.routes ?? []);
  return {
    daemon,
    state: async (peer) => states.get(peer) ?? "Idle",
    holdTime: async () => null,
    routes: async (peer, family) =>
      [...(tables.get(peer)?.values() ?? [])].filter((r) => familyOf(r.prefix) === family),
    routeCount: async (peer, family) =>
      [...(tables.get(peer)?.values() ?? [])].filter((r) => familyOf(r.prefix) === family).length,
    announce,
    withdraw: async (prefixes) => {
      for (const prefix of prefixes) say({ command: "withdraw", prefix });
    },
    notifications: async (direction) =>
      logs.flatMap((text) => new RegExp(`notification ${direction} (.*)`).exec(text)?.[1] ?? []),
    endOfRib: async (peer, family) => marks.has(`${peer} ${family}`),
    disable: async (peer) => say({ command: "disable", peer }),
    enable: async (peer) => say({ command: "enable", peer }),
    stop: () => daemon.stop(),
  };
}

/** CoreBGP 0.8. */
export const corebgp: RouterKind = {
  name: "CoreBGP",
  probe: buildCorebgp,
  start,
  excluded: {
    ...WITHOUT_DYNAMIC_CAPABILITY,
    ...withoutFilters("our program does not offer them"),
    ...withoutLongMessages("our program does not offer them"),
    ...withoutIpv6NextHops("our program does not offer them"),
    "names of both sides": "our program tells none",
    ...withoutMd5("its program sets no options of the socket"),
    ...withoutTtlSecurity("its program sets no options of the socket"),
    ...withoutRestarts("it has no graceful restart"),
    "a station is told of a session, its routes and its end": "it has no BMP",
    "a station that dials is told what there is": "it has no BMP",
    "a station that comes late is told what there is": "it has no BMP",
    "OTC of the router, our provider": "it knows no roles",
    "OTC for the router, our customer": "it knows no roles",
    "roles that do not fit": "it knows no roles",
    "families from the router": "it carries octets; families are its program's business",
    "families to the router": "it carries octets; families are its program's business",
    "hold time 0": "0.8.5 ends with a nil pointer when the hold time is 0",
    "session back after our hold timer": "it holds a peer down for a minute after any error",
    "shutdown text from us": "it logs code and subcode only",
    "shutdown text from the router": "a deleted peer gets a Cease without subcode and text",
    "ROUTE-REFRESH to the router": "it answers type 5 with 1/3",
    "ROUTE-REFRESH from the router": "it has no such message",
    "ADD-PATH to the router": "our program does not offer it",
    "ADD-PATH from the router": "our program does not offer it",
    "two-octet AS numbers on our side": "it refuses a peer without capability 65",
    "two-octet AS numbers on the router's side": "it always offers four octets",
    "200,000 routes in and out": "it has no table and passes nothing on",
    "EVPN of a bridge": "it has no data plane",
    "families with ADD-PATH": "it carries octets; families are its program's business",
  },
  traits: {
    cannotSet: [],
    collisionKeeps: "dominant",
    collisionCostsBoth: "at times",
    prefixesPerMessage: Infinity,
  },
};
