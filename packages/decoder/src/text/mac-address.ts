// MAC addresses: six octets, as text of pairs of lower-case digits with colons between them.
import { ConfigError } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";

/** Octets of a MAC address. */
export const MAC_OCTETS = 6;

/** Two digits of each octet: a look-up costs less than converting a number. */
const PAIRS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Pairs of digits of `octets` octets with colons between them. */
export function colonText(buffer: Uint8Array, at: number, octets: number): string {
  let text = PAIRS[buffer[at]!]!;
  for (let i = 1; i < octets; i += 1) text += `:${PAIRS[buffer[at + i]!]!}`;
  return text;
}

/** The octets of pairs of digits with colons between them, of either case; null where there are not `octets` of them. */
export function parseColons(text: string, octets: number): Uint8Array | null {
  if (text.length !== 3 * octets - 1 || !/^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i.test(text)) return null;
  return Uint8Array.from(text.split(":"), (pair) => Number.parseInt(pair, 16));
}

/** Text of the six octets at `at`: "00:11:22:33:44:55". */
export function macText(buffer: Uint8Array, at: number): string {
  return colonText(buffer, at, MAC_OCTETS);
}

/** Reads six octets. */
export function readMac(reader: FieldReader, label: string): string {
  return reader.text(label, MAC_OCTETS, macText);
}

/** Writes six octets. @throws ConfigError `invalid-value` where the text is no MAC address */
export function writeMac(text: string, field: string, writer: OctetWriter): void {
  const octets = parseColons(text, MAC_OCTETS);
  if (octets === null) throw new ConfigError("invalid-value", field, `"${text}" is no MAC address`);
  writer.bytes(octets);
}
