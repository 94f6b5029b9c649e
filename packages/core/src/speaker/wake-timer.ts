// For drivers: `Transport.wake` on a platform's setTimeout. Never early, not bound to its range, and after a stall of the event
// loop not before what the kernel holds has been delivered.
import type { Millis } from "../session/io.ts";

/** Longest delay of setTimeout, nearly 25 days; a longer one would fire at once. */
export const LONGEST: Millis = 2 ** 31 - 1;

/** A platform's timers. `T` is what setTimeout returns there. */
export interface Timers<T> {
  now(): Millis;
  setTimeout(action: () => void, delay: Millis): T;
  clearTimeout(timer: T): void;
  /** Calls back once sockets have been read that were readable before the call. Default: setTimeout without delay. */
  afterReads?(action: () => void): void;
}

/** `Transport.wake` on the timers of a platform: one timer, which comes after the bytes that were readable when it was due. */
export class WakeTimer<T> {
  readonly #timers: Timers<T>;
  readonly #fire: () => void = () => this.#fired();
  /** What runs, if anything. */
  #timer: T | null = null;
  #at: Millis = 0;
  /** Counts the calls of `wake`: a turn of the event loop that was asked for before the last one wakes nobody. */
  #calls: number = 0;
  #wakeUp: () => void = () => {};

  constructor(timers: Timers<T>) {
    this.#timers = timers;
  }

  /** See `Transport.wake`. */
  wake(at: Millis | null, wakeUp: () => void): void {
    if (this.#timer !== null) this.#timers.clearTimeout(this.#timer);
    this.#timer = null;
    this.#calls += 1;
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
    else this.#readFirst();
  }

  /** Timers of a platform may come before the bytes that arrived while its event loop stood still. */
  #readFirst(): void {
    const call = this.#calls;
    const then = (): void => {
      if (call === this.#calls) this.#wakeUp();
    };
    if (this.#timers.afterReads !== undefined) this.#timers.afterReads(then);
    else this.#timer = this.#timers.setTimeout(then, 0);
  }
}
