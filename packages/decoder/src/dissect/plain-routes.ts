// Routes of the families whose decoder works on the octets themselves, field by field.
import { u24At } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { familyIn } from "../compiled.ts";
import { LABEL_OCTETS, labelText } from "../nlri/label-stack.ts";
import { readRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import type { FamilyRow, NlriPlace } from "../nlri/row.ts";

/** A prefix (RFC 4271 section 4.3), and what stands in front of it. */
export function readPlainRoute(reader: FieldReader, row: FamilyRow, place: NlriPlace): void {
  reader.u8("Length");
  const labeled = row.kind === "labeledPrefix" || row.kind === "labeledVpnPrefix";
  if (labeled && place.withdrawn) reader.hex("Compatibility", LABEL_OCTETS);
  else if (labeled) readLabels(reader, familyIn(place.context, row.afi, row.safi).mostLabels);
  if (row.kind === "labeledVpnPrefix" || row.kind === "vpnPrefix") {
    readRouteDistinguisher(reader, "Route Distinguisher");
  }
  if (reader.remaining === 4 && row.afi === 1) reader.ipv4("Prefix");
  else if (reader.remaining === 16) reader.ipv6("Prefix");
  else reader.rest("Prefix");
}

/** RFC 8277 sections 2.2 and 2.3. */
function readLabels(reader: FieldReader, most: number): void {
  let more = true;
  while (more && reader.remaining >= LABEL_OCTETS) {
    more = most > 1 && (u24At(reader.buffer, reader.at) & 1) === 0;
    reader.text("Label", LABEL_OCTETS, labelText);
  }
}
