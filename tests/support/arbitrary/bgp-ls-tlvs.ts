// Generators of the TLVs of BGP-LS: of the attribute, of their sub-TLVs, and of descriptors.
import * as fc from "fast-check";
import { encodeUtf8, formatPrefix } from "@bgpwire/core";
import { dotted, hex, octet, octets2, octets4, octetsOf, u16, type Both } from "./base.ts";
import { address, constant, digits, fields, ipv4, ipv6, listOf, number, reserved, type Fields } from "./fields.ts";

export type AnyTlv = fc.Arbitrary<Both<object>>;

/** A TLV around fields. */
function tlv(name: string, type: number, of: Fields): AnyTlv {
  return of.map(({ octets, value }) => ({
    octets: [...octets2(type), ...octets2(octets.length), ...octets],
    value: { name, type, ...value },
  }));
}

/** TLVs in the field of an object. */
function tlvs(name: string, kinds: readonly AnyTlv[]): Fields {
  return fc.array(fc.oneof(...kinds, raw), { maxLength: 3 }).map((list) => ({
    octets: list.flatMap((one) => one.octets),
    value: { [name]: list.map((one) => one.value) },
  }));
}

function rawTlv(type: number, octets: readonly number[]): Both<object> {
  return {
    octets: [...octets2(type), ...octets2(octets.length), ...octets],
    value: { name: "raw", type, value: Uint8Array.from(octets) },
  };
}

/** TLVs of types that nobody knows, those for private use among them (RFC 9552 section 5.4). */
const raw: AnyTlv = fc
  .tuple(
    fc.constantFrom(0, 255, 268, 519, 1033, 1087, 1110, 1299, 64_999, 65_000, 65_535),
    fc.array(octet, { maxLength: 9 }),
  )
  .map(([type, octets]) => rawTlv(type, octets));

/** TLVs of known types that are longer or shorter than theirs can be: not judged, and kept (RFC 9552 section 8.2.2). */
export const oddTlvs: AnyTlv = fc
  .constantFrom<readonly [number, number]>(
    [258, 7],
    [266, 3],
    [1024, 0],
    [1024, 2],
    [1028, 5],
    [1031, 4],
    [1032, 0],
    [1032, 6],
    [1034, 1],
    [1034, 2],
    [1034, 4],
    [1035, 0],
    [1038, 3],
    [1039, 3],
    [1044, 7],
    [1088, 3],
    [1089, 8],
    [1092, 3],
    [1093, 1],
    [1095, 0],
    [1095, 5],
    [1099, 6],
    [1100, 10],
    [1100, 15],
    [1106, 21],
    [1107, 27],
    [1114, 3],
    [1115, 7],
    [1121, 1],
    [1122, 3],
    [1154, 9],
    [1156, 8],
    [1158, 9],
    [1159, 3],
    [1162, 7],
    [1171, 6],
    [1172, 3],
    [1173, 5],
    [1181, 7],
    [1184, 2],
    [1201, 11],
    [1202, 9],
    [1204, 7],
    [1205, 11],
    [1212, 35],
    [1250, 5],
    [1251, 11],
    [1252, 3],
  )
  .chain(([type, length]) => octetsOf(length).map((octets) => rawTlv(type, octets.fill(0))));

// One value.

const u8Value = number("value", 1);
const u32Value = number("value", 4);
const u32List = listOf("value", u32Value);
const someU32 = listOf("value", u32Value, 4, 1);
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }).map((value) => ({
  octets: [...octets4(Number(value >> 32n)), ...octets4(Number(value & 0xffff_ffffn))],
  value: { value: value.toString() },
}));
const text = fc
  .string({ unit: "grapheme", maxLength: 12 })
  .map((value) => ({ octets: [...encodeUtf8(value)], value: { value } }));

