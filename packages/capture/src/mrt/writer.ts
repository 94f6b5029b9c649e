// Events as an MRT file: messages and states of sessions as BGP4MP and BGP4MP_ET, routes of tables as TABLE_DUMP_V2 and TABLE_DUMP.
import { AS_TRANS, encodeMessage, MessageType, bytesOf, type Slice } from "@bgpwire/core";
import { STANDARD } from "@bgpwire/decoder";
import { BmpPeerDownReason } from "../bmp/numbers.ts";
import { peerDownCause } from "../bmp/reasons.ts";
import { joined, NOTHING } from "../bytes/joined.ts";
import { isWholePdu, pduBody } from "../bytes/pdu.ts";
import { remember } from "../bytes/remember.ts";
import { ofOneVersion } from "../convert/address.ts";
import { familiesIn, includesFamily } from "../convert/families.ts";
import { LocalSides, MAX_WRITTEN_SESSIONS } from "../convert/local-sides.ts";
import { ConversionNotes, OTHER_TABLES, writtenOrNoted } from "../convert/notes.ts";
import type { CaptureWriter } from "../convert/writer.ts";
import type {
  Captured,
  CaptureEvent,
  Direction,
  DownEvent,
  Endpoint,
  InformationEvent,
  MessageEvent,
  MrtRecordType,
  StateEvent,
  UpEvent,
} from "../event.ts";
import { messageSubtype, saysAddPath, type Bgp4mpSession } from "./bgp4mp.ts";
import { HeldOpens } from "./held-opens.ts";
import { geoPeerTableOf, snapshotOf } from "./information.ts";
import { Bgp4mpSubtype, MrtType } from "./numbers.ts";
import { encodeMrtRecord } from "./record.ts";
import { MrtTableWriter } from "./table-writer.ts";
import type { MrtHeader } from "./view.ts";

/** States of RFC 4271 section 8.2.2, as RFC 6396 section 4.4.1 numbers them. */
const IDLE = 1;
const OPEN_CONFIRM = 5;
const ESTABLISHED = 6;

/**
 * Writes events as an MRT file (RFC 6396, RFC 8050).
 *
 * * Messages are BGP4MP where their capture was, else BGP4MP_ET, with microseconds. The subtype says how AS numbers and NLRI are
 *   written, and which end sent it. An OPEN whose other end has no AS number yet waits for the next event of its session.
 * * Routes are TABLE_DUMP_V2, or TABLE_DUMP where AS numbers have two octets.
 * * A session of BMP that comes up is both its OPENs and a change of the state to Established; one that goes down is its NOTIFICATION, if
 *   there is one, and a change to Idle.
 *
 * Memory: a record of a table, 1024 OPENs, and an entry for each of `MAX_WRITTEN_SESSIONS` sessions.
 *
 * @example
 * const writer = new MrtWriter();
 * for (const event of events) write(writer.event(event));
 * write(writer.end());
 */
export class MrtWriter implements CaptureWriter {
  readonly notes: ConversionNotes = new ConversionNotes();
  readonly #local = new LocalSides();
  readonly #tables = new MrtTableWriter(this.notes);
  readonly #held = new HeldOpens();
  /** Sessions whose change to Established is in the file because of an `up`. */
  readonly #established = new Map<number, true>();

  begin(): Uint8Array {
    return NOTHING;
  }

