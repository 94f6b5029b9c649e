// The peer's one ordered stream of outputs, and its state: the furthest of its connections, told when it changes.
import type { Connection } from "../connection/state.ts";
import type { Cause, ConnId, PeerOutput, State } from "../session/io.ts";
import type { Context } from "./context.ts";
import { nextRandom, uniform } from "./random.ts";

const RANK: Readonly<Record<State, number>> = {
  Idle: 0,
  Active: 1,
  Connect: 2,
  OpenSent: 3,
  OpenConfirm: 4,
  Established: 5,
};

/** Has the peer shown a valid OPEN on this connection? */
export function hasValidOpen(c: Connection): boolean {
  return RANK[c.state] >= RANK.OpenConfirm || c.awaitsBfd;
}

export function emit(p: Context, output: PeerOutput): void {
  p.state.outputs.push(output);
}

/** The furthest of the connections, else what the peer itself does. */
function aggregate(p: Context): State {
  const s = p.state;
  let state: State = s.mode !== "running" ? "Idle" : s.dialling === null ? "Active" : "Connect";
  for (const c of s.connections) if (RANK[c.state] > RANK[state]) state = c.state;
  return state;
}

export function tellState(p: Context, cause: Cause, conn: ConnId | null): void {
  tell(p, aggregate(p), cause, conn);
}

/** RFC 4271 8.2.2: a failure leads to Idle; the automatic start that follows at once is told as well. */
export function tellRestart(p: Context, cause: Cause, conn: ConnId | null): void {
  const s = p.state;
  if (s.connections.length === 0 && s.dialling === null) tell(p, "Idle", cause, conn);
  tellState(p, s.state === "Idle" ? "AutomaticStart" : cause, s.state === "Idle" ? null : conn);
}

export function tell(p: Context, to: State, cause: Cause, conn: ConnId | null): void {
  const s = p.state;
  const from = s.state;
  if (from === to) return;
  s.state = to;
  s.since = s.now;
  emit(p, { type: "state", conn, from, to, cause });
}

export function find(p: Context, conn: ConnId): Connection | undefined {
  return p.state.connections.find((c) => c.id === conn);
}

/** RFC 4271 section 10: a factor between 0.75 and 1.0. */
export function jitter(p: Context): number {
  const s = p.state;
  s.random = nextRandom(s.random);
  return 0.75 + 0.25 * uniform(s.random);
}
