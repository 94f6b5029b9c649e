// Many peers as one pure machine: the table, who an accepted connection belongs to, whose turn it is, and the one moment at
// which something is due. Same rule of use as for a single peer: after every call, `poll` until null and carry out each
// output in order; then `tick` no later than `deadline()`.
//
// Fairness: peers that have work take turns, one output each, so that a peer with a full table to tell cannot keep the
// others from their KEEPALIVEs. Cost: a call touches the peer it is about, a tick those that are due, and no others.
import { normaliseAddress } from "../address/address.ts";
import { ConfigError } from "../fault.ts";
import { Cease } from "../iana/notification-code.ts";
import { MessageType } from "../iana/message-type.ts";
import type { CapabilityChange } from "../message/capability-message.ts";
import { encodeMessage } from "../message/header.ts";
import type { Notification } from "../message/notification.ts";
import { encodeNotification } from "../message/notification.ts";
import { cease } from "../peer/ending.ts";
import type { Environment } from "../peer/machine.ts";
import { PeerMachine } from "../peer/machine.ts";
import { nextRandom, uniform } from "../peer/random.ts";
import type { MachineCall, Recorder } from "../peer/recorder.ts";
import { show } from "../session/check-field.ts";
import { checkRouterId, type PeerSettings } from "../session/check-options.ts";
import type { ConnId, Endpoints, Millis, PeerInput, PeerOutput, SendResult } from "../session/io.ts";
import type { PeerChanges, PeerOptions } from "../session/options.ts";
import { changed, checkChangeable, keepsSession, PEER_IDENTITY, RANGE_IDENTITY, sameData } from "./changes.ts";
import { DeadlineHeap } from "./deadline-heap.ts";
import type { ListenRange, ListenRangeChanges, ListenRangeOptions } from "./listen-range.ts";
import { canonicalPrefix, comesBefore, matchRange, resolveListenRange } from "./listen-range.ts";
import type { MakeContext } from "./peer-entry.ts";
import { PeerEntry } from "./peer-entry.ts";
import { Selections } from "./selections.ts";
import type { SocketRule } from "./socket-calls.ts";

/** What a peer wants done or known; `removed` is the very last of a deleted peer. */
export type SpeakerOutput = PeerOutput | { readonly type: "removed" };

/** One turn of one peer. */
export interface Polled<C> {
  readonly peer: PeerEntry<C>;
  readonly output: SpeakerOutput;
}

/** What a speaker machine takes from outside. */
export interface SpeakerEnvironment extends Environment {
  /** Is told of every call into the machines of the peers. What it throws ends the recording and nothing else. */
  readonly recorder?: Recorder | null;
}

/** Whose an accepted connection is: a peer's, with its number, or nobody's, with the bytes to send before the close. */
export type Acceptance<C> =
  | { readonly peer: PeerEntry<C>; readonly conn: ConnId }
  | { readonly peer: null; readonly why: string; readonly bytes: Uint8Array };

/**
 * The peers of a speaker, their listen ranges and the earliest of their deadlines, without IO: what `Speaker` stands on.
 *
 * @typeParam C what the user hangs on each peer
 * @example const speaker = new SpeakerMachine<null>({ routerId: "192.0.2.1", seed: 1 }); speaker.add(options, () => null); speaker.start(0)
 */
export class SpeakerMachine<C> {
  readonly #routerId: string;
  #recorder: Recorder | null;
  /** Peers made so far. */
  #made: number = 0;
  #random: number;
  #now: Millis = Number.NEGATIVE_INFINITY;
  #running: boolean = false;

  readonly #byId = new Map<string, PeerEntry<C>>();
  /** Peers by remote address; several only where they differ in the local address. */
  readonly #byAddress = new Map<string, PeerEntry<C>[]>();
  /** As `comesBefore` has it: longest prefix first. */
  readonly #ranges: ListenRange<MakeContext<C>>[] = [];

  /** Peers that may have outputs; the one at `#turn` is next. */
  readonly #ready: PeerEntry<C>[] = [];
  #turn: number = 0;
  readonly #deadlines = new DeadlineHeap<PeerEntry<C>>();
  readonly #selections = new Selections<C>();
  /** The one object that `poll` returns, since it returns a million of them. */
  readonly #polled: { peer: PeerEntry<C>; output: SpeakerOutput } = { peer: null!, output: null! };

