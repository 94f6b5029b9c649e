// How connections end and what the peer does after: damping in Idle, listening, or dialling again.
import { sendNotification, step } from "../connection/fsm.ts";
import type { Ending } from "../connection/owner.ts";
import type { Connection } from "../connection/state.ts";
import { NEVER } from "../connection/state.ts";
import { Cease, NotificationCode, OpenMessageError } from "../iana/notification-code.ts";
import type { Notification } from "../message/notification.ts";
import type { CloseReason, Millis } from "../session/io.ts";
import type { Context } from "./context.ts";
import { cancelDial, redialDelay } from "./dialling.ts";
import { asHardReset, retain } from "./retention.ts";
import { emit, tell, tellRestart, tellState } from "./tell.ts";

/** Closes, forgets, tells, and decides what the peer does next. */
export function end(p: Context, c: Connection, ending: Ending): void {
  const s = p.state;
  const wasUp = c.state === "Established";
  s.connections.splice(s.connections.indexOf(c), 1);
  if (ending.counts) s.connectRetryCounter += 1;
  if (ending.received !== undefined) {
    s.lastReceived = ending.received;
    s.refusesCapabilities = refusesCapabilities(c, ending.received);
  }
  const alone = s.connections.length === 0;
  const damp = ending.next === "damp" && alone;
  if (damp) hold(p, ending);
  if (wasUp || damp) tell(p, "Idle", ending.cause, c.id);
  close(p, c, ending);
  if (damp) {
    const until = s.idleHold === NEVER ? null : s.idleHold;
    emit(p, { type: "idle", until, why: ending.text });
  } else if (ending.next === "redial" && s.dialling === null && alone) {
    s.connectRetry = p.settings.passive ? NEVER : s.now + redialDelay(p);
  }
  if (ending.next === "active") tellState(p, ending.cause, c.id);
  else if (ending.next !== "stay") tellRestart(p, ending.cause, c.id);
}

/** RFC 5492 section 3: Unsupported Optional Parameter is how a peer that knows no capabilities answers an OPEN with some. */
function refusesCapabilities(c: Connection, { code, subcode }: Notification): boolean {
  const refused =
    code === NotificationCode.OpenMessageError && subcode === OpenMessageError.UnsupportedOptionalParameter;
  return refused && c.state === "OpenSent" && c.localOpen!.capabilities.length > 0;
}

/** Puts the peer into Idle: for the time that its user wants, if there is one, else for that of damping. */
function hold(p: Context, { idleHoldTime = dampedTime(p) }: Ending): void {
  const s = p.state;
  s.mode = idleHoldTime === null ? "stopped" : "holding";
  s.idleHold = idleHoldTime === null ? NEVER : s.now + idleHoldTime;
  s.connectRetry = NEVER;
  cancelDial(p);
}

/** The IdleHoldTimer, longer for each error in a row. */
function dampedTime(p: Context): Millis {
  const s = p.state;
  const { idleHoldTime, idleHoldTimeMax, dampPeerOscillations } = p.settings;
  const longLived = s.established > 0 && s.now - s.establishedAt > idleHoldTimeMax;
  s.errorsInRow = longLived ? 1 : s.errorsInRow + 1;
  const factor = dampPeerOscillations ? 2 ** Math.min(30, s.errorsInRow - 1) : 1;
  return Math.min(idleHoldTime * factor, idleHoldTimeMax);
}

function close(p: Context, c: Connection, ending: Ending): void {
  const s = p.state;
  const { why, text, received } = ending;
  const send = asHardReset(c, ending.send);
  const reason: CloseReason = Object.freeze({ cause: why, notification: send ?? received ?? null, text });
  if (received !== undefined) emit(p, { type: "notified", conn: c.id, direction: "received", notification: received });
  if (send !== null) {
    s.lastSent = send;
    sendNotification(p.owner, c, send);
  }
  emit(p, { type: "close", conn: c.id, mode: c.ended === null || send !== null ? "flush" : "abort" });
  if (c.state === "Established") {
    emit(p, { type: "down", conn: c.id, reason, retained: retain(p, c, why, reason.notification) });
  }
  s.lastClose = reason;
  emit(p, { type: "ended", conn: c.id, reason });
}

/** Idle refuses (RFC 4271 8.2.2); RFC 4486 section 4 says how. */
export function reject(p: Context, c: Connection): void {
  const text = `refused: the peer is ${p.state.mode === "stopped" ? "stopped" : "held in Idle"}`;
  const send = p.settings.sendNotificationWithoutOpen ? cease(Cease.ConnectionRejected) : null;
  close(p, c, { cause: "TcpConnectionConfirmed", why: "administrative", text, send, next: "stay", counts: false });
}

/** Ends every connection and the dial, as an administrator wants it (event 2). */
export function halt(p: Context, notification: Notification | null, text: string): void {
  const s = p.state;
  for (const c of s.connections.slice()) {
    step(p.owner, c, { name: "ManualStop", notification, ending: { why: "administrative", text, next: "stay" } });
  }
  cancelDial(p);
  s.connectRetry = NEVER;
  s.idleHold = NEVER;
  s.connectRetryCounter = 0;
  s.refusesCapabilities = false;
  s.errorsInRow = 0;
}

export function cease(subcode: number): Notification {
  return { code: NotificationCode.Cease, subcode, data: new Uint8Array(0) };
}
