// What a monitored router sends (RFC 7854 section 3.3), made from the sessions of the core: each method gives the octets of one
// message, and whoever has the connection sends them.
import {
  addPath,
  addressVersion,
  AS_TRANS,
  bytesOf,
  encodeMessage,
  encodeNotification,
  encodeOpen,
  fourOctetAs,
  MessageType,
  multiprotocol,
  type CloseReason,
  type Endpoints,
  type Family,
  type Negotiated,
  type OpenMessage,
  type Slice,
} from "@bgpwire/core";
import type { Rib } from "../event.ts";
import type { Time } from "../text/time.ts";
import { encodeBmpMessage } from "./message.ts";
import { BmpPeerDownReason, BmpPeerFlag, BmpPeerType } from "./numbers.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import type { PeerTlv } from "./peer-up.ts";
import type { MirroringTlv } from "./route-mirroring.ts";
import { RIB_FLAGS } from "./rib-flags.ts";
import type { BmpStatistic } from "./statistics.ts";

/** A session that is monitored. What plugins of the core get is one. */
export interface BmpSession {
  readonly endpoints: Endpoints;
  readonly negotiated: Negotiated;
}

/** The Loc-RIB of the router, which is monitored as if it were a peer (RFC 9069). */
export interface BmpLocRib {
  /** The router's own AS number. */
  readonly as: number;
  /** Its BGP Identifier, dotted. */
  readonly identifier: string;
  readonly families: readonly Family[];
  /** Families whose UPDATEs are written with path identifiers. */
  readonly addPath: readonly Family[];
  /** The name of the table; "global" is that of the default one. */
  readonly name: string;
}

/** What the router says of itself. */
export interface BmpRouter {
  /** As in MIB-II (RFC 1213). */
  readonly sysName: string;
  readonly sysDescr: string;
}

const VERSION = 3;

/** Where no time is available (RFC 7854 section 4.2). */
const NO_TIME: Time = { seconds: 0, nanoseconds: 0 };

/**
 * Writes the messages of version 3 of one BMP session. The order is the caller's: Initiation first; for each peer Peer Up, then the
 * routes of its tables, then `endOfRib` of each family as a Route Monitoring; changes as they come; Peer Down; Termination last.
 *
 * Times are when routes or sessions came, or null where nobody knows.
 *
 * @example
 * const writer = new BmpWriter({ sysName: "router1", sysDescr: "bgpwire" });
 * send(writer.initiation());
 * send(writer.peerUp(session, now()));
 * send(writer.routeMonitoring(session, "adjRibIn", update, now()));
 * send(writer.peerDown(session, reason, now()));
 */
export class BmpWriter {
  readonly #router: BmpRouter;

  constructor(router: BmpRouter) {
    this.#router = router;
  }

  /** Initiation (RFC 7854 section 4.3). @param strings what else there is to say */
  initiation(strings: readonly string[] = []): Uint8Array {
    const { sysName, sysDescr } = this.#router;
    return encodeBmpMessage({
      kind: "initiation",
      version: VERSION,
      tlvs: [
        { name: "sysDescr", type: 1, text: sysDescr },
        { name: "sysName", type: 2, text: sysName },
        ...strings.map((text) => ({ name: "string", type: 0, text }) as const),
      ],
    });
  }

  /**
   * Peer Up (RFC 7854 section 4.10, RFC 9069 section 5.2). The OPENs are those that the core has read, with all capabilities in one
   * optional parameter, however the peer had them.
   *
   * @param labels free words about the peer (RFC 8671 section 6.3.1)
   */
  peerUp(peer: BmpSession | BmpLocRib, time: Time | null, labels: readonly string[] = []): Uint8Array {
    const tlvs = [...tableName(peer), ...labels.map((text) => ({ name: "adminLabel", type: 4, text }) as const)];
    const { sent, received } = opensOf(peer);
    return encodeBmpMessage({
      kind: "peerUp",
      version: VERSION,
      peer: headerOf(peer, 0, time),
      localAddress: isLocRib(peer) ? "0.0.0.0" : withoutZone(peer.endpoints.localAddress),
      localPort: isLocRib(peer) ? 0 : peer.endpoints.localPort,
      remotePort: isLocRib(peer) ? 0 : peer.endpoints.remotePort,
      sentOpen: openMessage(sent),
      receivedOpen: openMessage(received),
      tlvs,
    });
  }

