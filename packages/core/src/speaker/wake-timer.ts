// For drivers: `Transport.wake` on a platform's setTimeout. Never early, and not bound to its range.
import type { Millis } from "../session/io.ts";

/** Longest delay of setTimeout, nearly 25 days; a longer one would fire at once. */
export const LONGEST: Millis = 2 ** 31 - 1;

/** A platform's timers. `T` is what setTimeout returns there. */
export interface Timers<T> {
  now(): Millis;
  setTimeout(action: () => void, delay: Millis): T;
  clearTimeout(timer: T): void;
}

export class WakeTimer<T> {
  readonly #timers: Timers<T>;
  readonly #fire: () => void = () => this.#fired();
  /** What runs, if anything. */
  #timer: T | null = null;
  #at: Millis = 0;
  #wakeUp: () => void = () => {};

  constructor(timers: Timers<T>) {
    this.#timers = timers;
  }

  /** See `Transport.wake`. */
  wake(at: Millis | null, wakeUp: () => void): void {
    if (this.#timer !== null) this.#timers.clearTimeout(this.#timer);
    this.#timer = null;
    if (at === null) return;
    this.#at = at;
    this.#wakeUp = wakeUp;
    this.#arm();
  }

  #arm(): void {
    const delay = Math.ceil(this.#at - this.#timers.now());
    this.#timer = this.#timers.setTimeout(this.#fire, Math.min(Math.max(delay, 0), LONGEST));
  }

  #fired(): void {
    this.#timer = null;
    // Platforms fire a fraction of a millisecond early now and then, and a far deadline is reached in several steps.
    if (this.#timers.now() < this.#at) this.#arm();
    else this.#wakeUp();
  }
}
