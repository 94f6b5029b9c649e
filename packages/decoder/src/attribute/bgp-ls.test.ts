// The BGP-LS Attribute octet by octet: what the figures of the documents say, filled in by hand.
import { describe, expect, it, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import {
  bgpLs,
  bgpLsTlvName,
  BgpLsTlvType,
  createContext,
  decodeUpdate,
  encodeAttribute,
  linkStateProtocolName,
  LinkStateProtocol,
  NodeFlag,
  SrBindingSidFlag,
  SrCandidatePathFlag,
  tlvNamed,
  type BgpLsTlv,
} from "@bgpwire/decoder";

const context = createContext();

function octets(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(" ", ""))!;
}

/** The TLVs of an attribute alone in its message, and the names of issues. */
function read(hex: string): { tlvs: readonly BgpLsTlv[] | null; issues: string[] } {
  const value = octets(hex);
  const length = [value.length >> 8, value.length & 0xff];
  const attribute = [0x90, 29, ...length, ...value];
  const body = Uint8Array.from([0, 0, attribute.length >> 8, attribute.length & 0xff, ...attribute]);
  const { update, issues } = decodeUpdate(body, context);
  const first = update.attributes[0]!;
  return { tlvs: first.name === "bgpLs" ? first.tlvs : null, issues: issues.map((issue) => issue.name) };
}

function write(...tlvs: BgpLsTlv[]): string {
  const attribute = encodeAttribute(bgpLs(tlvs), context);
  return toHex(attribute.subarray((attribute[0]! & 0x10) === 0 ? 3 : 4));
}

