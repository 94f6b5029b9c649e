// What stands in pcap and pcapng files. Nothing is copied: a record has its place in the file's octets beside what it says.
import type { Slice } from "@bgpwire/core";
import type { Captured } from "../event.ts";

/** Longest packet that is taken for one: 256 KiB, what libpcap captures at most. A longer one is a `Problem`. */
export const MAX_PCAP_PACKET = 0x4_0000;

/** Longest block of a pcapng file that is taken for one: 16 MiB, as in libpcap. A longer one is a `Problem`. */
export const MAX_PCAPNG_BLOCK = 0x100_0000;

/** Where a record stands. */
export interface Recorded {
  /** Octets from the beginning of the stream. */
  readonly offset: number;
  /** `[recordStart, recordEnd)` of `buffer`: the record as it is in the file. Records and problems follow without a gap. */
  readonly buffer: Uint8Array;
  readonly recordStart: number;
  readonly recordEnd: number;
}

/** The beginning of a pcap file (draft-ietf-opsawg-pcap section 4). There are more of them where files were appended. */
export interface PcapFileHeader extends Recorded {
  readonly kind: "fileHeader";
  readonly littleEndian: boolean;
  /** Times are in nanoseconds, not in microseconds. */
  readonly nanoseconds: boolean;
  /** Headers of packets have 24 octets, as A. Kuznetsov's libpcap wrote them. */
  readonly modified: boolean;
  /** Most octets of a packet that were captured. */
  readonly snapLength: number;
  readonly linkType: number;
}

/** A Section Header Block (draft-ietf-opsawg-pcapng section 4.1): what follows was captured by one machine. */
export interface PcapngSection extends Recorded {
  readonly kind: "section";
  readonly littleEndian: boolean;
  readonly hardware: string | null;
  readonly operatingSystem: string | null;
  readonly application: string | null;
}

/** An Interface Description Block (section 4.2). */
export interface PcapngInterface extends Recorded {
  readonly kind: "interface";
  /** Counts the interfaces of a section from 0. */
  readonly id: number;
  readonly linkType: number;
  /** Most octets of a packet that were captured; 0 is no limit. */
  readonly snapLength: number;
  readonly name: string | null;
  readonly description: string | null;
  /** Units of its times in a second, a power of 10 or of 2. */
  readonly unitsPerSecond: bigint;
  /** Seconds that are added to its times. */
  readonly timeOffset: number;
}

/**
 * A packet as it was on a link: a Packet Record of pcap (section 5), or an Enhanced, Simple or obsolete Packet Block of pcapng
 * (sections 4.3 and 4.4, appendix A). A Simple Packet Block has no time: it is 0. A time outside the years that `Captured`
 * has is the nearest one in them.
 */
export interface PcapPacket extends Captured, Recorded, Slice {
  readonly kind: "packet";
  readonly buffer: Uint8Array;
  readonly offset: number;
  // `[start, end)` of `buffer`: what was captured of it, headers of the link included.
  readonly linkType: number;
  /** Octets that it had on the link. */
  readonly originalLength: number;
}

/** A block of a pcapng file that is none of the above. */
export interface PcapngBlock extends Recorded, Slice {
  readonly kind: "block";
  readonly buffer: Uint8Array;
  /** Section 10.1. */
  readonly type: number;
  readonly littleEndian: boolean;
  // `[start, end)` of `buffer`: its body.
}

/** What `PcapReader` gives, both of pcap and of pcapng. */
export type PcapRecord = PcapFileHeader | PcapngSection | PcapngInterface | PcapPacket | PcapngBlock;
