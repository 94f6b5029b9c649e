// TCP segments in IP packets, with all checksums: for captures of what was never on a link.
import { ByteWriter } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import { Protocol } from "./ip.ts";

const TCP_HEADER = 20;

/** A TCP segment and the addresses it goes between. */
export interface SegmentFields {
  /** Octets of the addresses: both 4 or both 16. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  /** See `TcpFlag`. */
  readonly flags: number;
  readonly window: number;
  /** A multiple of four octets. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

/** An IP packet with a TCP segment (RFC 9293 section 3.1) and nothing between. @param identification of IPv4, 0 to 65535 */
export function encodeSegment(fields: SegmentFields, identification: number): Uint8Array {
  const segment = encodeTcp(fields);
  const writer = new ByteWriter(40 + segment.length);
  if (fields.source.length === 4) writer.bytes(ipv4Header(fields, segment.length, identification));
  else writeIPv6Header(writer, fields, segment.length);
  writer.bytes(segment);
  return writer.finish();
}

/** The precedence of what keeps a network together, Internetwork Control (RFC 791 section 3.1), as BGP has it. */
const PRECEDENCE = 0xc0;

const HOP_LIMIT = 64;

/** RFC 791 section 3.1, not to be fragmented. */
function ipv4Header(fields: SegmentFields, length: number, identification: number): Uint8Array {
  const writer = new ByteWriter(20);
  writer.u8(0x45);
  writer.u8(PRECEDENCE);
  writer.u16(20 + length);
  writer.u16(identification);
  writer.u16(0x4000);
  writer.u8(HOP_LIMIT);
  writer.u8(Protocol.Tcp);
  writer.u16(0);
  writer.bytes(fields.source);
  writer.bytes(fields.destination);
  const header = writer.finish();
  setChecksum(header, 10, checksum(header, 0));
  return header;
}

/** RFC 8200 section 3. */
function writeIPv6Header(writer: ByteWriter, fields: SegmentFields, length: number): void {
  writer.u32(0x6000_0000 + (PRECEDENCE << 20));
  writer.u16(length);
  writer.u8(Protocol.Tcp);
  writer.u8(HOP_LIMIT);
  writer.bytes(fields.source);
  writer.bytes(fields.destination);
}

function encodeTcp(fields: SegmentFields): Uint8Array {
  const writer = new ByteWriter(TCP_HEADER + fields.options.length + fields.payload.length);
  writer.u16(fields.sourcePort);
  writer.u16(fields.destinationPort);
  writer.u32(fields.sequence);
  writer.u32(fields.acknowledgment);
  writer.u8(((TCP_HEADER + fields.options.length) / 4) << 4);
  writer.u8(fields.flags);
  writer.u16(fields.window);
  writer.u32(0);
  writer.bytes(fields.options);
  writer.bytes(fields.payload);
  const segment = writer.finish();
  // The pseudo-header: addresses, protocol and length.
  const addresses = sum(fields.source, sum(fields.destination, 0));
  setChecksum(segment, 16, checksum(segment, addresses + Protocol.Tcp + segment.length));
  return segment;
}

/** RFC 1071: the complement of the sum of all words of 16 bits in one's complement arithmetic. @param before what is summed up already */
function checksum(bytes: Uint8Array, before: number): number {
  let total = sum(bytes, before);
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x1_0000);
  return ~total & 0xffff;
}

function sum(bytes: Uint8Array, before: number): number {
  let total = before;
  for (let at = 0; at + 1 < bytes.length; at += 2) total += u16At(bytes, at);
  return bytes.length % 2 === 0 ? total : total + (bytes.at(-1)! << 8);
}

function setChecksum(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}
