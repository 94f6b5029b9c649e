// Only to Customer, OTC (RFC 9234 section 5): optional transitive, the AS that sent a route to a customer, a peer or a client of
// a route server first, whence it may only go to customers.
import { u32At } from "../bytes/integers.ts";
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. Whether a route with it is a leak depends on roles, and is for who chooses routes to say. */
// prettier-ignore
export const ONLY_TO_CUSTOMER_RULES: RuleTable<"only-to-customer-length"> = /* @__PURE__ */ ruleTable({
  "only-to-customer-length": ["RFC 9234 section 5", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/**
 * Only to Customer, OTC (RFC 9234 section 5): optional transitive, the AS that sent a route to a customer, a peer or a client of a
 * route server first, whence it may only go to customers.
 */
export interface OnlyToCustomerAttribute extends AttributeHeader {
  readonly name: "onlyToCustomer";
  readonly code: 35;
  /** 0 to 4294967295, with four octets on every session. */
  readonly as: number;
}

/** Makes an OTC. @example onlyToCustomer(65001) */
export function onlyToCustomer(as: number): OnlyToCustomerAttribute {
  return { name: "onlyToCustomer", code: 35, as };
}

/** How Only to Customer, OTC (RFC 9234 section 5) is checked and read: a row for registries and `attributeHandler`. */
export const ONLY_TO_CUSTOMER: AttributeRow<OnlyToCustomerAttribute> =
  /* @__PURE__ */ attributeRow<OnlyToCustomerAttribute>({
    code: 35,
    name: "onlyToCustomer",
    flags: OPTIONAL_TRANSITIVE,
    octets: 4,
    lengthRule: ONLY_TO_CUSTOMER_RULES["only-to-customer-length"],
    decode: (buffer, start) => onlyToCustomer(u32At(buffer, start)),
    encode: ({ as }, writer) => writer.u32(as),
  });
