// What a BMP stream tells, in the words of all captures: sessions that come and go, UPDATEs of tables, counters.
import { type Capability, type Slice } from "@bgpwire/core";
import { toJson } from "@bgpwire/decoder";
import type { Captured, CaptureEvent, Direction, InformationEvent, MessageEvent } from "../event.ts";
import type { RecordReader } from "../stream/record-reader.ts";
import type { BmpMessage } from "./message.ts";
import { BmpMirroringCode } from "./numbers.ts";
import { pduBody, pduType } from "../bytes/pdu.ts";
import { BmpPeers, BmpSessionNumbers, ribOf } from "./peers.ts";
import type { PeerDownMessage } from "./peer-down.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import type { PeerUpMessage } from "./peer-up.ts";
import { BmpReader } from "./reader.ts";
import { peerDownText } from "./reasons.ts";
import type { RouteMirroringMessage } from "./route-mirroring.ts";
import type { RouteMonitoringMessage } from "./route-monitoring.ts";

/**
 * Events of the BMP session of one router: one TCP connection.
 *
 * * Peer Up and Peer Down are `up` and `down`; the OPENs of the former say how UPDATEs are read, of each table in the direction in
 *   which its routes went. A peer whose Peer Up is missing has a context that is guessed from its first UPDATEs.
 * * Route Monitoring is a `message` of a table; what its TLVs say of routes comes before it as `information`. Route Mirroring is a
 *   `message` of the session, where `rib` is null, and a `gap` where the router has lost some.
 * * Initiation, Termination, statistics and messages of unknown types are `information`. Its `values.peer` is the per-peer header,
 *   `values.rib` the table.
 *
 * Times are those of the per-peer header; what has none has zero. Memory: that of `BmpReader`, and at most `MAX_BMP_PEERS` peers.
 *
 * @example
 * const events = new BmpEvents();
 * events.push(chunk);
 * for (let event = events.next(); event !== null; event = events.next()) take(event);
 */
export class BmpEvents implements RecordReader<CaptureEvent> {
  /** The message that is behind the event which `next` gave last. */
  message: BmpMessage | null = null;
  readonly #reader = new BmpReader();
  readonly #peers: BmpPeers;
  /** Events of the message that was read last; those before `#given` were taken. */
  #events: CaptureEvent[] = [];
  #given = 0;

  /** @param numbers those of the sessions; of its own if none are given */
  constructor(numbers: BmpSessionNumbers = new BmpSessionNumbers()) {
    this.#peers = new BmpPeers(numbers);
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  /** Why octets are passed over at the moment; null while messages follow each other. */
  get lost(): string | null {
    return this.#reader.lost;
  }

  next(): CaptureEvent | null {
    while (this.#given === this.#events.length) {
      const message = this.#reader.next();
      if (message === null || message.kind === "problem") return message;
      this.message = message;
      this.#events = [];
      this.#given = 0;
      this.#take(message);
    }
    const event = this.#events[this.#given]!;
    this.#given += 1;
    return event;
  }

  #take(message: BmpMessage): void {
    switch (message.kind) {
      case "routeMonitoring":
        this.#takeRouteMonitoring(message);
        break;
      case "routeMirroring":
        this.#takeRouteMirroring(message);
        break;
      case "peerUp":
        this.#takePeerUp(message);
        break;
      case "peerDown":
        this.#takePeerDown(message);
        break;
      case "statisticsReport":
        this.#inform("statistics", message.peer, { statistics: message.statistics });
        break;
      case "initiation":
      case "termination":
        this.#inform(message.kind, null, { version: message.version, tlvs: message.tlvs });
        break;
      case "unknown":
        this.#inform("unknown", null, { version: message.version, type: message.type });
    }
    if ("rest" in message) {
      const skipped = message.rest.length;
      this.#problem(`${skipped} octets at the end of a message do not fit its lengths`, skipped);
    }
  }

  /** @param octets at the end of the message */
  #problem(reason: string, octets: number): void {
    const { offset, length } = this.#reader;
    this.#events.push({ kind: "problem", offset: offset + length - octets, reason, skipped: octets });
  }

  #takePeerUp(message: PeerUpMessage): void {
    const { peer, sentOpen, receivedOpen, tlvs } = message;
    const direction = this.#peers.up(message);
    this.#events.push({
      kind: "up",
      ...this.#at(peer),
      direction,
      sentOpen: sentOpen && pduBody(sentOpen),
      receivedOpen: receivedOpen && pduBody(receivedOpen),
    });
    if (tlvs.length > 0) this.#inform("peerUp", peer, { tlvs });
  }

  #takePeerDown(message: PeerDownMessage): void {
    const { peer, notification, tlvs } = message;
    if (tlvs.length > 0) this.#inform("peerDown", peer, { tlvs });
    const direction = this.#peers.down(peer);
    this.#events.push({ kind: "down", ...this.#at(peer), direction, reason: peerDownText(message), notification });
  }

  #takeRouteMonitoring({ peer, message, tlvs, rest }: RouteMonitoringMessage): void {
    const stateless: Capability[] = [];
    for (const tlv of tlvs) if (tlv.name === "statelessParsing") stateless.push(tlv.capability);
    const others = tlvs.filter(({ name }) => name !== "bgpMessage" && name !== "statelessParsing");
    if (others.length > 0) this.#inform("routeMonitoring", peer, { tlvs: others });
    if (message !== null) this.#message(peer, message, this.#peers.table(peer, stateless, message));
    else if (rest === undefined) this.#problem("a Route Monitoring without UPDATE", this.#reader.length);
  }

  #takeRouteMirroring({ peer, tlvs }: RouteMirroringMessage): void {
    for (const tlv of tlvs) {
      if (tlv.name === "bgpMessage") {
        this.#message(peer, tlv.message, this.#peers.session(peer, tlv.message));
      } else if (tlv.name === "information" && tlv.code === BmpMirroringCode.MessagesLost) {
        this.#events.push({ kind: "gap", ...this.#at(peer), direction: this.#peers.session(peer), octets: null });
      } else {
        this.#inform("routeMirroring", peer, { tlvs: [tlv] });
      }
    }
  }

  #message(peer: BmpPeerHeader, { buffer, start, end }: Slice, direction: Direction): void {
    const event: MessageEvent = {
      kind: "message",
      ...this.#at(peer),
      type: pduType({ buffer, start, end }),
      direction,
      buffer,
      start,
      end,
    };
    this.#events.push(event);
  }

  #inform(name: string, peer: BmpPeerHeader | null, values: object): void {
    const about = peer === null ? {} : { peer, rib: ribOf(peer) };
    const event: InformationEvent = {
      kind: "information",
      ...this.#at(peer),
      name,
      values: toJson({ ...about, ...values }) as InformationEvent["values"],
    };
    this.#events.push(event);
  }

  /** When and where: microseconds of more than a second are seconds. */
  #at(peer: BmpPeerHeader | null): Captured {
    const { offset } = this.#reader;
    if (peer === null) return { seconds: 0, nanoseconds: 0, offset };
    const { seconds, microseconds } = peer;
    return {
      seconds: Math.min(seconds + Math.floor(microseconds / 1_000_000), 0xffff_ffff),
      nanoseconds: (microseconds % 1_000_000) * 1000,
      offset,
    };
  }
}
