// Extended communities octet by octet after the figures of their documents, with their texts.
import { fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { extendedCommunities } from "../attribute/extended-communities.ts";
import { encodeAttribute } from "../update/encode.ts";
import { createContext } from "../standard.ts";
import {
  decodeExtendedCommunity,
  formatExtendedCommunity,
  parseExtendedCommunity,
  type ExtendedCommunity,
} from "./extended-community.ts";

const context = createContext();

function encoded(community: ExtendedCommunity): string {
  return toHex(encodeAttribute(extendedCommunities([community]), context).subarray(3));
}

type Vector = readonly [document: string, hex: string, text: string, community: ExtendedCommunity];

const NO_MULTICAST_FLAGS = {
  igmpProxy: false,
  mldProxy: false,
  segmentation: false,
  oism: false,
  supplementaryDomain: false,
  ipmg: false,
  meg: false,
  peg: false,
};

// prettier-ignore
const VECTORS: readonly Vector[] = [
  ["RFC 4360 section 4, two-octet AS", "0002fde8ffffffff", "target:65000:4294967295", { name: "routeTarget", format: "as2", as: 65000, value: 4294967295 }],
  ["RFC 4360 section 4, IPv4 address", "0102c0000201ffff", "target:192.0.2.1:65535", { name: "routeTarget", format: "ipv4", address: "192.0.2.1", value: 65535 }],
  ["RFC 5668 section 2", "0202fa56ea00ffff", "target:4200000000:65535", { name: "routeTarget", format: "as4", as: 4200000000, value: 65535 }],
  ["RFC 5668 section 2, an AS that would fit into two octets", "02020000fde80001", "target:65000L:1", { name: "routeTarget", format: "as4", as: 65000, value: 1 }],
  ["RFC 4360 section 5", "0003fde800000001", "origin:65000:1", { name: "routeOrigin", format: "as2", as: 65000, value: 1 }],
  ["RFC 4360 section 5, IPv4 address", "0103c00002010001", "origin:192.0.2.1:1", { name: "routeOrigin", format: "ipv4", address: "192.0.2.1", value: 1 }],
  ["RFC 10005", "4004fde849742400", "bandwidth:65000:1000000", { name: "linkBandwidth", transitive: false, as: 65000, bandwidth: 1_000_000 }],
  ["RFC 10005, transitive", "0004000100000001", "bandwidth:1:1.401298464324817e-45:transitive", { name: "linkBandwidth", transitive: true, as: 1, bandwidth: 2 ** -149 }],
  ["RFC 4577 section 4.2.4", "0005006400000200", "ospf-domain-id:100:512", { name: "ospfDomainIdentifier", format: "as2", as: 100, value: 512 }],
  ["RFC 4577 section 4.2.4, the type of old", "8005006400000200", "ospf-domain-id:100:512:old", { name: "ospfDomainIdentifier", format: "as2", as: 100, value: 512, oldType: true }],
  ["RFC 4577 section 4.2.6, router", "0107c00002010000", "ospf-router-id:192.0.2.1", { name: "ospfRouterId", routerId: "192.0.2.1" }],
  ["RFC 4577 section 4.2.6, router, the type of old", "8001c00002010000", "ospf-router-id:192.0.2.1:old", { name: "ospfRouterId", routerId: "192.0.2.1", oldType: true }],
  ["RFC 4577 section 4.2.6, type of route", "0306000000000501", "ospf-route-type:0.0.0.0:5:type-2", { name: "ospfRouteType", area: "0.0.0.0", routeType: 5, type2Metric: true }],
  ["RFC 4577 section 4.2.6, type of route, the type of old", "8000000000010200", "ospf-route-type:0.0.0.1:2:old", { name: "ospfRouteType", area: "0.0.0.1", routeType: 2, type2Metric: false, oldType: true }],
  ["RFC 4384 section 4", "0008fbf400001f4b", "data-collection:64500:3:843:satellite", { name: "dataCollection", format: "as2", as: 64500, region: 3, satellite: true, country: 843 }],
  ["RFC 4384 section 4, four-octet AS", "0208000111700001", "data-collection:70000:0:1", { name: "dataCollection", format: "as4", as: 70000, region: 0, satellite: false, country: 1 }],
  ["RFC 6514 section 6", "0009fde800000000", "source-as:65000:0", { name: "sourceAs", format: "as2", as: 65000, value: 0 }],
  ["RFC 6514 section 7", "010bc00002010005", "vrf-route-import:192.0.2.1:5", { name: "vrfRouteImport", format: "ipv4", address: "192.0.2.1", value: 5 }],
  ["RFC 6074", "010ac00002010005", "l2vpn-id:192.0.2.1:5", { name: "l2vpnIdentifier", format: "ipv4", address: "192.0.2.1", value: 5 }],
  ["RFC 7524", "0112c00002010000", "inter-area-p2mp-next-hop:192.0.2.1:0", { name: "interAreaP2mpSegmentedNextHop", format: "ipv4", address: "192.0.2.1", value: 0 }],
  ["RFC 9081", "0120c00002010000", "mvpn-sa-rp-address:192.0.2.1:0", { name: "mvpnSaRpAddress", format: "ipv4", address: "192.0.2.1", value: 0 }],
  ["VPN-Distinguisher of Cisco", "0010fde800000001", "vpn-distinguisher:65000:1", { name: "vpnDistinguisher", format: "as2", as: 65000, value: 1 }],
  ["draft-ietf-bess-service-chaining", "0013fde800000001", "target-record:65000:1", { name: "routeTargetRecord", format: "as2", as: 65000, value: 1 }],
  ["VRF-Recursive-Next-Hop", "0114c00002010001", "vrf-recursive-next-hop:192.0.2.1:1", { name: "vrfRecursiveNextHop", format: "ipv4", address: "192.0.2.1", value: 1 }],
  ["draft-ietf-idr-rt-derived-community", "0215000111700001", "target-derived:70000:1", { name: "routeTargetDerived", format: "as4", as: 70000, value: 1 }],
  ["draft-ietf-idr-node-target-ext-comm", "0109c00002010000", "node-target:192.0.2.1", { name: "nodeTarget", transitive: true, identifier: "192.0.2.1" }],
  ["draft-ietf-idr-node-target-ext-comm, non-transitive", "4109c00002010000", "node-target:192.0.2.1:non-transitive", { name: "nodeTarget", transitive: false, identifier: "192.0.2.1" }],
  ["draft-ietf-idr-as4octet-extcomm-generic-subtype", "0204000111700001", "generic:70000:1", { name: "generic", transitive: true, as: 70000, value: 1 }],
  ["draft-ietf-idr-as4octet-extcomm-generic-subtype, non-transitive", "4204000000010001", "generic:1:1:non-transitive", { name: "generic", transitive: false, as: 1, value: 1 }],
  ["draft-ietf-idr-custom-decision", "4301800100000064", "cost:128:1:100:non-transitive", { name: "cost", transitive: false, pointOfInsertion: 128, communityId: 1, cost: 100 }],
  ["draft-ietf-idr-custom-decision, transitive", "0301810200000064", "cost:129:2:100", { name: "cost", transitive: true, pointOfInsertion: 129, communityId: 2, cost: 100 }],
  ["RFC 7900, source", "0304000000000000", "extranet-source", { name: "extranetSource" }],
  ["RFC 7900, separation", "0305000000000000", "extranet-separation", { name: "extranetSeparation" }],
  ["RFC 7902", "0307000000000002", "pmsi-tunnel-flags:000000000002", { name: "additionalPmsiTunnelFlags", flags: "000000000002" }],
  ["RFC 9573 section 3.1", "0308000000064000", "context-label-space:0:409600", { name: "contextLabelSpace", idType: 0, idValue: 409600 }],
  ["draft-ietf-idr-upa", "03098000c0000201", "upa:192.0.2.1:drop", { name: "unreachablePrefixAnnouncement", routerId: "192.0.2.1", drop: true }],
  ["RFC 9012 section 4.3", "030b000000000064", "color:100", { name: "color", colorOnlyType: 0, color: 100 }],
  ["RFC 9830 section 3: CO 01", "030b400000000064", "color:01:100", { name: "color", colorOnlyType: 1, color: 100 }],
  ["RFC 9830 section 3: CO 11", "030bc00000000064", "color:11:100", { name: "color", colorOnlyType: 3, color: 100 }],
  ["RFC 9012 section 4.1", "030c000000000008", "encapsulation:8", { name: "encapsulation", tunnelType: 8 }],
  ["RFC 7432 section 7.8", "030d000000000000", "default-gateway", { name: "defaultGateway" }],
  ["draft-ietf-bess-service-chaining, sort order", "0314000000070000", "consistent-hash-sort-order:7", { name: "consistentHashSortOrder", order: 7 }],
  ["RFC 9871 section 2.9.5", "031b000000000064", "local-color-mapping:100", { name: "localColorMapping", color: 100 }],
  ["RFC 8097 section 2: valid", "4300000000000000", "origin-validation:valid", { name: "originValidationState", state: "valid" }],
  ["RFC 8097 section 2: not found", "4300000000000001", "origin-validation:not-found", { name: "originValidationState", state: "notFound" }],
  ["RFC 8097 section 2: invalid", "4300000000000002", "origin-validation:invalid", { name: "originValidationState", state: "invalid" }],
  ["RFC 8097 section 2: a state that there is not", "4300000000000003", "0x4300000000000003", { name: "raw", value: Uint8Array.of(0x43, 0, 0, 0, 0, 0, 0, 3) }],
  ["RFC 7432 section 7.7", "0600010000000005", "mac-mobility:5:sticky", { name: "macMobility", sequenceNumber: 5, sticky: true }],
  ["RFC 7432 section 7.5", "060101000003e801", "esi-label:256001:single-active", { name: "esiLabel", esiLabel: 256001, singleActive: true, splitHorizonType: 0 }],
  ["RFC 9746 section 2.1: local bias", "060140000003e801", "esi-label:256001:local-bias", { name: "esiLabel", esiLabel: 256001, singleActive: false, splitHorizonType: 1 }],
  ["RFC 9746 section 2.1: ESI label, single-active", "060181000003e801", "esi-label:256001:single-active:esi-label-filtering", { name: "esiLabel", esiLabel: 256001, singleActive: true, splitHorizonType: 2 }],
  ["RFC 9746 section 2.1: unassigned", "0601c0000003e801", "esi-label:256001:split-horizon-3", { name: "esiLabel", esiLabel: 256001, singleActive: false, splitHorizonType: 3 }],
  ["RFC 7432 section 7.6", "0602001122334455", "es-import-target:00:11:22:33:44:55", { name: "esImportRouteTarget", esImport: "00:11:22:33:44:55" }],
  ["RFC 9135 section 8.1", "0603aabbccddeeff", "router-mac:aa:bb:cc:dd:ee:ff", { name: "routersMac", macAddress: "aa:bb:cc:dd:ee:ff" }],
  ["RFC 8214 section 3.1: primary, control word", "0604000605dc0000", "l2-attributes:1500:primary:control-word", { name: "evpnLayer2Attributes", mtu: 1500, primary: true, backup: false, controlWord: true, crossConnect: 0, normalizedVlans: 0 }],
  ["RFC 8214 section 3.1: backup", "0604000105dc0000", "l2-attributes:1500:backup", { name: "evpnLayer2Attributes", mtu: 1500, primary: false, backup: true, controlWord: false, crossConnect: 0, normalizedVlans: 0 }],
  ["RFC 9744 section 4: default FXC, double VID", "060400a305dc0000", "l2-attributes:1500:primary:backup:default-fxc:double-vid", { name: "evpnLayer2Attributes", mtu: 1500, primary: true, backup: true, controlWord: false, crossConnect: 2, normalizedVlans: 2 }],
  ["RFC 9744 section 4: VLAN-signaled FXC, single VID", "0604005005dc0000", "l2-attributes:1500:vlan-signaled-fxc:single-vid", { name: "evpnLayer2Attributes", mtu: 1500, primary: false, backup: false, controlWord: false, crossConnect: 1, normalizedVlans: 1 }],
  ["RFC 8317 section 6.1", "060501000003e800", "e-tree:256000:leaf", { name: "eTree", leafLabel: 256000, leaf: true }],
  ["RFC 9785 section 3", "0606024000007fff", "df-election:2:16384:32767", { name: "dfElection", algorithm: 2, capabilities: 0x4000, preference: 32767 }],
  ["RFC 9784", "0607000123800000", "i-sid:291:8388608", { name: "iSid", baseISid: 0x123, bitmap: 0x80_0000 }],
  ["RFC 9047 section 2", "06080b0000000000", "arp-nd:router:override:immutable", { name: "arpNd", router: true, override: true, immutable: true }],
  ["RFC 9251 section 9.4", "0609000300000000", "multicast-flags:igmp-proxy:mld-proxy", { name: "multicastFlags", ...NO_MULTICAST_FLAGS, igmpProxy: true, mldProxy: true }],
  ["RFC 9572 section 8", "0609008000000000", "multicast-flags:segmentation", { name: "multicastFlags", ...NO_MULTICAST_FLAGS, segmentation: true }],
  ["RFC 9625 section 8: OISM in the SBD", "0609010900000000", "multicast-flags:igmp-proxy:oism:sbd", { name: "multicastFlags", ...NO_MULTICAST_FLAGS, igmpProxy: true, oism: true, supplementaryDomain: true }],
  ["RFC 9625 section 8: gateways", "0609007000000000", "multicast-flags:ipmg:meg:peg", { name: "multicastFlags", ...NO_MULTICAST_FLAGS, ipmg: true, meg: true, peg: true }],
  ["RFC 9251 section 9.5: type 0", "060afde800000064", "evi-target:65000:100", { name: "eviRouteTarget", format: "as2", as: 65000, value: 100 }],
  ["RFC 9251 section 9.5: type 1", "060bc00002010064", "evi-target:192.0.2.1:100", { name: "eviRouteTarget", format: "ipv4", address: "192.0.2.1", value: 100 }],
  ["RFC 9251 section 9.5: type 2", "060c000111700064", "evi-target:70000:100", { name: "eviRouteTarget", format: "as4", as: 70000, value: 100 }],
  ["RFC 9722", "060fe0000000c000", "service-carving-time:3758096384:49152", { name: "serviceCarvingTime", seconds: 0xe000_0000, fraction: 0xc000 }],
  ["draft-ietf-idr-flowspec-interfaceset", "07020001117040ff", "interface-set:70000:255:input", { name: "interfaceSet", transitive: true, as: 70000, group: 255, input: true, output: false }],
  ["draft-ietf-idr-flowspec-interfaceset, non-transitive", "470200000001c001", "interface-set:1:1:input:output:non-transitive", { name: "interfaceSet", transitive: false, as: 1, group: 1, input: true, output: true }],
  ["draft-simpson-idr-flowspec-redirect", "0800000000000001", "redirect-to-next-hop:copy", { name: "redirectToNextHop", copy: true }],
  ["draft-ietf-idr-flowspec-redirect-ip", "010cc00002010001", "redirect-to-ip:192.0.2.1:copy", { name: "redirectToIp", address: "192.0.2.1", copy: true }],
  ["RFC 9832 section 4.3", "0a02000000000064", "transport-class:100", { name: "transportClass", transitive: true, transportClassId: 100 }],
  ["RFC 9832 section 4.3, non-transitive", "4a02000000000064", "transport-class:100:non-transitive", { name: "transportClass", transitive: false, transportClassId: 100 }],
  ["RFC 9015 section 3.1.1", "0b01000000000007", "sfir-pool:000000000007", { name: "sfirPoolIdentifier", poolIdentifier: "000000000007" }],
  ["RFC 9015 section 3.1.2", "0b02000640000650", "sfc-labels:100:101", { name: "mplsMixedSwappingStackingLabels", contextLabel: 100, sfLabel: 101 }],
  ["draft-ietf-bess-mup-safi, direct segment", "0c00000a0000000a", "mup-direct-segment:10:10", { name: "mupDirectSegment", format: "as2", as: 10, value: 10 }],
  ["draft-ietf-bess-mup-safi, interwork segment", "0c04c000020a000a", "mup-interwork-segment:192.0.2.10:10", { name: "mupInterworkSegment", format: "ipv4", address: "192.0.2.10", value: 10 }],
  ["RFC 8955 section 7.1", "8006fde800000000", "rate-bytes:65000:0", { name: "trafficRateBytes", as: 65000, rate: 0 }],
  ["RFC 8955 section 7.1: negative, which counts as zero", "80060000bf800000", "rate-bytes:0:-1", { name: "trafficRateBytes", as: 0, rate: -1 }],
  ["RFC 8955 section 7.2", "800cfde8447a0000", "rate-packets:65000:1000", { name: "trafficRatePackets", as: 65000, rate: 1000 }],
  ["RFC 8955 section 7.3", "8007000000000003", "traffic-action:sample:terminal", { name: "trafficAction", sample: true, terminal: true }],
  ["RFC 8955 section 7.3: terminal alone", "8007000000000001", "traffic-action:terminal", { name: "trafficAction", sample: false, terminal: true }],
  ["RFC 8955 section 7.4: two-octet AS", "8008fde800000001", "redirect:65000:1", { name: "redirect", format: "as2", as: 65000, value: 1 }],
  ["RFC 8955 section 7.4: IPv4", "8108c00002010001", "redirect:192.0.2.1:1", { name: "redirect", format: "ipv4", address: "192.0.2.1", value: 1 }],
  ["RFC 8955 section 7.4: four-octet AS", "8208000111700001", "redirect:70000:1", { name: "redirect", format: "as4", as: 70000, value: 1 }],
  ["RFC 8955 section 7.5", "800900000000002e", "traffic-marking:46", { name: "trafficMarking", dscp: 46 }],
  ["RFC 4761 section 3.2.4", "800a130205dc0064", "l2-info:19:1500:100:control-word", { name: "layer2Info", encapsType: 19, mtu: 1500, preference: 100, controlWord: true, sequenced: false }],
  ["RFC 7796", "800b006400c80003", "e-tree-info:100:200:leaf-only:vlan-mapping", { name: "eTreeInfo", rootVlan: 100, leafVlan: 200, leafOnly: true, vlanMapping: true }],
  ["RFC 9015 section 7.4", "800d00000fff0029", "sfc-classifier:15:255:41", { name: "sfcClassifier", servicePathIdentifier: 15, serviceIndex: 255, serviceFunctionType: 41 }],
  ["draft-knoll-idr-qos-attribute", "0410010000002e01", "qos-marking:16:1:0:0:46:1", { name: "qosMarking", transitive: true, flags: 16, setNumber: 1, technologyType: 0, originalMarking: 0, activeMarking: 46, processingCount: 1 }],
  ["draft-knoll-idr-cos-interconnect", "05c0000000000000", "cos-capability:c0000000000000", { name: "cosCapability", flags: "c0000000000000" }],
  ["EIGRP, route", "8800800000000064", "eigrp-route:32768:100", { name: "eigrpRoute", flags: 0x8000, tag: 100 }],
  ["EIGRP, delay", "8801000a00006400", "eigrp-delay:10:25600", { name: "eigrpDelay", as: 10, delay: 25600 }],
  ["EIGRP, bandwidth", "8802ff0100019000", "eigrp-bandwidth:255:1:102400", { name: "eigrpBandwidth", reliability: 255, hopCount: 1, bandwidth: 102400 }],
  ["EIGRP, load", "88030001000005dc", "eigrp-load:1:1500", { name: "eigrpLoad", load: 1, mtu: 1500 }],
  ["EIGRP, origin of an external route", "8804000ac0000201", "eigrp-external-origin:10:192.0.2.1", { name: "eigrpExternalOrigin", as: 10, routerId: "192.0.2.1" }],
  ["EIGRP, metric of an external route", "8805000600000001", "eigrp-external-metric:6:1", { name: "eigrpExternalMetric", protocol: 6, metric: 1 }],
  ["EIGRP, router", "88060000c0000201", "eigrp-router-id:192.0.2.1", { name: "eigrpRouterId", routerId: "192.0.2.1" }],
  ["RFC 4360 section 2: a type that is not known", "ffff000000000064", "0xffff000000000064", { name: "raw", value: Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 100) }],
  ["RFC 4360 section 4: no route target is non-transitive", "4002fde800000064", "0x4002fde800000064", { name: "raw", value: Uint8Array.of(0x40, 2, 0xfd, 0xe8, 0, 0, 0, 100) }],
];

