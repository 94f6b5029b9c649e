// The pump between a transport, the pure machine and the users' plugins. Inputs go into the machine; its outputs are carried
// out in order, one at a time, until there are none; then the driver is told which connections to read and when to wake us.
//
// User code runs while an output is carried out and may call anything. What it calls only enters the machine; the pump that
// is running goes on with it. A pump works off all that has arrived and then returns to the event loop, so that one
// connection's flood, which comes in chunks, cannot starve another's.
import type { Notification } from "../message/notification.ts";
import type { ConnId, Endpoints, Millis, PeerInput, SendResult } from "../session/io.ts";
import type { CallbackHost } from "./callbacks.ts";
import { Dials, type DialOutput } from "./dials.ts";
import {
  askCapabilities,
  askVerdict,
  capabilitiesChanged,
  closed,
  endOfRib,
  established,
  refreshed,
  selection,
  stale,
  stateChanged,
  update,
} from "./callbacks.ts";
import { Flushing } from "./flushing.ts";
import type { LinkHost } from "./link-handle.ts";
import { LinkHandle } from "./link-handle.ts";
import type { PeerHandle, PeerHost } from "./peer-handle.ts";
import type { SpeakerEvent } from "./plugin.ts";
import type { SessionHost } from "./session-handle.ts";
import type { SpeakerOutput } from "./speaker-machine.ts";
import { SpeakerMachine } from "./speaker-machine.ts";
import type { SpeakerSettings } from "./speaker-options.ts";
import { SocketRules } from "./socket-rules.ts";
import type { Link, LinkEvents, Transport } from "./transport.ts";

/** Strangers whose rejection may be on its way at a time; more are cut without a word. */
const MAX_STRANGERS = 64;
const STRANGERS = {};

/** Closed links of a peer whose last words may be on their way; of those of a listen range there may be its limit more. */
const MAX_FLUSHING = 8;

export class Engine implements CallbackHost, LinkHost, PeerHost {
  readonly machine: SpeakerMachine<PeerHandle>;
  readonly sockets: SocketRules;
  readonly #transport: Transport;
  readonly #settings: SpeakerSettings;
  readonly #wakeUp: () => void = () => this.#woken();

  #pumping: boolean = false;
  /** Peers whose connections are to be looked at when the pump is done. */
  readonly #touched: PeerHandle[] = [];
  readonly #dials: Dials;
  /** When the transport will wake us at the latest. */
  #armed: Millis | null = null;

  readonly #flushing = new Flushing();
  /** Somebody waits until this moment for the flushing links. */
  #flushDeadline: Millis | null = null;
  #flushed: () => void = () => {};

  constructor(settings: SpeakerSettings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
    const { routerId, recorder } = settings;
    this.machine = new SpeakerMachine({ routerId, seed: transport.seed(), recorder });
    this.sockets = new SocketRules(transport, this.machine);
    this.#dials = new Dials(settings.maximumDials);
  }

  now(): Millis {
    return this.#transport.now();
  }

  // What happens.

  input(peer: PeerHandle, input: PeerInput): void {
    this.enter(peer, input);
    this.run();
  }

  enter(peer: PeerHandle, input: PeerInput): void {
    this.machine.handle(this.now(), peer.entry, input);
    this.#touch(peer);
  }

  enable(peer: PeerHandle): void {
    this.machine.enable(this.now(), peer.entry);
    this.run();
  }

  disable(peer: PeerHandle, notification: Notification): void {
    this.machine.disable(this.now(), peer.entry, notification);
    this.run();
  }

  reset(peer: PeerHandle, notification: Notification): void {
    this.machine.reset(this.now(), peer.entry, notification);
    this.run();
  }

  /** A driver has accepted a connection. */
  accept(link: Link, endpoints: Endpoints): LinkEvents {
    const owner = this.machine.accept(this.now(), endpoints);
    if (owner.peer === null) return this.#refuse(link, endpoints, owner.why, owner.bytes);
    const peer = owner.peer.context;
    const handle = new LinkHandle(this, peer, owner.conn);
    handle.link = link;
    handle.up = true;
    peer.links.set(owner.conn, handle);
    const { socketOptions } = peer.entry.machine.settings;
    if (socketOptions !== null) link.setOptions?.(socketOptions);
    this.#touch(peer);
    this.run();
    return handle;
  }

