// Hosts and TCP connections in memory, on virtual time: Transports for tests that must be exact and for simulations that must
// be many. What matters of TCP is here: order, delay, windows, half-close, resets, retransmission across a partition, and
// ends that know nothing of each other's death.
//
// Segments between two ends arrive in order. Across a partition they wait and arrive after it, as retransmitted ones would,
// but a reset is lost, as in life: it is sent once.
import { addressVersion, listenError, Outbox } from "@bgpwire/core";
import type { DialTarget, Endpoints, Link, LinkEvents, Listener, ListenTarget, Millis, Transport } from "@bgpwire/core";
import type { Cancel } from "./virtual-time.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface NetworkOptions {
  /** One-way delay in milliseconds, asked for each segment. Order is kept whatever it says. Default 1. */
  readonly delay?: (from: MemoryHost, to: MemoryHost) => Millis;
  /** Octets that the buffers of one direction of a connection hold. Default 65,536. */
  readonly window?: number;
  /** Most octets of one segment, so of one chunk. Default 16,384. */
  readonly segment?: number;
  /** Milliseconds that a flushed connection waits for its peer to close. Default 2000. */
  readonly linger?: Millis;
  /** What the hosts' transports give as seeds, counting up from here. Default 1. */
  readonly seed?: number;
}

export function memoryNetwork(options: NetworkOptions = {}): MemoryNetwork {
  return new MemoryNetwork(options);
}

export class MemoryNetwork {
  readonly time: VirtualTime = new VirtualTime();
  readonly options: Required<NetworkOptions>;
  readonly #hosts: MemoryHost[] = [];
  readonly #ends = new Set<MemoryEnd>();
  readonly #cuts = new Set<string>();
  /** Ends with segments that wait for the end of a partition. Some have no socket any more: the kernel goes on alone. */
  readonly #waiting = new Set<MemoryEnd>();
  #seed: number;

  constructor(options: NetworkOptions) {
    this.options = { delay: () => 1, window: 65_536, segment: 16_384, linger: 2000, seed: 1, ...options };
    this.#seed = this.options.seed;
  }