describe("formats", () => {
  test.each(VECTORS)("%s", (_document, hex, text, community) => {
    expect(decodeExtendedCommunity(fromHex(hex)!, 0)).toEqual(community);
    expect(encoded(community)).toBe(hex);
    expect(formatExtendedCommunity(community)).toBe(text);
    expect(parseExtendedCommunity(text)).toEqual(community);
    expect(parseExtendedCommunity(`0x${hex}`)).toEqual(community);
  });
});

describe("bits that a receiver ignores are kept, and the text is that of the octets", () => {
  // prettier-ignore
  test.each([
    ["RFC 7432 section 7.7", "0600810200000005", { name: "macMobility", sequenceNumber: 5, sticky: true, reserved: "800200000000" }],
    ["RFC 9012 section 4.1", "030c000000010008", { name: "encapsulation", tunnelType: 8, reserved: "000000010000" }],
    ["RFC 8955 section 7.5: the two bits beside the DSCP", "80090000000000ee", { name: "trafficMarking", dscp: 46, reserved: "0000000000c0" }],
    ["RFC 9830 section 3: unassigned flags", "030b200000000064", { name: "color", colorOnlyType: 0, color: 100, reserved: "200000000000" }],
    ["RFC 9871 section 2.9.5", "031b000100000064", { name: "localColorMapping", color: 100, reserved: "000100000000" }],
    ["RFC 7432 section 7.8", "030d000000000001", { name: "defaultGateway", reserved: "000000000001" }],
  ] as const)("%s", (_document, hex, community) => {
    expect(decodeExtendedCommunity(fromHex(hex)!, 0)).toEqual(community);
    expect(encoded(community)).toBe(hex);
    expect(formatExtendedCommunity(community)).toBe(`0x${hex}`);
  });
});

