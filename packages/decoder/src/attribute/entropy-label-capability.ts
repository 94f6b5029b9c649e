// BGP Entropy Label Capability (RFC 6790 section 5.2, deprecated by RFC 7447): optional transitive, with nothing in it; by being
// there it says that packets to the next hop may carry an entropy label.
import { writeHex } from "../bytes/write.ts";
import { MESSAGE_RULES } from "../verdict/message-rules.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/**
 * BGP Entropy Label Capability (RFC 6790 section 5.2, deprecated by RFC 7447): optional transitive, with nothing in it; by being
 * there it says that packets to the next hop may carry an entropy label.
 */
export interface EntropyLabelCapabilityAttribute extends AttributeHeader {
  readonly name: "entropyLabelCapability";
  readonly code: 28;
  /** Digits of octets that are there all the same, as some routers send them; absent where there is none. */
  readonly value?: string;
}

/** Makes a BGP Entropy Label Capability. */
export function entropyLabelCapability(): EntropyLabelCapabilityAttribute {
  return { name: "entropyLabelCapability", code: 28 };
}

// RFC 7447 section 2 has it be an attribute that is not recognized: whatever is in it, nothing is wrong with it.
/**
 * How BGP Entropy Label Capability (RFC 6790 section 5.2, deprecated by RFC 7447) is checked and read: a row for registries and
 * `attributeHandler`.
 */
export const ENTROPY_LABEL_CAPABILITY: AttributeRow<EntropyLabelCapabilityAttribute> =
  /* @__PURE__ */ fieldsRow<EntropyLabelCapabilityAttribute>({
    code: 28,
    name: "entropyLabelCapability",
    flags: OPTIONAL_TRANSITIVE,
    malformed: MESSAGE_RULES["attribute-flags"],
    mayBeEmpty: true,
    read: (reader) => {
      if (reader.remaining === 0) return entropyLabelCapability();
      return { ...entropyLabelCapability(), value: reader.hex("Value", reader.remaining) };
    },
    write: ({ value }, writer) => {
      if (value !== undefined) writeHex(value, value.length / 2, "entropyLabelCapability", writer);
    },
  });
