// Bits of octets, the most significant first, as bzip2 writes them.

/** Reads numbers of up to 24 bits. Behind the octets there are zeros. */
export class BitCursor {
  readonly #bytes: Uint8Array;
  /** In bits from the beginning of the octets; below 2^31. */
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** @param count 1 to 24 */
  read(count: number): number {
    const bytes = this.#bytes;
    const octet = this.at >>> 3;
    const word = (bytes[octet]! << 24) | (bytes[octet + 1]! << 16) | (bytes[octet + 2]! << 8) | bytes[octet + 3]!;
    const value = (word << (this.at & 7)) >>> (32 - count);
    this.at += count;
    return value;
  }

  /** 32 bits, as a number from 0. */
  u32(): number {
    return this.read(16) * 0x1_0000 + this.read(16);
  }
}
