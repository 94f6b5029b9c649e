// The other end of a BMP session: what a server knows of a connection that it accepts, and when it has to close it.
import type { Family, Slice } from "@bgpwire/core";
import { UpdateView } from "@bgpwire/decoder";
import type { CaptureEvent, Direction, MessageEvent, Rib, UpEvent } from "../event.ts";
import type { RecordReader } from "../stream/record-reader.ts";
import type { Time } from "../text/time.ts";
import { BmpEvents } from "./events.ts";
import type { InitiationMessage, TerminationMessage } from "./information.ts";
import { BmpTerminationReason } from "./numbers.ts";
import { pduBody } from "../bytes/pdu.ts";
import { Remembered } from "../bytes/remember.ts";
import { BmpSessionNumbers, MAX_BMP_OPENS, MAX_BMP_PEERS } from "./peers.ts";

/** What the router has said of itself last. */
export interface BmpRouterName {
  readonly sysName: string | null;
  readonly sysDescr: string | null;
  readonly strings: readonly string[];
}

/** A peer that the router monitors. */
export interface BmpMonitoredPeer {
  /** From the peer to the router. */
  readonly direction: Direction;
  /** When the router says that its session came up. */
  readonly since: Time;
  /** UPDATEs of its tables. */
  readonly messages: number;
  /** What is complete of its initial routes: an End-of-RIB came. */
  readonly complete: readonly (Family & { readonly rib: Rib })[];
}

interface CountedPeer extends BmpMonitoredPeer {
  messages: number;
  readonly complete: (Family & { readonly rib: Rib })[];
}

/** Most tables and families of a peer of which it is remembered that they are complete. */
const MAX_COMPLETE = 256;

/** The longest body of an End-of-RIB. */
const END_OF_RIB = 11;

/**
 * Reads what one router sends over one connection. The station never sends anything (RFC 7854 section 3.2); when `closing` is not
 * null, it is to close the connection.
 *
 * Memory: that of `BmpEvents`, and a record of at most `MAX_BMP_PEERS` peers, with `MAX_BMP_OPENS` octets of OPENs.
 *
 * @example
 * const station = new BmpStation();
 * socket.on("data", (chunk) => {
 *   station.push(chunk);
 *   for (let event = station.next(); event !== null; event = station.next()) take(event);
 *   if (station.closing !== null) socket.destroy();
 * });
 */
export class BmpStation implements RecordReader<CaptureEvent> {
  /** Null before the Initiation. */
  router: BmpRouterName | null = null;
  /** Peers that are up, by the number of their session. */
  readonly peers: ReadonlyMap<number, BmpMonitoredPeer>;
  readonly #peers = new Map<number, CountedPeer>();
  /** What their contexts come from; the oldest peer gives way. */
  readonly #opens = new Remembered<number, true>(MAX_BMP_PEERS, MAX_BMP_OPENS, (session) => {
    this.#peers.delete(session);
  });
  readonly #events: BmpEvents;
  #termination: string | null = null;

  /** @param numbers those of the sessions of its peers; of its own if none are given */
  constructor(numbers: BmpSessionNumbers = new BmpSessionNumbers()) {
    this.#events = new BmpEvents(numbers);
    this.peers = this.#peers;
  }

  push(chunk: Uint8Array): void {
    this.#events.push(chunk);
  }

  end(): void {
    this.#events.end();
  }

  next(): CaptureEvent | null {
    const event = this.#events.next();
    const { message } = this.#events;
    if (event?.kind === "information" && message?.kind === "initiation") this.router = nameOf(message);
    if (event?.kind === "information" && message?.kind === "termination") this.#termination = reasonOf(message);
    if (event?.kind === "up") this.#up(event);
    if (event?.kind === "down") this.#down(event.direction.session);
    if (event?.kind === "message") this.#count(event);
    return event;
  }

  /**
   * Why the connection is to be closed, in one clause; null while it is not. RFC 7854 section 4.5: "the monitoring station MUST
   * close the TCP session after receiving a termination message"; and what is not BMP will not become it.
   */
  get closing(): string | null {
    const { lost } = this.#events;
    return this.#termination ?? (lost === null ? null : `what the router sends is not BMP: ${lost}`);
  }

  #up({ direction, seconds, nanoseconds, sentOpen, receivedOpen }: UpEvent): void {
    const { session } = direction;
    // Another table of a session that is up already.
    if (this.#peers.has(session)) return;
    this.#peers.set(session, { direction, since: { seconds, nanoseconds }, messages: 0, complete: [] });
    this.#opens.set(session, true, octetsOf(sentOpen) + octetsOf(receivedOpen));
  }

  #down(session: number): void {
    this.#peers.delete(session);
    this.#opens.delete(session);
  }

  #count(event: MessageEvent): void {
    const { session, rib } = event.direction;
    const peer = this.#peers.get(session);
    if (peer === undefined || rib === null) return;
    peer.messages += 1;
    const family = endOfRib(event);
    if (family !== null && peer.complete.length < MAX_COMPLETE) peer.complete.push({ ...family, rib });
  }
}

function octetsOf(open: Slice | null): number {
  return open === null ? 0 : open.end - open.start;
}

function endOfRib(event: MessageEvent): Family | null {
  const body = pduBody(event);
  if (body.end - body.start > END_OF_RIB) return null;
  return new UpdateView(event.direction.context).read(body).endOfRib();
}

function nameOf({ tlvs }: InitiationMessage): BmpRouterName {
  const texts = (name: string): string[] =>
    tlvs.flatMap((tlv) => (tlv.name === name && "text" in tlv ? [tlv.text] : []));
  return { sysName: texts("sysName")[0] ?? null, sysDescr: texts("sysDescr")[0] ?? null, strings: texts("string") };
}

/** RFC 7854 section 4.5. */
const REASONS: Readonly<Record<number, string>> = {
  [BmpTerminationReason.AdministrativelyClosed]: "administratively closed",
  [BmpTerminationReason.Unspecified]: "for no reason that it says",
  [BmpTerminationReason.OutOfResources]: "out of resources",
  [BmpTerminationReason.RedundantConnection]: "there is another connection",
  [BmpTerminationReason.PermanentlyAdministrativelyClosed]: "administratively closed for good",
};

function reasonOf({ tlvs }: TerminationMessage): string {
  const codes = tlvs.flatMap((tlv) => (tlv.name === "reason" ? [REASONS[tlv.code] ?? `reason ${tlv.code}`] : []));
  const words = tlvs.flatMap((tlv) => (tlv.name === "string" ? [JSON.stringify(tlv.text)] : []));
  return ["the router ends the session", ...codes, ...words].join(": ");
}
