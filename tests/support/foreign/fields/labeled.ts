// Routes with labels under Wireshark's names, and the next hops of VPNs.
import type { LabeledPrefixNlri, LabeledVpnPrefixNlri, RawNlri } from "@bgpwire/decoder";
import { distinguisherOctets, octetsOf, type Fields } from "./fields.ts";
import { addPrefix, masked, NEXT_HOP, prefixField, type Place } from "./prefixes.ts";

/** What Wireshark 4.0 has in place of the labels of an IPv6 VPN's route whose route distinguisher is of type 2: its own format. */
const BROKEN_LABEL = "Label Stack=%s RD=%u.%u:%u, IPv6=%s/%u";

/** Tells a route of labeled unicast or of a VPN. @returns false where it stayed octets */
export function addLabeledRoute(
  nlri: LabeledPrefixNlri | LabeledVpnPrefixNlri | RawNlri,
  fields: Fields,
  place: Place,
): boolean {
  if (!("prefix" in nlri)) return false;
  const distinguisher = "routeDistinguisher" in nlri ? distinguisherOctets(nlri.routeDistinguisher) : null;
  if (distinguisher !== null && place.afi === 2) {
    // The rest of it stands in a label for people: see `vpnIPv6Label`.
    if (nlri.pathId !== undefined) fields.add("bgp.nlri_path_id", nlri.pathId);
    fields.add("bgp.label_stack", distinguisher[1] === 2 ? BROKEN_LABEL : labelText(nlri, place));
    return true;
  }
  const labels = place.name === "mpReachNlri" ? nlri.labels.length : 1;
  const before = 24 * labels + (distinguisher === null ? 0 : 64);
  addPrefix(nlri, fields, prefixField(place), before);
  fields.add("bgp.label_stack", labelText(nlri, place));
  if ("routeDistinguisher" in nlri) fields.add("bgp.rd", nlri.routeDistinguisher.replace("L", ""));
  return true;
}

/**
 * What Wireshark's label for people has of a route of an IPv6 VPN, of which its fields have the labels alone; null for a route of
 * which it has only those.
 */
export function vpnIPv6Label(nlri: LabeledVpnPrefixNlri | RawNlri, place: Pick<Place, "name">): string | null {
  if (!("prefix" in nlri)) return null;
  const [address, bits] = nlri.prefix.split("/") as [string, string];
  const { routeDistinguisher } = nlri;
  const labels = labelText(nlri, place);
  if (distinguisherOctets(routeDistinguisher)[1] === 2) return labels;
  return `Label Stack=${labels} RD=${routeDistinguisher}, IPv6=${masked(address, Number(bits))}/${bits}`;
}

/** The labels from the top; in a withdrawn route what RFC 8277 section 2.4 has in their place. */
function labelText({ labels, compatibility = 0x80_0000 }: LabeledPrefixNlri, { name }: Pick<Place, "name">): string {
  if (name === "mpReachNlri") return `${labels.join(",")} (bottom)`;
  return compatibility === 0 || compatibility === 0x80_0000 ? "0 (withdrawn)" : `${compatibility >>> 4} (bottom)`;
}

/** RFC 4364 section 4.3.2, RFC 4659 section 3.2.1: each address has a route distinguisher in front. */
export interface VpnNextHop {
  readonly nextHop: string;
  readonly linkLocalNextHop?: string;
  readonly nextHopRouteDistinguisher?: string;
  readonly linkLocalNextHopRouteDistinguisher?: string;
}

/** Tells a next hop with route distinguishers. */
export function addVpnNextHop(hop: VpnNextHop, fields: Fields): void {
  const { nextHop, linkLocalNextHop, nextHopRouteDistinguisher = "0:0" } = hop;
  const octets = [...distinguisherOctets(nextHopRouteDistinguisher), ...octetsOf(nextHop)];
  fields.add(`${NEXT_HOP}.rd`, nextHopRouteDistinguisher);
  fields.add(`${NEXT_HOP}.ipv${nextHop.includes(":") ? 6 : 4}`, nextHop);
  if (linkLocalNextHop !== undefined) {
    const distinguisher = hop.linkLocalNextHopRouteDistinguisher ?? "0:0";
    octets.push(...distinguisherOctets(distinguisher), ...octetsOf(linkLocalNextHop));
    fields.add(`${NEXT_HOP}.rd`, distinguisher);
    fields.add(`${NEXT_HOP}.ipv6.link_local`, linkLocalNextHop);
  }
  fields.bytes(NEXT_HOP, Uint8Array.of(octets.length, ...octets));
}
