// Lists of NLRI with and without path identifiers (RFC 7911 section 3), the same in the fields of an UPDATE and in
// MP_REACH_NLRI and MP_UNREACH_NLRI.
import type { OctetWriter } from "../bytes/writer.ts";
import { u32At } from "../bytes/integers.ts";
import type { Nlri, PrefixNlri } from "./model.ts";
import { encodePrefix } from "./prefix.ts";
import type { FamilyRow, NlriPlace } from "./row.ts";

/** The objects of a range that `row.check` found good. */
export function decodeNlri<N extends Nlri>(
  row: FamilyRow<N>,
  buffer: Uint8Array,
  start: number,
  end: number,
  addPath: boolean,
  place: NlriPlace,
): N[] {
  if (start >= end) return [];
  if (!addPath && row.decodeList !== undefined) return row.decodeList(buffer, start, end);
  // Most lists have one element: an array that begins with it is a tenth of one that grows to it.
  let next = row.next(buffer, addPath ? start + 4 : start);
  const list = [decodeOne(row, buffer, start, next, addPath, place)];
  while (next < end) {
    const at = next;
    next = row.next(buffer, addPath ? at + 4 : at);
    list.push(decodeOne(row, buffer, at, next, addPath, place));
  }
  return list;
}

function decodeOne<N extends Nlri>(
  row: FamilyRow<N>,
  buffer: Uint8Array,
  at: number,
  end: number,
  addPath: boolean,
  place: NlriPlace,
): N {
  if (!addPath) return row.decode(buffer, at, end, place);
  const pathId = u32At(buffer, at);
  if (row.decodeWithPath !== undefined) return row.decodeWithPath(buffer, at + 4, end, pathId, place);
  return { ...row.decode(buffer, at + 4, end, place), pathId };
}

/**
 * Writes a list. With ADD-PATH an NLRI without path identifier gets 0; without it path identifiers are left out.
 *
 * @throws ConfigError where an NLRI is none of this family's
 */
export function encodeNlri(
  row: FamilyRow,
  list: readonly Nlri[],
  addPath: boolean,
  writer: OctetWriter,
  place: NlriPlace,
): void {
  for (let i = 0; i < list.length; i += 1) {
    encodeOne(row, list[i]!, addPath, writer, place);
  }
}

/** Writes one. @throws ConfigError where it is none of this family's */
export function encodeOne(row: FamilyRow, nlri: Nlri, addPath: boolean, writer: OctetWriter, place: NlriPlace): void {
  if (addPath) writer.u32(nlri.pathId ?? 0);
  if (row.encode === undefined) encodePrefix(row.afi, nlri as PrefixNlri, writer);
  else row.encode(nlri, writer, place);
}
