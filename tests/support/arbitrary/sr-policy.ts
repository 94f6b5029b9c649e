// Sub-TLVs of an SR Policy: each, with segments of every type, with and without what is optional in them.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import {
  dotted,
  joined,
  octet,
  octets2,
  octets4,
  octetsOf,
  octetsOf4,
  u16,
  u32,
  type Both,
  type Octets,
} from "./base.ts";
import { framed, named, reservedOctet, reservedU16, unknownTlv, unlessZero, type BareTlv } from "./parts.ts";

const ipv4 = (name: string): fc.Arbitrary<Both<object>> =>
  octetsOf4.map((octets) => ({ octets, value: { [name]: dotted(octets) } }));
const ipv6 = (name: string): fc.Arbitrary<Both<object>> =>
  octetsOf(16).map((octets) => ({ octets, value: { [name]: formatIPv6(Uint8Array.from(octets)) } }));
const number = (name: string): fc.Arbitrary<Both<object>> =>
  u32.map((value) => ({ octets: octets4(value), value: { [name]: value } }));
const small = (name: string): fc.Arbitrary<Both<object>> =>
  octet.map((value) => ({ octets: [value], value: { [name]: value } }));
const nothing: fc.Arbitrary<Both<object>> = fc.constant({ octets: [], value: {} });

/** Label, traffic class, S and TTL by their bits. */
export const labelStackEntry: fc.Arbitrary<Both<object>> = fc
  .tuple(fc.nat(0xf_ffff), fc.nat(7), fc.boolean(), octet)
  .map(([label, trafficClass, bottom, ttl]) => ({
    octets: octets4(label * 4096 + trafficClass * 512 + (bottom ? 256 : 0) + ttl),
    value: { label, trafficClass, ...(bottom && { bottomOfStack: true }), ttl },
  }));

const structure: fc.Arbitrary<Both<object>> = fc
  .tuple(u16, reservedU16, octetsOf4)
  .map(([endpointBehavior, reserved, [block, node, fun, arg]]) => ({
    octets: [...octets2(endpointBehavior), ...octets2(reserved), block, node, fun, arg],
    value: {
      endpointBehaviorAndSidStructure: {
        endpointBehavior,
        ...unlessZero("reserved", reserved),
        locatorBlockLength: block,
        locatorNodeLength: node,
        functionLength: fun,
        argumentLength: arg,
      },
    },
  }));

const mplsSid: fc.Arbitrary<Both<object>> = labelStackEntry.map(({ octets, value }) => ({
  octets,
  value: { srMplsSid: value },
}));

/** Flags and RESERVED as one field of 16 bits. */
function flags(bits: Readonly<Record<string, number>>): fc.Arbitrary<Both<object>> {
  return u16.map((value) => ({ octets: octets2(value), value: named(value, bits) }));
}

/** RFC 9830 figure 13, RFC 9831 figure 10. */
const SEGMENT_FLAGS = { vFlag: 0x8000, aFlag: 0x4000, sFlag: 0x2000, bFlag: 0x1000 };
const flagsAndReserved = flags(SEGMENT_FLAGS);
const flagsAndAlgorithm: fc.Arbitrary<Both<object>> = fc.tuple(octet, octet).map(([value, srAlgorithm]) => ({
  octets: [value, srAlgorithm],
  value: { ...named(value * 256, SEGMENT_FLAGS), srAlgorithm },
}));
const unassigned: fc.Arbitrary<Both<object>> = reservedU16.map((value) => ({
  octets: octets2(value),
  value: unlessZero("reserved", value),
}));

/** Parts in a row, the value having the fields of all. */
function row(type: number, name: string, ...parts: readonly fc.Arbitrary<Both<object>>[]): fc.Arbitrary<BareTlv> {
  return fc.tuple(...parts).map((list) => ({
    type,
    octets: list.flatMap((one): Octets => one.octets),
    value: Object.assign({ name }, ...list.map((one) => one.value)) as object,
  }));
}

const optionalMplsSid = fc.oneof(mplsSid, nothing);
const srv6Sid = ipv6("srv6Sid");
const both = fc
  .tuple(srv6Sid, structure)
  .map(([sid, rest]) => ({ octets: [...sid.octets, ...rest.octets], value: { ...sid.value, ...rest.value } }));
