// Routes by which VPNs are set up: encapsulation, MDT, Route Target membership, VPLS.
import * as fc from "fast-check";
import type { EncapsulationNlri, MdtNlri, Nlri, RouteTargetNlri, VplsNlri, VplsTlv } from "@bgpwire/decoder";
import {
  dotted,
  hex,
  joined,
  octets2,
  octets3,
  octets4,
  octetsOf,
  octetsOf4,
  u16,
  u24,
  u32,
  type Both,
  type FamilyGenerator,
} from "./base.ts";
import { extendedCommunity } from "./extended-communities.ts";
import { addressText, routeDistinguisher } from "./route-parts.ts";

/** One address, or two. */
function hop(sizes: readonly number[]): fc.Arbitrary<Both<object>> {
  return fc
    .constantFrom(...sizes)
    .chain(octetsOf)
    .map((octets) => {
      const nextHop = addressText(octets.slice(0, 16));
      if (octets.length < 32) return { octets, value: { nextHop } };
      return { octets, value: { nextHop, linkLocalNextHop: addressText(octets.slice(16)) } };
    });
}

function encapsulation(afi: 1 | 2): FamilyGenerator {
  const size = afi === 1 ? 4 : 16;
  return {
    afi,
    safi: 7,
    kind: "encapsulation",
    nextHop: hop(afi === 1 ? [4, 16, 32] : [16, 32]),
    nlri: () =>
      octetsOf(size).map((octets): Both<EncapsulationNlri> => ({
        octets: [8 * size, ...octets],
        value: { endpointAddress: addressText(octets) },
      })),
  };
}

const mdt: FamilyGenerator = {
  afi: 1,
  safi: 66,
  kind: "mdt",
  nextHop: hop([4, 16, 32]),
  nlri: () =>
    fc.tuple(routeDistinguisher, octetsOf4, octetsOf4).map(([rd, address, group]): Both<MdtNlri> => ({
      octets: [128, ...rd.octets, ...address, ...group],
      value: { routeDistinguisher: rd.value, address: dotted(address), groupAddress: dotted(group) },
    })),
};

/** Nothing, everything, and every length between, with any bits behind it. */
const membership: fc.Arbitrary<Both<RouteTargetNlri>> = fc.oneof(
  fc.constant({ octets: [0], value: { name: "defaultRouteTarget" as const } }),
  fc.tuple(u32, extendedCommunity).map(([originAs, target]) => ({
    octets: [96, ...octets4(originAs), ...target.octets],
    value: { name: "routeTarget" as const, originAs, routeTarget: target.value },
  })),
  fc.tuple(u32, fc.integer({ min: 32, max: 95 }), octetsOf(8)).map(([originAs, length, all]) => {
    const octets = all.slice(0, Math.ceil((length - 32) / 8));
    return {
      octets: [length, ...octets4(originAs), ...octets],
      value: { name: "routeTargetPrefix" as const, originAs, length, routeTarget: hex(octets) },
    };
  }),
);

const routeTarget: FamilyGenerator = {
  afi: 1,
  safi: 132,
  kind: "routeTarget",
  nextHop: hop([4, 16, 32]),
  nlri: () => membership,
};

/** Bits behind a type and how many they are, one more than the last octet has among them. */
const vplsTlv: fc.Arbitrary<Both<VplsTlv>> = fc
  .tuple(fc.constantFrom(1, 1, 0, 2, 255), fc.array(fc.nat(1), { maxLength: 20 }), fc.nat(4))
  .map(([type, bits, padding]) => {
    const whole = Math.ceil(bits.length / 8) * 8;
    const filled = [...bits, ...Array.from({ length: whole - bits.length }, (_, i) => (padding === i + 1 ? 1 : 0))];
    const value = Array.from({ length: whole / 8 }, (_, i) =>
      Number.parseInt(filled.slice(8 * i, 8 * i + 8).join(""), 2),
    );
    const isKnown = type === 1 && !filled.includes(1, bits.length);
    return {
      octets: [type, ...octets2(bits.length), ...value],
      value: isKnown
        ? { name: "circuitStatusVector", type, status: bits.join("") }
        : { name: "raw", type, bits: bits.length, value: Uint8Array.from(value) },
    };
  });

const labelBlock: fc.Arbitrary<Both<VplsNlri>> = fc
  .tuple(
    routeDistinguisher,
    u16,
    u16,
    u16,
    fc.oneof(u24, fc.constantFrom(0xff_fff1, 1, 0)),
    fc.array(vplsTlv, { maxLength: 2 }).map(joined),
  )
  .map(([rd, veId, veBlockOffset, veBlockSize, base, tlvs]) => ({
    octets: [
      ...octets2(17 + tlvs.octets.length),
      ...rd.octets,
      ...octets2(veId),
      ...octets2(veBlockOffset),
      ...octets2(veBlockSize),
      ...octets3(base),
      ...tlvs.octets,
    ],
    value: {
      name: "labelBlock",
      routeDistinguisher: rd.value,
      veId,
      veBlockOffset,
      veBlockSize,
      labelBase: Math.floor(base / 16),
      ...(base % 16 !== 1 && { labelBits: base % 16 }),
      ...(tlvs.value.length > 0 && { tlvs: tlvs.value }),
    },
  }));

const autoDiscovery: fc.Arbitrary<Both<VplsNlri>> = fc.tuple(routeDistinguisher, octetsOf4).map(([rd, address]) => ({
  octets: [0, 12, ...rd.octets, ...address],
  value: { name: "autoDiscovery", routeDistinguisher: rd.value, peAddress: dotted(address) },
}));

/** Routes that are longer by something that is no TLV of RFC 6624. */
const longer: fc.Arbitrary<Both<Nlri>> = fc
  .tuple(octetsOf(17), fc.constantFrom([1], [1, 0], [1, 0, 9, 1]))
  .map((parts) => {
    const octets = parts.flat();
    const whole = [0, octets.length, ...octets];
    return { octets: whole, value: { name: "raw", value: Uint8Array.from(whole) } };
  });

const vpls: FamilyGenerator = {
  afi: 25,
  safi: 65,
  kind: "vpls",
  nextHop: hop([4, 16, 32]),
  nlri: () => fc.oneof<fc.Arbitrary<Both<Nlri>>[]>(labelBlock, autoDiscovery, longer),
};

export const VPN_SIGNALLING_FAMILIES: readonly FamilyGenerator[] = [
  encapsulation(1),
  encapsulation(2),
  mdt,
  routeTarget,
  vpls,
];
