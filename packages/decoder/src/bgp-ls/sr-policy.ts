// TLVs of the state of an SR Policy's candidate path (RFC 9857 section 5), and of that of an MPLS-TE path
// (draft-ietf-idr-bgp-ls-te-path section 5).
import type { RawTlv, Tlv, TlvRow } from "../bytes/tlv.ts";
import { writeIPv6 } from "../bytes/write.ts";
import { reserved, TEXT, valueRow, writeDigits, type Reserved, type ValueTlv } from "./forms.ts";
import { CONSTRAINTS, type SrCandidatePathConstraintsTlv } from "./sr-constraints.ts";
import {
  readPolicySid,
  SEGMENT_LIST,
  writePolicySid,
  type PolicySid,
  type SrSegmentListTlv,
} from "./sr-segment-list.ts";
import { SRV6_SID_TLVS, type Srv6SidTlv } from "./srv6.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

/** Bits of the flags of `srBindingSid` (RFC 9857 section 5.1). */
export const SrBindingSidFlag = {
  /** The SIDs are those of SRv6. */
  Srv6: 0x8000,
  Allocated: 0x4000,
  Unavailable: 0x2000,
  SrLocalBlock: 0x1000,
  Fallback: 0x0800,
} as const;

/** Bits of the flags of `srv6BindingSid` (RFC 9857 section 5.2). */
export const Srv6BindingSidFlag = { Allocated: 0x8000, Unavailable: 0x4000, Fallback: 0x2000 } as const;

/** Bits of the flags of `srCandidatePathState` (RFC 9857 section 5.3). */
export const SrCandidatePathFlag = {
  Shutdown: 0x8000,
  Active: 0x4000,
  Backup: 0x2000,
  Evaluated: 0x1000,
  ValidSidList: 0x0800,
  OnDemand: 0x0400,
  Delegated: 0x0200,
  Provisioned: 0x0100,
  DropUponInvalid: 0x0080,
  TransitEligible: 0x0040,
  Dropping: 0x0020,
} as const;

interface SrBindingSidTlv extends Tlv, Reserved {
  readonly name: "srBindingSid";
  readonly type: 1201;
  /** Bits of `SrBindingSidFlag`, of which `Srv6` says what the SIDs are. */
  readonly flags: number;
  readonly bindingSid: PolicySid;
  readonly specifiedBindingSid: PolicySid;
}

interface Srv6BindingSidTlv extends Tlv, Reserved {
  readonly name: "srv6BindingSid";
  readonly type: 1212;
  /** Bits of `Srv6BindingSidFlag`. */
  readonly flags: number;
  readonly bindingSid: string;
  readonly specifiedBindingSid: string;
  readonly subTlvs: readonly (Srv6SidTlv | RawTlv)[];
}

interface SrCandidatePathStateTlv extends Tlv, Reserved {
  readonly name: "srCandidatePathState";
  readonly type: 1202;
  readonly priority: number;
  /** Bits of `SrCandidatePathFlag`. */
  readonly flags: number;
  readonly preference: number;
}

interface MplsTePolicyStateTlv extends Tlv, Reserved {
  readonly name: "mplsTePolicyState";
  readonly type: 1200;
  /** 1 RSVP-TE, 2 PCEP, 3 local. */
  readonly objectOrigin: number;
  /** 1 MPLS-IPv4, 2 MPLS-IPv6. */
  readonly addressFamily: number;
  /** Objects of RSVP-TE or PCEP, as hexadecimal digits. */
  readonly objects: string;
}

export type SrPolicyTlv =
  | MplsTePolicyStateTlv
  | SrBindingSidTlv
  | SrCandidatePathStateTlv
  | ValueTlv<"srCandidatePathName", 1203, string>
  | SrCandidatePathConstraintsTlv
  | SrSegmentListTlv
  | Srv6BindingSidTlv
  | ValueTlv<"srPolicyName", 1213, string>;

