// Sessions as a packet capture for every analyser: their messages in TCP connections, as they would have been on a link.
import {
  bytesOf,
  ByteWriter,
  ConfigError,
  encodeMessage,
  MessageType,
  parseIPv4,
  parseIPv6,
  type Slice,
} from "@bgpwire/core";
import type { CaptureEvent, Direction, Endpoint, UpEvent } from "../event.ts";
import type { Side } from "../tcp/connection.ts";
import { SyntheticConnection, type SyntheticEnd } from "../tcp/synthetic.ts";
import type { Time } from "../text/time.ts";
import { LinkType } from "./link-type.ts";
import { encodeInterface, encodePacket, encodeSection } from "./pcapng.ts";

const BGP = 179;

/** Ports that are dialled from where the capture does not tell (RFC 6335 section 6): another for each connection, then again. */
const DYNAMIC_PORTS = 49_152;
const DYNAMIC_PORT_COUNT = 16_384;

/** A session that is up. */
interface Open {
  readonly connection: SyntheticConnection;
  /** The end that is side 0. */
  readonly first: Endpoint;
}

/**
 * Writes the sessions of a capture, whatever its format, as a pcapng file of raw IP packets, with times in nanoseconds.
 *
 * A connection begins with a handshake, at the time of the `up` or of the first message, and is closed at that of the `down`. Each
 * message is in segments of its own, and so are the OPENs of an `up`. Nothing else is in the file: no routes of tables, changes of
 * state or information, no NOTIFICATION of a `down`, of which nothing says who sent it, and no hole where there is a `gap`.
 *
 * Memory: a few hundred octets for each session that is up.
 *
 * @example
 * const writer = new PcapWriter();
 * write(writer.begin());
 * for (const event of events) write(writer.event(event));
 */
export class PcapWriter {
  /** By their numbers. */
  readonly #sessions = new Map<number, Open>();
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

  /**
   * The packets of an event: none where it is not of a session.
   *
   * @throws ConfigError `invalid-value` where an address of its direction is none
   */
  event(event: CaptureEvent): Uint8Array {
    this.#blocks = new ByteWriter(0);
    switch (event.kind) {
      case "up":
        this.#time = event;
        this.#up(event);
        break;
      case "message":
        this.#time = event;
        this.#message(event.direction, event);
        break;
      case "down":
        this.#time = event;
        this.#down(event.direction);
        break;
    }
    return this.#blocks.finish();
  }

  #up({ direction, sentOpen, receivedOpen }: UpEvent): void {
    this.#down(direction);
    const { connection } = this.#open(direction);
    if (receivedOpen !== null) connection.write(0, encodeMessage(MessageType.Open, bytesOf(receivedOpen)));
    if (sentOpen !== null) connection.write(1, encodeMessage(MessageType.Open, bytesOf(sentOpen)));
  }

  #message(direction: Direction, message: Slice): void {
    const open = this.#sessions.get(direction.session) ?? this.#open(direction);
    open.connection.write(sideOf(open, direction), bytesOf(message));
  }

  #down(direction: Direction): void {
    const open = this.#sessions.get(direction.session);
    if (open === undefined) return;
    open.connection.close(sideOf(open, direction));
    this.#sessions.delete(direction.session);
  }

  /** Opens the connection of a session, which the sender of this direction dials. */
  #open({ session, sender, receiver }: Direction): Open {
    const dynamic = DYNAMIC_PORTS + (this.#connections % DYNAMIC_PORT_COUNT);
    this.#connections += 1;
    const senderPort = sender.port ?? (receiver.port === null || receiver.port === BGP ? dynamic : BGP);
    const receiverPort = receiver.port ?? (senderPort === BGP ? dynamic : BGP);
    const addresses = sameVersion(addressOctets(sender.address), addressOctets(receiver.address));
    const ends: readonly [SyntheticEnd, SyntheticEnd] = [
      { address: addresses[0], port: senderPort },
      { address: addresses[1], port: receiverPort },
    ];
    const connection = new SyntheticConnection(ends, (packet) => {
      this.#blocks.bytes(encodePacket(this.#time, packet));
    });
    connection.open(0);
    const open = { connection, first: sender };
    this.#sessions.set(session, open);
    return open;
  }
}

function sideOf({ first }: Open, { sender }: Direction): Side {
  return sender.address === first.address && sender.port === first.port ? 0 : 1;
}

/** Octets of an address; which link it is on nothing in a packet says. */
function addressOctets(text: string): Uint8Array {
  const [address] = text.split("%") as [string];
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
