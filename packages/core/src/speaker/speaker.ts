// A BGP speaker for its user: peers come and go at run time, plugins decide, a transport carries.
import { ConfigError } from "../fault.ts";
import { Cease } from "../iana/notification-code.ts";
import { shutdownNotification } from "../message/notification.ts";
import { checkObject, show } from "../session/check-field.ts";
import type { PeerChanges, PeerOptions } from "../session/options.ts";
import { checkPlugin } from "./check-plugin.ts";
import { Engine } from "./engine.ts";
import type { ListenRangeChanges, ListenRangeOptions } from "./listen-range.ts";
import { PeerHandle } from "./peer-handle.ts";
import type { PeerEntry } from "./peer-entry.ts";
import type { ListenRangeView, Peer, Plugin } from "./plugin.ts";
import type { SpeakerOptions, SpeakerSettings } from "./speaker-options.ts";
import { checkListen, resolveSpeakerOptions } from "./speaker-options.ts";
import type { Listener, ListenTarget, Transport } from "./transport.ts";

/** What was asked for, and the socket that came of it. */
interface Listening {
  readonly target: ListenTarget;
  readonly listener: Listener;
}

/**
 * Many BGP sessions over one transport.
 *
 * All of it may be called at any time, from inside callbacks too: what a callback starts happens after the callback, in
 * order. Every mistake of the caller is a `ConfigError` with a stable code.
 *
 * @example
 * const speaker = new Speaker({ routerId: "192.0.2.1" }, transport);
 * speaker.addPeer({ remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002 }, {
 *   onEstablished: (session) => (update) => console.log(session.peer.id, bytesOf(update)),
 * });
 * await speaker.start();
 */
export class Speaker {
  readonly #settings: SpeakerSettings;
  readonly #transport: Transport;
  readonly #engine: Engine;
  readonly #abort: () => void = () => void this.stop();
  #listen: readonly ListenTarget[];
  /** None while stopped. */
  #listening: readonly Listening[] = [];
  /** The change of them under way. */
  #relistening: Promise<void> = Promise.resolve();
  #phase: "stopped" | "starting" | "running" | "stopping" = "stopped";
  /** The start or stop under way. */
  #under: Promise<void> = Promise.resolve();

  /** @throws ConfigError `invalid-value` with the field */
  constructor(options: SpeakerOptions, transport: Transport) {
    this.#settings = resolveSpeakerOptions(options);
    this.#listen = this.#settings.listen;
    this.#transport = transport;
    this.#engine = new Engine(this.#settings, transport);
  }

  /** The BGP Identifier of peers that have none of their own. */
  get routerId(): string {
    return this.#settings.routerId;
  }

  /** True from the moment `start` has succeeded until `stop` is called. */
  get running(): boolean {
    return this.#phase === "running";
  }

  /** The sockets that accept, with the ports the system has chosen; empty while stopped. */
  get listeners(): readonly Listener[] {
    return Object.freeze(this.#listening.map(({ listener }) => listener));
  }

  /**
   * Listens on all targets, then starts the enabled peers. A stopped speaker can be started again.
   *
   * @throws ConfigError `already-started`; the reason of an AbortSignal that is aborted already; what the transport says
   *   when an address cannot be bound, and then nothing has started
   */
  start(): Promise<void> {
    if (this.#phase !== "stopped") {
      return Promise.reject(new ConfigError("already-started", "", `the speaker is ${this.#phase}`));
    }
    const { signal } = this.#settings;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    signal?.addEventListener("abort", this.#abort, { once: true });
    this.#phase = "starting";
    this.#under = this.#start();
    return this.#under;
  }

  async #start(): Promise<void> {
    try {
      this.#listening = await this.#open(this.#listen);
    } catch (error) {
      this.#stopped();
      throw error;
    }
    this.#phase = "running";
    this.#engine.machine.start(this.#engine.now());
    this.#engine.run();
  }

