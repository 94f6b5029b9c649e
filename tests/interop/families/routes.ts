// What we announce to a router: a route of every family and of every type that some router can be configured for.
import {
  aigp,
  domainPath,
  pmsiTunnel,
  prefixSid,
  tunnelEncapsulation,
  type MupNlri,
  type Nlri,
  type PmsiTunnel,
  type PathAttribute,
} from "@bgpwire/decoder";
import { ATTRIBUTES } from "./attributes.ts";
import { LINK_STATES } from "./link-states.ts";
import { NEXT_HOP_4, NEXT_HOP_6, route, type FamilyRoute } from "./plan.ts";
import { SR_POLICIES } from "./sr-policies.ts";
import { service } from "./srv6-service.ts";

/** The route target of most. */
const TARGET = "target:65001:8";
/** Of the instance that a synch route is about (RFC 9251 section 9.5). */
const EVI_TARGET = "evi-target:65001:8";

/** Prefixes, with labels, and in VPNs. */
const PREFIXES = {
  "multicast IPv4": route("ipv4-multicast", { prefix: "10.20.0.0/17" }, NEXT_HOP_4),
  "multicast IPv6": route("ipv6-multicast", { prefix: "2001:db8:20::/45" }, NEXT_HOP_6),
  "labeled IPv4": route("ipv4-labeled-unicast", { prefix: "10.21.0.0/24", labels: [1001] }, NEXT_HOP_4),
  "labeled IPv4 with a label index": route(
    "ipv4-labeled-unicast",
    { prefix: "10.21.1.0/24", labels: [1006] },
    NEXT_HOP_4,
    [],
    [
      prefixSid([
        { name: "labelIndex", type: 1, labelIndex: 77 },
        { name: "originatorSrgb", type: 3, srgb: [{ firstLabel: 16000, numberOfLabels: 8000 }] },
      ]),
    ],
  ),
  "labeled IPv6": route("ipv6-labeled-unicast", { prefix: "2001:db8:21::/48", labels: [1048575] }, NEXT_HOP_6),
  "VPN-IPv4, distinguisher of type 0": route(
    "ipv4-vpn",
    { routeDistinguisher: "65001:4000000000", prefix: "10.22.0.0/24", labels: [1002] },
    NEXT_HOP_4,
    [TARGET],
  ),
  "VPN-IPv4, distinguisher of type 1": route(
    "ipv4-vpn",
    { routeDistinguisher: "192.0.2.9:7", prefix: "10.22.1.0/25", labels: [16] },
    NEXT_HOP_4,
    ["target:192.0.2.9:11"],
  ),
  "VPN-IPv4, distinguisher of type 2": route(
    "ipv4-vpn",
    { routeDistinguisher: "4200000001:7", prefix: "10.22.2.3/32", labels: [1003] },
    NEXT_HOP_4,
    ["target:4200000001:7"],
  ),
  "VPN-IPv4 with communities": route(
    "ipv4-vpn",
    { routeDistinguisher: "65001:1", prefix: "10.22.3.0/24", labels: [1004] },
    NEXT_HOP_4,
    [
      TARGET,
      "origin:65001:2",
      "ospf-domain-id:2560:66048",
      "ospf-route-type:0.0.0.0:2",
      "ospf-router-id:192.0.2.2",
      "color:100",
      "encapsulation:8",
      "bandwidth:65001:10000000",
      "source-as:65001:0",
      "vrf-route-import:192.0.2.9:5",
    ],
    [aigp("77")],
  ),
  "VPN-IPv4 with a domain path": route(
    "ipv4-vpn",
    { routeDistinguisher: "65001:1", prefix: "10.22.5.0/24", labels: [1008] },
    NEXT_HOP_4,
    [TARGET],
    [domainPath([[{ globalAdministrator: 65000, localAdministrator: 1, isfSafiType: 128 }]])],
  ),
  "VPN-IPv6": route(
    "ipv6-vpn",
    { routeDistinguisher: "65001:4000000000", prefix: "2001:db8:22::/48", labels: [1005] },
    NEXT_HOP_6,
    [TARGET],
  ),
  // For choosing the upstream hop, and so without labels (RFC 6514 section 10).
  "VPN-IPv4 multicast": route(
    "ipv4-vpn-multicast",
    { routeDistinguisher: "65001:7", prefix: "10.22.4.0/24" },
    NEXT_HOP_4,
    [TARGET],
  ),
  "VPN-IPv6 multicast": route(
    "ipv6-vpn-multicast",
    { routeDistinguisher: "192.0.2.9:7", prefix: "2001:db8:24:4::/64" },
    NEXT_HOP_6,
    [TARGET],
  ),
  "VPN-IPv6 over SRv6": route(
    "ipv6-vpn",
    { routeDistinguisher: "65001:7", prefix: "2001:db8:23::/48", labels: [1007] },
    NEXT_HOP_6,
    [TARGET],
    // End.DT6, whose function stands in the label (RFC 9252 section 4).
    [service("2001:db8:5::", 18, [40, 24, 16, 0, 16, 64])],
  ),
};

