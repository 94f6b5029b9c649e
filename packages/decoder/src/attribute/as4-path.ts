// AS4_PATH (RFC 6793 section 3): optional transitive, the AS path with four octets per AS number as it was before the first
// old speaker wrote AS_TRANS for those that need four.
import type { OctetWriter } from "../bytes/writer.ts";
import { stronger } from "../compiled.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import {
  decodeSegments,
  encodeSegments,
  HAS_CONFEDERATION,
  HAS_SET,
  HAS_ZERO_AS,
  scanPath,
  segmentsOf,
  type AsPathSegment,
} from "./as-path.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const AS4_PATH_RULES: RuleTable<"as4-path-new-speaker" | "as4-path-malformed" | "as4-path-zero-as" | "as4-path-confederation" | "as4-path-set"> = /* @__PURE__ */ ruleTable({
  "as4-path-new-speaker": ["RFC 6793 section 6", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "as4-path-malformed": ["RFC 6793 section 6", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "as4-path-zero-as": ["RFC 7607 section 2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "as4-path-confederation": ["RFC 6793 section 6", "none", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "as4-path-set": ["RFC 9774 section 3", "off", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/**
 * AS4_PATH (RFC 6793 section 3): optional transitive, the AS path with four octets per AS number as it was before the first old
 * speaker wrote AS_TRANS for those that need four.
 */
export interface As4PathAttribute extends AttributeHeader {
  readonly name: "as4Path";
  readonly code: 17;
  readonly segments: readonly AsPathSegment[];
}

/** Makes an AS4_PATH as `asPath` makes an AS_PATH. */
export function as4Path(path: string | readonly number[] | readonly AsPathSegment[]): As4PathAttribute {
  return { name: "as4Path", code: 17, segments: segmentsOf(path) };
}

/** How AS4_PATH (RFC 6793 section 3) is checked and read: a row for registries and `attributeHandler`. */
export const AS4_PATH: AttributeRow<As4PathAttribute> = /* @__PURE__ */ attributeRow<As4PathAttribute>({
  code: 17,
  name: "as4Path",
  flags: OPTIONAL_TRANSITIVE,
  // RFC 6793 section 6: "A NEW BGP speaker that receives the AS4_PATH attribute … from another NEW BGP speaker MUST discard
  // the path attribute".
  refuse: (context) => (context.fourOctetAs ? AS4_PATH_RULES["as4-path-new-speaker"] : null),
  check: (buffer, start, end, context) => {
    // An empty one is "too small (i.e., less than 6) for the attribute to carry at least one AS number".
    const contents = start === end ? -1 : scanPath(buffer, start, end, 4);
    if (contents < 0) return AS4_PATH_RULES["as4-path-malformed"];
    let rule: Rule | null = null;
    if ((contents & HAS_ZERO_AS) !== 0) rule = stronger(context, rule, AS4_PATH_RULES["as4-path-zero-as"]);
    if ((contents & HAS_SET) !== 0) rule = stronger(context, rule, AS4_PATH_RULES["as4-path-set"]);
    if ((contents & HAS_CONFEDERATION) !== 0) {
      rule = stronger(context, rule, AS4_PATH_RULES["as4-path-confederation"]);
    }
    return rule;
  },
  decode: (buffer, start, end) => ({ name: "as4Path", code: 17, segments: decodeSegments(buffer, start, end, 4) }),
});

/** Writes the value. @throws ConfigError as `encodeSegments` */
export function encodeAs4Path(attribute: As4PathAttribute, writer: OctetWriter): void {
  encodeSegments(attribute.segments, writer, 4);
}
