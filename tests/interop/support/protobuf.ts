// Protocol Buffers, as much as it takes to write a message: numbers and truths as varints, all else behind its length.

/** Fields in the order in which they are written: the number, and what it has. A nested message is its octets. */
export type Fields = readonly (readonly [number, number | boolean | string | Uint8Array])[];

/** The octets of a message. */
export function message(fields: Fields): Uint8Array {
  const out: number[] = [];
  for (const [number, value] of fields) {
    if (typeof value === "number" || typeof value === "boolean") {
      varint(number << 3, out);
      varint(Number(value), out);
    } else {
      const octets = typeof value === "string" ? Buffer.from(value) : value;
      varint((number << 3) | 2, out);
      varint(octets.length, out);
      out.push(...octets);
    }
  }
  return Uint8Array.from(out);
}

/** Seven bits an octet, the lowest first. */
function varint(value: number, out: number[]): void {
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  out.push(rest);
}
