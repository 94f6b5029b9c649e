// Bytes as hexadecimal text and back, and equality: for logs, tests and values that stay raw.

/** Lower-case hexadecimal without separators. @example toHex(new Uint8Array([0, 255])) // "00ff" */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/**
 * Bytes from hexadecimal text; white space is allowed between octets.
 *
 * @returns null when there is anything else in the text or an odd number of digits
 * @example fromHex("ff ff 00 13")
 */
export function fromHex(text: string): Uint8Array | null {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return null;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Whether both have the same octets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
