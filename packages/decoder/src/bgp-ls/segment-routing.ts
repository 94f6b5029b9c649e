// TLVs of segment routing with MPLS: RFC 9085, and RFC 9086 for the egress peers of BGP.
import { ConfigError } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import {
  ADDRESS,
  HEX,
  IPV4,
  OCTET,
  readIgpRouterId,
  reserved,
  SOME_OCTETS,
  valueRow,
  writeIgpRouterId,
  type Form,
  type Reserved,
  type ValueTlv,
} from "./forms.ts";
import { BGP_LS_RULES } from "./rules.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

/**
 * A label of 20 bits, in three octets, with the four bits in front where they are not zero; or an index or SID of four octets
 * (RFC 9085 section 2.1.1).
 */
export type SidLabel = ({ readonly label: number } & Reserved) | { readonly index: number };

/** A block of labels (RFC 9085 sections 2.1.2 and 2.1.4). */
interface LabelRange {
  /** How many, 0 to 16777215. */
  readonly rangeSize: number;
  /** The first of them. */
  readonly first: SidLabel;
}

/** The SRGB (1034), or the SRLB (1036). */
interface LabelBlockTlv<N extends string, T extends number> extends Tlv, Reserved {
  readonly name: N;
  readonly type: T;
  /** As in RFC 8667 sections 3.1 and 3.3. */
  readonly flags: number;
  /** One at least. */
  readonly ranges: readonly LabelRange[];
}

/** Flags of `peerNodeSid`, `peerAdjSid` and `peerSetSid` (RFC 9086 section 5). */
export const PeerSidFlag = { Value: 0x80, Local: 0x40, Backup: 0x20, Persistent: 0x10 } as const;

/** A SID with its share of the load: 1099, and the peers' of RFC 9086 section 5. */
interface AdjacencySidTlv<N extends string, T extends number> extends Tlv, Reserved {
  readonly name: N;
  readonly type: T;
  /** Those of the IGP, or of `PeerSidFlag`. */
  readonly flags: number;
  readonly weight: number;
  readonly sid: SidLabel;
}

interface LanAdjacencySidTlv extends Tlv, Reserved {
  readonly name: "lanAdjacencySid";
  readonly type: 1100;
  /** Those of the IGP. */
  readonly flags: number;
  readonly weight: number;
  /** The router identifier of OSPF, "192.0.2.1", or the system identifier of IS-IS, "1920.0000.2001". */
  readonly neighborId: string;
  readonly sid: SidLabel;
}

interface PrefixSidTlv extends Tlv, Reserved {
  readonly name: "prefixSid";
  readonly type: 1158;
  /** Those of the IGP. */
  readonly flags: number;
  readonly algorithm: number;
  readonly sid: SidLabel;
}

/** Prefixes in a row, and the SIDs in a row that they have. */
interface RangeTlv extends Tlv, Reserved {
  readonly name: "range";
  readonly type: 1159;
  /** Those of the IGP. */
  readonly flags: number;
  readonly rangeSize: number;
  readonly subTlvs: readonly (PrefixSidTlv | RawTlv)[];
}

export type SegmentRoutingNodeTlv =
  | LabelBlockTlv<"srCapabilities", 1034>
  /** One at least. */
  | ValueTlv<"srAlgorithm", 1035, readonly number[]>
  | LabelBlockTlv<"srLocalBlock", 1036>
  | ValueTlv<"srmsPreference", 1037, number>
  /** As a rule within `srCapabilities` and `srLocalBlock`. */
  | ValueTlv<"sidLabel", 1161, SidLabel>;

export type SegmentRoutingLinkTlv =
  | AdjacencySidTlv<"adjacencySid", 1099>
  | LanAdjacencySidTlv
  | AdjacencySidTlv<"peerNodeSid", 1101>
  | AdjacencySidTlv<"peerAdjSid", 1102>
  | AdjacencySidTlv<"peerSetSid", 1103>;

