// BIRD 2 through its control socket. Routes are announced by static protocols whose routes carry BGP attributes; a change
// is a new configuration file and `configure`. Its debug log is its reading of what it got.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { birdFamilies } from "../families/bird.ts";
import { run, startDaemon } from "../support/daemon.ts";
import { until } from "../support/until.ts";
import {
  communities,
  familyOf,
  probeVersion,
  ready,
  route,
  UNICAST,
  WITHOUT_DYNAMIC_CAPABILITY,
  withoutFilters,
} from "./router.ts";
import type { Route, RouteFamily, Router, RouterKind, RouterOptions, RouterPeer, RouterRestart } from "./router.ts";

const TABLES = { "ipv4-unicast": "master4", "ipv6-unicast": "master6" } as const;

/** The channel of a family and its table; tables that are not built in are declared with their kind. */
const CHANNELS: Readonly<Record<string, { readonly channel: string; readonly table: string; readonly kind?: string }>> =
  {
    "ipv4-unicast": { channel: "ipv4", table: "master4" },
    "ipv6-unicast": { channel: "ipv6", table: "master6" },
    "ipv4-multicast": { channel: "ipv4 multicast", table: "multicast4", kind: "ipv4" },
    "ipv6-multicast": { channel: "ipv6 multicast", table: "multicast6", kind: "ipv6" },
    "ipv4-labeled-unicast": { channel: "ipv4 mpls", table: "labeled4", kind: "ipv4" },
    "ipv6-labeled-unicast": { channel: "ipv6 mpls", table: "labeled6", kind: "ipv6" },
    "ipv4-vpn": { channel: "vpn4 mpls", table: "private4", kind: "vpn4" },
    "ipv6-vpn": { channel: "vpn6 mpls", table: "private6", kind: "vpn6" },
    "ipv4-vpn-multicast": { channel: "vpn4 multicast", table: "privatecast4", kind: "vpn4" },
    "ipv6-vpn-multicast": { channel: "vpn6 multicast", table: "privatecast6", kind: "vpn6" },
    "ipv4-flowspec": { channel: "flow4", table: "flows4", kind: "flow4" },
    "ipv6-flowspec": { channel: "flow6", table: "flows6", kind: "flow6" },
  };

function channelOf(family: string): { readonly channel: string; readonly table: string; readonly kind?: string } {
  const channel = CHANNELS[family];
  if (channel === undefined) throw new Error(`no channel for ${family}`);
  return channel;
}

/** Tables of families that need one, and what next hops are looked up in where the routes are elsewhere. */
function tables(families: readonly string[]): string[] {
  return families.map(channelOf).flatMap(({ table, kind }) => (kind === undefined ? [] : [`${kind} table ${table};`]));
}

function channel(family: string, peer: RouterPeer): string {
  const { channel: name, table, kind } = channelOf(family);
  const elsewhere = kind !== undefined && !kind.startsWith("flow");
  const lookup = elsewhere ? ` gateway recursive; igp table ${family.startsWith("ipv4") ? "master4" : "master6"};` : "";
  const paths = ` add paths ${peer.addPath === true ? "on" : "off"};`;
  const nextHop = family === "ipv4-unicast" && peer.extendedNextHop === true ? " extended next hop on;" : "";
  return `  ${name} { table ${table}; import all; export filter announced;${lookup}${paths}${nextHop} };`;
}

/** BIRD's own words for a state. */
const STATES: { readonly [word: string]: string } = { Down: "Idle", Passive: "Active", Close: "Idle" };

/** What BIRD would replace or drop on its way to an external peer unless the export filter says it. */
function exportFilter(routes: readonly Route[]): string {
  const cases = routes.map((r) => {
    const med = r.med === null ? "" : ` bgp_med = ${r.med};`;
    return `  if net = ${r.prefix} then { bgp_next_hop = ${r.nextHop};${med} }`;
  });
  return `filter announced {\n${cases.join("\n")}\n  accept;\n}`;
}

function attributes(r: Route): string {
  const path = r.asPath.split(" ").filter((as) => as !== "");
  const lines = [
    `bgp_origin = ORIGIN_${r.origin.toUpperCase()};`,
    // The rightmost AS is the first to be prepended.
    ...path.toReversed().map((as) => `bgp_path.prepend(${as});`),
    ...(r.localPref === null ? [] : [`bgp_local_pref = ${r.localPref};`]),
    ...r.communities.map((c) => `bgp_community.add((${c.replace(":", ",")}));`),
    ...r.extendedCommunities.map((c) => `bgp_ext_community.add((${c.replace("soo:", "ro:").replaceAll(":", ",")}));`),
    ...r.largeCommunities.map((c) => `bgp_large_community.add((${c.replaceAll(":", ",")}));`),
  ];
  return `{ ${lines.join(" ")} }`;
}

