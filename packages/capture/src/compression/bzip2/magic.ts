// The two marks of 48 bits between which everything in a bzip2 stream lies, π before a block and √π at the end, at any bit.
import { BitCursor } from "./bit-cursor.ts";

/** A mark, or what looks like one: data may hold the same bits. */
export interface Mark {
  /** In bits from the beginning of the octets. */
  readonly at: number;
  readonly block: boolean;
}

/** Each in two halves of 24 bits. */
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;

/** How many octets a mark touches. */
export const MARK_OCTETS = 7;

/** For the second and the third octet a mark touches: which of the 16 ways of lying there has that octet. */
const SECOND: Uint16Array = /* @__PURE__ */ waysByOctet(1);
const THIRD: Uint16Array = /* @__PURE__ */ waysByOctet(2);

/**
 * The first mark that begins in an octet from `from` on; null where there is none.
 *
 * @param from in octets
 * @param end in octets: no mark that reaches behind it is seen
 */
export function findMark(bytes: Uint8Array, from: number, end: number): Mark | null {
  for (let octet = from, last = end - MARK_OCTETS; octet <= last; octet++) {
    const ways = SECOND[bytes[octet + 1]!]! & THIRD[bytes[octet + 2]!]!;
    if (ways === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      if (((ways >>> bit) & 0x101) === 0) continue;
      const mark = markAt(bytes.subarray(octet, octet + MARK_OCTETS), bit);
      if (mark !== null) return { at: octet * 8 + bit, block: mark === "block" };
    }
  }
  return null;
}

/** What stands at a bit. */
export function markAt(bytes: Uint8Array, bit: number): "block" | "end" | null {
  const cursor = new BitCursor(bytes, bit);
  const [first, second] = [cursor.read(24), cursor.read(24)];
  if (first === BLOCK[0] && second === BLOCK[1]) return "block";
  return first === END[0] && second === END[1] ? "end" : null;
}

/** Bits 0 to 7: a block's mark that begins at that bit of the octet; bits 8 to 15: that of the end. */
function waysByOctet(octet: number): Uint16Array {
  const ways = new Uint16Array(256);
  for (const [kind, [first, second]] of [BLOCK, END].entries()) {
    const octets = Uint8Array.of(first >>> 16, first >>> 8, first, second >>> 16);
    for (let bit = 0; bit < 8; bit++) {
      const value = new BitCursor(octets, octet * 8 - bit).read(8);
      ways[value]! |= 1 << (kind * 8 + bit);
    }
  }
  return ways;
}
