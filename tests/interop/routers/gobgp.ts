// GoBGP through its command line client. Its log is JSON lines, its reading of what it got. It dials at its own leisure:
// 5 to 10 seconds pass before the first attempt, whatever the configuration says.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, parseFamily } from "@bgpwire/core";
import { gobgpFamilies } from "../families/gobgp.ts";
import { run, startDaemon } from "../support/daemon.ts";
import { call } from "../support/grpc.ts";
import { until } from "../support/until.ts";
import {
  communities,
  familyOf,
  probeVersion,
  ready,
  route,
  UNICAST,
  wordFor,
  WITHOUT_DYNAMIC_CAPABILITY,
  withoutFilters,
  withoutLongMessages,
} from "./router.ts";
import type { Route, RouteFamily, Router, RouterKind, RouterOptions } from "./router.ts";

const AFIS = { "ipv4-unicast": 1, "ipv6-unicast": 2 } as const;
/** What its configuration calls the families; what its command line calls them stands in `RIBS`. */
const NAMES: Readonly<Record<string, string>> = {
  "ipv4-unicast": "ipv4-unicast",
  "ipv6-unicast": "ipv6-unicast",
  "ipv4-multicast": "ipv4-multicast",
  "ipv6-multicast": "ipv6-multicast",
  "ipv4-labeled-unicast": "ipv4-labelled-unicast",
  "ipv6-labeled-unicast": "ipv6-labelled-unicast",
  "ipv4-vpn": "l3vpn-ipv4-unicast",
  "ipv6-vpn": "l3vpn-ipv6-unicast",
  "l2vpn-vpls": "l2vpn-vpls",
  "l2vpn-evpn": "l2vpn-evpn",
  "ipv4-rtc": "rtc",
  "ipv4-encapsulation": "ipv4-encap",
  "ipv6-encapsulation": "ipv6-encap",
  "ipv4-flowspec": "ipv4-flowspec",
  "ipv6-flowspec": "ipv6-flowspec",
  "ipv4-vpn-flowspec": "l3vpn-ipv4-flowspec",
  "ipv6-vpn-flowspec": "l3vpn-ipv6-flowspec",
  "l2vpn-vpn-flowspec": "l2vpn-flowspec",
  "bgp-ls": "ls",
  "ipv4-sr-policy": "ipv4-srpolicy",
  "ipv6-sr-policy": "ipv6-srpolicy",
  "ipv4-mup": "ipv4-mup",
  "ipv6-mup": "ipv6-mup",
};
/** What its command line shows. It has no word for VPLS and SR policies, and of BGP-LS routes it shows the name alone. */
const RIBS: Readonly<Record<string, string>> = {
  "ipv4-unicast": "ipv4",
  "ipv6-unicast": "ipv6",
  "ipv4-labeled-unicast": "ipv4-mpls",
  "ipv6-labeled-unicast": "ipv6-mpls",
  "ipv4-vpn": "vpnv4",
  "ipv6-vpn": "vpnv6",
  "l2vpn-evpn": "evpn",
  "ipv4-rtc": "rtc",
  "ipv4-encapsulation": "ipv4-encap",
  "ipv6-encapsulation": "ipv6-encap",
  "ipv4-flowspec": "ipv4-flowspec",
  "ipv6-flowspec": "ipv6-flowspec",
  "ipv4-vpn-flowspec": "ipv4-l3vpn-flowspec",
  "ipv6-vpn-flowspec": "ipv6-l3vpn-flowspec",
  "l2vpn-vpn-flowspec": "l2vpn-flowspec",
  "ipv4-mup": "ipv4-mup",
  "ipv6-mup": "ipv6-mup",
};
const ORIGINS = ["igp", "egp", "incomplete"] as const;
const short = (family: RouteFamily): string => family.slice(0, 4);

function afiSafi(family: string, addPath: boolean, restarts: boolean): string {
  return `  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "${wordFor(NAMES, family)}"
    [neighbors.afi-safis.mp-graceful-restart.config]
      enabled = ${restarts}
    [neighbors.afi-safis.add-paths.config]
      receive = ${addPath}
      send-max = ${addPath ? 8 : 0}`;
}

const MULTIHOP = `  [neighbors.ebgp-multihop.config]
    enabled = true
    multihop-ttl = 2`;

