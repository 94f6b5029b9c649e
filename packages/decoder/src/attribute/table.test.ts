// Path attributes octet by octet after their documents: object to wire and wire to object.
import { fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import type { ContextOptions } from "../context.ts";
import { createContext } from "../standard.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute, encodeUpdate } from "../update/encode.ts";
import type { PathAttribute } from "../update/model.ts";
import { aggregator, as4Aggregator } from "./aggregator.ts";
import { aigp } from "./aigp.ts";
import { asPath } from "./as-path.ts";
import { asPathlimit } from "./as-pathlimit.ts";
import { as4Path } from "./as4-path.ts";
import { atomicAggregate } from "./atomic-aggregate.ts";
import { attrSet } from "./attr-set.ts";
import { bfdDiscriminator } from "./bfd-discriminator.ts";
import { bgpLs } from "./bgp-ls.ts";
import { bgpsecPath } from "./bgpsec-path.ts";
import { bier } from "./bier.ts";
import { clusterList } from "./cluster-list.ts";
import { communities } from "./communities.ts";
import { communityContainer } from "./community-container.ts";
import { connector } from "./connector.ts";
import { domainPath } from "./domain-path.ts";
import { entropyLabelCapability } from "./entropy-label-capability.ts";
import { extendedCommunities } from "./extended-communities.ts";
import { ipv6ExtendedCommunities } from "./ipv6-extended-communities.ts";
import { largeCommunities } from "./large-communities.ts";
import { localPref } from "./local-pref.ts";
import { mpReachNlri } from "./mp-reach-nlri.ts";
import { mpUnreachNlri } from "./mp-unreach-nlri.ts";
import { multiExitDisc } from "./multi-exit-disc.ts";
import { nextHop } from "./next-hop.ts";
import { nextHopCharacteristics } from "./next-hop-characteristics.ts";
import { onlyToCustomer } from "./only-to-customer.ts";
import { origin } from "./origin.ts";
import { originatorId } from "./originator-id.ts";
import { peDistinguisherLabels } from "./pe-distinguisher-labels.ts";
import { pmsiTunnel } from "./pmsi-tunnel.ts";
import { prefixSid } from "./prefix-sid.ts";
import { AttributeFlag } from "./row.ts";
import { sfp } from "./sfp.ts";
import { ATTRIBUTES } from "./table.ts";
import { trafficEngineering } from "./traffic-engineering.ts";
import { tunnelEncapsulation } from "./tunnel-encapsulation.ts";

const OLD: ContextOptions = { fourOctetAs: false };
const ADD_PATH: ContextOptions = { addPath: [{ afi: 2, safi: 1 }] };
const IPV6 = { afi: 2, safi: 1 };
const GLOBAL = "20010db8000000000000000000000001";
/** A Subject Key Identifier. */
const SKI = "0123456789abcdef0123456789abcdef01234567";
const LINK_LOCAL = "fe800000000000000000000000000001";

type Format = readonly [document: string, hex: string, attribute: PathAttribute, options?: ContextOptions];

// prettier-ignore
const FORMATS: readonly Format[] = [
  ["RFC 4271 section 4.3 a: IGP", "40010100", origin("igp")],
  ["RFC 4271 section 4.3 a: EGP", "40010101", origin("egp")],
  ["RFC 4271 section 4.3 a: INCOMPLETE", "40010102", origin("incomplete")],
  ["RFC 4271 section 4.3 b: AS_SEQUENCE", "4002060202fde9fdea", asPath("65001 65002"), OLD],
  ["RFC 4271 section 4.3 b: AS_SET", "4002080201fde90101fdea", asPath("65001 {65002}"), OLD],
  ["RFC 4271 section 5.1.2: the empty path", "400200", asPath("")],
  ["RFC 6793 section 3: four octets per AS", "40020a02020000fde900011170", asPath([65001, 70000])],
  ["RFC 5065 section 3: AS_CONFED_SEQUENCE and AS_CONFED_SET", "40020c03010000fde904010000fdea", asPath("(65001) [65002]")],
  ["RFC 4271 section 4.3 c", "400304c0000201", nextHop("192.0.2.1")],
  ["RFC 4271 section 4.3 d", "800404ffffffff", multiExitDisc(4294967295)],
  ["RFC 4271 section 4.3 e", "40050400000064", localPref(100)],
  ["RFC 4271 section 4.3 f", "400600", atomicAggregate()],
  ["RFC 4271 section 4.3 g", "c00706fde9c0000201", aggregator(65001, "192.0.2.1"), OLD],
  ["RFC 6793 section 3: AGGREGATOR with four octets", "c0070800011170c0000201", aggregator(70000, "192.0.2.1")],
  ["RFC 1997", "c00808fde80064ffffff01", communities(["65000:100", "NO_EXPORT"])],
  ["RFC 4456 section 8: ORIGINATOR_ID", "800904c0000201", originatorId("192.0.2.1")],
  ["RFC 4456 section 8: CLUSTER_LIST", "800a08c0000201c0000202", clusterList(["192.0.2.1", "192.0.2.2"])],
  ["RFC 4760 section 3", `800e1c00020110${GLOBAL}003020010db80001`, mpReachNlri("prefix", IPV6, "2001:db8::1", [{ prefix: "2001:db8:1::/48" }])],
  ["RFC 2545 section 3: two next hops", `800e2500020120${GLOBAL}${LINK_LOCAL}00`, mpReachNlri("prefix", IPV6, { nextHop: "2001:db8::1", linkLocalNextHop: "fe80::1" }, [])],
  ["RFC 4760 section 3: IPv4 multicast", "800e0d00010204c00002010018cb0071", mpReachNlri("prefix", { afi: 1, safi: 2 }, "192.0.2.1", [{ prefix: "203.0.113.0/24" }])],
  ["RFC 8950 section 3: IPv6 next hop of IPv4", `800e1900010110${GLOBAL}0018cb0071`, mpReachNlri("prefix", { afi: 1, safi: 1 }, "2001:db8::1", [{ prefix: "203.0.113.0/24" }])],
  ["RFC 7911 section 3", `800e2000020110${GLOBAL}00000000073020010db80001`, mpReachNlri("prefix", IPV6, "2001:db8::1", [{ prefix: "2001:db8:1::/48", pathId: 7 }]), ADD_PATH],
  ["RFC 4760 section 4", "800f080002012020010db8", mpUnreachNlri("prefix", IPV6, [{ prefix: "2001:db8::/32" }])],
  ["RFC 4724 section 2: End-of-RIB", "800f03000201", mpUnreachNlri("prefix", IPV6, [])],
  ["RFC 4360 section 4: two-octet AS", "c010080002fde800000064", extendedCommunities(["target:65000:100"])],
  ["RFC 4360 section 4: IPv4 address", "c010080102c00002010064", extendedCommunities(["target:192.0.2.1:100"])],
  ["RFC 5668 section 2: four-octet AS", "c010080202000111700064", extendedCommunities(["target:70000:100"])],
  ["RFC 5668 section 2: an AS that would fit into two", "c0100802020000fde80064", extendedCommunities(["target:65000L:100"])],
  ["RFC 4360 section 5", "c010080003fde800000064", extendedCommunities(["origin:65000:100"])],
  ["RFC 4360 section 3.3: one that is none of these", "c01008030f000000000008", extendedCommunities(["0x030f000000000008"])],
  ["RFC 6793 section 3: AS4_PATH", "c01106020100011170", as4Path([70000]), OLD],
  ["RFC 6793 section 3: AS4_AGGREGATOR", "c0120800011170c0000201", as4Aggregator(70000, "192.0.2.1"), OLD],
  ["RFC 6514 section 5", "c016090006000100c0000201", pmsiTunnel({ name: "ingressReplication", type: 6, tunnelEndpoint: "192.0.2.1" }, 16 << 4)],
  ["RFC 9012 section 2", "c0170c000700080606000000000000", tunnelEncapsulation([{ tunnelType: 7, subTlvs: [{ name: "tunnelEgressEndpoint", type: 6, address: null }] }])],
  ["RFC 9552 section 5.3", "801d06040200027231", bgpLs([{ name: "nodeName", type: 1026, value: "r1" }])],
  ["RFC 9015 section 3.2.1", "c02509020006ff0300020029", sfp([{ name: "hop", type: 2, serviceIndex: 255, subTlvs: [{ name: "sft", type: 3, serviceFunctionType: 41, sfirRdList: [] }] }])],
  ["draft-ietf-idr-nhc section 2.1", "c0270c00010404c000020100010000", nextHopCharacteristics({ afi: 1, safi: 4 }, "192.0.2.1", [{ name: "entropyLabel", type: 1 }])],
  ["RFC 9793 section 3", "c029080001000407000100", bier([{ name: "bier", type: 1, subDomain: 7, bfrId: 1, subTlvs: [] }])],
  ["RFC 8669 section 3.1", "c0280a01000700000000000309", prefixSid([{ name: "labelIndex", type: 1, labelIndex: 777 }])],
  ["RFC 6037 section 5.2.1", "c014060001c0000201", connector("192.0.2.1")],
  ["RFC 6037 section 5.2.1: with a route distinguisher, as routers of Cisco send it", "c0140e0001000058d6000035e4c0000201", { name: "connector", code: 20, type: 1, routeDistinguisher: "22742:13796", value: "192.0.2.1" }],
  ["RFC 6037 section 5.2.1: a type that is not known", "c014030002ff", { name: "connector", code: 20, type: 2, value: "ff" }],
  ["draft-ietf-idr-as-pathlimit", "c015050300011170", asPathlimit(3, 70000)],
  ["RFC 7311 section 3", "801a0b01000b0000000000000064", aigp("100")],
  ["RFC 7311 section 3: the first AIGP TLV counts, and others are passed along", "801a1a0200040101000bfffffffffffffffe01000b0000000000000001", { name: "aigp", code: 26, tlvs: [{ name: "raw", type: 2, value: Uint8Array.of(1) }, { name: "aigp", type: 1, metric: "18446744073709551614" }, { name: "aigp", type: 1, metric: "1" }] }],
  ["RFC 6514 section 8: IPv4", "c01b0ec0000201000640c0000202000651", peDistinguisherLabels([{ peAddress: "192.0.2.1", label: 100 }, { peAddress: "192.0.2.2", label: 101, reserved: 1 }])],
  ["RFC 6514 section 8: IPv6", `c01b13${GLOBAL}fffff0`, peDistinguisherLabels([{ peAddress: "2001:db8::1", label: 1048575 }])],
  ["RFC 6790 section 5.2", "c01c00", entropyLabelCapability()],
  ["RFC 7447 section 2: with something in it all the same", "c01c020102", { name: "entropyLabelCapability", code: 28, value: "0102" }],
  ["RFC 8205 section 3", `802140000e03800000fdea010000011170003201${SKI}0003aabbcc${SKI}0000`, bgpsecPath([{ pCount: 3, confedSegment: true, as: 65002 }, { pCount: 1, confedSegment: false, as: 70000 }], [{ algorithmSuite: 1, signatures: [{ subjectKeyIdentifier: SKI, signature: "aabbcc" }, { subjectKeyIdentifier: SKI, signature: "" }] }])],
  ["RFC 8205 section 3.1: unassigned flags, and two Signature_Blocks", `80213a0008017f0000fdea001901${SKI}0000001902${SKI}0000`, bgpsecPath([{ pCount: 1, confedSegment: false, reserved: 0x7f, as: 65002 }], [{ algorithmSuite: 1, signatures: [{ subjectKeyIdentifier: SKI, signature: "" }] }, { algorithmSuite: 2, signatures: [{ subjectKeyIdentifier: SKI, signature: "" }] }])],
  ["RFC 9234 section 5", "c023040000fde9", onlyToCustomer(65001)],
  ["RFC 10039 section 4", "c02417020000000a0002800000000b000346010000000c000400", domainPath([[{ globalAdministrator: 10, localAdministrator: 2, isfSafiType: 128 }, { globalAdministrator: 11, localAdministrator: 3, isfSafiType: 70 }], [{ globalAdministrator: 12, localAdministrator: 4, isfSafiType: 0 }]])],
  ["RFC 9026 section 3.1.6", "c0260b01000000070104c0000201", bfdDiscriminator(7, "192.0.2.1")],
  ["RFC 9026 section 3.1.6: IPv6, and a TLV that is not known", `c0261a01000000070110${GLOBAL}020100`, { ...bfdDiscriminator(7, "2001:db8::1"), tlvs: [{ name: "sourceIpAddress", type: 1, address: "2001:db8::1" }, { name: "raw", type: 2, value: Uint8Array.of(0) }] }],
  ["RFC 5543, RFC 5307 section 1.2: packets", `80182a01010000${"3f800000".repeat(8)}3f00000005dc`, trafficEngineering([{ switchingCapability: 1, encoding: 1, maxLspBandwidth: [1, 1, 1, 1, 1, 1, 1, 1], minimumLspBandwidth: 0.5, interfaceMtu: 1500 }])],
  ["RFC 5543, RFC 5307 section 1.2: time slots, then wavelengths", `80184d64050001${"00000000".repeat(7)}7f8000003f8000000196080000${"00000000".repeat(8)}`, trafficEngineering([{ switchingCapability: 100, encoding: 5, reserved: 1, maxLspBandwidth: [0, 0, 0, 0, 0, 0, 0, "7f800000"], minimumLspBandwidth: 1, indication: 1 }, { switchingCapability: 150, encoding: 8, maxLspBandwidth: [0, 0, 0, 0, 0, 0, 0, 0] }])],
  ["RFC 5543: something else behind", `801827c8010000${"00000000".repeat(8)}010203`, trafficEngineering([{ switchingCapability: 200, encoding: 1, maxLspBandwidth: [0, 0, 0, 0, 0, 0, 0, 0], rest: "010203" }])],
  ["RFC 5701 section 2", `c019140002${GLOBAL}0064`, ipv6ExtendedCommunities(["target:[2001:db8::1]:100"])],
  ["draft-ietf-idr-wide-bgp-communities section 3.1", "c02206000202000006", communityContainer([{ name: "raw", type: 2, transitive: true, confederation: false, value: new Uint8Array(0) }])],
  ["RFC 6368 section 5: LOCAL_PREF from an AS that this session leads out of", "c080180000fde94001010040020602010001117040050400000064", attrSet(65001, [origin("igp"), asPath([70000]), localPref(100)]), { session: "ebgp" }],
  ["RFC 6368 section 5: four octets per AS number where the session has two", "c080180000fde9400206020100011170c00708000111700a000001", attrSet(65001, [asPath([70000]), aggregator(70000, "10.0.0.1")]), OLD],
  ["RFC 6368 section 5: a set in a set", "c0800f00011170c080080000fdea40010100", attrSet(70000, [attrSet(65002, [origin("igp")])])],
  ["RFC 8092 section 3", "c0200c0000fbf0ffffffff00000002", largeCommunities(["64496:4294967295:2"])],
];

/** A message without routes: nothing but this attribute is judged. */
function alone(attribute: string): Uint8Array {
  const octets = fromHex(attribute)!;
  return Uint8Array.of(0, 0, octets.length >> 8, octets.length, ...octets);
}

describe("formats", () => {
  test.each(FORMATS.map((one) => [one[0], one] as const))("%s", (_document, [, hex, attribute, options]) => {
    const context = createContext(options);
    expect(toHex(encodeAttribute(attribute, context))).toBe(hex);
    const { update, issues } = decodeUpdate(alone(hex), context);
    // Where it announces a route, ORIGIN and AS_PATH are missing beside it.
    expect(issues.filter((issue) => issue.name !== "missing-well-known")).toEqual([]);
    expect(update.attributes).toEqual([attribute]);
  });

  test("each attribute of the table is among them", () => {
    const shown = new Set(FORMATS.map(([, , attribute]) => attribute.name));
    for (const row of ATTRIBUTES) expect(shown).toContain(row.name);
  });
});

describe("headers", () => {
  const context = createContext();

  test("RFC 4271 section 4.3: a length above 255 takes two octets", () => {
    const list = communities(Array.from({ length: 64 }, (_, i) => i));
    const octets = encodeAttribute(list, context);
    expect(toHex(octets.subarray(0, 8))).toBe("d008010000000000");
    expect(decodeUpdate(alone(toHex(octets)), context).update.attributes).toEqual([list]);
    expect(encodeAttribute(communities(list.communities.slice(0, 63)), context).subarray(0, 3)).toEqual(
      Uint8Array.of(0xc0, 8, 252),
    );
  });

  test.each([
    ["Partial", "e00804fde80064", { flags: 0xe0 }],
    ["bits without meaning", "cf0804fde80064", { flags: 0xcf }],
    ["Extended Length without need", "d0080004fde80064", { extendedLength: true as const }],
    ["all of them", "ff080004fde80064", { flags: 0xef, extendedLength: true as const }],
  ])("%s", (_what, hex, odd) => {
    const attribute = { ...communities(["65000:100"]), ...odd };
    expect(decodeUpdate(alone(hex), context).update.attributes).toEqual([attribute]);
    expect(toHex(encodeAttribute(attribute, context))).toBe(hex);
  });

  test("an attribute nobody knows", () => {
    const attribute = { name: "raw", code: 247, flags: 0xc0, value: Uint8Array.of(1, 2) } as const;
    expect(toHex(encodeAttribute(attribute, context))).toBe("c0f7020102");
    expect(decodeUpdate(alone("c0f7020102"), context).update.attributes).toEqual([attribute]);
  });
});

describe("what does not fit its field is the caller's mistake", () => {
  const context = createContext();
  const old = createContext(OLD);

  // prettier-ignore
  const MISTAKES: readonly (readonly [string, () => unknown])[] = [
    ["an origin there is not", () => encodeAttribute(origin("bgp" as "igp"), context)],
    ["an AS path that is none", () => asPath("65001 x")],
    ["a segment of no AS number", () => encodeAttribute(asPath([{ type: "set", asNumbers: [] }]), context)],
    ["a segment of 256 AS numbers", () => encodeAttribute(asPath([{ type: "set", asNumbers: Array.from({ length: 256 }, () => 1) }]), context)],
    ["a segment type there is not", () => encodeAttribute(asPath([{ type: "list" as "set", asNumbers: [1] }]), context)],
    ["an AS number above 65535 where they have two octets", () => encodeAttribute(asPath([70000]), old)],
    ["an aggregator's AS number above 65535 where they have two octets", () => encodeAttribute(aggregator(70000, "192.0.2.1"), old)],
    ["a next hop that is IPv6", () => encodeAttribute(nextHop("2001:db8::1"), context)],
    ["a metric above 32 bits", () => encodeAttribute(multiExitDisc(2 ** 32), context)],
    ["a fraction", () => encodeAttribute(localPref(0.5), context)],
    ["a Connector without address", () => encodeAttribute(connector("x"), context)],
    ["a Connector of another type with half an octet", () => encodeAttribute({ name: "connector", code: 20, type: 2, value: "f" }, context)],
    ["a bound above 255", () => encodeAttribute(asPathlimit(256, 1), context)],
    ["an AIGP metric of 65 bits", () => encodeAttribute(aigp("18446744073709551616"), context)],
    ["a PE that is no address", () => encodeAttribute(peDistinguisherLabels([{ peAddress: "x", label: 1 }]), context)],
    ["a label of 21 bits", () => encodeAttribute(peDistinguisherLabels([{ peAddress: "192.0.2.1", label: 0x10_0000 }]), context)],
    ["five bits behind a label", () => encodeAttribute(peDistinguisherLabels([{ peAddress: "192.0.2.1", label: 1, reserved: 16 }]), context)],
    ["an entropy label capability with half an octet", () => encodeAttribute({ ...entropyLabelCapability(), value: "1" }, context)],
    ["a segment flag that is the Confed_Segment flag", () => encodeAttribute(bgpsecPath([{ pCount: 1, confedSegment: false, reserved: 0x80, as: 1 }], []), context)],
    ["a Subject Key Identifier of 19 octets", () => encodeAttribute(bgpsecPath([], [{ algorithmSuite: 1, signatures: [{ subjectKeyIdentifier: SKI.slice(2), signature: "" }] }]), context)],
    ["a signature that is no octets", () => encodeAttribute(bgpsecPath([], [{ algorithmSuite: 1, signatures: [{ subjectKeyIdentifier: SKI, signature: "xy" }] }]), context)],
    ["an OTC above 32 bits", () => encodeAttribute(onlyToCustomer(2 ** 32), context)],
    ["a segment of no domain", () => encodeAttribute(domainPath([[]]), context)],
    ["a segment of 256 domains", () => encodeAttribute(domainPath([Array.from({ length: 256 }, () => ({ globalAdministrator: 1, localAdministrator: 1, isfSafiType: 70 }))]), context)],
    ["a BFD session without source", () => encodeAttribute(bfdDiscriminator(1, "x"), context)],
    ["seven bandwidths", () => encodeAttribute(trafficEngineering([{ switchingCapability: 1, encoding: 1, maxLspBandwidth: [1, 1, 1, 1, 1, 1, 1] }]), context)],
    ["a bandwidth that is none", () => encodeAttribute(trafficEngineering([{ switchingCapability: 1, encoding: 1, maxLspBandwidth: [1, 1, 1, 1, 1, 1, 1, "7f"] }]), context)],
    ["AS numbers above 32 bits in a set", () => encodeAttribute(attrSet(1, [asPath([2 ** 32])]), context)],
    ["nine sets in one another", () => encodeAttribute(Array.from({ length: 8 }).reduce<PathAttribute>((one) => attrSet(1, [one]), attrSet(1, [])), context)],
    ["a community that is none", () => communities(["65000"])],
    ["a large community that is none", () => largeCommunities(["1:2"])],
    ["an extended community that is none", () => extendedCommunities(["65000:1"])],
    ["an extended community of seven octets", () => encodeAttribute({ name: "extendedCommunities", code: 16, communities: [{ name: "raw", value: new Uint8Array(7) }] }, context)],
    ["prefixes of a family that has none", () => encodeAttribute(mpReachNlri("prefix", { afi: 25, safi: 70 }, "192.0.2.1", []), context)],
    ["withdrawn prefixes of a family that has none", () => encodeAttribute(mpUnreachNlri("prefix", { afi: 25, safi: 70 }, []), context)],
    ["an IPv4 next hop of an IPv6 route", () => encodeAttribute(mpReachNlri("prefix", IPV6, "192.0.2.1", []), context)],
    ["an IPv4 prefix among IPv6 routes", () => encodeAttribute(mpUnreachNlri("prefix", IPV6, [{ prefix: "203.0.113.0/24" }]), context)],
    ["a prefix longer than its address", () => encodeUpdate({ nlri: [{ prefix: "203.0.113.0/33" }] }, context)],
    ["a name that does not belong to its code", () => encodeAttribute({ name: "origin", code: 2, value: "igp" } as unknown as PathAttribute, context)],
    ["the Extended Length bit among the flags", () => encodeAttribute({ ...origin("igp"), flags: 0x40 | AttributeFlag.ExtendedLength }, context)],
    ["an attribute longer than 65535 octets", () => encodeAttribute({ name: "raw", code: 247, flags: 0xc0, value: new Uint8Array(65536) }, context)],
  ];

  test.each(MISTAKES)("%s", (_what, act) => {
    expect(act).toThrow(expect.objectContaining({ name: "ConfigError", code: "invalid-value" }));
  });

  test("and leaves no trace in what is encoded next", () => {
    expect(() => encodeUpdate({ attributes: [origin("igp"), nextHop("x")] }, context)).toThrow();
    expect(toHex(encodeUpdate({ attributes: [origin("igp")] }, context))).toBe("0000000440010100");
  });
});
