// FRR without zebra: labelled and VPN routes and flow specifications it is told, of EVPN what `network` makes: type 5.
import { communities, largeCommunities, pmsiTunnel, prefixSid, type Nlri } from "@bgpwire/decoder";
import { BRIDGE } from "../support/bridge.ts";
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
  type FamilyRoute,
  type Shown,
} from "./plan.ts";
import { OUR_ROUTES } from "./routes.ts";
import { service } from "./srv6-service.ts";

function path(fields: object, nextHop: string, communities?: string): Shown {
  const hop = nextHop.includes(":") ? { ip: nextHop, scope: "global" } : { ip: nextHop };
  return {
    ...fields,
    nexthops: [hop],
    ...(communities !== undefined && { extendedCommunity: { string: communities } }),
  };
}

const ESI = "00:11:22:33:44:55:66:77:88:99";

function evpn(routeType: number, fields: object, communities: string): Shown {
  return path({ rd: "192.0.2.9:7", routeType, ...fields }, NEXT_HOP_4, communities);
}

/** Of what it announces itself, and as it writes that where the next hop may be of either version. */
const SELF = "192.0.2.2";
const SELF_MAPPED = "::ffff:192.0.2.2";
const NO_ESI = "00:00:00:00:00:00:00:00:00:00";

function network(name: string, line: string, made: FamilyRoute): Announcement {
  return { told: [`address-family ${name}`, `network ${line}`, "exit-address-family"], route: made };
}

/** A route-map that sets these, between two visits to the configuration of BGP. */
function routeMap(name: string, ...sets: readonly string[]): string[] {
  return [`route-map ${name} permit 10`, ...sets.map((set) => `set ${set}`), "exit", "router bgp 65001"];
}

/** What it makes of a VNI: its own distinguisher, its own target, VXLAN. */
function bridged(name: string, routeType: number, fields: object): FamilyRoute {
  const nlri = { name, routeType, routeDistinguisher: "192.0.2.2:2", ethernetTagId: 0, ...fields } as Nlri;
  const more =
    routeType === 3 ? [pmsiTunnel({ name: "ingressReplication", type: 6, tunnelEndpoint: SELF }, BRIDGE.vni)] : [];
  return route("l2vpn-evpn", nlri, SELF, ["encapsulation:8", `target:65001:${BRIDGE.vni}`], more);
}

function host(ipAddress: string | null): FamilyRoute {
  return bridged("macIpAdvertisement", 2, {
    ethernetSegmentIdentifier: NO_ESI,
    macAddress: BRIDGE.mac,
    ipAddress,
    mplsLabel1: BRIDGE.vni,
  });
}

/** It passes labels on with a mark of its own in them, the lowest of the three bits between label and bottom of stack. */
function marked(name: string): Partial<FamilyRoute> {
  return { nlri: { ...OUR_ROUTES[name]!.nlri, labelBits: [3] } as Nlri };
}

