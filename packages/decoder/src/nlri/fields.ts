// Lists of NLRI with and without path identifiers (RFC 7911 section 3), the same in the fields of an UPDATE and in
// MP_REACH_NLRI and MP_UNREACH_NLRI.
import type { ByteWriter } from "@bgpwire/core";
import { u32At } from "../bytes/integers.ts";
import type { Nlri } from "../update/model.ts";
import type { FamilyRow } from "./row.ts";

/** The objects of a range that `row.check` found good. */
export function decodeNlri(row: FamilyRow, buffer: Uint8Array, start: number, end: number, addPath: boolean): Nlri[] {
  const list: Nlri[] = [];
  let at = start;
  if (addPath) {
    while (at < end) {
      list.push(row.decodeWithPath(buffer, at + 4, u32At(buffer, at)));
      at = row.next(buffer, at + 4);
    }
  } else {
    while (at < end) {
      list.push(row.decode(buffer, at));
      at = row.next(buffer, at);
    }
  }
  return list;
}

/**
 * Writes a list. With ADD-PATH an NLRI without path identifier gets 0; without it path identifiers are left out.
 *
 * @throws ConfigError where an NLRI is none of this family's
 */
export function encodeNlri(row: FamilyRow, list: readonly Nlri[], addPath: boolean, writer: ByteWriter): void {
  for (const nlri of list) {
    if (addPath) writer.u32(nlri.pathId ?? 0);
    row.encode(nlri, writer);
  }
}
