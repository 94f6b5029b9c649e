// Prefixes in flow specifications: those of IPv4 as everywhere (RFC 8955 section 4.2.2.1), and those of IPv6, which may leave
// bits out at their beginning: "2001:db8::/32", "::1234:5678:9a00:0/64-104" (RFC 8956 section 3.1).
import { ConfigError, parseIPv6 } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { ipv4BitsText, ipv6BitsText, ipv6Text } from "../text/prefix-text.ts";
import { writeIPv4Bits } from "./prefix.ts";

/** Reads length and prefix; "" where the prefix is longer than an address. */
export function readIPv4Prefix(reader: FieldReader): string {
  const bits = reader.u8("length");
  if (bits > 32) return "";
  return reader.text("prefix", (bits + 7) >> 3, (buffer, at) => ipv4BitsText(buffer, at, bits));
}

/** The reverse. @throws ConfigError `invalid-value` where the text is no IPv4 prefix */
export function writeIPv4Prefix(text: string, writer: OctetWriter): void {
  const lengthAt = writer.reserve(1);
  writer.setU8(lengthAt, writeIPv4Bits(text, writer));
}

const ADDRESS_OCTETS = 16;

/**
 * Reads length, offset, pattern and padding; "" where length and offset are not "in the range offset < length < 129" (RFC 8956
 * section 3.1), null where padding that is not zero lies behind the end of an address, so that no text has it.
 */
export function readIPv6Pattern(reader: FieldReader): string | null {
  const length = reader.u8("length");
  const offset = reader.u8("offset");
  if (!isRange(offset, length)) return "";
  const octets = (length - offset + 7) >> 3;
  const pattern = reader.text("pattern", octets, (buffer, at) => patternText(buffer, at, offset, length));
  return pattern === "" && !reader.failed ? null : pattern;
}

function isRange(offset: number, length: number): boolean {
  return (length === 0 && offset === 0) || (offset < length && length <= 128);
}

/** "The pattern shifted to the right by the number of offset bits", with its padding; "" where that is no address. */
function patternText(buffer: Uint8Array, at: number, offset: number, length: number): string {
  if (offset === 0) return ipv6BitsText(buffer, at, length);
  const address = new Uint8Array(ADDRESS_OCTETS + 1);
  const shift = offset & 7;
  for (let to = offset >> 3, from = at; 8 * to + shift < length; to += 1, from += 1) {
    address[to] = address[to]! | (buffer[from]! >> shift);
    address[to + 1] = buffer[from]! << (8 - shift);
  }
  return address[ADDRESS_OCTETS] === 0 ? `${ipv6Text(address, 0)}/${offset}-${length}` : "";
}

/** The reverse. Bits before the offset, which match anything, are not written. @throws ConfigError where the text is none */
export function writeIPv6Pattern(text: string, field: string, writer: OctetWriter): void {
  const pattern = parseIPv6Pattern(text);
  if (pattern === null) throw new ConfigError("invalid-value", field, `"${text}" is no IPv6 prefix`);
  const { address, offset, length } = pattern;
  writer.u8(length);
  writer.u8(offset);
  const shift = offset & 7;
  for (let from = offset >> 3; 8 * from + shift < length; from += 1) {
    writer.u8(((address[from]! << shift) | ((address[from + 1] ?? 0) >> (8 - shift))) & 0xff);
  }
}

/** Address, bits to skip and bits where matching stops; null where the text is none. */
export function parseIPv6Pattern(text: string): { address: Uint8Array; offset: number; length: number } | null {
  const [, addressText, offsetText, lengthText] = /^([^/]+)\/(?:(\d+)-)?(\d+)$/.exec(text) ?? [];
  const address = addressText === undefined ? null : parseIPv6(addressText);
  const offset = decimal(offsetText ?? "0", 127);
  const length = decimal(lengthText ?? "", 128);
  return address !== null && offset >= 0 && length >= 0 && isRange(offset, length) ? { address, offset, length } : null;
}
