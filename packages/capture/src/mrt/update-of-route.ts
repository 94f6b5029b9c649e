// A route of a table as the UPDATE that announces it, so that whatever reads UPDATEs reads tables too.
import { Afi, AttributeCode, Safi, type Family } from "@bgpwire/core";
import { STANDARD } from "@bgpwire/decoder";
import { u16At } from "../bytes/integers.ts";
import type { RouteEvent } from "../event.ts";
import { attributeEnd, EXTENDED_LENGTH, findAttribute, valueStart } from "./attributes.ts";

const OPTIONAL = 0x80;
const TRANSITIVE = 0x40;
/** What an attribute is; none is neither optional nor transitive (RFC 4271 section 5). */
const CATEGORY = OPTIONAL | TRANSITIVE;

/** Octets that are copied one by one. */
const MOST_ONE_BY_ONE = 128;

/** Octets of the lengths of Withdrawn Routes and Path Attributes. */
const LENGTHS = 4;

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/**
 * The body of an UPDATE that announces a route of a table, to be read with `event.context`. Its path attributes are those of
 * the table but for what tables have otherwise than messages:
 *
 * * MP_REACH_NLRI is made whole. "Only the Next Hop Address Length and Next Hop Address fields" are there (RFC 6396 section
 *   4.3.4), though some writers keep all of it; both are taken, and one that is neither stays as it is.
 * * IPv4 unicast stands in the NLRI field if there is a NEXT_HOP or no MP_REACH_NLRI, else in the latter (RFC 8950).
 * * A route of another family without MP_REACH_NLRI gets one, with the address of NEXT_HOP or, as BIRD leaves out both, with
 *   the unspecified address; with none where the family can do without.
 * * Flags that say neither optional nor transitive, as BIRD writes them, are those of the attribute.
 *
 * Attributes that are then longer than their length can say are cut off there, which the decoder tells.
 *
 * @returns octets of their own
 * @example decodeUpdate(updateOfRoute(event), event.context)
 */
export function updateOfRoute(event: RouteEvent): Uint8Array {
  const { family } = event;
  const { buffer, start, end } = event.attributes;
  const reach = findAttribute(buffer, start, end, AttributeCode.MpReachNlri);
  const hop = findAttribute(buffer, start, end, AttributeCode.NextHop);
  const isClassic = family.afi === Afi.IPv4 && family.safi === Safi.Unicast && (hop >= 0 || reach < 0);

  // What is kept stands in `[start, before)` and `[behind, end)`.
  const before = reach < 0 ? end : reach;
  const behind = reach < 0 ? end : attributeEnd(buffer, reach);
  const route = routeOctets(event);
  const mpReach = isClassic ? NOTHING : mpReachOf(buffer, reach, hop, family, route);
  const attributes = before - start + mpReach.length + end - behind;

  const update = new Uint8Array(LENGTHS + attributes + (isClassic ? route.length : 0));
  const length = Math.min(attributes, 0xffff);
  update[2] = length >> 8;
  update[3] = length;
  copyTo(update, LENGTHS, buffer, start, before);
  copyTo(update, LENGTHS + before - start, mpReach, 0, mpReach.length);
  copyTo(update, LENGTHS + attributes - (end - behind), buffer, behind, end);
  if (isClassic) copyTo(update, LENGTHS + attributes, route, 0, route.length);
  setFlags(update, LENGTHS, LENGTHS + attributes);
  return update;
}

/** Copies `[start, end)`. A view for `set` takes longer to make than most routes to copy. */
function copyTo(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): void {
  if (end - start > MOST_ONE_BY_ONE) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i += 1) to[at + i - start] = from[i]!;
}

/** Path identifier and NLRI. */
function routeOctets({ pathId, nlri }: RouteEvent): Uint8Array {
  const octets = nlri.buffer.subarray(nlri.start, nlri.end);
  return pathId === null ? octets : Uint8Array.of(pathId >>> 24, pathId >>> 16, pathId >>> 8, pathId, ...octets);
}

/**
 * An MP_REACH_NLRI with this route.
 *
 * @param reach where there is one, whole or not; -1 where there is none
 * @param hop where there is a NEXT_HOP
 */
function mpReachOf(buffer: Uint8Array, reach: number, hop: number, family: Family, route: Uint8Array): Uint8Array {
  const nextHop = reach < 0 ? nextHopElsewhere(buffer, hop, family) : nextHopIn(buffer, reach, family);
  if (nextHop === null) return buffer.subarray(reach, attributeEnd(buffer, reach));
  const flags = reach < 0 ? OPTIONAL : buffer[reach]! & ~EXTENDED_LENGTH;
  const { afi, safi } = family;
  const length = 5 + nextHop.length + route.length;
  const header = length > 0xff ? [flags | EXTENDED_LENGTH, 14, length >> 8, length] : [flags, 14, length];
  return Uint8Array.of(...header, afi >> 8, afi, safi, nextHop.length, ...nextHop, 0, ...route);
}

/** The next hop in an MP_REACH_NLRI that begins with its length, or with the family; null where it does neither. */
function nextHopIn(buffer: Uint8Array, reach: number, family: Family): Uint8Array | null {
  const start = valueStart(buffer, reach);
  const end = attributeEnd(buffer, reach);
  if (end - start > 0 && buffer[start] === end - start - 1) return buffer.subarray(start + 1, end);
  if (end - start < 5 || u16At(buffer, start) !== family.afi || buffer[start + 2] !== family.safi) return null;
  const hopEnd = start + 4 + buffer[start + 3]!;
  return hopEnd > end ? null : buffer.subarray(start + 4, hopEnd);
}

/** The zero route distinguisher before next hops in VPNs (RFC 4364 section 4.3.2). */
const ROUTE_DISTINGUISHER: Uint8Array = /* @__PURE__ */ new Uint8Array(8);

/** What makes an IPv4 address one of IPv6 (RFC 4798 section 2). */
const MAPPED: Uint8Array = /* @__PURE__ */ Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/** The address of a NEXT_HOP, or the unspecified one, in a form that the family has. */
function nextHopElsewhere(buffer: Uint8Array, hop: number, { afi, safi }: Family): Uint8Array {
  const format = STANDARD.families.find((row) => row.afi === afi && row.safi === safi)?.nextHop;
  const fits = (octets: number): boolean => format?.fits(octets, true) ?? true;
  if (hop < 0 && fits(0)) return NOTHING;
  const none = new Uint8Array(afi === Afi.IPv6 ? 16 : 4);
  const address = hop < 0 ? none : buffer.subarray(valueStart(buffer, hop), attributeEnd(buffer, hop));
  const forms = [[], ROUTE_DISTINGUISHER, MAPPED, [...ROUTE_DISTINGUISHER, ...MAPPED]];
  const before = forms.find((before) => fits(before.length + address.length)) ?? [];
  return Uint8Array.of(...before, ...address);
}

/** Gives attributes their flags where they have none. */
function setFlags(buffer: Uint8Array, start: number, end: number): void {
  for (let at = start; at + 3 <= end; at = attributeEnd(buffer, at)) {
    if ((buffer[at]! & CATEGORY) !== 0) continue;
    const code = buffer[at + 1];
    // What is not known is optional, or it would be no attribute of today, and was passed on.
    buffer[at]! |= STANDARD.attributes.find((row) => row.code === code)?.flags ?? CATEGORY;
  }
}
