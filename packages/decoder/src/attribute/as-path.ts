// AS_PATH (RFC 4271 section 5.1.2, with the segments of RFC 5065 section 3): well-known mandatory, segments of type, count
// and AS numbers, of two octets or four as the session has it (RFC 6793).
import { ConfigError } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { u16At, u16List, u32At, u32List } from "../bytes/integers.ts";
import { viewOf } from "../bytes/view.ts";
import { isExternal, stronger } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { MALFORMED_AS_PATH } from "../numbers.ts";
import { parseAsPath } from "../text/as-path.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, WELL_KNOWN, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const AS_PATH_RULES: RuleTable<"as-path-segment-type" | "as-path-overrun" | "as-path-underrun" | "as-path-empty-segment" | "as-path-zero-as" | "as-path-confederation" | "as-path-no-confederation" | "as-path-first-as" | "as-path-set"> = /* @__PURE__ */ ruleTable({
  "as-path-segment-type": ["RFC 7606 section 7.2", "withdraw", MALFORMED_AS_PATH, "nothing", "syntax"],
  "as-path-overrun": ["RFC 7606 section 7.2", "withdraw", MALFORMED_AS_PATH, "nothing", "syntax"],
  "as-path-underrun": ["RFC 7606 section 7.2", "withdraw", MALFORMED_AS_PATH, "nothing", "syntax"],
  "as-path-empty-segment": ["RFC 7606 section 7.2", "withdraw", MALFORMED_AS_PATH, "nothing", "syntax"],
  "as-path-zero-as": ["RFC 7607 section 2", "withdraw", MALFORMED_AS_PATH, "nothing", "meaning"],
  "as-path-confederation": ["RFC 5065 section 5", "withdraw", MALFORMED_AS_PATH, "nothing", "meaning"],
  "as-path-no-confederation": ["RFC 5065 section 5", "withdraw", MALFORMED_AS_PATH, "nothing", "meaning"],
  "as-path-first-as": ["RFC 7606 section 7.2", "off", MALFORMED_AS_PATH, "nothing", "meaning"],
  "as-path-set": ["RFC 9774 section 3", "off", MALFORMED_AS_PATH, "nothing", "meaning"],
});

/**
 * What the AS numbers of a segment are: in order or not, of ASes or of members of a confederation (RFC 4271 section 4.3, RFC 5065
 * section 3).
 */
export type AsPathSegmentType = "set" | "sequence" | "confedSequence" | "confedSet";

/** A segment of an AS path; 1 to 255 AS numbers. */
export interface AsPathSegment {
  readonly type: AsPathSegmentType;
  readonly asNumbers: readonly number[];
}

/**
 * AS_PATH (RFC 4271 section 5.1.2, with the segments of RFC 5065 section 3): well-known mandatory, segments of type, count and AS
 * numbers, of two octets or four as the session has it (RFC 6793).
 */
export interface AsPathAttribute extends AttributeHeader {
  readonly name: "asPath";
  readonly code: 2;
  /** First the segment nearest to the sender. */
  readonly segments: readonly AsPathSegment[];
}

/** By the number on the wire. */
const TYPES: readonly (AsPathSegmentType | "")[] = ["", "set", "sequence", "confedSequence", "confedSet"];

// What is in a path, by bit: AS 0, and each type of segment by its number.
export const HAS_ZERO_AS = 0b1;
export const HAS_SET = 0b10;
const HAS_SETS = 0b1_0010;
export const HAS_CONFEDERATION = 0b1_1000;

/** What keeps a path from being read; `scanPath` gives -1 - index. */
const FAULTS: readonly Rule[] = [
  AS_PATH_RULES["as-path-underrun"],
  AS_PATH_RULES["as-path-segment-type"],
  AS_PATH_RULES["as-path-empty-segment"],
  AS_PATH_RULES["as-path-overrun"],
];