describe("numbers that JSON does not have stay octets", () => {
  test.each([
    ["not a number", "7fc00000"],
    ["not a number, with other bits", "ff800001"],
    ["infinity", "7f800000"],
    ["minus infinity", "ff800000"],
    ["minus zero", "80000000"],
  ])("%s", (_what, digits) => {
    for (const start of ["4004fde8", "8006fde8", "800cfde8"]) {
      const community = decodeExtendedCommunity(fromHex(start + digits)!, 0);
      expect(community).toEqual({ name: "raw", value: fromHex(start + digits) });
      expect(encoded(community)).toBe(start + digits);
    }
  });

  test("what a caller gives is the nearest there is", () => {
    expect(encoded({ name: "trafficRateBytes", as: 1, rate: 0.1 })).toBe("800600013dcccccd");
    expect(encoded({ name: "trafficRateBytes", as: 1, rate: -0 })).toBe("8006000100000000");
    expect(parseExtendedCommunity("rate-bytes:1:0.1")).toEqual({
      name: "trafficRateBytes",
      as: 1,
      rate: Math.fround(0.1),
    });
    expect(parseExtendedCommunity("rate-bytes:1:1e3")).toEqual({ name: "trafficRateBytes", as: 1, rate: 1000 });
    expect(parseExtendedCommunity("rate-bytes:1:-0")).toEqual({ name: "trafficRateBytes", as: 1, rate: 0 });
  });
});

