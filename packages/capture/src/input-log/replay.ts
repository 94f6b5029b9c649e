// An input log done again: each entry is a call into a fresh machine, or what the machine must give next.
import {
  equalBytes,
  PeerMachine,
  type MachineCall,
  type Millis,
  type PeerCounters,
  type PeerOutput,
  type Recorder,
} from "@bgpwire/core";
import type { Problem } from "../stream/record-reader.ts";
import { CborWriter } from "./cbor.ts";
import { recorded, type InputLogEntry, type InputLogHeader, type RecordedOutput } from "./entry.ts";
import { InputLogReader } from "./reader.ts";

/** Where a replay is not what was recorded. */
export interface InputLogDifference {
  /** Counts the entries of the log from 0. */
  readonly entry: number;
  /** Of the entry, in octets from the beginning of the file. */
  readonly offset: number;
  /** The peer's id. */
  readonly peer: string;
  /** What the log has: an output as it is recorded, null for quiet, or the result of a call. */
  readonly expected: unknown;
  /** What came instead, in the same form; an Error where the machine threw it. */
  readonly actual: unknown;
}

/** What an input log has, as far as it has been replayed. */
export interface InputLogSummary {
  /** Who recorded it, and when; null where the log has nothing. */
  readonly header: InputLogHeader | null;
  readonly entries: number;
  readonly peers: number;
  /** How often a session came up. */
  readonly sessions: number;
  readonly inputs: number;
  readonly outputs: number;
  /** BGP messages, by their direction. */
  readonly received: number;
  readonly sent: number;
  /** The first and the last time, in milliseconds of the recording's clock; null where there is none. */
  readonly first: Millis | null;
  readonly last: Millis | null;
  /** Why the recording ended; null where the log does not say, as when its process was killed. */
  readonly ended: string | null;
}

/** What came of a replay. */
export interface InputLogReplayed {
  readonly summary: InputLogSummary;
  /** The first difference, which is also the last: what follows it means nothing. */
  readonly difference: InputLogDifference | null;
  /** Why not all of the log was read. */
  readonly problem: Problem | null;
}

interface Replayed {
  readonly id: string;
  readonly routerId: string;
  machine: PeerMachine;
}

/**
 * Does again what an input log has, entry by entry, with machines of its own.
 *
 * What is held is what the recorded machines held.
 *
 * @example
 * const replay = new InputLogReplay();
 * for (let entry = reader.next(); entry !== null; entry = reader.next()) {
 *   if (entry.kind === "problem") return entry;
 *   const difference = replay.take(entry);
 *   if (difference !== null) return difference;
 * }
 */
export class InputLogReplay {
  readonly #recorder: Recorder | null;
  readonly #cbor = new CborWriter(0x1_0000);
  readonly #peers = new Map<number, Replayed>();
  #header: InputLogHeader | null = null;
  #entries = 0;
  #made = 0;
  #inputs = 0;
  #outputs = 0;
  /** Of machines that are gone. */
  #before = { sessions: 0, received: 0, sent: 0 };
  #first: Millis | null = null;
  #last: Millis | null = null;
  #ended: string | null = null;

  /** @param recorder is told of every call, as it would have been when the log was recorded */
  constructor(recorder: Recorder | null = null) {
    this.#recorder = recorder;
  }

  get summary(): InputLogSummary {
    let { sessions, received, sent } = this.#before;
    for (const { machine } of this.#peers.values()) {
      const counters = countersOf(machine);
      sessions += counters.sessions;
      received += counters.received;
      sent += counters.sent;
    }
    return {
      header: this.#header,
      entries: this.#entries,
      peers: this.#made,
      sessions,
      inputs: this.#inputs,
      outputs: this.#outputs,
      received,
      sent,
      first: this.#first,
      last: this.#last,
      ended: this.#ended,
    };
  }

  /**
   * Does the next entry.
   *
   * @returns where what came is not what the log has; after that, nothing must be taken any more
   */
  take(entry: InputLogEntry): InputLogDifference | null {
    const index = this.#entries;
    this.#entries += 1;
    if (entry.kind === "header") this.#header = entry;
    if (entry.kind === "end") this.#ended = entry.why;
    if (entry.kind !== "call") return null;
    const found = this.#call(entry.peer, entry.call);
    if (found === null) return null;
    return { entry: index, offset: entry.offset, peer: this.#peers.get(entry.peer)?.id ?? `${entry.peer}`, ...found };
  }

  #call(number: number, call: (InputLogEntry & { readonly kind: "call" })["call"]): Found | null {
    if ("now" in call) this.#time(call.now);
    try {
      if (call.type === "made") return this.#make(number, call);
      const peer = this.#peers.get(number);
      if (peer === undefined) return { expected: call.type, actual: new Error("the log has no machine of this peer") };
      return this.#on(number, peer, call);
    } catch (error) {
      // A log can ask for anything; and where a machine throws, that is what there is to see.
      return { expected: call.type, actual: error };
    }
  }