const MPLS_TE_POLICY_STATE: TlvRow<MplsTePolicyStateTlv> = {
  name: "mplsTePolicyState",
  type: 1200,
  label: "MPLS-TE Policy State",
  read: (reader) => {
    const objectOrigin = reader.u8("Object-origin");
    const addressFamily = reader.u8("Address Family");
    const extra = reserved(reader.u16("Reserved"));
    const objects = reader.hex("Objects", reader.remaining);
    return { name: "mplsTePolicyState", type: 1200, objectOrigin, addressFamily, ...extra, objects };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.objectOrigin);
    writer.u8(tlv.addressFamily);
    writer.u16(tlv.reserved ?? 0);
    writeDigits(tlv.objects, writer, "objects");
  },
};

const BINDING_SID: TlvRow<SrBindingSidTlv> = {
  name: "srBindingSid",
  type: 1201,
  label: "SR Binding SID",
  read: (reader) => {
    const flags = reader.u16("BSID Flags");
    const extra = reserved(reader.u16("RESERVED"));
    const srv6 = (flags & SrBindingSidFlag.Srv6) !== 0;
    const bindingSid = readPolicySid(reader, "Binding SID", srv6);
    const specifiedBindingSid = readPolicySid(reader, "Specified Binding SID", srv6);
    return { name: "srBindingSid", type: 1201, flags, ...extra, bindingSid, specifiedBindingSid };
  },
  write: (tlv, writer) => {
    writer.u16(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    const srv6 = (tlv.flags & SrBindingSidFlag.Srv6) !== 0;
    writePolicySid(tlv.bindingSid, srv6, writer, "bindingSid");
    writePolicySid(tlv.specifiedBindingSid, srv6, writer, "specifiedBindingSid");
  },
};

const CANDIDATE_PATH_STATE: TlvRow<SrCandidatePathStateTlv> = {
  name: "srCandidatePathState",
  type: 1202,
  label: "SR Candidate Path State",
  read: (reader) => {
    const priority = reader.u8("Priority");
    const extra = reserved(reader.u8("RESERVED"));
    const flags = reader.u16("Flags");
    const preference = reader.u32("Preference");
    return { name: "srCandidatePathState", type: 1202, priority, ...extra, flags, preference };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.priority);
    writer.u8(tlv.reserved ?? 0);
    writer.u16(tlv.flags);
    writer.u32(tlv.preference);
  },
};

const SRV6_BINDING_SID: TlvRow<Srv6BindingSidTlv> = {
  name: "srv6BindingSid",
  type: 1212,
  label: "SRv6 Binding SID",
  read: (reader) => {
    const flags = reader.u16("BSID Flags");
    const extra = reserved(reader.u16("RESERVED"));
    const bindingSid = reader.ipv6("Binding SID");
    const specifiedBindingSid = reader.ipv6("Specified Binding SID");
    const subTlvs = readBgpLsTlvs(reader, SRV6_SID_TLVS);
    return { name: "srv6BindingSid", type: 1212, flags, ...extra, bindingSid, specifiedBindingSid, subTlvs };
  },
  write: (tlv, writer) => {
    writer.u16(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    writeIPv6(tlv.bindingSid, "bindingSid", writer);
    writeIPv6(tlv.specifiedBindingSid, "specifiedBindingSid", writer);
    writeBgpLsTlvs(tlv.subTlvs, SRV6_SID_TLVS, writer);
  },
};

/** In the order of their types. */
export function srPolicyRows(): TlvRow<SrPolicyTlv>[] {
  return [
    MPLS_TE_POLICY_STATE,
    BINDING_SID,
    CANDIDATE_PATH_STATE,
    valueRow("srCandidatePathName", 1203, "SR Candidate Path Name", TEXT),
    CONSTRAINTS,
    SEGMENT_LIST,
    SRV6_BINDING_SID,
    valueRow("srPolicyName", 1213, "SR Policy Name", TEXT),
  ];
}
