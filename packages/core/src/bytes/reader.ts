// A cursor over a range of bytes that cannot leave it: a read past the end gives 0 or nothing and is remembered, so that a
// decoder reads straight through and asks once whether what it read was there.

const EMPTY = new Uint8Array(0);

/**
 * Reads big-endian integers and ranges from `[start, end)` of a buffer.
 *
 * `overrun` is sticky: once a read asked for more than was left, it stays true, the cursor stands at the end and every
 * further read gives 0 or an empty range. A nested length is read through `sub`, which cannot leave its parent.
 *
 * @example
 * const reader = new ByteReader(body);
 * const afi = reader.u16(), reserved = reader.u8(), safi = reader.u8();
 * if (reader.overrun) return null;
 */
export class ByteReader {
  /** True once a read went past the end. */
  overrun = false;
  /** Absolute offset in the buffer of the next octet. */
  position: number;
  readonly #buffer: Uint8Array;
  readonly #end: number;

  constructor(buffer: Uint8Array, start: number = 0, end: number = buffer.length) {
    this.#buffer = buffer;
    this.#end = Math.min(end, buffer.length);
    this.position = Math.min(start, this.#end);
  }

  /** Octets left. */
  get remaining(): number {
    return this.#end - this.position;
  }

  /** Moves `n` octets on and gives where they start, or -1 when there are fewer. */
  #advance(n: number): number {
    const at = this.position;
    if (n > this.#end - at) {
      this.overrun = true;
      this.position = this.#end;
      return -1;
    }
    this.position = at + n;
    return at;
  }

  // The non-null assertions below are proven by #advance: `at + n` never exceeds the buffer's length.

  u8(): number {
    const at = this.#advance(1);
    return at < 0 ? 0 : this.#buffer[at]!;
  }

  u16(): number {
    const at = this.#advance(2);
    return at < 0 ? 0 : (this.#buffer[at]! << 8) | this.#buffer[at + 1]!;
  }

  u24(): number {
    const at = this.#advance(3);
    return at < 0 ? 0 : (this.#buffer[at]! << 16) | (this.#buffer[at + 1]! << 8) | this.#buffer[at + 2]!;
  }

  u32(): number {
    const at = this.#advance(4);
    if (at < 0) return 0;
    const b = this.#buffer;
    return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
  }

  /** The next `n` octets as a view of the same memory, or an empty one when there are fewer. */
  take(n: number): Uint8Array {
    const at = this.#advance(n);
    return at < 0 ? EMPTY : this.#buffer.subarray(at, at + n);
  }

  /** A reader of the next `n` octets alone; an empty one when there are fewer. */
  sub(n: number): ByteReader {
    const at = this.#advance(n);
    return at < 0 ? new ByteReader(EMPTY) : new ByteReader(this.#buffer, at, at + n);
  }

  skip(n: number): void {
    this.#advance(n);
  }
}
