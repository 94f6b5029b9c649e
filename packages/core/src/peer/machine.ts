// One BGP peer as a pure machine: it dials and listens, holds any number of TCP connections, resolves their collisions
// and tells what is to be done. It never touches a socket, a clock, a timer or user code.
//
// THE RULE OF USE: after every `handle` (and after every `sendUpdate`), call `poll` until it returns null and carry out
// each output in order; then call `handle(now, { type: "tick" })` no later than `deadline()`.
//
//   machine.handle(clock(), { type: "bytes", conn, chunk });
//   for (let out = machine.poll(); out !== null; out = machine.poll()) carryOut(out);
//   arm(machine.deadline());
//
// `poll` does one thing a time: queued outputs, then queued inputs, then the next message of a connection, then one timer
// that is due. Not polling is back-pressure; deciding about UPDATE 1 before polling UPDATE 2 is how it is refused.
import { ConfigError } from "../fault.ts";
import { Cease, NotificationCode } from "../iana/notification-code.ts";
import { MessageType } from "../iana/message-type.ts";
import type { Capability } from "../message/capability.ts";
import { encodeMessage, HEADER_LENGTH } from "../message/header.ts";
import { pushChunk } from "../message/framer.ts";
import { encodeNotification } from "../message/notification.ts";
import { encodeOpen } from "../message/open.ts";
import type { Notification } from "../message/notification.ts";
import { encodeRouteRefresh } from "../message/route-refresh.ts";
import { buildOpen } from "../connection/build-open.ts";
import { collisionLoser, localDominates } from "../connection/collision.ts";
import { acceptOpen, openWith, receive, sendNotification, step, tcpIsUp } from "../connection/fsm.ts";
import { deepFreeze, includesFamily } from "../session/negotiated.ts";
import type { Ending, Owner } from "../connection/owner.ts";
import type { Connection, ConnectionTimers } from "../connection/state.ts";
import { earliest, mayRead, NEVER, newConnection, pending } from "../connection/state.ts";
import type { PeerSettings } from "../session/check-options.ts";
import { resolvePeerOptions } from "../session/check-options.ts";
import type {
  Cause,
  CloseReason,
  ConnId,
  Endpoints,
  Millis,
  PeerInput,
  PeerOutput,
  PeerView,
  SendResult,
  State,
} from "../session/io.ts";
import type { PeerOptions } from "../session/options.ts";
import { nextRandom, uniform } from "./random.ts";
import { copyPlain, newPeerState } from "./state.ts";
import type { PeerState } from "./state.ts";
import { viewOf } from "./view.ts";

/** Accepted connections that have not shown their OPEN; of more, the oldest goes. */
const MAX_PENDING_INBOUND = 4;

/** Milliseconds the hold timer has at least when the application reads again. */
const HOLD_GRACE = 10_000;

/** Milliseconds of head start for the dominant side after a collision. */
const YIELD_TO_DOMINANT = 1000;

/** What the machine takes from outside instead of drawing it. */
export interface Environment {
  /** The speaker's BGP Identifier, where the peer's options have none. */
  readonly routerId: string;
  /** Any 32-bit integer: the seed of all jitter. */
  readonly seed: number;
}

/** A machine's whole state: structured-clonable, to be given to `PeerMachine.restore` and to nothing else. */
export interface PeerSnapshot {
  readonly version: 1;
  readonly state: PeerState;
}

/** @example const machine = new PeerMachine({ remoteAddress: "192.0.2.2", remoteAs: 65002, localAs: 65001 }, { routerId: "192.0.2.1", seed: 1 }) */
export class PeerMachine {
  readonly settings: PeerSettings;
  #state: PeerState;
  readonly #owner: Owner;

  /** @throws ConfigError that names the field, for options that cannot be. */
  constructor(options: PeerOptions, environment: Environment) {
    this.settings = resolvePeerOptions(options, environment.routerId);
    encodeOpen(buildOpen(this.settings, this.settings.capabilities));
    this.#state = newPeerState(environment.seed);
    this.#owner = this.#makeOwner();
  }

