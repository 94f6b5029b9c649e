// Turns events into lines: JSON for programs, text for people.
import type { RunEvent } from "./events.ts";
import { isWanted, levelOf, type Level } from "./level.ts";
import type { Sink } from "./sink.ts";
import { eventText } from "./text.ts";

/** Takes events and writes them. */
export interface Reporter {
  report(event: RunEvent): void;
  /** Null when output has room; otherwise resolves when it has. */
  room(): Promise<void> | null;
}

/**
 * Makes a reporter.
 *
 * @param least what is below is not written
 * @param clock the time of day, for tests
 */
export function createReporter(
  sink: Sink,
  format: "text" | "json",
  least: Level = "debug",
  clock: () => Date = () => new Date(),
): Reporter & { setLevel(least: Level): void } {
  let lowest = least;
  const line =
    format === "json"
      ? (event: RunEvent): string => eventJson(event, clock())
      : (event: RunEvent): string => eventText(event, clock(), sink.colours);
  return {
    report: (event) => {
      if (isWanted(event, lowest)) sink.line(line(event));
    },
    room: () => sink.room(),
    setLevel: (level) => {
      lowest = level;
    },
  };
}

/** One event as a line of JSON (schema/events.schema.json). */
export function eventJson(event: RunEvent, time: Date): string {
  return JSON.stringify({ time: time.toISOString(), level: levelOf(event), ...event });
}
