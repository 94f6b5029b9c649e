// The BGP finite state machine of one TCP connection, in the order of RFC 4271 section 8.2.2; read it beside the RFC.
//
// RFC 4271 has one FSM that dials, listens and talks. Here the peer (peer/machine.ts) dials and listens: it owns Idle, the
// ConnectRetryTimer and the IdleHoldTimer, and Connect and Active as long as there is no TCP connection. Each TCP
// connection then has the part of the FSM that talks, and section 6.8 decides between several of them:
//
//   state        entered when               waits for                 left to
//   ---------    -----------------------    ----------------------    ------------------------------
//   Connect      our dial succeeded         DelayOpen, our answer     OpenSent, OpenConfirm, Idle, Active
//   Active       we accepted                DelayOpen, our answer     OpenSent, OpenConfirm, Idle
//   OpenSent     our OPEN is out            the peer's OPEN, BFD      OpenConfirm, Idle, Active
//   OpenConfirm  the peer's OPEN is good    the peer's KEEPALIVE      Established, Idle
//   Established  it came, nobody collides   anything                  Idle
//
// Each function below is one state; each case is one event of section 8.1 under its own name. Three departures from the
// text, each because every deployed implementation does so and the text contradicts another of its sections:
//   * a NOTIFICATION is never answered with one, in no state (section 6.4 against 8.2.2 OpenSent, event 25);
//   * a received NOTIFICATION or a lost connection does not damp our own side, the next dial is only delayed;
//   * the second connection of a collision is closed without touching the counters of the first.
import { NotificationCode, Cease, FsmError } from "../iana/notification-code.ts";
import { MessageType } from "../iana/message-type.ts";
import type { Fault } from "../fault.ts";
import { fault } from "../fault.ts";
import { encodeKeepalive, encodeMessage, MAX_EXTENDED_MESSAGE } from "../message/header.ts";
import { nextMessage } from "../message/framer.ts";
import { decodeNotification, encodeNotification, notificationText } from "../message/notification.ts";
import type { Notification } from "../message/notification.ts";
import { decodeOpen, encodeOpen } from "../message/open.ts";
import type { OpenMessage } from "../message/open.ts";
import { endOfRibIn, MAX_END_OF_RIB } from "../message/end-of-rib.ts";
import { decodeRouteRefresh } from "../message/route-refresh.ts";
import type { RouteRefresh } from "../message/route-refresh.ts";
import type { Capability } from "../message/capability.ts";
import { checkOpen } from "./check-open.ts";
import { familiesOf, includesFamily, negotiate } from "../session/negotiated.ts";
import { buildOpen, withoutCapabilities } from "./build-open.ts";
import type { Ending, Owner } from "./owner.ts";
import type { Connection } from "./state.ts";
import { NEVER, setHold } from "./state.ts";

/** The events of RFC 4271 section 8.1 (29 is RFC 9687's, those of BFD are draft-ietf-idr-bgp-bfd-strict-mode's) that concern a connection. */
export type ConnectionEvent =
  | {
      readonly name: "ManualStop" | "AutomaticStop";
      readonly notification: Notification | null;
      readonly ending: Pick<Ending, "why" | "text" | "next" | "idleHoldTime">;
    }
  | {
      readonly name:
        | "HoldTimer_Expires"
        | "KeepaliveTimer_Expires"
        | "DelayOpenTimer_Expires"
        | "SendHoldTimer_Expires"
        | "BfdHoldTimer_Expires";
    }
  | { readonly name: "TcpConnectionFails"; readonly text: string }
  | { readonly name: "BGPOpen"; readonly open: OpenMessage }
  | { readonly name: "BGPHeaderErr" | "BGPOpenMsgErr"; readonly fault: Fault }
  | { readonly name: "OpenCollisionDump" | "BfdUp" | "BfdAdminDown" }
  | { readonly name: "BfdDown"; readonly notification: Notification }
  | { readonly name: "NotifMsgVerErr" | "NotifMsg"; readonly notification: Notification }
  | { readonly name: "KeepAliveMsg" }
  | { readonly name: "UpdateMsg" }
  | ({
      readonly name: "UpdateMsgErr";
      readonly notification: Notification;
      readonly text: string;
    } & Pick<Ending, "idleHoldTime">)
  | { readonly name: "RouteRefreshMsg"; readonly refresh: RouteRefresh }
  | { readonly name: "RouteRefreshMsgErr"; readonly fault: Fault }
  | { readonly name: "CapabilityMsg" };

