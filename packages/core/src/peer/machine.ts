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
import { buildOpen } from "../connection/build-open.ts";
import type { RestartState } from "../connection/build-open.ts";
import { receive, step } from "../connection/fsm.ts";
import type { Ending, Owner } from "../connection/owner.ts";
import type { Connection, ConnectionTimers } from "../connection/state.ts";
import { earliest, mayRead, NEVER } from "../connection/state.ts";
import type { Fault } from "../fault.ts";
import { MessageType } from "../iana/message-type.ts";
import type { Capability, Family } from "../message/capability.ts";
import type { CapabilityChange } from "../message/capability-message.ts";
import { encodeOpen } from "../message/open.ts";
import { encodeRouteRefresh, filterTypes, type RouteRefresh } from "../message/route-refresh.ts";
import type { PeerSettings } from "../session/check-options.ts";
import { resolvePeerOptions } from "../session/check-options.ts";
import type { Cause, ConnId, Millis, PeerInput, PeerOutput, PeerView, SendResult } from "../session/io.ts";
import { deepFreeze, includesFamily, isFamily, type Negotiated } from "../session/negotiated.ts";
import type { PeerOptions } from "../session/options.ts";
import {
  dumpSiblings,
  establish,
  establishUnlessContested,
  knownIdentifier,
  losesCollision,
  openParameters,
} from "./connections.ts";
import type { Context } from "./context.ts";
import { deferredFamilies, endDeferral } from "./deferral.ts";
import { arrangeDialling, cancelDial, dial } from "./dialling.ts";
import { end } from "./ending.ts";
import { checkInput, run, take } from "./inputs.ts";
import { allTold, expireStale, refreshed } from "./retention.ts";
import { received, sendCapabilities } from "./revision.ts";
import { CLOSED, COUNTER_OF, polledWrite, send, submit } from "./sending.ts";
import { copyPlain, newPeerState } from "./state.ts";
import type { PeerState } from "./state.ts";
import { emit, find, jitter, tellState } from "./tell.ts";
import { viewOf } from "./view.ts";

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

/**
 * All that a session with one peer is, without IO: inputs with their times go in by `handle`, what is to be done comes out of `poll`,
 * and `deadline` is when it wants to be called next. Dialling, collisions, damping and the FSM of RFC 4271 section 8 are inside.
 *
 * @example const machine = new PeerMachine({ remoteAddress: "192.0.2.2", remoteAs: 65002, localAs: 65001 }, { routerId: "192.0.2.1", seed: 1 })
 */
export class PeerMachine {
  readonly settings: PeerSettings;
  #peer: Self;

