// Input logs as captures: replayed, with the events of what the machines were told and said.
import type { CaptureEvent } from "../event.ts";
import { EventQueue } from "../stream/event-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import type { InputLogEntry } from "./entry.ts";
import { InputLogReader } from "./reader.ts";
import { InputLogReplay } from "./replay.ts";
import { SessionEvents } from "./session-events.ts";

/**
 * Reads an input log as events: `message`, `state`, `up`, `down` and `gap`. What was sent is in the log as digests alone, so
 * the log is replayed: where that is not as it was recorded, there is a `problem`, and nothing follows.
 *
 * What is held is what `InputLogReplay` holds, and the events of one entry.
 */
export class InputLogEvents implements RecordReader<CaptureEvent> {
  readonly #reader = new InputLogReader();
  #replay: InputLogReplay | null = null;
  #sessions: SessionEvents | null = null;
  readonly #events = new EventQueue();
  #over = false;

  push(chunk: Uint8Array): void {
    if (!this.#over) this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#events.take();
      if (event !== null) return event;
      if (this.#over) return null;
      const entry = this.#reader.next();
      if (entry === null || entry.kind === "problem") return entry;
      const problem = this.#take(entry);
      if (problem !== null) this.#events.push(problem);
    }
  }

  #take(entry: InputLogEntry): Problem | null {
    if (entry.kind === "header") {
      this.#sessions = new SessionEvents(entry, (event) => this.#events.push(event));
      this.#replay = new InputLogReplay(this.#sessions);
    }
    if (this.#sessions !== null) this.#sessions.offset = entry.offset;
    const difference = this.#replay?.take(entry) ?? null;
    if (difference === null) return null;
    this.#over = true;
    const reason = `entry ${difference.entry}, of ${difference.peer}, does not replay as it was recorded`;
    return { kind: "problem", offset: entry.offset, reason, skipped: null };
  }
}
