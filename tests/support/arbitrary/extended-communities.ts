// Generators of extended communities of every type there is: octets, and what they mean as the documents' figures have it, read
// here a second time.
import * as fc from "fast-check";
import type { ExtendedCommunity } from "@bgpwire/decoder";
import {
  dotted,
  hex,
  isThere,
  octet,
  octets2,
  octetsOf,
  type AttributeGenerator,
  type Both,
  type Octets,
} from "./base.ts";

/** What a value of six octets means; null where it is none that its type has. */
type Meaning = (value: Octets) => object | null;

/** The number in octets `from` to `to`, both counted from one, as figures count. */
export function n(value: Octets, from: number, to: number = from): number {
  return value.slice(from - 1, to).reduce((sum, one) => sum * 256 + one, 0);
}

/** The address in four octets. */
function ip(value: Octets, from: number): string {
  return dotted(value.slice(from - 1, from + 3));
}

function mac(value: Octets): string {
  return value.map((one) => hex([one])).join(":");
}

/** Whether bits of an octet are set. */
export function set(value: Octets, at: number, bits: number): boolean {
  return (value[at - 1]! & bits) !== 0;
}

/** Bits without meaning, where any is set. */
export function rest(value: Octets, ...mask: Octets): { readonly reserved?: string } {
  const bits = value.map((one, i) => one & mask[i]!);
  return bits.every((one) => one === 0) ? {} : { reserved: hex(bits) };
}

/** A floating-point number; null where JSON has none like it. */
function float(value: Octets, from: number): number | null {
  const number = new DataView(Uint8Array.from(value).buffer).getFloat32(from - 1);
  return Number.isFinite(number) && !Object.is(number, -0) ? number : null;
}

function as2(name: string): Meaning {
  return (v) => ({ name, format: "as2", as: n(v, 1, 2), value: n(v, 3, 6) });
}

function as4(name: string): Meaning {
  return (v) => ({ name, format: "as4", as: n(v, 1, 4), value: n(v, 5, 6) });
}

function address(name: string): Meaning {
  return (v) => ({ name, format: "ipv4", address: ip(v, 1), value: n(v, 5, 6) });
}

/** The same with something more. */
function also(meaning: Meaning, more: object): Meaning {
  return (v) => ({ ...meaning(v), ...more });
}

function bandwidth(transitive: boolean): Meaning {
  return (v) => {
    const rate = float(v, 3);
    return rate === null ? null : { name: "linkBandwidth", transitive, as: n(v, 1, 2), bandwidth: rate };
  };
}

function rate(name: string): Meaning {
  return (v) => {
    const number = float(v, 3);
    return number === null ? null : { name, as: n(v, 1, 2), rate: number };
  };
}

function place(v: Octets): object {
  return { region: v[4]! >> 3, satellite: set(v, 5, 4), country: ((v[4]! & 3) << 8) + v[5]! };
}

function ospfRouterId(v: Octets): object {
  return { name: "ospfRouterId", routerId: ip(v, 1), ...rest(v, 0, 0, 0, 0, 0xff, 0xff) };
}

function ospfRouteType(v: Octets): object {
  const area = ip(v, 1);
  return { name: "ospfRouteType", area, routeType: v[4], type2Metric: set(v, 6, 1), ...rest(v, 0, 0, 0, 0, 0, 0xfe) };
}

function nodeTarget(v: Octets): object {
  return { name: "nodeTarget", identifier: ip(v, 1), ...rest(v, 0, 0, 0, 0, 0xff, 0xff) };
}

function cost(v: Octets): object {
  return { name: "cost", pointOfInsertion: v[0], communityId: v[1], cost: n(v, 3, 6) };
}

function transportClass(v: Octets): object {
  return { name: "transportClass", transportClassId: n(v, 3, 6), ...rest(v, 0xff, 0xff, 0, 0, 0, 0) };
}

