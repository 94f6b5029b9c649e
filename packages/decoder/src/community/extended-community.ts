// Extended communities (RFC 4360): eight octets that begin with their type. What each type means stands in the files of its
// subject; here they are one table.
import { ConfigError } from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";
import { FieldReader } from "../bytes/reader.ts";
import { ipv4Text } from "../text/prefix-text.ts";
import { ADMINISTERED_COMMUNITIES, type AdministeredCommunity } from "./administered-communities.ts";
import { communityTable, type CommunityTable, type RawCommunity } from "./community-table.ts";
import { EIGRP_COMMUNITIES, type EigrpCommunity } from "./eigrp-communities.ts";
import { EVPN_COMMUNITIES, type EvpnCommunity } from "./evpn-communities.ts";
import { FLOWSPEC_COMMUNITIES, type FlowSpecCommunity } from "./flowspec-communities.ts";
import { OSPF_COMMUNITIES, type OspfCommunity } from "./ospf-communities.ts";
import { QOS_COMMUNITIES, type QosCommunity } from "./qos-communities.ts";
import { SFC_COMMUNITIES, type SfcCommunity } from "./sfc-communities.ts";
import { STEERING_COMMUNITIES, type SteeringCommunity } from "./steering-communities.ts";
import { TAGGING_COMMUNITIES, type TaggingCommunity } from "./tagging-communities.ts";
import { VPN_COMMUNITIES, type VpnCommunity } from "./vpn-communities.ts";

type KnownCommunity =
  | AdministeredCommunity
  | OspfCommunity
  | SteeringCommunity
  | TaggingCommunity
  | VpnCommunity
  | EvpnCommunity
  | FlowSpecCommunity
  | SfcCommunity
  | QosCommunity
  | EigrpCommunity;

/**
 * An extended community; `name` tells the arms apart. One of a type that is not known is `raw`, as is one whose value is none
 * that its type has. `transitive` and `format` are there where a community has several types that differ in this.
 *
 * @example { name: "routeTarget", format: "as2", as: 65000, value: 100 }
 */
export type ExtendedCommunity = KnownCommunity | RawCommunity;

/** The arm of a name. @example ExtendedCommunityNamed<"color"> */
export type ExtendedCommunityNamed<N extends ExtendedCommunity["name"]> = Extract<ExtendedCommunity, { name: N }>;

/** How extended communities are read and written. */
export const EXTENDED_COMMUNITY: CommunityTable<KnownCommunity> = /* @__PURE__ */ communityTable<KnownCommunity>(
  8,
  "extendedCommunities",
  [
    ...ADMINISTERED_COMMUNITIES,
    ...OSPF_COMMUNITIES,
    ...STEERING_COMMUNITIES,
    ...TAGGING_COMMUNITIES,
    ...VPN_COMMUNITIES,
    ...EVPN_COMMUNITIES,
    ...FLOWSPEC_COMMUNITIES,
    ...SFC_COMMUNITIES,
    ...QOS_COMMUNITIES,
    ...EIGRP_COMMUNITIES,
  ],
);

const ROUTE_TARGET = 0x02;
const ROUTE_ORIGIN = 0x03;

/** The extended community of the eight octets at `at`. */
export function decodeExtendedCommunity(buffer: Uint8Array, at: number): ExtendedCommunity {
  const subType = buffer[at + 1]!;
  // Every route of a VPN has some of these two: read straight from the octets they cost a tenth.
  if (subType === ROUTE_TARGET || subType === ROUTE_ORIGIN) {
    const name = subType === ROUTE_TARGET ? "routeTarget" : "routeOrigin";
    switch (buffer[at]!) {
      case 0x00:
        return { name, format: "as2", as: u16At(buffer, at + 2), value: u32At(buffer, at + 4) };
      case 0x01:
        return { name, format: "ipv4", address: ipv4Text(buffer, at + 2), value: u16At(buffer, at + 6) };
      case 0x02:
        return { name, format: "as4", as: u32At(buffer, at + 2), value: u16At(buffer, at + 6) };
    }
  }
  return EXTENDED_COMMUNITY.read(new FieldReader(buffer, at, at + 8));
}

/**
 * Text of an extended community: a word for what it is, the parts of its value, and words for flags that are set. A four-octet
 * AS number that would fit into two has an `L` behind it. What is `raw`, and what has reserved bits set, is written as its
 * octets.
 *
 * @throws ConfigError `invalid-value` where a value that is written as its octets does not fit them
 * @example "target:65000:100", "target:65000L:100", "target:192.0.2.1:100", "origin:4200000000:1"
 * @example "color:100", "bandwidth:65000:1000000", "rate-bytes:65000:0", "mac-mobility:5:sticky", "0x030f000000000064"
 */
export function formatExtendedCommunity(community: ExtendedCommunity): string {
  return EXTENDED_COMMUNITY.format(community);
}

/**
 * The extended community of a text that `formatExtendedCommunity` gives.
 *
 * @returns null when the text is none
 */
export function parseExtendedCommunity(text: string): ExtendedCommunity | null {
  return EXTENDED_COMMUNITY.parse(text);
}

/** The value of what a caller gives. @throws ConfigError `invalid-value` where a text is no extended community */
export function extendedCommunityOf(community: ExtendedCommunity | string): ExtendedCommunity {
  if (typeof community !== "string") return community;
  const value = parseExtendedCommunity(community);
  if (value === null) {
    throw new ConfigError("invalid-value", "extendedCommunities", `"${community}" is no extended community`);
  }
  return value;
}