export type SegmentRoutingPrefixTlv =
  | PrefixSidTlv
  | RangeTlv
  /** Those of the IGP, as hexadecimal digits of as many octets as there are. */
  | ValueTlv<"prefixAttributeFlags", 1170, string>
  /** An address of either version. */
  | ValueTlv<"sourceRouterIdentifier", 1171, string>
  | ValueTlv<"sourceOspfRouterId", 1174, string>;

/** The three or four octets that are left; null where there are others. */
function readSid(reader: FieldReader): SidLabel | null {
  if (reader.remaining === 4) return { index: reader.u32("SID") };
  if (reader.remaining !== 3) return null;
  const value = reader.u24("Label");
  return { label: value & 0xf_ffff, ...reserved(value >> 20) };
}

function writeSid(sid: SidLabel, writer: OctetWriter): void {
  if ("index" in sid) {
    writer.u32(sid.index);
    return;
  }
  const { label, reserved: bits = 0 } = sid;
  if (!(label >= 0 && label <= 0xf_ffff) || !(bits >= 0 && bits <= 0xf)) {
    throw new ConfigError("invalid-value", "sid", `label ${label} with bits ${bits} does not fit 20 and 4 bits`);
  }
  writer.u24((bits << 20) | label);
}

const SID: Form<SidLabel> = { read: readSid, write: writeSid };

/** The type of the SID/Label TLV. */
const SID_LABEL = 1161;

function labelBlockRow<N extends string, T extends number>(
  name: N,
  type: T,
  label: string,
): TlvRow<LabelBlockTlv<N, T>> {
  return {
    name,
    type,
    label,
    read: (reader) => {
      const flags = reader.u8("Flags");
      const extra = reserved(reader.u8("Reserved"));
      const ranges: LabelRange[] = [];
      // "The minimum length is 12 octets", which is one range.
      do {
        const rangeSize = reader.u24("Range Size");
        if (reader.failed) return null;
        const first = readSidLabelTlv(reader);
        if (first === null) return null;
        ranges.push({ rangeSize, first });
      } while (reader.remaining > 0);
      return { name, type, flags, ...extra, ranges };
    },
    write: (tlv, writer) => {
      writer.u8(tlv.flags);
      writer.u8(tlv.reserved ?? 0);
      for (const { rangeSize, first } of tlv.ranges) {
        writer.u24(rangeSize);
        writer.u16(SID_LABEL);
        writer.u16("index" in first ? 4 : 3);
        writeSid(first, writer);
      }
    },
  };
}

/** A SID/Label TLV; null where it is another TLV. One that does not fit is a fault of the attribute. */
function readSidLabelTlv(reader: FieldReader): SidLabel | null {
  const type = reader.u16("type");
  const value = reader.sub("SID/Label", reader.u16("length"));
  if (reader.failed) reader.fail(BGP_LS_RULES["bgp-ls-tlv"]);
  return type === SID_LABEL ? readSid(value) : null;
}

function adjacencySidRow<N extends string, T extends number>(
  name: N,
  type: T,
  label: string,
): TlvRow<AdjacencySidTlv<N, T>> {
  return {
    name,
    type,
    label,
    read: (reader) => {
      const flags = reader.u8("Flags");
      const weight = reader.u8("Weight");
      const extra = reserved(reader.u16("Reserved"));
      const sid = readSid(reader);
      return sid === null ? null : { name, type, flags, weight, ...extra, sid };
    },
    write: (tlv, writer) => {
      writer.u8(tlv.flags);
      writer.u8(tlv.weight);
      writer.u16(tlv.reserved ?? 0);
      writeSid(tlv.sid, writer);
    },
  };
}