/** Lets one event happen to a connection. */
export function step(owner: Owner, c: Connection, event: ConnectionEvent): void {
  switch (c.state) {
    case "Connect":
    case "Active":
      return beforeOpen(owner, c, event);
    case "OpenSent":
      return openSent(owner, c, event);
    case "OpenConfirm":
      return openConfirm(owner, c, event);
    case "Established":
      return established(owner, c, event);
  }
}

/** RFC 4271 8.2.2, events 16 and 17 in Connect and Active: TCP is up. */
export function tcpIsUp(owner: Owner, c: Connection): void {
  const { delayOpenTime, openHoldTime } = owner.settings;
  setHold(c, owner.now() + openHoldTime);
  if (delayOpenTime > 0) c.timers.delayOpen = owner.now() + delayOpenTime * owner.jitter();
  else prepareOpen(owner, c);
}

/** Connect and Active with a TCP connection: our OPEN is not out yet, because of DelayOpen or of an unanswered question. */
function beforeOpen(owner: Owner, c: Connection, event: ConnectionEvent): void {
  const delaying = c.timers.delayOpen !== NEVER;
  const mayNotify = owner.settings.sendNotificationWithoutOpen;
  switch (event.name) {
    case "ManualStop": {
      const send = c.state === "Active" && delaying && mayNotify ? event.notification : null;
      return owner.end(c, { cause: event.name, ...event.ending, send, counts: false });
    }
    case "DelayOpenTimer_Expires":
      c.timers.delayOpen = NEVER;
      return prepareOpen(owner, c);
    case "TcpConnectionFails": {
      const next = c.state === "Connect" && delaying ? "active" : "retry";
      return owner.end(c, { ...lost(event.text), next, counts: next !== "active" });
    }
    case "BGPOpen":
      c.timers.delayOpen = NEVER;
      c.remoteOpen = event.open;
      return prepareOpen(owner, c);
    case "BGPHeaderErr":
    case "BGPOpenMsgErr":
      return owner.end(
        c,
        mayNotify ? refused(event.name, event.fault) : { ...refused(event.name, event.fault), send: null },
      );
    case "NotifMsgVerErr":
    case "NotifMsg":
      return owner.end(c, {
        ...notified(event.name, event.notification),
        counts: event.name === "NotifMsg" || !delaying,
      });
    case "OpenCollisionDump":
      return owner.end(c, mayNotify ? dumped() : { ...dumped(), send: null });
    case "AutomaticStop":
      return owner.end(c, { cause: event.name, ...event.ending, send: null, counts: true });
    case "UpdateMsgErr":
      return owner.end(c, { ...applicationRefused(event), send: null });
    default:
      return owner.end(c, {
        cause: causeOf(event),
        why: event.name === "HoldTimer_Expires" ? "timer" : "local",
        text: `${event.name} before our OPEN was sent`,
        send: null,
        next: "damp",
        counts: true,
      });
  }
}

/** OpenSent: waits for the peer's OPEN, and then perhaps for BFD. */
function openSent(owner: Owner, c: Connection, event: ConnectionEvent): void {
  switch (event.name) {
    case "ManualStop":
    case "AutomaticStop":
      return owner.end(c, stopped(event));
    case "HoldTimer_Expires":
      return owner.end(c, holdExpired(c.awaitsBfd ? "BFD did not come up" : "no OPEN came"));
    case "TcpConnectionFails":
      return owner.end(c, { ...lost(event.text), next: "active" });
    case "BGPOpen":
      if (c.awaitsBfd) break;
      c.remoteOpen = event.open;
      return judgeOpen(owner, c);
    case "BGPHeaderErr":
    case "BGPOpenMsgErr":
      return owner.end(c, refused(event.name, event.fault));
    case "UpdateMsgErr":
      return owner.end(c, { ...applicationRefused(event), cause: "BGPOpenMsgErr" });
    case "OpenCollisionDump":
      return owner.end(c, dumped());
    case "NotifMsgVerErr":
    case "NotifMsg":
      return owner.end(c, notified(event.name, event.notification));
    case "KeepAliveMsg":
      if (!c.awaitsBfd) break;
      // BFD is up for the peer already. The HoldTimer runs on, so that the wait has an end.
      c.confirmed = true;
      return;
    case "BfdUp":
    case "BfdAdminDown":
      c.awaitsBfd = false;
      c.timers.bfdHold = NEVER;
      return confirmOpen(owner, c, event.name);
    case "BfdHoldTimer_Expires":
      return owner.end(c, bfdLost(event.name, "BFD did not come up", bfdDown(), true));
  }
  owner.end(c, unexpected(event, FsmError.UnexpectedMessageInOpenSent, "OpenSent"));
}

