// TUNNEL_ENCAPSULATION octet by octet after the figures of RFC 9012, RFC 9830 and RFC 9831.
import { fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import type { ContextOptions } from "../context.ts";
import { createContext } from "../standard.ts";
import { tunnelTypeName } from "../tunnel/tunnel-type.ts";
import { decodeUpdate, type DecodedUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { tunnelEncapsulation, type Tunnel, type TunnelSubTlv } from "./tunnel-encapsulation.ts";

const V6 = "20010db8000000000000000000000001";
const W6 = "20010db8000000000000000000000002";

function octetsOf(hex: string): number {
  return hex.replaceAll(" ", "").length / 2;
}

function u16(value: number): string {
  return value.toString(16).padStart(4, "0");
}

/** The value of an attribute with one tunnel. */
function tunnelHex(tunnelType: number, subTlvs: string): string {
  return (u16(tunnelType) + u16(octetsOf(subTlvs)) + subTlvs).replaceAll(" ", "");
}

/** A segment list with one sub-TLV. */
function segmentListHex(segment: string): string {
  return `80 ${u16(octetsOf(segment) + 1)} 00 ${segment}`;
}

function decoded(value: string, options: ContextOptions = {}): DecodedUpdate {
  const octets = fromHex(value)!;
  const length = [octets.length >> 8, octets.length & 0xff];
  const attribute = [0xd0, 23, ...length, ...octets];
  return decodeUpdate(Uint8Array.of(0, 0, 0, attribute.length, ...attribute), createContext(options));
}

function tunnelsOf(value: string, options: ContextOptions = {}): readonly Tunnel[] {
  const [attribute] = decoded(value, options).update.attributes;
  return attribute?.name === "tunnelEncapsulation" ? attribute.tunnels : [];
}

/** A segment list that need not be one. */
function list(segment: object): TunnelSubTlv {
  return { name: "segmentList", type: 128, subTlvs: [segment] } as unknown as TunnelSubTlv;
}

/** Both ways between a sub-TLV in a tunnel and its object. */
function expectSubTlv(tunnelType: number, hex: string, subTlv: TunnelSubTlv): void {
  const value = tunnelHex(tunnelType, hex);
  expect(tunnelsOf(value)).toEqual([{ tunnelType, subTlvs: [subTlv] }]);
  const attribute = tunnelEncapsulation([{ tunnelType, subTlvs: [subTlv] }]);
  const octets = toHex(encodeAttribute(attribute, createContext()));
  expect(octets.slice(octets.length - value.length)).toBe(value);
}

const GRE_KEY = "01 04 0000002a";

describe("RFC 9012 section 3.2: encapsulation, by tunnel type", () => {
  const vxlan = { type: 1, vFlag: true, mFlag: true, vnId: 10100, macAddress: "00:11:22:33:44:55" } as const;

  test.each<[string, number, string, TunnelSubTlv]>([
    ["figure 4: VXLAN", 8, "01 0c c0 002774 001122334455 0000", { name: "vxlanEncapsulation", ...vxlan }],
    ["figure 5: NVGRE", 9, "01 0c c0 002774 001122334455 0000", { name: "nvgreEncapsulation", ...vxlan }],
    [
      "figure 4: neither VN-ID nor MAC address, reserved bits",
      8,
      "01 0c 21 000000 000000000000 8001",
      { name: "vxlanEncapsulation", type: 1, reserved: 0x218001, vnId: 0, macAddress: "00:00:00:00:00:00" },
    ],
    [
      "figure 6: L2TPv3 with a cookie",
      1,
      "01 08 1234abcd 01020304",
      { name: "l2tpv3Encapsulation", type: 1, sessionId: 0x1234abcd, cookie: "01020304" },
    ],
    [
      "figure 6: L2TPv3 without a cookie",
      1,
      "01 04 1234abcd",
      { name: "l2tpv3Encapsulation", type: 1, sessionId: 0x1234abcd, cookie: "" },
    ],
    ["figure 7: GRE", 2, GRE_KEY, { name: "greEncapsulation", type: 1, greKey: 42 }],
    ["figure 8: MPLS-in-GRE", 11, GRE_KEY, { name: "mplsInGreEncapsulation", type: 1, greKey: 42 }],
    ["IP in IP has none", 7, GRE_KEY, { name: "raw", type: 1, value: Uint8Array.of(0, 0, 0, 42) }],
    ["VXLAN GPE has none in any RFC", 12, GRE_KEY, { name: "raw", type: 1, value: Uint8Array.of(0, 0, 0, 42) }],
  ])("%s", (_document, tunnelType, hex, subTlv) => expectSubTlv(tunnelType, hex, subTlv));
});

describe("sub-TLVs of any tunnel", () => {
  test.each<[string, string, TunnelSubTlv]>([
    ["RFC 9012 section 3.4.1: Protocol Type", "02 02 8847", { name: "protocolType", type: 2, protocolType: 0x8847 }],
    [
      "RFC 9012 section 3.4.2: Color",
      "04 08 030b 0000 00000064",
      { name: "color", type: 4, colorOnlyType: 0, color: 100 },
    ],
    [
      "RFC 9830 section 3: Color-Only Type",
      "04 08 030b 8001 00000064",
      { name: "color", type: 4, colorOnlyType: 2, reserved: 1, color: 100 },
    ],
    [
      "RFC 5640 section 2: Load-Balancing Block",
      "05 02 0018",
      { name: "loadBalancingBlock", type: 5, blockLength: 24 },
    ],
    [
      "RFC 9012 figure 3: an IPv4 endpoint",
      "06 0a 00000000 0001 c0000201",
      { name: "tunnelEgressEndpoint", type: 6, address: "192.0.2.1" },
    ],
    [
      "RFC 9012 figure 3: an IPv6 endpoint, Reserved not zero",
      `06 16 00000001 0002 ${V6}`,
      { name: "tunnelEgressEndpoint", type: 6, reserved: 1, address: "2001:db8::1" },
    ],
    [
      "RFC 9012 section 3.1: the next hop is the endpoint",
      "06 06 00000000 0000",
      { name: "tunnelEgressEndpoint", type: 6, address: null },
    ],
    ["RFC 9012 figure 9: DS Field", "07 01 b8", { name: "dsField", type: 7, dsValue: 184 }],
    ["RFC 9012 figure 10: UDP Destination Port", "08 02 12b5", { name: "udpDestinationPort", type: 8, udpPort: 4789 }],
    [
      "RFC 9012 figure 12: Embedded Label Handling",
      "09 01 02",
      { name: "embeddedLabelHandling", type: 9, embeddedLabelHandling: 2 },
    ],
    [
      "RFC 9012 figure 13: MPLS Label Stack",
      "0a 08 03e810ff 03e82b40",
      {
        name: "mplsLabelStack",
        type: 10,
        labelStack: [
          { label: 16001, trafficClass: 0, ttl: 255 },
          { label: 16002, trafficClass: 5, bottomOfStack: true, ttl: 64 },
        ],
      },
    ],
    [
      "RFC 9012 section 3.7: Prefix-SID",
      "0b 0a 01 0007 00 0000 00000309",
      { name: "prefixSid", type: 11, tlvs: [{ name: "labelIndex", type: 1, labelIndex: 777 }] },
    ],
  ])("%s", (_document, hex, subTlv) => expectSubTlv(7, hex, subTlv));

  // RFC 9012 section 13: "as if it were an unrecognized sub-TLV".
  test.each([
    ["section 3.4.1: the reserved Ethertype", "02 02 ffff"],
    ["section 3.4.2: another extended community", "04 08 030c 0000 00000064"],
    ["section 3.4.2: a Color of another length", "04 04 030b 0000"],
    ["section 3.3.2: UDP port 0", "08 02 0000"],
    ["section 3.5: a value that is neither 1 nor 2", "09 01 03"],
    ["section 3.6: a label stack of five octets", "0a 05 03e801ff 00"],
    ["section 3.7: a Prefix-SID that would be discarded", "0b 03 010007"],
    ["section 3.1: an endpoint of another family", "06 08 00000000 0003 0102"],
    ["an unknown sub-TLV with a length of one octet", "7f 01 01"],
    ["an unknown sub-TLV with a length of two octets", "80 0001 01"],
  ])("%s: stays raw, without issue", (_document, hex) => {
    const digits = hex.replaceAll(" ", "");
    const type = Number.parseInt(digits.slice(0, 2), 16);
    expectSubTlv(7, hex, { name: "raw", type, value: fromHex(digits.slice(type < 128 ? 4 : 6))! });
    expect(decoded(tunnelHex(7, hex)).issues).toEqual([]);
  });
});

describe("RFC 9012 section 13: a malformed Tunnel Egress Endpoint", () => {
  const good = tunnelHex(7, "06 06 00000000 0000");

  test.each([
    ["too short for its family", "06 08 00000000 0001 c000"],
    ["too long for its family", "06 0b 00000000 0001 c0000201 00"],
    ["an address where the next hop is meant", "06 0a 00000000 0000 c0000201"],
    ["too short for a family", "06 05 00000000 00"],
    ["behind a good one", "06 06 00000000 0000 06 05 00000000 00"],
  ])("%s: the tunnel is ignored, the others are not", (_what, hex) => {
    const value = good + tunnelHex(8, hex);
    const { issues, action } = decoded(value);
    expect({ names: issues.map((issue) => issue.name), action }).toEqual({
      names: ["tunnel-egress-endpoint"],
      action: "none",
    });
    expect(tunnelsOf(value).map((tunnel) => tunnel.ignored)).toEqual([undefined, true]);
    expect(decoded(tunnelHex(8, hex)).issues[0]).toMatchObject({
      name: "tunnel-encapsulation-no-tunnel",
      action: "withdraw",
    });
  });

  test('of two that are good the first counts: the tunnel "MUST NOT be considered to be malformed"', () => {
    const value = tunnelHex(7, "06 06 00000000 0000 06 0a 00000000 0001 c0000201");
    expect(decoded(value).issues).toEqual([]);
    expect(tunnelsOf(value).map((tunnel) => [tunnel.ignored, tunnel.subTlvs.length])).toEqual([[undefined, 2]]);
  });

  test("and what is let through all the same is whole", () => {
    const overrides = { "tunnel-encapsulation-no-tunnel": "none" } as const;
    const value = tunnelHex(8, "06 05 00000000 00");
    const [tunnel] = tunnelsOf(value, { overrides });
    expect(tunnel).toEqual({
      tunnelType: 8,
      subTlvs: [{ name: "raw", type: 6, value: new Uint8Array(5) }],
      ignored: true,
    });
    expect(toHex(encodeAttribute(tunnelEncapsulation([tunnel!]), createContext()).subarray(3))).toBe(value);
  });
});

describe("RFC 9830: SR Policy", () => {
  test.each<[string, string, TunnelSubTlv]>([
    ["figure 3: Preference", "0c 06 00 00 00000064", { name: "preference", type: 12, preference: 100 }],
    ["figure 4: no Binding SID", "0d 02 00 00", { name: "bindingSid", type: 13 }],
    [
      "figure 6: an SR-MPLS Binding SID, Specified-BSID-Only",
      "0d 06 80 00 05dc0000",
      { name: "bindingSid", type: 13, sFlag: true, srMplsSid: { label: 24000, trafficClass: 0, ttl: 0 } },
    ],
    [
      "figure 4: an SRv6 Binding SID, Drop-Upon-Invalid, reserved bits",
      `0d 12 41 02 ${V6}`,
      { name: "bindingSid", type: 13, iFlag: true, reserved: 0x0102, srv6Sid: "2001:db8::1" },
    ],
    [
      "figure 7: SRv6 Binding SID",
      `14 12 00 00 ${V6}`,
      { name: "srv6BindingSid", type: 20, srv6BindingSid: "2001:db8::1" },
    ],
    [
      "figures 7 and 14: SRv6 Binding SID with behavior and structure",
      `14 1a 20 00 ${V6} 000e 0000 28 18 10 00`,
      {
        name: "srv6BindingSid",
        type: 20,
        bFlag: true,
        srv6BindingSid: "2001:db8::1",
        endpointBehaviorAndSidStructure: {
          endpointBehavior: 14,
          locatorBlockLength: 40,
          locatorNodeLength: 24,
          functionLength: 16,
          argumentLength: 0,
        },
      },
    ],
    ["figure 15: ENLP", "0e 03 00 00 04", { name: "explicitNullLabelPolicy", type: 14, enlp: 4 }],
    ["figure 16: Priority", "0f 02 0a 00", { name: "priority", type: 15, priority: 10 }],
    [
      "figure 17: SR Policy Candidate Path Name",
      "81 0005 00 70617468",
      { name: "srPolicyCandidatePathName", type: 129, symbolicName: "path" },
    ],
    ["figure 18: SR Policy Name", "82 0003 00 ff0a", { name: "srPolicyName", type: 130, symbolicName: "\u00ff\n" }],
    ["figure 9: an empty Segment List", "80 0001 00", { name: "segmentList", type: 128, subTlvs: [] }],
    ["RFC 9012: what has no place in it", GRE_KEY, { name: "raw", type: 1, value: Uint8Array.of(0, 0, 0, 42) }],
  ])("%s", (_document, hex, subTlv) => expectSubTlv(15, hex, subTlv));

  test("outside of an SR Policy its sub-TLVs mean nothing", () => {
    expectSubTlv(8, "0f 02 0a 00", { name: "raw", type: 15, value: Uint8Array.of(10, 0) });
  });
});

describe("segments", () => {
  const label = "03e810ff";
  const srMplsSid = { label: 16001, trafficClass: 0, ttl: 255 };
  const structure = "0013 0001 28 18 10 00";
  const srv6Sid = "2001:db8::2";
  const endpointBehaviorAndSidStructure = {
    endpointBehavior: 19,
    reserved: 1,
    locatorBlockLength: 40,
    locatorNodeLength: 24,
    functionLength: 16,
    argumentLength: 0,
  };
  const link = { localIpv6Address: "2001:db8::1", remoteIpv6Address: "2001:db8::2" };
  const interfaces = {
    localInterfaceId: 1,
    ipv6LocalNodeAddress: "2001:db8::1",
    remoteInterfaceId: 2,
    ipv6RemoteNodeAddress: "2001:db8::2",
  };

  test.each<[string, string, Extract<TunnelSubTlv, { name: "segmentList" }>["subTlvs"][number]]>([
    ["RFC 9830 figure 10: Weight", "09 06 00 00 00000002", { name: "weight", type: 9, weight: 2 }],
    [
      "RFC 9830 figure 11: A",
      `01 06 80 01 ${label}`,
      { name: "segmentTypeA", type: 1, vFlag: true, reserved: 1, srMplsSid },
    ],
    ["RFC 9830 figure 12: B", `0d 12 00 00 ${W6}`, { name: "segmentTypeB", type: 13, srv6Sid }],
    [
      "RFC 9830 figures 12 and 14: B with behavior and structure",
      `0d 1a 10 00 ${W6} ${structure}`,
      { name: "segmentTypeB", type: 13, bFlag: true, srv6Sid, endpointBehaviorAndSidStructure },
    ],
    [
      "RFC 9831 figure 1: C without SID",
      "03 06 40 80 c0000201",
      { name: "segmentTypeC", type: 3, aFlag: true, srAlgorithm: 128, ipv4NodeAddress: "192.0.2.1" },
    ],
    [
      "RFC 9831 figure 1: C",
      `03 0a 20 00 c0000201 ${label}`,
      { name: "segmentTypeC", type: 3, sFlag: true, srAlgorithm: 0, ipv4NodeAddress: "192.0.2.1", srMplsSid },
    ],
    [
      "RFC 9831 figure 2: D, whose S flag does not say that there is a SID",
      `04 16 00 00 ${V6} ${label}`,
      { name: "segmentTypeD", type: 4, srAlgorithm: 0, ipv6NodeAddress: "2001:db8::1", srMplsSid },
    ],
    [
      "RFC 9831 figure 3: E",
      `05 0e 20 00 00000001 c0000201 ${label}`,
      { name: "segmentTypeE", type: 5, sFlag: true, localInterfaceId: 1, ipv4NodeAddress: "192.0.2.1", srMplsSid },
    ],
    [
      "RFC 9831 figure 4: F without SID",
      "06 0a 00 00 c0000201 c0000202",
      { name: "segmentTypeF", type: 6, localIpv4Address: "192.0.2.1", remoteIpv4Address: "192.0.2.2" },
    ],
    [
      "RFC 9831 figure 5: G",
      `07 2e 20 00 00000001 ${V6} 00000002 ${W6} ${label}`,
      { name: "segmentTypeG", type: 7, sFlag: true, ...interfaces, srMplsSid },
    ],
    ["RFC 9831 figure 6: H", `08 22 00 00 ${V6} ${W6}`, { name: "segmentTypeH", type: 8, ...link }],
    [
      "RFC 9831 figure 7: I without SID",
      `0e 12 40 01 ${V6}`,
      { name: "segmentTypeI", type: 14, aFlag: true, srAlgorithm: 1, ipv6NodeAddress: "2001:db8::1" },
    ],
    [
      "RFC 9831 figure 7: I with a SID and its structure",
      `0e 2a 30 00 ${V6} ${W6} ${structure}`,
      {
        name: "segmentTypeI",
        type: 14,
        sFlag: true,
        bFlag: true,
        srAlgorithm: 0,
        ipv6NodeAddress: "2001:db8::1",
        srv6Sid,
        endpointBehaviorAndSidStructure,
      },
    ],
    [
      "RFC 9831 figure 8: J with a SID",
      `0f 3a 20 00 00000001 ${V6} 00000002 ${W6} ${W6}`,
      { name: "segmentTypeJ", type: 15, sFlag: true, srAlgorithm: 0, ...interfaces, srv6Sid },
    ],
    [
      "RFC 9831 figure 9: K with a SID and its structure",
      `10 3a 30 00 ${V6} ${W6} ${W6} ${structure}`,
      {
        name: "segmentTypeK",
        type: 16,
        sFlag: true,
        bFlag: true,
        srAlgorithm: 0,
        ...link,
        srv6Sid,
        endpointBehaviorAndSidStructure,
      },
    ],
    [
      "RFC 9831 section 2.7: the type that I had in drafts",
      "0a 01 00",
      { name: "raw", type: 10, value: new Uint8Array(1) },
    ],
  ])("%s", (_document, hex, segment) => {
    expectSubTlv(15, segmentListHex(hex), { name: "segmentList", type: 128, subTlvs: [segment] });
  });
});

test("names of the registry", () => {
  expect([0, 1, 7, 8, 15, 22, 999].map(tunnelTypeName)).toEqual([
    "Reserved",
    "L2TPv3 over IP",
    "IP in IP",
    "VXLAN Encapsulation",
    "SR Policy",
    "Dynamic Path Selection (DPS) Tunnel Encapsulation",
    "tunnel type 999",
  ]);
});

describe("what does not fit its field is the caller's mistake", () => {
  const sid = { label: 16001, trafficClass: 0, ttl: 255 };
  const structure = {
    endpointBehavior: 1,
    locatorBlockLength: 0,
    locatorNodeLength: 0,
    functionLength: 0,
    argumentLength: 0,
  };

  test.each<[number, TunnelSubTlv, string]>([
    [7, { name: "protocolType", type: 2, protocolType: 0xffff }, "65535 is reserved"],
    [7, { name: "color", type: 4, colorOnlyType: 4, color: 1 }, "4 is not 0 to 3"],
    [7, { name: "udpDestinationPort", type: 8, udpPort: 0 }, "0 is reserved"],
    [7, { name: "embeddedLabelHandling", type: 9, embeddedLabelHandling: 3 as 1 }, "3 is not 1 or 2"],
    [7, { name: "tunnelEgressEndpoint", type: 6, address: "pe1" }, '"pe1" is no IP address'],
    [7, { name: "mplsLabelStack", type: 10, labelStack: [{ ...sid, label: 1048576 }] }, "1048576 is not 0 to 1048575"],
    [7, { name: "mplsLabelStack", type: 10, labelStack: [{ ...sid, trafficClass: 8 }] }, "8 is not 0 to 7"],
    [7, { name: "greEncapsulation", type: 1, greKey: 1 }, 'there is no "greEncapsulation" with type 1'],
    [7, { name: "priority", type: 15, priority: 1 }, 'there is no "priority" with type 15'],
    [1, { name: "l2tpv3Encapsulation", type: 1, sessionId: 1, cookie: "00".repeat(9) }, "has more than eight octets"],
    [
      8,
      { name: "vxlanEncapsulation", type: 1, reserved: 0x800000, vnId: 1, macAddress: "00:00:00:00:00:00" },
      "8388608 has bits that are not reserved",
    ],
    [15, { name: "bindingSid", type: 13, srMplsSid: sid, srv6Sid: "::1" }, "has an SR-MPLS SID and an SRv6 SID"],
    [15, { name: "srPolicyName", type: 130, symbolicName: "\u0100" }, "is not ASCII"],
    [
      15,
      list({
        name: "segmentTypeK",
        type: 16,
        srAlgorithm: 0,
        localIpv6Address: "::",
        remoteIpv6Address: "::",
        endpointBehaviorAndSidStructure: structure,
      }),
      "is there without an SRv6 SID",
    ],
    [
      15,
      list({ name: "segmentTypeC", type: 3, srAlgorithm: 0, reserved: 1, ipv4NodeAddress: "192.0.2.1" }),
      "there is no RESERVED octet",
    ],
  ])("tunnel type %i: %o", (tunnelType, subTlv, message) => {
    const attribute = tunnelEncapsulation([{ tunnelType, subTlvs: [subTlv] }]);
    expect(() => encodeAttribute(attribute, createContext())).toThrow(message);
  });
});
