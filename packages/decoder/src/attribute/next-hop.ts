// NEXT_HOP (RFC 4271 section 5.1.3): well-known, mandatory for the NLRI field, one IPv4 address.
import { writeIPv4 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { ATTRIBUTE_LENGTH_ERROR, INVALID_NEXT_HOP } from "../numbers.ts";
import { ipv4Text } from "../text/prefix-text.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, WELL_KNOWN, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const NEXT_HOP_RULES: RuleTable<"next-hop-length" | "next-hop-address"> = /* @__PURE__ */ ruleTable({
  "next-hop-length": ["RFC 7606 section 7.3", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
  "next-hop-address": ["RFC 7606 section 3 (e)", "withdraw", INVALID_NEXT_HOP, "attribute", "meaning"],
});

/** NEXT_HOP (RFC 4271 section 5.1.3): well-known, mandatory for the NLRI field, one IPv4 address. */
export interface NextHopAttribute extends AttributeHeader {
  readonly name: "nextHop";
  readonly code: 3;
  /** IPv4 address. */
  readonly address: string;
}

/** Makes a NEXT_HOP. @example nextHop("192.0.2.1") */
export function nextHop(address: string): NextHopAttribute {
  return { name: "nextHop", code: 3, address };
}

// Whether the address is that of a host is asked at the end of the walk (update/walk.ts), because RFC 4760 section 3 has the
// attribute ignored in a message without NLRI field.
/** How NEXT_HOP (RFC 4271 section 5.1.3) is checked and read: a row for registries and `attributeHandler`. */
export const NEXT_HOP: AttributeRow<NextHopAttribute> = /* @__PURE__ */ attributeRow<NextHopAttribute>({
  code: 3,
  name: "nextHop",
  flags: WELL_KNOWN,
  octets: 4,
  lengthRule: NEXT_HOP_RULES["next-hop-length"],
  decode: (buffer, start) => ({ name: "nextHop", code: 3, address: ipv4Text(buffer, start) }),
});

/** Writes the value. @throws ConfigError `invalid-value` where it is no IPv4 address */
export function encodeNextHop(attribute: NextHopAttribute, writer: OctetWriter): void {
  writeIPv4(attribute.address, "nextHop", writer);
}
