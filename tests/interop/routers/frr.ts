// FRR's bgpd through vtysh, alone but where it is to look after a bridge. Routes are `network` statements with a route-map each. It refuses next
// hops in 127/8, one reason for the namespace.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { frrFamilies } from "../families/frr.ts";
import { makeBridge, noBridge, removeBridge } from "../support/bridge.ts";
import { run, startDaemon } from "../support/daemon.ts";
import { until } from "../support/until.ts";
import { communities, familyOf, probeVersion, ready, realRoot, route, UNICAST, wordFor } from "./router.ts";
import type { Route, Router, RouterKind, RouterOptions, RouterPeer, RouterRestart } from "./router.ts";

const BGPD = "/usr/lib/frr/bgpd";
const ZEBRA = "/usr/lib/frr/zebra";
/** Its address families. It cannot carry unicast and labeled unicast of one version on one session. */
const NAMES: Readonly<Record<string, string>> = {
  "ipv4-unicast": "ipv4 unicast",
  "ipv6-unicast": "ipv6 unicast",
  "ipv4-multicast": "ipv4 multicast",
  "ipv6-multicast": "ipv6 multicast",
  "ipv4-labeled-unicast": "ipv4 labeled-unicast",
  "ipv6-labeled-unicast": "ipv6 labeled-unicast",
  "ipv4-vpn": "ipv4 vpn",
  "ipv6-vpn": "ipv6 vpn",
  "ipv4-flowspec": "ipv4 flowspec",
  "ipv6-flowspec": "ipv6 flowspec",
  "l2vpn-evpn": "l2vpn evpn",
};
const FAMILIES = { "ipv4-unicast": "ipv4 unicast", "ipv6-unicast": "ipv6 unicast" } as const;

/** A route-map's name must be a word. */
function mapName(prefix: string): string {
  return `map-${prefix.replaceAll(/[^0-9a-f]/g, "-")}`;
}

function routeMap(r: Route): string[] {
  const nextHop = r.nextHop.includes(":") ? "ipv6 next-hop global" : "ip next-hop";
  return [
    `route-map ${mapName(r.prefix)} permit 10`,
    ` set ${nextHop} ${r.nextHop}`,
    ` set origin ${r.origin}`,
    ...(r.asPath === "" ? [] : [` set as-path prepend ${r.asPath}`]),
    ...(r.med === null ? [] : [` set metric ${r.med}`]),
    ...(r.localPref === null ? [] : [` set local-preference ${r.localPref}`]),
    ...(r.communities.length === 0 ? [] : [` set community ${r.communities.join(" ")}`]),
    ...(r.largeCommunities.length === 0 ? [] : [` set large-community ${r.largeCommunities.join(" ")}`]),
    ...extendedCommunities(r),
    ...(r.aggregator === null ? [] : [` set aggregator as ${r.aggregator}`]),
    ...(r.atomicAggregate ? [" set atomic-aggregate"] : []),
    "exit",
  ];
}

/** One `set` for all route targets and one for all route origins. */
function extendedCommunities(r: Route): string[] {
  return ["rt", "soo"].flatMap((kind) => {
    const values = r.extendedCommunities.filter((c) => c.startsWith(`${kind}:`)).map((c) => c.slice(kind.length + 1));
    return values.length === 0 ? [] : [` set extcommunity ${kind} ${values.join(" ")}`];
  });
}

function network(r: Route): string[] {
  return [
    `address-family ${FAMILIES[familyOf(r.prefix)]}`,
    `network ${r.prefix} route-map ${mapName(r.prefix)}`,
    "exit-address-family",
  ];
}

