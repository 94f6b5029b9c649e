// Outbound Route Filters (ORF) in a ROUTE-REFRESH, RFC 5291 section 4, both ways: those of address prefixes (RFC 5292) as
// values, all others as octets.
import { formatPrefix, parsePrefix } from "../address/prefix.ts";
import { ByteReader } from "../bytes/reader.ts";
import { copyOf } from "../bytes/slice.ts";
import { ByteWriter, fitting } from "../bytes/writer.ts";
import { ConfigError } from "../fault.ts";
import { filterTypes, RefreshSubtype, type RouteRefresh } from "./route-refresh.ts";

/** RFC 5291 section 4: when the receiver of filters is to send its routes again. */
export const WhenToRefresh = {
  /** At once. */
  Immediate: 1,
  /** With the next ROUTE-REFRESH that has no filters, or filters with `Immediate`. */
  Defer: 2,
} as const;

/** ORF types that are understood: that of RFC 5292 section 3, and the vendor's own that was there before it and looks the same. */
export const OrfType = {
  AddressPrefix: 64,
  AddressPrefixCisco: 128,
} as const;

/** What follows the family in a ROUTE-REFRESH with filters. */
export interface RouteFilters {
  /** `WhenToRefresh`; there are no others, and `PeerFilters` takes them for `Immediate`. */
  readonly when: number;
  /** In the order of the wire, one for each ORF type. */
  readonly filters: readonly RouteFilter[];
}

/**
 * The entries of one ORF type. `raw` is a type that is not understood, or entries with a value that does not exist, for which
 * "the whole specified ORF previously received is removed" (RFC 5291 section 6); it keeps its octets.
 */
export type RouteFilter =
  | { readonly name: "prefixes"; readonly type: 64 | 128; readonly entries: readonly PrefixFilterEntry[] }
  | { readonly name: "raw"; readonly type: number; readonly octets: Uint8Array };

/**
 * An entry about prefixes (RFC 5292 section 3). `reserved` holds bits that a receiver ignores; absent where they are zero.
 *
 * `removeAll` removes all entries, `remove` the one that is the same in all other fields, and `add` takes the place of one with the
 * same sequence number.
 */
export type PrefixFilterEntry =
  | ({ readonly action: "add" | "remove"; readonly reserved?: number } & PrefixRule)
  | { readonly action: "removeAll"; readonly reserved?: number };

