// BGP Color-Aware Routing (RFC 9871): SAFI 83 of IPv4 and IPv6, and SAFI 84 for VPNs. A route says how long it is and how long
// its key is, so that what is behind the key, and types that are not known, can be told apart.
import { Afi, ConfigError, Safi } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ipv4BitsText, ipv6BitsText } from "../text/prefix-text.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { readCarTlvs, writeCarTlvs, type CarValues } from "./car-tlv.ts";
import { octetLength } from "./framing.ts";
import type { ReadNlriOfKind } from "./model.ts";
import { ANY_NEXT_HOP, TRANSPORT_NEXT_HOP, type NextHopFormat } from "./next-hop.ts";
import type { AddressBits } from "./prefix-field.ts";
import { writeIPv4Bits, writeIPv6Bits } from "./prefix.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";
import type { TypedRoute } from "./typed-route.ts";

/**
 * What can be wrong with its routes. Where the lengths are, "AFI/SAFI disable" is asked for, or a session reset where the session
 * has no other family; a key that does not fit its type is one more type that is not known.
 */
// prettier-ignore
export const CAR_RULES: RuleTable<"car-length" | "car-key" | "car-tlv"> = /* @__PURE__ */ ruleTable({
  "car-length": ["RFC 9871 section 2.11", "afi-safi-disable", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "car-key": ["RFC 9871 section 2.11", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "car-tlv": ["RFC 9871 section 2.11", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** Color-Aware Route (section 2.9.3). */
export interface ColorAwareRoute extends TypedRoute, CarValues {
  readonly name: "colorAwareRoute";
  readonly routeType: 1;
  /** Address and length, of the family's version; bits behind the length are kept up to the end of the last octet. */
  readonly prefix: string;
  /** The intent that the route is for, 1 to 4294967295. */
  readonly color: number;
}

/** IP Prefix (section 2.9.4). */
export interface CarIpPrefixRoute extends TypedRoute, CarValues {
  readonly name: "ipPrefix";
  readonly routeType: 2;
  /** Address and length, of the family's version; bits behind the length are kept up to the end of the last octet. */
  readonly prefix: string;
}

/** A route of BGP CAR; `name` tells the arms apart, `routeType` is the NLRI Type on the wire. */
export type CarNlri = ColorAwareRoute | CarIpPrefixRoute;

/** Color-Aware Route in a VPN. */
export interface VpnColorAwareRoute extends ColorAwareRoute {
  readonly routeDistinguisher: string;
}

/** IP Prefix in a VPN. */
export interface VpnCarIpPrefixRoute extends CarIpPrefixRoute {
  readonly routeDistinguisher: string;
}

/** A route of BGP VPN CAR; `name` tells the arms apart, `routeType` is the NLRI Type on the wire. */
export type VpnCarNlri = VpnColorAwareRoute | VpnCarIpPrefixRoute;

const COLOR_AWARE_ROUTE = 1;
const IP_PREFIX = 2;

/** @param vpn there is a route distinguisher behind the length of the prefix */
function read(reader: FieldReader, bits: AddressBits, vpn: boolean): CarNlri | VpnCarNlri | null {
  reader.u8("NLRI Length");
  const keyLength = reader.u8("Key Length");
  const type = reader.u8("NLRI Type");
  const key = reader.sub("Type-specific Key Fields", keyLength);
  if (reader.failed || (type !== COLOR_AWARE_ROUTE && type !== IP_PREFIX)) {
    reader.rest("Type-specific Non-Key Fields");
    return null;
  }
  const length = key.u8("Prefix Length");
  if (length > bits) key.fail();
  const distinguisher = vpn ? { routeDistinguisher: readRouteDistinguisher(key) } : null;
  const text = bits === 32 ? ipv4BitsText : ipv6BitsText;
  const prefix = key.text("IP Prefix", (length + 7) >> 3, (buffer, at) => text(buffer, at, length));
  const color = type === COLOR_AWARE_ROUTE ? key.u32("Color") : 0;
  // "4 octets that contain non-zero color value": section 2.9.3.
  if (!key.complete || (type === COLOR_AWARE_ROUTE && color === 0)) reader.fail(CAR_RULES["car-key"]);
  const values = readCarTlvs(reader);
  if (type === IP_PREFIX) return { name: "ipPrefix", routeType: 2, ...distinguisher, prefix, ...values };
  return { name: "colorAwareRoute", routeType: 1, ...distinguisher, prefix, color, ...values };
}

function write(nlri: CarNlri | VpnCarNlri, bits: AddressBits, vpn: boolean, writer: OctetWriter): void {
  if (nlri.routeType !== (nlri.name === "colorAwareRoute" ? COLOR_AWARE_ROUTE : IP_PREFIX)) {
    const { name, routeType } = nlri as TypedRoute;
    throw new ConfigError("invalid-value", "routeType", `there is no "${name}" with route type ${routeType}`);
  }
  const start = writer.reserve(2);
  writer.u8(nlri.routeType);
  const length = writer.reserve(1);
  if (vpn) writeRouteDistinguisher((nlri as VpnCarNlri).routeDistinguisher, writer);
  writer.setU8(length, bits === 32 ? writeIPv4Bits(nlri.prefix, writer) : writeIPv6Bits(nlri.prefix, writer));
  if (nlri.name === "colorAwareRoute") writer.u32(nlri.color);
  writer.setU8(start + 1, writer.length - length);
  writeCarTlvs(nlri, writer);
  writer.setU8(start, writer.length - start - 1);
}

function carRow<K extends "car" | "vpnCar">(
  kind: K,
  afi: 1 | 2,
  bits: AddressBits,
  safi: number,
  nextHop: NextHopFormat,
): RowOfKind<K> {
  const vpn = kind === "vpnCar";
  return routeFamily<K>({
    afi,
    safi,
    kind,
    nextHop,
    extent: octetLength(0),
    malformed: CAR_RULES["car-length"],
    // Whether there is a distinguisher is what the two kinds differ in.
    read: (reader) => read(reader, bits, vpn) as ReadNlriOfKind[K] | null,
    write: (nlri, writer) => write(nlri, bits, vpn, writer),
    judge: (_buffer, _at, _end, { withdrawn }, nlri) =>
      withdrawn || nlri.tlvsRest === undefined ? null : CAR_RULES["car-tlv"],
  });
}

/** The family ipv4-car (RFC 9871): a row for registries and `nlriHandler`. */
export const IPV4_CAR: RowOfKind<"car"> = /* @__PURE__ */ carRow("car", Afi.IPv4, 32, Safi.Car, ANY_NEXT_HOP);
/** The family ipv6-car (RFC 9871): a row for registries and `nlriHandler`. */
export const IPV6_CAR: RowOfKind<"car"> = /* @__PURE__ */ carRow("car", Afi.IPv6, 128, Safi.Car, ANY_NEXT_HOP);

/** VPN CAR has "the same VPN semantics as defined in [RFC4364]", for next hops among other things. */
export const IPV4_VPN_CAR: RowOfKind<"vpnCar"> = /* @__PURE__ */ carRow(
  "vpnCar",
  Afi.IPv4,
  32,
  Safi.VpnCar,
  TRANSPORT_NEXT_HOP,
);
/** The family ipv6-vpn-car (RFC 9871): a row for registries and `nlriHandler`. */
export const IPV6_VPN_CAR: RowOfKind<"vpnCar"> = /* @__PURE__ */ carRow(
  "vpnCar",
  Afi.IPv6,
  128,
  Safi.VpnCar,
  TRANSPORT_NEXT_HOP,
);
