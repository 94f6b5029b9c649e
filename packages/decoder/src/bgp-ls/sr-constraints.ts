// The constraints of an SR Policy's candidate path (RFC 9857 section 5.6).
import { ConfigError } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { FLOAT32, reserved, SOME_U32, valueRow, writeDigits, type Reserved, type ValueTlv } from "./forms.ts";
import type { Bandwidth } from "./link.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

/** Bits of the flags of `srCandidatePathConstraints` (RFC 9857 section 5.6). */
export const SrConstraintFlag = {
  Srv6: 0x8000,
  Protected: 0x4000,
  Unprotected: 0x2000,
  Algorithm: 0x1000,
  Topology: 0x0800,
  Strict: 0x0400,
  Fixed: 0x0200,
  HopByHop: 0x0100,
} as const;

/** Bits of both flags of `srDisjointGroupConstraint` (RFC 9857 section 5.6.4); `Invalidated` is of the status alone. */
export const SrDisjointFlag = {
  Srlg: 0x80,
  Node: 0x40,
  Link: 0x20,
  Fallback: 0x10,
  BestPathFallback: 0x08,
  Invalidated: 0x04,
} as const;

/** Bits of the flags of `srBidirectionalGroupConstraint` (RFC 9857 section 5.6.5). */
export const SrBidirectionalFlag = { Reverse: 0x8000, CoRouted: 0x4000 } as const;

/** Bits of the flags of `srMetricConstraint` (RFC 9857 section 5.6.6). */
export const SrMetricConstraintFlag = { Optimization: 0x80, Margin: 0x40, Absolute: 0x20, Bound: 0x10 } as const;

export interface SrCandidatePathConstraintsTlv extends Tlv, Reserved {
  readonly name: "srCandidatePathConstraints";
  readonly type: 1204;
  /** Bits of `SrConstraintFlag`. */
  readonly flags: number;
  readonly mtId: number;
  readonly algorithm: number;
  /** The reserved octet behind the algorithm; absent where it is zero. */
  readonly reserved2?: number;
  readonly subTlvs: readonly (ConstraintTlv | RawTlv)[];
}

export type ConstraintTlv =
  | SrAffinityConstraintTlv
  /** One at least. */
  | ValueTlv<"srSrlgConstraint", 1209, readonly number[]>
  /** In octets per second. */
  | ValueTlv<"srBandwidthConstraint", 1210, Bandwidth>
  | SrDisjointGroupConstraintTlv
  | SrBidirectionalGroupConstraintTlv
  | SrMetricConstraintTlv;

/** Words of 32 colours (RFC 7308). */
interface SrAffinityConstraintTlv extends Tlv, Reserved {
  readonly name: "srAffinityConstraint";
  readonly type: 1208;
  readonly excludeAny: readonly number[];
  readonly includeAny: readonly number[];
  readonly includeAll: readonly number[];
}

/** A number of four octets; an association of PCEP, which is longer, as hexadecimal digits. */
type GroupIdentifier = number | string;

interface SrDisjointGroupConstraintTlv extends Tlv, Reserved {
  readonly name: "srDisjointGroupConstraint";
  readonly type: 1211;
  /** Bits of `SrDisjointFlag`. */
  readonly requestFlags: number;
  /** Bits of `SrDisjointFlag`. */
  readonly statusFlags: number;
  readonly disjointGroupIdentifier: GroupIdentifier;
}

interface SrBidirectionalGroupConstraintTlv extends Tlv, Reserved {
  readonly name: "srBidirectionalGroupConstraint";
  readonly type: 1214;
  /** Bits of `SrBidirectionalFlag`. */
  readonly flags: number;
  readonly bidirectionalGroupIdentifier: GroupIdentifier;
}

interface SrMetricConstraintTlv extends Tlv, Reserved {
  readonly name: "srMetricConstraint";
  readonly type: 1215;
  /** A value of the registry "BGP-LS SR Policy Metric Types" of IANA. */
  readonly metricType: number;
  /** Bits of `SrMetricConstraintFlag`. */
  readonly flags: number;
  readonly metricMargin: number;
  readonly metricBound: number;
}

const AFFINITY: TlvRow<SrAffinityConstraintTlv> = {
  name: "srAffinityConstraint",
  type: 1208,
  label: "SR Affinity Constraint",
  read: (reader) => {
    const excludeAnySize = reader.u8("Excl-Any-Size");
    const includeAnySize = reader.u8("Incl-Any-Size");
    const includeAllSize = reader.u8("Incl-All-Size");
    const extra = reserved(reader.u8("RESERVED"));
    return {
      name: "srAffinityConstraint",
      type: 1208,
      ...extra,
      excludeAny: readWords(reader, "Exclude-Any EAG", excludeAnySize),
      includeAny: readWords(reader, "Include-Any EAG", includeAnySize),
      includeAll: readWords(reader, "Include-All EAG", includeAllSize),
    };
  },
  write: ({ excludeAny, includeAny, includeAll, reserved: octet = 0 }, writer) => {
    for (const words of [excludeAny, includeAny, includeAll]) writer.u8(words.length);
    writer.u8(octet);
    for (const words of [excludeAny, includeAny, includeAll]) for (const word of words) writer.u32(word);
  },
};

