// The face every router under test wears: start it with some peers, tell it what to announce, ask what it thinks.
// One file per router turns its own configuration and words into these.
import { existsSync } from "node:fs";
import type { Rib } from "@bgpwire/capture";
import type { FamilyPlan } from "../families/plan.ts";
import { run, type Daemon } from "../support/daemon.ts";
import { Hopeless } from "../support/until.ts";

/** Families of this suite, by their usual names. */
export type RouteFamily = "ipv4-unicast" | "ipv6-unicast";

/** One route with its attributes in one notation, whoever shows it. Null and empty: the attribute is absent. */
export interface Route {
  readonly prefix: string;
  /** Only on sessions with ADD-PATH, and only on our side: routers show it in ways of their own, or not at all. */
  readonly pathId?: number;
  readonly nextHop: string;
  readonly origin: "igp" | "egp" | "incomplete";
  /** As people write it: sequences bare, sets in braces: `65001 65010 {65020 65021}`. */
  readonly asPath: string;
  readonly med: number | null;
  /** Only said to internal peers; null in what a router shows of an external one. */
  readonly localPref: number | null;
  readonly atomicAggregate: boolean;
  /** `AS address`, such as `65010 192.0.2.99`. */
  readonly aggregator: string | null;
  /** In numbers, `65000:1`, ascending. */
  readonly communities: readonly string[];
  readonly largeCommunities: readonly string[];
  /** Route targets and origins: `rt:65010:1`, `soo:192.0.2.9:2`. */
  readonly extendedCommunities: readonly string[];
  /** Only said to internal peers (RFC 4456). */
  readonly originatorId: string | null;
  readonly clusterList: readonly string[];
  /** Only to Customer: an AS number (RFC 9234 section 5). */
  readonly otc?: number;
}

/** A route with all that is not given absent. */
export function route(prefix: string, nextHop: string, rest: Partial<Route> = {}): Route {
  return {
    origin: "igp",
    asPath: "",
    med: null,
    localPref: null,
    atomicAggregate: false,
    aggregator: null,
    communities: [],
    largeCommunities: [],
    extendedCommunities: [],
    originatorId: null,
    clusterList: [],
    ...rest,
    prefix,
    nextHop,
  };
}

/** What a router offers where nothing else is said. */
export const UNICAST: readonly RouteFamily[] = ["ipv4-unicast", "ipv6-unicast"];

/** A router's own word for a family. @throws Error where it has none */
export function wordFor(words: Readonly<Record<string, string>>, family: string): string {
  const word = words[family];
  if (word === undefined) throw new Error(`no word for ${family}`);
  return word;
}

/** The family of a prefix or address as text. */
export function familyOf(prefix: string): RouteFamily {
  return prefix.includes(":") ? "ipv6-unicast" : "ipv4-unicast";
}

/** One peer in the router's configuration: that is, one of our speakers. */
export interface RouterPeer {
  readonly address: string;
  readonly port: number;
  readonly asn: number;
  /** The router's own address towards this peer. */
  readonly localAddress: string;
  /** The router only listens. */
  readonly passive?: boolean;
  /** The router hides its four-octet AS numbers (RFC 6793). */
  readonly twoOctetAs?: boolean;
  /** The router sends and receives several paths (RFC 7911). */
  readonly addPath?: boolean;
  /** Families the router offers, by the names of `familyName`. Default: unicast of both. */
  readonly families?: readonly string[];
  /** What the router is to this peer (RFC 9234 section 4). */
  readonly role?: "provider" | "customer";
  /** The router reflects routes from and to this internal peer (RFC 4456). */
  readonly client?: boolean;
  /** The router sends a filter of prefixes, with rules in its own words, or takes one (RFC 5292). */
  readonly filters?: { readonly direction: "send" | "receive"; readonly rules: readonly string[] };
  /** Messages of up to 65535 octets (RFC 8654), where it has to be told. */
  readonly extendedMessages?: boolean;
  /** IPv6 next hops of IPv4 routes (RFC 8950), where it has to be told. */
  readonly extendedNextHop?: boolean;
  /** Its capabilities may change while a session is up (draft-ietf-idr-dynamic-cap-02). */
  readonly dynamicCapability?: boolean;
  /** TCP MD5 signatures (RFC 2385). */
  readonly password?: string;
  /** How many hops away the peer may be (RFC 5082). */
  readonly ttlSecurity?: number;
}

/** What a router offers of graceful restart; times in seconds. */
export interface RouterRestart {
  readonly restartTime: number;
  /** How long its routes may be retained after that (RFC 9494). */
  readonly staleTime?: number;
  /** It has restarted. */
  readonly restarting?: boolean;
}

