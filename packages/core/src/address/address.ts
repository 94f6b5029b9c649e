// Addresses as people and sockets write them: either version, with a zone where one is needed.
import { formatIPv4, parseIPv4 } from "./ipv4.ts";
import { formatIPv6, parseIPv6 } from "./ipv6.ts";

/** An address taken apart: 4 or 16 octets, and the zone with its `%` or "". */
interface ParsedAddress {
  readonly bytes: Uint8Array;
  readonly zone: string;
}

/** Octets of an address of either version; IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2) is IPv4. Null where it is none. */
export function parseAddress(text: string): ParsedAddress | null {
  const percent = text.indexOf("%");
  const zone = percent < 0 ? "" : text.slice(percent);
  const bytes = parseIPv6(percent < 0 ? text : text.slice(0, percent));
  if (bytes === null) {
    const value = parseIPv4(text);
    if (value === null) return null;
    return { bytes: Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value), zone: "" };
  }
  // RFC 4007 section 11.2: the zone is whatever the node calls it, but it is not empty.
  if (zone === "%" || /[\s/%]/.test(zone.slice(1))) return null;
  if (isMapped(bytes)) return zone === "" ? { bytes: bytes.subarray(12), zone } : null;
  return { bytes, zone };
}

function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i += 1) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

/**
 * The one text of an address, so that two texts are equal exactly when the addresses are: RFC 5952 for IPv6, dotted for
 * IPv4 and for IPv4-mapped IPv6. A zone is kept.
 *
 * @returns null when the text is no address
 * @example normaliseAddress("::FFFF:192.0.2.1") // "192.0.2.1"
 * @example normaliseAddress("FE80:0::1%eth0") // "fe80::1%eth0"
 */
export function normaliseAddress(text: string): string | null {
  const address = parseAddress(text);
  if (address === null) return null;
  return formatOctets(address.bytes) + address.zone;
}

/** Text of 4 or 16 octets. */
function formatOctets(bytes: Uint8Array): string {
  if (bytes.length === 16) return formatIPv6(bytes);
  return formatIPv4((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!);
}

/** 4 or 6; null when the text is no address. IPv4-mapped IPv6 is 4. */
export function addressVersion(text: string): 4 | 6 | null {
  const address = parseAddress(text);
  if (address === null) return null;
  return address.bytes.length === 4 ? 4 : 6;
}