/** Every pattern of bits there can be, the odd ones often: what JSON has no number for is its digits. */
const float = fc
  .oneof(
    octetsOf(4),
    fc
      .constantFrom(0, 1, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7f80_0001, 0xffff_ffff, 0x8000_0000, 0x4e9502f9)
      .map(octets4),
  )
  .map((octets) => {
    const bits = octets.reduce((sum, one) => sum * 256 + one, 0);
    const exponent = (bits >>> 23) & 0xff;
    const fraction = bits & 0x7f_ffff;
    const sign = bits >>> 31 === 0 ? 1 : -1;
    if (exponent === 0xff || bits === 0x8000_0000) return { octets, value: { value: hex(octets) } };
    const value =
      exponent === 0 ? sign * fraction * 2 ** -149 : sign * (1 + fraction * 2 ** -23) * 2 ** (exponent - 127);
    return { octets, value: { value } };
  });

const systemId = octetsOf(6).map((octets) => ({ octets, id: hex(octets).replaceAll(/(....)(?=.)/g, "$1.") }));

function isisNeighbor(name: string): Fields {
  return systemId.map(({ octets, id }) => ({ octets, value: { [name]: id } }));
}

const routerId = fc.oneof(
  ipv4("value"),
  isisNeighbor("value"),
  fc
    .tuple(systemId, octet)
    .map(([{ octets, id }, psn]) => ({ octets: [...octets, psn], value: { value: `${id}.${hex([psn])}` } })),
  octetsOf(8).map((octets) => ({
    octets,
    value: { value: `${dotted(octets.slice(0, 4))}:${dotted(octets.slice(4))}` },
  })),
  ipv6("value"),
);

const sid: Fields = fc.oneof(
  number("index", 4).map(({ octets, value }) => ({ octets, value: { sid: value } })),
  fc.tuple(fc.nat(0xf_ffff), fc.constantFrom(0, 0, 0, 1, 15)).map(([label, bits]) => ({
    octets: [(bits << 4) | (label >> 16), (label >> 8) & 0xff, label & 0xff],
    value: { sid: { label, ...(bits !== 0 && { reserved: bits }) } },
  })),
);

const topology = fc.tuple(fc.nat(0xfff), fc.constantFrom(0, 0, 1, 8, 15)).map(([mtId, flags]) => ({
  octets: octets2((flags << 12) | mtId),
  value: { topology: { mtId, ...(flags !== 0 && { flags }) } },
}));

const msds = fc.array(fc.tuple(octet, octet), { maxLength: 4 }).map((list) => ({
  octets: list.flat(),
  value: { value: list.map(([msdType, msdValue]) => ({ msdType, msdValue })) },
}));

const area = fc.array(octet, { maxLength: 13 }).map((octets) => {
  const words = [octets.slice(0, 1)];
  for (let i = 1; i < octets.length; i += 2) words.push(octets.slice(i, i + 2));
  return { octets, value: { value: words.map(hex).join(".") } };
});

/** RFC 8571: one bit, seven reserved ones, three octets. */
function anomalous(...more: readonly Fields[]): Fields {
  const first = fc.tuple(fc.boolean(), fc.constantFrom(0, 0, 0, 1, 0x7f)).map(([a, bits]) => ({
    octets: [(a ? 0x80 : 0) | bits],
    value: { anomalous: a, ...(bits !== 0 && { reserved: bits }) },
  }));
  return fields(first, ...more);
}

const igpMetric = fc.constantFrom(1, 2, 3, 4).chain((octets) => {
  const size = octets as 1 | 2 | 3 | 4;
  return fields(number("metric", size), constant([], { octets: size }));
});

/** A prefix with any bits behind its length, up to the end of its last octet. */
function prefix(name: string, version: 4 | 6): Fields {
  return fc.tuple(fc.nat(version === 4 ? 32 : 128), octetsOf(16)).map(([bits, all]) => {
    const octets = all.slice(0, Math.ceil(bits / 8));
    return { octets: [bits, ...octets], value: { [name]: formatPrefix(version, Uint8Array.from(octets), bits) } };
  });
}

// Sub-TLVs, and what they are in.

const multiTopology = tlv("multiTopologyIdentifier", 263, listOf("topologies", topology));
const linkIdentifiers = tlv("linkLocalRemoteIdentifiers", 258, fields(number("local", 4), number("remote", 4)));

