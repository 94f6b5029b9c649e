// pcap (draft-ietf-opsawg-pcap): a header of 24 octets, then packets with one of 16 each.
import type { ByteQueue } from "../stream/byte-queue.ts";
import { u16In, u32In } from "./byte-order.ts";
import type { PcapFormat } from "./format.ts";
import { MAX_PCAP_PACKET, type PcapFileHeader, type PcapPacket } from "./record.ts";

const FILE_HEADER = 24;

/** Section 4, and A. Kuznetsov's number, which Wireshark calls modified. */
const MICROSECONDS = 0xa1b2_c3d4;
const NANOSECONDS = 0xa1b2_3c4d;
const MODIFIED = 0xa1b2_cd34;

const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;

/** Two packets of a capture are not further apart than this, for one to be recognised: a day in seconds. */
const APART = 86_400;

/** The byte order of a file that begins with these four octets; null where it is no pcap file. */
export function classicByteOrder(buffer: Uint8Array, at: number): "little" | "big" | null {
  if (isMagic(u32In(buffer, at, true))) return "little";
  return isMagic(u32In(buffer, at, false)) ? "big" : null;
}

function isMagic(number: number): boolean {
  return number === MICROSECONDS || number === NANOSECONDS || number === MODIFIED;
}

/** Reads one pcap file, or several that were appended to each other. */
export class ClassicFormat implements PcapFormat {
  readonly recognises = 16;
  #header: PcapFileHeader | null = null;
  /** Seconds of the last packet; null before the first. */
  #last: number | null = null;

  take(queue: ByteQueue): PcapFileHeader | PcapPacket | string | null {
    const header = this.#header;
    if (header === null) return this.#takeFileHeader(queue);
    const headerLength = header.modified ? 24 : 16;
    if (!queue.require(headerLength)) return null;
    if (isFileHeader(queue.buffer, queue.at)) return this.#takeFileHeader(queue);
    const captured = u32In(queue.buffer, queue.at + 8, header.littleEndian);
    if (captured > MAX_PCAP_PACKET) return `a packet of ${captured} octets`;
    if (!queue.require(headerLength + captured)) return null;
    return this.#takePacket(queue, header, headerLength, captured);
  }

  #takeFileHeader(queue: ByteQueue): PcapFileHeader | string | null {
    if (!queue.require(FILE_HEADER)) return null;
    const { buffer, at, offset } = queue;
    const littleEndian = classicByteOrder(buffer, at) === "little";
    const magic = u32In(buffer, at, littleEndian);
    const major = u16In(buffer, at + 4, littleEndian);
    const minor = u16In(buffer, at + 6, littleEndian);
    if (major !== VERSION_MAJOR) return `version ${major}.${minor} of pcap`;
    queue.skip(FILE_HEADER);
    this.#header = {
      kind: "fileHeader",
      offset,
      buffer,
      recordStart: at,
      recordEnd: at + FILE_HEADER,
      littleEndian,
      nanoseconds: magic === NANOSECONDS,
      modified: magic === MODIFIED,
      snapLength: u32In(buffer, at + 16, littleEndian),
      // Above it stand the octets of the frame check sequence, which IP's own length leaves out.
      linkType: u32In(buffer, at + 20, littleEndian) & 0xffff,
    };
    return this.#header;
  }

  #takePacket(queue: ByteQueue, header: PcapFileHeader, headerLength: number, captured: number): PcapPacket {
    const { buffer, at, offset } = queue;
    const start = at + headerLength;
    const fraction = u32In(buffer, at + 4, header.littleEndian);
    const nanoseconds = header.nanoseconds ? fraction : fraction * 1000;
    // More than a second of them is not supposed to be there, and is some of the next seconds.
    const seconds = Math.min(u32In(buffer, at, header.littleEndian) + Math.floor(nanoseconds / 1e9), 0xffff_ffff);
    this.#last = seconds;
    queue.skip(headerLength + captured);
    return {
      kind: "packet",
      seconds,
      nanoseconds: nanoseconds % 1e9,
      offset,
      buffer,
      recordStart: at,
      recordEnd: start + captured,
      start,
      end: start + captured,
      linkType: header.linkType,
      originalLength: u32In(buffer, at + 12, header.littleEndian),
    };
  }

  begins(buffer: Uint8Array, at: number): boolean {
    if (this.#header === null) return false;
    if (isFileHeader(buffer, at)) return true;
    const { littleEndian, nanoseconds, snapLength } = this.#header;
    const seconds = u32In(buffer, at, littleEndian);
    const fraction = u32In(buffer, at + 4, littleEndian);
    const captured = u32In(buffer, at + 8, littleEndian);
    const original = u32In(buffer, at + 12, littleEndian);
    return (
      Math.abs(seconds - (this.#last ?? seconds)) < APART &&
      fraction < (nanoseconds ? 1e9 : 1e6) &&
      captured > 0 &&
      captured <= MAX_PCAP_PACKET &&
      (captured === original || (captured === snapLength && captured < original))
    );
  }
}

/** A file appended to another one. As a packet it would be of no octets, with a time in 2055 and exactly this fraction. */
function isFileHeader(buffer: Uint8Array, at: number): boolean {
  const order = classicByteOrder(buffer, at);
  if (order === null) return false;
  const little = order === "little";
  return (
    u16In(buffer, at + 4, little) === VERSION_MAJOR &&
    u16In(buffer, at + 6, little) === VERSION_MINOR &&
    u32In(buffer, at + 8, little) === 0 &&
    u32In(buffer, at + 12, little) === 0
  );
}
