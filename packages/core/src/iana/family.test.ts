import { expect, test } from "vitest";
import { Afi } from "./afi.ts";
import { familyName, parseFamily } from "./family.ts";
import { Safi } from "./safi.ts";

test.each([
  [Afi.IPv4, Safi.Unicast, "ipv4-unicast"],
  [Afi.IPv6, Safi.LabeledUnicast, "ipv6-labeled-unicast"],
  [Afi.IPv4, Safi.Vpn, "ipv4-vpn"],
  [Afi.IPv4, Safi.RouteTargetConstraint, "ipv4-rtc"],
  [Afi.IPv6, Safi.Flowspec, "ipv6-flowspec"],
  [Afi.L2VPN, Safi.Evpn, "l2vpn-evpn"],
  [Afi.BgpLs, Safi.BgpLs, "bgp-ls"],
  [Afi.BgpLs, Safi.BgpLsVpn, "bgp-ls-vpn"],
  [99, 1, "afi99-unicast"],
  [Afi.IPv4, 200, "ipv4-safi200"],
  [65535, 255, "afi65535-safi255"],
])("%i/%i is %s and back", (afi, safi, text) => {
  expect(familyName({ afi, safi })).toBe(text);
  expect(parseFamily(text)).toEqual({ afi, safi });
});

test("every family of the registries has a name of its own", () => {
  const seen = new Set<string>();
  for (const afi of Object.values(Afi)) {
    for (const safi of Object.values(Safi)) {
      const text = familyName({ afi, safi });
      expect(parseFamily(text)).toEqual({ afi, safi });
      seen.add(text);
    }
  }
  expect(seen.size).toBe(Object.keys(Afi).length * Object.keys(Safi).length);
});

test.each([
  "",
  "ipv4",
  "ipv4-",
  "-unicast",
  "unicast-ipv4",
  "IPv4-unicast",
  "ipv4 unicast",
  "afi-safi",
  "afi65536-unicast",
])("%j is no family", (text) => {
  expect(parseFamily(text)).toBeNull();
});

test.each([
  "afi01-unicast",
  "ipv4-safi256",
  "ipv4-safi-1",
  "safi1-safi1",
  "afi1e2-unicast",
  "ipv4-toString",
  "constructor-unicast",
])("%j is no family either", (text) => {
  expect(parseFamily(text)).toBeNull();
});
