// IPv4 (RFC 791) and IPv6 (RFC 8200), with what may stand between their header and TCP.
import { u16At, u32At } from "../bytes/integers.ts";
import type { Allowance } from "../stream/allowance.ts";
import { Fragments } from "./fragments.ts";

/** Protocol numbers (IANA protocol-numbers), as far as they are read or read over. */
export const Protocol = {
  HopByHop: 0,
  Tcp: 6,
  Routing: 43,
  Fragment: 44,
  Authentication: 51,
  DestinationOptions: 60,
  Mobility: 135,
  Hip: 139,
  Shim6: 140,
} as const;

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;

/** What an IP packet carries. Each packet that is read overwrites it. */
export class IpReader {
  /** The protocol of the payload: see `Protocol`. */
  protocol = 0;
  /** `[start, end)` of `buffer`: what was captured of the payload. */
  buffer: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Octets that the payload had on the link. */
  length = 0;
  /** Where the source address stands in `header`, with the destination's behind it, and the octets of each: 4 or 16. */
  header: Uint8Array = new Uint8Array(0);
  addresses = 0;
  addressLength = 4;
  readonly #fragments: Fragments;

  /** @param allowance for fragments that wait */
  constructor(allowance: Allowance) {
    this.#fragments = new Fragments(allowance);
  }

  /**
   * Reads the packet at `at`.
   *
   * @param end of what was captured
   * @param originalEnd where it would have ended, had all of it been captured
   * @param seconds of its time
   * @returns false where there is none, and where it is a fragment that others are missing of
   */
  read(buffer: Uint8Array, at: number, end: number, originalEnd: number, seconds: number): boolean {
    if (at + IPV4_HEADER > end) return false;
    this.header = buffer;
    this.buffer = buffer;
    const version = buffer[at]! >> 4;
    if (version === 4) return this.#readIPv4(at, end, originalEnd, seconds);
    return version === 6 && at + IPV6_HEADER <= end && this.#readIPv6(at, end, originalEnd, seconds);
  }

  #readIPv4(at: number, end: number, originalEnd: number, seconds: number): boolean {
    const { buffer } = this;
    const headerLength = (buffer[at]! & 15) * 4;
    const total = u16At(buffer, at + 2);
    if (headerLength < IPV4_HEADER || (total !== 0 && total < headerLength)) return false;
    this.addresses = at + 12;
    this.addressLength = 4;
    this.protocol = buffer[at + 9]!;
    this.start = at + headerLength;
    this.#limit(at, total, end, originalEnd);
    const field = u16At(buffer, at + 6);
    const more = (field & 0x2000) !== 0;
    const offset = (field & 0x1fff) * 8;
    if ((more || offset > 0) && !this.#assemble(offset, more, u16At(buffer, at + 4), seconds)) return false;
    return this.#skipHeaders(seconds);
  }

  #readIPv6(at: number, end: number, originalEnd: number, seconds: number): boolean {
    const payload = u16At(this.buffer, at + 4);
    this.addresses = at + 8;
    this.addressLength = 16;
    this.protocol = this.buffer[at + 6]!;
    this.start = at + IPV6_HEADER;
    this.#limit(at, payload === 0 ? 0 : IPV6_HEADER + payload, end, originalEnd);
    return this.#skipHeaders(seconds);
  }

  /**
   * Where the payload ends: behind it the link may have octets of its own. A length of zero is that of a packet which the
   * card was to cut up, and of a jumbogram (RFC 2675): all of the frame is in it.
   */
  #limit(at: number, total: number, end: number, originalEnd: number): void {
    const realEnd = total === 0 ? Math.max(originalEnd, end) : at + total;
    this.end = Math.max(Math.min(end, realEnd), this.start);
    this.length = Math.max(realEnd - this.start, 0);
  }

  /** Passes over extension headers (RFC 8200 section 4) and the Authentication Header (RFC 4302 section 2). */
  #skipHeaders(seconds: number): boolean {
    for (;;) {
      const { buffer, start, end } = this;
      switch (this.protocol) {
        case Protocol.HopByHop:
        case Protocol.Routing:
        case Protocol.DestinationOptions:
        case Protocol.Mobility:
        case Protocol.Hip:
        case Protocol.Shim6:
        case Protocol.Authentication: {
          if (start + 8 > end) return false;
          const words = buffer[start + 1]!;
          const octets = this.protocol === Protocol.Authentication ? (words + 2) * 4 : (words + 1) * 8;
          if (start + octets > end) return false;
          this.#advance(buffer[start]!, octets);
          break;
        }
        case Protocol.Fragment: {
          // Section 4.5.
          if (start + 8 > end) return false;
          const field = u16At(buffer, start + 2);
          const identification = u32At(buffer, start + 4);
          this.#advance(buffer[start]!, 8);
          const more = (field & 1) !== 0;
          const offset = field & 0xfff8;
          if ((more || offset > 0) && !this.#assemble(offset, more, identification, seconds)) return false;
          break;
        }
        default:
          return true;
      }
    }
  }

  #advance(next: number, octets: number): void {
    this.protocol = next;
    this.start += octets;
    this.length -= octets;
  }

  /** Takes the payload for that of a fragment, and the whole packet's in its place; false while that is not there. */
  #assemble(offset: number, more: boolean, identification: number, seconds: number): boolean {
    // Of one of which the end was not captured there will be no whole.
    if (this.end - this.start < this.length) return false;
    const key = `${this.pair()}${this.protocol} ${identification}`;
    const payload = this.buffer.subarray(this.start, this.end);
    const whole = this.#fragments.add(key, offset, more, payload, seconds);
    if (whole === null) return false;
    this.buffer = whole;
    this.start = 0;
    this.end = whole.length;
    this.length = whole.length;
    return true;
  }

  /** The two addresses as characters of 16 bits: a key, not for people. */
  pair(): string {
    const { header, addresses: at } = this;
    if (this.addressLength === 4) {
      return String.fromCharCode(
        u16At(header, at),
        u16At(header, at + 2),
        u16At(header, at + 4),
        u16At(header, at + 6),
      );
    }
    let key = "";
    for (let i = 0; i < 32; i += 8) {
      key += String.fromCharCode(
        u16At(header, at + i),
        u16At(header, at + i + 2),
        u16At(header, at + i + 4),
        u16At(header, at + i + 6),
      );
    }
    return key;
  }
}