const srv6SidTlvs: readonly AnyTlv[] = [
  tlv("srv6EndpointBehavior", 1250, fields(number("endpointBehavior", 2), number("flags", 1), number("algorithm", 1))),
  tlv(
    "srv6BgpPeerNodeSid",
    1251,
    fields(number("flags", 1), number("weight", 1), reserved(2), number("peerAsNumber", 4), ipv4("peerBgpIdentifier")),
  ),
  tlv(
    "srv6SidStructure",
    1252,
    fields(
      number("locatorBlockLength", 1),
      number("locatorNodeLength", 1),
      number("functionLength", 1),
      number("argumentLength", 1),
    ),
  ),
];

/** What all End.X SIDs begin with. */
const endX = fields(
  number("endpointBehavior", 2),
  number("flags", 1),
  number("algorithm", 1),
  number("weight", 1),
  reserved(1),
);

const prefixSid = tlv("prefixSid", 1158, fields(number("flags", 1), number("algorithm", 1), reserved(2), sid));

const labelRange = fc.tuple(number("rangeSize", 3), sid).map(([size, first]) => ({
  octets: [...size.octets, ...octets2(1161), ...octets2(first.octets.length), ...first.octets],
  value: { range: { ...size.value, first: Object.values(first.value)[0] as unknown } },
}));

const labelBlock = fields(number("flags", 1), reserved(1), listOf("ranges", labelRange, 4, 1));
const adjacencySid = fields(number("flags", 1), number("weight", 1), reserved(2), sid);

const linkTlvs: readonly AnyTlv[] = [
  linkIdentifiers,
  tlv("ipv4InterfaceAddress", 259, ipv4("value")),
  tlv("ipv6InterfaceAddress", 261, ipv6("value")),
  tlv("linkMsd", 267, msds),
  tlv("rtmCapability", 1105, digits("value")),
  tlv("administrativeGroup", 1088, u32Value),
  tlv("maximumLinkBandwidth", 1089, float),
  tlv("maximumReservableLinkBandwidth", 1090, float),
  tlv("unreservedBandwidth", 1091, listOf("value", float, 8)),
  tlv("teDefaultMetric", 1092, u32Value),
  tlv("linkProtectionType", 1093, fields(number("protectionCapabilities", 1), reserved(1))),
  tlv("mplsProtocolMask", 1094, u8Value),
  tlv("igpMetric", 1095, igpMetric),
  tlv("sharedRiskLinkGroup", 1096, u32List),
  tlv("opaqueLinkAttribute", 1097, digits("value")),
  tlv("linkName", 1098, text),
  tlv("adjacencySid", 1099, adjacencySid),
  tlv(
    "lanAdjacencySid",
    1100,
    fields(
      number("flags", 1),
      number("weight", 1),
      reserved(2),
      fc.oneof(ipv4("neighborId"), isisNeighbor("neighborId")),
      sid,
    ),
  ),
  tlv("peerNodeSid", 1101, adjacencySid),
  tlv("peerAdjSid", 1102, adjacencySid),
  tlv("peerSetSid", 1103, adjacencySid),
  tlv("srv6EndXSid", 1106, fields(endX, ipv6("sid"), tlvs("subTlvs", srv6SidTlvs))),
  tlv("isisSrv6LanEndXSid", 1107, fields(endX, isisNeighbor("neighborId"), ipv6("sid"), tlvs("subTlvs", srv6SidTlvs))),
  tlv("ospfv3Srv6LanEndXSid", 1108, fields(endX, ipv4("neighborId"), ipv6("sid"), tlvs("subTlvs", srv6SidTlvs))),
  tlv("unidirectionalLinkDelay", 1114, anomalous(number("value", 3))),
  tlv(
    "minMaxUnidirectionalLinkDelay",
    1115,
    anomalous(number("minimum", 3), reserved(1, "reserved2"), number("maximum", 3)),
  ),
  tlv("unidirectionalDelayVariation", 1116, fields(reserved(1), number("value", 3))),
  tlv("unidirectionalLinkLoss", 1117, anomalous(number("value", 3))),
  tlv("unidirectionalResidualBandwidth", 1118, float),
  tlv("unidirectionalAvailableBandwidth", 1119, float),
  tlv("unidirectionalUtilizedBandwidth", 1120, float),
  tlv("gracefulLinkShutdown", 1121, constant([], {})),
  tlv("extendedAdministrativeGroup", 1173, u32List),
];

