// ATOMIC_AGGREGATE (RFC 4271 section 5.1.6): well-known discretionary, empty: AS numbers were lost in aggregation.
import { RULES } from "../verdict/rules.ts";
import { attributeRow, WELL_KNOWN, type AttributeHeader, type AttributeRow } from "./row.ts";

export interface AtomicAggregateAttribute extends AttributeHeader {
  readonly name: "atomicAggregate";
  readonly code: 6;
}

/** Makes an ATOMIC_AGGREGATE. */
export function atomicAggregate(): AtomicAggregateAttribute {
  return { name: "atomicAggregate", code: 6 };
}

export const ATOMIC_AGGREGATE: AttributeRow<AtomicAggregateAttribute> =
  /* @__PURE__ */ attributeRow<AtomicAggregateAttribute>({
    code: 6,
    name: "atomicAggregate",
    flags: WELL_KNOWN,
    flagsRule: RULES["attribute-flags"],
    length: { octets: 0, rule: RULES["atomic-aggregate-length"] },
    decode: () => ({ name: "atomicAggregate", code: 6 }),
    encode: () => {},
  });
