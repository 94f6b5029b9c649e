// MRT files as events: the messages and states of sessions, and the routes of tables one by one.
import { bytesOf, encodeMessage, HEADER_LENGTH, MAX_EXTENDED_MESSAGE, MessageType, type Family } from "@bgpwire/core";
import type { ContextOptions } from "@bgpwire/decoder";
import { u16At } from "../bytes/integers.ts";
import type {
  Captured,
  CaptureEvent,
  Direction,
  Endpoint,
  InformationEvent,
  MessageEvent,
  MrtRecordType,
  RouteEvent,
} from "../event.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import type { BgpMessageRecord, BgpStateChangeRecord } from "./bgp.ts";
import { withNextHop } from "./attributes.ts";
import type { Bgp4mpEntryRecord, Bgp4mpMessageRecord } from "./bgp4mp.ts";
import { BgpSubtype, MrtType, mrtRecordName } from "./numbers.ts";
import { MrtReader } from "./reader.ts";
import type { MrtRecord } from "./record.ts";
import type { RibRecord } from "./rib.ts";
import { RibRoutes, TableDumpRoutes, type RecordRoutes } from "./routes.ts";
import { endpoint, MrtSessions } from "./sessions.ts";
import { MRT_HEADER } from "./view.ts";

/** The types of messages that old records say by their subtype. */
const MESSAGE_TYPES: Readonly<Record<number, number>> = {
  [BgpSubtype.Update]: MessageType.Update,
  [BgpSubtype.Open]: MessageType.Open,
  [BgpSubtype.Notify]: MessageType.Notification,
  [BgpSubtype.Keepalive]: MessageType.Keepalive,
};

/** What records do not tell of sessions. */
export type MrtOptions = Pick<ContextOptions, "session" | "overrides"> & {
  /**
   * Families of which the messages have path identifiers although their record does not say so: there are files from before
   * RFC 8050 that are so. Default: those of which the octets of a direction's messages show it, and then `guessed` is true.
   */
  readonly addPath?: readonly Family[];
};

/**
 * Reads an MRT file as events: `message`, `state` and `route`, `information` of tables of peers and file names, and `problem`.
 *
 * How UPDATEs are read is what the subtype of their record says: four octets or two for AS numbers, with path identifiers or
 * without, unless IPv4 or IPv6 routes of a direction can only be read the other way: then it is `guessed`, until one shows that it is
 * as the record says. Where the sender stands no record says; `options` can.
 *
 * @example
 * const events = new MrtEvents();
 * for (const event of readAll(events, file)) if (event.kind === "route") decodeUpdate(updateOfRoute(event), event.context);
 */
export class MrtEvents implements RecordReader<CaptureEvent> {
  /** How many records tell nothing of BGP, by what they are, as `mrtRecordName` says it. */
  readonly passedOver: Map<string, number> = new Map();
  readonly #reader = new MrtReader();
  readonly #sessions: MrtSessions;
  readonly #types = new Map<number, MrtRecordType>();
  /** Of the last PEER_INDEX_TABLE. */
  #peers: readonly Endpoint[] | null = null;
  /** What is left of the last record. */
  #routes: RecordRoutes | null = null;
  #behind: Problem | null = null;

  constructor(options: MrtOptions = {}) {
    this.#sessions = new MrtSessions(options);
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  next(): CaptureEvent | null {
    for (;;) {
      const left = this.#left();
      if (left !== null) return left;
      const record = this.#reader.next();
      if (record === null || record.kind === "problem") return record;
      const event = this.#event(record);
      if (event !== null) return event;
    }
  }

  /** What the last record has besides what was given. */
  #left(): RouteEvent | Problem | null {
    if (this.#routes !== null) {
      const route = this.#routes.next();
      if (route !== null) return route;
      this.#routes = null;
    }
    const behind = this.#behind;
    this.#behind = null;
    return behind;
  }

  #event(record: MrtRecord): CaptureEvent | null {
    switch (record.kind) {
      case "bgp4mpMessage":
        return this.#message(record);
      case "bgp4mpStateChange": {
        const { buffer, sessionStart, sessionEnd, oldState, newState } = record;
        const direction = this.#sessions.direction(buffer, sessionStart, sessionEnd, record, true);
        return { kind: "state", ...this.#captured(record), direction, oldState, newState };
      }
      case "rib":
        return this.#rib(record);
      case "tableDump":
        this.#routes = new TableDumpRoutes(record, this.#sessions, this.#typeOf(record));
        return this.#left();
      case "bgp4mpEntry":
        return this.#entry(record);
      case "bgpMessage":
        return this.#oldMessage(record);
      case "bgpStateChange": {
        const { oldState, newState } = record;
        return { kind: "state", ...this.#captured(record), direction: this.#oldDirection(record), oldState, newState };
      }
      case "peerIndexTable": {
        const { collectorBgpIdentifier, viewName, peers } = record;
        this.#peers = peers.map(({ address, as, bgpIdentifier }) => endpoint(address, as, bgpIdentifier));
        return this.#information(record, "peerIndexTable", { collectorBgpIdentifier, viewName, peers });
      }
      case "geoPeerTable": {
        const { collectorBgpIdentifier, collector, peers } = record;
        return this.#information(record, "geoPeerTable", { collectorBgpIdentifier, collector, peers });
      }
      case "bgp4mpSnapshot":
      case "bgpSync":
        return this.#information(record, "snapshot", { view: record.view, fileName: record.fileName });
      default: {
        const name = mrtRecordName(record.type, record.subtype);
        this.passedOver.set(name, (this.passedOver.get(name) ?? 0) + 1);
        return null;
      }
    }
  }

  #message(record: Bgp4mpMessageRecord): MessageEvent {
    const { buffer, sessionStart, sessionEnd, offset } = record;
    const end = sessionEnd + u16At(buffer, sessionEnd + 16);
    const more = record.end - end;
    if (more > 0) {
      const reason = `${more} octets are behind the message of a record`;
      this.#behind = { kind: "problem", offset: offset + end - record.start, reason, skipped: more };
    }
    const type = buffer[sessionEnd + 18]!;
    const body = sessionEnd + HEADER_LENGTH;
    const direction =
      type === MessageType.Update
        ? this.#sessions.directionOfUpdate(buffer, sessionStart, sessionEnd, record, body, end)
        : this.#sessions.direction(buffer, sessionStart, sessionEnd, record, type === MessageType.Open);
    const mrt = this.#typeOf(record);
    const isExtended = mrt.type === MrtType.Bgp4mpEt;
    return {
      kind: "message",
      seconds: isExtended ? secondsOf(record) : record.seconds,
      nanoseconds: isExtended ? nanosecondsOf(record) : 0,
      offset,
      mrt,
      type,
      direction,
      buffer,
      start: sessionEnd,
      end,
    };
  }

