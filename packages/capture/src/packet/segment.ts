// From a captured packet to the TCP segment in it (RFC 9293 section 3.1).
import { formatIPv4, formatIPv6, normaliseAddress } from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";
import type { PcapPacket } from "../pcap/record.ts";
import type { Allowance } from "../stream/allowance.ts";
import { IpReader, Protocol } from "./ip.ts";
import { findIp } from "./link.ts";

/** Control bits. */
export const TcpFlag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16 } as const;

const TCP_HEADER = 20;

/** Reads TCP segments out of packets. Each that is read overwrites it. Checksums are not looked at: cards fill them in. */
export class SegmentReader {
  sourcePort = 0;
  destinationPort = 0;
  sequence = 0;
  acknowledgment = 0;
  /** See `TcpFlag`. */
  flags = 0;
  /** `[start, end)` of `buffer`: what was captured of its octets. */
  buffer: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Octets that it had on the link. */
  length = 0;
  readonly #ip: IpReader;

  /** @param allowance for fragments of IP packets that wait for others */
  constructor(allowance: Allowance) {
    this.#ip = new IpReader(allowance);
  }

  /** @returns false where the packet has none */
  read(packet: PcapPacket): boolean {
    const { buffer, start, end } = packet;
    const ip = this.#ip;
    const at = findIp(packet.linkType, buffer, start, end);
    if (at < 0 || !ip.read(buffer, at, end, start + packet.originalLength, packet.seconds)) return false;
    return ip.protocol === Protocol.Tcp && this.#readTcp(ip);
  }

  #readTcp(ip: IpReader): boolean {
    const { buffer, start: at, end } = ip;
    if (at + TCP_HEADER > end) return false;
    const headerLength = (buffer[at + 12]! >> 4) * 4;
    if (headerLength < TCP_HEADER || headerLength > ip.length) return false;
    this.sourcePort = u16At(buffer, at);
    this.destinationPort = u16At(buffer, at + 2);
    this.sequence = u32At(buffer, at + 4);
    this.acknowledgment = u32At(buffer, at + 8);
    this.flags = buffer[at + 13]!;
    this.buffer = buffer;
    this.start = Math.min(at + headerLength, end);
    this.end = end;
    this.length = ip.length - headerLength;
    return true;
  }

  /** Tells the direction of the connection from all others: a key, not for people. */
  flow(): string {
    return this.#ip.pair() + String.fromCharCode(this.sourcePort, this.destinationPort);
  }

  /** The key of the other direction. */
  reverseFlow(): string {
    const pair = this.#ip.pair();
    const half = pair.length / 2;
    return pair.slice(half) + pair.slice(0, half) + String.fromCharCode(this.destinationPort, this.sourcePort);
  }

  /** As `normaliseAddress` of the core has it. */
  sourceAddress(): string {
    return this.#address(0);
  }

  destinationAddress(): string {
    return this.#address(this.#ip.addressLength);
  }

  #address(offset: number): string {
    const { header, addresses, addressLength } = this.#ip;
    const at = addresses + offset;
    return addressLength === 4 ? formatIPv4(u32At(header, at)) : normaliseAddress(formatIPv6(header, at))!;
  }
}
