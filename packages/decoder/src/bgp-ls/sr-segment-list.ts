// The segment lists of an SR Policy's candidate path, and the segments in them (RFC 9857 section 5.7).
import { ConfigError } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { writeIPv4, writeIPv6 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { FLOAT32, reserved, U32, valueRow, type Reserved, type ValueTlv } from "./forms.ts";
import type { Bandwidth } from "./link.ts";
import { SRV6_SID_TLVS, type Srv6SidTlv } from "./srv6.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

/** Bits of the flags of `srSegmentList` (RFC 9857 section 5.7). */
export const SrSegmentListFlag = {
  Srv6: 0x8000,
  Explicit: 0x4000,
  Computed: 0x2000,
  Verified: 0x1000,
  Resolved: 0x0800,
  Failed: 0x0400,
  AllAlgorithm: 0x0200,
  AllTopology: 0x0100,
  RemovedByFault: 0x0080,
} as const;

/** Bits of the flags of `srSegment` (RFC 9857 section 5.7.1). */
export const SrSegmentFlag = {
  SidPresent: 0x8000,
  Explicit: 0x4000,
  Verified: 0x2000,
  Resolved: 0x1000,
  AlgorithmValid: 0x0800,
} as const;

/** Bits of the flags of `srSegmentListMetric` (RFC 9857 section 5.7.2). */
export const SrSegmentListMetricFlag = { Margin: 0x80, Absolute: 0x40, Bound: 0x20, Value: 0x10 } as const;

/** A SID of SRv6, or a label with the twelve bits behind it (TC, S and TTL) where they are not zero. */
export type PolicySid = string | ({ readonly label: number } & Reserved);

export interface SrSegmentListTlv extends Tlv, Reserved {
  readonly name: "srSegmentList";
  readonly type: 1205;
  /** Bits of `SrSegmentListFlag`. */
  readonly flags: number;
  readonly mtId: number;
  readonly algorithm: number;
  /** The reserved octet behind the algorithm; absent where it is zero. */
  readonly reserved2?: number;
  readonly weight: number;
  readonly subTlvs: readonly (SegmentListSubTlv | RawTlv)[];
}

export type SegmentListSubTlv =
  | SrSegmentTlv
  | SrSegmentListMetricTlv
  /** In octets per second. */
  | ValueTlv<"srSegmentListBandwidth", 1216, Bandwidth>
  | ValueTlv<"srSegmentListIdentifier", 1217, number>;

/** One segment; which of its optional fields there are follows from its type (RFC 9857 section 5.7.1.1). */
interface SrSegmentTlv extends Tlv, Reserved {
  readonly name: "srSegment";
  readonly type: 1206;
  /** 1 to 11, for types A to K of RFC 9256 section 4; a segment of another type stays raw. */
  readonly segmentType: number;
  /** Bits of `SrSegmentFlag`. */
  readonly flags: number;
  /** A SID of SRv6 in types B, I, J and K. */
  readonly sid: PolicySid;
  /** In types A, B, C, D and I. */
  readonly algorithm?: number;
  /** Of the node, or of this end of the link: in all types but A and B. */
  readonly localAddress?: string;
  /** In types E, G and J. */
  readonly localInterfaceId?: number;
  /** In types F, G, H, J and K. */
  readonly remoteAddress?: string;
  /** In types G and J. */
  readonly remoteInterfaceId?: number;
  readonly subTlvs: readonly (Srv6SidTlv | RawTlv)[];
}

interface SrSegmentListMetricTlv extends Tlv, Reserved {
  readonly name: "srSegmentListMetric";
  readonly type: 1207;
  /** A value of the registry "BGP-LS SR Policy Metric Types" of IANA. */
  readonly metricType: number;
  /** Bits of `SrSegmentListMetricFlag`. */
  readonly flags: number;
  readonly metricMargin: number;
  readonly metricBound: number;
  readonly metricValue: number;
}

/** The four octets of a label and what follows it in a label stack, or the sixteen of a SID of SRv6. */
export function readPolicySid(reader: FieldReader, label: string, srv6: boolean): PolicySid {
  if (srv6) return reader.ipv6(label);
  const value = reader.u32(label);
  return { label: value >>> 12, ...reserved(value & 0xfff) };
}

/** @throws ConfigError `invalid-value` where the SID is of the other kind, or does not fit */
export function writePolicySid(sid: PolicySid, srv6: boolean, writer: OctetWriter, field: string): void {
  if ((typeof sid === "string") !== srv6) {
    throw new ConfigError("invalid-value", field, srv6 ? "a label where there is to be a SID of SRv6" : "no label");
  }
  if (typeof sid === "string") {
    writeIPv6(sid, field, writer);
    return;
  }
  const { label, reserved: bits = 0 } = sid;
  if (!(label >= 0 && label <= 0xf_ffff) || !(bits >= 0 && bits <= 0xfff)) {
    throw new ConfigError("invalid-value", field, `label ${label} with bits ${bits} does not fit 20 and 12 bits`);
  }
  writer.u32(label * 0x1000 + bits);
}

/** What a segment of a type consists of, in this order: 4 and 6 are the versions of addresses, 0 is none. */
interface SegmentShape {
  readonly srv6: boolean;
  readonly algorithm: boolean;
  readonly localAddress: 0 | 4 | 6;
  readonly localInterfaceId: boolean;
  readonly remoteAddress: 0 | 4 | 6;
  readonly remoteInterfaceId: boolean;
}

function shape(
  srv6: boolean,
  algorithm: boolean,
  localAddress: 0 | 4 | 6 = 0,
  localInterfaceId: boolean = false,
  remoteAddress: 0 | 4 | 6 = 0,
  remoteInterfaceId: boolean = false,
): SegmentShape {
  return { srv6, algorithm, localAddress, localInterfaceId, remoteAddress, remoteInterfaceId };
}

/** Types A to K (RFC 9857 section 5.7.1.1), from 1 on. */
const SHAPES: readonly SegmentShape[] = /* @__PURE__ */ shapes();

function shapes(): SegmentShape[] {
  return [
    shape(false, true),
    shape(true, true),
    shape(false, true, 4),
    shape(false, true, 6),
    shape(false, false, 4, true),
    shape(false, false, 4, false, 4),
    shape(false, false, 6, true, 6, true),
    shape(false, false, 6, false, 6),
    shape(true, true, 6),
    shape(true, false, 6, true, 6, true),
    shape(true, false, 6, false, 6),
  ];
}

const SEGMENT: TlvRow<SrSegmentTlv> = {
  name: "srSegment",
  type: 1206,
  label: "SR Segment",
  read: (reader) => {
    const segmentType = reader.u8("Segment Type");
    const extra = reserved(reader.u8("RESERVED"));
    const flags = reader.u16("Flags");
    const parts = SHAPES[segmentType - 1];
    if (parts === undefined) return null;
    return {
      name: "srSegment",
      type: 1206,
      segmentType,
      ...extra,
      flags,
      sid: readPolicySid(reader, "SID", parts.srv6),
      ...(parts.algorithm && { algorithm: reader.u8("Algorithm") }),
      ...(parts.localAddress !== 0 && { localAddress: readAddress(reader, "Local Address", parts.localAddress) }),
      ...(parts.localInterfaceId && { localInterfaceId: reader.u32("Local Interface ID") }),
      ...(parts.remoteAddress !== 0 && { remoteAddress: readAddress(reader, "Remote Address", parts.remoteAddress) }),
      ...(parts.remoteInterfaceId && { remoteInterfaceId: reader.u32("Remote Interface ID") }),
      subTlvs: readBgpLsTlvs(reader, SRV6_SID_TLVS),
    };
  },
  write: (tlv, writer) => {
    const parts = SHAPES[tlv.segmentType - 1];
    if (parts === undefined) {
      throw new ConfigError("invalid-value", "segmentType", `there is no segment type ${tlv.segmentType}`);
    }
    writer.u8(tlv.segmentType);
    writer.u8(tlv.reserved ?? 0);
    writer.u16(tlv.flags);
    writePolicySid(tlv.sid, parts.srv6, writer, "sid");
    if (parts.algorithm) writer.u8(tlv.algorithm ?? 0);
    if (parts.localAddress !== 0) writeVersion(tlv.localAddress, parts.localAddress, writer, "localAddress");
    if (parts.localInterfaceId) writer.u32(tlv.localInterfaceId ?? 0);
    if (parts.remoteAddress !== 0) writeVersion(tlv.remoteAddress, parts.remoteAddress, writer, "remoteAddress");
    if (parts.remoteInterfaceId) writer.u32(tlv.remoteInterfaceId ?? 0);
    writeBgpLsTlvs(tlv.subTlvs, SRV6_SID_TLVS, writer);
  },
};

function readAddress(reader: FieldReader, label: string, version: 4 | 6): string {
  return version === 4 ? reader.ipv4(label) : reader.ipv6(label);
}

function writeVersion(address: string = "", version: 4 | 6, writer: OctetWriter, field: string): void {
  if (version === 4) writeIPv4(address, field, writer);
  else writeIPv6(address, field, writer);
}

const METRIC: TlvRow<SrSegmentListMetricTlv> = {
  name: "srSegmentListMetric",
  type: 1207,
  label: "SR Segment List Metric",
  read: (reader) => {
    const metricType = reader.u8("Metric Type");
    const flags = reader.u8("Flags");
    const extra = reserved(reader.u16("RESERVED"));
    const metricMargin = reader.u32("Metric Margin");
    const metricBound = reader.u32("Metric Bound");
    const metricValue = reader.u32("Metric Value");
    return {
      name: "srSegmentListMetric",
      type: 1207,
      metricType,
      flags,
      ...extra,
      metricMargin,
      metricBound,
      metricValue,
    };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.metricType);
    writer.u8(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    writer.u32(tlv.metricMargin);
    writer.u32(tlv.metricBound);
    writer.u32(tlv.metricValue);
  },
};

/** By type. */
export const SEGMENT_LIST_SUB_TLVS: TlvTable<SegmentListSubTlv> = /* @__PURE__ */ segmentListSubTlvs();

function segmentListSubTlvs(): TlvTable<SegmentListSubTlv> {
  return tlvTable<SegmentListSubTlv>([
    SEGMENT,
    METRIC,
    valueRow("srSegmentListBandwidth", 1216, "SR Segment List Bandwidth", FLOAT32),
    valueRow("srSegmentListIdentifier", 1217, "SR Segment List Identifier", U32),
  ]);
}

export const SEGMENT_LIST: TlvRow<SrSegmentListTlv> = {
  name: "srSegmentList",
  type: 1205,
  label: "SR Segment List",
  read: (reader) => {
    const flags = reader.u16("Flags");
    const extra = reserved(reader.u16("RESERVED1"));
    const mtId = reader.u16("MTID");
    const algorithm = reader.u8("Algorithm");
    const reserved2 = reader.u8("RESERVED2");
    return {
      name: "srSegmentList",
      type: 1205,
      flags,
      ...extra,
      mtId,
      algorithm,
      ...(reserved2 !== 0 && { reserved2 }),
      weight: reader.u32("Weight"),
      subTlvs: readBgpLsTlvs(reader, SEGMENT_LIST_SUB_TLVS),
    };
  },
  write: (tlv, writer) => {
    writer.u16(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    writer.u16(tlv.mtId);
    writer.u8(tlv.algorithm);
    writer.u8(tlv.reserved2 ?? 0);
    writer.u32(tlv.weight);
    writeBgpLsTlvs(tlv.subTlvs, SEGMENT_LIST_SUB_TLVS, writer);
  },
};
