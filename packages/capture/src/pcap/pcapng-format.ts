// A pcapng file as a sequence of blocks: what a block means depends on the section and on the interfaces before it.
import type { ByteQueue } from "../stream/byte-queue.ts";
import type { Problem } from "../stream/record-reader.ts";
import { u16In, u32In } from "./byte-order.ts";
import { Clock } from "./clock.ts";
import type { PcapFormat } from "./format.ts";
import {
  BEFORE_BODY,
  BEHIND_BODY,
  BlockType,
  BYTE_ORDER_MAGIC,
  decodeInterface,
  decodeSection,
  INTERFACE_FIELDS,
  PACKET_FIELDS,
  padded,
  SECTION_FIELDS,
} from "./pcapng.ts";
import { MAX_PCAPNG_BLOCK, MAX_PCAP_PACKET, type PcapPacket, type PcapRecord, type Recorded } from "./record.ts";

/** Block Type, Block Total Length and the first field of the body, which is there in all but empty blocks. */
const BEGINNING = 12;

/** An interface as its packets need it. */
interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly clock: Clock;
}

/** Reads one pcapng file, or several that were appended to each other, which is one again (section 3.4). */
export class PcapngFormat implements PcapFormat {
  readonly recognises: number = BEFORE_BODY + PACKET_FIELDS;
  #little = true;
  /** Not in a section of another version: its blocks are passed over (section 3.4). */
  #readable = true;
  #interfaces: Interface[] = [];

  take(queue: ByteQueue): PcapRecord | Problem | string | null {
    if (!queue.require(BEGINNING)) return null;
    const isSection = u32In(queue.buffer, queue.at, true) === BlockType.Section;
    const little = isSection ? byteOrderAt(queue.buffer, queue.at + BEFORE_BODY) : this.#little;
    if (little === null) return "a section of no byte order";
    const length = u32In(queue.buffer, queue.at + 4, little);
    if (length < BEGINNING || length > MAX_PCAPNG_BLOCK || length % 4 !== 0) return `a block of ${length} octets`;
    if (queue.available < length) return null;
    const repeated = u32Ahead(queue, length - BEHIND_BODY, little);
    if (repeated !== length) return `a block of ${length} octets that ends as one of ${repeated}`;
    queue.require(length);
    const { buffer, at, offset } = queue;
    queue.skip(length);
    const record = { offset, buffer, recordStart: at, recordEnd: at + length };
    const read = this.#read(record, u32In(buffer, at, little), little);
    return typeof read === "string" ? { kind: "problem", offset, reason: read, skipped: length } : read;
  }

