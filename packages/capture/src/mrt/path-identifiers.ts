// Whether the routes of an UPDATE have path identifiers (RFC 7911 section 3), by its octets: there are files from before RFC 8050 whose
// records do not say so, and collectors whose records say so of sessions that have none.
import { Afi, AttributeCode, Safi, type Family } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";

/** Families that are looked at, whose routes are prefixes and nothing else. A set of them is a number with a bit for each. */
const FAMILIES: readonly Family[] = [
  { afi: Afi.IPv4, safi: Safi.Unicast },
  { afi: Afi.IPv4, safi: Safi.Multicast },
  { afi: Afi.IPv6, safi: Safi.Unicast },
  { afi: Afi.IPv6, safi: Safi.Multicast },
];

const IPV4_UNICAST = 1;

/** The families of a set. */
export function familiesOfSet(set: number): Family[] {
  return FAMILIES.filter((_, index) => (set & (1 << index)) !== 0);
}

const PATH_ID = 4;

/** Of an attribute's flags (RFC 4271 section 4.3). */
const EXTENDED_LENGTH = 0x10;

/**
 * The families of which an UPDATE shows that they are not read as it was thought: their routes are not prefixes up to the end of their
 * field that way, and are the other way. Two default routes without path identifiers are none, as nobody announces them: their zeros
 * are those of path identifiers.
 *
 * @param start of the body, `end` of it
 * @param withPaths families that are thought to have path identifiers, as a set
 * @returns a set; none where the message is not whole
 */
export function misreadFamilies(buffer: Uint8Array, start: number, end: number, withPaths: number): number {
  if (end - start < 4) return 0;
  const withdrawn = start + 2;
  const withdrawnEnd = withdrawn + u16At(buffer, start);
  if (withdrawnEnd + 2 > end) return 0;
  const attributes = withdrawnEnd + 2;
  const attributesEnd = attributes + u16At(buffer, withdrawnEnd);
  if (attributesEnd > end) return 0;
  let misread = 0;
  const hasPaths = (withPaths & IPV4_UNICAST) !== 0;
  const isRead =
    areRoutes(buffer, withdrawn, withdrawnEnd, 32, hasPaths) && areRoutes(buffer, attributesEnd, end, 32, hasPaths);
  if (
    !isRead &&
    areRoutes(buffer, withdrawn, withdrawnEnd, 32, !hasPaths) &&
    areRoutes(buffer, attributesEnd, end, 32, !hasPaths)
  ) {
    misread = IPV4_UNICAST;
  }
  for (let at = attributes; at + 4 <= attributesEnd;) {
    const code = buffer[at + 1]!;
    const isExtended = (buffer[at]! & EXTENDED_LENGTH) !== 0;
    const value = at + (isExtended ? 4 : 3);
    at = value + (isExtended ? u16At(buffer, at + 2) : buffer[at + 2]!);
    if (at > attributesEnd) return misread;
    if (code === AttributeCode.MpReachNlri || code === AttributeCode.MpUnreachNlri) {
      misread |= misreadIn(buffer, value, at, code === AttributeCode.MpReachNlri, withPaths);
    }
  }
  return misread;
}

/** The same of MP_REACH_NLRI or MP_UNREACH_NLRI (RFC 4760 sections 3 and 4). */
function misreadIn(buffer: Uint8Array, start: number, end: number, isReach: boolean, withPaths: number): number {
  if (end - start < (isReach ? 5 : 3)) return 0;
  const afi = u16At(buffer, start);
  const safi = buffer[start + 2]!;
  // A next hop and an octet behind it stand before what is announced.
  const routes = isReach ? start + 5 + buffer[start + 3]! : start + 3;
  if ((afi !== Afi.IPv4 && afi !== Afi.IPv6) || (safi !== Safi.Unicast && safi !== Safi.Multicast)) return 0;
  if (routes > end) return 0;
  const bits = afi === Afi.IPv4 ? 32 : 128;
  // As they stand in the table.
  const family = 1 << ((afi - Afi.IPv4) * 2 + safi - Safi.Unicast);
  const hasPaths = (withPaths & family) !== 0;
  const misread = !areRoutes(buffer, routes, end, bits, hasPaths) && areRoutes(buffer, routes, end, bits, !hasPaths);
  return misread ? family : 0;
}

/** Whether octets are routes up to their end, among which is no default route beside another one without path identifiers. */
function areRoutes(buffer: Uint8Array, start: number, end: number, bits: number, withPaths: boolean): boolean {
  let defaults = 0;
  for (let at = start; at < end;) {
    if (withPaths) at += PATH_ID;
    if (at >= end) return false;
    const length = buffer[at]!;
    if (length > bits) return false;
    if (length === 0) defaults += 1;
    at += 1 + ((length + 7) >> 3);
    if (at > end) return false;
  }
  return withPaths || defaults < 2;
}
