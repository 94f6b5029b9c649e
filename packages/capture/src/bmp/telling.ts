// What each message of BMP tells, in the words of all captures.
import { type Capability, type Slice } from "@bgpwire/core";
import { toJson } from "@bgpwire/decoder";
import { pduBody, pduType } from "../bytes/pdu.ts";
import type { Captured, CaptureEvent, Direction, InformationEvent, MessageEvent } from "../event.ts";
import type { Time } from "../text/time.ts";
import type { BmpMessage } from "./message.ts";
import { BmpMirroringCode } from "./numbers.ts";
import { BmpPeerMemory, BmpPeers, ribOf, type BmpSessionNumbers } from "./peers.ts";
import type { PeerDownMessage } from "./peer-down.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import type { PeerUpMessage } from "./peer-up.ts";
import { peerDownText } from "./reasons.ts";
import type { RouteMirroringMessage } from "./route-mirroring.ts";
import type { RouteMonitoringMessage } from "./route-monitoring.ts";

/** Where a message stands, and when. */
export interface BmpPlace {
  /** Of its record, in octets from the beginning of the capture. */
  readonly offset: number;
  /** Octets of the message. */
  readonly length: number;
  /** Where it ends; null where its octets do not lie one behind the other. */
  readonly end: number | null;
  /** When it came; null where only its per-peer header has a time. */
  readonly time: Time | null;
}

/** Turns the messages of one router into events; see `BmpEvents`. Memory: at most `MAX_BMP_PEERS` peers, `MAX_BMP_OPENS` octets. */
export class BmpTelling {
  readonly #peers: BmpPeers;
  #place!: BmpPlace;
  #events: CaptureEvent[] = [];

  /** @param memory what other routers share; its own if none is given */
  constructor(numbers: BmpSessionNumbers, memory: BmpPeerMemory = new BmpPeerMemory()) {
    this.#peers = new BmpPeers(numbers, memory);
  }

  /** The events of a message. */
  eventsOf(message: BmpMessage, place: BmpPlace): CaptureEvent[] {
    this.#events = [];
    this.#place = place;
    this.#take(message);
    return this.#events;
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
    const { offset, end } = this.#place;
    this.#events.push({ kind: "problem", offset: end === null ? offset : end - octets, reason, skipped: octets });
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
    else if (rest === undefined) this.#problem("a Route Monitoring without UPDATE", this.#place.length);
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
    const { offset, time } = this.#place;
    if (time !== null) return { ...time, offset };
    if (peer === null) return { seconds: 0, nanoseconds: 0, offset };
    const { seconds, microseconds } = peer;
    return {
      seconds: Math.min(seconds + Math.floor(microseconds / 1_000_000), 0xffff_ffff),
      nanoseconds: (microseconds % 1_000_000) * 1000,
      offset,
    };
  }
}