/** RFC 9294: the lengths of both masks come first. */
const masks = fc
  .tuple(fc.constantFrom(0, 4, 8), fc.constantFrom(0, 4, 8))
  .chain(([standard, user]) => fc.tuple(octetsOf(standard), octetsOf(user), reserved(2)))
  .map(([standard, user, extra]) => ({
    octets: [standard.length, user.length, ...extra.octets, ...standard, ...user],
    value: {
      ...extra.value,
      standardApplicationBitMask: hex(standard),
      userDefinedApplicationBitMask: hex(user),
    },
  }));

const applicationSpecific = tlv("applicationSpecificLinkAttributes", 1122, fields(masks, tlvs("subTlvs", linkTlvs)));

export const flexibleAlgorithmTlvs: readonly AnyTlv[] = [
  tlv("flexibleAlgorithmExcludeAnyAffinity", 1040, someU32),
  tlv("flexibleAlgorithmIncludeAnyAffinity", 1041, someU32),
  tlv("flexibleAlgorithmIncludeAllAffinity", 1042, someU32),
  tlv("flexibleAlgorithmDefinitionFlags", 1043, someU32),
  tlv("flexibleAlgorithmExcludeSrlg", 1045, someU32),
  tlv("flexibleAlgorithmUnsupported", 1046, fields(number("protocolId", 1), digits("subTlvTypes"))),
];

/** A label with what follows it in a stack, or a SID of SRv6. */
function policySid(name: string, srv6: boolean): Fields {
  if (srv6) return ipv6(name);
  return fc.tuple(fc.nat(0xf_ffff), fc.constantFrom(0, 0, 0, 1, 0xfff)).map(([label, bits]) => ({
    octets: octets4(label * 0x1000 + bits),
    value: { [name]: { label, ...(bits !== 0 && { reserved: bits }) } },
  }));
}

/** Segment types 1 to 11 (RFC 9857 section 5.7.1.1): which SID, and what describes it. */
const SEGMENTS: readonly (readonly [srv6: boolean, ...descriptor: Fields[]])[] = [
  [false, number("algorithm", 1)],
  [true, number("algorithm", 1)],
  [false, number("algorithm", 1), ipv4("localAddress")],
  [false, number("algorithm", 1), ipv6("localAddress")],
  [false, ipv4("localAddress"), number("localInterfaceId", 4)],
  [false, ipv4("localAddress"), ipv4("remoteAddress")],
  [false, ipv6("localAddress"), number("localInterfaceId", 4), ipv6("remoteAddress"), number("remoteInterfaceId", 4)],
  [false, ipv6("localAddress"), ipv6("remoteAddress")],
  [true, number("algorithm", 1), ipv6("localAddress")],
  [true, ipv6("localAddress"), number("localInterfaceId", 4), ipv6("remoteAddress"), number("remoteInterfaceId", 4)],
  [true, ipv6("localAddress"), ipv6("remoteAddress")],
];

const segment = fc.nat(SEGMENTS.length - 1).chain((index) => {
  const [srv6, ...descriptor] = SEGMENTS[index]!;
  const segmentType = index + 1;
  return fields(
    constant([segmentType], { segmentType }),
    reserved(1),
    number("flags", 2),
    policySid("sid", srv6),
    ...descriptor,
    tlvs("subTlvs", srv6SidTlvs),
  );
});

const metric = [
  number("metricType", 1),
  number("flags", 1),
  reserved(2),
  number("metricMargin", 4),
  number("metricBound", 4),
];

export const segmentListTlvs: readonly AnyTlv[] = [
  tlv("srSegment", 1206, segment),
  tlv("srSegmentListMetric", 1207, fields(...metric, number("metricValue", 4))),
  tlv("srSegmentListBandwidth", 1216, float),
  tlv("srSegmentListIdentifier", 1217, u32Value),
];

const words = fc.array(fc.nat(0xffff_ffff), { maxLength: 3 });

