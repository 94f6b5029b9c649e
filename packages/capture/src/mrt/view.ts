// What all records of MRT have in common: the header of RFC 6396 sections 2 and 3, and where they stand.
import { formatIPv4, formatIPv6, type Slice } from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";
import type { FieldWriter } from "../bytes/field-writer.ts";
import { MrtType } from "./numbers.ts";

/** Octets of the header that all records have. */
export const MRT_HEADER = 12;

/** The header of a record, as `encodeMrtRecord` takes it. */
export interface MrtHeader {
  /** Since 1970-01-01 UTC. */
  readonly seconds: number;
  /** What types with an extended timestamp add to it (RFC 6396 section 3); null in the others. */
  readonly microseconds: number | null;
  /** One of `MrtType`, and one of the subtypes of the type. */
  readonly type: number;
  readonly subtype: number;
  /**
   * Octets at the end of the record that its Length does not count, 0 or 4: there are writers that left out the Microsecond
   * Timestamp, which is "included in the computation", or view and sequence number of TABLE_DUMP. Default 0.
   */
  readonly uncounted?: number;
}

/** Types with an extended timestamp. */
export function isExtended(type: number): boolean {
  return type === MrtType.Bgp4mpEt || type === MrtType.IsisEt || type === MrtType.Ospfv3Et;
}

/** Where the message of the record at `start` begins. */
export function messageStart(buffer: Uint8Array, start: number): number {
  return start + MRT_HEADER + (isExtended(u16At(buffer, start + 4)) ? 4 : 0);
}

/**
 * A record as a view of its octets, `[start, end)` of `buffer`, of which it was checked that they hold what the record is
 * said to have. Fields are read when they are asked for.
 */
export abstract class MrtView implements MrtHeader, Slice {
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Octets from the beginning of the stream. */
  readonly offset: number;
  readonly uncounted: number;

  constructor(buffer: Uint8Array, start: number, end: number, offset: number, uncounted: number) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    this.offset = offset;
    this.uncounted = uncounted;
  }

  get seconds(): number {
    return u32At(this.buffer, this.start);
  }

  get microseconds(): number | null {
    return isExtended(this.type) ? u32At(this.buffer, this.start + MRT_HEADER) : null;
  }

  get type(): number {
    return u16At(this.buffer, this.start + 4);
  }

  get subtype(): number {
    return u16At(this.buffer, this.start + 6);
  }
}

/** Text of the address of 4 or 16 octets at `at`. */
export function addressAt(buffer: Uint8Array, at: number, ipv6: boolean): string {
  return ipv6 ? formatIPv6(buffer, at) : formatIPv4(u32At(buffer, at));
}

/** An AS number of 2 or 4 octets. */
export function asAt(buffer: Uint8Array, at: number, octets: number): number {
  return octets === 4 ? u32At(buffer, at) : u16At(buffer, at);
}

export function writeAs(writer: FieldWriter, field: string, as: number, octets: number): void {
  if (octets === 4) writer.u32(field, as);
  else writer.u16(field, as);
}
