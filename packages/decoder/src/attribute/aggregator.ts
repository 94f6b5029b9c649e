// AGGREGATOR (RFC 4271 section 5.1.7) and AS4_AGGREGATOR (RFC 6793 section 3): optional transitive, the AS and the address of
// the router that aggregated.
import { u16At, u32At } from "../bytes/integers.ts";
import { writeIPv4 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { DecodeContext } from "../context.ts";
import { ATTRIBUTE_LENGTH_ERROR, OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ipv4Text } from "../text/prefix-text.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const AGGREGATOR_RULES: RuleTable<"aggregator-length" | "aggregator-zero-as" | "as4-aggregator-new-speaker" | "as4-aggregator-length" | "as4-aggregator-zero-as"> = /* @__PURE__ */ ruleTable({
  "aggregator-length": ["RFC 7606 section 7.7", "discard", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
  "aggregator-zero-as": ["RFC 7607 section 2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "as4-aggregator-new-speaker": ["RFC 6793 section 6", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "as4-aggregator-length": ["RFC 6793 section 6", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "as4-aggregator-zero-as": ["RFC 7607 section 2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** AGGREGATOR (RFC 4271 section 5.1.7): optional transitive, the AS and the router that aggregated a route. */
export interface AggregatorAttribute extends AttributeHeader {
  readonly name: "aggregator";
  readonly code: 7;
  readonly as: number;
  /** IPv4 address, by custom the BGP Identifier. */
  readonly address: string;
}

/** What an old speaker passes on of an AGGREGATOR whose AS number needs four octets. */
export interface As4AggregatorAttribute extends AttributeHeader {
  readonly name: "as4Aggregator";
  readonly code: 18;
  readonly as: number;
  readonly address: string;
}

/** Makes an AGGREGATOR. @example aggregator(65001, "192.0.2.1") */
export function aggregator(as: number, address: string): AggregatorAttribute {
  return { name: "aggregator", code: 7, as, address };
}

/** Makes an AS4_AGGREGATOR. */
export function as4Aggregator(as: number, address: string): As4AggregatorAttribute {
  return { name: "as4Aggregator", code: 18, as, address };
}

/** How AGGREGATOR (RFC 4271 section 5.1.7) is checked and read: a row for registries and `attributeHandler`. */
export const AGGREGATOR: AttributeRow<AggregatorAttribute> = /* @__PURE__ */ attributeRow<AggregatorAttribute>({
  code: 7,
  name: "aggregator",
  flags: OPTIONAL_TRANSITIVE,
  check: (buffer, start, end, context) => {
    const { asSize } = context.compiled;
    if (end - start !== asSize + 4) return AGGREGATOR_RULES["aggregator-length"];
    const as = asSize === 4 ? u32At(buffer, start) : u16At(buffer, start);
    return as === 0 ? AGGREGATOR_RULES["aggregator-zero-as"] : null;
  },
  decode: (buffer, start, _end, context) => {
    const { asSize } = context.compiled;
    const as = asSize === 4 ? u32At(buffer, start) : u16At(buffer, start);
    return { name: "aggregator", code: 7, as, address: ipv4Text(buffer, start + asSize) };
  },
});

/** Writes the value. @throws ConfigError `invalid-value` where a part does not fit its field */
export function encodeAggregator(attribute: AggregatorAttribute, writer: OctetWriter, context: DecodeContext): void {
  if (context.compiled.asSize === 4) writer.u32(attribute.as);
  else writer.u16(attribute.as);
  writeIPv4(attribute.address, "aggregator", writer);
}

/** How AS4_AGGREGATOR (RFC 6793 section 3) is checked and read: a row for registries and `attributeHandler`. */
export const AS4_AGGREGATOR: AttributeRow<As4AggregatorAttribute> =
  /* @__PURE__ */ attributeRow<As4AggregatorAttribute>({
    code: 18,
    name: "as4Aggregator",
    flags: OPTIONAL_TRANSITIVE,
    octets: 8,
    lengthRule: AGGREGATOR_RULES["as4-aggregator-length"],
    refuse: (context) => (context.fourOctetAs ? AGGREGATOR_RULES["as4-aggregator-new-speaker"] : null),
    check: (buffer, start) => (u32At(buffer, start) === 0 ? AGGREGATOR_RULES["as4-aggregator-zero-as"] : null),
    decode: (buffer, start) => ({
      name: "as4Aggregator",
      code: 18,
      as: u32At(buffer, start),
      address: ipv4Text(buffer, start + 4),
    }),
  });

/** Writes the value. @throws ConfigError `invalid-value` where a part does not fit its field */
export function encodeAs4Aggregator(attribute: As4AggregatorAttribute, writer: OctetWriter): void {
  writer.u32(attribute.as);
  writeIPv4(attribute.address, "as4Aggregator", writer);
}
