// NEXT_HOP (RFC 4271 section 5.1.3): well-known, mandatory for the NLRI field, one IPv4 address.
import { ConfigError } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { ipv4Text, ipv4Value } from "../text/prefix-text.ts";
import { RULES } from "../verdict/rules.ts";
import { attributeRow, WELL_KNOWN, type AttributeHeader, type AttributeRow } from "./row.ts";

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

/** Writes four octets. @throws ConfigError `invalid-value` where the text is no IPv4 address */
export function encodeIPv4(address: string, field: string, writer: OctetWriter): void {
  const value = ipv4Value(address);
  if (value < 0) throw new ConfigError("invalid-value", field, `"${address}" is no IPv4 address`);
  writer.u32(value);
}

// Whether the address is that of a host is asked at the end of the walk (update/walk.ts), because RFC 4760 section 3 has the
// attribute ignored in a message without NLRI field.
export const NEXT_HOP: AttributeRow<NextHopAttribute> = /* @__PURE__ */ attributeRow<NextHopAttribute>({
  code: 3,
  name: "nextHop",
  flags: WELL_KNOWN,
  flagsRule: RULES["attribute-flags"],
  length: { octets: 4, rule: RULES["next-hop-length"] },
  decode: (buffer, start) => ({ name: "nextHop", code: 3, address: ipv4Text(buffer, start) }),
  encode: (attribute, writer) => encodeIPv4(attribute.address, "nextHop", writer),
});
