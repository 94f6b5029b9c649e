// A range of bytes inside a larger buffer, passed on without making a view: on V8 a `subarray` per message costs about
// three times as much as the message itself.

/**
 * A half-open range `[start, end)` of `buffer`.
 *
 * Ownership: whoever receives a slice from the core may keep it for ever; the core never writes into the buffer again.
 * A kept slice keeps the whole buffer alive, so copy what is to be stored for long.
 */
export interface Slice {
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The bytes of a slice as a view (no copy). */
export function bytesOf(slice: Slice): Uint8Array {
  return slice.buffer.subarray(slice.start, slice.end);
}

/** A copy of bytes, always a plain `Uint8Array`: `slice` of Node's `Buffer` is a view, and keeps its whole chunk alive. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
