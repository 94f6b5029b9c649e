// End-of-RIB (RFC 4724 section 2), found by its octets: an UPDATE is decoded for nothing else here.
import type { Slice } from "../bytes/slice.ts";
import type { Family } from "./capability.ts";

/** Octets of the longest body that can be one: MP_UNREACH_NLRI with a length of two octets. */
export const MAX_END_OF_RIB = 11;

const IPV4_UNICAST: Family = Object.freeze({ afi: 1, safi: 1 });

/** Code of MP_UNREACH_NLRI (RFC 4760 section 4). */
const MP_UNREACH_NLRI = 15;

/**
 * The family that the body of an UPDATE ends, or null. IPv4 unicast has "an UPDATE message with the minimum length"; any
 * other family one "that contains only the MP_UNREACH_NLRI attribute with no withdrawn routes".
 *
 * @example endOfRibIn({ buffer: new Uint8Array(4), start: 0, end: 4 }) // { afi: 1, safi: 1 }
 */
export function endOfRibIn({ buffer, start, end }: Slice): Family | null {
  const length = end - start;
  const octet = (at: number): number => buffer[start + at]!;
  // Two empty lengths make 4 octets of zeros, and one behind which nothing follows cannot lie.
  if (length === 4) return (octet(0) | octet(1) | octet(2) | octet(3)) === 0 ? IPV4_UNICAST : null;
  // The bit for a length of two octets (RFC 4271 section 4.3) is the only flag that may differ.
  const wide = length === MAX_END_OF_RIB ? 1 : 0;
  if (length !== 10 + wide || (octet(0) | octet(1) | octet(2)) !== 0 || octet(3) !== length - 4) return null;
  if (octet(4) !== 0x80 + 0x10 * wide || octet(5) !== MP_UNREACH_NLRI) return null;
  if (octet(6 + wide) !== 3 || (wide === 1 && octet(6) !== 0)) return null;
  return { afi: (octet(length - 3) << 8) | octet(length - 2), safi: octet(length - 1) };
}
