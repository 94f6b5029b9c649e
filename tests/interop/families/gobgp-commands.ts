// What GoBGP announces when its command line is told so.
import {
  aigp,
  communities,
  ipv6ExtendedCommunities,
  largeCommunities,
  pmsiTunnel,
  type Nlri,
  type PathAttribute,
} from "@bgpwire/decoder";
import { NEXT_HOP_4, NEXT_HOP_6, route, type Announcement } from "./plan.ts";
import { service } from "./srv6-service.ts";

/** `gobgp global rib add -a rib words nexthop …` */
function add(
  rib: string,
  words: string,
  family: string,
  nlri: object,
  nextHop: string,
  communities: readonly string[] = [],
  more: readonly PathAttribute[] = [],
): Announcement {
  return {
    told: [`global rib add -a ${rib} ${words} nexthop ${nextHop}`],
    route: route(family, nlri as Nlri, nextHop, communities, more),
  };
}

function addEvpn(
  words: string,
  name: string,
  routeType: number,
  fields: object,
  communities: readonly string[] = [],
  more: readonly PathAttribute[] = [],
): Announcement {
  const nlri = { name, routeType, routeDistinguisher: "192.0.2.9:7", ...fields };
  return add("evpn", `${words}`, "l2vpn-evpn", nlri, NEXT_HOP_4, communities, more);
}

const NO_ESI = "00:00:00:00:00:00:00:00:00:00";