function interfaceSet(v: Octets): object {
  const group = n(v, 5, 6) % 0x4000;
  return { name: "interfaceSet", as: n(v, 1, 4), group, input: set(v, 5, 0x40), output: set(v, 5, 0x80) };
}

function mark(name: string): Meaning {
  return (v) => ({ name, ...rest(v, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) });
}

/** By type and sub-type. */
// prettier-ignore
const MEANINGS: Readonly<Record<number, Meaning>> = {
  0x0002: as2("routeTarget"), 0x0102: address("routeTarget"), 0x0202: as4("routeTarget"),
  0x0003: as2("routeOrigin"), 0x0103: address("routeOrigin"), 0x0203: as4("routeOrigin"),
  0x0004: bandwidth(true), 0x4004: bandwidth(false),
  0x0005: as2("ospfDomainIdentifier"), 0x0105: address("ospfDomainIdentifier"), 0x0205: as4("ospfDomainIdentifier"),
  0x8005: also(as2("ospfDomainIdentifier"), { oldType: true }),
  0x0107: ospfRouterId, 0x8001: also(ospfRouterId, { oldType: true }),
  0x0306: ospfRouteType, 0x8000: also(ospfRouteType, { oldType: true }),
  0x0008: (v) => (n(v, 3, 4) === 0 ? { name: "dataCollection", format: "as2", as: n(v, 1, 2), ...place(v) } : null),
  0x0208: (v) => ({ name: "dataCollection", format: "as4", as: n(v, 1, 4), ...place(v) }),
  0x0009: as2("sourceAs"), 0x0209: as4("sourceAs"),
  0x0109: also(nodeTarget, { transitive: true }), 0x4109: also(nodeTarget, { transitive: false }),
  0x000a: as2("l2vpnIdentifier"), 0x010a: address("l2vpnIdentifier"),
  0x010b: address("vrfRouteImport"),
  0x010c: (v) => ({ name: "redirectToIp", address: ip(v, 1), copy: set(v, 6, 1), ...rest(v, 0, 0, 0, 0, 0xff, 0xfe) }),
  0x0010: as2("vpnDistinguisher"), 0x0110: address("vpnDistinguisher"), 0x0210: as4("vpnDistinguisher"),
  0x0112: address("interAreaP2mpSegmentedNextHop"),
  0x0013: as2("routeTargetRecord"), 0x0113: address("routeTargetRecord"), 0x0213: as4("routeTargetRecord"),
  0x0114: address("vrfRecursiveNextHop"),
  0x0015: as2("routeTargetDerived"), 0x0115: address("routeTargetDerived"), 0x0215: as4("routeTargetDerived"),
  0x0120: address("mvpnSaRpAddress"),
  0x0204: (v) => ({ name: "generic", transitive: true, as: n(v, 1, 4), value: n(v, 5, 6) }),
  0x4204: (v) => ({ name: "generic", transitive: false, as: n(v, 1, 4), value: n(v, 5, 6) }),
  0x0301: also(cost, { transitive: true }), 0x4301: also(cost, { transitive: false }),
  0x0304: mark("extranetSource"), 0x0305: mark("extranetSeparation"), 0x030d: mark("defaultGateway"),
  0x0307: (v) => ({ name: "additionalPmsiTunnelFlags", flags: hex(v) }),
  0x0308: (v) => ({ name: "contextLabelSpace", idType: n(v, 1, 2), idValue: n(v, 3, 6) }),
  0x0309: (v) => ({ name: "unreachablePrefixAnnouncement", routerId: ip(v, 3), drop: set(v, 1, 0x80), ...rest(v, 0x7f, 0xff, 0, 0, 0, 0) }),
  0x030b: (v) => ({ name: "color", colorOnlyType: v[0]! >> 6, color: n(v, 3, 6), ...rest(v, 0x3f, 0xff, 0, 0, 0, 0) }),
  0x030c: (v) => ({ name: "encapsulation", tunnelType: n(v, 5, 6), ...rest(v, 0xff, 0xff, 0xff, 0xff, 0, 0) }),
  0x0314: (v) => ({ name: "consistentHashSortOrder", order: n(v, 1, 4), ...rest(v, 0, 0, 0, 0, 0xff, 0xff) }),
  0x031b: (v) => ({ name: "localColorMapping", color: n(v, 3, 6), ...rest(v, 0xff, 0xff, 0, 0, 0, 0) }),
  0x4300: (v) => (v[5]! > 2 ? null : { name: "originValidationState", state: ["valid", "notFound", "invalid"][v[5]!], ...rest(v, 0xff, 0xff, 0xff, 0xff, 0xff, 0) }),
  0x0600: (v) => ({ name: "macMobility", sequenceNumber: n(v, 3, 6), sticky: set(v, 1, 1), ...rest(v, 0xfe, 0xff, 0, 0, 0, 0) }),
  0x0601: (v) => ({ name: "esiLabel", esiLabel: n(v, 4, 6), singleActive: set(v, 1, 1), splitHorizonType: v[0]! >> 6, ...rest(v, 0x3e, 0xff, 0xff, 0, 0, 0) }),
  0x0602: (v) => ({ name: "esImportRouteTarget", esImport: mac(v) }),
  0x0603: (v) => ({ name: "routersMac", macAddress: mac(v) }),
  0x0604: (v) => ({ name: "evpnLayer2Attributes", mtu: n(v, 3, 4), backup: set(v, 2, 1), primary: set(v, 2, 2), controlWord: set(v, 2, 4), crossConnect: (v[1]! >> 4) & 3, normalizedVlans: v[1]! >> 6, ...rest(v, 0xff, 0x08, 0, 0, 0xff, 0xff) }),
  0x0605: (v) => ({ name: "eTree", leafLabel: n(v, 4, 6), leaf: set(v, 1, 1), ...rest(v, 0xfe, 0xff, 0xff, 0, 0, 0) }),
  0x0606: (v) => ({ name: "dfElection", algorithm: v[0]! % 32, capabilities: n(v, 2, 3), preference: n(v, 5, 6), ...rest(v, 0xe0, 0, 0, 0xff, 0, 0) }),
  0x0607: (v) => ({ name: "iSid", baseISid: n(v, 1, 3), bitmap: n(v, 4, 6) }),
  0x0608: (v) => ({ name: "arpNd", router: set(v, 1, 1), override: set(v, 1, 2), immutable: set(v, 1, 8), ...rest(v, 0xf4, 0xff, 0xff, 0xff, 0xff, 0xff) }),
  0x0609: (v) => ({ name: "multicastFlags", igmpProxy: set(v, 2, 1), mldProxy: set(v, 2, 2), segmentation: set(v, 2, 0x80), oism: set(v, 2, 8), supplementaryDomain: set(v, 1, 1), ipmg: set(v, 2, 0x40), meg: set(v, 2, 0x20), peg: set(v, 2, 0x10), ...rest(v, 0xfe, 0x04, 0xff, 0xff, 0xff, 0xff) }),
  0x060a: as2("eviRouteTarget"), 0x060b: address("eviRouteTarget"), 0x060c: as4("eviRouteTarget"),
  0x060f: (v) => ({ name: "serviceCarvingTime", seconds: n(v, 1, 4), fraction: n(v, 5, 6) }),
  0x0702: also(interfaceSet, { transitive: true }), 0x4702: also(interfaceSet, { transitive: false }),
  0x0800: (v) => ({ name: "redirectToNextHop", copy: set(v, 6, 1), ...rest(v, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe) }),
  0x0a02: also(transportClass, { transitive: true }), 0x4a02: also(transportClass, { transitive: false }),
  0x0b01: (v) => ({ name: "sfirPoolIdentifier", poolIdentifier: hex(v) }),
  0x0b02: (v) => ({ name: "mplsMixedSwappingStackingLabels", contextLabel: n(v, 1, 3) >> 4, sfLabel: n(v, 4, 6) >> 4, ...rest(v, 0, 0, 15, 0, 0, 15) }),
  0x0c00: as2("mupDirectSegment"), 0x0c01: address("mupDirectSegment"), 0x0c02: as4("mupDirectSegment"),
  0x0c03: as2("mupInterworkSegment"), 0x0c04: address("mupInterworkSegment"), 0x0c05: as4("mupInterworkSegment"),
  0x8006: rate("trafficRateBytes"), 0x800c: rate("trafficRatePackets"),
  0x8007: (v) => ({ name: "trafficAction", sample: set(v, 6, 2), terminal: set(v, 6, 1), ...rest(v, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc) }),
  0x8008: as2("redirect"), 0x8108: address("redirect"), 0x8208: as4("redirect"),
  0x8009: (v) => ({ name: "trafficMarking", dscp: v[5]! % 64, ...rest(v, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc0) }),
  0x800a: (v) => ({ name: "layer2Info", encapsType: v[0], mtu: n(v, 3, 4), preference: n(v, 5, 6), controlWord: set(v, 2, 2), sequenced: set(v, 2, 1), ...rest(v, 0, 0xfc, 0, 0, 0, 0) }),
  0x800b: (v) => ({ name: "eTreeInfo", rootVlan: n(v, 1, 2) % 4096, leafVlan: n(v, 3, 4) % 4096, leafOnly: set(v, 6, 2), vlanMapping: set(v, 6, 1), ...rest(v, 0xf0, 0, 0xf0, 0, 0xff, 0xfc) }),
  0x800d: (v) => ({ name: "sfcClassifier", servicePathIdentifier: n(v, 1, 3), serviceIndex: v[3], serviceFunctionType: n(v, 5, 6) }),
  0x8800: (v) => ({ name: "eigrpRoute", flags: n(v, 1, 2), tag: n(v, 3, 6) }),
  0x8801: (v) => ({ name: "eigrpDelay", as: n(v, 1, 2), delay: n(v, 3, 6) }),
  0x8802: (v) => ({ name: "eigrpBandwidth", reliability: v[0], hopCount: v[1], bandwidth: n(v, 3, 6) }),
  0x8803: (v) => ({ name: "eigrpLoad", load: v[1], mtu: n(v, 3, 6), ...rest(v, 0xff, 0, 0, 0, 0, 0) }),
  0x8804: (v) => ({ name: "eigrpExternalOrigin", as: n(v, 1, 2), routerId: ip(v, 3) }),
  0x8805: (v) => ({ name: "eigrpExternalMetric", protocol: n(v, 1, 2), metric: n(v, 3, 6) }),
  0x8806: (v) => ({ name: "eigrpRouterId", routerId: ip(v, 3), ...rest(v, 0xff, 0xff, 0, 0, 0, 0) }),
};

