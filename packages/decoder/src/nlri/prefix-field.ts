// Prefixes inside of routes: an octet of length in bits, and as many octets as they need.
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { ipv4BitsText, ipv6BitsText } from "../text/prefix-text.ts";
import { writeIPv4Bits, writeIPv6Bits } from "./prefix.ts";

/** Bits of an address. */
export type AddressBits = 32 | 128;

/** Reads a length and a prefix; a length of more than `addressBits` fails the reader. */
export function readPrefixField(reader: FieldReader, addressBits: AddressBits, label: string): string {
  const bits = reader.u8(`${label} Length`);
  if (bits > addressBits) reader.fail();
  const text = addressBits === 32 ? ipv4BitsText : ipv6BitsText;
  return reader.text(label, (bits + 7) >> 3, (buffer, at) => text(buffer, at, bits));
}

/** Writes a length and a prefix. @throws ConfigError `invalid-value` where the text is no prefix of this version */
export function writePrefixField(text: string, addressBits: AddressBits, writer: OctetWriter): void {
  const at = writer.reserve(1);
  writer.setU8(at, addressBits === 32 ? writeIPv4Bits(text, writer) : writeIPv6Bits(text, writer));
}
