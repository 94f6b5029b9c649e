// How a file is compressed, by its first octets and never by its name.

/** A compression that there is a reader for: bzip2 here, the others in every platform or in `@bgpwire/capture-node`. */
export type Compression = "gzip" | "bzip2" | "zstd" | "xz";

/** With so many octets there is an answer. */
export const COMPRESSION_LENGTH = 10;

/** Octets that a file begins with; null where any may stand. */
const BEGINNINGS: readonly (readonly [Compression, readonly (number | null)[]])[] = [
  // RFC 1952 section 2.3.1: deflate is the only method.
  ["gzip", [0x1f, 0x8b, 8]],
  // "BZh", a digit, and the mark of a block or of the end. Without the mark it may be MRT of April 2005.
  ["bzip2", [0x42, 0x5a, 0x68, null, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]],
  ["bzip2", [0x42, 0x5a, 0x68, null, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90]],
  // RFC 8878 section 3.1.1.
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  // The .xz file format, section 2.1.1.1.
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/**
 * The compression of a file; null where it has none that is known.
 *
 * gzip is in every platform:
 * `stream.pipeThrough(new DecompressionStream("gzip"))`.
 *
 * @param octets the first `COMPRESSION_LENGTH` of the file, or all where it has fewer
 */
export function detectCompression(octets: Uint8Array): Compression | null {
  if (isSkippableZstd(octets)) return "zstd";
  const found = BEGINNINGS.find(
    ([, beginning]) =>
      octets.length >= Math.min(4, beginning.length) &&
      beginning.every((octet, i) => i >= octets.length || octet === null || octet === octets[i]),
  );
  return found === undefined ? null : found[0];
}

/** A frame of anything before those of data (RFC 8878 section 3.1.2): 0x184d2a50 to 0x184d2a5f, the lowest octet first. */
function isSkippableZstd(octets: Uint8Array): boolean {
  return (octets[0]! & 0xf0) === 0x50 && octets[1] === 0x2a && octets[2] === 0x4d && octets[3] === 0x18;
}