/** OpenConfirm: waits for the peer's KEEPALIVE. */
function openConfirm(owner: Owner, c: Connection, event: ConnectionEvent): void {
  switch (event.name) {
    case "ManualStop":
    case "AutomaticStop":
      return owner.end(c, stopped(event));
    case "HoldTimer_Expires":
      return owner.end(c, holdExpired("no KEEPALIVE came after the OPEN"));
    case "KeepaliveTimer_Expires":
      return sendKeepalive(owner, c);
    case "TcpConnectionFails":
      return owner.end(c, lost(event.text));
    case "NotifMsgVerErr":
    case "NotifMsg":
      return owner.end(c, notified(event.name, event.notification));
    case "BGPHeaderErr":
    case "BGPOpenMsgErr":
      return owner.end(c, refused(event.name, event.fault));
    case "UpdateMsgErr":
      return owner.end(c, applicationRefused(event));
    case "OpenCollisionDump":
      return owner.end(c, dumped());
    case "KeepAliveMsg":
      // The peer decides whether that is Established: an opposite connection may still win.
      c.confirmed = true;
      return restartHold(owner, c);
    case "BfdDown":
      return owner.end(c, bfdLost(event.name, "BFD has lost the peer", event.notification, false));
    default:
      return owner.end(c, unexpected(event, FsmError.UnexpectedMessageInOpenConfirm, "OpenConfirm"));
  }
}

/** Established: UPDATEs flow. They do not come this way: see `receive`. */
function established(owner: Owner, c: Connection, event: ConnectionEvent): void {
  switch (event.name) {
    case "ManualStop":
    case "AutomaticStop":
      return owner.end(c, stopped(event));
    case "HoldTimer_Expires":
      return owner.end(c, holdExpired(`nothing came for ${c.negotiated!.holdTime} s`));
    case "SendHoldTimer_Expires":
      return owner.end(c, {
        cause: event.name,
        why: "timer",
        text: "nothing could be sent for the send hold time (RFC 9687)",
        send: { code: NotificationCode.SendHoldTimerExpired, subcode: 0, data: new Uint8Array(0) },
        next: "damp",
        counts: true,
      });
    case "KeepaliveTimer_Expires":
      return sendKeepalive(owner, c);
    case "OpenCollisionDump":
      return owner.end(c, dumped());
    case "NotifMsgVerErr":
    case "NotifMsg":
      // Unlike in the states before, a version error counts as well.
      return owner.end(c, { ...notified("NotifMsg", event.notification), cause: event.name });
    case "TcpConnectionFails":
      return owner.end(c, lost(event.text));
    case "KeepAliveMsg":
      return restartHold(owner, c);
    case "UpdateMsgErr":
      return owner.end(c, applicationRefused(event));
    case "BGPHeaderErr":
    case "RouteRefreshMsgErr":
      return owner.end(c, refused(causeOf(event), event.fault));
    case "RouteRefreshMsg":
      return routeRefresh(owner, c, event.refresh);
    case "CapabilityMsg": {
      const wrong = owner.capabilities(c);
      return wrong === null ? undefined : owner.end(c, refused(event.name, wrong));
    }
    case "BfdDown":
      return owner.end(c, bfdLost(event.name, "BFD has lost the peer", event.notification, false));
    default:
      return owner.end(c, unexpected(event, FsmError.UnexpectedMessageInEstablished, "Established"));
  }
}