export const frrFamilies: FamilyPlan = {
  sessions: [
    ["ipv4-unicast", "ipv6-unicast"],
    [
      "ipv4-multicast",
      "ipv6-multicast",
      "ipv4-labeled-unicast",
      "ipv6-labeled-unicast",
      "ipv4-vpn",
      "ipv6-vpn",
      "ipv4-flowspec",
      "ipv6-flowspec",
      "l2vpn-evpn",
    ],
  ],
  // Of flow specifications it offers ADD-PATH too, and takes path identifiers for routes.
  addPath: [
    "ipv4-unicast",
    "ipv6-unicast",
    "ipv4-multicast",
    "ipv6-multicast",
    "ipv4-labeled-unicast",
    "ipv6-labeled-unicast",
    "ipv4-vpn",
    "ipv6-vpn",
    "l2vpn-evpn",
  ],
  announces: {
    "IPv4 with attributes": {
      told: [
        ...routeMap("attributes", "community 65001:1 no-peer", "large-community 65001:1:2 4294967295:0:4294967295"),
        "address-family ipv4 unicast",
        "network 10.120.129.0/24 route-map attributes",
        "exit-address-family",
      ],
      route: route(
        "ipv4-unicast",
        { prefix: "10.120.129.0/24" },
        SELF,
        [],
        [communities(["65001:1", "nopeer"]), largeCommunities(["65001:1:2", "4294967295:0:4294967295"])],
      ),
    },
    "IPv6 with extended communities": {
      told: [
        ...routeMap(
          "extended",
          "extcommunity rt 65001:8 192.0.2.9:11 4200000001:7",
          "extcommunity soo 65001:8",
          "extcommunity bandwidth 100",
        ),
        "address-family ipv6 unicast",
        "network 2001:db8:130::/48 route-map extended",
        "exit-address-family",
      ],
      route: route("ipv6-unicast", { prefix: "2001:db8:130::/48" }, SELF_MAPPED, [
        "target:65001:8",
        "target:192.0.2.9:11",
        "target:4200000001:7",
        "origin:65001:8",
        // In megabits per second.
        "bandwidth:65001:12500000:transitive",
      ]),
    },
    "multicast IPv4": network(
      "ipv4 multicast",
      "10.120.0.0/17",
      route("ipv4-multicast", { prefix: "10.120.0.0/17" }, SELF),
    ),
    "VPN-IPv4, distinguisher of type 0": network(
      "ipv4 vpn",
      "10.122.0.0/24 rd 65001:7 label 2003",
      route("ipv4-vpn", { routeDistinguisher: "65001:7", prefix: "10.122.0.0/24", labels: [2003] }, SELF),
    ),
    "VPN-IPv4, distinguisher of type 1": network(
      "ipv4 vpn",
      "10.122.1.0/25 rd 192.0.2.9:7 label 1048575",
      route("ipv4-vpn", { routeDistinguisher: "192.0.2.9:7", prefix: "10.122.1.0/25", labels: [1048575] }, SELF),
    ),
    "VPN-IPv4, distinguisher of type 2": network(
      "ipv4 vpn",
      "10.122.2.3/32 rd 4200000001:7 label 16",
      route("ipv4-vpn", { routeDistinguisher: "4200000001:7", prefix: "10.122.2.3/32", labels: [16] }, SELF),
    ),
    "VPN-IPv6": network(
      "ipv6 vpn",
      "2001:db8:122::/48 rd 65001:7 label 2004",
      route("ipv6-vpn", { routeDistinguisher: "65001:7", prefix: "2001:db8:122::/48", labels: [2004] }, SELF_MAPPED),
    ),
    // It takes a segment and a gateway, and sends neither.
    "EVPN 5 with IPv4": network(
      "l2vpn evpn",
      `10.124.0.0/24 rd 65001:7 ethtag 5 label 300 esi ${NO_ESI} gwip 10.0.0.1 routermac 0a:00:00:00:00:98`,
      route(
        "l2vpn-evpn",
        {
          name: "ipPrefix",
          routeType: 5,
          routeDistinguisher: "65001:7",
          ethernetSegmentIdentifier: NO_ESI,
          ethernetTagId: 5,
          prefix: "10.124.0.0/24",
          gatewayAddress: "0.0.0.0",
          mplsLabel: (300 << 4) | 1,
        },
        SELF_MAPPED,
        ["router-mac:0a:00:00:00:00:98"],
      ),
    ),
    "EVPN 5 with IPv6": network(
      "l2vpn evpn",
      `2001:db8:124::/48 rd 65001:7 ethtag 0 label 300 esi ${NO_ESI} gwip 2001:db8::1 routermac 0a:00:00:00:00:98`,
      route(
        "l2vpn-evpn",
        {
          name: "ipPrefix",
          routeType: 5,
          routeDistinguisher: "65001:7",
          ethernetSegmentIdentifier: NO_ESI,
          ethernetTagId: 0,
          prefix: "2001:db8:124::/48",
          gatewayAddress: "::",
          mplsLabel: (300 << 4) | 1,
        },
        SELF_MAPPED,
        ["router-mac:0a:00:00:00:00:98"],
      ),
    ),
  },
  bridge: {
    told: ["address-family l2vpn evpn", "advertise-all-vni"],
    routes: {
      "EVPN 2 without address": host(null),
      "EVPN 2 with IPv4": host(BRIDGE.address),
      "EVPN 3": bridged("inclusiveMulticastEthernetTag", 3, { originatingRouterAddress: SELF }),
    },
  },
  shows: {
    communities: {
      ...path({ prefix: "10.40.0.0/24" }, NEXT_HOP_4),
      community: { string: "65001:1 blackhole no-peer" },
      largeCommunity: { string: "65001:1:2 4294967295:0:4294967295" },
    },
    AIGP: path({ prefix: "10.40.1.0/24" }, NEXT_HOP_4),
    OTC: path({ prefix: "10.40.2.0/24", otc: 65010 }, NEXT_HOP_4),
    "extended communities of every administrator": path(
      { prefix: "10.40.3.0/24" },
      NEXT_HOP_4,
      "RT:65001:4000000000 SoO:65001:4000000000 RT:192.0.2.9:11 SoO:192.0.2.9:11 RT:4200000001:7 SoO:4200000001:7 " +
        "LB:65001:10000000 (80.000 Mbps)",
    ),
    "extended communities of other kinds": path(
      { prefix: "10.40.4.0/24" },
      NEXT_HOP_4,
      "UNK:0, 8 UNK:3, 8 UNK:3, 8 ET:8 OVS:invalid",
    ),
    "IPv6 extended communities": path({ prefix: "2001:db8:40:5::/64" }, NEXT_HOP_6),
    "tunnel encapsulation": path({ prefix: "10.40.6.0/24" }, NEXT_HOP_4),
    "SRv6 without a VPN": path({ prefix: "2001:db8:40:7::/64" }, NEXT_HOP_6),
    "attributes nobody has heard of": path({ prefix: "10.40.8.0/24" }, NEXT_HOP_4),
    "attributes nobody passes on": path({ prefix: "10.40.9.0/24" }, NEXT_HOP_4),
    "multicast IPv4": path({ prefix: "10.20.0.0/17" }, NEXT_HOP_4),
    "multicast IPv6": path({ prefix: "2001:db8:20::/45" }, NEXT_HOP_6),
    "labeled IPv4": path({ prefix: "10.21.0.0/24", remoteLabel: 1001 }, NEXT_HOP_4),
    "labeled IPv4 with a label index": path({ prefix: "10.21.1.0/24", remoteLabel: 1006, labelIndex: 77 }, NEXT_HOP_4),
    "labeled IPv6": path({ prefix: "2001:db8:21::/48", remoteLabel: 1048575 }, NEXT_HOP_6),
    "VPN-IPv4, distinguisher of type 0": path(
      { rd: "65001:4000000000", prefix: "10.22.0.0/24", remoteLabel: 1002 },
      NEXT_HOP_4,
      "RT:65001:8",
    ),
    "VPN-IPv4, distinguisher of type 1": path(
      { rd: "192.0.2.9:7", prefix: "10.22.1.0/25", remoteLabel: 16 },
      NEXT_HOP_4,
      "RT:192.0.2.9:11",
    ),
    "VPN-IPv4, distinguisher of type 2": path(
      { rd: "4200000001:7", prefix: "10.22.2.3/32", remoteLabel: 1003 },
      NEXT_HOP_4,
      "RT:4200000001:7",
    ),
    "VPN-IPv4 with communities": path(
      { rd: "65001:1", prefix: "10.22.3.0/24", remoteLabel: 1004 },
      NEXT_HOP_4,
      "RT:65001:8 SoO:65001:2 UNK:0, 5 UNK:0, 9 UNK:1, 7 UNK:1, 11 UNK:3, 11 UNK:3, 11 ET:8 LB:65001:10000000 (80.000 Mbps)",
    ),
    "VPN-IPv4 with a domain path": path(
      { rd: "65001:1", prefix: "10.22.5.0/24", remoteLabel: 1008 },
      NEXT_HOP_4,
      "RT:65001:8",
    ),
    "VPN-IPv6": path(
      { rd: "65001:4000000000", prefix: "2001:db8:22::/48", remoteLabel: 1005 },
      NEXT_HOP_6,
      "RT:65001:8",
    ),
    "VPN-IPv6 over SRv6": path(
      { rd: "65001:7", prefix: "2001:db8:23::/48", remoteLabel: 1007, remoteSid: "2001:db8:5::" },
      NEXT_HOP_6,
      "RT:65001:8",
    ),
    "EVPN 1 of an instance": evpn(1, { prefix: `[1]:[5]:[${ESI}]:[32]:[0.0.0.0]:[0]` }, "RT:65001:8"),
    "EVPN 1 of a segment": evpn(
      1,
      { prefix: `[1]:[4294967295]:[${ESI}]:[32]:[0.0.0.0]:[0]` },
      "RT:65001:8 ESI-label-Rt:SA",
    ),
    "EVPN 2 without address": evpn(2, { ethTag: 0, mac: "0a:00:00:00:00:01", vni: "16176" }, "RT:65001:8 ET:8"),
    "EVPN 2 with IPv4": evpn(
      2,
      { ethTag: 5, mac: "0a:00:00:00:00:02", ipLen: 32, ip: "10.23.0.1", vni: "16192/16208", esi: ESI },
      "RT:65001:8 Default Gateway MM:5, sticky MAC Rmac:0a:00:00:00:00:99",
    ),
    "EVPN 2 with IPv6": evpn(
      2,
      { ethTag: 0, mac: "0a:00:00:00:00:03", ipLen: 128, ip: "2001:db8::23", vni: "16224" },
      "RT:65001:8",
    ),
    "EVPN 3 with IPv4": evpn(
      3,
      { ethTag: 5, ipLen: 32, ip: "192.0.2.77", pmsi: { tunnelType: "Ingress Replication", label: 16240 } },
      "RT:65001:8",
    ),
    "EVPN 3 with communities": evpn(
      3,
      { ethTag: 9 },
      "RT:65001:8 UNK:6, 2 UNK:6, 2 DF: (alg: 2, bmap: 0x4000 pref: 32767) ND:Router Flag UNK:6, 2",
    ),
    "EVPN 4": evpn(4, { prefix: `[4]:[${ESI}]:[32]:[192.0.2.77]` }, "ES-Import-Rt:11:22:33:44:55:66"),
    "EVPN 5 with IPv4": evpn(
      5,
      { ethTag: 0, ipLen: 24, ip: "10.24.0.0", vni: "16272" },
      "RT:65001:8 Rmac:0a:00:00:00:00:99",
    ),
    "EVPN 5 with IPv6": evpn(5, { ethTag: 0, ipLen: 48, ip: "2001:db8:24::", vni: "16288" }, "RT:65001:8"),
    "flowspec IPv4, every component": [
      "\tDestination Address 10.25.0.0/24\n",
      "\tSource Address 10.26.0.0/16\n",
      "\tIP Protocol = 6 \n",
      "\tPort >= 80 , <= 90 , = 8080 \n",
      "\tDestination Port = 80 \n",
      "\tSource Port = 1024 \n",
      "\tICMP Type = 8 \n",
      "\tICMP Code = 0 \n",
      "\tTCP Flags = 2,&∋ ! 16\n",
      "\tPacket Length > 64 , <= 1500 \n",
      "\tDSCP field = 46 \n",
      "\tPacket Fragment = 2\n",
      "\tFS:rate 10000.000000 FS:action eval stops FS:redirect VRF RT:65001:7 FS:marking 10\n",
    ],
    "flowspec IPv4, discard": ["\tDestination Address 10.25.1.0/24\n", "\tFS:rate 0.000000\n"],
    "flowspec IPv6": [
      "\tDestination Address 2001:db8:25::/48/off 0\n",
      "\tSource Address 2001:db8:26::/48/off 0\n",
      "\tIP Protocol = 17 \n",
      "\tPort = 53 \n",
      "\tDSCP field = 46 \n",
      "\tPacket Flow Label = 100000 \n",
      "\tFS:rate 0.000000\n",
    ],
  },
  passesOn: {
    // What it has not heard of it passes on; of these it has, and drops them.
    "IPv6 extended communities": DROPPED,
    "tunnel encapsulation": DROPPED,
    "SRv6 without a VPN": DROPPED,
    "attributes nobody has heard of": allPartial(OUR_ROUTES["attributes nobody has heard of"]),
    AIGP: DROPPED,
    "attributes nobody passes on": DROPPED,
    "labeled IPv4": marked("labeled IPv4"),
    "labeled IPv6": marked("labeled IPv6"),
    "VPN-IPv4, distinguisher of type 0": marked("VPN-IPv4, distinguisher of type 0"),
    "VPN-IPv4, distinguisher of type 1": marked("VPN-IPv4, distinguisher of type 1"),
    "VPN-IPv4, distinguisher of type 2": marked("VPN-IPv4, distinguisher of type 2"),
    "VPN-IPv6": marked("VPN-IPv6"),
    "VPN-IPv4 with a domain path": {
      ...marked("VPN-IPv4 with a domain path"),
      ...changed(OUR_ROUTES["VPN-IPv4 with a domain path"], "domainPath", partial),
    },
    // Of PREFIX_SID it keeps the label index, and of an SRv6 SID all but the behaviour, which becomes "any".
    "labeled IPv4 with a label index": {
      ...marked("labeled IPv4 with a label index"),
      attributes: [prefixSid([{ name: "labelIndex", type: 1, labelIndex: 77 }])],
    },
    "VPN-IPv6 over SRv6": {
      ...marked("VPN-IPv6 over SRv6"),
      ...changed(OUR_ROUTES["VPN-IPv6 over SRv6"], "prefixSid", () =>
        service("2001:db8:5::", 0xffff, [40, 24, 16, 0, 16, 64]),
      ),
    },
    // It does not know AIGP, which is not transitive.
    "VPN-IPv4 with communities": {
      ...marked("VPN-IPv4 with communities"),
      ...changed(OUR_ROUTES["VPN-IPv4 with communities"], "aigp", () => null),
    },
    // It forgets the label of type 1 and the gateway of type 5.
    "EVPN 1 of an instance": { nlri: { ...OUR_ROUTES["EVPN 1 of an instance"]!.nlri, mplsLabel: 0 } as Nlri },
    "EVPN 5 with IPv4": { nlri: { ...OUR_ROUTES["EVPN 5 with IPv4"]!.nlri, gatewayAddress: "0.0.0.0" } as Nlri },
  },
  excluded: {
    "EVPN 3 over RSVP-TE": "8.4 passes on an address in place of the tunnel's identifier",
    "EVPN 3 over mLDP": "8.4 passes on an address in place of the tunnel's identifier",
    "EVPN 3 over PIM-SSM": "8.4 passes on an address in place of the tunnel's identifier",
    "EVPN 6": "8.4 ignores EVPN types above 5",
    "EVPN 7": "8.4 ignores EVPN types above 5",
    "EVPN 8": "8.4 ignores EVPN types above 5",
    "EVPN 9": "8.4 ignores EVPN types above 5",
    "EVPN 10": "8.4 ignores EVPN types above 5",
    "EVPN 3 with IPv6": "8.4 resets a session over a PMSI tunnel that ends at an IPv6 address",
  },
};
