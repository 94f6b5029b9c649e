// Changes of the options of peers and listen ranges while a speaker runs: which there can be, and which end a session.
import { ConfigError } from "../fault.ts";
import type { PeerSettings } from "../session/check-options.ts";
import type { PeerOptions } from "../session/options.ts";
import type { ListenRangeOptions } from "./listen-range.ts";

/** What makes a peer this peer. */
export const PEER_IDENTITY: readonly (keyof PeerOptions)[] = ["remoteAddress", "localAddress", "enabled"];

/** What makes a listen range this range. */
export const RANGE_IDENTITY: readonly (keyof ListenRangeOptions)[] = ["prefix", "localAddress"];

/** Changes of these end the session, because they are part of the OPEN or of what an OPEN must be (see `change`). */
const SESSION_FIELDS: readonly (keyof PeerOptions & keyof PeerSettings)[] = [
  "localAs",
  "remoteAs",
  "routerId",
  "capabilities",
  "fourOctetAs",
  "gracefulRestart",
  "longLivedGracefulRestart",
  "requiredCapabilities",
];

/** @throws ConfigError `invalid-value` for a field of these among the changes */
export function checkChangeable(changes: object, identity: readonly string[], what: "peer" | "range"): void {
  for (const field of identity) {
    if (field in changes) {
      throw new ConfigError("invalid-value", field, `cannot be changed; delete the ${what} and add another`);
    }
  }
}

/** Options with changes, of which undefined takes one away. */
export function changed<T extends object>(options: T, changes: object): T {
  return Object.fromEntries(Object.entries({ ...options, ...changes }).filter(([, value]) => value !== undefined)) as T;
}

/** Whether a session goes on with the new settings. */
export function keepsSession(before: PeerSettings, after: PeerSettings): boolean {
  return SESSION_FIELDS.every((field) => sameData(before[field], after[field]));
}

/** Equality of plain data. */
export function sameData(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => sameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}
