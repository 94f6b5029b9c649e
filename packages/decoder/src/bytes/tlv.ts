// Lists of TLVs (type, length, value), of which many attributes are made. A table says which types there are; what is not in
// it, or does not read as its row says, stays raw, so that no octet is lost.
import { ConfigError } from "@bgpwire/core";
import type { Rule } from "../verdict/rule.ts";
import { copyAt } from "./integers.ts";
import { FieldReader } from "./reader.ts";
import type { OctetWriter } from "./writer.ts";

/**
 * How wide type and length are, in octets. `tunnel` is that of sub-TLVs in RFC 9012 section 2: a type of one octet, and a
 * length of one for types up to 127, of two from 128 on.
 */
export type TlvHeader = "1+1" | "1+2" | "2+2" | "tunnel";

/** What all TLVs have; `name` tells the arms of a union apart, `type` is the number on the wire. */
export interface Tlv {
  readonly name: string;
  readonly type: number;
}

/** A TLV that stays bytes: its type is not known, or its value is not of the form that the type has. */
export interface RawTlv extends Tlv {
  readonly name: "raw";
  /** Without type and length. */
  readonly value: Uint8Array;
}

/** What is known of one type of TLV. */
export interface TlvRow<T extends Tlv = Tlv> {
  readonly type: number;
  readonly name: T["name"];
  /** What the document calls it, for the dissection. */
  readonly label: string;
  /**
   * What it is when the value is not of the form that the type has, or does not fit: it fails the list. Left out where the
   * document has such a TLV ignored, and it stays raw.
   */
  readonly malformed?: Rule;
  /** Reads the value, all of it: octets left over make it raw, as does null. */
  read(reader: FieldReader): T | null;
  /** Writes the value. @throws ConfigError where a part does not fit its field */
  write(tlv: T, writer: OctetWriter): void;
}

/** Rows by type. */
export type TlvTable<T extends Tlv = Tlv> = ReadonlyMap<number, TlvRow<T>>;

/** The first TLV of a name. @example tlvNamed(descriptors, "igpRouterId")?.value */
export function tlvNamed<T extends Tlv, N extends T["name"]>(
  list: readonly T[],
  name: N,
): Extract<T, { readonly name: N }> | undefined {
  return list.find((tlv): tlv is Extract<T, { readonly name: N }> => tlv.name === name);
}

/** Makes a table. */
export function tlvTable<T extends Tlv>(rows: readonly TlvRow<T>[]): TlvTable<T> {
  return new Map(rows.map((row) => [row.type, row]));
}

/**
 * Reads TLVs up to the reader's end. One that does not fit fails the reader, as does one that its row does not have ignored, and
 * one in which something has failed under a rule; of several such the one with the strongest rule counts.
 *
 * @param overrun what one is that does not fit, whatever its type
 */
export function readTlvs<T extends Tlv>(
  reader: FieldReader,
  header: TlvHeader,
  table: TlvTable<T>,
  overrun?: Rule,
): (T | RawTlv)[] {
  const list: (T | RawTlv)[] = [];
  let worst: Rule | null = null;
  while (reader.remaining > 0) {
    const start = reader.at;
    const type = header === "2+2" ? reader.u16("type") : reader.u8("type");
    const length = lengthOctets(header, type) === 1 ? reader.u8("length") : reader.u16("length");
    const value = reader.sub("value", length);
    const row = table.get(type);
    const tlv = reader.failed ? null : readTlvValue(value, type, table);
    if (tlv === null || isRaw(tlv)) worst = strongerRule(strongerRule(worst, row?.malformed), value.fault);
    if (tlv === null) {
      worst = strongerRule(worst, overrun);
      break;
    }
    list.push(tlv);
    reader.group(row?.label ?? `type ${type}`, start);
  }
  if (worst !== null) reader.fail(worst);
  return list;
}

/** Reads a value, which is all that is in the reader, as its row says; raw where there is none, or it says something else. */
export function readTlvValue<T extends Tlv>(reader: FieldReader, type: number, table: TlvTable<T>): T | RawTlv {
  const { buffer, at, end } = reader;
  const row = table.get(type);
  if (row !== undefined) {
    // Fields are only shown of what turns out to be well-formed.
    const untraced = new FieldReader(buffer, at, end);
    const tlv = row.read(untraced);
    if (tlv !== null && untraced.complete) {
      if (reader.trace !== null) row.read(reader);
      return tlv;
    }
    if (untraced.fault !== null) reader.fail(untraced.fault);
  }
  return { name: "raw", type, value: copyAt(buffer, at, end) };
}

function strongerRule(one: Rule | null, other: Rule | null | undefined): Rule | null {
  return other !== undefined && other !== null && (one === null || other.strength > one.strength) ? other : one;
}

/**
 * Writes TLVs, those of the table and raw ones.
 *
 * @param field what an error calls the list
 * @throws ConfigError `invalid-value` where a TLV is not of the table or does not fit
 */
export function writeTlvs<T extends Tlv>(
  list: readonly (T | RawTlv)[],
  header: TlvHeader,
  table: TlvTable<T>,
  field: string,
  writer: OctetWriter,
): void {
  for (const tlv of list) {
    if (header === "2+2") writer.u16(tlv.type);
    else writer.u8(tlv.type);
    const octets = lengthOctets(header, tlv.type);
    const at = writer.reserve(octets);
    writeTlvValue(tlv, table, field, writer);
    const length = writer.length - at - octets;
    if (octets === 1) writer.setU8(at, length);
    else writer.setU16(at, length);
  }
}

/** Writes a value without type and length. @throws ConfigError `invalid-value` as `writeTlvs` */
export function writeTlvValue<T extends Tlv>(
  tlv: T | RawTlv,
  table: TlvTable<T>,
  field: string,
  writer: OctetWriter,
): void {
  if (isRaw(tlv)) {
    writer.bytes(tlv.value);
    return;
  }
  const row = table.get(tlv.type);
  if (row === undefined || row.name !== tlv.name) {
    throw new ConfigError("invalid-value", field, `there is no "${tlv.name}" with type ${tlv.type}`);
  }
  row.write(tlv, writer);
}

function isRaw(tlv: Tlv): tlv is RawTlv {
  return tlv.name === "raw";
}

function lengthOctets(header: TlvHeader, type: number): 1 | 2 {
  if (header === "tunnel") return type < 128 ? 1 : 2;
  return header === "1+1" ? 1 : 2;
}