/** How to start a router. */
export interface RouterOptions {
  /** An empty directory of the test's own; the router's files live there. */
  readonly directory: string;
  readonly asn: number;
  readonly routerId: string;
  /** Listening port on every address of the router. */
  readonly port: number;
  readonly peers: readonly RouterPeer[];
  /** Seconds proposed in the OPEN. */
  readonly holdTime: number;
  /** Do not log each message: there will be many. */
  readonly quiet?: boolean;
  /** Write MRT files `updates.mrt` and `table.mrt` into the directory, where the router can. */
  readonly mrt?: boolean;
  /** Graceful restart with every peer (RFC 4724). */
  readonly restart?: RouterRestart;
  /** What it announces from the start. */
  readonly routes?: readonly Route[];
  /** It looks after a bridge with a VXLAN interface and a host behind it, where it has a data plane. */
  readonly bridge?: boolean;
  /** The station that it tells by BMP what it has, where it can; `listens`: it is told at this address of the router's own. */
  readonly bmp?: { readonly address: string; readonly port: number; readonly listens?: boolean };
}

/** Session states by the names of RFC 4271, or what the router says where it has a word of its own. */
type RouterState = "Idle" | "Connect" | "Active" | "OpenSent" | "OpenConfirm" | "Established" | (string & {});

/** A running router. Addresses name the peer that is meant. */
export interface Router {
  readonly daemon: Daemon;
  state(peer: string): Promise<RouterState>;
  /** Seconds, as negotiated, in the router's own words. */
  holdTime(peer: string): Promise<number | null>;
  /** What it has received from the peer. */
  routes(peer: string, family: RouteFamily): Promise<Route[]>;
  /** How many routes of the family it has received from the peer. */
  routeCount(peer: string, family: RouteFamily): Promise<number>;
  /** Announces these to every peer, or withdraws them; nothing else changes. */
  announce(routes: readonly Route[]): Promise<void>;
  withdraw(prefixes: readonly string[]): Promise<void>;
  /** Sends ROUTE-REFRESH. */
  refresh?(peer: string, family: RouteFamily): Promise<void>;
  /** Its own words for each NOTIFICATION received or sent so far, oldest first. */
  notifications(direction: "received" | "sent"): Promise<string[]>;
  /** True once it says that it has received End-of-RIB of the family. */
  endOfRib?(peer: string, family: RouteFamily): Promise<boolean>;
  /** Sends another filter to the peer, with rules in its own words. */
  filter?(peer: string, rules: readonly string[]): Promise<void>;
  /** The filter that the peer has sent, in its own words. */
  filterOf?(peer: string): Promise<string[]>;
  /** Carries a family with the peer from now on, or no longer, over the session that is up. */
  carry?(peer: string, family: RouteFamily, carried: boolean): Promise<void>;
  /** What the peer says is its name. */
  hostName?(peer: string): Promise<string>;
  /** Takes lines in its own words: of its command line, of its API or of its configuration. Announces what they say. */
  tell?(lines: readonly string[]): Promise<void>;
  /** What it has received of a family from the peer, whatever family it is: each route in the router's own words. */
  shown?(peer: string, family: string): Promise<unknown[]>;
  /** Ends the session with Cease/Administrative Shutdown and holds it down until `enable`. */
  disable(peer: string, text: string): Promise<void>;
  enable(peer: string): Promise<void>;
  /** Ends the router in order. */
  stop(): Promise<void>;
}

/** What was found of a router on this machine. */
export type Probe = { readonly version: string } | { readonly missing: string };

/** Runs a command that prints a version on either stream. */
export async function probeVersion(pattern: RegExp, command: string, ...args: string[]): Promise<Probe> {
  try {
    const text = await run("sh", ["-c", '"$@" 2>&1', "sh", command, ...args]);
    const version = pattern.exec(text)?.[1];
    return version === undefined ? { missing: `${command} says ${JSON.stringify(text)}` } : { version };
  } catch {
    return { missing: `${command} is not installed` };
  }
}

/** True where user ids are those of the machine, not a mapping of one. */
export async function realRoot(): Promise<boolean> {
  return (await run("cat", ["/proc/self/uid_map"])).trim().split(/\s+/)[2] === "4294967295";
}

/** A router the suite can drive. */
export interface RouterKind {
  readonly name: string;
  /** Its version, or why it cannot run here. */
  probe(): Promise<Probe>;
  start(options: RouterOptions): Promise<Router>;
  /** Scenarios it cannot play, each with the reason; shown as a named skip. */
  readonly excluded: Readonly<Record<string, string>>;
  /** Those it cannot play on this machine alone. */
  excludedHere?(): Promise<Readonly<Record<string, string>>>;
  /** What differs in what it announces or shows. */
  readonly traits: Traits;
  /** What to play about families; absent where it knows unicast alone. */
  readonly families?: FamilyPlan;
}