const affinity = fc.tuple(words, words, words, reserved(1)).map(([excludeAny, includeAny, includeAll, extra]) => ({
  octets: [
    excludeAny.length,
    includeAny.length,
    includeAll.length,
    ...extra.octets,
    ...[...excludeAny, ...includeAny, ...includeAll].flatMap(octets4),
  ],
  value: { excludeAny, includeAny, includeAll, ...extra.value },
}));

function group(name: string): Fields {
  return fc.oneof(number(name, 4), digits(name, 5, 12));
}

export const constraintTlvs: readonly AnyTlv[] = [
  tlv("srAffinityConstraint", 1208, affinity),
  tlv("srSrlgConstraint", 1209, someU32),
  tlv("srBandwidthConstraint", 1210, float),
  tlv(
    "srDisjointGroupConstraint",
    1211,
    fields(number("requestFlags", 1), number("statusFlags", 1), reserved(2), group("disjointGroupIdentifier")),
  ),
  tlv(
    "srBidirectionalGroupConstraint",
    1214,
    fields(number("flags", 2), reserved(2), group("bidirectionalGroupIdentifier")),
  ),
  tlv("srMetricConstraint", 1215, fields(...metric)),
];

/** Flags, MT-ID and algorithm, as constraints and segment lists begin. */
const topologyAndAlgorithm = fields(
  number("flags", 2),
  reserved(2),
  number("mtId", 2),
  number("algorithm", 1),
  reserved(1, "reserved2"),
);

const bindingSid = fc.tuple(fc.boolean(), fc.nat(0x7fff)).chain(([srv6, bits]) => {
  const flags = bits | (srv6 ? 0x8000 : 0);
  return fields(
    constant(octets2(flags), { flags }),
    reserved(2),
    policySid("bindingSid", srv6),
    policySid("specifiedBindingSid", srv6),
  );
});

/** Those that stand in the attribute. */
export const attributeTlvs: readonly AnyTlv[] = [
  ...linkTlvs,
  applicationSpecific,
  multiTopology,
  tlv("nodeMsd", 266, msds),
  tlv("autonomousSystem", 512, u32Value),
  tlv("bgpRouterId", 516, ipv4("value")),
  tlv("bgpConfederationMember", 517, u32Value),
  tlv("nodeFlagBits", 1024, u8Value),
  tlv("opaqueNodeAttribute", 1025, digits("value")),
  tlv("nodeName", 1026, text),
  tlv("isisAreaIdentifier", 1027, area),
  tlv("ipv4RouterIdOfLocalNode", 1028, ipv4("value")),
  tlv("ipv6RouterIdOfLocalNode", 1029, ipv6("value")),
  tlv("ipv4RouterIdOfRemoteNode", 1030, ipv4("value")),
  tlv("ipv6RouterIdOfRemoteNode", 1031, ipv6("value")),
  tlv("sbfdDiscriminators", 1032, someU32),
  tlv("srCapabilities", 1034, labelBlock),
  tlv("srAlgorithm", 1035, listOf("value", u8Value, 4, 1)),
  tlv("srLocalBlock", 1036, labelBlock),
  tlv("srmsPreference", 1037, u8Value),
  tlv("srv6Capabilities", 1038, fields(number("flags", 2), reserved(2))),
  tlv(
    "flexibleAlgorithmDefinition",
    1039,
    fields(
      number("flexibleAlgorithm", 1),
      number("metricType", 1),
      number("calculationType", 1),
      number("priority", 1),
      tlvs("subTlvs", flexibleAlgorithmTlvs),
    ),
  ),
  tlv(
    "flexibleAlgorithmPrefixMetric",
    1044,
    fields(number("flexibleAlgorithm", 1), number("flags", 1), reserved(2), number("metric", 4)),
  ),
  tlv("igpFlags", 1152, u8Value),
  tlv("igpRouteTag", 1153, u32List),
  tlv("igpExtendedRouteTag", 1154, listOf("value", u64)),
  tlv("prefixMetric", 1155, u32Value),
  tlv("ospfForwardingAddress", 1156, address("value")),
  tlv("opaquePrefixAttribute", 1157, digits("value")),
  prefixSid,
  tlv("range", 1159, fields(number("flags", 1), reserved(1), number("rangeSize", 2), tlvs("subTlvs", [prefixSid]))),
  tlv(
    "sidLabel",
    1161,
    sid.map(({ octets, value }) => ({ octets, value: { value: Object.values(value)[0] as unknown } })),
  ),
  tlv(
    "srv6Locator",
    1162,
    fields(number("flags", 1), number("algorithm", 1), reserved(2), number("metric", 4), tlvs("subTlvs", srv6SidTlvs)),
  ),
  tlv("prefixAttributeFlags", 1170, digits("value")),
  tlv("sourceRouterIdentifier", 1171, address("value")),
  tlv(
    "l2BundleMemberAttributes",
    1172,
    fields(number("l2BundleMemberDescriptor", 4), tlvs("subTlvs", [...linkTlvs, applicationSpecific])),
  ),
  tlv("sourceOspfRouterId", 1174, ipv4("value")),
  tlv("spfCapability", 1180, u8Value),
  tlv("sequenceNumber", 1181, u64),
  tlv("ipv4LinkPrefixLength", 1182, u8Value),
  tlv("ipv6LinkPrefixLength", 1183, u8Value),
  tlv("spfStatus", 1184, u8Value),
  tlv(
    "mplsTePolicyState",
    1200,
    fields(number("objectOrigin", 1), number("addressFamily", 1), reserved(2), digits("objects")),
  ),
  tlv("srBindingSid", 1201, bindingSid),
  tlv(
    "srCandidatePathState",
    1202,
    fields(number("priority", 1), reserved(1), number("flags", 2), number("preference", 4)),
  ),
  tlv("srCandidatePathName", 1203, text),
  tlv("srCandidatePathConstraints", 1204, fields(topologyAndAlgorithm, tlvs("subTlvs", constraintTlvs))),
  tlv("srSegmentList", 1205, fields(topologyAndAlgorithm, number("weight", 4), tlvs("subTlvs", segmentListTlvs))),
  tlv(
    "srv6BindingSid",
    1212,
    fields(
      number("flags", 2),
      reserved(2),
      ipv6("bindingSid"),
      ipv6("specifiedBindingSid"),
      tlvs("subTlvs", srv6SidTlvs),
    ),
  ),
  tlv("srPolicyName", 1213, text),
  ...srv6SidTlvs,
];

