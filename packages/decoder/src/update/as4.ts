// Two-octet sessions (RFC 6793): AS numbers above 65535 travel in AS4_PATH and AS4_AGGREGATOR, with AS_TRANS in their place.
import { AS_TRANS } from "@bgpwire/core";
import { aggregator, as4Aggregator } from "../attribute/aggregator.ts";
import { as4Path } from "../attribute/as4-path.ts";
import type { AsPathSegment } from "../attribute/as-path.ts";
import { attributeNamed, type PathAttribute } from "./model.ts";

/** The longest two-octet AS number. */
const MAPPABLE = 0xffff;

/**
 * Attributes as they go to an old speaker (section 4.2.2): AS_TRANS stands in AS_PATH and AGGREGATOR for AS numbers that do
 * not fit, and AS4_PATH and AS4_AGGREGATOR, which replace any that are there, carry the real ones. Where all AS numbers fit
 * there is neither, as the section demands.
 */
export function splitAs4(attributes: readonly PathAttribute[]): PathAttribute[] {
  const result: PathAttribute[] = [];
  for (const attribute of attributes) {
    if (attribute.name === "as4Path" || attribute.name === "as4Aggregator") continue;
    if (attribute.name === "asPath" && attribute.segments.some((segment) => segment.asNumbers.some(isLarge))) {
      result.push({ ...attribute, segments: attribute.segments.map(mapped) });
      // "the NEW BGP speaker MUST exclude such path segments": those of a confederation.
      const segments = attribute.segments.filter((segment) => !isConfederation(segment));
      if (segments.length > 0) result.push(as4Path(segments));
    } else if (attribute.name === "aggregator" && isLarge(attribute.as)) {
      result.push({ ...attribute, as: AS_TRANS }, as4Aggregator(attribute.as, attribute.address));
    } else {
      result.push(attribute);
    }
  }
  return result;
}

/**
 * Attributes from an old speaker with the real AS path and aggregator (section 4.2.3): AS_PATH and AGGREGATOR are merged
 * with AS4_PATH and AS4_AGGREGATOR, which are gone afterwards.
 */
export function mergeAs4(attributes: readonly PathAttribute[]): PathAttribute[] {
  const old = attributeNamed(attributes, "aggregator");
  const large = attributeNamed(attributes, "as4Aggregator");
  const largePath = attributeNamed(attributes, "as4Path");
  // "if the AS number in the AGGREGATOR attribute is not AS_TRANS, then: the AS4_AGGREGATOR attribute and the AS4_PATH
  // attribute SHALL be ignored"; only "when both of the attributes are received".
  const ignored = old !== undefined && large !== undefined && old.as !== AS_TRANS;
  const result: PathAttribute[] = [];
  for (const attribute of attributes) {
    if (attribute.name === "as4Path" || attribute.name === "as4Aggregator") continue;
    if (attribute.name === "asPath" && largePath !== undefined && !ignored) {
      result.push({ ...attribute, segments: mergePaths(attribute.segments, largePath.segments) });
    } else if (attribute.name === "aggregator" && large !== undefined && !ignored) {
      result.push({ ...aggregator(large.as, large.address), ...headerOf(attribute) });
    } else {
      result.push(attribute);
    }
  }
  return result;
}

function headerOf(attribute: PathAttribute): { flags?: number } {
  return attribute.flags === undefined ? {} : { flags: attribute.flags };
}

/**
 * Section 4.2.3: "taking as many AS numbers and path segments as necessary from the leading part of the AS_PATH attribute,
 * and then prepending them to the AS4_PATH attribute so that the AS path information has a number of AS numbers identical to
 * that of the AS_PATH attribute".
 */
function mergePaths(path: readonly AsPathSegment[], as4: readonly AsPathSegment[]): readonly AsPathSegment[] {
  // Section 6: segments of a confederation in AS4_PATH are discarded.
  const tail = as4.filter((segment) => !isConfederation(segment));
  let missing = countOf(path) - countOf(tail);
  if (missing < 0) return path;
  const merged: AsPathSegment[] = [];
  for (const segment of path) {
    const count = countOf([segment]);
    if (count === 0) {
      // A confederation segment is prepended "if it is either the leading path segment or is adjacent to a path segment that
      // is prepended": everything before it has been taken whole, or the loop had ended.
      merged.push(segment);
    } else if (missing === 0) {
      break;
    } else if (count <= missing) {
      merged.push(segment);
      missing -= count;
    } else {
      merged.push({ type: segment.type, asNumbers: segment.asNumbers.slice(0, missing) });
      break;
    }
  }
  return joined(merged, tail);
}

/** The one after the other; two sequences that meet become one where it has room, as the path had it before. */
function joined(head: readonly AsPathSegment[], tail: readonly AsPathSegment[]): readonly AsPathSegment[] {
  const last = head.at(-1);
  const first = tail[0];
  if (last?.type !== "sequence" || first?.type !== "sequence") return [...head, ...tail];
  if (last.asNumbers.length + first.asNumbers.length > 255) return [...head, ...tail];
  const asNumbers = [...last.asNumbers, ...first.asNumbers];
  return [...head.slice(0, -1), { type: "sequence", asNumbers }, ...tail.slice(1)];
}

/**
 * The number of AS numbers for comparing paths: a set counts as one however many are in it (RFC 4271 section 9.1.2.2 a),
 * segments of a confederation do not count (RFC 5065 section 5.3).
 */
function countOf(segments: readonly AsPathSegment[]): number {
  let count = 0;
  for (const { type, asNumbers } of segments) {
    if (type === "sequence") count += asNumbers.length;
    else if (type === "set") count += 1;
  }
  return count;
}

function isConfederation(segment: AsPathSegment): boolean {
  return segment.type === "confedSequence" || segment.type === "confedSet";
}

function isLarge(as: number): boolean {
  return as > MAPPABLE;
}

function mapped(segment: AsPathSegment): AsPathSegment {
  return { type: segment.type, asNumbers: segment.asNumbers.map((as) => (isLarge(as) ? AS_TRANS : as)) };
}
