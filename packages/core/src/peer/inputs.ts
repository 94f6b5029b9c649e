// What each input does to a peer. The administrative events of RFC 4271 section 8.1.2 are here.
import { ConfigError } from "../fault.ts";
import { buildOpen } from "../connection/build-open.ts";
import { acceptOpen, openWith, step } from "../connection/fsm.ts";
import type { Connection } from "../connection/state.ts";
import { NEVER, newConnection } from "../connection/state.ts";
import { Cease, NotificationCode } from "../iana/notification-code.ts";
import { pushChunk } from "../message/framer.ts";
import { encodeNotification } from "../message/notification.ts";
import type { Notification } from "../message/notification.ts";
import { encodeOpen } from "../message/open.ts";
import { show } from "../session/check-field.ts";
import type { BfdStatus, Cause, ConnId, Millis, PeerInput } from "../session/io.ts";
import { bfd } from "./bfd.ts";
import { accept, adopt } from "./connections.ts";
import type { Context } from "./context.ts";
import { beginDeferral, endDeferral } from "./deferral.ts";
import { dial, dialFailed, dialWaits, redialDelay } from "./dialling.ts";
import { cease, halt } from "./ending.ts";
import { dropStale } from "./retention.ts";
import { unsent } from "./sending.ts";
import { emit, find, tellState } from "./tell.ts";

const BFD_STATUSES: ReadonlySet<BfdStatus> = new Set(["up", "down", "adminDown"]);

/** Milliseconds the hold timer has at least when the application reads again. */
const HOLD_GRACE = 10_000;

export function checkInput(p: Context, input: PeerInput): void {
  switch (input.type) {
    case "accepted":
      if (input.conn % 2 === 1 && !isKnown(p, input.conn)) return;
      throw new ConfigError(
        "unknown-connection",
        "conn",
        `an accepted connection needs a new odd number, not ${input.conn}`,
      );
    case "openParameters":
      return void encodeOpen(buildOpen(p.settings, input.capabilities, p.owner.restartState()));
    case "openVerdict":
      if (input.reject !== null) encodeNotification(input.reject);
      return;
    case "fail":
      checkIdleHoldTime(input.idleHoldTime);
      return void encodeNotification(input.notification);
    case "bfd":
      if (BFD_STATUSES.has(input.status)) return;
      throw new ConfigError(
        "invalid-value",
        "status",
        `${show(input.status)} is none; give "up", "down" or "adminDown"`,
      );
    case "stop":
    case "reset":
      if (input.notification) encodeNotification(input.notification);
  }
}

function checkIdleHoldTime(time: Millis | null | undefined): void {
  if (time === undefined || time === null || (Number.isFinite(time) && time >= 0)) return;
  throw new ConfigError("invalid-value", "idleHoldTime", `${time} is not a time; give 0 or more, or null`);
}

/** Is there such a connection, or will there be one when the inputs have been taken? */
function isKnown(p: Context, conn: ConnId): boolean {
  return find(p, conn) !== undefined || p.state.inputs.some((one) => one.type === "accepted" && one.conn === conn);
}

export function take(p: Context, input: PeerInput): void {
  const s = p.state;
  switch (input.type) {
    case "start":
      return start(p, input.automatic === true ? "AutomaticStart" : "ManualStart");
    case "stop":
      return stop(p, input.notification === undefined ? cease(Cease.AdministrativeShutdown) : input.notification);
    case "reset":
      return reset(p, input.notification ?? cease(Cease.AdministrativeReset));
    case "connected":
      if (s.dialling !== input.conn) return;
      s.dialling = null;
      s.connectRetry = NEVER;
      return adopt(p, newConnection(input.conn, "outbound", input.endpoints));
    case "accepted":
      return accept(p, input.conn, input.endpoints);
    case "bfd":
      return bfd(p, input);
    case "dialFailed":
      return dialFailed(p, input.conn, input.reason);
    case "dialWaits":
      return dialWaits(p, input.conn, input.on);
    case "tick":
      return; // Only a moment in time: never queued.
  }
  const c = find(p, input.conn);
  if (c === undefined) return;
  switch (input.type) {
    case "bytes":
      s.received.octets += input.chunk.length;
      pushChunk(c.framer, input.chunk);
      c.readable = true;
      return;
    case "eof":
      c.ended ??= "the peer closed the connection";
      return;
    case "closed":
      c.ended ??= input.reason;
      return;
    case "unsent":
      return unsent(p, c, input.bytes);
    case "openParameters":
      if (c.question === "openParameters") openWith(p.owner, c, input.capabilities);
      return;
    case "openVerdict":
      if (c.question !== "openVerdict") return;
      if (input.reject === null) return acceptOpen(p.owner, c);
      return applicationFails(p, c, input.reject, "the application refused the OPEN");
    case "fail":
      return fail(p, c, input);
    case "read":
      return setReading(p, c, input.on);
  }
}

