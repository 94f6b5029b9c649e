// A bar of progress, and a line of a terminal that is drawn again and again.
import type { Colours } from "./sink.ts";

const WIDTH = 30;

/** Takes a line away, so that it can be drawn anew. */
export const CLEAR_LINE = "\r\u001B[2K";

/** A bar. @param part of it that is filled, 0 to 1; more counts as 1 */
export function bar(part: number, colours: Colours): string {
  const filled = Math.floor(Math.min(1, part) * WIDTH);
  return colours.cyan("█".repeat(filled)) + colours.dim("░".repeat(WIDTH - filled));
}
