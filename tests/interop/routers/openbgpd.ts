// OpenBGPD through bgpctl. Routes are `network` lines of its configuration; a change is a new file and `bgpctl reload`.
// It gives up root for the user `_openbgpd` in /run/openbgpd, so it needs real root.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openbgpdFamilies } from "../families/openbgpd.ts";
import { run, startDaemon } from "../support/daemon.ts";
import { until } from "../support/until.ts";
import {
  communities,
  probeVersion,
  ready,
  realRoot,
  route,
  UNICAST,
  wordFor,
  withoutMd5,
  withoutRestarts,
  WITHOUT_DYNAMIC_CAPABILITY,
  withoutFilters,
  withoutIpv6NextHops,
  withoutLongMessages,
} from "./router.ts";
import type { Route, Router, RouterKind, RouterOptions } from "./router.ts";

const BGPD = "/usr/sbin/bgpd";
const BGPCTL = "/usr/sbin/bgpctl";
const NAMES: Readonly<Record<string, string>> = {
  "ipv4-unicast": "IPv4 unicast",
  "ipv6-unicast": "IPv6 unicast",
  "ipv4-vpn": "IPv4 vpn",
  "ipv6-vpn": "IPv6 vpn",
};
const RIBS: Readonly<Record<string, string>> = {
  "ipv4-unicast": "inet",
  "ipv6-unicast": "inet6",
  "ipv4-vpn": "vpnv4",
  "ipv6-vpn": "vpnv6",
};
const FAMILIES = { "ipv4-unicast": "inet", "ipv6-unicast": "inet6" } as const;

function network(r: Route): string {
  const set = [
    `origin ${r.origin}`,
    `nexthop ${r.nextHop}`,
    ...(r.med === null ? [] : [`metric ${r.med}`]),
    ...(r.localPref === null ? [] : [`localpref ${r.localPref}`]),
    ...r.communities.map((c) => `community ${c}`),
    ...r.extendedCommunities.map((c) => `ext-community ${c.replace(":", " ")}`),
    ...r.largeCommunities.map((c) => `large-community ${c}`),
  ];
  return `network ${r.prefix} set { ${set.join(", ")} }`;
}

function configuration(
  options: RouterOptions,
  control: string,
  routes: ReadonlyMap<string, Route>,
  told: readonly string[],
): string {
  const addresses = [...new Set(options.peers.map((peer) => peer.localAddress))];
  const peers = options.peers.map(
    (peer) => `neighbor ${peer.address} {
  remote-as ${peer.asn}
  local-address ${peer.localAddress}
  port ${peer.port}
  ${peer.asn === options.asn || peer.ttlSecurity !== undefined ? "" : "multihop 2"}
  ${peer.ttlSecurity === undefined ? "" : "ttl-security yes"}
  ${peer.passive === true ? "passive" : ""}
  ${(peer.families ?? UNICAST).map((family) => `announce ${wordFor(NAMES, family)}`).join("\n  ")}
  ${peer.client === true ? "route-reflector" : ""}
  announce as-4byte ${peer.twoOctetAs === true ? "no" : "yes"}
  announce enhanced refresh yes
  ${peer.role === undefined ? "" : `announce policy ${peer.role}`}
  ${peer.addPath === true ? "announce add-path recv yes\n  announce add-path send all" : ""}
  set nexthop no-modify
}`,
  );
  return [
    `AS ${options.asn}`,
    `router-id ${options.routerId}`,
    ...addresses.map((address) => `listen on ${address} port ${options.port}`),
    `socket "${control}"`,
    "fib-update no",
    ...(options.quiet === true ? [] : ["log updates"]),
    "connect-retry 1",
    `holdtime ${options.holdTime === 0 ? 90 : options.holdTime}`,
    "holdtime min 3",
    ...[...routes.values()].map(network),
    ...told,
    ...peers,
    "allow from any",
    "allow to any",
    "",
  ].join("\n");
}

interface Neighbor {
  readonly state: string;
  readonly stats: {
    readonly prefixes: { readonly received: number };
    readonly update: { readonly received: { readonly eor: number } };
  };
  readonly session?: { readonly holdtime: number };
  readonly last_shutdown_reason?: string;
  readonly last_error_received?: string;
  readonly last_error_sent?: string;
}

interface RibEntry {
  readonly prefix: string;
  readonly aspath: string;
  readonly exit_nexthop: string;
  readonly origin: string;
  readonly metric: number;
  readonly localpref: number;
  readonly communities?: readonly string[];
  readonly large_communities?: readonly string[];
  readonly extended_communities?: readonly string[];
  readonly attributes?: readonly { readonly type: string; readonly [field: string]: unknown }[];
}

