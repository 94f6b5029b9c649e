// Sessions as a packet capture for every analyser: their messages in TCP connections, as they would have been on a link.
import {
  bytesOf,
  ByteWriter,
  ConfigError,
  encodeKeepalive,
  encodeMessage,
  MessageType,
  parseIPv4,
  parseIPv6,
  toHex,
  type Slice,
} from "@bgpwire/core";
import { BmpPeerDownReason } from "../bmp/numbers.ts";
import { peerDownCause } from "../bmp/reasons.ts";
import { NOTHING } from "../bytes/joined.ts";
import { isWholePdu, pduBody } from "../bytes/pdu.ts";
import { remember } from "../bytes/remember.ts";
import { withoutZone } from "../convert/address.ts";
import { familiesIn } from "../convert/families.ts";
import { MAX_WRITTEN_SESSIONS } from "../convert/local-sides.ts";
import { ConversionNotes, OPENS, OTHER_TABLES, writtenOrNoted } from "../convert/notes.ts";
import { PassedOpens } from "../convert/passed-opens.ts";
import { SessionOpens } from "../convert/session-opens.ts";
import { TableMessages } from "../convert/table-messages.ts";
import type { CaptureWriter } from "../convert/writer.ts";
import type { CaptureEvent, Direction, DownEvent, Endpoint, MessageEvent, StateEvent, UpEvent } from "../event.ts";
import type { Problem } from "../stream/record-reader.ts";
import { otherSide, type Side } from "../tcp/connection.ts";
import { SyntheticConnection, type SyntheticEnd } from "../tcp/synthetic.ts";
import type { Time } from "../text/time.ts";
import { LinkType } from "./link-type.ts";
import { encodeInterface, encodePacket, encodeSection } from "./pcapng.ts";

const BGP = 179;

/** Ports that are dialled from where the capture does not tell (RFC 6335 section 6): another for each connection, then again. */
const DYNAMIC_PORTS = 49_152;
const DYNAMIC_PORT_COUNT = 16_384;

/** From the first sequence number of a connection to that of the next one: odd, so that none comes twice, and far from small. */
const SEQUENCE_STEP = 0x9e37_79b1;

/** A session that is up. */
interface Open {
  readonly connection: SyntheticConnection;
  /** The end that is side 0. */
  readonly first: Endpoint;
  readonly opens: SessionOpens;
  /** Both ends. */
  readonly key: string;
}

/** Established, as records of MRT have it (RFC 6396 section 4.4.1). */
const ESTABLISHED = 6;

/**
 * Writes the sessions of a capture, whatever its format, as a pcapng file of raw IP packets, with times in nanoseconds.
 *
 * A connection begins with a handshake, at the time of the `up` or of the first message, and is closed at that of the `down`, or when the
 * state is not Established any more. Each message is in segments of its own, and so are the OPENs of an `up`, and the NOTIFICATION of a
 * `down`, if it says who sent it.
 *
 * The routes of a table are UPDATEs, each peer's in a session with a collector whose address is zero. Before an UPDATE of which the capture
 * tells how it is read, the OPENs have to say so too: where they are not in the capture they are made up, with KEEPALIVEs behind them;
 * where they say something else there is another connection with OPENs that are made up.
 *
 * Nothing else is in the file: no other changes of state, no information, and no hole where there is a `gap`.
 *
 * Memory: about a kilobyte for each session that is up, of which there are at most `MAX_WRITTEN_SESSIONS`.
 *
 * @example
 * const writer = new PcapWriter();
 * write(writer.begin());
 * for (const event of events) write(writer.event(event));
 */
export class PcapWriter implements CaptureWriter {
  readonly notes: ConversionNotes = new ConversionNotes();
  readonly #tables = new TableMessages(this.notes);
  /** By their numbers. */
  readonly #sessions = new Map<number, Open>();
  /** The ends of the connections that are open. */
  readonly #ends = new Map<string, true>();
  /** OPENs of sessions that are not wanted in the file. */
  readonly #passedOver = new PassedOpens();
  #connections = 0;
  /** The blocks of an event, and the time of their packets. */
  #blocks = new ByteWriter(0);
  #time: Time = { seconds: 0, nanoseconds: 0 };

