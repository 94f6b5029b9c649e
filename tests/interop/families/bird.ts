// BIRD 2.0: labelled and VPN routes and flow specifications. Attributes it has no name for it passes on as it got them.
import { communities, largeCommunities, onlyToCustomer } from "@bgpwire/decoder";
import { allPartial, changed, DROPPED, NEXT_HOP_4, NEXT_HOP_6, partial, route, type FamilyPlan } from "./plan.ts";
import { OUR_ROUTES } from "./routes.ts";

/** How it shows our next hops. */
const SHOWN_4 = `BGP.next_hop: ${NEXT_HOP_4}\n`;
const SHOWN_6 = `BGP.next_hop: ${NEXT_HOP_6}\n`;

export const birdFamilies: FamilyPlan = {
  sessions: [
    [
      "ipv4-unicast",
      "ipv6-unicast",
      "ipv4-multicast",
      "ipv6-multicast",
      "ipv4-labeled-unicast",
      "ipv6-labeled-unicast",
      "ipv4-vpn",
      "ipv6-vpn",
      "ipv4-vpn-multicast",
      "ipv6-vpn-multicast",
      "ipv4-flowspec",
      "ipv6-flowspec",
    ],
  ],
  // Where next hops are found.
  preparation: [
    'protocol static { ipv4; route 192.0.2.0/24 via "lo"; }',
    'protocol static { ipv6; route 2001:db8::/64 via "lo"; }',
  ],
  addPath: [
    "ipv4-unicast",
    "ipv6-unicast",
    "ipv4-multicast",
    "ipv6-multicast",
    "ipv4-labeled-unicast",
    "ipv6-labeled-unicast",
    "ipv4-vpn",
    "ipv6-vpn",
    "ipv4-vpn-multicast",
    "ipv6-vpn-multicast",
    "ipv4-flowspec",
    "ipv6-flowspec",
  ],
  announces: {
    "unicast with attributes": {
      told: [
        "protocol static { ipv4; route 10.120.129.0/24 via 192.0.2.77%lo onlink { bgp_community.add((65001,1)); " +
          "bgp_large_community.add((65001,1,2)); bgp_large_community.add((4294967295,0,4294967295)); bgp_otc = 65010; " +
          "bgp_ext_community.add((rt, 192.0.2.9, 11)); bgp_ext_community.add((ro, 4200000001, 7)); " +
          "bgp_ext_community.add((generic, 0x43000000, 2)); }; }",
      ],
      route: route(
        "ipv4-unicast",
        { prefix: "10.120.129.0/24" },
        NEXT_HOP_4,
        ["target:192.0.2.9:11", "origin:4200000001:7", "origin-validation:invalid"],
        [communities(["65001:1"]), largeCommunities(["65001:1:2", "4294967295:0:4294967295"]), onlyToCustomer(65010)],
      ),
    },
    "VPN-IPv4 multicast": {
      told: [
        "protocol static { vpn4 { table privatecast4; }; route 65001:7 10.120.130.0/24 via 192.0.2.77%lo onlink; }",
      ],
      route: route("ipv4-vpn-multicast", { routeDistinguisher: "65001:7", prefix: "10.120.130.0/24" }, NEXT_HOP_4),
    },
    "VPN-IPv6 multicast": {
      told: [
        "protocol static { vpn6 { table privatecast6; }; route 192.0.2.9:7 2001:db8:130::/48 via 2001:db8::77%lo onlink; }",
      ],
      route: route(
        "ipv6-vpn-multicast",
        { routeDistinguisher: "192.0.2.9:7", prefix: "2001:db8:130::/48" },
        NEXT_HOP_6,
      ),
    },
    "multicast IPv4": {
      told: ["protocol static { ipv4 { table multicast4; }; route 10.120.0.0/17 via 192.0.2.77%lo onlink; }"],
      route: route("ipv4-multicast", { prefix: "10.120.0.0/17" }, NEXT_HOP_4),
    },
    "multicast IPv6": {
      told: ["protocol static { ipv6 { table multicast6; }; route 2001:db8:120::/45 via 2001:db8::77%lo onlink; }"],
      route: route("ipv6-multicast", { prefix: "2001:db8:120::/45" }, NEXT_HOP_6),
    },
    "labeled IPv4": {
      told: ["protocol static { ipv4 { table labeled4; }; route 10.121.0.0/24 via 192.0.2.77%lo onlink mpls 2001; }"],
      route: route("ipv4-labeled-unicast", { prefix: "10.121.0.0/24", labels: [2001] }, NEXT_HOP_4),
    },
    "labeled IPv6": {
      told: [
        "protocol static { ipv6 { table labeled6; }; route 2001:db8:121::/48 via 2001:db8::77%lo onlink mpls 2002; }",
      ],
      route: route("ipv6-labeled-unicast", { prefix: "2001:db8:121::/48", labels: [2002] }, NEXT_HOP_6),
    },
    "VPN-IPv4, distinguisher of type 0": {
      told: [
        "protocol static { vpn4 { table private4; }; route 65001:7 10.122.0.0/24 via 192.0.2.77%lo onlink mpls 2003 " +
          "{ bgp_ext_community.add((rt, 65001, 8)); bgp_ext_community.add((generic, 0x30b0000, 100)); }; }",
      ],
      route: route("ipv4-vpn", { routeDistinguisher: "65001:7", prefix: "10.122.0.0/24", labels: [2003] }, NEXT_HOP_4, [
        "target:65001:8",
        "color:100",
      ]),
    },
    "VPN-IPv4, distinguisher of type 1": {
      told: [
        "protocol static { vpn4 { table private4; }; route 192.0.2.9:7 10.122.1.0/25 via 192.0.2.77%lo onlink mpls 1048575; }",
      ],
      route: route(
        "ipv4-vpn",
        { routeDistinguisher: "192.0.2.9:7", prefix: "10.122.1.0/25", labels: [1048575] },
        NEXT_HOP_4,
      ),
    },
    // Without a label of its own it says implicit null, and its own address.
    "VPN-IPv4, distinguisher of type 2": {
      told: ["protocol static { vpn4 { table private4; }; route 4200000001:7 10.122.2.3/32 unreachable; }"],
      route: route(
        "ipv4-vpn",
        { routeDistinguisher: "4200000001:7", prefix: "10.122.2.3/32", labels: [3] },
        "192.0.2.2",
      ),
    },
    "VPN-IPv6": {
      told: [
        "protocol static { vpn6 { table private6; }; route 65001:7 2001:db8:122::/48 via 2001:db8::77%lo onlink mpls 2004 " +
          "{ bgp_ext_community.add((rt, 4200000001, 8)); }; }",
      ],
      route: route(
        "ipv6-vpn",
        { routeDistinguisher: "65001:7", prefix: "2001:db8:122::/48", labels: [2004] },
        NEXT_HOP_6,
        ["target:4200000001:8"],
      ),
    },
    "flowspec IPv4": {
      told: [
        "protocol static { flow4 { table flows4; }; route flow4 { dst 10.125.0.0/24; src 10.126.0.0/16; proto = 6; " +
          "dport 80..90, 8080; icmp type 8; tcp flags 2/0x12; length > 1000; dscp = 46; fragment is_fragment; } " +
          "{ bgp_ext_community.add((generic, 0x80060000, 0x42c80000)); }; }",
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
          fragment: [{ match: true, bits: { isf: true } }],
        },
        null,
        ["rate-bytes:0:100"],
      ),
    },
    "flowspec IPv4, negated": {
      told: [
        "protocol static { flow4 { table flows4; }; route flow4 { dst 10.125.1.0/24; sport != 53; icmp code 1; " +
          "fragment !dont_fragment; }; }",
      ],
      route: route(
        "ipv4-flowspec",
        {
          destinationPrefix: "10.125.1.0/24",
          sourcePort: [{ operator: "!=", value: 53 }],
          icmpCode: [{ operator: "=", value: 1 }],
          fragment: [{ not: true, bits: { df: true } }],
        },
        null,
      ),
    },
    // A flow label of one octet in one octet.
    "flowspec IPv6": {
      told: [
        "protocol static { flow6 { table flows6; }; route flow6 { dst 2001:db8:125::/48; src 2001:db8:126::/64 offset 16; " +
          "next header 17; port 53; label 17; }; }",
      ],
      route: route(
        "ipv6-flowspec",
        {
          destinationPrefix: "2001:db8:125::/48",
          sourcePrefix: "0:db8:126::/16-64",
          protocol: [{ operator: "=", value: 17 }],
          port: [{ operator: "=", value: 53 }],
          flowLabel: [{ operator: "=", value: 17, octets: 1 }],
        },
        null,
      ),
    },
  },
  shows: {
    communities: [
      "10.40.0.0/24 ",
      "BGP.community: (65001,1) (65535,65284) (65535,666)\n",
      "BGP.large_community: (65001, 1, 2) (4294967295, 0, 4294967295)\n",
    ],
    AIGP: ["10.40.1.0/24 ", "BGP.aigp: 4294967296"],
    OTC: ["10.40.2.0/24 ", "BGP.otc: 65010"],
    "extended communities of every administrator": [
      "10.40.3.0/24 ",
      "BGP.ext_community: (rt, 65001, 4000000000) (rt, 192.0.2.9, 11) (rt, 4200000001, 7) (ro, 65001, 4000000000) " +
        "(ro, 192.0.2.9, 11) (ro, 4200000001, 7) (unknown 0x4004, 65001, 1259902592)",
    ],
    "extended communities of other kinds": [
      "10.40.4.0/24 ",
      "BGP.ext_community: (generic, 0x30b0000, 0x64) (generic, 0x30c0000, 0x8) (generic, 0x43000000, 0x2) " +
        "(unknown 0x8, 65001, 4624) (generic, 0x3010180, 0x7)",
    ],
    "IPv6 extended communities": [
      "2001:db8:40:5::/64 ",
      "BGP.19 [t]: 00 02 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09 00 64",
    ],
    "tunnel encapsulation": [
      "10.40.6.0/24 ",
      "BGP.17 [t]: 00 08 00 1a 06 0a 00 00 00 00 00 01 c0 00 02 09 04 08 03 0b 00 00 00 00 00 64 08 02 12 b5",
    ],
    "SRv6 without a VPN": [
      "2001:db8:40:7::/64 ",
      "BGP.28 [t]: 05 00 22 00 01 00 1e 00 20 01 0d b8 00 05 00 00 00 00 00 00 00 00 00 00 00 00 12 00 01 00 06 28 18 10 00 00 00",
    ],
    "attributes nobody has heard of": [
      "10.40.8.0/24 ",
      "BGP.1b [t]: c0 00 02 09 00 06 40\n",
      "BGP.1c [t]: \n",
      "BGP.22 [t]: 00 01 03 00 00 1c 00 00 00 01 00 00 fd e9 00 00 fd e9 01 00 07 01 00 04 00 00 fd f2\n",
      "BGP.25 [t]: 02 00 0e ff 03 00 0a 00 29 00 01 c0 00 02 01 00 01\n",
      "BGP.26 [t]: 01 00 00 00 07 01 04 c0 00 02 01\n",
      "BGP.27 [t]: 00 01 01 04 c0 00 02 4d 00 01 00 00\n",
      "BGP.29 [t]: 00 01 00 0c 00 00 01 00 00 02 00 04 00 30 3e 81\n",
      "BGP.80 [t]: 00 00 fd e9 40 01 01 00 40 02 06 02 01 00 00 fd f2 40 05 04 00 00 00 c8\n",
      "BGP.c8 [t]: 01 02 03",
    ],
    "attributes nobody passes on": [
      "10.40.9.0/24 ",
      "BGP.18: 01 01 00 00 41 00 00 00 40 e0 00 00 40 c0 00 00 40 a0 00 00 40 80 00 00 40 40 00 00 40 00 00 00 " +
        "3f 80 00 00 3f 80 00 00 05 dc\n",
      "BGP.c9: 01 02 03",
    ],
    "multicast IPv4": ["10.20.0.0/17 ", SHOWN_4],
    "multicast IPv6": ["2001:db8:20::/45 ", SHOWN_6],
    "labeled IPv4": ["10.21.0.0/24 ", SHOWN_4, "BGP.mpls_label_stack: 1001"],
    "labeled IPv4 with a label index": [
      "10.21.1.0/24 ",
      SHOWN_4,
      "BGP.mpls_label_stack: 1006",
      "BGP.28 [t]: 01 00 07 00 00 00 00 00 00 4d 03 00 08 00 00 00 3e 80 00 1f 40\n",
    ],
    "labeled IPv6": ["2001:db8:21::/48 ", SHOWN_6, "BGP.mpls_label_stack: 1048575"],
    "VPN-IPv4, distinguisher of type 0": [
      "65001:4000000000 10.22.0.0/24 ",
      SHOWN_4,
      "BGP.mpls_label_stack: 1002",
      "BGP.ext_community: (rt, 65001, 8)\n",
    ],
    "VPN-IPv4, distinguisher of type 1": [
      "192.0.2.9:7 10.22.1.0/25 ",
      SHOWN_4,
      "BGP.mpls_label_stack: 16",
      "BGP.ext_community: (rt, 192.0.2.9, 11)\n",
    ],
    "VPN-IPv4, distinguisher of type 2": [
      "4200000001:7 10.22.2.3/32 ",
      SHOWN_4,
      "BGP.mpls_label_stack: 1003",
      "BGP.ext_community: (rt, 4200000001, 7)\n",
    ],
    "VPN-IPv4 with communities": [
      "65001:1 10.22.3.0/24 ",
      SHOWN_4,
      "BGP.mpls_label_stack: 1004",
      "BGP.aigp: 77\n",
      "BGP.ext_community: (rt, 65001, 8) (ro, 65001, 2) (unknown 0x5, 2560, 66048) (generic, 0x3060000, 0x200) " +
        "(unknown 0x107, 192.0.2.2, 0) (generic, 0x30b0000, 0x64) (generic, 0x30c0000, 0x8) " +
        "(unknown 0x4004, 65001, 1259902592) (unknown 0x9, 65001, 0) (unknown 0x10b, 192.0.2.9, 5)\n",
    ],
    "VPN-IPv4 with a domain path": [
      "65001:1 10.22.5.0/24 ",
      SHOWN_4,
      "BGP.mpls_label_stack: 1008",
      "BGP.24 [t]: 01 00 00 fd e8 00 01 80",
    ],
    "VPN-IPv6": [
      "65001:4000000000 2001:db8:22::/48 ",
      SHOWN_6,
      "BGP.mpls_label_stack: 1005",
      "BGP.ext_community: (rt, 65001, 8)\n",
    ],
    "VPN-IPv4 multicast": ["65001:7 10.22.4.0/24 ", SHOWN_4, "BGP.ext_community: (rt, 65001, 8)"],
    "VPN-IPv6 multicast": ["192.0.2.9:7 2001:db8:24:4::/64 ", SHOWN_6, "BGP.ext_community: (rt, 65001, 8)"],
    "VPN-IPv6 over SRv6": [
      "65001:7 2001:db8:23::/48 ",
      SHOWN_6,
      "BGP.mpls_label_stack: 1007",
      "BGP.28 [t]: 05 00 22 00 01 00 1e 00 20 01 0d b8 00 05 00 00 00 00 00 00 00 00 00 00 00 00 12 00 01 00 06 28 18 10 00 10 40\n",
    ],
    "flowspec IPv4, every component": [
      "flow4 { dst 10.25.0.0/24; src 10.26.0.0/16; proto 6; port 80..90,8080; dport 80; sport 1024; icmp type 8; icmp code 0; " +
        "tcp flags 0x2/0x2 && 0x0/0x10; length > 64 && <= 1500; dscp 46; fragment is_fragment; } ",
      "BGP.ext_community: (generic, 0x8006fde9, 0x461c4000) (generic, 0x80070000, 0x3) (generic, 0x8008fde9, 0x7) " +
        "(generic, 0x80090000, 0xa)",
    ],
    "flowspec IPv4, discard": ["flow4 { dst 10.25.1.0/24; } ", "BGP.ext_community: (generic, 0x80060000, 0x0)"],
    "flowspec IPv6": [
      "flow6 { dst 2001:db8:25::/48; src 2001:db8:26::/48; next header 17; port 53; dscp 46; label 100000; } ",
      "BGP.ext_community: (generic, 0x80060000, 0x0)",
    ],
  },
  passesOn: {
    "VPN-IPv4 with a domain path": changed(OUR_ROUTES["VPN-IPv4 with a domain path"], "domainPath", partial),
    "IPv6 extended communities": allPartial(OUR_ROUTES["IPv6 extended communities"]),
    "tunnel encapsulation": allPartial(OUR_ROUTES["tunnel encapsulation"]),
    "SRv6 without a VPN": allPartial(OUR_ROUTES["SRv6 without a VPN"]),
    "attributes nobody has heard of": allPartial(OUR_ROUTES["attributes nobody has heard of"]),
    "attributes nobody passes on": DROPPED,
    "labeled IPv4 with a label index": changed(OUR_ROUTES["labeled IPv4 with a label index"], "prefixSid", partial),
    "VPN-IPv6 over SRv6": changed(OUR_ROUTES["VPN-IPv6 over SRv6"], "prefixSid", partial),
  },
  excluded: {},
};
