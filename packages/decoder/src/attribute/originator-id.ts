// ORIGINATOR_ID (RFC 4456 section 8): optional non-transitive, the BGP Identifier of who brought a reflected route in.
import { writeIPv4 } from "../bytes/write.ts";
import { isExternal } from "../compiled.ts";
import { ATTRIBUTE_LENGTH_ERROR, UNSPECIFIC } from "../numbers.ts";
import { ipv4Text } from "../text/prefix-text.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const ORIGINATOR_ID_RULES: RuleTable<"originator-id-external" | "originator-id-length"> = /* @__PURE__ */ ruleTable({
  "originator-id-external": ["RFC 7606 section 7.9", "discard", UNSPECIFIC, "nothing", "meaning"],
  "originator-id-length": ["RFC 7606 section 7.9", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** ORIGINATOR_ID (RFC 4456 section 8): optional non-transitive, the BGP Identifier of who brought a reflected route in. */
export interface OriginatorIdAttribute extends AttributeHeader {
  readonly name: "originatorId";
  readonly code: 9;
  /** BGP Identifier, dotted. */
  readonly identifier: string;
}

/** Makes an ORIGINATOR_ID. @example originatorId("192.0.2.1") */
export function originatorId(identifier: string): OriginatorIdAttribute {
  return { name: "originatorId", code: 9, identifier };
}

/** How ORIGINATOR_ID (RFC 4456 section 8) is checked and read: a row for registries and `attributeHandler`. */
export const ORIGINATOR_ID: AttributeRow<OriginatorIdAttribute> = /* @__PURE__ */ attributeRow<OriginatorIdAttribute>({
  code: 9,
  name: "originatorId",
  flags: OPTIONAL_NON_TRANSITIVE,
  octets: 4,
  lengthRule: ORIGINATOR_ID_RULES["originator-id-length"],
  refuse: (context) => (isExternal(context) ? ORIGINATOR_ID_RULES["originator-id-external"] : null),
  decode: (buffer, start) => ({ name: "originatorId", code: 9, identifier: ipv4Text(buffer, start) }),
  encode: (attribute, writer) => writeIPv4(attribute.identifier, "originatorId", writer),
});