const LAN_ADJACENCY_SID: TlvRow<LanAdjacencySidTlv> = {
  name: "lanAdjacencySid",
  type: 1100,
  label: "LAN Adjacency SID",
  read: (reader) => {
    // "For IS-IS, it would be 13 or 14 octets (…). For OSPF, it would be 11 or 12 octets".
    const octets = reader.remaining > 12 ? 6 : 4;
    const flags = reader.u8("Flags");
    const weight = reader.u8("Weight");
    const extra = reserved(reader.u16("Reserved"));
    const neighborId = readIgpRouterId(reader, "Neighbor ID", octets)!;
    const sid = readSid(reader);
    return sid === null ? null : { name: "lanAdjacencySid", type: 1100, flags, weight, ...extra, neighborId, sid };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.flags);
    writer.u8(tlv.weight);
    writer.u16(tlv.reserved ?? 0);
    writeIgpRouterId(tlv.neighborId, writer, "neighborId");
    writeSid(tlv.sid, writer);
  },
};

const PREFIX_SID: TlvRow<PrefixSidTlv> = {
  name: "prefixSid",
  type: 1158,
  label: "Prefix-SID",
  read: (reader) => {
    const flags = reader.u8("Flags");
    const algorithm = reader.u8("Algorithm");
    const extra = reserved(reader.u16("Reserved"));
    const sid = readSid(reader);
    return sid === null ? null : { name: "prefixSid", type: 1158, flags, algorithm, ...extra, sid };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.flags);
    writer.u8(tlv.algorithm);
    writer.u16(tlv.reserved ?? 0);
    writeSid(tlv.sid, writer);
  },
};

/** @table */
export const RANGE_TLVS: TlvTable<PrefixSidTlv> = /* @__PURE__ */ tlvTable([PREFIX_SID]);

const RANGE: TlvRow<RangeTlv> = {
  name: "range",
  type: 1159,
  label: "Range",
  read: (reader) => {
    const flags = reader.u8("Flags");
    const extra = reserved(reader.u8("Reserved"));
    const rangeSize = reader.u16("Range Size");
    return { name: "range", type: 1159, flags, ...extra, rangeSize, subTlvs: readBgpLsTlvs(reader, RANGE_TLVS) };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.flags);
    writer.u8(tlv.reserved ?? 0);
    writer.u16(tlv.rangeSize);
    writeBgpLsTlvs(tlv.subTlvs, RANGE_TLVS, writer);
  },
};

/** In the order of their types. */
export function segmentRoutingNodeRows(): TlvRow<SegmentRoutingNodeTlv>[] {
  return [
    labelBlockRow("srCapabilities", 1034, "SR Capabilities"),
    valueRow("srAlgorithm", 1035, "SR Algorithm", SOME_OCTETS),
    labelBlockRow("srLocalBlock", 1036, "SR Local Block"),
    valueRow("srmsPreference", 1037, "SRMS Preference", OCTET),
    valueRow("sidLabel", 1161, "SID/Label", SID),
  ];
}

/** In the order of their types. */
export function segmentRoutingLinkRows(): TlvRow<SegmentRoutingLinkTlv>[] {
  return [
    adjacencySidRow("adjacencySid", 1099, "Adjacency SID"),
    LAN_ADJACENCY_SID,
    adjacencySidRow("peerNodeSid", 1101, "PeerNode SID"),
    adjacencySidRow("peerAdjSid", 1102, "PeerAdj SID"),
    adjacencySidRow("peerSetSid", 1103, "PeerSet SID"),
  ];
}

/** In the order of their types. */
export function segmentRoutingPrefixRows(): TlvRow<SegmentRoutingPrefixTlv>[] {
  return [
    PREFIX_SID,
    RANGE,
    valueRow("prefixAttributeFlags", 1170, "Prefix Attribute Flags", HEX),
    valueRow("sourceRouterIdentifier", 1171, "Source Router Identifier", ADDRESS),
    valueRow("sourceOspfRouterId", 1174, "Source OSPF Router-ID", IPV4),
  ];
}
