// AS paths as text: "65001 65002 {65003 65004}", with confederation segments in parentheses and brackets.
import type { AsPathSegment, AsPathSegmentType } from "../attribute/as-path.ts";
import { decimal } from "../bytes/integers.ts";

/** Text around the AS numbers of a segment. */
const BRACKETS: Readonly<Record<AsPathSegmentType, readonly [open: string, close: string]>> = {
  sequence: ["", ""],
  set: ["{", "}"],
  confedSequence: ["(", ")"],
  confedSet: ["[", "]"],
};

/** The most AS numbers of one segment. */
const LONGEST_SEGMENT = 255;

/**
 * Text of a path, the AS nearest to the sender first. The empty path is "".
 *
 * Two sequences side by side are parted by `|`, unless the first is full: then the text is that of one long sequence, which
 * needs two segments anyway.
 *
 * @example formatAsPath(asPath.segments) // "65001 65002 {65003 65004}", "(65010 65011) 65001", "[65010 65011]"
 */
export function formatAsPath(segments: readonly AsPathSegment[]): string {
  const parts: string[] = [];
  for (const [i, segment] of segments.entries()) {
    const before = segments[i - 1];
    if (segment.type === "sequence" && before?.type === "sequence" && before.asNumbers.length < LONGEST_SEGMENT) {
      parts.push("|");
    }
    const [open, close] = BRACKETS[segment.type];
    parts.push(open + segment.asNumbers.join(" ") + close);
  }
  return parts.join(" ");
}

/**
 * The segments of a text that `formatAsPath` gives. Inside brackets commas may part the AS numbers; sequences of more than
 * 255 AS numbers become several segments.
 *
 * @returns null when the text is no path
 * @example parseAsPath("65001 {65003,65004}")
 */
export function parseAsPath(text: string): AsPathSegment[] | null {
  const segments: AsPathSegment[] = [];
  let sequence: number[] | null = null;
  let rest = text.trim();
  while (rest !== "") {
    const bracket = bracketOf(rest);
    if (bracket !== null) {
      const [type, close] = bracket;
      const end = rest.indexOf(close);
      const asNumbers = end < 0 ? null : parseAsNumbers(rest.slice(1, end));
      if (asNumbers === null || asNumbers.length > LONGEST_SEGMENT) return null;
      segments.push({ type, asNumbers });
      sequence = null;
      rest = rest.slice(end + 1);
    } else if (rest.startsWith("|")) {
      if (sequence === null) return null;
      sequence = null;
      rest = rest.slice(1).trimStart();
      if (!/^\d/.test(rest)) return null;
    } else {
      const token = /^\d+/.exec(rest)?.[0] ?? "";
      const as = decimal(token, 0xffff_ffff);
      if (as < 0) return null;
      if (sequence === null || sequence.length === LONGEST_SEGMENT) {
        sequence = [];
        segments.push({ type: "sequence", asNumbers: sequence });
      }
      sequence.push(as);
      rest = rest.slice(token.length);
      // A number ends at white space, at a bracket, or at the end.
      if (rest !== "" && !/^[\s|{([]/.test(rest)) return null;
    }
    rest = rest.trimStart();
  }
  return segments;
}

function bracketOf(text: string): readonly [AsPathSegmentType, string] | null {
  for (const [type, [open, close]] of Object.entries(BRACKETS)) {
    if (open !== "" && text.startsWith(open)) return [type as AsPathSegmentType, close];
  }
  return null;
}

/** One AS number or more, with white space or single commas between them. */
function parseAsNumbers(text: string): number[] | null {
  const asNumbers: number[] = [];
  for (const token of text.trim().split(/\s*,\s*|\s+/)) {
    const as = decimal(token, 0xffff_ffff);
    if (as < 0) return null;
    asNumbers.push(as);
  }
  return asNumbers;
}