function configuration(options: RouterOptions): string {
  const addresses = [...new Set(options.peers.map((peer) => `"${peer.localAddress}"`))];
  const peers = options.peers.map(
    (peer) => `[[neighbors]]
  [neighbors.config]
    neighbor-address = "${peer.address}"
    peer-as = ${peer.asn}
${peer.password === undefined ? "" : `    auth-password = "${peer.password}"`}
  [neighbors.timers.config]
    connect-retry = 1
    idle-hold-time-after-reset = 1
    hold-time = ${options.holdTime}
    keepalive-interval = ${Math.max(1, Math.floor(options.holdTime / 3))}
  [neighbors.transport.config]
    local-address = "${peer.localAddress}"
    remote-port = ${peer.port}
    passive-mode = ${peer.passive === true}
  # End-of-RIB goes to peers with graceful restart only.
  [neighbors.graceful-restart.config]
    enabled = true
    restart-time = ${options.restart?.restartTime ?? 3}
    notification-enabled = ${options.restart !== undefined}
${
  peer.ttlSecurity === undefined
    ? MULTIHOP
    : `  [neighbors.ttl-security.config]
    enabled = true
    ttl-min = ${256 - peer.ttlSecurity}`
}
  [neighbors.route-reflector.config]
    route-reflector-client = ${peer.client === true}
    route-reflector-cluster-id = "${options.routerId}"
${(peer.families ?? UNICAST).map((family) => afiSafi(family, peer.addPath === true, options.restart !== undefined)).join("\n")}`,
  );
  return `[global.config]
  as = ${options.asn}
  router-id = "${options.routerId}"
  port = ${options.port}
  local-address-list = [${addresses.join(", ")}]
${peers.join("\n")}
${options.mrt === true ? mrt(options) : ""}${options.bmp === undefined ? "" : bmp(options.bmp)}`;
}

function bmp({ address, port }: NonNullable<RouterOptions["bmp"]>): string {
  return `[[bmp-servers]]
  [bmp-servers.config]
    address = "${address}"
    port = ${port}
    route-monitoring-policy = "all"
`;
}

function mrt(options: RouterOptions): string {
  return `[[mrt-dump]]
  [mrt-dump.config]
    dump-type = "updates"
    file-name = "${join(options.directory, "updates.mrt")}"
`;
}

function words(r: Route): string[] {
  return [
    r.prefix,
    "origin",
    r.origin,
    "nexthop",
    r.nextHop,
    ...(r.asPath === "" ? [] : ["aspath", r.asPath.replaceAll(" ", ",")]),
    ...(r.med === null ? [] : ["med", String(r.med)]),
    ...(r.localPref === null ? [] : ["local-pref", String(r.localPref)]),
    ...(r.communities.length === 0 ? [] : ["community", r.communities.join(",")]),
    ...(r.largeCommunities.length === 0 ? [] : ["large-community", r.largeCommunities.join(",")]),
    ...(r.extendedCommunities.length === 0 ? [] : ["rt", ...r.extendedCommunities.map(dotted)]),
    ...(r.aggregator === null ? [] : ["aggregator", r.aggregator.replace(" ", ":")]),
  ];
}

/** One attribute as GoBGP's JSON has it: the number of its type, and fields that depend on it. */
interface GoAttribute {
  readonly type: number;
  readonly value?: unknown;
  readonly as_paths?: readonly { readonly segment_type: number; readonly asns: readonly number[] }[];
  readonly nexthop?: string;
  readonly afi?: number;
  readonly safi?: number;
  readonly metric?: number;
  readonly communities?: readonly number[];
  readonly as?: number;
  readonly address?: string;
}

/** A route target's value; of an AS number above 65535 without a dot it would make 65535. */
function dotted(community: string): string {
  const [, administrator = "", value] = community.split(":");
  const as = Number(administrator);
  return as > 65535 ? `${as >>> 16}.${as & 0xffff}:${value}` : `${administrator}:${value}`;
}

interface Extended {
  readonly type: number;
  readonly subtype: number;
  readonly value: string;
}

/** Four-octet AS numbers come as two halves with a dot between them. */
function extendedCommunity({ type, subtype, value }: Extended): string {
  const [, high, low, rest] = /^(\d+)\.(\d+):(.*)$/.exec(value) ?? [];
  const plain = type === 2 && high !== undefined ? `${Number(high) * 65536 + Number(low)}:${rest}` : value;
  return `${subtype === 2 ? "rt" : "soo"}:${plain}`;
}