  /** A machine with these addresses. */
  host(...addresses: string[]): MemoryHost {
    const host = new MemoryHost(this, this.#hosts.length, addresses);
    this.#hosts.push(host);
    return host;
  }

  /** Nothing passes between two hosts until `heal`. */
  partition(a: MemoryHost, b: MemoryHost): void {
    this.#cuts.add(pair(a, b));
  }

  heal(a: MemoryHost, b: MemoryHost): void {
    this.#cuts.delete(pair(a, b));
    for (const end of this.#waiting) {
      if (this.cut(end.host, end.remote.host)) continue;
      this.#waiting.delete(end);
      end.retransmit();
    }
  }

  cut(a: MemoryHost, b: MemoryHost): boolean {
    return this.#cuts.has(pair(a, b));
  }

  /** Breaks the connections between two hosts, or all: both ends learn it at once, what was on its way is lost. */
  breakConnections(a?: MemoryHost, b?: MemoryHost): void {
    for (const end of this.#ends) {
      if (a === undefined || b === undefined || pair(a, b) === pair(end.host, end.remote.host)) end.broken();
    }
  }

  /** The ends that have a socket. */
  get ends(): readonly MemoryEnd[] {
    return [...this.#ends];
  }

  nextSeed(): number {
    return this.#seed++;
  }

  find(address: string): MemoryHost | null {
    return this.#hosts.find((host) => host.has(address)) ?? null;
  }

  add(end: MemoryEnd): void {
    this.#ends.add(end);
  }

  wait(end: MemoryEnd): void {
    this.#waiting.add(end);
  }

  remove(end: MemoryEnd): void {
    this.#ends.delete(end);
  }
}

function pair(a: MemoryHost, b: MemoryHost): string {
  return a.index < b.index ? `${a.index} ${b.index}` : `${b.index} ${a.index}`;
}

type Accept = (link: Link, endpoints: Endpoints) => LinkEvents;

interface Bound {
  readonly address: string;
  readonly port: number;
  readonly accept: Accept;
}

export class MemoryHost {
  readonly network: MemoryNetwork;
  readonly index: number;
  readonly #addresses: readonly string[];
  #listeners: Bound[] = [];
  #nextPort = 49_152;
  /** What stops the timers of this host's transports. */
  #timers = new Map<object, Cancel>();

  constructor(network: MemoryNetwork, index: number, addresses: readonly string[]) {
    this.network = network;
    this.index = index;
    this.#addresses = addresses;
  }

  has(address: string): boolean {
    return this.#addresses.includes(address);
  }

  /** Counts crashes: what began before the last one does nothing any more. */
  life = 0;

  /**
   * Loses everything at once and tells nobody: timers, dials, listeners, and connections, whose peers find out when they
   * send. Then the host is there again, and only new transports work.
   */
  crash(): void {
    this.life += 1;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#listeners = [];
    for (const end of this.network.ends) if (end.host === this) end.vanish();
  }

  /** One speaker's driver on this host. */
  transport(options: { readonly linger?: Millis } = {}): Transport {
    const { time } = this.network;
    const linger = options.linger ?? this.network.options.linger;
    const key = {};
    const { life } = this;
    return {
      now: () => time.now,
      seed: () => this.network.nextSeed(),
      wake: (at, wakeUp) => {
        this.#timers.get(key)?.();
        this.#timers.delete(key);
        if (at === null || life !== this.life) return;
        const fire = (): void => {
          this.#timers.delete(key);
          wakeUp();
        };
        this.#timers.set(key, time.after(at - time.now, fire));
      },
      dial: (target, events) => new MemoryDial(this, target, events, linger),
      listen: (target, accept) => this.#listen(target, accept, linger),
      abortController: () => new AbortController(),
    };
  }

  async #listen({ address, port }: ListenTarget, accept: Accept, linger: Millis): Promise<Listener> {
    const refuse = (code: string): Error => listenError({ address, port }, Object.assign(new Error(code), { code }));
    if (!isWildcard(address) && !this.has(address)) throw refuse("EADDRNOTAVAIL");
    const bound: Bound = {
      address,
      port: port === 0 ? this.nextPort() : port,
      accept: (link, endpoints) => {
        (link as MemoryEnd).linger = linger;
        return accept(link, endpoints);
      },
    };
    if (this.#listeners.some((other) => conflict(other, bound))) throw refuse("EADDRINUSE");
    this.#listeners.push(bound);
    const close = async (): Promise<void> => {
      this.#listeners = this.#listeners.filter((other) => other !== bound);
    };
    return { address, port: bound.port, close };
  }

  listener(address: string, port: number): Bound | null {
    return this.#listeners.find((bound) => bound.port === port && covers(bound.address, address)) ?? null;
  }

  nextPort(): number {
    return this.#nextPort++;
  }

  /** The source address of a dial: the one asked for, if it is ours, else the first of the same version. */
  source(asked: string | null, target: string): string | null {
    if (asked !== null) return this.has(asked) && addressVersion(asked) === addressVersion(target) ? asked : null;
    if (this.has(target)) return target;
    return this.#addresses.find((address) => addressVersion(address) === addressVersion(target)) ?? null;
  }
}

function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** `::` takes IPv4 too. */
function covers(listening: string, address: string): boolean {
  return listening === address || listening === "::" || (listening === "0.0.0.0" && addressVersion(address) === 4);
}

function conflict(a: Bound, b: Bound): boolean {
  return a.port === b.port && (covers(a.address, b.address) || covers(b.address, a.address));
}

/** A connection that may come to be. The SYN and its answer are sent again while nothing comes back. */
class MemoryDial implements Link {
  readonly #host: MemoryHost;
  readonly #target: DialTarget;
  readonly #events: LinkEvents;
  readonly #linger: Millis;
  readonly #timeout: Cancel;
  readonly #life: number;
  #end: MemoryEnd | null = null;
  #done = false;
  #closed = false;
  #paused = false;

  constructor(host: MemoryHost, target: DialTarget, events: LinkEvents, linger: Millis) {
    this.#host = host;
    this.#target = target;
    this.#events = events;
    this.#linger = linger;
    this.#life = host.life;
    const { time } = host.network;
    this.#timeout = time.after(target.timeout, () => this.#fail(`no answer within ${target.timeout / 1000} s`));
    time.after(0, () => this.#start());
  }

  /** It has come to something, or nobody waits for it. */
  get #over(): boolean {
    return this.#done || this.#closed || this.#host.life !== this.#life;
  }

  #start(): void {
    const { address, localAddress } = this.#target;
    if (this.#over) return;
    if (addressVersion(address) === null) return this.#fail(`${address} is not an address`);
    const source = this.#host.source(localAddress, address);
    if (source === null) return this.#fail(`no source address ${localAddress ?? ""} for ${address}`);
    const remote = this.#host.network.find(address);
    if (remote !== null) this.#synchronise(remote, source, 1000);
  }

  /** The SYN goes, the answer comes back; both or nothing, and again after a while. */
  #synchronise(remote: MemoryHost, source: string, retry: Millis): void {
    const { network } = this.#host;
    if (this.#over) return;
    network.time.after(network.options.delay(this.#host, remote), () => {
      if (network.cut(this.#host, remote)) {
        network.time.after(retry, () => this.#synchronise(remote, source, 2 * retry));
        return;
      }
      const bound = remote.listener(this.#target.address, this.#target.port);
      network.time.after(network.options.delay(remote, this.#host), () => this.#answered(remote, source, bound));
    });
  }

  #answered(remote: MemoryHost, source: string, bound: Bound | null): void {
    if (this.#over) return;
    if (bound === null) return this.#fail("the connection was refused");
    this.#done = true;
    this.#timeout();
    const endpoints = {
      localAddress: source,
      localPort: this.#host.nextPort(),
      remoteAddress: this.#target.address,
      remotePort: this.#target.port,
    };
    const end = new MemoryEnd(this.#host, endpoints);
    const other = new MemoryEnd(remote, {
      localAddress: endpoints.remoteAddress,
      localPort: endpoints.remotePort,
      remoteAddress: endpoints.localAddress,
      remotePort: endpoints.localPort,
    });
    end.remote = other;
    other.remote = end;
    end.linger = this.#linger;
    end.events = this.#events;
    this.#host.network.add(end);
    this.#end = end;
    if (this.#paused) end.pause();
    end.send({ type: "open", bound });
    this.#events.connected(endpoints);
  }

  #fail(reason: string): void {
    if (this.#over) return;
    this.#done = true;
    this.#timeout();
    this.#events.failed(reason);
  }

  write(bytes: Uint8Array): void {
    this.#end?.write(bytes);
  }

  close(mode: "flush" | "abort"): void {
    if (this.#end !== null) return this.#end.close(mode);
    if (this.#closed) return;
    this.#closed = true;
    this.#timeout();
    this.#host.network.time.after(0, () => this.#events.gone());
  }

  pause(): void {
    this.#paused = true;
    this.#end?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#end?.resume();
  }
}

type Segment =
  /** The last part of the handshake: the accepting side learns of the connection. */
  | { readonly type: "open"; readonly bound: Bound }
  | { readonly type: "data"; readonly bytes: Uint8Array }
  | { readonly type: "fin" }
  | { readonly type: "rst" }
  /** The receiver has read, so there is room. */
  | { readonly type: "window" };

const NOTHING = new Uint8Array(0);

/** One end of a connection. */
export class MemoryEnd implements Link {
  readonly host: MemoryHost;
  readonly endpoints: Endpoints;
  remote!: MemoryEnd;
  events: LinkEvents | null = null;
  linger: Millis = 0;

  /** There is a socket. */
  #alive = true;
  /** The speaker was told of the end. */
  #over = false;
  #closing: "flush" | "abort" | null = null;
  #lingering: Cancel = () => {};

  // Sending.
  readonly #outbox: Outbox = new Outbox();
  /** What is left of the batch that the window has cut. */
  #batch: Uint8Array = NOTHING;
  /** Octets on their way, or arrived and not read. */
  #outstanding = 0;
  #finSent = false;
  #pumping = false;
  /** When the last segment arrives: the next does not arrive before. */
  #lastArrival = 0;
  /** Segments that wait for the end of a partition. */
  #stalled: Segment[] = [];

  // Receiving.
  #paused = false;
  readonly #received: (Uint8Array | "fin")[] = [];
  #finReceived = false;

  constructor(host: MemoryHost, endpoints: Endpoints) {
    this.host = host;
    this.endpoints = endpoints;
  }

  // What the speaker does.

  write(bytes: Uint8Array): void {
    if (this.#closing !== null || !this.#alive || bytes.length === 0) return;
    this.#outbox.add(bytes);
    this.#pumpSoon();
  }

  pause(): void {
    if (this.#closing === null) this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#time.after(0, () => this.#deliver());
  }

  close(mode: "flush" | "abort"): void {
    if (this.#closing === "abort" || this.#closing === mode) return;
    const first = this.#closing === null;
    this.#closing = mode;
    if (!this.#alive) {
      if (first) this.#tellGone();
    } else if (mode === "abort") {
      this.#pump();
      this.#destroy();
    } else {
      this.#lingering = this.#time.after(this.linger, () => this.#destroy());
      this.resume();
      this.#pumpSoon();
    }
  }

  // What the network does.

  /** Both ends learn that the connection is no more. */
  broken(): void {
    for (const end of [this, this.remote]) end.#lose("the connection was reset");
  }

  /** The host has lost its memory. */
  vanish(): void {
    this.#alive = false;
    this.#over = true;
    this.#lingering();
    this.#stalled = [];
    this.events = null;
    this.host.network.remove(this);
  }

  send(segment: Segment): void {
    const { time, options } = this.host.network;
    const at = Math.max(time.now + options.delay(this.host, this.remote.host), this.#lastArrival);
    this.#lastArrival = at;
    time.after(at - time.now, () => {
      const cut = this.host.network.cut(this.host, this.remote.host);
      if (!cut && this.#stalled.length === 0) this.remote.#receive(segment);
      else if (!cut || segment.type !== "rst") this.#stall(segment);
    });
  }

  #stall(segment: Segment): void {
    this.#stalled.push(segment);
    this.host.network.wait(this);
  }

  /** A partition is over. */
  retransmit(): void {
    this.#time.after(this.host.network.options.delay(this.host, this.remote.host), () => {
      if (this.host.network.cut(this.host, this.remote.host)) return this.host.network.wait(this);
      const segments = this.#stalled;
      this.#stalled = [];
      for (const segment of segments) this.remote.#receive(segment);
    });
  }

  #receive(segment: Segment): void {
    switch (segment.type) {
      case "open":
        return this.#open(segment.bound);
      case "rst":
        return this.#lose("the connection was reset by the peer");
      case "window":
        return this.#pump();
    }
    // Nobody is here any more: TCP answers what still comes with a reset.
    if (!this.#alive) return this.send({ type: "rst" });
    if (segment.type === "fin") {
      this.#received.push("fin");
      this.#finReceived = true;
    } else {
      this.#received.push(segment.bytes);
    }
    this.#deliver();
  }

  #open(bound: Bound): void {
    if (!this.#alive || this.host.listener(bound.address, bound.port) !== bound) {
      this.vanish();
      this.send({ type: "rst" });
      return;
    }
    this.host.network.add(this);
    this.events = bound.accept(this, this.endpoints);
  }

  #deliver(): void {
    while (this.#received.length > 0 && !this.#paused && this.#alive) {
      const next = this.#received.shift()!;
      if (next === "fin") {
        if (this.#closing !== null) this.#finished();
        else this.#tell(() => this.events?.eof());
        return;
      }
      this.remote.#outstanding -= next.length;
      this.send({ type: "window" });
      if (this.#closing === null && !this.#over) this.events?.bytes(next);
    }
  }

  /** Octets that the window has not let out. */
  get #unsent(): number {
    return this.#outbox.octets + this.#batch.length;
  }

  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#time.after(0, () => {
      this.#pumping = false;
      this.#pump();
    });
  }

  /** Moves what the window allows into the network. */
  #pump(): void {
    if (!this.#alive) return;
    const { window, segment: longest } = this.host.network.options;
    const before = this.#unsent;
    while (this.#unsent > 0 && this.#outstanding < window) {
      if (this.#batch.length === 0) this.#batch = this.#outbox.take()!;
      const length = Math.min(this.#batch.length, longest, window - this.#outstanding);
      this.#outstanding += length;
      // A copy, as a wire makes it: neither side can see what the other does to its memory.
      this.send({ type: "data", bytes: this.#batch.slice(0, length) });
      this.#batch = this.#batch.subarray(length);
    }
    if (this.#unsent < before && this.#closing === null && !this.#over) this.events?.unsent(this.#unsent);
    if (this.#closing === "flush" && this.#unsent === 0 && !this.#finSent) {
      this.#finSent = true;
      this.send({ type: "fin" });
      this.#finished();
    }
  }

  /** A flushed connection ends when both sides have said that they are done. */
  #finished(): void {
    if (this.#closing === "flush" && this.#finSent && this.#finReceived) this.#destroy();
  }

  /** Lets go of the socket. Unread data makes it a reset, as in every TCP. */
  #destroy(): void {
    if (!this.#alive) return;
    const unread = this.#received.some((item) => item !== "fin");
    this.#end();
    if (unread) this.send({ type: "rst" });
    else if (!this.#finSent) this.send({ type: "fin" });
    this.#tellGone();
  }

  #lose(reason: string): void {
    if (!this.#alive) return;
    this.#end();
    if (this.#closing !== null) this.#tellGone();
    else this.#tell(() => this.events?.closed(reason));
  }

  #end(): void {
    this.#alive = false;
    this.#lingering();
    this.#outbox.clear();
    this.#batch = NOTHING;
    this.host.network.remove(this);
  }

  #tell(event: () => void): void {
    if (this.#over) return;
    this.#over = true;
    event();
  }

  #tellGone(): void {
    this.#time.after(0, () => this.events?.gone());
  }

  get #time(): VirtualTime {
    return this.host.network.time;
  }
}
