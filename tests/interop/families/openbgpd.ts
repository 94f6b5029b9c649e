// OpenBGPD 7.7: unicast, and VPNs of both versions. Outside OpenBSD it has no `mpe` interface and cannot announce any of its own;
// it shows no labels. That it got them right is seen in what it passes on.
import { communities, largeCommunities, type PathAttribute } from "@bgpwire/decoder";
import {
  allPartial,
  changed,
  DROPPED,
  NEXT_HOP_4,
  NEXT_HOP_6,
  partial,
  route,
  type Announcement,
  type FamilyPlan,
  type Shown,
} from "./plan.ts";
import { OUR_ROUTES } from "./routes.ts";

function entry(prefix: string, nextHop: string, extended: readonly string[], attributes?: readonly object[]): Shown {
  return {
    prefix,
    true_nexthop: nextHop,
    ...(extended.length > 0 && { extended_communities: extended }),
    // It puts those of the reflected route first.
    ...(attributes !== undefined && { attributes: [{}, {}, ...attributes] }),
  };
}

/** Attributes it does not know, in hexadecimal digits. */
function unknown(values: Readonly<Record<number, string>>): object[] {
  return Object.entries(values).map(([code, data]) => ({ type: `Unknown Attribute #${code}`, data }));
}

/** What a `network` of its configuration makes. */
function announced(
  family: string,
  prefix: string,
  nextHop: string,
  words: string,
  extended: readonly string[],
  more: readonly PathAttribute[] = [],
): Announcement {
  return {
    told: [`network ${prefix} set { nexthop ${nextHop}, ${words} }`],
    route: route(family, { prefix }, nextHop, extended, more),
  };
}

