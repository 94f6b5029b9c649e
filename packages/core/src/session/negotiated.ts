// What two OPENs agree on: one frozen value that everything else asks.
import { MAX_EXTENDED_MESSAGE, MAX_MESSAGE } from "../message/header.ts";
import type { Capability, Direction, ExtendedNextHopEntry, Family, PathsLimitEntry } from "../message/capability.ts";
import type { OpenMessage } from "../message/open.ts";

/** ADD-PATH for one family, seen from our side (RFC 7911 section 4). */
export interface NegotiatedAddPath extends Family {
  /** We may send several paths: our UPDATEs of this family carry path identifiers. */
  readonly send: boolean;
  /** The peer may send several paths: its UPDATEs of this family carry path identifiers. */
  readonly receive: boolean;
}

/** Filters of one ORF type for one family, seen from our side (RFC 5291 section 5). */
export interface NegotiatedRouteFilter extends Family {
  /** ORF type; 64 are address prefixes (RFC 5292). */
  readonly type: number;
  /** We may send filters, and the peer will honour them if it likes to. */
  readonly send: boolean;
  /** The peer may send filters: see `PeerFilters`. */
  readonly receive: boolean;
}

/** The agreement of two OPENs; deeply frozen and JSON-safe but for raw capability bytes. */
export interface Negotiated {
  readonly localAs: number;
  /** The peer's real AS number, four octets where it said so. */
  readonly remoteAs: number;
  readonly localIdentifier: string;
  readonly remoteIdentifier: string;
  readonly sessionType: "ebgp" | "ibgp";
  /** The smaller of both hold times in seconds; 0: no keepalives. */
  readonly holdTime: number;
  /** A third of the hold time in seconds (RFC 4271 section 4.4), not jittered. */
  readonly keepaliveTime: number;
  /** Both sides are four-octet AS speakers: AS_PATH carries four octets per AS (RFC 6793 section 4.1). */
  readonly fourOctetAs: boolean;
  /** Families both sides carry; IPv4 unicast alone where one of them says nothing of RFC 4760. */
  readonly families: readonly Family[];
  /** Where families may come later (`dynamicCapability`), this list and those of labels, next hops and filters have them already. */
  readonly addPath: readonly NegotiatedAddPath[];
  /** Most paths for a prefix that the peer wants of us, for families in which we may send several and it has said so (capability 76). */
  readonly pathsLimits: readonly PathsLimitEntry[];
  /** Next hops of another family that both sides accept (RFC 8950). */
  readonly extendedNextHop: readonly ExtendedNextHopEntry[];
  /** Labels per NLRI the peer can take, by family (RFC 8277). */
  readonly multipleLabels: readonly (Family & { readonly send: number; readonly receive: number })[];
  /** Longest message we may send and must accept, header included: 4096 or 65535 (RFC 8654). */
  readonly maxMessageSent: number;
  readonly maxMessageReceived: number;
  /** Both have capability 2 (RFC 2918). Its forerunner 128 has a message of its own, which is not spoken here. */
  readonly routeRefresh: boolean;
  readonly enhancedRouteRefresh: boolean;
  /** Outbound route filters that one side may send and the other takes. */
  readonly outboundRouteFilters: readonly NegotiatedRouteFilter[];
  /** Both roles, where both said theirs (RFC 9234). */
  readonly role: { readonly local: number; readonly remote: number } | null;
  /** The peer's capability 64 (RFC 4724), where both sides have it. */
  readonly gracefulRestart: Extract<Capability, { name: "gracefulRestart" }> | null;
  /** The peer's capability 71 (RFC 9494), where both sides have it. */
  readonly longLivedGracefulRestart: Extract<Capability, { name: "longLivedGracefulRestart" }> | null;
  /** Both sides have the N bit: routes are retained over NOTIFICATIONs too, other than Hard Reset (RFC 8538 section 3). */
  readonly gracefulNotification: boolean;
  /** Both sides have capability 74: no session before BFD is up (draft-ietf-idr-bgp-bfd-strict-mode). */
  readonly bfdStrict: boolean;
  /** Both sides have capability 67 without a list of codes: they may send CAPABILITY messages (draft-ietf-idr-dynamic-cap-02). */
  readonly dynamicCapability: boolean;
  /** The OPENs, with what capabilities have become since: see `Session.sendCapabilities`. */
  readonly localOpen: OpenMessage;
  readonly remoteOpen: OpenMessage;
}

/**
 * Combines the OPEN we sent with the one we received, as each RFC says for its capability. Total and symmetric: both
 * sides compute the same agreement from their point of view. `remoteAs` is the real number (RFC 6793 section 4.1).
 */
