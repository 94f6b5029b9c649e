// Extended communities that are actions of flow specifications (RFC 8955 section 7). Redirection by route target is among the
// administered ones.
import { isPlainNumber } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { bounded, writeFloat32, writeIPv4 } from "../bytes/write.ts";
import { wordIf, type CommunityRow, type TypedCommunity } from "./community-table.ts";

/**
 * Traffic Rate in octets or packets per second (RFC 8955 sections 7.1 and 7.2). A rate of zero discards all traffic, and a
 * negative one, which is not to be sent, counts as zero.
 */
interface TrafficRate<N extends string> extends TypedCommunity {
  readonly name: N;
  /** Two octets, to inform people. */
  readonly as: number;
  readonly rate: number;
}

type TrafficRates = TrafficRate<"trafficRateBytes" | "trafficRatePackets">;

function trafficRate(name: TrafficRates["name"], word: string, type: number): CommunityRow<TrafficRates> {
  return {
    name,
    word,
    types: [type],
    read: (reader) => {
      const as = reader.u16("2-Octet ID");
      const rate = reader.float32("Rate");
      return isPlainNumber(rate) ? { name, as, rate } : null;
    },
    write: ({ as, rate }, writer) => {
      writer.u16(as);
      writeFloat32(rate, "extendedCommunities.rate", writer);
    },
    format: ({ as, rate }) => [as, rate],
    parse: (text) => ({ name, as: text.number(0xffff), rate: text.float() }),
  };
}

/** Traffic-Action (RFC 8955 section 7.3). */
interface TrafficAction extends TypedCommunity {
  readonly name: "trafficAction";
  /** S: traffic is sampled and logged. */
  readonly sample: boolean;
  /** T: flow specifications behind this one are looked at as well. */
  readonly terminal: boolean;
}

const TRAFFIC_ACTION: CommunityRow<TrafficAction> = {
  name: "trafficAction",
  word: "traffic-action",
  types: [0x8007],
  reserved: [0xff, 0xff, 0xff, 0xff, 0xff, 0xfc],
  read: (reader) => {
    reader.hex("Traffic Action Field", 5);
    const flags = reader.u8("S, T");
    return { name: "trafficAction", sample: (flags & 2) !== 0, terminal: (flags & 1) !== 0 };
  },
  write: ({ sample, terminal }, writer) => {
    writer.u32(0);
    writer.u16((sample ? 2 : 0) | (terminal ? 1 : 0));
  },
  format: ({ sample, terminal }) => [wordIf(sample, "sample"), wordIf(terminal, "terminal")],
  parse: (text) => ({ name: "trafficAction", sample: text.flag("sample"), terminal: text.flag("terminal") }),
};

/** Traffic Marking (RFC 8955 section 7.5). */
interface TrafficMarking extends TypedCommunity {
  readonly name: "trafficMarking";
  /** 0 to 63. */
  readonly dscp: number;
}

const TRAFFIC_MARKING: CommunityRow<TrafficMarking> = {
  name: "trafficMarking",
  word: "traffic-marking",
  types: [0x8009],
  reserved: [0xff, 0xff, 0xff, 0xff, 0xff, 0xc0],
  read: (reader) => {
    reader.hex("Reserved", 5);
    return { name: "trafficMarking", dscp: reader.u8("DSCP") & 0x3f };
  },
  write: ({ dscp }, writer) => {
    writer.u32(0);
    writer.u16(bounded(dscp, 0x3f, "extendedCommunities.dscp"));
  },
  format: ({ dscp }) => [dscp],
  parse: (text) => ({ name: "trafficMarking", dscp: text.number(0x3f) }),
};

/** Flow-spec Redirect to IPv4 (draft-ietf-idr-flowspec-redirect-ip). */
interface RedirectToIPv4 extends TypedCommunity {
  readonly name: "redirectToIp";
  /** IPv4. */
  readonly address: string;
  /** C: a copy of the traffic goes there, and the traffic its own way. */
  readonly copy: boolean;
}

