// As much of CBOR (RFC 8949) as plain values need, both ways: numbers, text, octets, lists, objects and the simple values.
// Each value has one form only, so that equal values are equal octets.
import { ByteWriter, decodeUtf8, encodeUtf8 } from "@bgpwire/core";

/** Levels of lists and objects inside each other that are read. */
const MAX_CBOR_DEPTH = 16;

/** Major types (section 3.1), in the upper three bits of a head. */
export const Major = { Unsigned: 0, Negative: 1, Bytes: 2, Text: 3, List: 4, Map: 5, Tag: 6, Other: 7 } as const;

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;
const FLOAT64 = 0xfb;

const TWO_32 = 0x1_0000_0000;

/**
 * A value as octets of their own. Of objects, fields that are undefined are left out, and the others stand in the order of
 * their names. What is no plain value, such as a function, is written as undefined.
 *
 * @example encodeCbor([1, "a"]) // 82 01 61 61
 */
export function encodeCbor(value: unknown): Uint8Array {
  const writer = new ByteWriter(128);
  write(writer, value);
  return writer.finish();
}

/** A head: a major type with its number, a whole one from 0 to 2^53 - 1, in as few octets as it needs (section 4.2.1). */
export function writeHead(writer: ByteWriter, major: number, value: number): void {
  const first = major << 5;
  if (value < 24) {
    writer.u8(first | value);
  } else if (value <= 0xff) {
    writer.u8(first | 24);
    writer.u8(value);
  } else if (value <= 0xffff) {
    writer.u8(first | 25);
    writer.u16(value);
  } else if (value < TWO_32) {
    writer.u8(first | 26);
    writer.u32(value);
  } else {
    writer.u8(first | 27);
    writer.u32(Math.floor(value / TWO_32));
    writer.u32(value % TWO_32);
  }
}

function write(writer: ByteWriter, value: unknown): void {
  switch (typeof value) {
    case "number":
      return writeNumber(writer, value);
    case "string": {
      const octets = encodeUtf8(value);
      writeHead(writer, Major.Text, octets.length);
      return writer.bytes(octets);
    }
    case "boolean":
      return writer.u8(value ? TRUE : FALSE);
    case "object":
      return writeObject(writer, value);
    default:
      return writer.u8(UNDEFINED);
  }
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    if (value >= 0) writeHead(writer, Major.Unsigned, value);
    else writeHead(writer, Major.Negative, -1 - value);
    return;
  }
  writer.u8(FLOAT64);
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setFloat64(0, value);
  writer.bytes(octets);
}

function writeObject(writer: ByteWriter, value: object | null): void {
  if (value === null) return writer.u8(NULL);
  if (value instanceof Uint8Array) {
    writeHead(writer, Major.Bytes, value.length);
    return writer.bytes(value);
  }
  if (Array.isArray(value)) {
    writeHead(writer, Major.List, value.length);
    for (const item of value) write(writer, item);
    return;
  }
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  writeHead(writer, Major.Map, fields.length);
  for (const [name, inner] of fields) {
    write(writer, name);
    write(writer, inner);
  }
}

/** What cannot be read, as one clause. */
class Unreadable extends Error {}

/**
 * The value in `[start, end)`, which is one and no more. Octets are copied.
 *
 * @returns what is wrong, as a clause, under `reason`
 */
export function decodeCbor(
  buffer: Uint8Array,
  start: number,
  end: number,
): { readonly value: unknown } | { readonly reason: string } {
  const reader = new CborReader(buffer, start, end);
  try {
    const value = reader.value(0);
    const left = end - reader.at;
    return left === 0 ? { value } : { reason: `${left} octets stand behind the value` };
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    throw error;
  }
}

class CborReader {
  at: number;
  readonly #end: number;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;

  constructor(buffer: Uint8Array, start: number, end: number) {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.at = start;
    this.#end = end;
  }

  value(depth: number): unknown {
    if (depth > MAX_CBOR_DEPTH) throw new Unreadable(`more than ${MAX_CBOR_DEPTH} values inside each other`);
    const first = this.#buffer[this.#take(1)]!;
    switch (first) {
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      case FLOAT64:
        return this.#view.getFloat64(this.#take(8));
    }
    const size = this.#size(first);
    switch (first >> 5) {
      case Major.Unsigned:
        return size;
      case Major.Negative:
        return -1 - size;
      case Major.Bytes: {
        const from = this.#take(size);
        return this.#buffer.slice(from, from + size);
      }
      case Major.Text:
        return this.#text(size);
      case Major.List:
        return this.#list(size, depth);
      case Major.Map:
        return this.#map(size, depth);
    }
    throw new Unreadable(`0x${first.toString(16)} begins no value that is written here`);
  }

  /** The number in a head. */
  #size(first: number): number {
    const low = first & 0x1f;
    if (low < 24) return low;
    if (low === 24) return this.#view.getUint8(this.#take(1));
    if (low === 25) return this.#view.getUint16(this.#take(2));
    if (low === 26) return this.#view.getUint32(this.#take(4));
    if (low > 27) throw new Unreadable(`0x${first.toString(16)} begins no value that is written here`);
    const at = this.#take(8);
    const value = this.#view.getUint32(at) * TWO_32 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw new Unreadable("a number has more than 53 bits");
    return value;
  }

  #text(octets: number): string {
    const from = this.#take(octets);
    const text = decodeUtf8(this.#buffer.subarray(from, from + octets));
    if (text === null) throw new Unreadable("a text is no UTF-8");
    return text;
  }

  #list(count: number, depth: number): unknown[] {
    this.#room(count);
    const items: unknown[] = [];
    for (let i = 0; i < count; i += 1) items.push(this.value(depth + 1));
    return items;
  }

  #map(count: number, depth: number): Record<string, unknown> {
    this.#room(2 * count);
    const fields: [string, unknown][] = [];
    for (let i = 0; i < count; i += 1) {
      const name = this.value(depth + 1);
      if (typeof name !== "string") throw new Unreadable("a field has a name that is no text");
      fields.push([name, this.value(depth + 1)]);
    }
    return Object.fromEntries(fields);
  }

  /** Every value has an octet at least, so a count beyond what is left is none. */
  #room(octets: number): void {
    if (octets > this.#end - this.at) {
      throw new Unreadable(`a value of ${octets} octets does not fit into the ${this.#end - this.at} that are left`);
    }
  }

  #take(octets: number): number {
    this.#room(octets);
    const { at } = this;
    this.at += octets;
    return at;
  }
}