export function negotiate(localOpen: OpenMessage, remoteOpen: OpenMessage): Negotiated {
  const local = localOpen.capabilities;
  const remote = remoteOpen.capabilities;
  const localAs = asNumberOf(localOpen);
  const remoteAs = asNumberOf(remoteOpen);
  const holdTime = Math.min(localOpen.holdTime, remoteOpen.holdTime);
  const families = commonFamilies(local, remote);
  const dynamicCapability = isDynamic(local) && isDynamic(remote);
  const expected = dynamicCapability ? distinct(families.concat(local.flatMap(familiesIn))) : families;
  const addPath = negotiateAddPath(expected, local, remote);
  const localRole = find(local, "role");
  const remoteRole = find(remote, "role");
  const bothHave = (name: Capability["name"]): boolean => has(local, name) && has(remote, name);
  const ourRestart = findLast(local, "gracefulRestart");
  const gracefulRestart = ourRestart && findLast(remote, "gracefulRestart");

  return deepFreeze({
    localAs,
    remoteAs,
    localIdentifier: localOpen.identifier,
    remoteIdentifier: remoteOpen.identifier,
    sessionType: localAs === remoteAs ? "ibgp" : "ebgp",
    holdTime,
    keepaliveTime: holdTime / 3,
    fourOctetAs: bothHave("fourOctetAs"),
    families,
    addPath,
    pathsLimits: pathsLimitsOf(addPath, remote),
    extendedNextHop: commonExtendedNextHop(expected, local, remote),
    multipleLabels: negotiateMultipleLabels(expected, local, remote),
    maxMessageSent: has(remote, "extendedMessage") ? MAX_EXTENDED_MESSAGE : MAX_MESSAGE,
    maxMessageReceived: has(local, "extendedMessage") ? MAX_EXTENDED_MESSAGE : MAX_MESSAGE,
    routeRefresh: bothHave("routeRefresh"),
    enhancedRouteRefresh: bothHave("enhancedRouteRefresh"),
    outboundRouteFilters: negotiateFilters(expected, local, remote),
    role: localRole && remoteRole ? { local: localRole.role, remote: remoteRole.role } : null,
    gracefulRestart,
    // RFC 9494 section 4.5: without the capability of RFC 4724 beside it, it MUST be ignored.
    longLivedGracefulRestart:
      has(local, "longLivedGracefulRestart") && has(remote, "gracefulRestart")
        ? findLast(remote, "longLivedGracefulRestart")
        : null,
    gracefulNotification: ourRestart?.notification === true && gracefulRestart?.notification === true,
    bfdStrict: bothHave("bfdStrict"),
    dynamicCapability,
    localOpen,
    remoteOpen,
  });
}

/** The real AS number of an OPEN's sender: capability 65 where it is there (RFC 6793 section 4.1), else the header's. */
export function asNumberOf(open: OpenMessage): number {
  return find(open.capabilities, "fourOctetAs")?.as ?? open.myAs;
}

/** Numbers rather than the registries' tables, which would be half a kilobyte of every bundle. */
export const IPV4_UNICAST: Family = { afi: 1, safi: 1 };

/** The families an OPEN's sender offers: IPv4 unicast alone where it says nothing of RFC 4760 (section 8). */
export function familiesOf(capabilities: readonly Capability[]): readonly Family[] {
  const families = distinct(capabilitiesNamed(capabilities, "multiprotocol"));
  return families.length > 0 ? families : [IPV4_UNICAST];
}

function distinct(list: readonly Family[]): Family[] {
  return [...new Map(list.map(({ afi, safi }) => [256 * afi + safi, { afi, safi }])).values()];
}

/** The form of draft-ietf-idr-dynamic-cap-02, which FRR announces by the newer number. */
function isDynamic(list: readonly Capability[]): boolean {
  return list.some((c) => c.name === "dynamicCapability" && c.code === 67 && c.capabilities.length === 0);
}

/** Families of which a capability says more than that they are carried. */
function familiesIn(c: Capability): readonly Family[] {
  return "entries" in c ? c.entries : [];
}

/** Is this family in the list? @example includesFamily(session.negotiated.families, { afi: Afi.IPv6, safi: Safi.Unicast }) */
export function includesFamily(families: readonly Family[], family: Family): boolean {
  return families.some(isFamily(family));
}

/** For searching: is another the same family? */
export function isFamily({ afi, safi }: Family): (other: Family) => boolean {
  return (other) => other.afi === afi && other.safi === safi;
}

/** All capabilities of one name, in the order of the OPEN. */
export function capabilitiesNamed<N extends Capability["name"]>(
  capabilities: readonly Capability[],
  name: N,
): Extract<Capability, { name: N }>[] {
  return capabilities.filter((c): c is Extract<Capability, { name: N }> => c.name === name);
}

function find<N extends Capability["name"]>(
  list: readonly Capability[],
  name: N,
): Extract<Capability, { name: N }> | null {
  return capabilitiesNamed(list, name)[0] ?? null;
}

/** RFC 4724 section 3: of several instances the last one counts. */
function findLast<N extends Capability["name"]>(
  list: readonly Capability[],
  name: N,
): Extract<Capability, { name: N }> | null {
  return capabilitiesNamed(list, name).at(-1) ?? null;
}

