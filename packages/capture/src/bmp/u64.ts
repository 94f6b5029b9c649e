// Whole numbers of 64 bits as decimal text, because JSON has no such numbers.
import { ConfigError, type ByteReader, type ByteWriter } from "@bgpwire/core";

export function readU64(reader: ByteReader): string {
  return ((BigInt(reader.u32()) << 32n) | BigInt(reader.u32())).toString();
}

/** @throws ConfigError `invalid-value` where the text is no whole number below 2^64 */
export function writeU64(value: string, field: string, writer: ByteWriter): void {
  const number = /^(?:0|[1-9]\d{0,19})$/.test(value) ? BigInt(value) : -1n;
  if (number < 0n || number > 0xffff_ffff_ffff_ffffn) {
    throw new ConfigError("invalid-value", field, `"${value}" is no whole number below 2^64`);
  }
  writer.u32(Number(number >> 32n));
  writer.u32(Number(number & 0xffff_ffffn));
}