describe("text that is none", () => {
  test.each([
    "",
    "65000:100",
    "target",
    "target:65000",
    "target:65000:1:",
    "target:70000:65536",
    "target:192.0.2.1:65536",
    "target:4294967296:1",
    "target:x:1",
    "target:65000:0x1",
    "source-as:192.0.2.1:0",
    "vrf-route-import:65000:1",
    "ospf-domain-id:192.0.2.1:1:old",
    "ospf-router-id:192.0.2",
    "data-collection:65000:32:1",
    "color",
    "color:02:1",
    "color:1:1",
    "color:4294967296",
    "default-gateway:0",
    "bandwidth:65000:fast",
    "bandwidth:65536:1",
    "rate-bytes:1:1e39",
    "rate-bytes:1:NaN",
    "origin-validation:unknown",
    "mac-mobility:1:2",
    "arp-nd:override:router",
    "router-mac:00:11:22:33:44",
    "router-mac:00:11:22:33:44:5",
    "traffic-marking:64",
    "sfir-pool:7",
    "interface-set:1:16384",
    "0x0002",
    "0x0002fde80000006g",
    "0x0002fde8 00000064",
    "0x0002fde8000000640",
  ])("%j", (text) => {
    expect(parseExtendedCommunity(text)).toBeNull();
  });
});

