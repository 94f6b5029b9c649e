// Routes of BGP CAR and VPN CAR of every type, with TLVs of every type, odd ones among them, and of types that are not known.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import type { CarNlri, RawNlri } from "@bgpwire/decoder";
import {
  hex,
  octet,
  octets3,
  octets4,
  octetsOf,
  u24,
  u32,
  type Both,
  type FamilyGenerator,
  type Octets,
} from "./base.ts";
import { addressHop, fields, numeric, prefixBits, routeDistinguisher, transportHop } from "./route-parts.ts";

type Route = fc.Arbitrary<Both<CarNlri | RawNlri>>;
type Part = fc.Arbitrary<Both<Record<string, unknown>>>;

/** Labels with the low bits that they are to have, which are none, or with any. */
const label: Part = fc
  .tuple(fc.array(fc.nat(0xf_ffff), { minLength: 1, maxLength: 3 }), fc.option(octetsOf(3), { nil: null }))
  .map(([labels, low]) => {
    const bits = labels.map((_, i) => (low === null ? 0 : low[i]! & 0xf));
    const odd = bits.some((one) => one !== 0);
    return {
      octets: labels.flatMap((value, i) => octets3(value * 16 + bits[i]!)),
      value: { labels, ...(odd && { labelBits: bits }) },
    };
  });

const labelIndex = fields({
  flags: fc
    .oneof(fc.constant(0), u24)
    .map((value) => ({ octets: octets3(value), value: value === 0 ? undefined : value })),
  labelIndex: numeric(u32, octets4),
});

const sids: Part = fc.oneof(
  fc.array(octetsOf(16), { minLength: 1, maxLength: 2 }).map((list) => ({
    octets: list.flat(),
    value: { sids: list.map((one) => formatIPv6(Uint8Array.from(one))) },
  })),
  fc.array(octet, { minLength: 1, maxLength: 15 }).map((octets) => ({ octets, value: { transposed: hex(octets) } })),
);

interface Value {
  readonly type: number;
  readonly name: string;
  readonly octets: Octets;
  readonly value: object;
}

function known(type: number, name: string, part: Part): fc.Arbitrary<Value> {
  return part.map(({ octets, value }) => ({ type, name, octets, value }));
}

/** Of types that are not known, and of lengths that their type does not have. */
const raw: fc.Arbitrary<Value> = fc
  .oneof(
    fc.tuple(fc.constantFrom(0, 4, 63), fc.array(octet, { maxLength: 8 })),
    fc.tuple(fc.constant(1), fc.oneof(fc.constant([]), octetsOf(4))),
    fc.tuple(fc.constant(2), octetsOf(6)),
    fc.tuple(fc.constant(3), fc.oneof(fc.constant([]), octetsOf(17))),
  )
  .map(([type, octets]) => ({ type, name: "raw", octets, value: { value: Uint8Array.from(octets) } }));

const tlv: fc.Arbitrary<Both<object>> = fc
  .tuple(
    fc.oneof(known(1, "label", label), known(2, "labelIndex", labelIndex), known(3, "srv6Sid", sids), raw),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([{ type, name, octets, value }, transitive, reserved]) => ({
    octets: [(reserved ? 0x80 : 0) | (transitive ? 0x40 : 0) | type, octets.length, ...octets],
    value: { name, type, ...value, ...(transitive && { transitive }), ...(reserved && { reserved }) },
  }));

const tlvs: Part = fc.array(tlv, { maxLength: 3 }).map((list) => ({
  octets: list.flatMap(({ octets }) => octets),
  value: list.length === 0 ? {} : { tlvs: list.map(({ value }) => value) },
}));

/** What does not fit, which is of no account where the route is withdrawn. */
const rest: Part = fc.tuple(tlvs, fc.oneof(fc.constant([1]), fc.constant([1, 4, 0, 0, 1]))).map(([good, octets]) => ({
  octets: [...good.octets, ...octets],
  value: { ...good.value, tlvsRest: Uint8Array.from(octets) },
}));

function whole(type: number, key: Octets, others: Octets): Octets {
  return [2 + key.length + others.length, key.length, type, ...key, ...others];
}

function route(version: 4 | 6, vpn: boolean, colored: boolean, values: Part): Route {
  return fc
    .tuple(routeDistinguisher, prefixBits(version), fc.integer({ min: 1, max: 0xffff_ffff }), values)
    .map(([rd, prefix, color, { octets, value }]) => ({
      octets: whole(
        colored ? 1 : 2,
        [prefix.bits, ...(vpn ? rd.octets : []), ...prefix.octets, ...(colored ? octets4(color) : [])],
        octets,
      ),
      value: {
        name: colored ? "colorAwareRoute" : "ipPrefix",
        routeType: colored ? 1 : 2,
        ...(vpn && { routeDistinguisher: rd.value }),
        prefix: prefix.value,
        ...(colored && { color }),
        ...value,
      } as CarNlri,
    }));
}

/** "In an opaque manner": the key is known, though not what is in it. */
const unknown: Route = fc
  .tuple(
    fc.oneof(fc.constant(0), fc.integer({ min: 3, max: 255 })),
    fc.array(octet, { maxLength: 20 }),
    fc.array(octet, { maxLength: 20 }),
  )
  .map(([type, key, others]) => {
    const octets = whole(type, key, others);
    return { octets, value: { name: "raw", value: Uint8Array.from(octets) } };
  });

function family(version: 4 | 6, vpn: boolean): FamilyGenerator {
  return {
    afi: version === 4 ? 1 : 2,
    safi: vpn ? 84 : 83,
    kind: vpn ? "vpnCar" : "car",
    nextHop: vpn ? transportHop : addressHop,
    nlri: (_context, withdrawn) => {
      const values = withdrawn ? fc.oneof(tlvs, rest) : tlvs;
      return fc.oneof(route(version, vpn, true, values), route(version, vpn, false, values), unknown);
    },
  };
}

export const CAR_FAMILIES: readonly FamilyGenerator[] = [
  family(4, false),
  family(4, true),
  family(6, false),
  family(6, true),
];
