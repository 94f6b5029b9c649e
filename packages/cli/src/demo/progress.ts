// How far the table is: one line that is drawn again and again on a terminal, a few plain lines elsewhere.
import { bar, CLEAR_LINE } from "../output/bar.ts";
import type { Sink } from "../output/sink.ts";
import { numberText } from "../output/number-text.ts";

/** Milliseconds between drawings. */
const EVERY = 100;

/** A drawing that is going on. */
export interface Progress {
  /** Draws for the last time and ends the line. */
  end(): void;
}

/**
 * Starts drawing.
 *
 * @param routes how many routes there are at the moment
 * @param total how many there will be
 */
export function startProgress(sink: Sink, total: number, routes: () => number): Progress {
  const started = performance.now();
  let quarters = 0;

  function text(): string {
    const count = routes();
    const seconds = (performance.now() - started) / 1000;
    const rate = seconds > 0.05 ? `  ${numberText(count / seconds)} routes/s` : "";
    return `  ${bar(count / total, sink.colours)}  ${numberText(count)} of ${numberText(total)} routes${rate}`;
  }

  function draw(): void {
    if (sink.terminal) {
      sink.raw(CLEAR_LINE + text());
      return;
    }
    const quarter = Math.floor((routes() / total) * 4);
    if (quarter > quarters && quarter < 4) {
      quarters = quarter;
      sink.line(`  ${numberText(routes())} of ${numberText(total)} routes`);
    }
  }

  const timer = setInterval(draw, EVERY);
  return {
    end() {
      clearInterval(timer);
      if (sink.terminal) sink.raw(`${CLEAR_LINE}${text()}\n`);
      else sink.line(`  ${numberText(routes())} of ${numberText(total)} routes`);
    },
  };
}
