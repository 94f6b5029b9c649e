// GoBGP: every family it has a name for but VPN multicast, opaque routes and multicast. Routes that neither its command line nor
// its API can make (VPLS, route targets, BGP-LS) it passes on.
import { bgpLs } from "@bgpwire/decoder";
import { changed, DROPPED, NEXT_HOP_4, NEXT_HOP_6, type FamilyPlan, type FamilyRoute, type Shown } from "./plan.ts";
import { GOBGP_API } from "./gobgp-api.ts";
import { GOBGP_COMMANDS } from "./gobgp-commands.ts";
import { OUR_ROUTES } from "./routes.ts";

/** A path as its JSON has it; attributes stand under their codes. */
function path(nlri: object, nextHop: string, communities: readonly object[] = [], more: object = {}): Shown {
  const attrs = {
    14: { nexthop: nextHop },
    ...(communities.length > 0 && { 16: { value: communities } }),
    ...more,
  };
  return { nlri, attrs };
}

/** A path whose next hop is in NEXT_HOP. */
function ipv4(prefix: string, more: object): Shown {
  return { nlri: { prefix }, attrs: { 3: { nexthop: NEXT_HOP_4 }, ...more } };
}

/** Attributes it does not know, in base 64. */
const unknown = (values: Readonly<Record<number, string | null>>): object =>
  Object.fromEntries(Object.entries(values).map(([code, value]) => [code, { value }]));

/** What it shows where there is none. */
const NO_NEXT_HOP = "0.0.0.0";
const NO_NEXT_HOP_6 = "::";

const RD_AS2 = { type: 0, admin: 65001, assigned: 4000000000 };
const RD_IPV4 = { type: 1, admin: "192.0.2.9", assigned: 7 };
const RD_FLOW = { type: 0, admin: 65001, assigned: 7 };
const TARGET = { type: 0, subtype: 2, value: "65001:8" };
/** The headend of an SR policy. */
const HEADEND = { type: 1, subtype: 2, value: "192.0.2.1:0" };
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

function ls(type: number, nlri: string, more: object): Shown {
  return path({ type, nlri }, NEXT_HOP_4, [], { 29: more });
}

/** The candidate path of an SR policy, of its sub-TLVs. */
function candidatePath(...subTlvs: readonly object[]): object {
  return { 23: { value: [{ type: 15, value: subTlvs }] } };
}

const segmentList = (weight: number, ...segments: readonly object[]): object => ({
  type: 128,
  Weight: { weight },
  Segments: segments,
});
const labels = (...values: readonly number[]): readonly object[] => values.map((label) => ({ type: 1, label }));

const PMSI = (label: number, identifier: string): object => ({
  22: { "is-leaf-info-required": false, "tunnel-type": 6, label, "tunnel-id": identifier },
});

/** The link state without the TLVs of these types. */
function stripped(name: string, ...types: readonly number[]): Partial<FamilyRoute> {
  return changed(OUR_ROUTES[name], "bgpLs", (attribute) =>
    attribute.name === "bgpLs" ? bgpLs(attribute.tlvs.filter(({ type }) => !types.includes(type))) : attribute,
  );
}

