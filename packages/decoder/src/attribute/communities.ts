// COMMUNITIES (RFC 1997): optional transitive, numbers of four octets.
import { u32List } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { communityOf } from "../community/community.ts";
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const COMMUNITIES_RULES: RuleTable<"communities-length"> = /* @__PURE__ */ ruleTable({
  "communities-length": ["RFC 7606 section 7.8", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** COMMUNITIES (RFC 1997): optional transitive, numbers of four octets. */
export interface CommunitiesAttribute extends AttributeHeader {
  readonly name: "communities";
  readonly code: 8;
  /** 0 to 4294967295 each; `formatCommunity` gives the text. */
  readonly communities: readonly number[];
}

/**
 * Makes a COMMUNITIES from numbers and texts.
 *
 * @throws ConfigError `invalid-value` where a text is no community
 * @example communities(["65000:100", "no-export", 0xfde8_0064])
 */
export function communities(list: readonly (number | string)[]): CommunitiesAttribute {
  return { name: "communities", code: 8, communities: list.map(communityOf) };
}

/** How COMMUNITIES (RFC 1997) is checked and read: a row for registries and `attributeHandler`. */
export const COMMUNITIES: AttributeRow<CommunitiesAttribute> = /* @__PURE__ */ attributeRow<CommunitiesAttribute>({
  code: 8,
  name: "communities",
  flags: OPTIONAL_TRANSITIVE,
  octets: 4,
  multiple: true,
  lengthRule: COMMUNITIES_RULES["communities-length"],
  decode: (buffer, start, end) => {
    return { name: "communities", code: 8, communities: u32List(buffer, start, end) };
  },
});

/** Writes the value. @throws ConfigError `invalid-value` where a number does not fit its field */
export function encodeCommunities({ communities }: CommunitiesAttribute, writer: OctetWriter): void {
  for (let i = 0; i < communities.length; i += 1) writer.u32(communities[i]!);
}
