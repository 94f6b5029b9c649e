// The input log: everything that went into the peer machines of a speaker, with its time, and everything that came out, so
// that it can be done again. A file of it is a CBOR sequence (RFC 8742) that only ever grows at its end. Each item is an entry:
// a list in CBOR, wrapped as encoded CBOR (tag 24, RFC 8949 section 3.4.5.1), so that its length comes first.
//
//   ["header", 1, software, time, now]                            the first entry, and only that
//   ["made", peer, id, options, routerId, seed]                   a new machine; `peer` counts from 0
//   ["changed", peer, options]
//   ["bytes", peer, now, conn, chunk], and so every other input   its fields stand in inputs.ts
//   ["sendUpdate", peer, now, conn, body, result]
//   ["sendRouteRefresh", peer, now, conn, afi, safi, subtype, result, body]    `body` is missing where it is empty
//   ["sendCapabilities", peer, now, conn, changes, result]
//   ["output", peer, type, conn, rest]                            in the order in which they were polled
//   ["quiet", peer]                                               a poll that gave nothing
//   ["removed", peer]
//   ["end", why]                                                  the recording was ended in order
//
// Times are milliseconds on the monotonic clock of the speaker, as they were. Of octets in outputs that are more than 32
// there is their number and a digest: they came in with an input, or went in with `sendUpdate`.
import type { CapabilityChange, MachineCall, Millis, PeerOptions, PeerOutput } from "@bgpwire/core";
import { CborWriter, decodeCbor } from "./cbor.ts";
import { digestOf } from "./digest.ts";
import { optionsIn } from "./options.ts";
import { inputFrom, inputValues, isBytes, isInputType, isObject, isText, isWhole } from "./inputs.ts";

/** Of the format; a reader reads no other. */
const VERSION = 1;

/** Longest entry, in octets behind its head. */
export const MAX_INPUT_LOG_ENTRY: number = 1 << 24;

/** Most octets of an output that stand in the log themselves. */
const WHOLE_OCTETS = 32;

/** What is kept of a body that fits no message: it is refused for its length alone (RFC 8654 section 4). */
const LONGEST_BODY = 0x1_0000;

/** Who wrote a log, and when. */
export interface InputLogHeader {
  /** Name and version. */
  readonly software: string;
  /** Milliseconds since 1970-01-01 UTC at the moment `now`. */
  readonly time: number;
  /** A moment on the clock that all times of the log are of. */
  readonly now: Millis;
}

/** What the log has of an output: octets beyond 32 as a list of their number and a digest, the body of an UPDATE in place of its slice. */
export interface RecordedOutput {
  readonly type: string;
  /** The connection it speaks of; undefined where it speaks of none. */
  readonly conn: unknown;
  /** The other fields; of `write` and `update` the octets. */
  readonly rest: unknown;
}

type RecordedCall =
  | Exclude<MachineCall, { readonly type: "output" }>
  | { readonly type: "output"; readonly output: RecordedOutput | null };

/** One entry of a log. */
export type InputLogEntry = {
  /** Of the entry, in octets from the beginning of the file. */ readonly offset: number;
} & (
  | ({ readonly kind: "header" } & InputLogHeader)
  | { readonly kind: "call"; readonly peer: number; readonly call: RecordedCall }
  | { readonly kind: "end"; /** Why, as a clause. */ readonly why: string }
);

/** Writes entries. What it gives are octets of their own. */
export class InputLogWriter {
  readonly #cbor = new CborWriter(0x1_0000);

  /** The first entry of a log. */
  header({ software, time, now }: InputLogHeader): Uint8Array {
    return this.#cbor.encodeWrapped(["header", VERSION, software, time, now]);
  }

  call(peer: number, call: MachineCall): Uint8Array {
    return this.#cbor.encodeWrapped(callValues(peer, call));
  }

  /** The last entry of a log that was ended in order. */
  end(why: string): Uint8Array {
    return this.#cbor.encodeWrapped(["end", why]);
  }
}

function callValues(peer: number, call: MachineCall): unknown[] {
  switch (call.type) {
    case "made":
      return ["made", peer, call.id, optionsIn(call.options), call.environment.routerId, call.environment.seed];
    case "changed":
      return ["changed", peer, optionsIn(call.options)];
    case "input":
      return [call.input.type, peer, call.now, ...inputValues(call.input)];
    case "sendUpdate":
      return ["sendUpdate", peer, call.now, call.conn, call.body.subarray(0, LONGEST_BODY), call.result];
    case "sendRouteRefresh":
      return [
        "sendRouteRefresh",
        peer,
        call.now,
        call.conn,
        call.afi,
        call.safi,
        call.subtype,
        call.result,
        ...(call.body.length === 0 ? [] : [call.body.subarray(0, LONGEST_BODY)]),
      ];
    case "sendCapabilities":
      return ["sendCapabilities", peer, call.now, call.conn, call.changes, call.result];
    case "output": {
      if (call.output === null) return ["quiet", peer];
      const { type, conn, rest } = recorded(call.output);
      return ["output", peer, type, conn, rest];
    }
    case "removed":
      return ["removed", peer];
  }
}

