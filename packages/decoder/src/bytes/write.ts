// What a writer is given as text: addresses, long numbers, hexadecimal digits. Each names its field when the text is none.
import { ConfigError, fromHex, parseIPv6 } from "@bgpwire/core";
import { ipv4Value } from "../text/prefix-text.ts";
import type { OctetWriter } from "./writer.ts";

/** A number for a field of some bits. @throws ConfigError `invalid-value` where it is not 0 to `limit` */
export function bounded(value: number, limit: number, field: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= limit) return value;
  throw new ConfigError("invalid-value", field, `${value} is not 0 to ${limit}`);
}

/** Writes four octets. @throws ConfigError `invalid-value` where the text is no IPv4 address */
export function writeIPv4(address: string, field: string, writer: OctetWriter): void {
  const value = ipv4Value(address);
  if (value < 0) throw new ConfigError("invalid-value", field, `"${address}" is no IPv4 address`);
  writer.u32(value);
}

/** Writes sixteen octets. @throws ConfigError `invalid-value` where the text is no IPv6 address */
export function writeIPv6(address: string, field: string, writer: OctetWriter): void {
  const octets = parseIPv6(address);
  if (octets === null) throw new ConfigError("invalid-value", field, `"${address}" is no IPv6 address`);
  writer.bytes(octets);
}

/** Writes eight octets of decimal text. @throws ConfigError `invalid-value` where it is no number below 2^64 */
export function writeU64(value: string, field: string, writer: OctetWriter): void {
  const number = /^(?:0|[1-9]\d{0,19})$/.test(value) ? BigInt(value) : -1n;
  if (number < 0n || number > 0xffff_ffff_ffff_ffffn) {
    throw new ConfigError("invalid-value", field, `"${value}" is no whole number below 2^64`);
  }
  writer.u32(Number(number >> 32n));
  writer.u32(Number(number & 0xffff_ffffn));
}

/** Writes four octets of IEEE 754: the nearest number they can hold. @throws ConfigError `invalid-value` where there is none */
export function writeFloat32(value: number, field: string, writer: OctetWriter): void {
  if (!Number.isFinite(Math.fround(value))) {
    throw new ConfigError("invalid-value", field, `${value} is no number of 32 bits`);
  }
  const at = writer.reserve(4);
  // Adding zero makes a negative zero positive.
  new DataView(writer.buffer.buffer, writer.buffer.byteOffset + at, 4).setFloat32(0, value + 0);
}

/** Writes hexadecimal digits. @throws ConfigError `invalid-value` where they are not those of `octets` octets */
export function writeHex(digits: string, octets: number, field: string, writer: OctetWriter): void {
  const value = fromHex(digits);
  if (value === null || value.length !== octets) {
    throw new ConfigError("invalid-value", field, `"${digits}" is not ${2 * octets} hexadecimal digits`);
  }
  writer.bytes(value);
}