  event(event: CaptureEvent): Uint8Array {
    if (event.kind === "route") return writtenOrNoted(this.notes, () => this.#tables.route(event));
    const { before, waits } = this.#held.take(event);
    // What is held is in the file even if this event cannot be.
    return joined(
      this.#tables.flush(),
      this.#messages(before),
      waits ? NOTHING : writtenOrNoted(this.notes, () => this.#records(event)),
    );
  }

  #messages(events: readonly MessageEvent[]): Uint8Array {
    return joined(...events.map((event) => writtenOrNoted(this.notes, () => this.#message(event))));
  }

  passOver(event: CaptureEvent): void {
    if (event.kind === "information" && event.name === "peerIndexTable") {
      writtenOrNoted(this.notes, () => {
        this.#tables.peers(event);
        return NOTHING;
      });
    }
  }

  end(): Uint8Array {
    return joined(this.#tables.flush(), this.#messages(this.#held.rest()));
  }

  #records(event: Exclude<CaptureEvent, { readonly kind: "route" }>): Uint8Array {
    switch (event.kind) {
      case "message":
        return this.#message(event);
      case "state":
        return this.#state(event);
      case "up":
        return this.#up(event);
      case "down":
        return this.#down(event);
      case "information":
        return this.#information(event);
      case "gap":
        this.notes.leftOut("gaps");
        return NOTHING;
      case "problem":
        return NOTHING;
    }
  }

  #message(event: MessageEvent): Uint8Array {
    const { direction, mrt } = event;
    if (!isWholePdu(event)) {
      this.notes.leftOut("messages with a header that is not theirs");
      return NOTHING;
    }
    const addPath = this.#saysAddPath(event);
    if (addPath === null) {
      this.notes.leftOut("UPDATEs of families with path identifiers and without");
      return NOTHING;
    }
    if (direction.rib !== null && direction.rib !== "adjRibIn" && direction.rib !== "adjRibOutPost") {
      this.notes.changed(OTHER_TABLES);
    }
    const local = this.#local.sends(direction, mrt);
    const subtype = messageSubtype(direction.context.fourOctetAs, local, addPath);
    return encodeMrtRecord({
      kind: "bgp4mpMessage",
      ...this.#header(event, subtype),
      ...this.#session(direction, local),
      message: event,
    });
  }

  /** Whether all NLRI of a message have path identifiers; null where some have and some do not, which no subtype says. */
  #saysAddPath({ direction, mrt, type, buffer, start, end }: MessageEvent): boolean | null {
    const { context, guessed } = direction;
    const told = mrt !== undefined && isBgp4mp(mrt) ? saysAddPath(mrt.subtype) : null;
    // What is guessed against a record stays a guess, for whoever reads it next.
    if (guessed && told !== null) return told;
    const { addPath } = context;
    const known = type === MessageType.Update ? familiesIn(pduBody({ buffer, start, end })).filter(isKnown) : [];
    if (known.length === 0) return addPath.length > 0 && told === true;
    const withPaths = known.filter((family) => includesFamily(addPath, family));
    if (withPaths.length === 0) return false;
    return withPaths.length === known.length ? true : null;
  }

  #state(event: StateEvent): Uint8Array {
    const { direction, oldState, newState } = event;
    const subtype = direction.context.fourOctetAs ? Bgp4mpSubtype.StateChangeAs4 : Bgp4mpSubtype.StateChange;
    const local = this.#local.sends(direction, event.mrt);
    return encodeMrtRecord({
      kind: "bgp4mpStateChange",
      ...this.#header(event, subtype),
      ...this.#session(direction, local),
      oldState,
      newState,
    });
  }

  #up(event: UpEvent): Uint8Array {
    const { direction, sentOpen, receivedOpen } = event;
    if (sentOpen === null || receivedOpen === null) {
      this.notes.leftOut("beginnings of connections");
      return NOTHING;
    }
    remember(this.#established, direction.session, true, MAX_WRITTEN_SESSIONS);
    const { sender, receiver } = direction;
    return joined(
      this.#message(messageOf(event, direction, MessageType.Open, receivedOpen)),
      this.#message(messageOf(event, { ...direction, sender: receiver, receiver: sender }, MessageType.Open, sentOpen)),
      this.#state({ ...event, kind: "state", oldState: OPEN_CONFIRM, newState: ESTABLISHED }),
    );
  }

  #down(event: DownEvent): Uint8Array {
    const { direction, reason, notification } = event;
    const wasUp = this.#established.delete(direction.session);
    if (!wasUp) this.notes.leftOut("ends of connections");
    const { sender, receiver } = direction;
    const byPeer = peerDownCause(reason, notification)?.reason === BmpPeerDownReason.RemoteNotification;
    const from = byPeer ? direction : { ...direction, sender: receiver, receiver: sender };
    return joined(
      notification === null
        ? NOTHING
        : this.#message({
            ...captured(event),
            kind: "message",
            direction: from,
            type: MessageType.Notification,
            ...notification,
          }),
      wasUp ? this.#state({ ...event, kind: "state", oldState: ESTABLISHED, newState: IDLE }) : NOTHING,
    );
  }

  #information(event: InformationEvent): Uint8Array {
    switch (event.name) {
      case "peerIndexTable":
        this.#tables.peers(event);
        return this.#tables.due();
      case "geoPeerTable":
        return encodeMrtRecord(geoPeerTableOf(event));
      case "snapshot":
        return encodeMrtRecord(snapshotOf(event));
      default:
        this.notes.leftOut(`information "${event.name}"`);
        return NOTHING;
    }
  }

  #header({ seconds, nanoseconds, mrt }: Captured, subtype: number): MrtHeader {
    const wasPlain = nanoseconds === 0 && mrt !== undefined && mrt.type !== MrtType.Bgp4mpEt;
    if (wasPlain) return { ...PLAIN, subtype, seconds };
    if (nanoseconds % 1000 > 0) this.notes.changed("times with nanoseconds, which are cut to microseconds");
    return { ...EXTENDED, subtype, seconds, microseconds: Math.floor(nanoseconds / 1000) };
  }

  #session({ sender, receiver, context }: Direction, local: boolean): Bgp4mpSession {
    const [peer, own] = local ? [receiver, sender] : [sender, receiver];
    const [peerAddress, localAddress] = ofOneVersion(peer.address, own.address);
    const { fourOctetAs } = context;
    return {
      peerAs: this.#asNumber(peer, fourOctetAs),
      localAs: this.#asNumber(own, fourOctetAs),
      interfaceIndex: 0,
      peerAddress,
      localAddress,
    };
  }

  #asNumber({ as }: Endpoint, fourOctets: boolean): number {
    if (as === null) {
      this.notes.changed("AS numbers that are not known, which are 0");
      return 0;
    }
    if (as <= 0xffff || fourOctets) return as;
    this.notes.changed("AS numbers of four octets in sessions with two, which are 23456");
    return AS_TRANS;
  }
}

const PLAIN = { type: MrtType.Bgp4mp, microseconds: null } as const;
const EXTENDED = { type: MrtType.Bgp4mpEt, microseconds: 0 } as const;

function isBgp4mp({ type }: MrtRecordType): boolean {
  return type === MrtType.Bgp4mp || type === MrtType.Bgp4mpEt;
}

function isKnown(family: { readonly afi: number; readonly safi: number }): boolean {
  return includesFamily(STANDARD.families, family);
}

function captured({ seconds, nanoseconds, offset }: Captured): Captured {
  return { seconds, nanoseconds, offset };
}

/** A message that the capture has as a body only. */
function messageOf(event: Captured, direction: Direction, type: number, body: Slice): MessageEvent {
  const buffer = encodeMessage(type, bytesOf(body));
  return { ...captured(event), kind: "message", direction, type, buffer, start: 0, end: buffer.length };
}
