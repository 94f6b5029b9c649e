// An MPLS label stack entry (RFC 3032 section 2.1, RFC 5462): four octets of label, traffic class, bottom of stack and TTL.
import { ConfigError } from "@bgpwire/core";
import { u32At } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";

/** A label stack entry. */
export interface LabelStackEntry {
  /** 0 to 1048575. */
  readonly label: number;
  /** TC: 0 to 7. */
  readonly trafficClass: number;
  /** The S bit, which means nothing where a length says how many labels there are; absent where it is clear. */
  readonly bottomOfStack?: true;
  /** 0 to 255. */
  readonly ttl: number;
}

/** Reads four octets. */
export function readLabelStackEntry(reader: FieldReader): LabelStackEntry {
  const { buffer, at } = reader;
  reader.text("Label, TC, S", 3, labelText);
  const ttl = reader.u8("TTL");
  if (reader.failed) return { label: 0, trafficClass: 0, ttl };
  const entry = u32At(buffer, at);
  return {
    label: entry >>> 12,
    trafficClass: (entry >>> 9) & 7,
    ...((entry & 0x100) !== 0 && { bottomOfStack: true }),
    ttl,
  };
}

function labelText(buffer: Uint8Array, at: number): string {
  const low = buffer[at + 2]!;
  return `${(buffer[at]! << 12) | (buffer[at + 1]! << 4) | (low >> 4)}, TC ${(low >> 1) & 7}, S ${low & 1}`;
}

/** Writes four octets. @throws ConfigError `invalid-value` where a part does not fit its bits */
export function writeLabelStackEntry(
  { label, trafficClass, bottomOfStack, ttl }: LabelStackEntry,
  writer: OctetWriter,
): void {
  if (!Number.isInteger(label) || label < 0 || label > 0xf_ffff) {
    throw new ConfigError("invalid-value", "label", `${label} is not 0 to 1048575`);
  }
  if (!Number.isInteger(trafficClass) || trafficClass < 0 || trafficClass > 7) {
    throw new ConfigError("invalid-value", "trafficClass", `${trafficClass} is not 0 to 7`);
  }
  writer.u24((label << 4) | (trafficClass << 1) | (bottomOfStack === true ? 1 : 0));
  writer.u8(ttl);
}
