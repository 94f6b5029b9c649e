// Two machines on one virtual network: TCP connections as ordered streams with arbitrary delays, partitions, lost
// connections, crashes; one clock, one queue, one seed. Everything that happens is decided by the seed, so a run can be
// made again event by event.
import type { CapabilityChange } from "../../packages/core/src/message/capability-message.ts";
import type { Family } from "../../packages/core/src/message/capability.ts";
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import type { ConnId, Endpoints, PeerInput, PeerOutput } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { comparable, describeInput, describeOutput } from "./peer-driver.ts";
import type { Call } from "./scenario.ts";
import { Watcher } from "./watcher.ts";

/** The same numbers for the same seed (Mulberry32). */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

export type Side = "A" | "B";
export const other = (side: Side): Side => (side === "A" ? "B" : "A");

/** What travels on a stream. */
type Segment =
  | { readonly kind: "syn" | "synAck" | "ack" | "fin" | "rst" }
  | { readonly kind: "data"; readonly bytes: Uint8Array };

/** One end of a TCP connection, as its kernel sees it. */
interface End {
  /** The machine's number; null before it knows of the connection. */
  conn: ConnId | null;
  /** `waiting`: not yet connected. `lingering`: closed by the machine, what still comes is dropped. `gone`: answers with RST. */
  state: "waiting" | "open" | "lingering" | "gone";
  /** Segments on their way to this end, in order: none overtakes another. */
  readonly coming: { due: number; readonly segment: Segment }[];
}

function newEnd(): End {
  return { conn: null, state: "waiting", coming: [] };
}

interface Tcp {
  readonly id: number;
  readonly dialler: Side;
  readonly ends: Readonly<Record<Side, End>>;
  /** Whatever is sent on it vanishes, and nobody is told. */
  silent: boolean;
}

export interface Host {
  machine: PeerMachine;
  watcher: Watcher;
  readonly options: PeerOptions;
  readonly environment: { readonly routerId: string; readonly seed: number };
  /** By the machine's number. */
  connections: Map<ConnId, Tcp>;
  nextAccepted: ConnId;
  /** The deadline that the queue has a tick for. */
  armed: number | null;
  /** Counts restarts, so that what was meant for the machine before is dropped. */
  life: number;
  up: Tcp | null;
  sessions: number;
  lastChange: number;
  dials: number;
  /** Everything that went in and came out, since the last crash, where it was asked for. */
  record: { readonly calls: Call[]; readonly outputs: string[] } | null;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly peers: Readonly<Record<Side, Partial<PeerOptions>>>;
  /** Identifiers of both. */
  readonly identifiers: Readonly<Record<Side, string>>;
  readonly as: Readonly<Record<Side, number>>;
  /** Milliseconds one segment takes; asked for each. */
  readonly delay: (random: () => number, from: Side, tcp: number, kind: Segment["kind"]) => number;
  /** Milliseconds until the application answers a question. */
  readonly answer?: (random: () => number) => number;
  /** A log for people is written here. */
  readonly log?: string[] | null;
  /** Record calls and outputs of both machines. */
  readonly record?: boolean;
  /** End-of-RIB follows the UPDATEs of a session, and a side that crashed says that it has restarted (RFC 4724). */
  readonly restarts?: boolean;
  /** Sees every output, and a crash as null. */
  readonly observe?: (side: Side, output: PeerOutput | null) => void;
  /** Replace machines by restored snapshots now and then. */
  readonly restore?: boolean;
}

const ADDRESS: Readonly<Record<Side, string>> = { A: "192.0.2.1", B: "192.0.2.2" };

/** Most events of one run, far above any need. */
const MOST_EVENTS = 400_000;

/** Milliseconds a kernel keeps what comes after `close flush`. */
const LINGER = 2_000;

export class Simulation {
  now = 0;
  readonly random: () => number;
  readonly hosts: Readonly<Record<Side, Host>>;
  readonly #options: SimulationOptions;
  readonly #queue = new Queue();
  #partitionedUntil = 0;
  #nextTcp = 1;
  events = 0;
  /** Restores do not draw from the seed's numbers, else they would change the run. */
  readonly #restoreRandom: () => number;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.random = generator(options.seed);
    this.#restoreRandom = generator(~options.seed);
    this.hosts = { A: this.#host("A"), B: this.#host("B") };
  }

