// Patterns of AS paths as operators write them: regular expressions over the text of a path, in which `_` stands for what parts
// AS numbers.
import { ConfigError } from "@bgpwire/core";

/** Either end of the path, white space, or a bracket or comma of a set. */
const BOUNDARY = String.raw`(?:^|$|[\s,{}()\[\]|])`;

/** More is no pattern that anybody writes. */
const LONGEST = 1000;

/**
 * The regular expression of a pattern, to be tried on what `formatAsPath` gives.
 *
 * @throws ConfigError `invalid-value` where it is none
 * @example asPathPattern("^65001_").test("65001 65002") // true
 * @example asPathPattern("_3356_").test("65001 33561") // false
 */
export function asPathPattern(pattern: string): RegExp {
  if (pattern.length > LONGEST) {
    throw new ConfigError("invalid-value", "asPath", `a pattern of ${pattern.length} characters; at most ${LONGEST}`);
  }
  try {
    return new RegExp(pattern.replaceAll("_", BOUNDARY));
  } catch {
    throw new ConfigError("invalid-value", "asPath", `"${pattern}" is no regular expression of an AS path`);
  }
}
