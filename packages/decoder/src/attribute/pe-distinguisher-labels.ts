// PE Distinguisher Labels (RFC 6514 section 8): optional transitive, labels that a root assigned to PEs of a multicast VPN.
import { readAddress, writeAddress } from "../bytes/address.ts";
import { bounded } from "../bytes/write.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const PE_DISTINGUISHER_LABELS_RULES: RuleTable<"pe-distinguisher-labels-length" | "pe-distinguisher-labels-address"> = /* @__PURE__ */ ruleTable({
  "pe-distinguisher-labels-length": ["RFC 6514 section 8", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "pe-distinguisher-labels-address": ["RFC 6514 section 8", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** The label of a PE. */
export interface PeDistinguisherLabel {
  /** IPv4 or IPv6. */
  readonly peAddress: string;
  /** 0 to 1048575. */
  readonly label: number;
  /** The four bits behind the label, absent where they are 0. */
  readonly reserved?: number;
}

/** PE Distinguisher Labels (RFC 6514 section 8): optional transitive, labels that a root assigned to PEs of a multicast VPN. */
export interface PeDistinguisherLabelsAttribute extends AttributeHeader {
  readonly name: "peDistinguisherLabels";
  readonly code: 27;
  /** All addresses are of the same version. */
  readonly labels: readonly PeDistinguisherLabel[];
}

/** Makes PE Distinguisher Labels. @example peDistinguisherLabels([{ peAddress: "192.0.2.1", label: 100 }]) */
export function peDistinguisherLabels(labels: readonly PeDistinguisherLabel[]): PeDistinguisherLabelsAttribute {
  return { name: "peDistinguisherLabels", code: 27, labels };
}

const LABEL_OCTETS = 3;

/** RFC 6514 section 8 has a unicast address: no multicast, and not the one that is unspecified. */
function isUnicast(address: string): boolean {
  if (address.includes(":")) return address !== "::" && !/^ff[0-9a-f]{2}:/.test(address);
  const first = Number.parseInt(address, 10);
  return first > 0 && first < 224;
}

/** How PE Distinguisher Labels (RFC 6514 section 8) is checked and read: a row for registries and `attributeHandler`. */
export const PE_DISTINGUISHER_LABELS: AttributeRow<PeDistinguisherLabelsAttribute> =
  /* @__PURE__ */ fieldsRow<PeDistinguisherLabelsAttribute>({
    code: 27,
    name: "peDistinguisherLabels",
    flags: OPTIONAL_TRANSITIVE,
    malformed: PE_DISTINGUISHER_LABELS_RULES["pe-distinguisher-labels-length"],
    read: (reader) => {
      // Which version addresses have is said by the route beside it; the length says it too, but for multiples of 133.
      const octets = reader.remaining % (4 + LABEL_OCTETS) === 0 ? 4 : 16;
      const labels: PeDistinguisherLabel[] = [];
      while (reader.remaining > 0) {
        const start = reader.at;
        const peAddress = readAddress(reader, "PE Address", octets);
        const field = reader.u24("Label");
        const reserved = field & 0xf;
        labels.push({ peAddress, label: field >>> 4, ...(reserved !== 0 && { reserved }) });
        reader.group("PE Distinguisher Label", start);
      }
      return peDistinguisherLabels(labels);
    },
    judge: ({ labels }) =>
      labels.every(({ peAddress }) => isUnicast(peAddress))
        ? null
        : PE_DISTINGUISHER_LABELS_RULES["pe-distinguisher-labels-address"],
    write: ({ labels }, writer) => {
      for (const { peAddress, label, reserved = 0 } of labels) {
        writeAddress(peAddress, "peAddress", writer);
        writer.u24((bounded(label, 0xf_ffff, "label") << 4) | bounded(reserved, 0xf, "reserved"));
      }
    },
  });
