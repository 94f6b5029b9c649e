// EVPN (RFC 7432 section 7): AFI 25, SAFI 70. Routes are an octet of type, one of length, and what the type has.
import { Afi, AttributeCode, Safi } from "@bgpwire/core";
import { SRV6_L3_SERVICE } from "../attribute/srv6-service.ts";
import { u16At, u32At } from "../bytes/integers.ts";
import type { DecodeContext } from "../context.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import type { Offsets } from "../update/offsets.ts";
import { count, someRoute, usable, type SomeNlri } from "../update/parts.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { SINGLE_HOMED_ESI } from "./ethernet-segment.ts";
import {
  EVPN_S_PMSI_AUTO_DISCOVERY,
  INCLUSIVE_MULTICAST_ETHERNET_TAG,
  MULTICAST_LEAVE_SYNCH,
  MULTICAST_MEMBERSHIP_REPORT_SYNCH,
  PER_REGION_I_PMSI_AUTO_DISCOVERY,
  SELECTIVE_MULTICAST_ETHERNET_TAG,
  type EvpnSPmsiAutoDiscoveryRoute,
  type InclusiveMulticastEthernetTagRoute,
  type MulticastLeaveSynchRoute,
  type MulticastMembershipReportSynchRoute,
  type PerRegionIPmsiAutoDiscoveryRoute,
  type SelectiveMulticastEthernetTagRoute,
} from "./evpn-multicast.ts";
import {
  ETHERNET_AUTO_DISCOVERY,
  ETHERNET_SEGMENT,
  IP_PREFIX,
  MAC_IP_ADVERTISEMENT,
  type EthernetAutoDiscoveryRoute,
  type EthernetSegmentRoute,
  type IpPrefixRoute,
  type MacIpAdvertisementRoute,
} from "./evpn-unicast.ts";
import { octetLength } from "./framing.ts";
import { readSizedAddress, writeSizedAddress } from "./sized-address.ts";
import type { RawNlri } from "./model.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import { routeFamily } from "./route-family.ts";
import type { NlriPlace, RowOfKind } from "./row.ts";
import {
  readRouteKey,
  readTypedRoute,
  routeTypeTable,
  writeRouteKey,
  writeTypedRoute,
  type RouteTypeRow,
  type RouteTypeTable,
  type TypedRoute,
} from "./typed-route.ts";

