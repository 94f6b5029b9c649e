// Prefixes as text: "192.0.2.0/24". A prefix keeps the bits behind its length, so that what was on the wire can be written
// back as it was.
import { parseAddress } from "./address.ts";
import { formatIPv4, parseIPv4 } from "./ipv4.ts";
import { formatIPv6, parseIPv6 } from "./ipv6.ts";

/** A prefix taken apart. */
export interface ParsedPrefix {
  readonly version: 4 | 6;
  /** The whole address, 4 or 16 octets; on the wire stand the first `Math.ceil(length / 8)` (RFC 4271 section 4.3). */
  readonly bytes: Uint8Array;
  /** 0 to 32 or 128. */
  readonly length: number;
}

/**
 * Takes a prefix apart. Bits behind the length are allowed and kept.
 *
 * @returns null when the text is not an address, a slash and a length in range (without sign or leading zero)
 * @example parsePrefix("2001:db8::/32") // { version: 6, bytes: 16 octets, length: 32 }
 */
export function parsePrefix(text: string): ParsedPrefix | null {
  const slash = text.indexOf("/");
  if (slash < 0 || !/^(?:0|[1-9]\d{0,2})$/.test(text.slice(slash + 1))) return null;
  const length = Number(text.slice(slash + 1));
  const address = text.slice(0, slash);
  const value = parseIPv4(address);
  if (value !== null) {
    if (length > 32) return null;
    return { version: 4, bytes: Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value), length };
  }
  const bytes = parseIPv6(address);
  if (bytes === null || length > 128) return null;
  return { version: 6, bytes, length };
}

/** A prefix with the zone it is in, `%` included; "" where it has none. */
interface ZonedPrefix extends ParsedPrefix {
  readonly zone: string;
}

/**
 * Takes apart a prefix that may have a zone, which stands behind the address (RFC 4007 section 11.7). Only link-local
 * addresses have one.
 *
 * @returns null where `parsePrefix` has nothing either, and for a zone that is none or has no place
 * @example parseZonedPrefix("fe80::%eth0/10") // { version: 6, bytes: 16 octets, length: 10, zone: "%eth0" }
 */
export function parseZonedPrefix(text: string): ZonedPrefix | null {
  const [, zone = ""] = /^[^%/]*(%[^\s/%]+)\//.exec(text) ?? [];
  const prefix = parsePrefix(text.replace(zone, ""));
  if (prefix === null) return null;
  const linkLocal = prefix.length >= 10 && prefixContains("fe80::/10", text.slice(0, text.indexOf("/")));
  return zone !== "" && !linkLocal ? null : { ...prefix, zone };
}

/**
 * Text of a prefix whose octets start at `offset`: `Math.ceil(length / 8)` of them are read, the rest of the address is
 * zero, bits behind the length are kept.
 *
 * @param length 0 to 32 (version 4) or 128 (version 6)
 * @example formatPrefix(4, Uint8Array.of(192, 0, 2), 24) // "192.0.2.0/24"
 */
export function formatPrefix(version: 4 | 6, bytes: Uint8Array, length: number, offset: number = 0): string {
  const octets = (length + 7) >> 3;
  if (version === 4) {
    let value = 0;
    for (let i = 0; i < 4; i += 1) value = (value << 8) | (i < octets ? (bytes[offset + i] ?? 0) : 0);
    return `${formatIPv4(value)}/${length}`;
  }
  const address = new Uint8Array(16);
  address.set(bytes.subarray(offset, offset + Math.min(octets, 16)));
  return `${formatIPv6(address)}/${length}`;
}

/**
 * Whether an address lies in a prefix. Bits of the prefix behind its length and the address's zone play no part; an
 * IPv4-mapped address is IPv4. False when either text is none.
 *
 * @example prefixContains("192.0.2.0/24", "192.0.2.77") // true
 */
export function prefixContains(prefixText: string, addressText: string): boolean {
  const prefix = parsePrefix(prefixText);
  const address = parseAddress(addressText);
  if (prefix === null || address === null || prefix.bytes.length !== address.bytes.length) return false;
  for (let bit = 0; bit < prefix.length; bit += 8) {
    const mask = prefix.length - bit >= 8 ? 0xff : 0xff << (8 - (prefix.length - bit));
    if (((prefix.bytes[bit >> 3]! ^ address.bytes[bit >> 3]!) & mask) !== 0) return false;
  }
  return true;
}
