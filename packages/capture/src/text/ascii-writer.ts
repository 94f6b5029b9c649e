// Text of routes as octets: what is to go to a file is not made into strings first, which takes longer than all the rest. Places
// in the buffer are local variables as far as can be, for V8 writes back every change of a field.

/** Digits of the numbers below 1000: how many there are, then three octets of which so many count. */
const DIGITS: Uint8Array = /* @__PURE__ */ digitTable((number) => String(number));
/** The same with leading zeros. */
const THREE_DIGITS: Uint8Array = /* @__PURE__ */ digitTable((number) => String(number).padStart(3, "0"));

function digitTable(textOf: (number: number) => string): Uint8Array {
  const digits = new Uint8Array(4 * 1000);
  for (let number = 0; number < 1000; number += 1) {
    const text = textOf(number);
    digits[4 * number] = text.length;
    for (let i = 0; i < text.length; i += 1) digits[4 * number + 1 + i] = text.charCodeAt(i);
  }
  return digits;
}

/** Hexadecimal digits. */
const HEX: Uint8Array = /* @__PURE__ */ Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

const [DOT, COLON, SLASH] = [0x2e, 0x3a, 0x2f];

/** Writes the digits of a number below 1000 at `at`, where there is room for three. @returns where they end */
function digitsAt(buffer: Uint8Array, at: number, value: number): number {
  const digits = value << 2;
  buffer[at] = DIGITS[digits + 1]!;
  buffer[at + 1] = DIGITS[digits + 2]!;
  buffer[at + 2] = DIGITS[digits + 3]!;
  return at + DIGITS[digits]!;
}

function threeDigitsAt(buffer: Uint8Array, at: number, value: number): number {
  const digits = value << 2;
  buffer[at] = THREE_DIGITS[digits + 1]!;
  buffer[at + 1] = THREE_DIGITS[digits + 2]!;
  buffer[at + 2] = THREE_DIGITS[digits + 3]!;
  return at + 3;
}

/**
 * Writes the decimal digits of a number from 0 to 4294967295 at `at`, where there is room for twelve.
 *
 * @returns where they end
 */
export function decimalAt(buffer: Uint8Array, at: number, value: number): number {
  if (value < 1000) return digitsAt(buffer, at, value);
  if (value < 1_000_000) {
    const thousands = (value / 1000) | 0;
    return threeDigitsAt(buffer, digitsAt(buffer, at, thousands), value - 1000 * thousands);
  }
  const millions = (value / 1_000_000) | 0;
  return sixDigitsAt(buffer, decimalAt(buffer, at, millions), value - 1_000_000 * millions);
}

function sixDigitsAt(buffer: Uint8Array, at: number, value: number): number {
  const thousands = (value / 1000) | 0;
  return threeDigitsAt(buffer, threeDigitsAt(buffer, at, thousands), value - 1000 * thousands);
}

/** A growing buffer of ASCII. There has to be room for what is written: `reserve` makes it. */
export class AsciiWriter {
  buffer: Uint8Array;
  /** Octets written so far. */
  length = 0;

  constructor(capacity: number) {
    this.buffer = new Uint8Array(capacity);
  }

  /** Makes room for that many octets. */
  reserve(octets: number): void {
    if (this.length + octets <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.length + octets, 2 * this.buffer.length));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  octet(value: number): void {
    this.buffer[this.length] = value;
    this.length += 1;
  }

  /** ASCII alone. */
  text(text: string): void {
    const { buffer, length } = this;
    for (let i = 0; i < text.length; i += 1) buffer[length + i] = text.charCodeAt(i);
    this.length = length + text.length;
  }

  /** A copy of `[start, end)`. One by one: a view of them would cost more, as long as they are not many. */
  octets(from: Uint8Array, start: number, end: number): void {
    const { buffer, length } = this;
    for (let i = start, to = length; i < end; i += 1, to += 1) buffer[to] = from[i]!;
    this.length = length + end - start;
  }

  /** Decimal digits of a number from 0 to 4294967295. */
  decimal(value: number): void {
    this.length = decimalAt(this.buffer, this.length, value);
  }

  /** Six digits of a number below a million. */
  sixDigits(value: number): void {
    this.length = sixDigitsAt(this.buffer, this.length, value);
  }

