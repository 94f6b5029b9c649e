// ATOMIC_AGGREGATE (RFC 4271 section 5.1.6): well-known discretionary, empty: AS numbers were lost in aggregation.
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, WELL_KNOWN, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const ATOMIC_AGGREGATE_RULES: RuleTable<"atomic-aggregate-length"> = /* @__PURE__ */ ruleTable({
  "atomic-aggregate-length": ["RFC 7606 section 7.6", "discard", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** ATOMIC_AGGREGATE (RFC 4271 section 5.1.6): well-known discretionary, empty: AS numbers were lost in aggregation. */
export interface AtomicAggregateAttribute extends AttributeHeader {
  readonly name: "atomicAggregate";
  readonly code: 6;
}

/** Makes an ATOMIC_AGGREGATE. */
export function atomicAggregate(): AtomicAggregateAttribute {
  return { name: "atomicAggregate", code: 6 };
}

/** How ATOMIC_AGGREGATE (RFC 4271 section 5.1.6) is checked and read: a row for registries and `attributeHandler`. */
export const ATOMIC_AGGREGATE: AttributeRow<AtomicAggregateAttribute> =
  /* @__PURE__ */ attributeRow<AtomicAggregateAttribute>({
    code: 6,
    name: "atomicAggregate",
    flags: WELL_KNOWN,
    octets: 0,
    lengthRule: ATOMIC_AGGREGATE_RULES["atomic-aggregate-length"],
    decode: () => ({ name: "atomicAggregate", code: 6 }),
  });

/** Writes the value, which is empty. */
export function encodeAtomicAggregate(): void {}
