// Sub-TLVs of an SR Policy (RFC 9830 section 2.4), the tunnel type that carries a candidate path instead of a tunnel.
import { ConfigError } from "@bgpwire/core";
import { flagsOf, flagsValue, type FlagBits, type Flags } from "../bytes/flags.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { writeIPv6 } from "../bytes/write.ts";
import {
  readLabelStackEntry,
  writeLabelStackEntry,
  type LabelStackEntry,
} from "../segment-routing/label-stack-entry.ts";
import {
  readSidStructure,
  writeSidStructure,
  type EndpointBehaviorAndSidStructure,
} from "../segment-routing/sid-structure.ts";
import { SEGMENTS, type Segment } from "./segments.ts";

/** Flags of which there are none yet, and RESERVED: 16 bits, absent where they are 0. */
interface Reserved {
  readonly reserved?: number;
}

/** 12: the preference of the candidate path (section 2.4.1). */
interface Preference extends Tlv, Reserved {
  readonly name: "preference";
  /** 0 to 4294967295. */
  readonly preference: number;
}

/**
 * 13: the SID that stands for the policy (section 2.4.2): an SR-MPLS label, an SRv6 SID, or none. S: Specified-BSID-Only.
 * I: Drop-Upon-Invalid. `reserved` are the other bits of Flags, and RESERVED.
 */
interface BindingSid extends Tlv, Flags<"sFlag" | "iFlag"> {
  readonly name: "bindingSid";
  readonly srMplsSid?: LabelStackEntry;
  /** IPv6 address. */
  readonly srv6Sid?: string;
}

/** 20: an SRv6 SID that stands for the policy (section 2.4.3). B: what it does is there. May be there several times. */
interface Srv6BindingSid extends Tlv, Flags<"sFlag" | "iFlag" | "bFlag"> {
  readonly name: "srv6BindingSid";
  /** IPv6 address. */
  readonly srv6BindingSid: string;
  readonly endpointBehaviorAndSidStructure?: EndpointBehaviorAndSidStructure;
}

/** 14: whether explicit NULL labels are pushed (section 2.4.5). */
interface ExplicitNullLabelPolicy extends Tlv, Reserved {
  readonly name: "explicitNullLabelPolicy";
  /** ENLP: 1 on IPv4 packets, 2 on IPv6 packets, 3 on both, 4 on none; others, 0 to 255, are to be ignored. */
  readonly enlp: number;
}

/** 15: in which order policies are computed again (section 2.4.6). */
interface Priority extends Tlv {
  readonly name: "priority";
  /** 0 to 255, the lowest first. */
  readonly priority: number;
  /** RESERVED: 8 bits, absent where they are 0. */
  readonly reserved?: number;
}

/** 129 and 130: names of the candidate path and of the policy (sections 2.4.7 and 2.4.8). */
interface SymbolicName extends Tlv {
  readonly name: "srPolicyCandidatePathName" | "srPolicyName";
  /** A character for each octet, which is to be printable ASCII (RFC 9256 section 2.1). */
  readonly symbolicName: string;
  /** RESERVED: 8 bits, absent where they are 0. */
  readonly reserved?: number;
}

/** Inside a segment list, 9: its weight (section 2.4.4.1). */
interface Weight extends Tlv, Reserved {
  readonly name: "weight";
  /** 0 to 4294967295; 0 is invalid. */
  readonly weight: number;
}

/** 128: a path (section 2.4.4). May be there several times. */
interface SegmentList extends Tlv {
  readonly name: "segmentList";
  /** RESERVED: 8 bits, absent where they are 0. */
  readonly reserved?: number;
  /** Segments in the order of the path, and a weight. */
  readonly subTlvs: readonly (Weight | Segment | RawTlv)[];
}

export type SrPolicySubTlv =
  | Preference
  | BindingSid
  | ExplicitNullLabelPolicy
  | Priority
  | Srv6BindingSid
  | SegmentList
  | SymbolicName;

