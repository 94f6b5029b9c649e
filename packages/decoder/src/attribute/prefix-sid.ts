// PREFIX_SID (RFC 8669): optional transitive, what segment routing has to know of a route: the index of its label, or the SRv6
// SIDs of its service (RFC 9252).
import { Afi, ConfigError, Safi } from "@bgpwire/core";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import type { DecodeContext } from "../context.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import type { Offsets } from "../update/offsets.ts";
import { announces } from "../update/parts.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";
import { SRV6_L2_SERVICE, SRV6_L3_SERVICE, type Srv6Service } from "./srv6-service.ts";

/**
 * What can be wrong with it, but for SRv6 Service TLVs. It is to be discarded from a peer "outside the boundaries of the SR
 * domain". That may be of several ASes, and no kind of session says where it ends: `prefix-sid-external` is to be asked for.
 */
// prettier-ignore
export const PREFIX_SID_RULES: RuleTable<"prefix-sid-malformed" | "prefix-sid-no-label-index" | "prefix-sid-external"> = /* @__PURE__ */ ruleTable({
  "prefix-sid-malformed": ["RFC 8669 section 6", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "prefix-sid-no-label-index": ["RFC 8669 section 4.1", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "prefix-sid-external": ["RFC 8669 section 4", "off", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/**
 * Where in the SRGB the label of the prefix is (RFC 8669 section 3.1). A receiver ignores it, as Originator SRGB, with routes of
 * another family than labeled unicast.
 */
interface LabelIndex extends Tlv {
  readonly name: "labelIndex";
  /** RESERVED and Flags, of which there are none yet: 24 bits, absent where they are 0. */
  readonly reserved?: number;
  /** 0 to 4294967295. */
  readonly labelIndex: number;
}

/** The SRGB of the node that originated the prefix: its ranges, put together (RFC 8669 section 3.2). */
interface OriginatorSrgb extends Tlv {
  readonly name: "originatorSrgb";
  /** Flags, of which there are none yet: 16 bits, absent where they are 0. */
  readonly reserved?: number;
  /** At least one; each number 0 to 16777215. */
  readonly srgb: readonly SrgbRange[];
}

/** A range of labels. */
interface SrgbRange {
  readonly firstLabel: number;
  readonly numberOfLabels: number;
}

/** A part of PREFIX_SID; `name` tells the arms apart, `type` is the number on the wire. Of each type the first counts. */
export type PrefixSidTlv = LabelIndex | OriginatorSrgb | Srv6Service | RawTlv;

/**
 * PREFIX_SID (RFC 8669): optional transitive, what segment routing has to know of a route: the index of its label, or the SRv6
 * SIDs of its service (RFC 9252).
 */
export interface PrefixSidAttribute extends AttributeHeader {
  readonly name: "prefixSid";
  readonly code: 40;
  readonly tlvs: readonly PrefixSidTlv[];
}

/**
 * Makes a PREFIX_SID.
 *
 * @example prefixSid([{ name: "labelIndex", type: 1, labelIndex: 777 }])
 */
export function prefixSid(tlvs: readonly PrefixSidTlv[]): PrefixSidAttribute {
  return { name: "prefixSid", code: 40, tlvs };
}

const LABEL_INDEX: TlvRow<LabelIndex> = {
  type: 1,
  name: "labelIndex",
  label: "Label-Index TLV",
  malformed: PREFIX_SID_RULES["prefix-sid-malformed"],
  read: (reader) => {
    const reserved = (reader.u8("RESERVED") << 16) | reader.u16("Flags");
    const labelIndex = reader.u32("Label Index");
    return { name: "labelIndex", type: 1, ...(reserved !== 0 && { reserved }), labelIndex };
  },
  write: ({ reserved = 0, labelIndex }, writer) => {
    writer.u24(reserved);
    writer.u32(labelIndex);
  },
};

const ORIGINATOR_SRGB: TlvRow<OriginatorSrgb> = {
  type: 3,
  name: "originatorSrgb",
  label: "Originator SRGB TLV",
  malformed: PREFIX_SID_RULES["prefix-sid-malformed"],
  read: (reader) => {
    const reserved = reader.u16("Flags");
    const srgb: SrgbRange[] = [];
    // "2 + (non-zero multiple of 6)"
    do {
      const start = reader.at;
      srgb.push({ firstLabel: reader.u24("First Label"), numberOfLabels: reader.u24("Number of Labels") });
      reader.group("SRGB", start);
    } while (reader.remaining > 0);
    return { name: "originatorSrgb", type: 3, ...(reserved !== 0 && { reserved }), srgb };
  },
  write: ({ reserved = 0, srgb }, writer) => {
    if (srgb.length === 0) throw new ConfigError("invalid-value", "srgb", "an SRGB without range");
    writer.u16(reserved);
    for (const { firstLabel, numberOfLabels } of srgb) {
      writer.u24(firstLabel);
      writer.u24(numberOfLabels);
    }
  },
};

/** TLVs by type; 2 and 4 were those of drafts. */
export const PREFIX_SID_TLVS: TlvTable<PrefixSidTlv> = /* @__PURE__ */ tlvTable<PrefixSidTlv>([
  LABEL_INDEX,
  ORIGINATOR_SRGB,
  SRV6_L3_SERVICE,
  SRV6_L2_SERVICE,
]);

/**
 * RFC 8669 section 4.1: "received without a Label-Index TLV MUST be considered to be "invalid"", for which section 6 asks for
 * attribute discard.
 */
function judgeMessage(message: Offsets, index: number, context: DecodeContext): readonly Rule[] {
  if (!announces(message, isLabeledUnicast)) return [];
  const { tlvs } = PREFIX_SID.decode(message.buffer, message.valueStart(index), message.valueEnd(index), context);
  return tlvs.some((tlv) => tlv.name === "labelIndex") ? [] : [PREFIX_SID_RULES["prefix-sid-no-label-index"]];
}

function isLabeledUnicast(afi: number, safi: number): boolean {
  return safi === Safi.LabeledUnicast && (afi === Afi.IPv4 || afi === Afi.IPv6);
}

/** How PREFIX_SID (RFC 8669) is checked and read: a row for registries and `attributeHandler`. */
export const PREFIX_SID: AttributeRow<PrefixSidAttribute> = /* @__PURE__ */ fieldsRow<PrefixSidAttribute>({
  code: 40,
  name: "prefixSid",
  flags: OPTIONAL_TRANSITIVE,
  malformed: PREFIX_SID_RULES["prefix-sid-malformed"],
  judgeMessage,
  refuse: (context) => (context.session === "ebgp" ? PREFIX_SID_RULES["prefix-sid-external"] : null),
  read: (reader) => {
    // RFC 8669 section 6: one that has no TLV is shorter than it may be.
    if (reader.remaining === 0) return null;
    return prefixSid(readTlvs(reader, "1+2", PREFIX_SID_TLVS));
  },
  write: ({ tlvs }, writer) => writeTlvs(tlvs, "1+2", PREFIX_SID_TLVS, "prefixSid", writer),
});
