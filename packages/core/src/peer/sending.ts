// Messages out: credit, counters, the keepalive they stand in for, and the SendHoldTimer of RFC 9687.
import { restartKeepalive } from "../connection/fsm.ts";
import type { Connection } from "../connection/state.ts";
import { NEVER, pending } from "../connection/state.ts";
import { MessageType } from "../iana/message-type.ts";
import { encodeMessage, HEADER_LENGTH } from "../message/header.ts";
import type { ConnId, MessageCounters, Millis, SendResult } from "../session/io.ts";
import type { Context } from "./context.ts";
import { emit, find } from "./tell.ts";

export const CLOSED: SendResult = Object.freeze({ status: "closed" });
const BLOCKED: SendResult = Object.freeze({ status: "blocked" });

/** The counter of each message type. */
export const COUNTER_OF: Readonly<Record<number, Exclude<keyof MessageCounters, "octets">>> = {
  [MessageType.Open]: "open",
  [MessageType.Update]: "update",
  [MessageType.Notification]: "notification",
  [MessageType.Keepalive]: "keepalive",
  [MessageType.RouteRefresh]: "routeRefresh",
  [MessageType.Capability]: "capability",
};

export function submit(p: Context, now: Millis, conn: ConnId, type: number, body: Uint8Array): SendResult {
  const s = p.state;
  if (now > s.now) s.now = now;
  const c = find(p, conn);
  if (c === undefined || c.state !== "Established" || c.ended !== null) return CLOSED;
  const limit = c.negotiated!.maxMessageSent - HEADER_LENGTH;
  if (body.length > limit) return { status: "too-long", limit };
  const { sendHighWaterMark } = p.settings;
  if (pending(c) >= sendHighWaterMark) {
    c.blocked = true;
    return BLOCKED;
  }
  send(p, c, type, encodeMessage(type, body));
  if (type === MessageType.Update) restartKeepalive(p.owner, c);
  return { status: "sent", credit: Math.max(0, sendHighWaterMark - pending(c)) };
}

export function send(p: Context, c: Connection, type: number, message: Uint8Array): void {
  const s = p.state;
  s.sent[COUNTER_OF[type]!] += 1;
  s.sent.octets += message.length;
  c.unpolled += message.length;
  armSendHold(p, c);
  emit(p, { type: "write", conn: c.id, bytes: message });
}

export function polledWrite(p: Context, conn: ConnId, octets: number): void {
  const c = find(p, conn);
  if (c === undefined) return;
  c.unpolled -= octets;
  c.unsent += octets;
}

/** The driver's report. Progress restarts the SendHoldTimer; nothing left to send stops it (RFC 9687 section 4.3). */
export function unsent(p: Context, c: Connection, octets: number): void {
  if (octets < c.unsent) c.timers.sendHold = NEVER;
  c.unsent = octets;
  if (pending(c) > 0) armSendHold(p, c);
  if (c.blocked && pending(c) <= p.settings.sendHighWaterMark / 2) {
    c.blocked = false;
    emit(p, { type: "writable", conn: c.id });
  }
}

function armSendHold(p: Context, c: Connection): void {
  if (c.state !== "Established" || c.timers.sendHold !== NEVER) return;
  const { holdTime } = c.negotiated!;
  // RFC 9687 section 6: by default the greater of 8 minutes and 2 times the negotiated HoldTime.
  const time = p.settings.sendHoldTime ?? Math.max(480, 2 * holdTime) * 1000;
  if (time > 0 && holdTime > 0) c.timers.sendHold = p.state.now + time;
}