export const gobgpFamilies: FamilyPlan = {
  // All of them would need more than the 255 octets that it can count.
  sessions: [
    [
      "ipv4-unicast",
      "ipv6-unicast",
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
    "ipv4-unicast",
    "ipv6-unicast",
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
  announces: { ...GOBGP_COMMANDS, ...GOBGP_API },
  shows: {
    communities: ipv4("10.40.0.0/24", {
      8: { communities: [0xfde90001, 0xffffff04, 0xffff029a] },
      32: {
        value: [
          { ASN: 65001, LocalData1: 1, LocalData2: 2 },
          { ASN: 4294967295, LocalData1: 0, LocalData2: 4294967295 },
        ],
      },
    }),
    AIGP: ipv4("10.40.1.0/24", { 26: { value: [{ type: 1, metric: 4294967296 }] } }),
    OTC: ipv4("10.40.2.0/24", unknown({ 35: "AAD98g==" })),
    "extended communities of every administrator": ipv4("10.40.3.0/24", {
      16: {
        value: [
          { type: 0, subtype: 2, value: "65001:4000000000" },
          { type: 1, subtype: 2, value: "192.0.2.9:11" },
          { type: 2, subtype: 2, value: "64086.59905:7" },
          { type: 0, subtype: 3, value: "65001:4000000000" },
          { type: 1, subtype: 3, value: "192.0.2.9:11" },
          { type: 2, subtype: 3, value: "64086.59905:7" },
          { type: 64, subtype: 4, asn: 65001, bandwidth: 10000000 },
        ],
      },
    }),
    "extended communities of other kinds": ipv4("10.40.4.0/24", {
      16: {
        value: [
          { type: 3, subtype: 11, color: 100 },
          { type: 3, subtype: 12, tunnel_type: 8 },
          { type: 67, subtype: 0, value: 2 },
          { type: 0, subtype: 8, value: "65001:4624" },
          { type: 3, subtype: 1, value: "AQGAAAAABw==" },
        ],
      },
    }),
    "IPv6 extended communities": path({ prefix: "2001:db8:40:5::/64" }, NEXT_HOP_6, [], {
      25: { value: [{ type: 0, subtype: 2, value: "2001:db8::9:100" }] },
    }),
    "tunnel encapsulation": ipv4("10.40.6.0/24", {
      23: {
        value: [
          {
            type: 8,
            value: [
              { type: 6, address: "192.0.2.9" },
              { type: 4, color: 100 },
              { type: 8, port: 4789 },
            ],
          },
        ],
      },
    }),
    "SRv6 without a VPN": path(
      { prefix: "2001:db8:40:7::/64" },
      NEXT_HOP_6,
      [],
      service("IAENuAAFAAAAAAAAAAAAAA==", 18, [40, 24, 16, 0, 0, 0]),
    ),
    "attributes nobody has heard of": ipv4(
      "10.40.8.0/24",
      unknown({
        27: "wAACCQAGQA==",
        28: null,
        34: "AAEDAAAcAAAAAQAA/ekAAP3pAQAHAQAEAAD98g==",
        37: "AgAO/wMACgApAAHAAAIBAAE=",
        38: "AQAAAAcBBMAAAgE=",
        39: "AAEBBMAAAk0AAQAA",
        41: "AAEADAAAAQAAAgAEADA+gQ==",
        128: "AAD96UABAQBAAgYCAQAA/fJABQQAAADI",
        200: "AQID",
      }),
    ),
    "attributes nobody passes on": ipv4(
      "10.40.9.0/24",
      unknown({ 24: "AQEAAEEAAABA4AAAQMAAAECgAABAgAAAQEAAAEAAAAA/gAAAP4AAAAXc", 201: "AQID" }),
    ),
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
    "VPN-IPv4 with a domain path": path(
      { prefix: "10.22.5.0/24", labels: [1008], rd: { type: 0, admin: 65001, assigned: 1 } },
      NEXT_HOP_4,
      [TARGET],
      unknown({ 36: "AQAA/egAAYA=" }),
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
    // It writes other identifiers than addresses as texts in which their octets are lost.
    "EVPN 3 over RSVP-TE": evpn(3, { etag: 6 }, [TARGET], { 22: { "is-leaf-info-required": true, "tunnel-type": 1 } }),
    "EVPN 3 over mLDP": evpn(3, { etag: 7 }, [TARGET], { 22: { "is-leaf-info-required": true, "tunnel-type": 2 } }),
    "EVPN 3 over PIM-SSM": evpn(3, { etag: 8 }, [TARGET], { 22: { "is-leaf-info-required": true, "tunnel-type": 3 } }),
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
      node: {
        flags: { overload: true, attached: false },
        name: "ams1",
        isis_area: "SQAB",
        local_router_id_ipv4: "192.0.2.101",
        local_router_id_ipv6: "2001:db8::101",
        sr_capabilities: { ranges: [{ begin: 16000, end: 24000 }] },
        sr_algorithms: "AAE=",
        sr_local_block: { ranges: [{ begin: 15000, end: 16000 }] },
      },
    }),
    "BGP-LS link": ls(
      2,
      "NLRI { LINK { LOCAL_NODE: 0000.0000.0001 REMOTE_NODE: 0000.0000.0002 LINK: 10.28.0.1->10.28.0.2} }",
      {
        link: {
          name: "ams1-lon1",
          local_router_id_ipv4: "192.0.2.101",
          local_router_id_ipv6: "2001:db8::101",
          remote_router_id_ipv4: "192.0.2.102",
          remote_router_id_ipv6: "2001:db8::102",
          admin_group: 5,
          default_te_metric: 20,
          igp_metric: 10,
          bandwidth: 1250000000,
          reservable_bandwidth: 1000000000,
          unreserved_bandwidth: [8, 7, 6, 5, 4, 3, 2, 1].map((n) => n * 1000000),
          srlgs: [7, 4294967295],
        },
      },
    ),
    "BGP-LS link with an adjacency SID": ls(
      2,
      "NLRI { LINK { LOCAL_NODE: 0000.0000.0001 REMOTE_NODE: 0000.0000.0003 LINK: 7->8} }",
      { link: { adjacency_sid: 24001 } },
    ),
    "BGP-LS link with an opaque attribute": ls(
      2,
      "NLRI { LINK { LOCAL_NODE: 0000.0000.0001 REMOTE_NODE: 0000.0000.0004 LINK: UNKNOWN} }",
      { link: { opaque: "DA0=" } },
    ),
    "BGP-LS IPv4 prefix": ls(3, "NLRI { PREFIXv4 { LOCAL_NODE: 0000.0000.0001 PREFIX: [10.29.0.0/24] } }", {
      prefix: { sr_prefix_sid: 101 },
    }),
    "BGP-LS IPv6 prefix": ls(4, "NLRI { PREFIXv6 { LOCAL_NODE: 0000.0000.0001 PREFIX: [2001:db8:29::/48] } }", {}),
    // It writes the endpoint's octets as a text in which they are lost.
    "SR policy IPv4": path(
      { length: 12, distinguisher: 1, color: 100 },
      NEXT_HOP_4,
      [HEADEND],
      candidatePath(
        { type: 12, preference: 200 },
        { type: 13, flags: 128, binding_sid: "16016" },
        { type: 15, priority: 7 },
        { type: 14, enlp: 4 },
        segmentList(5, ...labels(16000, 16001)),
        segmentList(1, ...labels(16002)),
      ),
    ),
    "SR policy IPv4, the other path": path(
      { length: 12, distinguisher: 2, color: 100 },
      NEXT_HOP_4,
      [HEADEND],
      candidatePath(
        { type: 12, preference: 100 },
        { type: 13, flags: 64, binding_sid: "2001:db8:7::9" },
        segmentList(1, ...labels(16003, 16004, 16005)),
      ),
    ),
    // Of SRv6 binding SIDs and names of policies it shows the octets.
    "SR policy IPv6": path(
      { length: 24, distinguisher: 2, color: 200 },
      NEXT_HOP_6,
      [HEADEND],
      candidatePath(
        { type: 12, preference: 100 },
        { type: 20, value: "gAAgAQ24AAcAAAAAAAAAAAABAA4AACgYEAA=" },
        segmentList(
          5,
          { type: 13, b_flag: false, sid: "2001:db8:7::2", endpointBehaviorStructure: null },
          {
            type: 13,
            b_flag: true,
            sid: "2001:db8:7::3",
            endpointBehaviorStructure: { behavior: 1, block_Len: 40, node_len: 24, func_len: 16, arg_len: 0 },
          },
        ),
        { type: 130, value: "AGdyZWVu" },
      ),
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
    "attributes nobody passes on": DROPPED,
    // It asks for itself.
    "route target membership": { nextHop: "192.0.2.2" },
    // Of links it does not know the MPLS Protocol Mask, of prefixes only the IGP flags and the SID.
    "BGP-LS link": stripped("BGP-LS link", 1094),
    "BGP-LS IPv4 prefix": stripped("BGP-LS IPv4 prefix", 1153, 1154, 1155, 1170, 1171),
    "BGP-LS IPv6 prefix": stripped("BGP-LS IPv6 prefix", 1155),
  },
  excluded: {
    "labeled IPv4 with a label index": "3.10 passes PREFIX_SID on without the TLVs that are not of SRv6",
    "EVPN 3 with communities":
      "3.10 takes EVPN communities that it does not know for malformed, and the route for withdrawn",
    "EVPN 6": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 7": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 8": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 9": "3.10 disables EVPN when it meets a type above 5",
    "EVPN 10": "3.10 disables EVPN when it meets a type above 5",
    "BGP-LS SRv6 SID": "3.10 disables BGP-LS when it meets an SRv6 SID",
    "SR policy IPv4 without binding SID": "3.10 ends when it shows a binding SID that is none",
    "SR policy IPv4 with names": "3.10 ends when it meets the name of a candidate path",
  },
};