function qosMarking(transitive: boolean): Meaning {
  return (v) => ({
    name: "qosMarking",
    transitive,
    flags: v[0],
    setNumber: v[1],
    technologyType: v[2],
    originalMarking: n(v, 4, 5),
    activeMarking: v[5],
    processingCount: v[6],
  });
}

/** By type, of those that have no sub-type and seven octets of value. */
const REGULAR: Readonly<Record<number, Meaning>> = {
  0x04: qosMarking(true),
  0x44: qosMarking(false),
  0x05: (v) => ({ name: "cosCapability", flags: hex(v) }),
};

function isKnown(type: number): boolean {
  return type in MEANINGS || type >> 8 in REGULAR;
}

/** Types that the generator has, by both octets. A test holds the decoder to know these and no others. */
export const EXTENDED_COMMUNITY_TYPES: ReadonlySet<number> = new Set(
  Array.from({ length: 0x1_0000 }, (_, type) => type).filter(isKnown),
);

/** Octets of which many are zero, as in fields that are reserved. */
export function sparseOctets(count: number): fc.Arbitrary<number[]> {
  const edges = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff);
  const sparse = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, edges), {
    minLength: count,
    maxLength: count,
  });
  return fc.oneof(octetsOf(count), sparse);
}

function both(type: Octets, value: Octets, meaning: Meaning): Both<ExtendedCommunity> {
  const octets = [...type, ...value];
  return { octets, value: (meaning(value) ?? { name: "raw", value: Uint8Array.from(octets) }) as ExtendedCommunity };
}