  /**
   * Tells the machine that something happened. Inputs about connections that are gone are ignored.
   *
   * @throws ConfigError for a mistake of the caller: an accepted connection whose number is even or in use, capabilities
   *   that fit no OPEN, a NOTIFICATION that cannot be encoded. Never for what a peer sent.
   */
  handle(now: Millis, input: PeerInput): void {
    const s = this.#state;
    if (now > s.now) s.now = now;
    if (input.type === "tick") return;
    this.#checkInput(input);
    s.inputs.push(input);
  }

  #checkInput(input: PeerInput): void {
    switch (input.type) {
      case "accepted":
        if (input.conn % 2 === 1 && this.#find(input.conn) === undefined) return;
        throw new ConfigError(
          "unknown-connection",
          "conn",
          `an accepted connection needs a new odd number, not ${input.conn}`,
        );
      case "openParameters":
        return void encodeOpen(buildOpen(this.settings, input.capabilities));
      case "openVerdict":
        if (input.reject !== null) encodeNotification(input.reject);
        return;
      case "stop":
      case "reset":
      case "fail":
        if (input.notification !== undefined) encodeNotification(input.notification);
    }
  }

  /** The next thing to do, or null when there is nothing more at this time. */
  poll(): PeerOutput | null {
    const s = this.#state;
    for (;;) {
      const output = s.outputs[s.polled];
      if (output !== undefined) {
        s.polled += 1;
        if (output.type === "write") this.#polledWrite(output.conn, output.bytes.length);
        return output;
      }
      if (s.polled > 0) {
        s.outputs.length = 0;
        s.polled = 0;
      }
      const input = s.inputs.shift();
      if (input !== undefined) this.#take(input);
      else if (!this.#readOne() && !this.#expireOne()) return null;
      this.#settle();
    }
  }

  /** When the machine wants to be ticked: the last `now` while `poll` has work, else its earliest timer, null for never. */
  deadline(): Millis | null {
    const s = this.#state;
    if (s.polled < s.outputs.length || s.inputs.length > 0 || s.connections.some(hasWork)) return s.now;
    let at = Math.min(s.connectRetry, s.idleHold);
    for (const c of s.connections) at = Math.min(at, earliest(c.timers));
    return at === NEVER ? null : Math.max(at, s.now);
  }

  /** Should the driver read from this connection? False: pause the socket. Ask after each drain. */
  wantsRead(conn: ConnId): boolean {
    const c = this.#find(conn);
    return c !== undefined && !c.readable && !c.paused && c.ended === null;
  }

  /** Hands over the body of an UPDATE; the bytes are copied. `blocked` is followed by the output `writable`. */
  sendUpdate(now: Millis, conn: ConnId, body: Uint8Array): SendResult {
    return this.#submit(now, conn, MessageType.Update, body);
  }

  /** Asks for the peer's routes (RFC 2918). `closed` also where the peer cannot or the family is not agreed. */
  sendRouteRefresh(now: Millis, conn: ConnId, afi: number, safi: number, subtype = 0): SendResult {
    const agreed = this.#find(conn)?.negotiated;
    const able = subtype === 0 ? agreed?.routeRefresh : agreed?.enhancedRouteRefresh;
    if (!agreed || able !== true || !includesFamily(agreed.families, { afi, safi })) return { status: "closed" };
    const body = encodeRouteRefresh({ afi, safi, subtype, body: new Uint8Array(0) });
    return this.#submit(now, conn, MessageType.RouteRefresh, body);
  }

  /** What can be seen of the peer: plain, frozen. */
  view(): PeerView {
    return viewOf(this.#state);
  }

  /** The whole state; the machine can go on while the snapshot is kept. */
  snapshot(): PeerSnapshot {
    return { version: 1, state: copyPlain(this.#state) };
  }

  /** A machine that goes on bit-exactly where the snapshot was taken, given the same options. */
  static restore(options: PeerOptions, environment: Environment, snapshot: PeerSnapshot): PeerMachine {
    const machine = new PeerMachine(options, environment);
    machine.#state = copyPlain(snapshot.state);
    for (const c of machine.#state.connections) deepFreeze(c.negotiated);
    return machine;
  }

  #makeOwner(): Owner {
    return {
      settings: this.settings,
      now: () => this.#state.now,
      emit: (output) => this.#emit(output),
      received: (type) => void (this.#state.received[COUNTER_OF[type]!] += 1),
      send: (c, type, message) => this.#send(c, type, message),
      jitter: () => this.#jitter(),
      changed: (c, cause) => this.#tellState(cause, c.id),
      end: (c, ending) => this.#end(c, ending),
      openParameters: (c) => this.#openParameters(c),
      knownIdentifier: (c) => this.#knownIdentifier(c),
      losesCollision: (c) => this.#losesCollision(c),
      dumpSiblings: (c) => this.#dumpSiblings(c),
      confirmed: (c) => this.#establishUnlessContested(c),
    };
  }

  // Inputs.

  #take(input: PeerInput): void {
    const s = this.#state;
    switch (input.type) {
      case "start":
        return this.#start(input.automatic === true ? "AutomaticStart" : "ManualStart");
      case "stop":
        return this.#stop(input.notification ?? cease(Cease.AdministrativeShutdown));
      case "reset":
        return this.#reset(input.notification ?? cease(Cease.AdministrativeReset));
      case "connected":
        if (s.dialling !== input.conn) return;
        s.dialling = null;
        s.connectRetry = NEVER;
        return this.#adopt(newConnection(input.conn, "outbound", input.endpoints));
      case "accepted":
        return this.#accept(input.conn, input.endpoints);
      case "dialFailed":
        return this.#dialFailed(input.conn, input.reason);
      case "tick":
        return; // Only a moment in time: never queued.
    }
    const c = this.#find(input.conn);
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
        return this.#unsent(c, input.bytes);
      case "openParameters":
        if (c.question === "openParameters") openWith(this.#owner, c, input.capabilities);
        return;
      case "openVerdict":
        if (c.question !== "openVerdict") return;
        if (input.reject === null) return acceptOpen(this.#owner, c);
        return this.#applicationFails(c, input.reject, "the application refused the OPEN");
      case "fail":
        return this.#applicationFails(c, input.notification, input.reason ?? "the application ended the session");
      case "read":
        return this.#setReading(c, input.on);
    }
  }

  #start(cause: Cause): void {
    const s = this.#state;
    if (s.mode === "running") return;
    s.connectRetryCounter = 0;
    s.errorsInRow = 0;
    this.#run(cause);
  }

  /** Leaves Idle: dials, or only listens (RFC 4271 8.2.2 Idle, events 1 and 3 to 7). */
  #run(cause: Cause): void {
    const s = this.#state;
    s.mode = "running";
    s.idleHold = NEVER;
    if (!this.settings.passive) this.#dial();
    this.#tellState(cause, null);
  }

  #stop(notification: Notification): void {
    const s = this.#state;
    const was = s.mode;
    this.#halt(notification, "stopped by the operator");
    s.mode = "stopped";
    this.#tellState("ManualStop", null);
    if (was !== "stopped") this.#emit({ type: "idle", until: null, why: "stopped by the operator" });
  }

  #reset(notification: Notification): void {
    const s = this.#state;
    if (s.mode === "stopped") return;
    this.#halt(notification, "reset by the operator");
    s.mode = "stopped";
    this.#tellState("ManualStop", null);
    s.mode = "running";
    s.connectRetry = this.settings.passive ? NEVER : s.now + this.#redialDelay();
    this.#tellState("ManualStart", null);
  }

  /** Ends every connection and the dial, as an administrator wants it (event 2). */
  #halt(notification: Notification, text: string): void {
    const s = this.#state;
    for (const c of s.connections.slice()) {
      step(this.#owner, c, { name: "ManualStop", notification, ending: { why: "administrative", text, next: "stay" } });
    }
    this.#cancelDial();
    s.connectRetry = NEVER;
    s.idleHold = NEVER;
    s.connectRetryCounter = 0;
    s.errorsInRow = 0;
  }

  #applicationFails(c: Connection, notification: Notification, text: string): void {
    // A Cease is the application's wish (event 8); anything else blames the peer (event 28, or 22 before that).
    if (notification.code === NotificationCode.Cease) {
      step(this.#owner, c, {
        name: "AutomaticStop",
        notification,
        ending: { why: "application", text, next: "retry" },
      });
    } else {
      step(this.#owner, c, { name: "UpdateMsgErr", notification, text });
    }
  }