  #make(number: number, call: MachineCall & { readonly type: "made" }): Found | null {
    const { id, options, environment } = call;
    if (this.#peers.has(number)) return { expected: call.type, actual: new Error("the log has this peer already") };
    this.#peers.set(number, { id, routerId: environment.routerId, machine: new PeerMachine(options, environment) });
    this.#made += 1;
    this.#recorder?.record(number, call);
    return null;
  }

  #on(number: number, peer: Replayed, call: (InputLogEntry & { readonly kind: "call" })["call"]): Found | null {
    const { machine } = peer;
    switch (call.type) {
      case "changed": {
        const environment = { routerId: peer.routerId, seed: 0 };
        peer.machine = PeerMachine.restore(call.options, environment, machine.snapshot());
        break;
      }
      case "input":
        this.#inputs += 1;
        machine.handle(call.now, call.input);
        break;
      case "sendUpdate": {
        this.#inputs += 1;
        const result = machine.sendUpdate(call.now, call.conn, call.body);
        if (!this.#same(call.result, result)) return { expected: call.result, actual: result };
        break;
      }
      case "sendRouteRefresh": {
        this.#inputs += 1;
        const { now, conn, afi, safi, subtype, body } = call;
        const result = machine.sendRouteRefresh(now, conn, afi, safi, subtype, body);
        if (!this.#same(call.result, result)) return { expected: call.result, actual: result };
        break;
      }
      case "sendCapabilities": {
        this.#inputs += 1;
        const result = machine.sendCapabilities(call.now, call.conn, call.changes);
        if (!this.#same(call.result, result)) return { expected: call.result, actual: result };
        break;
      }
      case "output":
        return this.#output(number, call.output, machine.poll());
      case "removed": {
        const { sessions, received, sent } = countersOf(machine);
        this.#before.sessions += sessions;
        this.#before.received += received;
        this.#before.sent += sent;
        this.#peers.delete(number);
      }
    }
    if (call.type !== "made") this.#recorder?.record(number, call);
    return null;
  }

  #output(number: number, expected: RecordedOutput | null, output: PeerOutput | null): Found | null {
    const actual = output === null ? null : recorded(output);
    if (!this.#same(expected, actual)) return { expected, actual };
    if (output !== null) this.#outputs += 1;
    this.#recorder?.record(number, { type: "output", output });
    return null;
  }

  /** Bit-exact: the same octets in the log. */
  #same(expected: unknown, actual: unknown): boolean {
    return equalBytes(this.#cbor.encode(expected), this.#cbor.encode(actual));
  }

  #time(now: Millis): void {
    if (now === Number.NEGATIVE_INFINITY) return;
    this.#first ??= now;
    if (this.#last === null || now > this.#last) this.#last = now;
  }
}

type Found = Pick<InputLogDifference, "expected" | "actual">;

function countersOf(machine: PeerMachine): {
  readonly sessions: number;
  readonly received: number;
  readonly sent: number;
} {
  const { established, received, sent } = machine.view().counters;
  return { sessions: established, received: messages(received), sent: messages(sent) };
}

function messages({
  open,
  update,
  notification,
  keepalive,
  routeRefresh,
  capability,
}: PeerCounters["received"]): number {
  return open + update + notification + keepalive + routeRefresh + capability;
}

/**
 * Replays a whole input log, up to its end or the first difference.
 *
 * @param file its octets, without compression
 * @param recorder is told of every call, as it would have been when the log was recorded
 * @example
 * const { difference, summary } = replayInputLog(readFileSync("session.log"));
 * if (difference === null) console.log(`${summary.inputs} inputs, every output as it was`);
 */
export function replayInputLog(file: Uint8Array, recorder: Recorder | null = null): InputLogReplayed {
  const reader = new InputLogReader();
  const replay = new InputLogReplay(recorder);
  let difference: InputLogDifference | null = null;
  let problem: Problem | null = null;
  reader.push(file);
  reader.end();
  for (let entry = reader.next(); entry !== null && difference === null; entry = reader.next()) {
    if (entry.kind === "problem") problem = entry;
    else difference = replay.take(entry);
  }
  return { summary: replay.summary, difference, problem };
}
