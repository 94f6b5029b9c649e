// EVPN routes about multicast: type 3 of RFC 7432 section 7.3, types 6 to 8 of RFC 9251 section 9, types 9 and 10 of RFC 9572
// section 3.
import { flagsOf, flagsValue, type FlagBits, type Flags } from "../bytes/flags.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import {
  decodeExtendedCommunity,
  EXTENDED_COMMUNITY,
  type ExtendedCommunity,
} from "../community/extended-community.ts";
import { readEsi, writeEsi } from "./ethernet-segment.ts";
import { readSizedAddress, writeSizedAddress } from "./sized-address.ts";
import { readMulticastFlow, writeMulticastFlow, type MulticastFlow } from "./multicast-flow.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import type { RouteTypeRow, TypedRoute } from "./typed-route.ts";

/** Inclusive Multicast Ethernet Tag route (RFC 7432 section 7.3). */
export interface InclusiveMulticastEthernetTagRoute extends TypedRoute {
  readonly name: "inclusiveMulticastEthernetTag";
  readonly routeType: 3;
  readonly routeDistinguisher: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

export const INCLUSIVE_MULTICAST_ETHERNET_TAG: RouteTypeRow<InclusiveMulticastEthernetTagRoute> = {
  routeType: 3,
  name: "inclusiveMulticastEthernetTag",
  read: (reader) => ({
    name: "inclusiveMulticastEthernetTag",
    routeType: 3,
    routeDistinguisher: readRouteDistinguisher(reader),
    ethernetTagId: reader.u32("Ethernet Tag ID"),
    originatingRouterAddress: readSizedAddress(reader, "IP Address Length", "Originating Router's IP Address"),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writer.u32(nlri.ethernetTagId);
    writeSizedAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

/**
 * Bits of the Flags octet of types 6, 7 and 8 (RFC 9251 section 9.1). The versions are those of IGMP, or for IPv6 those of
 * MLD, of which there are two; `excludeGroup` is of account where the last of them is set.
 */
export type MulticastReportFlags = Flags<MulticastReportBit>;

type MulticastReportBit = "version1" | "version2" | "version3" | "excludeGroup";

export const MULTICAST_REPORT_FLAGS: FlagBits<MulticastReportBit> = {
  version1: 0x01,
  version2: 0x02,
  version3: 0x04,
  excludeGroup: 0x08,
};

function readFlags(reader: FieldReader): MulticastReportFlags {
  return flagsOf(reader.u8("Flags"), MULTICAST_REPORT_FLAGS);
}

function writeFlags(flags: MulticastReportFlags, writer: OctetWriter): void {
  writer.u8(flagsValue(flags, MULTICAST_REPORT_FLAGS, "flags"));
}

/** Selective Multicast Ethernet Tag route (RFC 9251 section 9.1). */
export interface SelectiveMulticastEthernetTagRoute extends TypedRoute, MulticastFlow {
  readonly name: "selectiveMulticastEthernetTag";
  readonly routeType: 6;
  readonly routeDistinguisher: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
  readonly flags: MulticastReportFlags;
}

export const SELECTIVE_MULTICAST_ETHERNET_TAG: RouteTypeRow<SelectiveMulticastEthernetTagRoute> = {
  routeType: 6,
  name: "selectiveMulticastEthernetTag",
  read: (reader) => ({
    name: "selectiveMulticastEthernetTag",
    routeType: 6,
    routeDistinguisher: readRouteDistinguisher(reader),
    ethernetTagId: reader.u32("Ethernet Tag ID"),
    ...readMulticastFlow(reader),
    originatingRouterAddress: readSizedAddress(reader, "Originator Router Length", "Originator Router Address"),
    flags: readFlags(reader),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writer.u32(nlri.ethernetTagId);
    writeMulticastFlow(nlri, writer);
    writeSizedAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
    writeFlags(nlri.flags, writer);
  },
};

/** Multicast Membership Report Synch route (RFC 9251 section 9.2). */
export interface MulticastMembershipReportSynchRoute extends TypedRoute, MulticastFlow {
  readonly name: "multicastMembershipReportSynch";
  readonly routeType: 7;
  readonly routeDistinguisher: string;
  /** Ten pairs of digits: see `parseEthernetSegmentIdentifier`. */
  readonly ethernetSegmentIdentifier: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
  readonly flags: MulticastReportFlags;
}

export const MULTICAST_MEMBERSHIP_REPORT_SYNCH: RouteTypeRow<MulticastMembershipReportSynchRoute> = {
  routeType: 7,
  name: "multicastMembershipReportSynch",
  read: (reader) => ({
    name: "multicastMembershipReportSynch",
    routeType: 7,
    routeDistinguisher: readRouteDistinguisher(reader),
    ethernetSegmentIdentifier: readEsi(reader),
    ethernetTagId: reader.u32("Ethernet Tag ID"),
    ...readMulticastFlow(reader),
    originatingRouterAddress: readSizedAddress(reader, "Originator Router Length", "Originator Router Address"),
    flags: readFlags(reader),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeEsi(nlri.ethernetSegmentIdentifier, writer);
    writer.u32(nlri.ethernetTagId);
    writeMulticastFlow(nlri, writer);
    writeSizedAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
    writeFlags(nlri.flags, writer);
  },
};

/** Multicast Leave Synch route (RFC 9251 section 9.3). */
export interface MulticastLeaveSynchRoute extends TypedRoute, MulticastFlow {
  readonly name: "multicastLeaveSynch";
  readonly routeType: 8;
  readonly routeDistinguisher: string;
  /** Ten pairs of digits: see `parseEthernetSegmentIdentifier`. */
  readonly ethernetSegmentIdentifier: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
  /** The reserved field of four octets; absent where it is zero. */
  readonly reserved?: number;
  /** 0 to 255, in the unit of the query that it is for (section 9.3.1). */
  readonly maximumResponseTime: number;
  readonly flags: MulticastReportFlags;
}

/** Reserved, Maximum Response Time and Flags. */
const LEAVE_OCTETS = 4 + 1 + 1;

export const MULTICAST_LEAVE_SYNCH: RouteTypeRow<MulticastLeaveSynchRoute> = {
  routeType: 8,
  name: "multicastLeaveSynch",
  read: (reader) => {
    const routeDistinguisher = readRouteDistinguisher(reader);
    const ethernetSegmentIdentifier = readEsi(reader);
    const ethernetTagId = reader.u32("Ethernet Tag ID");
    const flow = readMulticastFlow(reader);
    const originatingRouterAddress = readSizedAddress(reader, "Originator Router Length", "Originator Router Address");
    // Early drafts had one octet less behind the key, and still do in the field.
    if (!reader.failed && reader.remaining !== LEAVE_OCTETS) {
      reader.rest("octets of an early draft");
      return null;
    }
    const reserved = reader.u32("Reserved");
    return {
      name: "multicastLeaveSynch",
      routeType: 8,
      routeDistinguisher,
      ethernetSegmentIdentifier,
      ethernetTagId,
      ...flow,
      originatingRouterAddress,
      ...(reserved !== 0 && { reserved }),
      maximumResponseTime: reader.u8("Maximum Response Time"),
      flags: readFlags(reader),
    };
  },
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeEsi(nlri.ethernetSegmentIdentifier, writer);
    writer.u32(nlri.ethernetTagId);
    writeMulticastFlow(nlri, writer);
    writeSizedAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
    writer.u32(nlri.reserved ?? 0);
    writer.u8(nlri.maximumResponseTime);
    writeFlags(nlri.flags, writer);
  },
};

/** Per-Region I-PMSI A-D route (RFC 9572 section 3.1). */
export interface PerRegionIPmsiAutoDiscoveryRoute extends TypedRoute {
  readonly name: "perRegionIPmsiAutoDiscovery";
  readonly routeType: 9;
  readonly routeDistinguisher: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** "Encoded in the same way that an EC is encoded", mostly a Source AS. */
  readonly regionId: ExtendedCommunity;
}

export const PER_REGION_I_PMSI_AUTO_DISCOVERY: RouteTypeRow<PerRegionIPmsiAutoDiscoveryRoute> = {
  routeType: 9,
  name: "perRegionIPmsiAutoDiscovery",
  read: (reader) => {
    const routeDistinguisher = readRouteDistinguisher(reader);
    const ethernetTagId = reader.u32("Ethernet Tag ID");
    const octets = reader.octets("Region ID", 8);
    if (reader.failed) return null;
    const regionId = decodeExtendedCommunity(octets, 0);
    return { name: "perRegionIPmsiAutoDiscovery", routeType: 9, routeDistinguisher, ethernetTagId, regionId };
  },
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writer.u32(nlri.ethernetTagId);
    EXTENDED_COMMUNITY.write(nlri.regionId, writer);
  },
};

/** S-PMSI A-D route (RFC 9572 section 3.2). */
export interface EvpnSPmsiAutoDiscoveryRoute extends TypedRoute, MulticastFlow {
  readonly name: "sPmsiAutoDiscovery";
  readonly routeType: 10;
  readonly routeDistinguisher: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

export const EVPN_S_PMSI_AUTO_DISCOVERY: RouteTypeRow<EvpnSPmsiAutoDiscoveryRoute> = {
  routeType: 10,
  name: "sPmsiAutoDiscovery",
  read: (reader) => ({
    name: "sPmsiAutoDiscovery",
    routeType: 10,
    routeDistinguisher: readRouteDistinguisher(reader),
    ethernetTagId: reader.u32("Ethernet Tag ID"),
    ...readMulticastFlow(reader),
    originatingRouterAddress: readSizedAddress(reader, "Originator's Addr Length", "Originator's Addr"),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writer.u32(nlri.ethernetTagId);
    writeMulticastFlow(nlri, writer);
    writeSizedAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};
