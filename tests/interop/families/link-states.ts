// Link states that we announce (RFC 9552), within a VPN and without.
import {
  bgpLs,
  type BgpLsTlv,
  type LinkStateDescriptor,
  type LinkStateNlri,
  type NodeDescriptor,
  type VpnLinkStateNlri,
} from "@bgpwire/decoder";
import { NEXT_HOP_4, route, type FamilyRoute } from "./plan.ts";

function node(igpRouterId: string): readonly NodeDescriptor[] {
  return [
    { name: "autonomousSystem", type: 512, value: 65001 },
    { name: "bgpLsIdentifier", type: 513, value: 0 },
    { name: "igpRouterId", type: 515, value: igpRouterId },
  ];
}

const LOCAL_NODE: LinkStateDescriptor = {
  name: "localNodeDescriptors",
  type: 256,
  descriptors: node("0000.0000.0001"),
};

/** A route of IS-IS level 2. */
function ls(
  name: LinkStateNlri["name"],
  nlriType: number,
  descriptors: readonly LinkStateDescriptor[],
  tlvs: readonly BgpLsTlv[],
): FamilyRoute {
  const nlri = { name, nlriType, protocolId: 2, identifier: "0", descriptors: [LOCAL_NODE, ...descriptors] };
  return route("bgp-ls", nlri as LinkStateNlri, NEXT_HOP_4, [], [bgpLs(tlvs)]);
}

const PLAIN = {
  "BGP-LS node": ls(
    "node",
    1,
    [],
    [
      { name: "nodeFlagBits", type: 1024, value: 0x80 },
      { name: "nodeName", type: 1026, value: "ams1" },
      { name: "isisAreaIdentifier", type: 1027, value: "49.0001" },
      { name: "ipv4RouterIdOfLocalNode", type: 1028, value: "192.0.2.101" },
      { name: "ipv6RouterIdOfLocalNode", type: 1029, value: "2001:db8::101" },
      { name: "srCapabilities", type: 1034, flags: 0x80, ranges: [{ rangeSize: 8000, first: { label: 16000 } }] },
      { name: "srAlgorithm", type: 1035, value: [0, 1] },
      { name: "srLocalBlock", type: 1036, flags: 0, ranges: [{ rangeSize: 1000, first: { label: 15000 } }] },
    ],
  ),
  "BGP-LS link": ls(
    "link",
    2,
    [
      { name: "remoteNodeDescriptors", type: 257, descriptors: node("0000.0000.0002") },
      { name: "ipv4InterfaceAddress", type: 259, value: "10.28.0.1" },
      { name: "ipv4NeighborAddress", type: 260, value: "10.28.0.2" },
    ],
    [
      { name: "ipv4RouterIdOfLocalNode", type: 1028, value: "192.0.2.101" },
      { name: "ipv6RouterIdOfLocalNode", type: 1029, value: "2001:db8::101" },
      { name: "ipv4RouterIdOfRemoteNode", type: 1030, value: "192.0.2.102" },
      { name: "ipv6RouterIdOfRemoteNode", type: 1031, value: "2001:db8::102" },
      { name: "administrativeGroup", type: 1088, value: 5 },
      { name: "maximumLinkBandwidth", type: 1089, value: 1250000000 },
      { name: "maximumReservableLinkBandwidth", type: 1090, value: 1000000000 },
      { name: "unreservedBandwidth", type: 1091, value: [8, 7, 6, 5, 4, 3, 2, 1].map((n) => n * 1000000) },
      { name: "teDefaultMetric", type: 1092, value: 20 },
      { name: "mplsProtocolMask", type: 1094, value: 0xc0 },
      { name: "igpMetric", type: 1095, metric: 10, octets: 3 },
      { name: "sharedRiskLinkGroup", type: 1096, value: [7, 4294967295] },
      { name: "linkName", type: 1098, value: "ams1-lon1" },
    ],
  ),
  "BGP-LS link with an adjacency SID": ls(
    "link",
    2,
    [
      { name: "remoteNodeDescriptors", type: 257, descriptors: node("0000.0000.0003") },
      { name: "linkLocalRemoteIdentifiers", type: 258, local: 7, remote: 8 },
    ],
    [{ name: "adjacencySid", type: 1099, flags: 0x30, weight: 10, sid: { label: 24001 } }],
  ),
  "BGP-LS link with an opaque attribute": ls(
    "link",
    2,
    [{ name: "remoteNodeDescriptors", type: 257, descriptors: node("0000.0000.0004") }],
    [{ name: "opaqueLinkAttribute", type: 1097, value: "0c0d" }],
  ),
  "BGP-LS IPv4 prefix": ls(
    "ipv4TopologyPrefix",
    3,
    [{ name: "ipReachabilityInformation", type: 265, value: "10.29.0.0/24" }],
    [
      { name: "igpFlags", type: 1152, value: 0x80 },
      { name: "igpRouteTag", type: 1153, value: [100, 200] },
      { name: "igpExtendedRouteTag", type: 1154, value: ["4294967296"] },
      { name: "prefixMetric", type: 1155, value: 10 },
      { name: "prefixSid", type: 1158, flags: 0x40, algorithm: 0, sid: { index: 101 } },
      { name: "prefixAttributeFlags", type: 1170, value: "60" },
      { name: "sourceRouterIdentifier", type: 1171, value: "192.0.2.101" },
    ],
  ),
  "BGP-LS IPv6 prefix": ls(
    "ipv6TopologyPrefix",
    4,
    [{ name: "ipReachabilityInformation", type: 265, value: "2001:db8:29::/48" }],
    [{ name: "prefixMetric", type: 1155, value: 10 }],
  ),
  "BGP-LS SRv6 SID": ls(
    "srv6Sid",
    6,
    [{ name: "srv6SidInformation", type: 518, value: "2001:db8:5::1" }],
    [{ name: "srv6EndpointBehavior", type: 1250, endpointBehavior: 6, flags: 0, algorithm: 0 }],
  ),
};

/** The same in a VPN (RFC 9552 section 5.2, figure 6). */
function inVpn({ nlri, attributes }: FamilyRoute): FamilyRoute {
  const within = { ...(nlri as LinkStateNlri), routeDistinguisher: "65001:7" } as VpnLinkStateNlri;
  return route("bgp-ls-vpn", within, NEXT_HOP_4, ["target:65001:8"], attributes);
}

export const LINK_STATES = {
  ...PLAIN,
  "BGP-LS VPN node": inVpn(PLAIN["BGP-LS node"]),
};
