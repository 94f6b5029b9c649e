// ORIGIN (RFC 4271 section 5.1.1): well-known mandatory, one octet.
import { ConfigError } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { ATTRIBUTE_LENGTH_ERROR, INVALID_ORIGIN } from "../numbers.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, WELL_KNOWN, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const ORIGIN_RULES: RuleTable<"origin-length" | "origin-value"> = /* @__PURE__ */ ruleTable({
  "origin-length": ["RFC 7606 section 7.1", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
  "origin-value": ["RFC 7606 section 7.1", "withdraw", INVALID_ORIGIN, "attribute", "syntax"],
});

/** Where the route entered BGP: from inside its AS, from EGP, or by other means. */
export type Origin = "igp" | "egp" | "incomplete";

/** ORIGIN (RFC 4271 section 5.1.1): well-known mandatory, one octet. */
export interface OriginAttribute extends AttributeHeader {
  readonly name: "origin";
  readonly code: 1;
  readonly value: Origin;
}

const VALUES: readonly Origin[] = ["igp", "egp", "incomplete"];

/** Makes an ORIGIN. @example origin("igp") */
export function origin(value: Origin): OriginAttribute {
  return { name: "origin", code: 1, value };
}

/** RFC 4271 section 6.3: "If the ORIGIN attribute has an undefined value". */
export function checkOrigin(buffer: Uint8Array, start: number): Rule | null {
  return buffer[start]! > 2 ? ORIGIN_RULES["origin-value"] : null;
}

/** How ORIGIN (RFC 4271 section 5.1.1) is checked and read: a row for registries and `attributeHandler`. */
export const ORIGIN: AttributeRow<OriginAttribute> = /* @__PURE__ */ attributeRow<OriginAttribute>({
  code: 1,
  name: "origin",
  flags: WELL_KNOWN,
  octets: 1,
  lengthRule: ORIGIN_RULES["origin-length"],
  check: checkOrigin,
  decode: (buffer, start) => ({ name: "origin", code: 1, value: VALUES[buffer[start]!]! }),
});

/** Writes the value. @throws ConfigError `invalid-value` where it is none of the three */
export function encodeOrigin(attribute: OriginAttribute, writer: OctetWriter): void {
  const value = VALUES.indexOf(attribute.value);
  if (value < 0) throw new ConfigError("invalid-value", "origin", `"${attribute.value}" is no origin`);
  writer.u8(value);
}
