// Routes of the families whose decoder works on the octets themselves, field by field.
import type { FieldReader } from "../bytes/reader.ts";
import type { FamilyRow } from "../nlri/row.ts";

/** A prefix (RFC 4271 section 4.3). */
export function readPrefix(reader: FieldReader, row: FamilyRow): void {
  reader.u8("Length");
  if (reader.remaining === 4 && row.afi === 1) reader.ipv4("Prefix");
  else if (reader.remaining === 16) reader.ipv6("Prefix");
  else reader.rest("Prefix");
}
