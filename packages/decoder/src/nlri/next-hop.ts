// Next hops of MP_REACH_NLRI: which forms a family can have, and how they are read and written.
import { ConfigError, parseIPv6 } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { ipv4Text, ipv4Value, ipv6Text } from "../text/prefix-text.ts";
import { routeDistinguisherText, writeRouteDistinguisher, ZERO_ROUTE_DISTINGUISHER } from "./route-distinguisher.ts";

/** One address, or a global one and a link-local one (RFC 2545 section 3). */
export interface NextHop {
  readonly nextHop: string;
  readonly linkLocalNextHop?: string;
}

/** Addresses in a VPN that is no VPN: the route distinguishers are zero (RFC 4364 section 4.3.2, RFC 4659 section 3.2.1). */
export interface VpnNextHop extends NextHop {
  /** The route distinguisher in front of the address; absent where it is zero. */
  readonly nextHopRouteDistinguisher?: string;
  /** That of the link-local address; absent where it is zero. */
  readonly linkLocalNextHopRouteDistinguisher?: string;
}

/** A next hop that may be none: flow specifications have no use for it (RFC 8955 section 4). */
export interface OptionalNextHop {
  /** Null where its length is 0. */
  readonly nextHop: string | null;
  readonly linkLocalNextHop?: string;
}

/** The same in a VPN, where it may be an address, or one behind a route distinguisher, which is there then even if it is "0:0". */
export interface OptionalVpnNextHop extends OptionalNextHop {
  readonly nextHopRouteDistinguisher?: string;
  readonly linkLocalNextHopRouteDistinguisher?: string;
}

/** All fields that next hops have. */
const NEXT_HOP_FIELDS = [
  "nextHop",
  "linkLocalNextHop",
  "nextHopRouteDistinguisher",
  "linkLocalNextHopRouteDistinguisher",
] as const;

type NextHopField = (typeof NEXT_HOP_FIELDS)[number];

/** The next hop alone of something that has one. */
export function nextHopOf<H extends object>(from: H): Pick<H, keyof H & NextHopField> {
  const hop: Partial<Record<NextHopField, unknown>> = {};
  for (const field of NEXT_HOP_FIELDS) if (field in from) hop[field] = from[field as keyof H];
  return hop as H;
}

/** How the next hop of a family is read and written. */
export interface NextHopFormat<H = object> {
  /** May it be this long? @param extended next hops of another family were agreed (RFC 8950) */
  fits(octets: number, extended: boolean): boolean;
  /** What is in `[start, end)`, which is as long as `fits` allows. */
  decode(buffer: Uint8Array, start: number, end: number): H;
  /**
   * Absent where it is an address or a global and a link-local one, which `writeNextHop` writes.
   *
   * @throws ConfigError `invalid-value` where the address is none of this family's
   */
  encode?(hop: H, writer: OctetWriter): void;
}

/** Writes a next hop. @throws ConfigError `invalid-value` where the address is none of this family's */
export function writeNextHop(format: NextHopFormat, hop: object, writer: OctetWriter): void {
  if (format.encode === undefined) encodeAddress(format.fits(4, false), hop as NextHop, writer);
  else format.encode(hop, writer);
}

/** One address of 4 or 16 octets, or a global and a link-local one (RFC 2545 section 3). */
function decodeAddress(buffer: Uint8Array, start: number, end: number): NextHop {
  if (end - start === 4) return { nextHop: ipv4Text(buffer, start) };
  if (end - start === 16) return { nextHop: ipv6Text(buffer, start) };
  return { nextHop: ipv6Text(buffer, start), linkLocalNextHop: ipv6Text(buffer, start + 16) };
}

function encodeAddress(allowIPv4: boolean, hop: NextHop, writer: OctetWriter): void {
  const value = allowIPv4 && hop.linkLocalNextHop === undefined ? ipv4Value(hop.nextHop) : -1;
  if (value >= 0) {
    writer.u32(value);
    return;
  }
  writer.bytes(ipv6Octets(hop.nextHop));
  if (hop.linkLocalNextHop !== undefined) writer.bytes(ipv6Octets(hop.linkLocalNextHop));
}

function ipv6Octets(text: string): Uint8Array {
  const octets = parseIPv6(text);
  if (octets === null) throw new ConfigError("invalid-value", "nextHop", `"${text}" is no next hop of this family`);
  return octets;
}

/** RFC 4760, and RFC 8950 section 3 for IPv6 next hops. */
export const IPV4_NEXT_HOP: NextHopFormat<NextHop> = {
  fits: (octets, extended) => octets === 4 || (extended && (octets === 16 || octets === 32)),
  decode: decodeAddress,
};

/** RFC 2545 section 3. An IPv4 next hop of an IPv6 prefix has no encoding; RFC 4798 maps it into IPv6 first. */
export const IPV6_NEXT_HOP: NextHopFormat<NextHop> = {
  fits: (octets) => octets === 16 || octets === 32,
  decode: decodeAddress,
};

/** An address of either version, as families have it whose routes are not addresses: EVPN, VPLS, BGP-LS and others. */
export const ANY_NEXT_HOP: NextHopFormat<NextHop> = {
  fits: (octets) => octets === 4 || octets === 16 || octets === 32,
  decode: decodeAddress,
};

