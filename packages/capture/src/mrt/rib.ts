// Routes of a table in TABLE_DUMP_V2 (RFC 6396 sections 4.3.2 to 4.3.4, RFC 8050 section 4): a prefix, and the routes that the
// peers have to it.
import { Afi, Safi, type Family, type Slice } from "@bgpwire/core";
import { STANDARD } from "@bgpwire/decoder";
import { u16At, u32At } from "../bytes/integers.ts";
import type { FieldWriter } from "../bytes/field-writer.ts";
import { TableDumpV2Subtype } from "./numbers.ts";
import { MRT_HEADER, MrtView, type MrtHeader } from "./view.ts";

/** What a subtype says of its records. */
interface SubtypeRow {
  /** Null where the record says it. */
  readonly family: Family | null;
  readonly addPath: boolean;
}

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };
const IPV4_MULTICAST: Family = { afi: Afi.IPv4, safi: Safi.Multicast };
const IPV6_UNICAST: Family = { afi: Afi.IPv6, safi: Safi.Unicast };
const IPV6_MULTICAST: Family = { afi: Afi.IPv6, safi: Safi.Multicast };

const SUBTYPES: Readonly<Record<number, SubtypeRow>> = {
  [TableDumpV2Subtype.RibIpv4Unicast]: { family: IPV4_UNICAST, addPath: false },
  [TableDumpV2Subtype.RibIpv4Multicast]: { family: IPV4_MULTICAST, addPath: false },
  [TableDumpV2Subtype.RibIpv6Unicast]: { family: IPV6_UNICAST, addPath: false },
  [TableDumpV2Subtype.RibIpv6Multicast]: { family: IPV6_MULTICAST, addPath: false },
  [TableDumpV2Subtype.RibGeneric]: { family: null, addPath: false },
  [TableDumpV2Subtype.RibIpv4UnicastAddpath]: { family: IPV4_UNICAST, addPath: true },
  [TableDumpV2Subtype.RibIpv4MulticastAddpath]: { family: IPV4_MULTICAST, addPath: true },
  [TableDumpV2Subtype.RibIpv6UnicastAddpath]: { family: IPV6_UNICAST, addPath: true },
  [TableDumpV2Subtype.RibIpv6MulticastAddpath]: { family: IPV6_MULTICAST, addPath: true },
  [TableDumpV2Subtype.RibGenericAddpath]: { family: null, addPath: true },
};

/** RFC 8050 section 4: the specific subtypes have path identifiers in their entries, the generic one in its NLRI. */
function hasEntryPathId(subtype: number): boolean {
  const row = SUBTYPES[subtype];
  return row !== undefined && row.addPath && row.family !== null;
}

/** A route to the prefix of the record. */
export interface RibEntry {
  /** Place in the PEER_INDEX_TABLE. */
  readonly peerIndex: number;
  /** Seconds since 1970. */
  readonly originatedTime: number;
  /** Null where the subtype has none here. */
  readonly pathId: number | null;
  readonly attributes: Uint8Array | Slice;
}

/** What `encodeMrtRecord` makes a RIB record from. */
export interface RibFields extends MrtHeader {
  readonly kind: "rib";
  readonly sequence: number;
  /** In accord with the subtype. */
  readonly family: Family;
  /** One, as it is in an UPDATE; in RIB_GENERIC_ADDPATH with a path identifier before it. */
  readonly nlri: Uint8Array | Slice;
  readonly entries: readonly RibEntry[];
}

/** Routes to a prefix (RFC 6396 sections 4.3.2 to 4.3.4, RFC 8050 section 4). */
export class RibRecord extends MrtView implements RibFields {
  readonly kind = "rib";
  /** `[nlriStart, nlriEnd)` of `buffer`: the NLRI. */
  readonly nlriStart: number;
  readonly nlriEnd: number;

  constructor(
    buffer: Uint8Array,
    start: number,
    end: number,
    offset: number,
    uncounted: number,
    nlriStart: number,
    nlriEnd: number,
  ) {
    super(buffer, start, end, offset, uncounted);
    this.nlriStart = nlriStart;
    this.nlriEnd = nlriEnd;
  }

  get sequence(): number {
    return u32At(this.buffer, this.start + MRT_HEADER);
  }

  get family(): Family {
    return SUBTYPES[this.subtype]!.family ?? genericFamily(this.buffer, this.start);
  }

  /** Routes have path identifiers (RFC 7911). */
  get addPath(): boolean {
    return SUBTYPES[this.subtype]!.addPath;
  }

  get nlri(): Slice {
    return { buffer: this.buffer, start: this.nlriStart, end: this.nlriEnd };
  }

  /** Makes all of them; `cursor` makes nothing. */
  get entries(): RibEntry[] {
    const { buffer } = this;
    const entries: RibEntry[] = [];
    for (const cursor = this.cursor(); cursor.next();) {
      const { peerIndex, originatedTime, pathId, attributes, end } = cursor;
      entries.push({ peerIndex, originatedTime, pathId, attributes: { buffer, start: attributes, end } });
    }
    return entries;
  }

