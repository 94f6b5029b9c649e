// TLVs of links: RFC 9552 section 5.3.2, RFC 8169, RFC 8379, RFC 8571 (performance), RFC 8814, RFC 9086, RFC 9104.
import { ConfigError } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import type { Tlv, TlvRow } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import {
  FLOAT32,
  HEX,
  IPV4,
  IPV6,
  listOf,
  OCTET,
  reserved,
  TEXT,
  U32,
  U32_LIST,
  valueRow,
  type Reserved,
  type ValueTlv,
} from "./forms.ts";
import { MSD_LIST, type MaximumSidDepth } from "./node.ts";

/** Bits of `mplsProtocolMask` (RFC 9552 section 5.3.2.2). */
export const MplsProtocol = { Ldp: 0x80, RsvpTe: 0x40 } as const;

/** Bits of `linkProtectionType` (RFC 5307 section 1.2). */
export const LinkProtection = {
  ExtraTraffic: 0x01,
  Unprotected: 0x02,
  Shared: 0x04,
  DedicatedOneForOne: 0x08,
  DedicatedOnePlusOne: 0x10,
  Enhanced: 0x20,
} as const;

/** A descriptor, and an attribute where addresses describe the link (RFC 9552 section 5.2.2, RFC 5307 section 1.1). */
export interface LinkIdentifiersTlv extends Tlv {
  readonly name: "linkLocalRemoteIdentifiers";
  readonly type: 258;
  readonly local: number;
  readonly remote: number;
}

interface LinkProtectionTypeTlv extends Tlv, Reserved {
  readonly name: "linkProtectionType";
  readonly type: 1093;
  /** Bits of `LinkProtection`. */
  readonly protectionCapabilities: number;
}

interface IgpMetricTlv extends Tlv {
  readonly name: "igpMetric";
  readonly type: 1095;
  readonly metric: number;
  /** 1 for small metrics of IS-IS, 2 for OSPF, 3 for wide metrics of IS-IS, 4 for BGP SPF (RFC 9815 section 5.2.2). */
  readonly octets: 1 | 2 | 3 | 4;
}

/** Delays in microseconds, 0 to 16777215; a loss in units of 0.000003 % (RFC 8571 section 2). */
interface PerformanceTlv<N extends string, T extends number> extends Tlv, Reserved {
  readonly name: N;
  readonly type: T;
  readonly value: number;
  /** The A bit: a maximum that was configured has been exceeded. */
  readonly anomalous: boolean;
}

/** RFC 8571 section 2.2. */
interface MinMaxLinkDelayTlv extends Tlv, Reserved {
  readonly name: "minMaxUnidirectionalLinkDelay";
  readonly type: 1115;
  readonly anomalous: boolean;
  /** In microseconds. */
  readonly minimum: number;
  /** In microseconds. */
  readonly maximum: number;
  /** The reserved octet in front of the maximum; absent where it is zero. */
  readonly reserved2?: number;
}

/** RFC 8571 section 2.3. */
interface DelayVariationTlv extends Tlv, Reserved {
  readonly name: "unidirectionalDelayVariation";
  readonly type: 1116;
  /** In microseconds. */
  readonly value: number;
}

/** An octet per second as IEEE 754 has it; where JSON has no such number, eight hexadecimal digits. */
export type Bandwidth = number | string;

