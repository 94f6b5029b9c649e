// ExaBGP 4: it announces labelled and VPN routes, flow specifications and VPLS, and reads EVPN and BGP-LS too. It passes nothing on.
import { aigp, communities as communitiesOf, largeCommunities, onlyToCustomer, prefixSid } from "@bgpwire/decoder";
import { NEXT_HOP_4, NEXT_HOP_6, route, type FamilyPlan, type Shown } from "./plan.ts";

/** Octets of extended communities as the numbers it shows them as, to the precision that JSON numbers have. */
function communities(...octets: readonly string[]): object {
  return { "extended-community": octets.map((hex) => ({ value: Number(`0x${hex}`) })) };
}

const NO_NEXT_HOP = "no-nexthop";
const TARGET = "0002fde900000008";
const EVI_TARGET = "060afde900000008";
const ESI = "00:11:22:33:44:55:66:77:88:99";

function evpn(code: number, fields: object, ...more: readonly string[]): Shown {
  return { nextHop: NEXT_HOP_4, nlri: { code, rd: "192.0.2.9:7", ...fields }, attribute: communities(...more) };
}

/** An Inclusive Multicast route over a tunnel. */
function over(tag: number, pmsi: string): Shown {
  return {
    nextHop: NEXT_HOP_4,
    nlri: { code: 3, "ethernet-tag": tag },
    attribute: { ...communities(TARGET), pmsi },
  };
}

/** A type it keeps as it came. */
function unread(code: number, raw: string, ...more: readonly string[]): Shown {
  return { nextHop: NEXT_HOP_4, nlri: { code, parsed: false, raw }, attribute: communities(TARGET, ...more) };
}

const NODE = (router: string): object => ({
  "autonomous-system": 65001,
  "bgp-ls-identifier": "0",
  "router-id": router,
});

function ls(nlri: object, attribute: object): Shown {
  return { nextHop: NEXT_HOP_4, nlri, attribute: { "bgp-ls": attribute } };
}

/** A route with some of its attributes. */
function ipv4(nlri: string, attribute: object): Shown {
  return { nextHop: NEXT_HOP_4, nlri: { nlri }, attribute };
}

