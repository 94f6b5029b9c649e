// How far a big file has been read: one line on a terminal, drawn again and again.
import type { Input } from "../input/open.ts";
import { bar, CLEAR_LINE } from "../output/bar.ts";
import type { Sink } from "../output/sink.ts";

/** Milliseconds between drawings. */
const EVERY = 200;
/** Smaller files are done before anybody could read the line. */
const BIG = 4 * 1024 * 1024;

/** A drawing that is going on. */
export interface Progress {
  /** Takes the line away. */
  end(): void;
}

/** Starts drawing, on a terminal and for a file that is big. @param sink null where nothing is to be drawn */
export function startProgress(sink: Sink | null, input: Input): Progress {
  const { size } = input;
  if (sink === null || !sink.terminal || size === null || size < BIG) return { end() {} };
  const timer = setInterval(() => {
    const part = Math.min(1, input.taken / size);
    const percent = Math.floor(part * 100);
    sink.raw(`${CLEAR_LINE}  ${bar(part, sink.colours)}  ${percent} % of ${(size / 1e6).toFixed(1)} MB`);
  }, EVERY);
  return {
    end() {
      clearInterval(timer);
      sink.raw(CLEAR_LINE);
    },
  };
}
