// Prefixes and addresses of next hops under Wireshark's names, as families of all kinds have them.
import { formatIPv6 } from "@bgpwire/core";
import type { PrefixNlri } from "@bgpwire/decoder";
import { octetsOf, type Fields } from "./fields.ts";

/** Where a route stands. */
export interface Place {
  readonly withVnis: boolean;
  readonly afi: number;
  readonly safi: number;
  readonly name: "mpReachNlri" | "mpUnreachNlri";
}

/** The field of a prefix in an attribute. */
export function prefixField({ afi, name }: Place): string {
  return `bgp.mp_${name === "mpReachNlri" ? "reach" : "unreach"}_nlri_ipv${afi === 1 ? 4 : 6}_prefix`;
}

/**
 * A prefix: Wireshark has its length and its address, which it cuts off behind the length.
 *
 * @param before bits of labels and of a route distinguisher, which count as well
 */
export function addPrefix(nlri: PrefixNlri, fields: Fields, name: string, before: number = 0): void {
  const [address, bits] = nlri.prefix.split("/") as [string, string];
  if (nlri.pathId !== undefined) fields.add("bgp.nlri_path_id", nlri.pathId);
  fields.add("bgp.prefix_length", before + Number(bits));
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

export const NEXT_HOP = "bgp.update.path_attribute.mp_reach_nlri.next_hop";

/** A next hop, of which Wireshark has all octets with their count, and each address. */
export function addNextHop(
  hop: { readonly nextHop: string | null; readonly linkLocalNextHop?: string },
  fields: Fields,
): void {
  if (hop.nextHop === null) {
    fields.add(NEXT_HOP, "00");
    return;
  }
  const octets = [...octetsOf(hop.nextHop)];
  if (hop.linkLocalNextHop !== undefined) octets.push(...octetsOf(hop.linkLocalNextHop));
  fields.bytes(NEXT_HOP, Uint8Array.of(octets.length, ...octets));
  fields.add(`${NEXT_HOP}.ipv${hop.nextHop.includes(":") ? 6 : 4}`, hop.nextHop);
  if (hop.linkLocalNextHop !== undefined) fields.add(`${NEXT_HOP}.ipv6.link_local`, hop.linkLocalNextHop);
}
