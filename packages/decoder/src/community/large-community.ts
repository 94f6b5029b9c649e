// Large communities (RFC 8092): three numbers, written with colons (section 5).
import { ConfigError } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";

/** A large community; each part is 0 to 4294967295. */
export interface LargeCommunity {
  readonly globalAdministrator: number;
  readonly localData1: number;
  readonly localData2: number;
}

/** Canonical text. @example formatLargeCommunity(…) // "64496:4294967295:2" */
export function formatLargeCommunity(community: LargeCommunity): string {
  return `${community.globalAdministrator}:${community.localData1}:${community.localData2}`;
}

/**
 * The large community of its canonical text ("Numbers MUST NOT contain leading zeros").
 *
 * @returns null when the text is none
 */
export function parseLargeCommunity(text: string): LargeCommunity | null {
  const parts = text.split(":");
  if (parts.length !== 3) return null;
  const [globalAdministrator, localData1, localData2] = parts.map((part) => decimal(part, 0xffff_ffff)) as [
    number,
    number,
    number,
  ];
  if (globalAdministrator < 0 || localData1 < 0 || localData2 < 0) return null;
  return { globalAdministrator, localData1, localData2 };
}

/** The value of what a caller gives. @throws ConfigError `invalid-value` where a text is no large community */
export function largeCommunityOf(community: LargeCommunity | string): LargeCommunity {
  if (typeof community !== "string") return community;
  const value = parseLargeCommunity(community);
  if (value === null)
    throw new ConfigError("invalid-value", "largeCommunities", `"${community}" is no large community`);
  return value;
}
