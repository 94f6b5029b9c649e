// IP addresses of either version, where a length says which.
import { ConfigError, parseIPv6 } from "@bgpwire/core";
import { ipv4Value } from "../text/prefix-text.ts";
import type { FieldReader } from "./reader.ts";
import type { OctetWriter } from "./writer.ts";

/** Reads an address of `octets` octets, 4 or 16; other numbers fail the reader. */
export function readAddress(reader: FieldReader, label: string, octets: number): string {
  if (octets === 4) return reader.ipv4(label);
  if (octets === 16) return reader.ipv6(label);
  reader.fail();
  return "";
}

/** Writes 4 or 16 octets, as the text asks for. @throws ConfigError `invalid-value` where it is no address */
export function writeAddress(address: string, field: string, writer: OctetWriter): void {
  const value = ipv4Value(address);
  if (value >= 0) {
    writer.u32(value);
    return;
  }
  const octets = parseIPv6(address);
  if (octets === null) throw new ConfigError("invalid-value", field, `"${address}" is no IP address`);
  writer.bytes(octets);
}
