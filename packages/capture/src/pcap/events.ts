// Packet captures as BGP sessions: what each side sent, in order, and when connections came and went.
import { ConfigError } from "@bgpwire/core";
import { BmpPeerMemory, BmpSessionNumbers } from "../bmp/peers.ts";
import type { CaptureEvent, Endpoint, InformationEvent } from "../event.ts";
import { knowsLink } from "../packet/link.ts";
import { SegmentReader } from "../packet/segment.ts";
import { Allowance } from "../stream/allowance.ts";
import { EventQueue } from "../stream/event-queue.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";
import { TcpConnection } from "../tcp/connection.ts";
import { TcpConnections } from "../tcp/connections.ts";
import { BmpConnection, type BmpListener } from "./bmp-connection.ts";
import { PcapReader } from "./reader.ts";
import type { PcapFileHeader, PcapngInterface, PcapngSection, PcapPacket, PcapRecord } from "./record.ts";
import { BgpSession, type SessionListener } from "./session.ts";
import { isWorthFollowing, UndecidedConnection } from "./undecided-connection.ts";

/** Octets that are kept for later, of all connections together: 64 MiB. Where that is not enough, less is put together. */
export const MAX_PCAP_KEPT = 0x400_0000;

const BGP = 179;

/** What of a capture is read. */
export interface PcapEventsOptions {
  /** TCP ports that BGP is on, whatever a connection begins with. Default 179 alone. */
  readonly ports?: readonly number[];
}

/**
 * Reads the BGP sessions of pcap and pcapng files, and what routers say of theirs with BMP.
 *
 * A connection is `up` with the SYN that answers another one, or with its first octets where that was not captured; its messages
 * have the time of the packet with which they were complete; it is `down` when both sides have closed it or one reset it. UPDATEs
 * are read as the two OPENs say. Where they are not both in the capture, the session's events are held back until there are
 * `GUESSED_FROM` UPDATEs of a direction to guess it from, or nothing follows: the events of one session are always in order,
 * those of different sessions then are not.
 *
 * On any other port a connection is read as BGP where the first octets of a side are an OPEN, and as BMP where they are one of its
 * messages; in connections to 1790, 5000 and 11019 BMP is also looked for behind octets that are neither. BMP gives the events that `BmpEvents` has, with the times of the packets; where octets are missing, a problem, and the next message
 * is looked for.
 *
 * Memory: `MAX_PCAP_KEPT` octets for whatever waits (fragments, segments, messages that are not complete, what is held back), what
 * `MAX_TCP_CONNECTIONS` connections of BGP and as many of other ports need to be followed, `MAX_BMP_PEERS_TOGETHER` peers
 * of routers with `MAX_BMP_OPENS_TOGETHER` octets of OPENs and `MAX_BMP_TABLES` tables, and what `PcapReader` has.
 *
 * @throws ConfigError `invalid-value`
 * @example
 * for (const event of readAll(new PcapEvents(), file)) if (event.kind === "message") show(event);
 * @example new PcapEvents({ ports: [179, 1790] })
 */
export class PcapEvents implements RecordReader<CaptureEvent> {
  readonly #reader = new PcapReader();
  readonly #ports: ReadonlySet<number>;
  readonly #segment: SegmentReader;
  readonly #connections: TcpConnections;
  /** Those of other ports, with BGP or BMP. */
  readonly #otherConnections: TcpConnections;
  readonly #events = new EventQueue();
  #ended = false;
  #finished = false;
  /** Link types of which it has been said that they are not read. */
  readonly #unknownLinks = new Set<number>();

  constructor(options: PcapEventsOptions = {}) {
    const { ports = [BGP] } = options;
    for (const [index, port] of ports.entries()) {
      if (!Number.isInteger(port) || port < 1 || port > 0xffff) {
        throw new ConfigError("invalid-value", `ports[${index}]`, `${port} is not 1 to 65535`);
      }
    }
    this.#ports = new Set(ports);
    const allowance = new Allowance(MAX_PCAP_KEPT);
    this.#segment = new SegmentReader(allowance);
    const listener = this.#listener();
    this.#connections = new TcpConnections(
      (segment) => new TcpConnection(allowance, new BgpSession(endsOf(segment), allowance, listener)),
    );
    this.#otherConnections = new TcpConnections((segment) => {
      const ends = endsOf(segment);
      const newBgp = (): BgpSession => new BgpSession(ends, allowance, listener);
      const newBmp = (): BmpConnection => new BmpConnection([ends[0].address, ends[1].address], allowance, listener);
      return new TcpConnection(allowance, new UndecidedConnection(newBgp, newBmp));
    });
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
    this.#ended = true;
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#events.take();
      if (event !== null) return event;
      const record = this.#reader.next();
      if (record !== null) {
        this.#take(record);
      } else if (this.#ended && !this.#finished) {
        this.#finished = true;
        this.#connections.finish();
        this.#otherConnections.finish();
      } else {
        return null;
      }
    }
  }

  #take(record: PcapRecord | Problem): void {
    switch (record.kind) {
      case "packet":
        this.#takePacket(record);
        break;
      case "problem":
        this.#events.push(record);
        break;
      case "fileHeader":
      case "section":
      case "interface":
        this.#events.push(informationOf(record));
        break;
      case "block":
        break;
    }
  }

  #takePacket(packet: PcapPacket): void {
    const segment = this.#segment;
    if (segment.read(packet)) {
      const isBgp = this.#ports.has(segment.sourcePort) || this.#ports.has(segment.destinationPort);
      if (isBgp) this.#connections.take(segment, packet);
      else if (this.#otherConnections.follows(segment) || isWorthFollowing(segment)) {
        this.#otherConnections.take(segment, packet);
      }
    } else if (!knowsLink(packet.linkType) && !this.#unknownLinks.has(packet.linkType)) {
      this.#unknownLinks.add(packet.linkType);
      const skipped = packet.recordEnd - packet.recordStart;
      const reason = `a packet of link type ${packet.linkType}, as are not read`;
      this.#events.push({ kind: "problem", offset: packet.offset, reason, skipped });
    }
  }

  #listener(): SessionListener & BmpListener {
    const numbers = new BmpSessionNumbers();
    return {
      tell: (event) => void this.#events.push(event),
      numbers,
      memory: new BmpPeerMemory(true),
      newSession: () => numbers.take(),
    };
  }
}

/** Both ends of a connection, the sender of the segment first. */
function endsOf(segment: SegmentReader): readonly [Endpoint, Endpoint] {
  const { sourcePort, destinationPort } = segment;
  return [
    { address: segment.sourceAddress(), port: sourcePort, as: null, bgpIdentifier: null },
    { address: segment.destinationAddress(), port: destinationPort, as: null, bgpIdentifier: null },
  ];
}

/** What a file says of itself, which has no time. */
function informationOf(record: PcapFileHeader | PcapngSection | PcapngInterface): InformationEvent {
  const { kind, offset } = record;
  const at = { kind: "information", seconds: 0, nanoseconds: 0, offset } as const;
  switch (kind) {
    case "fileHeader": {
      const { linkType, snapLength } = record;
      return { ...at, name: "pcapFile", values: { linkType, snapLength } };
    }
    case "section": {
      const { hardware, operatingSystem, application } = record;
      return { ...at, name: "pcapngSection", values: { hardware, operatingSystem, application } };
    }
    case "interface": {
      const { id, name, description, linkType, snapLength } = record;
      return { ...at, name: "pcapngInterface", values: { id, name, description, linkType, snapLength } };
    }
  }
}
