// Events as a BMP stream, whatever their capture was: what a monitored router would have sent of its sessions.
import { asNumberOf, bytesOf, decodeOpen, encodeMessage, MessageType, type Slice } from "@bgpwire/core";
import { joined, NOTHING } from "../bytes/joined.ts";
import { isWholePdu, pduBody } from "../bytes/pdu.ts";
import { withoutZone } from "../convert/address.ts";
import { familiesIn } from "../convert/families.ts";
import { LocalSides } from "../convert/local-sides.ts";
import { ConversionNotes, OPENS, writtenOrNoted } from "../convert/notes.ts";
import { PassedOpens } from "../convert/passed-opens.ts";
import { TableMessages } from "../convert/table-messages.ts";
import type { CaptureWriter } from "../convert/writer.ts";
import type {
  CaptureEvent,
  Direction,
  DownEvent,
  GapEvent,
  InformationEvent,
  MessageEvent,
  Rib,
  StateEvent,
  UpEvent,
} from "../event.ts";
import type { Time } from "../text/time.ts";
import { initiationOf, peerTlvsOf, statisticsOf, terminationOf } from "./information-values.ts";
import { encodeBmpMessage } from "./message.ts";
import { BmpMirroringCode, BmpPeerDownReason, BmpPeerFlag, BmpPeerType } from "./numbers.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import type { PeerTlv, PeerUpMessage } from "./peer-up.ts";
import { peerDownCause, type PeerDownCause } from "./reasons.ts";
import type { MirroringTlv } from "./route-mirroring.ts";
import { RIB_FLAGS } from "./rib-flags.ts";
import { BmpWriter, type BmpRouter } from "./writer.ts";
import { versionFlag, whole, WrittenPeers, type WrittenPeer } from "./written-peers.ts";

const VERSION = 3;

/** Established, as records of MRT have it (RFC 6396 section 4.4.1). */
const ESTABLISHED = 6;

type Side = 0 | 1;
const PEER: Side = 0;
const ROUTER: Side = 1;

/**
 * Writes events as what a monitored router sends, in version 3 (RFC 7854, RFC 8671, RFC 9069).
 *
 * * What came by BMP is so again: Initiation, Peer Ups and Peer Downs with their TLVs, Route Monitoring of each table, Route Mirroring,
 *   statistics, Termination.
 * * In other captures a session is seen from its local end. Its UPDATEs are Route Monitoring, those that came in of Adj-RIB-In before
 *   policy, those that went out of Adj-RIB-Out after it; its ROUTE-REFRESH messages are mirrored. Peer Up comes when both OPENs are known
 *   and there is a KEEPALIVE or an UPDATE; before an UPDATE, OPENs that are not in the capture are made up. Peer Down comes with
 *   NOTIFICATION, with the end of a connection and of the state Established.
 * * Routes of a table are Route Monitoring of their peers, at the time at which they were told.
 *
 * Memory: about a kilobyte for each of `MAX_BMP_PEERS` peers, and one Peer Up.
 *
 * @example
 * const writer = new BmpEventWriter({ sysName: "collector", sysDescr: "bgpwire" });
 * for (const event of events) write(writer.event(event));
 * write(writer.end());
 */
export class BmpEventWriter implements CaptureWriter {
  readonly notes: ConversionNotes = new ConversionNotes();
  readonly #router: BmpRouter;
  readonly #local = new LocalSides();
  readonly #tables = new TableMessages(this.notes);
  readonly #passedOver = new PassedOpens();
  readonly #peers = new WrittenPeers(this.notes);
  /** A Peer Up, of which TLVs may follow; and TLVs of which the Peer Down follows. */
  #held: PeerUpMessage | null = null;
  #downTlvs: readonly PeerTlv[] = [];
  #begun = false;
  #time: Time = { seconds: 0, nanoseconds: 0 };

  /** @param router what Initiation says, if the capture has none */
  constructor(router: BmpRouter = { sysName: "bgpwire", sysDescr: "bgpwire" }) {
    this.#router = router;
  }

  begin(): Uint8Array {
    return NOTHING;
  }

