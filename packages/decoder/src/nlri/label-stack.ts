// MPLS labels in front of a prefix (RFC 8277 sections 2.2 and 2.3): three octets each, 20 bits of label, three reserved ones,
// and the bottom-of-stack bit, which the last label has.
import { ConfigError } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";

/** Octets of one label. */
export const LABEL_OCTETS = 3;
/** The bottom-of-stack bit, S, in the third octet of a label. */
export const BOTTOM_OF_STACK = 1;

/** Labels that are bound to a prefix. */
export interface LabelStack {
  /** Label values, 0 to 1048575, the top of the stack first. */
  readonly labels: readonly number[];
  /**
   * The low four bits of each label: Rsrv, the three experimental bits of old, and S. Absent where they are as they are to be
   * sent: zero, and one in the last label.
   */
  readonly labelBits?: readonly number[];
}

/** Text of the label at `at`, for people. */
export function labelText(buffer: Uint8Array, at: number): string {
  const label = String(labelAt(buffer, at));
  return (buffer[at + 2]! & BOTTOM_OF_STACK) === 0 ? label : `${label} (bottom of stack)`;
}

/** The label value in the three octets at `at`. */
export function labelAt(buffer: Uint8Array, at: number): number {
  return (buffer[at]! << 12) | (buffer[at + 1]! << 4) | (buffer[at + 2]! >> 4);
}

/** Where the stack that begins at `at` ends: behind the label with the bottom-of-stack bit; -1 where `end` comes before. */
export function labelStackEnd(buffer: Uint8Array, at: number, end: number): number {
  for (let next = at + LABEL_OCTETS; next <= end; next += LABEL_OCTETS) {
    if ((buffer[next - 1]! & BOTTOM_OF_STACK) !== 0) return next;
  }
  return -1;
}

/** Label values in `[at, end)`, which is a multiple of three octets. */
export function labelsAt(buffer: Uint8Array, at: number, end: number): number[] {
  const labels = [labelAt(buffer, at)];
  for (let next = at + LABEL_OCTETS; next < end; next += LABEL_OCTETS) labels.push(labelAt(buffer, next));
  return labels;
}

/**
 * The `labelBits` of the labels in `[at, end)`; null where they are as they are to be sent.
 *
 * @param bottom the bits that the last label is to have
 */
export function labelBitsAt(
  buffer: Uint8Array,
  at: number,
  end: number,
  bottom: number = BOTTOM_OF_STACK,
): number[] | null {
  let odd = (buffer[end - 1]! & 0xf) ^ bottom;
  for (let low = at + LABEL_OCTETS - 1; low < end - 1; low += LABEL_OCTETS) odd |= buffer[low]! & 0xf;
  if (odd === 0) return null;
  const bits = [];
  for (let low = at + LABEL_OCTETS - 1; low < end; low += LABEL_OCTETS) bits.push(buffer[low]! & 0xf);
  return bits;
}

/**
 * Writes three octets for each label.
 *
 * @param bottom the bits of the last label where there are no `labelBits`
 * @throws ConfigError `invalid-value` where a label has more than 20 bits, or `labelBits` are not four for each
 */
export function writeLabels(
  { labels, labelBits }: LabelStack,
  writer: OctetWriter,
  bottom: number = BOTTOM_OF_STACK,
): void {
  if (labelBits !== undefined && labelBits.length !== labels.length) {
    throw new ConfigError("invalid-value", "labelBits", `${labelBits.length} for ${labels.length} labels`);
  }
  for (const [i, label] of labels.entries()) {
    writeLabel(label, labelBits?.[i] ?? (i === labels.length - 1 ? bottom : 0), "labels", writer);
  }
}

/** Writes the three octets of one label. @throws ConfigError `invalid-value` where label or bits do not fit */
export function writeLabel(label: number, bits: number, field: string, writer: OctetWriter): void {
  if (!Number.isInteger(label) || label < 0 || label > 0xf_ffff) {
    throw new ConfigError("invalid-value", field, `${label} is not 0 to 1048575`);
  }
  if (!Number.isInteger(bits) || bits < 0 || bits > 0xf) {
    throw new ConfigError("invalid-value", "labelBits", `${bits} is not 0 to 15`);
  }
  writer.u24((label << 4) | bits);
}
