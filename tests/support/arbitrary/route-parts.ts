// Parts that routes of several families have: addresses with and without a length, MAC addresses, segments, flows.
import * as fc from "fast-check";
import { formatIPv6, formatPrefix } from "@bgpwire/core";
import type { RawNlri } from "@bgpwire/decoder";
import { dotted, octet, octets2, octets4, octetsOf, u16, u32, type Both, type Octets } from "./base.ts";

/** Text of 4 or 16 octets. */
export function addressText(octets: Octets): string {
  return octets.length === 4 ? dotted(octets) : formatIPv6(Uint8Array.from(octets));
}

/** An address of either version. */
export const address: fc.Arbitrary<Both<string>> = fc
  .oneof(octetsOf(4), octetsOf(16))
  .map((octets) => ({ octets, value: addressText(octets) }));

/** The same behind its length in bits. */
export const sizedAddress: fc.Arbitrary<Both<string>> = address.map(({ octets, value }) => ({
  octets: [8 * octets.length, ...octets],
  value,
}));

/** The same, or a length of 0. */
export const optionalAddress: fc.Arbitrary<Both<string | null>> = fc.oneof(
  { weight: 3, arbitrary: sizedAddress },
  { weight: 1, arbitrary: fc.constant({ octets: [0], value: null }) },
);

/** RFC 4364 section 4.2: the three types, and one that is not known. */
export const routeDistinguisher: fc.Arbitrary<Both<string>> = fc.oneof(
  fc
    .tuple(u16, u32)
    .map(([as, number]) => ({ octets: [0, 0, ...octets2(as), ...octets4(number)], value: `${as}:${number}` })),
  fc
    .tuple(octetsOf(4), u16)
    .map(([ip, number]) => ({ octets: [0, 1, ...ip, ...octets2(number)], value: `${dotted(ip)}:${number}` })),
  fc.tuple(fc.oneof(u16, u32), u16).map(([as, number]) => ({
    octets: [0, 2, ...octets4(as), ...octets2(number)],
    value: `${as}${as > 0xffff ? "" : "L"}:${number}`,
  })),
  octetsOf(6).map((octets) => ({ octets: [0, 3, ...octets], value: `0x0003${colons(octets).replaceAll(":", "")}` })),
);

/** Pairs of digits. */
function colons(octets: Octets): string {
  return octets.map((one) => (one + 256).toString(16).slice(1)).join(":");
}

export const mac: fc.Arbitrary<Both<string>> = octetsOf(6).map((octets) => ({ octets, value: colons(octets) }));

/** Segments of every type, of none (0), and of all ones. */
export const ethernetSegment: fc.Arbitrary<Both<string>> = fc
  .oneof(
    fc.tuple(fc.nat(7), octetsOf(9)).map(([type, octets]) => [type].concat(octets)),
    fc.constantFrom<number>(0, 0xff).map((one) => Array.from({ length: 10 }, () => one)),
    fc.array(octet, { minLength: 10, maxLength: 10 }),
  )
  .map((octets) => ({ octets, value: colons(octets) }));

/** A source and a group, each of which may be any. */
export const flow: fc.Arbitrary<
  Both<{ readonly multicastSource: string | null; readonly multicastGroup: string | null }>
> = fc.tuple(optionalAddress, optionalAddress).map(([source, group]) => ({
  octets: [...source.octets, ...group.octets],
  value: { multicastSource: source.value, multicastGroup: group.value },
}));

/** A number in as many octets as it takes. */
export function numeric(value: fc.Arbitrary<number>, octets: (value: number) => Octets): fc.Arbitrary<Both<number>> {
  return value.map((one) => ({ octets: octets(one), value: one }));
}

type Fields = Readonly<Record<string, fc.Arbitrary<Both<unknown>>>>;

/**
 * Fields one after the other, as a record of their values. A value that is an object and whose name begins with "..." is a part of
 * the record itself; one that is undefined is left out.
 */
export function fields(parts: Fields): fc.Arbitrary<Both<Record<string, unknown>>> {
  return fc.tuple(...Object.values(parts)).map((list) => {
    const value: Record<string, unknown> = {};
    for (const [i, name] of Object.keys(parts).entries()) {
      const part = list[i]!.value;
      if (name.startsWith("...")) Object.assign(value, part);
      else if (part !== undefined) value[name] = part;
    }
    return { octets: list.flatMap((one) => one.octets), value };
  });
}

/** A route behind an octet of type and one of length. */
export function shortRoute<N>(
  routeType: number,
  name: string,
  part: fc.Arbitrary<Both<Record<string, unknown>>>,
): fc.Arbitrary<Both<N>> {
  return part.map(({ octets, value }) => ({
    octets: [routeType, octets.length, ...octets],
    value: { name, routeType, ...value } as N,
  }));
}

/** A route of a type or form that is not known. */
export function rawRoute(routeType: number, octets: Octets): Both<RawNlri> {
  const whole = [routeType, octets.length, ...octets];
  return { octets: whole, value: { name: "raw", value: Uint8Array.from(whole) } };
}

/** A prefix with any bits behind its length, up to the end of its last octet, without the length. */
export function prefixBits(version: 4 | 6): fc.Arbitrary<Both<string> & { readonly bits: number }> {
  const most = version === 4 ? 32 : 128;
  return fc.tuple(fc.oneof(fc.nat(most), fc.constantFrom(0, most)), octetsOf(16)).map(([bits, all]) => {
    const octets = all.slice(0, Math.ceil(bits / 8));
    return { octets, value: formatPrefix(version, Uint8Array.from(octets), bits), bits };
  });
}

/** Next hops of families whose routes are not addresses: one address, or a global one and a link-local one. */
export const addressHop: fc.Arbitrary<Both<object>> = fc.oneof(
  address.map(({ octets, value }) => ({ octets, value: { nextHop: value } })),
  octetsOf(32).map((octets) => ({
    octets,
    value: { nextHop: addressText(octets.slice(0, 16)), linkLocalNextHop: addressText(octets.slice(16)) },
  })),
);

/** RFC 9832 section 6.2: next hops with and without route distinguishers. */
export const transportHop: fc.Arbitrary<Both<object>> = fc.oneof(
  addressHop,
  fc.tuple(routeDistinguisher, address).map(([rd, { octets, value }]) => ({
    octets: [...rd.octets, ...octets],
    value: { nextHopRouteDistinguisher: rd.value, nextHop: value },
  })),
  fc.tuple(routeDistinguisher, octetsOf(16), routeDistinguisher, octetsOf(16)).map(([rd, global, other, local]) => ({
    octets: [...rd.octets, ...global, ...other.octets, ...local],
    value: {
      nextHopRouteDistinguisher: rd.value,
      nextHop: addressText(global),
      linkLocalNextHop: addressText(local),
      ...(other.value !== "0:0" && { linkLocalNextHopRouteDistinguisher: other.value }),
    },
  })),
);