/** Any TLV of the attribute, those that stay raw among them. */
export const anyAttributeTlv: AnyTlv = fc.oneof(
  { weight: 8, arbitrary: fc.oneof(...attributeTlvs) },
  { weight: 1, arbitrary: raw },
  { weight: 1, arbitrary: oddTlvs },
);

// Descriptors.

/** Those of a node. */
export const nodeDescriptors: readonly AnyTlv[] = [
  tlv("autonomousSystem", 512, u32Value),
  tlv("bgpLsIdentifier", 513, u32Value),
  tlv("ospfAreaId", 514, ipv4("value")),
  tlv("igpRouterId", 515, routerId),
  tlv("bgpRouterId", 516, ipv4("value")),
  tlv("bgpConfederationMember", 517, u32Value),
  tlv("ipv4RouterIdOfLocalNode", 1028, ipv4("value")),
  tlv("ipv6RouterIdOfLocalNode", 1029, ipv6("value")),
  fc
    .constantFrom([514, 3], [515, 5], [519, 2], [1030, 4])
    .map(([type, length]) => rawTlv(type!, Array<number>(length!).fill(7))),
];

/** RFC 9552 section 5.2.1.4: each of its type once, in the order of their types. */
export function nodeDescriptorsTlv(name: string, type: number): AnyTlv {
  const some = fc.subarray([...nodeDescriptors]).chain((kinds) => fc.tuple(...kinds));
  const sorted = some.map((list) => {
    const byType = new Map(list.map((one) => [(one.value as { type: number }).type, one]));
    return [...byType.values()].sort(inOrder);
  });
  const descriptors = sorted.map((list) => ({
    octets: list.flatMap((one) => one.octets),
    value: { descriptors: list.map((one) => one.value) },
  }));
  return tlv(name, type, descriptors);
}

