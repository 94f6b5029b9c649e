// AS_PATHLIMIT (draft-ietf-idr-as-pathlimit, deprecated): optional transitive, how long the AS_PATH of a route may grow.
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { u32At } from "../bytes/integers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. It has no effect on the choice of routes. */
// prettier-ignore
export const AS_PATHLIMIT_RULES: RuleTable<"as-pathlimit-length"> = /* @__PURE__ */ ruleTable({
  "as-pathlimit-length": ["RFC 7606 section 2", "discard", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** AS_PATHLIMIT (draft-ietf-idr-as-pathlimit, deprecated): optional transitive, how long the AS_PATH of a route may grow. */
export interface AsPathlimitAttribute extends AttributeHeader {
  readonly name: "asPathlimit";
  readonly code: 21;
  /** AS numbers that AS_PATH may have: 0 to 255. */
  readonly upperBound: number;
  /** Who says so. */
  readonly as: number;
}

/** Makes an AS_PATHLIMIT. @example asPathlimit(3, 65001) */
export function asPathlimit(upperBound: number, as: number): AsPathlimitAttribute {
  return { name: "asPathlimit", code: 21, upperBound, as };
}

/** How AS_PATHLIMIT (draft-ietf-idr-as-pathlimit, deprecated) is checked and read: a row for registries and `attributeHandler`. */
export const AS_PATHLIMIT: AttributeRow<AsPathlimitAttribute> = /* @__PURE__ */ attributeRow<AsPathlimitAttribute>({
  code: 21,
  name: "asPathlimit",
  flags: OPTIONAL_TRANSITIVE,
  octets: 5,
  lengthRule: AS_PATHLIMIT_RULES["as-pathlimit-length"],
  decode: (buffer, start) => asPathlimit(buffer[start]!, u32At(buffer, start + 1)),
  encode: ({ upperBound, as }, writer) => {
    writer.u8(upperBound);
    writer.u32(as);
  },
});
