// MCAST-VPN (RFC 6514 section 4): SAFI 5 of IPv4 and IPv6. Routes are an octet of type, one of length, and what the type has.
import { Afi, Safi } from "@bgpwire/core";
import { readAddress, writeAddress } from "../bytes/address.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { octetLength } from "./framing.ts";
import type { RawNlri } from "./model.ts";
import { readMulticastFlow, writeMulticastFlow, type MulticastFlow } from "./multicast-flow.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";
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

/** What can be wrong with its routes. */
// prettier-ignore
export const MVPN_RULES: RuleTable<"mvpn-nlri" | "mvpn-source-specific"> = /* @__PURE__ */ ruleTable({
  "mvpn-nlri": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "mvpn-source-specific": ["RFC 6514 section 4.5", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** Intra-AS I-PMSI A-D route (section 4.1). */
export interface IntraAsIPmsiAutoDiscoveryRoute extends TypedRoute {
  readonly name: "intraAsIPmsiAutoDiscovery";
  readonly routeType: 1;
  readonly routeDistinguisher: string;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

const INTRA_AS_I_PMSI_AUTO_DISCOVERY: RouteTypeRow<IntraAsIPmsiAutoDiscoveryRoute> = {
  routeType: 1,
  name: "intraAsIPmsiAutoDiscovery",
  read: (reader) => ({
    name: "intraAsIPmsiAutoDiscovery",
    routeType: 1,
    routeDistinguisher: readRouteDistinguisher(reader),
    originatingRouterAddress: readOriginator(reader),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

/** Inter-AS I-PMSI A-D route (section 4.2). */
export interface InterAsIPmsiAutoDiscoveryRoute extends TypedRoute {
  readonly name: "interAsIPmsiAutoDiscovery";
  readonly routeType: 2;
  readonly routeDistinguisher: string;
  /** 0 to 4294967295. */
  readonly sourceAs: number;
}

const INTER_AS_I_PMSI_AUTO_DISCOVERY: RouteTypeRow<InterAsIPmsiAutoDiscoveryRoute> = {
  routeType: 2,
  name: "interAsIPmsiAutoDiscovery",
  read: (reader) => ({
    name: "interAsIPmsiAutoDiscovery",
    routeType: 2,
    routeDistinguisher: readRouteDistinguisher(reader),
    sourceAs: reader.u32("Source AS"),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writer.u32(nlri.sourceAs);
  },
};

/** S-PMSI A-D route (section 4.3); without source or group it is a wildcard (RFC 6625). */
export interface MvpnSPmsiAutoDiscoveryRoute extends TypedRoute, MulticastFlow {
  readonly name: "sPmsiAutoDiscovery";
  readonly routeType: 3;
  readonly routeDistinguisher: string;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

const S_PMSI_AUTO_DISCOVERY: RouteTypeRow<MvpnSPmsiAutoDiscoveryRoute> = {
  routeType: 3,
  name: "sPmsiAutoDiscovery",
  read: (reader) => {
    const routeDistinguisher = readRouteDistinguisher(reader);
    const flow = readFlow(reader);
    if (flow === null) return null;
    const originatingRouterAddress = readOriginator(reader);
    return { name: "sPmsiAutoDiscovery", routeType: 3, routeDistinguisher, ...flow, originatingRouterAddress };
  },
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeMulticastFlow(nlri, writer);
    writeAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

/** Source Active A-D route (section 4.5). */
export interface SourceActiveAutoDiscoveryRoute extends TypedRoute, MulticastFlow {
  readonly name: "sourceActiveAutoDiscovery";
  readonly routeType: 5;
  readonly routeDistinguisher: string;
}

const SOURCE_ACTIVE_AUTO_DISCOVERY: RouteTypeRow<SourceActiveAutoDiscoveryRoute> = {
  routeType: 5,
  name: "sourceActiveAutoDiscovery",
  read: (reader) => {
    const routeDistinguisher = readRouteDistinguisher(reader);
    const flow = readFlow(reader);
    return flow && { name: "sourceActiveAutoDiscovery", routeType: 5, routeDistinguisher, ...flow };
  },
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeMulticastFlow(nlri, writer);
  },
};

/** C-multicast route (section 4.6): whom a receiver's PE asks for a flow. */
interface CMulticastRoute extends TypedRoute, MulticastFlow {
  readonly routeDistinguisher: string;
  /** 0 to 4294967295. */
  readonly sourceAs: number;
}

/** Shared Tree Join route (section 4.6); its source is the rendezvous point. */
export interface SharedTreeJoinRoute extends CMulticastRoute {
  readonly name: "sharedTreeJoin";
  readonly routeType: 6;
}

/** Source Tree Join route (section 4.6). */
export interface SourceTreeJoinRoute extends CMulticastRoute {
  readonly name: "sourceTreeJoin";
  readonly routeType: 7;
}

function joinRow<N extends SharedTreeJoinRoute | SourceTreeJoinRoute>(
  routeType: N["routeType"],
  name: N["name"],
): RouteTypeRow<N> {
  return {
    routeType,
    name,
    read: (reader) => {
      const routeDistinguisher = readRouteDistinguisher(reader);
      const sourceAs = reader.u32("Source AS");
      const flow = readFlow(reader);
      return flow && ({ name, routeType, routeDistinguisher, sourceAs, ...flow } as N);
    },
    write: (nlri, writer) => {
      writeRouteDistinguisher(nlri.routeDistinguisher, writer);
      writer.u32(nlri.sourceAs);
      writeMulticastFlow(nlri, writer);
    },
  };
}

const SHARED_TREE_JOIN: RouteTypeRow<SharedTreeJoinRoute> = /* @__PURE__ */ joinRow(6, "sharedTreeJoin");
const SOURCE_TREE_JOIN: RouteTypeRow<SourceTreeJoinRoute> = /* @__PURE__ */ joinRow(7, "sourceTreeJoin");

/** Originating Router's IP Addr: all that is left, 4 or 16 octets. */
function readOriginator(reader: FieldReader): string {
  return readAddress(reader, "Originating Router's IP Addr", reader.remaining);
}

/**
 * Source and group; null where one has another length than an address. That is where a C-LDP MP Opaque Value Element stands for
 * the group, and "outside the scope of this document" (sections 4.3 and 4.6).
 */
function readFlow(reader: FieldReader): MulticastFlow | null {
  const { buffer, at, end } = reader;
  const group = at + 1 + ((buffer[at]! + 7) >> 3);
  if ((at < end && !isAddressLength(buffer[at]!)) || (group < end && !isAddressLength(buffer[group]!))) {
    reader.rest("Multicast Source and Group");
    return null;
  }
  return readMulticastFlow(reader);
}

function isAddressLength(bits: number): boolean {
  return bits === 0 || bits === 32 || bits === 128;
}

/** Routes for which there can be a Leaf A-D route, and those for which there is none: all but itself. */
export type MvpnRoute =
  | IntraAsIPmsiAutoDiscoveryRoute
  | InterAsIPmsiAutoDiscoveryRoute
  | MvpnSPmsiAutoDiscoveryRoute
  | SourceActiveAutoDiscoveryRoute
  | SharedTreeJoinRoute
  | SourceTreeJoinRoute;

const KEYS: RouteTypeTable<MvpnRoute> = /* @__PURE__ */ routeTypeTable<MvpnRoute>([
  INTRA_AS_I_PMSI_AUTO_DISCOVERY,
  INTER_AS_I_PMSI_AUTO_DISCOVERY,
  S_PMSI_AUTO_DISCOVERY,
  SOURCE_ACTIVE_AUTO_DISCOVERY,
  SHARED_TREE_JOIN,
  SOURCE_TREE_JOIN,
]);

/** Leaf A-D route (section 4.4). */
export interface MvpnLeafAutoDiscoveryRoute extends TypedRoute {
  readonly name: "leafAutoDiscovery";
  readonly routeType: 4;
  /** "Set to the NLRI of the received route"; raw where that is not known or does not read. */
  readonly routeKey: MvpnRoute | RawNlri;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

const LEAF_AUTO_DISCOVERY: RouteTypeRow<MvpnLeafAutoDiscoveryRoute> = {
  routeType: 4,
  name: "leafAutoDiscovery",
  read: (reader) => {
    if (!hasNlriAsKey(reader)) {
      reader.rest("Route Key and Originating Router's IP Addr");
      return null;
    }
    const routeKey = readRouteKey(reader, KEYS);
    const originatingRouterAddress = readOriginator(reader);
    return { name: "leafAutoDiscovery", routeType: 4, routeKey, originatingRouterAddress };
  },
  write: (nlri, writer) => {
    writeRouteKey(nlri.routeKey, KEYS, writer);
    writeAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

/**
 * RFC 7524 has keys that are no NLRI, for multicast outside of VPNs: they begin with a route distinguisher of all zeros or all
 * ones. A key that is one has a type, and behind its length there is an address. What is too short for either is malformed.
 */
function hasNlriAsKey({ buffer, at, remaining }: FieldReader): boolean {
  const originator = remaining - 2 - buffer[at + 1]!;
  return remaining < 2 || (buffer[at] !== 0 && (originator === 4 || originator === 16));
}

/** A route of MCAST-VPN; `name` tells the arms apart, `routeType` is the number on the wire. */
export type MvpnNlri = MvpnRoute | MvpnLeafAutoDiscoveryRoute;

const ROUTES: RouteTypeTable<MvpnNlri> = /* @__PURE__ */ routeTypeTable<MvpnNlri>([
  ...KEYS.values(),
  LEAF_AUTO_DISCOVERY,
]);

function mvpnRow(afi: 1 | 2): RowOfKind<"mvpn"> {
  return routeFamily({
    afi,
    safi: Safi.McastVpn,
    kind: "mvpn",
    nextHop: ANY_NEXT_HOP,
    extent: octetLength(1),
    malformed: MVPN_RULES["mvpn-nlri"],
    read: (reader) => readTypedRoute(reader, ROUTES),
    write: (nlri, writer) => writeTypedRoute(nlri, ROUTES, writer),
    judge: (_buffer, _at, _end, { withdrawn }, nlri) => (withdrawn ? null : judge(nlri)),
  });
}

/** The family ipv4-mcast-vpn (RFC 6514 section 4): a row for registries and `nlriHandler`. */
export const IPV4_MVPN: RowOfKind<"mvpn"> = /* @__PURE__ */ mvpnRow(Afi.IPv4);
/** The family ipv6-mcast-vpn (RFC 6514 section 4): a row for registries and `nlriHandler`. */
export const IPV6_MVPN: RowOfKind<"mvpn"> = /* @__PURE__ */ mvpnRow(Afi.IPv6);

/** Section 4.5: with a group of the source-specific range they "MUST be discarded if received". */
function judge(nlri: MvpnNlri): Rule | null {
  if (nlri.name !== "sourceActiveAutoDiscovery" || nlri.multicastGroup === null) return null;
  return isSourceSpecific(nlri.multicastGroup) ? MVPN_RULES["mvpn-source-specific"] : null;
}

/** RFC 4607 section 1: 232/8 and FF3x::/32. */
function isSourceSpecific(group: string): boolean {
  return group.startsWith("232.") || /^ff3[0-9a-f](?:::|:0:)/.test(group);
}