/** What the attribute of a route of BGP-LS-SPF has to have (RFC 9815 sections 5.2.2 and 5.2.4), and a metric and a status. */
export const spfTlvs: fc.Arbitrary<Both<object>[]> = fc.tuple(
  tlv("sequenceNumber", 1181, u64),
  tlv("igpMetric", 1095, fields(number("metric", 4), constant([], { octets: 4 }))),
  tlv("teDefaultMetric", 1092, u32Value),
  tlv(
    "spfStatus",
    1184,
    fc.integer({ min: 1, max: 254 }).map((value) => ({ octets: [value], value: { value } })),
  ),
);

/** RFC 9552 section 5.1: by type, then by length, then by value. */
export function inOrder(a: Both<object>, b: Both<object>): number {
  const difference = [0, 1, 2, 3].map((i) => a.octets[i]! - b.octets[i]!).find((one) => one !== 0);
  if (difference !== undefined) return difference;
  return a.octets.map((one, i) => one - b.octets[i]!).find((one) => one !== 0) ?? 0;
}

/** RFC 9857 section 4: two flags say which addresses are of IPv6. */
const srPolicyDescriptor = fc
  .tuple(fc.boolean(), fc.boolean(), fc.constantFrom(0, 0, 1, 0x3f))
  .chain(([e, o, bits]) => {
    const flags = bits | (e ? 0x80 : 0) | (o ? 0x40 : 0);
    return fields(
      number("protocolOrigin", 1),
      constant([flags], bits === 0 ? {} : { flags: bits }),
      reserved(2),
      e ? ipv6("endpoint") : ipv4("endpoint"),
      number("color", 4),
      number("originatorAsn", 4),
      o ? ipv6("originatorAddress") : ipv4("originatorAddress"),
      number("discriminator", 4),
    );
  });

const crossConnectFec = fc
  .tuple(fc.constantFrom(4, 6), fc.constantFrom(0, 0, 1, 0x7f))
  .chain(([version, bits]) =>
    fields(
      constant([bits | (version === 4 ? 0x80 : 0)], bits === 0 ? {} : { flags: bits }),
      prefix("prefix", version as 4 | 6),
    ),
  );

export const crossConnectTlvs: readonly AnyTlv[] = [
  tlv(
    "mplsCrossConnectInterface",
    556,
    fields(number("flags", 1), number("localInterfaceIdentifier", 4), address("interfaceAddress")),
  ),
  tlv("mplsCrossConnectFec", 557, crossConnectFec),
];

/** Those of links, prefixes, SIDs and policies. @param version of the prefix that the NLRI has */
export function descriptorTlvs(version: 4 | 6): readonly AnyTlv[] {
  return [
    linkIdentifiers,
    tlv("ipv4InterfaceAddress", 259, ipv4("value")),
    tlv("ipv4NeighborAddress", 260, ipv4("value")),
    tlv("ipv6InterfaceAddress", 261, ipv6("value")),
    tlv("ipv6NeighborAddress", 262, ipv6("value")),
    multiTopology,
    tlv("ospfRouteType", 264, u8Value),
    tlv("ipReachabilityInformation", 265, prefix("value", version)),
    tlv("remoteAsNumber", 270, u32Value),
    tlv("ipv4RemoteAsbrId", 271, ipv4("value")),
    tlv("ipv6RemoteAsbrId", 272, ipv6("value")),
    tlv("srv6SidInformation", 518, ipv6("value")),
    tlv("tunnelId", 550, number("value", 2)),
    tlv("lspId", 551, number("value", 2)),
    tlv("tunnelHeadEndAddress", 552, address("value")),
    tlv("tunnelTailEndAddress", 553, address("value")),
    tlv("srPolicyCandidatePathDescriptor", 554, srPolicyDescriptor),
    tlv(
      "localMplsCrossConnect",
      555,
      fields(number("incomingLabel", 4), number("outgoingLabel", 4), tlvs("subTlvs", crossConnectTlvs)),
    ),
    tlv(
      "addressFamilyLinkDescriptor",
      1185,
      u16.map((any) => ({ octets: [1 + (any % 254)], value: { value: 1 + (any % 254) } })),
    ),
    raw,
    fc
      .constantFrom([259, 3], [265, 0], [518, 15], [554, 7])
      .map(([type, length]) => rawTlv(type!, Array<number>(length!).fill(0))),
  ];
}