/** Reads through a path: what is in it (`HAS_ZERO_AS`, …), or a negative number where it does not parse. */
export function scanPath(buffer: Uint8Array, start: number, end: number, size: 2 | 4): number {
  let contents = 0;
  let at = start;
  while (at < end) {
    if (end - at < 2) return -1;
    const type = buffer[at]!;
    if (type < 1 || type > 4) return -2;
    const count = buffer[at + 1]!;
    if (count === 0) return -3;
    const segmentEnd = at + 2 + count * size;
    if (segmentEnd > end) return -4;
    contents |= 1 << type;
    at += 2;
    // The lower octets first: they are hardly ever both zero.
    for (at += size; at <= segmentEnd; at += size) {
      if ((buffer[at - 1]! | buffer[at - 2]!) === 0 && (size === 2 || (buffer[at - 3]! | buffer[at - 4]!) === 0)) {
        contents |= HAS_ZERO_AS;
      }
    }
    at = segmentEnd;
  }
  return contents;
}

/** The segments of a path that `scanPath` could read. */
export function decodeSegments(buffer: Uint8Array, start: number, end: number, size: 2 | 4): AsPathSegment[] {
  if (start === end) return [];
  // Nearly all paths are one segment: an array that begins with it costs a tenth of one that grows to it.
  const segments = [segmentAt(buffer, start, size)];
  for (let at = segmentEnd(buffer, start, size); at < end; at = segmentEnd(buffer, at, size)) {
    segments.push(segmentAt(buffer, at, size));
  }
  return segments;
}

function segmentEnd(buffer: Uint8Array, at: number, size: 2 | 4): number {
  return at + 2 + buffer[at + 1]! * size;
}

function segmentAt(buffer: Uint8Array, at: number, size: 2 | 4): AsPathSegment {
  const type = TYPES[buffer[at]!] as AsPathSegmentType;
  const end = segmentEnd(buffer, at, size);
  return { type, asNumbers: size === 4 ? u32List(buffer, at + 2, end) : u16List(buffer, at + 2, end) };
}

/**
 * The path in `[start, end)`, which has been checked, as numbers alone: of each segment its type as on the wire (1 AS_SET, 2
 * AS_SEQUENCE, RFC 4271 section 4.3; 3 AS_CONFED_SEQUENCE, 4 AS_CONFED_SET, RFC 5065 section 3), how many AS numbers it has, and these.
 * One list in place of an object for each segment: the least that a path costs.
 *
 * @example asPathNumbers(buffer, start, end, context) // [2, 3, 65001, 65002, 4200000000]
 */
export function asPathNumbers(buffer: Uint8Array, start: number, end: number, context: DecodeContext): number[] {
  const { asSize } = context.compiled;
  if (start === end) return [];
  const count = buffer[start + 1]!;
  if (asSize === 4 && start + 2 + 4 * count === end) {
    const octets = viewOf(buffer);
    const numbers = new Array<number>(count + 2);
    numbers[0] = buffer[start]!;
    numbers[1] = count;
    if (octets === null) for (let i = 2, at = start + 2; at < end; i += 1, at += 4) numbers[i] = u32At(buffer, at);
    else for (let i = 2, at = start + 2; at < end; i += 1, at += 4) numbers[i] = octets.getUint32(at);
    return numbers;
  }
  const numbers: number[] = [];
  for (let at = start; at < end;) {
    const last = segmentEnd(buffer, at, asSize);
    numbers.push(buffer[at]!, buffer[at + 1]!);
    for (at += 2; at < last; at += asSize) numbers.push(asSize === 4 ? u32At(buffer, at) : u16At(buffer, at));
  }
  return numbers;
}

/** @throws ConfigError for an empty segment, more than 255 AS numbers, and those that do not fit in `size` octets */
export function encodeSegments(segments: readonly AsPathSegment[], writer: OctetWriter, size: 2 | 4): void {
  for (const { type, asNumbers } of segments) {
    const number = TYPES.indexOf(type);
    if (number < 1) throw new ConfigError("invalid-value", "asPath", `"${type}" is no type of segment`);
    if (asNumbers.length === 0) throw new ConfigError("invalid-value", "asPath", "a segment without AS number");
    writer.u8(number);
    writer.u8(asNumbers.length);
    for (let i = 0; i < asNumbers.length; i += 1) {
      if (size === 4) writer.u32(asNumbers[i]!);
      else writer.u16(asNumbers[i]!);
    }
  }
}

/**
 * The segments of a path in any of the ways a caller may write it.
 *
 * @throws ConfigError `invalid-value` where a text is no path
 */
