// Numbers of IEEE 754 with single precision in lists and records, where the others stay readable when one is odd.
import { toHex } from "@bgpwire/core";
import { isPlainNumber } from "./integers.ts";
import type { FieldReader } from "./reader.ts";
import { writeFloat32, writeHex } from "./write.ts";
import type { OctetWriter } from "./writer.ts";

/** A number; one that JSON does not have (not-a-number, infinities, minus zero) is the eight digits of its octets. */
export type Float32 = number | string;

/** Reads four octets. */
export function readFloat32(reader: FieldReader, label: string): Float32 {
  const { buffer, at } = reader;
  const value = reader.float32(label);
  return isPlainNumber(value) ? value : toHex(buffer.subarray(at, at + 4));
}

/** Writes four octets. @throws ConfigError `invalid-value` where it is no such number, and not eight digits */
export function writeFloat32OrDigits(value: Float32, field: string, writer: OctetWriter): void {
  if (typeof value === "string") writeHex(value, 4, field, writer);
  else writeFloat32(value, field, writer);
}