function has(list: readonly Capability[], name: Capability["name"]): boolean {
  return list.some((c) => c.name === name);
}

function commonFamilies(local: readonly Capability[], remote: readonly Capability[]): Family[] {
  const theirs = familiesOf(remote);
  return familiesOf(local)
    .filter((family) => includesFamily(theirs, family))
    .slice();
}

/**
 * RFC 7911 section 5: one side must be able to send and the other to receive. Of a family the last entry counts, whichever instance
 * of the capability it is in: there is to be one, but nothing says that of several one is void.
 */
function negotiateAddPath(
  families: readonly Family[],
  local: readonly Capability[],
  remote: readonly Capability[],
): NegotiatedAddPath[] {
  const agreed: NegotiatedAddPath[] = [];
  const offered = capabilitiesNamed(local, "addPath").flatMap(({ entries }) => entries);
  const taken = capabilitiesNamed(remote, "addPath").flatMap(({ entries }) => entries);
  for (const { afi, safi } of families) {
    const ours = offered.findLast(isFamily({ afi, safi }))?.direction;
    const theirs = taken.findLast(isFamily({ afi, safi }))?.direction;
    if (ours === undefined || theirs === undefined) continue;
    const { send, receive } = directionsOf(ours, theirs);
    if (send || receive) agreed.push({ afi, safi, send, receive });
  }
  return agreed;
}

/** One side has to be able to send and the other to receive. */
function directionsOf(ours: Direction, theirs: Direction): { send: boolean; receive: boolean } {
  return { send: ours !== "receive" && theirs !== "send", receive: ours !== "send" && theirs !== "receive" };
}

/** draft-abraitis-idr-addpath-paths-limit section 3: only with ADD-PATH, the first entry of a family, and 0 is none. */
function pathsLimitsOf(addPath: readonly NegotiatedAddPath[], remote: readonly Capability[]): PathsLimitEntry[] {
  const entries = find(remote, "pathsLimit")?.entries ?? [];
  return addPath.flatMap(({ afi, safi, send }) => {
    const limit = entries.find(isFamily({ afi, safi }))?.limit ?? 0;
    return send && limit > 0 ? [{ afi, safi, limit }] : [];
  });
}

/** RFC 5291 section 6, under either number of the capability. */
function negotiateFilters(
  families: readonly Family[],
  local: readonly Capability[],
  remote: readonly Capability[],
): NegotiatedRouteFilter[] {
  const agreed: NegotiatedRouteFilter[] = [];
  const offered = filtersOf(remote);
  for (const { afi, safi, type, direction } of filtersOf(local)) {
    const same = (one: Family & { type: number }): boolean => isFamily({ afi, safi })(one) && one.type === type;
    const theirs = offered.find(same)?.direction;
    if (theirs === undefined || !includesFamily(families, { afi, safi }) || agreed.some(same)) continue;
    const { send, receive } = directionsOf(direction, theirs);
    if (send || receive) agreed.push({ afi, safi, type, send, receive });
  }
  return agreed;
}

function filtersOf(list: readonly Capability[]): (Family & { type: number; direction: Direction })[] {
  const entries = capabilitiesNamed(list, "outboundRouteFiltering").flatMap((one) => one.entries);
  return entries.flatMap(({ afi, safi, types }) => types.map((one) => ({ afi, safi, ...one })));
}

/** RFC 8950 section 4, with all instances of the capability, as RFC 5492 section 4 allows several. */
function commonExtendedNextHop(
  families: readonly Family[],
  local: readonly Capability[],
  remote: readonly Capability[],
): ExtendedNextHopEntry[] {
  const ours = capabilitiesNamed(local, "extendedNextHop").flatMap(({ entries }) => entries);
  const theirs = capabilitiesNamed(remote, "extendedNextHop").flatMap(({ entries }) => entries);
  return ours.filter(
    (o) =>
      includesFamily(families, o) &&
      theirs.some((t) => t.afi === o.afi && t.safi === o.safi && t.nextHopAfi === o.nextHopAfi),
  );
}

/** RFC 8277 section 2.1: both must say it; the first entry of a family counts, and is void with a count of 0 or 1. */
function negotiateMultipleLabels(
  families: readonly Family[],
  local: readonly Capability[],
  remote: readonly Capability[],
): (Family & { send: number; receive: number })[] {
  const agreed: (Family & { send: number; receive: number })[] = [];
  for (const { afi, safi } of families) {
    const countOf = (list: readonly Capability[]): number =>
      find(list, "multipleLabels")?.entries.find((e) => e.afi === afi && e.safi === safi)?.count ?? 0;
    const ours = countOf(local);
    const theirs = countOf(remote);
    if (ours > 1 && theirs > 1) agreed.push({ afi, safi, send: theirs, receive: ours });
  }
  return agreed;
}

/** Freezes plain objects and arrays all the way down; typed arrays cannot be frozen and are left. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}