  /** Dotted text of the IPv4 address of which the first `octets` stand at `at`; the others are zero. */
  ipv4(from: Uint8Array, at: number, octets: number = 4): void {
    const { buffer } = this;
    let to = digitsAt(buffer, this.length, octets > 0 ? from[at]! : 0);
    buffer[to] = DOT;
    to = digitsAt(buffer, to + 1, octets > 1 ? from[at + 1]! : 0);
    buffer[to] = DOT;
    to = digitsAt(buffer, to + 1, octets > 2 ? from[at + 2]! : 0);
    buffer[to] = DOT;
    this.length = digitsAt(buffer, to + 1, octets > 3 ? from[at + 3]! : 0);
  }

  /**
   * The IPv6 address of which the first `octets` stand at `at`, as bgpdump writes it: the longest run of zero groups becomes "::"
   * even if it is of a single one, and IPv4-compatible addresses (RFC 4291 section 2.5.5.1) end dotted, as the mapped ones do.
   */
  ipv6(from: Uint8Array, at: number, octets: number = 16): void {
    let zeros = 0xff;
    for (let i = 0; i < octets; i += 1) if (from[at + i] !== 0) zeros &= ~(0x80 >> (i >> 1));
    const run = ZERO_RUN[zeros]!;
    if (run >= 5 && run <= 7 && this.#dotted(from, at, octets)) return;
    const runStart = run === 0 ? 8 : run >> 4;
    const runEnd = runStart + (run & 15);
    for (let i = 0; i < 8; i += 1) {
      if (i === runStart) {
        if (i === 0) this.octet(COLON);
        this.octet(COLON);
        i = runEnd - 1;
        continue;
      }
      const high = 2 * i < octets ? from[at + 2 * i]! : 0;
      const low = 2 * i + 1 < octets ? from[at + 2 * i + 1]! : 0;
      this.#group((high << 8) | low);
      if (i < 7) this.octet(COLON);
    }
  }

  /** Hexadecimal digits without leading zeros. */
  #group(group: number): void {
    const { buffer } = this;
    let at = this.length;
    if (group > 0xfff) buffer[at++] = HEX[group >> 12]!;
    if (group > 0xff) buffer[at++] = HEX[(group >> 8) & 15]!;
    if (group > 0xf) buffer[at++] = HEX[(group >> 4) & 15]!;
    buffer[at] = HEX[group & 15]!;
    this.length = at + 1;
  }

  /** Writes an address that begins with five to seven groups of zeros, if it has its end dotted. */
  #dotted(from: Uint8Array, at: number, octets: number): boolean {
    const address = new Uint8Array(16);
    address.set(from.subarray(at, at + octets));
    const isMapped = address[10] === 0xff && address[11] === 0xff;
    // ::1 is not IPv4-compatible, nor is anything with a sixth group.
    const low = address[12]! | address[13]! | address[14]! | (address[15]! >> 1);
    if (!isMapped && (low === 0 || (address[10]! | address[11]!) !== 0)) return false;
    this.text(isMapped ? "::ffff:" : "::");
    this.ipv4(address, 12);
    return true;
  }

  /** The prefix whose length in bits stands at `at`, before its octets. */
  prefix(from: Uint8Array, at: number, ipv6: boolean): void {
    const bits = from[at]!;
    if (ipv6) this.ipv6(from, at + 1, (bits + 7) >> 3);
    else this.ipv4(from, at + 1, (bits + 7) >> 3);
    this.octet(SLASH);
    this.length = digitsAt(this.buffer, this.length, bits);
  }
}

/** By the set of groups that are zero, the first being the highest bit: start << 4 | length of the longest run of them. */
const ZERO_RUN: Uint8Array = /* @__PURE__ */ zeroRuns();

function zeroRuns(): Uint8Array {
  const runs = new Uint8Array(256);
  for (let zeros = 0; zeros < 256; zeros += 1) {
    let longest = 0;
    for (let start = 0; start < 8; start += 1) {
      let length = 0;
      while (start + length < 8 && (zeros & (0x80 >> (start + length))) !== 0) length += 1;
      if (length > longest) {
        longest = length;
        runs[zeros] = (start << 4) | length;
      }
    }
  }
  return runs;
}