const ESI = "00:11:22:33:44:55:66:77:88:99";
const NO_ESI = "00:00:00:00:00:00:00:00:00:00";

/** A route of EVPN with the distinguisher of all. */
function evpn(
  name: string,
  routeType: number,
  fields: object,
  communities: readonly string[],
  more: readonly PathAttribute[] = [],
): FamilyRoute {
  const nlri = { name, routeType, routeDistinguisher: "192.0.2.9:7", ...fields };
  return route("l2vpn-evpn", nlri as Nlri, NEXT_HOP_4, communities, more);
}

/** An Inclusive Multicast route over a tunnel, of which the leaves are to be known. */
function evpn3(ethernetTagId: number, tunnel: PmsiTunnel): FamilyRoute {
  const fields = { ethernetTagId, originatingRouterAddress: NEXT_HOP_4 };
  const pmsi = pmsiTunnel(tunnel, 0, { leafInformationRequired: true });
  return evpn("inclusiveMulticastEthernetTag", 3, fields, [TARGET], [pmsi]);
}

/** What a multicast route is about. */
const GROUP = { multicastSource: "10.23.0.9", multicastGroup: "239.1.1.1" };

const ETHERNET = {
  "EVPN 1 of an instance": evpn(
    "ethernetAutoDiscovery",
    1,
    { ethernetSegmentIdentifier: ESI, ethernetTagId: 5, mplsLabel: 1010 << 4 },
    [TARGET],
  ),
  "EVPN 1 of a segment": evpn(
    "ethernetAutoDiscovery",
    1,
    { ethernetSegmentIdentifier: ESI, ethernetTagId: 0xffff_ffff, mplsLabel: 0 },
    [TARGET, "esi-label:16209:single-active"],
  ),
  "EVPN 2 without address": evpn(
    "macIpAdvertisement",
    2,
    {
      ethernetSegmentIdentifier: NO_ESI,
      ethernetTagId: 0,
      macAddress: "0a:00:00:00:00:01",
      ipAddress: null,
      mplsLabel1: 1011 << 4,
    },
    [TARGET, "encapsulation:8"],
  ),
  "EVPN 2 with IPv4": evpn(
    "macIpAdvertisement",
    2,
    {
      ethernetSegmentIdentifier: ESI,
      ethernetTagId: 5,
      macAddress: "0a:00:00:00:00:02",
      ipAddress: "10.23.0.1",
      mplsLabel1: 1012 << 4,
      mplsLabel2: 1013 << 4,
    },
    [TARGET, "mac-mobility:5:sticky", "router-mac:0a:00:00:00:00:99", "default-gateway"],
  ),
  "EVPN 2 with IPv6": evpn(
    "macIpAdvertisement",
    2,
    {
      ethernetSegmentIdentifier: NO_ESI,
      ethernetTagId: 0,
      macAddress: "0a:00:00:00:00:03",
      ipAddress: "2001:db8::23",
      mplsLabel1: 1014 << 4,
    },
    [TARGET],
  ),
  "EVPN 3 with IPv4": evpn(
    "inclusiveMulticastEthernetTag",
    3,
    { ethernetTagId: 5, originatingRouterAddress: NEXT_HOP_4 },
    [TARGET],
    [pmsiTunnel({ name: "ingressReplication", type: 6, tunnelEndpoint: NEXT_HOP_4 }, 1015 << 4)],
  ),
  "EVPN 3 with IPv6": evpn(
    "inclusiveMulticastEthernetTag",
    3,
    { ethernetTagId: 0, originatingRouterAddress: NEXT_HOP_6 },
    [TARGET],
    [pmsiTunnel({ name: "ingressReplication", type: 6, tunnelEndpoint: NEXT_HOP_6 }, 1016 << 4)],
  ),
  "EVPN 3 over RSVP-TE": evpn3(6, {
    name: "rsvpTeP2mpLsp",
    type: 1,
    extendedTunnelId: NEXT_HOP_4,
    tunnelId: 7,
    p2mpId: 8,
  }),
  "EVPN 3 over mLDP": evpn3(7, {
    name: "mldpP2mpLsp",
    type: 2,
    fecType: 6,
    rootNodeAddress: NEXT_HOP_4,
    opaqueValue: "01000400000007",
  }),
  "EVPN 3 over PIM-SSM": evpn3(8, {
    name: "pimSsmTree",
    type: 3,
    senderAddress: NEXT_HOP_4,
    multicastGroup: "232.1.1.1",
  }),
  "EVPN 3 with communities": evpn(
    "inclusiveMulticastEthernetTag",
    3,
    { ethernetTagId: 9, originatingRouterAddress: NEXT_HOP_4 },
    [
      TARGET,
      "l2-attributes:1500:primary",
      "e-tree:16000:leaf",
      "df-election:2:16384:32767",
      "arp-nd:router:override",
      "multicast-flags:igmp-proxy",
    ],
  ),
  "EVPN 4": evpn("ethernetSegment", 4, { ethernetSegmentIdentifier: ESI, originatingRouterAddress: NEXT_HOP_4 }, [
    "es-import-target:11:22:33:44:55:66",
  ]),
  "EVPN 5 with IPv4": evpn(
    "ipPrefix",
    5,
    {
      ethernetSegmentIdentifier: NO_ESI,
      ethernetTagId: 0,
      prefix: "10.24.0.0/24",
      gatewayAddress: "10.24.0.1",
      mplsLabel: 1017 << 4,
    },
    [TARGET, "router-mac:0a:00:00:00:00:99"],
  ),
  "EVPN 5 with IPv6": evpn(
    "ipPrefix",
    5,
    {
      ethernetSegmentIdentifier: NO_ESI,
      ethernetTagId: 0,
      prefix: "2001:db8:24::/48",
      gatewayAddress: "::",
      mplsLabel: 1018 << 4,
    },
    [TARGET],
  ),
  "EVPN 6": evpn(
    "selectiveMulticastEthernetTag",
    6,
    { ethernetTagId: 5, ...GROUP, originatingRouterAddress: NEXT_HOP_4, flags: { version3: true } },
    [TARGET],
  ),
  "EVPN 7": evpn(
    "multicastMembershipReportSynch",
    7,
    {
      ethernetSegmentIdentifier: ESI,
      ethernetTagId: 5,
      ...GROUP,
      originatingRouterAddress: NEXT_HOP_4,
      flags: { version3: true },
    },
    [TARGET, EVI_TARGET],
  ),
  "EVPN 8": evpn(
    "multicastLeaveSynch",
    8,
    {
      ethernetSegmentIdentifier: ESI,
      ethernetTagId: 5,
      ...GROUP,
      originatingRouterAddress: NEXT_HOP_4,
      maximumResponseTime: 100,
      flags: { version3: true },
    },
    [TARGET, EVI_TARGET],
  ),
  "EVPN 9": evpn(
    "perRegionIPmsiAutoDiscovery",
    9,
    { ethernetTagId: 5, regionId: { name: "routeTarget", format: "as2", as: 65001, value: 8 } },
    [TARGET],
  ),
  "EVPN 10": evpn("sPmsiAutoDiscovery", 10, { ethernetTagId: 5, ...GROUP, originatingRouterAddress: NEXT_HOP_4 }, [
    TARGET,
  ]),
};

