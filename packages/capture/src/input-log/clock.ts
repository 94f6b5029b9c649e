// From the clock of a recording to the time of day.
import type { Millis } from "@bgpwire/core";
import type { Time } from "../text/time.ts";
import type { InputLogHeader } from "./entry.ts";

/** The same moment on both clocks. */
export type LogClock = Pick<InputLogHeader, "time" | "now">;

/**
 * The time of day of a moment of a recording, to the microsecond. Captures have 1970 to 2106; what is outside is at its edge.
 *
 * @example timeAt(header, entry.call.now)
 */
export function timeAt(clock: LogClock, now: Millis): Time {
  const at = Math.min(Math.max(clock.time + (now - clock.now), 0), 0xffff_ffff * 1000);
  const seconds = Math.floor(at / 1000);
  const microseconds = Math.min(Math.round((at - seconds * 1000) * 1000), 999_999);
  return { seconds, nanoseconds: microseconds * 1000 };
}