export type LinkTlv =
  | LinkIdentifiersTlv
  /** Of the links below a session of BGP that goes over several (RFC 9086 section 5); else a descriptor. */
  | ValueTlv<"ipv4InterfaceAddress", 259, string>
  | ValueTlv<"ipv6InterfaceAddress", 261, string>
  /** RFC 8814 section 4. */
  | ValueTlv<"linkMsd", 267, readonly MaximumSidDepth[]>
  /** 32 colours, one a bit (RFC 5305 section 3.1). */
  | ValueTlv<"administrativeGroup", 1088, number>
  /** In octets per second, as all bandwidths. */
  | ValueTlv<"maximumLinkBandwidth", 1089, Bandwidth>
  | ValueTlv<"maximumReservableLinkBandwidth", 1090, Bandwidth>
  /** By priority, 0 first. */
  | ValueTlv<"unreservedBandwidth", 1091, readonly Bandwidth[]>
  | ValueTlv<"teDefaultMetric", 1092, number>
  | LinkProtectionTypeTlv
  /** Bits of `MplsProtocol`. */
  | ValueTlv<"mplsProtocolMask", 1094, number>
  | IgpMetricTlv
  | ValueTlv<"sharedRiskLinkGroup", 1096, readonly number[]>
  /** TLVs of the IGP, as hexadecimal digits. */
  | ValueTlv<"opaqueLinkAttribute", 1097, string>
  | ValueTlv<"linkName", 1098, string>
  | PerformanceTlv<"unidirectionalLinkDelay", 1114>
  | MinMaxLinkDelayTlv
  | DelayVariationTlv
  | PerformanceTlv<"unidirectionalLinkLoss", 1117>
  | ValueTlv<"unidirectionalResidualBandwidth", 1118, Bandwidth>
  | ValueTlv<"unidirectionalAvailableBandwidth", 1119, Bandwidth>
  | ValueTlv<"unidirectionalUtilizedBandwidth", 1120, Bandwidth>
  /** RFC 8379: it is there, and that is all. */
  | GracefulLinkShutdownTlv
  /**
   * Residence Time Measurement (RFC 8169 section 4.3.4): bits as hexadecimal digits, of which 0x20 in the first octet is the
   * one-step mode, 0x40 the two-step mode.
   */
  | ValueTlv<"rtmCapability", 1105, string>
  /** Words of 32 colours, the first being that of `administrativeGroup` (RFC 9104 section 2). */
  | ValueTlv<"extendedAdministrativeGroup", 1173, readonly number[]>;

interface GracefulLinkShutdownTlv extends Tlv {
  readonly name: "gracefulLinkShutdown";
  readonly type: 1121;
}

/** The A bit in front of three octets. */
const ANOMALOUS = 0x80;

export const LINK_IDENTIFIERS: TlvRow<LinkIdentifiersTlv> = {
  name: "linkLocalRemoteIdentifiers",
  type: 258,
  label: "Link Local/Remote Identifiers",
  read: (reader) => {
    const local = reader.u32("Link Local Identifier");
    return { name: "linkLocalRemoteIdentifiers", type: 258, local, remote: reader.u32("Link Remote Identifier") };
  },
  write: (tlv, writer) => {
    writer.u32(tlv.local);
    writer.u32(tlv.remote);
  },
};

const LINK_PROTECTION_TYPE: TlvRow<LinkProtectionTypeTlv> = {
  name: "linkProtectionType",
  type: 1093,
  label: "Link Protection Type",
  read: (reader) => {
    const protectionCapabilities = reader.u8("Protection Capabilities");
    return { name: "linkProtectionType", type: 1093, protectionCapabilities, ...reserved(reader.u8("Reserved")) };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.protectionCapabilities);
    writer.u8(tlv.reserved ?? 0);
  },
};

const IGP_METRIC: TlvRow<IgpMetricTlv> = {
  name: "igpMetric",
  type: 1095,
  label: "IGP Metric",
  read: (reader) => {
    const octets = reader.remaining;
    if (octets < 1 || octets > 4) return null;
    return { name: "igpMetric", type: 1095, metric: readNumber(reader, octets), octets: octets as 1 | 2 | 3 | 4 };
  },
  write: ({ metric, octets }, writer) => {
    if (octets === 1) writer.u8(metric);
    else if (octets === 2) writer.u16(metric);
    else if (octets === 3) writer.u24(metric);
    else if (octets === 4) writer.u32(metric);
    else
      throw new ConfigError(
        "invalid-value",
        "igpMetric",
        `a metric of ${octets as number} octets is not 1 to 4 octets`,
      );
  },
};

function readNumber(reader: FieldReader, octets: number): number {
  if (octets === 1) return reader.u8("IGP Link Metric");
  if (octets === 2) return reader.u16("IGP Link Metric");
  return octets === 3 ? reader.u24("IGP Link Metric") : reader.u32("IGP Link Metric");
}

/** The A bit, seven reserved ones, and three octets (RFC 8571 sections 2.1 and 2.4). */
function performanceRow<N extends string, T extends number>(
  name: N,
  type: T,
  label: string,
  field: string,
): TlvRow<PerformanceTlv<N, T>> {
  return {
    name,
    type,
    label,
    read: (reader) => {
      const flags = reader.u8("A");
      const value = reader.u24(field);
      return { name, type, value, anomalous: (flags & ANOMALOUS) !== 0, ...reserved(flags & 0x7f) };
    },
    write: (tlv, writer) => {
      writeAnomalous(tlv, writer);
      writer.u24(tlv.value);
    },
  };
}

