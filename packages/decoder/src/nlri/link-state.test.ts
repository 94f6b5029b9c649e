// Link-State NLRI octet by octet, as text, and what RFC 9552 asks for when one is not as it is to be.
import { describe, expect, it, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import {
  createContext,
  decodeUpdate,
  encodeAttribute,
  formatNlri,
  LinkStateNlriType,
  LinkStateProtocol,
  mpReachNlri,
  mpUnreachNlri,
  parseNlri,
  type ContextOptions,
  type LinkStateNlri,
  type PathAttribute,
  type RawNlri,
} from "@bgpwire/decoder";

const FAMILY = { afi: 16388, safi: 71 };

function octets(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(" ", ""))!;
}

/** The routes of an MP_UNREACH_NLRI alone in its message, and the names of issues. */
function read(
  hex: string,
  options: ContextOptions = {},
  safi: number = 71,
): {
  nlri: readonly (LinkStateNlri | RawNlri)[];
  issues: string[];
  action: string;
} {
  const value = [0x40, 0x04, safi, ...octets(hex)];
  const attribute = [0x90, 15, value.length >> 8, value.length & 0xff, ...value];
  const body = Uint8Array.from([0, 0, attribute.length >> 8, attribute.length & 0xff, ...attribute]);
  const { update, issues, action } = decodeUpdate(body, createContext(options));
  const first = update.attributes[0]!;
  if (first.name !== "mpUnreachNlri" || first.kind !== "linkState") throw new Error(first.name);
  return { nlri: first.nlri, issues: issues.map((issue) => issue.name), action };
}

function write(nlri: LinkStateNlri): string {
  const attribute = encodeAttribute(mpUnreachNlri("linkState", FAMILY, [nlri]), createContext());
  return toHex(attribute.subarray((attribute[0]! & 0x10) === 0 ? 6 : 7));
}

/** An MP_REACH_NLRI of BGP-LS in a VPN alone in its message. */
function readVpn(value: string): { attribute: PathAttribute; issues: string[]; action: string } {
  const list = octets(value);
  const attribute = [0x80, 14, list.length, ...list];
  const body = Uint8Array.from([0, 0, 0, attribute.length, ...attribute]);
  const { update, issues, action } = decodeUpdate(body, createContext());
  return { attribute: update.attributes[0]!, issues: issues.map((issue) => issue.name), action };
}

const LOCAL = { name: "localNodeDescriptors", type: 256 } as const;
const REMOTE = { name: "remoteNodeDescriptors", type: 257 } as const;