/** What a log has of an output. */
export function recorded(output: PeerOutput): RecordedOutput {
  switch (output.type) {
    case "write":
      return { type: output.type, conn: output.conn, rest: condensed(output.bytes) };
    case "update":
      return {
        type: output.type,
        conn: output.conn,
        rest: condensed(output.buffer.subarray(output.start, output.end)),
      };
  }
  const { type, conn, ...rest } = { conn: undefined, ...output };
  return { type, conn, rest: condensed(rest) };
}

/** A plain value with a digest in place of octets that are many. */
function condensed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) {
    return value.length <= WHOLE_OCTETS ? value : [value.length, digestOf(value)];
  }
  if (Array.isArray(value)) return value.map(condensed);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, condensed(inner)]));
}

/**
 * Reads the entry whose list is in `[start, end)`. Octets are copied.
 *
 * @returns what is wrong with it, as a clause
 */
export function decodeLogEntry(buffer: Uint8Array, start: number, end: number, offset: number): InputLogEntry | string {
  const decoded = decodeCbor(buffer, start, end);
  if ("reason" in decoded) return decoded.reason;
  if (!Array.isArray(decoded.value)) return "it is no list";
  const [name, ...values] = decoded.value as unknown[];
  if (!isText(name)) return "it has no name";
  if (name === "header") return headerFrom(values, offset);
  const [first, ...rest] = values;
  if (name === "end") return isText(first) ? { kind: "end", why: first, offset } : "end has no text";
  if (!isWhole(first)) return `${quoted(name)} has no number of a peer`;
  const call = callFrom(name, rest);
  return typeof call === "string" ? call : { kind: "call", peer: first, call, offset };
}

function headerFrom(values: readonly unknown[], offset: number): InputLogEntry | string {
  const [version, software, time, now] = values;
  if (version !== VERSION) return `version ${String(version)} of the format is not ${VERSION}`;
  if (!isText(software) || !isTime(time) || !isTime(now)) return "header has no software, time and now";
  return { kind: "header", software, time, now, offset };
}

function callFrom(name: string, values: readonly unknown[]): RecordedCall | string {
  if (isInputType(name)) {
    const [now, ...fields] = values;
    if (!isMoment(now)) return `${name} has no time`;
    const input = inputFrom(name, fields);
    return typeof input === "string" ? input : { type: "input", now, input };
  }
  switch (name) {
    case "made": {
      const [id, options, routerId, seed] = values;
      if (!isText(id) || !isObject(options) || !isText(routerId) || typeof seed !== "number") {
        return "made has no id, options, routerId and seed";
      }
      return { type: "made", id, options: options as unknown as PeerOptions, environment: { routerId, seed } };
    }
    case "changed": {
      const [options] = values;
      if (!isObject(options)) return "changed has no options";
      return { type: "changed", options: options as unknown as PeerOptions };
    }
    case "sendUpdate": {
      const [now, conn, body, result] = values;
      if (!isMoment(now) || !isWhole(conn) || !isBytes(body) || !isResult(result)) {
        return "sendUpdate has no now, conn, body and result";
      }
      return { type: "sendUpdate", now, conn, body, result };
    }
    case "sendRouteRefresh": {
      const [now, conn, afi, safi, subtype, result, body = new Uint8Array(0)] = values;
      if (!isMoment(now) || ![conn, afi, safi, subtype].every(isWhole) || !isResult(result) || !isBytes(body)) {
        return "sendRouteRefresh has no now, conn, afi, safi, subtype, result and body";
      }
      const numbers = { conn: conn as number, afi: afi as number, safi: safi as number, subtype: subtype as number };
      return { type: "sendRouteRefresh", now, ...numbers, body, result };
    }
    case "sendCapabilities": {
      const [now, conn, changes, result] = values;
      if (!isMoment(now) || !isWhole(conn) || !Array.isArray(changes) || !isResult(result)) {
        return "sendCapabilities has no now, conn, changes and result";
      }
      return { type: "sendCapabilities", now, conn, changes: changes as readonly CapabilityChange[], result };
    }
    case "output": {
      const [type, conn, rest] = values;
      return isText(type) ? { type: "output", output: { type, conn, rest } } : "output has no type";
    }
    case "quiet":
      return { type: "output", output: null };
    case "removed":
      return { type: "removed" };
  }
  return `${quoted(name)} is no entry`;
}

type Result = Extract<MachineCall, { readonly type: "sendUpdate" }>["result"];

/** Results are only compared, so they are what they are. */
function isResult(value: unknown): value is Result {
  return isObject(value) && isText(value["status"]);
}

/** A time that no timer can stand still at: 2^52 milliseconds are further than any clock goes. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= 2 ** 52;
}

/** Negative infinity is a moment too: the machine's time does not move. */
function isMoment(value: unknown): value is Millis {
  return isTime(value) || value === Number.NEGATIVE_INFINITY;
}

function quoted(name: string): string {
  return JSON.stringify(name.length <= 40 ? name : `${name.slice(0, 39)}…`);
}