  /** @throws ConfigError that names the field, for options that cannot be. */
  constructor(options: PeerOptions, environment: Environment) {
    this.settings = resolvePeerOptions(options, environment.routerId);
    this.#peer = new Self(this.settings, newPeerState(environment.seed, deferredFamilies(this.settings)));
    encodeOpen(buildOpen(this.settings, this.settings.capabilities, this.#peer.restartState()));
  }

  /**
   * Tells the machine that something happened. Inputs about connections that are gone are ignored.
   *
   * @throws ConfigError for a mistake of the caller: an accepted connection whose number is even or in use, capabilities
   *   that fit no OPEN, a NOTIFICATION that cannot be encoded. Never for what a peer sent.
   */
  handle(now: Millis, input: PeerInput): void {
    const s = this.#peer.state;
    if (now > s.now) s.now = now;
    if (input.type === "tick") return;
    checkInput(this.#peer, input);
    s.inputs.push(input);
  }

  /** The next thing to do, or null when there is nothing more at this time. */
  poll(): PeerOutput | null {
    const s = this.#peer.state;
    for (;;) {
      const output = s.outputs[s.polled];
      if (output !== undefined) {
        s.polled += 1;
        if (output.type === "write") polledWrite(this.#peer, output.conn, output.bytes.length);
        return output;
      }
      if (s.polled > 0) {
        s.outputs.length = 0;
        s.polled = 0;
      }
      const input = nextInput(s);
      if (input !== undefined) take(this.#peer, input);
      else if (!readOne(this.#peer) && !expireOne(this.#peer)) return null;
      settle(this.#peer);
    }
  }

  /** When the machine wants to be ticked: the last `now` while `poll` has work, else its earliest timer, null for never. */
  deadline(): Millis | null {
    const s = this.#peer.state;
    if (s.polled < s.outputs.length || s.inputs.length > 0 || s.connections.some(hasWork)) return s.now;
    let at = Math.min(s.connectRetry, s.idleHold, s.selectionDeferral);
    for (const { until } of s.stale) at = Math.min(at, until);
    for (const c of s.connections) at = Math.min(at, earliest(c.timers));
    return at === NEVER ? null : Math.max(at, s.now);
  }

  /** Should the driver read from this connection? False: pause the socket. Ask after each drain. */
  wantsRead(conn: ConnId): boolean {
    const c = find(this.#peer, conn);
    return c !== undefined && !c.readable && !c.paused && c.ended === null;
  }

  /** Hands over the body of an UPDATE; the bytes are copied. `blocked` is followed by the output `writable`. */
  sendUpdate(now: Millis, conn: ConnId, body: Uint8Array): SendResult {
    return submit(this.#peer, now, conn, MessageType.Update, body);
  }

  /**
   * Asks for the peer's routes (RFC 2918), with filters in `body` or without. `closed` also where the peer cannot, or the family
   * or one of the filters is not agreed.
   */
  sendRouteRefresh(
    now: Millis,
    conn: ConnId,
    afi: number,
    safi: number,
    subtype = 0,
    body: Uint8Array = new Uint8Array(0),
  ): SendResult {
    const agreed = find(this.#peer, conn)?.negotiated;
    if (!agreed || !maySend(agreed, { afi, safi, subtype, body })) return CLOSED;
    return submit(this.#peer, now, conn, MessageType.RouteRefresh, encodeRouteRefresh({ afi, safi, subtype, body }));
  }

  /**
   * Changes capabilities of ours: see `Session.sendCapabilities`. `closed` also where CAPABILITY messages are not agreed.
   *
   * @throws ConfigError `invalid-value` for changes that no message or no OPEN has room for, or that leave no family
   */
  sendCapabilities(now: Millis, conn: ConnId, changes: readonly CapabilityChange[]): SendResult {
    return sendCapabilities(this.#peer, now, conn, changes);
  }

  /** What can be seen of the peer: plain, frozen. */
  view(): PeerView {
    return viewOf(this.#peer.state);
  }

  /** The whole state; the machine can go on while the snapshot is kept. */
  snapshot(): PeerSnapshot {
    return { version: 1, state: copyPlain(this.#peer.state) };
  }

  /** A machine that goes on bit-exactly where the snapshot was taken, given the same options. */
  static restore(options: PeerOptions, environment: Environment, snapshot: PeerSnapshot): PeerMachine {
    const machine = new PeerMachine(options, environment);
    const state = copyPlain(snapshot.state);
    for (const c of state.connections) deepFreeze(c.negotiated);
    machine.#peer = new Self(machine.settings, state);
    return machine;
  }
}

/** The peer as its connections see it. One class rather than closures: 10,000 idle peers share its functions. */
class Self implements Context, Owner {
  readonly settings: PeerSettings;
  readonly state: PeerState;

  constructor(settings: PeerSettings, state: PeerState) {
    this.settings = settings;
    this.state = state;
  }

  get owner(): Owner {
    return this;
  }
  now(): Millis {
    return this.state.now;
  }
  emit(output: PeerOutput): void {
    emit(this, output);
  }
  received(type: number): void {
    this.state.received[COUNTER_OF[type]!] += 1;
  }
  send(c: Connection, type: number, message: Uint8Array): void {
    send(this, c, type, message);
  }
  jitter(): number {
    return jitter(this);
  }
  changed(c: Connection, cause: Cause): void {
    tellState(this, cause, c.id);
  }
  end(c: Connection, ending: Ending): void {
    end(this, c, ending);
  }
  openParameters(c: Connection): readonly Capability[] | null {
    return openParameters(this, c);
  }
  restartState(): RestartState {
    return { restarting: this.state.deferred.length > 0, hasBeenUp: this.state.established > 0 };
  }
  refusesCapabilities(): boolean {
    return this.state.refusesCapabilities;
  }
  endOfRib(c: Connection, family: Family): void {
    if (!includesFamily(c.negotiated!.families, family)) return;
    const { afi, safi } = family;
    if (!includesFamily(c.complete, family)) c.complete = c.complete.concat(family);
    emit(this, { type: "endOfRib", conn: c.id, afi, safi });
    allTold(this, family);
    endDeferral(this, "endOfRib", family);
  }
  refreshed(c: Connection, family: Family, subtype: number): void {
    if (includesFamily(c.negotiated!.families, family)) refreshed(this, c, family, subtype);
  }
  capabilities(c: Connection): Fault | null {
    return received(this, c);
  }
  bfdPermits(): boolean {
    return this.state.bfd === "up" || this.state.bfd === "adminDown";
  }
  knownIdentifier(): string | null {
    return knownIdentifier(this);
  }
  losesCollision(c: Connection): boolean {
    return losesCollision(this, c);
  }
  dumpSiblings(c: Connection): void {
    dumpSiblings(this, c);
  }
  chosen(c: Connection, cause: Cause): void {
    establish(this, c, cause);
  }
}

/** Taking from the front of a long array moves the rest; what is done with goes when it is the greater part, or all. */
function nextInput(s: PeerState): PeerInput | undefined {
  const input = s.inputs[s.taken];
  if (input === undefined) return undefined;
  s.taken += 1;
  if (s.taken === s.inputs.length) s.inputs.length = s.taken = 0;
  else if (s.taken > 1000 && 2 * s.taken > s.inputs.length) s.taken -= s.inputs.splice(0, s.taken).length;
  return input;
}

/** Whether the session has what a ROUTE-REFRESH of ours needs. */
function maySend(agreed: Negotiated, { afi, safi, subtype, body }: RouteRefresh): boolean {
  const same = isFamily({ afi, safi });
  if (!agreed.families.some(same)) return false;
  if (subtype !== 0) return agreed.enhancedRouteRefresh && body.length === 0;
  const sent = agreed.outboundRouteFilters.filter((one) => one.send && same(one)).map(({ type }) => type);
  // RFC 5291 section 6: with its capability, that of RFC 2918 need not be there.
  if (body.length === 0) return agreed.routeRefresh || sent.length > 0;
  return filterTypes(body)?.every((type) => sent.includes(type)) === true;
}

/** The next message of a connection, or the end of one that has been read to its end. */
function readOne(p: Context): boolean {
  const s = p.state;
  for (const c of s.connections) {
    if (mayRead(c) && receive(p.owner, c)) return true;
    if (c.ended !== null && !c.readable) {
      step(p.owner, c, { name: "TcpConnectionFails", text: c.ended });
      return true;
    }
  }
  return false;
}

/** One timer that is due. */
function expireOne(p: Context): boolean {
  const s = p.state;
  const { now } = s;
  if (s.connectRetry <= now) {
    // Event 9: in Connect the dial under way has taken too long, in Active it is time for the next.
    if (s.dialling !== null) s.connectRetryCounter += 1;
    cancelDial(p);
    dial(p);
    tellState(p, "ConnectRetryTimer_Expires", null);
    return true;
  }
  if (s.idleHold <= now) {
    run(p, "IdleHoldTimer_Expires");
    return true;
  }
  for (const c of s.connections) {
    for (const [timer, name] of TIMER_EVENTS) {
      if (c.timers[timer] > now) continue;
      c.timers[timer] = NEVER;
      if (name === "CollisionHoldTimer_Expires") establish(p, c, name);
      else step(p.owner, c, { name });
      return true;
    }
  }
  if (s.selectionDeferral <= now) {
    endDeferral(p, "selectionDeferralTime");
    return true;
  }
  return expireStale(p);
}

/** What follows from any change: a confirmed connection may be clear now, a dial may be wanted or not. */
function settle(p: Context): void {
  for (const c of p.state.connections) {
    if (c.confirmed && c.state === "OpenConfirm") establishUnlessContested(p, c);
  }
  arrangeDialling(p);
}

/** Which deadline is which event, in the order in which they fire at equal times. */
const TIMER_EVENTS = [
  ["hold", "HoldTimer_Expires"],
  ["sendHold", "SendHoldTimer_Expires"],
  ["delayOpen", "DelayOpenTimer_Expires"],
  ["collisionHold", "CollisionHoldTimer_Expires"],
  ["bfdHold", "BfdHoldTimer_Expires"],
  ["keepalive", "KeepaliveTimer_Expires"],
] as const satisfies readonly (readonly [keyof ConnectionTimers, string])[];

function hasWork(c: Connection): boolean {
  return mayRead(c) || (c.ended !== null && !c.readable);
}
