// SFP (RFC 9015 section 3.2.1): optional transitive, the path of a service function chain, hop by hop. TLVs and Sub-TLVs share
// their types, of one octet, with lengths of two.
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { stronger } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. An unknown RD is a soft error, and nothing that a message by itself can tell. */
// prettier-ignore
export const SFP_RULES: RuleTable<"sfp-framing" | "sfp-no-hop" | "sfp-empty-hop" | "sfp-hop-order"> = /* @__PURE__ */ ruleTable({
  "sfp-framing": ["RFC 9015 section 3.2.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "sfp-no-hop": ["RFC 9015 section 3.2.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "sfp-empty-hop": ["RFC 9015 section 3.2.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "sfp-hop-order": ["RFC 9015 section 4.3", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** 1: another path that belongs to this one (section 3.2.1.1). */
interface Association extends Tlv {
  readonly name: "association";
  /** 0 to 255; 1: the two are the directions of one path. */
  readonly associationType: number;
  /** A route distinguisher. */
  readonly associatedSfprRd: string;
  /** Service Path Identifier: 0 to 16777215. */
  readonly associatedSpi: number;
}

/** 2: a hop (section 3.2.1.2). */
interface Hop extends Tlv {
  readonly name: "hop";
  /** 1 to 255, lower from hop to hop. */
  readonly serviceIndex: number;
  /** At least one. */
  readonly subTlvs: readonly (ServiceFunctionType | MplsSwappingStacking | RawTlv)[];
}

/** 3: what may be done at a hop, and by whom (section 3.2.1.3). */
interface ServiceFunctionType extends Tlv {
  readonly name: "sft";
  /** 0 to 65535. */
  readonly serviceFunctionType: number;
  /**
   * Route distinguishers of instances. A pool of them is the digits of its extended community, `0x0b01…`; `0:0` is any (section
   * 5).
   */
  readonly sfirRdList: readonly string[];
}

/** 4: this hop has an {SFC Context Label, SF label} pair (section 3.2.1.4). */
interface MplsSwappingStacking extends Tlv {
  readonly name: "mplsSwappingStacking";
}

/** 5: the path is travelled with an MPLS label stack (section 3.2.1.5). */
interface MplsLabelStackTraversal extends Tlv {
  readonly name: "sfpTraversalWithMplsLabelStack";
}

/** A part of the SFP attribute; `name` tells the arms apart, `type` is the number on the wire. */
export type SfpTlv = Association | Hop | MplsLabelStackTraversal | RawTlv;

/** SFP (RFC 9015 section 3.2.1): optional transitive, the path of a service function chain, hop by hop. */
export interface SfpAttribute extends AttributeHeader {
  readonly name: "sfp";
  readonly code: 37;
  readonly tlvs: readonly SfpTlv[];
}

/**
 * Makes an SFP attribute.
 *
 * @example
 * sfp([{ name: "hop", type: 2, serviceIndex: 255, subTlvs: [{ name: "sft", type: 3, serviceFunctionType: 41, sfirRdList: ["192.0.2.1:1"] }] }])
 */
export function sfp(tlvs: readonly SfpTlv[]): SfpAttribute {
  return { name: "sfp", code: 37, tlvs };
}

const ASSOCIATION: TlvRow<Association> = {
  type: 1,
  name: "association",
  label: "Association TLV",
  read: (reader) => ({
    name: "association",
    type: 1,
    associationType: reader.u8("Association Type"),
    associatedSfprRd: readRouteDistinguisher(reader, "Associated SFPR-RD"),
    associatedSpi: reader.u24("Associated SPI"),
  }),
  write: ({ associationType, associatedSfprRd, associatedSpi }, writer) => {
    writer.u8(associationType);
    writeRouteDistinguisher(associatedSfprRd, writer, "associatedSfprRd");
    writer.u24(associatedSpi);
  },
};

const SFT: TlvRow<ServiceFunctionType> = {
  type: 3,
  name: "sft",
  label: "SFT Sub-TLV",
  read: (reader) => {
    const serviceFunctionType = reader.u16("Service Function Type");
    const sfirRdList: string[] = [];
    while (reader.remaining > 0) sfirRdList.push(readRouteDistinguisher(reader, "SFIR-RD"));
    return { name: "sft", type: 3, serviceFunctionType, sfirRdList };
  },
  write: ({ serviceFunctionType, sfirRdList }, writer) => {
    writer.u16(serviceFunctionType);
    for (const rd of sfirRdList) writeRouteDistinguisher(rd, writer, "sfirRdList");
  },
};

const MPLS_SWAPPING_STACKING: TlvRow<MplsSwappingStacking> = {
  type: 4,
  name: "mplsSwappingStacking",
  label: "MPLS Swapping/Stacking Sub-TLV",
  read: () => ({ name: "mplsSwappingStacking", type: 4 }),
  write: () => {},
};

const HOP_SUB_TLVS: TlvTable<ServiceFunctionType | MplsSwappingStacking> = /* @__PURE__ */ tlvTable<
  ServiceFunctionType | MplsSwappingStacking
>([SFT, MPLS_SWAPPING_STACKING]);

const HOP: TlvRow<Hop> = {
  type: 2,
  name: "hop",
  label: "Hop TLV",
  malformed: SFP_RULES["sfp-framing"],
  read: (reader) => ({
    name: "hop",
    type: 2,
    serviceIndex: reader.u8("Service Index"),
    subTlvs: readTlvs(reader, "1+2", HOP_SUB_TLVS),
  }),
  write: ({ serviceIndex, subTlvs }, writer) => {
    writer.u8(serviceIndex);
    writeTlvs(subTlvs, "1+2", HOP_SUB_TLVS, "hop", writer);
  },
};

const TRAVERSAL: TlvRow<MplsLabelStackTraversal> = {
  type: 5,
  name: "sfpTraversalWithMplsLabelStack",
  label: "SFP Traversal With MPLS Label Stack TLV",
  read: () => ({ name: "sfpTraversalWithMplsLabelStack", type: 5 }),
  write: () => {},
};

const TLVS: TlvTable<SfpTlv> = /* @__PURE__ */ tlvTable<SfpTlv>([ASSOCIATION, HOP, TRAVERSAL]);

/** How SFP (RFC 9015 section 3.2.1) is checked and read: a row for registries and `attributeHandler`. */
export const SFP: AttributeRow<SfpAttribute> = /* @__PURE__ */ fieldsRow<SfpAttribute>({
  code: 37,
  name: "sfp",
  flags: OPTIONAL_TRANSITIVE,
  malformed: SFP_RULES["sfp-framing"],
  read: (reader, context) => {
    const tlvs = readTlvs(reader, "1+2", TLVS);
    if (!reader.failed) judge(tlvs, reader, context);
    return sfp(tlvs);
  },
  write: ({ tlvs }, writer) => writeTlvs(tlvs, "1+2", TLVS, "sfp", writer),
});

/** What is wrong with a path that could be read. */
function judge(tlvs: readonly SfpTlv[], reader: FieldReader, context: DecodeContext): void {
  const hops = tlvs.filter((tlv) => tlv.name === "hop");
  let fault: Rule | null = null;
  if (hops.length === 0) fault = stronger(context, fault, SFP_RULES["sfp-no-hop"]);
  if (hops.some((hop) => hop.subTlvs.length === 0)) fault = stronger(context, fault, SFP_RULES["sfp-empty-hop"]);
  if (!areInOrder(hops)) fault = stronger(context, fault, SFP_RULES["sfp-hop-order"]);
  if (fault !== null) reader.fail(fault);
}

/**
 * Section 4.3: Service Indexes "are from the set {255, ..., 1}", "MUST appear in order" and "MUST NOT appear more than once"; what
 * is malformed "MUST be discarded and MUST cause any previous instance" to be, as treat-as-withdraw does.
 */
function areInOrder(hops: readonly Hop[]): boolean {
  return hops.every(({ serviceIndex }, i) => serviceIndex > 0 && (i === 0 || serviceIndex < hops[i - 1]!.serviceIndex));
}
