// What the decoder knows about one address family: a row of the table. A new family is a file that makes such a row, and
// its line in table.ts.
import type { OctetWriter } from "../bytes/writer.ts";
import type { Nlri } from "../update/model.ts";

/** The next hop of MP_REACH_NLRI in unicast families: one address, or a global one and a link-local one (RFC 2545). */
export interface NextHop {
  readonly nextHop: string;
  readonly linkLocalNextHop?: string;
}

/** A row of the family table. Ranges are checked with `nextHopFits` and `check` before anything is read from them. */
export interface FamilyRow {
  readonly afi: number;
  readonly safi: number;
  /** Which shape the NLRI objects have. */
  readonly kind: "prefix";
  /** May a next hop be this long? @param extended next hops of another family were agreed (RFC 8950) */
  nextHopFits(octets: number, extended: boolean): boolean;
  decodeNextHop(buffer: Uint8Array, start: number, end: number): NextHop;
  /** @throws ConfigError where the address is none of this family's */
  encodeNextHop(nextHop: NextHop, writer: OctetWriter): void;
  /** How far the NLRI of a range parse: `end`, or where the first one begins that does not. */
  check(buffer: Uint8Array, start: number, end: number, addPath: boolean): number;
  /** Where the NLRI at `at` ends; `at` is behind the path identifier. */
  next(buffer: Uint8Array, at: number): number;
  /** The object of the NLRI at `at`, without path identifier. */
  decode(buffer: Uint8Array, at: number): Nlri;
  decodeWithPath(buffer: Uint8Array, at: number, pathId: number): Nlri;
  /** Writes one NLRI behind its path identifier. @throws ConfigError where it is none of this family's */
  encode(nlri: Nlri, writer: OctetWriter): void;
}

/** One number for a pair of numbers. */
export function familyKey(afi: number, safi: number): number {
  return (afi << 8) | safi;
}
