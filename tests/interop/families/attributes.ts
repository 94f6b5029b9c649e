// Unicast routes that we announce for the sake of their attributes, and extended communities of every kind.
import {
  aigp,
  attrSet,
  asPath,
  bfdDiscriminator,
  bier,
  communities,
  communityContainer,
  entropyLabelCapability,
  ipv6ExtendedCommunities,
  largeCommunities,
  localPref,
  nextHopCharacteristics,
  onlyToCustomer,
  origin,
  peDistinguisherLabels,
  sfp,
  trafficEngineering,
  tunnelEncapsulation,
  type PathAttribute,
} from "@bgpwire/decoder";
import { NEXT_HOP_4, NEXT_HOP_6, route, type FamilyRoute } from "./plan.ts";
import { service } from "./srv6-service.ts";

function ipv4(third: number, extended: readonly string[], ...more: readonly PathAttribute[]): FamilyRoute {
  return route("ipv4-unicast", { prefix: `10.40.${third}.0/24` }, NEXT_HOP_4, extended, more);
}

function ipv6(third: number, ...more: readonly PathAttribute[]): FamilyRoute {
  return route("ipv6-unicast", { prefix: `2001:db8:40:${third}::/64` }, NEXT_HOP_6, [], more);
}

/** Optional and transitive: who does not know one passes it on with the Partial bit (RFC 4271 section 5). */
const UNHEARD_OF: readonly PathAttribute[] = [
  peDistinguisherLabels([{ peAddress: "192.0.2.9", label: 100 }]),
  entropyLabelCapability(),
  communityContainer([
    {
      name: "wideCommunity",
      type: 1,
      transitive: true,
      confederation: true,
      community: 1,
      sourceAs: 65001,
      contextAs: 65001,
      tlvs: [{ name: "targets", type: 1, atoms: [{ name: "asNumbers", type: 1, values: [65010] }] }],
    },
  ]),
  sfp([
    {
      name: "hop",
      type: 2,
      serviceIndex: 255,
      subTlvs: [{ name: "sft", type: 3, serviceFunctionType: 41, sfirRdList: ["192.0.2.1:1"] }],
    },
  ]),
  bfdDiscriminator(7, "192.0.2.1"),
  nextHopCharacteristics({ afi: 1, safi: 1 }, NEXT_HOP_4, [{ name: "entropyLabel", type: 1 }]),
  bier([
    {
      name: "bier",
      type: 1,
      subDomain: 0,
      bfrId: 1,
      subTlvs: [{ name: "mplsEncapsulation", type: 2, maxSi: 0, bsLen: 3, label: 16001, subTlvs: [] }],
    },
  ]),
  attrSet(65001, [origin("igp"), asPath([65010]), localPref(200)]),
  { name: "raw", code: 200, flags: 0xc0, value: Uint8Array.of(1, 2, 3) },
];

export const ATTRIBUTES = {
  communities: ipv4(
    0,
    [],
    communities(["65001:1", "nopeer", "blackhole"]),
    largeCommunities(["65001:1:2", "4294967295:0:4294967295"]),
  ),
  AIGP: ipv4(1, [], aigp("4294967296")),
  OTC: ipv4(2, [], onlyToCustomer(65010)),
  "extended communities of every administrator": ipv4(3, [
    "target:65001:4000000000",
    "target:192.0.2.9:11",
    "target:4200000001:7",
    "origin:65001:4000000000",
    "origin:192.0.2.9:11",
    "origin:4200000001:7",
    "bandwidth:65001:10000000",
  ]),
  "extended communities of other kinds": ipv4(4, [
    "color:100",
    "encapsulation:8",
    "origin-validation:invalid",
    "data-collection:65001:2:528",
    "cost:1:128:7",
  ]),
  "IPv6 extended communities": ipv6(
    5,
    ipv6ExtendedCommunities([{ name: "routeTarget", address: "2001:db8::9", value: 100 }]),
  ),
  "tunnel encapsulation": ipv4(
    6,
    [],
    tunnelEncapsulation([
      {
        tunnelType: 8,
        subTlvs: [
          { name: "tunnelEgressEndpoint", type: 6, address: "192.0.2.9" },
          { name: "color", type: 4, colorOnlyType: 0, color: 100 },
          { name: "udpDestinationPort", type: 8, udpPort: 4789 },
        ],
      },
    ]),
  ),
  "SRv6 without a VPN": ipv6(7, service("2001:db8:5::", 18, [40, 24, 16, 0, 0, 0])),
  "attributes nobody has heard of": ipv4(8, [], ...UNHEARD_OF),
  // Optional and not transitive: who does not know one drops it.
  "attributes nobody passes on": ipv4(
    9,
    [],
    trafficEngineering([
      {
        switchingCapability: 1,
        encoding: 1,
        maxLspBandwidth: [8, 7, 6, 5, 4, 3, 2, 1],
        minimumLspBandwidth: 1,
        interfaceMtu: 1500,
      },
    ]),
    { name: "raw", code: 201, flags: 0x80, value: Uint8Array.of(1, 2, 3) },
  ),
};