function configuration(options: RouterOptions): string {
  const routes = options.routes ?? [];
  const peers = options.peers.flatMap((peer) => [
    `neighbor ${peer.address} remote-as ${peer.asn}`,
    `neighbor ${peer.address} port ${peer.port}`,
    `neighbor ${peer.address} update-source ${peer.localAddress}`,
    `neighbor ${peer.address} disable-connected-check`,
    `neighbor ${peer.address} timers ${Math.floor(options.holdTime / 3)} ${options.holdTime}`,
    `neighbor ${peer.address} timers connect 1`,
    `neighbor ${peer.address} advertisement-interval 0`,
    ...(peer.passive === true ? [`neighbor ${peer.address} passive`] : []),
    // FRR cannot leave out capability 65 alone; without any capability it carries IPv4 unicast only.
    ...(peer.twoOctetAs === true ? [`neighbor ${peer.address} dont-capability-negotiate`] : []),
    ...(peer.password === undefined ? [] : [`neighbor ${peer.address} password ${peer.password}`]),
    ...(peer.ttlSecurity === undefined ? [] : [`neighbor ${peer.address} ttl-security hops ${peer.ttlSecurity}`]),
    ...(peer.role === undefined ? [] : [`neighbor ${peer.address} local-role ${peer.role}`]),
    ...(peer.extendedNextHop === true ? [`neighbor ${peer.address} capability extended-nexthop`] : []),
    ...(peer.dynamicCapability === true ? [`neighbor ${peer.address} capability dynamic`] : []),
    ...filtering(peer),
    ...(peer.families ?? UNICAST).flatMap((family) => [
      `address-family ${wordFor(NAMES, family)}`,
      `neighbor ${peer.address} activate`,
      `neighbor ${peer.address} attribute-unchanged next-hop`,
      peer.client === true ? `neighbor ${peer.address} route-reflector-client` : "",
      // Without it there is nothing before policy.
      options.bmp === undefined ? "" : `neighbor ${peer.address} soft-reconfiguration inbound`,
      peer.addPath === true ? `neighbor ${peer.address} addpath-tx-all-paths` : "",
      "exit-address-family",
    ]),
  ]);
  return [
    "frr defaults traditional",
    "log stdout debugging",
    "debug bgp neighbor-events",
    ...routes.flatMap(routeMap),
    ...options.peers.flatMap((peer) => prefixList(peer.filters?.rules ?? [])),
    `router bgp ${options.asn}`,
    `bgp router-id ${options.routerId}`,
    "bgp log-neighbor-changes",
    "no bgp ebgp-requires-policy",
    "no bgp network import-check",
    "no bgp default ipv4-unicast",
    "coalesce-time 0",
    ...(options.restart === undefined ? [] : restart(options.restart)),
    ...peers,
    ...routes.flatMap(network),
    ...(options.bmp === undefined ? [] : bmp(options.bmp)),
    "exit",
    "",
  ].join("\n");
}

/** The filter by which it chooses the peer's routes; with a route outside of it all are denied. */
function prefixList(rules: readonly string[]): string[] {
  return rules.map((rule) => `ip prefix-list wanted ${rule}`);
}

function filtering({ address, filters }: RouterPeer): string[] {
  if (filters === undefined) return [];
  const list = filters.direction === "send" ? [`neighbor ${address} prefix-list wanted in`] : [];
  const capability = `neighbor ${address} capability orf prefix-list ${filters.direction}`;
  return ["address-family ipv4 unicast", capability, ...list, "exit-address-family"];
}

function restart({ restartTime, staleTime }: RouterRestart): string[] {
  return [
    "bgp graceful-restart",
    "bgp graceful-restart preserve-fw-state",
    "bgp graceful-restart notification",
    `bgp graceful-restart restart-time ${restartTime}`,
    "bgp graceful-restart select-defer-time 5",
    ...(staleTime === undefined ? [] : [`bgp long-lived-graceful-restart stale-time ${staleTime}`]),
  ];
}