const known = fc
  .tuple(fc.constantFrom(...Object.entries(MEANINGS)), sparseOctets(6))
  .map(([[type, meaning], value]) => both(octets2(Number(type)), value, meaning));

const regular = fc
  .tuple(fc.constantFrom(...Object.entries(REGULAR)), sparseOctets(7))
  .map(([[type, meaning], value]) => both([Number(type)], value, meaning));

const unknown = fc
  .tuple(octet, octet, octetsOf(6))
  .filter(([high, low]) => !isKnown(high * 256 + low))
  .map(([high, low, value]) => both([high, low], value, () => null));

/** Extended communities of every type. */
export const extendedCommunity: fc.Arbitrary<Both<ExtendedCommunity>> = fc.oneof(
  { weight: 8, arbitrary: known },
  { weight: 1, arbitrary: regular },
  { weight: 1, arbitrary: unknown },
);

function typeOf({ octets }: Both<ExtendedCommunity>): number {
  return n(octets, 1, 2);
}

/** A community of this type. */
function ofType(type: number): fc.Arbitrary<Both<ExtendedCommunity>> {
  return octetsOf(6).map((value) => both(octets2(type), value, MEANINGS[type]!));
}

const EVI_ROUTE_TARGETS: readonly number[] = [0x060a, 0x060b, 0x060c, 0x060d];