const FIGURES: readonly (readonly [what: string, hex: string, tlv: BgpLsTlv])[] = [
  [
    "RFC 9552 figure 15: overload, and a router of IPv6",
    "0400 0001 8c",
    { name: "nodeFlagBits", type: 1024, value: NodeFlag.Overload | NodeFlag.Router | NodeFlag.V6 },
  ],
  [
    "RFC 9552 figure 16: area 49.0001",
    "0403 0003 490001",
    { name: "isisAreaIdentifier", type: 1027, value: "49.0001" },
  ],
  ["RFC 9552 figure 17", "0402 0002 7231", { name: "nodeName", type: 1026, value: "r1" }],
  [
    "RFC 9552 figure 12: topologies 0 and 2, the latter with the attached bit of RFC 5120 section 7.1",
    "0107 0004 0000 4002",
    { name: "multiTopologyIdentifier", type: 263, topologies: [{ mtId: 0 }, { mtId: 2, flags: 4 }] },
  ],
  [
    "RFC 9552 figure 21: a wide metric of IS-IS",
    "0447 0003 00000a",
    { name: "igpMetric", type: 1095, metric: 10, octets: 3 },
  ],
  ["RFC 9552 figure 21: a metric of OSPF", "0447 0002 000a", { name: "igpMetric", type: 1095, metric: 10, octets: 2 }],
  [
    "RFC 9552 figure 22",
    "0448 0008 00000001 ffffffff",
    { name: "sharedRiskLinkGroup", type: 1096, value: [1, 4294967295] },
  ],
  [
    "RFC 5305 section 3.4: 10 Gbit/s are 1.25e9 octets per second",
    "0441 0004 4e9502f9",
    { name: "maximumLinkBandwidth", type: 1089, value: 1250000000 },
  ],
  [
    "RFC 9552 figure 27",
    "0482 0008 0000000100000000",
    { name: "igpExtendedRouteTag", type: 1154, value: ["4294967296"] },
  ],
  [
    "RFC 9085 figure 3: an SRGB of 8000 labels from 16000 on",
    "040a 000c c0 00 001f40 0489 0003 003e80",
    { name: "srCapabilities", type: 1034, flags: 0xc0, ranges: [{ rangeSize: 8000, first: { label: 16000 } }] },
  ],
  [
    "RFC 9085 figure 8: a label for a neighbour of IS-IS",
    "044c 000d 30 00 0000 192000002002 005dc1",
    {
      name: "lanAdjacencySid",
      type: 1100,
      flags: 0x30,
      weight: 0,
      neighborId: "1920.0000.2002",
      sid: { label: 24001 },
    },
  ],
  [
    "RFC 9085 figure 8: an index for a neighbour of OSPF",
    "044c 000c 00 05 0000 c0000202 00000007",
    { name: "lanAdjacencySid", type: 1100, flags: 0, weight: 5, neighborId: "192.0.2.2", sid: { index: 7 } },
  ],
  [
    "RFC 9085 figure 14: a range with its Prefix-SID",
    "0487 0010 00 00 0064 0486 0008 00 00 0000 00000064",
    {
      name: "range",
      type: 1159,
      flags: 0,
      rangeSize: 100,
      subTlvs: [{ name: "prefixSid", type: 1158, flags: 0, algorithm: 0, sid: { index: 100 } }],
    },
  ],
  [
    "RFC 9085 figure 9: the bandwidth of a member of a bundle",
    "0494 000c 0000002a 0441 0004 4cee6b28",
    {
      name: "l2BundleMemberAttributes",
      type: 1172,
      l2BundleMemberDescriptor: 42,
      subTlvs: [{ name: "maximumLinkBandwidth", type: 1089, value: 125000000 }],
    },
  ],
  [
    "RFC 9086 section 5: a PeerNode SID with V and L",
    "044d 0007 c0 00 0000 0f4240",
    { name: "peerNodeSid", type: 1101, flags: 0xc0, weight: 0, sid: { label: 1000000 } },
  ],
  [
    "RFC 9514 figure 2: an End.X SID with its structure (RFC 9514 figure 10)",
    "0452 001e 0039 80 00 00 00 fc000000000000000000000000000001 04e4 0004 20 10 10 00",
    {
      name: "srv6EndXSid",
      type: 1106,
      endpointBehavior: 57,
      flags: 0x80,
      algorithm: 0,
      weight: 0,
      sid: "fc00::1",
      subTlvs: [
        {
          name: "srv6SidStructure",
          type: 1252,
          locatorBlockLength: 32,
          locatorNodeLength: 16,
          functionLength: 16,
          argumentLength: 0,
        },
      ],
    },
  ],
  [
    "RFC 9514 figure 8",
    "04e3 000c 40 01 0000 0000fdea c0000202",
    {
      name: "srv6BgpPeerNodeSid",
      type: 1251,
      flags: 0x40,
      weight: 1,
      peerAsNumber: 65002,
      peerBgpIdentifier: "192.0.2.2",
    },
  ],
  [
    "RFC 9351 figures 1 and 3",
    "040f 000c 80 01 00 64 0411 0004 00000002",
    {
      name: "flexibleAlgorithmDefinition",
      type: 1039,
      flexibleAlgorithm: 128,
      metricType: 1,
      calculationType: 0,
      priority: 100,
      subTlvs: [{ name: "flexibleAlgorithmIncludeAnyAffinity", type: 1041, value: [2] }],
    },
  ],
  [
    "RFC 9351 figure 8",
    "0414 0008 80 00 0000 0000000a",
    { name: "flexibleAlgorithmPrefixMetric", type: 1044, flexibleAlgorithm: 128, flags: 0, metric: 10 },
  ],
  [
    "RFC 9294 section 2: a TE metric for flexible algorithms",
    "0462 0010 04 00 0000 10000000 0444 0004 0000000a",
    {
      name: "applicationSpecificLinkAttributes",
      type: 1122,
      standardApplicationBitMask: "10000000",
      userDefinedApplicationBitMask: "",
      subTlvs: [{ name: "teDefaultMetric", type: 1092, value: 10 }],
    },
  ],
  [
    "RFC 8571 section 2.2",
    "045b 0008 80 00000a 00 000014",
    { name: "minMaxUnidirectionalLinkDelay", type: 1115, anomalous: true, minimum: 10, maximum: 20 },
  ],
  [
    "RFC 8814 figure 1: ten labels, and an entropy label within six",
    "010a 0004 01 0a 02 06",
    {
      name: "nodeMsd",
      type: 266,
      value: [
        { msdType: 1, msdValue: 10 },
        { msdType: 2, msdValue: 6 },
      ],
    },
  ],
  [
    "RFC 9247 figure 1",
    "0408 0008 00000001 c0000201",
    { name: "sbfdDiscriminators", type: 1032, value: [1, 0xc000_0201] },
  ],
  [
    "RFC 9086 figure 2: the label of a peer",
    "044d 0007 d0 0a 0000 005dc0",
    { name: "peerNodeSid", type: 1101, flags: 0xd0, weight: 10, sid: { label: 24000 } },
  ],
  [
    "RFC 9086 figure 2: the index of a set of peers",
    "044f 0008 00 00 0000 00000064",
    { name: "peerSetSid", type: 1103, flags: 0, weight: 0, sid: { index: 100 } },
  ],
  [
    "RFC 9086 section 5: an address of a link below a session",
    "0103 0004 c0000201",
    { name: "ipv4InterfaceAddress", type: 259, value: "192.0.2.1" },
  ],
  ["RFC 8169 figure 4: two-step", "0451 0001 40", { name: "rtmCapability", type: 1105, value: "40" }],
  ["RFC 8379", "0461 0000", { name: "gracefulLinkShutdown", type: 1121 }],
  ["RFC 9815 section 5.2.4", "049d 0008 0000000000000007", { name: "sequenceNumber", type: 1181, value: "7" }],
  [
    "RFC 9857 section 3.2: the AS of a PCE",
    "0200 0004 0000fde8",
    { name: "autonomousSystem", type: 512, value: 65000 },
  ],
  [
    "RFC 9857 section 3.2: its BGP Identifier",
    "0204 0004 c0000201",
    { name: "bgpRouterId", type: 516, value: "192.0.2.1" },
  ],
  [
    "RFC 9857 section 3.2: its Member-AS",
    "0205 0004 0000fde9",
    { name: "bgpConfederationMember", type: 517, value: 65001 },
  ],
  [
    "RFC 9857 section 5.1: a binding label that was asked for and given",
    "04b1 000c 4000 0000 03e80000 03e80000",
    {
      name: "srBindingSid",
      type: 1201,
      flags: SrBindingSidFlag.Allocated,
      bindingSid: { label: 16000 },
      specifiedBindingSid: { label: 16000 },
    },
  ],
  [
    "RFC 9857 section 5.3",
    "04b2 0008 80 00 5800 00000064",
    {
      name: "srCandidatePathState",
      type: 1202,
      priority: 128,
      flags: SrCandidatePathFlag.Active | SrCandidatePathFlag.Evaluated | SrCandidatePathFlag.ValidSidList,
      preference: 100,
    },
  ],
  [
    "RFC 9857 sections 5.7 and 5.7.1: a list of one label",
    "04b5 0019 1800 0000 0000 00 00 00000001 04b6 0009 01 00 9000 03e80000 00",
    {
      name: "srSegmentList",
      type: 1205,
      flags: 0x1800,
      mtId: 0,
      algorithm: 0,
      weight: 1,
      subTlvs: [
        {
          name: "srSegment",
          type: 1206,
          segmentType: 1,
          flags: 0x9000,
          sid: { label: 16000 },
          algorithm: 0,
          subTlvs: [],
        },
      ],
    },
  ],
  [
    "RFC 9857 section 5.6.6: the least delay, at most 100",
    "04b4 0018 0000 0000 0000 00 00 04bf 000c 01 90 0000 00000000 00000064",
    {
      name: "srCandidatePathConstraints",
      type: 1204,
      flags: 0,
      mtId: 0,
      algorithm: 0,
      subTlvs: [
        { name: "srMetricConstraint", type: 1215, metricType: 1, flags: 0x90, metricMargin: 0, metricBound: 100 },
      ],
    },
  ],
];

