// Zones (RFC 4007), where a platform tells addresses without them.
import { normaliseAddress } from "./address.ts";

/**
 * An address in its one text form, and a link-local one with the zone of another that is known: both ends of a connection
 * between link-local addresses are on one link (RFC 4007 section 5).
 *
 * @param known the address that was dialled, or that the listener has
 * @example withZone("fe80::1", "fe80::2%eth0") // "fe80::1%eth0"
 */
export function withZone(address: string, known: string): string {
  const text = normaliseAddress(address) ?? address;
  const zone = known.indexOf("%");
  return zone >= 0 && !text.includes("%") && isLinkLocal(text) ? text + known.slice(zone) : text;
}

/** RFC 4291 section 2.5.6: fe80::/10. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}
