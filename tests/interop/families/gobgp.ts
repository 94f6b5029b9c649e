// GoBGP: every family it has a name for but VPN multicast, opaque routes and multicast. Routes that its command line cannot make
// (VPLS, route targets, encapsulation, BGP-LS, SR policies) it passes on.
import { bgpLs, ipv6ExtendedCommunities, pmsiTunnel, type Nlri, type PathAttribute } from "@bgpwire/decoder";
import { route, type Announcement, type FamilyPlan, type Shown } from "./plan.ts";
import { service as srv6Service } from "./routes.ts";

const NEXT_HOP_4 = "192.0.2.77";
const NEXT_HOP_6 = "2001:db8::77";

/** A path as its JSON has it; attributes stand under their codes. */
function path(nlri: object, nextHop: string, communities: readonly object[] = [], more: object = {}): Shown {
  const attrs = {
    14: { nexthop: nextHop },
    ...(communities.length > 0 && { 16: { value: communities } }),
    ...more,
  };
  return { nlri, attrs };
}

/** What it shows where there is none. */
const NO_NEXT_HOP = "0.0.0.0";
const NO_NEXT_HOP_6 = "::";

const RD_AS2 = { type: 0, admin: 65001, assigned: 4000000000 };
const RD_IPV4 = { type: 1, admin: "192.0.2.9", assigned: 7 };
const RD_FLOW = { type: 0, admin: 65001, assigned: 7 };
const TARGET = { type: 0, subtype: 2, value: "65001:8" };
const ESI = "ESI_ARBITRARY | 11:22:33:44:55:66:77:88:99";

function evpn(type: number, value: object, communities: readonly object[], more: object = {}): Shown {
  return path({ type, value: { rd: RD_IPV4, ...value } }, NEXT_HOP_4, communities, more);
}

function mup(type: number, value: object, communities: readonly object[], more: object = {}): Shown {
  const nlri = { arch_type: 1, route_type: type, value: { rd: { type: 0, admin: 100, assigned: 100 }, ...value } };
  return path(nlri, NEXT_HOP_6, communities, more);
}

const MUP_TARGET = { type: 0, subtype: 2, value: "10:10" };
const MUP_SEGMENT = { type: 12, subtype: 0, segmend_id: "10:10" };

/** Prefix-SID with an SRv6 service of one SID (its octets in base 64) and the lengths of its parts. */
function service(sid: string, behavior: number, lengths: readonly number[]): object {
  const [block, node, fun, argument, transposition, offset] = lengths;
  const structure = {
    type: 1,
    locator_block_length: block,
    locator_node_length: node,
    function_length: fun,
    argument_length: argument,
    transposition_length: transposition,
    transposition_offset: offset,
  };
  const information = { type: 1, sid, flags: 0, endpoint_behavior: behavior, sub_sub_tlvs: [structure] };
  return { 40: { TLVs: [{ type: 5, SubTLVs: [information] }] } };
}

const MUP_SERVICE = service("IAENuAAGAAAAAAAAAAAAAA==", 72, [64, 24, 16, 0, 0, 0]);

function flow(nlri: object, communities: readonly object[], nextHop: string = NO_NEXT_HOP): Shown {
  return path(nlri, nextHop, communities);
}

const prefix = (type: number, text: string): object => ({ type, value: { prefix: text } });
/** Pairs of operator octet and value. */
const items = (type: number, ...pairs: readonly (readonly [number, number])[]): object => ({
  type,
  value: pairs.map(([op, value]) => ({ op, value })),
});

function ls(type: number, nlri: string, node: object = {}, link: object = {}): Shown {
  return path({ type, nlri }, NEXT_HOP_4, [], { 29: { node, link } });
}

const segment = (label: number): object => ({ type: 1, label });
function policy(preference: number, more: readonly object[]): object {
  const list = { type: 128, Weight: { weight: 5 }, Segments: [segment(16000), segment(16001)] };
  return { 23: { value: [{ type: 15, value: [{ type: 12, preference }, ...more, list] }] } };
}

const PMSI = (label: number, identifier: string): object => ({
  22: { "is-leaf-info-required": false, "tunnel-type": 6, label, "tunnel-id": identifier },
});

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
const sidService = (behavior: number): PathAttribute => srv6Service("2001:db8:1:1::", behavior, [64, 24, 16, 0, 0, 0]);

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