  /** The beginning of the file. */
  begin(): Uint8Array {
    const blocks = new ByteWriter();
    blocks.bytes(encodeSection("bgpwire"));
    blocks.bytes(encodeInterface(LinkType.Raw));
    return blocks.finish();
  }

  /** The packets of an event: none where it is not of a session. */
  event(event: CaptureEvent): Uint8Array {
    this.#blocks = new ByteWriter(0);
    if (event.kind === "problem") return NOTHING;
    this.#time = event;
    return writtenOrNoted(this.notes, () => {
      this.#write(event);
      return this.#blocks.finish();
    });
  }

  passOver(event: CaptureEvent): void {
    this.#passedOver.take(event);
  }

  end(): Uint8Array {
    return NOTHING;
  }

  #write(event: Exclude<CaptureEvent, Problem>): void {
    switch (event.kind) {
      case "up":
        this.#up(event);
        break;
      case "message":
        this.#message(event);
        break;
      case "route": {
        const message = this.#tables.of(event);
        if (message !== null) this.#message(message);
        break;
      }
      case "down":
        this.#down(event);
        break;
      case "state":
        this.#state(event);
        break;
      case "gap":
        this.notes.leftOut("gaps");
        break;
      case "information":
        this.notes.leftOut(`information "${event.name}"`);
    }
  }

  #up({ direction, sentOpen, receivedOpen }: UpEvent): void {
    this.#close(direction);
    const open = this.#open(direction);
    if (receivedOpen !== null) writeOpen(open, 0, bytesOf(receivedOpen));
    if (sentOpen !== null) writeOpen(open, 1, bytesOf(sentOpen));
  }

  #message(event: MessageEvent): void {
    const { direction, type } = event;
    if (!isWholePdu(event)) {
      this.notes.leftOut("messages with a header that is not theirs");
      return;
    }
    if (direction.rib !== null && direction.rib !== "adjRibIn" && direction.rib !== "adjRibOutPost") {
      this.notes.changed(OTHER_TABLES);
    }
    let open = this.#sessions.get(direction.session) ?? this.#open(direction);
    const side = sideOf(open, direction);
    // A guess is none that OPENs should tell, but they must not tell something else.
    if (type === MessageType.Update && (!direction.guessed || open.opens.complete))
      open = this.#agreed(open, side, event);
    open.connection.write(side, bytesOf(event));
    if (type === MessageType.Open) open.opens.wrote(side, bytesOf(pduBody(event)));
  }

  /** The session, in which the OPENs say how an UPDATE is read. */
  #agreed(open: Open, side: Side, event: MessageEvent): Open {
    const { direction } = event;
    const families = familiesIn(pduBody(event));
    this.#passedOver.give(direction, open.first, open.opens);
    const missing = open.opens.missing(side, { direction, families });
    if (missing === null) return open;
    const { bodies, anew, madeUp } = missing;
    if (madeUp) this.notes.madeUp(OPENS);
    if (anew) open.connection.close(side);
    const next = anew
      ? this.#open({ ...direction, sender: open.first, receiver: otherEnd(open, direction) }, open.opens)
      : open;
    for (const which of [0, 1] as const) if (bodies[which] !== null) writeOpen(next, which, bodies[which]);
    for (const which of [0, 1] as const) if (bodies[which] !== null) next.connection.write(which, encodeKeepalive());
    return next;
  }

  #state({ direction, oldState, newState }: StateEvent): void {
    if (oldState === ESTABLISHED && newState !== ESTABLISHED && this.#sessions.has(direction.session)) {
      this.notes.changed("changes of the state from Established, which are ends of connections");
      this.#close(direction);
    } else {
      this.notes.leftOut("changes of the state");
    }
  }

  #down({ direction, reason, notification }: DownEvent): void {
    const open = this.#sessions.get(direction.session);
    if (notification !== null && (open === undefined || !writeNotification(open, direction, reason, notification))) {
      this.notes.leftOut("NOTIFICATIONs of which nothing says who sent them");
    }
    if (open === undefined) this.notes.leftOut("ends of sessions of which nothing else is there");
    this.#close(direction);
  }

  #close(direction: Direction): void {
    const open = this.#sessions.get(direction.session);
    if (open === undefined) return;
    open.connection.close(sideOf(open, direction));
    this.#sessions.delete(direction.session);
    this.#ends.delete(open.key);
  }

  /** Opens the connection of a session, which the sender of this direction dials. */
  #open({ session, sender, receiver }: Direction, opens: SessionOpens = new SessionOpens()): Open {
    const addresses = sameVersion(addressOctets(sender.address), addressOctets(receiver.address));
    const dynamic = DYNAMIC_PORTS + (this.#connections % DYNAMIC_PORT_COUNT);
    const sequence = Math.imul(this.#connections, SEQUENCE_STEP) >>> 0;
    this.#connections += 1;
    let senderPort = sender.port ?? (receiver.port === null || receiver.port === BGP ? dynamic : BGP);
    let receiverPort = receiver.port ?? (senderPort === BGP ? dynamic : BGP);
    if (this.#ends.has(endsKey(addresses, senderPort, receiverPort))) {
      this.notes.changed("ports that another session between the same addresses has at the same time");
      if (senderPort === BGP) receiverPort = dynamic;
      else senderPort = dynamic;
    }
    const ends: readonly [SyntheticEnd, SyntheticEnd] = [
      { address: addresses[0], port: senderPort },
      { address: addresses[1], port: receiverPort },
    ];
    const take = (packet: Uint8Array): void => this.#blocks.bytes(encodePacket(this.#time, packet));
    const connection = new SyntheticConnection(ends, take, sequence);
    connection.open(0);
    const key = endsKey(addresses, senderPort, receiverPort);
    const open = { connection, first: sender, opens, key };
    remember(this.#sessions, session, open, MAX_WRITTEN_SESSIONS);
    remember(this.#ends, key, true, MAX_WRITTEN_SESSIONS);
    return open;
  }
}

/** The ends of a connection, whichever is first. */
function endsKey(addresses: readonly [Uint8Array, Uint8Array], one: number, two: number): string {
  return [`${toHex(addresses[0])} ${one}`, `${toHex(addresses[1])} ${two}`].sort().join(" ");
}

function writeOpen({ connection, opens }: Open, side: Side, body: Uint8Array): void {
  connection.write(side, encodeMessage(MessageType.Open, body));
  opens.wrote(side, body);
}

/** @returns false where nothing says who sent it */
function writeNotification(open: Open, direction: Direction, reason: string, notification: Slice): boolean {
  const cause = peerDownCause(reason, notification);
  const side = sideOf(open, direction);
  if (cause?.reason === BmpPeerDownReason.RemoteNotification) open.connection.write(side, bytesOf(notification));
  else if (cause?.reason === BmpPeerDownReason.LocalNotification) {
    open.connection.write(otherSide(side), bytesOf(notification));
  } else return false;
  return true;
}

/** The end that is side 1. */
function otherEnd(open: Open, direction: Direction): Endpoint {
  return sideOf(open, direction) === 0 ? direction.receiver : direction.sender;
}

function sideOf({ first }: Open, { sender }: Direction): Side {
  return sender.address === first.address && sender.port === first.port ? 0 : 1;
}

/** @throws ConfigError where it is none */
function addressOctets(text: string): Uint8Array {
  const address = withoutZone(text);
  const value = parseIPv4(address);
  if (value !== null) return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  const octets = parseIPv6(address);
  if (octets === null) throw new ConfigError("invalid-value", "direction", `"${text}" is no address`);
  return octets;
}

/** A packet has addresses of one version: beside one of IPv6, one of IPv4 is mapped (RFC 4291 section 2.5.5.2). */
function sameVersion(one: Uint8Array, two: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return one.length === two.length ? [one, two] : [mapped(one), mapped(two)];
}

function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address);
}
