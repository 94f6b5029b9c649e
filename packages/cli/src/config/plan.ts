// From what was given (file and options) to what is to be run: peers in the core's terms, listeners, own routes.
import {
  Afi,
  normaliseAddress,
  parseFamily,
  parsePrefix,
  parseZonedPrefix,
  formatPrefix,
  Safi,
  addressVersion,
  equalBytes,
  familyName,
  type Capability,
  type Family,
  type PeerOptions,
} from "@bgpwire/core";
import type { PrefixLimit } from "@bgpwire/decoder";
import type { Announcement } from "../announce/announcement.ts";
import type { Level } from "../output/level.ts";
import { InputError } from "./input-error.ts";
import { filterCapabilities, planPolicy, type RoutePolicy } from "./policy.ts";
import {
  parseAsNumbers,
  parseListenAddress,
  parsePrefixLimit,
  parseSocketAddress,
  rangeOf,
  type AnnouncementConfig,
  type FileConfig,
  type PeerConfig,
  type SocketAddress,
  type StationConfig,
} from "./model.ts";

/** Everything a run needs. */
export interface RunPlan {
  readonly routerId: string;
  readonly listen: readonly SocketAddress[];
  readonly peers: readonly PlannedPeer[];
  /** Devices on whose links our address is told by Router Advertisements. */
  readonly advertise: readonly string[];
  /** Devices on whose links routers are dialled. */
  readonly dial: readonly string[];
  readonly announcements: readonly Announcement[];
  readonly bmp: readonly StationConfig[];
  /** Where all that happens is written down. */
  readonly record: string | null;
  /** The path of the control socket. */
  readonly control: string | null;
  /** Where HTTP is spoken. */
  readonly http: SocketAddress | null;
  /** What is below is not reported. */
  readonly logLevel: Level;
  readonly format: "text" | "json" | null;
}

/** What a peer may announce, and what is done when it announces more. */
export interface PrefixPolicy {
  readonly limits: readonly PrefixLimit[];
  /** Seconds in Idle after the session was ended; null: until the peer is enabled. `warn`: it goes on. */
  readonly action: "warn" | number | null;
}

/** A peer to add, or a range to accept from. `from` names it in messages. */
export interface PlannedPeer {
  readonly from: string;
  readonly group: string | null;
  readonly prefixes: PrefixPolicy;
  readonly policy: RoutePolicy;
  readonly range: { readonly prefix: string; readonly limit: number } | null;
  readonly options: PeerOptions;
}

/** A piece of configuration and where it stands. */
export interface Given<T> {
  readonly value: T;
  readonly from: string;
}

/** The options of the command line, read but not yet joined with the file. */
export interface GivenOptions {
  readonly routerId?: string;
  readonly localAs?: number;
  readonly listen?: readonly string[];
  readonly peers: readonly Given<PeerConfig>[];
  readonly announcements: readonly Given<AnnouncementConfig>[];
  readonly bmp?: readonly StationConfig[];
  readonly requirePolicy?: boolean;
  readonly record?: string;
  readonly control?: string;
  readonly http?: string;
  readonly logLevel?: Level;
  readonly format?: "text" | "json";
}

/** Where we listen unless told otherwise: loopback, and no privileged port. */
const DEFAULT_LISTEN: SocketAddress = { address: "127.0.0.1", port: 1790 };

const DEFAULT_FAMILIES: readonly Family[] = [
  { afi: Afi.IPv4, safi: Safi.Unicast },
  { afi: Afi.IPv6, safi: Safi.Unicast },
];

/**
 * Joins file and options and checks what needs both.
 *
 * @throws InputError for what is missing or does not fit together
 */
export function planRun(given: GivenOptions, file: FileConfig, fileName: string): RunPlan {
  const routerId = given.routerId ?? file.routerId;
  if (routerId === undefined) {
    throw new InputError("no router ID: give --router-id ID, or routerId in the configuration file");
  }
  const localAs = given.localAs ?? file.localAs;
  const peers = [
    ...(file.peers ?? []).map((value, i) => ({ value, from: `${fileName}: peers[${i}]` })),
    ...given.peers,
  ];
  const requirePolicy = given.requirePolicy ?? file.requirePolicy ?? false;
  const planned = peers.map((peer) => planPeer(peer, routerId, localAs, requirePolicy));
  if (peers.length === 0) {
    throw new InputError("no peer: give --peer ADDR,as=N, or peers in the configuration file");
  }
  const announcements = [
    ...(file.announce ?? []).map((value, i) => ({ value, from: `${fileName}: announce[${i}]` })),
    ...given.announcements,
  ].map(planAnnouncement);
  const listen = given.listen ?? file.listen;
  const http = given.http ?? file.http;
  return {
    routerId,
    listen: listen === undefined ? [DEFAULT_LISTEN] : listen.map((text) => parseSocketAddress(text)!),
    peers: planned,
    advertise: [...new Set(peers.flatMap(({ value, from }) => linkToTell(from, value) ?? []))],
    dial: [...new Set(peers.flatMap(({ value }) => linkToDial(value) ?? []))],
    announcements,
    bmp: [...(file.bmp ?? []), ...(given.bmp ?? [])],
    record: given.record ?? null,
    control: given.control ?? file.control ?? null,
    http: http === undefined ? null : parseListenAddress(http),
    logLevel: given.logLevel ?? file.logLevel ?? "debug",
    format: given.format ?? file.format ?? null,
  };
}