/** What the documents have as examples or figures: octets, object, text. */
const EXAMPLES: readonly (readonly [what: string, hex: string, nlri: LinkStateNlri, text: string])[] = [
  [
    "RFC 9552 section 5.10: the link from an IS-IS node to the pseudonode of its LAN",
    "0002 0026 02 0000000000000000 0100 000a 0203 0006 192000002001 0101 000b 0203 0007 19200000200102",
    {
      name: "link",
      nlriType: LinkStateNlriType.link,
      protocolId: LinkStateProtocol.IsIsLevel2,
      identifier: "0",
      descriptors: [
        { ...LOCAL, descriptors: [{ name: "igpRouterId", type: 515, value: "1920.0000.2001" }] },
        { ...REMOTE, descriptors: [{ name: "igpRouterId", type: 515, value: "1920.0000.2001.02" }] },
      ],
    },
    "LINK { Local { IGP:1920.0000.2001 } Remote { IGP:1920.0000.2001.02 } ISIS-L2:0 }",
  ],
  [
    "RFC 9552 section 5.11: the link from an OSPF pseudonode to a node",
    "0002 0035 03 0000000000000007 0100 0014 0202 0004 00000000 0203 0008 c0000201c6336401 0101 0010 0202 0004 00000000 0203 0004 c0000202",
    {
      name: "link",
      nlriType: 2,
      protocolId: LinkStateProtocol.OspfV2,
      identifier: "7",
      descriptors: [
        {
          ...LOCAL,
          descriptors: [
            { name: "ospfAreaId", type: 514, value: "0.0.0.0" },
            { name: "igpRouterId", type: 515, value: "192.0.2.1:198.51.100.1" },
          ],
        },
        {
          ...REMOTE,
          descriptors: [
            { name: "ospfAreaId", type: 514, value: "0.0.0.0" },
            { name: "igpRouterId", type: 515, value: "192.0.2.2" },
          ],
        },
      ],
    },
    "LINK { Local { Area:0.0.0.0 IGP:192.0.2.1:198.51.100.1 } Remote { Area:0.0.0.0 IGP:192.0.2.2 } OSPFv2:7 }",
  ],
  [
    "RFC 9552 figure 7, with the largest identifier",
    "0001 0015 05 ffffffffffffffff 0100 0008 0200 0004 0000fde8",
    {
      name: "node",
      nlriType: 1,
      protocolId: LinkStateProtocol.StaticConfiguration,
      identifier: "18446744073709551615",
      descriptors: [{ ...LOCAL, descriptors: [{ name: "autonomousSystem", type: 512, value: 65000 }] }],
    },
    "NODE { Local { AS:65000 } Static:18446744073709551615 }",
  ],
  [
    "RFC 9552 figures 9, 13 and 14: a prefix of 30 bits",
    "0003 0021 03 0000000000000000 0100 0000 0107 0002 0002 0108 0001 01 0109 0005 1e cb007104",
    {
      name: "ipv4TopologyPrefix",
      nlriType: 3,
      protocolId: 3,
      identifier: "0",
      descriptors: [
        { ...LOCAL, descriptors: [] },
        { name: "multiTopologyIdentifier", type: 263, topologies: [{ mtId: 2 }] },
        { name: "ospfRouteType", type: 264, value: 1 },
        { name: "ipReachabilityInformation", type: 265, value: "203.0.113.4/30" },
      ],
    },
    "IPV4-PREFIX { Local { } MT:2 Route-Type:1 Prefix:203.0.113.4/30 OSPFv2:0 }",
  ],
  [
    "RFC 9552 figure 9 for IPv6: a prefix of 33 bits, with a bit behind them",
    "0004 0013 06 0000000000000000 0109 0006 21 20010db8c0",
    {
      name: "ipv6TopologyPrefix",
      nlriType: 4,
      protocolId: LinkStateProtocol.OspfV3,
      identifier: "0",
      descriptors: [{ name: "ipReachabilityInformation", type: 265, value: "2001:db8:c000::/33" }],
    },
    "IPV6-PREFIX { Prefix:2001:db8:c000::/33 OSPFv3:0 }",
  ],
  [
    "RFC 9086 section 4, RFC 9857 section 4: a candidate path of a policy to an address of IPv6",
    "0005 0045 09 0000000000000000 0100 0010 0204 0004 c0000201 0205 0004 0000fde9 022a 0024 02 80 0000 20010db8000000000000000000000001 00000064 0000fde8 c0000201 00000001",
    {
      name: "srPolicyCandidatePath",
      nlriType: 5,
      protocolId: LinkStateProtocol.SegmentRouting,
      identifier: "0",
      descriptors: [
        {
          ...LOCAL,
          descriptors: [
            { name: "bgpRouterId", type: 516, value: "192.0.2.1" },
            { name: "bgpConfederationMember", type: 517, value: 65001 },
          ],
        },
        {
          name: "srPolicyCandidatePathDescriptor",
          type: 554,
          protocolOrigin: 2,
          endpoint: "2001:db8::1",
          color: 100,
          originatorAsn: 65000,
          originatorAddress: "192.0.2.1",
          discriminator: 1,
        },
      ],
    },
    "SR-POLICY { Local { BGP:192.0.2.1 Member:65001 } Policy:2/2001:db8::1/100/65000/192.0.2.1/1 SR:0 }",
  ],
  [
    "RFC 9514 figures 5 and 6",
    "0006 001d 01 0000000000000000 0206 0010 fc000000000000000000000000000001",
    {
      name: "srv6Sid",
      nlriType: 6,
      protocolId: LinkStateProtocol.IsIsLevel1,
      identifier: "0",
      descriptors: [{ name: "srv6SidInformation", type: 518, value: "fc00::1" }],
    },
    "SRV6-SID { SID:fc00::1 ISIS-L1:0 }",
  ],
  [
    "draft-ietf-idr-bgpls-inter-as-topology-ext",
    "0007 0025 c8 0000000000000000 0102 0008 00000010 00000000 010e 0004 0000fdea 010f 0004 c0000202",
    {
      name: "interAsLink",
      nlriType: 7,
      protocolId: 200,
      identifier: "0",
      descriptors: [
        { name: "linkLocalRemoteIdentifiers", type: 258, local: 16, remote: 0 },
        { name: "remoteAsNumber", type: 270, value: 65002 },
        { name: "ipv4RemoteAsbrId", type: 271, value: "192.0.2.2" },
      ],
    },
    "INTER-AS-LINK { Link:16/0 Remote-AS:65002 Remote-ASBR-IPv4:192.0.2.2 Protocol-200:0 }",
  ],
];

