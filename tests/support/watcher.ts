// Holds every output of a machine, and what it shows whenever it is quiescent, against the properties P5 to P8 and P13 of the core
// and against a few more that a driver relies on. It throws at the first breach.
import type { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import { familyName } from "../../packages/core/src/iana/family.ts";
import type { ConnId, PeerInput, PeerOutput, StaleChange, State } from "../../packages/core/src/session/io.ts";

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

const COUNTERS = ["octets", "open", "update", "notification", "keepalive", "routeRefresh", "capability"] as const;

export class Watcher {
  readonly #passive: boolean;
  readonly #known = new Set<ConnId>();
  readonly #notified = new Set<ConnId>();
  readonly #closed = new Set<ConnId>();
  readonly #ended = new Set<ConnId>();
  readonly #zeroHold = new Set<ConnId>();
  readonly #sent = { open: 0, update: 0, notification: 0, keepalive: 0, routeRefresh: 0, capability: 0, octets: 0 };
  #state: State = "Idle";
  #up: ConnId | null = null;
  /** The dial that waits for its turn. */
  #waiting: ConnId | null = null;
  /** Families with stale routes, and whether a restart or a refresh made them so. */
  readonly #stale = new Map<string, "restart" | "refresh">();
  /** The family whose stale routes are to be dropped next. */
  #due: string | null = null;
  readonly #selected = new Set<string>();
  /** Connections that a close has been put out for and that have not been told as ended yet. */
  #ending = 0;

  constructor(passive: boolean) {
    this.#passive = passive;
  }

  /** The connection of the session that is up. */
  get up(): ConnId | null {
    return this.#up;
  }

  /** To be told of each input before it is handled. */
  readonly input = (input: PeerInput): void => {
    if (input.type === "connected" || input.type === "accepted") this.#known.add(input.conn);
    if (input.type === "dialWaits") this.#waiting = input.on ? input.conn : null;
  };

  /** To be told of each output, and of null at the end of each drain. */
  readonly observe = (machine: PeerMachine, output: PeerOutput | null, now: number): void => {
    if (output === null) this.#quiescent(machine, now);
    else this.#output(output);
  };

  #output(output: PeerOutput): void {
    const due = this.#due;
    this.#due = null;
    if (due !== null) {
      const dropped = output.type === "stale" && output.action === "drop" && familyName(output) === due;
      must(dropped, "P13: End-of-RIB does not drop what is stale");
    }
    switch (output.type) {
      case "dial":
      case "cancelDial":
      case "dialFailed":
      case "idle":
        return;
      case "stale":
        return this.#changeStale(output);
      case "selection":
        must(!this.#selected.has(familyName(output)), "P13: a family is selected twice");
        this.#selected.add(familyName(output));
        return;
      case "state":
        must(
          output.from === this.#state && output.to !== output.from,
          `state ${output.from} told after ${this.#state}`,
        );
        this.#state = output.to;
        return;
      case "write":
        this.#write(output.conn, output.bytes);
        break;
      case "close":
        must(!this.#closed.has(output.conn), "P7: closed twice");
        this.#closed.add(output.conn);
        this.#ending += 1;
        return;
      case "up":
        must(this.#up === null, "P6: up while up");
        this.#up = output.conn;
        if (output.negotiated.holdTime === 0) this.#zeroHold.add(output.conn);
        break;
      case "down":
        must(this.#up === output.conn, "P6: down of what was not up");
        must(!this.#ended.has(output.conn), "down after ended");
        this.#up = null;
        // All that was stale and is not retained goes with the session.
        this.#stale.clear();
        for (const family of output.retained ?? []) this.#stale.set(familyName(family), "restart");
        must(this.#stale.size === (output.retained?.length ?? 0), "P13: a family retained twice");
        must(output.retained === null || this.#stale.size > 0, "P13: an empty list of retained families");
        return;
      case "endOfRib":
        must(this.#up === output.conn, "End-of-RIB only while up");
        if (this.#stale.get(familyName(output)) === "restart") this.#due = familyName(output);
        break;
      case "ended":
        must(!this.#ended.has(output.conn), "P7: ended twice");
        must(this.#closed.has(output.conn), "ended without close");
        must(this.#up !== output.conn, "ended while up");
        this.#ended.add(output.conn);
        this.#ending -= 1;
        return;
      case "update":
      case "refresh":
      case "capabilities":
        must(this.#up === output.conn, "UPDATEs only while up");
        break;
      case "notified":
      case "ask":
      case "open":
      case "writable":
        break;
    }
    must(!this.#closed.has(output.conn), `P7: ${output.type} after close`);
    must(this.#known.has(output.conn), `${output.type} for no connection`);
  }

  /** P13: a family that is retained or marked is dropped once, and nothing is dropped that was not. */
  #changeStale(change: StaleChange): void {
    const family = familyName(change);
    switch (change.action) {
      case "mark":
        must(this.#up !== null, "P13: a refresh without a session");
        must(this.#stale.get(family) !== "restart", "P13: a refresh before End-of-RIB");
        this.#stale.set(family, "refresh");
        return;
      case "longLived":
        must(this.#up === null && this.#stale.get(family) === "restart", "P13: long-lived without being stale");
        return;
      case "drop":
        must(this.#stale.delete(family), "P13: dropped without being stale");
    }
  }

  #write(conn: ConnId, bytes: Uint8Array): void {
    must(!this.#notified.has(conn), "P5: something after a NOTIFICATION");
    const type = bytes[18]!;
    must(((bytes[16]! << 8) | bytes[17]!) === bytes.length, "a write is one message");
    if (type === 3) {
      this.#notified.add(conn);
      must(!this.#zeroHold.has(conn) || bytes[19] !== 4, "P8: the hold timer of a session without one");
    }
    this.#sent[COUNTERS[type]!] += 1;
    this.#sent.octets += bytes.length;
  }

  #quiescent(machine: PeerMachine, now: number): void {
    const view = machine.view();
    must(view.state === this.#state, `the view says ${view.state}, told was ${this.#state}`);
    must(this.#ending === 0, "close without ended");
    let established = 0;
    let confirmed = 0;
    for (const c of view.connections) {
      must(!this.#closed.has(c.conn), "a closed connection in the view");
      if (c.state === "Established") {
        established += 1;
        must(c.conn === this.#up, "P6: Established without up");
        must(c.negotiated === view.negotiated, "the agreement of another connection");
      }
      if (c.state !== "Established" && c.state !== "OpenConfirm") continue;
      confirmed += 1;
      const zero = c.negotiated?.holdTime === 0;
      must(!zero || (c.holdDeadline === null && c.keepaliveDeadline === null), "P8: a timer with hold time 0");
    }
    must(established === (this.#up === null ? 0 : 1), "P6: up without Established");
    must(confirmed <= 1, "6.8: an unresolved collision");
    for (const name of COUNTERS) must(view.counters.sent[name] === this.#sent[name], `counter of ${name}`);
    const stale = view.stale.map(familyName);
    must(
      stale.toSorted().join() === [...this.#stale.keys()].sort().join(),
      "P13: the view's stale families are others",
    );
    const deadline = machine.deadline();
    for (const { until } of view.stale) {
      must(until === null || (deadline !== null && deadline <= until), "P13: stale beyond its time");
    }
    must(deadline === null || deadline > now, `a driver would spin: deadline ${deadline} at ${now}`);
    if (view.state === "Idle") {
      must(view.connections.length === 0 && view.dialling === null, "connections in Idle");
      must(view.connectRetryDeadline === null, "the ConnectRetryTimer runs in Idle");
      must((view.idleHoldDeadline !== null) === view.started, "nothing leads out of Idle");
    } else {
      must(view.started && view.idleHoldDeadline === null, "the IdleHoldTimer runs outside of Idle");
      const waits = view.connections.length > 0 || this.#passive || view.connectRetryDeadline !== null;
      const queues = view.dialling !== null && view.dialling === this.#waiting;
      must(waits || queues, "nothing leads out of here");
      must(!queues || view.connectRetryDeadline === null, "the ConnectRetryTimer runs while the dial waits");
    }
    if (this.#passive) must(view.dialling === null && view.connectRetryDeadline === null, "a passive peer dials");
  }
}
