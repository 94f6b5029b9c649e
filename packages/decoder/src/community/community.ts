// Communities (RFC 1997) as text: "65000:100", or the name of a well-known one.
import { ConfigError } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";

/** BGP Well-known Communities (IANA registry bgp-well-known-communities). */
export const WellKnownCommunity = {
  /** RFC 8326. */
  GracefulShutdown: 0xffff_0000,
  /** RFC 7611. */
  AcceptOwn: 0xffff_0001,
  RouteFilterTranslatedV4: 0xffff_0002,
  RouteFilterV4: 0xffff_0003,
  RouteFilterTranslatedV6: 0xffff_0004,
  RouteFilterV6: 0xffff_0005,
  /** RFC 9494. */
  LlgrStale: 0xffff_0006,
  /** RFC 9494. */
  NoLlgr: 0xffff_0007,
  AcceptOwnNexthop: 0xffff_0008,
  /** RFC 9026. */
  StandbyPe: 0xffff_0009,
  /** RFC 7999. */
  Blackhole: 0xffff_029a,
  /** RFC 1997. */
  NoExport: 0xffff_ff01,
  /** RFC 1997. */
  NoAdvertise: 0xffff_ff02,
  /** RFC 1997. */
  NoExportSubconfed: 0xffff_ff03,
  /** RFC 3765. */
  Nopeer: 0xffff_ff04,
} as const;

/**
 * Text of a community: the name of a well-known one, else both halves.
 *
 * @param community 0 to 4294967295
 * @example formatCommunity(0xfde8_0064) // "65000:100"
 * @example formatCommunity(0xffff_ff01) // "no-export"
 */
export function formatCommunity(community: number): string {
  // All well-known ones begin with 0xffff: the others need no search.
  if (community >= 0xffff_0000) {
    for (const [key, value] of Object.entries(WellKnownCommunity)) if (value === community) return nameOf(key);
  }
  return `${community >>> 16}:${community & 0xffff}`;
}

/**
 * The community of a text that `formatCommunity` gives; names also in capitals and with `_` for `-`, as RFCs write them.
 *
 * @returns null when the text is none
 * @example parseCommunity("NO_EXPORT") // 0xffffff01
 */
export function parseCommunity(text: string): number | null {
  const colon = text.indexOf(":");
  if (colon < 0) {
    const name = text.toLowerCase().replaceAll("_", "-");
    for (const [key, value] of Object.entries(WellKnownCommunity)) if (nameOf(key) === name) return value;
    return null;
  }
  const high = decimal(text.slice(0, colon), 0xffff);
  const low = decimal(text.slice(colon + 1), 0xffff);
  return high < 0 || low < 0 ? null : high * 0x1_0000 + low;
}

/** "NoExport" as people write it: "no-export". */
function nameOf(key: string): string {
  return key.replace(/(?!^)[A-Z]/g, "-$&").toLowerCase();
}

/** The number of what a caller gives. @throws ConfigError `invalid-value` where a text is no community */
export function communityOf(community: number | string): number {
  if (typeof community === "number") return community;
  const value = parseCommunity(community);
  if (value === null) throw new ConfigError("invalid-value", "communities", `"${community}" is no community`);
  return value;
}