const ANNOUNCES: Readonly<Record<string, Announcement>> = {
  "IPv4 with attributes": add(
    "ipv4",
    "10.120.129.0/24 community 65001:1,no-peer large-community 65001:1:2,4294967295:0:4294967295 aigp metric 77",
    "ipv4-unicast",
    { prefix: "10.120.129.0/24" },
    NEXT_HOP_4,
    [],
    [aigp("77"), communities(["65001:1", "nopeer"]), largeCommunities(["65001:1:2", "4294967295:0:4294967295"])],
  ),
  "IPv6 with extended communities": add(
    "ipv6",
    "2001:db8:130::/48 rt 65001:8 192.0.2.9:11 64086.59905:7 color 100 encap vxlan invalid",
    "ipv6-unicast",
    { prefix: "2001:db8:130::/48" },
    NEXT_HOP_6,
    [
      "target:65001:8",
      "target:192.0.2.9:11",
      "target:4200000001:7",
      "color:100",
      "encapsulation:8",
      "origin-validation:invalid",
    ],
  ),
  "labeled IPv4": add(
    "ipv4-mpls",
    "10.121.0.0/24 2001",
    "ipv4-labeled-unicast",
    { prefix: "10.121.0.0/24", labels: [2001] },
    NEXT_HOP_4,
  ),
  "labeled IPv6": add(
    "ipv6-mpls",
    "2001:db8:121::/48 2002",
    "ipv6-labeled-unicast",
    { prefix: "2001:db8:121::/48", labels: [2002] },
    NEXT_HOP_6,
  ),
  "VPN-IPv4, distinguisher of type 0": add(
    "vpnv4",
    "10.122.0.0/24 label 2003 rd 65001:7 rt 65001:8 color 100 encap mpls",
    "ipv4-vpn",
    { routeDistinguisher: "65001:7", prefix: "10.122.0.0/24", labels: [2003] },
    NEXT_HOP_4,
    ["target:65001:8", "color:100", "encapsulation:10"],
  ),
  "VPN-IPv4, distinguisher of type 1": add(
    "vpnv4",
    "10.122.1.0/25 label 1048575 rd 192.0.2.9:7 rt 192.0.2.9:8",
    "ipv4-vpn",
    { routeDistinguisher: "192.0.2.9:7", prefix: "10.122.1.0/25", labels: [1048575] },
    NEXT_HOP_4,
    ["target:192.0.2.9:8"],
  ),
  "VPN-IPv4, distinguisher of type 2": add(
    "vpnv4",
    "10.122.2.3/32 label 16 rd 64086.59905:7 rt 64086.59905:8",
    "ipv4-vpn",
    { routeDistinguisher: "4200000001:7", prefix: "10.122.2.3/32", labels: [16] },
    NEXT_HOP_4,
    ["target:4200000001:8"],
  ),
  "VPN-IPv6": add(
    "vpnv6",
    "2001:db8:122::/48 label 2004 rd 65001:7 rt 65001:8",
    "ipv6-vpn",
    { routeDistinguisher: "65001:7", prefix: "2001:db8:122::/48", labels: [2004] },
    NEXT_HOP_6,
    ["target:65001:8"],
  ),
  "EVPN 1": addEvpn(
    "a-d esi LACP 0a:bb:cc:dd:ee:ff 100 etag 100 label 200 rd 192.0.2.9:7 rt 65001:8 encap vxlan esi-label 300",
    "ethernetAutoDiscovery",
    1,
    { ethernetSegmentIdentifier: "01:0a:bb:cc:dd:ee:ff:00:64:00", ethernetTagId: 100, mplsLabel: 200 },
    ["target:65001:8", "encapsulation:8", "esi-label:300"],
  ),
  "EVPN 2 without address": addEvpn(
    "macadv 0a:00:00:00:00:11 0.0.0.0 esi ROUTERID 192.0.2.9 100 etag 100 label 201 rd 192.0.2.9:7 rt 65001:8",
    "macIpAdvertisement",
    2,
    {
      ethernetSegmentIdentifier: "04:c0:00:02:09:00:00:00:64:00",
      ethernetTagId: 100,
      macAddress: "0a:00:00:00:00:11",
      ipAddress: null,
      mplsLabel1: 201,
    },
    ["target:65001:8"],
  ),
  "EVPN 2 with IPv4": addEvpn(
    "macadv 0a:00:00:00:00:12 10.123.0.1 esi AS 65001 100 etag 100 label 202,203 rd 192.0.2.9:7 rt 65001:8 encap vxlan " +
      "router-mac 0a:00:00:00:00:98",
    "macIpAdvertisement",
    2,
    {
      ethernetSegmentIdentifier: "05:00:00:fd:e9:00:00:00:64:00",
      ethernetTagId: 100,
      macAddress: "0a:00:00:00:00:12",
      ipAddress: "10.123.0.1",
      mplsLabel1: 202,
      mplsLabel2: 203,
    },
    ["target:65001:8", "encapsulation:8", "router-mac:0a:00:00:00:00:98"],
  ),
  "EVPN 2 with IPv6": addEvpn(
    "macadv 0a:00:00:00:00:13 2001:db8::123 etag 0 label 204 rd 192.0.2.9:7 rt 65001:8",
    "macIpAdvertisement",
    2,
    {
      ethernetSegmentIdentifier: NO_ESI,
      ethernetTagId: 0,
      macAddress: "0a:00:00:00:00:13",
      ipAddress: "2001:db8::123",
      mplsLabel1: 204,
    },
    ["target:65001:8"],
  ),
  "EVPN 3 with IPv4": addEvpn(
    "multicast 192.0.2.77 etag 100 rd 192.0.2.9:7 rt 65001:8 encap vxlan pmsi ingress-repl 100 192.0.2.77",
    "inclusiveMulticastEthernetTag",
    3,
    { ethernetTagId: 100, originatingRouterAddress: NEXT_HOP_4 },
    ["target:65001:8", "encapsulation:8"],
    [pmsiTunnel({ name: "ingressReplication", type: 6, tunnelEndpoint: NEXT_HOP_4 }, 100)],
  ),
  "EVPN 3 with IPv6": addEvpn(
    "multicast 2001:db8::77 etag 0 rd 192.0.2.9:7 rt 65001:8",
    "inclusiveMulticastEthernetTag",
    3,
    { ethernetTagId: 0, originatingRouterAddress: NEXT_HOP_6 },
    ["target:65001:8"],
  ),
  // It adds the ES-Import target itself.
  "EVPN 4": addEvpn(
    "esi 192.0.2.77 esi MSTP 0a:aa:aa:aa:aa:aa 100 rd 192.0.2.9:7 rt 65001:8",
    "ethernetSegment",
    4,
    { ethernetSegmentIdentifier: "02:0a:aa:aa:aa:aa:aa:00:64:00", originatingRouterAddress: NEXT_HOP_4 },
    ["target:65001:8", "es-import-target:0a:aa:aa:aa:aa:aa"],
  ),
  "EVPN 5 with IPv4": addEvpn(
    "prefix 10.124.0.0/24 gw 10.124.0.1 etag 200 label 300 rd 192.0.2.9:7 rt 65001:8 encap vxlan router-mac 0a:00:00:00:00:98",
    "ipPrefix",
    5,
    {
      ethernetSegmentIdentifier: NO_ESI,
      ethernetTagId: 200,
      prefix: "10.124.0.0/24",
      gatewayAddress: "10.124.0.1",
      mplsLabel: 300,
    },
    ["target:65001:8", "encapsulation:8", "router-mac:0a:00:00:00:00:98"],
  ),
  "EVPN 5 with IPv6": addEvpn(
    "prefix 2001:db8:124::/48 esi MAC 0a:bb:cc:dd:ee:ff 100 etag 0 label 301 rd 192.0.2.9:7 rt 65001:8",
    "ipPrefix",
    5,
    {
      ethernetSegmentIdentifier: "03:0a:bb:cc:dd:ee:ff:00:00:64",
      ethernetTagId: 0,
      prefix: "2001:db8:124::/48",
      gatewayAddress: "::",
      mplsLabel: 301,
    },
    ["target:65001:8"],
  ),
};