/** Other VPNs of layer 2, who wants their routes, and ends of tunnels. */
const VPNS = {
  VPLS: route(
    "l2vpn-vpls",
    {
      name: "labelBlock",
      routeDistinguisher: "192.0.2.9:123",
      veId: 5,
      veBlockOffset: 1,
      veBlockSize: 8,
      labelBase: 10702,
    },
    NEXT_HOP_4,
    [TARGET, "l2-info:19:1500:0"],
  ),
  "route target membership": route(
    "ipv4-rtc",
    {
      name: "routeTarget",
      originAs: 65001,
      routeTarget: { name: "routeTarget", format: "as2", as: 65001, value: 8 },
    },
    NEXT_HOP_4,
  ),
  "encapsulation IPv4": route(
    "ipv4-encapsulation",
    { endpointAddress: NEXT_HOP_4 },
    NEXT_HOP_4,
    [],
    [
      tunnelEncapsulation([
        {
          tunnelType: 1,
          subTlvs: [
            { name: "l2tpv3Encapsulation", type: 1, sessionId: 1, cookie: "0a0b0c0d" },
            { name: "color", type: 4, colorOnlyType: 0, color: 100 },
          ],
        },
      ]),
    ],
  ),
  "encapsulation IPv6": route(
    "ipv6-encapsulation",
    { endpointAddress: NEXT_HOP_6 },
    NEXT_HOP_6,
    [],
    [tunnelEncapsulation([{ tunnelType: 2, subTlvs: [{ name: "color", type: 4, colorOnlyType: 0, color: 100 }] }])],
  ),
};