  /**
   * Route Monitoring (RFC 7854 section 4.6): routes of a table of a session.
   *
   * @param update body of an UPDATE, written as the session has it in the direction of the table
   */
  routeMonitoring(
    session: BmpSession,
    rib: Exclude<Rib, "locRib">,
    update: Uint8Array | Slice,
    time: Time | null,
  ): Uint8Array {
    const flags = RIB_FLAGS[rib] | (session.negotiated.fourOctetAs ? 0 : BmpPeerFlag.A);
    return monitoring(headerOf(session, flags, time), update);
  }

  /**
   * Route Monitoring of a Loc-RIB (RFC 9069 section 5.4).
   *
   * @param update body of an UPDATE, with AS numbers of four octets and path identifiers in the families of `addPath`
   */
  locRibMonitoring(locRib: BmpLocRib, update: Uint8Array | Slice, time: Time | null): Uint8Array {
    return monitoring(headerOf(locRib, 0, time), update);
  }

  /**
   * Route Mirroring (RFC 7854 section 4.7): a message as it was received.
   *
   * @param message with header; null: none, for a code alone
   * @param code a number of `BmpMirroringCode`, where there is something to say of the message or of the stream
   */
  routeMirroring(session: BmpSession, message: Slice | null, code: number | null, time: Time | null): Uint8Array {
    const tlvs: MirroringTlv[] = [];
    if (code !== null) tlvs.push({ name: "information", type: 1, code });
    // "It MUST occur last in the list of TLVs."
    if (message !== null) tlvs.push({ name: "bgpMessage", type: 0, message });
    return encodeBmpMessage({ kind: "routeMirroring", version: VERSION, peer: headerOf(session, 0, time), tlvs });
  }

  /** Statistics Report (RFC 7854 section 4.8). @param statistics at least one */
  statistics(peer: BmpSession | BmpLocRib, statistics: readonly BmpStatistic[], time: Time | null): Uint8Array {
    return encodeBmpMessage({ kind: "statisticsReport", version: VERSION, peer: headerOf(peer, 0, time), statistics });
  }

  /** Peer Down (RFC 7854 section 4.9) of a session that is over. @param reason as `onClose` has it */
  peerDown(session: BmpSession, reason: CloseReason, time: Time | null): Uint8Array {
    const { cause, notification } = reason;
    const remote = cause === "remote" || cause === "transport";
    if (notification === null) {
      // "Two bytes both set to 0 are used to indicate that no relevant Event code is defined."
      if (remote) return down(headerOf(session, 0, time), BmpPeerDownReason.RemoteNoData);
      return down(headerOf(session, 0, time), BmpPeerDownReason.LocalFsmEvent, { fsmEvent: 0 });
    }
    const which = remote ? BmpPeerDownReason.RemoteNotification : BmpPeerDownReason.LocalNotification;
    const message = encodeMessage(MessageType.Notification, encodeNotification(notification));
    return down(headerOf(session, 0, time), which, { notification: whole(message) });
  }

  /** Peer Down of what is not monitored any more, whether it goes on or not (RFC 7854 section 4.9, RFC 9069 section 5.3). */
  peerNotMonitored(peer: BmpSession | BmpLocRib, time: Time | null): Uint8Array {
    const header = headerOf(peer, 0, time);
    if (isLocRib(peer)) return down(header, BmpPeerDownReason.LocalTlvData, { tlvs: tableName(peer) });
    return down(header, BmpPeerDownReason.PeerDeConfigured);
  }