function planPeer(
  { value, from }: Given<PeerConfig>,
  routerId: string,
  speakerAs: number | undefined,
  requirePolicy: boolean,
): PlannedPeer {
  const localAs = value.localAs ?? speakerAs;
  if (localAs === undefined) {
    throw new InputError(`${from}: no local AS: give --local-as N, or localAs in the configuration file`);
  }
  const prefix = addressVersion(value.address) === null ? rangeOf(value.address) : null;
  if (prefix === null && value.limit !== undefined) {
    throw new InputError(`${from}: limit: is only for a listen range, whose address is a prefix`);
  }
  if (prefix !== null && (value.port !== undefined || (value.passive === false && linkToDial(value) === null))) {
    throw new InputError(
      `${from}: a listen range has no port and is not dialled; leave out ${value.port === undefined ? "passive" : "port"}`,
    );
  }
  const policy = planPolicy(from, value, familiesOf(value), requirePolicy);
  if (value.pathsLimit !== undefined && (value.addPath ?? "send") === "send") {
    throw new InputError(`${from}: pathsLimit: needs addPath with "receive" or "both" beside it`);
  }
  const remoteAs = typeof value.as === "number" ? value.as : parseAsNumbers(value.as)!;
  return {
    from,
    group: value.group ?? null,
    prefixes: planPrefixes(from, value),
    policy,
    range: prefix === null ? null : { prefix: canonicalPrefix(from, "address", prefix), limit: value.limit ?? 100 },
    options: {
      remoteAddress: prefix === null ? normaliseAddress(value.address)! : "",
      remoteAs,
      localAs,
      routerId,
      capabilities: capabilitiesOf(value, policy),
      ...(value.port === undefined ? {} : { remotePort: value.port }),
      ...(value.localAddress === undefined ? {} : { localAddress: normaliseAddress(value.localAddress)! }),
      ...(value.passive === undefined || prefix !== null ? {} : { passive: value.passive }),
      ...(value.holdTime === undefined ? {} : { holdTime: value.holdTime }),
      ...(value.minimumHoldTime === undefined ? {} : { minimumHoldTime: value.minimumHoldTime }),
      ...(value.damping === undefined ? {} : { dampPeerOscillations: value.damping }),
      ...(value.fourOctetAs === undefined ? {} : { fourOctetAs: value.fourOctetAs }),
      ...restartOptions(from, value),
      ...bfdOptions(from, value),
      ...(value.connectRetryTime === undefined ? {} : { connectRetryTime: value.connectRetryTime }),
      ...socketOptions(value),
    },
  };
}

function bfdOptions(from: string, { bfdStrict, bfdHoldTime }: PeerConfig): Partial<PeerOptions> {
  if (bfdHoldTime === undefined) return {};
  if (bfdStrict !== true) throw new InputError(`${from}: bfdHoldTime: needs bfdStrict beside it`);
  return { bfdHoldTime };
}

/** The device on whose link a peer is to learn our address. */
function linkToTell(from: string, { address, routerAdvertisements }: PeerConfig): string | null {
  if (routerAdvertisements !== true) return null;
  const device = /%([^/]+)/.exec(address)?.[1];
  if (device === undefined) {
    throw new InputError(`${from}: routerAdvertisements: needs an address with a device, such as "%eth0"`);
  }
  return device;
}

/** The device of a peer that is given by its link alone, whose routers are dialled. */
function linkToDial({ address, passive = false }: PeerConfig): string | null {
  return address.startsWith("%") && !passive ? address.slice(1) : null;
}

