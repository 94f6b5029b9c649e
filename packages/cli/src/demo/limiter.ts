// Shows the UPDATEs of a router that connects to the demo without drowning the terminal: a few each second, the rest as
// one line of counts. A router that sends the whole table back is quite usual.
import type { RunEvent } from "../output/events.ts";
import type { Reporter } from "../output/reporter.ts";
import { numberText } from "../output/number-text.ts";

type Update = Extract<RunEvent, { type: "update" }>;

const SHOWN = 10;
/** Milliseconds. */
const WINDOW = 1000;

/** Takes UPDATEs and reports some of them. */
export class UpdateLimiter {
  readonly #reporter: Reporter;
  #updates = 0;
  #announced = 0;
  #withdrawn = 0;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** Reports an UPDATE, or counts it when there are many. */
  report(update: Update): void {
    if (this.#updates === 0) setTimeout(() => this.#flush(update.peer), WINDOW).unref();
    this.#updates += 1;
    if (this.#updates <= SHOWN) {
      this.#reporter.report(update);
      return;
    }
    this.#announced += update.announced.length;
    this.#withdrawn += update.withdrawn.length;
  }

  #flush(peer: string): void {
    const more = this.#updates - SHOWN;
    if (more > 0) {
      const text = `and ${numberText(more)} UPDATEs more: ${numberText(this.#announced)} routes announced, ${numberText(this.#withdrawn)} withdrawn`;
      this.#reporter.report({ type: "note", peer, text });
    }
    this.#updates = 0;
    this.#announced = 0;
    this.#withdrawn = 0;
  }
}