  /**
   * Termination (RFC 7854 section 4.5), behind which the connection is to be closed.
   *
   * @param code a number of `BmpTerminationReason`
   * @param text what else there is to say; empty: nothing
   */
  termination(code: number, text: string = ""): Uint8Array {
    const words = text === "" ? [] : [{ name: "string", type: 0, text } as const];
    return encodeBmpMessage({
      kind: "termination",
      version: VERSION,
      tlvs: [{ name: "reason", type: 1, code }, ...words],
    });
  }
}

function isLocRib(peer: BmpSession | BmpLocRib): peer is BmpLocRib {
  return "families" in peer;
}

function headerOf(peer: BmpSession | BmpLocRib, flags: number, time: Time | null): BmpPeerHeader {
  const { seconds, nanoseconds } = time ?? NO_TIME;
  const when = { seconds, microseconds: Math.floor(nanoseconds / 1000) };
  if (isLocRib(peer)) {
    const { as, identifier } = peer;
    const type = BmpPeerType.LocRibInstance;
    return { type, flags, distinguisher: "0:0", address: "0.0.0.0", as, bgpIdentifier: identifier, ...when };
  }
  const address = withoutZone(peer.endpoints.remoteAddress);
  return {
    type: BmpPeerType.GlobalInstance,
    flags: addressVersion(address) === 6 ? flags | BmpPeerFlag.V : flags,
    distinguisher: "0:0",
    address,
    as: peer.negotiated.remoteAs,
    bgpIdentifier: peer.negotiated.remoteIdentifier,
    ...when,
  };
}

/** Zones are of the router, and no station could do anything with them. */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, "");
}

function tableName(peer: BmpSession | BmpLocRib): PeerTlv[] {
  return isLocRib(peer) ? [{ name: "vrfTableName", type: 3, text: peer.name }] : [];
}

/** RFC 9069 section 5.2: that of a Loc-RIB "is a fabricated BGP OPEN message", and the received one repeats it. */
function opensOf(peer: BmpSession | BmpLocRib): { readonly sent: OpenMessage; readonly received: OpenMessage } {
  if (!isLocRib(peer)) return { sent: peer.negotiated.localOpen, received: peer.negotiated.remoteOpen };
  const { as, identifier, families } = peer;
  const capabilities = [...families.map(({ afi, safi }) => multiprotocol(afi, safi)), fourOctetAs(as)];
  if (peer.addPath.length > 0) {
    capabilities.push(addPath(peer.addPath.map(({ afi, safi }) => ({ afi, safi, direction: "both" }))));
  }
  const open = { version: 4, myAs: as > 0xffff ? AS_TRANS : as, holdTime: 0, identifier, capabilities };
  return { sent: open, received: open };
}

function openMessage(open: OpenMessage): Slice {
  return whole(encodeMessage(MessageType.Open, encodeOpen(open)));
}

function whole(buffer: Uint8Array): Slice {
  return { buffer, start: 0, end: buffer.length };
}

function monitoring(peer: BmpPeerHeader, update: Uint8Array | Slice): Uint8Array {
  const body = ArrayBuffer.isView(update) ? update : bytesOf(update);
  const message = whole(encodeMessage(MessageType.Update, body));
  return encodeBmpMessage({ kind: "routeMonitoring", version: VERSION, peer, message, tlvs: [] });
}

interface DownData {
  readonly notification?: Slice;
  readonly fsmEvent?: number;
  readonly tlvs?: readonly PeerTlv[];
}

function down(peer: BmpPeerHeader, reason: number, data: DownData = {}): Uint8Array {
  const { notification = null, fsmEvent = null, tlvs = [] } = data;
  return encodeBmpMessage({ kind: "peerDown", version: VERSION, peer, reason, notification, fsmEvent, tlvs });
}
