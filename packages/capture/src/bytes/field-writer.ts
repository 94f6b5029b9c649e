// Writes the fields of records, each by its name, so that a value that does not fit says which it is.
import { bytesOf, ByteWriter, ConfigError, parseIPv4, parseIPv6, type Slice } from "@bgpwire/core";

/**
 * Writes integers in network order, addresses and octets. What does not fit its field is a mistake of the caller.
 *
 * @throws ConfigError `invalid-value`, with the field's name
 */
export class FieldWriter {
  readonly #writer: ByteWriter;

  /** @param capacity octets there is memory for at first */
  constructor(capacity: number = 128) {
    this.#writer = new ByteWriter(capacity);
  }

  u8(field: string, value: number): void {
    this.#writer.u8(bounded(field, value, 0xff));
  }

  u16(field: string, value: number): void {
    this.#writer.u16(bounded(field, value, 0xffff));
  }

  u32(field: string, value: number): void {
    this.#writer.u32(bounded(field, value, 0xffff_ffff));
  }

  /** Four octets of dotted text. */
  ipv4(field: string, address: string): void {
    const value = parseIPv4(address);
    if (value === null) throw new ConfigError("invalid-value", field, `"${address}" is no IPv4 address`);
    this.#writer.u32(value);
  }

  ipv6(field: string, address: string): void {
    const octets = parseIPv6(address);
    if (octets === null) throw new ConfigError("invalid-value", field, `"${address}" is no IPv6 address`);
    this.#writer.bytes(octets);
  }

  /** An address of the family that `ipv6` says. */
  address(field: string, address: string, ipv6: boolean): void {
    if (ipv6) this.ipv6(field, address);
    else this.ipv4(field, address);
  }

  /** Appends a copy. */
  bytes(octets: Uint8Array | Slice): void {
    this.#writer.bytes(ArrayBuffer.isView(octets) ? octets : bytesOf(octets));
  }

  /** Appends a copy with its length in two octets before it. */
  counted(field: string, octets: Uint8Array | Slice): void {
    const bytes = ArrayBuffer.isView(octets) ? octets : bytesOf(octets);
    if (bytes.length > 0xffff) {
      throw new ConfigError("invalid-value", field, `${bytes.length} octets are more than 65535`);
    }
    this.#writer.u16(bytes.length);
    this.#writer.bytes(bytes);
  }

  /** What was written; the writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.#writer.finish();
  }
}

function bounded(field: string, value: number, limit: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= limit) return value;
  throw new ConfigError("invalid-value", field, `${value} is not 0 to ${limit}`);
}
