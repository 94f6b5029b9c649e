// LOCAL_PREF (RFC 4271 section 5.1.5): well-known, between peers of one AS or one confederation; the higher is preferred.
import { u32At } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { ATTRIBUTE_LENGTH_ERROR, UNSPECIFIC } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, WELL_KNOWN, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const LOCAL_PREF_RULES: RuleTable<"local-pref-external" | "local-pref-length"> = /* @__PURE__ */ ruleTable({
  "local-pref-external": ["RFC 7606 section 7.5", "discard", UNSPECIFIC, "nothing", "meaning"],
  "local-pref-length": ["RFC 7606 section 7.5", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** LOCAL_PREF (RFC 4271 section 5.1.5): well-known, between peers of one AS or one confederation; the higher is preferred. */
export interface LocalPrefAttribute extends AttributeHeader {
  readonly name: "localPref";
  readonly code: 5;
  /** 0 to 4294967295. */
  readonly value: number;
}

/** Makes a LOCAL_PREF. @example localPref(100) */
export function localPref(value: number): LocalPrefAttribute {
  return { name: "localPref", code: 5, value };
}

/** How LOCAL_PREF (RFC 4271 section 5.1.5) is checked and read: a row for registries and `attributeHandler`. */
export const LOCAL_PREF: AttributeRow<LocalPrefAttribute> = /* @__PURE__ */ attributeRow<LocalPrefAttribute>({
  code: 5,
  name: "localPref",
  flags: WELL_KNOWN,
  octets: 4,
  lengthRule: LOCAL_PREF_RULES["local-pref-length"],
  // RFC 4271 section 5.1.5: "except in the case of BGP Confederations".
  refuse: (context) => (context.session === "ebgp" ? LOCAL_PREF_RULES["local-pref-external"] : null),
  decode: (buffer, start) => ({ name: "localPref", code: 5, value: u32At(buffer, start) }),
});

/** Writes the value. @throws ConfigError `invalid-value` where it does not fit its field */
export function encodeLocalPref(attribute: LocalPrefAttribute, writer: OctetWriter): void {
  writer.u32(attribute.value);
}
