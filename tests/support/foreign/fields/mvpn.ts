// MCAST-VPN routes under Wireshark's names.
import type { NlriOfKind } from "@bgpwire/decoder";
import { distinguisherOctets, octetsOf, type Fields } from "./fields.ts";

const MVPN = "bgp.mcast_vpn_nlri";

/** Tells a route. @returns false where there are no words for its type */
export function addMvpnRoute(route: NlriOfKind["mvpn"], fields: Fields): boolean {
  switch (route.name) {
    case "sourceActiveAutoDiscovery":
    case "sharedTreeJoin":
    case "sourceTreeJoin": {
      const octets = [...distinguisherOctets(route.routeDistinguisher)];
      fields.bytes(`${MVPN}_rd`, Uint8Array.from(octets));
      if ("sourceAs" in route) {
        const { sourceAs } = route;
        fields.add(`${MVPN}_source_as`, sourceAs);
        octets.push(sourceAs >>> 24, (sourceAs >>> 16) & 0xff, (sourceAs >>> 8) & 0xff, sourceAs & 0xff);
      }
      octets.push(...addAddress("source", route.multicastSource, fields));
      octets.push(...addAddress("group", route.multicastGroup, fields));
      fields.add(`${MVPN}_route_type`, route.routeType);
      fields.add(`${MVPN}_length`, octets.length);
      fields.bytes(MVPN, Uint8Array.from(octets));
      return true;
    }
    default:
      return false;
  }
}

/** @returns its octets, its length in bits first */
function addAddress(name: "source" | "group", address: string | null, fields: Fields): readonly number[] {
  const octets = address === null ? [] : octetsOf(address);
  fields.add(`${MVPN}_${name}_length`, 8 * octets.length);
  if (address !== null) fields.add(`${MVPN}_${name}_addr_ipv${octets.length === 4 ? 4 : 6}`, address);
  return [8 * octets.length, ...octets];
}
