// BGP-MUP routes of every type, with TLVs of every type, and of architectures and types that are not known.
import * as fc from "fast-check";
import type { MupNlri, RawNlri } from "@bgpwire/decoder";
import { octet, octets2, octets4, octetsOf, u16, u32, type Both, type FamilyGenerator, type Octets } from "./base.ts";
import {
  address,
  addressHop,
  addressText,
  fields,
  numeric,
  optionalAddress,
  prefixBits,
  routeDistinguisher,
  sizedAddress,
} from "./route-parts.ts";

type Route = fc.Arbitrary<Both<MupNlri | RawNlri>>;
type Part = fc.Arbitrary<Both<Record<string, unknown>>>;

const teid = numeric(fc.integer({ min: 1, max: 0xffff_ffff }), octets4);
const qfi = numeric(octet, (value) => [value]);

function header(architecture: number, type: number, octets: Octets): Octets {
  return [architecture, ...octets2(type), octets.length, ...octets];
}

function route(routeType: number, name: string, part: Part): Route {
  return part.map(({ octets, value }) => ({
    octets: header(1, routeType, octets),
    value: { name, routeType, ...value } as unknown as MupNlri,
  }));
}

/** A prefix behind its length. */
function prefix(version: 4 | 6): fc.Arbitrary<Both<string>> {
  return prefixBits(version).map(({ bits, octets, value }) => ({ octets: [bits, ...octets], value }));
}

function tlv(type: number, name: string, part: Part): fc.Arbitrary<Both<object>> {
  return part.map(({ octets, value }) => ({
    octets: [type, octets.length, ...octets],
    value: { name, type, ...value },
  }));
}

function rawTlv([type, octets]: [number, number[]]): Both<object> {
  return { octets: [type, octets.length, ...octets], value: { name: "raw", type, value: Uint8Array.from(octets) } };
}

const knownTlv = fc.oneof(
  tlv(1, "sessionParameters", fields({ teid: numeric(u32, octets4), qfi })),
  tlv(2, "interworkEndpoint", fields({ address })),
  tlv(3, "sourceAddress", fields({ address })),
  fc.tuple(fc.constantFrom(0, 4, 255), fc.array(octet, { maxLength: 6 })).map(rawTlv),
);

/** TLVs of known types whose values are of another form: in routes of type 1 they are of no account. */
const oddTlv = fc.tuple(fc.constantFrom(1, 2, 3), octetsOf(3)).map(rawTlv);

function tlvs(one: fc.Arbitrary<Both<object>>): fc.Arbitrary<Both<readonly object[] | undefined>> {
  return fc.array(one, { maxLength: 3 }).map((list) => ({
    octets: list.flatMap(({ octets }) => octets),
    value: list.length === 0 ? undefined : list.map(({ value }) => value),
  }));
}

/** Nothing, or a source address and TLVs. */
const source: Part = fc.oneof(
  fc.constant({ octets: [], value: {} }),
  fields({ sourceAddress: optionalAddress, tlvs: tlvs(fc.oneof(knownTlv, oddTlv)) }),
);

/** Endpoint Length, Endpoint Address, and the leading bits of TEIDs, not all of them zero. */
function endpoint(version: 4 | 6): Part {
  const size = version === 4 ? 4 : 16;
  return fc.tuple(octetsOf(size), fc.integer({ min: 0, max: 32 }), octetsOf(4)).map(([octets, bits, any]) => {
    const leading = any.slice(0, Math.ceil(bits / 8));
    if (leading.length > 0) leading[0]! |= 1;
    const value = leading.reduce((sum, one, i) => sum + one * 2 ** (24 - 8 * i), 0);
    return {
      octets: [8 * size + bits, ...octets, ...leading],
      value: { endpointAddress: addressText(octets), teid: value, teidLength: bits },
    };
  });
}

function family(version: 4 | 6): FamilyGenerator {
  const own = octetsOf(version === 4 ? 4 : 16).map((octets) => ({ octets, value: addressText(octets) }));
  const known: Route = fc.oneof(
    route(1, "interworkSegmentDiscovery", fields({ routeDistinguisher, prefix: prefix(version) })),
    route(2, "directSegmentDiscovery", fields({ routeDistinguisher, address: own })),
    route(
      3,
      "type1SessionTransformed",
      fields({
        routeDistinguisher,
        prefix: prefix(version),
        teid,
        qfi,
        endpointAddress: sizedAddress,
        "...": source,
      }),
    ),
    route(4, "type2SessionTransformed", fields({ routeDistinguisher, "...": endpoint(version), tlvs: tlvs(knownTlv) })),
  );
  const unknown: Route = fc
    .tuple(fc.constantFrom(0, 1, 2, 255), u16, fc.array(octet, { maxLength: 40 }))
    .filter(([architecture, type]) => architecture !== 1 || type === 0 || type > 4)
    .map(([architecture, type, octets]) => {
      const whole = header(architecture, type, octets);
      return { octets: whole, value: { name: "raw", value: Uint8Array.from(whole) } };
    });
  return {
    afi: version === 4 ? 1 : 2,
    safi: 85,
    kind: "mup",
    nextHop: addressHop,
    nlri: () => fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: unknown }),
    companions: [16, 40],
  };
}

export const ipv4Mup: FamilyGenerator = family(4);
export const ipv6Mup: FamilyGenerator = family(6);
