// Messages of OpenBMP's collectors in their binary form (https://www.openbmp.org, message bus API 1.7): a header that says who has
// collected what, and octets of BMP behind it.
import {
  ByteReader,
  bytesOf,
  ByteWriter,
  ConfigError,
  decodeUtf8,
  encodeUtf8,
  formatIPv4,
  formatIPv6,
  fromHex,
  parseIPv4,
  parseIPv6,
  toHex,
  type Slice,
} from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";

/** Object types of what is told here; all others are rows of text about what the collector has read itself. */
export const OpenBmpObject = { BmpRaw: 12 } as const;

/** "OBMP". */
export const OPENBMP_MAGIC = 0x4f42_4d50;

/** The version whose headers are read; what has another minor one may have more at the end. */
const MAJOR = 1;
const MINOR = 7;

/** Octets up to the length of the data, which tell how long a message is. */
export const OPENBMP_START = 12;

/** Octets of a header without any name. */
const SHORTEST_HEADER = 78;

/** Longest data of a message that are read, in octets: 1 MiB, as of a message of BMP. */
export const MAX_OPENBMP_DATA: number = 0x10_0000;

const Flag = {
  /** It is about a router. */
  Router: 0x80,
  /** The router's address is an IPv6 one. */
  IPv6: 0x40,
} as const;

const HASH = 16;

/** A message. */
export interface OpenBmpMessage {
  readonly kind: "openbmp";
  /** When the collector sent it: seconds since 1970-01-01 UTC, and microseconds. */
  readonly seconds: number;
  readonly microseconds: number;
  /** A number of `OpenBmpObject`, or another. */
  readonly objectType: number;
  readonly collector: {
    /** The name it was given. */
    readonly adminId: string;
    /** 32 hexadecimal digits. */
    readonly hash: string;
  };
  /** Whom it is about; null where it is about the collector itself. */
  readonly router: OpenBmpRouter | null;
  /** Rows, or messages, that the data have. */
  readonly rows: number;
  /** What is behind the header. */
  readonly data: Slice;
}

/** A monitored router. */
export interface OpenBmpRouter {
  /** IPv4 or IPv6: where its BMP comes from. */
  readonly address: string;
  /** 32 hexadecimal digits, by which collectors tell routers apart. */
  readonly hash: string;
  /** The name of the group it was put into; may be empty. */
  readonly group: string;
}

/** What is wrong with the first octets of a message; null where nothing is. @param at where `OPENBMP_START` octets are */
export function wrongOpenBmpStart(buffer: Uint8Array, at: number): string | null {
  if (u32At(buffer, at) !== OPENBMP_MAGIC) return "no message of OpenBMP, which begins with OBMP";
  if (buffer[at + 4] !== MAJOR) return `version ${buffer[at + 4]}.${buffer[at + 5]} of OpenBMP`;
  if (headerLengthAt(buffer, at) < SHORTEST_HEADER) return `a header of ${headerLengthAt(buffer, at)} octets`;
  if (dataLengthAt(buffer, at) > MAX_OPENBMP_DATA) return `a message with ${dataLengthAt(buffer, at)} octets of data`;
  return null;
}

/** Octets of the whole message. */
export function openBmpLengthAt(buffer: Uint8Array, at: number): number {
  return headerLengthAt(buffer, at) + dataLengthAt(buffer, at);
}

function headerLengthAt(buffer: Uint8Array, at: number): number {
  return u16At(buffer, at + 6);
}

function dataLengthAt(buffer: Uint8Array, at: number): number {
  return u32At(buffer, at + 8);
}

/** Reads a message. @param message exactly one @returns null where its names do not fit into its header */
export function decodeOpenBmpMessage({ buffer, start, end }: Slice): OpenBmpMessage | null {
  const headerEnd = start + headerLengthAt(buffer, start);
  const reader = new ByteReader(buffer, start + OPENBMP_START, headerEnd);
  const flags = reader.u8();
  const objectType = reader.u8();
  const seconds = reader.u32();
  const microseconds = reader.u32();
  const collectorHash = toHex(reader.take(HASH));
  const adminId = textOf(reader.take(reader.u16()));
  const hash = toHex(reader.take(HASH));
  const address = addressOf(reader.take(16), (flags & Flag.IPv6) !== 0);
  const group = textOf(reader.take(reader.u16()));
  const rows = reader.u32();
  if (reader.overrun) return null;
  return {
    kind: "openbmp",
    seconds,
    microseconds,
    objectType,
    collector: { adminId, hash: collectorHash },
    router: (flags & Flag.Router) === 0 ? null : { address, hash, group },
    rows,
    data: { buffer, start: headerEnd, end },
  };
}

/** A name; octets that are no UTF-8 as hexadecimal digits. */
function textOf(octets: Uint8Array): string {
  return decodeUtf8(octets) ?? toHex(octets);
}

/** Sixteen octets, of which an IPv4 address is the first four. */
function addressOf(octets: Uint8Array, isIPv6: boolean): string {
  if (octets.length < 16) return "::";
  return isIPv6 ? formatIPv6(octets) : formatIPv4(u32At(octets, 0));
}

/**
 * The octets of a message of version 1.7.
 *
 * @throws ConfigError `invalid-value` where a part is not of its form or does not fit its field
 */
export function encodeOpenBmpMessage(message: OpenBmpMessage): Uint8Array {
  const { router, collector } = message;
  const address = router?.address ?? "0.0.0.0";
  const ipv4 = parseIPv4(address);
  const ipv6 = ipv4 === null ? parseIPv6(address) : null;
  if (ipv4 === null && ipv6 === null) {
    throw new ConfigError("invalid-value", "router.address", `"${address}" is neither an IPv4 nor an IPv6 address`);
  }
  const data = bytesOf(message.data);
  const writer = new ByteWriter(128 + data.length);
  writer.u32(OPENBMP_MAGIC);
  writer.u8(MAJOR);
  writer.u8(MINOR);
  writer.u16(0);
  writer.u32(data.length);
  writer.u8((router === null ? 0 : Flag.Router) | (ipv6 === null ? 0 : Flag.IPv6));
  writer.u8(message.objectType);
  writer.u32(message.seconds);
  writer.u32(message.microseconds);
  writer.bytes(hashOctets(collector.hash, "collector.hash"));
  writer.lengthU16(() => writer.bytes(encodeUtf8(collector.adminId)));
  writer.bytes(router === null ? new Uint8Array(HASH) : hashOctets(router.hash, "router.hash"));
  if (ipv6 === null) writer.u32(ipv4!);
  writer.bytes(ipv6 ?? new Uint8Array(12));
  writer.lengthU16(() => writer.bytes(encodeUtf8(router?.group ?? "")));
  writer.u32(message.rows);
  writer.bytes(data);
  const octets = writer.finish();
  const headerLength = octets.length - data.length;
  if (headerLength > 0xffff) {
    throw new ConfigError(
      "invalid-value",
      "collector.adminId",
      `a header of ${headerLength} octets is longer than 65535`,
    );
  }
  new DataView(octets.buffer, octets.byteOffset).setUint16(6, headerLength);
  return octets;
}

function hashOctets(hash: string, field: string): Uint8Array {
  const octets = fromHex(hash);
  if (octets?.length === HASH) return octets;
  throw new ConfigError("invalid-value", field, `"${hash}" is not 32 hexadecimal digits`);
}
