// What can be wrong with link-state information (RFC 9552 section 8.2.2). Only lengths and, in NLRI, the order of TLVs are
// judged: "the length of a fixed-length TLV" and "the values of TLV fields" are not, so a TLV that reads oddly stays raw.
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";

/** What can be wrong with the BGP-LS Attribute. */
// prettier-ignore
export const BGP_LS_RULES: RuleTable<"bgp-ls-tlv" | "bgp-ls-spf"> = /* @__PURE__ */ ruleTable({
  "bgp-ls-tlv": ["RFC 9552 section 8.2.2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "bgp-ls-spf": ["RFC 9815 section 7.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/**
 * What can be wrong with a Link-State NLRI. Total NLRI Length lets a receiver skip it, so it is discarded alone: "it MUST handle
 * such malformed NLRIs as 'NLRI discard'"; for a Total NLRI Length that does not fit see MP_REACH_NLRI and MP_UNREACH_NLRI. In
 * BGP-LS-SPF "the receiving BGP speaker MUST handle such a malformed NLRI as 'treat-as-withdraw'".
 */
// prettier-ignore
export const LINK_STATE_NLRI_RULES: RuleTable<"link-state-tlv" | "link-state-order" | "link-state-duplicate" | "link-state-spf" | "link-state-address-family" | "link-state-protocol"> = /* @__PURE__ */ ruleTable({
  "link-state-tlv": ["RFC 9552 section 8.2.2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "link-state-order": ["RFC 9552 section 5.1", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "link-state-duplicate": ["RFC 9552 section 5.2.1.4", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "link-state-spf": ["RFC 9815 section 7.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "link-state-address-family": ["RFC 9815 section 7.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "link-state-protocol": ["RFC 9815 section 5.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});
