// LARGE_COMMUNITY (RFC 8092): optional transitive, three numbers of four octets each.
import { u32At } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { largeCommunityOf, type LargeCommunity } from "../community/large-community.ts";
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const LARGE_COMMUNITY_RULES: RuleTable<"large-communities-length"> = /* @__PURE__ */ ruleTable({
  "large-communities-length": ["RFC 8092 section 6", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** LARGE_COMMUNITY (RFC 8092): optional transitive, three numbers of four octets each. */
export interface LargeCommunitiesAttribute extends AttributeHeader {
  readonly name: "largeCommunities";
  readonly code: 32;
  /** As received: RFC 8092 section 3 lets a receiver take doubles for one. */
  readonly communities: readonly LargeCommunity[];
}

/**
 * Makes a LARGE_COMMUNITY from values and texts.
 *
 * @throws ConfigError `invalid-value` where a text is no large community
 * @example largeCommunities(["64496:1:2"])
 */
export function largeCommunities(list: readonly (LargeCommunity | string)[]): LargeCommunitiesAttribute {
  return { name: "largeCommunities", code: 32, communities: list.map(largeCommunityOf) };
}

/** How LARGE_COMMUNITY (RFC 8092) is checked and read: a row for registries and `attributeHandler`. */
export const LARGE_COMMUNITY: AttributeRow<LargeCommunitiesAttribute> =
  /* @__PURE__ */ attributeRow<LargeCommunitiesAttribute>({
    code: 32,
    name: "largeCommunities",
    flags: OPTIONAL_TRANSITIVE,
    octets: 12,
    multiple: true,
    lengthRule: LARGE_COMMUNITY_RULES["large-communities-length"],
    decode: (buffer, start, end) => {
      const list = new Array<LargeCommunity>((end - start) / 12);
      for (let i = 0, at = start; at < end; i += 1, at += 12) {
        list[i] = {
          globalAdministrator: u32At(buffer, at),
          localData1: u32At(buffer, at + 4),
          localData2: u32At(buffer, at + 8),
        };
      }
      return { name: "largeCommunities", code: 32, communities: list };
    },
  });

/** Writes the value. @throws ConfigError `invalid-value` where a number does not fit its field */
export function encodeLargeCommunities(attribute: LargeCommunitiesAttribute, writer: OctetWriter): void {
  for (const { globalAdministrator, localData1, localData2 } of attribute.communities) {
    writer.u32(globalAdministrator);
    writer.u32(localData1);
    writer.u32(localData2);
  }
}
