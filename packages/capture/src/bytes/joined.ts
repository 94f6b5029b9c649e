// Octets one behind the other.
import { ByteWriter } from "@bgpwire/core";

/** No octets. */
export const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** All parts in one; a part that is the only one with octets is that one itself. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length < 2) return filled[0] ?? NOTHING;
  const writer = new ByteWriter(filled.reduce((sum, { length }) => sum + length, 0));
  for (const part of filled) writer.bytes(part);
  return writer.finish();
}
