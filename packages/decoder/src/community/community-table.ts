// Communities of eight or twenty octets that begin with their type (RFC 4360 section 2, RFC 5701 section 2): a table says which
// there are, keyed on both octets of the type. What is not in it, or is not as its row says, stays octets.
import { ConfigError, fromHex, toHex } from "@bgpwire/core";
import { copyAt, u16At } from "../bytes/integers.ts";
import { FieldReader } from "../bytes/reader.ts";
import { OctetWriter } from "../bytes/writer.ts";
import { TextReader } from "../text/text-reader.ts";

/** What all communities have; `name` tells the arms of a union apart. */
export interface TypedCommunity {
  readonly name: string;
  /** Bits that have no meaning and are set all the same: the digits of the whole value behind the type with these bits alone. */
  readonly reserved?: string;
}

/** A community that stays octets, its type among them. */
export interface RawCommunity extends TypedCommunity {
  readonly name: "raw";
  readonly value: Uint8Array;
}

/** What is known of communities of one name, which may have several types. */
export interface CommunityRow<C extends TypedCommunity = TypedCommunity> {
  readonly name: C["name"];
  /** Type and sub-type as one number; of a regular type (RFC 4360 section 2), which has no sub-type, the one octet. */
  readonly types: readonly number[];
  readonly regular?: true;
  /** The octets of the value with those bits set that have no meaning; absent where all have one. */
  readonly reserved?: readonly number[];
  /** How the text begins. */
  readonly word: string;
  // Methods, because a row of one community stands where a row of any is asked for.
  /** Which of the types a value has; absent where there is one. */
  typeOf?(community: C): number | undefined;
  /** Reads the value behind the type, all of it; null where it is none that can be told as fields. */
  read(reader: FieldReader, type: number): C | null;
  /** Writes the value behind the type. @throws ConfigError where a part does not fit its field */
  write(community: C, writer: OctetWriter): void;
  /** Parts of the text behind the word; those that are "" are left out. */
  format(community: C): readonly (string | number)[];
  /** The value of parts that `format` gives. */
  parse(text: TextReader): C;
}

/** How communities of one attribute are read and written. */
export interface CommunityTable<C extends TypedCommunity> {
  /** Reads one with its type. */
  read(reader: FieldReader): C | RawCommunity;
  /** Writes one with its type. @throws ConfigError `invalid-value` where it is none, or a part does not fit its field */
  write(community: C | RawCommunity, writer: OctetWriter): void;
  format(community: C | RawCommunity): string;
  /** @returns null when the text is none */
  parse(text: string): C | RawCommunity | null;
}

/**
 * Makes a table.
 *
 * @param octets of one community
 * @param field what an error calls it
 */
export function communityTable<C extends TypedCommunity>(
  octets: number,
  field: string,
  rows: readonly CommunityRow<C>[],
): CommunityTable<C> {
  const byType = new Map<number, CommunityRow<C>>();
  const byRegularType = new Map<number, CommunityRow<C>>();
  for (const row of rows) for (const type of row.types) (row.regular ? byRegularType : byType).set(type, row);
  const byName = new Map(rows.map((row) => [row.name, row]));
  const byWord = new Map(rows.map((row) => [row.word, row]));

  const read = (reader: FieldReader): C | RawCommunity => {
    const start = reader.at;
    const whole = reader.sub("Extended Community", octets);
    if (whole.remaining === 0) return rawCommunity(new Uint8Array(octets));
    const row = byType.get(u16At(whole.buffer, start)) ?? byRegularType.get(whole.buffer[start]!);
    const type = row?.regular ? whole.u8("Extended Community Type") : whole.u16("Extended Community Type");
    const valueStart = whole.at;
    const community = row?.read(whole, type) ?? null;
    if (row === undefined || community === null || !whole.complete) {
      if (!whole.failed) whole.rest("Value");
      return rawCommunity(copyAt(whole.buffer, start, start + octets));
    }
    reader.group(row.name, start);
    const reserved = row.reserved === undefined ? null : bitsOf(row.reserved, whole.buffer, valueStart);
    return reserved === null ? community : { ...community, reserved };
  };

  const write = (community: C | RawCommunity, writer: OctetWriter): void => {
    if (isRawCommunity(community)) {
      const { length } = community.value;
      if (length !== octets) throw new ConfigError("invalid-value", field, `${length} octets instead of ${octets}`);
      writer.bytes(community.value);
      return;
    }
    const row = byName.get(community.name);
    const type = row === undefined ? undefined : typeOf(row, community);
    if (row === undefined || type === undefined) {
      throw new ConfigError("invalid-value", field, `there is no such "${community.name}"`);
    }
    if (row.regular) writer.u8(type);
    else writer.u16(type);
    const valueStart = writer.length;
    row.write(community, writer);
    if (community.reserved !== undefined) setBits(community.reserved, row.reserved ?? [], field, writer, valueStart);
  };

  const octetsOf = (community: C | RawCommunity): Uint8Array => {
    const writer = new OctetWriter();
    write(community, writer);
    return writer.copy();
  };

  const format = (community: C | RawCommunity): string => {
    const row = byName.get(community.name);
    if (row === undefined || isRawCommunity(community) || community.reserved !== undefined) {
      return `0x${toHex(octetsOf(community))}`;
    }
    return [row.word, ...row.format(community).filter((part) => part !== "")].join(":");
  };

  const parse = (text: string): C | RawCommunity | null => {
    if (text.startsWith("0x")) {
      const value = text.length === 2 + 2 * octets ? fromHex(text.slice(2)) : null;
      return value === null ? null : read(new FieldReader(value, 0, octets));
    }
    const colon = text.indexOf(":");
    const row = byWord.get(colon < 0 ? text : text.slice(0, colon));
    if (row === undefined) return null;
    const parts = new TextReader(colon < 0 ? null : text.slice(colon + 1));
    const community = row.parse(parts);
    return parts.complete && typeOf(row, community) !== undefined ? community : null;
  };

  return { read, write, format, parse };
}

function rawCommunity(value: Uint8Array): RawCommunity {
  return { name: "raw", value };
}

function typeOf<C extends TypedCommunity>(row: CommunityRow<C>, community: C): number | undefined {
  return row.typeOf === undefined ? row.types[0] : row.typeOf(community);
}

function isRawCommunity(community: TypedCommunity): community is RawCommunity {
  return community.name === "raw";
}

/** Digits of those bits of a mask that are set at `at`; null where none is. */
function bitsOf(mask: readonly number[], buffer: Uint8Array, at: number): string | null {
  if (mask.every((bits, i) => (buffer[at + i]! & bits) === 0)) return null;
  return toHex(Uint8Array.from(mask, (bits, i) => buffer[at + i]! & bits));
}

/** Sets bits at `at`. @throws ConfigError where they are not within the mask */
function setBits(digits: string, mask: readonly number[], field: string, writer: OctetWriter, at: number): void {
  const bits = fromHex(digits);
  if (bits === null || bits.length !== mask.length || bits.some((octet, i) => (octet & ~mask[i]!) !== 0)) {
    throw new ConfigError("invalid-value", `${field}.reserved`, `"${digits}" is more than bits without meaning`);
  }
  for (const [i, octet] of bits.entries()) writer.buffer[at + i]! |= octet;
}

/** A word where it applies, for `CommunityRow.format`. */
export function wordIf(condition: boolean, word: string): string {
  return condition ? word : "";
}
