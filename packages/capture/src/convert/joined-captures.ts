// Several captures as one: files of a collector one after the other, or of several points of a network.
import { remember } from "../bytes/remember.ts";
import type { CaptureEvent, Direction, Endpoint } from "../event.ts";
import { MAX_WRITTEN_SESSIONS } from "./local-sides.ts";

/**
 * Gives sessions of several captures numbers of their own. A session of a later capture between the ends of one that was in an earlier
 * one goes on with its number. The first capture is as it is. Memory: `MAX_WRITTEN_SESSIONS` pairs of ends.
 *
 * @example
 * for (const file of files) {
 *   for (const event of eventsOf(file)) write(writer.event(joined.event(event)));
 *   joined.next();
 * }
 */
export class JoinedCaptures {
  #isFirst = true;
  /** The next number that is free. */
  #free = 0;
  /** The last session between two ends. */
  readonly #sessions = new Map<string, number>();
  /** Numbers of this capture, and what they are in all. */
  #numbers = new Map<number, number>();
  #taken = new Set<number>();
  #directions = new WeakMap<Direction, Direction>();

  /** Another capture begins. */
  next(): void {
    this.#isFirst = false;
    this.#numbers = new Map();
    this.#taken = new Set();
    this.#directions = new WeakMap();
  }

  /** The event, its session with the number that it has in all captures. */
  event<E extends CaptureEvent>(event: E): E {
    if (!("direction" in event)) return event;
    const { direction } = event;
    let joined = this.#directions.get(direction);
    if (joined === undefined) {
      const session = this.#numberOf(direction);
      joined = session === direction.session ? direction : { ...direction, session };
      this.#directions.set(direction, joined);
    }
    return joined === direction ? event : { ...event, direction: joined };
  }

  #numberOf({ session, sender, receiver }: Direction): number {
    const ends = [endKey(sender), endKey(receiver)].sort().join(" ");
    const number = this.#isFirst ? session : (this.#numbers.get(session) ?? this.#newNumber(ends));
    remember(this.#numbers, session, number, MAX_WRITTEN_SESSIONS);
    this.#taken.add(number);
    this.#free = Math.max(this.#free, number + 1);
    remember(this.#sessions, ends, number, MAX_WRITTEN_SESSIONS);
    return number;
  }

  #newNumber(ends: string): number {
    const before = this.#sessions.get(ends);
    return before === undefined || this.#taken.has(before) ? this.#free : before;
  }
}

function endKey({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