export function segmentsOf(path: string | readonly number[] | readonly AsPathSegment[]): readonly AsPathSegment[] {
  if (typeof path === "string") {
    const segments = parseAsPath(path);
    if (segments === null) throw new ConfigError("invalid-value", "asPath", `"${path}" is no AS path`);
    return segments;
  }
  if (!Array.isArray(path)) {
    const accepted = 'text such as "65001 {65002 65003}", a list of AS numbers, or a list of segments';
    throw new ConfigError("invalid-value", "asPath", `${String(path)} is no AS path; give ${accepted}`);
  }
  if (typeof path[0] !== "number") return path as readonly AsPathSegment[];
  // RFC 4271 section 5.1.2: what does not fit into a segment of 255 AS numbers goes into the next one.
  const segments: AsPathSegment[] = [];
  for (let at = 0; at < path.length; at += 255) {
    segments.push({ type: "sequence", asNumbers: path.slice(at, at + 255) as number[] });
  }
  return segments;
}

/**
 * Makes an AS_PATH from text, from the AS numbers of one sequence, or from segments.
 *
 * @throws ConfigError `invalid-value` where a text is no path
 * @example asPath("65001 65002") // or asPath([65001, 65002])
 */
export function asPath(path: string | readonly number[] | readonly AsPathSegment[]): AsPathAttribute {
  return { name: "asPath", code: 2, segments: segmentsOf(path) };
}

/**
 * Whether a path of four-octet AS numbers is one sequence and clearly without AS 0, as 98 of 100 are: then there is nothing to
 * say about it. Not asking further makes the walk of captured UPDATEs 7 % faster.
 */
export function isPlainPath(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start < 6 || buffer[start] !== 2 || start + 2 + 4 * buffer[start + 1]! !== end) return false;
  for (let at = start + 5; at < end; at += 4) if (buffer[at] === 0) return false;
  return true;
}

/** The verdict on a path: what keeps it from being read, else what in it may not be there. */
export function checkAsPath(buffer: Uint8Array, start: number, end: number, context: DecodeContext): Rule | null {
  const { asSize, firstAs } = context.compiled;
  const contents = scanPath(buffer, start, end, asSize);
  if (contents < 0) return FAULTS[-1 - contents]!;
  let rule: Rule | null = null;
  if ((contents & HAS_ZERO_AS) !== 0) rule = stronger(context, rule, AS_PATH_RULES["as-path-zero-as"]);
  if ((contents & HAS_SETS) !== 0) rule = stronger(context, rule, AS_PATH_RULES["as-path-set"]);
  if (isExternal(context)) {
    if ((contents & HAS_CONFEDERATION) !== 0) rule = stronger(context, rule, AS_PATH_RULES["as-path-confederation"]);
    else if (firstAs >= 0 && !beginsWith(firstAs, buffer, start, end, asSize)) {
      rule = stronger(context, rule, AS_PATH_RULES["as-path-first-as"]);
    }
  } else if (context.session === "confed" && (start === end || buffer[start] !== 3)) {
    rule = stronger(context, rule, AS_PATH_RULES["as-path-no-confederation"]);
  }
  return rule;
}

/**
 * How AS_PATH (RFC 4271 section 5.1.2, with the segments of RFC 5065 section 3) is checked and read: a row for registries and
 * `attributeHandler`.
 */
export const AS_PATH: AttributeRow<AsPathAttribute> = /* @__PURE__ */ attributeRow<AsPathAttribute>({
  code: 2,
  name: "asPath",
  flags: WELL_KNOWN,
  check: checkAsPath,
  decode: (buffer, start, end, context) => ({
    name: "asPath",
    code: 2,
    segments: decodeSegments(buffer, start, end, context.compiled.asSize),
  }),
});

/** Writes the value. @throws ConfigError as `encodeSegments` */
export function encodeAsPath(attribute: AsPathAttribute, writer: OctetWriter, context: DecodeContext): void {
  encodeSegments(attribute.segments, writer, context.compiled.asSize);
}

/** RFC 4271 section 6.3: whether "the leftmost … AS in the AS_PATH" is this one. */
function beginsWith(as: number, buffer: Uint8Array, start: number, end: number, size: 2 | 4): boolean {
  if (start === end || buffer[start] !== 2) return false;
  return (size === 4 ? u32At(buffer, start + 2) : u16At(buffer, start + 2)) === as;
}