describe("TLVs as the documents draw them", () => {
  it.each(FIGURES)("%s", (_, hex, tlv) => {
    expect(read(hex)).toEqual({ tlvs: [tlv], issues: [] });
    expect(write(tlv)).toBe(hex.replaceAll(" ", ""));
  });
});

describe("RFC 9552 section 8.2.2", () => {
  test("no attribute is malformed for its order, for unknown or repeated TLVs, or for the length of one", () => {
    const { tlvs, issues } = read("0402 0001 61 0400 0002 8000 ffff 0001 01 0402 0001 62 2222 0000");
    expect(issues).toEqual([]);
    expect(tlvs!.map((tlv) => [tlv.name, tlv.type])).toEqual([
      ["nodeName", 1026],
      ["raw", 1024],
      ["raw", 65535],
      ["nodeName", 1026],
      ["raw", 0x2222],
    ]);
  });

  test.each([
    ["RFC 9247 section 3: no discriminator", "0408 0000"],
    ["RFC 9085 section 2.1.2: no range", "040a 0002 0000"],
    ["RFC 9085 section 2.1.3: no algorithm", "040b 0000"],
    ["RFC 9351 section 3.1: no affinity", "040f 0008 80 01 00 64 0410 0000"],
    ["RFC 9857 section 5.6.2: no SRLG", "04b4 000c 0000 0000 0000 00 00 04b9 0000"],
    ["RFC 9857 section 5.6.4: no group", "04b4 0010 0000 0000 0000 00 00 04bb 0004 80 00 0000"],
    ["RFC 9857 section 5.6.5: three octets of a group", "04b4 0013 0000 0000 0000 00 00 04be 0007 8000 0000 000001"],
  ])("%s where there is to be one: the TLV stays raw", (_, hex) => {
    const [tlv] = read(hex).tlvs!;
    const inner = tlv !== undefined && "subTlvs" in tlv ? tlv.subTlvs[0] : tlv;
    expect(inner?.name).toBe("raw");
    expect(write(tlv!)).toBe(hex.replaceAll(" ", ""));
  });

  test("an attribute without TLVs says nothing, and nothing is wrong with it", () => {
    expect(read("")).toEqual({ tlvs: [], issues: [] });
  });

  test.each([
    ["a TLV that is longer than what is left", "0400 0002 80"],
    ["three octets of a TLV", "0400 0001 80 0400 00"],
    ["a sub-TLV in a sub-TLV that is longer than what is left", "0494 000a 00000000 0462 0009 0000"],
    [
      "a sub-TLV that is longer than what is left",
      "0452 001a 0039 80 00 00 00 fc000000000000000000000000000001 04e4 0004",
    ],
    ["a SID/Label that is longer than what is left", "040a 000b 00 00 000001 0489 0004 000000"],
  ])("%s makes the attribute malformed", (_, hex) => {
    expect(read(hex)).toEqual({ tlvs: null, issues: ["bgp-ls-tlv"] });
  });
});