  #rib(record: RibRecord): CaptureEvent | null {
    const mrt = this.#typeOf(record);
    if (this.#peers === null) {
      const reason = `${mrtRecordName(mrt.type, mrt.subtype)} without a PEER_INDEX_TABLE before it`;
      return { kind: "problem", offset: record.offset, reason, skipped: record.end - record.start };
    }
    this.#routes = new RibRoutes(record, this.#peers, this.#sessions.tableContext(true, record.addPath), mrt);
    return this.#left();
  }

  /** Its next hop stands in the record, where other tables have it among the attributes. */
  #entry(record: Bgp4mpEntryRecord): RouteEvent {
    const { buffer, sessionStart, sessionEnd, afi, safi } = record;
    const direction = this.#sessions.direction(buffer, sessionStart, sessionEnd, record);
    const attributes = withNextHop(bytesOf(record.attributes), bytesOf(record.nextHop));
    return {
      kind: "route",
      ...this.#captured(record),
      peer: direction.sender,
      originated: record.timeLastChange,
      family: { afi, safi },
      nlri: record.nlri,
      pathId: null,
      attributes: { buffer: attributes, start: 0, end: attributes.length },
      context: direction.context,
    };
  }

  /** The message with a header, which the record does not have. */
  #oldMessage(record: BgpMessageRecord): MessageEvent | Problem {
    const contents = bytesOf(record.contents);
    if (HEADER_LENGTH + contents.length > MAX_EXTENDED_MESSAGE) {
      const reason = `${contents.length} octets are no message`;
      return { kind: "problem", offset: record.offset, reason, skipped: record.end - record.start };
    }
    const buffer = encodeMessage(MESSAGE_TYPES[record.subtype]!, contents);
    return {
      kind: "message",
      ...this.#captured(record),
      type: buffer[HEADER_LENGTH - 1]!,
      direction: this.#oldDirection(record),
      buffer,
      start: 0,
      end: buffer.length,
    };
  }

  /** Of records older than BGP4MP: state changes tell nothing of the local side. */
  #oldDirection(record: BgpMessageRecord | BgpStateChangeRecord): Direction {
    const { buffer, start, end, peerAddress, peerAs } = record;
    const isMessage = record.kind === "bgpMessage";
    const [localAddress, localAs] = isMessage ? [record.localAddress, record.localAs] : [null, null];
    const to = isMessage ? record.contents.start : end - 4;
    const session = { peerAddress, peerAs, localAddress, localAs, local: false, fourOctetAs: false, addPath: false };
    return this.#sessions.direction(buffer, start + MRT_HEADER, to, session);
  }

  #information(record: MrtRecord, name: string, values: Readonly<Record<string, unknown>>): InformationEvent {
    return { kind: "information", ...this.#captured(record), name, values };
  }

  #captured(record: MrtRecord): Captured {
    const [seconds, nanoseconds] = [secondsOf(record), nanosecondsOf(record)];
    return { seconds, nanoseconds, offset: record.offset, mrt: this.#typeOf(record) };
  }

  /** One for all records of a type and subtype. */
  #typeOf({ type, subtype }: MrtRecord): MrtRecordType {
    const key = type * 0x1_0000 + subtype;
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    const made: MrtRecordType = { type, subtype };
    this.#types.set(key, made);
    return made;
  }
}

const MICROSECONDS = 1_000_000;

/** RFC 6396 section 3: the microseconds are "added to the Timestamp field value", however many they are. */
function secondsOf(record: MrtRecord): number {
  const { seconds, microseconds } = record;
  if (microseconds === null || microseconds < MICROSECONDS) return seconds;
  return Math.min(seconds + Math.trunc(microseconds / MICROSECONDS), 0xffff_ffff);
}

function nanosecondsOf({ microseconds }: MrtRecord): number {
  return microseconds === null ? 0 : (microseconds % MICROSECONDS) * 1000;
}