describe("NLRI as the documents draw them", () => {
  it.each(EXAMPLES)("%s", (_, hex, nlri, text) => {
    expect(read(hex)).toEqual({ nlri: [nlri], issues: [], action: "none" });
    expect(write(nlri)).toBe(hex.replaceAll(" ", ""));
    expect(formatNlri("linkState", nlri)).toBe(text);
    expect(parseNlri("linkState", text)).toEqual(nlri);
  });
});

describe("what is no error", () => {
  test("RFC 9552 section 5.2: unknown types are opaque, those of private use with their enterprise code", () => {
    const { nlri, issues } = read("0008 0001 00 fde8 0004 00000009");
    expect(issues).toEqual([]);
    expect(nlri).toEqual([
      { name: "raw", value: octets("0008000100") },
      { name: "raw", value: octets("fde8000400000009") },
    ]);
  });

  test("RFC 9552 section 8.2.2: a mandatory TLV that is missing, unknown ones, and odd lengths", () => {
    const { nlri, issues } = read("0001 0016 02 0000000000000000 0109 0001 08 ff01 0000 ffff 0000");
    expect(issues).toEqual([]);
    expect(nlri[0]).toMatchObject({
      descriptors: [
        { name: "raw", type: 265 },
        { name: "raw", type: 0xff01 },
        { name: "raw", type: 0xffff },
      ],
    });
  });
});

/** What is wrong with a link of three descriptors. */
function three(a: string, b: string, c: string): string[] {
  const length = toHex(Uint8Array.of(9 + octets(a + b + c).length));
  return read(`0002 00${length} 02 0000000000000000 ${a} ${b} ${c}`).issues;
}

