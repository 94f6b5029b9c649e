// MULTI_EXIT_DISC (RFC 4271 section 5.1.4): optional non-transitive, a metric of which the lower one is preferred.
import { u32At } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const MULTI_EXIT_DISC_RULES: RuleTable<"multi-exit-disc-length"> = /* @__PURE__ */ ruleTable({
  "multi-exit-disc-length": ["RFC 7606 section 7.4", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** MULTI_EXIT_DISC (RFC 4271 section 5.1.4): optional non-transitive, a metric of which the lower one is preferred. */
export interface MultiExitDiscAttribute extends AttributeHeader {
  readonly name: "multiExitDisc";
  readonly code: 4;
  /** 0 to 4294967295. */
  readonly value: number;
}

/** Makes a MULTI_EXIT_DISC. @example multiExitDisc(100) */
export function multiExitDisc(value: number): MultiExitDiscAttribute {
  return { name: "multiExitDisc", code: 4, value };
}

/** How MULTI_EXIT_DISC (RFC 4271 section 5.1.4) is checked and read: a row for registries and `attributeHandler`. */
export const MULTI_EXIT_DISC: AttributeRow<MultiExitDiscAttribute> =
  /* @__PURE__ */ attributeRow<MultiExitDiscAttribute>({
    code: 4,
    name: "multiExitDisc",
    flags: OPTIONAL_NON_TRANSITIVE,
    octets: 4,
    lengthRule: MULTI_EXIT_DISC_RULES["multi-exit-disc-length"],
    decode: (buffer, start) => ({ name: "multiExitDisc", code: 4, value: u32At(buffer, start) }),
  });

/** Writes the value. @throws ConfigError `invalid-value` where it does not fit its field */
export function encodeMultiExitDisc(attribute: MultiExitDiscAttribute, writer: OctetWriter): void {
  writer.u32(attribute.value);
}
