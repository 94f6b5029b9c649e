// A TCP connection that never was: segments for messages that are known from elsewhere, as both ends would have sent them.
import { encodeSegment } from "../packet/encode.ts";
import { TcpFlag } from "../packet/segment.ts";
import { otherSide, type Side } from "./connection.ts";

/** An end of it. */
export interface SyntheticEnd {
  /** Octets of its address; both ends have 4 or both 16. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** Octets that may be under way before they are acknowledged, as without window scaling (RFC 9293 section 3.1). */
const WINDOW = 0xffff;

/** Half of it: who waits no longer never fills it. */
const UNACKNOWLEDGED = 0x8000;

/** Most octets of a segment on Ethernet (RFC 9293 section 3.7.1): 1500 without the headers. */
const SEGMENT_IPV4 = 1460;
const SEGMENT_IPV6 = 1440;

const NO_OPTIONS: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Writes the IP packets of one connection, in the order in which its methods are called. */
export class SyntheticConnection {
  readonly #ends: readonly [SyntheticEnd, SyntheticEnd];
  readonly #take: (packet: Uint8Array) => void;
  readonly #segmentLength: number;
  /** Sequence number of what each side sends next. */
  readonly #next: [number, number];
  /** Octets of each side that the other has not acknowledged. */
  readonly #unacknowledged: [number, number] = [0, 0];
  /** Identification of the next IPv4 packet of each side. */
  readonly #identification: [number, number] = [0, 0];

  /**
   * @param take gets each packet, which is its own
   * @param first sequence number of both sides: connections between the same ports need others (RFC 9293 section 3.4.1)
   */
  constructor(ends: readonly [SyntheticEnd, SyntheticEnd], take: (packet: Uint8Array) => void, first: number = 0) {
    this.#next = [first, first];
    this.#ends = ends;
    this.#take = take;
    this.#segmentLength = ends[0].address.length === 4 ? SEGMENT_IPV4 : SEGMENT_IPV6;
  }

  /** The handshake (RFC 9293 section 3.5). */
  open(dialler: Side): void {
    const segmentLength = Uint8Array.of(2, 4, this.#segmentLength >> 8, this.#segmentLength);
    this.#send(dialler, TcpFlag.Syn, NO_OPTIONS, segmentLength);
    this.#send(otherSide(dialler), TcpFlag.Syn | TcpFlag.Ack, NO_OPTIONS, segmentLength);
    this.#send(dialler, TcpFlag.Ack, NO_OPTIONS);
  }

  /** Octets that a side sends, in as many segments as they need. */
  write(side: Side, octets: Uint8Array): void {
    for (let at = 0; at < octets.length; at += this.#segmentLength) {
      const payload = octets.subarray(at, at + this.#segmentLength);
      if (this.#unacknowledged[side] + payload.length > UNACKNOWLEDGED)
        this.#send(otherSide(side), TcpFlag.Ack, NO_OPTIONS);
      const isLast = at + payload.length === octets.length;
      this.#send(side, isLast ? TcpFlag.Psh | TcpFlag.Ack : TcpFlag.Ack, payload);
    }
  }

  /** Both sides close it, this one first (RFC 9293 section 3.6). */
  close(side: Side): void {
    this.#send(side, TcpFlag.Fin | TcpFlag.Ack, NO_OPTIONS);
    this.#send(otherSide(side), TcpFlag.Fin | TcpFlag.Ack, NO_OPTIONS);
    this.#send(side, TcpFlag.Ack, NO_OPTIONS);
  }

  #send(side: Side, flags: number, payload: Uint8Array, options: Uint8Array = NO_OPTIONS): void {
    const other = otherSide(side);
    const from = this.#ends[side];
    const to = this.#ends[other];
    const fields = {
      source: from.address,
      destination: to.address,
      sourcePort: from.port,
      destinationPort: to.port,
      sequence: this.#next[side],
      acknowledgment: (flags & TcpFlag.Ack) === 0 ? 0 : this.#next[other],
      flags,
      window: WINDOW,
      options,
      payload,
    };
    this.#take(encodeSegment(fields, this.#identification[side]));
    this.#identification[side] = (this.#identification[side] + 1) & 0xffff;
    // A SYN and a FIN are counted as an octet.
    const octets = payload.length + ((flags & (TcpFlag.Syn | TcpFlag.Fin)) === 0 ? 0 : 1);
    this.#next[side] = (this.#next[side] + octets) >>> 0;
    this.#unacknowledged[side] += octets;
    if ((flags & TcpFlag.Ack) !== 0) this.#unacknowledged[other] = 0;
  }
}
