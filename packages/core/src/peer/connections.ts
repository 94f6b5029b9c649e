// Several connections of one peer: accepting them, resolving their collisions (RFC 4271 section 6.8), establishing one.
import { collisionLoser, localDominates } from "../connection/collision.ts";
import { step, tcpIsUp } from "../connection/fsm.ts";
import type { Connection } from "../connection/state.ts";
import { NEVER, newConnection } from "../connection/state.ts";
import type { Capability } from "../message/capability.ts";
import type { Cause, ConnId, Endpoints } from "../session/io.ts";
import type { Context } from "./context.ts";
import { deferFor } from "./deferral.ts";
import { cancelDial } from "./dialling.ts";
import { end, reject } from "./ending.ts";
import { returned } from "./retention.ts";
import { emit, hasValidOpen, tellState } from "./tell.ts";

/** Accepted connections that have not shown their OPEN; of more, the oldest goes. */
const MAX_PENDING_INBOUND = 4;

/** RFC 4271 6.8: every accepted connection is tracked until its OPEN shows which one is to stay. */
export function accept(p: Context, conn: ConnId, endpoints: Endpoints): void {
  const s = p.state;
  const c = newConnection(conn, "inbound", endpoints);
  if (s.mode !== "running") return reject(p, c);
  const stale = s.connections.find((other) => hasRestarted(p, other));
  if (stale !== undefined) {
    const text = "the peer has restarted: it connects again (RFC 4724 section 4.2)";
    end(p, stale, {
      cause: "TcpConnectionConfirmed",
      why: "transport",
      text,
      send: null,
      next: "stay",
      counts: false,
    });
  }
  const waiting = s.connections.filter((other) => other.direction === "inbound" && !hasValidOpen(other));
  const oldest = waiting[0];
  if (oldest !== undefined && waiting.length >= MAX_PENDING_INBOUND)
    step(p.owner, oldest, { name: "OpenCollisionDump" });
  adopt(p, c);
}

/**
 * RFC 4724 section 4.2: a peer with graceful restart that connects again has restarted, and "no NOTIFICATION message should be
 * sent". A moment after the session came up it is only the other connection of a collision.
 */
function hasRestarted(p: Context, c: Connection): boolean {
  const { gracefulRestart, collisionHoldTime } = p.settings;
  if (c.state !== "Established" || gracefulRestart?.helper !== true) return false;
  const agreed = c.negotiated!.gracefulRestart;
  return agreed !== null && agreed.families.length > 0 && p.state.now >= p.state.establishedAt + collisionHoldTime;
}

export function adopt(p: Context, c: Connection): void {
  // A list of its exact length: `push` reserves room for seventeen, which ten thousand peers would pay for.
  p.state.connections = p.state.connections.concat(c);
  tellState(p, c.direction === "outbound" ? "Tcp_CR_Acked" : "TcpConnectionConfirmed", c.id);
  tcpIsUp(p.owner, c);
}

export function openParameters(p: Context, c: Connection): readonly Capability[] | null {
  if (!p.settings.askOpenParameters) return p.settings.capabilities;
  emit(p, { type: "ask", question: "openParameters", conn: c.id, endpoints: c.endpoints });
  return null;
}

export function knownIdentifier(p: Context): string | null {
  for (const { negotiated } of p.state.connections) if (negotiated !== null) return negotiated.remoteIdentifier;
  return null;
}

export function losesCollision(p: Context, c: Connection): boolean {
  const { localAs, localIdentifier, remoteAs, remoteIdentifier } = c.negotiated!;
  p.state.remoteDominates = !localDominates(
    { identifier: localIdentifier, as: localAs },
    { identifier: remoteIdentifier, as: remoteAs },
  );
  return siblings(p, c).some((o) => collisionLoser(c, o, p.settings.collisionDetectEstablishedState) === c);
}

export function dumpSiblings(p: Context, c: Connection): void {
  for (const sibling of siblings(p, c)) step(p.owner, sibling, { name: "OpenCollisionDump" });
}

/** The other connections that have shown a valid OPEN. */
function siblings(p: Context, c: Connection): Connection[] {
  return p.state.connections.filter((o) => o !== c && hasValidOpen(o));
}

/**
 * A connection that both sides have confirmed is not told while an opposite one may still show its OPEN: the peer may
 * see the collision before we do, and both sides must choose the same one.
 */
export function establishUnlessContested(p: Context, c: Connection): void {
  const s = p.state;
  const contested = s.connections.some((o) => o.direction !== c.direction && !hasValidOpen(o));
  const { collisionHoldTime } = p.settings;
  // No timer for no time: it would run out before or after the next message by how the octets came in.
  if (!contested || collisionHoldTime === 0) return establish(p, c, "KeepAliveMsg");
  if (c.timers.collisionHold === NEVER) c.timers.collisionHold = s.now + collisionHoldTime;
}

export function establish(p: Context, c: Connection, cause: Cause): void {
  const s = p.state;
  c.state = "Established";
  c.confirmed = false;
  c.timers.collisionHold = NEVER;
  cancelDial(p);
  s.connectRetryCounter = 0;
  s.refusesCapabilities = false;
  s.established += 1;
  s.establishedAt = s.now;
  tellState(p, cause, c.id);
  emit(p, { type: "up", conn: c.id, endpoints: c.endpoints, negotiated: c.negotiated! });
  returned(p, c);
  deferFor(p, c);
}