/** Flow specifications; it takes no next hop for them. */
function addFlow(
  rib: string,
  words: string,
  family: string,
  nlri: object,
  communities: readonly string[],
  more: readonly PathAttribute[] = [],
): Announcement {
  return {
    told: [`global rib add -a ${rib} ${words}`],
    route: route(family, nlri as Nlri, null, communities, more),
  };
}

const FLOWS: Readonly<Record<string, Announcement>> = {
  "flowspec IPv4": addFlow(
    "ipv4-flowspec",
    "match destination 10.125.0.0/24 source 10.126.0.0/16 protocol ==tcp destination-port >=80&<=90 ==8080 source-port >1024 " +
      "icmp-type ==8 icmp-code ==0 tcp-flags =S&!=A packet-length >1000 dscp ==46 fragment =is-fragment " +
      "then rate-limit 100 as 65001 redirect 65001:7 mark 10 action sample",
    "ipv4-flowspec",
    {
      destinationPrefix: "10.125.0.0/24",
      sourcePrefix: "10.126.0.0/16",
      protocol: [{ operator: "=", value: 6 }],
      destinationPort: [
        { operator: ">=", value: 80 },
        { and: true, operator: "<=", value: 90 },
        { operator: "=", value: 8080 },
      ],
      sourcePort: [{ operator: ">", value: 1024 }],
      icmpType: [{ operator: "=", value: 8 }],
      icmpCode: [{ operator: "=", value: 0 }],
      tcpFlags: [
        { match: true, bits: { syn: true } },
        { and: true, not: true, match: true, bits: { ack: true } },
      ],
      packetLength: [{ operator: ">", value: 1000 }],
      dscp: [{ operator: "=", value: 46 }],
      fragment: [{ match: true, bits: { isf: true } }],
    },
    ["rate-bytes:65001:100", "redirect:65001:7", "traffic-marking:10", "traffic-action:sample"],
  ),
  // It writes a flow label of one octet in one octet.
  "flowspec IPv6": addFlow(
    "ipv6-flowspec",
    "match destination 2001:db8:125::/48 protocol ==udp port ==53 label ==100 then redirect 2001:db8::9:100",
    "ipv6-flowspec",
    {
      destinationPrefix: "2001:db8:125::/48",
      protocol: [{ operator: "=", value: 17 }],
      port: [{ operator: "=", value: 53 }],
      flowLabel: [{ operator: "=", value: 100, octets: 1 }],
    },
    [],
    [ipv6ExtendedCommunities([{ name: "redirect", address: "2001:db8::9", value: 100, oldType: true }])],
  ),
  "flowspec VPN-IPv4": addFlow(
    "ipv4-l3vpn-flowspec",
    "rd 65001:7 match destination 10.125.2.0/24 then redirect 192.0.2.9:9 rt 65001:8",
    "ipv4-vpn-flowspec",
    { routeDistinguisher: "65001:7", destinationPrefix: "10.125.2.0/24" },
    ["redirect:192.0.2.9:9", "target:65001:8"],
  ),
  "flowspec VPN-IPv6": addFlow(
    "ipv6-l3vpn-flowspec",
    "rd 192.0.2.9:7 match destination 2001:db8:127::/48 then discard rt 65001:8",
    "ipv6-vpn-flowspec",
    { routeDistinguisher: "192.0.2.9:7", destinationPrefix: "2001:db8:127::/48" },
    ["rate-bytes:0:0", "target:65001:8"],
  ),
  "flowspec L2VPN": addFlow(
    "l2vpn-flowspec",
    "rd 65001:7 match destination-mac 0a:00:00:00:00:12 source-mac 0a:00:00:00:00:11 ether-type ==ipv4 vid >10 cos ==3 " +
      "inner-vid ==7 then redirect 64086.59905:9",
    "l2vpn-vpn-flowspec",
    {
      routeDistinguisher: "65001:7",
      ethernetType: [{ operator: "=", value: 0x0800 }],
      sourceMac: "0a:00:00:00:00:11",
      destinationMac: "0a:00:00:00:00:12",
      vlanId: [{ operator: ">", value: 10 }],
      vlanPcp: [{ operator: "=", value: 3 }],
      innerVlanId: [{ operator: "=", value: 7 }],
    },
    ["redirect:4200000001:9"],
  ),
};