describe("what has no number in JSON", () => {
  test.each(["7f800000", "ff800000", "7fc00001", "ffffffff", "80000000"])(
    "a bandwidth 0x%s is its digits",
    (digits) => {
      const { tlvs } = read(`0441 0004 ${digits}`);
      expect(tlvs).toEqual([{ name: "maximumLinkBandwidth", type: 1089, value: digits }]);
      expect(write(...tlvs!)).toBe(`04410004${digits}`);
    },
  );

  test("a number is rounded to single precision", () => {
    expect(write({ name: "maximumLinkBandwidth", type: 1089, value: 0.1 })).toBe("044100043dcccccd");
  });
});

test("names", () => {
  expect(BgpLsTlvType.nodeName).toBe(1026);
  expect(bgpLsTlvName(1026)).toBe("nodeName");
  expect(bgpLsTlvName(515)).toBe("igpRouterId");
  expect(bgpLsTlvName(1110)).toBe("TLV 1110");
  expect(linkStateProtocolName(LinkStateProtocol.IsIsLevel2)).toBe("ISIS-L2");
  expect(linkStateProtocolName(200)).toBe("Protocol-200");
  const { tlvs } = read("0402 0001 61 0402 0001 62");
  expect(tlvNamed(tlvs!, "nodeName")?.value).toBe("a");
  expect(tlvNamed(tlvs!, "linkName")).toBeUndefined();
});

