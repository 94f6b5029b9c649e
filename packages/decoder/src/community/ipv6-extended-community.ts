// IPv6 address specific extended communities (RFC 5701): twenty octets, type and sub-type, an address, and a number.
import { ConfigError } from "@bgpwire/core";
import { writeIPv6, writeU64 } from "../bytes/write.ts";
import {
  communityTable,
  wordIf,
  type CommunityRow,
  type CommunityTable,
  type RawCommunity,
  type TypedCommunity,
} from "./community-table.ts";
import { readCopy } from "./flowspec-communities.ts";

interface AddressSpecific<N extends string> extends TypedCommunity {
  readonly name: N;
  /** IPv6. */
  readonly address: string;
  /** 0 to 65535. */
  readonly value: number;
}

/**
 * An address and a number.
 *
 * - `routeTarget`, `routeOrigin`: RFC 5701 section 3
 * - `vrfRouteImport`: RFC 6515 section 2
 * - `vpnDistinguisher`: of Cisco
 * - `interAreaP2mpSegmentedNextHop`: RFC 7524
 * - `routeTargetRecord`: draft-ietf-bess-service-chaining
 * - `vrfRecursiveNextHop`: as registered with IANA
 * - `routeTargetDerived`: draft-ietf-idr-rt-derived-community
 * - `eviRouteTarget`: the route target of an EVPN instance, RFC 9251 section 9.5
 */
type AddressSpecificCommunity = AddressSpecific<
  | "routeTarget"
  | "routeOrigin"
  | "vrfRouteImport"
  | "vpnDistinguisher"
  | "interAreaP2mpSegmentedNextHop"
  | "routeTargetRecord"
  | "vrfRecursiveNextHop"
  | "routeTargetDerived"
  | "eviRouteTarget"
>;

function addressSpecific(
  name: AddressSpecificCommunity["name"],
  word: string,
  type: number,
): CommunityRow<AddressSpecificCommunity> {
  return {
    name,
    word,
    types: [type],
    read: (reader) => ({
      name,
      address: reader.ipv6("Global Administrator"),
      value: reader.u16("Local Administrator"),
    }),
    write: ({ address, value }, writer) => {
      writeIPv6(address, "ipv6ExtendedCommunities.address", writer);
      writer.u16(value);
    },
    format: ({ address, value }) => [`[${address}]`, value],
    parse: (text) => ({ name, address: text.ipv6(), value: text.number(0xffff) }),
  };
}

/** Redirect IPv6 (RFC 8956 section 6.1): traffic into the VRF with this route target. */
interface RedirectIPv6 extends AddressSpecific<"redirect"> {
  /** Set where the type is 0x800b, as in drafts of RFC 8956, which are still in use. */
  readonly oldType?: true;
}

const OLD_REDIRECT = 0x800b;

const REDIRECT: CommunityRow<RedirectIPv6> = {
  name: "redirect",
  word: "redirect",
  types: [0x000d, OLD_REDIRECT],
  typeOf: ({ oldType }) => (oldType ? OLD_REDIRECT : 0x000d),
  read: (reader, type) => ({
    name: "redirect",
    address: reader.ipv6("Global Administrator"),
    value: reader.u16("Local Administrator"),
    ...(type === OLD_REDIRECT && { oldType: true }),
  }),
  write: ({ address, value }, writer) => {
    writeIPv6(address, "ipv6ExtendedCommunities.address", writer);
    writer.u16(value);
  },
  format: ({ address, value, oldType }) => [`[${address}]`, value, wordIf(oldType === true, "old")],
  parse: (text) => ({
    name: "redirect",
    address: text.ipv6(),
    value: text.number(0xffff),
    ...(text.flag("old") && { oldType: true }),
  }),
};

/** Flow-spec Redirect to IPv6 (draft-ietf-idr-flowspec-redirect-ip). */
interface RedirectToIPv6 extends TypedCommunity {
  readonly name: "redirectToIp";
  /** IPv6. */
  readonly address: string;
  /** C: a copy of the traffic goes there, and the traffic its own way. */
  readonly copy: boolean;
}

const REDIRECT_TO_IPV6: CommunityRow<RedirectToIPv6> = {
  name: "redirectToIp",
  word: "redirect-to-ip",
  types: [0x000c],
  reserved: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe],
  read: (reader) => ({ name: "redirectToIp", address: reader.ipv6("Global Administrator"), copy: readCopy(reader) }),
  write: ({ address, copy }, writer) => {
    writeIPv6(address, "ipv6ExtendedCommunities.address", writer);
    writer.u16(copy ? 1 : 0);
  },
  format: ({ address, copy }) => [`[${address}]`, wordIf(copy, "copy")],
  parse: (text) => ({ name: "redirectToIp", address: text.ipv6(), copy: text.flag("copy") }),
};