function addMup(
  version: 4 | 6,
  words: string,
  name: string,
  routeType: number,
  fields: object,
  communities: readonly string[] = [],
  more: readonly PathAttribute[] = [],
): Announcement {
  const nlri = { name, routeType, routeDistinguisher: "100:100", ...fields };
  const family = `ipv${version}-mup`;
  return add(family, `${words} rd 100:100 rt 10:10`, family, nlri, NEXT_HOP_6, ["target:10:10", ...communities], more);
}

const SEGMENT = "mup-direct-segment:10:10";
const sid = (behavior: string): string =>
  `prefix 2001:db8:1:1::/64 locator-node-length 24 function-length 16 behavior ${behavior}`;
const sidService = (behavior: number): PathAttribute => service("2001:db8:1:1::", behavior, [64, 24, 16, 0, 0, 0]);

const MOBILE: Readonly<Record<string, Announcement>> = {
  "MUP interwork segment, IPv4": addMup(
    4,
    `isd 10.130.0.0/24 ${sid("ENDM_GTP4E")}`,
    "interworkSegmentDiscovery",
    1,
    { prefix: "10.130.0.0/24" },
    [],
    [sidService(72)],
  ),
  "MUP interwork segment, IPv6": addMup(
    6,
    `isd 2001:db8:130::/48 ${sid("ENDM_GTP6E")}`,
    "interworkSegmentDiscovery",
    1,
    { prefix: "2001:db8:130::/48" },
    [],
    [sidService(71)],
  ),
  "MUP direct segment, IPv4": addMup(
    4,
    `dsd 10.130.0.1 ${sid("END_DT4")} mup 10:10`,
    "directSegmentDiscovery",
    2,
    { address: "10.130.0.1" },
    [SEGMENT],
    [sidService(19)],
  ),
  "MUP direct segment, IPv6": addMup(
    6,
    `dsd 2001:db8::131 ${sid("END_DT6")} mup 10:10`,
    "directSegmentDiscovery",
    2,
    { address: "2001:db8::131" },
    [SEGMENT],
    [sidService(18)],
  ),
  "MUP type 1 session, IPv4": addMup(
    4,
    "t1st 10.130.1.1/32 teid 12345 qfi 9 endpoint 10.130.2.1",
    "type1SessionTransformed",
    3,
    { prefix: "10.130.1.1/32", teid: 12345, qfi: 9, endpointAddress: "10.130.2.1" },
  ),
  "MUP type 1 session, IPv6": addMup(
    6,
    "t1st 2001:db8::132/128 teid 4294967295 qfi 63 endpoint 2001:db8::133",
    "type1SessionTransformed",
    3,
    { prefix: "2001:db8::132/128", teid: 4294967295, qfi: 63, endpointAddress: "2001:db8::133" },
  ),
  "MUP type 2 session, IPv4": addMup(
    4,
    "t2st 10.130.3.1 teid 12345 mup 10:10",
    "type2SessionTransformed",
    4,
    { endpointAddress: "10.130.3.1", teid: 12345, teidLength: 32 },
    [SEGMENT],
  ),
  "MUP type 2 session, IPv6": addMup(
    6,
    "t2st 2001:db8::134 teid 12345 mup 10:10",
    "type2SessionTransformed",
    4,
    { endpointAddress: "2001:db8::134", teid: 12345, teidLength: 32 },
    [SEGMENT],
  ),
};

export const GOBGP_COMMANDS: Readonly<Record<string, Announcement>> = { ...ANNOUNCES, ...FLOWS, ...MOBILE };