/** Attributes that not every router can be told to announce. */
export type Settable = "asPath" | "routeOrigin" | "aggregator" | "atomicAggregate";

/** Behaviour of a router that a comparison has to know. */
interface Traits {
  /** What it has no words for in an announcement. */
  readonly cannotSet: readonly Settable[];
  /** Whose connection survives a collision: that of RFC 4271 section 6.8, always the router's own, or now this now that. */
  readonly collisionKeeps: "dominant" | "own" | "either";
  /**
   * Whether it closes the winning connection too: never, when an OPEN comes late, or by chance. The next attempt succeeds.
   */
  readonly collisionCostsBoth: "never" | "when late" | "at times";
  /** How many withdrawn prefixes it can take in one message of many in a row. */
  readonly prefixesPerMessage: number;
  /** It sends an external peer's routes back to it. */
  readonly echoes?: boolean;
  /** Tables of each peer that it tells a station of, where it has BMP. */
  readonly monitored?: readonly Rib[];
  /** It tells the station of them with its own AS number in front, as if they were for the peer. Default: no. */
  readonly monitoredWithOwnAs?: boolean;
}

/** True once a file such as a control socket is there. @throws Hopeless with all it printed when the router ended instead */
export function ready(daemon: Daemon, path: string): boolean {
  return alive(daemon) && existsSync(path);
}

/** True, or Hopeless with all it printed. */
export function alive(daemon: Daemon): true {
  if (!daemon.running) throw new Hopeless(`the router ended: ${daemon.output()}`);
  return true;
}

const WELL_KNOWN: Record<string, string> = {
  "no-export": "65535:65281",
  "no-advertise": "65535:65282",
  "no-export-subconfed": "65535:65283",
  "graceful-shutdown": "65535:0",
  "llgr-stale": "65535:6",
  blackhole: "65535:666",
};

/** Communities in numbers, ascending, from whatever names and separators a router uses. */
export function communities(words: readonly string[]): string[] {
  return words
    .map((word) => WELL_KNOWN[word.toLowerCase().replaceAll("_", "-")] ?? word)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Exclusions of a router that has no graceful restart to play with, and why. */
export function withoutRestarts(reason: string): Readonly<Record<string, string>> {
  return {
    "the router restarts: we retain its routes until End-of-RIB": reason,
    "the router does not come back: its routes go with its restart time": reason,
    "we restart: the router retains our routes until End-of-RIB": reason,
    "long-lived stale routes of the router": reason,
    "long-lived stale routes of ours": reason,
    "NOTIFICATIONs of the router are graceful, its shutdown is not": reason,
  };
}

/** Exclusions of a router without outbound route filters, and why. */
export function withoutFilters(reason: string): Readonly<Record<string, string>> {
  return {
    "the router's filter holds our routes back": reason,
    "our filter holds the router's routes back": reason,
  };
}

/** Exclusions of a router whose capabilities do not change while a session is up. */
export const WITHOUT_DYNAMIC_CAPABILITY: Readonly<Record<string, string>> = {
  "a family that the router brings over a session that is up": "no capability 67",
  "a family that we bring over a session that is up": "no capability 67",
};

/** Exclusions of a router that takes messages of 4096 octets at most. */
export function withoutLongMessages(reason: string): Readonly<Record<string, string>> {
  return {
    "messages of more than 4096 octets to the router": reason,
    "messages of more than 4096 octets from the router": reason,
  };
}

/** Exclusions of a router whose IPv4 routes have IPv4 next hops. */
export function withoutIpv6NextHops(reason: string): Readonly<Record<string, string>> {
  return {
    "IPv6 next hops of IPv4 routes to the router": reason,
    "IPv6 next hops of IPv4 routes from the router": reason,
  };
}

/** Exclusions of a router without TCP MD5 signatures, and why. */
export function withoutMd5(reason: string): Readonly<Record<string, string>> {
  return {
    "TCP MD5, we dial": reason,
    "TCP MD5, the router dials": reason,
    "TCP MD5 over IPv6, we dial": reason,
    "TCP MD5 over IPv6, the router dials": reason,
    "TCP MD5 with two keys": reason,
    "the router is a dynamic neighbour, with the TCP MD5 key of a prefix": reason,
  };
}

/** Exclusions of a router without TTL security, and why. */
export function withoutTtlSecurity(reason: string): Readonly<Record<string, string>> {
  return {
    "TTL security, we dial": reason,
    "TTL security, the router dials": reason,
    "TTL security over IPv6, we dial": reason,
    "TTL security over IPv6, the router dials": reason,
  };
}
