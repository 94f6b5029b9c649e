// The lists of {operator, value} pairs of flow specifications (RFC 8955 section 4.2.1): numbers that are compared, and bits that
// are tested. The end-of-list bit is the last pair's, and is no part of the objects.
import { ConfigError } from "@bgpwire/core";
import { flagsOf, flagsValue, type FlagBits, type Flags } from "../bytes/flags.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { writeU64 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";

/** How a number is compared, by the bits lt, gt and eq (table 1): `false` never matches, `true` always. */
const NUMERIC_OPERATORS = ["false", "=", ">", ">=", "<", "<=", "!=", "true"] as const;

/** How a number of a flow specification is compared (RFC 8955 section 4.2.1.1). */
export type NumericOperator = (typeof NUMERIC_OPERATORS)[number];

/** Octets a value can have: 1 << len. */
export type ValueOctets = 1 | 2 | 4 | 8;

interface Match {
  /** Both this pair and the one before it are to match; otherwise one of them. AND goes before OR. Never in the first pair. */
  readonly and?: true;
  /** Octets of the value; absent where they are the fewest that the value needs and the component has. */
  readonly octets?: ValueOctets;
  /**
   * Bits of the operator that have no meaning where they stand: those that are to be zero, and the AND bit (0x40) in the first
   * pair. Absent where none is set.
   */
  readonly reserved?: number;
}

/** A {numeric_op, value} pair (RFC 8955 section 4.2.1.1). */
export interface NumericMatch extends Match {
  readonly operator: NumericOperator;
  /** 0 to 4294967295; larger ones are decimal text, as JSON has no such numbers. */
  readonly value: number | string;
}

/**
 * A {bitmask_op, bitmask} pair (RFC 8955 section 4.2.1.2): any of the bits is set in the packet, or, with `match`, all of them
 * are; with `not` the contrary.
 */
export interface BitmaskMatch<N extends string> extends Match {
  readonly not?: true;
  readonly match?: true;
  readonly bits: Flags<N>;
}

/** How long values of a component are, in octets. */
export interface ValueSizes {
  /** Written with no fewer. */
  readonly least: ValueOctets;
  /** With more, as the document says with a MUST, a component is malformed. */
  readonly most: ValueOctets;
}

const END_OF_LIST = 0x80;
const AND = 0x40;
const LENGTH_SHIFT = 4;
const COMPARISON = 0x07;
const NUMERIC_RESERVED = 0x08;
const NOT = 0x02;
const MATCH = 0x01;
const BITMASK_RESERVED = 0x0c;

/** Reads pairs up to the end-of-list bit. @returns null where a value is longer than the component has it */
export function readNumericMatches(reader: FieldReader, sizes: ValueSizes): NumericMatch[] | null {
  const list: NumericMatch[] = [];
  let operator = 0;
  while ((operator & END_OF_LIST) === 0 && !reader.failed) {
    operator = reader.u8("numeric_op");
    const octets = octetsOf(operator);
    if (octets > sizes.most) return null;
    const value = readValue(reader, octets, "value");
    list.push({
      ...andOf(operator, list.length),
      operator: NUMERIC_OPERATORS[operator & COMPARISON]!,
      value,
      ...oddOf(operator, list.length, NUMERIC_RESERVED, octets === fewestOctets(value, sizes) ? null : octets),
    });
  }
  return list;
}

/** The reverse. @throws ConfigError `invalid-value` where a pair cannot be written */
export function writeNumericMatches(
  list: readonly NumericMatch[],
  sizes: ValueSizes,
  field: string,
  writer: OctetWriter,
): void {
  notEmpty(list, field);
  for (const [i, match] of list.entries()) {
    const comparison = NUMERIC_OPERATORS.indexOf(match.operator);
    if (comparison < 0) throw new ConfigError("invalid-value", field, `"${match.operator}" is no operator`);
    writeMatch(match, match.value, comparison, NUMERIC_RESERVED, { list, i, sizes, field }, writer);
  }
}

/** Reads pairs up to the end-of-list bit. @returns null where a bitmask is longer than the component has it */
export function readBitmaskMatches<N extends string>(
  reader: FieldReader,
  sizes: ValueSizes,
  bits: FlagBits<N>,
): BitmaskMatch<N>[] | null {
  const list: BitmaskMatch<N>[] = [];
  let operator = 0;
  while ((operator & END_OF_LIST) === 0 && !reader.failed) {
    operator = reader.u8("bitmask_op");
    const octets = octetsOf(operator);
    if (octets > sizes.most) return null;
    // At most two octets: always a number.
    const value = readValue(reader, octets, "bitmask") as number;
    list.push({
      ...andOf(operator, list.length),
      ...((operator & NOT) !== 0 && { not: true }),
      ...((operator & MATCH) !== 0 && { match: true }),
      bits: flagsOf(value, bits),
      ...oddOf(operator, list.length, BITMASK_RESERVED, octets === fewestOctets(value, sizes) ? null : octets),
    });
  }
  return list;
}

