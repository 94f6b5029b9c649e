// MCAST-VPLS, multicast trees of VPLS (RFC 7117 section 9.2): AFI 25, SAFI 8. Routes are an octet of type, one of length, and what
// the type has; there are no types but 3 and 4.
import { Afi, Safi } from "@bgpwire/core";
import { readAddress, writeAddress } from "../bytes/address.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { writeIPv4 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
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
export const MCAST_VPLS_RULES: RuleTable<"mcast-vpls-nlri"> = /* @__PURE__ */ ruleTable({
  "mcast-vpls-nlri": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** S-PMSI A-D route, of a selective tree (section 9.2.1). */
export interface McastVplsSPmsiAutoDiscoveryRoute extends TypedRoute, MulticastFlow {
  readonly name: "sPmsiAutoDiscovery";
  readonly routeType: 3;
  readonly routeDistinguisher: string;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

const S_PMSI_AUTO_DISCOVERY: RouteTypeRow<McastVplsSPmsiAutoDiscoveryRoute> = {
  routeType: 3,
  name: "sPmsiAutoDiscovery",
  read: (reader) => ({
    name: "sPmsiAutoDiscovery",
    routeType: 3,
    routeDistinguisher: readRouteDistinguisher(reader),
    ...readMulticastFlow(reader),
    originatingRouterAddress: readOriginator(reader),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeMulticastFlow(nlri, writer);
    writeAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

/** Originating Router's IP Addr: all that is left, 4 or 16 octets. */
function readOriginator(reader: FieldReader): string {
  return readAddress(reader, "Originating Router's IP Addr", reader.remaining);
}

const KEYS: RouteTypeTable<McastVplsSPmsiAutoDiscoveryRoute> = /* @__PURE__ */ routeTypeTable([S_PMSI_AUTO_DISCOVERY]);

/** Whose VPLS A-D route a leaf of an inclusive tree answers (section 7.2.2.2). */
export interface VplsEdge {
  readonly name: "vplsEdge";
  /** Such as "65000:100". */
  readonly routeDistinguisher: string;
  /** The VE ID of RFC 4761, 0 to 65535; or the PE_addr of RFC 6074, an IPv4 address, which stands for it. */
  readonly veId: number | string;
}

/** Leaf A-D route (section 9.2.2). */
export interface McastVplsLeafAutoDiscoveryRoute extends TypedRoute {
  readonly name: "leafAutoDiscovery";
  readonly routeType: 4;
  /** The NLRI of the S-PMSI A-D route that it answers, raw where that is not known or does not read; or <RD, VE-ID>. */
  readonly routeKey: McastVplsSPmsiAutoDiscoveryRoute | VplsEdge | RawNlri;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

const LEAF_AUTO_DISCOVERY: RouteTypeRow<McastVplsLeafAutoDiscoveryRoute> = {
  routeType: 4,
  name: "leafAutoDiscovery",
  read: (reader) => ({
    name: "leafAutoDiscovery",
    routeType: 4,
    // A route distinguisher begins with an octet of zero (RFC 4364 section 4.2), and there is no route type 0.
    routeKey: reader.buffer[reader.at] === 0 ? readEdge(reader) : readRouteKey(reader, KEYS),
    originatingRouterAddress: readOriginator(reader),
  }),
  write: ({ routeKey, originatingRouterAddress }, writer) => {
    if (routeKey.name === "vplsEdge") writeEdge(routeKey, writer);
    else writeRouteKey(routeKey, KEYS, writer);
    writeAddress(originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

/** With a VE ID of two octets and an address behind it there are 14 or 26, with one of four octets 16 or 28. */
function readEdge(reader: FieldReader): VplsEdge {
  const isLong = reader.remaining === 16 || reader.remaining === 28;
  const routeDistinguisher = readRouteDistinguisher(reader);
  return { name: "vplsEdge", routeDistinguisher, veId: isLong ? reader.ipv4("PE_addr") : reader.u16("VE ID") };
}

function writeEdge({ routeDistinguisher, veId }: VplsEdge, writer: OctetWriter): void {
  writeRouteDistinguisher(routeDistinguisher, writer);
  if (typeof veId === "number") writer.u16(veId);
  else writeIPv4(veId, "veId", writer);
}

/** A route of MCAST-VPLS; `name` tells the arms apart, `routeType` is the number on the wire. */
export type McastVplsNlri = McastVplsSPmsiAutoDiscoveryRoute | McastVplsLeafAutoDiscoveryRoute;

const ROUTES: RouteTypeTable<McastVplsNlri> = /* @__PURE__ */ routeTypeTable<McastVplsNlri>([
  S_PMSI_AUTO_DISCOVERY,
  LEAF_AUTO_DISCOVERY,
]);

/** The family l2vpn-mcast-vpls (RFC 7117 section 9.2): a row for registries and `nlriHandler`. */
export const MCAST_VPLS: RowOfKind<"mcastVpls"> = /* @__PURE__ */ routeFamily({
  afi: Afi.L2VPN,
  safi: Safi.McastVpls,
  kind: "mcastVpls",
  nextHop: ANY_NEXT_HOP,
  extent: octetLength(1),
  malformed: MCAST_VPLS_RULES["mcast-vpls-nlri"],
  read: (reader) => readTypedRoute(reader, ROUTES),
  write: (nlri, writer) => writeTypedRoute(nlri, ROUTES, writer),
});
