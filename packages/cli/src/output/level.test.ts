import { expect, it } from "vitest";
import type { RunEvent } from "./events.ts";
import { isWanted, levelOf } from "./level.ts";

const UPDATE = { type: "update", peer: "192.0.2.2", connection: 0, direction: "received" } as const;
const RELOAD = {
  type: "reload",
  text: "",
  added: [],
  changed: [],
  removed: [],
  settings: [],
  announced: 0,
  withdrawn: 0,
} as const;
const STATE = { type: "state", peer: "192.0.2.2", connection: null, cause: "" } as const;
const SAYS = { announced: [], withdrawn: [], endOfRib: null, attributes: {}, issues: [] };

it.each<[RunEvent, string]>([
  [{ ...UPDATE, ...SAYS, action: "none" }, "debug"],
  [{ ...UPDATE, ...SAYS, action: "withdraw" }, "warning"],
  [{ type: "station", station: "a:1", connected: true, text: "" }, "info"],
  [{ type: "station", station: "a:1", connected: false, text: "" }, "warning"],
  [{ ...RELOAD, ok: false }, "error"],
  [{ ...RELOAD, ok: true }, "info"],
  [{ type: "error", peer: null, text: "" }, "error"],
  // What a peer that is not there does for ever.
  [{ type: "dialFailed", peer: "192.0.2.2", connection: 2, text: "", repeated: true }, "debug"],
  [{ type: "dialFailed", peer: "192.0.2.2", connection: 2, text: "", repeated: false }, "info"],
  [{ ...STATE, from: "Idle", to: "Connect" }, "debug"],
  [{ ...STATE, from: "Connect", to: "Active" }, "debug"],
  [{ ...STATE, from: "Connect", to: "OpenSent" }, "info"],
  [{ ...STATE, from: "Established", to: "Idle" }, "info"],
])("%j is of level %s", (event, level) => {
  expect(levelOf(event)).toBe(level);
});

it("wants what is of the level or above, and every answer", () => {
  expect(isWanted({ type: "stopped" }, "info")).toBe(true);
  expect(isWanted({ type: "stopped" }, "warning")).toBe(false);
  expect(isWanted({ type: "error", peer: null, text: "" }, "error")).toBe(true);
  expect(isWanted({ type: "routes", routes: [], more: false }, "error")).toBe(true);
  expect(isWanted({ type: "command", command: "help", ok: true, text: "" }, "error")).toBe(true);
});
