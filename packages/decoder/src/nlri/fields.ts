// Lists of NLRI with and without path identifiers (RFC 7911 section 3), the same in the fields of an UPDATE and in
// MP_REACH_NLRI and MP_UNREACH_NLRI.
import type { OctetWriter } from "../bytes/writer.ts";
import { u32At } from "../bytes/integers.ts";
import type { Nlri } from "../update/model.ts";
import type { FamilyRow } from "./row.ts";

/** The objects of a range that `row.check` found good. */
export function decodeNlri(row: FamilyRow, buffer: Uint8Array, start: number, end: number, addPath: boolean): Nlri[] {
  if (start >= end) return [];
  // Most lists have one element: an array that begins with it is a tenth of one that grows to it.
  let at = addPath ? start + 4 : start;
  const list = [addPath ? row.decodeWithPath(buffer, at, u32At(buffer, start)) : row.decode(buffer, at)];
  at = row.next(buffer, at);
  while (at < end) {
    const nlri = addPath ? at + 4 : at;
    list.push(addPath ? row.decodeWithPath(buffer, nlri, u32At(buffer, at)) : row.decode(buffer, nlri));
    at = row.next(buffer, nlri);
  }
  return list;
}

/**
 * Writes a list. With ADD-PATH an NLRI without path identifier gets 0; without it path identifiers are left out.
 *
 * @throws ConfigError where an NLRI is none of this family's
 */
export function encodeNlri(row: FamilyRow, list: readonly Nlri[], addPath: boolean, writer: OctetWriter): void {
  for (const nlri of list) {
    if (addPath) writer.u32(nlri.pathId ?? 0);
    row.encode(nlri, writer);
  }
}
