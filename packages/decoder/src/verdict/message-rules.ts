// What can be wrong with a whole UPDATE, or with any attribute of it. RFC 7606 revises RFC 4271 section 6.3.
import { ruleTable, type RuleTable } from "./rule.ts";

/** Rules of the message and of every attribute. */
// prettier-ignore
export const MESSAGE_RULES: RuleTable<"update-length" | "withdrawn-routes" | "nlri" | "attribute-overrun" | "mp-overrun" | "missing-nlri" | "attribute-flags" | "unrecognized-well-known" | "missing-well-known" | "duplicate-attribute" | "duplicate-mp" | "bgpsec-with-as-path" | "mp-flags" | "disabled-family"> = /* @__PURE__ */ ruleTable({
  "update-length": ["RFC 7606 section 3 (b)", "reset", "MalformedAttributeList", "nothing", "syntax", "the length fields do not fit the message"],
  "withdrawn-routes": ["RFC 7606 section 3 (i)", "reset", "InvalidNetworkField", "nothing", "syntax", "the withdrawn routes do not parse"],
  "nlri": ["RFC 7606 section 5.3", "reset", "InvalidNetworkField", "nothing", "syntax", "the NLRI do not parse"],
  "attribute-overrun": ["RFC 7606 section 4", "withdraw", "MalformedAttributeList", "nothing", "syntax", "the last attribute exceeds the total length"],
  "mp-overrun": ["RFC 7606 section 3 (j)", "reset", "MalformedAttributeList", "nothing", "syntax", "MP_REACH_NLRI or MP_UNREACH_NLRI exceeds the total length"],
  "missing-nlri": ["RFC 7606 section 5.2", "reset", "Unspecific", "nothing", "meaning", "an attribute error in a message without reachable NLRI"],
  "attribute-flags": ["RFC 7606 section 3 (c)", "withdraw", "AttributeFlagsError", "attribute", "meaning", "Optional or Transitive bit conflicts with the type"],
  "unrecognized-well-known": ["RFC 4271 section 6.3", "reset", "UnrecognizedWellKnownAttribute", "attribute", "meaning", "a well-known attribute that does not exist"],
  "missing-well-known": ["RFC 7606 section 3 (d)", "withdraw", "MissingWellKnownAttribute", "attribute-code", "meaning", "a well-known mandatory attribute is missing"],
  "duplicate-attribute": ["RFC 7606 section 3 (g)", "discard", "MalformedAttributeList", "nothing", "meaning", "the attribute is there more than once"],
  "duplicate-mp": ["RFC 7606 section 3 (g)", "reset", "MalformedAttributeList", "nothing", "meaning", "MP_REACH_NLRI or MP_UNREACH_NLRI is there more than once"],
  "bgpsec-with-as-path": ["RFC 8205 section 5.2", "withdraw", "MalformedAsPath", "nothing", "meaning", "BGPsec_PATH beside AS_PATH, for which it stands"],
  "mp-flags": ["RFC 7606 section 5.3", "reset", "OptionalAttributeError", "attribute", "meaning", "Optional or Transitive bit conflicts with RFC 4760"],
  "disabled-family": ["RFC 4760 section 7", "discard", "OptionalAttributeError", "nothing", "meaning", "an error has disabled the family on this session"],
});
