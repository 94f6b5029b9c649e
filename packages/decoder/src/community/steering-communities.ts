// Extended communities that steer the choice of paths, and traffic onto tunnels: bandwidth, cost, colour, encapsulation and the
// like, most of them opaque ones (RFC 4360 section 3.3).
import { isPlainNumber } from "../bytes/integers.ts";
import { bounded, writeFloat32, writeIPv4 } from "../bytes/write.ts";
import { wordIf, type CommunityRow, type TypedCommunity } from "./community-table.ts";

/** Link Bandwidth (RFC 10005). */
interface LinkBandwidth extends TypedCommunity {
  readonly name: "linkBandwidth";
  readonly transitive: boolean;
  /** Two octets. */
  readonly as: number;
  /** Octets per second. */
  readonly bandwidth: number;
}

const LINK_BANDWIDTH: CommunityRow<LinkBandwidth> = {
  name: "linkBandwidth",
  word: "bandwidth",
  types: [0x0004, 0x4004],
  typeOf: ({ transitive }) => (transitive ? 0x0004 : 0x4004),
  read: (reader, type) => {
    const as = reader.u16("Global Administrator");
    const bandwidth = reader.float32("Link Bandwidth");
    return isPlainNumber(bandwidth) ? { name: "linkBandwidth", transitive: type === 0x0004, as, bandwidth } : null;
  },
  write: ({ as, bandwidth }, writer) => {
    writer.u16(as);
    writeFloat32(bandwidth, "extendedCommunities.bandwidth", writer);
  },
  format: ({ as, bandwidth, transitive }) => [as, bandwidth, wordIf(transitive, "transitive")],
  parse: (text) => ({
    name: "linkBandwidth",
    as: text.number(0xffff),
    bandwidth: text.float(),
    transitive: text.flag("transitive"),
  }),
};

/** Cost Community (draft-ietf-idr-custom-decision). */
interface Cost extends TypedCommunity {
  readonly name: "cost";
  readonly transitive: boolean;
  /** Where in the decision process the cost counts; 128: before all else, 129: as the cost of the interior route. */
  readonly pointOfInsertion: number;
  /** The upper bit: the cost stands in the place of the attribute of that step. */
  readonly communityId: number;
  readonly cost: number;
}

const COST: CommunityRow<Cost> = {
  name: "cost",
  word: "cost",
  types: [0x0301, 0x4301],
  typeOf: ({ transitive }) => (transitive ? 0x0301 : 0x4301),
  read: (reader, type) => ({
    name: "cost",
    transitive: type === 0x0301,
    pointOfInsertion: reader.u8("Point of Insertion"),
    communityId: reader.u8("Community-ID"),
    cost: reader.u32("Cost"),
  }),
  write: ({ pointOfInsertion, communityId, cost }, writer) => {
    writer.u8(pointOfInsertion);
    writer.u8(communityId);
    writer.u32(cost);
  },
  format: ({ pointOfInsertion, communityId, cost, transitive }) => [
    pointOfInsertion,
    communityId,
    cost,
    wordIf(!transitive, "non-transitive"),
  ],
  parse: (text) => ({
    name: "cost",
    pointOfInsertion: text.number(0xff),
    communityId: text.number(0xff),
    cost: text.number(0xffff_ffff),
    transitive: !text.flag("non-transitive"),
  }),
};

/** Unreachable Prefix Announcement (draft-ietf-idr-upa). */
interface UnreachablePrefixAnnouncement extends TypedCommunity {
  readonly name: "unreachablePrefixAnnouncement";
  /** BGP Identifier of who originated it, dotted. */
  readonly routerId: string;
  /** Traffic is to be dropped. */
  readonly drop: boolean;
}

const UNREACHABLE_PREFIX_ANNOUNCEMENT: CommunityRow<UnreachablePrefixAnnouncement> = {
  name: "unreachablePrefixAnnouncement",
  word: "upa",
  types: [0x0309],
  reserved: [0x7f, 0xff, 0, 0, 0, 0],
  read: (reader) => {
    const drop = (reader.u8("Flags") & 0x80) !== 0;
    reader.u8("Reserved");
    return { name: "unreachablePrefixAnnouncement", routerId: reader.ipv4("BGP Router ID"), drop };
  },
  write: ({ routerId, drop }, writer) => {
    writer.u16(drop ? 0x8000 : 0);
    writeIPv4(routerId, "extendedCommunities.routerId", writer);
  },
  format: ({ routerId, drop }) => [routerId, wordIf(drop, "drop")],
  parse: (text) => ({ name: "unreachablePrefixAnnouncement", routerId: text.ipv4(), drop: text.flag("drop") }),
};

/** Color (RFC 9012 section 4.3). */
interface Color extends TypedCommunity {
  readonly name: "color";
  /**
   * Color-Only Type, 0 to 3 (RFC 9830 section 3): how next hop and endpoint of a policy have to match. 0: they are equal; 1: or
   * the endpoint is null; 2: or it is any at all; 3: as 0.
   */
  readonly colorOnlyType: number;
  /** 0 to 4294967295. */
  readonly color: number;
}

/** The two bits as people write them. */
const COLOR_ONLY_TYPES = ["00", "01", "10", "11"] as const;

