// IPv4 addresses and BGP Identifiers: dotted text and the 32-bit number.

/**
 * The number of a dotted address, 0 to 4294967295.
 *
 * Exactly four decimal numbers of at most three digits, none above 255 and none with a leading zero, which some systems
 * read as octal.
 *
 * @returns null for anything else
 * @example parseIPv4("192.0.2.1") // 3221225985
 */
export function parseIPv4(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part)) return null;
    const octet = Number(part);
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return value;
}

/** Dotted text of a 32-bit number. @example formatIPv4(3221225985) // "192.0.2.1" */
export function formatIPv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
