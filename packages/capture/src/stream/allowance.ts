// How much may be kept of a stream for later: one number for everything that waits, in whatever part of a reader.

/**
 * Octets that may be kept. Whoever keeps some takes them first, and where there are none left does without.
 *
 * @example
 * if (!allowance.take(bytes.length)) return drop();
 */
export class Allowance {
  /** Octets that are kept now. */
  used = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes all of them, or none and false. */
  take(octets: number): boolean {
    if (this.used + octets > this.#limit) return false;
    this.used += octets;
    return true;
  }

  /** Gives back what was taken. */
  give(octets: number): void {
    this.used -= octets;
  }
}
