// ExaBGP 4: no table of its own, but a helper process that gets every message as a line of JSON and says what to announce.
// Our helper is two `cat`s, one to a file and one from a fifo.
import { openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { toHex } from "@bgpwire/core";
import { exabgpFamilies } from "../families/exabgp.ts";
import { run, startDaemon } from "../support/daemon.ts";
import { until } from "../support/until.ts";
import {
  alive,
  communities,
  familyOf,
  probeVersion,
  route,
  UNICAST,
  wordFor,
  withoutMd5,
  withoutRestarts,
  withoutTtlSecurity,
  WITHOUT_DYNAMIC_CAPABILITY,
  withoutFilters,
} from "./router.ts";
import type { Route, RouteFamily, Router, RouterKind, RouterOptions } from "./router.ts";

const NAMES: Readonly<Record<string, string>> = {
  "ipv4-unicast": "ipv4 unicast",
  "ipv6-unicast": "ipv6 unicast",
  "ipv4-multicast": "ipv4 multicast",
  "ipv4-labeled-unicast": "ipv4 nlri-mpls",
  "ipv6-labeled-unicast": "ipv6 nlri-mpls",
  "ipv4-vpn": "ipv4 mpls-vpn",
  "ipv6-vpn": "ipv6 mpls-vpn",
  "ipv4-flowspec": "ipv4 flow",
  "ipv6-flowspec": "ipv6 flow",
  "ipv4-vpn-flowspec": "ipv4 flow-vpn",
  "ipv6-vpn-flowspec": "ipv6 flow-vpn",
  "l2vpn-vpls": "l2vpn vpls",
  "l2vpn-evpn": "l2vpn evpn",
  "bgp-ls": "bgp-ls bgp-ls",
  "bgp-ls-vpn": "bgp-ls bgp-ls-vpn",
};

/** ExaBGP sends exactly the path it is told, so towards an external peer it has to be told its own AS number. */
function words(r: Route, options: RouterOptions): string {
  const external = options.peers.some((peer) => peer.asn !== options.asn);
  const path = [...(external ? [String(options.asn)] : []), r.asPath].join(" ").trim();
  return [
    `route ${r.prefix} next-hop ${r.nextHop} origin ${r.origin}`,
    `as-path [ ${path} ]`,
    ...(r.med === null ? [] : [`med ${r.med}`]),
    ...(r.localPref === null ? [] : [`local-preference ${r.localPref}`]),
    ...(r.atomicAggregate ? ["atomic-aggregate"] : []),
    ...(r.aggregator === null ? [] : [`aggregator ( ${r.aggregator.replace(" ", ":")} )`]),
    ...(r.communities.length === 0 ? [] : [`community [ ${r.communities.join(" ")} ]`]),
    ...(r.largeCommunities.length === 0 ? [] : [`large-community [ ${r.largeCommunities.join(" ")} ]`]),
    ...(r.extendedCommunities.length === 0
      ? []
      : [`extended-community [ ${r.extendedCommunities.map(longName).join(" ")} ]`]),
    ...(r.originatorId === null ? [] : [`originator-id ${r.originatorId}`]),
    ...(r.clusterList.length === 0 ? [] : [`cluster-list [ ${r.clusterList.join(" ")} ]`]),
  ].join(" ");
}

/** A four-octet AS number has to be marked as one; an address it takes for a number, unless it gets the octets. */
function longName(community: string): string {
  const [kind, administrator = "", value] = community.split(":");
  if (administrator.includes(".")) {
    const octets = [
      1,
      kind === "rt" ? 2 : 3,
      ...administrator.split(".").map(Number),
      Number(value) >> 8,
      Number(value) & 255,
    ];
    return `0x${toHex(Uint8Array.from(octets))}`;
  }
  const mark = Number(administrator) > 65535 ? "L" : "";
  return `${kind === "rt" ? "target" : "origin"}:${administrator}${mark}:${value}`;
}

/** And back; it writes the value of a route origin as an address. */
function shortName(text: string): string {
  const [kind, administrator, value = ""] = text.split(":");
  const octets = value.split(".").map(Number);
  const plain = octets.length === 4 ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : value;
  return `${kind === "target" ? "rt" : "soo"}:${administrator?.replace("L", "")}:${plain}`;
}

function configuration(options: RouterOptions, helper: string): string {
  const peers = options.peers.map(
    (peer) => `neighbor ${peer.address} {
  router-id ${options.routerId};
  local-address ${peer.localAddress};
  local-as ${options.asn};
  peer-as ${peer.asn};
  hold-time ${options.holdTime};
  listen ${options.port};
  connect ${peer.port};
  passive ${peer.passive === true ? "true" : "false"};
  family { ${(peer.families ?? UNICAST).map((family) => `${wordFor(NAMES, family)};`).join(" ")} }
  capability { route-refresh enable; asn4 ${peer.twoOctetAs === true ? "disable" : "enable"}; ${peer.addPath === true ? "add-path send/receive;" : ""} ${peer.extendedNextHop === true ? "nexthop enable;" : ""} }
  ${peer.extendedNextHop === true ? "nexthop { ipv4 unicast ipv6; }" : ""}
  api {
    processes [helper];
    neighbor-changes;
    receive { parsed; update; refresh; open; }
  }
}`,
  );
  return `process helper {\n  run /bin/sh ${helper};\n  encoder json;\n}\n${peers.join("\n")}\n`;
}

interface Nlri {
  readonly nlri: string;
  /** Dotted; only with ADD-PATH. */
  readonly "path-information"?: string;
}

function keyOf(nlri: Nlri): string {
  return `${nlri.nlri} ${nlri["path-information"] ?? ""}`;
}

/** A line of ExaBGP's JSON, as far as it is read here. */
interface Line {
  readonly type: string;
  readonly neighbor: {
    readonly address: { readonly peer: string };
    readonly direction?: "in" | "out" | "receive" | "send";
    readonly state?: string;
    readonly open?: { readonly hold_time: number };
    readonly message?: {
      readonly update?: {
        readonly attribute?: Attributes;
        readonly announce?: { readonly [family: string]: { readonly [nextHop: string]: readonly Nlri[] } };
        readonly withdraw?: { readonly [family: string]: readonly Nlri[] };
      };
      readonly eor?: { readonly afi: string; readonly safi: string };
    };
    readonly notification?: {
      readonly code: number;
      readonly subcode: number;
      readonly data: string;
      readonly message?: string;
    };
  };
}

interface Attributes {
  readonly origin?: Route["origin"];
  readonly "as-path"?: readonly number[];
  readonly "as-set"?: readonly number[];
  readonly med?: number;
  readonly "local-preference"?: number;
  readonly "atomic-aggregate"?: boolean;
  readonly aggregator?: string;
  readonly community?: readonly (readonly number[])[];
  readonly "large-community"?: readonly (readonly number[])[];
  readonly "extended-community"?: readonly { readonly string: string }[];
  readonly "originator-id"?: string;
  readonly "cluster-list"?: readonly string[];
}

function toRoute(prefix: string, nextHop: string, a: Attributes, internal: boolean): Route {
  const path = (a["as-path"] ?? []).join(" ");
  const set = a["as-set"] ?? [];
  return route(prefix, nextHop, {
    origin: a.origin ?? "incomplete",
    asPath: set.length === 0 ? path : `${path} {${set.join(" ")}}`,
    med: a.med ?? null,
    localPref: internal ? (a["local-preference"] ?? null) : null,
    atomicAggregate: a["atomic-aggregate"] === true,
    aggregator: a.aggregator?.replace(":", " ") ?? null,
    communities: communities((a.community ?? []).map((c) => c.join(":"))),
    largeCommunities: communities((a["large-community"] ?? []).map((c) => c.join(":"))),
    extendedCommunities: communities((a["extended-community"] ?? []).map((c) => shortName(c.string))),
    originatorId: a["originator-id"] ?? null,
    clusterList: a["cluster-list"] ?? [],
  });
}

async function start(options: RouterOptions): Promise<Router> {
  const file = join(options.directory, "exabgp.conf");
  const helper = join(options.directory, "helper.sh");
  const events = join(options.directory, "events");
  const fifo = join(options.directory, "commands");
  writeFileSync(events, "");
  // The shell gives a background command no standard input unless it is told.
  writeFileSync(helper, `exec 3<&0\ncat <&3 >>${events} &\nexec cat <${fifo}\n`);
  writeFileSync(file, configuration(options, helper));
  await run("mkfifo", [fifo]);
  const commands = openSync(fifo, "r+");
  const daemon = startDaemon("exabgp", [file], {
    env: {
      "exabgp.daemon.user": userInfo().username,
      "exabgp.tcp.bind": [...new Set(options.peers.map((peer) => peer.localAddress))].join(" "),
      "exabgp.tcp.port": String(options.port),
      "exabgp.tcp.delay": "0",
      "exabgp.api.cli": "false",
      "exabgp.log.all": "true",
      // Where it is told to say everything it fails to say what a VPLS route is, and closes the connection.
      "exabgp.log.level": options.peers.some((peer) => peer.client) ? "INFO" : "DEBUG",
    },
  });
  const say = (line: string): void => void writeSync(commands, `${line}\n`);
  let read = 0;
  const lines: Line[] = [];
  /** What the helper has been told so far. */
  const heard = (): readonly Line[] => {
    const text = readFileSync(events, "utf8");
    const end = text.lastIndexOf("\n") + 1;
    for (const line of text.slice(read, end).split("\n")) {
      // It writes the words of a ROUTE-REFRESH with two quotes on either side, and control characters as they are.
      const repaired = line.replaceAll(/""([\w-]+)""/g, '"$1"').replaceAll(/\p{Cc}/gu, " ");
      if (repaired.startsWith("{")) lines.push(JSON.parse(repaired) as Line);
    }
    read = end;
    return lines;
  };
  const of = (peer: string): readonly Line[] => heard().filter((line) => line.neighbor?.address.peer === peer);
  const table = (peer: string, family: RouteFamily): Map<string, Route> => {
    const internal = options.peers.find((p) => p.address === peer)?.asn === options.asn;
    const routes = new Map<string, Route>();
    for (const line of of(peer)) {
      if (line.type === "state" && line.neighbor.state === "down") routes.clear();
      const update = line.neighbor.message?.update;
      for (const nlri of Object.values(update?.withdraw ?? {}).flat()) routes.delete(keyOf(nlri));
      for (const [nextHop, nlris] of Object.values(update?.announce ?? {}).flatMap((hops) => Object.entries(hops))) {
        const attribute = update?.attribute ?? {};
        for (const nlri of nlris) routes.set(keyOf(nlri), toRoute(nlri.nlri, nextHop, attribute, internal));
      }
    }
    return new Map([...routes].filter(([, r]) => familyOf(r.prefix) === family));
  };
  await until(
    "ExaBGP to listen",
    () => alive(daemon) && daemon.output().includes("loaded new configuration successfully"),
  );
  for (const r of options.routes ?? []) say(`announce ${words(r, options)}`);
  return {
    daemon,
    state: async (peer) => {
      const last = of(peer).findLast((line) => line.type === "state")?.neighbor.state;
      return last === "up" ? "Established" : last === "connected" ? "OpenSent" : "Idle";
    },
    holdTime: async (peer) => {
      const open = of(peer).findLast((line) => line.type === "open" && line.neighbor.open !== undefined);
      const theirs = open?.neighbor.open?.hold_time;
      return theirs === undefined ? null : Math.min(theirs, options.holdTime);
    },
    routes: async (peer, family) => [...table(peer, family).values()],
    routeCount: async (peer, family) => table(peer, family).size,
    announce: async (routes) => {
      for (const r of routes) say(`announce ${words(r, options)}`);
    },
    withdraw: async (prefixes) => {
      for (const prefix of prefixes) say(`withdraw route ${prefix} next-hop self`);
    },
    tell: async (lines) => lines.forEach(say),
    shown: async (peer, family) =>
      of(peer).flatMap(({ neighbor }) => {
        const update = neighbor.message?.update;
        const hops = Object.entries(update?.announce?.[wordFor(NAMES, family)] ?? {});
        // Without a next hop the routes stand where the next hops do.
        return hops.flatMap(([nextHop, routes]) =>
          [routes].flat().map((nlri) => ({ nextHop, nlri, attribute: update?.attribute })),
        );
      }),
    refresh: async (peer, family) => say(`neighbor ${peer} announce route-refresh ${family.replace("-", " ")}`),
    // The log has names for code and subcode, the helper's lines have not.
    notifications: async (direction) =>
      [...daemon.output().matchAll(/\[notification (\w+) \((\d+),(\d+)\)\] error\[(.*)\]/g)]
        .filter((m) => m[1] === direction)
        .map((m) => `${m[2]}/${m[3]} ${m[4]}`),
    endOfRib: async (peer, family) =>
      of(peer).some((line) => `${line.neighbor.message?.eor?.afi}-${line.neighbor.message?.eor?.safi}` === family),
    // It comes back by itself.
    disable: async (peer) => say(`neighbor ${peer} teardown 2`),
    enable: async () => {},
    stop: () => daemon.stop(),
  };
}

/** ExaBGP 4. */
export const exabgp: RouterKind = {
  name: "ExaBGP",
  probe: () => probeVersion(/ExaBGP : (\S+)/, "exabgp", "--version"),
  start,
  excluded: {
    ...WITHOUT_DYNAMIC_CAPABILITY,
    ...withoutFilters("4.2.21 has none"),
    "names of both sides": "it tells the one that it is told, and none otherwise",
    ...withoutMd5("it is told of none"),
    ...withoutTtlSecurity("it is told of none"),
    ...withoutRestarts("it is no router and retains nothing"),
    "a station is told of a session, its routes and its end": "it has no BMP",
    "a station that dials is told what there is": "it has no BMP",
    "a station that comes late is told what there is": "it has no BMP",
    "OTC of the router, our provider": "4.2.21 knows no roles",
    "OTC for the router, our customer": "4.2.21 knows no roles",
    "roles that do not fit": "4.2.21 knows no roles",
    "shutdown text from us": "4.2.21 fails to decode the text and answers with 1/0",
    "shutdown text from the router": "it sends a text of its own, always the same",
    "200,000 routes in and out": "it has no table and passes nothing on",
    "the router is a dynamic neighbour": "it connects again at once, whatever it was told",
    "EVPN of a bridge": "it has no data plane",
    "families with ADD-PATH": "it passes nothing on",
  },
  traits: {
    cannotSet: [],
    collisionKeeps: "either",
    collisionCostsBoth: "never",
    prefixesPerMessage: Infinity,
  },
  families: exabgpFamilies,
};
