// Prefixes that are looked for.
import { ConfigError, parsePrefix, type ParsedPrefix } from "@bgpwire/core";

/** Which prefixes are meant by one: itself, those inside it, or those around it; the last two include itself. */
export type PrefixMatch = "exact" | "moreSpecific" | "lessSpecific";

/** Whether a prefix is one that is looked for. */
export type PrefixCondition = (prefix: string) => boolean;

/**
 * What is asked of prefixes.
 *
 * @throws ConfigError `invalid-value` where the text is no prefix
 * @example prefixCondition("192.0.2.0/24", "lessSpecific")("192.0.0.0/16") // true
 */
export function prefixCondition(text: string, match: PrefixMatch): PrefixCondition {
  const wanted = parsePrefix(text);
  if (wanted === null) throw new ConfigError("invalid-value", "prefix", `"${text}" is no prefix; such as 192.0.2.0/24`);
  return (other) => {
    const prefix = parsePrefix(other);
    if (prefix === null || prefix.version !== wanted.version) return false;
    const inside = prefix.length >= wanted.length && agree(prefix, wanted, wanted.length);
    const around = prefix.length <= wanted.length && agree(prefix, wanted, prefix.length);
    if (match === "exact") return inside && around;
    return match === "moreSpecific" ? inside : around;
  };
}

/** Whether two prefixes have the same first bits. */
function agree(one: ParsedPrefix, other: ParsedPrefix, bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const rest = bits - bit;
    const mask = rest >= 8 ? 0xff : (0xff << (8 - rest)) & 0xff;
    if (((one.bytes[bit >> 3]! ^ other.bytes[bit >> 3]!) & mask) !== 0) return false;
  }
  return true;
}
