// A peer machine's state as plain frozen data for people, logs and APIs.
import type { Connection } from "../connection/state.ts";
import { NEVER } from "../connection/state.ts";
import type { ConnectionView, Millis, PeerView } from "../session/io.ts";
import { retainedFamily } from "./retention.ts";
import type { PeerState } from "./state.ts";

export function viewOf(s: PeerState): PeerView {
  const established = s.connections.find((c) => c.state === "Established");
  return Object.freeze({
    state: s.state,
    started: s.mode !== "stopped",
    since: s.since,
    negotiated: established?.negotiated ?? null,
    connections: Object.freeze(s.connections.map(connectionView)),
    dialling: s.dialling,
    connectRetryDeadline: orNull(s.connectRetry),
    idleHoldDeadline: orNull(s.idleHold),
    connectRetryCounter: s.connectRetryCounter,
    stale: Object.freeze(s.stale.filter(({ phase }) => phase !== "over").map(retainedFamily)),
    deferred: Object.freeze(s.deferred.slice()),
    bfd: s.bfd,
    counters: Object.freeze({
      established: s.established,
      received: Object.freeze({ ...s.received }),
      sent: Object.freeze({ ...s.sent }),
    }),
    lastSent: s.lastSent,
    lastReceived: s.lastReceived,
    lastClose: s.lastClose,
  });
}

function connectionView(c: Connection): ConnectionView {
  return Object.freeze({
    conn: c.id,
    direction: c.direction,
    state: c.state,
    endpoints: c.endpoints,
    negotiated: c.negotiated,
    holdDeadline: orNull(c.timers.hold),
    keepaliveDeadline: orNull(c.timers.keepalive),
    awaitsBfd: c.awaitsBfd,
  });
}

function orNull(deadline: Millis): Millis | null {
  return deadline === NEVER ? null : deadline;
}