describe("RFC 9552 section 8.2.2: a malformed NLRI is discarded alone", () => {
  const good = "0001 0009 02 0000000000000000";
  test.each([
    ["link-state-tlv", "0001 000d 02 0000000000000000 0100 0001"],
    ["link-state-tlv", "0001 0008 02 00000000000000"],
    ["link-state-tlv", "0001 0012 02 0000000000000000 0100 0005 0200 0004 00"],
    ["link-state-order", "0002 0011 02 0000000000000000 0101 0000 0100 0000"],
    ["link-state-order", "0001 0019 02 0000000000000000 0100 000c 0202 0004 00000000 0200 0000"],
    ["link-state-duplicate", "0001 0015 02 0000000000000000 0100 0008 0203 0000 0203 0000"],
  ])("%s: %s", (rule, hex) => {
    const { nlri, issues, action } = read(`${good} ${hex} ${good}`);
    expect(issues).toEqual([rule]);
    expect(action).toBe("discard");
    expect(nlri[1]).toEqual({ name: "raw", value: octets(hex), malformed: true });
    expect([nlri[0]!.name, nlri[2]!.name]).toEqual(["node", "node"]);
  });

  test("section 5.1: of the same type the shorter one is first, then the one with the lesser value", () => {
    const [short, low, high] = ["0103 0001 ff", "0103 0002 0102", "0103 0002 0103"] as const;
    expect(three(short, low, high)).toEqual([]);
    expect(three(low, low, high)).toEqual([]);
    expect(three(low, short, high)).toEqual(["link-state-order"]);
    expect(three(short, high, low)).toEqual(["link-state-order"]);
  });

  test("who is no propagator can read one without order: where the rule has no consequence, it is an object", () => {
    const hex = "0002 0011 02 0000000000000000 0101 0000 0100 0000";
    const { nlri, issues } = read(hex, { overrides: { "link-state-order": "none" } });
    expect(issues).toEqual(["link-state-order"]);
    expect(nlri[0]).toMatchObject({ name: "link", descriptors: [{ type: 257 }, { type: 256 }] });
    expect(write(nlri[0] as LinkStateNlri)).toBe(hex.replaceAll(" ", ""));
  });
});

test("RFC 9815 section 7.1: a malformed Address Family Link Descriptor withdraws, in BGP-LS-SPF alone", () => {
  const hex = "0002 000e 04 0000000000000000 04a1 0001 ff";
  expect(read(hex, {}, 71).issues).toEqual([]);
  expect(read(hex, {}, 80).issues).toEqual(["link-state-address-family"]);
  expect(read("0002 000e 04 0000000000000000 04a1 0001 02", {}, 80).issues).toEqual([]);
});

describe("text", () => {
  test("what no word is made for is octets", () => {
    const nlri: LinkStateNlri = {
      name: "link",
      nlriType: 2,
      protocolId: 4,
      identifier: "0",
      descriptors: [
        { name: "multiTopologyIdentifier", type: 263, topologies: [{ mtId: 1, flags: 1 }] },
        { name: "raw", type: 9999, value: Uint8Array.of(1) },
      ],
    };
    const text = "LINK { TLV263:0x1001 TLV9999:0x01 Direct:0 }";
    expect(formatNlri("linkState", nlri)).toBe(text);
    expect(parseNlri("linkState", text)).toEqual(nlri);
  });

  test.each([
    "NODE",
    "NODE { }",
    "NODE { ISIS-L2:18446744073709551616 }",
    "NODE { ISIS-L3:0 }",
    "NODE { Protocol-2:0 }",
    "NODE { Protocol-256:0 }",
    "HOST { ISIS-L2:0 }",
    "NODE { Local { AS:1 ISIS-L2:0 }",
    "NODE { Local AS:1 } ISIS-L2:0 }",
    "NODE { Local { Local { } } ISIS-L2:0 }",
    "NODE { Local { AS:4294967296 } ISIS-L2:0 }",
    "NODE { Local { IGP:1920.0000 } ISIS-L2:0 }",
    "NODE { AS:1 ISIS-L2:0 }",
    "NODE { constructor:1 ISIS-L2:0 }",
    "LINK { Link:1 ISIS-L2:0 }",
    "LINK { Link:1/2/3 ISIS-L2:0 }",
    "LINK { MT:4096 ISIS-L2:0 }",
    "SR-POLICY { Policy:2/192.0.2.1/100/65000/192.0.2.1 SR:0 }",
    "SR-POLICY { Policy:2/192.0.2/100/65000/192.0.2.1/1 SR:0 }",
    "SR-POLICY { Policy:256/192.0.2.1/100/65000/192.0.2.1/1 SR:0 }",
    "LINK { IPv4:2001:db8::1 ISIS-L2:0 }",
    "NODE { Local { Link:1/2 } ISIS-L2:0 }",
    "NODE { Local { MT:2 } ISIS-L2:0 }",
    "LINK { TLV70000:0x ISIS-L2:0 }",
    "LINK { TLV9999:12 ISIS-L2:0 }",
    "LINK { TLV256:0x0200 ISIS-L2:0 }",
  ])("%s is none", (text) => {
    expect(parseNlri("linkState", text)).toBeNull();
  });
});

