// SRv6 Service TLVs of PREFIX_SID (RFC 9252 sections 2 and 3): the SIDs of a service, and how they are made up. TLVs, Sub-TLVs
// and Sub-Sub-TLVs have types of one octet and lengths of two.
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { writeIPv6 } from "../bytes/write.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";

/** What can be wrong with them. */
// prettier-ignore
export const SRV6_SERVICE_RULES: RuleTable<"prefix-sid-srv6-service"> = /* @__PURE__ */ ruleTable({
  "prefix-sid-srv6-service": ["RFC 9252 section 7", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

/** How many bits of a SID are what (RFC 9252 section 3.2.1). */
interface Srv6SidStructure extends Tlv {
  readonly name: "srv6SidStructure";
  /** All in bits, 0 to 255 on the wire. */
  readonly locatorBlockLength: number;
  readonly locatorNodeLength: number;
  readonly functionLength: number;
  readonly argumentLength: number;
  /** Bits of the SID that are carried in a label field instead, and where they begin. */
  readonly transpositionLength: number;
  readonly transpositionOffset: number;
}

/** A SID of a service (RFC 9252 section 3.1). */
interface Srv6SidInformation extends Tlv {
  readonly name: "srv6SidInformation";
  /** IPv6 address. Transposed bits are zero in it. */
  readonly srv6Sid: string;
  /** RESERVED1, SRv6 Service SID Flags, of which there are none yet, and RESERVED2: 24 bits, absent where they are 0. */
  readonly reserved?: number;
  /** 0 to 65535; `endpointBehaviorName` gives the name. */
  readonly endpointBehavior: number;
  readonly subSubTlvs: readonly (Srv6SidStructure | RawTlv)[];
}

/** The SIDs of Layer 3 or Layer 2 services of a route (RFC 9252 section 2). Of SIDs, the first counts. */
export interface Srv6Service extends Tlv {
  readonly name: "srv6L3Service" | "srv6L2Service";
  /** Absent where it is 0. */
  readonly reserved?: number;
  readonly subTlvs: readonly (Srv6SidInformation | RawTlv)[];
}

const SID_STRUCTURE: TlvRow<Srv6SidStructure> = {
  type: 1,
  name: "srv6SidStructure",
  label: "SRv6 SID Structure Sub-Sub-TLV",
  read: (reader) => ({
    name: "srv6SidStructure",
    type: 1,
    locatorBlockLength: reader.u8("Locator Block Length"),
    locatorNodeLength: reader.u8("Locator Node Length"),
    functionLength: reader.u8("Function Length"),
    argumentLength: reader.u8("Argument Length"),
    transpositionLength: reader.u8("Transposition Length"),
    transpositionOffset: reader.u8("Transposition Offset"),
  }),
  write: (structure, writer) => {
    writer.u8(structure.locatorBlockLength);
    writer.u8(structure.locatorNodeLength);
    writer.u8(structure.functionLength);
    writer.u8(structure.argumentLength);
    writer.u8(structure.transpositionLength);
    writer.u8(structure.transpositionOffset);
  },
};

/** @table */
export const SRV6_SID_INFORMATION_SUB_SUB_TLVS: TlvTable<Srv6SidStructure> = /* @__PURE__ */ tlvTable([SID_STRUCTURE]);

const SID_INFORMATION: TlvRow<Srv6SidInformation> = {
  type: 1,
  name: "srv6SidInformation",
  label: "SRv6 SID Information Sub-TLV",
  malformed: SRV6_SERVICE_RULES["prefix-sid-srv6-service"],
  read: (reader) => {
    const reserved1 = reader.u8("RESERVED1");
    const srv6Sid = reader.ipv6("SRv6 SID Value");
    const flags = reader.u8("SRv6 Service SID Flags");
    const endpointBehavior = reader.u16("SRv6 Endpoint Behavior");
    const reserved = (reserved1 << 16) | (flags << 8) | reader.u8("RESERVED2");
    const subSubTlvs = readTlvs(reader, "1+2", SRV6_SID_INFORMATION_SUB_SUB_TLVS);
    return {
      name: "srv6SidInformation",
      type: 1,
      srv6Sid,
      ...(reserved !== 0 && { reserved }),
      endpointBehavior,
      subSubTlvs,
    };
  },
  write: ({ srv6Sid, reserved = 0, endpointBehavior, subSubTlvs }, writer) => {
    writer.u8(reserved >>> 16);
    writeIPv6(srv6Sid, "srv6Sid", writer);
    writer.u8((reserved >>> 8) & 0xff);
    writer.u16(endpointBehavior);
    writer.u8(reserved & 0xff);
    writeTlvs(subSubTlvs, "1+2", SRV6_SID_INFORMATION_SUB_SUB_TLVS, "subSubTlvs", writer);
  },
};

/** @table */
export const SRV6_SERVICE_SUB_TLVS: TlvTable<Srv6SidInformation> = /* @__PURE__ */ tlvTable([SID_INFORMATION]);

function serviceRow(type: number, name: Srv6Service["name"], label: string): TlvRow<Srv6Service> {
  return {
    type,
    name,
    label,
    malformed: SRV6_SERVICE_RULES["prefix-sid-srv6-service"],
    read: (reader) => {
      const reserved = reader.u8("RESERVED");
      const subTlvs = readTlvs(reader, "1+2", SRV6_SERVICE_SUB_TLVS);
      return { name, type, ...(reserved !== 0 && { reserved }), subTlvs };
    },
    write: ({ reserved = 0, subTlvs }, writer) => {
      writer.u8(reserved);
      writeTlvs(subTlvs, "1+2", SRV6_SERVICE_SUB_TLVS, "subTlvs", writer);
    },
  };
}

export const SRV6_L3_SERVICE: TlvRow<Srv6Service> = /* @__PURE__ */ serviceRow(
  5,
  "srv6L3Service",
  "SRv6 L3 Service TLV",
);
export const SRV6_L2_SERVICE: TlvRow<Srv6Service> = /* @__PURE__ */ serviceRow(
  6,
  "srv6L2Service",
  "SRv6 L2 Service TLV",
);