const DISCARD = "rate-bytes:0:0";

/** Flow specifications have no next hop. */
const FLOWS = {
  "flowspec IPv4, every component": route(
    "ipv4-flowspec",
    {
      destinationPrefix: "10.25.0.0/24",
      sourcePrefix: "10.26.0.0/16",
      protocol: [{ operator: "=", value: 6 }],
      port: [
        { operator: ">=", value: 80 },
        { and: true, operator: "<=", value: 90 },
        { operator: "=", value: 8080 },
      ],
      destinationPort: [{ operator: "=", value: 80 }],
      sourcePort: [{ operator: "=", value: 1024 }],
      icmpType: [{ operator: "=", value: 8 }],
      icmpCode: [{ operator: "=", value: 0 }],
      tcpFlags: [
        { match: true, bits: { syn: true } },
        { and: true, not: true, bits: { ack: true } },
      ],
      packetLength: [
        { operator: ">", value: 64 },
        { and: true, operator: "<=", value: 1500 },
      ],
      dscp: [{ operator: "=", value: 46 }],
      fragment: [{ match: true, bits: { isf: true } }],
    },
    null,
    ["rate-bytes:65001:10000", "traffic-action:sample:terminal", "redirect:65001:7", "traffic-marking:10"],
  ),
  "flowspec IPv4, discard": route("ipv4-flowspec", { destinationPrefix: "10.25.1.0/24" }, null, [DISCARD]),
  "flowspec IPv6": route(
    "ipv6-flowspec",
    {
      destinationPrefix: "2001:db8:25::/48",
      sourcePrefix: "2001:db8:26::/48",
      protocol: [{ operator: "=", value: 17 }],
      port: [{ operator: "=", value: 53 }],
      dscp: [{ operator: "=", value: 46 }],
      flowLabel: [{ operator: "=", value: 100000 }],
    },
    null,
    [DISCARD],
  ),
  "flowspec VPN-IPv4": route(
    "ipv4-vpn-flowspec",
    {
      routeDistinguisher: "65001:7",
      destinationPrefix: "10.25.2.0/24",
      protocol: [{ operator: "=", value: 6 }],
    },
    null,
    [TARGET, "redirect:192.0.2.9:9"],
  ),
  "flowspec VPN-IPv4, four-octet redirect": route(
    "ipv4-vpn-flowspec",
    { routeDistinguisher: "65001:7", destinationPrefix: "10.25.3.0/24" },
    null,
    [TARGET, "redirect:4200000001:9"],
  ),
  "flowspec VPN-IPv6": route(
    "ipv6-vpn-flowspec",
    {
      routeDistinguisher: "65001:7",
      destinationPrefix: "2001:db8:27::/48",
      protocol: [{ operator: "=", value: 17 }],
    },
    null,
    [TARGET, "redirect:65001:7"],
  ),
  "flowspec L2VPN": route(
    "l2vpn-vpn-flowspec",
    {
      routeDistinguisher: "65001:7",
      ethernetType: [{ operator: "=", value: 0x0800 }],
      sourceMac: "0a:00:00:00:00:01",
      destinationMac: "0a:00:00:00:00:02",
      vlanId: [
        { operator: ">", value: 10 },
        { and: true, operator: "<", value: 20 },
      ],
      vlanPcp: [{ operator: "=", value: 3 }],
    },
    null,
    [TARGET, DISCARD],
  ),
};

