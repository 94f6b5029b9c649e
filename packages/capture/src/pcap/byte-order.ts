// Numbers of captures, which are in the byte order of the machine that wrote them.

export function u16In(buffer: Uint8Array, at: number, little: boolean): number {
  return little ? buffer[at]! | (buffer[at + 1]! << 8) : (buffer[at]! << 8) | buffer[at + 1]!;
}

export function u32In(buffer: Uint8Array, at: number, little: boolean): number {
  const first = u16In(buffer, at, little);
  const second = u16In(buffer, at + 2, little);
  return (little ? first | (second << 16) : (first << 16) | second) >>> 0;
}