function readReserved(reader: FieldReader): Reserved {
  const reserved = (reader.u8("Flags") << 8) | reader.u8("RESERVED");
  return reserved === 0 ? {} : { reserved };
}

function readReservedOctet(reader: FieldReader): Reserved {
  const reserved = reader.u8("RESERVED");
  return reserved === 0 ? {} : { reserved };
}

const PREFERENCE: TlvRow<Preference> = {
  type: 12,
  name: "preference",
  label: "Preference",
  read: (reader) => ({ name: "preference", type: 12, ...readReserved(reader), preference: reader.u32("Preference") }),
  write: ({ reserved = 0, preference }, writer) => {
    writer.u16(reserved);
    writer.u32(preference);
  },
};

/** Flags, then RESERVED. */
const BINDING_SID_FLAGS: FlagBits<"sFlag" | "iFlag"> = { sFlag: 0x8000, iFlag: 0x4000 };
const SRV6_BINDING_SID_FLAGS: FlagBits<"sFlag" | "iFlag" | "bFlag"> = { sFlag: 0x8000, iFlag: 0x4000, bFlag: 0x2000 };

const BINDING_SID: TlvRow<BindingSid> = {
  type: 13,
  name: "bindingSid",
  label: "Binding SID",
  read: (reader) => {
    const flags = reader.u8("Flags");
    const head = {
      name: "bindingSid",
      type: 13,
      ...flagsOf((flags << 8) | reader.u8("RESERVED"), BINDING_SID_FLAGS),
    } as const;
    // "The value MUST be 18 when a SRv6 BSID is present, 6 when an SR-MPLS BSID is present, or 2 when no BSID is present."
    if (reader.remaining === 0) return head;
    if (reader.remaining === 4) return { ...head, srMplsSid: readLabelStackEntry(reader) };
    return { ...head, srv6Sid: reader.ipv6("Binding SID") };
  },
  write: (tlv, writer) => {
    const { srMplsSid, srv6Sid } = tlv;
    writer.u16(flagsValue(tlv, BINDING_SID_FLAGS, "bindingSid"));
    if (srMplsSid !== undefined && srv6Sid !== undefined) {
      throw new ConfigError("invalid-value", "bindingSid", "has an SR-MPLS SID and an SRv6 SID");
    }
    if (srMplsSid !== undefined) writeLabelStackEntry(srMplsSid, writer);
    if (srv6Sid !== undefined) writeIPv6(srv6Sid, "srv6Sid", writer);
  },
};

const EXPLICIT_NULL_LABEL_POLICY: TlvRow<ExplicitNullLabelPolicy> = {
  type: 14,
  name: "explicitNullLabelPolicy",
  label: "Explicit NULL Label Policy",
  read: (reader) => ({
    name: "explicitNullLabelPolicy",
    type: 14,
    ...readReserved(reader),
    enlp: reader.u8("ENLP"),
  }),
  write: ({ reserved = 0, enlp }, writer) => {
    writer.u16(reserved);
    writer.u8(enlp);
  },
};

const PRIORITY: TlvRow<Priority> = {
  type: 15,
  name: "priority",
  label: "Priority",
  read: (reader) => ({
    name: "priority",
    type: 15,
    priority: reader.u8("Priority"),
    ...readReservedOctet(reader),
  }),
  write: ({ priority, reserved = 0 }, writer) => {
    writer.u8(priority);
    writer.u8(reserved);
  },
};