/** A route of the mobile user plane with the distinguisher and the target of all. */
function mup(
  version: 4 | 6,
  name: MupNlri["name"],
  routeType: number,
  fields: object,
  communities: readonly string[] = [],
  more: readonly PathAttribute[] = [],
): FamilyRoute {
  const nlri = { name, routeType, routeDistinguisher: "100:100", ...fields } as MupNlri;
  return route(`ipv${version}-mup`, nlri, NEXT_HOP_6, ["target:10:10", ...communities], more);
}

const SEGMENT = "mup-direct-segment:10:10";
const MUP_SERVICE = service("2001:db8:6::", 72, [64, 24, 16, 0, 0, 0]);

const MOBILE = {
  "MUP interwork segment, IPv4": mup(4, "interworkSegmentDiscovery", 1, { prefix: "10.30.0.9/32" }, [], [MUP_SERVICE]),
  "MUP direct segment, IPv4": mup(4, "directSegmentDiscovery", 2, { address: "10.30.0.1" }, [SEGMENT], [MUP_SERVICE]),
  "MUP type 1 session, IPv4": mup(4, "type1SessionTransformed", 3, {
    prefix: "10.30.1.1/32",
    teid: 12345,
    qfi: 9,
    endpointAddress: "10.30.2.1",
  }),
  "MUP type 2 session, IPv4": mup(
    4,
    "type2SessionTransformed",
    4,
    { endpointAddress: "10.30.3.1", teid: 12345, teidLength: 32 },
    [SEGMENT],
  ),
  "MUP interwork segment, IPv6": mup(
    6,
    "interworkSegmentDiscovery",
    1,
    { prefix: "2001:db8::39/128" },
    [],
    [MUP_SERVICE],
  ),
  "MUP direct segment, IPv6": mup(
    6,
    "directSegmentDiscovery",
    2,
    { address: "2001:db8::31" },
    [SEGMENT],
    [MUP_SERVICE],
  ),
  "MUP type 1 session, IPv6": mup(6, "type1SessionTransformed", 3, {
    prefix: "2001:db8::32/128",
    teid: 12345,
    qfi: 9,
    endpointAddress: "2001:db8::33",
  }),
  "MUP type 2 session, IPv6": mup(
    6,
    "type2SessionTransformed",
    4,
    { endpointAddress: "2001:db8::34", teid: 12345, teidLength: 32 },
    [SEGMENT],
  ),
};

/** By names that plans refer to. */
export const OUR_ROUTES: Readonly<Record<string, FamilyRoute>> = {
  ...ATTRIBUTES,
  ...PREFIXES,
  ...ETHERNET,
  ...VPNS,
  ...FLOWS,
  ...MOBILE,
  ...LINK_STATES,
  ...SR_POLICIES,
};