function toRoute(prefix: string, attributes: readonly GoAttribute[], internal: boolean): Route {
  const find = (type: number): GoAttribute | undefined => attributes.find((a) => a.type === type);
  const path = (find(2)?.as_paths ?? []).map((segment) =>
    segment.segment_type === 1 ? `{${segment.asns.join(" ")}}` : segment.asns.join(" "),
  );
  const large = (find(32)?.value ?? []) as { ASN: number; LocalData1: number; LocalData2: number }[];
  const extended = (find(16)?.value ?? []) as Extended[];
  const aggregator = find(7) as { as?: number; address?: string; AS?: number; Address?: string } | undefined;
  return route(prefix, find(3)?.nexthop ?? find(14)?.nexthop ?? "", {
    origin: ORIGINS[Number(find(1)?.value)] ?? "incomplete",
    asPath: path.join(" "),
    med: find(4)?.metric ?? null,
    localPref: internal ? Number(find(5)?.value) || null : null,
    atomicAggregate: find(6) !== undefined,
    aggregator:
      aggregator === undefined ? null : `${aggregator.as ?? aggregator.AS} ${aggregator.address ?? aggregator.Address}`,
    communities: communities((find(8)?.communities ?? []).map((c) => `${c >>> 16}:${c & 0xffff}`)),
    largeCommunities: communities(large.map((c) => `${c.ASN}:${c.LocalData1}:${c.LocalData2}`)),
    extendedCommunities: communities(extended.map(extendedCommunity)),
    originatorId: (find(9)?.value as string | undefined) ?? null,
    clusterList: (find(10)?.value as string[] | undefined) ?? [],
  });
}