/** What the core has by the same names. */
function socketOptions(peer: PeerConfig): Partial<PeerOptions> {
  const { md5Password, ttlSecurity, ttl, dscp, bindToDevice, tcpUserTimeout } = peer;
  const given = Object.entries({ md5Password, ttlSecurity, ttl, dscp, bindToDevice, tcpUserTimeout });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function familiesOf(peer: PeerConfig): readonly Family[] {
  return peer.families?.map((text) => parseFamily(text)!) ?? DEFAULT_FAMILIES;
}

function planPrefixes(from: string, peer: PeerConfig): PrefixPolicy {
  const limits = peer.maxPrefixes?.map((text) => parsePrefixLimit(text)!) ?? [];
  if (limits.length === 0 && peer.maxPrefixAction !== undefined) {
    throw new InputError(`${from}: maxPrefixAction: needs maxPrefixes beside it`);
  }
  limits.forEach((limit, i) => {
    const same = ({ afi, safi }: Family): boolean => afi === limit.afi && safi === limit.safi;
    const why = limits.findIndex(same) < i ? "is given twice" : familiesOf(peer).some(same) ? null : "is not offered";
    if (why !== null) throw new InputError(`${from}: maxPrefixes: ${familyName(limit)} ${why}`);
  });
  const { maxPrefixAction: action = "stop" } = peer;
  return { limits, action: action === "stop" ? null : action };
}

/**
 * Graceful restart for every family. We forward nothing, so nothing is lost when we restart: "for control-plane-only entities
 * […] it makes sense to always set the F bit" (RFC 9494 section 5).
 */
function restartOptions(from: string, peer: PeerConfig): Partial<PeerOptions> {
  const { gracefulRestart: restartTime, restarting = false, longLivedStaleTime: staleTime, stalePathTime } = peer;
  const bound = stalePathTime === undefined ? {} : { stalePathTime };
  const families = familiesOf(peer).map(({ afi, safi }) => ({ afi, safi, forwardingState: true }));
  if (restartTime === undefined) {
    const without = restarting ? "restarting" : staleTime === undefined ? null : "longLivedStaleTime";
    if (without !== null) throw new InputError(`${from}: ${without}: needs gracefulRestart beside it`);
    return bound;
  }
  return {
    ...bound,
    gracefulRestart: { restartTime, restarting, families },
    ...(staleTime === undefined
      ? {}
      : { longLivedGracefulRestart: families.map((family) => Object.assign({ staleTime }, family)) }),
  };
}

/** What our OPEN offers a peer. */
function capabilitiesOf(peer: PeerConfig, policy: RoutePolicy): readonly Capability[] {
  const families = familiesOf(peer);
  const capabilities: Capability[] = families.map(({ afi, safi }) => ({ name: "multiprotocol", code: 1, afi, safi }));
  capabilities.push({ name: "routeRefresh", code: 2 });
  capabilities.push(...filterCapabilities(families, policy, peer.orfReceive === true));
  // On a link without IPv4 addresses its routes have no other next hop.
  if (peer.extendedNextHop ?? peer.address.includes("%")) {
    const entries = [{ afi: Afi.IPv4, safi: Safi.Unicast, nextHopAfi: Afi.IPv6 }];
    capabilities.push({ name: "extendedNextHop", code: 5, entries });
  }
  capabilities.push({ name: "extendedMessage", code: 6 });
  const direction = peer.addPath;
  if (direction !== undefined) {
    const entries = families.map(({ afi, safi }) => ({ afi, safi, direction }));
    capabilities.push({ name: "addPath", code: 69, entries });
  }
  const limit = peer.pathsLimit;
  if (limit !== undefined) {
    capabilities.push({
      name: "pathsLimit",
      code: 76,
      entries: families.map(({ afi, safi }) => ({ afi, safi, limit })),
    });
  }
  capabilities.push({ name: "enhancedRouteRefresh", code: 70 });
  if (peer.dynamicCapability === true) capabilities.push({ name: "dynamicCapability", code: 67, capabilities: [] });
  if (peer.bfdStrict === true) capabilities.push({ name: "bfdStrict", code: 74 });
  return capabilities;
}

/**
 * Checks what the schema cannot see and fills in the defaults.
 *
 * @throws InputError for host bits in the prefix and for a next hop of the wrong family
 */
export function planAnnouncement({ value, from }: Given<AnnouncementConfig>): Announcement {
  const prefix = canonicalPrefix(from, "prefix", value.prefix);
  const nextHop = value.nextHop === "self" ? value.nextHop : normaliseAddress(value.nextHop)!;
  if (nextHop.includes("%"))
    throw new InputError(`${from}: next-hop: ${value.nextHop}: a zone means nothing to a peer`);
  if (addressVersion(nextHop) === 4 && parsePrefix(prefix)!.version === 6) {
    throw new InputError(`${from}: next-hop: ${value.nextHop} is not accepted; an IPv6 prefix needs an IPv6 next hop`);
  }
  return {
    prefix,
    pathId: value.pathId ?? 1,
    attributes: {
      nextHop,
      origin: value.origin ?? "igp",
      asPath: value.asPath ?? "",
      ...(value.med === undefined ? {} : { med: value.med }),
      ...(value.localPref === undefined ? {} : { localPref: value.localPref }),
      ...(value.communities === undefined ? {} : { communities: value.communities }),
      ...(value.largeCommunities === undefined ? {} : { largeCommunities: value.largeCommunities }),
    },
  };
}

/** A prefix in its one form. Host bits are a mistake: on the wire they would be announced as they are. */
export function canonicalPrefix(from: string, field: string, text: string): string {
  const { version, bytes, length, zone } = parseZonedPrefix(text)!;
  const masked = bytes.slice();
  for (let i = 0; i < masked.length; i++) {
    const kept = Math.min(8, Math.max(0, length - 8 * i));
    masked[i] = masked[i]! & (0xff << (8 - kept));
  }
  const canonical = formatPrefix(version, masked, length).replace("/", `${zone}/`);
  if (!equalBytes(bytes, masked)) {
    throw new InputError(`${from}: ${field}: ${text} has bits set behind its length; write ${canonical}`);
  }
  return canonical;
}