function toRoute(entry: RibEntry, internal: boolean): Route {
  const find = (type: string): { readonly [field: string]: unknown } | undefined =>
    entry.attributes?.find((a) => a.type.toLowerCase().replaceAll(/\W/g, "") === type);
  const aggregator = find("aggregator");
  const otc = find("otc")?.["as"];
  return route(entry.prefix, entry.exit_nexthop, {
    origin: entry.origin.toLowerCase() as Route["origin"],
    asPath: entry.aspath.replaceAll("{ ", "{").replaceAll(" }", "}"),
    // It keeps no difference between metric 0 and none.
    med: entry.metric === 0 ? null : entry.metric,
    localPref: internal ? entry.localpref : null,
    atomicAggregate: find("atomicaggregate") !== undefined,
    aggregator: aggregator === undefined ? null : `${aggregator["AS"]} ${aggregator["router_id"]}`,
    communities: communities(entry.communities ?? []),
    largeCommunities: communities(entry.large_communities ?? []),
    extendedCommunities: communities((entry.extended_communities ?? []).map((c) => c.replace(" ", ":"))),
    originatorId: (find("originatorid")?.["originator"] as string | undefined) ?? null,
    clusterList: (find("clusteridlist")?.["cluster_list"] as string[] | undefined) ?? [],
    ...(otc !== undefined && { otc: Number(otc) }),
  });
}

async function start(options: RouterOptions): Promise<Router> {
  const file = join(options.directory, "bgpd.conf");
  const control = join(options.directory, "bgpd.ctl");
  const routes = new Map((options.routes ?? []).map((r) => [r.prefix, r]));
  const told: string[] = [];
  // It insists on a configuration that others cannot write.
  const write = (): void => writeFileSync(file, configuration(options, control, routes, told), { mode: 0o600 });
  write();
  mkdirSync("/run/openbgpd", { recursive: true });
  const daemon = startDaemon(BGPD, ["-d", "-v", "-f", file]);
  await until("OpenBGPD's control socket", () => ready(daemon, control));
  const ask = (...words: string[]): Promise<string> => run(BGPCTL, ["-s", control, "-j", ...words]);
  const neighbor = async (peer: string): Promise<Neighbor> => {
    const { neighbors } = JSON.parse(await ask("show", "neighbor", peer)) as { neighbors: Neighbor[] };
    const first = neighbors[0];
    if (first === undefined) throw new Error(`OpenBGPD does not know ${peer}`);
    return first;
  };
  await until("OpenBGPD's peers", () => neighbor(options.peers[0]?.address ?? ""));
  return {
    daemon,
    state: async (peer) => (await neighbor(peer)).state,
    holdTime: async (peer) => (await neighbor(peer)).session?.holdtime ?? null,
    routes: async (peer, name) => {
      const internal = options.peers.find((p) => p.address === peer)?.asn === options.asn;
      const text = await ask("show", "rib", FAMILIES[name], "detail", "neighbor", peer);
      return ((JSON.parse(text) as { rib?: RibEntry[] }).rib ?? []).map((entry) => toRoute(entry, internal));
    },
    // One number for all families; the table of this suite is in one.
    routeCount: async (peer) => (await neighbor(peer)).stats.prefixes.received,
    announce: async (more) => {
      for (const r of more) routes.set(r.prefix, r);
      write();
      await ask("reload");
    },
    withdraw: async (prefixes) => {
      for (const prefix of prefixes) routes.delete(prefix);
      write();
      await ask("reload");
    },
    tell: async (lines) => {
      told.push(...lines);
      write();
      await ask("reload");
    },
    shown: async (peer, family) => {
      const text = await ask("show", "rib", wordFor(RIBS, family), "detail", "neighbor", peer);
      return (JSON.parse(text) as { rib?: RibEntry[] }).rib ?? [];
    },
    refresh: async (peer) => void (await ask("neighbor", peer, "refresh")),
    notifications: async (direction) => {
      // A shutdown text comes on a line of its own.
      const pattern =
        direction === "received"
          ? /received notification: (.*(?:\n.*received shutdown reason: .*)?)/g
          : /sending notification: (.*)/g;
      return [...daemon.output().matchAll(pattern)].map((m) => m[1] ?? "");
    },
    endOfRib: async (peer) => (await neighbor(peer)).stats.update.received.eor >= 2,
    disable: async (peer, text) => void (await ask("neighbor", peer, "down", text)),
    enable: async (peer) => void (await ask("neighbor", peer, "up")),
    stop: () => daemon.stop(),
  };
}

/** OpenBGPD, portable. */
export const openbgpd: RouterKind = {
  name: "OpenBGPD",
  probe: async () => {
    const found = await probeVersion(/OpenBGPD (\S+)/, BGPD, "-V");
    if ("version" in found && !(await realRoot())) {
      return { missing: "it gives up root for its own user, which a user namespace does not have" };
    }
    return found;
  },
  start,
  excluded: {
    ...WITHOUT_DYNAMIC_CAPABILITY,
    ...withoutFilters("7.7 has none"),
    ...withoutLongMessages("7.7 has none"),
    ...withoutIpv6NextHops("7.7 has none"),
    "names of both sides": "7.7 has none",
    ...withoutMd5("the portable one has it on OpenBSD only"),
    ...withoutRestarts("of graceful restart it has the End-of-RIB marker alone"),
    "a station is told of a session, its routes and its end": "7.7 has no BMP",
    "a station that dials is told what there is": "7.7 has no BMP",
    "a station that comes late is told what there is": "7.7 has no BMP",
    "ROUTE-REFRESH to the router": "7.7 says of every family that it is not negotiated",
    "EVPN of a bridge": "it has no data plane",
    "families with ADD-PATH": "it offers that for unicast alone",
  },
  traits: {
    cannotSet: ["asPath", "aggregator", "atomicAggregate"],
    collisionKeeps: "own",
    collisionCostsBoth: "never",
    prefixesPerMessage: Infinity,
  },
  families: openbgpdFamilies,
};
