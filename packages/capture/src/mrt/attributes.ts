// Where path attributes lie in a block of them (RFC 4271 section 4.3).
import { AttributeCode } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";

/** The flag of attributes whose length has two octets. */
export const EXTENDED_LENGTH = 0x10;

/** Where the first attribute of a code begins among those that fit; -1 where there is none. */
export function findAttribute(buffer: Uint8Array, start: number, end: number, code: number): number {
  for (let at = start; at + 3 <= end; at = attributeEnd(buffer, at)) {
    if (buffer[at + 1] === code) return attributeEnd(buffer, at) <= end ? at : -1;
  }
  return -1;
}

/** Where the value of the attribute at `at` begins. */
export function valueStart(buffer: Uint8Array, at: number): number {
  return at + ((buffer[at]! & EXTENDED_LENGTH) === 0 ? 3 : 4);
}

/** Where the attribute at `at` ends. */
export function attributeEnd(buffer: Uint8Array, at: number): number {
  const extended = (buffer[at]! & EXTENDED_LENGTH) !== 0;
  return valueStart(buffer, at) + (extended ? u16At(buffer, at + 2) : buffer[at + 2]!);
}

/**
 * Path attributes with a next hop that stands elsewhere in a record: in a NEXT_HOP, or in an MP_REACH_NLRI as it is in tables
 * (RFC 6396 section 4.3.4). Those that have one of them stay as they are.
 */
export function withNextHop(attributes: Uint8Array, nextHop: Uint8Array): Uint8Array {
  const codes = [AttributeCode.NextHop, AttributeCode.MpReachNlri];
  if (codes.some((code) => findAttribute(attributes, 0, attributes.length, code) >= 0)) return attributes;
  const { length } = nextHop;
  if (length === 4) return Uint8Array.of(...attributes, 0x40, AttributeCode.NextHop, 4, ...nextHop);
  const value = Uint8Array.of(length, ...nextHop);
  return Uint8Array.of(...attributes, 0x90, AttributeCode.MpReachNlri, value.length >> 8, value.length, ...value);
}
