// ORIGINATOR_ID (RFC 4456 section 8): optional non-transitive, the BGP Identifier of who brought a reflected route in.
import { ipv4Text } from "../text/prefix-text.ts";
import { RULES } from "../verdict/rules.ts";
import { encodeIPv4 } from "./next-hop.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

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

export const ORIGINATOR_ID: AttributeRow<OriginatorIdAttribute> = /* @__PURE__ */ attributeRow<OriginatorIdAttribute>({
  code: 9,
  name: "originatorId",
  flags: OPTIONAL_NON_TRANSITIVE,
  flagsRule: RULES["attribute-flags"],
  length: { octets: 4, rule: RULES["originator-id-length"] },
  refuse: (context) => (context.session === "ebgp" ? RULES["originator-id-external"] : null),
  decode: (buffer, start) => ({ name: "originatorId", code: 9, identifier: ipv4Text(buffer, start) }),
  encode: (attribute, writer) => encodeIPv4(attribute.identifier, "originatorId", writer),
});