  /** What a block is, or what is wrong with it. */
  #read(record: Recorded, type: number, little: boolean): PcapRecord | string {
    const { buffer } = record;
    const start = record.recordStart + BEFORE_BODY;
    const end = record.recordEnd - BEHIND_BODY;
    if (type === BlockType.Section) {
      if (end - start < SECTION_FIELDS) return `a section header of ${end - start} octets`;
      const major = u16In(buffer, start + 4, little);
      const minor = u16In(buffer, start + 6, little);
      this.#little = little;
      this.#interfaces = [];
      // Section 4.1: "Readers of pcapng files MUST treat a Minor Version of 2 as equivalent to a Minor Version of 0".
      this.#readable = major === 1 && (minor === 0 || minor === 2);
      return this.#readable ? decodeSection(record, little) : `a section of version ${major}.${minor}`;
    }
    if (this.#readable) {
      if (type === BlockType.EnhancedPacket || type === BlockType.Packet) return this.#readPacket(record, type);
      if (type === BlockType.SimplePacket) return this.#readSimplePacket(record);
      if (type === BlockType.Interface) return this.#readInterface(record);
    }
    return { kind: "block", ...record, type, littleEndian: little, start, end };
  }

  #readInterface(record: Recorded): PcapRecord | string {
    const octets = bodyLength(record);
    if (octets < INTERFACE_FIELDS) return `an interface description of ${octets} octets`;
    const described = decodeInterface(record, this.#little, this.#interfaces.length);
    const { linkType, snapLength, unitsPerSecond, timeOffset } = described;
    this.#interfaces.push({ linkType, snapLength, clock: new Clock(unitsPerSecond, timeOffset) });
    return described;
  }

  /** Section 4.3, and appendix A, where half of Interface ID is a count of packets that were dropped. */
  #readPacket(record: Recorded, type: number): PcapPacket | string {
    const { buffer } = record;
    const little = this.#little;
    const at = record.recordStart + BEFORE_BODY;
    const octets = bodyLength(record);
    if (octets < PACKET_FIELDS) return `a packet block of ${octets} octets`;
    const id = type === BlockType.Packet ? u16In(buffer, at, little) : u32In(buffer, at, little);
    const from = this.#interfaces[id];
    if (from === undefined) return `a packet of interface ${id}, of which there are ${this.#interfaces.length}`;
    const captured = u32In(buffer, at + 12, little);
    if (captured > MAX_PCAP_PACKET || PACKET_FIELDS + captured > octets) {
      return `a packet of ${captured} octets in a block of ${octets}`;
    }
    from.clock.read(u32In(buffer, at + 4, little), u32In(buffer, at + 8, little));
    return packetOf(record, at + PACKET_FIELDS, captured, from, u32In(buffer, at + 16, little));
  }

  /** Section 4.4: of the first interface, and as long as its limit lets it be. */
  #readSimplePacket(record: Recorded): PcapPacket | string {
    const octets = bodyLength(record);
    const [from] = this.#interfaces;
    if (octets < 4) return `a packet block of ${octets} octets`;
    if (from === undefined) return "a packet of interface 0, of which there are 0";
    const original = u32In(record.buffer, record.recordStart + BEFORE_BODY, this.#little);
    const captured = Math.min(original, from.snapLength || original);
    if (captured > MAX_PCAP_PACKET || 4 + captured > octets)
      return `a packet of ${captured} octets in a block of ${octets}`;
    from.clock.seconds = 0;
    from.clock.nanoseconds = 0;
    return packetOf(record, record.recordStart + BEFORE_BODY + 4, captured, from, original);
  }

  /** Only what is most probably one: a section, or a packet of an interface that is there, whose lengths agree. */
  begins(buffer: Uint8Array, at: number): boolean {
    const type = u32In(buffer, at, this.#little);
    if (type === BlockType.Section) return byteOrderAt(buffer, at + BEFORE_BODY) !== null;
    if (type !== BlockType.EnhancedPacket) return false;
    const length = u32In(buffer, at + 4, this.#little);
    const id = u32In(buffer, at + 8, this.#little);
    const captured = u32In(buffer, at + 20, this.#little);
    const original = u32In(buffer, at + 24, this.#little);
    const least = BEFORE_BODY + PACKET_FIELDS + padded(captured) + BEHIND_BODY;
    return (
      length % 4 === 0 &&
      length <= MAX_PCAPNG_BLOCK &&
      id < this.#interfaces.length &&
      captured <= MAX_PCAP_PACKET &&
      captured <= original &&
      length >= least
    );
  }
}

/** A number further on. A block is not put together for it: of many that are none, each would cost a copy. */
function u32Ahead(queue: ByteQueue, distance: number, little: boolean): number {
  const at = queue.at + distance;
  if (at + 4 <= queue.limit) return u32In(queue.buffer, at, little);
  const octets = [queue.peek(distance), queue.peek(distance + 1), queue.peek(distance + 2), queue.peek(distance + 3)];
  return u32In(Uint8Array.from(octets), 0, little);
}

function packetOf(record: Recorded, start: number, captured: number, from: Interface, original: number): PcapPacket {
  return {
    kind: "packet",
    seconds: from.clock.seconds,
    nanoseconds: from.clock.nanoseconds,
    offset: record.offset,
    buffer: record.buffer,
    recordStart: record.recordStart,
    recordEnd: record.recordEnd,
    start,
    end: start + captured,
    linkType: from.linkType,
    originalLength: original,
  };
}

function bodyLength(record: Recorded): number {
  return record.recordEnd - record.recordStart - BEFORE_BODY - BEHIND_BODY;
}

/** Whether a section is in little-endian order; null where its magic number is in neither. */
function byteOrderAt(buffer: Uint8Array, at: number): boolean | null {
  if (u32In(buffer, at, true) === BYTE_ORDER_MAGIC) return true;
  return u32In(buffer, at, false) === BYTE_ORDER_MAGIC ? false : null;
}
