// Parts that several attributes and routes are made of: addresses, fields of flags, TLVs.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import { dotted, octet, octets2, octetsOf, u16, type Both, type Octets } from "./base.ts";

/** Addresses of 4 or 16 octets and their text. */
export function address(octets: 4 | 16): fc.Arbitrary<Both<string>> {
  return octetsOf(octets).map((list) => ({
    octets: list,
    value: octets === 4 ? dotted(list) : formatIPv6(Uint8Array.from(list)),
  }));
}

export const anyAddress: fc.Arbitrary<Both<string>> = fc.constantFrom(4 as const, 16 as const).chain(address);

/** 0 mostly, as a reserved octet is to be. */
export const reservedOctet: fc.Arbitrary<number> = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, octet);
export const reservedU16: fc.Arbitrary<number> = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, u16);

/** A field that is only there where it is not 0. */
export function unlessZero(name: string, value: number): object {
  return value === 0 ? {} : { [name]: value };
}

/** The names of the bits that are set in `value`; the rest as `reserved`. */
export function named(value: number, bits: Readonly<Record<string, number>>): object {
  const set = Object.entries(bits).filter(([, bit]) => (value & bit) !== 0);
  const rest = set.reduce((left, [, bit]) => left - bit, value);
  return { ...Object.fromEntries(set.map(([name]) => [name, true])), ...unlessZero("reserved", rest) };
}

/** One TLV before its header is put in front. */
export interface BareTlv {
  readonly type: number;
  readonly octets: Octets;
  readonly value: object;
}

/** Widths of type and length; `tunnel` has a length of two octets for types from 128 on. */
export type HeaderWidths = "1+1" | "1+2" | "2+2" | "tunnel";

function header(widths: HeaderWidths, type: number, length: number): Octets {
  const wide = widths === "1+2" || widths === "2+2" || (widths === "tunnel" && type > 127);
  return [...(widths === "2+2" ? octets2(type) : [type]), ...(wide ? octets2(length) : [length])];
}

/** The TLV with its header; `value` gets its type. */
export function framed<T extends object = object>(widths: HeaderWidths, { type, octets, value }: BareTlv): Both<T> {
  return { octets: [...header(widths, type, octets.length), ...octets], value: { ...value, type } as unknown as T };
}

/** A TLV of a type that nobody knows. */
export function unknownTlv(known: readonly number[], most: number = 0xff): fc.Arbitrary<BareTlv> {
  const type = fc.nat(most).filter((one) => !known.includes(one));
  return fc
    .tuple(type, fc.array(octet, { maxLength: 12 }))
    .map(([type, octets]) => ({ type, octets, value: { name: "raw", value: Uint8Array.from(octets) } }));
}

/** A TLV of a known type with a value that the type does not have, which therefore stays raw. */
export function oddTlv(type: number, octets: fc.Arbitrary<Octets>): fc.Arbitrary<BareTlv> {
  return octets.map((list) => ({ type, octets: list, value: { name: "raw", value: Uint8Array.from(list) } }));
}
