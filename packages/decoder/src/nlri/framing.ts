// How NLRI follow one another: each begins with something that tells its length. Only where one ends is asked here, not what
// is in it.
import { u16At } from "../bytes/integers.ts";
import type { FamilyRow } from "./row.ts";

/** Where the NLRI at `at` ends; -1 where it does not fit before `end`. */
export type Extent = (buffer: Uint8Array, at: number, end: number) => number;

/** The two questions of a row, asked of an extent. */
export function framedBy(extent: Extent): Pick<FamilyRow, "check" | "next"> {
  return {
    check: (buffer, start, end, addPath) => {
      const skip = addPath ? 4 : 0;
      let at = start;
      while (at < end) {
        const next = at + skip >= end ? -1 : extent(buffer, at + skip, end);
        if (next < 0) return at;
        at = next;
      }
      return end;
    },
    next: (buffer, at) => extent(buffer, at, buffer.length),
  };
}

function within(next: number, end: number): number {
  return next > end ? -1 : next;
}

/** One octet of length in bits, at most `mostBits`, then as many octets as they need: prefixes and what is like them. */
export function bitLength(mostBits: number): Extent {
  return (buffer, at, end) => {
    const bits = buffer[at]!;
    return bits > mostBits ? -1 : within(at + 1 + ((bits + 7) >> 3), end);
  };
}

/** `before` octets of type, one octet of length, then as many octets: EVPN, MVPN. */
export function octetLength(before: number): Extent {
  return (buffer, at, end) => (at + before >= end ? -1 : within(at + before + 1 + buffer[at + before]!, end));
}

/** `before` octets of type, two octets of length, then as many octets: VPLS, BGP-LS. */
export function twoOctetLength(before: number): Extent {
  return (buffer, at, end) => {
    const value = at + before + 2;
    return value > end ? -1 : within(value + u16At(buffer, value - 2), end);
  };
}

/** The first octet of a length of a flow specification that is two octets, 0xfnnn; below it the length is one. */
export const FLOWSPEC_EXTENDED_LENGTH = 0xf0;

/** One octet of length, or two: flow specifications (RFC 8955 section 4.1). */
export const flowspecLength: Extent = (buffer, at, end) => {
  const first = buffer[at]!;
  if (first < FLOWSPEC_EXTENDED_LENGTH) return within(at + 1 + first, end);
  return at + 2 > end ? -1 : within(at + 2 + (u16At(buffer, at) & 0xfff), end);
};
