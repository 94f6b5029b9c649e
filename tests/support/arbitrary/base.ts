// What generators of UPDATEs are made of: each makes octets by itself, and the value that they mean, so that the decoder is
// judged by a second opinion.
import * as fc from "fast-check";
import type { Family } from "@bgpwire/core";
import type { PathAttribute, DecodeContext, Nlri, NlriKind } from "@bgpwire/decoder";

export type Octets = readonly number[];

/** What is on the wire, and what it means. */
export interface Both<T> {
  readonly octets: Octets;
  readonly value: T;
}

/** Values of one attribute. */
export interface AttributeGenerator {
  /** Optional and Transitive bits that the attribute has. */
  readonly flags: number;
  /** May a sender of this kind have the attribute? */
  readonly allowed?: (context: DecodeContext) => boolean;
  /** The attribute that it stands for, beside which it may not be. */
  readonly insteadOf?: number;
  /** The families that it may be with; absent where it may be with any. */
  readonly families?: (family: Family) => boolean;
  /** @param announced families of the routes that it is with */
  readonly make: (context: DecodeContext, announced?: readonly Family[]) => fc.Arbitrary<Both<PathAttribute>>;
}

/** Whether one of the families has one of these SAFIs, in one of these AFIs. */
export function isThere(announced: readonly Family[], safis: readonly number[], afis: readonly number[]): boolean {
  return announced.some(({ afi, safi }) => safis.includes(safi) && afis.includes(afi));
}

/** Whether the sender is of another AS, and not of our confederation. */
export function isExternal({ session }: DecodeContext): boolean {
  return session === "ebgp" || session === "ebgp-oad";
}

/** Routes of one family. */
export interface FamilyGenerator {
  readonly afi: number;
  readonly safi: number;
  readonly kind: NlriKind;
  /** Next hops: the octets behind their length, and the fields of MP_REACH_NLRI that they mean. */
  readonly nextHop: fc.Arbitrary<Both<object>>;
  /** One NLRI without path identifier. @param withdrawn it stands in MP_UNREACH_NLRI */
  readonly nlri: (context: DecodeContext, withdrawn: boolean) => fc.Arbitrary<Both<Nlri>>;
  /** Codes of the attributes that have to be with them where they are announced. */
  readonly companions?: readonly number[];
}

export const octet: fc.Arbitrary<number> = fc.nat(0xff);
export const u16: fc.Arbitrary<number> = fc.nat(0xffff);
export const u24: fc.Arbitrary<number> = fc.nat(0xff_ffff);
export const u32: fc.Arbitrary<number> = fc.nat(0xffff_ffff);
export const octetsOf4: fc.Arbitrary<[number, number, number, number]> = fc.tuple(octet, octet, octet, octet);

/** Exactly `n` octets. */
export function octetsOf(n: number): fc.Arbitrary<number[]> {
  return fc.array(octet, { minLength: n, maxLength: n });
}

export function octets2(value: number): Octets {
  return [value >>> 8, value & 0xff];
}

export function octets3(value: number): Octets {
  return [value >>> 16, (value >>> 8) & 0xff, value & 0xff];
}

export function octets4(value: number): Octets {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

export function dotted(octets: Octets): string {
  return octets.join(".");
}

/** Digits of octets. */
export function hex(octets: Octets): string {
  return octets.map((one) => one.toString(16).padStart(2, "0")).join("");
}

/** Several in a row. */
export function joined<T>(parts: readonly Both<T>[]): Both<T[]> {
  return { octets: parts.flatMap((part) => part.octets), value: parts.map((part) => part.value) };
}