  #setReading(c: Connection, on: boolean): void {
    if (c.paused !== on) return;
    c.paused = !on;
    if (!on) {
      c.pausedHold = c.timers.hold;
      c.timers.hold = NEVER;
    } else if (c.pausedHold !== NEVER) {
      c.timers.hold = Math.max(c.pausedHold, this.#state.now + HOLD_GRACE);
    }
  }

  // Dialling and listening.

  #dial(): void {
    const s = this.#state;
    const { remoteAddress: address, remotePort: port, localAddress } = this.settings;
    s.dialling = s.nextDial;
    s.nextDial += 2;
    s.connectRetry = s.now + this.#retryDelay();
    this.#emit({ type: "dial", conn: s.dialling, address, port, localAddress });
  }

  #cancelDial(): void {
    const s = this.#state;
    if (s.dialling === null) return;
    this.#emit({ type: "cancelDial", conn: s.dialling });
    s.dialling = null;
  }

  #dialFailed(conn: ConnId, reason: string): void {
    const s = this.#state;
    if (s.dialling !== conn) return;
    s.dialling = null;
    s.connectRetry = NEVER;
    s.connectRetryCounter += 1;
    this.#emit({ type: "dialFailed", conn, reason });
    this.#tellRestart("TcpConnectionFails", null);
  }

  /** RFC 4271 6.8: every accepted connection is tracked until its OPEN shows which one is to stay. */
  #accept(conn: ConnId, endpoints: Endpoints): void {
    const s = this.#state;
    const c = newConnection(conn, "inbound", endpoints);
    if (s.mode !== "running") return this.#reject(c);
    const waiting = s.connections.filter((other) => other.direction === "inbound" && rank(other) < RANK.OpenConfirm);
    const oldest = waiting[0];
    if (oldest !== undefined && waiting.length >= MAX_PENDING_INBOUND)
      step(this.#owner, oldest, { name: "OpenCollisionDump" });
    this.#adopt(c);
  }

  /** Idle refuses (RFC 4271 8.2.2); RFC 4486 section 4 says how. */
  #reject(c: Connection): void {
    const text = `refused: the peer is ${this.#state.mode === "stopped" ? "stopped" : "held in Idle"}`;
    const send = this.settings.sendNotificationWithoutOpen ? cease(Cease.ConnectionRejected) : null;
    this.#close(c, { cause: "TcpConnectionConfirmed", why: "administrative", text, send, next: "stay", counts: false });
  }

  #adopt(c: Connection): void {
    this.#state.connections.push(c);
    this.#tellState(c.direction === "outbound" ? "Tcp_CR_Acked" : "TcpConnectionConfirmed", c.id);
    tcpIsUp(this.#owner, c);
  }

  /** RFC 4271 section 8: the ConnectRetryTimer, doubled for each failure in a row up to its ceiling. */
  #retryDelay(): Millis {
    const { connectRetryTime, connectRetryTimeMax } = this.settings;
    const doublings = Math.min(30, Math.max(0, this.#state.connectRetryCounter - 1));
    return Math.min(connectRetryTime * 2 ** doublings, connectRetryTimeMax) * this.#jitter();
  }

  /** After a collision or a reset: soon, and the dominant side first, so that the two sides do not meet again. */
  #redialDelay(): Millis {
    const spread = this.#jitter();
    return this.#state.remoteDominates ? YIELD_TO_DOMINANT * 2 * spread : (YIELD_TO_DOMINANT / 4) * spread;
  }

  /** Keeps the ConnectRetryTimer running exactly while a dial of ours could help. */
  #arrangeDialling(): void {
    const s = this.#state;
    if (s.dialling !== null) return;
    const wanted =
      s.mode === "running" &&
      !this.settings.passive &&
      !s.connections.some((c) => c.direction === "outbound" || rank(c) >= RANK.OpenConfirm);
    if (!wanted) s.connectRetry = NEVER;
    else if (s.connectRetry === NEVER) s.connectRetry = s.now + this.#retryDelay();
  }

  // Connections.

  #openParameters(c: Connection): readonly Capability[] | null {
    if (!this.settings.askOpenParameters) return this.settings.capabilities;
    this.#emit({ type: "ask", question: "openParameters", conn: c.id, endpoints: c.endpoints });
    return null;
  }

  #knownIdentifier(c: Connection): string | null {
    const other = this.#state.connections.find((o) => o !== c && o.negotiated !== null);
    return other?.negotiated?.remoteIdentifier ?? null;
  }

  #losesCollision(c: Connection): boolean {
    const { localAs, localIdentifier, remoteAs, remoteIdentifier } = c.negotiated!;
    this.#state.remoteDominates = !localDominates(
      { identifier: localIdentifier, as: localAs },
      { identifier: remoteIdentifier, as: remoteAs },
    );
    return this.#siblings(c).some((o) => collisionLoser(c, o, this.settings.collisionDetectEstablishedState) === c);
  }

  #dumpSiblings(c: Connection): void {
    for (const sibling of this.#siblings(c)) step(this.#owner, sibling, { name: "OpenCollisionDump" });
  }

  /** The other connections that have shown a valid OPEN. */
  #siblings(c: Connection): Connection[] {
    return this.#state.connections.filter((o) => o !== c && rank(o) >= RANK.OpenConfirm);
  }

  /**
   * A connection that both sides have confirmed is not told while an opposite one may still show its OPEN: the peer may
   * see the collision before we do, and both sides must choose the same one.
   */
  #establishUnlessContested(c: Connection): void {
    const s = this.#state;
    const contested = s.connections.some((o) => o.direction !== c.direction && rank(o) < RANK.OpenConfirm);
    if (!contested) return this.#establish(c, "KeepAliveMsg");
    if (c.timers.collisionHold === NEVER) c.timers.collisionHold = s.now + this.settings.collisionHoldTime;
  }

  #establish(c: Connection, cause: Cause): void {
    const s = this.#state;
    c.state = "Established";
    c.confirmed = false;
    c.timers.collisionHold = NEVER;
    this.#cancelDial();
    s.connectRetryCounter = 0;
    s.established += 1;
    s.establishedAt = s.now;
    this.#tellState(cause, c.id);
    this.#emit({ type: "up", conn: c.id, endpoints: c.endpoints, negotiated: c.negotiated! });
  }

  /** Closes, forgets, tells, and decides what the peer does next. */
  #end(c: Connection, ending: Ending): void {
    const s = this.#state;
    const wasUp = c.state === "Established";
    s.connections.splice(s.connections.indexOf(c), 1);
    if (ending.counts) s.connectRetryCounter += 1;
    if (ending.received !== undefined) s.lastReceived = ending.received;
    const alone = s.connections.length === 0;
    const damp = ending.next === "damp" && alone;
    if (damp) this.#hold();
    if (wasUp || damp) this.#tell("Idle", ending.cause, c.id);
    this.#close(c, ending);
    if (damp) {
      this.#emit({ type: "idle", until: s.idleHold, why: ending.text });
    } else if (ending.next === "redial" && s.dialling === null && alone) {
      s.connectRetry = this.settings.passive ? NEVER : s.now + this.#redialDelay();
    }
    if (ending.next === "active") this.#tellState(ending.cause, c.id);
    else if (ending.next !== "stay") this.#tellRestart(ending.cause, c.id);
  }

  /** Puts the peer into Idle for the IdleHoldTimer, longer for each error in a row. */
  #hold(): void {
    const s = this.#state;
    const { idleHoldTime, idleHoldTimeMax, dampPeerOscillations } = this.settings;
    const longLived = s.established > 0 && s.now - s.establishedAt > idleHoldTimeMax;
    s.errorsInRow = longLived ? 1 : s.errorsInRow + 1;
    const factor = dampPeerOscillations ? 2 ** Math.min(30, s.errorsInRow - 1) : 1;
    s.mode = "holding";
    s.idleHold = s.now + Math.min(idleHoldTime * factor, idleHoldTimeMax);
    s.connectRetry = NEVER;
    this.#cancelDial();
  }

  #close(c: Connection, ending: Ending): void {
    const s = this.#state;
    const { why, text, send, received } = ending;
    const reason: CloseReason = Object.freeze({ cause: why, notification: send ?? received ?? null, text });
    if (received !== undefined)
      this.#emit({ type: "notified", conn: c.id, direction: "received", notification: received });
    if (send !== null) {
      s.lastSent = send;
      sendNotification(this.#owner, c, send);
    }
    this.#emit({ type: "close", conn: c.id, mode: c.ended === null || send !== null ? "flush" : "abort" });
    if (c.state === "Established") this.#emit({ type: "down", conn: c.id, reason });
    s.lastClose = reason;
    this.#emit({ type: "ended", conn: c.id, reason });
  }

  // Messages out.

  #submit(now: Millis, conn: ConnId, type: number, body: Uint8Array): SendResult {
    const s = this.#state;
    if (now > s.now) s.now = now;
    const c = this.#find(conn);
    if (c === undefined || c.state !== "Established" || c.ended !== null) return CLOSED;
    const limit = c.negotiated!.maxMessageSent - HEADER_LENGTH;
    if (body.length > limit) return { status: "too-long", limit };
    const { sendHighWaterMark } = this.settings;
    if (pending(c) >= sendHighWaterMark) {
      c.blocked = true;
      return BLOCKED;
    }
    this.#send(c, type, encodeMessage(type, body));
    if (c.keepaliveInterval > 0) c.timers.keepalive = s.now + c.keepaliveInterval;
    return { status: "sent", credit: Math.max(0, sendHighWaterMark - pending(c)) };
  }

  #send(c: Connection, type: number, message: Uint8Array): void {
    const s = this.#state;
    s.sent[COUNTER_OF[type]!] += 1;
    s.sent.octets += message.length;
    c.unpolled += message.length;
    this.#armSendHold(c);
    this.#emit({ type: "write", conn: c.id, bytes: message });
  }

  #polledWrite(conn: ConnId, octets: number): void {
    const c = this.#find(conn);
    if (c === undefined) return;
    c.unpolled -= octets;
    c.unsent += octets;
  }

  /** The driver's report. Progress restarts the SendHoldTimer; nothing left to send stops it (RFC 9687 section 4.3). */
  #unsent(c: Connection, octets: number): void {
    if (octets < c.unsent) c.timers.sendHold = NEVER;
    c.unsent = octets;
    if (pending(c) > 0) this.#armSendHold(c);
    if (c.blocked && pending(c) <= this.settings.sendHighWaterMark / 2) {
      c.blocked = false;
      this.#emit({ type: "writable", conn: c.id });
    }
  }

  #armSendHold(c: Connection): void {
    if (c.state !== "Established" || c.timers.sendHold !== NEVER) return;
    const { sendHoldTime } = this.settings;
    if (sendHoldTime > 0 && c.negotiated!.holdTime > 0) c.timers.sendHold = this.#state.now + sendHoldTime;
  }

  // Work of `poll` besides the queues.

  #readOne(): boolean {
    const s = this.#state;
    for (const c of s.connections) {
      if (mayRead(c) && receive(this.#owner, c)) return true;
      if (c.ended !== null && !c.readable) {
        step(this.#owner, c, { name: "TcpConnectionFails", text: c.ended });
        return true;
      }
    }
    return false;
  }

  #expireOne(): boolean {
    const s = this.#state;
    const { now } = s;
    if (s.connectRetry <= now) {
      // Event 9: in Connect the dial under way has taken too long, in Active it is time for the next.
      if (s.dialling !== null) s.connectRetryCounter += 1;
      this.#cancelDial();
      this.#dial();
      this.#tellState("ConnectRetryTimer_Expires", null);
      return true;
    }
    if (s.idleHold <= now) {
      this.#run("IdleHoldTimer_Expires");
      return true;
    }
    for (const c of s.connections) {
      for (const [timer, name] of TIMER_EVENTS) {
        if (c.timers[timer] > now) continue;
        c.timers[timer] = NEVER;
        if (name === "CollisionHoldTimer_Expires") this.#establish(c, name);
        else step(this.#owner, c, { name });
        return true;
      }
    }
    return false;
  }

  /** What follows from any change: a contested connection may be clear now, a dial may be wanted or not. */
  #settle(): void {
    for (const c of this.#state.connections) {
      if (c.confirmed && c.state === "OpenConfirm") this.#establishUnlessContested(c);
    }
    this.#arrangeDialling();
  }

  // Telling.

  #emit(output: PeerOutput): void {
    this.#state.outputs.push(output);
  }

  /** The furthest of the connections, else what the peer itself does. */
  #aggregate(): State {
    const s = this.#state;
    let state: State = s.mode !== "running" ? "Idle" : s.dialling === null ? "Active" : "Connect";
    for (const c of s.connections) if (RANK[c.state] > RANK[state]) state = c.state;
    return state;
  }

  #tellState(cause: Cause, conn: ConnId | null): void {
    this.#tell(this.#aggregate(), cause, conn);
  }

  /** RFC 4271 8.2.2: a failure leads to Idle; the automatic start that follows at once is told as well. */
  #tellRestart(cause: Cause, conn: ConnId | null): void {
    const s = this.#state;
    if (s.connections.length === 0 && s.dialling === null) this.#tell("Idle", cause, conn);
    this.#tellState(s.state === "Idle" ? "AutomaticStart" : cause, s.state === "Idle" ? null : conn);
  }

  #tell(to: State, cause: Cause, conn: ConnId | null): void {
    const s = this.#state;
    const from = s.state;
    if (from === to) return;
    s.state = to;
    s.since = s.now;
    this.#emit({ type: "state", conn, from, to, cause });
  }

  #find(conn: ConnId): Connection | undefined {
    return this.#state.connections.find((c) => c.id === conn);
  }

  /** RFC 4271 section 10: a factor between 0.75 and 1.0. */
  #jitter(): number {
    const s = this.#state;
    s.random = nextRandom(s.random);
    return 0.75 + 0.25 * uniform(s.random);
  }
}

