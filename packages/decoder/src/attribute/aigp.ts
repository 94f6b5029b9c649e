// AIGP (RFC 7311): optional non-transitive, the metric of the interior routes that a path has passed so far.
import { copyAt } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { writeU64 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { RawTlv, Tlv } from "../bytes/tlv.ts";
import { isExternal } from "../compiled.ts";
import { ATTRIBUTE_FLAGS_ERROR, OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const AIGP_RULES: RuleTable<"aigp-malformed" | "aigp-transitive" | "aigp-maximum" | "aigp-external"> = /* @__PURE__ */ ruleTable({
  "aigp-malformed": ["RFC 7311 section 3.2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "aigp-transitive": ["RFC 7311 section 3.2", "discard", ATTRIBUTE_FLAGS_ERROR, "attribute", "meaning"],
  "aigp-maximum": ["RFC 7311 section 3.2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "aigp-external": ["RFC 7311 section 3.3", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** The AIGP TLV. */
export interface AigpTlv extends Tlv {
  readonly name: "aigp";
  readonly type: 1;
  /** Accumulated IGP Metric in decimal digits: 0 to 18446744073709551615. */
  readonly metric: string;
}

/** AIGP (RFC 7311): optional non-transitive, the metric of the interior routes that a path has passed so far. */
export interface AigpAttribute extends AttributeHeader {
  readonly name: "aigp";
  readonly code: 26;
  /** The first AIGP TLV counts. */
  readonly tlvs: readonly (AigpTlv | RawTlv)[];
}

/** Makes an AIGP. @param metric decimal digits @example aigp("100") */
export function aigp(metric: string): AigpAttribute {
  return { name: "aigp", code: 26, tlvs: [{ name: "aigp", type: 1, metric }] };
}

const MAXIMUM = "18446744073709551615";
/** The Length field counts Type and Length too: "the minimum length is 3". */
const HEADER_OCTETS = 3;

function readTlv(reader: FieldReader): AigpTlv | RawTlv {
  const start = reader.at;
  const type = reader.u8("AIGP Type");
  const length = reader.u16("AIGP Length");
  if (length < HEADER_OCTETS) reader.fail();
  const value = reader.sub("AIGP Value", Math.max(0, length - HEADER_OCTETS));
  reader.group(type === 1 ? "AIGP TLV" : `type ${type}`, start);
  if (type !== 1) return { name: "raw", type, value: copyAt(value.buffer, value.at, value.end) };
  const metric = value.u64("Accumulated IGP Metric");
  if (!value.complete) reader.fail();
  return { name: "aigp", type: 1, metric };
}

function writeTlv(tlv: AigpTlv | RawTlv, writer: OctetWriter): void {
  const start = writer.length;
  writer.u8(tlv.type);
  const length = writer.reserve(2);
  if (tlv.name === "raw") writer.bytes(tlv.value);
  else writeU64(tlv.metric, "aigp", writer);
  writer.setU16(length, writer.length - start);
}

/** How AIGP (RFC 7311) is checked and read: a row for registries and `attributeHandler`. */
export const AIGP: AttributeRow<AigpAttribute> = /* @__PURE__ */ fieldsRow<AigpAttribute>({
  code: 26,
  name: "aigp",
  flags: OPTIONAL_NON_TRANSITIVE,
  transitiveRule: AIGP_RULES["aigp-transitive"],
  malformed: AIGP_RULES["aigp-malformed"],
  refuse: (context) => (isExternal(context) ? AIGP_RULES["aigp-external"] : null),
  read: (reader) => {
    const tlvs: (AigpTlv | RawTlv)[] = [];
    while (reader.remaining > 0) tlvs.push(readTlv(reader));
    return { name: "aigp", code: 26, tlvs };
  },
  judge: ({ tlvs }) => {
    const first = tlvs.find((tlv) => tlv.name === "aigp");
    return first?.metric === MAXIMUM ? AIGP_RULES["aigp-maximum"] : null;
  },
  write: ({ tlvs }, writer) => {
    for (const tlv of tlvs) writeTlv(tlv, writer);
  },
});