/** The reverse. @throws ConfigError `invalid-value` where a pair cannot be written */
export function writeBitmaskMatches<N extends string>(
  list: readonly BitmaskMatch<N>[],
  sizes: ValueSizes,
  bits: FlagBits<N>,
  field: string,
  writer: OctetWriter,
): void {
  notEmpty(list, field);
  for (const [i, match] of list.entries()) {
    const operator = (match.not === true ? NOT : 0) | (match.match === true ? MATCH : 0);
    const odd = Object.keys(match.bits).find((name) => name !== "reserved" && !Object.hasOwn(bits, name));
    if (odd !== undefined) throw new ConfigError("invalid-value", field, `has no bit "${odd}" in this family`);
    const value = flagsValue<N>(match.bits, bits, field);
    writeMatch(match, value, operator, BITMASK_RESERVED, { list, i, sizes, field }, writer);
  }
}

function octetsOf(operator: number): ValueOctets {
  return (1 << ((operator >> LENGTH_SHIFT) & 3)) as ValueOctets;
}

function readValue(reader: FieldReader, octets: ValueOctets, label: string): number | string {
  if (octets === 1) return reader.u8(label);
  if (octets === 2) return reader.u16(label);
  if (octets === 4) return reader.u32(label);
  const text = reader.u64(label);
  return Number(text) <= 0xffff_ffff ? Number(text) : text;
}

/** Section 4.2.1.1: in the first operator the AND bit "MUST be treated as always unset on decoding". */
function andOf(operator: number, i: number): { and?: true } {
  return i > 0 && (operator & AND) !== 0 ? { and: true } : {};
}

function meaningless(i: number, reserved: number): number {
  return i === 0 ? reserved | AND : reserved;
}

function oddOf(
  operator: number,
  i: number,
  reservedBits: number,
  octets: ValueOctets | null,
): Pick<Match, "octets" | "reserved"> {
  const reserved = operator & meaningless(i, reservedBits);
  return { ...(octets !== null && { octets }), ...(reserved !== 0 && { reserved }) };
}

function fewestOctets(value: number | string, { least }: ValueSizes): ValueOctets {
  const needed = typeof value === "string" ? 8 : value > 0xffff ? 4 : value > 0xff ? 2 : 1;
  return needed > least ? needed : least;
}

function notEmpty(list: readonly Match[], field: string): void {
  if (list.length === 0) throw new ConfigError("invalid-value", field, "is without any value to match");
}

/** Where a pair stands. */
interface Place {
  readonly list: readonly Match[];
  readonly i: number;
  readonly sizes: ValueSizes;
  readonly field: string;
}

function writeMatch(
  match: Match,
  value: number | string,
  operator: number,
  reservedBits: number,
  { list, i, sizes, field }: Place,
  writer: OctetWriter,
): void {
  if (match.and === true && i === 0) {
    throw new ConfigError("invalid-value", field, "has AND in its first pair, which nothing is before");
  }
  const reserved = match.reserved ?? 0;
  if ((reserved & ~meaningless(i, reservedBits)) !== 0) {
    throw new ConfigError("invalid-value", `${field}.reserved`, `${reserved} has bits that are not reserved`);
  }
  const number = plainValue(value, field);
  const fewest = fewestOctets(number, sizes);
  const octets = match.octets ?? fewest;
  if (![1, 2, 4, 8].includes(octets) || octets < fewestOctets(number, { ...sizes, least: 1 }) || octets > sizes.most) {
    const message = `${value} in ${octets} octets, where a value has at most ${sizes.most} and fits into ${fewest}`;
    throw new ConfigError("invalid-value", field, message);
  }
  const end = i === list.length - 1 ? END_OF_LIST : 0;
  const length = (31 - Math.clz32(octets)) << LENGTH_SHIFT;
  writer.u8(end | (match.and === true ? AND : 0) | length | operator | reserved);
  if (octets === 8) writeU64(String(number), field, writer);
  else if (octets === 4) writer.u32(number as number);
  else if (octets === 2) writer.u16(number as number);
  else writer.u8(number as number);
}

/** A value as `readValue` gives it. */
function plainValue(value: number | string, field: string): number | string {
  const number = Number(value);
  const text = String(value);
  const valid = /^(?:0|[1-9]\d{0,19})$/.test(text) && BigInt(text) <= 0xffff_ffff_ffff_ffffn;
  if (!valid || (typeof value === "number" && !Number.isSafeInteger(value))) {
    throw new ConfigError("invalid-value", field, `"${value}" is no whole number below 2^64`);
  }
  return number <= 0xffff_ffff ? number : text;
}