/**
 * Reads the next whole message of a connection and lets it happen. False when there is none.
 *
 * Messages that cannot be decoded become the events 21, 22 and their kin.
 */
export function receive(owner: Owner, c: Connection): boolean {
  const { framer } = c;
  const dynamic = c.negotiated?.dynamicCapability === true;
  const got = nextMessage(framer, c.maxReceived, dynamic ? MessageType.Capability : MessageType.RouteRefresh);
  if (got === "none") {
    c.readable = false;
    return false;
  }
  if (got !== "message") {
    step(owner, c, { name: "BGPHeaderErr", fault: got });
    return true;
  }
  owner.received(framer.type);
  if (c.confirmed && !c.awaitsBfd) useDecides(owner, c, framer.type);
  switch (framer.type) {
    case MessageType.Update:
      if (c.state !== "Established") {
        step(owner, c, { name: "UpdateMsg" });
        break;
      }
      restartHold(owner, c);
      owner.emit({ type: "update", conn: c.id, buffer: framer.buffer, start: framer.start, end: framer.end });
      // Hardly any other UPDATE is as short.
      if (framer.end - framer.start <= MAX_END_OF_RIB) {
        const family = endOfRibIn(framer);
        if (family !== null) owner.endOfRib(c, family);
      }
      break;
    case MessageType.Keepalive:
      step(owner, c, { name: "KeepAliveMsg" });
      break;
    case MessageType.Open: {
      if (c.remoteOpen !== null) {
        // A second OPEN is out of place whatever is in it (RFC 6608 section 4.2 and 4.3).
        step(owner, c, { name: "BGPOpen", open: c.remoteOpen });
        break;
      }
      const open = decodeOpen(framer);
      if (open.ok) owner.emit({ type: "open", conn: c.id, direction: "received", open: open.value });
      step(owner, c, open.ok ? { name: "BGPOpen", open: open.value } : { name: "BGPOpenMsgErr", fault: open.fault });
      break;
    }
    case MessageType.Notification: {
      // None without code and subcode comes through the framer.
      const notification = decodeNotification(framer)!;
      const version = notification.code === NotificationCode.OpenMessageError && notification.subcode === 1;
      step(owner, c, { name: version ? "NotifMsgVerErr" : "NotifMsg", notification });
      break;
    }
    case MessageType.Capability:
      step(owner, c, { name: "CapabilityMsg" });
      break;
    default: {
      const refresh = decodeRouteRefresh(framer, c.negotiated?.enhancedRouteRefresh === true);
      step(
        owner,
        c,
        refresh.ok
          ? { name: "RouteRefreshMsg", refresh: refresh.value }
          : { name: "RouteRefreshMsgErr", fault: refresh.fault },
      );
    }
  }
  return true;
}

/**
 * A connection held back for a collision is read on: a KEEPALIVE restarts its hold timer and a NOTIFICATION ends it, as in
 * OpenConfirm. Anything that is sent only in Established says that the peer has made its choice.
 */
function useDecides(owner: Owner, c: Connection, type: number): void {
  if (type === MessageType.Update) owner.chosen(c, "UpdateMsg");
  else if (type === MessageType.RouteRefresh) owner.chosen(c, "RouteRefreshMsg");
  else if (type === MessageType.Capability) owner.chosen(c, "CapabilityMsg");
}

/** Our OPEN is due: ask for its capabilities or send it. */
function prepareOpen(owner: Owner, c: Connection): void {
  const capabilities = owner.openParameters(c);
  if (capabilities === null) c.question = "openParameters";
  else openWith(owner, c, capabilities);
}

/** The capabilities of our OPEN are known: it goes out. Where the peer's came first (event 20) it is judged at once. */
export function openWith(owner: Owner, c: Connection, capabilities: readonly Capability[]): void {
  c.question = null;
  const built = buildOpen(owner.settings, capabilities, owner.restartState());
  const open = owner.refusesCapabilities() ? withoutCapabilities(owner.settings, built) : built;
  c.localOpen = open;
  if (open.capabilities.some((capability) => capability.name === "extendedMessage"))
    c.maxReceived = MAX_EXTENDED_MESSAGE;
  setHold(c, owner.now() + owner.settings.openHoldTime);
  c.state = "OpenSent";
  owner.send(c, MessageType.Open, encodeMessage(MessageType.Open, encodeOpen(open)));
  owner.emit({ type: "open", conn: c.id, direction: "sent", open });
  if (c.remoteOpen !== null) judgeOpen(owner, c);
  else if (owner.settings.delayOpenTime > 0) owner.changed(c, "DelayOpenTimer_Expires");
  else owner.changed(c, c.direction === "outbound" ? "Tcp_CR_Acked" : "TcpConnectionConfirmed");
}

