// IP addresses behind an octet that has their length in bits, as routes of EVPN and of multicast VPNs have them.
import { readAddress, writeAddress } from "../bytes/address.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";

/** Reads a length of 32 or 128 bits and an address; other lengths fail the reader. */
export function readSizedAddress(reader: FieldReader, lengthLabel: string, label: string): string {
  return readAddress(reader, label, addressOctets(reader.u8(lengthLabel)));
}

/** The same, or null where the length is 0 and there is no address. */
export function readOptionalAddress(reader: FieldReader, lengthLabel: string, label: string): string | null {
  const bits = reader.u8(lengthLabel);
  return bits === 0 ? null : readAddress(reader, label, addressOctets(bits));
}

/** Octets of an address of so many bits; 0 where there is none. */
function addressOctets(bits: number): number {
  return bits === 32 || bits === 128 ? bits >> 3 : 0;
}

/** Writes a length in bits and an address; null is a length of 0. @throws ConfigError `invalid-value` where it is no address */
export function writeSizedAddress(address: string | null, field: string, writer: OctetWriter): void {
  const at = writer.reserve(1);
  if (address !== null) writeAddress(address, field, writer);
  writer.setU8(at, 8 * (writer.length - at - 1));
}
