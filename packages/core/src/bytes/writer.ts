// A growing buffer that integers are written to in network order, with length fields filled in after their content.
import { ConfigError } from "../fault.ts";

/**
 * Writes big-endian integers and bytes.
 *
 * What is written comes from our side, so a number that does not fit its field, and a length field that cannot hold its
 * content, are mistakes of the caller: they throw `ConfigError` (`invalid-value`) instead of wrapping round on the wire.
 *
 * @example
 * const writer = new ByteWriter();
 * writer.u8(69);
 * writer.lengthU8(() => writer.u16(1));
 * writer.finish(); // 45 02 00 01
 */
export class ByteWriter {
  /** Octets written so far. */
  length = 0;
  #buffer: Uint8Array;

  constructor(capacity: number = 64) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** Makes room for `n` octets and gives where they go. */
  #grow(n: number): number {
    const at = this.length;
    this.length = at + n;
    if (this.length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.#buffer.length));
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    return at;
  }

  u8(value: number): void {
    fitting(value, 0xff);
    const at = this.#grow(1);
    this.#buffer[at] = value;
  }

  u16(value: number): void {
    fitting(value, 0xffff);
    const at = this.#grow(2);
    this.#buffer[at] = value >>> 8;
    this.#buffer[at + 1] = value;
  }

  u24(value: number): void {
    fitting(value, 0xff_ffff);
    const at = this.#grow(3);
    this.#buffer[at] = value >>> 16;
    this.#buffer[at + 1] = value >>> 8;
    this.#buffer[at + 2] = value;
  }

  u32(value: number): void {
    fitting(value, 0xffff_ffff);
    const at = this.#grow(4);
    this.#buffer[at] = value >>> 24;
    this.#buffer[at + 1] = value >>> 16;
    this.#buffer[at + 2] = value >>> 8;
    this.#buffer[at + 3] = value;
  }

  /** Appends a copy. */
  bytes(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
  }

  /** One octet of length, then what `content` writes. */
  lengthU8(content: () => void): void {
    const at = this.#grow(1);
    content();
    this.#buffer[at] = this.#measure(at + 1, 0xff);
  }

  /** Two octets of length, then what `content` writes. */
  lengthU16(content: () => void): void {
    const at = this.#grow(2);
    content();
    const length = this.#measure(at + 2, 0xffff);
    this.#buffer[at] = length >>> 8;
    this.#buffer[at + 1] = length;
  }

  #measure(from: number, limit: number): number {
    const length = this.length - from;
    fitting(length, limit);
    return length;
  }

  /** What was written; the writer must not be used afterwards, as the memory is shared. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }
}

/**
 * The value, if it is a whole number from 0 to `limit`; negative ones, fractions and NaN change under `>>> 0`.
 *
 * @throws ConfigError `invalid-value` when it is not
 */
export function fitting(value: number, limit: number): number {
  if (value >>> 0 !== value || value > limit) {
    throw new ConfigError("invalid-value", "", `${value} does not fit a field of 0 to ${limit}`);
  }
  return value;
}