  /** Listens on all targets, or on none. */
  async #open(targets: readonly ListenTarget[]): Promise<Listening[]> {
    const listen = async (target: ListenTarget): Promise<Listening> => {
      const listener = await this.#transport.listen(target, (link, endpoints) => this.#engine.accept(link, endpoints));
      return { target, listener };
    };
    const results = await Promise.allSettled(targets.map(listen));
    const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failure = results.find((result) => result.status === "rejected");
    if (failure === undefined) return opened;
    await closeAll(opened);
    throw failure.reason;
  }

  /**
   * Listens on these targets from now on, and on no others. Sockets of targets that are the same stay, and so do all sessions. While
   * the speaker is stopped they are those of the next start. Changes are made one after the other.
   *
   * @throws ConfigError `invalid-value` with the field, or `already-started` while the speaker is starting or stopping; what the
   *   transport says when an address cannot be bound, and then it listens where it did
   * @example await speaker.changeListen([{ address: "192.0.2.1", port: 179 }])
   */
  async changeListen(listen: readonly ListenTarget[]): Promise<void> {
    const wanted = checkListen(listen);
    const done = this.#relistening.then(() => this.#relisten(wanted));
    this.#relistening = done.catch(() => {});
    return done;
  }

  async #relisten(wanted: readonly ListenTarget[]): Promise<void> {
    if (this.#phase === "starting" || this.#phase === "stopping")
      throw new ConfigError("already-started", "", `the speaker is ${this.#phase}`);
    if (this.#phase === "running") {
      const left = [...this.#listening];
      const kept = wanted.map(({ address, port }) => {
        const at = left.findIndex(({ target }) => target.address === address && target.port === port);
        return at < 0 ? null : left.splice(at, 1)[0]!;
      });
      const opened = await this.#openInPlaceOf(
        left,
        wanted.filter((_, i) => kept[i] === null),
      );
      this.#listening = kept.map((one) => one ?? opened.shift()!);
    }
    this.#listen = wanted;
  }

  /** Closes what is `left` once the others listen. One that goes may be in the way of one that comes, as 0.0.0.0:179 is of 192.0.2.1:179. */
  async #openInPlaceOf(left: readonly Listening[], missing: readonly ListenTarget[]): Promise<Listening[]> {
    let opened: Listening[] | null = null;
    try {
      opened = await this.#open(missing);
    } catch (error) {
      if (left.length === 0 || (error as { readonly code?: unknown }).code !== "EADDRINUSE") throw error;
    }
    this.#listening = this.#listening.filter((one) => !left.includes(one));
    await closeAll(left);
    if (opened !== null) return opened;
    try {
      return await this.#open(missing);
    } catch (error) {
      this.#listening = [...this.#listening, ...(await this.#open(left.map(({ target }) => target)))];
      throw error;
    }
  }

  /**
   * Ends all sessions with Cease/Administrative Shutdown, closes the listeners, and waits until the last bytes have left,
   * at most `stopTimeout` seconds; then what is left is cut. Does nothing to a speaker that is stopped. Never rejects.
   *
   * @param text for the peers' operators (RFC 9003), at most 128 octets of UTF-8; null closes without any NOTIFICATION, so that
   *   peers with graceful restart retain our routes until we are back (RFC 4724 section 4.2)
   */
  stop(text: string | null = ""): Promise<void> {
    if (this.#phase === "stopped" || this.#phase === "stopping") return this.#under.catch(() => {});
    this.#under = this.#phase === "running" ? this.#stop(text) : this.#stopOnceStarted(this.#under, text);
    return this.#under;
  }

  async #stopOnceStarted(starting: Promise<void>, text: string | null): Promise<void> {
    await starting.catch(() => {});
    if (this.#phase === "running") await this.#stop(text);
  }

  async #stop(text: string | null): Promise<void> {
    this.#phase = "stopping";
    const notification = text === null ? null : shutdownNotification(Cease.AdministrativeShutdown, text);
    this.#engine.machine.stop(this.#engine.now(), notification);
    this.#engine.run();
    await Promise.all([this.#relistening.then(() => this.#closeListeners()), this.#flushed()]);
    this.#stopped();
  }

  async #flushed(): Promise<void> {
    // Where a callback has called `stop`, the pump it was called from closes the links after it; this waits for that.
    await Promise.resolve();
    await this.#engine.flushed(this.#settings.stopTimeout);
  }

  async #closeListeners(): Promise<void> {
    const listening = this.#listening;
    this.#listening = [];
    await closeAll(listening);
  }

  #stopped(): void {
    this.#settings.signal?.removeEventListener("abort", this.#abort);
    this.#phase = "stopped";
  }

  /**
   * Adds a peer, which starts at once if the speaker runs.
   *
   * @param plugin what decides and learns; a peer without one negotiates from its options and drops UPDATEs
   * @throws ConfigError `invalid-value` with the field, or `peer-exists`
   */
  addPeer(options: PeerOptions, plugin: Plugin = {}): Peer {
    const { machine, sockets } = this.#engine;
    checkObject(options, "options", "the options of a peer");
    sockets.check(options);
    const entry = machine.add(this.#engine.now(), { ...options, ...asks(plugin) }, this.#handles(plugin));
    try {
      sockets.tell();
    } catch (error) {
      // Such as a kernel without memory for one key more.
      this.deletePeer(entry.id);
      throw error;
    }
    this.#engine.run();
    return entry.context;
  }

  /**
   * Tries whether sockets here can have what options of a peer ask for (`md5Password` and those after it), and changes nothing.
   *
   * @throws ConfigError `invalid-value` with the field, where `addPeer` would throw it
   */
  checkSocketOptions(options: Partial<PeerOptions>): void {
    this.#engine.sockets.check(options);
  }

  /**
   * Accepts peers from a prefix without configuring each. They share the plugin, which is told who speaks.
   *
   * @throws ConfigError `invalid-value` with the field, or `peer-exists` for a range that is there already
   */
  addListenRange(options: ListenRangeOptions, plugin: Plugin = {}): void {
    const { machine, sockets } = this.#engine;
    checkObject(options, "options", "the options of a listen range");
    sockets.check(options);
    machine.addRange({ ...options, ...asks(plugin) }, this.#handles(plugin));
    sockets.tell();
  }

  /**
   * Dials somebody in a listen range, as whoever connects from there is accepted: a peer without a number, whose address was
   * learned (`dialRouters` of @bgpwire/transport-node). The peer is deleted when the dial fails or its last connection ends,
   * so dial again then. Where a peer with the address is there already, that is all.
   *
   * @param remoteAddress with its zone where it is link-local
   * @returns null where the speaker does not run, and where no range has the address, or room
   * @example speaker.addListenRange({ prefix: "fe80::%eth0/10", localAs: 65001, remoteAs: "external" });
   * speaker.dialInRange("fe80::2%eth0");
   */
  dialInRange(remoteAddress: string): Peer | null {
    const entry = this.#engine.machine.dialInRange(this.#engine.now(), remoteAddress);
    this.#engine.run();
    return entry?.context ?? null;
  }

  /**
   * Ends a listen range and deletes the peers it made.
   *
   * @param localAddress where several ranges have the prefix: only the one with this local address
   * @throws ConfigError `peer-not-found`
   */
  deleteListenRange(prefix: string, localAddress?: string): void {
    this.#engine.machine.deleteRange(this.#engine.now(), prefix, localAddress);
    this.#engine.sockets.tell();
    this.#engine.run();
  }

  /**
   * Changes options of a listen range at run time, and of the peers it made as `changePeer` does: where their OPEN changes
   * their sessions end with Cease/Other Configuration Change. Peers beyond a lower limit stay.
   *
   * @param localAddress where several ranges have the prefix: only the one with this local address
   * @throws ConfigError `peer-not-found`, or `invalid-value` with the field, and then nothing has changed
   * @example speaker.changeListenRange("192.0.2.0/24", { limit: 20 }) // "kept"
   */
  changeListenRange(prefix: string, changes: ListenRangeChanges, localAddress?: string): "kept" | "reset" {
    this.#engine.sockets.check(defined(changes));
    const done = this.#engine.machine.changeRange(this.#engine.now(), prefix, changes, localAddress);
    this.#engine.sockets.tell();
    this.#engine.run();
    return done;
  }

  /**
   * Ends a peer's session with Cease/Peer De-configured and forgets the peer. Its plugin still hears `onClose`.
   *
   * @param id the peer's id or, where only one peer has it, its remote address
   * @throws ConfigError `peer-not-found`
   */
  deletePeer(id: string): void {
    this.#engine.machine.delete(this.#engine.now(), this.#entry(id));
    this.#engine.sockets.tell();
    this.#engine.run();
  }

  /**
   * Changes options of a peer at run time. Those that are part of the OPEN (AS numbers, router id, capabilities) end the
   * session with Cease/Other Configuration Change and it comes back with the new ones; all others keep it and take effect
   * from their next use. An option given as undefined has its default again.
   *
   * @throws ConfigError `peer-not-found`, or `invalid-value` with the field, and then nothing has changed
   * @example speaker.changePeer("192.0.2.2", { holdTime: 30 }) // "kept": from the next session on
   */
  changePeer(id: string, changes: PeerChanges): "kept" | "reset" {
    const entry = this.#entry(id);
    const { plugin } = entry.context;
    this.#engine.sockets.check(defined(changes));
    const done = this.#engine.machine.change(this.#engine.now(), entry, { ...changes, ...asks(plugin) });
    this.#engine.sockets.tell();
    this.#engine.run();
    return done;
  }

  /** The peer with this id or, where only one peer has it, this remote address; null where there is none. */
  getPeer(id: string): Peer | null {
    return this.#engine.machine.get(id)?.context ?? null;
  }

  /** All peers, oldest first, those of listen ranges included. */
  peers(): Peer[] {
    return this.#engine.machine.list().map((entry) => entry.context);
  }

  /** All listen ranges, in the order in which they are asked whose a connection is. */
  listenRanges(): ListenRangeView[] {
    return this.#engine.machine
      .ranges()
      .map(({ prefix, localAddress, limit, peers }) => Object.freeze({ prefix, localAddress, limit, peers }));
  }

  #entry(id: string): PeerEntry<PeerHandle> {
    const entry = this.#engine.machine.get(id);
    if (entry === null) throw new ConfigError("peer-not-found", "", `there is no peer ${show(id)}`);
    return entry;
  }

  #handles(plugin: Plugin): (entry: PeerEntry<PeerHandle>) => PeerHandle {
    checkPlugin(plugin);
    return (entry) => new PeerHandle(this.#engine, entry, plugin);
  }
}

async function closeAll(listening: readonly Listening[]): Promise<void> {
  await Promise.allSettled(listening.map(({ listener }) => listener.close()));
}

/** Changes without those that take an option away. */
function defined(changes: PeerChanges | ListenRangeChanges): Partial<PeerOptions> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** A peer asks exactly what its plugin answers. */
function asks(plugin: Plugin): { readonly askOpenParameters: boolean; readonly askOpenVerdict: boolean } {
  return {
    askOpenParameters: typeof plugin?.getCapabilities === "function",
    askOpenVerdict: typeof plugin?.onOpenMessage === "function",
  };
}
