// Communities that are looked for: of any kind, in the text that the decoder gives them, with `*` for any part.
import { ConfigError } from "@bgpwire/core";
import {
  formatCommunity,
  formatExtendedCommunity,
  formatLargeCommunity,
  parseCommunity,
  parseExtendedCommunity,
  parseLargeCommunity,
  type PathAttribute,
} from "@bgpwire/decoder";

/** Whether the text of a community is one that is looked for. */
export type CommunityPattern = (text: string) => boolean;

/**
 * What a text looks for.
 *
 * @param text a community ("65001:100", "no-export"), a large one ("65001:1:2") or an extended one ("target:65001:1"); `*`
 *   stands for any of its parts
 * @throws ConfigError `invalid-value` where it is none
 */
export function communityPattern(text: string): CommunityPattern {
  const community = parseCommunity(text);
  if (community !== null) return equals(formatCommunity(community));
  const large = parseLargeCommunity(text);
  if (large !== null) return equals(formatLargeCommunity(large));
  const extended = parseExtendedCommunity(text);
  if (extended !== null) return equals(formatExtendedCommunity(extended));
  if (!/^(?:[\w.-]+|\*)(?::(?:[\w.-]+|\*))+$/.test(text) || !text.includes("*")) {
    throw new ConfigError(
      "invalid-value",
      "community",
      `"${text}" is no community; such as 65001:100, 65001:*, 65001:1:2`,
    );
  }
  const parts = text.split(":");
  return (other) => {
    const others = other.split(":");
    return others.length === parts.length && parts.every((part, i) => part === "*" || part === others[i]);
  };
}

function equals(text: string): CommunityPattern {
  return (other) => other === text;
}

/** The texts of all communities among attributes. */
export function communityTexts(attributes: readonly PathAttribute[]): string[] {
  const texts: string[] = [];
  for (const attribute of attributes) {
    if (attribute.name === "communities") texts.push(...attribute.communities.map(formatCommunity));
    if (attribute.name === "largeCommunities") texts.push(...attribute.communities.map(formatLargeCommunity));
    if (attribute.name === "extendedCommunities") texts.push(...attribute.communities.map(formatExtendedCommunity));
  }
  return texts;
}
