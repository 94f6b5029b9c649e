// Two peer machines whose outputs are each other's inputs, on a clock that the bench turns: sessions without sockets.
import { PeerMachine } from "@bgpwire/core";
import type { Endpoints, PeerInput, PeerOutput } from "@bgpwire/core";

const A: Endpoints = { localAddress: "192.0.2.1", localPort: 40000, remoteAddress: "192.0.2.2", remotePort: 179 };
const B: Endpoints = { localAddress: "192.0.2.2", localPort: 179, remoteAddress: "192.0.2.1", remotePort: 40000 };

/** Counts for all pairs: what was handed to machines and what they put out. */
export const steps = { inputs: 0, outputs: 0, messages: 0 };

interface Side {
  readonly machine: PeerMachine;
  readonly other: Side;
  conn: number;
}

/** A session between a machine that dials and one that listens. Bytes arrive at once, one message a chunk. */
export class Pair {
  readonly a: Side;
  readonly b: Side;

  constructor(seed: number) {
    const dialler = new PeerMachine(
      { remoteAddress: B.localAddress, localAs: 65001, remoteAs: 65002 },
      { routerId: "192.0.2.1", seed },
    );
    const listener = new PeerMachine(
      { remoteAddress: A.localAddress, localAs: 65002, remoteAs: 65001, passive: true },
      { routerId: "192.0.2.2", seed: seed + 1 },
    );
    const a: { machine: PeerMachine; other: Side; conn: number } = { machine: dialler, other: null!, conn: 0 };
    const b: Side = { machine: listener, other: a, conn: 1 };
    a.other = b;
    this.a = a;
    this.b = b;
  }

  start(now: number): void {
    this.#input(now, this.b, { type: "start" });
    this.#input(now, this.a, { type: "start" });
    this.drain(now);
  }

  stop(now: number): void {
    this.#input(now, this.a, { type: "stop" });
    this.drain(now);
  }

  tick(now: number): void {
    this.#input(now, this.a, TICK);
    this.#input(now, this.b, TICK);
    this.drain(now);
  }

  update(now: number, body: Uint8Array): void {
    steps.inputs += 2;
    this.a.machine.sendUpdate(now, this.a.conn, body);
    this.b.machine.sendUpdate(now, this.b.conn, body);
    this.drain(now);
  }

  /** When the next timer of either side is due. */
  deadline(): number {
    return Math.min(this.a.machine.deadline() ?? Infinity, this.b.machine.deadline() ?? Infinity);
  }

  drain(now: number): void {
    for (let quiet = false; !quiet;) {
      quiet = true;
      for (const side of [this.a, this.b]) {
        for (let output = side.machine.poll(); output !== null; output = side.machine.poll()) {
          quiet = false;
          steps.outputs += 1;
          this.#carryOut(now, side, output);
        }
      }
    }
  }

  #input(now: number, side: Side, input: PeerInput): void {
    steps.inputs += 1;
    side.machine.handle(now, input);
  }

  #carryOut(now: number, side: Side, output: PeerOutput): void {
    const { other } = side;
    switch (output.type) {
      case "dial":
        side.conn = output.conn;
        this.#input(now, side, { type: "connected", conn: side.conn, endpoints: A });
        this.#input(now, other, { type: "accepted", conn: other.conn, endpoints: B });
        return;
      case "write":
        steps.messages += 1;
        this.#input(now, side, { type: "unsent", conn: side.conn, bytes: 0 });
        this.#input(now, other, { type: "bytes", conn: other.conn, chunk: output.bytes });
        return;
      case "close":
        this.#input(now, other, { type: "eof", conn: other.conn });
    }
  }
}

const TICK: PeerInput = { type: "tick" };
