// Generators of fields one after the other, each octets and the part of an object that they mean.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import { dotted, hex, octet, octets2, octets3, octets4, octetsOf, type Both, type Octets } from "./base.ts";

/** A part of an object. */
export type Fields = fc.Arbitrary<Both<object>>;

/** A field of so many octets. */
export function number(name: string, octets: 1 | 2 | 3 | 4, most: number = 256 ** octets - 1): Fields {
  const any = fc.oneof(fc.nat(most), fc.constantFrom(0, 1, most));
  return any.map((value) => ({ octets: numberOctets(value, octets), value: { [name]: value } }));
}

function numberOctets(value: number, octets: 1 | 2 | 3 | 4): Octets {
  return octets === 1 ? [value] : octets === 2 ? octets2(value) : octets === 3 ? octets3(value) : octets4(value);
}

/** A field that is in the object only where it is not zero, as it mostly is. */
export function reserved(octets: 1 | 2 | 3 | 4, name: string = "reserved"): Fields {
  const zero = fc.constant<Both<object>>({ octets: numberOctets(0, octets), value: {} });
  return fc.oneof(
    { weight: 3, arbitrary: zero },
    { weight: 1, arbitrary: number(name, octets).filter((one) => Object.values(one.value)[0] !== 0) },
  );
}

export function ipv4(name: string): Fields {
  return octetsOf(4).map((octets) => ({ octets, value: { [name]: dotted(octets) } }));
}

export function ipv6(name: string): Fields {
  return octetsOf(16).map((octets) => ({ octets, value: { [name]: formatIPv6(Uint8Array.from(octets)) } }));
}

export function address(name: string): Fields {
  return fc.oneof(ipv4(name), ipv6(name));
}

/** Hexadecimal digits. */
export function digits(name: string, minLength: number = 0, maxLength: number = 12): Fields {
  return fc.array(octet, { minLength, maxLength }).map((octets) => ({ octets, value: { [name]: hex(octets) } }));
}

/** A list of what a field has. */
export function listOf(name: string, one: Fields, maxLength: number = 4, minLength: number = 0): Fields {
  return fc.array(one, { minLength, maxLength }).map((list) => ({
    octets: list.flatMap((item) => item.octets),
    value: { [name]: list.map((item) => Object.values(item.value)[0] as unknown) },
  }));
}

/** What is always the same. */
export function constant(octets: Octets, value: object): Fields {
  return fc.constant({ octets, value });
}

/** Fields one after the other. */
export function fields(...parts: readonly Fields[]): Fields {
  return fc.tuple(...parts).map((list) => ({
    octets: list.flatMap((part) => part.octets),
    value: Object.assign({}, ...list.map((part) => part.value)) as object,
  }));
}