export const extendedCommunities: AttributeGenerator = {
  flags: 0xc0,
  make: (_context, announced = []) => {
    const needed: fc.Arbitrary<Both<ExtendedCommunity>>[] = [];
    const without: number[] = [];
    // RFC 9830 section 4.2.1.
    if (isThere(announced, [73], [1, 2])) needed.push(ofType(0x0102));
    // draft-ietf-bess-mup-safi section 3.3.12.
    if (isThere(announced, [85], [1, 2])) needed.push(ofType(0x0c00));
    // RFC 9015 section 7.4: with other actions it may not be.
    if (isThere(announced, [133, 134], [1, 2, 25])) without.push(0x800d);
    const evpn = isThere(announced, [70], [25]);
    // RFC 9251 section 9.5; RFC 9136 section 3.2.
    if (evpn) needed.push(fc.constantFrom(...EVI_ROUTE_TARGETS.slice(0, 3)).chain(ofType));
    if (evpn) without.push(0x0603, ...EVI_ROUTE_TARGETS);
    // RFC 9746 section 2.2: no split-horizon type beside the bit of single-active segments.
    const suits = (one: Both<ExtendedCommunity>): boolean =>
      !without.includes(typeOf(one)) &&
      !(evpn && typeOf(one) === 0x0601 && one.octets[2]! % 2 === 1 && one.octets[2]! > 0x3f);
    return fc.tuple(fc.array(extendedCommunity, { minLength: 1, maxLength: 6 }), ...needed).map(([any, ...more]) => {
      const list = [...any.filter(suits), ...more];
      // Nothing at all would be malformed.
      const some = list.length > 0 ? list : [both([0x00, 0x02], [0, 1, 0, 0, 0, 1], MEANINGS[0x0002]!)];
      return {
        octets: some.flatMap((one) => one.octets),
        value: { name: "extendedCommunities", code: 16, communities: some.map((one) => one.value) },
      };
    });
  },
};
