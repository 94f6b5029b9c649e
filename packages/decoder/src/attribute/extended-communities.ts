// EXTENDED COMMUNITIES (RFC 4360): optional transitive, values of eight octets.
import {
  decodeExtendedCommunity,
  EXTENDED_COMMUNITY,
  extendedCommunityOf,
  type ExtendedCommunity,
} from "../community/extended-community.ts";
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const EXTENDED_COMMUNITIES_RULES: RuleTable<"extended-communities-length"> = /* @__PURE__ */ ruleTable({
  "extended-communities-length": ["RFC 7606 section 7.14", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** EXTENDED COMMUNITIES (RFC 4360): optional transitive, values of eight octets. */
export interface ExtendedCommunitiesAttribute extends AttributeHeader {
  readonly name: "extendedCommunities";
  readonly code: 16;
  readonly communities: readonly ExtendedCommunity[];
}

/**
 * Makes an EXTENDED COMMUNITIES from values and texts.
 *
 * @throws ConfigError `invalid-value` where a text is no extended community
 * @example extendedCommunities(["target:65000:100"])
 */
export function extendedCommunities(list: readonly (ExtendedCommunity | string)[]): ExtendedCommunitiesAttribute {
  return { name: "extendedCommunities", code: 16, communities: list.map(extendedCommunityOf) };
}

// RFC 7606 section 7.14: "a BGP speaker MUST NOT treat an unrecognized Extended Community Type or Sub-Type as an error".
/** How EXTENDED COMMUNITIES (RFC 4360) is checked and read: a row for registries and `attributeHandler`. */
export const EXTENDED_COMMUNITIES: AttributeRow<ExtendedCommunitiesAttribute> =
  /* @__PURE__ */ attributeRow<ExtendedCommunitiesAttribute>({
    code: 16,
    name: "extendedCommunities",
    flags: OPTIONAL_TRANSITIVE,
    octets: 8,
    multiple: true,
    lengthRule: EXTENDED_COMMUNITIES_RULES["extended-communities-length"],
    decode: (buffer, start, end) => {
      const list: ExtendedCommunity[] = [];
      for (let at = start; at < end; at += 8) list.push(decodeExtendedCommunity(buffer, at));
      return { name: "extendedCommunities", code: 16, communities: list };
    },
    encode: (attribute, writer) => {
      for (const community of attribute.communities) EXTENDED_COMMUNITY.write(community, writer);
    },
  });
