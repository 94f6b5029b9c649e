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
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  // RFC 4291: "::" stands for one or more groups of zeros, and may be there once.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const bytes = new Uint8Array(16);
  for (const [i, group] of [...head, ...Array.from({ length: missing }, () => 0), ...tail].entries()) {
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group;
  }
  return bytes;
}

/** The 16-bit groups between colons; the last may be a dotted IPv4 address where `last` says it ends the text. */
function groups(text: string, last: boolean): number[] | null {
  if (text === "") return [];
  const result: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      result.push(Number.parseInt(part, 16));
      continue;
    }
    const dotted = last && i === parts.length - 1 ? parseIPv4(part) : null;
    if (dotted === null) return null;
    result.push(dotted >>> 16, dotted & 0xffff);
  }
  return result;
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
