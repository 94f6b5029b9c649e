// IPv6 addresses: the text forms of RFC 4291 section 2.2 and the canonical one of RFC 5952. Zones are not part of them.
import { formatIPv4, parseIPv4 } from "./ipv4.ts";

/**
 * The 16 octets of an IPv6 address in any of the forms of RFC 4291 section 2.2.
 *
 * @returns null for anything else, a zone (`%eth0`) included
 * @example parseIPv6("2001:db8::1")
 */
export function parseIPv6(text: string): Uint8Array | null {
  if (text.length > 45) return null;
  const bytes = new Uint8Array(16);
  // Octets so far, and how many of them stand before "::"; character by character, as encoders ask this for every route.
  let octets = 0;
  let gap = -1;
  let at = 0;
  if (text.startsWith("::")) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    const first = at;
    let group = 0;
    for (let digit = hexDigit(text, at); digit >= 0; digit = hexDigit(text, at)) {
      group = group * 16 + digit;
      at += 1;
    }
    if (text[at] === ".") {
      // The last 32 bits may be dotted.
      const dotted = octets > 12 ? null : parseIPv4(text.slice(first));
      if (dotted === null) return null;
      for (let shift = 24; shift >= 0; shift -= 8) bytes[octets++] = dotted >>> shift;
      break;
    }
    if (at === first || at - first > 4 || octets === 16) return null;
    bytes[octets] = group >> 8;
    bytes[octets + 1] = group;
    octets += 2;
    if (at === text.length) break;
    if (text[at] !== ":") return null;
    at += 1;
    if (text[at] === ":") {
      if (gap >= 0) return null;
      gap = octets;
      at += 1;
    } else if (at === text.length) {
      return null;
    }
  }
  if (gap < 0) return octets === 16 ? bytes : null;
  // RFC 4291: "::" stands for one or more groups of zeros, and may be there once.
  if (octets > 14) return null;
  const tail = 16 - (octets - gap);
  bytes.copyWithin(tail, gap, octets);
  bytes.fill(0, gap, tail);
  return bytes;
}

/** The hexadecimal digit at `at`; -1 where there is none. */
function hexDigit(text: string, at: number): number {
  const code = at < text.length ? text.charCodeAt(at) : 0;
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/**
 * Canonical text (RFC 5952 section 4) of the 16 octets at `offset`; octets beyond the buffer count as zero.
 *
 * IPv4-mapped addresses are written in the mixed form that section 5 recommends.
 *
 * @example formatIPv6(bytes) // "2001:db8::1", "::ffff:192.0.2.1"
 */
export function formatIPv6(bytes: Uint8Array, offset: number = 0): string {
  const group = (i: number): number => ((bytes[offset + 2 * i] ?? 0) << 8) | (bytes[offset + 2 * i + 1] ?? 0);
  // Section 4.2: the longest run of at least two zero groups is left out, the first one of equals.
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i += 1) {
    let n = 0;
    while (i + n < 8 && group(i + n) === 0) n += 1;
    if (n > runLength) {
      runStart = i;
      runLength = n;
    }
    i += n;
  }
  if (runStart === 0 && runLength === 5 && group(5) === 0xffff) {
    return `::ffff:${formatIPv4(group(6) * 0x1_0000 + group(7))}`;
  }
  let text = "";
  for (let i = 0; i < 8; i += 1) {
    if (i === runStart) {
      text += "::";
      i += runLength - 1;
      continue;
    }
    if (text !== "" && !text.endsWith(":")) text += ":";
    text += group(i).toString(16);
  }
  return text;
}
