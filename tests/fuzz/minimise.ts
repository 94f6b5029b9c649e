// A failing input made as short as it fails for the same reason.
import type { FuzzInput } from "./input.ts";

/** How often a candidate may be tried. */
const TRIES = 20_000;

/**
 * Takes out pieces, halves first and single octets last, and then makes octets zero, as long as `reason` stays what it was.
 *
 * @param reason why an input fails; null where it does not
 */
export function minimise(input: FuzzInput, reason: (input: FuzzInput) => string | null): FuzzInput {
  const wanted = reason(input);
  let tries = TRIES;
  let best = [...input.bytes];
  const still = (octets: number[]): boolean => {
    tries -= 1;
    return tries > 0 && reason({ ...input, bytes: Uint8Array.from(octets) }) === wanted;
  };
  for (let size = best.length >> 1; size > 0; size = size >> 1) {
    for (let at = 0; at < best.length;) {
      const shorter = best.toSpliced(at, size);
      if (still(shorter)) best = shorter;
      else at += size;
    }
  }
  for (const [at, octet] of best.entries()) {
    const plainer = best.with(at, 0);
    if (octet !== 0 && still(plainer)) best = plainer;
  }
  return { ...input, bytes: Uint8Array.from(best) };
}