  #host(side: Side, restarting = false): Host {
    const { peers, identifiers, as, seed } = this.#options;
    const options: PeerOptions = {
      remoteAddress: ADDRESS[other(side)],
      remoteAs: as[other(side)],
      localAs: as[side],
      ...peers[side],
      ...(restarting && { gracefulRestart: { ...peers[side].gracefulRestart, restarting } }),
    };
    const environment = { routerId: identifiers[side], seed: seed * 2 + (side === "A" ? 0 : 1) };
    return {
      machine: new PeerMachine(options, environment),
      watcher: new Watcher(options.passive === true),
      options,
      environment,
      connections: new Map(),
      nextAccepted: 1,
      armed: null,
      life: 0,
      up: null,
      sessions: 0,
      lastChange: 0,
      dials: 0,
      record: this.#options.record === true ? { calls: [], outputs: [] } : null,
    };
  }

  /** Does something at a time. */
  at(time: number, action: () => void): void {
    this.#queue.push(Math.max(time, this.now), action);
  }

  /** Runs until this time. */
  run(until: number): void {
    for (;;) {
      const next = this.#queue.peek();
      if (next === null || next.time > until) break;
      this.#queue.pop();
      this.now = next.time;
      this.events += 1;
      if (this.events > MOST_EVENTS) throw new Error("livelock: too many events");
      next.action();
    }
    this.now = until;
  }

  /** One input to one machine, and everything that follows at once. */
  input(side: Side, input: PeerInput): void {
    const host = this.hosts[side];
    if (this.#options.log) this.#note(`${side} < ${describeInput(input)}`);
    host.watcher.input(input);
    host.record?.calls.push({ call: "handle", now: this.now, input });
    host.machine.handle(this.now, input);
    if (this.#options.restore === true && this.#restoreRandom() < 0.05) {
      const snapshot = structuredClone(host.machine.snapshot());
      host.machine = PeerMachine.restore(host.options, host.environment, snapshot);
    }
    const written = new Set<ConnId>();
    for (;;) {
      const output = host.machine.poll();
      host.watcher.observe(host.machine, output, this.now);
      if (output === null) break;
      if (this.#options.log) this.#note(`${side}   > ${describeOutput(output)}`);
      host.record?.outputs.push(comparable(output));
      this.#carryOut(side, output);
      if (output.type === "write") written.add(output.conn);
    }
    // The kernel takes everything at once.
    for (const conn of written) if (host.connections.has(conn)) this.input(side, { type: "unsent", conn, bytes: 0 });
    this.#arm(side);
  }

  #arm(side: Side): void {
    const host = this.hosts[side];
    const deadline = host.machine.deadline();
    if (deadline === null || (host.armed !== null && host.armed <= deadline && host.armed > this.now)) return;
    host.armed = deadline;
    const { life } = host;
    this.at(deadline, () => {
      if (host.life !== life || host.armed !== deadline) return;
      host.armed = null;
      this.input(side, { type: "tick" });
    });
  }

  #carryOut(side: Side, output: PeerOutput): void {
    const host = this.hosts[side];
    this.#options.observe?.(side, output);
    switch (output.type) {
      case "dial":
        host.dials += 1;
        return this.#dial(side, output.conn);
      case "cancelDial": {
        const tcp = host.connections.get(output.conn)!;
        host.connections.delete(output.conn);
        tcp.ends[side].state = "gone";
        return;
      }
      case "write": {
        const tcp = host.connections.get(output.conn)!;
        return this.#write(side, tcp, output.bytes);
      }
      case "close": {
        const tcp = host.connections.get(output.conn)!;
        host.connections.delete(output.conn);
        return this.#close(side, tcp, output.mode);
      }
      case "ask": {
        const { conn } = output;
        const input: PeerInput =
          output.question === "openParameters"
            ? { type: "openParameters", conn, capabilities: [{ name: "routeRefresh", code: 2 }] }
            : { type: "openVerdict", conn, reject: null };
        const { life } = host;
        this.at(this.now + (this.#options.answer?.(this.random) ?? 0), () => {
          if (host.life === life) this.input(side, input);
        });
        return;
      }
      case "up":
        host.up = host.connections.get(output.conn)!;
        host.sessions += 1;
        host.lastChange = this.now;
        for (let i = 0; i < 3; i += 1) this.#sendUpdate(side, output.conn, routeOf(side, host.up, i));
        if (this.#options.restarts === true) this.#sendUpdate(side, output.conn, END_OF_RIB);
        return;
      case "down":
        host.up = null;
        host.lastChange = this.now;
        return;
      case "update":
        return this.#received(side, output.conn, output.buffer.subarray(output.start, output.end));
      case "state":
      case "open":
      case "refresh":
      case "capabilities":
      case "notified":
      case "ended":
      case "dialFailed":
      case "writable":
      case "idle":
    }
  }

  #sendUpdate(side: Side, conn: ConnId, body: Uint8Array): void {
    const host = this.hosts[side];
    const { life } = host;
    this.at(this.now, () => {
      if (host.life !== life || !host.connections.has(conn)) return;
      host.record?.calls.push({ call: "sendUpdate", now: this.now, conn, body });
      const { status } = host.machine.sendUpdate(this.now, conn, body);
      if (status !== "sent") throw new Error(`sendUpdate on the session that is up: ${status}`);
      this.input(side, { type: "tick" });
    });
  }

  /** Sends an End-of-RIB of a family on the session that is up. */
  endOfRib(side: Side, { afi, safi }: Family): void {
    const { up } = this.hosts[side].watcher;
    if (up !== null) this.#sendUpdate(side, up, Uint8Array.of(0, 0, 0, 6, 0x80, 15, 3, afi >> 8, afi & 0xff, safi));
  }

  /** Changes a capability of one side, if its session is up. */
  change(side: Side, change: CapabilityChange): void {
    const host = this.hosts[side];
    const conn = host.watcher.up;
    if (conn === null) return;
    host.record?.calls.push({ call: "sendCapabilities", now: this.now, conn, change });
    host.machine.sendCapabilities(this.now, conn, [change]);
    this.input(side, { type: "tick" });
  }

  readonly #counts = new Map<string, number>();

  #received(side: Side, conn: ConnId, body: Uint8Array): void {
    if (body.length === END_OF_RIB.length || body[3] === 6) return;
    const tcp = this.hosts[side].connections.get(conn)!;
    const key = `${side}${tcp.id}`;
    const count = this.#counts.get(key) ?? 0;
    const good = body[4] === other(side).charCodeAt(0) && ((body[5]! << 8) | body[6]!) === tcp.id && body[7] === count;
    if (!good) throw new Error(`UPDATE ${body.join(" ")} on ${key}, expected count ${count}`);
    this.#counts.set(key, count + 1);
  }

  // The network.

  #dial(side: Side, conn: ConnId): void {
    const tcp: Tcp = { id: this.#nextTcp, dialler: side, ends: { A: newEnd(), B: newEnd() }, silent: false };
    this.#nextTcp += 1;
    tcp.ends[side].conn = conn;
    this.hosts[side].connections.set(conn, tcp);
    this.#send(side, tcp, { kind: "syn" });
  }

  #write(side: Side, tcp: Tcp, bytes: Uint8Array): void {
    // Chunks of any size, each with a delay of its own.
    for (let at = 0; at < bytes.length;) {
      const size = this.random() < 0.7 ? bytes.length : 1 + Math.floor(this.random() * bytes.length);
      this.#send(side, tcp, { kind: "data", bytes: bytes.slice(at, at + size) });
      at += size;
    }
  }

  #close(side: Side, tcp: Tcp, mode: "flush" | "abort"): void {
    const end = tcp.ends[side];
    if (mode === "abort") {
      end.state = "gone";
      return this.#send(side, tcp, { kind: "rst" });
    }
    end.state = "lingering";
    this.#send(side, tcp, { kind: "fin" });
    this.at(this.now + LINGER, () => {
      end.state = "gone";
    });
  }

  #send(from: Side, tcp: Tcp, segment: Segment): void {
    if (tcp.silent) return;
    const to = other(from);
    const start = Math.max(this.now, this.#partitionedUntil);
    const due = start + this.#options.delay(this.random, from, tcp.id, segment.kind);
    tcp.ends[to].coming.push({ due, segment });
    this.at(due, () => this.#pump(to, tcp));
  }

  /** What has arrived in order at one end. A partition holds up what is on its way; it is sent again after it. */
  #pump(side: Side, tcp: Tcp): void {
    const { coming } = tcp.ends[side];
    for (let next = coming[0]; next !== undefined && next.due <= this.now && !tcp.silent; next = coming[0]) {
      if (this.#partitionedUntil > this.now) {
        next.due = this.#partitionedUntil + this.#options.delay(this.random, other(side), tcp.id, next.segment.kind);
        return this.at(next.due, () => this.#pump(side, tcp));
      }
      coming.shift();
      this.#arrive(side, tcp, next.segment);
    }
  }

  #arrive(side: Side, tcp: Tcp, segment: Segment): void {
    const end = tcp.ends[side];
    const host = this.hosts[side];
    switch (segment.kind) {
      case "syn":
        return this.#send(side, tcp, { kind: "synAck" });
      case "synAck":
        if (end.state !== "waiting") return this.#send(side, tcp, { kind: "rst" });
        end.state = "open";
        this.#send(side, tcp, { kind: "ack" });
        return this.input(side, { type: "connected", conn: end.conn!, endpoints: endpointsOf(side, tcp) });
      case "ack": {
        if (end.state !== "waiting") return;
        const conn = host.nextAccepted;
        host.nextAccepted += 2;
        end.conn = conn;
        end.state = "open";
        host.connections.set(conn, tcp);
        return this.input(side, { type: "accepted", conn, endpoints: endpointsOf(side, tcp) });
      }
      case "data":
        if (end.state === "open") return this.input(side, { type: "bytes", conn: end.conn!, chunk: segment.bytes });
        if (end.state === "gone") this.#send(side, tcp, { kind: "rst" });
        return;
      case "fin":
        if (end.state === "open") return this.input(side, { type: "eof", conn: end.conn! });
        end.state = "gone";
        return;
      case "rst": {
        const { state } = end;
        end.state = "gone";
        if (state !== "open") return;
        return this.input(side, { type: "closed", conn: end.conn!, reason: "ECONNRESET" });
      }
    }
  }

  // What goes wrong.

  /** Nothing arrives until this time; it is late then, but not lost. */
  partition(until: number): void {
    this.#note(`-- partition until ${until.toFixed(0)}`);
    this.#partitionedUntil = Math.max(this.#partitionedUntil, until);
  }

  /** Every connection there is breaks; each side is told after a while, or never. */
  cut(tell: (side: Side) => number | null): void {
    const live = new Set([...this.hosts.A.connections.values(), ...this.hosts.B.connections.values()]);
    for (const tcp of live) {
      this.#note(`-- cut of connection ${tcp.id}`);
      tcp.silent = true;
      for (const side of ["A", "B"] as const) {
        const after = tell(side);
        if (after === null) continue;
        this.at(this.now + after, () => {
          const end = tcp.ends[side];
          const host = this.hosts[side];
          if (end.conn === null || host.connections.get(end.conn) !== tcp) return;
          const { state } = end;
          end.state = "gone";
          if (state === "open") this.input(side, { type: "closed", conn: end.conn, reason: "ETIMEDOUT" });
          else {
            host.connections.delete(end.conn);
            this.input(side, { type: "dialFailed", conn: end.conn, reason: "ETIMEDOUT" });
          }
        });
      }
    }
  }

  /** The process of one side dies and starts again. With `told`, its kernel ends its connections; else it had no time to. */
  crash(side: Side, back: number, told: boolean): void {
    this.#note(`-- ${side} crashes${told ? "" : " without a word"}`);
    const host = this.hosts[side];
    for (const tcp of host.connections.values()) {
      tcp.ends[side].state = "gone";
      if (told) this.#send(side, tcp, { kind: "fin" });
    }
    const fresh = this.#host(side, this.#options.restarts === true);
    this.#options.observe?.(side, null);
    const { life, sessions, dials, nextAccepted } = host;
    Object.assign(host, fresh, { life: life + 1, sessions, dials, nextAccepted, lastChange: this.now });
    this.at(this.now + back, () => this.input(side, { type: "start" }));
  }

  #note(text: string): void {
    this.#options.log?.push(`${this.now.toFixed(0)} ${text}`);
  }
}

