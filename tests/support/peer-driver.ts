// Drives one PeerMachine as a transport would: hands it inputs, polls until it is quiescent, lets virtual time pass from
// deadline to deadline, and keeps what came out as values and as a log to read.
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import type {
  ConnectionView,
  ConnId,
  Endpoints,
  PeerInput,
  PeerOutput,
  PeerView,
} from "../../packages/core/src/session/io.ts";
import type { Notification } from "../../packages/core/src/message/notification.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import type { OpenFields, WireMessage } from "./wire.ts";
import { concat, describeMessage, keepalive, messagesIn, open, text } from "./wire.ts";

/** Our side of every test. */
export const LOCAL = { address: "192.0.2.1", as: 65001, identifier: "10.0.0.1" } as const;

/** The peer's side; its identifier is the higher one. */
const REMOTE = { address: "192.0.2.2", as: 65002, identifier: "10.0.0.2" } as const;

/** The usual options, with some replaced. */
export function optionsWith(some: Partial<PeerOptions> = {}): PeerOptions {
  return { remoteAddress: REMOTE.address, remoteAs: REMOTE.as, localAs: LOCAL.as, ...some };
}

export function endpoints(conn: ConnId): Endpoints {
  const ours = conn % 2 === 0;
  return {
    localAddress: LOCAL.address,
    localPort: ours ? 40_000 + conn : 179,
    remoteAddress: REMOTE.address,
    remotePort: ours ? 179 : 40_000 + conn,
  };
}

export type OutputOf<T extends PeerOutput["type"]> = Extract<PeerOutput, { type: T }>;

/** Most polls of one drain: far above any need, so that a machine that never becomes quiescent fails a test. */
const MOST_POLLS = 200_000;

export class PeerDriver {
  machine: PeerMachine;
  readonly options: PeerOptions;
  readonly environment: { readonly routerId: string; readonly seed: number };
  /** Virtual milliseconds. */
  now = 1_000_000;
  readonly outputs: PeerOutput[] = [];
  readonly inputs: { readonly now: number; readonly input: PeerInput }[] = [];
  readonly log: string[] = [];
  /** Calls of `poll` so far, the ones that gave null included. */
  polls = 0;
  #nextAccepted = 1;

  constructor(options: Partial<PeerOptions> = {}, environment: { routerId?: string; seed?: number } = {}) {
    this.options = optionsWith(options);
    this.environment = { routerId: environment.routerId ?? LOCAL.identifier, seed: environment.seed ?? 1 };
    this.machine = new PeerMachine(this.options, this.environment);
  }

  /** One input now, and everything that follows from it at this time. */
  feed(input: PeerInput): PeerOutput[] {
    this.log.push(`${this.now} < ${describeInput(input)}`);
    this.inputs.push({ now: this.now, input });
    this.machine.handle(this.now, input);
    return this.drain();
  }

  /** Polls until null. */
  drain(): PeerOutput[] {
    const news: PeerOutput[] = [];
    for (let left = MOST_POLLS; ; left -= 1) {
      this.polls += 1;
      const output = this.machine.poll();
      if (output === null) break;
      if (left === 0) throw new Error("poll never becomes null");
      news.push(output);
      this.outputs.push(output);
      this.log.push(`${this.now}   > ${describeOutput(output)}`);
    }
    const deadline = this.machine.deadline();
    if (deadline !== null && deadline < this.now) throw new Error(`deadline ${deadline} is before now ${this.now}`);
    return news;
  }

  /** Lets time pass; every deadline on the way is kept to the millisecond. */
  advance(ms: number): PeerOutput[] {
    const end = this.now + ms;
    const news: PeerOutput[] = [];
    for (let left = MOST_POLLS; ; left -= 1) {
      if (left === 0) throw new Error("deadline never moves on");
      const deadline = this.machine.deadline();
      if (deadline === null || deadline > end) break;
      this.now = Math.max(this.now, deadline);
      news.push(...this.feed({ type: "tick" }));
    }
    this.now = end;
    return news;
  }

  start(automatic = false): PeerOutput[] {
    return this.feed(automatic ? { type: "start", automatic } : { type: "start" });
  }

  stop(notification?: Notification): PeerOutput[] {
    return this.feed(notification ? { type: "stop", notification } : { type: "stop" });
  }

  /** The connection that is being dialled. */
  get dialling(): ConnId {
    const conn = this.view.dialling;
    if (conn === null) throw new Error(`nothing is being dialled\n${this.log.join("\n")}`);
    return conn;
  }