function bmp({ address, port, listens }: NonNullable<RouterOptions["bmp"]>): string[] {
  const tables = ["pre-policy", "post-policy"];
  return [
    "bmp targets station",
    ...tables.flatMap((table) => Object.values(FAMILIES).map((family) => `bmp monitor ${family} ${table}`)),
    listens === true
      ? `bmp listener ${address} port ${port}`
      : `bmp connect ${address} port ${port} min-retry 100 max-retry 1000`,
    "exit",
  ];
}

interface FrrPath {
  readonly prefix?: string;
  readonly aspath?: { readonly string: string };
  readonly path?: string;
  readonly origin?: string;
  readonly metric?: number;
  readonly locPrf?: number;
  readonly atomicAggregate?: boolean;
  readonly aggregatorAs?: number;
  readonly aggregatorId?: string;
  readonly community?: { readonly string: string };
  readonly largeCommunity?: { readonly string: string };
  readonly extendedCommunity?: { readonly string: string };
  readonly originatorId?: string;
  readonly clusterList?: { readonly list: readonly string[] };
  readonly otc?: number;
  readonly nexthops?: readonly { readonly ip: string; readonly scope?: string }[];
  readonly peer?: { readonly peerId: string };
}

function toRoute(prefix: string, path: FrrPath, internal: boolean): Route {
  return route(prefix, path.nexthops?.find((hop) => hop.scope !== "link-local")?.ip ?? "", {
    origin: (path.origin ?? "").toLowerCase() as Route["origin"],
    asPath: (path.aspath?.string ?? "").replace(/^Local$/, "").replaceAll(",", " "),
    med: path.metric ?? null,
    localPref: internal ? (path.locPrf ?? null) : null,
    atomicAggregate: path.atomicAggregate === true,
    aggregator: path.aggregatorAs === undefined ? null : `${path.aggregatorAs} ${path.aggregatorId}`,
    communities: communities(path.community?.string.split(" ") ?? []),
    largeCommunities: communities(path.largeCommunity?.string.split(" ") ?? []),
    extendedCommunities: communities(path.extendedCommunity?.string.toLowerCase().split(" ") ?? []),
    originatorId: path.originatorId ?? null,
    clusterList: path.clusterList?.list ?? [],
    ...(path.otc !== undefined && { otc: path.otc }),
  });
}

type Shown = FrrPath & { readonly [field: string]: unknown };

/** Every path of a family. Each family has a command of its own that shows labels and what else is in a route. */
async function shownPaths(name: string, ask: (command: string) => Promise<string>): Promise<Shown[]> {
  const json = async <T>(command: string): Promise<T> => JSON.parse(await ask(command)) as T;
  type Table<T> = Readonly<Record<string, T>>;
  if (name === "l2vpn evpn") {
    type Entry = { readonly paths: readonly (readonly Shown[])[] };
    const all = await json<Table<Table<Entry | string>>>("show bgp l2vpn evpn route detail json");
    return Object.values(all)
      .flatMap((routes) => Object.values(routes))
      .filter((entry) => typeof entry === "object" && "paths" in entry)
      .flatMap(({ paths, ...entry }) => paths.flat().map((path) => Object.assign({}, entry, path)));
  }
  if (name.endsWith(" vpn")) {
    const all = await json<{ routes: { routeDistinguishers?: Table<Table<unknown>> } }>(`show bgp ${name} json`);
    const prefixes = new Set(
      Object.values(all.routes.routeDistinguishers ?? {}).flatMap((routes) => Object.keys(routes)),
    );
    const out: Shown[] = [];
    for (const prefix of prefixes) {
      const found = await json<Table<{ paths: readonly Shown[] }>>(`show bgp ${name} ${prefix} json`);
      for (const [rd, { paths }] of Object.entries(found))
        out.push(...paths.map((path) => Object.assign({ rd, prefix }, path)));
    }
    return out;
  }
  const all = await json<{ routes: Table<readonly Shown[]> }>(`show bgp ${name} json detail`);
  return Object.entries(all.routes).flatMap(([prefix, [, ...paths]]) =>
    paths.map((path) => Object.assign({ prefix }, path)),
  );
}

