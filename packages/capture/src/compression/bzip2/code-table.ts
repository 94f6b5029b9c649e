// The Huffman codes of a block, up to six, as tables that are looked up with many bits at once.

/** Codes of up to so many bits take one look. Longer ones are rare, by what they are. */
export const LOOK_BITS = 10;
export const MAX_CODE_BITS = 20;
export const MAX_SYMBOLS = 258;
export const MAX_CODES = 6;

/** Six canonical Huffman codes; those of a block before are overwritten. */
export class CodeTables {
  /** By code and its first bits: symbol << 5 | bits of its code; 0 where the code is longer, or is none. */
  readonly look: Uint16Array = new Uint16Array(MAX_CODES << LOOK_BITS);
  /** By code and length, lengths from 0: the last code of that length, or less where there is none. */
  readonly #last: Int32Array = new Int32Array(MAX_CODES * (MAX_CODE_BITS + 1));
  /** What is to be subtracted from a code of that length for its place in `#symbols`. */
  readonly #offset: Int32Array = new Int32Array(MAX_CODES * (MAX_CODE_BITS + 1));
  /** By code: its symbols from the shortest code to the longest. */
  readonly #symbols: Uint16Array = new Uint16Array(MAX_CODES * MAX_SYMBOLS);

  /**
   * Makes one of the codes. @returns whether the lengths are those of a prefix code, maybe with codes that stand for nothing
   * @param lengths 1 to 20 for each symbol
   */
  make(code: number, lengths: Uint8Array, symbols: number): boolean {
    const look = this.look.subarray(code << LOOK_BITS, (code + 1) << LOOK_BITS).fill(0);
    let next = 0;
    let place = code * MAX_SYMBOLS;
    for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
      const row = code * (MAX_CODE_BITS + 1) + bits;
      this.#offset[row] = next - place;
      for (let symbol = 0; symbol < symbols; symbol++) {
        if (lengths[symbol] !== bits) continue;
        if (bits <= LOOK_BITS) {
          const free = LOOK_BITS - bits;
          look.fill((symbol << 5) | bits, next << free, (next + 1) << free);
        }
        this.#symbols[place++] = symbol;
        next += 1;
      }
      if (next > 1 << bits) return false;
      this.#last[row] = next - 1;
      next <<= 1;
    }
    return true;
  }

  /**
   * A symbol whose code is longer than `LOOK_BITS`, in the form of `look`; 0 where there is none.
   *
   * @param bits 20 of them or more, at the top of 32
   */
  longer(code: number, bits: number): number {
    for (let length = LOOK_BITS + 1; length <= MAX_CODE_BITS; length++) {
      const row = code * (MAX_CODE_BITS + 1) + length;
      const value = bits >>> (32 - length);
      if (value <= this.#last[row]!) return (this.#symbols[value - this.#offset[row]!]! << 5) | length;
    }
    return 0;
  }
}