const CLOSED: SendResult = Object.freeze({ status: "closed" });
const BLOCKED: SendResult = Object.freeze({ status: "blocked" });

const RANK: Readonly<Record<State, number>> = {
  Idle: 0,
  Active: 1,
  Connect: 2,
  OpenSent: 3,
  OpenConfirm: 4,
  Established: 5,
};

const COUNTER_OF: Readonly<Record<number, "open" | "update" | "notification" | "keepalive" | "routeRefresh">> = {
  [MessageType.Open]: "open",
  [MessageType.Update]: "update",
  [MessageType.Notification]: "notification",
  [MessageType.Keepalive]: "keepalive",
  [MessageType.RouteRefresh]: "routeRefresh",
};

/** Which deadline is which event, in the order in which they fire at equal times. */
const TIMER_EVENTS = [
  ["hold", "HoldTimer_Expires"],
  ["sendHold", "SendHoldTimer_Expires"],
  ["delayOpen", "DelayOpenTimer_Expires"],
  ["collisionHold", "CollisionHoldTimer_Expires"],
  ["keepalive", "KeepaliveTimer_Expires"],
] as const satisfies readonly (readonly [keyof ConnectionTimers, string])[];

function rank(c: Connection): number {
  return RANK[c.state];
}

function hasWork(c: Connection): boolean {
  return mayRead(c) || (c.ended !== null && !c.readable);
}

function cease(subcode: number): Notification {
  return { code: NotificationCode.Cease, subcode, data: new Uint8Array(0) };
}
