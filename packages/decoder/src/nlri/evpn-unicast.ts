// EVPN routes about hosts, segments and prefixes: types 1, 2 and 4 of RFC 7432 section 7, type 5 of RFC 9136 section 3.1.
import { ConfigError, parsePrefix } from "@bgpwire/core";
import { readAddress, writeAddress } from "../bytes/address.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { readMac, writeMac } from "../text/mac-address.ts";
import { isSingleHomed, readEsi, writeEsi } from "./ethernet-segment.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { readOptionalAddress, readSizedAddress, writeSizedAddress } from "./sized-address.ts";
import type { RouteTypeRow, TypedRoute } from "./typed-route.ts";

/**
 * What labels of EVPN are: the whole field, 0 to 16777215. With an MPLS tunnel the label is its upper 20 bits, `value >>> 4`
 * (RFC 7432 section 9.2.1), with VXLAN, NVGRE or GENEVE all of it is the VNI (RFC 8365 section 5.1.3, RFC 9136 section 3.1);
 * the Encapsulation extended community says which.
 */
type LabelField = number;

/** Ethernet Auto-Discovery route (RFC 7432 section 7.1). */
export interface EthernetAutoDiscoveryRoute extends TypedRoute {
  readonly name: "ethernetAutoDiscovery";
  readonly routeType: 1;
  readonly routeDistinguisher: string;
  /** Ten pairs of digits: see `parseEthernetSegmentIdentifier`. */
  readonly ethernetSegmentIdentifier: string;
  /** 0 to 4294967295; the largest is MAX-ET, of a route per segment (section 8.2.1). */
  readonly ethernetTagId: number;
  readonly mplsLabel: LabelField;
}

export const ETHERNET_AUTO_DISCOVERY: RouteTypeRow<EthernetAutoDiscoveryRoute> = {
  routeType: 1,
  name: "ethernetAutoDiscovery",
  read: (reader) => ({
    name: "ethernetAutoDiscovery",
    routeType: 1,
    routeDistinguisher: readRouteDistinguisher(reader),
    ethernetSegmentIdentifier: readEsi(reader),
    ethernetTagId: reader.u32("Ethernet Tag ID"),
    mplsLabel: reader.u24("MPLS Label"),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeEsi(nlri.ethernetSegmentIdentifier, writer);
    writer.u32(nlri.ethernetTagId);
    writer.u24(nlri.mplsLabel);
  },
};

/** MAC/IP Advertisement route (RFC 7432 section 7.2). */
export interface MacIpAdvertisementRoute extends TypedRoute {
  readonly name: "macIpAdvertisement";
  readonly routeType: 2;
  readonly routeDistinguisher: string;
  /** Ten pairs of digits: see `parseEthernetSegmentIdentifier`. */
  readonly ethernetSegmentIdentifier: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** "00:11:22:33:44:55". */
  readonly macAddress: string;
  /** IPv4 or IPv6; null where the route is about the MAC address alone. */
  readonly ipAddress: string | null;
  /** The label or VNI of layer 2. */
  readonly mplsLabel1: LabelField;
  /** The label or VNI of layer 3, where there is one. */
  readonly mplsLabel2?: LabelField;
}

const MAC_BITS = 48;

/** Where the segment is: behind type, length and distinguisher. */
const ESI_AT = 2 + 8;
/** Where the length of the MAC address or prefix is: behind segment and tag. */
const LENGTH_AT = ESI_AT + 10 + 4;

export const MAC_IP_ADVERTISEMENT: RouteTypeRow<MacIpAdvertisementRoute> = {
  routeType: 2,
  name: "macIpAdvertisement",
  read: (reader) => {
    const routeDistinguisher = readRouteDistinguisher(reader);
    const ethernetSegmentIdentifier = readEsi(reader);
    const ethernetTagId = reader.u32("Ethernet Tag ID");
    // Section 9.2.1: the length is "set to 48", and other lengths "are outside the scope of this document".
    if (reader.u8("MAC Address Length") !== MAC_BITS) reader.fail();
    return {
      name: "macIpAdvertisement",
      routeType: 2,
      routeDistinguisher,
      ethernetSegmentIdentifier,
      ethernetTagId,
      macAddress: readMac(reader, "MAC Address"),
      ipAddress: readOptionalAddress(reader, "IP Address Length", "IP Address"),
      mplsLabel1: reader.u24("MPLS Label1"),
      ...(reader.remaining > 0 && { mplsLabel2: reader.u24("MPLS Label2") }),
    };
  },
  isSound: (buffer, at, end) => {
    const addressLengthAt = at + LENGTH_AT + 1 + MAC_BITS / 8;
    const bits = buffer[addressLengthAt];
    if (buffer[at + LENGTH_AT] !== MAC_BITS || (bits !== 0 && bits !== 32 && bits !== 128)) return false;
    const labelOctets = end - addressLengthAt - 1 - bits / 8;
    return labelOctets === 3 || labelOctets === 6;
  },
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeEsi(nlri.ethernetSegmentIdentifier, writer);
    writer.u32(nlri.ethernetTagId);
    writer.u8(MAC_BITS);
    writeMac(nlri.macAddress, "macAddress", writer);
    writeSizedAddress(nlri.ipAddress, "ipAddress", writer);
    writer.u24(nlri.mplsLabel1);
    if (nlri.mplsLabel2 !== undefined) writer.u24(nlri.mplsLabel2);
  },
};

