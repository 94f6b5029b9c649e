// BGP messages inside other records: whole ones, with their header (RFC 4271 section 4.1).
import { HEADER_LENGTH, type Slice } from "@bgpwire/core";

/** The BGP message that begins at `start`; null where none does, or it does not fit before `end`. */
export function pduAt(buffer: Uint8Array, start: number, end: number): Slice | null {
  if (end - start < HEADER_LENGTH) return null;
  for (let i = 0; i < 16; i += 1) if (buffer[start + i] !== 0xff) return null;
  const length = (buffer[start + 16]! << 8) | buffer[start + 17]!;
  return length < HEADER_LENGTH || start + length > end ? null : { buffer, start, end: start + length };
}

/**
 * The body of a BGP message; empty where the message is shorter than a header.
 *
 * @example decodeOpen(pduBody(event))
 */
export function pduBody({ buffer, start, end }: Slice): Slice {
  return { buffer, start: Math.min(start + HEADER_LENGTH, end), end };
}

/** The type octet of a BGP message. */
export function pduType({ buffer, start }: Slice): number {
  return buffer[start + HEADER_LENGTH - 1]!;
}

/** Whether these octets are exactly one message, with its marker and its length. */
export function isWholePdu({ buffer, start, end }: Slice): boolean {
  return pduAt(buffer, start, end)?.end === end;
}