  /** @throws ConfigError when the router id is none. */
  constructor(environment: SpeakerEnvironment) {
    this.#routerId = checkRouterId("routerId", environment.routerId);
    this.#recorder = environment.recorder ?? null;
    this.#random = environment.seed | 0;
  }

  get running(): boolean {
    return this.#running;
  }

  /** No output is waiting and no peer has a connection or is dialling. Looks at every peer. */
  get drained(): boolean {
    if (this.#ready.length > 0) return false;
    for (const { machine } of this.#byId.values()) {
      const { connections, dialling } = machine.view();
      if (connections.length > 0 || dialling !== null) return false;
    }
    return true;
  }

  // The table.

  /**
   * Adds a peer; it starts at once if the speaker runs and the peer is enabled.
   *
   * @throws ConfigError `invalid-value`, or `peer-exists` where one has the same remote and local address
   */
  add(now: Millis, options: PeerOptions, makeContext: MakeContext<C>): PeerEntry<C> {
    const entry = this.#insert({ ...options }, null, makeContext);
    if (this.#running && entry.enabled) this.handle(now, entry, { type: "start", automatic: true });
    return entry;
  }

  /**
   * Accepts peers that are not configured one by one.
   *
   * @returns the prefix in its canonical form
   * @throws ConfigError `invalid-value`, or `peer-exists` where a range has the same prefix and local address
   */
  addRange(options: ListenRangeOptions, makeContext: MakeContext<C>): string {
    const range = resolveListenRange(options, this.#routerId, makeContext);
    const { prefix, localAddress } = range;
    if (this.#ranges.some((other) => other.prefix === prefix && other.localAddress === localAddress)) {
      throw new ConfigError("peer-exists", "prefix", `there is a listen range ${prefix} already`);
    }
    const next = this.#ranges.findIndex((other) => comesBefore(range, other));
    this.#ranges.splice(next < 0 ? this.#ranges.length : next, 0, range);
    return prefix;
  }

  /**
   * Ends the listen ranges of a prefix, or only the one with this local address, and deletes the peers they made.
   *
   * @throws ConfigError `peer-not-found`
   */
  deleteRange(now: Millis, prefix: string, localAddress?: string): void {
    const ranges = this.#rangesOf(prefix, localAddress);
    for (const range of ranges) this.#ranges.splice(this.#ranges.indexOf(range), 1);
    for (const peer of this.#madeBy(ranges)) this.delete(now, peer);
  }

  /**
   * Changes options of the listen ranges of a prefix, or only of the one with this local address, and of the peers they
   * made, as `change` does. Peers beyond a lower limit stay.
   *
   * @returns `reset` where the sessions of its peers were ended
   * @throws ConfigError `peer-not-found`, or `invalid-value`, and then nothing has changed
   */
  changeRange(now: Millis, prefix: string, changes: ListenRangeChanges, localAddress?: string): "kept" | "reset" {
    checkChangeable(changes, RANGE_IDENTITY, "range");
    const ranges = this.#rangesOf(prefix, localAddress);
    const { limit: _, ...ofPeers } = changes;
    const after = ranges.map(({ prefix: same, limit, options: { passive: _passive, ...before }, makeContext }) =>
      resolveListenRange(
        changed<ListenRangeOptions>({ prefix: same, limit, ...before }, changes),
        this.#routerId,
        makeContext,
      ),
    );
    ranges.forEach((range, i) => {
      range.limit = after[i]!.limit;
      range.options = after[i]!.options;
      range.settings = after[i]!.settings;
    });
    const done = this.#madeBy(ranges).map((peer) => this.change(now, peer, ofPeers));
    return done.includes("reset") ? "reset" : "kept";
  }

  /** All listen ranges, in the order in which they are asked. */
  ranges(): readonly Readonly<Pick<ListenRange<MakeContext<C>>, "prefix" | "localAddress" | "limit" | "peers">>[] {
    return this.#ranges;
  }

  #rangesOf(prefix: string, localAddress: string | undefined): ListenRange<MakeContext<C>>[] {
    const canonical = canonicalPrefix(prefix);
    const local = localAddress === undefined ? undefined : normaliseAddress(localAddress);
    const ranges = this.#ranges.filter(
      (range) => range.prefix === canonical && (local === undefined || range.localAddress === local),
    );
    if (ranges.length > 0) return ranges;
    throw new ConfigError("peer-not-found", "prefix", `there is no listen range ${show(prefix)}`);
  }

  #madeBy(ranges: readonly ListenRange<MakeContext<C>>[]): PeerEntry<C>[] {
    return this.list().filter((peer) => peer.range !== null && ranges.includes(peer.range));
  }

  /** Takes a peer out of the table. Its session ends with Cease/Peer De-configured (RFC 4486 section 4); `removed` comes last. */
  delete(now: Millis, peer: PeerEntry<C>): void {
    if (peer.deleted) return;
    this.#takeOut(peer);
    this.handle(now, peer, { type: "stop", notification: cease(Cease.PeerDeconfigured) });
  }

  /** The peer with this id, or the only one with this remote address, or the one of `remote@local`. */
  get(id: string): PeerEntry<C> | null {
    const found = this.#byId.get(id);
    if (found !== undefined) return found;
    const [remote, local] = id.split("@", 2);
    const same = this.#byAddress.get(normaliseAddress(remote ?? "") ?? "") ?? [];
    if (local === undefined) return same.length === 1 ? same[0]! : null;
    const localAddress = normaliseAddress(local);
    return same.find((peer) => peer.localAddress === localAddress && localAddress !== null) ?? null;
  }

  /** All peers, oldest first. */
  list(): PeerEntry<C>[] {
    return [...this.#byId.values()];
  }

  /** What the sockets that listen have to know of the peers with options of the socket, those of ranges to come included. */
  socketRules(): SocketRule[] {
    const rules: SocketRule[] = [];
    const add = (remote: string, { localAddress, socketOptions: options }: PeerSettings): void => {
      if (options !== null) rules.push({ remote, localAddress, options });
    };
    for (const { range, machine } of this.#byId.values()) {
      if (range === null) add(machine.settings.remoteAddress, machine.settings);
    }
    for (const { prefix, settings } of this.#ranges) add(prefix, settings);
    return rules;
  }

  // Starting and stopping.

  /** Starts all enabled peers (RFC 4271 8.1.2 event 3, AutomaticStart). */
  start(now: Millis): void {
    this.#running = true;
    for (const peer of this.list()) if (peer.enabled) this.handle(now, peer, { type: "start", automatic: true });
  }

  /** Ends all sessions with this NOTIFICATION, or none; nobody is accepted any more. `start` begins again. */
  stop(now: Millis, notification: Notification | null): void {
    this.#running = false;
    for (const peer of this.list()) this.handle(now, peer, { type: "stop", notification });
  }

  /** Lets a peer run; at once if the speaker does. */
  enable(now: Millis, peer: PeerEntry<C>): void {
    checkPresent(peer);
    peer.enabled = true;
    if (this.#running) this.handle(now, peer, { type: "start" });
  }

  /** Ends a peer's session and keeps it in Idle. */
  disable(now: Millis, peer: PeerEntry<C>, notification: Notification): void {
    checkPresent(peer);
    peer.enabled = false;
    this.handle(now, peer, { type: "stop", notification });
  }

  /**
   * Ends a peer's session and starts it again; nothing to one that is disabled.
   *
   * @throws ConfigError `not-started` while the speaker does not run, `peer-not-found` for a deleted peer
   */
  reset(now: Millis, peer: PeerEntry<C>, notification: Notification): void {
    checkPresent(peer);
    if (!this.#running)
      throw new ConfigError("not-started", "", `peer ${peer.id} cannot be reset while the speaker is stopped`);
    this.handle(now, peer, { type: "reset", notification });
  }

  /**
   * Changes options of a peer. Most take effect from their next use and the session stays; those of the OPEN end it with
   * Cease/Other Configuration Change (RFC 4486 section 4) and it starts again with the new ones.
   *
   * @returns `reset` where the session was ended
   * @throws ConfigError `invalid-value`, and then nothing has changed
   */
  change(now: Millis, peer: PeerEntry<C>, changes: PeerChanges): "kept" | "reset" {
    checkPresent(peer);
    checkChangeable(changes, PEER_IDENTITY, "peer");
    const options = changed<PeerOptions>(peer.options, changes);
    const before = peer.machine;
    // The snapshot carries everything that is under way, so the new machine goes on where the old one stood.
    const after = PeerMachine.restore(options, { routerId: this.#routerId, seed: 0 }, before.snapshot());
    if (!peer.dynamic) this.#checkSameKey(after.settings, peer);
    peer.options = options;
    peer.machine = after;
    if (this.#recorder !== null) this.#record(peer.number, { type: "changed", options });
    this.#touch(peer);
    if (keepsSession(before.settings, after.settings)) return "kept";
    this.handle(now, peer, { type: "reset", notification: cease(Cease.OtherConfigurationChange) });
    return "reset";
  }

  // Connections.

  /**
   * Whose this accepted connection is: of peers with its remote address, the one with its local address, else the one with
   * none; else the listen range with the longest prefix makes a peer; else nobody's. Nothing is kept of a stranger.
   */
  accept(now: Millis, endpoints: Endpoints): Acceptance<C> {
    if (!this.#running) return rejected("the speaker is not running");
    const same = this.#byAddress.get(endpoints.remoteAddress) ?? [];
    const peer =
      same.find((p) => p.localAddress === endpoints.localAddress) ??
      same.find((p) => p.localAddress === null) ??
      this.#makeDynamic(now, endpoints.remoteAddress, endpoints.localAddress);
    if (typeof peer === "string") return rejected(peer);
    const conn = peer.nextAccepted;
    peer.nextAccepted += 2;
    this.handle(now, peer, { type: "accepted", conn, endpoints });
    return { peer, conn };
  }

  /**
   * Dials somebody in a listen range: as `accept`, but the connection is ours. Where a peer with the address is there already,
   * nothing happens.
   *
   * @returns null where the speaker does not run, and where no range has the address, or room
   */
  dialInRange(now: Millis, remoteAddress: string): PeerEntry<C> | null {
    const address = normaliseAddress(remoteAddress) ?? remoteAddress;
    const peer = this.#byAddress.get(address)?.[0] ?? (this.#running ? this.#makeDynamic(now, address, null) : null);
    return typeof peer === "string" ? null : peer;
  }

  /** Tells a peer that something happened to it. Nothing happens to a peer that was removed. */
  handle(now: Millis, peer: PeerEntry<C>, input: PeerInput): void {
    if (peer.removed) return;
    const reads = input.type === "tick" || input.type === "bytes";
    const at = reads ? this.#timeOf(now) : this.#timeFor(now, peer);
    if (this.#recorder === null) peer.machine.handle(at, input);
    else this.#handleRecorded(at, peer, input);
    if (input.type === "fail" && input.idleHoldTime !== undefined) peer.held = peer.dynamic;
    this.#touch(peer);
  }

  /** See `PeerMachine.sendUpdate`. */
  sendUpdate(now: Millis, peer: PeerEntry<C>, conn: ConnId, body: Uint8Array): SendResult {
    const at = this.#timeFor(now, peer);
    const result = peer.machine.sendUpdate(at, conn, body);
    if (this.#recorder !== null) this.#record(peer.number, { type: "sendUpdate", now: at, conn, body, result });
    if (result.status === "sent") this.#touch(peer);
    return result;
  }

  /** See `PeerMachine.sendRouteRefresh`. */
  sendRouteRefresh(
    now: Millis,
    peer: PeerEntry<C>,
    conn: ConnId,
    afi: number,
    safi: number,
    subtype: number = 0,
    body: Uint8Array = new Uint8Array(0),
  ): SendResult {
    const at = this.#timeFor(now, peer);
    const result = peer.machine.sendRouteRefresh(at, conn, afi, safi, subtype, body);
    if (this.#recorder !== null) {
      this.#record(peer.number, { type: "sendRouteRefresh", now: at, conn, afi, safi, subtype, body, result });
    }
    if (result.status === "sent") this.#touch(peer);
    return result;
  }

  /** See `PeerMachine.sendCapabilities`. */
  sendCapabilities(now: Millis, peer: PeerEntry<C>, conn: ConnId, changes: readonly CapabilityChange[]): SendResult {
    const at = this.#timeFor(now, peer);
    const result = peer.machine.sendCapabilities(at, conn, changes);
    if (this.#recorder !== null)
      this.#record(peer.number, { type: "sendCapabilities", now: at, conn, changes, result });
    if (result.status === "sent") this.#touch(peer);
    return result;
  }

  // Time and turns.

  /** Lets every peer that is due go on. Costs nothing for the others. */
  tick(now: Millis): void {
    this.#timeOf(now);
    for (let peer = this.#deadlines.first(); peer !== null && peer.heapAt <= now; peer = this.#deadlines.first()) {
      this.#deadlines.set(peer, null);
      this.handle(now, peer, { type: "tick" });
    }
  }

  /** When the next `tick` is due: the last `now` while `poll` has work, null for never. */
  deadline(): Millis | null {
    if (this.#ready.length > 0) return this.#now;
    return this.#deadlines.first()?.heapAt ?? null;
  }

  /** The next thing to do, or null when there is nothing more at this time. The returned object is valid until the next call. */
  poll(): Polled<C> | null {
    const ready = this.#ready;
    for (;;) {
      const selected = this.#selections.next();
      if (selected !== null) return this.#turnOf(selected.peer, selected.output);
      if (ready.length === 0) return null;
      if (this.#turn >= ready.length) this.#turn = 0;
      const peer = ready[this.#turn]!;
      const output = peer.machine.poll();
      if (this.#recorder !== null) this.#record(peer.number, { type: "output", output });
      if (output !== null) {
        this.#turn += 1;
        if (ENDS.has(output.type)) peer.ended = true;
        else if (output.type === "selection") {
          this.#selections.take(peer, output);
          continue;
        }
        return this.#turnOf(peer, output);
      }
      // The last of the ready takes the place of the one that is done, and the turn.
      const last = ready.pop()!;
      if (last !== peer) ready[this.#turn] = last;
      peer.ready = false;
      if (this.#done(peer)) return this.#turnOf(peer, REMOVED);
    }
  }

  #timeOf(now: Millis): Millis {
    if (now > this.#now) this.#now = now;
    return now;
  }

  /**
   * A peer's deadline is passed by a tick or by bytes and by nothing else: for any other input to an overdue peer its time
   * stands still (a machine clamps time that goes back). So a program that was busy for longer than the hold time and then
   * sends something does not find the timer expired while the peer's KEEPALIVEs wait unread.
   */
  #timeFor(now: Millis, peer: PeerEntry<C>): Millis {
    this.#timeOf(now);
    return peer.heapIndex >= 0 && peer.heapAt <= now ? Number.NEGATIVE_INFINITY : now;
  }

  #turnOf(peer: PeerEntry<C>, output: SpeakerOutput): Polled<C> {
    this.#polled.peer = peer;
    this.#polled.output = output;
    return this.#polled;
  }

  /** A peer has nothing more to say for now. True when it is gone for good. */
  #done(peer: PeerEntry<C>): boolean {
    if (peer.dynamic && !peer.deleted && (peer.ended || peer.held || peer.retains)) {
      const { connections, dialling, idleHoldDeadline, started, stale } = peer.machine.view();
      peer.held &&= idleHoldDeadline !== null || !started;
      // Somebody has to say what is to be done with its stale routes (RFC 4724 section 4.2), or to take it back.
      peer.retains = stale.length > 0;
      if (connections.length === 0 && dialling === null && !peer.held && !peer.retains) this.#takeOut(peer);
    }
    peer.ended = false;
    this.#deadlines.set(peer, peer.deleted ? null : peer.machine.deadline());
    peer.removed = peer.deleted;
    if (peer.removed) this.#selections.remove(peer);
    if (peer.removed && this.#recorder !== null) this.#record(peer.number, { type: "removed" });
    return peer.removed;
  }

  /** A recorder that fails costs nobody a session: its error is the platform's to report, and it is told nothing more. */
  #record(peer: number, call: MachineCall): void {
    try {
      this.#recorder?.record(peer, call);
    } catch (error) {
      this.#recorder = null;
      void Promise.reject(error);
    }
  }

  #handleRecorded(now: Millis, peer: PeerEntry<C>, input: PeerInput): void {
    let taken: PeerInput = { type: "tick" };
    try {
      peer.machine.handle(now, input);
      taken = input;
    } finally {
      this.#record(peer.number, { type: "input", now, input: taken });
    }
  }

  #touch(peer: PeerEntry<C>): void {
    if (peer.ready) return;
    peer.ready = true;
    this.#ready.push(peer);
  }

  #insert(options: PeerOptions, range: ListenRange<MakeContext<C>> | null, makeContext: MakeContext<C>): PeerEntry<C> {
    this.#random = nextRandom(this.#random);
    const seed = (uniform(this.#random) * 0x1_0000_0000) | 0;
    const environment: Environment = { routerId: this.#routerId, seed };
    const machine = new PeerMachine(options, environment);
    const { remoteAddress, localAddress } = machine.settings;
    const same = this.#byAddress.get(remoteAddress);
    if (same?.some((peer) => peer.localAddress === localAddress) === true) {
      const where = localAddress === null ? "" : ` at ${localAddress}`;
      throw new ConfigError("peer-exists", "remoteAddress", `there is a peer ${remoteAddress}${where} already`);
    }
    if (range === null) this.#checkSameKey(machine.settings, null);
    const id = this.#byId.has(remoteAddress) ? `${remoteAddress}@${localAddress ?? "any"}` : remoteAddress;
    const number = this.#made++;
    if (this.#recorder !== null) this.#record(number, { type: "made", id, options, environment });
    const peer = new PeerEntry<C>(number, id, options, machine, range, makeContext);
    this.#byId.set(id, peer);
    this.#selections.add(peer);
    if (same === undefined) this.#byAddress.set(remoteAddress, [peer]);
    else same.push(peer);
    return peer;
  }

  /** The kernel finds a key by the address of the peer alone, so peers that share it have to share the key. */
  #checkSameKey({ remoteAddress, socketOptions }: PeerSettings, own: PeerEntry<C> | null): void {
    const key = socketOptions?.md5Password ?? null;
    // Nor does it look at the zone of a link-local address.
    const [address] = remoteAddress.split("%");
    const same = remoteAddress.includes("%")
      ? this.list().filter((peer) => peer.remoteAddress.split("%")[0] === address)
      : (this.#byAddress.get(remoteAddress) ?? []);
    for (const other of same) {
      if (other === own || other.dynamic) continue;
      if (sameData(key, other.machine.settings.socketOptions?.md5Password ?? null)) continue;
      throw new ConfigError(
        "invalid-value",
        "md5Password",
        `is not that of the other peer at ${remoteAddress}; give both the same`,
      );
    }
  }

  #takeOut(peer: PeerEntry<C>): void {
    peer.deleted = true;
    if (peer.range !== null) peer.range.peers -= 1;
    this.#byId.delete(peer.id);
    const same = this.#byAddress.get(peer.remoteAddress)!;
    if (same.length === 1) this.#byAddress.delete(peer.remoteAddress);
    else same.splice(same.indexOf(peer), 1);
  }

  /** A peer for somebody in a listen range, or why not. Without a local address it is dialled. */
  #makeDynamic(now: Millis, remoteAddress: string, localAddress: string | null): PeerEntry<C> | string {
    const range = matchRange(this.#ranges, remoteAddress, localAddress);
    if (range === null) return `no peer ${remoteAddress} at ${localAddress} is configured`;
    if (range.peers >= range.limit) return `the listen range ${range.prefix} has its ${range.limit} peers`;
    // Taken for a bad address only if the driver hands out one that no peer could have, such as a link-local without a zone.
    try {
      const options = { ...range.options, remoteAddress, passive: localAddress !== null };
      const peer = this.#insert(options, range, range.makeContext);
      range.peers += 1;
      this.handle(now, peer, { type: "start", automatic: true });
      return peer;
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
  }
}

/** After these a peer of a listen range may have nothing left. */
const ENDS: ReadonlySet<PeerOutput["type"]> = new Set(["ended", "dialFailed", "cancelDial"]);

const REMOVED: SpeakerOutput = Object.freeze({ type: "removed" });

/** RFC 4486 section 4: a connection that is not wanted, "e.g., the peer is not configured locally", gets Connection Rejected. */
function rejected(why: string): { readonly peer: null; readonly why: string; readonly bytes: Uint8Array } {
  const body = encodeNotification(cease(Cease.ConnectionRejected));
  return { peer: null, why, bytes: encodeMessage(MessageType.Notification, body) };
}

/** @throws ConfigError `peer-not-found` for a peer that was deleted. */
function checkPresent(peer: { readonly id: string; readonly deleted: boolean }): void {
  if (peer.deleted) throw new ConfigError("peer-not-found", "", `the peer ${peer.id} was deleted`);
}
