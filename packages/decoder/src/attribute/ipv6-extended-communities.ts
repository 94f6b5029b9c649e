// IPv6 Address Specific Extended Communities (RFC 5701): optional transitive, values of twenty octets.
import { FieldReader } from "../bytes/reader.ts";
import {
  IPV6_EXTENDED_COMMUNITY,
  ipv6ExtendedCommunityOf,
  type Ipv6ExtendedCommunity,
} from "../community/ipv6-extended-community.ts";
import { ATTRIBUTE_LENGTH_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const IPV6_EXTENDED_COMMUNITIES_RULES: RuleTable<"ipv6-extended-communities-length"> = /* @__PURE__ */ ruleTable({
  "ipv6-extended-communities-length": ["RFC 7606 section 7.15", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** IPv6 Address Specific Extended Communities (RFC 5701): optional transitive, values of twenty octets. */
export interface Ipv6ExtendedCommunitiesAttribute extends AttributeHeader {
  readonly name: "ipv6ExtendedCommunities";
  readonly code: 25;
  readonly communities: readonly Ipv6ExtendedCommunity[];
}

/**
 * Makes one from values and texts.
 *
 * @throws ConfigError `invalid-value` where a text is no IPv6 extended community
 * @example ipv6ExtendedCommunities(["target:[2001:db8::1]:100"])
 */
export function ipv6ExtendedCommunities(
  list: readonly (Ipv6ExtendedCommunity | string)[],
): Ipv6ExtendedCommunitiesAttribute {
  return { name: "ipv6ExtendedCommunities", code: 25, communities: list.map(ipv6ExtendedCommunityOf) };
}

// RFC 7606 section 7.15: an unrecognized type or sub-type is no error here either.
/** How IPv6 Address Specific Extended Communities (RFC 5701) is checked and read: a row for registries and `attributeHandler`. */
export const IPV6_EXTENDED_COMMUNITIES: AttributeRow<Ipv6ExtendedCommunitiesAttribute> =
  /* @__PURE__ */ attributeRow<Ipv6ExtendedCommunitiesAttribute>({
    code: 25,
    name: "ipv6ExtendedCommunities",
    flags: OPTIONAL_TRANSITIVE,
    octets: 20,
    multiple: true,
    lengthRule: IPV6_EXTENDED_COMMUNITIES_RULES["ipv6-extended-communities-length"],
    decode: (buffer, start, end) => {
      const reader = new FieldReader(buffer, start, end);
      const list: Ipv6ExtendedCommunity[] = [];
      while (reader.remaining > 0) list.push(IPV6_EXTENDED_COMMUNITY.read(reader));
      return { name: "ipv6ExtendedCommunities", code: 25, communities: list };
    },
    encode: (attribute, writer) => {
      for (const community of attribute.communities) IPV6_EXTENDED_COMMUNITY.write(community, writer);
    },
  });