describe("what does not fit is the caller's mistake", () => {
  // prettier-ignore
  const MISTAKES: readonly (readonly [string, object])[] = [
    ["extendedCommunities: there is no such \"tag\"", { name: "tag" }],
    ["extendedCommunities: there is no such \"sourceAs\"", { name: "sourceAs", format: "ipv4", address: "192.0.2.1", value: 1 }],
    ["extendedCommunities: there is no such \"ospfDomainIdentifier\"", { name: "ospfDomainIdentifier", format: "as4", as: 1, value: 1, oldType: true }],
    ["extendedCommunities: 7 octets instead of 8", { name: "raw", value: new Uint8Array(7) }],
    ["extendedCommunities.address: \"192.0.2\" is no IPv4 address", { name: "routeTarget", format: "ipv4", address: "192.0.2", value: 1 }],
    ["65536 does not fit", { name: "routeTarget", format: "as2", as: 65536, value: 1 }],
    ["65536 does not fit", { name: "routeTarget", format: "as4", as: 1, value: 65536 }],
    ["extendedCommunities.bandwidth: 1e+39 is no number of 32 bits", { name: "linkBandwidth", transitive: false, as: 1, bandwidth: 1e39 }],
    ["extendedCommunities.rate: NaN is no number of 32 bits", { name: "trafficRateBytes", as: 1, rate: Number.NaN }],
    ["extendedCommunities.state: \"unknown\" is no validation state", { name: "originValidationState", state: "unknown" }],
    ["extendedCommunities.macAddress: \"00:11\" is no MAC address", { name: "routersMac", macAddress: "00:11" }],
    ["extendedCommunities.esImport: \"\" is no MAC address", { name: "esImportRouteTarget", esImport: "" }],
    ["extendedCommunities.flags: \"1\" is not 12 hexadecimal digits", { name: "additionalPmsiTunnelFlags", flags: "1" }],
    ["extendedCommunities.reserved: \"010000000000\" is more than bits without meaning", { name: "macMobility", sequenceNumber: 1, sticky: false, reserved: "010000000000" }],
    ["extendedCommunities.reserved: \"80\" is more than bits without meaning", { name: "macMobility", sequenceNumber: 1, sticky: false, reserved: "80" }],
    ["extendedCommunities.reserved: \"x\" is more than bits without meaning", { name: "iSid", baseISid: 1, bitmap: 0, reserved: "x" }],
    ["colorOnlyType: 4 is not 0 to 3", { name: "color", colorOnlyType: 4, color: 1 }],
    ["algorithm: 32 is not 0 to 31", { name: "dfElection", algorithm: 32, capabilities: 0, preference: 0 }],
    ["dscp: 64 is not 0 to 63", { name: "trafficMarking", dscp: 64 }],
    ["group: 16384 is not 0 to 16383", { name: "interfaceSet", transitive: true, as: 1, group: 16384, input: true, output: false }],
    ["region: 32 is not 0 to 31", { name: "dataCollection", format: "as2", as: 1, region: 32, satellite: false, country: 0 }],
    ["country: 1024 is not 0 to 1023", { name: "dataCollection", format: "as2", as: 1, region: 0, satellite: false, country: 1024 }],
    ["rootVlan: 4096 is not 0 to 4095", { name: "eTreeInfo", rootVlan: 4096, leafVlan: 1, leafOnly: false, vlanMapping: false }],
    ["leafVlan: -1 is not 0 to 4095", { name: "eTreeInfo", rootVlan: 1, leafVlan: -1, leafOnly: false, vlanMapping: false }],
    ["contextLabel: 1048576 is not 0 to 1048575", { name: "mplsMixedSwappingStackingLabels", contextLabel: 1048576, sfLabel: 1 }],
    ["sfLabel: 1.5 is not 0 to 1048575", { name: "mplsMixedSwappingStackingLabels", contextLabel: 1, sfLabel: 1.5 }],
  ];

  test.each(MISTAKES)("%s", (message, community) => {
    const expected = expect.objectContaining({
      name: "ConfigError",
      code: "invalid-value",
      message: expect.stringContaining(message) as string,
    });
    expect(() => encoded(community as ExtendedCommunity)).toThrow(expected);
  });
});