async function start(options: RouterOptions): Promise<Router> {
  const file = join(options.directory, "gobgpd.toml");
  const socket = join(options.directory, "gobgpd.sock");
  writeFileSync(file, configuration(options));
  const daemon = startDaemon("gobgpd", [
    "-f",
    file,
    "--api-hosts",
    `unix://${socket}`,
    "--log-level",
    options.quiet === true ? "info" : "debug",
    "--pprof-disable",
    ...(options.restart?.restarting === true ? ["-r"] : []),
  ]);
  await until("gobgpd's socket", () => ready(daemon, socket));
  const ask = (...args: string[]): Promise<string> => run("gobgp", ["--target", `unix://${socket}`, ...args]);
  await until("gobgpd's peers", async () => (await ask("neighbor", "-j")).includes(options.peers[0]?.address ?? ""));
  interface Neighbor {
    readonly state: { readonly session_state?: number };
    readonly timers?: { readonly state?: { readonly negotiated_hold_time?: number } };
    readonly afi_safis?: readonly {
      readonly state: { readonly family: { readonly afi: number }; readonly received?: number };
    }[];
  }
  const neighbor = async (peer: string): Promise<Neighbor> => JSON.parse(await ask("neighbor", peer, "-j")) as Neighbor;
  const STATES = ["unknown", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"] as const;
  const log = (): Record<string, unknown>[] =>
    daemon
      .output()
      .split("\n")
      .flatMap((line) => {
        try {
          return [JSON.parse(line) as Record<string, unknown>];
        } catch {
          return [];
        }
      });
  const add = async (routes: readonly Route[]): Promise<void> => {
    for (const r of routes) await ask("global", "rib", "add", "-a", short(familyOf(r.prefix)), ...words(r));
  };
  await add(options.routes ?? []);
  return {
    daemon,
    state: async (peer) => STATES[(await neighbor(peer)).state.session_state ?? 0] ?? "unknown",
    holdTime: async (peer) => (await neighbor(peer)).timers?.state?.negotiated_hold_time ?? 0,
    routes: async (peer, family) => {
      const internal = options.peers.find((p) => p.address === peer)?.asn === options.asn;
      const text = await ask("neighbor", peer, "adj-in", "-a", short(family), "-j");
      const all = JSON.parse(text) as Record<string, { attrs: GoAttribute[] }[]>;
      return Object.entries(all).flatMap(([prefix, paths]) =>
        paths.map((path) => toRoute(prefix, path.attrs, internal)),
      );
    },
    routeCount: async (peer, family) => {
      const afi = AFIS[family];
      return (await neighbor(peer)).afi_safis?.find((f) => f.state.family.afi === afi)?.state.received ?? 0;
    },
    announce: add,
    withdraw: async (prefixes) => {
      for (const prefix of prefixes) await ask("global", "rib", "del", "-a", short(familyOf(prefix)), prefix);
    },
    notifications: async (direction) =>
      log()
        .filter((entry) => entry["msg"] === `${direction} notification`)
        .map(
          (entry) =>
            `${entry["Code"]}/${entry["Subcode"]} ${entry["Communicated-Reason"] ?? ""} ${entry["Data"] ?? ""}`,
        ),
    endOfRib: async (peer, family) => {
      const value = (AFIS[family] << 16) | 1;
      return log().some((e) => e["msg"] === "EOR received" && e["Key"] === peer && e["AddressFamily"] === value);
    },
    tell: async (lines) => {
      for (const line of lines) {
        const [, method, request] = /^(\/\S+) ([0-9a-f]+)$/.exec(line) ?? [];
        if (method === undefined) await ask(...line.split(" "));
        else await call(socket, method, fromHex(request!)!);
      }
    },
    shown: async (peer, family) => {
      const rib = RIBS[family];
      if (rib === undefined) return readUpdates(log(), peer, family);
      const all = JSON.parse(await ask("neighbor", peer, "adj-in", "-a", rib, "-j")) as Record<string, GoPath[]>;
      return Object.values(all).flat().map(byCode);
    },
    // `disable` takes a reason and does not send it; `shutdown`, its deprecated twin, does.
    disable: async (peer, text) => void (await ask("neighbor", peer, "shutdown", "--reason", text)),
    enable: async (peer) => void (await ask("neighbor", peer, "enable")),
    stop: () => daemon.stop(),
  };
}

interface GoPath {
  readonly nlri: unknown;
  readonly attrs: readonly GoAttribute[] | null;
}

/** A path whose attributes stand under their codes. */
function byCode({ nlri, attrs }: GoPath): unknown {
  return { nlri, attrs: Object.fromEntries((attrs ?? []).map((a) => [a.type, a])) };
}

/** Routes of a family that the log says the peer has announced, as its command line would show them. */
function readUpdates(log: readonly Record<string, unknown>[], peer: string, name: string): unknown[] {
  const family = parseFamily(name);
  return log
    .filter((entry) => entry["msg"] === "received update" && entry["Key"] === peer)
    .flatMap((entry) => {
      const attrs = entry["attributes"] as readonly GoAttribute[];
      const reach = attrs.find((a) => a.type === 14 && a.afi === family?.afi && a.safi === family?.safi);
      return ((reach?.value ?? []) as unknown[]).map((nlri) => byCode({ nlri, attrs }));
    });
}

/** GoBGP 3. */
export const gobgp: RouterKind = {
  name: "GoBGP",
  probe: () => probeVersion(/gobgpd version (\S+)/, "gobgpd", "--version"),
  start,
  excluded: {
    ...WITHOUT_DYNAMIC_CAPABILITY,
    ...withoutFilters("3.10 has none"),
    ...withoutLongMessages("3.10 has none"),
    "NOTIFICATIONs of the router are graceful, its shutdown is not":
      "it comes back without the F bit where it has not restarted, against RFC 8538 section 4, so that nothing is retained",
    "long-lived stale routes of the router": "its long-lived stale time goes with families one by one",
    "long-lived stale routes of ours": "its long-lived stale time goes with families one by one",
    "a station that dials is told what there is": "it dials stations and listens for none",
    "OTC of the router, our provider": "3.10 knows no roles",
    "OTC for the router, our customer": "3.10 knows no roles",
    "roles that do not fit": "3.10 knows no roles",
    "the router reads a NOTIFICATION before Established": "it notes that the session ended, not why",
    "ROUTE-REFRESH from the router": "it keeps what it received and never asks again",
    "two-octet AS numbers on the router's side": "it always offers four octets",
    "EVPN of a bridge": "it has no data plane",
  },
  traits: {
    cannotSet: ["routeOrigin", "atomicAggregate"],
    collisionKeeps: "own",
    collisionCostsBoth: "never",
    prefixesPerMessage: Infinity,
    monitored: ["adjRibIn", "adjRibInPost", "locRib"],
  },
  families: gobgpFamilies,
};