function readWords(reader: FieldReader, label: string, count: number): number[] {
  const words: number[] = [];
  // The count may be more than there is room for.
  for (let i = 0; i < count && !reader.failed; i += 1) words.push(reader.u32(label));
  return words;
}

function readGroup(reader: FieldReader, label: string): GroupIdentifier {
  // "Minimum of 8 octets" with the flags in front.
  if (reader.remaining < 4) reader.fail();
  return reader.remaining === 4 ? reader.u32(label) : reader.hex(label, reader.remaining);
}

function writeGroup(group: GroupIdentifier, writer: OctetWriter, field: string): void {
  if (typeof group === "number") writer.u32(group);
  else if (group.length === 8) throw new ConfigError("invalid-value", field, "four octets are a number");
  else writeDigits(group, writer, field);
}

const DISJOINT_GROUP: TlvRow<SrDisjointGroupConstraintTlv> = {
  name: "srDisjointGroupConstraint",
  type: 1211,
  label: "SR Disjoint Group Constraint",
  read: (reader) => {
    const requestFlags = reader.u8("Request-Flags");
    const statusFlags = reader.u8("Status-Flags");
    const extra = reserved(reader.u16("RESERVED"));
    const disjointGroupIdentifier = readGroup(reader, "Disjoint Group Identifier");
    return {
      name: "srDisjointGroupConstraint",
      type: 1211,
      requestFlags,
      statusFlags,
      ...extra,
      disjointGroupIdentifier,
    };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.requestFlags);
    writer.u8(tlv.statusFlags);
    writer.u16(tlv.reserved ?? 0);
    writeGroup(tlv.disjointGroupIdentifier, writer, "disjointGroupIdentifier");
  },
};

const BIDIRECTIONAL_GROUP: TlvRow<SrBidirectionalGroupConstraintTlv> = {
  name: "srBidirectionalGroupConstraint",
  type: 1214,
  label: "SR Bidirectional Group Constraint",
  read: (reader) => {
    const flags = reader.u16("Flags");
    const extra = reserved(reader.u16("RESERVED"));
    const bidirectionalGroupIdentifier = readGroup(reader, "Bidirectional Group Identifier");
    return { name: "srBidirectionalGroupConstraint", type: 1214, flags, ...extra, bidirectionalGroupIdentifier };
  },
  write: (tlv, writer) => {
    writer.u16(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    writeGroup(tlv.bidirectionalGroupIdentifier, writer, "bidirectionalGroupIdentifier");
  },
};

const METRIC: TlvRow<SrMetricConstraintTlv> = {
  name: "srMetricConstraint",
  type: 1215,
  label: "SR Metric Constraint",
  read: (reader) => {
    const metricType = reader.u8("Metric Type");
    const flags = reader.u8("Flags");
    const extra = reserved(reader.u16("RESERVED"));
    const metricMargin = reader.u32("Metric Margin");
    const metricBound = reader.u32("Metric Bound");
    return { name: "srMetricConstraint", type: 1215, metricType, flags, ...extra, metricMargin, metricBound };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.metricType);
    writer.u8(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    writer.u32(tlv.metricMargin);
    writer.u32(tlv.metricBound);
  },
};

/** By type. */
export const CONSTRAINT_SUB_TLVS: TlvTable<ConstraintTlv> = /* @__PURE__ */ constraintSubTlvs();

function constraintSubTlvs(): TlvTable<ConstraintTlv> {
  return tlvTable<ConstraintTlv>([
    AFFINITY,
    valueRow("srSrlgConstraint", 1209, "SR SRLG Constraint", SOME_U32),
    valueRow("srBandwidthConstraint", 1210, "SR Bandwidth Constraint", FLOAT32),
    DISJOINT_GROUP,
    BIDIRECTIONAL_GROUP,
    METRIC,
  ]);
}

export const CONSTRAINTS: TlvRow<SrCandidatePathConstraintsTlv> = {
  name: "srCandidatePathConstraints",
  type: 1204,
  label: "SR Candidate Path Constraints",
  read: (reader) => {
    const flags = reader.u16("Flags");
    const extra = reserved(reader.u16("RESERVED1"));
    const mtId = reader.u16("MTID");
    const algorithm = reader.u8("Algorithm");
    const reserved2 = reader.u8("RESERVED2");
    return {
      name: "srCandidatePathConstraints",
      type: 1204,
      flags,
      ...extra,
      mtId,
      algorithm,
      ...(reserved2 !== 0 && { reserved2 }),
      subTlvs: readBgpLsTlvs(reader, CONSTRAINT_SUB_TLVS),
    };
  },
  write: (tlv, writer) => {
    writer.u16(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    writer.u16(tlv.mtId);
    writer.u8(tlv.algorithm);
    writer.u8(tlv.reserved2 ?? 0);
    writeBgpLsTlvs(tlv.subTlvs, CONSTRAINT_SUB_TLVS, writer);
  },
};
