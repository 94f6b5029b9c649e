// The CRC of bzip2: polynomial 0x04c11db7, the most significant bit first (gzip has the same polynomial the other way round).

/** Eight tables of 256: an octet's share of the CRC when 0 to 7 octets follow it, so that eight octets take one step. */
const TABLES: Int32Array = /* @__PURE__ */ makeTables();

/** The CRC of octets, 0 to 2^32 − 1. */
export function bzip2Crc(bytes: Uint8Array): number {
  let crc = -1;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const first = crc ^ ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
    crc =
      TABLES[0x700 + (first >>> 24)]! ^
      TABLES[0x600 + ((first >>> 16) & 0xff)]! ^
      TABLES[0x500 + ((first >>> 8) & 0xff)]! ^
      TABLES[0x400 + (first & 0xff)]! ^
      TABLES[0x300 + bytes[at + 4]!]! ^
      TABLES[0x200 + bytes[at + 5]!]! ^
      TABLES[0x100 + bytes[at + 6]!]! ^
      TABLES[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc << 8) ^ TABLES[(crc >>> 24) ^ bytes[at]!]!;
  return ~crc >>> 0;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let octet = 0; octet < 256; octet++) {
    let crc = octet << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
    tables[octet] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const crc = tables[at - 256]!;
    tables[at] = (crc << 8) ^ tables[crc >>> 24]!;
  }
  return tables;
}
