// What packUpdates and endOfRib write, octet by octet.
import { toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { aggregator, as4Aggregator } from "../attribute/aggregator.ts";
import { as4Path } from "../attribute/as4-path.ts";
import { asPath } from "../attribute/as-path.ts";
import { communities } from "../attribute/communities.ts";
import { mpUnreachNlri } from "../attribute/mp-unreach-nlri.ts";
import { nextHop } from "../attribute/next-hop.ts";
import { origin } from "../attribute/origin.ts";
import { createContext } from "../standard.ts";
import { decodeUpdate } from "./decode.ts";
import { endOfRib } from "./end-of-rib.ts";
import { packUpdates, type RouteBatch } from "./pack.ts";
import { routesOf } from "./routes.ts";
import { UpdateView } from "./view.ts";

const context = createContext();
const attributes = [communities(["65000:100"]), asPath([65001]), origin("igp")];
const GLOBAL = "20010db8000000000000000000000001";

function packed(batch: RouteBatch, options = {}): string[] {
  return packUpdates(batch, createContext(options)).map(toHex);
}

test("RFC 4271 section 4.3: IPv4 unicast in its own fields, attributes in the order of their codes", () => {
  expect(packed({ announce: ["203.0.113.0/24"], attributes, nextHop: "192.0.2.1" })).toEqual([
    "0000" + "001b" + "40010100" + "4002060201" + "0000fde9" + "400304c0000201" + "c00804fde80064" + "18cb0071",
  ]);
  expect(packed({ withdraw: ["203.0.113.0/24", "0.0.0.0/0"] })).toEqual(["0005" + "18cb0071" + "00" + "0000"]);
});

test("RFC 7606 section 5.1: MP_REACH_NLRI and MP_UNREACH_NLRI first, and never two fields of routes in one message", () => {
  const batch = { announce: ["2001:db8:1::/48"], withdraw: ["2001:db8:2::/48"], attributes, nextHop: "2001:db8::1" };
  expect(packed(batch)).toEqual([
    "0000" + "000d" + "800f0a0002013020010db80002",
    "0000" +
      "0033" +
      `800e1c00020110${GLOBAL}003020010db80001` +
      "40010100" +
      "4002060201" +
      "0000fde9" +
      "c00804fde80064",
  ]);
});

test("RFC 8950 section 3: an IPv4 route by an IPv6 next hop is in MP_REACH_NLRI", () => {
  const batch = { announce: ["203.0.113.0/24"], attributes: [], nextHop: "2001:db8::1" };
  expect(packed(batch)).toEqual(["0000" + "001c" + `800e1900010110${GLOBAL}0018cb0071`]);
  expect(() => packed(batch, { extendedNextHop: [] })).toThrow(/no next hop of ipv4-unicast/);
});

test("RFC 2545 section 3: a link-local next hop beside the global one", () => {
  const hop = { nextHop: "2001:db8::1", linkLocalNextHop: "fe80::1" };
  const [body] = packUpdates({ announce: ["2001:db8:1::/48"], attributes: [], nextHop: hop }, context);
  expect(routesOf(decodeUpdate(body!, context).update).announced).toEqual([
    { family: { afi: 2, safi: 1 }, kind: "prefix", prefix: "2001:db8:1::/48", ...hop },
  ]);
});

test("a NEXT_HOP among the attributes will do", () => {
  const batch = { announce: ["203.0.113.0/24"], attributes: [nextHop("192.0.2.1")] };
  expect(packed(batch)).toEqual(["0000" + "0007" + "400304c0000201" + "18cb0071"]);
});

test("RFC 7911 section 3: path identifiers where the family has them, and only there", () => {
  const withdraw = [{ prefix: "203.0.113.0/24", pathId: 7 }, "203.0.114.0/24"];
  expect(packed({ withdraw })).toEqual(["0008" + "18cb0071" + "18cb0072" + "0000"]);
  expect(packed({ withdraw }, { addPath: [{ afi: 1, safi: 1 }] })).toEqual([
    "0010" + "00000007" + "18cb0071" + "00000000" + "18cb0072" + "0000",
  ]);
});

test("RFC 4271 section 4.3: a short MP_REACH_NLRI in front of more than 255 octets of attributes", () => {
  const long = communities(Array.from({ length: 64 }, (_, i) => i));
  const batch = { announce: ["2001:db8::/32"], attributes: [long], nextHop: "2001:db8::1" };
  const reach = "800e1a 0002 01 10 20010db8000000000000000000000001 00 2020010db8".replaceAll(" ", "");
  const values = Array.from({ length: 64 }, (_, i) => i.toString(16).padStart(8, "0")).join("");
  expect(packed(batch)).toEqual([`00000121${reach}d0080100${values}`]);
});

test("RFC 6793 section 4.2.2: AS4_PATH is made on a two-octet session", () => {
  const batch = { announce: ["203.0.113.0/24"], attributes: [asPath([70000])], nextHop: "192.0.2.1" };
  expect(packed(batch, { fourOctetAs: false })).toEqual([
    "0000" + "0017" + "40020402015ba0" + "400304c0000201" + "c01106020100011170" + "18cb0071",
  ]);
});

test("RFC 6793 section 4.1: what an old speaker said in AS4_PATH and AS4_AGGREGATOR goes into AS_PATH and AGGREGATOR", () => {
  const old = [
    asPath([65001, 23456]),
    aggregator(23456, "192.0.2.9"),
    as4Path([70000]),
    as4Aggregator(70000, "192.0.2.9"),
  ];
  const batch = { announce: ["203.0.113.0/24"], attributes: old, nextHop: "192.0.2.1" };
  const path = "4002 0a 0202 0000fde9 00011170" + "400304c0000201" + "c007 08 00011170 c0000209";
  expect(packed(batch)).toEqual([`0000 001f ${path} 18cb0071`.replaceAll(" ", "")]);
  // And none of it is lost on the way to another old one.
  const split = "4002 06 0202 fde9 5ba0" + "400304c0000201" + "c007 06 5ba0 c0000209";
  const whole = "c011 0a 0202 0000fde9 00011170" + "c012 08 00011170 c0000209";
  expect(packed(batch, { fourOctetAs: false })).toEqual([`0000 0031 ${split}${whole} 18cb0071`.replaceAll(" ", "")]);
});

test("nothing to say is no message", () => {
  expect(packed({})).toEqual([]);
  expect(packed({ attributes, nextHop: "192.0.2.1", announce: [] })).toEqual([]);
});

test.each([
  ["no next hop", { announce: ["203.0.113.0/24"] }, /nextHop/],
  [
    "none for a family that needs one",
    { announce: ["203.0.113.0/24"], nextHop: null },
    /none is no next hop of ipv4-unicast/,
  ],
  ["an IPv4 next hop for IPv6", { announce: ["2001:db8::/32"], nextHop: "192.0.2.1" }, /nextHop/],
  [
    "routes among the attributes",
    {
      announce: ["203.0.113.0/24"],
      nextHop: "192.0.2.1",
      attributes: [mpUnreachNlri("prefix", { afi: 2, safi: 1 }, [])],
    },
    /attributes/,
  ],
  ["a prefix that is none", { withdraw: ["203.0.113.0"] }, /prefix/],
  ["a family that is not known", { family: { afi: 99, safi: 1 }, withdraw: ["203.0.113.0/24"] }, /afi99-unicast/],
  ["a prefix of another family", { family: { afi: 2, safi: 1 }, withdraw: ["203.0.113.0/24"] }, /no IPv6 prefix/],
] as const)("%s is the caller's mistake", (_what, batch, message) => {
  expect(() => packed(batch)).toThrow(message);
});

describe("RFC 4724 section 2: End-of-RIB", () => {
  test.each([
    [{ afi: 1, safi: 1 }, "00000000"],
    [{ afi: 1, safi: 2 }, "00000006800f03000102"],
    [{ afi: 2, safi: 1 }, "00000006800f03000201"],
    [{ afi: 16388, safi: 71 }, "00000006800f03400447"],
  ])("of %o", (family, hex) => {
    const body = endOfRib(family);
    expect(toHex(body)).toBe(hex);
    const { update, issues } = decodeUpdate(body, context);
    expect(issues).toEqual([]);
    expect(routesOf(update)).toEqual({ announced: [], withdrawn: [], endOfRib: family });
    expect(new UpdateView(context).read(body).endOfRib()).toEqual(family);
  });

  test("is not what has anything else in it", () => {
    for (const body of packUpdates({ withdraw: ["203.0.113.0/24", "2001:db8::/32"] }, context)) {
      expect(routesOf(decodeUpdate(body, context).update).endOfRib).toBeNull();
      expect(new UpdateView(context).read(body).endOfRib()).toBeNull();
    }
    const more = Uint8Array.of(0, 0, 0, 10, 0x80, 15, 3, 0, 2, 1, 0x40, 1, 1, 0);
    expect(routesOf(decodeUpdate(more, context).update).endOfRib).toBeNull();
    expect(new UpdateView(context).read(more).endOfRib()).toBeNull();
  });
});