describe("what does not fit is refused", () => {
  it.each<readonly [BgpLsTlv, string]>([
    [{ name: "nodeFlagBits", type: 1024, value: 256 }, "256 does not fit a field of 0 to 255"],
    [{ name: "nodeName", type: 1027 as 1026, value: "a" }, 'bgpLs: there is no "nodeName" with type 1027'],
    [
      { name: "ipv4RouterIdOfLocalNode", type: 1028, value: "1.2.3" },
      'ipv4RouterIdOfLocalNode: "1.2.3" is no IPv4 address',
    ],
    [{ name: "isisAreaIdentifier", type: 1027, value: "49.x" }, 'isisAreaIdentifier: "49.x" is no area address'],
    [{ name: "maximumLinkBandwidth", type: 1089, value: 1e39 }, "maximumLinkBandwidth: 1e+39 is no number of 32 bits"],
    [
      { name: "maximumLinkBandwidth", type: 1089, value: "7f80" },
      'maximumLinkBandwidth: "7f80" is not 8 hexadecimal digits',
    ],
    [
      { name: "igpExtendedRouteTag", type: 1154, value: ["-1"] },
      'igpExtendedRouteTag: "-1" is no whole number below 2^64',
    ],
    [{ name: "opaqueNodeAttribute", type: 1025, value: "0" }, 'opaqueNodeAttribute: "0" is not hexadecimal'],
    [
      { name: "multiTopologyIdentifier", type: 263, topologies: [{ mtId: 4096 }] },
      "topologies: MT-ID 4096 with flags 0 does not fit 12 and 4 bits",
    ],
    [
      { name: "igpMetric", type: 1095, metric: 1, octets: 5 as 4 },
      "igpMetric: a metric of 5 octets is not 1 to 4 octets",
    ],
    [
      { name: "adjacencySid", type: 1099, flags: 0, weight: 0, sid: { label: 0x10_0000 } },
      "sid: label 1048576 with bits 0 does not fit 20 and 4 bits",
    ],
    [
      { name: "unidirectionalLinkDelay", type: 1114, anomalous: true, value: 1, reserved: 128 },
      "reserved: 128 does not fit 7 bits",
    ],
    [
      {
        name: "lanAdjacencySid",
        type: 1100,
        flags: 0,
        weight: 0,
        neighborId: "r1",
        sid: { index: 1 },
      },
      'neighborId: "r1" is no identifier of a router',
    ],
    [
      {
        name: "applicationSpecificLinkAttributes",
        type: 1122,
        standardApplicationBitMask: "10",
        userDefinedApplicationBitMask: "",
        subTlvs: [],
      },
      'standardApplicationBitMask: "10" is not the digits of 0, 4 or 8 octets',
    ],
    [
      { name: "srBindingSid", type: 1201, flags: 0x8000, bindingSid: { label: 1 }, specifiedBindingSid: "::" },
      "bindingSid: a label where there is to be a SID of SRv6",
    ],
    [
      { name: "srBindingSid", type: 1201, flags: 0, bindingSid: { label: 1 }, specifiedBindingSid: "::" },
      "specifiedBindingSid: no label",
    ],
    [
      { name: "srBindingSid", type: 1201, flags: 0, bindingSid: { label: -1 }, specifiedBindingSid: { label: 1 } },
      "bindingSid: label -1 with bits 0 does not fit 20 and 12 bits",
    ],
    [
      {
        name: "srSegmentList",
        type: 1205,
        flags: 0,
        mtId: 0,
        algorithm: 0,
        weight: 0,
        subTlvs: [{ name: "srSegment", type: 1206, segmentType: 12, flags: 0, sid: "::", subTlvs: [] }],
      },
      "segmentType: there is no segment type 12",
    ],
    [
      {
        name: "srCandidatePathConstraints",
        type: 1204,
        flags: 0,
        mtId: 0,
        algorithm: 0,
        subTlvs: [
          {
            name: "srBidirectionalGroupConstraint",
            type: 1214,
            flags: 0,
            bidirectionalGroupIdentifier: "00000001",
          },
        ],
      },
      "bidirectionalGroupIdentifier: four octets are a number",
    ],
  ])("%o", (tlv, message) => {
    expect(() => write(tlv)).toThrow(message);
  });
});