/** Of IPv4 unicast (RFC 4724 section 2). */
const END_OF_RIB = new Uint8Array(4);

/** UPDATEs carry the number of the TCP connection they were sent on, and a count. */
function routeOf(side: Side, tcp: Tcp, count: number): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, side.charCodeAt(0), tcp.id >> 8, tcp.id & 0xff, count);
}

/** What a new machine puts out when it is given what this one was given. */
export function replayed(host: Host): string[] {
  const machine = new PeerMachine(host.options, host.environment);
  const outputs: string[] = [];
  for (const call of host.record?.calls ?? []) {
    if (call.call === "handle") machine.handle(call.now, call.input);
    if (call.call === "sendUpdate") machine.sendUpdate(call.now, call.conn, call.body);
    if (call.call === "sendCapabilities") machine.sendCapabilities(call.now, call.conn, [call.change]);
    for (let output = machine.poll(); output !== null; output = machine.poll()) outputs.push(comparable(output));
  }
  return outputs;
}

function endpointsOf(side: Side, tcp: Tcp): Endpoints {
  const dialled = tcp.dialler === side;
  const port = 10_000 + tcp.id;
  return {
    localAddress: ADDRESS[side],
    localPort: dialled ? port : 179,
    remoteAddress: ADDRESS[other(side)],
    remotePort: dialled ? 179 : port,
  };
}

interface Entry {
  readonly time: number;
  readonly order: number;
  readonly action: () => void;
}

/** A binary heap; at equal times first in, first out. */
class Queue {
  readonly #heap: Entry[] = [];
  #order = 0;

  push(time: number, action: () => void): void {
    const heap = this.#heap;
    heap.push({ time, order: this.#order, action });
    this.#order += 1;
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i]!, heap[parent]!)) break;
      [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
      i = parent;
    }
  }

  peek(): Entry | null {
    return this.#heap[0] ?? null;
  }

  pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = i;
      if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.time === b.time ? a.order < b.order : a.time < b.time;
}