function writeAnomalous(tlv: Reserved & { readonly anomalous: boolean }, writer: OctetWriter): void {
  const bits = tlv.reserved ?? 0;
  if (bits > 0x7f) throw new ConfigError("invalid-value", "reserved", `${bits} does not fit 7 bits`);
  writer.u8(tlv.anomalous ? bits | ANOMALOUS : bits);
}

const MIN_MAX_LINK_DELAY: TlvRow<MinMaxLinkDelayTlv> = {
  name: "minMaxUnidirectionalLinkDelay",
  type: 1115,
  label: "Min/Max Unidirectional Link Delay",
  read: (reader) => {
    const flags = reader.u8("A");
    const minimum = reader.u24("Min Delay");
    const reserved2 = reader.u8("RESERVED");
    return {
      name: "minMaxUnidirectionalLinkDelay",
      type: 1115,
      anomalous: (flags & ANOMALOUS) !== 0,
      minimum,
      maximum: reader.u24("Max Delay"),
      ...reserved(flags & 0x7f),
      ...(reserved2 !== 0 && { reserved2 }),
    };
  },
  write: (tlv, writer) => {
    writeAnomalous(tlv, writer);
    writer.u24(tlv.minimum);
    writer.u8(tlv.reserved2 ?? 0);
    writer.u24(tlv.maximum);
  },
};

const DELAY_VARIATION: TlvRow<DelayVariationTlv> = {
  name: "unidirectionalDelayVariation",
  type: 1116,
  label: "Unidirectional Delay Variation",
  read: (reader) => {
    const extra = reserved(reader.u8("RESERVED"));
    return { name: "unidirectionalDelayVariation", type: 1116, value: reader.u24("Delay Variation"), ...extra };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.reserved ?? 0);
    writer.u24(tlv.value);
  },
};

const GRACEFUL_LINK_SHUTDOWN: TlvRow<GracefulLinkShutdownTlv> = {
  name: "gracefulLinkShutdown",
  type: 1121,
  label: "Graceful-Link-Shutdown",
  read: () => ({ name: "gracefulLinkShutdown", type: 1121 }),
  write: () => {},
};

/** In the order of their types. */
export function linkRows(): TlvRow<LinkTlv>[] {
  return [
    LINK_IDENTIFIERS,
    valueRow("ipv4InterfaceAddress", 259, "IPv4 interface address", IPV4),
    valueRow("ipv6InterfaceAddress", 261, "IPv6 interface address", IPV6),
    valueRow("linkMsd", 267, "Link MSD", MSD_LIST),
    valueRow("administrativeGroup", 1088, "Administrative group (color)", U32),
    valueRow("maximumLinkBandwidth", 1089, "Maximum link bandwidth", FLOAT32),
    valueRow("maximumReservableLinkBandwidth", 1090, "Max. reservable link bandwidth", FLOAT32),
    valueRow("unreservedBandwidth", 1091, "Unreserved bandwidth", listOf(FLOAT32)),
    valueRow("teDefaultMetric", 1092, "TE Default Metric", U32),
    LINK_PROTECTION_TYPE,
    valueRow("mplsProtocolMask", 1094, "MPLS Protocol Mask", OCTET),
    IGP_METRIC,
    valueRow("sharedRiskLinkGroup", 1096, "Shared Risk Link Group", U32_LIST),
    valueRow("opaqueLinkAttribute", 1097, "Opaque Link Attribute", HEX),
    valueRow("linkName", 1098, "Link Name", TEXT),
    valueRow("rtmCapability", 1105, "RTM Capability", HEX),
    performanceRow("unidirectionalLinkDelay", 1114, "Unidirectional Link Delay", "Delay"),
    MIN_MAX_LINK_DELAY,
    DELAY_VARIATION,
    performanceRow("unidirectionalLinkLoss", 1117, "Unidirectional Link Loss", "Link Loss"),
    valueRow("unidirectionalResidualBandwidth", 1118, "Unidirectional Residual Bandwidth", FLOAT32),
    valueRow("unidirectionalAvailableBandwidth", 1119, "Unidirectional Available Bandwidth", FLOAT32),
    valueRow("unidirectionalUtilizedBandwidth", 1120, "Unidirectional Utilized Bandwidth", FLOAT32),
    GRACEFUL_LINK_SHUTDOWN,
    valueRow("extendedAdministrativeGroup", 1173, "Extended Administrative Group", U32_LIST),
  ];
}