async function start(options: RouterOptions): Promise<Router> {
  const file = join(options.directory, "frr.conf");
  const sockets = join(options.directory, "vty");
  mkdirSync(sockets);
  writeFileSync(file, configuration(options));
  const addresses = [...new Set(options.peers.map((peer) => peer.localAddress))];
  const zebra = options.bridge === true ? await startZebra(options) : null;
  const daemon = startDaemon(
    BGPD,
    [
      // Without a user of its own; without zebra and without touching the kernel's routes where it has no bridge.
      ...(zebra === null ? ["-ZSn"] : ["-S", "-z", zebra.socket]),
      ...addresses.flatMap((address) => ["-l", address]),
      ...(options.bmp === undefined ? [] : ["-M", "bmp"]),
      "-p",
      String(options.port),
      "-P",
      "0",
      "--vty_socket",
      sockets,
      "-f",
      file,
      "-i",
      join(options.directory, "bgpd.pid"),
    ],
    {
      // It says so of every next hop, for want of zebra.
      noise: /.*zclient_send_message\(\) failed\n/g,
    },
  );
  await until("FRR's vty socket", () => ready(daemon, join(sockets, "bgpd.vty")));
  const ask = (...commands: string[]): Promise<string> =>
    run("vtysh", ["--vty_socket", sockets, ...commands.flatMap((command) => ["-c", command])]);
  const json = async <T>(command: string): Promise<T> => JSON.parse(await ask(`${command} json`)) as T;
  const router = `router bgp ${options.asn}`;
  interface Neighbor {
    readonly bgpState: string;
    readonly hostname?: string;
    readonly domainname?: string;
    readonly bgpTimerHoldTimeMsecs?: number;
    readonly gracefulRestartInfo?: { readonly endOfRibRecv?: { readonly [family: string]: boolean } };
    readonly addressFamilyInfo?: { readonly [family: string]: { readonly acceptedPrefixCounter?: number } };
  }
  const neighbor = async (peer: string): Promise<Neighbor> => {
    const all = await json<Record<string, Neighbor>>(`show bgp neighbors ${peer}`);
    return all[peer] ?? { bgpState: "unknown" };
  };
  await until("FRR to answer", () => ask("show version"));
  return {
    daemon,
    state: async (peer) => (await neighbor(peer)).bgpState,
    holdTime: async (peer) => {
      const hold = (await neighbor(peer)).bgpTimerHoldTimeMsecs;
      return hold === undefined ? null : hold / 1000;
    },
    routes: async (peer, family) => {
      const internal = options.peers.find((p) => p.address === peer)?.asn === options.asn;
      // Of a peer that is away it shows nothing by its name, although it retains what it has of it. And all at once: a command for each
      // route takes a second for every few of them.
      const paths = await shownPaths(FAMILIES[family], ask);
      return paths
        .filter((path) => path.peer?.peerId === peer)
        .map((path) => toRoute(path["prefix"] as string, path, internal));
    },
    routeCount: async (peer, family) =>
      (await neighbor(peer)).addressFamilyInfo?.[family === "ipv4-unicast" ? "ipv4Unicast" : "ipv6Unicast"]
        ?.acceptedPrefixCounter ?? 0,
    announce: async (routes) =>
      void (await ask("configure terminal", ...routes.flatMap(routeMap), router, ...routes.flatMap(network))),
    withdraw: async (prefixes) =>
      void (await ask(
        "configure terminal",
        router,
        ...prefixes.flatMap((prefix) => [
          `address-family ${FAMILIES[familyOf(prefix)]}`,
          `no network ${prefix}`,
          "exit-address-family",
        ]),
      )),
    filter: async (peer, rules) =>
      void (await ask(
        "configure terminal",
        "no ip prefix-list wanted",
        ...prefixList(rules),
        "end",
        `clear bgp ipv4 unicast ${peer} in prefix-filter`,
      )),
    filterOf: async (peer) => {
      const shown = await ask(`show bgp ipv4 unicast neighbors ${peer} received prefix-filter`);
      return [...shown.matchAll(/^ *(seq .*)$/gm)].map((match) => match[1]!.trim());
    },
    carry: async (peer, family, carried) =>
      void (await ask(
        "configure terminal",
        router,
        `address-family ${FAMILIES[family]}`,
        `${carried ? "" : "no "}neighbor ${peer} activate`,
        ...(carried ? ["no ", ""].map((no) => `${no}neighbor ${peer} attribute-unchanged next-hop`) : []),
      )),
    hostName: async (peer) => {
      const { hostname, domainname } = await neighbor(peer);
      return `${hostname}.${domainname}`;
    },
    tell: async (lines) => void (await ask("configure terminal", router, ...lines)),
    shown: async (peer, family) => {
      const name = wordFor(NAMES, family);
      if (name.endsWith("flowspec")) return (await ask(`show bgp ${name} detail`)).split(/\n(?=BGP flowspec entry)/);
      const entries = await shownPaths(name, ask);
      return entries.filter((entry) => entry.peer?.peerId === peer);
    },
    refresh: async (peer, family) => void (await ask(`clear bgp ${FAMILIES[family]} ${peer} in`)),
    notifications: async (direction) =>
      [...daemon.output().matchAll(/%NOTIFICATION(?:\([^)]*\))?: (received|sent) (?:from|to) neighbor (.*)/g)]
        .filter((m) => m[1] === direction)
        .map((m) => m[2] ?? ""),
    endOfRib: async (peer, family) =>
      (await neighbor(peer)).gracefulRestartInfo?.endOfRibRecv?.[
        family === "ipv4-unicast" ? "ipv4Unicast" : "ipv6Unicast"
      ] === true,
    disable: async (peer, text) =>
      void (await ask(
        "configure terminal",
        router,
        text === "" ? `neighbor ${peer} shutdown` : `neighbor ${peer} shutdown message ${text}`,
      )),
    enable: async (peer) => void (await ask("configure terminal", router, `no neighbor ${peer} shutdown`)),
    stop: async () => {
      await daemon.stop();
      await zebra?.stop();
    },
  };
}