  event(event: CaptureEvent): Uint8Array {
    if (event.kind === "problem") return NOTHING;
    const tlvs = event.kind === "information" && event.name === "peerUp";
    const before = tlvs ? NOTHING : this.end();
    this.#time = event;
    const octets = writtenOrNoted(this.notes, () => this.#write(event));
    if (event.kind === "down" && this.#downTlvs.length > 0) {
      this.#downTlvs = [];
      this.notes.leftOut('information "peerDown"');
    }
    if (before.length + octets.length === 0) return NOTHING;
    return joined(this.#beginning(event), before, octets);
  }

  passOver(event: CaptureEvent): void {
    this.#passedOver.take(event);
  }

  end(): Uint8Array {
    const held = this.#held;
    this.#held = null;
    return held === null ? NOTHING : joined(this.#beginning(null), encodeBmpMessage(held));
  }

  /** RFC 7854 section 4.3: Initiation is "the first message". */
  #beginning(event: CaptureEvent | null): Uint8Array {
    if (this.#begun) return NOTHING;
    this.#begun = true;
    if (event?.kind === "information" && event.name === "initiation") return NOTHING;
    return new BmpWriter(this.#router).initiation();
  }

  #write(event: Exclude<CaptureEvent, { readonly kind: "problem" }>): Uint8Array {
    switch (event.kind) {
      case "message":
        return this.#message(event);
      case "route": {
        const message = this.#tables.of(event);
        // "The time when the encapsulated routes were received" (RFC 7854 section 4.2).
        this.#time = { seconds: event.originated, nanoseconds: 0 };
        return message === null ? NOTHING : this.#message(message);
      }
      case "up":
        return this.#up(event);
      case "down":
        return this.#down(event);
      case "state":
        return this.#state(event);
      case "gap":
        return this.#gap(event);
      case "information":
        return this.#information(event);
    }
  }

  #message(event: MessageEvent): Uint8Array {
    const { direction, type, mrt } = event;
    if (!isWholePdu(event)) {
      this.notes.leftOut("messages with a header that is not theirs");
      return NOTHING;
    }
    const side = this.#local.sends(direction, mrt) ? ROUTER : PEER;
    const peer = this.#peerOf(direction, side, direction.rib !== null);
    if (type === MessageType.Update && (direction.rib !== null || !peer.mirrored))
      return this.#update(peer, side, event);
    if (peer.mirrored) return this.#mirrored(peer, [{ name: "bgpMessage", type: 0, message: event }]);
    switch (type) {
      case MessageType.Open:
        return this.#open(peer, side, event);
      case MessageType.Notification:
        return this.#notification(peer, side, event);
      case MessageType.Keepalive:
        this.notes.leftOut("KEEPALIVEs");
        return this.#upIfOffered(peer);
      default:
        if (side === PEER && peer.ups > 0)
          return this.#mirrored(peer, [{ name: "bgpMessage", type: 0, message: event }]);
        this.notes.leftOut("messages other than UPDATEs that the router sent, or before it was up");
        return NOTHING;
    }
  }

  /** Route Monitoring (RFC 7854 section 4.6), and before it what says how it is read. */
  #update(peer: WrittenPeer, side: Side, event: MessageEvent): Uint8Array {
    const { direction } = event;
    const rib = direction.rib ?? (side === ROUTER ? "adjRibOutPost" : "adjRibIn");
    this.#passedOver.give(direction, side === PEER ? direction.sender : direction.receiver, peer.opens);
    const missing =
      rib === "locRib" && peer.ups > 0
        ? null
        : peer.opens.missing(side, { direction, families: familiesIn(pduBody(event)) });
    let before = NOTHING;
    if (missing !== null) {
      if (missing.madeUp) this.notes.madeUp(OPENS);
      before = encodeBmpMessage(this.#peerUp(peer, missing.bodies));
    }
    return joined(
      before,
      encodeBmpMessage({
        kind: "routeMonitoring",
        version: VERSION,
        peer: this.#header(peer, flagsOf(rib, direction.context.fourOctetAs)),
        message: event,
        tlvs: [],
      }),
    );
  }

  /** An OPEN of a session that is up is one of the next session. */
  #open(peer: WrittenPeer, side: Side, event: MessageEvent): Uint8Array {
    const octets = peer.ups > 0 ? this.#peerDown(peer, NO_EVENT) : NOTHING;
    const next = this.#peerOf(event.direction, side, false);
    next.opens.saw(side, bytesOf(pduBody(event)));
    return octets;
  }

  #notification(peer: WrittenPeer, side: Side, event: MessageEvent): Uint8Array {
    if (peer.ups === 0) {
      this.notes.leftOut("NOTIFICATIONs of sessions that were not up");
      peer.over = true;
      return NOTHING;
    }
    const { RemoteNotification, LocalNotification } = BmpPeerDownReason;
    const reason = side === PEER ? RemoteNotification : LocalNotification;
    const octets = this.#peerDown(peer, { reason, fsmEvent: null }, event);
    // The end of its connection is none of another session.
    this.#peerOf(event.direction, side, false).over = true;
    return octets;
  }

