// What can be wrong with a whole UPDATE, or with any attribute of it. RFC 7606 revises RFC 4271 section 6.3.
import { ruleTable, type RuleTable } from "./rule.ts";

/** Rules of the message and of every attribute. */
// prettier-ignore
export const MESSAGE_RULES: RuleTable<"update-length" | "withdrawn-routes" | "nlri" | "attribute-overrun" | "mp-overrun" | "missing-nlri" | "attribute-flags" | "unrecognized-well-known" | "missing-well-known" | "duplicate-attribute" | "duplicate-mp" | "bgpsec-with-as-path" | "mp-flags" | "disabled-family"> = /* @__PURE__ */ ruleTable({
  "update-length": ["RFC 7606 section 3 (b)", "reset", "MalformedAttributeList", "nothing", "syntax"],
  "withdrawn-routes": ["RFC 7606 section 3 (i)", "reset", "InvalidNetworkField", "nothing", "syntax"],
  "nlri": ["RFC 7606 section 5.3", "reset", "InvalidNetworkField", "nothing", "syntax"],
  "attribute-overrun": ["RFC 7606 section 4", "withdraw", "MalformedAttributeList", "nothing", "syntax"],
  "mp-overrun": ["RFC 7606 section 3 (j)", "reset", "MalformedAttributeList", "nothing", "syntax"],
  "missing-nlri": ["RFC 7606 section 5.2", "reset", "Unspecific", "nothing", "meaning"],
  "attribute-flags": ["RFC 7606 section 3 (c)", "withdraw", "AttributeFlagsError", "attribute", "meaning"],
  "unrecognized-well-known": ["RFC 4271 section 6.3", "reset", "UnrecognizedWellKnownAttribute", "attribute", "meaning"],
  "missing-well-known": ["RFC 7606 section 3 (d)", "withdraw", "MissingWellKnownAttribute", "attribute-code", "meaning"],
  "duplicate-attribute": ["RFC 7606 section 3 (g)", "discard", "MalformedAttributeList", "nothing", "meaning"],
  "duplicate-mp": ["RFC 7606 section 3 (g)", "reset", "MalformedAttributeList", "nothing", "meaning"],
  "bgpsec-with-as-path": ["RFC 8205 section 5.2", "withdraw", "MalformedAsPath", "nothing", "meaning"],
  "mp-flags": ["RFC 7606 section 5.3", "reset", "OptionalAttributeError", "attribute", "meaning"],
  "disabled-family": ["RFC 4760 section 7", "discard", "OptionalAttributeError", "nothing", "meaning"],
});
