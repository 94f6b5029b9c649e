// Numbers in network order straight from a message, where the bounds are already proven.

export function u16At(buffer: Uint8Array, at: number): number {
  return (buffer[at]! << 8) | buffer[at + 1]!;
}

export function u24At(buffer: Uint8Array, at: number): number {
  return (buffer[at]! << 16) | (buffer[at + 1]! << 8) | buffer[at + 2]!;
}

/**
 * The integer of four octets in network order at `at`, 0 to 4294967295; for handlers, whose octets have been checked.
 *
 * @example (route, buffer, start) => (route.med = u32At(buffer, start))
 */
export function u32At(buffer: Uint8Array, at: number): number {
  return ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0;
}

/** The number of four octets of IEEE 754. */
export function float32At(buffer: Uint8Array, at: number): number {
  return new DataView(buffer.buffer, buffer.byteOffset + at, 4).getFloat32(0);
}

/**
 * Whether a number read with `float32At` is one that JSON has, so that writing it gives the same octets: not-a-number has many
 * of them, and JSON knows neither that nor infinities nor the sign of zero.
 */
export function isPlainNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

/** All integers of two octets in a range. An array of the right length at once costs a quarter less than one that grows. */
export function u16List(buffer: Uint8Array, start: number, end: number): number[] {
  const list = new Array<number>((end - start) >> 1);
  for (let i = 0, at = start; at < end; i += 1, at += 2) list[i] = u16At(buffer, at);
  return list;
}

/** All integers of four octets in a range. */
export function u32List(buffer: Uint8Array, start: number, end: number): number[] {
  const list = new Array<number>((end - start) >> 2);
  for (let i = 0, at = start; at < end; i += 1, at += 4) list[i] = u32At(buffer, at);
  return list;
}

/** A copy of a range, always a plain `Uint8Array` of its own: objects outlive the buffer they are read from. */
export function copyAt(buffer: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  // A view costs more than copying a few octets one by one.
  if (copy.length > 64) copy.set(buffer.subarray(start, end));
  else for (let i = start; i < end; i += 1) copy[i - start] = buffer[i]!;
  return copy;
}

/** The number of the decimal digits in `[start, end)`, without sign or leading zero, if it is at most `limit`; else -1. */
export function decimal(text: string, limit: number, start: number = 0, end: number = text.length): number {
  if (start >= end || (text.charCodeAt(start) === 48 && end - start > 1)) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value > limit) return -1;
  }
  return value;
}