const COLOR: CommunityRow<Color> = {
  name: "color",
  word: "color",
  types: [0x030b],
  reserved: [0x3f, 0xff, 0, 0, 0, 0],
  read: (reader) => {
    const flags = reader.u16("Flags");
    return { name: "color", colorOnlyType: flags >>> 14, color: reader.u32("Color Value") };
  },
  write: ({ colorOnlyType, color }, writer) => {
    writer.u16(bounded(colorOnlyType, 3, "extendedCommunities.colorOnlyType") << 14);
    writer.u32(color);
  },
  format: ({ colorOnlyType, color }) => [colorOnlyType === 0 ? "" : COLOR_ONLY_TYPES[colorOnlyType]!, color],
  parse: (text) => {
    const colorOnlyType = text.remaining === 1 ? 0 : COLOR_ONLY_TYPES.indexOf(text.word(COLOR_ONLY_TYPES));
    return { name: "color", colorOnlyType, color: text.number(0xffff_ffff) };
  },
};

/** Encapsulation (RFC 9012 section 4.1). */
interface Encapsulation extends TypedCommunity {
  readonly name: "encapsulation";
  /** BGP Tunnel Encapsulation Attribute Tunnel Types: 8 is VXLAN, 10 MPLS. */
  readonly tunnelType: number;
}

const ENCAPSULATION: CommunityRow<Encapsulation> = {
  name: "encapsulation",
  word: "encapsulation",
  types: [0x030c],
  reserved: [0xff, 0xff, 0xff, 0xff, 0, 0],
  read: (reader) => {
    reader.u32("Reserved");
    return { name: "encapsulation", tunnelType: reader.u16("Tunnel Type") };
  },
  write: ({ tunnelType }, writer) => {
    writer.u32(0);
    writer.u16(tunnelType);
  },
  format: ({ tunnelType }) => [tunnelType],
  parse: (text) => ({ name: "encapsulation", tunnelType: text.number(0xffff) }),
};

/** Local Color Mapping (RFC 9871 section 2.9.5): the color of a CAR route where its own is one of another domain. */
interface LocalColorMapping extends TypedCommunity {
  readonly name: "localColorMapping";
  /** 1 to 4294967295. Of several communities that with the highest counts. */
  readonly color: number;
}

const LOCAL_COLOR_MAPPING: CommunityRow<LocalColorMapping> = {
  name: "localColorMapping",
  word: "local-color-mapping",
  types: [0x031b],
  reserved: [0xff, 0xff, 0, 0, 0, 0],
  read: (reader) => {
    reader.u16("Reserved");
    return { name: "localColorMapping", color: reader.u32("Color") };
  },
  write: ({ color }, writer) => {
    writer.u16(0);
    writer.u32(color);
  },
  format: ({ color }) => [color],
  parse: (text) => ({ name: "localColorMapping", color: text.number(0xffff_ffff) }),
};

/** Consistent Hash Sort Order (draft-ietf-bess-service-chaining). */
interface ConsistentHashSortOrder extends TypedCommunity {
  readonly name: "consistentHashSortOrder";
  readonly order: number;
}

const CONSISTENT_HASH_SORT_ORDER: CommunityRow<ConsistentHashSortOrder> = {
  name: "consistentHashSortOrder",
  word: "consistent-hash-sort-order",
  types: [0x0314],
  reserved: [0, 0, 0, 0, 0xff, 0xff],
  read: (reader) => {
    const order = reader.u32("Sort Order");
    reader.u16("Reserved");
    return { name: "consistentHashSortOrder", order };
  },
  write: ({ order }, writer) => {
    writer.u32(order);
    writer.u16(0);
  },
  format: ({ order }) => [order],
  parse: (text) => ({ name: "consistentHashSortOrder", order: text.number(0xffff_ffff) }),
};

/** Transport Class (RFC 9832 section 4.3). */
interface TransportClass extends TypedCommunity {
  readonly name: "transportClass";
  readonly transitive: boolean;
  readonly transportClassId: number;
}

const TRANSPORT_CLASS: CommunityRow<TransportClass> = {
  name: "transportClass",
  word: "transport-class",
  types: [0x0a02, 0x4a02],
  reserved: [0xff, 0xff, 0, 0, 0, 0],
  typeOf: ({ transitive }) => (transitive ? 0x0a02 : 0x4a02),
  read: (reader, type) => {
    reader.u16("Reserved");
    return {
      name: "transportClass",
      transitive: type === 0x0a02,
      transportClassId: reader.u32("Transport Class ID"),
    };
  },
  write: ({ transportClassId }, writer) => {
    writer.u16(0);
    writer.u32(transportClassId);
  },
  format: ({ transportClassId, transitive }) => [transportClassId, wordIf(!transitive, "non-transitive")],
  parse: (text) => ({
    name: "transportClass",
    transportClassId: text.number(0xffff_ffff),
    transitive: !text.flag("non-transitive"),
  }),
};

export type SteeringCommunity =
  | LinkBandwidth
  | Cost
  | UnreachablePrefixAnnouncement
  | Color
  | Encapsulation
  | ConsistentHashSortOrder
  | LocalColorMapping
  | TransportClass;

export const STEERING_COMMUNITIES: readonly CommunityRow<SteeringCommunity>[] = [
  LINK_BANDWIDTH,
  COST,
  UNREACHABLE_PREFIX_ANNOUNCEMENT,
  COLOR,
  ENCAPSULATION,
  CONSISTENT_HASH_SORT_ORDER,
  LOCAL_COLOR_MAPPING,
  TRANSPORT_CLASS,
];