  /** Nothing is kept of a stranger but the link, until its few bytes have left, and of such links there is a most. */
  #refuse(link: Link, endpoints: Endpoints, why: string, bytes: Uint8Array): LinkEvents {
    const stranger = new Stranger(() => this.gone(stranger));
    if (this.#flushing.count(STRANGERS) < MAX_STRANGERS) {
      this.#flushing.add(STRANGERS, MAX_STRANGERS, stranger, link);
      link.write(bytes);
      link.close("flush");
    } else {
      link.close("abort");
    }
    this.tell({ type: "rejected", endpoints, why });
    return stranger;
  }

  gone(link: LinkEvents): void {
    if (this.#flushing.delete(link) && this.#flushing.empty) this.#flushed();
  }

  /** Resolves when no closed link has bytes on their way any more; after `timeout` milliseconds they are cut. */
  async flushed(timeout: Millis): Promise<void> {
    if (this.#flushing.empty) return;
    const done = new Promise<void>((resolve) => {
      this.#flushed = resolve;
    });
    this.#flushDeadline = this.now() + timeout;
    this.run();
    await done;
    this.#flushDeadline = null;
    this.run();
  }

  #cut(): void {
    this.#flushDeadline = null;
    this.#flushing.cut();
    this.#flushed();
  }

  // The pump.

  /** Carries out what the machine wants until it wants nothing. Inside another run it does nothing: that one goes on. */
  run(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      do {
        for (let polled = this.machine.poll(); polled !== null; polled = this.machine.poll()) {
          this.#carryOut(polled.peer.context, polled.output);
        }
      } while (this.#dialNext());
    } finally {
      this.#pumping = false;
    }
    for (const peer of this.#touched) this.#readOrNot(peer);
    this.#touched.length = 0;
    this.#arm();
  }

  #carryOut(peer: PeerHandle, output: SpeakerOutput): void {
    switch (output.type) {
      case "update": {
        const link = peer.link(output.conn);
        if (link !== null) update(this, link, output);
        return;
      }
      case "write":
        peer.link(output.conn)?.link?.write(output.bytes);
        return;
      default:
        this.#touch(peer);
        this.#carryOutRare(peer, output);
    }
  }

  #carryOutRare(peer: PeerHandle, output: Exclude<SpeakerOutput, { type: "update" | "write" }>): void {
    switch (output.type) {
      case "dial":
        return this.#toDial(peer, output);
      case "state":
        peer.state = output.to;
        this.tell({ ...output, peer });
        return stateChanged(this, peer, output);
      case "idle":
        return this.tell({ ...output, peer });
      case "stale":
        this.tell({ ...output, peer });
        return stale(this, peer, output);
      case "selection":
        this.tell({ ...output, peer });
        return selection(this, peer, output);
      case "removed":
        return;
    }
    const link = peer.link(output.conn);
    switch (output.type) {
      case "cancelDial":
        if (link === null) return;
        peer.forget(link);
        return this.#close(link, "abort");
      case "close":
        if (link !== null) this.#close(link, output.mode);
        return;
      case "ask":
        if (link === null) return;
        if (output.question === "openParameters") askCapabilities(this, link, output);
        else askVerdict(this, link, output);
        return;
      case "up":
        if (link !== null) established(this, link, output);
        return;
      case "refresh":
        if (link !== null) refreshed(this, link, output);
        return;
      case "capabilities":
        if (link !== null) capabilitiesChanged(this, link, output);
        return;
      case "endOfRib":
        if (link !== null) endOfRib(this, link, output);
        return;
      case "down":
        if (output.retained !== null) {
          this.tell({ type: "retained", peer, conn: output.conn, families: output.retained });
        }
        if (link !== null) closed(this, link, output);
        return;
      case "writable":
        link?.session?.hasRoom();
        return;
      case "ended":
        if (link !== null) peer.forget(link);
        return this.tell({ ...output, peer });
      case "open":
      case "notified":
      case "dialFailed":
        return this.tell({ ...output, peer });
    }
  }

  #toDial(peer: PeerHandle, output: DialOutput): void {
    const handle = new LinkHandle(this, peer, output.conn);
    peer.links.set(output.conn, handle);
    if (this.#dials.add(handle, output)) this.enter(peer, { type: "dialWaits", conn: output.conn, on: true });
  }

  /** Makes the next dial. False where there is none, or none yet. */
  #dialNext(): boolean {
    const dial = this.#dials.next();
    if (dial === null) return false;
    const { handle, output, waits } = dial;
    if (waits) this.enter(handle.peer, { type: "dialWaits", conn: output.conn, on: false });
    this.#dial(handle, output);
    return true;
  }

  answered(handle: LinkHandle): void {
    this.#dials.delete(handle);
  }

  #dial(handle: LinkHandle, { address, port, localAddress }: DialOutput): void {
    try {
      const timeout = this.#settings.connectTimeout;
      const { socketOptions } = handle.peer.entry.machine.settings;
      const target = { address, port, localAddress, timeout, ...(socketOptions !== null && { socketOptions }) };
      handle.link = this.#transport.dial(target, handle);
    } catch (error) {
      // An address that the platform cannot even try; the machine tries again after its time, as after any failure.
      handle.failed(String(error));
    }
  }

  #close(handle: LinkHandle, mode: "flush" | "abort"): void {
    const { link } = handle;
    handle.over = true;
    this.#dials.delete(handle);
    if (link === null) return;
    if (mode === "flush") {
      const { range } = handle.peer.entry;
      this.#flushing.add(range ?? handle.peer, MAX_FLUSHING + (range?.limit ?? 0), handle, link);
    }
    link.close(mode);
  }

  #touch(peer: PeerHandle): void {
    if (peer.touched) return;
    peer.touched = true;
    this.#touched.push(peer);
  }

  /** Lets the driver read exactly those connections of a peer that the machine wants to read. */
  #readOrNot(peer: PeerHandle): void {
    peer.touched = false;
    for (const handle of peer.links.values()) {
      if (!handle.up || handle.over || this.#wants(peer, handle.conn) !== handle.paused) continue;
      handle.paused = !handle.paused;
      if (handle.paused) handle.link?.pause();
      else handle.link?.resume();
    }
  }

  #wants(peer: PeerHandle, conn: ConnId): boolean {
    return peer.entry.machine.wantsRead(conn);
  }

  // Time.

  /** Arms the transport's one timer, but leaves it alone where it is early enough: most deadlines only move away. */
  #arm(): void {
    let at = this.machine.deadline();
    if (this.#flushDeadline !== null && (at === null || this.#flushDeadline < at)) at = this.#flushDeadline;
    if (this.#dials.due) at = this.now();
    if (at === null ? this.#armed === null : this.#armed !== null && this.#armed <= at) return;
    this.#armed = at;
    this.#transport.wake(at, this.#wakeUp);
  }

  #woken(): void {
    const now = this.now();
    this.#armed = null;
    this.#dials.nextTurn();
    this.machine.tick(now);
    if (this.#flushDeadline !== null && now >= this.#flushDeadline) this.#cut();
    this.run();
  }

  // For the callbacks.

  /** Hands an event to the user. What the user's function throws is the platform's to report; see `SpeakerOptions.onEvent`. */
  tell(event: SpeakerEvent): void {
    const { onEvent } = this.#settings;
    if (onEvent === null) return;
    try {
      onEvent(event);
    } catch (error) {
      void Promise.reject(error);
    }
  }

  sessionHost(link: LinkHandle): SessionHost {
    const { peer, conn } = link;
    const { entry } = peer;
    return {
      sendUpdate: (body) => this.#pumped(this.machine.sendUpdate(this.now(), entry, conn, body)),
      sendRouteRefresh: (afi, safi, subtype, filters) =>
        this.#pumped(this.machine.sendRouteRefresh(this.now(), entry, conn, afi, safi, subtype, filters)),
      sendCapabilities: (changes) => {
        const result = this.machine.sendCapabilities(this.now(), entry, conn, changes);
        const { negotiated } = entry.machine.view();
        if (result.status === "sent" && negotiated !== null) link.session!.negotiated = negotiated;
        return this.#pumped(result);
      },
      close: (notification, idleHoldTime) =>
        this.input(peer, { type: "fail", conn, notification, ...(idleHoldTime !== undefined && { idleHoldTime }) }),
      abortController: () => this.#transport.abortController(),
    };
  }

  #pumped(result: SendResult): SendResult {
    if (result.status === "sent") this.run();
    return result;
  }
}

/** A connection that nobody wants. */
class Stranger implements LinkEvents {
  readonly #gone: () => void;

  constructor(gone: () => void) {
    this.#gone = gone;
  }

  gone(): void {
    this.#gone();
  }

  connected(): void {}
  failed(): void {}
  bytes(): void {}
  eof(): void {}
  closed(): void {}
  unsent(): void {}
}
