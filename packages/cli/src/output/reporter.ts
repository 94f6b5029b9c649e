// Turns events into lines: JSON for programs, text for people.
import type { RunEvent } from "./events.ts";
import type { Sink } from "./sink.ts";
import { eventText } from "./text.ts";

/** Takes events and writes them. */
export interface Reporter {
  report(event: RunEvent): void;
  /** Null when output has room; otherwise resolves when it has. */
  room(): Promise<void> | null;
}

/** Makes a reporter. @param clock the time of day, for tests */
export function createReporter(sink: Sink, format: "text" | "json", clock: () => Date = () => new Date()): Reporter {
  const line =
    format === "json"
      ? (event: RunEvent): string => JSON.stringify({ time: clock().toISOString(), ...event })
      : (event: RunEvent): string => eventText(event, clock(), sink.colours);
  return {
    report: (event) => sink.line(line(event)),
    room: () => sink.room(),
  };
}