  /** Peer Up of a session whose OPENs are both there. */
  #upIfOffered(peer: WrittenPeer): Uint8Array {
    const bodies = peer.ups === 0 ? peer.opens.offered : null;
    return bodies === null ? NOTHING : encodeBmpMessage(this.#peerUp(peer, bodies));
  }

  #up(event: UpEvent): Uint8Array {
    const { direction, sentOpen, receivedOpen } = event;
    const side = this.#local.sends(direction) ? ROUTER : PEER;
    const known = this.#peers.get(direction.session);
    if (sentOpen === null || receivedOpen === null) {
      this.notes.leftOut("beginnings of connections");
      if (known === undefined) return NOTHING;
      const octets = known.ups > 0 ? this.#peerDown(known, NO_EVENT) : NOTHING;
      this.#peers.remove(direction.session);
      return octets;
    }
    if (known !== undefined && !known.mirrored) this.#peers.remove(direction.session);
    const peer = this.#peerOf(direction, side, true);
    const bodies = [bytesOf(receivedOpen), bytesOf(sentOpen)] as const;
    this.#held = this.#peerUp(peer, bodies);
    return NOTHING;
  }

  #down(event: DownEvent): Uint8Array {
    const { direction, reason, notification } = event;
    const tlvs = this.#downTlvs;
    const peer = this.#peers.get(direction.session);
    if (peer === undefined || peer.ups === 0) {
      if (peer?.over !== true) this.notes.leftOut("ends of sessions that were not up");
      this.#peers.remove(direction.session);
      return NOTHING;
    }
    const byPeer = !this.#local.sends(direction);
    const without = { reason: BmpPeerDownReason.RemoteNoData, fsmEvent: null };
    const cause = peerDownCause(reason, notification) ?? (byPeer ? without : NO_EVENT);
    const { LocalNotification, RemoteNotification, LocalTlvData } = BmpPeerDownReason;
    const has = cause.reason === LocalNotification || cause.reason === RemoteNotification;
    if (cause.reason === LocalTlvData) this.#downTlvs = [];
    if (notification !== null && !has) this.notes.leftOut("NOTIFICATIONs of which nothing says who sent them");
    return this.#peerDown(peer, cause, has ? notification : null, cause.reason === LocalTlvData ? tlvs : []);
  }

  #state({ direction, oldState, newState, mrt }: StateEvent): Uint8Array {
    const side = this.#local.sends(direction, mrt) ? ROUTER : PEER;
    const peer = this.#peerOf(direction, side, false);
    let octets = NOTHING;
    if (newState === ESTABLISHED) octets = this.#upIfOffered(peer);
    else if (oldState === ESTABLISHED && peer.ups > 0) octets = this.#peerDown(peer, NO_EVENT);
    if (octets.length === 0) this.notes.leftOut("changes of the state");
    else this.notes.changed("changes of the state to and from Established, which are Peer Ups and Peer Downs");
    return octets;
  }

  #gap({ direction, octets }: GapEvent): Uint8Array {
    const peer = this.#peers.get(direction.session);
    if (peer === undefined || peer.ups === 0 || this.#local.sends(direction)) {
      this.notes.leftOut("gaps");
      return NOTHING;
    }
    if (octets !== null) this.notes.changed("gaps, of which BMP does not say how long they are");
    return this.#mirrored(peer, [{ name: "information", type: 1, code: BmpMirroringCode.MessagesLost }]);
  }

  #information(event: InformationEvent): Uint8Array {
    switch (event.name) {
      case "initiation":
        return encodeBmpMessage(initiationOf(event));
      case "termination":
        return encodeBmpMessage(terminationOf(event));
      case "statistics":
        return encodeBmpMessage(statisticsOf(event));
      case "peerUp":
        if (this.#held === null) break;
        this.#held = { ...this.#held, tlvs: peerTlvsOf(event) };
        return this.end();
      case "peerDown":
        this.#downTlvs = peerTlvsOf(event);
        return NOTHING;
    }
    this.notes.leftOut(`information "${event.name}"`);
    return NOTHING;
  }

  /** @param side which sends */
  #peerOf(direction: Direction, side: Side, mirrored: boolean): WrittenPeer {
    const { sender, receiver } = direction;
    const [end, router] = side === PEER ? [sender, receiver] : [receiver, sender];
    const known = this.#peers.get(direction.session);
    if (known === undefined) return this.#peers.add(direction, end, router, mirrored);
    known.end = end;
    known.router = router;
    return known;
  }

  /** Peer Up (RFC 7854 section 4.10). @param bodies of both OPENs, by side; null: as it was */
  #peerUp(peer: WrittenPeer, bodies: readonly [Uint8Array | null, Uint8Array | null]): PeerUpMessage {
    const { end, router, opens } = peer;
    const received = bodies[PEER] ?? opens.body(PEER);
    const sent = bodies[ROUTER] ?? opens.body(ROUTER);
    if (received !== null) opens.wrote(PEER, received);
    if (sent !== null) opens.wrote(ROUTER, sent);
    const open = received === null ? null : decodeOpen(whole(received), false);
    peer.as = end.as ?? (open?.ok === true ? asNumberOf(open.value) : 0);
    peer.bgpIdentifier = end.bgpIdentifier ?? (open?.ok === true ? open.value.identifier : "0.0.0.0");
    this.#peers.up(peer);
    // Monitored routers tell of each table that it is up.
    peer.ups = peer.mirrored ? peer.ups + 1 : 1;
    peer.over = false;
    const own = withoutZone(router.address);
    return {
      kind: "peerUp",
      version: VERSION,
      peer: this.#header(peer, 0),
      localAddress: versionFlag(peer) > 0 && !own.includes(":") ? `::ffff:${own}` : own,
      localPort: router.port ?? 0,
      remotePort: end.port ?? 0,
      sentOpen: sent === null ? null : openMessage(sent),
      receivedOpen: received === null ? null : openMessage(received),
      tlvs: [],
    };
  }

  /** Peer Down (RFC 7854 section 4.9). */
  #peerDown(
    peer: WrittenPeer,
    { reason, fsmEvent }: PeerDownCause,
    notification: Slice | null = null,
    tlvs: readonly PeerTlv[] = [],
  ): Uint8Array {
    peer.ups -= 1;
    if (peer.ups === 0) this.#peers.remove(peer.session);
    const header = this.#header(peer, 0);
    return encodeBmpMessage({ kind: "peerDown", version: VERSION, peer: header, reason, notification, fsmEvent, tlvs });
  }

  /** Route Mirroring (RFC 7854 section 4.7). */
  #mirrored(peer: WrittenPeer, tlvs: readonly MirroringTlv[]): Uint8Array {
    return encodeBmpMessage({ kind: "routeMirroring", version: VERSION, peer: this.#header(peer, 0), tlvs });
  }

  #header(peer: WrittenPeer, flags: number): BmpPeerHeader {
    const { instance, address, as, bgpIdentifier } = peer;
    const { seconds, nanoseconds } = this.#time;
    if (nanoseconds % 1000 > 0) this.notes.changed("times with nanoseconds, which are cut to microseconds");
    return {
      ...instance,
      flags: instance.type === BmpPeerType.LocRibInstance ? 0 : flags | versionFlag(peer),
      address,
      as,
      bgpIdentifier,
      seconds,
      microseconds: Math.floor(nanoseconds / 1000),
    };
  }
}

/** "No relevant Event code is defined" (RFC 7854 section 4.9). */
const NO_EVENT: PeerDownCause = { reason: BmpPeerDownReason.LocalFsmEvent, fsmEvent: 0 };

function flagsOf(rib: Rib, fourOctetAs: boolean): number {
  return (rib === "locRib" ? 0 : RIB_FLAGS[rib]) | (fourOctetAs ? 0 : BmpPeerFlag.A);
}

function openMessage(body: Uint8Array): Slice {
  return whole(encodeMessage(MessageType.Open, body));
}
