// IPv6 address specific extended communities octet by octet after their documents, with their texts.
import { fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { ipv6ExtendedCommunities } from "../attribute/ipv6-extended-communities.ts";
import { createContext } from "../standard.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import {
  formatIpv6ExtendedCommunity,
  parseIpv6ExtendedCommunity,
  type Ipv6ExtendedCommunity,
} from "./ipv6-extended-community.ts";

const context = createContext();
const ADDRESS = "20010db8000000000000000000000001";

function encoded(community: Ipv6ExtendedCommunity): string {
  return toHex(encodeAttribute(ipv6ExtendedCommunities([community]), context).subarray(3));
}

function decoded(hex: string): unknown {
  const attribute = decodeUpdate(fromHex(`00000017c01914${hex}`)!, context).update.attributes[0]!;
  return attribute.name === "ipv6ExtendedCommunities" ? attribute.communities[0] : attribute;
}

function plain(name: string): Ipv6ExtendedCommunity {
  return { name, address: "2001:db8::1", value: 100 } as Ipv6ExtendedCommunity;
}

// prettier-ignore
const VECTORS: readonly (readonly [document: string, hex: string, text: string, community: Ipv6ExtendedCommunity])[] = [
  ["RFC 5701 section 2: route target", `0002${ADDRESS}0064`, "target:[2001:db8::1]:100", plain("routeTarget")],
  ["RFC 5701 section 2: route origin", `0003${ADDRESS}0064`, "origin:[2001:db8::1]:100", plain("routeOrigin")],
  ["RFC 6515 section 2", `000b${ADDRESS}0064`, "vrf-route-import:[2001:db8::1]:100", plain("vrfRouteImport")],
  ["draft-ietf-idr-flowspec-redirect-ip", `000c${ADDRESS}0001`, "redirect-to-ip:[2001:db8::1]:copy", { name: "redirectToIp", address: "2001:db8::1", copy: true }],
  ["RFC 8956 section 6.1", `000d${ADDRESS}0064`, "redirect:[2001:db8::1]:100", plain("redirect")],
  ["drafts of RFC 8956", `800b${ADDRESS}0064`, "redirect:[2001:db8::1]:100:old", { name: "redirect", address: "2001:db8::1", value: 100, oldType: true }],
  ["VPN-Distinguisher of Cisco", `0010${ADDRESS}0064`, "vpn-distinguisher:[2001:db8::1]:100", plain("vpnDistinguisher")],
  ["RFC 7524", `0012${ADDRESS}0064`, "inter-area-p2mp-next-hop:[2001:db8::1]:100", plain("interAreaP2mpSegmentedNextHop")],
  ["draft-ietf-bess-service-chaining", `0013${ADDRESS}0064`, "target-record:[2001:db8::1]:100", plain("routeTargetRecord")],
  ["VRF-Recursive-Next-Hop", `0014${ADDRESS}0064`, "vrf-recursive-next-hop:[2001:db8::1]:100", plain("vrfRecursiveNextHop")],
  ["draft-ietf-idr-rt-derived-community", `0015${ADDRESS}0064`, "target-derived:[2001:db8::1]:100", plain("routeTargetDerived")],
  ["RFC 9251 section 9.5: type 3", `060d${ADDRESS}0064`, "evi-target:[2001:db8::1]:100", plain("eviRouteTarget")],
  ["draft-li-idr-link-bandwidth-ext", "42060000ffffffffffffffff0001117000000000", "bandwidth:70000:18446744073709551615", { name: "extendedLinkBandwidth", transitive: false, bandwidth: "18446744073709551615", as: 70000 }],
  ["draft-li-idr-link-bandwidth-ext, transitive", "0206000000000000000000010000000100000000", "bandwidth:1:1:transitive", { name: "extendedLinkBandwidth", transitive: true, bandwidth: "1", as: 1 }],
  ["RFC 5701 section 2: a type that is not known", `4002${ADDRESS}0064`, `0x4002${ADDRESS}0064`, { name: "raw", value: fromHex(`4002${ADDRESS}0064`)! }],
  ["reserved bits", `000c${ADDRESS}8000`, `0x000c${ADDRESS}8000`, { name: "redirectToIp", address: "2001:db8::1", copy: false, reserved: `${"00".repeat(16)}8000` }],
];

describe("formats", () => {
  test.each(VECTORS)("%s", (_document, hex, text, community) => {
    expect(decoded(hex)).toEqual(community);
    expect(encoded(community)).toBe(hex);
    expect(formatIpv6ExtendedCommunity(community)).toBe(text);
    expect(parseIpv6ExtendedCommunity(text)).toEqual(community);
  });
});

describe("text that is none", () => {
  test.each([
    "target:65000:100",
    "target:2001:db8::1:100",
    "target:[2001:db8::1]",
    "target:[2001:db8::1]:65536",
    "target:[192.0.2.1]:1",
    "target:[2001:db8::1:100",
    "bandwidth:1:18446744073709551616",
    "bandwidth:1:01",
    "color:100",
    "0x0002fde800000064",
  ])("%j", (text) => {
    expect(parseIpv6ExtendedCommunity(text)).toBeNull();
    expect(() => ipv6ExtendedCommunities([text])).toThrow(`ipv6ExtendedCommunities: "${text}" is no IPv6 extended`);
  });
});

describe("what does not fit is the caller's mistake", () => {
  // prettier-ignore
  test.each([
    ['ipv6ExtendedCommunities: there is no such "color"', { name: "color", color: 1 }],
    ["ipv6ExtendedCommunities: 8 octets instead of 20", { name: "raw", value: new Uint8Array(8) }],
    ['ipv6ExtendedCommunities.address: "192.0.2.1" is no IPv6 address', { name: "routeTarget", address: "192.0.2.1", value: 1 }],
    ['ipv6ExtendedCommunities.address: "" is no IPv6 address', { name: "redirect", address: "", value: 1 }],
    ['ipv6ExtendedCommunities.address: "x" is no IPv6 address', { name: "redirectToIp", address: "x", copy: false }],
    ['ipv6ExtendedCommunities.bandwidth: "-1" is no whole number', { name: "extendedLinkBandwidth", transitive: true, bandwidth: "-1", as: 1 }],
  ])("%s", (message, community) => {
    expect(() => encoded(community as Ipv6ExtendedCommunity)).toThrow(message);
  });
});