/** Extended Link Bandwidth (draft-li-idr-link-bandwidth-ext), which travels here for its length. */
interface ExtendedLinkBandwidth extends TypedCommunity {
  readonly name: "extendedLinkBandwidth";
  readonly transitive: boolean;
  /** Octets per second, in decimal digits: 0 to 18446744073709551615. */
  readonly bandwidth: string;
  /** Four octets. */
  readonly as: number;
}

const EXTENDED_LINK_BANDWIDTH: CommunityRow<ExtendedLinkBandwidth> = {
  name: "extendedLinkBandwidth",
  word: "bandwidth",
  types: [0x0206, 0x4206],
  reserved: [0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
  typeOf: ({ transitive }) => (transitive ? 0x0206 : 0x4206),
  read: (reader, type) => {
    reader.u16("Reserved");
    const bandwidth = reader.u64("Link Bandwidth");
    const as = reader.u32("AS Number");
    reader.u32("Reserved");
    return { name: "extendedLinkBandwidth", transitive: type === 0x0206, bandwidth, as };
  },
  write: ({ bandwidth, as }, writer) => {
    writer.u16(0);
    writeU64(bandwidth, "ipv6ExtendedCommunities.bandwidth", writer);
    writer.u32(as);
    writer.u32(0);
  },
  format: ({ as, bandwidth, transitive }) => [as, bandwidth, wordIf(transitive, "transitive")],
  parse: (text) => ({
    name: "extendedLinkBandwidth",
    as: text.number(0xffff_ffff),
    bandwidth: text.u64(),
    transitive: text.flag("transitive"),
  }),
};

type KnownIpv6Community = AddressSpecificCommunity | RedirectIPv6 | RedirectToIPv6 | ExtendedLinkBandwidth;

/**
 * An extended community of twenty octets; `name` tells the arms apart.
 *
 * @example { name: "routeTarget", address: "2001:db8::1", value: 100 }
 */
export type Ipv6ExtendedCommunity = KnownIpv6Community | RawCommunity;

/** How they are read and written. */
export const IPV6_EXTENDED_COMMUNITY: CommunityTable<KnownIpv6Community> =
  /* @__PURE__ */ communityTable<KnownIpv6Community>(20, "ipv6ExtendedCommunities", [
    addressSpecific("routeTarget", "target", 0x0002),
    addressSpecific("routeOrigin", "origin", 0x0003),
    addressSpecific("vrfRouteImport", "vrf-route-import", 0x000b),
    REDIRECT_TO_IPV6,
    REDIRECT,
    addressSpecific("vpnDistinguisher", "vpn-distinguisher", 0x0010),
    addressSpecific("interAreaP2mpSegmentedNextHop", "inter-area-p2mp-next-hop", 0x0012),
    addressSpecific("routeTargetRecord", "target-record", 0x0013),
    addressSpecific("vrfRecursiveNextHop", "vrf-recursive-next-hop", 0x0014),
    addressSpecific("routeTargetDerived", "target-derived", 0x0015),
    addressSpecific("eviRouteTarget", "evi-target", 0x060d),
    EXTENDED_LINK_BANDWIDTH,
  ]);

/**
 * Text of an IPv6 address specific extended community, as `formatExtendedCommunity` writes others; addresses are in brackets.
 *
 * @throws ConfigError `invalid-value` where a value that is written as its octets does not fit them
 * @example "target:[2001:db8::1]:100", "redirect-to-ip:[2001:db8::1]:copy"
 */
export function formatIpv6ExtendedCommunity(community: Ipv6ExtendedCommunity): string {
  return IPV6_EXTENDED_COMMUNITY.format(community);
}

/**
 * The community of a text that `formatIpv6ExtendedCommunity` gives.
 *
 * @returns null when the text is none
 */
export function parseIpv6ExtendedCommunity(text: string): Ipv6ExtendedCommunity | null {
  return IPV6_EXTENDED_COMMUNITY.parse(text);
}

/** The value of what a caller gives. @throws ConfigError `invalid-value` where a text is no such community */
export function ipv6ExtendedCommunityOf(community: Ipv6ExtendedCommunity | string): Ipv6ExtendedCommunity {
  if (typeof community !== "string") return community;
  const value = parseIpv6ExtendedCommunity(community);
  if (value === null) {
    throw new ConfigError("invalid-value", "ipv6ExtendedCommunities", `"${community}" is no IPv6 extended community`);
  }
  return value;
}
