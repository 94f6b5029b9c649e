// How much an event matters, for `--log-level` and for whoever sorts the lines.
import type { RunEvent } from "./events.ts";

/** From all that is said to what went wrong on our side. */
export const LEVELS = ["debug", "info", "warning", "error"] as const;

/** One of them. */
export type Level = (typeof LEVELS)[number];

/** By type; what it depends on more is below. */
const BY_TYPE: Readonly<Record<RunEvent["type"], Level>> = {
  listening: "info",
  control: "info",
  http: "info",
  state: "info",
  open: "debug",
  established: "info",
  update: "debug",
  refresh: "debug",
  capabilities: "info",
  policy: "warning",
  notification: "warning",
  closed: "warning",
  retained: "warning",
  stale: "warning",
  selection: "info",
  prefixes: "warning",
  dialFailed: "info",
  idle: "info",
  rejected: "warning",
  station: "info",
  reload: "info",
  error: "error",
  command: "info",
  peers: "info",
  peer: "info",
  routes: "info",
  note: "info",
  stopping: "info",
  stopped: "info",
};

/** States in which nobody answers: a peer that is not there goes round in them for ever. */
const ALONE: ReadonlySet<string> = new Set(["Idle", "Connect", "Active"]);

/** The level of an event: a malformed UPDATE, or a command that is refused, is a warning. */
export function levelOf(event: RunEvent): Level {
  if (event.type === "state" && ALONE.has(event.from) && ALONE.has(event.to)) return "debug";
  if (event.type === "dialFailed" && event.repeated) return "debug";
  if (event.type === "update" && event.action !== "none") return "warning";
  if (event.type === "station" && !event.connected) return "warning";
  if (event.type === "command" && !event.ok) return "warning";
  if (event.type === "reload" && !event.ok) return "error";
  return BY_TYPE[event.type];
}

/** Whether an event is of this level or above, or answers somebody who waits for it. */
export function isWanted(event: RunEvent, least: Level): boolean {
  if (event.type === "command" || event.type === "peers" || event.type === "peer" || event.type === "routes")
    return true;
  return LEVELS.indexOf(levelOf(event)) >= LEVELS.indexOf(least);
}