export const exabgpFamilies: FamilyPlan = {
  sessions: [
    [
      "ipv4-unicast",
      "ipv6-unicast",
      "ipv4-multicast",
      "ipv4-labeled-unicast",
      "ipv6-labeled-unicast",
      "ipv4-vpn",
      "ipv6-vpn",
      "ipv4-flowspec",
      "ipv6-flowspec",
      "ipv4-vpn-flowspec",
      "ipv6-vpn-flowspec",
      "l2vpn-vpls",
      "l2vpn-evpn",
      "bgp-ls",
      "bgp-ls-vpn",
    ],
  ],
  addPath: [],
  announces: {
    "IPv4 with attributes": {
      told: [
        "announce route 10.120.129.0/24 next-hop 192.0.2.77 community [ 65001:1 no-peer ] aigp 77 " +
          "large-community [ 65001:1:2 4294967295:0:4294967295 ] attribute [ 0x23 0xc0 0x0000fdf2 ]",
      ],
      route: route(
        "ipv4-unicast",
        { prefix: "10.120.129.0/24" },
        NEXT_HOP_4,
        [],
        [
          communitiesOf(["65001:1", "nopeer"]),
          aigp("77"),
          largeCommunities(["65001:1:2", "4294967295:0:4294967295"]),
          onlyToCustomer(65010),
        ],
      ),
    },
    "IPv6 with extended communities": {
      told: [
        "announce route 2001:db8:130::/48 next-hop 2001:db8::77 extended-community [ target:65001:8 0x0102c0000209000b " +
          "target4:4200000001:7 origin:65001:8 bandwidth:65001:10000000 0x030b000000000064 ]",
      ],
      route: route("ipv6-unicast", { prefix: "2001:db8:130::/48" }, NEXT_HOP_6, [
        "target:65001:8",
        "target:192.0.2.9:11",
        "target:4200000001:7",
        "origin:65001:8",
        "bandwidth:65001:10000000",
        "color:100",
      ]),
    },
    "labeled IPv4 with a label index": {
      told: ["announce route 10.121.1.0/24 next-hop 192.0.2.77 label 2006 bgp-prefix-sid [ 77, [ ( 16000,8000 ) ] ]"],
      route: route(
        "ipv4-labeled-unicast",
        { prefix: "10.121.1.0/24", labels: [2006] },
        NEXT_HOP_4,
        [],
        [
          prefixSid([
            { name: "labelIndex", type: 1, labelIndex: 77 },
            { name: "originatorSrgb", type: 3, srgb: [{ firstLabel: 16000, numberOfLabels: 8000 }] },
          ]),
        ],
      ),
    },
    "labeled IPv4": {
      told: ["announce route 10.121.0.0/24 next-hop 192.0.2.77 label 2001"],
      route: route("ipv4-labeled-unicast", { prefix: "10.121.0.0/24", labels: [2001] }, NEXT_HOP_4),
    },
    "labeled IPv6": {
      told: ["announce route 2001:db8:121::/48 next-hop 2001:db8::77 label 2002"],
      route: route("ipv6-labeled-unicast", { prefix: "2001:db8:121::/48", labels: [2002] }, NEXT_HOP_6),
    },
    "VPN-IPv4, distinguisher of type 0": {
      told: [
        "announce route 10.122.0.0/24 next-hop 192.0.2.77 rd 65001:7 label 2003 extended-community [ target:65001:8 ]",
      ],
      route: route("ipv4-vpn", { routeDistinguisher: "65001:7", prefix: "10.122.0.0/24", labels: [2003] }, NEXT_HOP_4, [
        "target:65001:8",
      ]),
    },
    "VPN-IPv4, distinguisher of type 1": {
      told: ["announce route 10.122.1.0/25 next-hop 192.0.2.77 rd 192.0.2.9:7 label 1048575"],
      route: route(
        "ipv4-vpn",
        { routeDistinguisher: "192.0.2.9:7", prefix: "10.122.1.0/25", labels: [1048575] },
        NEXT_HOP_4,
      ),
    },
    "VPN-IPv4, distinguisher of type 2": {
      told: ["announce route 10.122.2.3/32 next-hop 192.0.2.77 rd 4200000001:7 label 16"],
      route: route(
        "ipv4-vpn",
        { routeDistinguisher: "4200000001:7", prefix: "10.122.2.3/32", labels: [16] },
        NEXT_HOP_4,
      ),
    },
    "VPN-IPv6": {
      told: ["announce route 2001:db8:122::/48 next-hop 2001:db8::77 rd 65001:7 label 2004"],
      route: route(
        "ipv6-vpn",
        { routeDistinguisher: "65001:7", prefix: "2001:db8:122::/48", labels: [2004] },
        NEXT_HOP_6,
      ),
    },
    "flowspec IPv4": {
      told: [
        "announce flow route { match { destination 10.125.0.0/24; source 10.126.0.0/16; protocol =tcp; " +
          "destination-port [ >=80&<=90 =8080 ]; icmp-type echo-request; tcp-flags [ =SYN&!ACK ]; packet-length >1000; " +
          "dscp 46; fragment [ is-fragment ]; } then { rate-limit 9600; redirect 65001:7; mark 10; action sample; } }",
      ],
      route: route(
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
          icmpType: [{ operator: "=", value: 8 }],
          tcpFlags: [
            { match: true, bits: { syn: true } },
            { and: true, not: true, bits: { ack: true } },
          ],
          packetLength: [{ operator: ">", value: 1000 }],
          dscp: [{ operator: "=", value: 46 }],
          fragment: [{ bits: { isf: true } }],
        },
        null,
        ["rate-bytes:0:9600", "redirect:65001:7", "traffic-marking:10", "traffic-action:sample"],
      ),
    },
    // draft-simpson-idr-flowspec-redirect: the address is the next hop of the route.
    "flowspec IPv4, redirected to the next hop": {
      told: ["announce flow route { match { destination 10.125.1.0/24; } then { redirect 192.0.2.99; } }"],
      route: route("ipv4-flowspec", { destinationPrefix: "10.125.1.0/24" }, "192.0.2.99", ["redirect-to-next-hop"]),
    },
    "flowspec IPv4, copied to the next hop": {
      told: ["announce flow route { match { destination 10.125.2.0/24; } then { copy 192.0.2.99; } }"],
      route: route("ipv4-flowspec", { destinationPrefix: "10.125.2.0/24" }, "192.0.2.99", [
        "redirect-to-next-hop:copy",
      ]),
    },
    "flowspec IPv4, redirected to an address": {
      told: [
        "announce flow route { match { destination 10.125.3.0/24; } then { redirect-to-nexthop-ietf 192.0.2.99; } }",
      ],
      route: route("ipv4-flowspec", { destinationPrefix: "10.125.3.0/24" }, null, ["redirect-to-ip:192.0.2.99"]),
    },
    "flowspec IPv6": {
      told: [
        "announce flow route { match { destination 2001:db8:125::/48; next-header udp; port =53; traffic-class 101; " +
          "flow-label 2013; } then { discard; } }",
      ],
      route: route(
        "ipv6-flowspec",
        {
          destinationPrefix: "2001:db8:125::/48",
          protocol: [{ operator: "=", value: 17 }],
          port: [{ operator: "=", value: 53 }],
          dscp: [{ operator: "=", value: 101 }],
          flowLabel: [{ operator: "=", value: 2013, octets: 2 }],
        },
        null,
        ["rate-bytes:0:0"],
      ),
    },
    "flowspec VPN-IPv4": {
      told: [
        "announce flow route { rd 65001:7; match { destination 10.125.4.0/24; } " +
          "then { discard; extended-community [ target:65001:8 ]; } }",
      ],
      route: route("ipv4-vpn-flowspec", { routeDistinguisher: "65001:7", destinationPrefix: "10.125.4.0/24" }, null, [
        "rate-bytes:0:0",
        "target:65001:8",
      ]),
    },
    "flowspec VPN-IPv6": {
      told: ["announce flow route { rd 65001:7; match { destination 2001:db8:127::/48; } then { discard; } }"],
      route: route(
        "ipv6-vpn-flowspec",
        { routeDistinguisher: "65001:7", destinationPrefix: "2001:db8:127::/48" },
        null,
        ["rate-bytes:0:0"],
      ),
    },
    VPLS: {
      told: [
        "announce vpls rd 192.0.2.9:123 endpoint 5 base 10702 offset 1 size 8 next-hop 192.0.2.77 " +
          "extended-community [ target:65001:8 l2info:19:0:1500:111 ]",
      ],
      route: route(
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
        ["target:65001:8", "l2-info:19:1500:111"],
      ),
    },
  },
  shows: {
    communities: ipv4("10.40.0.0/24", {
      community: [
        [65001, 1],
        [65535, 65284],
        [65535, 666],
      ],
      "large-community": [
        [65001, 1, 2],
        [4294967295, 0, 4294967295],
      ],
    }),
    // It takes AIGP only where it is told to, and does not hear it.
    AIGP: ipv4("10.40.1.0/24", {}),
    OTC: ipv4("10.40.2.0/24", { "attribute-0x23-0xE0": "0x0000fdf2" }),
    "extended communities of every administrator": ipv4(
      "10.40.3.0/24",
      communities(
        "0002fde9ee6b2800",
        "0102c0000209000b",
        "0202fa56ea010007",
        "0003fde9ee6b2800",
        "0103c0000209000b",
        "0203fa56ea010007",
        "4004fde94b189680",
      ),
    ),
    "extended communities of other kinds": ipv4(
      "10.40.4.0/24",
      communities("030b000000000064", "030c000000000008", "4300000000000002", "0008fde900001210", "0301018000000007"),
    ),
    "IPv6 extended communities": {
      nextHop: NEXT_HOP_6,
      nlri: { nlri: "2001:db8:40:5::/64" },
      attribute: { "attribute-0x19-0xC0": "0x220010DB80000000000000000000000090064" },
    },
    "tunnel encapsulation": ipv4("10.40.6.0/24", {
      "attribute-0x17-0xE0": "0x0008001a060a000000000001c00002090408030b000000000064080212b5",
    }),
    "attributes nobody has heard of": ipv4("10.40.8.0/24", {
      "attribute-0x1B-0xE0": "0xc0000209000640",
      "attribute-0x1C-0xE0": "0x",
      "attribute-0x22-0xE0": "0x00010300001c000000010000fde90000fde90100070100040000fdf2",
      "attribute-0x25-0xE0": "0x02000eff03000a00290001c00002010001",
      "attribute-0x26-0xE0": "0x01000000070104c0000201",
      "attribute-0x27-0xE0": "0x00010104c000024d00010000",
      "attribute-0x29-0xE0": "0x0001000c000001000002000400303e81",
      "attribute-0x80-0xE0": "0x0000fde94001010040020602010000fdf2400504000000c8",
      "attribute-0xC8-0xE0": "0x010203",
    }),
    "attributes nobody passes on": ipv4("10.40.9.0/24", {}),
    "multicast IPv4": { nextHop: NEXT_HOP_4, nlri: { nlri: "10.20.0.0/17" } },
    "labeled IPv4": { nextHop: NEXT_HOP_4, nlri: { nlri: "10.21.0.0/24", label: [[1001]] } },
    "labeled IPv4 with a label index": {
      nextHop: NEXT_HOP_4,
      nlri: { nlri: "10.21.1.0/24", label: [[1006]] },
      attribute: { "bgp-prefix-sid": { "sr-label-index": 77, "sr-srgbs": [[16000, 8000]] } },
    },
    "labeled IPv6": { nextHop: NEXT_HOP_6, nlri: { nlri: "2001:db8:21::/48", label: [[1048575]] } },
    "VPN-IPv4, distinguisher of type 0": {
      nextHop: NEXT_HOP_4,
      nlri: { nlri: "10.22.0.0/24", label: [[1002]], rd: "65001:4000000000" },
      attribute: communities(TARGET),
    },
    "VPN-IPv4, distinguisher of type 1": {
      nextHop: NEXT_HOP_4,
      nlri: { nlri: "10.22.1.0/25", label: [[16]], rd: "192.0.2.9:7" },
      attribute: communities("0102c0000209000b"),
    },
    "VPN-IPv4, distinguisher of type 2": {
      nextHop: NEXT_HOP_4,
      nlri: { nlri: "10.22.2.3/32", label: [[1003]], rd: "4200000001:7" },
      attribute: communities("0202fa56ea010007"),
    },
    "VPN-IPv4 with communities": {
      nextHop: NEXT_HOP_4,
      nlri: { nlri: "10.22.3.0/24", label: [[1004]], rd: "65001:1" },
      attribute: communities(
        TARGET,
        "0003fde900000002",
        "00050a0000010200",
        "0306000000000200",
        "0107c00002020000",
        "030b000000000064",
        "030c000000000008",
        "4004fde94b189680",
        "0009fde900000000",
        "010bc00002090005",
      ),
    },
    "VPN-IPv4 with a domain path": {
      nextHop: NEXT_HOP_4,
      nlri: { nlri: "10.22.5.0/24", label: [[1008]], rd: "65001:1" },
      attribute: { ...communities(TARGET), "attribute-0x24-0xE0": "0x010000fde8000180" },
    },
    "VPN-IPv6": {
      nextHop: NEXT_HOP_6,
      nlri: { nlri: "2001:db8:22::/48", label: [[1005]], rd: "65001:4000000000" },
      attribute: communities(TARGET),
    },
    "EVPN 1 of an instance": evpn(1, { esi: ESI, "ethernet-tag": 5, label: [[1010, 16160]] }, TARGET),
    "EVPN 1 of a segment": evpn(1, { esi: ESI, "ethernet-tag": 4294967295, label: [[0]] }, TARGET, "0601010000003f51"),
    "EVPN 2 without address": evpn(
      2,
      { esi: "-", "ethernet-tag": 0, mac: "0A:00:00:00:00:01", label: [[1011, 16176]] },
      TARGET,
      "030c000000000008",
    ),
    // It reads one label.
    "EVPN 2 with IPv4": evpn(
      2,
      { esi: ESI, "ethernet-tag": 5, mac: "0A:00:00:00:00:02", ip: "10.23.0.1", label: [[1012, 16192]] },
      TARGET,
      "0600010000000005",
      "06030a0000000099",
      "030d000000000000",
    ),
    "EVPN 2 with IPv6": evpn(
      2,
      { esi: "-", "ethernet-tag": 0, mac: "0A:00:00:00:00:03", ip: "2001:db8::23", label: [[1014, 16224]] },
      TARGET,
    ),
    "EVPN 3 with IPv4": {
      nextHop: NEXT_HOP_4,
      nlri: { code: 3, rd: "192.0.2.9:7", "ethernet-tag": 5, ip: "192.0.2.77" },
      attribute: { ...communities(TARGET), pmsi: "pmsi:ingressreplication:0:1015(16240):192.0.2.77" },
    },
    "EVPN 3 over RSVP-TE": over(6, "pmsi:rsvp-tep2mplsp:1:0:0xC000024D0000000700000008"),
    "EVPN 3 over mLDP": over(7, "pmsi:mldpp2mplsp:1:0:0x06000104C000024D000701000400000007"),
    "EVPN 3 over PIM-SSM": over(8, "pmsi:pim-ssmtree:1:0:0xC000024DE8010101"),
    "EVPN 3 with communities": evpn(
      3,
      { "ethernet-tag": 9 },
      TARGET,
      "0604000205dc0000",
      "0605010000003e80",
      "0606024000007fff",
      "0608030000000000",
      "0609000100000000",
    ),
    "EVPN 4": evpn(4, { esi: ESI, ip: "192.0.2.77" }, "0602112233445566"),
    "EVPN 5 with IPv4": evpn(
      5,
      { esi: "-", "ethernet-tag": 0, ip: "10.24.0.0", iplen: 24, gateway: "10.24.0.1", label: [[1017, 16272]] },
      TARGET,
      "06030a0000000099",
    ),
    "EVPN 5 with IPv6": evpn(
      5,
      { esi: "-", "ethernet-tag": 0, ip: "2001:db8:24::", iplen: 48, gateway: "::", label: [[1018, 16288]] },
      TARGET,
    ),
    "EVPN 6": unread(6, "061C0001C0000209000700000005200A17000920EF01010120C000024D04"),
    "EVPN 7": unread(7, "07260001C000020900070011223344556677889900000005200A17000920EF01010120C000024D04", EVI_TARGET),
    "EVPN 8": unread(
      8,
      "082B0001C000020900070011223344556677889900000005200A17000920EF01010120C000024D000000006404",
      EVI_TARGET,
    ),
    "EVPN 9": unread(9, "09140001C00002090007000000050002FDE900000008"),
    "EVPN 10": unread(10, "0A1B0001C0000209000700000005200A17000920EF01010120C000024D"),
    VPLS: {
      nextHop: NEXT_HOP_4,
      nlri: { rd: "192.0.2.9:123", endpoint: 5, base: 10702, offset: 1, size: 8 },
      attribute: { "extended-community": [{ string: "target:65001:8" }, { string: "l2info:19:0:1500:0" }] },
    },
    "flowspec IPv4, every component": {
      nextHop: NO_NEXT_HOP,
      nlri: {
        "destination-ipv4": ["10.25.0.0/24"],
        "source-ipv4": ["10.26.0.0/16"],
        protocol: ["=tcp"],
        port: [">=80&<=90", "=8080"],
        "destination-port": ["=80"],
        "source-port": ["=1024"],
        "icmp-type": ["=echo-request"],
        "icmp-code": ["=0"],
        "tcp-flags": ["=syn&!ack"],
        "packet-length": [">64&<=1500"],
        dscp: ["=46"],
        fragment: ["=is-fragment"],
      },
      attribute: {
        "extended-community": ["rate-limit:10000", "action sample-terminal", "redirect:65001:7", "mark 10"].map(
          (string) => ({ string }),
        ),
      },
    },
    "flowspec IPv4, discard": {
      nextHop: NO_NEXT_HOP,
      nlri: { "destination-ipv4": ["10.25.1.0/24"] },
      attribute: { "extended-community": [{ string: "rate-limit:0" }] },
    },
    "flowspec IPv6": {
      nextHop: NO_NEXT_HOP,
      nlri: {
        "destination-ipv6": ["2001:db8:25::/48/0"],
        "source-ipv6": ["2001:db8:26::/48/0"],
        "next-header": ["=udp"],
        port: ["=53"],
        "traffic-class": ["=46"],
        "flow-label": ["=100000"],
      },
      attribute: { "extended-community": [{ string: "rate-limit:0" }] },
    },
    "flowspec VPN-IPv4": {
      nextHop: NO_NEXT_HOP,
      nlri: { rd: "65001:7", "destination-ipv4": ["10.25.2.0/24"], protocol: ["=tcp"] },
      attribute: communities(TARGET, "8108c00002090009"),
    },
    "flowspec VPN-IPv6": {
      nextHop: NO_NEXT_HOP,
      nlri: { rd: "65001:7", "destination-ipv6": ["2001:db8:27::/48/0"], "next-header": ["=udp"] },
      attribute: { "extended-community": [{ string: "target:65001:8" }, { string: "redirect:65001:7" }] },
    },
    "BGP-LS node": ls(
      { "ls-nlri-type": "bgpls-node", "protocol-id": 2, "node-descriptors": NODE("000000000001") },
      {
        "node-flags": { O: 1, T: 0, E: 0, B: 0, R: 0, V: 0, RSV: 0 },
        "node-name": "ams1",
        "area-id": "490001",
        "local-te-router-ids": ["192.0.2.101", "2001:db8::101"],
        "sr-capability-flags": { I: 1, V: 0, RSV: 0 },
        sids: [[8000, 16000]],
        "sr-algorithms": [0, 1],
      },
    ),
    "BGP-LS link": ls(
      {
        "ls-nlri-type": "bgpls-link",
        "protocol-id": 2,
        "local-node-descriptors": NODE("000000000001"),
        "remote-node-descriptors": NODE("000000000002"),
        "interface-address": { "interface-address": "10.28.0.1" },
        "neighbor-address": { "neighbor-address": "10.28.0.2" },
      },
      // Of several router identifiers of the other side it shows the last.
      {
        "local-te-router-ids": ["192.0.2.101", "2001:db8::101"],
        "remote-te-router-id": "2001:db8::102",
        "admin-group-mask": [5],
        "maximum-link-bandwidth": 1250000000,
        "maximum-reservable-link-bandwidth": 1000000000,
        "unreserved-bandwidth": [8, 7, 6, 5, 4, 3, 2, 1].map((n) => n * 1000000),
        "te-metric": 20,
        "mpls-mask": { LDP: 1, "RSVP-TE": 1, RSV: 0 },
        "igp-metric": 10,
        "shared-risk-link-groups": [7, 4294967295],
      },
    ),
    "BGP-LS link with an adjacency SID": ls(
      { "ls-nlri-type": "bgpls-link", "remote-node-descriptors": NODE("000000000003") },
      {
        "sr-adj-flags": { F: 0, B: 0, V: 1, L: 1, S: 0, P: 0, RSV: 0 },
        sids: [[24001]],
        "sr-adj-weight": 10,
      },
    ),
    "BGP-LS IPv4 prefix": ls(
      {
        "ls-nlri-type": "bgpls-prefix-v4",
        "protocol-id": 2,
        "node-descriptors": NODE("000000000001"),
        "ip-reach-prefix": "10.29.0.0/24",
      },
      {
        "igp-flags": { D: 1, N: 0, L: 0, P: 0, RSV: 0 },
        "igp-route-tags": [100, 200],
        "igp-extended-route-tags": [4294967296],
        "prefix-metric": 10,
        "sr-prefix-flags": { R: 0, N: 1, P: 0, E: 0, V: 0, L: 0, RSV: 0 },
        sids: [101],
        "sr-prefix-attribute-flags": { X: 0, R: 1, N: 1, RSV: 0 },
        "sr-source-router-id": "192.0.2.101",
      },
    ),
    "BGP-LS IPv6 prefix": ls(
      {
        "ls-nlri-type": "bgpls-prefix-v6",
        "protocol-id": 2,
        "node-descriptors": NODE("000000000001"),
        "ip-reach-prefix": "2001:db8:29::/48",
      },
      { "prefix-metric": 10 },
    ),
    "BGP-LS SRv6 SID": {
      nextHop: NEXT_HOP_4,
      nlri: {
        code: 6,
        parsed: false,
        raw: "063B0200000000000000000100001A020000040000FDE90201000400000000020300060000000000010206001020010DB8000500000000000000000001",
      },
    },
  },
  passesOn: null,
  excluded: {
    "SRv6 without a VPN": "4.2.21 takes the SRv6 service TLV of an early draft for it, and resets the session",
    "VPN-IPv6 over SRv6": "4.2.21 takes the SRv6 service TLV of an early draft for it, and resets the session",
    "EVPN 3 with IPv6": "4.2.21 fails to decode a PMSI tunnel that ends at an IPv6 address, and answers with 1/0",
    "BGP-LS link with an opaque attribute": "4.2.21 fails to show it, and closes the connection",
    "BGP-LS VPN node": "4.2.21 offers the family, and resets the session as it has no next hop for it",
    "flowspec VPN-IPv4, four-octet redirect":
      "4.2.21 fails to decode a redirect of type 0x82, and closes the connection",
  },
};