/** RFC 4271 6.2: both OPENs are there. Refuse, ask the application, or accept. */
function judgeOpen(owner: Owner, c: Connection): void {
  const localOpen = c.localOpen!;
  const remoteOpen = c.remoteOpen!;
  const wrong = checkOpen(owner.settings, localOpen, remoteOpen, owner.knownIdentifier());
  if (wrong !== null) return owner.end(c, refused("BGPOpenMsgErr", wrong));
  c.negotiated = negotiate(localOpen, remoteOpen);
  if (!owner.settings.askOpenVerdict) return acceptOpen(owner, c);
  c.question = "openVerdict";
  owner.changed(c, "BGPOpen");
  const { endpoints, negotiated } = c;
  owner.emit({ type: "ask", question: "openVerdict", conn: c.id, endpoints, open: remoteOpen, negotiated });
}

/** Events 19 and 20 of a valid OPEN: collision detection (6.8), then KEEPALIVE and OpenConfirm, or a wait for BFD. */
export function acceptOpen(owner: Owner, c: Connection): void {
  const { bfdStrict, holdTime } = c.negotiated!;
  c.question = null;
  if (owner.losesCollision(c)) return step(owner, c, { name: "OpenCollisionDump" });
  if (bfdStrict && !owner.bfdPermits()) {
    // draft-ietf-idr-bgp-bfd-strict-mode: OpenSent goes on without a KEEPALIVE, for the hold time or, where that is 0, another.
    c.awaitsBfd = true;
    setHold(c, NEVER);
    restartHold(owner, c);
    if (holdTime === 0) c.timers.bfdHold = owner.now() + owner.settings.bfdHoldTime;
  } else confirmOpen(owner, c, "BGPOpen");
  owner.dumpSiblings(c);
}

function confirmOpen(owner: Owner, c: Connection, cause: Ending["cause"]): void {
  c.state = "OpenConfirm";
  setHold(c, NEVER);
  restartHold(owner, c);
  sendKeepalive(owner, c);
  owner.changed(c, cause);
}

/** RFC 4271 4.4: a KEEPALIVE now; one, however late we are. */
function sendKeepalive(owner: Owner, c: Connection): void {
  owner.send(c, MessageType.Keepalive, encodeKeepalive());
  restartKeepalive(owner, c);
}

/**
 * A KEEPALIVE or an UPDATE was sent, and nothing else: the peer's hold timer waits for these two (RFC 4271 8.2.2 Established). The
 * next comes after a third of the hold time, jittered anew each time (section 10), and never under a second (section 4.4).
 */
export function restartKeepalive(owner: Owner, c: Connection): void {
  const seconds = c.negotiated!.keepaliveTime;
  if (seconds > 0) c.timers.keepalive = owner.now() + Math.max(1000, seconds * 1000 * owner.jitter());
}

/** A KEEPALIVE or an UPDATE came. With hold time 0 the timer never runs (RFC 4271 4.2). */
function restartHold(owner: Owner, c: Connection): void {
  const seconds = c.negotiated!.holdTime;
  if (seconds > 0) setHold(c, owner.now() + seconds * 1000);
}

/** RFC 2918 section 4: a refresh of a family that we did not offer is ignored. RFC 7313 section 5: so is a subtype that does not exist. */
function routeRefresh(owner: Owner, c: Connection, refresh: RouteRefresh): void {
  const { afi, safi, subtype, body } = refresh;
  if (!includesFamily(familiesOf(c.localOpen!.capabilities), refresh) || subtype > 2) return;
  owner.emit({ type: "refresh", conn: c.id, afi, safi, subtype, body });
  if (subtype > 0) owner.refreshed(c, { afi, safi }, subtype);
}

