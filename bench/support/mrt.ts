// UPDATEs in MRT files (RFC 6396), as the bench of the decoders wants them: the records of sessions with four-octet AS
// numbers and without path identifiers, so that every decoder reads all of them in one way.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const BGP4MP = 16;
const BGP4MP_ET = 17;
const BGP4MP_MESSAGE_AS4 = 4;
/** Octets of an MRT header, and of a BGP message header. */
const MRT_HEADER = 12;
const BGP_HEADER = 19;
const UPDATE = 2;

/** The bytes of a file, decompressed as its name says. Throws where `bzip2` is wanted and absent. */
export function readCapture(file: URL): Uint8Array {
  const bytes = readFileSync(file);
  if (file.pathname.endsWith(".gz")) return gunzipSync(bytes);
  if (!file.pathname.endsWith(".bz2")) return bytes;
  const { stdout, error } = spawnSync("bzip2", ["-dc"], { input: bytes, maxBuffer: 1 << 30 });
  if (error !== undefined) throw error;
  return stdout;
}

/**
 * Calls back with the body of each UPDATE of a four-octet session: `[start, end)` of `mrt`.
 *
 * @param record gets the range of the whole record as well
 */
export function eachUpdate(mrt: Uint8Array, found: (start: number, end: number, recordStart: number) => void): void {
  let at = 0;
  while (at + MRT_HEADER <= mrt.length) {
    const type = u16(mrt, at + 4);
    // No record is longer than 2^31, and no multiplication makes a floating-point number of every offset below.
    const recordEnd = at + MRT_HEADER + ((u16(mrt, at + 8) << 16) | u16(mrt, at + 10));
    if ((type === BGP4MP || type === BGP4MP_ET) && u16(mrt, at + 6) === BGP4MP_MESSAGE_AS4) {
      // Microseconds in the extended type; two AS numbers and an interface; the family and two addresses of it.
      const family = at + MRT_HEADER + (type === BGP4MP_ET ? 4 : 0) + 10;
      const message = family + 2 + (u16(mrt, family) === 2 ? 32 : 8);
      if (message + BGP_HEADER <= recordEnd && mrt[message + 18] === UPDATE) {
        found(message + BGP_HEADER, recordEnd, at);
      }
    }
    at = recordEnd;
  }
}

/** Calls back with the body of each message of a stream of UPDATEs with their headers: `[start, end)` of `stream`. */
export function eachMessage(stream: Uint8Array, found: (start: number, end: number) => void): void {
  for (let at = 0; at < stream.length;) {
    const end = at + u16(stream, at + 16);
    found(at + BGP_HEADER, end);
    at = end;
  }
}

/** The same UPDATEs as a stream of messages with their headers, and as an MRT file in which there is nothing else. */
export function updatesIn(mrt: Uint8Array): {
  readonly stream: Uint8Array;
  readonly mrt: Uint8Array;
  readonly updates: number;
} {
  const stream: Uint8Array[] = [];
  const records: Uint8Array[] = [];
  eachUpdate(mrt, (start, end, recordStart) => {
    stream.push(mrt.subarray(start - BGP_HEADER, end));
    records.push(mrt.subarray(recordStart, end));
  });
  return { stream: Buffer.concat(stream), mrt: Buffer.concat(records), updates: records.length };
}

/** An MRT file of a stream of messages: BGP4MP_MESSAGE_AS4 records of one IPv4 session. */
export function mrtOf(stream: Uint8Array): Uint8Array {
  const records: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    const length = u16(stream, at + 16);
    const size = 20 + length;
    // Time 0; the type; the length; AS 65001 and 65002, interface 0, IPv4, 192.0.2.1 and 192.0.2.2 (section 4.4.3).
    records.push(
      Uint8Array.of(0, 0, 0, 0, 0, BGP4MP, 0, BGP4MP_MESSAGE_AS4, 0, 0, size >> 8, size & 0xff),
      Uint8Array.of(0, 0, 0xfd, 0xe9, 0, 0, 0xfd, 0xea, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 2),
      stream.subarray(at, at + length),
    );
    at += length;
  }
  return Buffer.concat(records);
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
