// A growing buffer that integers are written to in network order, with length fields filled in after their content.

/**
 * Writes big-endian integers and bytes.
 *
 * Values are taken modulo the width of their field: what may be written is for the encoder to check. A length field that
 * cannot hold its content throws `RangeError`, which is a bug of the encoder, never of a peer.
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
    const at = this.#grow(1);
    this.#buffer[at] = value;
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#buffer[at] = value >>> 8;
    this.#buffer[at + 1] = value;
  }

  u24(value: number): void {
    this.u8(value >>> 16);
    this.u16(value);
  }

  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value);
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
    if (length > limit) throw new RangeError(`${length} octets do not fit a length field of at most ${limit}`);
    return length;
  }

  /** What was written; the writer must not be used afterwards, as the memory is shared. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }
}