export const openbgpdFamilies: FamilyPlan = {
  sessions: [["ipv4-unicast", "ipv6-unicast", "ipv4-vpn", "ipv6-vpn"]],
  addPath: [],
  announces: {
    "IPv4 with communities": announced(
      "ipv4-unicast",
      "10.120.129.0/24",
      NEXT_HOP_4,
      "community 65001:1, large-community 65001:1:2, large-community 4294967295:0:4294967295",
      [],
      [communities(["65001:1"]), largeCommunities(["65001:1:2", "4294967295:0:4294967295"])],
    ),
    "IPv4 with extended communities": announced(
      "ipv4-unicast",
      "10.120.130.0/24",
      NEXT_HOP_4,
      "ext-community rt 65001:8, ext-community rt 192.0.2.9:11, ext-community rt 4200000001:7, " +
        "ext-community soo 65001:8, ext-community odi 2560:66048, ext-community ori 192.0.2.2:0, " +
        "ext-community bdc 65001:4624, ext-community srcas 65001:0, ext-community vrfri 192.0.2.9:5, " +
        "ext-community l2vid 65001:9, ext-community ovs invalid",
      [
        "target:65001:8",
        "target:192.0.2.9:11",
        "target:4200000001:7",
        "origin:65001:8",
        "ospf-domain-id:2560:66048",
        "ospf-router-id:192.0.2.2",
        "data-collection:65001:2:528",
        "source-as:65001:0",
        "vrf-route-import:192.0.2.9:5",
        "l2vpn-id:65001:9",
        "origin-validation:invalid",
      ],
    ),
    "IPv6 with extended communities": announced(
      "ipv6-unicast",
      "2001:db8:130::/48",
      NEXT_HOP_6,
      "ext-community ort 0x200, ext-community defgw 0x0, ext-community mac-mob 0x5, ext-community esi-lab 0x3f51, " +
        "ext-community esi-rt 0x112233445566",
      [
        "ospf-route-type:0.0.0.0:2",
        "default-gateway",
        "mac-mobility:5",
        "esi-label:16209",
        "es-import-target:11:22:33:44:55:66",
      ],
    ),
  },
  shows: {
    communities: {
      prefix: "10.40.0.0/24",
      true_nexthop: NEXT_HOP_4,
      communities: ["65001:1", "BLACKHOLE", "NO_PEER"],
      large_communities: ["65001:1:2", "4294967295:0:4294967295"],
    },
    AIGP: entry("10.40.1.0/24", NEXT_HOP_4, [], unknown({ 26: "01000b0000000100000000" })),
    OTC: entry("10.40.2.0/24", NEXT_HOP_4, [], [{ type: "OTC", as: 65010 }]),
    "extended communities of every administrator": entry("10.40.3.0/24", NEXT_HOP_4, [
      "[4] 0x4004000000000000",
      "rt 65001:4000000000",
      "soo 65001:4000000000",
      "rt 192.0.2.9:11",
      "soo 192.0.2.9:11",
      "rt 4200000001:7",
      "soo 4200000001:7",
    ]),
    "extended communities of other kinds": entry("10.40.4.0/24", NEXT_HOP_4, [
      "ovs invalid ",
      "[12] 0x8",
      "[11] 0x64",
      "[1] 0x18000000007",
      "bdc 65001:4624",
    ]),
    "IPv6 extended communities": entry(
      "2001:db8:40:5::/64",
      NEXT_HOP_6,
      [],
      unknown({ 25: "000220010db80000000000000000000000090064" }),
    ),
    "tunnel encapsulation": entry(
      "10.40.6.0/24",
      NEXT_HOP_4,
      [],
      unknown({ 23: "0008001a060a000000000001c00002090408030b000000000064080212b5" }),
    ),
    "SRv6 without a VPN": entry(
      "2001:db8:40:7::/64",
      NEXT_HOP_6,
      [],
      unknown({ 40: "0500220001001e0020010db800050000000000000000000000001200010006281810000000" }),
    ),
    "attributes nobody has heard of": entry(
      "10.40.8.0/24",
      NEXT_HOP_4,
      [],
      [
        ...unknown({ 27: "c0000209000640" }),
        { type: "Unknown Attribute #28", length: 0 },
        ...unknown({
          34: "00010300001c000000010000fde90000fde90100070100040000fdf2",
          37: "02000eff03000a00290001c00002010001",
          38: "01000000070104c0000201",
          39: "00010104c000024d00010000",
          41: "0001000c000001000002000400303e81",
          128: "0000fde94001010040020602010000fdf2400504000000c8",
          200: "010203",
        }),
      ],
    ),
    "attributes nobody passes on": entry(
      "10.40.9.0/24",
      NEXT_HOP_4,
      [],
      unknown({
        24: "010100004100000040e0000040c0000040a000004080000040400000400000003f8000003f80000005dc",
        201: "010203",
      }),
    ),
    "VPN-IPv4, distinguisher of type 0": entry("rd 65001:4000000000 10.22.0.0/24", NEXT_HOP_4, ["rt 65001:8"]),
    "VPN-IPv4, distinguisher of type 1": entry("rd 192.0.2.9:7 10.22.1.0/25", NEXT_HOP_4, ["rt 192.0.2.9:11"]),
    "VPN-IPv4, distinguisher of type 2": entry("rd 4200000001:7 10.22.2.3/32", NEXT_HOP_4, ["rt 4200000001:7"]),
    // What it does not know it shows without all of its value.
    "VPN-IPv4 with communities": {
      ...entry("rd 65001:1 10.22.3.0/24", NEXT_HOP_4, [
        "[12] 0x8",
        "[11] 0x64",
        "ort 0x200",
        "odi 2560:66048",
        "srcas 65001:0",
        "soo 65001:2",
        "rt 65001:8",
        "[4] 0x4004000000000000",
        "ori 192.0.2.2:0",
        "vrfri 192.0.2.9:5",
      ]),
      attributes: [{}, {}, { type: "Unknown Attribute #26", data: "01000b000000000000004d" }],
    },
    "VPN-IPv4 with a domain path": entry(
      "rd 65001:1 10.22.5.0/24",
      NEXT_HOP_4,
      ["rt 65001:8"],
      unknown({ 36: "010000fde8000180" }),
    ),
    "VPN-IPv6": entry("rd 65001:4000000000 2001:db8:22::/48", NEXT_HOP_6, ["rt 65001:8"]),
    "VPN-IPv6 over SRv6": {
      ...entry("rd 65001:7 2001:db8:23::/48", NEXT_HOP_6, ["rt 65001:8"]),
      attributes: [
        {},
        {},
        {
          type: "Unknown Attribute #40",
          data: "0500220001001e0020010db800050000000000000000000000001200010006281810001040",
        },
      ],
    },
  },
  // It does not know AIGP either, which is not transitive.
  passesOn: {
    "VPN-IPv4 with a domain path": changed(OUR_ROUTES["VPN-IPv4 with a domain path"], "domainPath", partial),
    AIGP: DROPPED,
    "IPv6 extended communities": allPartial(OUR_ROUTES["IPv6 extended communities"]),
    "tunnel encapsulation": allPartial(OUR_ROUTES["tunnel encapsulation"]),
    "SRv6 without a VPN": allPartial(OUR_ROUTES["SRv6 without a VPN"]),
    "attributes nobody has heard of": allPartial(OUR_ROUTES["attributes nobody has heard of"]),
    "attributes nobody passes on": DROPPED,
    "VPN-IPv4 with communities": changed(OUR_ROUTES["VPN-IPv4 with communities"], "aigp", () => null),
    "VPN-IPv6 over SRv6": changed(OUR_ROUTES["VPN-IPv6 over SRv6"], "prefixSid", partial),
  },
  ignoresWithdrawals: "7.7 keeps a VPN route that is withdrawn, whatever stands in place of the label",
  excluded: {},
};