export const gobgpFamilies: FamilyPlan = {
  // All of them would need more than the 255 octets that it can count.
  sessions: [
    [
      "ipv4-labeled-unicast",
      "ipv6-labeled-unicast",
      "ipv4-vpn",
      "ipv6-vpn",
      "l2vpn-vpls",
      "l2vpn-evpn",
      "ipv4-encapsulation",
      "ipv6-encapsulation",
    ],
    [
      "ipv4-flowspec",
      "ipv6-flowspec",
      "ipv4-vpn-flowspec",
      "ipv6-vpn-flowspec",
      "l2vpn-vpn-flowspec",
      "bgp-ls",
      "ipv4-sr-policy",
      "ipv6-sr-policy",
      "ipv4-mup",
      "ipv6-mup",
    ],
    // With route target membership it holds back whatever has no route target.
    ["ipv4-vpn", "ipv4-rtc"],
  ],
  // Of all others it offers ADD-PATH too, and takes path identifiers for routes.
  addPath: [
    "ipv4-labeled-unicast",
    "ipv6-labeled-unicast",
    "ipv4-vpn",
    "ipv6-vpn",
    "l2vpn-evpn",
    "ipv4-encapsulation",
    "ipv6-encapsulation",
    "ipv4-flowspec",
    "ipv6-flowspec",
    "ipv4-vpn-flowspec",
    "ipv6-vpn-flowspec",
  ],
  announces: { ...ANNOUNCES, ...FLOWS, ...MOBILE },
  shows: {
    "labeled IPv4": path({ prefix: "10.21.0.0/24", labels: [1001] }, NEXT_HOP_4),
    "labeled IPv6": path({ prefix: "2001:db8:21::/48", labels: [1048575] }, NEXT_HOP_6),
    "VPN-IPv4, distinguisher of type 0": path({ prefix: "10.22.0.0/24", labels: [1002], rd: RD_AS2 }, NEXT_HOP_4, [
      TARGET,
    ]),
    "VPN-IPv4, distinguisher of type 1": path({ prefix: "10.22.1.0/25", labels: [16], rd: RD_IPV4 }, NEXT_HOP_4, [
      { type: 1, subtype: 2, value: "192.0.2.9:11" },
    ]),
    "VPN-IPv4, distinguisher of type 2": path(
      { prefix: "10.22.2.3/32", labels: [1003], rd: { type: 2, admin: 4200000001, assigned: 7 } },
      NEXT_HOP_4,
      [{ type: 2, subtype: 2, value: "64086.59905:7" }],
    ),
    "VPN-IPv4 with communities": path(
      { prefix: "10.22.3.0/24", labels: [1004], rd: { type: 0, admin: 65001, assigned: 1 } },
      NEXT_HOP_4,
      [
        TARGET,
        { type: 0, subtype: 3, value: "65001:2" },
        { type: 0, subtype: 5, value: "2560:66048" },
        { type: 3, subtype: 6, value: "BgAAAAACAA==" },
        { type: 1, subtype: 7, value: "192.0.2.2:0" },
        { type: 3, subtype: 11, color: 100 },
        { type: 3, subtype: 12, tunnel_type: 8 },
        { type: 64, subtype: 4, asn: 65001, bandwidth: 10000000 },
        { type: 0, subtype: 9, value: "65001:0" },
        { type: 1, subtype: 11, value: "192.0.2.9:5" },
      ],
      { 26: { value: [{ type: 1, metric: 77 }] } },
    ),
    "VPN-IPv6": path({ prefix: "2001:db8:22::/48", labels: [1005], rd: RD_AS2 }, NEXT_HOP_6, [TARGET]),
    "VPN-IPv6 over SRv6": path(
      { prefix: "2001:db8:23::/48", labels: [1007], rd: RD_FLOW },
      NEXT_HOP_6,
      [TARGET],
      service("IAENuAAFAAAAAAAAAAAAAA==", 18, [40, 24, 16, 0, 16, 64]),
    ),
    "EVPN 1 of an instance": evpn(1, { esi: ESI, etag: 5, label: 16160 }, [TARGET]),
    "EVPN 1 of a segment": evpn(1, { esi: ESI, etag: 4294967295, label: 0 }, [
      TARGET,
      { type: 6, subtype: 1, label: 16209, is_single_active: true },
    ]),
    "EVPN 2 without address": evpn(
      2,
      { esi: "single-homed", etag: 0, mac: "0a:00:00:00:00:01", ip: "<nil>", labels: [16176] },
      [TARGET, { type: 3, subtype: 12, tunnel_type: 8 }],
    ),
    "EVPN 2 with IPv4": evpn(
      2,
      { esi: ESI, etag: 5, mac: "0a:00:00:00:00:02", ip: "10.23.0.1", labels: [16192, 16208] },
      [
        TARGET,
        { type: 6, subtype: 0, sequence: 5, is_sticky: true },
        { type: 6, subtype: 3, mac: "0a:00:00:00:00:99" },
        { type: 3, subtype: 13 },
      ],
    ),
    "EVPN 2 with IPv6": evpn(
      2,
      { esi: "single-homed", etag: 0, mac: "0a:00:00:00:00:03", ip: "2001:db8::23", labels: [16224] },
      [TARGET],
    ),
    "EVPN 3 with IPv4": evpn(3, { etag: 5, ip: "192.0.2.77" }, [TARGET], PMSI(16240, "192.0.2.77")),
    "EVPN 3 with IPv6": evpn(3, { etag: 0, ip: "2001:db8::77" }, [TARGET], PMSI(16256, "2001:db8::77")),
    "EVPN 4": evpn(4, { esi: ESI, ip: "192.0.2.77" }, [{ type: 6, subtype: 2, value: "11:22:33:44:55:66" }]),
    "EVPN 5 with IPv4": evpn(
      5,
      { esi: "single-homed", etag: 0, prefix: "10.24.0.0/24", gateway: "10.24.0.1", label: 16272 },
      [TARGET, { type: 6, subtype: 3, mac: "0a:00:00:00:00:99" }],
    ),
    "EVPN 5 with IPv6": evpn(
      5,
      { esi: "single-homed", etag: 0, prefix: "2001:db8:24::/48", gateway: "::", label: 16288 },
      [TARGET],
    ),
    VPLS: path(
      {
        rd: { type: 1, admin: "192.0.2.9", assigned: 123 },
        id: 5,
        blockoffset: 1,
        blocksize: 8,
        base: { Labels: [10702] },
      },
      NEXT_HOP_4,
      [TARGET, { type: 128, subtype: 10, value: "encaps: VPLS, control flags:0x0, mtu: 1500" }],
    ),
    "route target membership": path({ prefix: "65001:65001:8" }, NEXT_HOP_4),
    "encapsulation IPv4": path({ prefix: "192.0.2.77/32" }, NEXT_HOP_4, [], {
      23: {
        value: [
          {
            type: 1,
            value: [
              { type: 1, key: 1, cookie: "CgsMDQ==" },
              { type: 4, color: 100 },
            ],
          },
        ],
      },
    }),
    "encapsulation IPv6": path({ prefix: "2001:db8::77/128" }, NEXT_HOP_6, [], {
      23: { value: [{ type: 2, value: [{ type: 4, color: 100 }] }] },
    }),
    "flowspec IPv4, every component": flow(
      {
        value: [
          prefix(1, "10.25.0.0/24"),
          prefix(2, "10.26.0.0/16"),
          items(3, [0x81, 6]),
          items(4, [0x03, 80], [0x45, 90], [0x91, 8080]),
          items(5, [0x81, 80]),
          items(6, [0x91, 1024]),
          items(7, [0x81, 8]),
          items(8, [0x81, 0]),
          items(9, [0x01, 2], [0xc2, 16]),
          items(10, [0x02, 64], [0xd5, 1500]),
          items(11, [0x81, 46]),
          items(12, [0x81, 2]),
        ],
      },
      [
        { type: 128, subtype: 6, as: 65001, rate: 10000 },
        { type: 128, subtype: 7, terminal: true, sample: true },
        { type: 128, subtype: 8, value: "65001:7" },
        { type: 128, subtype: 9, value: 10 },
      ],
    ),
    "flowspec IPv4, discard": flow({ value: [prefix(1, "10.25.1.0/24")] }, [{ type: 128, subtype: 6, as: 0, rate: 0 }]),
    "flowspec IPv6": flow(
      {
        value: [
          prefix(1, "2001:db8:25::/48"),
          prefix(2, "2001:db8:26::/48"),
          items(3, [0x81, 17]),
          items(4, [0x81, 53]),
          items(11, [0x81, 46]),
          items(13, [0xa1, 100000]),
        ],
      },
      [{ type: 128, subtype: 6, as: 0, rate: 0 }],
      NO_NEXT_HOP_6,
    ),
    "flowspec VPN-IPv4": flow({ rd: RD_FLOW, value: [prefix(1, "10.25.2.0/24"), items(3, [0x81, 6])] }, [
      TARGET,
      { type: 129, subtype: 8, value: "192.0.2.9:9" },
    ]),
    "flowspec VPN-IPv4, four-octet redirect": flow({ rd: RD_FLOW, value: [prefix(1, "10.25.3.0/24")] }, [
      TARGET,
      { type: 130, subtype: 8, value: "64086.59905:9" },
    ]),
    "flowspec VPN-IPv6": flow(
      { rd: RD_FLOW, value: [prefix(1, "2001:db8:27::/48"), items(3, [0x81, 17])] },
      [TARGET, { type: 128, subtype: 8, value: "65001:7" }],
      NO_NEXT_HOP_6,
    ),
    "flowspec L2VPN": flow(
      {
        rd: RD_FLOW,
        value: [
          items(14, [0x91, 0x0800]),
          { type: 15, value: "0a:00:00:00:00:01" },
          { type: 16, value: "0a:00:00:00:00:02" },
          items(21, [0x02, 10], [0xc4, 20]),
          items(22, [0x81, 3]),
        ],
      },
      [TARGET, { type: 128, subtype: 6, as: 0, rate: 0 }],
      "fictitious",
    ),
    "BGP-LS node": ls(1, "NLRI { NODE { AS:65001 BGP-LS ID:0 0000.0000.0001 ISIS-L2:0 } }", {
      name: "ams1",
      local_router_id_ipv4: "192.0.2.101",
    }),
    "BGP-LS link": ls(
      2,
      "NLRI { LINK { LOCAL_NODE: 0000.0000.0001 REMOTE_NODE: 0000.0000.0002 LINK: 10.28.0.1->10.28.0.2} }",
      {},
      { igp_metric: 10, bandwidth: 1250000000 },
    ),
    "BGP-LS IPv4 prefix": ls(3, "NLRI { PREFIXv4 { LOCAL_NODE: 0000.0000.0001 PREFIX: [10.29.0.0/24] } }"),
    "BGP-LS IPv6 prefix": ls(4, "NLRI { PREFIXv6 { LOCAL_NODE: 0000.0000.0001 PREFIX: [2001:db8:29::/48] } }"),
    // It writes the endpoint's octets as a text in which they are lost.
    "SR policy IPv4": path(
      { length: 12, distinguisher: 1, color: 100 },
      NEXT_HOP_4,
      [{ type: 1, subtype: 2, value: "192.0.2.1:0" }],
      policy(200, [{ type: 13, binding_sid: "16016" }]),
    ),
    "SR policy IPv6": path(
      { length: 24, distinguisher: 2, color: 200 },
      NEXT_HOP_6,
      [{ type: 1, subtype: 2, value: "192.0.2.1:0" }],
      policy(100, []),
    ),
    "MUP interwork segment, IPv4": mup(1, { prefix: "10.30.0.9/32" }, [MUP_TARGET], MUP_SERVICE),
    "MUP direct segment, IPv4": mup(2, { address: "10.30.0.1" }, [MUP_TARGET, MUP_SEGMENT], MUP_SERVICE),
    "MUP type 1 session, IPv4": mup(3, { prefix: "10.30.1.1/32", teid: 12345, qfi: 9, endpoint_address: "10.30.2.1" }, [
      MUP_TARGET,
    ]),
    "MUP type 2 session, IPv4": mup(4, { endpoint_address: "10.30.3.1", teid: 12345 }, [MUP_TARGET, MUP_SEGMENT]),
    "MUP interwork segment, IPv6": mup(1, { prefix: "2001:db8::39/128" }, [MUP_TARGET], MUP_SERVICE),
    "MUP direct segment, IPv6": mup(2, { address: "2001:db8::31" }, [MUP_TARGET, MUP_SEGMENT], MUP_SERVICE),
    "MUP type 1 session, IPv6": mup(
      3,
      { prefix: "2001:db8::32/128", teid: 12345, qfi: 9, endpoint_address: "2001:db8::33" },
      [MUP_TARGET],
    ),
    "MUP type 2 session, IPv6": mup(4, { endpoint_address: "2001:db8::34", teid: 12345 }, [MUP_TARGET, MUP_SEGMENT]),
  },
  passesOn: {
    // It asks for itself.
    "route target membership": { nextHop: "192.0.2.2" },
    // It knows no TLVs of prefixes but that of SR.
    "BGP-LS IPv4 prefix": { attributes: [bgpLs([])] },
    "BGP-LS IPv6 prefix": { attributes: [bgpLs([])] },
  },
  excluded: {
    "labeled IPv4 with a label index": "3.10 passes PREFIX_SID on without the TLVs that are not of SRv6",
    "EVPN 6": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 7": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 8": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 9": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 10": "3.10 disables EVPN when it meets a type above 5",
    "BGP-LS SRv6 SID": "3.10 disables BGP-LS when it meets an SRv6 SID",
  },
};
