// Times of pcapng: units since 1970 as 64 bits, of a length that the interface has (draft-ietf-opsawg-pcapng section 4.2).

const LATEST = 0xffff_ffff;

/** Turns the times of one interface into seconds and nanoseconds. */
export class Clock {
  /** Of the time read last. */
  seconds = 0;
  nanoseconds = 0;
  readonly #unitsPerSecond: bigint;
  /** The same where units are whole nanoseconds, as nearly always; else 0. */
  readonly #divisor: number;
  readonly #offset: number;

  /** @param offset seconds to be added */
  constructor(unitsPerSecond: bigint, offset: number) {
    this.#unitsPerSecond = unitsPerSecond;
    this.#divisor = 1_000_000_000n % unitsPerSecond === 0n ? Number(unitsPerSecond) : 0;
    this.#offset = offset;
  }

  /** Reads the upper and the lower 32 bits of a time. */
  read(high: number, low: number): void {
    const divisor = this.#divisor;
    if (divisor === 0) {
      const units = (BigInt(high) << 32n) | BigInt(low);
      this.#set(
        Number(units / this.#unitsPerSecond),
        Number(((units % this.#unitsPerSecond) * 1_000_000_000n) / this.#unitsPerSecond),
      );
      return;
    }
    // In steps of 16 bits, as no remainder of less than 2^30 then outgrows what numbers have exactly.
    const upper = high % divisor;
    const middle = upper * 0x1_0000 + (low >>> 16);
    const lower = (middle % divisor) * 0x1_0000 + (low & 0xffff);
    const seconds =
      Math.floor(high / divisor) * 0x1_0000_0000 +
      Math.floor(middle / divisor) * 0x1_0000 +
      Math.floor(lower / divisor);
    this.#set(seconds, (lower % divisor) * (1e9 / divisor));
  }

  #set(seconds: number, nanoseconds: number): void {
    const shifted = seconds + this.#offset;
    this.seconds = Math.min(Math.max(shifted, 0), LATEST);
    this.nanoseconds = shifted < 0 ? 0 : shifted > LATEST ? 999_999_999 : nanoseconds;
  }
}