/** A rule about prefixes; of all that match a route, the one with the lowest sequence number holds (RFC 5292 section 4). */
export interface PrefixRule {
  readonly match: "permit" | "deny";
  /** 0 to 4294967295. */
  readonly sequence: number;
  /** Matches what is equal to it or inside of it. Bits behind its length mean nothing, and are kept. */
  readonly prefix: string;
  /** Shortest and longest length, in bits, of a prefix that matches. With neither it has to be the prefix itself. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

const ACTIONS = ["add", "remove", "removeAll"] as const;

/**
 * The filters of a ROUTE-REFRESH; null where it has none. Total: what is not as it should be is `raw`. Octets are copies.
 *
 * @param refresh whose `body` was checked by `decodeRouteRefresh`; of one that was not it may be null
 */
export function decodeRouteFilters({ afi, subtype, body }: RouteRefresh): RouteFilters | null {
  if (subtype !== RefreshSubtype.Request || body.length === 0 || filterTypes(body) === null) return null;
  const reader = new ByteReader(body);
  const when = reader.u8();
  const filters: RouteFilter[] = [];
  while (reader.remaining > 0) {
    const type = reader.u8();
    const octets = reader.take(reader.u16());
    const entries = type === 64 || type === 128 ? readEntries(new ByteReader(octets), afi) : null;
    filters.push(
      entries === null
        ? { name: "raw", type, octets: copyOf(octets) }
        : { name: "prefixes", type: type === 64 ? 64 : 128, entries },
    );
  }
  return { when, filters };
}

/** Null where one of them has a value that does not exist. */
function readEntries(reader: ByteReader, afi: number): PrefixFilterEntry[] | null {
  const entries: PrefixFilterEntry[] = [];
  while (reader.remaining > 0) {
    const entry = readEntry(reader, afi);
    if (entry === null) return null;
    entries.push(entry);
  }
  return entries;
}

/** RFC 5291 section 4, figure 2, and RFC 5292 section 3. */
function readEntry(reader: ByteReader, afi: number): PrefixFilterEntry | null {
  const first = reader.u8();
  const action = ACTIONS[first >> 6];
  if (action === undefined) return null;
  if (action === "removeAll") return { action, ...reservedBits(first & 0x3f) };
  const sequence = reader.u32();
  const minLength = reader.u8();
  const maxLength = reader.u8();
  const length = reader.u8();
  const octets = reader.take((length + 7) >> 3);
  if (reader.overrun || (afi !== 1 && afi !== 2) || !isRange(afi === 1 ? 32 : 128, length, minLength, maxLength))
    return null;
  return {
    action,
    match: (first & 0x20) === 0 ? "permit" : "deny",
    sequence,
    prefix: formatPrefix(afi === 1 ? 4 : 6, octets, length),
    ...(minLength > 0 && { minLength }),
    ...(maxLength > 0 && { maxLength }),
    ...reservedBits(first & 0x1f),
  };
}

/**
 * RFC 5292 section 2: a length below the shortest, below the longest, and none beyond that of an address; 0 is none of them. The
 * length may be the shortest here: that says nothing new, and there are routers that write it.
 */
function isRange(most: number, length: number, minLength: number, maxLength: number): boolean {
  const shortest = minLength === 0 ? length : minLength;
  const longest = maxLength === 0 ? most : maxLength;
  return length <= shortest && shortest <= longest && longest <= most;
}

function reservedBits(bits: number): { reserved?: number } {
  return bits === 0 ? {} : { reserved: bits };
}

/**
 * The `body` of a ROUTE-REFRESH with these filters, to be given to `sendRouteRefresh`. There is no check that it fits a message: an
 * entry has 8 octets at least, and 24 at most. More of them go into several messages, all but the last with `Defer`.
 *
 * @throws ConfigError `invalid-value` when a value does not fit its field, a prefix is none, or its lengths contradict each other
 * @example
 * const rule = { match: "permit", sequence: 5, prefix: "10.0.0.0/8", maxLength: 24 } as const;
 * const entries = [{ action: "removeAll" }, { action: "add", ...rule }] as const;
 * const body = encodeRouteFilters({
 *   when: WhenToRefresh.Immediate,
 *   filters: [{ name: "prefixes", type: OrfType.AddressPrefix, entries }],
 * });
 * session.sendRouteRefresh(Afi.IPv4, Safi.Unicast, RefreshSubtype.Request, body);
 */
export function encodeRouteFilters({ when, filters }: RouteFilters): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(when);
  for (const filter of filters) {
    writer.u8(filter.type);
    writer.lengthU16(() => {
      if (filter.name === "raw") writer.bytes(filter.octets);
      else for (const entry of filter.entries) writeEntry(entry, writer);
    });
  }
  return writer.finish();
}

function writeEntry(entry: PrefixFilterEntry, writer: ByteWriter): void {
  const { action, reserved = 0 } = entry;
  const bits = ACTIONS.indexOf(action) << 6;
  if (action === "removeAll") {
    writer.u8(bits | fitting(reserved, 0x3f));
    return;
  }
  const { match, sequence, prefix, minLength = 0, maxLength = 0 } = entry;
  const parsed = parsePrefix(prefix);
  if (parsed === null || !isRange(8 * parsed.bytes.length, parsed.length, minLength, maxLength)) {
    const range = minLength === 0 && maxLength === 0 ? "" : ` from ${minLength} to ${maxLength}`;
    throw new ConfigError("invalid-value", "prefix", `${JSON.stringify(prefix)}${range} is no range of prefixes`);
  }
  writer.u8(bits | (match === "deny" ? 0x20 : 0) | fitting(reserved, 0x1f));
  writer.u32(sequence);
  writer.u8(minLength);
  writer.u8(maxLength);
  writer.u8(parsed.length);
  writer.bytes(parsed.bytes.subarray(0, (parsed.length + 7) >> 3));
}
