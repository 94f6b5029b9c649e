// The values that many TLVs of BGP-LS consist of: how one is read and written, and what makes a row of it.
import { ConfigError, decodeUtf8, encodeUtf8, fromHex, parseIPv6, toHex } from "@bgpwire/core";
import { readFloat32, writeFloat32OrDigits, type Float32 } from "../bytes/float.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { Tlv, TlvRow } from "../bytes/tlv.ts";
import { writeIPv4, writeIPv6, writeU64 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { ipv4Value } from "../text/prefix-text.ts";

/** A TLV that is one value. */
export interface ValueTlv<N extends string, T extends number, V> extends Tlv {
  readonly name: N;
  readonly type: T;
  readonly value: V;
}

/** How a value is read and written. */
export interface Form<V> {
  /** Reads all that is left; null where it is of another form. */
  read(reader: FieldReader): V | null;
  /** @throws ConfigError where the value does not fit */
  write(value: V, writer: OctetWriter, field: string): void;
}

/** The row of a TLV that is one value. */
export function valueRow<N extends string, T extends number, V>(
  name: N,
  type: T,
  label: string,
  form: Form<V>,
): TlvRow<ValueTlv<N, T, V>> {
  return {
    name,
    type,
    label,
    read: (reader) => {
      const value = form.read(reader);
      return value === null ? null : { name, type, value };
    },
    write: (tlv, writer) => form.write(tlv.value, writer, name),
  };
}

/** One octet: flags, an algorithm, a preference. */
export const OCTET: Form<number> = {
  read: (reader) => reader.u8("value"),
  write: (value, writer) => writer.u8(value),
};

export const U16: Form<number> = {
  read: (reader) => reader.u16("value"),
  write: (value, writer) => writer.u16(value),
};

export const U32: Form<number> = {
  read: (reader) => reader.u32("value"),
  write: (value, writer) => writer.u32(value),
};

/** Decimal text. */
export const U64: Form<string> = {
  read: (reader) => reader.u64("value"),
  write: (value, writer, field) => writeU64(value, field, writer),
};

export const IPV4: Form<string> = {
  read: (reader) => reader.ipv4("value"),
  write: (value, writer, field) => writeIPv4(value, field, writer),
};

export const IPV6: Form<string> = {
  read: (reader) => reader.ipv6("value"),
  write: (value, writer, field) => writeIPv6(value, field, writer),
};

/** An address of either version, told apart by its length. */
export const ADDRESS: Form<string> = {
  read: (reader) => (reader.remaining === 4 ? reader.ipv4("value") : reader.ipv6("value")),
  write: writeAddress,
};

/** Four or sixteen octets of an address. @throws ConfigError `invalid-value` where the text is none */
export function writeAddress(address: string, writer: OctetWriter, field: string): void {
  if (address.includes(":")) writeIPv6(address, field, writer);
  else writeIPv4(address, field, writer);
}

/** An IEEE 754 number of single precision. */
export const FLOAT32: Form<Float32> = {
  read: (reader) => readFloat32(reader, "value"),
  write: (value, writer, field) => writeFloat32OrDigits(value, field, writer),
};

/** Text; octets that are no UTF-8 are of another form. RFC 9552 has it be ASCII, which is UTF-8. */
export const TEXT: Form<string> = {
  read: (reader) => decodeUtf8(reader.rest("value")),
  write: (value, writer) => writer.bytes(encodeUtf8(value)),
};

/** Hexadecimal digits of all octets. */
export const HEX: Form<string> = {
  read: (reader) => reader.hex("value", reader.remaining),
  write: writeDigits,
};

/** Octets of digits, as many as there are. @throws ConfigError `invalid-value` where the text is none */
export function writeDigits(digits: string, writer: OctetWriter, field: string): void {
  const octets = fromHex(digits);
  if (octets === null) throw new ConfigError("invalid-value", field, `"${digits}" is not hexadecimal`);
  writer.bytes(octets);
}

/** As many values of a form as there is room for; where there are fewer than `least`, it is of another form. */
export function listOf<V>(form: Form<V>, least: 0 | 1 = 0): Form<readonly V[]> {
  return {
    read: (reader) => {
      if (least === 1 && reader.remaining === 0) return null;
      const list: V[] = [];
      while (reader.remaining > 0) list.push(form.read(reader)!);
      return list;
    },
    write: (list, writer, field) => {
      for (const value of list) form.write(value, writer, field);
    },
  };
}

export const U32_LIST: Form<readonly number[]> = /* @__PURE__ */ listOf(U32);

/** One number at least. */
export const SOME_U32: Form<readonly number[]> = /* @__PURE__ */ listOf(U32, 1);
export const SOME_OCTETS: Form<readonly number[]> = /* @__PURE__ */ listOf(OCTET, 1);

/** Two octets of an ISO system identifier with a dot between pairs: "1920.0000.2001". */
const SYSTEM_ID = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?:\.[0-9a-f]{2})?$/;

/**
 * Text of the identifier of an IGP router in `[start, end)`, by its length (RFC 9552 section 5.2.1.4): "192.0.2.1" for OSPF,
 * "192.0.2.1:198.51.100.1" for a pseudonode of OSPF, "1920.0000.2001" for IS-IS, "1920.0000.2001.02" for a pseudonode of IS-IS,
 * and an IPv6 address; null for other lengths.
 */
export function readIgpRouterId(reader: FieldReader, label: string, octets: number): string | null {
  switch (octets) {
    case 4:
      return reader.ipv4(label);
    case 6:
    case 7:
      return reader.text(label, octets, (buffer, at) => {
        return toHex(buffer.subarray(at, at + octets))
          .match(/.{1,4}/g)!
          .join(".");
      });
    case 8:
      return reader.text(label, 8, (buffer, at) => {
        return `${buffer.subarray(at, at + 4).join(".")}:${buffer.subarray(at + 4, at + 8).join(".")}`;
      });
    case 16:
      return reader.ipv6(label);
    default:
      return null;
  }
}

/** The octets of what `readIgpRouterId` gives; null where the text is none. */
export function igpRouterIdOctets(text: string): Uint8Array | null {
  if (SYSTEM_ID.test(text)) return fromHex(text.replaceAll(".", ""));
  const parts = text.split(":");
  if (parts.length > 2) return parseIPv6(text);
  const addresses = parts.map((part) => ipv4Value(part));
  if (addresses.some((value) => value < 0)) return null;
  return Uint8Array.from(addresses.flatMap((value) => [value >>> 24, value >>> 16, value >>> 8, value]));
}

/** Writes what `readIgpRouterId` reads. @throws ConfigError `invalid-value` where the text is none */
export function writeIgpRouterId(text: string, writer: OctetWriter, field: string): void {
  const octets = igpRouterIdOctets(text);
  if (octets === null) throw new ConfigError("invalid-value", field, `"${text}" is no identifier of a router`);
  writer.bytes(octets);
}

export const IGP_ROUTER_ID: Form<string> = {
  read: (reader) => readIgpRouterId(reader, "value", reader.remaining),
  write: writeIgpRouterId,
};

/** A reserved field as an object has it: absent where it is zero, as it is to be sent. */
export interface Reserved {
  readonly reserved?: number;
}

/** What to spread into an object. */
export function reserved(value: number): Reserved {
  return value === 0 ? NOTHING : { reserved: value };
}

const NOTHING: Reserved = /* @__PURE__ */ Object.freeze({});