interface Zebra {
  /** Where bgpd finds it. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Starts zebra with a bridge to look after. It insists on a user of its own, whose files are in the namespace's `/run`. */
async function startZebra(options: RouterOptions): Promise<Zebra> {
  await makeBridge(options.routerId);
  const directory = `/run/zebra-${options.port}`;
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  const socket = join(directory, "zserv");
  const pid = join(directory, "zebra.pid");
  const daemon = startDaemon(ZEBRA, ["-P", "0", "--vty_socket", directory, "-z", socket, "-i", pid]);
  await until("zebra's socket", () => ready(daemon, socket));
  return {
    socket,
    stop: async () => {
      await daemon.stop();
      await removeBridge();
    },
  };
}

/** FRRouting 8. */
export const frr: RouterKind = {
  name: "FRR",
  probe: () => probeVersion(/version (\S+)/, BGPD, "--version"),
  start,
  excluded: {
    "messages of more than 4096 octets from the router":
      "its command line is too short for so many communities; it echoes ours",
  },
  excludedHere: async () => {
    const reason = (await realRoot()) ? await noBridge() : "zebra gives up root for its own user";
    return reason === null ? {} : { "EVPN of a bridge": reason };
  },
  traits: {
    cannotSet: [],
    echoes: true,
    collisionKeeps: "dominant",
    collisionCostsBoth: "when late", // After a dozen messages of 4096 octets in a row it may lose its place in the stream and say 1/2 with data ffff.
    prefixesPerMessage: 500,
    monitored: ["adjRibIn", "adjRibInPost"],
    monitoredWithOwnAs: true,
  },
  families: frrFamilies,
};