function restart({ restartTime, staleTime }: RouterRestart): string {
  const graceful = `graceful restart on; graceful restart time ${restartTime};`;
  if (staleTime === undefined) return graceful;
  return `${graceful} long lived graceful restart on; long lived stale time ${staleTime};`;
}

function configuration(options: RouterOptions, routes: ReadonlyMap<string, Route>, told: readonly string[]): string {
  const all = [...routes.values()];
  const statics = (Object.keys(TABLES) as RouteFamily[]).map((family) => {
    const channel = family.slice(0, 4);
    const lines = all
      .filter((r) => familyOf(r.prefix) === family)
      .map((r) => `  route ${r.prefix} unreachable ${attributes(r)};`);
    return `protocol static ${channel}routes {\n  ${channel};\n${lines.join("\n")}\n}`;
  });
  const peers = options.peers.map(
    (peer, index) => `protocol bgp peer${index} {
  strict bind yes;
  multihop ${peer.ttlSecurity ?? 2};
  ttl security ${peer.ttlSecurity === undefined ? "off" : "on"};
  ${peer.password === undefined ? "" : `password "${peer.password}";`}
  local ${peer.localAddress} port ${options.port} as ${options.asn};
  neighbor ${peer.address} port ${peer.port} as ${peer.asn};
  hold time ${options.holdTime};
  connect delay time 0; connect retry time 1; error wait time 1, 1;
  passive ${peer.passive === true ? "yes" : "no"};
  enable as4 ${peer.twoOctetAs === true ? "no" : "yes"};
  enable extended messages ${peer.extendedMessages === true ? "yes" : "no"};
  ${options.restart === undefined ? "" : restart(options.restart)}
  ${peer.client === true ? "rr client;" : ""}
  ${peer.role === undefined ? "" : `local role ${peer.role};`}
${(peer.families ?? UNICAST).map((family) => channel(family, peer)).join("\n")}
}`,
  );
  return [
    "log stderr all;",
    `router id ${options.routerId};`,
    "timeformat protocol iso long ms;",
    `debug protocols { states, events${options.quiet === true ? "" : ", packets"} };`,
    "protocol device {}",
    ...(options.mrt === true
      ? [
          `mrtdump "${join(options.directory, "updates.mrt")}"; mrtdump protocols { states, messages };`,
          `protocol mrt { table "master*"; filename "${join(options.directory, "table.mrt")}"; period 1; }`,
        ]
      : []),
    ...tables(options.peers[0]?.families ?? []),
    ...statics,
    ...told,
    exportFilter(all),
    ...peers,
    "",
  ].join("\n");
}

/** `(65000,1) (65000,2)` and `(65000, 1, 2)` as `65000:1`. */
function tuples(text: string): string[] {
  return communities([...text.matchAll(/\(([^)]*)\)/g)].map((m) => (m[1] ?? "").replaceAll(/,\s*/g, ":")));
}

