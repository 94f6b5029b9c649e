// What can be wrong with a whole UPDATE, or with any attribute of it. RFC 7606 revises RFC 4271 section 6.3.
import {
  ATTRIBUTE_FLAGS_ERROR,
  INVALID_NETWORK_FIELD,
  MALFORMED_ATTRIBUTE_LIST,
  MISSING_WELL_KNOWN_ATTRIBUTE,
  OPTIONAL_ATTRIBUTE_ERROR,
  UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE,
  UNSPECIFIC,
} from "../numbers.ts";
import { ruleTable, type RuleTable } from "./rule.ts";

/** Rules of the message and of every attribute. */
// prettier-ignore
export const MESSAGE_RULES: RuleTable<"update-length" | "withdrawn-routes" | "nlri" | "attribute-overrun" | "mp-overrun" | "missing-nlri" | "attribute-flags" | "unrecognized-well-known" | "missing-well-known" | "duplicate-attribute" | "duplicate-mp" | "mp-flags" | "disabled-family"> = /* @__PURE__ */ ruleTable({
  "update-length": ["RFC 7606 section 3 (b)", "reset", MALFORMED_ATTRIBUTE_LIST, "nothing", "syntax"],
  "withdrawn-routes": ["RFC 7606 section 3 (i)", "reset", INVALID_NETWORK_FIELD, "nothing", "syntax"],
  "nlri": ["RFC 7606 section 5.3", "reset", INVALID_NETWORK_FIELD, "nothing", "syntax"],
  "attribute-overrun": ["RFC 7606 section 4", "withdraw", MALFORMED_ATTRIBUTE_LIST, "nothing", "syntax"],
  "mp-overrun": ["RFC 7606 section 3 (j)", "reset", MALFORMED_ATTRIBUTE_LIST, "nothing", "syntax"],
  "missing-nlri": ["RFC 7606 section 5.2", "reset", UNSPECIFIC, "nothing", "meaning"],
  "attribute-flags": ["RFC 7606 section 3 (c)", "withdraw", ATTRIBUTE_FLAGS_ERROR, "attribute", "meaning"],
  "unrecognized-well-known": ["RFC 4271 section 6.3", "reset", UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE, "attribute", "meaning"],
  "missing-well-known": ["RFC 7606 section 3 (d)", "withdraw", MISSING_WELL_KNOWN_ATTRIBUTE, "attribute-code", "meaning"],
  "duplicate-attribute": ["RFC 7606 section 3 (g)", "discard", MALFORMED_ATTRIBUTE_LIST, "nothing", "meaning"],
  "duplicate-mp": ["RFC 7606 section 3 (g)", "reset", MALFORMED_ATTRIBUTE_LIST, "nothing", "meaning"],
  "mp-flags": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "disabled-family": ["RFC 4760 section 7", "discard", OPTIONAL_ATTRIBUTE_ERROR, "nothing", "meaning"],
});
