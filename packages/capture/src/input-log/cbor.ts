// As much of CBOR (RFC 8949) as plain values need, both ways: numbers, text, octets, lists, objects and the simple values.
// Each value has one form only, so that equal values are equal octets.
import { decodeUtf8, encodeUtf8 } from "@bgpwire/core";

/** Levels of lists and objects inside each other that are read. */
const MAX_CBOR_DEPTH = 16;

/** Major types (section 3.1), in the upper three bits of a head. */
const Major = { Unsigned: 0, Negative: 1, Bytes: 2, Text: 3, List: 4, Map: 5, Tag: 6, Other: 7 } as const;

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const UNDEFINED = 0xf7;
const FLOAT64 = 0xfb;

const TWO_32 = 0x1_0000_0000;

/** Longest head of a tag below 256 and of a string of octets. */
const LONGEST_WRAPPING = 2 + 9;

/**
 * Writes many values one behind the other into blocks of memory: memory for each by itself costs more than all the rest. What it
 * has given is not written to again.
 */
export class CborWriter {
  readonly #block: number;
  #buffer: Uint8Array;
  #view: DataView;
  /** Where the value begins that is being written. */
  #start = 0;
  #at = 0;

  /** @param block octets of a block; a value that is longer has one of its own */
  constructor(block: number) {
    this.#block = block;
    this.#buffer = new Uint8Array(block);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /**
   * A value. Of objects, fields that are undefined are left out, and the others stand in the order of their names. What is no plain
   * value, such as a function, is written as undefined.
   *
   * @example writer.encode([1, "a"]) // 82 01 61 61
   */
  encode(value: unknown): Uint8Array {
    this.#start = this.#at;
    this.#write(value);
    return this.#buffer.subarray(this.#start, this.#at);
  }

  /** The same as encoded CBOR: a string of octets with tag 24 (section 3.4.5.1), so that its length comes first. */
  encodeWrapped(value: unknown): Uint8Array {
    this.#start = this.#at;
    this.#grow(LONGEST_WRAPPING);
    this.#write(value);
    const end = this.#at;
    const from = this.#start + LONGEST_WRAPPING;
    // The head is written where it ends with the value's beginning.
    this.#at = from - headLength(end - from) - 2;
    const start = this.#at;
    this.#head(Major.Tag, 24);
    this.#head(Major.Bytes, end - from);
    this.#at = end;
    return this.#buffer.subarray(start, end);
  }

  /** Makes room for `n` octets and gives where they go. */
  #grow(n: number): number {
    if (this.#at + n > this.#buffer.length) {
      const written = this.#at - this.#start;
      const larger = new Uint8Array(Math.max(this.#block, 2 * (written + n)));
      larger.set(this.#buffer.subarray(this.#start, this.#at));
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer);
      this.#start = 0;
      this.#at = written;
    }
    this.#at += n;
    return this.#at - n;
  }

  #u8(value: number): void {
    const at = this.#grow(1);
    this.#buffer[at] = value;
  }

  /** A head: a major type with its number, a whole one from 0 to 2^53 - 1, in as few octets as it needs (section 4.2.1). */
  #head(major: number, value: number): void {
    const first = major << 5;
    const at = this.#grow(headLength(value));
    const view = this.#view;
    if (value < 24) {
      view.setUint8(at, first | value);
    } else if (value <= 0xff) {
      view.setUint8(at, first | 24);
      view.setUint8(at + 1, value);
    } else if (value <= 0xffff) {
      view.setUint8(at, first | 25);
      view.setUint16(at + 1, value);
    } else if (value < TWO_32) {
      view.setUint8(at, first | 26);
      view.setUint32(at + 1, value);
    } else {
      view.setUint8(at, first | 27);
      view.setUint32(at + 1, Math.floor(value / TWO_32));
      view.setUint32(at + 5, value % TWO_32);
    }
  }

  #write(value: unknown): void {
    switch (typeof value) {
      case "number":
        return this.#number(value);
      case "string":
        return this.#text(value);
      case "boolean":
        return this.#u8(value ? TRUE : FALSE);
      case "object":
        return value === null ? this.#u8(NULL) : this.#object(value);
      default:
        return this.#u8(UNDEFINED);
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value >= 0) this.#head(Major.Unsigned, value);
      else this.#head(Major.Negative, -1 - value);
      return;
    }
    const at = this.#grow(9);
    this.#view.setUint8(at, FLOAT64);
    this.#view.setFloat64(at + 1, value);
  }

  #text(text: string): void {
    if (isAscii(text)) {
      this.#head(Major.Text, text.length);
      const at = this.#grow(text.length);
      for (let i = 0; i < text.length; i += 1) this.#buffer[at + i] = text.charCodeAt(i);
    } else {
      this.#octets(Major.Text, encodeUtf8(text));
    }
  }

  #octets(major: number, octets: Uint8Array): void {
    this.#head(major, octets.length);
    const at = this.#grow(octets.length);
    this.#buffer.set(octets, at);
  }

  #object(value: object): void {
    if (value instanceof Uint8Array) return this.#octets(Major.Bytes, value);
    if (Array.isArray(value)) {
      this.#head(Major.List, value.length);
      for (const item of value) this.#write(item);
      return;
    }
    const fields = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    this.#head(Major.Map, fields.length);
    for (const [name, inner] of fields) {
      this.#text(name);
      this.#write(inner);
    }
  }
}

/** Octets of the head with this number. */
function headLength(value: number): number {
  return value < 24 ? 1 : value <= 0xff ? 2 : value <= 0xffff ? 3 : value < TWO_32 ? 5 : 9;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
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
