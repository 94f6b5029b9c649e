// The per-peer header (RFC 7854 section 4.2, RFC 8671 section 4, RFC 9069 section 5.1): whose messages these are, and when.
import {
  ConfigError,
  formatIPv4,
  formatIPv6,
  parseIPv4,
  parseIPv6,
  type ByteReader,
  type ByteWriter,
} from "@bgpwire/core";
import { encodeRouteDistinguisher, routeDistinguisherText } from "@bgpwire/decoder";
import { BmpPeerFlag, BmpPeerType } from "./numbers.ts";

/** Octets of the per-peer header. */
export const PEER_HEADER_LENGTH = 42;

/** Whose messages a BMP message is about. */
export interface BmpPeerHeader {
  /** A number of `BmpPeerType`, or another. */
  readonly type: number;
  /** Bits of `BmpPeerFlag`, and what else is set. */
  readonly flags: number;
  /** The text of the eight octets as a route distinguisher; `0:0` for the global instance. */
  readonly distinguisher: string;
  /** IPv4 or IPv6; that of a Loc-RIB is zero. */
  readonly address: string;
  readonly as: number;
  /** BGP Identifier, dotted. */
  readonly bgpIdentifier: string;
  /** Seconds since 1970 UTC; zero where the time is not available. */
  readonly seconds: number;
  /** Usually 0 to 999999, though nothing keeps a sender from more. */
  readonly microseconds: number;
}

/** Reads the 42 octets of the header. */
export function readPeerHeader(reader: ByteReader): BmpPeerHeader {
  const type = reader.u8();
  const flags = reader.u8();
  return {
    type,
    flags,
    distinguisher: routeDistinguisherText(reader.take(8), 0),
    address: readAddress(reader, type, flags),
    as: reader.u32(),
    bgpIdentifier: formatIPv4(reader.u32()),
    seconds: reader.u32(),
    microseconds: reader.u32(),
  };
}

/** Writes the header. @throws ConfigError `invalid-value` where a part is not of its form */
export function writePeerHeader(peer: BmpPeerHeader, writer: ByteWriter): void {
  writer.u8(peer.type);
  writer.u8(peer.flags);
  writer.bytes(encodeRouteDistinguisher(peer.distinguisher));
  writeAddress(peer.address, "address", writer);
  writer.u32(peer.as);
  const identifier = parseIPv4(peer.bgpIdentifier);
  if (identifier === null) {
    throw new ConfigError("invalid-value", "bgpIdentifier", `"${peer.bgpIdentifier}" is no dotted number`);
  }
  writer.u32(identifier);
  writer.u32(peer.seconds);
  writer.u32(peer.microseconds);
}

/**
 * Reads sixteen octets, which are IPv4 behind twelve of zero where the V flag says so. A Loc-RIB has no V flag (RFC 9069 section
 * 5.1). Where the twelve are not zero it cannot be IPv4, whatever the flag, and no octet is lost.
 */
export function readAddress(reader: ByteReader, peerType: number, flags: number): string {
  const octets = reader.take(16);
  const isIPv6 = peerType !== BmpPeerType.LocRibInstance && (flags & BmpPeerFlag.V) !== 0;
  if (octets.length < 16) return "::";
  if (isIPv6 || octets.subarray(0, 12).some((octet) => octet !== 0)) return formatIPv6(octets);
  return formatIPv4((octets[12]! << 24) | (octets[13]! << 16) | (octets[14]! << 8) | octets[15]!);
}

/** Writes sixteen octets. @throws ConfigError `invalid-value` where the text is no address */
export function writeAddress(address: string, field: string, writer: ByteWriter): void {
  const ipv4 = parseIPv4(address);
  const ipv6 = ipv4 === null ? parseIPv6(address) : null;
  if (ipv4 === null && ipv6 === null) {
    throw new ConfigError("invalid-value", field, `"${address}" is neither an IPv4 nor an IPv6 address`);
  }
  writer.bytes(ipv6 ?? new Uint8Array(12));
  if (ipv4 !== null) writer.u32(ipv4);
}