/** Reads `show route all`: a line per path, then one indented line per attribute. */
function parseRoutes(text: string, internal: boolean): Route[] {
  const out: Route[] = [];
  let prefix = "";
  // A second path of a prefix leaves the prefix out.
  for (const block of text.split(/\n(?=\S+\/\d+ | +\w+ \[)/)) {
    prefix = /^(\S+\/\d+) /.exec(block)?.[1] ?? prefix;
    if (!block.includes("BGP.origin")) continue;
    const attribute = (name: string): string | null =>
      new RegExp(`BGP\\.${name}:(.*)`).exec(block)?.[1]?.trim() ?? null;
    const [aggregator, aggregatorAs] = attribute("aggregator")?.split(" AS") ?? [];
    const med = attribute("med");
    const otc = attribute("otc");
    const localPref = attribute("local_pref");
    out.push(
      route(prefix, attribute("next_hop") ?? "", {
        origin: (attribute("origin") ?? "").toLowerCase() as Route["origin"],
        asPath: attribute("as_path") ?? "",
        med: med === null ? null : Number(med),
        localPref: internal && localPref !== null ? Number(localPref) : null,
        atomicAggregate: attribute("atomic_aggr") !== null,
        aggregator: aggregatorAs === undefined ? null : `${aggregatorAs} ${aggregator}`,
        communities: tuples(attribute("community") ?? ""),
        largeCommunities: tuples(attribute("large_community") ?? ""),
        extendedCommunities: tuples((attribute("ext_community") ?? "").replaceAll("(ro,", "(soo,")),
        originatorId: attribute("originator_id"),
        clusterList: attribute("cluster_list")?.split(" ") ?? [],
        ...(otc !== null && { otc: Number(otc) }),
      }),
    );
  }
  return out;
}

async function start(options: RouterOptions): Promise<Router> {
  const file = join(options.directory, "bird.conf");
  const socket = join(options.directory, "bird.ctl");
  const routes = new Map((options.routes ?? []).map((r) => [r.prefix, r]));
  const told: string[] = [];
  const write = (): void => writeFileSync(file, configuration(options, routes, told));
  write();
  const recover = options.restart?.restarting === true ? ["-R"] : [];
  const daemon = startDaemon("bird", ["-f", ...recover, "-c", file, "-s", socket]);
  await until("BIRD's control socket", () => ready(daemon, socket));
  const ask = (...words: string[]): Promise<string> => run("birdc", ["-s", socket, ...words]);
  await until("BIRD to answer", () => ask("show", "status"));
  const nameOf = (peer: string): string => `peer${options.peers.findIndex((p) => p.address === peer)}`;
  const log = (pattern: RegExp): string[] => [...daemon.output().matchAll(pattern)].map((m) => m[1] ?? "");
  const configure = async (): Promise<void> => {
    write();
    const answer = await ask("configure");
    if (!/Reconfigured|Reconfiguration in progress/.test(answer)) throw new Error(answer);
  };
  const details = (peer: string): Promise<string> => ask("show", "protocols", "all", nameOf(peer));
  return {
    daemon,
    state: async (peer) => {
      const state = /BGP state:\s+(\S+)/.exec(await details(peer))?.[1] ?? "unknown";
      return STATES[state] ?? state;
    },
    holdTime: async (peer) => {
      const timer = /Hold timer:\s+[\d.]+\/(\d+)/.exec(await details(peer))?.[1];
      return timer === undefined ? null : Number(timer);
    },
    routes: async (peer, family) =>
      parseRoutes(
        await ask("show", "route", "table", TABLES[family], "protocol", nameOf(peer), "all"),
        options.peers.find((p) => p.address === peer)?.asn === options.asn,
      ),
    routeCount: async (peer, family) => {
      const answer = await ask("show", "route", "table", TABLES[family], "protocol", nameOf(peer), "count");
      return Number(/(\d+) of \d+ routes/.exec(answer)?.[1] ?? 0);
    },
    announce: async (more) => {
      for (const r of more) routes.set(r.prefix, r);
      await configure();
    },
    withdraw: async (prefixes) => {
      for (const prefix of prefixes) routes.delete(prefix);
      await configure();
    },
    tell: async (lines) => {
      told.push(...lines);
      await configure();
    },
    shown: async (peer, family) => {
      const text = await ask("show", "route", "table", channelOf(family).table, "protocol", nameOf(peer), "all");
      // What belongs to a route is indented.
      return text.split(/\n(?=\S)/).filter((block) => block.includes("BGP.origin"));
    },
    refresh: async (peer, family) => {
      // `reload in` asks for the routes of every channel of the protocol; there is no word for one family.
      void family;
      await ask("reload", "in", nameOf(peer));
    },
    notifications: async (direction) =>
      direction === "received" ? log(/<RMT> \w+: Received: (.*)/g) : log(/Sending NOTIFICATION\(code=(.*)\)/g),
    endOfRib: async (_peer, family) => log(/Got (END-OF-RIB)/g).length >= (family === "ipv4-unicast" ? 1 : 2),
    disable: async (peer, text) => void (await ask("disable", nameOf(peer), `"${text}"`)),
    enable: async (peer) => void (await ask("enable", nameOf(peer))),
    stop: () => daemon.stop(),
  };
}

/** BIRD 2.0. */
export const bird: RouterKind = {
  name: "BIRD",
  probe: () => probeVersion(/BIRD version (\S+)/, "bird", "--version"),
  start,
  excluded: {
    ...WITHOUT_DYNAMIC_CAPABILITY,
    ...withoutFilters("2.0.12 has none"),
    "names of both sides": "2.0.12 has none",
    "NOTIFICATIONs of the router are graceful, its shutdown is not": "2.0.12 knows no N bit",
    "a station is told of a session, its routes and its end": "2.0.12 has no BMP",
    "a station that dials is told what there is": "2.0.12 has no BMP",
    "a station that comes late is told what there is": "2.0.12 has no BMP",
    "EVPN of a bridge": "it has no data plane",
  },
  traits: {
    cannotSet: ["aggregator", "atomicAggregate"],
    collisionKeeps: "dominant",
    collisionCostsBoth: "never",
    prefixesPerMessage: Infinity,
  },
  families: birdFamilies,
};
