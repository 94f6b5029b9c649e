// What the decoder knows about one address family: a row of the table. A new family is a file that makes such a row, its line
// in table.ts, and the shape of its routes in model.ts.
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { DecodeContext } from "../context.ts";
import type { Offsets } from "../update/offsets.ts";
import type { Rule } from "../verdict/rule.ts";
import type { Nlri, NlriKind, RawNlri, ReadNlriOfKind } from "./model.ts";
import type { NextHopFormat } from "./next-hop.ts";

/** Where a list of NLRI stands, which some families ask. */
export interface NlriPlace {
  readonly context: DecodeContext;
  /** In MP_UNREACH_NLRI. */
  readonly withdrawn: boolean;
}

/** A row of the family table. Ranges are checked with `nextHop.fits`, `check` and `fault` before anything is read from them. */
export interface FamilyRow<N extends Nlri = Nlri> {
  readonly afi: number;
  readonly safi: number;
  /** Which shape the NLRI objects have. */
  readonly kind: NlriKind;
  readonly nextHop: NextHopFormat;
  // Methods, because a row of one family stands where a row of any is asked for.
  /** How far the NLRI of a range are framed: `end`, or where the first one begins that does not fit. */
  check(buffer: Uint8Array, start: number, end: number, addPath: boolean): number;
  /** Where the NLRI at `at`, behind its path identifier, ends. */
  next(buffer: Uint8Array, at: number): number;
  /**
   * What is wrong inside the NLRI in `[at, end)`, which is one; null where nothing is, or its type is not known. Absent where
   * whatever fits is right.
   */
  fault?(buffer: Uint8Array, at: number, end: number, place: NlriPlace): Rule | null;
  /** The strongest fault in `[start, end)`, null where there is none. Absent where `fault` is. */
  worstFault?(buffer: Uint8Array, start: number, end: number, addPath: boolean, place: NlriPlace): Rule | null;
  /** The object of the NLRI in `[at, end)`, without path identifier. */
  decode(buffer: Uint8Array, at: number, end: number, place: NlriPlace): N;
  /** The same with a path identifier, where it can be had for less than by a copy. */
  decodeWithPath?(buffer: Uint8Array, at: number, end: number, pathId: number, place: NlriPlace): N;
  /** All of `[start, end)` at once, without path identifiers, where that costs less than one by one. */
  decodeList?(buffer: Uint8Array, start: number, end: number): N[];
  /**
   * Writes one NLRI behind its path identifier. Absent for prefixes, which `encodeOne` writes.
   *
   * @throws ConfigError where it is none of this family's
   */
  encode?(nlri: N, writer: OctetWriter, place: NlriPlace): void;
  /** Reads one NLRI field by field, for those rows that do; for the dissection. */
  read?(reader: FieldReader, place: NlriPlace): N | null;
  /**
   * What is wrong with a whole message that announces routes of this family: attributes that have to be with them and are not,
   * or do not go with them. Absent where a message is right when its parts are; unicast, the SAFI of nearly all messages, is not
   * asked.
   */
  judgeMessage?(message: Offsets, context: DecodeContext): readonly Rule[];
}

/** A row of a family whose routes are of one kind, or stay bytes. */
export type RowOfKind<K extends NlriKind> = FamilyRow<ReadNlriOfKind[K] | RawNlri>;

/** One number for a pair of numbers. */
export function familyKey(afi: number, safi: number): number {
  return (afi << 8) | safi;
}
