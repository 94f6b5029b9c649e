// Events that a record has turned into, until they are taken: a record may be none, one or many.
import type { CaptureEvent } from "../event.ts";

/** First in, first out. What was taken is let go when all of them were. */
export class EventQueue {
  #events: CaptureEvent[] = [];
  #taken = 0;

  push(event: CaptureEvent): void {
    this.#events.push(event);
  }

  pushAll(events: readonly CaptureEvent[]): void {
    for (const event of events) this.#events.push(event);
  }

  /** The next one; null where all were taken. */
  take(): CaptureEvent | null {
    if (this.#taken < this.#events.length) {
      this.#taken += 1;
      return this.#events[this.#taken - 1]!;
    }
    if (this.#taken > 0) this.#events = [];
    this.#taken = 0;
    return null;
  }
}
