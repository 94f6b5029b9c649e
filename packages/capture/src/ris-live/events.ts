// What a stream of RIS Live tells, in the words of all captures: messages, sessions that come and go.
import { ConfigError, encodeMessage, fromHex, MessageType, normaliseAddress, type Slice } from "@bgpwire/core";
import { toJson, type Json } from "@bgpwire/decoder";
import { pduAt, pduType } from "../bytes/pdu.ts";
import type { Captured, CaptureEvent } from "../event.ts";
import type { JsonObject } from "../json/fields.ts";
import { EventQueue } from "../stream/event-queue.ts";
import type { RecordReader } from "../stream/record-reader.ts";
import type { Time } from "../text/time.ts";
import { notificationOf, openOf, updatesOf } from "./fields.ts";
import { isObject, RisLiveReader, type RisLiveRecord } from "./reader.ts";
import { RisLiveSessions, type RisLivePeer, type RisLiveSession } from "./sessions.ts";

/** The message type octet of types that are BGP messages. */
const BGP_TYPES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["OPEN", MessageType.Open],
  ["UPDATE", MessageType.Update],
  ["NOTIFICATION", MessageType.Notification],
  ["KEEPALIVE", MessageType.Keepalive],
]);

/** A line about a peer. */
interface Said {
  readonly data: JsonObject;
  readonly type: string;
  readonly at: Captured;
  /** Octets of the line. */
  readonly length: number;
  readonly peer: RisLivePeer;
}

/**
 * Events of RIS Live.
 *
 * * A BGP message is a `message` of the octets in `raw`. Where the stream is had without them, or they are no message, it is made from
 *   the fields, which may take several UPDATEs, one for each next hop; its `direction.guessed` is true, and the direction is another
 *   object than that of messages with octets.
 * * The state of a peer is `up` and `down`. RIS Live does not tell the collector's address, which is the unspecified one; the
 *   collector's name is in `values.host` of an `information` "collector", the first event of each session.
 * * What else the server says is `information`, named after its type.
 *
 * Memory: a line of at most `LONGEST_RIS_LIVE_LINE`, and what is known of `MAX_RIS_LIVE_SESSIONS` sessions.
 *
 * @example
 * const events = new RisLiveEvents();
 * events.push(chunk);
 * for (let event = events.next(); event !== null; event = events.next()) take(event);
 */
export class RisLiveEvents implements RecordReader<CaptureEvent> {
  readonly #reader = new RisLiveReader();
  readonly #sessions = new RisLiveSessions();
  readonly #events = new EventQueue();

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#events.take();
      if (event !== null) return event;
      const record = this.#reader.next();
      if (record === null || record.kind === "problem") return record;
      this.#take(record);
    }
  }

  #take(record: RisLiveRecord): void {
    const { offset, length } = record;
    if (record.kind === "control") {
      this.#inform({ seconds: 0, nanoseconds: 0, offset }, record.type, record.data);
      return;
    }
    const said = saidIn(record.data, offset, length);
    if (said === null) this.#problem(offset, "a message of RIS Live without a time, a type or a peer", length);
    else this.#takeMessage(said);
  }

  #takeMessage(said: Said): void {
    const { data, type, at, peer } = said;
    let session = this.#sessions.known(peer);
    if (session === null) {
      session = this.#sessions.begin(peer);
      this.#inform(at, "collector", { session: session.number, host: peer.host });
    }
    const state = type === "STATE" || type === "RIS_PEER_STATE" ? data["state"] : null;
    if (BGP_TYPES.has(type) || "raw" in data) {
      this.#takeBgp(said, session);
    } else if (state === "connected") {
      this.#events.push({ kind: "up", ...at, direction: session.direction, sentOpen: null, receivedOpen: null });
    } else if (state === "down") {
      const reason = "the collector says that the session is down";
      this.#events.push({ kind: "down", ...at, direction: session.direction, reason, notification: null });
      this.#sessions.end(peer);
    } else {
      this.#inform(at, type, data);
    }
  }

  #takeBgp({ data, type, at, length }: Said, session: RisLiveSession): void {
    const sent = data["direction"] === "sent";
    if ("raw" in data) {
      const message = rawOf(data["raw"]!);
      if (message !== null) return this.#message(at, message, session, sent, false);
      this.#problem(at.offset, "raw is not the octets of one BGP message", 0);
    }
    const code = BGP_TYPES.get(type);
    try {
      for (const body of code === undefined ? [] : bodiesOf(code, data)) {
        const buffer = encodeMessage(code!, body);
        this.#message(at, { buffer, start: 0, end: buffer.length }, session, sent, true);
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#problem(at.offset, `no ${type} can be made from the fields: ${error.message}`, length);
    }
  }

  #message(at: Captured, message: Slice, session: RisLiveSession, sent: boolean, made: boolean): void {
    const direction = session.of(message, sent, made);
    this.#events.push({ kind: "message", ...at, ...message, type: pduType(message), direction });
  }

  #inform(at: Captured, name: string, data: Json): void {
    const values = toJson(isObject(data) ? data : { data }) as JsonObject;
    this.#events.push({ kind: "information", ...at, name, values });
  }

  #problem(offset: number, reason: string, skipped: number): void {
    this.#events.push({ kind: "problem", offset, reason, skipped });
  }
}

/** Longest name of a collector that is taken for one. */
const LONGEST_HOST = 255;

/** What a line is about; null where it lacks what every one has. */
function saidIn(data: JsonObject, offset: number, length: number): Said | null {
  const { type, timestamp, peer, peer_asn: as, host = "" } = data;
  const time = timeOf(timestamp);
  const address = typeof peer === "string" && !peer.includes("%") ? normaliseAddress(peer) : null;
  const number = typeof as === "string" && /^\d{1,10}$/.test(as) ? Number(as) : as;
  if (time === null || address === null || typeof type !== "string") return null;
  if (!isAs(number) || typeof host !== "string" || host.length > LONGEST_HOST) return null;
  return { data, type, at: { ...time, offset }, length, peer: { host, address, as: number } };
}

function isAs(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}

/** Seconds with decimals, of which a number of JSON has six. */
function timeOf(timestamp: Json | undefined): Time | null {
  if (typeof timestamp !== "number" || !(timestamp >= 0 && timestamp < 0x1_0000_0000)) return null;
  const seconds = Math.floor(timestamp);
  const microseconds = Math.round((timestamp - seconds) * 1e6);
  // What is that near to the next second is it.
  return microseconds < 1e6
    ? { seconds, nanoseconds: microseconds * 1000 }
    : { seconds: Math.min(seconds + 1, 0xffff_ffff), nanoseconds: 0 };
}

/** The BGP message of hexadecimal digits; null where they are not one, and nothing else. */
function rawOf(raw: Json): Slice | null {
  const octets = typeof raw === "string" ? fromHex(raw) : null;
  const message = octets && pduAt(octets, 0, octets.length);
  return message?.end === octets?.length ? message : null;
}

/** Bodies of the messages of a type that the fields say. @throws ConfigError where a field is not of its form */
function bodiesOf(code: number, data: JsonObject): Uint8Array[] {
  switch (code) {
    case MessageType.Open:
      return [openOf(data)];
    case MessageType.Update:
      return updatesOf(data);
    case MessageType.Notification:
      return [notificationOf(data)];
    default:
      return [new Uint8Array(0)];
  }
}
