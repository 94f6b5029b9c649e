// Numbers in network order straight from a record, where the bounds are already proven.

export function u16At(buffer: Uint8Array, at: number): number {
  return (buffer[at]! << 8) | buffer[at + 1]!;
}

export function u32At(buffer: Uint8Array, at: number): number {
  return ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0;
}