function start(p: Context, cause: "ManualStart" | "AutomaticStart"): void {
  const s = p.state;
  if (s.mode === "running") return;
  // RFC 4271 8.1.1: an automatic start waits for the IdleHoldTimer, an operator's does not.
  if (s.mode === "holding" && cause === "AutomaticStart") return;
  s.connectRetryCounter = 0;
  s.errorsInRow = 0;
  run(p, cause);
}

/** Leaves Idle: dials, or only listens (RFC 4271 8.2.2 Idle, events 1 and 3 to 7). */
export function run(p: Context, cause: Cause): void {
  const s = p.state;
  s.mode = "running";
  s.idleHold = NEVER;
  beginDeferral(p);
  if (!p.settings.passive) dial(p);
  tellState(p, cause, null);
}

function stop(p: Context, notification: Notification | null): void {
  const s = p.state;
  const was = s.mode;
  halt(p, notification, "stopped by the operator");
  giveUp(p);
  s.mode = "stopped";
  tellState(p, "ManualStop", null);
  if (was !== "stopped") emit(p, { type: "idle", until: null, why: "stopped by the operator" });
}

/** Nobody waits for the peer any more. */
function giveUp(p: Context): void {
  dropStale(p, "stopped");
  endDeferral(p, "stopped");
}

function reset(p: Context, notification: Notification): void {
  const s = p.state;
  if (s.mode === "stopped") return;
  halt(p, notification, "reset by the operator");
  s.mode = "stopped";
  tellState(p, "ManualStop", null);
  s.mode = "running";
  s.connectRetry = p.settings.passive ? NEVER : s.now + redialDelay(p);
  tellState(p, "ManualStart", null);
}

/** The application ends a session, and the peer stays in Idle for the time that it wants, if it wants one. */
function fail(p: Context, c: Connection, input: Extract<PeerInput, { type: "fail" }>): void {
  const { notification, reason = "the application ended the session", idleHoldTime } = input;
  if (idleHoldTime === undefined) return applicationFails(p, c, notification, reason);
  // Another connection would be a session at once.
  for (const sibling of p.state.connections.filter((one) => one !== c)) {
    const ending = { why: "application", text: reason, next: "stay" } as const;
    step(p.owner, sibling, { name: "AutomaticStop", notification: cease(Cease.ConnectionRejected), ending });
  }
  applicationFails(p, c, notification, reason, { next: "damp", idleHoldTime });
  if (idleHoldTime === null) giveUp(p);
}

function applicationFails(
  p: Context,
  c: Connection,
  notification: Notification,
  text: string,
  then?: { readonly next: "damp"; readonly idleHoldTime: Millis | null },
): void {
  // A Cease is the application's wish (event 8); anything else blames the peer (event 28, or 22 before that). Too many
  // prefixes and want of resources last, so the peer is damped for them; after any other wish it may come again.
  const { code, subcode } = notification;
  if (code === NotificationCode.Cease) {
    const lasting = subcode === Cease.MaximumPrefixesReached || subcode === Cease.OutOfResources;
    const next = lasting ? "damp" : "retry";
    step(p.owner, c, { name: "AutomaticStop", notification, ending: { why: "application", text, next, ...then } });
  } else {
    const own = then === undefined ? {} : { idleHoldTime: then.idleHoldTime };
    step(p.owner, c, { name: "UpdateMsgErr", notification, text, ...own });
  }
}

function setReading(p: Context, c: Connection, on: boolean): void {
  if (c.paused !== on) return;
  c.paused = !on;
  if (!on) {
    c.pausedHold = c.timers.hold;
    c.timers.hold = NEVER;
  } else if (c.pausedHold !== NEVER) {
    c.timers.hold = Math.max(c.pausedHold, p.state.now + HOLD_GRACE);
  }
}
