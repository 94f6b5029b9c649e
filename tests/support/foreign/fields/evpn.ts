// EVPN routes under Wireshark's names.
import { parseEthernetSegmentIdentifier, type NlriOfKind } from "@bgpwire/decoder";
import { distinguisherOctets, octetsOf, type Fields } from "./fields.ts";

const EVPN = "bgp.evpn.nlri";

/**
 * Tells a route.
 *
 * @param withVnis its labels are VNIs
 * @returns false where there are no words for its type
 */
export function addEvpnRoute(route: NlriOfKind["evpn"], fields: Fields, withVnis: boolean): boolean {
  if (route.name === "raw") return false;
  switch (route.name) {
    case "ethernetAutoDiscovery":
      addHeader(route, 25, fields);
      addEsi(route.ethernetSegmentIdentifier, fields);
      fields.add(`${EVPN}.etag`, route.ethernetTagId);
      addLabel(`${EVPN}.mpls_ls1`, route.mplsLabel, fields, withVnis);
      return true;
    case "macIpAdvertisement": {
      const { macAddress, ipAddress, mplsLabel1, mplsLabel2 } = route;
      addHeader(route, 33 + lengthOf(ipAddress) + (mplsLabel2 === undefined ? 0 : 3), fields);
      addEsi(route.ethernetSegmentIdentifier, fields);
      fields.add(`${EVPN}.etag`, route.ethernetTagId);
      fields.add(`${EVPN}.maclen`, 48);
      fields.add(`${EVPN}.mac_addr`, macAddress);
      addAddress(ipAddress, fields);
      addLabel(`${EVPN}.mpls_ls1`, mplsLabel1, fields, withVnis);
      if (mplsLabel2 !== undefined) addLabel(`${EVPN}.mpls_ls2`, mplsLabel2, fields, withVnis);
      return true;
    }
    case "inclusiveMulticastEthernetTag":
      addHeader(route, 13 + lengthOf(route.originatingRouterAddress), fields);
      fields.add(`${EVPN}.etag`, route.ethernetTagId);
      addAddress(route.originatingRouterAddress, fields);
      return true;
    case "ethernetSegment":
      addHeader(route, 19 + lengthOf(route.originatingRouterAddress), fields);
      addEsi(route.ethernetSegmentIdentifier, fields);
      addAddress(route.originatingRouterAddress, fields);
      return true;
    case "ipPrefix": {
      const [address, bits] = route.prefix.split("/") as [string, string];
      addHeader(route, 26 + 2 * lengthOf(address), fields);
      addEsi(route.ethernetSegmentIdentifier, fields);
      fields.add(`${EVPN}.etag`, route.ethernetTagId);
      fields.add(`${EVPN}.prefix_len`, bits);
      fields.add(address.includes(":") ? `${EVPN}.ipv6.addr` : `${EVPN}.ip.addr`, address);
      fields.add(`${EVPN}.ipv${address.includes(":") ? 6 : 4}.gtw_addr`, route.gatewayAddress);
      fields.add("bgp.update.path_attribute.mpls_label_value", route.mplsLabel);
      return true;
    }
    default:
      return false;
  }
}

function addHeader(
  route: { readonly routeType: number; readonly routeDistinguisher: string },
  length: number,
  fields: Fields,
): void {
  fields.add(`${EVPN}.rt`, route.routeType);
  fields.add(`${EVPN}.len`, length);
  fields.bytes(`${EVPN}.rd`, distinguisherOctets(route.routeDistinguisher));
}

/** All of 24 bits, or the upper 20 of them. */
function addLabel(name: string, value: number, fields: Fields, withVnis: boolean): void {
  if (withVnis) fields.add(`${EVPN}.vni`, value);
  else fields.add(name, value >>> 4);
}

function lengthOf(address: string | null): number {
  return address === null ? 0 : octetsOf(address).length;
}

function addAddress(address: string | null, fields: Fields): void {
  fields.add(`${EVPN}.iplen`, 8 * lengthOf(address));
  if (address !== null) fields.add(address.includes(":") ? `${EVPN}.ipv6.addr` : `${EVPN}.ip.addr`, address);
}

/** The text of the ten octets, and what they are made of (RFC 7432 section 5). */
function addEsi(text: string, fields: Fields): void {
  const esi = parseEthernetSegmentIdentifier(text)!;
  fields.add(`${EVPN}.esi`, text);
  fields.add(`${EVPN}.esi.type`, esi.type);
  fields.add(`${EVPN}.esi.value`, text.slice(3));
  const remaining = text.slice(-2);
  switch (esi.name) {
    case "arbitrary":
      fields.bytes(`${EVPN}.esi.type0`, Buffer.from(esi.value, "hex"));
      break;
    case "lacp":
      fields.add(`${EVPN}.esi.lacp_mac`, esi.systemMac);
      fields.add(`${EVPN}.esi.lacp_portkey`, esi.portKey);
      fields.add(`${EVPN}.esi.remaining`, remaining);
      break;
    case "bridge":
      fields.add(`${EVPN}.esi.root_bridge`, esi.rootBridgeMac);
      fields.add(`${EVPN}.esi.rb_prio`, esi.rootBridgePriority);
      fields.add(`${EVPN}.esi.remaining`, remaining);
      break;
    case "mac":
      fields.add(`${EVPN}.esi.system_mac`, esi.systemMac);
      fields.number(`${EVPN}.esi.system_mac_discr`, esi.localDiscriminator, 3);
      break;
    case "routerId":
      fields.add(`${EVPN}.esi.router_id`, esi.routerId);
      fields.number(`${EVPN}.esi.router_discr`, esi.localDiscriminator, 4);
      fields.add(`${EVPN}.esi.remaining`, remaining);
      break;
    case "as":
      fields.add(`${EVPN}.esi.asn`, esi.as);
      fields.number(`${EVPN}.esi.asn_discr`, esi.localDiscriminator, 4);
      fields.add(`${EVPN}.esi.remaining`, remaining);
      break;
    case "raw":
      break;
  }
}