const REDIRECT_TO_IPV4: CommunityRow<RedirectToIPv4> = {
  name: "redirectToIp",
  word: "redirect-to-ip",
  types: [0x010c],
  reserved: [0, 0, 0, 0, 0xff, 0xfe],
  read: (reader) => ({ name: "redirectToIp", address: reader.ipv4("Global Administrator"), copy: readCopy(reader) }),
  write: ({ address, copy }, writer) => {
    writeIPv4(address, "extendedCommunities.address", writer);
    writer.u16(copy ? 1 : 0);
  },
  format: ({ address, copy }) => [address, wordIf(copy, "copy")],
  parse: (text) => ({ name: "redirectToIp", address: text.ipv4(), copy: text.flag("copy") }),
};

/** The C bit of the Local Administrator field. */
export function readCopy(reader: FieldReader): boolean {
  return (reader.u16("Local Administrator") & 1) !== 0;
}

/** Redirect to the next hop of the route (draft-simpson-idr-flowspec-redirect). */
interface RedirectToNextHop extends TypedCommunity {
  readonly name: "redirectToNextHop";
  readonly copy: boolean;
}

const REDIRECT_TO_NEXT_HOP: CommunityRow<RedirectToNextHop> = {
  name: "redirectToNextHop",
  word: "redirect-to-next-hop",
  types: [0x0800],
  reserved: [0xff, 0xff, 0xff, 0xff, 0xff, 0xfe],
  read: (reader) => {
    reader.u32("Reserved");
    return { name: "redirectToNextHop", copy: (reader.u16("Flags") & 1) !== 0 };
  },
  write: ({ copy }, writer) => {
    writer.u32(0);
    writer.u16(copy ? 1 : 0);
  },
  format: ({ copy }) => [wordIf(copy, "copy")],
  parse: (text) => ({ name: "redirectToNextHop", copy: text.flag("copy") }),
};

/** Interface-Set (draft-ietf-idr-flowspec-interfaceset): where flow specifications apply. */
interface InterfaceSet extends TypedCommunity {
  readonly name: "interfaceSet";
  readonly transitive: boolean;
  readonly as: number;
  /** 0 to 16383. */
  readonly group: number;
  readonly input: boolean;
  readonly output: boolean;
}

const INTERFACE_SET: CommunityRow<InterfaceSet> = {
  name: "interfaceSet",
  word: "interface-set",
  types: [0x0702, 0x4702],
  typeOf: ({ transitive }) => (transitive ? 0x0702 : 0x4702),
  read: (reader, type) => {
    const as = reader.u32("Global Administrator");
    const local = reader.u16("O, I, Group Identifier");
    return {
      name: "interfaceSet",
      transitive: type === 0x0702,
      as,
      group: local & 0x3fff,
      input: (local & 0x4000) !== 0,
      output: (local & 0x8000) !== 0,
    };
  },
  write: ({ as, group, input, output }, writer) => {
    writer.u32(as);
    writer.u16(bounded(group, 0x3fff, "extendedCommunities.group") | (input ? 0x4000 : 0) | (output ? 0x8000 : 0));
  },
  format: ({ as, group, input, output, transitive }) => [
    as,
    group,
    wordIf(input, "input"),
    wordIf(output, "output"),
    wordIf(!transitive, "non-transitive"),
  ],
  parse: (text) => ({
    name: "interfaceSet",
    as: text.number(0xffff_ffff),
    group: text.number(0x3fff),
    input: text.flag("input"),
    output: text.flag("output"),
    transitive: !text.flag("non-transitive"),
  }),
};

export type FlowSpecCommunity =
  | TrafficRates
  | TrafficAction
  | TrafficMarking
  | RedirectToIPv4
  | RedirectToNextHop
  | InterfaceSet;

export const FLOWSPEC_COMMUNITIES: readonly CommunityRow<FlowSpecCommunity>[] = [
  REDIRECT_TO_IPV4,
  INTERFACE_SET,
  REDIRECT_TO_NEXT_HOP,
  trafficRate("trafficRateBytes", "rate-bytes", 0x8006),
  TRAFFIC_ACTION,
  TRAFFIC_MARKING,
  trafficRate("trafficRatePackets", "rate-packets", 0x800c),
];
