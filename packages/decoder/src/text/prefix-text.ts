// Text of addresses and prefixes straight from the bytes of a message, where most of the time of decoding goes: octets and
// groups come from tables, as converting a number to text costs several times a look-up. The text is the core's.

/** Decimal text of each octet. */
const DECIMAL: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, i) => String(i));
// What stands beside an octet or a length is in the table with it: joining two strings is a quarter of a prefix.
const DOTTED: readonly string[] = /* @__PURE__ */ DECIMAL.map((text) => `${text}.`);
const LENGTH: readonly string[] = /* @__PURE__ */ DECIMAL.slice(0, 129).map((text) => `/${text}`);
/** The last octet of a prefix of at most 24 bits, which is zero, with the length. */
const ZERO_AND_LENGTH: readonly string[] = /* @__PURE__ */ LENGTH.slice(0, 25).map((text) => `0${text}`);
/** The third octet of a prefix of 17 to 24 bits, as nearly all are, with all that follows: by length, then by octet. */
const THIRD_AND_LENGTH: readonly string[] = /* @__PURE__ */ Array.from(
  { length: 8 * 256 },
  (_, i) => `${i & 0xff}.0/${17 + (i >> 8)}`,
);
/** Hexadecimal text of each octet, without and with a leading zero; with the colon behind it. */
const HEX: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, i) => i.toString(16));
const HEX2: readonly string[] = /* @__PURE__ */ HEX.map((text) => text.padStart(2, "0"));
const HEX_COLON: readonly string[] = /* @__PURE__ */ HEX.map((text) => `${text}:`);
const HEX2_COLON: readonly string[] = /* @__PURE__ */ HEX2.map((text) => `${text}:`);

/** By the set of groups that are zero, the first being the highest bit: start << 4 | length of the run "::" stands for. */
const ZERO_RUN: Uint8Array = /* @__PURE__ */ zeroRuns();

/** RFC 5952 section 4.2: the longest run of at least two zero groups, the first one of equals. */
function zeroRuns(): Uint8Array {
  const runs = new Uint8Array(256);
  for (let zeros = 0; zeros < 256; zeros += 1) {
    let longest = 1;
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

// Next hops, identifiers and aggregators are few, and come again and again: by a hash of the address, the last one with its text.
const KNOWN: Int32Array = /* @__PURE__ */ new Int32Array(256);
const KNOWN_TEXTS: string[] = /* @__PURE__ */ Array.from({ length: 256 }, () => "0.0.0.0");

/** Dotted text of the four octets at `at`, which are there. */
export function ipv4Text(buffer: Uint8Array, at: number): string {
  const address = (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!;
  const slot = Math.imul(address, 0x9e37_79b1) >>> 24;
  if (KNOWN[slot] !== address) {
    KNOWN[slot] = address;
    KNOWN_TEXTS[slot] =
      DOTTED[buffer[at]!]! + DOTTED[buffer[at + 1]!]! + DOTTED[buffer[at + 2]!]! + DECIMAL[buffer[at + 3]!]!;
  }
  return KNOWN_TEXTS[slot]!;
}

/**
 * The number of dotted text up to `end`, or -1: what the core's `parseIPv4` takes, several times as fast.
 *
 * @param end where the address ends; negative for the end of the text
 */
export function ipv4Value(text: string, end: number = -1): number {
  const stop = end < 0 ? text.length : end;
  let value = 0;
  let octets = 0;
  let at = 0;
  while (octets < 4) {
    let octet = 0;
    const first = at;
    while (at < stop) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      octet = octet * 10 + digit;
      at += 1;
      // No leading zeros, which some systems read as octal, and nothing above 255.
      if (octet > 255 || (octet === digit && at - first > 1)) return -1;
    }
    if (at === first) return -1;
    value = value * 256 + octet;
    octets += 1;
    if (octets < 4) {
      if (at >= stop || text.charCodeAt(at) !== 46) return -1;
      at += 1;
    }
  }
  return at === stop ? value : -1;
}

/** Text of the IPv4 prefix whose length octet is at `at`. */
export function ipv4PrefixText(buffer: Uint8Array, at: number): string {
  return ipv4BitsText(buffer, at + 1, buffer[at]!);
}

/** Text of the IPv4 prefix of that many bits, whose octets are at `at`. */
export function ipv4BitsText(buffer: Uint8Array, at: number, bits: number): string {
  if (bits > 16 && bits <= 24) {
    return DOTTED[buffer[at]!]! + DOTTED[buffer[at + 1]!]! + THIRD_AND_LENGTH[((bits - 17) << 8) | buffer[at + 2]!]!;
  }
  const a = bits > 0 ? buffer[at]! : 0;
  const b = bits > 8 ? buffer[at + 1]! : 0;
  const c = bits > 16 ? buffer[at + 2]! : 0;
  const text = DOTTED[a]! + DOTTED[b]! + DOTTED[c]!;
  return bits > 24 ? text + DECIMAL[buffer[at + 3]!]! + LENGTH[bits]! : text + ZERO_AND_LENGTH[bits]!;
}

/** Text of the IPv6 address of which the first `octets` stand at `at`; the others are zero. */
export function ipv6Text(buffer: Uint8Array, at: number, octets: number = 16): string {
  let zeros = 0xff;
  for (let i = 0; i < octets; i += 1) if (buffer[at + i] !== 0) zeros &= ~(0x80 >> (i >> 1));
  const run = ZERO_RUN[zeros]!;
  const runStart = run === 0 ? 8 : run >> 4;
  const runEnd = runStart + (run & 15);
  // RFC 5952 section 5: an IPv4-mapped address is written with its dotted part.
  if (run === 5 && octetAt(buffer, at, 10, octets) === 0xff && octetAt(buffer, at, 11, octets) === 0xff) {
    let text = "::ffff:";
    for (let i = 12; i < 15; i += 1) text += DOTTED[octetAt(buffer, at, i, octets)]!;
    return text + DECIMAL[octetAt(buffer, at, 15, octets)]!;
  }
  let text = runStart === 0 ? ":" : "";
  for (let i = 0; i < 8; i += 1) {
    if (i === runStart) {
      text += ":";
      i = runEnd - 1;
      continue;
    }
    const high = octetAt(buffer, at, 2 * i, octets);
    const low = octetAt(buffer, at, 2 * i + 1, octets);
    if (i === 7) text += high === 0 ? HEX[low]! : HEX[high]! + HEX2[low]!;
    else text += high === 0 ? HEX_COLON[low]! : HEX[high]! + HEX2_COLON[low]!;
  }
  return text;
}

function octetAt(buffer: Uint8Array, at: number, i: number, octets: number): number {
  return i < octets ? buffer[at + i]! : 0;
}

/** Text of the IPv6 prefix whose length octet is at `at`. */
export function ipv6PrefixText(buffer: Uint8Array, at: number): string {
  return ipv6BitsText(buffer, at + 1, buffer[at]!);
}

/** Text of the IPv6 prefix of that many bits, whose octets are at `at`. */
export function ipv6BitsText(buffer: Uint8Array, at: number, bits: number): string {
  return ipv6Text(buffer, at, (bits + 7) >> 3) + LENGTH[bits]!;
}
