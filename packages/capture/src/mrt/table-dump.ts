// TABLE_DUMP (RFC 6396 section 4.2): a route of a table in each record, or many of them, as the first collector of RIPE wrote.
import type { Slice } from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";
import type { FieldWriter } from "../bytes/field-writer.ts";
import { TableDumpSubtype } from "./numbers.ts";
import { addressAt, asAt, MRT_HEADER, MrtView, writeAs, type MrtHeader } from "./view.ts";

function isIpv6(subtype: number): boolean {
  return subtype === TableDumpSubtype.AfiIpv6 || subtype === TableDumpSubtype.AfiIpv6As4;
}

function asOctets(subtype: number): number {
  return subtype >= TableDumpSubtype.AfiIpv4As4 ? 4 : 2;
}

/** A route of a table. */
export interface TableDumpEntry {
  /** The Prefix field: a whole address, whatever the length. */
  readonly prefix: string;
  readonly prefixLength: number;
  /** "SHOULD be set to 1". */
  readonly status: number;
  /** Seconds since 1970. */
  readonly originatedTime: number;
  readonly peerAddress: string;
  readonly peerAs: number;
  readonly attributes: Uint8Array | Slice;
}

/** What `encodeMrtRecord` makes a TABLE_DUMP record from. */
export interface TableDumpFields extends MrtHeader {
  readonly kind: "tableDump";
  readonly view: number;
  readonly sequence: number;
  /** One, but for old files. */
  readonly entries: readonly TableDumpEntry[];
}

/** Routes of a table. */
export class TableDumpRecord extends MrtView implements TableDumpFields {
  readonly kind = "tableDump";

  /** AS numbers have four octets, those in AS_PATH included. */
  get fourOctetAs(): boolean {
    return asOctets(this.subtype) === 4;
  }

  get ipv6(): boolean {
    return isIpv6(this.subtype);
  }

  get view(): number {
    return u16At(this.buffer, this.start + MRT_HEADER);
  }

  get sequence(): number {
    return u16At(this.buffer, this.start + MRT_HEADER + 2);
  }

  /** Makes all of them; `cursor` makes nothing. */
  get entries(): TableDumpEntry[] {
    const { buffer, ipv6 } = this;
    const entries: TableDumpEntry[] = [];
    for (const cursor = this.cursor(); cursor.next();) {
      entries.push({
        prefix: addressAt(buffer, cursor.prefix, ipv6),
        prefixLength: buffer[cursor.prefixLength]!,
        status: buffer[cursor.prefixLength + 1]!,
        originatedTime: cursor.originatedTime,
        peerAddress: addressAt(buffer, cursor.peer, ipv6),
        peerAs: asAt(buffer, cursor.peerAs, asOctets(this.subtype)),
        attributes: { buffer, start: cursor.attributes, end: cursor.end },
      });
    }
    return entries;
  }

  /** Goes over the entries. */
  cursor(): TableDumpCursor {
    return new TableDumpCursor(this.buffer, this.start + MRT_HEADER + 4, this.end, this.subtype);
  }
}

/** Stands at one entry after the other. All but `originatedTime` are offsets in the record's buffer. */
export class TableDumpCursor {
  prefix = 0;
  prefixLength = 0;
  peer = 0;
  peerAs = 0;
  attributes = 0;
  /** Where the entry ends, and the next one begins. */
  end: number;
  readonly #buffer: Uint8Array;
  readonly #limit: number;
  readonly #addressOctets: number;
  readonly #asOctets: number;

  constructor(buffer: Uint8Array, start: number, limit: number, subtype: number) {
    this.#buffer = buffer;
    this.end = start;
    this.#limit = limit;
    this.#addressOctets = isIpv6(subtype) ? 16 : 4;
    this.#asOctets = asOctets(subtype);
  }

  /** Seconds since 1970. */
  get originatedTime(): number {
    return u32At(this.#buffer, this.prefixLength + 2);
  }

  /** Goes to the next entry. @returns false where there is none of which the attributes begin before the limit */
  next(): boolean {
    const prefixLength = this.end + this.#addressOctets;
    const peerAs = prefixLength + 6 + this.#addressOctets;
    const attributes = peerAs + this.#asOctets + 2;
    if (attributes > this.#limit) return false;
    this.prefix = this.end;
    this.prefixLength = prefixLength;
    this.peer = prefixLength + 6;
    this.peerAs = peerAs;
    this.attributes = attributes;
    this.end = attributes + u16At(this.#buffer, attributes - 2);
    return true;
  }
}

/**
 * Reads a record of which the header is there.
 *
 * @returns what is wrong with it, as a clause; null where the subtype is not known
 */
export function readTableDump(
  buffer: Uint8Array,
  start: number,
  end: number,
  offset: number,
  uncounted: number,
): TableDumpRecord | string | null {
  const subtype = u16At(buffer, start + 6);
  if (subtype < TableDumpSubtype.AfiIpv4 || subtype > TableDumpSubtype.AfiIpv6As4) return null;
  const record = new TableDumpRecord(buffer, start, end, offset, uncounted);
  const cursor = record.cursor();
  const mostBits = isIpv6(subtype) ? 128 : 32;
  let entries = 0;
  while (cursor.end < end) {
    if (!cursor.next() || cursor.end > end) return `entry ${entries + 1} is cut off`;
    entries += 1;
    const bits = buffer[cursor.prefixLength]!;
    if (bits > mostBits) return `a prefix cannot have ${bits} bits`;
  }
  return entries === 0 ? "there is no entry" : record;
}

/** 4 where the Length of a record that ends at `end` does not count view and sequence number: the last entry is that much longer. */
export function uncountedInTableDump(buffer: Uint8Array, start: number, end: number): number {
  const cursor = new TableDumpCursor(buffer, start + MRT_HEADER + 4, end, u16At(buffer, start + 6));
  while (cursor.end < end) if (!cursor.next()) return 0;
  return cursor.end - end === 4 ? 4 : 0;
}

/** Writes what stands behind the header. */
export function writeTableDump(fields: TableDumpFields, writer: FieldWriter): void {
  const ipv6 = isIpv6(fields.subtype);
  writer.u16("view", fields.view);
  writer.u16("sequence", fields.sequence);
  for (const entry of fields.entries) {
    writer.address("prefix", entry.prefix, ipv6);
    writer.u8("prefixLength", entry.prefixLength);
    writer.u8("status", entry.status);
    writer.u32("originatedTime", entry.originatedTime);
    writer.address("peerAddress", entry.peerAddress, ipv6);
    writeAs(writer, "peerAs", entry.peerAs, asOctets(fields.subtype));
    writer.counted("attributes", entry.attributes);
  }
}