// How connections end: one function for each kind of ending.

function stopped(event: Extract<ConnectionEvent, { name: "ManualStop" | "AutomaticStop" }>): Ending {
  return { cause: event.name, ...event.ending, send: event.notification, counts: event.name === "AutomaticStop" };
}

function holdExpired(text: string): Ending {
  const send = { code: NotificationCode.HoldTimerExpired, subcode: 0, data: new Uint8Array(0) };
  return {
    cause: "HoldTimer_Expires",
    why: "timer",
    text: `hold timer expired: ${text}`,
    send,
    next: "damp",
    counts: true,
  };
}

function lost(text: string): Ending {
  return { cause: "TcpConnectionFails", why: "transport", text, send: null, next: "retry", counts: true };
}

function refused(cause: Ending["cause"], { code, subcode, data, reason }: Fault): Ending {
  return { cause, why: "local", text: reason, send: { code, subcode, data }, next: "damp", counts: true };
}

function applicationRefused(event: Extract<ConnectionEvent, { name: "UpdateMsgErr" }>): Ending {
  return {
    cause: event.name,
    why: "application",
    text: event.text,
    send: event.notification,
    next: "damp",
    ...(event.idleHoldTime !== undefined && { idleHoldTime: event.idleHoldTime }),
    counts: true,
  };
}

/** RFC 9384: Cease/BFD Down. */
export function bfdDown(): Notification {
  return { code: NotificationCode.Cease, subcode: Cease.BfdDown, data: new Uint8Array(0) };
}

function bfdLost(cause: Ending["cause"], text: string, send: Notification, counts: boolean): Ending {
  return { cause, why: "bfd", text, send, next: "retry", counts };
}

function dumped(): Ending {
  const send = { code: NotificationCode.Cease, subcode: Cease.ConnectionCollisionResolution, data: new Uint8Array(0) };
  return {
    cause: "OpenCollisionDump",
    why: "collision",
    text: "another connection of this peer won",
    send,
    next: "redial",
    counts: false,
  };
}

function notified(cause: "NotifMsgVerErr" | "NotifMsg", notification: Notification): Ending {
  const collision =
    notification.code === NotificationCode.Cease && notification.subcode === Cease.ConnectionCollisionResolution;
  return {
    cause,
    why: "remote",
    text: `received ${notificationText(notification)}`,
    send: null,
    received: notification,
    next: collision ? "redial" : "retry",
    counts: cause === "NotifMsg" && !collision,
  };
}

/** RFC 6608: the subcode tells the state, the data octet the message type; 5/0 where it was no message. */
function unexpected(event: ConnectionEvent, subcode: number, state: string): Ending {
  const type = MESSAGE_OF_EVENT[event.name];
  const wrong =
    type === undefined
      ? fault(NotificationCode.FsmError, FsmError.Unspecified, `${event.name} in ${state}`)
      : fault(NotificationCode.FsmError, subcode, `unexpected message type ${type} in ${state}`, Uint8Array.of(type));
  return refused(causeOf(event), wrong);
}

const MESSAGE_OF_EVENT: Readonly<Partial<Record<ConnectionEvent["name"], number>>> = {
  BGPOpen: MessageType.Open,
  UpdateMsg: MessageType.Update,
  KeepAliveMsg: MessageType.Keepalive,
  RouteRefreshMsg: MessageType.RouteRefresh,
  RouteRefreshMsgErr: MessageType.RouteRefresh,
  CapabilityMsg: MessageType.Capability,
};

function causeOf(event: ConnectionEvent): Ending["cause"] {
  return event.name === "RouteRefreshMsgErr" ? "RouteRefreshMsg" : event.name;
}

/** Sends a NOTIFICATION; the caller closes. RFC 8654 section 5: of no more than 4096 octets unless the peer takes longer ones. */
export function sendNotification(owner: Owner, c: Connection, notification: Notification): void {
  const body = encodeNotification(notification, c.negotiated?.maxMessageSent);
  owner.send(c, MessageType.Notification, encodeMessage(MessageType.Notification, body));
  owner.emit({ type: "notified", conn: c.id, direction: "sent", notification });
}
