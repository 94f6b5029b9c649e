// A transport that a test holds in its hand: virtual time, every dial, listener, write and pause visible, and the far end of
// each connection played by the test in raw octets.
import type { Endpoints } from "../../packages/core/src/session/io.ts";
import type { SocketOptions } from "../../packages/core/src/session/socket-options.ts";
import type {
  DialTarget,
  Link,
  LinkEvents,
  Listener,
  ListenTarget,
  Transport,
} from "../../packages/core/src/speaker/transport.ts";
import type { OpenFields } from "./wire.ts";
import { concat, describeMessage, keepalive, messagesIn, open } from "./wire.ts";

type Accept = (link: Link, endpoints: Endpoints) => LinkEvents;

/** One connection, seen from both sides. */
export class ScriptedLink implements Link {
  readonly endpoints: Endpoints;
  /** Null while `accept` has not returned. */
  events: LinkEvents | null;
  readonly writes: Uint8Array[] = [];
  /** How it was closed, each time. */
  readonly closes: ("flush" | "abort")[] = [];
  paused: boolean = false;
  /** Options of the socket, each time. */
  readonly options: SocketOptions[] = [];
  /** Every pause and resume. */
  readonly flow: string[] = [];
  /** True: what is flushed stays on its way until the test calls `gone`. */
  lingers: boolean = false;

  constructor(endpoints: Endpoints, events: LinkEvents | null) {
    this.endpoints = endpoints;
    this.events = events;
  }

  // What the speaker does.

  write(bytes: Uint8Array): void {
    if (this.closes.length > 0) throw new Error("a write after close");
    this.writes.push(bytes);
  }

  close(mode: "flush" | "abort"): void {
    this.closes.push(mode);
    if (!this.lingers || mode === "abort") queueMicrotask(() => this.events?.gone());
  }

  pause(): void {
    if (this.paused) throw new Error("paused twice");
    this.paused = true;
    this.flow.push("pause");
  }

  setOptions(options: SocketOptions): void {
    this.options.push(options);
  }

  resume(): void {
    if (!this.paused) throw new Error("resumed without a pause");
    this.paused = false;
    this.flow.push("resume");
  }

  // What the test does.

  /** The dial succeeds. */
  connect(): this {
    this.events!.connected(this.endpoints);
    return this;
  }

  /** The far end says something, in one chunk. */
  say(...parts: readonly Uint8Array[]): void {
    this.events!.bytes(concat(...parts));
  }

  /** The far end says what brings the session up. */
  establish(fields: OpenFields = {}): this {
    this.say(open(fields), keepalive());
    return this;
  }

  /** The kernel has taken all that was written. */
  taken(): void {
    this.events!.unsent(0);
  }

  /** What was said to the far end. @example ["OPEN", "KEEPALIVE", "NOTIFICATION 6/2"] */
  get said(): string[] {
    return messagesIn(concat(...this.writes)).map(describeMessage);
  }

  get closed(): boolean {
    return this.closes.length > 0;
  }
}

export class ScriptedListener implements Listener {
  readonly address: string;
  readonly port: number;
  readonly #accept: Accept;
  closed: boolean = false;

  constructor(address: string, port: number, accept: Accept) {
    this.address = address;
    this.port = port;
    this.#accept = accept;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Somebody connects. */
  connect(
    remoteAddress: string = "192.0.2.2",
    localAddress: string = "192.0.2.1",
    lingers: boolean = false,
  ): ScriptedLink {
    const link = new ScriptedLink({ localAddress, localPort: this.port, remoteAddress, remotePort: 50_000 }, null);
    link.lingers = lingers;
    link.events = this.#accept(link, link.endpoints);
    return link;
  }
}

export class ScriptedTransport implements Transport {
  /** Virtual milliseconds. */
  time: number = 1_000_000;
  /** When the speaker wants to be woken. */
  wakeAt: number | null = null;
  /** How often `wake` was called. */
  wakes: number = 0;
  #wakeUp: () => void = () => {};
  readonly links: ScriptedLink[] = [];
  readonly targets: DialTarget[] = [];
  readonly listeners: ScriptedListener[] = [];
  /** Ports that cannot be bound. */
  readonly taken = new Set<number>();
  /** Thrown by the next dial. */
  unreachable: Error | null = null;

  now(): number {
    return this.time;
  }

  seed(): number {
    return 42;
  }

  wake(at: number | null, wakeUp: () => void): void {
    this.wakes += 1;
    this.wakeAt = at;
    this.#wakeUp = wakeUp;
  }

  dial(target: DialTarget, events: LinkEvents): ScriptedLink {
    if (this.unreachable !== null) throw this.unreachable;
    this.targets.push(target);
    const localAddress = target.localAddress ?? (target.address.includes(":") ? "2001:db8::1" : "192.0.2.1");
    const link = new ScriptedLink(
      { localAddress, localPort: 40_000 + this.links.length, remoteAddress: target.address, remotePort: target.port },
      events,
    );
    this.links.push(link);
    return link;
  }

  listen(target: ListenTarget, accept: Accept): Promise<ScriptedListener> {
    if (this.taken.has(target.port)) {
      const error = new Error(`EADDRINUSE ${target.address}:${target.port}`);
      return Promise.reject(Object.assign(error, { code: "EADDRINUSE" }));
    }
    const port = target.port === 0 ? 20_000 + this.listeners.length : target.port;
    const listener = new ScriptedListener(target.address, port, accept);
    this.listeners.push(listener);
    return Promise.resolve(listener);
  }

  abortController(): AbortController {
    return new AbortController();
  }

  /** The latest dial. */
  get dialled(): ScriptedLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("nothing was dialled");
    return link;
  }

  /** Lets time pass and wakes the speaker at each moment it asked for. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let left = 10_000; this.wakeAt !== null && this.wakeAt <= end; left -= 1) {
      if (left === 0) throw new Error("the speaker never stops waking up");
      this.time = Math.max(this.time, this.wakeAt);
      this.fire();
    }
    this.time = end;
  }

  /** The timer fires now, early or late. */
  fire(): void {
    this.wakeAt = null;
    this.#wakeUp();
  }
}

/** Lets promises settle. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}