  /** Goes over the entries. */
  cursor(): RibCursor {
    return new RibCursor(this.buffer, this.nlriEnd, hasEntryPathId(this.subtype));
  }
}

/** Stands at one entry after the other. */
export class RibCursor {
  /** `[attributes, end)` of the record's buffer: the attributes of the entry. */
  attributes = 0;
  end: number;
  readonly #buffer: Uint8Array;
  readonly #pathId: boolean;
  #start = 0;
  #left: number;

  /** @param countAt where the count of the entries stands, which are behind it */
  constructor(buffer: Uint8Array, countAt: number, pathId: boolean) {
    this.#buffer = buffer;
    this.#pathId = pathId;
    this.#left = u16At(buffer, countAt);
    this.end = countAt + 2;
  }

  get peerIndex(): number {
    return u16At(this.#buffer, this.#start);
  }

  /** Seconds since 1970. */
  get originatedTime(): number {
    return u32At(this.#buffer, this.#start + 2);
  }

  get pathId(): number | null {
    return this.#pathId ? u32At(this.#buffer, this.#start + 6) : null;
  }

  /** Goes to the next entry. @returns false at the end */
  next(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    this.#start = this.end;
    this.attributes = this.end + (this.#pathId ? 12 : 8);
    this.end = this.attributes + u16At(this.#buffer, this.attributes - 2);
    return true;
  }
}

function genericFamily(buffer: Uint8Array, start: number): Family {
  return { afi: u16At(buffer, start + MRT_HEADER + 4), safi: buffer[start + MRT_HEADER + 6]! };
}

/**
 * Reads a record of which the header is there.
 *
 * @returns what is wrong with it, as a clause; null where the subtype is not known, or the family of a RIB_GENERIC, of which
 *   nobody can tell where its NLRI ends (RFC 6396 section 4.3.3: "SHOULD discard the remainder of the MRT record")
 */
export function readRib(
  buffer: Uint8Array,
  start: number,
  end: number,
  offset: number,
  uncounted: number,
): RibRecord | string | null {
  const subtype = u16At(buffer, start + 6);
  const row = SUBTYPES[subtype];
  if (row === undefined) return null;
  const nlriStart = start + MRT_HEADER + (row.family === null ? 7 : 4);
  if (nlriStart >= end) return "the record ends before the prefix";
  const nlriEnd =
    row.family === null
      ? genericNlriEnd(buffer, start, nlriStart, end, row.addPath)
      : prefixEnd(buffer, nlriStart, row.family);
  if (nlriEnd === null) return null;
  if (nlriEnd < 0) return "the NLRI does not parse";
  return (
    faultInEntries(buffer, nlriEnd, end, hasEntryPathId(subtype)) ??
    new RibRecord(buffer, start, end, offset, uncounted, nlriStart, nlriEnd)
  );
}

/** Where the prefix whose length is at `at` ends; -1 where it is longer than an address. */
function prefixEnd(buffer: Uint8Array, at: number, family: Family): number {
  const bits = buffer[at]!;
  return bits > (family.afi === Afi.IPv6 ? 128 : 32) ? -1 : at + 1 + ((bits + 7) >> 3);
}

/** Where the first NLRI from `at` on ends; null where the family is not known, -1 where it does not parse. */
function genericNlriEnd(buffer: Uint8Array, start: number, at: number, end: number, addPath: boolean): number | null {
  const { afi, safi } = genericFamily(buffer, start);
  const row = STANDARD.families.find((row) => row.afi === afi && row.safi === safi);
  if (row === undefined) return null;
  // What follows the first NLRI is none, so the check stops at it, or anywhere behind it.
  return row.check(buffer, at, end, addPath) === at ? -1 : row.next(buffer, at + (addPath ? 4 : 0));
}

function faultInEntries(buffer: Uint8Array, countAt: number, end: number, pathId: boolean): string | null {
  if (countAt + 2 > end) return "the record ends before the entries";
  const count = u16At(buffer, countAt);
  const fixed = pathId ? 12 : 8;
  let at = countAt + 2;
  for (let i = 0; i < count; i += 1) {
    const attributes = at + fixed;
    at = attributes > end ? end + 1 : attributes + u16At(buffer, attributes - 2);
    if (at > end) return `entry ${i} of ${count} is cut off`;
  }
  return at === end ? null : `${end - at} octets are behind the ${count} entries`;
}

export function writeRib(fields: RibFields, writer: FieldWriter): void {
  writer.u32("sequence", fields.sequence);
  if (SUBTYPES[fields.subtype]?.family === null) {
    writer.u16("family.afi", fields.family.afi);
    writer.u8("family.safi", fields.family.safi);
  }
  writer.bytes(fields.nlri);
  writer.u16("entries", fields.entries.length);
  for (const { peerIndex, originatedTime, pathId, attributes } of fields.entries) {
    writer.u16("peerIndex", peerIndex);
    writer.u32("originatedTime", originatedTime);
    if (hasEntryPathId(fields.subtype)) writer.u32("pathId", pathId ?? 0);
    writer.counted("attributes", attributes);
  }
}
