// Extended communities that carry EIGRP routes through a VPN, as Cisco sends them (type 0x88, one of those for experiments).
import { writeIPv4 } from "../bytes/write.ts";
import type { CommunityRow, TypedCommunity } from "./community-table.ts";

/** Flags, of which the highest is set for internal routes, and tag. */
interface EigrpRoute extends TypedCommunity {
  readonly name: "eigrpRoute";
  readonly flags: number;
  readonly tag: number;
}

const ROUTE: CommunityRow<EigrpRoute> = {
  name: "eigrpRoute",
  word: "eigrp-route",
  types: [0x8800],
  read: (reader) => ({ name: "eigrpRoute", flags: reader.u16("Route Flags"), tag: reader.u32("Route Tag") }),
  write: ({ flags, tag }, writer) => {
    writer.u16(flags);
    writer.u32(tag);
  },
  format: ({ flags, tag }) => [flags, tag],
  parse: (text) => ({ name: "eigrpRoute", flags: text.number(0xffff), tag: text.number(0xffff_ffff) }),
};

/** AS number and delay, in units of 10/256 microseconds. */
interface EigrpDelay extends TypedCommunity {
  readonly name: "eigrpDelay";
  readonly as: number;
  readonly delay: number;
}

const DELAY: CommunityRow<EigrpDelay> = {
  name: "eigrpDelay",
  word: "eigrp-delay",
  types: [0x8801],
  read: (reader) => ({ name: "eigrpDelay", as: reader.u16("AS Number"), delay: reader.u32("Delay") }),
  write: ({ as, delay }, writer) => {
    writer.u16(as);
    writer.u32(delay);
  },
  format: ({ as, delay }) => [as, delay],
  parse: (text) => ({ name: "eigrpDelay", as: text.number(0xffff), delay: text.number(0xffff_ffff) }),
};

/** Reliability as a part of 255, hop count, and bandwidth as 2560000000 divided by kilobits per second. */
interface EigrpBandwidth extends TypedCommunity {
  readonly name: "eigrpBandwidth";
  readonly reliability: number;
  readonly hopCount: number;
  readonly bandwidth: number;
}

const BANDWIDTH: CommunityRow<EigrpBandwidth> = {
  name: "eigrpBandwidth",
  word: "eigrp-bandwidth",
  types: [0x8802],
  read: (reader) => ({
    name: "eigrpBandwidth",
    reliability: reader.u8("Reliability"),
    hopCount: reader.u8("Hop Count"),
    bandwidth: reader.u32("Bandwidth"),
  }),
  write: ({ reliability, hopCount, bandwidth }, writer) => {
    writer.u8(reliability);
    writer.u8(hopCount);
    writer.u32(bandwidth);
  },
  format: ({ reliability, hopCount, bandwidth }) => [reliability, hopCount, bandwidth],
  parse: (text) => ({
    name: "eigrpBandwidth",
    reliability: text.number(0xff),
    hopCount: text.number(0xff),
    bandwidth: text.number(0xffff_ffff),
  }),
};

/** Load as a part of 255, and MTU. */
interface EigrpLoad extends TypedCommunity {
  readonly name: "eigrpLoad";
  readonly load: number;
  readonly mtu: number;
}

const LOAD: CommunityRow<EigrpLoad> = {
  name: "eigrpLoad",
  word: "eigrp-load",
  types: [0x8803],
  reserved: [0xff, 0, 0, 0, 0, 0],
  read: (reader) => {
    reader.u8("Reserved");
    return { name: "eigrpLoad", load: reader.u8("Load"), mtu: reader.u32("MTU") };
  },
  write: ({ load, mtu }, writer) => {
    writer.u8(0);
    writer.u8(load);
    writer.u32(mtu);
  },
  format: ({ load, mtu }) => [load, mtu],
  parse: (text) => ({ name: "eigrpLoad", load: text.number(0xff), mtu: text.number(0xffff_ffff) }),
};

/** Where an external route is from: AS number, and identifier of the router that brought it in. */
interface EigrpExternalOrigin extends TypedCommunity {
  readonly name: "eigrpExternalOrigin";
  readonly as: number;
  /** Dotted. */
  readonly routerId: string;
}

const EXTERNAL_ORIGIN: CommunityRow<EigrpExternalOrigin> = {
  name: "eigrpExternalOrigin",
  word: "eigrp-external-origin",
  types: [0x8804],
  read: (reader) => ({
    name: "eigrpExternalOrigin",
    as: reader.u16("External AS Number"),
    routerId: reader.ipv4("External Router ID"),
  }),
  write: ({ as, routerId }, writer) => {
    writer.u16(as);
    writeIPv4(routerId, "extendedCommunities.routerId", writer);
  },
  format: ({ as, routerId }) => [as, routerId],
  parse: (text) => ({ name: "eigrpExternalOrigin", as: text.number(0xffff), routerId: text.ipv4() }),
};

/** Protocol that an external route is from, and its metric there. */
interface EigrpExternalMetric extends TypedCommunity {
  readonly name: "eigrpExternalMetric";
  readonly protocol: number;
  readonly metric: number;
}

const EXTERNAL_METRIC: CommunityRow<EigrpExternalMetric> = {
  name: "eigrpExternalMetric",
  word: "eigrp-external-metric",
  types: [0x8805],
  read: (reader) => ({
    name: "eigrpExternalMetric",
    protocol: reader.u16("External Protocol"),
    metric: reader.u32("External Metric"),
  }),
  write: ({ protocol, metric }, writer) => {
    writer.u16(protocol);
    writer.u32(metric);
  },
  format: ({ protocol, metric }) => [protocol, metric],
  parse: (text) => ({
    name: "eigrpExternalMetric",
    protocol: text.number(0xffff),
    metric: text.number(0xffff_ffff),
  }),
};

/** Identifier of the router the route is from. */
interface EigrpRouterId extends TypedCommunity {
  readonly name: "eigrpRouterId";
  /** Dotted. */
  readonly routerId: string;
}

const ROUTER_ID: CommunityRow<EigrpRouterId> = {
  name: "eigrpRouterId",
  word: "eigrp-router-id",
  types: [0x8806],
  reserved: [0xff, 0xff, 0, 0, 0, 0],
  read: (reader) => {
    reader.u16("Reserved");
    return { name: "eigrpRouterId", routerId: reader.ipv4("Router ID") };
  },
  write: ({ routerId }, writer) => {
    writer.u16(0);
    writeIPv4(routerId, "extendedCommunities.routerId", writer);
  },
  format: ({ routerId }) => [routerId],
  parse: (text) => ({ name: "eigrpRouterId", routerId: text.ipv4() }),
};

export type EigrpCommunity =
  | EigrpRoute
  | EigrpDelay
  | EigrpBandwidth
  | EigrpLoad
  | EigrpExternalOrigin
  | EigrpExternalMetric
  | EigrpRouterId;

export const EIGRP_COMMUNITIES: readonly CommunityRow<EigrpCommunity>[] = [
  ROUTE,
  DELAY,
  BANDWIDTH,
  LOAD,
  EXTERNAL_ORIGIN,
  EXTERNAL_METRIC,
  ROUTER_ID,
];