test("a name with another number is refused", () => {
  const nlri = { ...EXAMPLES[0]![2], nlriType: 1 } as unknown as LinkStateNlri;
  expect(() => write(nlri)).toThrow('nlriType: there is no "link" with NLRI type 1');
});

describe("RFC 9552 section 5.2, figure 6: BGP-LS in a VPN has a route distinguisher in front", () => {
  const FAMILY_VPN = { afi: 16388, safi: 72 };
  const HEX = "0001 001d 0000fde800000064 05 0000000000000007 0100 0008 0200 0004 0000fde8";
  const NLRI = {
    name: "node",
    nlriType: 1,
    routeDistinguisher: "65000:100",
    protocolId: 5,
    identifier: "7",
    descriptors: [{ ...LOCAL, descriptors: [{ name: "autonomousSystem", type: 512, value: 65000 }] }],
  } as const;

  test.each([
    ["IPv4", "0c 0000000000000000 c0000201", { nextHop: "192.0.2.1" }],
    ["IPv6", "18 0000000000000000 20010db8000000000000000000000001", { nextHop: "2001:db8::1" }],
    [
      "IPv6 with a link-local one, and distinguishers that are not zero",
      `30 0000000100000002 20010db8000000000000000000000001 0000000300000004 fe80000000000000 0000000000000001`,
      {
        nextHop: "2001:db8::1",
        nextHopRouteDistinguisher: "1:2",
        linkLocalNextHop: "fe80::1",
        linkLocalNextHopRouteDistinguisher: "3:4",
      },
    ],
  ])("section 5.5: next hop %s", (_what, hop, expected) => {
    const { attribute } = readVpn(`4004 48 ${hop} 00 ${HEX}`);
    expect(attribute).toMatchObject({ kind: "vpnLinkState", ...expected, nlri: [NLRI] });
    const again = mpReachNlri("vpnLinkState", FAMILY_VPN, expected, [NLRI]);
    expect(toHex(encodeAttribute(again, createContext())).slice(6)).toBe(`400448${hop}00${HEX}`.replaceAll(" ", ""));
  });

  test("a next hop without one is of no length that this family has", () => {
    expect(readVpn(`4004 48 04 c0000201 00 ${HEX}`).issues).toContain("mp-reach-next-hop");
  });

  test("as text", () => {
    const text = "65000:100 NODE { Local { AS:65000 } Static:7 }";
    expect(formatNlri("vpnLinkState", NLRI)).toBe(text);
    expect(parseNlri("vpnLinkState", text)).toEqual(NLRI);
    expect(parseNlri("vpnLinkState", text.slice(10))).toBeNull();
    expect(parseNlri("linkState", text)).toBeNull();
  });

  test("section 8.2.2: descriptors out of order discard the NLRI", () => {
    const hex = "0001 0025 0000fde800000064 05 0000000000000007 0100 0010 0202 0004 00000000 0200 0004 0000fde8";
    const { attribute, issues } = readVpn(`4004 48 0c 0000000000000000 c0000201 00 ${hex}`);
    expect(issues).toContain("link-state-order");
    expect(attribute).toMatchObject({ nlri: [{ name: "raw", value: octets(hex), malformed: true }] });
  });

  test("and so does a distinguisher that does not fit", () => {
    const { attribute, issues } = readVpn("4004 48 0c 0000000000000000 c0000201 00 0001 0004 0000fde8");
    expect(issues).toContain("link-state-tlv");
    expect(attribute).toMatchObject({ nlri: [{ name: "raw", malformed: true }] });
  });
});
