// Lists of TLVs as all messages of BMP have them: a type of two octets, a length of two, a value (RFC 7854 section 4.4). In
// version 4 the first bit of a type says that it is an enterprise's own, and its number follows (draft-ietf-grow-bmp-tlv).
import { ByteReader, decodeUtf8, encodeUtf8, type ByteWriter, type Slice } from "@bgpwire/core";

/** A TLV that stays octets: its type is not known, or its value is not of the form that the type has. */
export interface BmpRawTlv {
  readonly name: "raw";
  /** 0 to 65535, the E bit among it. */
  readonly type: number;
  /** IANA Private Enterprise Number of types with the E bit, in version 4 only. */
  readonly enterprise?: number;
  /** Without type, length and enterprise number. It refers to the chunk that was read. */
  readonly value: Uint8Array;
}

/** A TLV whose value is text. */
export interface BmpTextTlv<N extends string = string> {
  readonly name: N;
  readonly type: number;
  readonly text: string;
}

/** TLVs, and the octets behind them from the first that does not fit. */
export interface TlvList<T> {
  readonly tlvs: readonly (T | BmpRawTlv)[];
  readonly rest?: Uint8Array;
}

/** In the type of a TLV of version 4: an enterprise's own. 65535, which is reserved, is none. */
const ENTERPRISE_BIT = 0x8000;
const RESERVED = 0xffff;

/** Whether a value begins with an enterprise number. */
export function hasEnterprise(version: number, type: number, octets: number): boolean {
  return version >= 4 && (type & ENTERPRISE_BIT) !== 0 && type !== RESERVED && octets >= 4;
}

/**
 * Reads TLVs up to the end of a range.
 *
 * @param known gives the TLV of a type and a value; null where it stays raw
 */
export function readTlvs<T>(
  { buffer, start, end }: Slice,
  version: number,
  known: (type: number, value: Uint8Array) => T | null,
): TlvList<T> {
  const reader = new ByteReader(buffer, start, end);
  const tlvs: (T | BmpRawTlv)[] = [];
  while (reader.remaining > 0) {
    const at = reader.position;
    const type = reader.u16();
    const value = reader.take(reader.u16());
    if (reader.overrun) return { tlvs, rest: buffer.subarray(at, end) };
    tlvs.push(readTlv(type, value, version, known));
  }
  return { tlvs };
}

function readTlv<T>(
  type: number,
  value: Uint8Array,
  version: number,
  known: (type: number, value: Uint8Array) => T | null,
): T | BmpRawTlv {
  if (hasEnterprise(version, type, value.length)) {
    return { name: "raw", type, enterprise: new ByteReader(value).u32(), value: value.subarray(4) };
  }
  return known(type, value) ?? { name: "raw", type, value };
}

/** Writes type and length, the enterprise number, and what `content` writes. */
export function writeTlv(
  { type, enterprise }: { readonly type: number; readonly enterprise?: number },
  writer: ByteWriter,
  content: () => void,
): void {
  writer.u16(type);
  writer.lengthU16(() => {
    if (enterprise !== undefined) writer.u32(enterprise);
    content();
  });
}

/** The name of each type whose value is text. */
export type TextTypes<N extends string> = Readonly<Record<number, N>>;

/** Reads TLVs of which some are text; what is not UTF-8 stays raw. */
export function readTextTlvs<N extends string>(
  slice: Slice,
  version: number,
  types: TextTypes<N>,
): TlvList<BmpTextTlv<N>> {
  return readTlvs(slice, version, (type, value) => {
    const name = types[type];
    const text = name === undefined ? null : decodeUtf8(value);
    return name === undefined || text === null ? null : { name, type, text };
  });
}

/** Writes one of them. @throws ConfigError `invalid-value` where it does not fit its length field */
export function writeTextTlv(tlv: BmpTextTlv | BmpRawTlv, writer: ByteWriter): void {
  writeTlv(tlv, writer, () => writer.bytes("text" in tlv ? encodeUtf8(tlv.text) : tlv.value));
}