const optionalSrv6Sid = fc.oneof(both, srv6Sid, nothing);
const interfaces = [
  number("localInterfaceId"),
  ipv6("ipv6LocalNodeAddress"),
  number("remoteInterfaceId"),
  ipv6("ipv6RemoteNodeAddress"),
];
const link = [ipv6("localIpv6Address"), ipv6("remoteIpv6Address")];

const inSegmentList: fc.Arbitrary<BareTlv> = fc.oneof(
  row(9, "weight", unassigned, number("weight")),
  row(1, "segmentTypeA", flagsAndReserved, mplsSid),
  row(13, "segmentTypeB", flagsAndReserved, fc.oneof(both, srv6Sid)),
  row(3, "segmentTypeC", flagsAndAlgorithm, ipv4("ipv4NodeAddress"), optionalMplsSid),
  row(4, "segmentTypeD", flagsAndAlgorithm, ipv6("ipv6NodeAddress"), optionalMplsSid),
  row(5, "segmentTypeE", flagsAndReserved, number("localInterfaceId"), ipv4("ipv4NodeAddress"), optionalMplsSid),
  row(6, "segmentTypeF", flagsAndReserved, ipv4("localIpv4Address"), ipv4("remoteIpv4Address"), optionalMplsSid),
  row(7, "segmentTypeG", flagsAndReserved, ...interfaces, optionalMplsSid),
  row(8, "segmentTypeH", flagsAndReserved, ...link, optionalMplsSid),
  row(14, "segmentTypeI", flagsAndAlgorithm, ipv6("ipv6NodeAddress"), optionalSrv6Sid),
  row(15, "segmentTypeJ", flagsAndAlgorithm, ...interfaces, optionalSrv6Sid),
  row(16, "segmentTypeK", flagsAndAlgorithm, ...link, optionalSrv6Sid),
  unknownTlv([1, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16]),
);

const segmentList: fc.Arbitrary<BareTlv> = fc
  .tuple(
    reservedOctet,
    fc.array(
      inSegmentList.map((tlv) => framed("tunnel", tlv)),
      { maxLength: 6 },
    ),
  )
  .map(([reserved, list]) => {
    const { octets, value } = joined(list);
    return {
      type: 128,
      octets: [reserved, ...octets],
      value: { name: "segmentList", ...unlessZero("reserved", reserved), subTlvs: value },
    };
  });

/** Printable ASCII, as it is to be, and any octets. */
function symbolicName(type: number, name: string): fc.Arbitrary<BareTlv> {
  const octets = fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) }, octet), {
    maxLength: 300,
  });
  return fc.tuple(reservedOctet, octets).map(([reserved, list]) => ({
    type,
    octets: [reserved, ...list],
    value: { name, ...unlessZero("reserved", reserved), symbolicName: String.fromCharCode(...list) },
  }));
}

const S_AND_I = { sFlag: 0x8000, iFlag: 0x4000 };

/** Types of RFC 9830 section 6.3. */
export const SR_POLICY_TYPES: readonly number[] = [12, 13, 14, 15, 20, 128, 129, 130];

export const srPolicySubTlv: fc.Arbitrary<BareTlv> = fc.oneof(
  row(12, "preference", unassigned, number("preference")),
  row(13, "bindingSid", flags(S_AND_I), fc.oneof(nothing, mplsSid, srv6Sid)),
  row(14, "explicitNullLabelPolicy", unassigned, small("enlp")),
  fc.tuple(octet, reservedOctet).map(([priority, reserved]) => ({
    type: 15,
    octets: [priority, reserved],
    value: { name: "priority", priority, ...unlessZero("reserved", reserved) },
  })),
  row(20, "srv6BindingSid", flags({ ...S_AND_I, bFlag: 0x2000 }), ipv6("srv6BindingSid"), fc.oneof(nothing, structure)),
  { weight: 3, arbitrary: segmentList },
  symbolicName(129, "srPolicyCandidatePathName"),
  symbolicName(130, "srPolicyName"),
);