/** Ethernet Segment route (RFC 7432 section 7.4). */
export interface EthernetSegmentRoute extends TypedRoute {
  readonly name: "ethernetSegment";
  readonly routeType: 4;
  readonly routeDistinguisher: string;
  /** Ten pairs of digits: see `parseEthernetSegmentIdentifier`. */
  readonly ethernetSegmentIdentifier: string;
  /** IPv4 or IPv6. */
  readonly originatingRouterAddress: string;
}

export const ETHERNET_SEGMENT: RouteTypeRow<EthernetSegmentRoute> = {
  routeType: 4,
  name: "ethernetSegment",
  read: (reader) => ({
    name: "ethernetSegment",
    routeType: 4,
    routeDistinguisher: readRouteDistinguisher(reader),
    ethernetSegmentIdentifier: readEsi(reader),
    originatingRouterAddress: readSizedAddress(reader, "IP Address Length", "Originating Router's IP Address"),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeEsi(nlri.ethernetSegmentIdentifier, writer);
    writeSizedAddress(nlri.originatingRouterAddress, "originatingRouterAddress", writer);
  },
};

/** IP Prefix route (RFC 9136 section 3.1). */
export interface IpPrefixRoute extends TypedRoute {
  readonly name: "ipPrefix";
  readonly routeType: 5;
  readonly routeDistinguisher: string;
  /** Ten pairs of digits: see `parseEthernetSegmentIdentifier`. Not zero where it is the Overlay Index. */
  readonly ethernetSegmentIdentifier: string;
  /** 0 to 4294967295. */
  readonly ethernetTagId: number;
  /** Address and length. The whole address is on the wire, and bits behind the length are kept. */
  readonly prefix: string;
  /** GW IP Address, of the prefix's version. Not zero where it is the Overlay Index. */
  readonly gatewayAddress: string;
  readonly mplsLabel: LabelField;
}

/** Octets of the route but for its two addresses. */
const IP_PREFIX_OCTETS = 8 + 10 + 4 + 1 + 3;

export const IP_PREFIX: RouteTypeRow<IpPrefixRoute> = {
  routeType: 5,
  name: "ipPrefix",
  read: (reader) => {
    // "The Length field … MUST be either 34 (if IPv4 addresses are carried) or 58 (if IPv6 addresses are carried)".
    const addressOctets = (reader.remaining - IP_PREFIX_OCTETS) / 2;
    return {
      name: "ipPrefix",
      routeType: 5,
      routeDistinguisher: readRouteDistinguisher(reader),
      ethernetSegmentIdentifier: readEsi(reader),
      ethernetTagId: reader.u32("Ethernet Tag ID"),
      prefix: readWholePrefix(reader, addressOctets),
      gatewayAddress: readAddress(reader, "GW IP Address", addressOctets),
      mplsLabel: reader.u24("MPLS Label"),
    };
  },
  // With no segment there is no second Overlay Index, whatever the gateway.
  isSound: (buffer, at, end) => {
    const addressOctets = (end - at - 2 - IP_PREFIX_OCTETS) / 2;
    if (addressOctets !== 4 && addressOctets !== 16) return false;
    return buffer[at + LENGTH_AT]! <= 8 * addressOctets && isSingleHomed(buffer, at + ESI_AT);
  },
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeEsi(nlri.ethernetSegmentIdentifier, writer);
    writer.u32(nlri.ethernetTagId);
    const prefix = parsePrefix(nlri.prefix);
    if (prefix === null) throw new ConfigError("invalid-value", "prefix", `"${nlri.prefix}" is no prefix`);
    writer.u8(prefix.length);
    writer.bytes(prefix.bytes);
    const at = writer.length;
    writeAddress(nlri.gatewayAddress, "gatewayAddress", writer);
    if (writer.length - at !== prefix.bytes.length) {
      const message = `"${nlri.gatewayAddress}" and ${nlri.prefix} are of different versions`;
      throw new ConfigError("invalid-value", "gatewayAddress", message);
    }
    writer.u24(nlri.mplsLabel);
  },
};

/** An octet of length, and the whole address whatever the length. */
function readWholePrefix(reader: FieldReader, addressOctets: number): string {
  const bits = reader.u8("IP Prefix Length");
  if (bits > 8 * addressOctets) reader.fail();
  return `${readAddress(reader, "IP Prefix", addressOctets)}/${bits}`;
}
