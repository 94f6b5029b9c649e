// Blocks of pcapng (draft-ietf-opsawg-pcapng): what is in those of sections, interfaces and packets, in either byte order.
import { ByteWriter, decodeUtf8, encodeUtf8 } from "@bgpwire/core";
import type { Time } from "../text/time.ts";
import { u16In, u32In } from "./byte-order.ts";
import type { PcapngInterface, PcapngSection, Recorded } from "./record.ts";

/** Section 10.1, as far as it is of the draft itself. */
export const BlockType = {
  Interface: 1,
  /** Obsolete (appendix A). */
  Packet: 2,
  SimplePacket: 3,
  NameResolution: 4,
  InterfaceStatistics: 5,
  EnhancedPacket: 6,
  DecryptionSecrets: 10,
  Custom: 0x0000_0bad,
  CustomNotCopied: 0x4000_0bad,
  Section: 0x0a0d_0d0a,
} as const;

/** Section 4.1: as it reads in the byte order of its section. */
export const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;

/** Block Type and Block Total Length before the body of a block, and the length once more behind it (section 3.1). */
export const BEFORE_BODY = 8;
export const BEHIND_BODY = 4;

/** Octets of a body before its options. */
export const SECTION_FIELDS = 16;
export const INTERFACE_FIELDS = 8;
/** Interface, timestamp, and both lengths: as many in an Enhanced Packet Block as in an obsolete one. */
export const PACKET_FIELDS = 20;

/** Section 4.1. */
const SectionOption = { Hardware: 2, OperatingSystem: 3, Application: 4 } as const;

/** Section 4.2. */
const InterfaceOption = { Name: 2, Description: 3, TimeResolution: 9, TimeOffset: 14 } as const;

/** Section 3.5. */
const END_OF_OPTIONS = 0;

/** if_tsresol of 10^-9. */
const NANOSECONDS = 9;

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Decodes a Section Header Block, of which the fixed fields are there. */
export function decodeSection(record: Recorded, littleEndian: boolean): PcapngSection {
  const options = optionsOf(record, SECTION_FIELDS, littleEndian);
  return {
    kind: "section",
    ...record,
    littleEndian,
    hardware: textOf(options.get(SectionOption.Hardware)),
    operatingSystem: textOf(options.get(SectionOption.OperatingSystem)),
    application: textOf(options.get(SectionOption.Application)),
  };
}

/** Encodes a Section Header Block of unknown length, in network order as all blocks that are encoded here. */
export function encodeSection(application: string): Uint8Array {
  return encodeBlock(BlockType.Section, (writer) => {
    writer.u32(BYTE_ORDER_MAGIC);
    writer.u16(1);
    writer.u16(0);
    writer.u32(0xffff_ffff);
    writer.u32(0xffff_ffff);
    writeOption(writer, SectionOption.Application, encodeUtf8(application));
    writeOption(writer, END_OF_OPTIONS, EMPTY);
  });
}

/** Decodes an Interface Description Block, of which the fixed fields are there. */
export function decodeInterface(record: Recorded, littleEndian: boolean, id: number): PcapngInterface {
  const at = record.recordStart + BEFORE_BODY;
  const options = optionsOf(record, INTERFACE_FIELDS, littleEndian);
  return {
    kind: "interface",
    ...record,
    id,
    linkType: u16In(record.buffer, at, littleEndian),
    snapLength: u32In(record.buffer, at + 4, littleEndian),
    name: textOf(options.get(InterfaceOption.Name)),
    description: textOf(options.get(InterfaceOption.Description)),
    unitsPerSecond: unitsPerSecond(options.get(InterfaceOption.TimeResolution)),
    timeOffset: timeOffset(options.get(InterfaceOption.TimeOffset), littleEndian),
  };
}

/** Encodes an Interface Description Block without limit to packets, and with times in nanoseconds. */
export function encodeInterface(linkType: number): Uint8Array {
  return encodeBlock(BlockType.Interface, (writer) => {
    writer.u16(linkType);
    writer.u16(0);
    writer.u32(0);
    writeOption(writer, InterfaceOption.TimeResolution, Uint8Array.of(NANOSECONDS));
    writeOption(writer, END_OF_OPTIONS, EMPTY);
  });
}

/** Encodes an Enhanced Packet Block of the first interface, which has times in nanoseconds. */
export function encodePacket({ seconds, nanoseconds }: Time, packet: Uint8Array): Uint8Array {
  return encodeBlock(BlockType.EnhancedPacket, (writer) => {
    const units = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
    writer.u32(0);
    writer.u32(Number(units >> 32n));
    writer.u32(Number(units & 0xffff_ffffn));
    writer.u32(packet.length);
    writer.u32(packet.length);
    writePadded(writer, packet);
  });
}

/** Section 3.1. */
function encodeBlock(type: number, body: (writer: ByteWriter) => void): Uint8Array {
  const inner = new ByteWriter();
  body(inner);
  const octets = inner.finish();
  const length = BEFORE_BODY + octets.length + BEHIND_BODY;
  const writer = new ByteWriter(length);
  writer.u32(type);
  writer.u32(length);
  writer.bytes(octets);
  writer.u32(length);
  return writer.finish();
}

/** Section 3.5. */
function writeOption(writer: ByteWriter, type: number, value: Uint8Array): void {
  writer.u16(type);
  writer.u16(value.length);
  writePadded(writer, value);
}

function writePadded(writer: ByteWriter, octets: Uint8Array): void {
  writer.bytes(octets);
  for (let i = octets.length; i < padded(octets.length); i += 1) writer.u8(0);
}

/** Values of options by their type, the first of each (section 3.5). What is cut off is left out. */
function optionsOf(record: Recorded, fields: number, little: boolean): Map<number, Uint8Array> {
  const { buffer } = record;
  const end = record.recordEnd - BEHIND_BODY;
  const options = new Map<number, Uint8Array>();
  for (let at = record.recordStart + BEFORE_BODY + fields; at + 4 <= end;) {
    const type = u16In(buffer, at, little);
    const length = u16In(buffer, at + 2, little);
    at += 4;
    if (type === END_OF_OPTIONS || at + length > end) break;
    if (!options.has(type)) options.set(type, buffer.subarray(at, at + length));
    at += padded(length);
  }
  return options;
}

/** Octets with those that fill up 32 bits (section 3.6.2). */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Section 3.5: a zero ends a string. Section 3.6.3: one that is not UTF-8 may be discarded. */
function textOf(value: Uint8Array | undefined): string | null {
  if (value === undefined) return null;
  const zero = value.indexOf(0);
  return decodeUtf8(zero < 0 ? value : value.subarray(0, zero));
}

/** Section 4.2, if_tsresol: a negative power of 10, or of 2 where the most significant bit is set; microseconds without it. */
function unitsPerSecond(value: Uint8Array | undefined): bigint {
  const resolution = value?.[0] ?? 6;
  return (resolution & 0x80) === 0 ? 10n ** BigInt(resolution) : 1n << BigInt(resolution & 0x7f);
}

/** Section 4.2, if_tsoffset: a signed number of 64 bits. */
function timeOffset(value: Uint8Array | undefined, little: boolean): number {
  if (value?.length !== 8) return 0;
  const [first, second] = [u32In(value, 0, little), u32In(value, 4, little)];
  const [high, low] = little ? [second, first] : [first, second];
  return (high | 0) * 0x1_0000_0000 + low;
}
