// Extended communities that carry OSPF routes through a VPN (RFC 4577 section 4.2): domain, router and type of route. Each also
// has a type number from before the RFC (0x8005, 0x8001, 0x8000), which section 4.2.6 lets a receiver accept.
import { writeIPv4 } from "../bytes/write.ts";
import {
  formatAdministrator,
  parseAdministrator,
  readAdministered,
  writeAdministered,
  type Administered,
} from "./administered-communities.ts";
import { wordIf, type CommunityRow, type TypedCommunity } from "./community-table.ts";

interface MaybeOld extends TypedCommunity {
  /** Set where the type number is that of before RFC 4577. */
  readonly oldType?: true;
}

/** OSPF Domain Identifier; of those with the old type all have `as2`. */
type OspfDomainIdentifier = MaybeOld & { readonly name: "ospfDomainIdentifier" } & Administered;

/** OSPF Router ID. */
interface OspfRouterId extends MaybeOld {
  readonly name: "ospfRouterId";
  /** Dotted. */
  readonly routerId: string;
}

/** OSPF Route Type. */
interface OspfRouteType extends MaybeOld {
  readonly name: "ospfRouteType";
  /** Area number, dotted; 0.0.0.0 for external routes. */
  readonly area: string;
  /** 1 or 2: intra-area, 3: inter-area, 5: external, 7: NSSA. */
  readonly routeType: number;
  /** The metric of an external route is of type 2. */
  readonly type2Metric: boolean;
}

export type OspfCommunity = OspfDomainIdentifier | OspfRouterId | OspfRouteType;

const OLD_DOMAIN_IDENTIFIER = 0x8005;
const OLD_ROUTER_ID = 0x8001;
const OLD_ROUTE_TYPE = 0x8000;

function oldIf(condition: boolean): { readonly oldType?: true } {
  return condition ? { oldType: true } : {};
}

// Section 4.2.4.
const DOMAIN_IDENTIFIER: CommunityRow<OspfDomainIdentifier> = {
  name: "ospfDomainIdentifier",
  word: "ospf-domain-id",
  types: [0x0005, 0x0105, 0x0205, OLD_DOMAIN_IDENTIFIER],
  typeOf: ({ format, oldType }) => {
    if (oldType) return format === "as2" ? OLD_DOMAIN_IDENTIFIER : undefined;
    return { as2: 0x0005, ipv4: 0x0105, as4: 0x0205 }[format];
  },
  read: (reader, type) => ({
    name: "ospfDomainIdentifier",
    ...readAdministered(reader, type === 0x0105 ? "ipv4" : type === 0x0205 ? "as4" : "as2"),
    ...oldIf(type === OLD_DOMAIN_IDENTIFIER),
  }),
  write: writeAdministered,
  format: (community) => [formatAdministrator(community), community.value, wordIf(!!community.oldType, "old")],
  parse: (text) => ({ name: "ospfDomainIdentifier", ...parseAdministrator(text), ...oldIf(text.flag("old")) }),
};

// Section 4.2.6.
const ROUTER_ID: CommunityRow<OspfRouterId> = {
  name: "ospfRouterId",
  word: "ospf-router-id",
  types: [0x0107, OLD_ROUTER_ID],
  reserved: [0, 0, 0, 0, 0xff, 0xff],
  typeOf: ({ oldType }) => (oldType ? OLD_ROUTER_ID : 0x0107),
  read: (reader, type) => {
    const routerId = reader.ipv4("OSPF Router ID");
    reader.u16("Reserved");
    return { name: "ospfRouterId", routerId, ...oldIf(type === OLD_ROUTER_ID) };
  },
  write: ({ routerId }, writer) => {
    writeIPv4(routerId, "extendedCommunities.routerId", writer);
    writer.u16(0);
  },
  format: ({ routerId, oldType }) => [routerId, wordIf(!!oldType, "old")],
  parse: (text) => ({ name: "ospfRouterId", routerId: text.ipv4(), ...oldIf(text.flag("old")) }),
};

// Section 4.2.6.
const ROUTE_TYPE: CommunityRow<OspfRouteType> = {
  name: "ospfRouteType",
  word: "ospf-route-type",
  types: [0x0306, OLD_ROUTE_TYPE],
  reserved: [0, 0, 0, 0, 0, 0xfe],
  typeOf: ({ oldType }) => (oldType ? OLD_ROUTE_TYPE : 0x0306),
  read: (reader, type) => ({
    name: "ospfRouteType",
    area: reader.ipv4("Area Number"),
    routeType: reader.u8("OSPF Route Type"),
    type2Metric: (reader.u8("Options") & 1) !== 0,
    ...oldIf(type === OLD_ROUTE_TYPE),
  }),
  write: ({ area, routeType, type2Metric }, writer) => {
    writeIPv4(area, "extendedCommunities.area", writer);
    writer.u8(routeType);
    writer.u8(type2Metric ? 1 : 0);
  },
  format: ({ area, routeType, type2Metric, oldType }) => [
    area,
    routeType,
    wordIf(type2Metric, "type-2"),
    wordIf(!!oldType, "old"),
  ],
  parse: (text) => ({
    name: "ospfRouteType",
    area: text.ipv4(),
    routeType: text.number(0xff),
    type2Metric: text.flag("type-2"),
    ...oldIf(text.flag("old")),
  }),
};

export const OSPF_COMMUNITIES: readonly CommunityRow<OspfCommunity>[] = [DOMAIN_IDENTIFIER, ROUTER_ID, ROUTE_TYPE];