const SRV6_BINDING_SID: TlvRow<Srv6BindingSid> = {
  type: 20,
  name: "srv6BindingSid",
  label: "SRv6 Binding SID",
  read: (reader) => {
    const flags = reader.u8("Flags");
    return {
      name: "srv6BindingSid",
      type: 20,
      ...flagsOf((flags << 8) | reader.u8("RESERVED"), SRV6_BINDING_SID_FLAGS),
      srv6BindingSid: reader.ipv6("SRv6 Binding SID"),
      ...(reader.remaining > 0 && { endpointBehaviorAndSidStructure: readSidStructure(reader) }),
    };
  },
  write: (tlv, writer) => {
    writer.u16(flagsValue(tlv, SRV6_BINDING_SID_FLAGS, "srv6BindingSid"));
    writeIPv6(tlv.srv6BindingSid, "srv6BindingSid", writer);
    if (tlv.endpointBehaviorAndSidStructure !== undefined) {
      writeSidStructure(tlv.endpointBehaviorAndSidStructure, writer);
    }
  },
};

const WEIGHT: TlvRow<Weight> = {
  type: 9,
  name: "weight",
  label: "Weight",
  read: (reader) => ({ name: "weight", type: 9, ...readReserved(reader), weight: reader.u32("Weight") }),
  write: ({ reserved = 0, weight }, writer) => {
    writer.u16(reserved);
    writer.u32(weight);
  },
};

/** @table */
export const SEGMENT_LIST_SUB_TLVS: TlvTable<Weight | Segment> = /* @__PURE__ */ tlvTable<Weight | Segment>([
  WEIGHT,
  ...SEGMENTS,
]);

const SEGMENT_LIST: TlvRow<SegmentList> = {
  type: 128,
  name: "segmentList",
  label: "Segment List",
  read: (reader) => {
    const head = { name: "segmentList", type: 128, ...readReservedOctet(reader) } as const;
    const subTlvs = readTlvs(reader, "tunnel", SEGMENT_LIST_SUB_TLVS);
    return subTlvs.some((one) => isMalformed(one, SEGMENT_LIST_SUB_TLVS)) ? null : { ...head, subTlvs };
  },
  write: ({ reserved = 0, subTlvs }, writer) => {
    writer.u8(reserved);
    writeTlvs(subTlvs, "tunnel", SEGMENT_LIST_SUB_TLVS, "segmentList", writer);
  },
};

function nameRow(type: number, name: SymbolicName["name"], label: string): TlvRow<SymbolicName> {
  return {
    type,
    name,
    label,
    read: (reader) => {
      const reserved = readReservedOctet(reader);
      const octets = reader.remaining;
      const symbolicName = reader.text(label, octets, (buffer, at) => characters(buffer, at, at + octets));
      return { name, type, ...reserved, symbolicName };
    },
    write: ({ reserved = 0, symbolicName }, writer) => {
      writer.u8(reserved);
      for (let i = 0; i < symbolicName.length; i += 1) {
        const octet = symbolicName.charCodeAt(i);
        if (octet > 0xff) throw new ConfigError("invalid-value", name, `"${symbolicName}" is not ASCII`);
        writer.u8(octet);
      }
    },
  };
}

/** A character for each octet. */
function characters(buffer: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += 1) text += String.fromCharCode(buffer[at]!);
  return text;
}

/** In the order of their types. */
const SUB_TLVS: readonly TlvRow<SrPolicySubTlv>[] = [
  PREFERENCE,
  BINDING_SID,
  EXPLICIT_NULL_LABEL_POLICY,
  PRIORITY,
  SRV6_BINDING_SID,
  SEGMENT_LIST,
  /* @__PURE__ */ nameRow(129, "srPolicyCandidatePathName", "SR Policy Candidate Path Name"),
  /* @__PURE__ */ nameRow(130, "srPolicyName", "SR Policy Name"),
];

export const SR_POLICY_SUB_TLVS: TlvTable<SrPolicySubTlv> = /* @__PURE__ */ tlvTable<SrPolicySubTlv>(SUB_TLVS);

/** Whether a TLV stayed raw although the table has its type. */
export function isMalformed(tlv: Tlv, table: TlvTable): boolean {
  return tlv.name === "raw" && table.has(tlv.type);
}
