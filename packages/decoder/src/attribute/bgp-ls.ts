// The BGP-LS Attribute (RFC 9552 section 5.3): optional non-transitive, TLVs that say what a node, link or prefix is like.
import { BGP_LS_RULES } from "../bgp-ls/rules.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "../bgp-ls/sub-tlvs.ts";
import { BGP_LS_TLVS, type BgpLsTlv } from "../bgp-ls/tlvs.ts";
import { fieldsRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** The BGP-LS Attribute (RFC 9552 section 5.3): optional non-transitive, TLVs that say what a node, link or prefix is like. */
export interface BgpLsAttribute extends AttributeHeader {
  readonly name: "bgpLs";
  readonly code: 29;
  /** In the order of the wire, which "SHOULD" be that of their types. */
  readonly tlvs: readonly BgpLsTlv[];
}

/**
 * Makes a BGP-LS Attribute.
 *
 * @example bgpLs([{ name: "nodeName", type: 1026, value: "r1.example" }])
 */
export function bgpLs(tlvs: readonly BgpLsTlv[]): BgpLsAttribute {
  return { name: "bgpLs", code: 29, tlvs };
}

/** How BGP-LS Attribute (RFC 9552 section 5.3) is checked and read: a row for registries and `attributeHandler`. */
export const BGP_LS_ATTRIBUTE: AttributeRow<BgpLsAttribute> = /* @__PURE__ */ fieldsRow<BgpLsAttribute>({
  code: 29,
  name: "bgpLs",
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: BGP_LS_RULES["bgp-ls-tlv"],
  // RFC 9552 section 8.2.2: it "MUST NOT be considered malformed or invalid based on the inclusion/exclusion of TLVs".
  mayBeEmpty: true,
  read: (reader) => bgpLs(readBgpLsTlvs(reader, BGP_LS_TLVS)),
  write: (attribute, writer) => writeBgpLsTlvs(attribute.tlvs, BGP_LS_TLVS, writer),
});
