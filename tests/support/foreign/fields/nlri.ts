// Routes and next hops under Wireshark's names: a row for each kind of route.
import { formatIPv6, parseIPv4, parseIPv6 } from "@bgpwire/core";
import type { MpReachNlriAttribute, MpUnreachNlriAttribute, NlriKind, NlriOfKind, PrefixNlri } from "@bgpwire/decoder";
import type { Fields } from "./fields.ts";

/** Where a route stands. */
interface Place {
  readonly afi: number;
  readonly safi: number;
  readonly name: "mpReachNlri" | "mpUnreachNlri";
}

type Writers = { readonly [K in NlriKind]?: (nlri: NlriOfKind[K], fields: Fields, place: Place) => void };

const WRITERS: Writers = {
  prefix: (nlri, fields, place) => addPrefix(nlri, fields, prefixField(place)),
};

/** Tells the routes of an attribute. */
export function addRoutes(attribute: MpReachNlriAttribute | MpUnreachNlriAttribute, fields: Fields): void {
  if (attribute.kind === "raw") return;
  const write = WRITERS[attribute.kind] as ((nlri: object, fields: Fields, place: Place) => void) | undefined;
  for (const nlri of attribute.nlri) write?.(nlri, fields, attribute);
}

function prefixField({ afi, name }: Place): string {
  return `bgp.mp_${name === "mpReachNlri" ? "reach" : "unreach"}_nlri_ipv${afi === 1 ? 4 : 6}_prefix`;
}

/** A prefix: Wireshark has its length and its address, which it cuts off behind the length. */
export function addPrefix(nlri: PrefixNlri, fields: Fields, name: string): void {
  const [address, bits] = nlri.prefix.split("/") as [string, string];
  if (nlri.pathId !== undefined) fields.add("bgp.nlri_path_id", nlri.pathId);
  fields.add("bgp.prefix_length", bits);
  fields.add(name, masked(address, Number(bits)));
}

/** An address without the bits behind a length. */
export function masked(address: string, bits: number): string {
  const octets = Uint8Array.from(
    octetsOf(address),
    (octet, i) => octet & (0xff00 >> Math.min(Math.max(bits - i * 8, 0), 8)),
  );
  return octets.length === 4 ? octets.join(".") : formatIPv6(octets);
}

const NEXT_HOP = "bgp.update.path_attribute.mp_reach_nlri.next_hop";

/** A next hop, of which Wireshark has all octets with their count, and each address. */
export function addNextHop(
  hop: { readonly nextHop: string; readonly linkLocalNextHop?: string },
  fields: Fields,
): void {
  const octets = [...octetsOf(hop.nextHop)];
  if (hop.linkLocalNextHop !== undefined) octets.push(...octetsOf(hop.linkLocalNextHop));
  fields.bytes(NEXT_HOP, Uint8Array.of(octets.length, ...octets));
  fields.add(`${NEXT_HOP}.ipv${hop.nextHop.includes(":") ? 6 : 4}`, hop.nextHop);
  if (hop.linkLocalNextHop !== undefined) fields.add(`${NEXT_HOP}.ipv6.link_local`, hop.linkLocalNextHop);
}

/** Octets of an address's text. */
export function octetsOf(address: string): readonly number[] {
  const ipv4 = parseIPv4(address);
  if (ipv4 !== null) return [ipv4 >>> 24, (ipv4 >>> 16) & 0xff, (ipv4 >>> 8) & 0xff, ipv4 & 0xff];
  return [...parseIPv6(address)!];
}