/** One VPN address, or a global and a link-local one: 12, 24 or 48 octets. */
function decodeVpnAddress(buffer: Uint8Array, start: number, end: number): VpnNextHop {
  const distinguisher = routeDistinguisherText(buffer, start);
  const nextHop = end - start === 12 ? ipv4Text(buffer, start + 8) : ipv6Text(buffer, start + 8);
  const hop =
    distinguisher === ZERO_ROUTE_DISTINGUISHER ? { nextHop } : { nextHop, nextHopRouteDistinguisher: distinguisher };
  if (end - start !== 48) return hop;
  const linkLocal = routeDistinguisherText(buffer, start + 24);
  return {
    ...hop,
    linkLocalNextHop: ipv6Text(buffer, start + 32),
    ...(linkLocal !== ZERO_ROUTE_DISTINGUISHER && { linkLocalNextHopRouteDistinguisher: linkLocal }),
  };
}

function encodeVpnAddress(allowIPv4: boolean, hop: VpnNextHop, writer: OctetWriter): void {
  const { nextHop, linkLocalNextHop } = hop;
  writeRouteDistinguisher(
    hop.nextHopRouteDistinguisher ?? ZERO_ROUTE_DISTINGUISHER,
    writer,
    "nextHopRouteDistinguisher",
  );
  const value = allowIPv4 && linkLocalNextHop === undefined ? ipv4Value(nextHop) : -1;
  if (value >= 0) {
    writer.u32(value);
    return;
  }
  writer.bytes(ipv6Octets(nextHop));
  if (linkLocalNextHop === undefined) return;
  writeRouteDistinguisher(
    hop.linkLocalNextHopRouteDistinguisher ?? ZERO_ROUTE_DISTINGUISHER,
    writer,
    "linkLocalNextHopRouteDistinguisher",
  );
  writer.bytes(ipv6Octets(linkLocalNextHop));
}

/** RFC 4364 section 4.3.2, and RFC 8950 section 3 for VPN-IPv6 next hops. */
export const VPN_IPV4_NEXT_HOP: NextHopFormat<VpnNextHop> = {
  fits: (octets, extended) => octets === 12 || (extended && (octets === 24 || octets === 48)),
  decode: decodeVpnAddress,
  encode: (hop, writer) => encodeVpnAddress(true, hop, writer),
};

/** RFC 4659 section 3.2.1. An IPv4 next hop is written as IPv4-mapped IPv6 (section 3.2.1.2). */
export const VPN_IPV6_NEXT_HOP: NextHopFormat<VpnNextHop> = {
  fits: (octets) => octets === 24 || octets === 48,
  decode: decodeVpnAddress,
  encode: (hop, writer) => encodeVpnAddress(false, hop, writer),
};

/** A VPN address of either version, as in BGP-LS (RFC 9552 section 5.5). */
export const ANY_VPN_NEXT_HOP: NextHopFormat<VpnNextHop> = {
  fits: (octets) => octets === 12 || octets === 24 || octets === 48,
  decode: decodeVpnAddress,
  encode: (hop, writer) => encodeVpnAddress(true, hop, writer),
};

/** None, or an address of either version: "the Network Address of the Next-Hop field MUST be ignored" (RFC 8955 section 4). */
export const OPTIONAL_NEXT_HOP: NextHopFormat<OptionalNextHop> = {
  fits: (octets) => octets === 0 || ANY_NEXT_HOP.fits(octets, false),
  decode: (buffer, start, end) => (start === end ? { nextHop: null } : decodeAddress(buffer, start, end)),
  encode: encodeOptional,
};

function encodeOptional(hop: OptionalNextHop, writer: OctetWriter): void {
  if (hop.nextHop !== null) encodeAddress(true, hop as NextHop, writer);
}

/** None, or an address, with or without a route distinguisher in front, as speakers send both. */
export const OPTIONAL_VPN_NEXT_HOP: NextHopFormat<OptionalVpnNextHop> = {
  fits: (octets) => OPTIONAL_NEXT_HOP.fits(octets, false) || ANY_VPN_NEXT_HOP.fits(octets, false),
  decode: (buffer, start, end) => {
    if (!ANY_VPN_NEXT_HOP.fits(end - start, false)) return OPTIONAL_NEXT_HOP.decode(buffer, start, end);
    return { nextHopRouteDistinguisher: ZERO_ROUTE_DISTINGUISHER, ...decodeVpnAddress(buffer, start, end) };
  },
  encode: encodeOptionalVpn,
};

function encodeOptionalVpn(hop: OptionalVpnNextHop, writer: OctetWriter): void {
  if (hop.nextHopRouteDistinguisher === undefined) encodeOptional(hop, writer);
  else encodeVpnAddress(true, hop as VpnNextHop, writer);
}

/**
 * RFC 9832 section 6.2: an address of either version, with or without a route distinguisher in front, which is to be zero. Where
 * there is one, `nextHopRouteDistinguisher` is there even where it is.
 */
export const TRANSPORT_NEXT_HOP: NextHopFormat<VpnNextHop> = {
  fits: (octets) => octets !== 0 && OPTIONAL_VPN_NEXT_HOP.fits(octets, false),
  decode: (buffer, start, end) => OPTIONAL_VPN_NEXT_HOP.decode(buffer, start, end) as VpnNextHop,
  encode: encodeOptionalVpn,
};
