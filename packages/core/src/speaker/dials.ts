// The dials of a speaker: those that wait, first come, first served, and those under way, of which there is a most. One that is
// not wanted any more leaves at once, wherever it is, so that a peer has at most one place.
import type { PeerOutput } from "../session/io.ts";
import type { LinkHandle } from "./link-handle.ts";

/** Most dials of one turn of the event loop, so that ten thousand peers that start together keep nobody from being read or accepted. */
const A_TURN = 100;

export type DialOutput = Extract<PeerOutput, { type: "dial" }>;

interface Dial {
  readonly handle: LinkHandle;
  readonly output: DialOutput;
  /** There was no place for it when it came. */
  readonly waits: boolean;
}

export class Dials {
  readonly #most: number;
  readonly #waiting = new Map<LinkHandle, Dial>();
  /** Where in #waiting the next one is: a new iterator for each would pass over all that have gone. */
  #order: Iterator<Dial> = this.#waiting.values();
  readonly #underWay = new Set<LinkHandle>();
  /** How many more this turn may make. */
  #left: number = A_TURN;

  constructor(most: number) {
    this.#most = most;
  }

  /** A dial is wanted. True where it has to wait until others are over; `next` gives it in any case. */
  add(handle: LinkHandle, output: DialOutput): boolean {
    const waits = this.#underWay.size + this.#waiting.size >= this.#most;
    this.#waiting.set(handle, { handle, output, waits });
    return waits;
  }

  /** The next one, which is under way from here on; null where there is none, no place, or none in this turn. */
  next(): Dial | null {
    if (!this.#mayBegin || this.#left === 0) return null;
    const dial = this.#first();
    this.#left -= 1;
    this.#waiting.delete(dial.handle);
    this.#underWay.add(dial.handle);
    return dial;
  }

  #first(): Dial {
    const first = this.#order.next();
    if (first.done !== true) return first.value;
    this.#order = this.#waiting.values();
    return this.#order.next().value!;
  }

  /** It is over, or not wanted any more. */
  delete(handle: LinkHandle): void {
    this.#underWay.delete(handle);
    this.#waiting.delete(handle);
  }

  /** There is one that only waits for the next turn. */
  get due(): boolean {
    return this.#mayBegin;
  }

  nextTurn(): void {
    this.#left = A_TURN;
  }

  get #mayBegin(): boolean {
    return this.#waiting.size > 0 && this.#underWay.size < this.#most;
  }
}