  /** Our dial succeeds. */
  connect(): ConnId {
    const conn = this.dialling;
    this.feed({ type: "connected", conn, endpoints: endpoints(conn) });
    return conn;
  }

  /** Our dial fails. */
  failDial(): void {
    this.feed({ type: "dialFailed", conn: this.dialling, reason: "ECONNREFUSED" });
  }

  /** The peer connects to us. */
  accept(): ConnId {
    const conn = this.#nextAccepted;
    this.#nextAccepted += 2;
    this.feed({ type: "accepted", conn, endpoints: endpoints(conn) });
    return conn;
  }

  /** The peer says something. */
  say(conn: ConnId, ...parts: readonly Uint8Array[]): PeerOutput[] {
    return this.feed({ type: "bytes", conn, chunk: concat(...parts) });
  }

  /** Any connection of this direction, its OPEN still to come. */
  reach(direction: "outbound" | "inbound"): ConnId {
    if (this.view.state === "Idle") this.start();
    if (direction === "outbound") return this.connect();
    if (this.view.dialling !== null) this.failDial();
    return this.accept();
  }

  /** A connection of this direction in OpenConfirm. */
  confirm(direction: "outbound" | "inbound" = "outbound", fields: OpenFields = {}): ConnId {
    const conn = this.reach(direction);
    this.say(conn, open(fields));
    return conn;
  }

  /** A connection of this direction in Established. */
  establish(direction: "outbound" | "inbound" = "outbound", fields: OpenFields = {}): ConnId {
    const conn = this.confirm(direction, fields);
    this.say(conn, keepalive());
    if (this.connection(conn)?.state !== "Established") throw new Error(`not Established:\n${this.log.join("\n")}`);
    return conn;
  }

  get view(): PeerView {
    return this.machine.view();
  }

  /** What the machine shows of one connection; undefined when it is gone. */
  connection(conn: ConnId): ConnectionView | undefined {
    return this.view.connections.find((c) => c.conn === conn);
  }
}

/** The outputs of one type. */
export function ofType<T extends PeerOutput["type"]>(outputs: readonly PeerOutput[], type: T): OutputOf<T>[] {
  return outputs.filter((o): o is OutputOf<T> => o.type === type);
}

/** Everything written to one connection. */
export function writtenTo(outputs: readonly PeerOutput[], conn: ConnId): Uint8Array {
  return concat(
    ...ofType(outputs, "write")
      .filter((o) => o.conn === conn)
      .map((o) => o.bytes),
  );
}

/** The messages written to one connection. */
export function messagesTo(outputs: readonly PeerOutput[], conn: ConnId): WireMessage[] {
  return messagesIn(writtenTo(outputs, conn));
}

/** The messages written to one connection, as text. @example ["OPEN", "KEEPALIVE", "NOTIFICATION 6/7"] */
export function saidTo(outputs: readonly PeerOutput[], conn: ConnId): string[] {
  return messagesTo(outputs, conn).map(describeMessage);
}

/** One input as a line. */
export function describeInput(input: PeerInput): string {
  if (input.type === "bytes") return `bytes(${input.conn}) ${input.chunk.length}: ${text(input.chunk.subarray(0, 48))}`;
  const { type, ...rest } = input;
  return `${type} ${plain(rest)}`;
}

/** One output as a line. */
export function describeOutput(output: PeerOutput): string {
  switch (output.type) {
    case "write":
      return `write(${output.conn}) ${messagesIn(output.bytes).map(describeMessage).join(", ")}`;
    case "state":
      return `state ${output.from} -> ${output.to} (${output.cause}${output.conn === null ? "" : ` on ${output.conn}`})`;
    case "update":
      return `update(${output.conn}) ${text(output.buffer.subarray(output.start, output.end))}`;
    case "up":
      return `up(${output.conn})`;
    case "open":
      return `open(${output.conn}) ${output.direction}`;
    default: {
      const { type, ...rest } = output;
      return `${type} ${plain(rest)}`;
    }
  }
}

/** An output as a value that `toEqual` and `JSON` compare by content: octets as text, an UPDATE by its octets alone. */
export function comparable(output: PeerOutput): string {
  if (output.type === "update") {
    return plain({ type: "update", conn: output.conn, body: output.buffer.slice(output.start, output.end) });
  }
  return plain(output);
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Uint8Array ? `h'${text(inner)}'` : inner));
}
