// BIER (RFC 9793): optional transitive, what Bit Index Explicit Replication has to know of the router that a host route leads
// to. TLVs and sub-TLVs share their types, with types and lengths of two octets.
import { ConfigError } from "@bgpwire/core";
import { readAddress, writeAddress } from "../bytes/address.ts";
import { u32At } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const BIER_RULES: RuleTable<"bier-malformed" | "bier-sub-domain" | "bier-external"> = /* @__PURE__ */ ruleTable({
  "bier-malformed": ["RFC 9793 section 4", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "bier-sub-domain": ["RFC 9793 section 3", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "bier-external": ["RFC 9793 section 7", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** 4: whom to send to (section 3.3). */
interface BierNexthop extends Tlv {
  readonly name: "bierNexthop";
  /** IPv4 or IPv6 address. */
  readonly nexthop: string;
}

interface EncapsulationHeader extends Tlv {
  /** Maximum Set Identifier: 0 to 255. */
  readonly maxSi: number;
  /** BitString Length as RFC 8296 section 2 codes it: 0 to 15, of which 1 is 64 bits and each more twice as many. */
  readonly bsLen: number;
  readonly subTlvs: readonly (BierNexthop | RawTlv)[];
}

/** 2: labels for the sets of a BitString length, from 0 to `maxSi` (section 3.1). */
interface MplsEncapsulation extends EncapsulationHeader {
  readonly name: "mplsEncapsulation";
  /** That of the first set: 0 to 1048575 - `maxSi`. */
  readonly label: number;
}

/** 3: BIFT-ids for the sets of a BitString length, from 0 to `maxSi` (section 3.2). */
interface NonMplsEncapsulation extends EncapsulationHeader {
  readonly name: "nonMplsEncapsulation";
  /** That of the first set: 0 to 1048575 - `maxSi`. */
  readonly biftId: number;
}

/**
 * 1: a sub-domain that the router is in (section 3). A receiver ignores encapsulations whose BitString lengths are the same, and
 * those whose ranges overlap.
 */
interface BierSubDomain extends Tlv {
  readonly name: "bier";
  /** 0 to 255. */
  readonly subDomain: number;
  /** 0 to 65535. */
  readonly bfrId: number;
  /** 8 bits, absent where they are 0. */
  readonly reserved?: number;
  readonly subTlvs: readonly (MplsEncapsulation | NonMplsEncapsulation | BierNexthop | RawTlv)[];
}

/** BIER (RFC 9793): optional transitive, what Bit Index Explicit Replication has to know of the router that a host route leads to. */
export interface BierAttribute extends AttributeHeader {
  readonly name: "bier";
  readonly code: 41;
  /** A BIER TLV for each sub-domain. */
  readonly tlvs: readonly (BierSubDomain | RawTlv)[];
}

/**
 * Makes a BIER attribute.
 *
 * @example
 * bier([{ name: "bier", type: 1, subDomain: 0, bfrId: 1, subTlvs: [{ name: "mplsEncapsulation", type: 2, maxSi: 0, bsLen: 3, label: 16001, subTlvs: [] }] }])
 */
export function bier(tlvs: BierAttribute["tlvs"]): BierAttribute {
  return { name: "bier", code: 41, tlvs };
}

const NEXTHOP: TlvRow<BierNexthop> = {
  type: 4,
  name: "bierNexthop",
  label: "BIER Nexthop sub-TLV",
  read: (reader) => ({ name: "bierNexthop", type: 4, nexthop: readAddress(reader, "Nexthop", reader.remaining) }),
  write: ({ nexthop }, writer) => writeAddress(nexthop, "nexthop", writer),
};

const NEXTHOPS: TlvTable<BierNexthop> = /* @__PURE__ */ tlvTable([NEXTHOP]);

/** Labels and BIFT-ids have 20 bits. */
const LAST = 0xf_ffff;

const MPLS_ENCAPSULATION: TlvRow<MplsEncapsulation> = {
  type: 2,
  name: "mplsEncapsulation",
  label: "BIER MPLS Encapsulation sub-TLV",
  read: (reader) => {
    const { maxSi, bsLen, first } = readRange(reader, "BS Len, Label");
    const subTlvs = readNested(reader, NEXTHOPS);
    // "If the label associated with the Maximum SI exceeds the 20-bit range, the … sub-TLV containing the error MUST be ignored."
    if (first + maxSi > LAST) return null;
    return { name: "mplsEncapsulation", type: 2, maxSi, bsLen, label: first, subTlvs };
  },
  write: ({ maxSi, bsLen, label, subTlvs }, writer) => {
    writeRange(maxSi, bsLen, label, "label", writer);
    writeTlvs(subTlvs, "2+2", NEXTHOPS, "subTlvs", writer);
  },
};

const NON_MPLS_ENCAPSULATION: TlvRow<NonMplsEncapsulation> = {
  type: 3,
  name: "nonMplsEncapsulation",
  label: "BIER Non-MPLS Encapsulation sub-TLV",
  read: (reader) => {
    const { maxSi, bsLen, first } = readRange(reader, "BS Len, BIFT-id");
    const subTlvs = readNested(reader, NEXTHOPS);
    // As above, for BIFT-ids.
    if (first + maxSi > LAST) return null;
    return { name: "nonMplsEncapsulation", type: 3, maxSi, bsLen, biftId: first, subTlvs };
  },
  write: ({ maxSi, bsLen, biftId, subTlvs }, writer) => {
    writeRange(maxSi, bsLen, biftId, "biftId", writer);
    writeTlvs(subTlvs, "2+2", NEXTHOPS, "subTlvs", writer);
  },
};

/** Max SI, BS Len, and what the first set has. */
interface SetRange {
  readonly maxSi: number;
  readonly bsLen: number;
  readonly first: number;
}

/** @param label of the field of 24 bits in which there are two */
function readRange(reader: FieldReader, label: string): SetRange {
  const { buffer, at } = reader;
  const maxSi = reader.u8("Max SI");
  reader.text(label, 3, (octets, word) => `${octets[word]! >> 4}, ${u32At(octets, word - 1) & LAST}`);
  if (reader.failed) return { maxSi, bsLen: 0, first: 0 };
  const word = u32At(buffer, at);
  return { maxSi, bsLen: (word >>> 20) & 0xf, first: word & LAST };
}

function writeRange(maxSi: number, bsLen: number, first: number, field: string, writer: OctetWriter): void {
  if (!Number.isInteger(bsLen) || bsLen < 0 || bsLen > 15) {
    throw new ConfigError("invalid-value", "bsLen", `${bsLen} is not 0 to 15`);
  }
  if (!Number.isInteger(first) || first < 0 || first + maxSi > LAST) {
    throw new ConfigError("invalid-value", field, `${first} to ${first + maxSi} is not within 0 to ${LAST}`);
  }
  writer.u8(maxSi);
  writer.u24((bsLen << 20) | first);
}

type SubTlv = MplsEncapsulation | NonMplsEncapsulation | BierNexthop;

const SUB_TLVS: TlvTable<SubTlv> = /* @__PURE__ */ tlvTable<SubTlv>([
  MPLS_ENCAPSULATION,
  NON_MPLS_ENCAPSULATION,
  NEXTHOP,
]);

const SUB_DOMAIN: TlvRow<BierSubDomain> = {
  type: 1,
  name: "bier",
  label: "BIER TLV",
  read: (reader) => {
    const subDomain = reader.u8("Sub-domain");
    const bfrId = reader.u16("BFR-ID");
    const reserved = reader.u8("Reserved");
    const subTlvs = readNested(reader, SUB_TLVS);
    return { name: "bier", type: 1, subDomain, bfrId, ...(reserved !== 0 && { reserved }), subTlvs };
  },
  write: ({ subDomain, bfrId, reserved = 0, subTlvs }, writer: OctetWriter) => {
    writer.u8(subDomain);
    writer.u16(bfrId);
    writer.u8(reserved);
    writeTlvs(subTlvs, "2+2", SUB_TLVS, "subTlvs", writer);
  },
};

/** "The total length of sub-TLVs … of a TLV MUST be equal to the length of the TLV": what is not is malformed (section 4). */
function readNested<T extends Tlv>(reader: FieldReader, table: TlvTable<T>): (T | RawTlv)[] {
  if (reader.failed) reader.fail(BIER_RULES["bier-malformed"]);
  return readTlvs(reader, "2+2", table, BIER_RULES["bier-malformed"]);
}

const TLVS: TlvTable<BierSubDomain> = /* @__PURE__ */ tlvTable([SUB_DOMAIN]);

/** How BIER (RFC 9793) is checked and read: a row for registries and `attributeHandler`. */
export const BIER: AttributeRow<BierAttribute> = /* @__PURE__ */ fieldsRow<BierAttribute>({
  code: 41,
  name: "bier",
  flags: OPTIONAL_TRANSITIVE,
  malformed: BIER_RULES["bier-malformed"],
  refuse: (context) => (context.session === "ebgp" ? BIER_RULES["bier-external"] : null),
  read: (reader) => {
    const tlvs = readTlvs(reader, "2+2", TLVS);
    // "There MUST be no more than one BIER TLV with the same Sub-domain value; if there is, the entire BIER path attribute MUST
    // be ignored."
    const subDomains = tlvs.flatMap((tlv) => (tlv.name === "raw" ? [] : [tlv.subDomain]));
    if (!reader.failed && new Set(subDomains).size < subDomains.length) reader.fail(BIER_RULES["bier-sub-domain"]);
    return bier(tlvs);
  },
  write: ({ tlvs }, writer) => writeTlvs(tlvs, "2+2", TLVS, "bier", writer),
});
