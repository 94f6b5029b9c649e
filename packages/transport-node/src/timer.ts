// The speaker's one timer on the platform's: never early, and not limited to the 2^31-1 ms of setTimeout.
import type { Millis } from "@bgpwire/core";

/** Longest delay of setTimeout; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

export class Timer {
  readonly #now: () => Millis;
  readonly #fire: () => void = () => this.#fired();
  #timeout: ReturnType<typeof setTimeout> | null = null;
  #at: Millis = 0;
  #wakeUp: () => void = () => {};

  constructor(now: () => Millis) {
    this.#now = now;
  }

  wake(at: Millis | null, wakeUp: () => void): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    this.#timeout = null;
    if (at === null) return;
    this.#at = at;
    this.#wakeUp = wakeUp;
    this.#arm();
  }

  #arm(): void {
    const delay = Math.ceil(this.#at - this.#now());
    this.#timeout = setTimeout(this.#fire, Math.min(Math.max(delay, 0), LONGEST));
  }

  #fired(): void {
    this.#timeout = null;
    // Timers may fire a fraction of a millisecond early, and far deadlines are approached in steps.
    if (this.#now() < this.#at) this.#arm();
    else this.#wakeUp();
  }
}