/** What can be wrong with its routes, and with what has to be with them. */
// prettier-ignore
export const EVPN_RULES: RuleTable<"evpn-nlri" | "evpn-overlay-index" | "evpn-no-overlay-index" | "evpn-router-mac" | "evpn-multicast-flags" | "evpn-evi-route-target" | "evpn-split-horizon"> = /* @__PURE__ */ ruleTable({
  // RFC 9251 section 9.7: "malformed such that BGP route keys cannot be extracted", for which it asks for a session reset.
  "evpn-nlri": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "evpn-overlay-index": ["RFC 9136 section 3.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "evpn-no-overlay-index": ["RFC 9136 section 3.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "evpn-router-mac": ["RFC 9136 section 3.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "evpn-multicast-flags": ["RFC 9251 section 9.7", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "evpn-evi-route-target": ["RFC 9251 section 9.5", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "evpn-split-horizon": ["RFC 9746 section 2.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** Routes for which there can be a Leaf A-D route: all but itself. */
export type EvpnRoute =
  | EthernetAutoDiscoveryRoute
  | MacIpAdvertisementRoute
  | InclusiveMulticastEthernetTagRoute
  | EthernetSegmentRoute
  | IpPrefixRoute
  | SelectiveMulticastEthernetTagRoute
  | MulticastMembershipReportSynchRoute
  | MulticastLeaveSynchRoute
  | PerRegionIPmsiAutoDiscoveryRoute
  | EvpnSPmsiAutoDiscoveryRoute;

/** Leaf A-D route (RFC 9572 section 3.3). */
export interface EvpnLeafAutoDiscoveryRoute extends TypedRoute {
  readonly name: "leafAutoDiscovery";
  readonly routeType: 11;
  /** "The NLRI of the route for which this Leaf A-D route is generated". */
  readonly routeKey: EvpnRoute | RawNlri;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

/** A route of EVPN; `name` tells the arms apart, `routeType` is the number on the wire. */
export type EvpnNlri = EvpnRoute | EvpnLeafAutoDiscoveryRoute;

/** The routes a Leaf A-D route can be generated for. */
const KEYS: RouteTypeTable<EvpnRoute> = /* @__PURE__ */ routeTypeTable<EvpnRoute>([
  ETHERNET_AUTO_DISCOVERY,
  MAC_IP_ADVERTISEMENT,
  INCLUSIVE_MULTICAST_ETHERNET_TAG,
  ETHERNET_SEGMENT,
  IP_PREFIX,
  SELECTIVE_MULTICAST_ETHERNET_TAG,
  MULTICAST_MEMBERSHIP_REPORT_SYNCH,
  MULTICAST_LEAVE_SYNCH,
  PER_REGION_I_PMSI_AUTO_DISCOVERY,
  EVPN_S_PMSI_AUTO_DISCOVERY,
]);

const LEAF_AUTO_DISCOVERY: RouteTypeRow<EvpnLeafAutoDiscoveryRoute> = {
  routeType: 11,
  name: "leafAutoDiscovery",
  read: (reader) => ({
    name: "leafAutoDiscovery",
    routeType: 11,
    routeKey: readRouteKey(reader, KEYS),
    originatingRouterAddress: readSizedAddress(reader, "Originator's Addr Length", "Originator's Addr"),
  }),
  write: (nlri, writer) => {
    writeRouteKey(nlri.routeKey, KEYS, writer);
    writeSizedAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

const ROUTES: RouteTypeTable<EvpnNlri> = /* @__PURE__ */ routeTypeTable<EvpnNlri>([
  ...KEYS.values(),
  LEAF_AUTO_DISCOVERY,
]);

/** RFC 7432 section 9.2.1: the next hop is "the IPv4 or IPv6 address of the advertising PE". */
export const EVPN: RowOfKind<"evpn"> = /* @__PURE__ */ routeFamily({
  afi: Afi.L2VPN,
  safi: Safi.Evpn,
  kind: "evpn",
  nextHop: ANY_NEXT_HOP,
  extent: octetLength(1),
  malformed: EVPN_RULES["evpn-nlri"],
  read: (reader) => readTypedRoute(reader, ROUTES),
  isSound: (buffer, at, end) => ROUTES.get(buffer[at]!)?.isSound?.(buffer, at, end) === true,
  write: (nlri, writer) => writeTypedRoute(nlri, ROUTES, writer),
  judge: (_buffer, _at, _end, place, nlri) => judge(nlri, place),
  judgeMessage,
});

/** What is not part of a route's key is of no account where it is withdrawn. */
function judge(nlri: EvpnNlri, { withdrawn }: NlriPlace): Rule | null {
  if (withdrawn) return null;
  switch (nlri.name) {
    case "ipPrefix":
      return hasTwoOverlayIndexes(nlri) ? EVPN_RULES["evpn-overlay-index"] : null;
    case "selectiveMulticastEthernetTag":
    case "multicastMembershipReportSynch":
    case "multicastLeaveSynch":
      return hasVersion(nlri) ? null : EVPN_RULES["evpn-multicast-flags"];
    default:
      return null;
  }
}

/** RFC 9136 section 3.2: "a non-zero GW IP and a non-zero ESI (at the same time) SHOULD be treat as withdraw". */
function hasTwoOverlayIndexes(route: IpPrefixRoute): boolean {
  return route.ethernetSegmentIdentifier !== SINGLE_HOMED_ESI && hasGateway(route);
}

function hasGateway({ gatewayAddress }: IpPrefixRoute): boolean {
  return gatewayAddress !== "0.0.0.0" && gatewayAddress !== "::";
}

/** What has to be with routes of a type. */
function judgeMessage(message: Offsets, context: DecodeContext): readonly Rule[] {
  const rules: Rule[] = [];
  if (lacksOverlayIndex(message, context)) rules.push(EVPN_RULES["evpn-no-overlay-index"]);
  if (count(message, AttributeCode.ExtendedCommunities, 8, isGroupRouterMac) > 0) {
    if (somePrefix(message, context, (route) => !hasGateway(route))) rules.push(EVPN_RULES["evpn-router-mac"]);
  }
  if (someSynch(message, context) && eviRouteTargets(message) !== 1) {
    rules.push(EVPN_RULES["evpn-evi-route-target"]);
  }
  if (count(message, AttributeCode.ExtendedCommunities, 8, hasTwoModes) > 0 && someOfSegment(message, context)) {
    rules.push(EVPN_RULES["evpn-split-horizon"]);
  }
  return rules;
}

/**
 * RFC 9136 section 3.1: "If the received label is zero and the route does not contain an Overlay Index, it MUST be "treat as
 * withdraw"". With an SRv6 L3 Service TLV the field is a part of a SID instead (RFC 9252 section 6.5).
 */
function lacksOverlayIndex(message: Offsets, context: DecodeContext): boolean {
  return (
    count(message, AttributeCode.ExtendedCommunities, 8, isRouterMac) === 0 &&
    !hasServiceSid(message) &&
    somePrefix(message, context, hasNothing)
  );
}

/** Neither label nor segment nor gateway. */
function hasNothing(route: IpPrefixRoute): boolean {
  return route.mplsLabel === 0 && route.ethernetSegmentIdentifier === SINGLE_HOMED_ESI && !hasGateway(route);
}

/** Whether an IP Prefix route of a kind is announced. */
function somePrefix(message: Offsets, context: DecodeContext, isIt: (route: IpPrefixRoute) => boolean): boolean {
  const isPrefix = (route: SomeNlri): boolean => route.name === "ipPrefix" && isIt(route as IpPrefixRoute);
  return someRoute(message, context, isPrefix, (type) => type === IP_PREFIX.routeType);
}

/** An EVPN Router's MAC (RFC 9135 section 8.1). One of zeros is as good as none. */
function isRouterMac(buffer: Uint8Array, at: number): boolean {
  return u16At(buffer, at) === ROUTER_MAC && (u32At(buffer, at + 2) !== 0 || u16At(buffer, at + 6) !== 0);
}

/** Section 3.2: "Examples of invalid MAC addresses are broadcast or multicast MAC addresses." */
function isGroupRouterMac(buffer: Uint8Array, at: number): boolean {
  return u16At(buffer, at) === ROUTER_MAC && (buffer[at + 2]! & 1) === 1;
}

const ROUTER_MAC = 0x0603;

/** An SRv6 L3 Service TLV in PREFIX_SID, whose TLVs have a type of one octet and a length of two. */
function hasServiceSid(message: Offsets): boolean {
  const index = usable(message, AttributeCode.PrefixSid);
  if (index < 0) return false;
  const { buffer } = message;
  const end = message.valueEnd(index);
  for (let at = message.valueStart(index); at < end; at += 3 + u16At(buffer, at + 1)) {
    if (buffer[at] === SRV6_L3_SERVICE.type) return true;
  }
  return false;
}

/** Whether a synch route is announced. */
function someSynch(message: Offsets, context: DecodeContext): boolean {
  return someRoute(message, context, isSynch, (type) => type === 7 || type === 8);
}

function isSynch({ name }: SomeNlri): boolean {
  return name === "multicastMembershipReportSynch" || name === "multicastLeaveSynch";
}

/**
 * RFC 9251 section 9.5: a receiver that finds "no EVI-RT EC" or "more than one EVI-RT EC" with a synch route "MUST apply the
 * "treat-as-withdraw" procedure". That of type 3 has the octets of an IPv6 extended community.
 */
function eviRouteTargets(message: Offsets): number {
  return (
    count(message, AttributeCode.ExtendedCommunities, 8, isEviRouteTarget) +
    count(message, AttributeCode.Ipv6ExtendedCommunities, 20, isEviRouteTarget)
  );
}

function isEviRouteTarget(buffer: Uint8Array, at: number): boolean {
  const type = u16At(buffer, at);
  return type >= 0x060a && type <= 0x060d;
}

/**
 * RFC 9746 section 2.2: "A received A-D per ES route where the "Single-Active" and SHT bits are different than zero MUST follow
 * the treat-as-withdraw behavior". They are in the ESI Label.
 */
function hasTwoModes(buffer: Uint8Array, at: number): boolean {
  const flags = buffer[at + 2]!;
  return u16At(buffer, at) === 0x0601 && (flags & 1) !== 0 && (flags & 0xc0) !== 0;
}

/** Whether an Ethernet A-D per ES route is announced: one whose Ethernet Tag ID is MAX-ET (RFC 7432 section 8.2.1). */
function someOfSegment(message: Offsets, context: DecodeContext): boolean {
  return someRoute(message, context, isOfSegment, (type) => type === ETHERNET_AUTO_DISCOVERY.routeType);
}

function isOfSegment(route: SomeNlri): boolean {
  return route.name === "ethernetAutoDiscovery" && (route as EthernetAutoDiscoveryRoute).ethernetTagId === 0xffff_ffff;
}

type ReportRoute = SelectiveMulticastEthernetTagRoute | MulticastMembershipReportSynchRoute | MulticastLeaveSynchRoute;

/**
 * Whether the flags name a version that the group's address can have: IGMPv2 or IGMPv3, as "IGMPv1 routes are considered
 * invalid" (RFC 9251 section 10); MLDv1 or MLDv2, where the bit of version 3 "MUST be 0" (section 9.1). Of one source alone, "the
 * only valid version flag is v3 (v2 flags MUST be set to 0)" (section 4.1.1), and as much is true of MLDv2 (section 3).
 */
function hasVersion({ multicastSource, multicastGroup, flags }: ReportRoute): boolean {
  if (multicastGroup === null) return true;
  const isMld = multicastGroup.includes(":");
  const older = (isMld ? flags.version1 : flags.version2) === true;
  const newest = (isMld ? flags.version2 : flags.version3) === true;
  if (isMld && flags.version3 === true) return false;
  return multicastSource === null ? older || newest : newest && !older;
}
