// A bzip2 file cut into blocks that can be decoded apart, in any order and in any thread, and put together again in order.
//
// Where a block ends only its decoding tells. So the blocks ahead are guessed: wherever the mark of one is, one may begin, and
// it ends where the next mark is. Whoever comes to a block in order knows better: the block begins where the one before has
// ended. A guess that was wrong is dropped; a block that looked too short, because its data hold the bits of a mark, is
// decoded again with twice as many bits.
import type { Problem } from "../../stream/record-reader.ts";
import { BitCursor } from "./bit-cursor.ts";
import type { Bzip2Block, Bzip2BlockResult } from "./block-decoder.ts";
import { findMark, MARK_OCTETS, markAt } from "./magic.ts";
import { OctetWindow } from "./octet-window.ts";

/**
 * The longest block accepted, in octets of the file: no block that an encoder can make is longer, with 900 000 symbols of 20
 * bits and all its tables.
 */
export const MAX_BZIP2_COMPRESSED_OCTETS = 2_400_000;

/** "BZh" and the digit. */
const HEADER_OCTETS = 4;
/** A mark and the CRC behind it. */
const FRAME_BITS = 80;
const MAX_BITS = MAX_BZIP2_COMPRESSED_OCTETS * 8;

/** A mark in the file, and what is known of the block there. */
interface Place {
  /** In bits from the beginning of the file. */
  readonly at: number;
  readonly block: boolean;
  /** Where the block ends at the latest, in bits; 0 until it is known. */
  limit: number;
  /** Somebody decodes it, or has. */
  given: boolean;
  /** Its `end` is in bits from the beginning of the block. */
  result: Bzip2BlockResult | null;
}

/** A block to decode. */
export interface Bzip2Job extends Bzip2Block {
  /** For the splitter. */
  readonly place: Place;
}

/** There is more to be done before something can be given. */
const AGAIN = "again";

/**
 * Finds the blocks of a bzip2 file, of one stream or several, and gives the octets of the file from what becomes of them. All
 * CRCs are checked. It ends with a `Problem` at the first damage, when all before it was given: octets behind a gap would be
 * taken for what follows those before it.
 *
 * Memory: what was pushed and is not decoded, and `ahead` results.
 *
 * @example
 * for (let job = splitter.job(); job !== null; job = splitter.job()) splitter.done(job, decoder.decode(job));
 * for (let octets = splitter.next(); octets !== null; octets = splitter.next()) take(octets);
 */
export class Bzip2Splitter {
  /** How many marks are looked at from the one on that is next in order. */
  readonly #ahead: number;
  readonly #window: OctetWindow = new OctetWindow();
  #ended = false;
  /** Nothing more is given. */
  #over = false;
  /** What is next in order, in bits from the beginning of the file. */
  #at = 0;
  /** A block holds at most 100 000 octets times this before its runs are written out; 0 before a stream. */
  #level = 0;
  #streams = 0;
  /** Of the stream, from the CRCs of its blocks. */
  #crc = 0;
  /** Octets given. */
  #given = 0;
  /** Marks from `#at` on. */
  #places: Place[] = [];
  /** Where the search for marks goes on, in octets of the file. */
  #searched = 0;

  /** @param ahead how many blocks are decoded at once at most; 1 where they are decoded one after another */
  constructor(ahead: number) {
    this.#ahead = ahead;
  }

  /** Gives the next chunk of the file, of any length. It is the splitter's from now on. */
  push(chunk: Uint8Array): void {
    if (!this.#over) this.#window.push(chunk);
  }

  /** Says that nothing follows. */
  end(): void {
    this.#ended = true;
  }

  /** Octets of the file that are held. */
  get buffered(): number {
    return this.#window.end - this.#window.start;
  }

  /** A block that can be decoded now; null where more of the file is needed, or `ahead` blocks are in work. */
  job(): Bzip2Job | null {
    if (this.#over) return null;
    this.#search();
    for (const [i, place] of this.#places.entries()) {
      if (i === this.#ahead) return null;
      if (place.given || !place.block) continue;
      const limit = this.#limitOf(place, this.#places[i + 1]);
      if (limit === null) return null;
      place.given = true;
      place.limit = limit;
      const first = Math.floor(place.at / 8);
      const bytes = this.#window.bytes.subarray(this.#window.indexOf(first), this.#window.end);
      return { place, bytes, from: place.at - first * 8, limit: limit - first * 8 };
    }
    return null;
  }

  /** Takes what became of a job, in any order. */
  done(job: Bzip2Job, result: Bzip2BlockResult): void {
    job.place.result = result;
  }

  /**
   * The next octets of the file; null where a job is to be done or more of the file is needed, and when all were given. Never
   * throws.
   */
  next(): Uint8Array | Problem | null {
    for (;;) {
      if (this.#over) return null;
      const step = this.#level === 0 ? this.#readHeader() : this.#readFrame();
      if (step !== AGAIN) return step;
    }
  }

  /** Octets of the file that are there from what is next on. */
  get #there(): number {
    return this.#window.offset + this.#window.end - this.#window.start - Math.floor(this.#at / 8);
  }

  #readHeader(): Problem | null | typeof AGAIN {
    const { bytes } = this.#window;
    const octet = this.#at / 8;
    const there = this.#there;
    if (there < HEADER_OCTETS && !this.#ended) return null;
    if (there === 0 && this.#streams > 0) {
      this.#over = true;
      return null;
    }
    const at = this.#window.indexOf(octet);
    const isHeader = bytes[at] === 0x42 && bytes[at + 1] === 0x5a && bytes[at + 2] === 0x68;
    const level = bytes[at + 3]! - 0x30;
    if (there < HEADER_OCTETS || !isHeader || level < 1 || level > 9) {
      if (this.#streams > 0) return this.#stop(`what follows the bzip2 stream that ends at octet ${octet} is none`);
      return this.#stop("no bzip2 stream begins here");
    }
    this.#level = level;
    this.#crc = 0;
    this.#streams += 1;
    this.#moveTo(this.#at + HEADER_OCTETS * 8);
    return AGAIN;
  }

  /** A block, or the end of the stream. */
  #readFrame(): Uint8Array | Problem | null | typeof AGAIN {
    const octet = Math.floor(this.#at / 8);
    const bit = this.#at - octet * 8;
    if (this.#there * 8 < bit + FRAME_BITS) {
      return this.#ended ? this.#stop(`the bzip2 stream is cut off at octet ${octet + this.#there}`) : null;
    }
    const at = this.#window.indexOf(octet);
    const bytes = this.#window.bytes.subarray(at, at + FRAME_BITS / 8 + 1);
    const mark = markAt(bytes, bit);
    if (mark === null) return this.#stop(`neither a block nor the end of the bzip2 stream is at octet ${octet}`);
    if (mark === "block") return this.#takeBlock(octet);
    const crc = new BitCursor(bytes, bit + 48).u32();
    const right = crc === this.#crc;
    this.#level = 0;
    this.#moveTo(Math.ceil((this.#at + FRAME_BITS) / 8) * 8);
    if (right) return AGAIN;
    return this.#problem(
      `the bzip2 stream that ends at octet ${this.#at / 8} has lost or gained blocks, by its CRC`,
      0,
    );
  }

  #takeBlock(octet: number): Uint8Array | Problem | null | typeof AGAIN {
    this.#search();
    const place = this.#places[0]!;
    const { result } = place;
    if (result === null) return null;
    if (result.kind === "damaged") return this.#stop(`the bzip2 block at octet ${octet} is damaged: ${result.reason}`);
    if (result.kind === "short") {
      if (place.limit >= place.at + MAX_BITS) return this.#stop(`the bzip2 block at octet ${octet} has no end`);
      if (this.#ended && place.limit === this.#fileBits) {
        return this.#stop(`the bzip2 block at octet ${octet} is cut off`);
      }
      place.given = false;
      place.result = null;
      return null;
    }
    if (result.length > this.#level * 100_000) {
      return this.#stop(
        `the bzip2 block at octet ${octet} holds ${result.length} octets in a stream of level ${this.#level}`,
      );
    }
    this.#crc = (((this.#crc << 1) | (this.#crc >>> 31)) ^ result.crc) >>> 0;
    this.#moveTo(octet * 8 + result.end);
    this.#given += result.octets.length;
    return result.octets.length > 0 ? result.octets : AGAIN;
  }

  /** Where a block ends at the latest; null while that is not known. */
  #limitOf(place: Place, next: Place | undefined): number | null {
    const most = place.at + MAX_BITS;
    // A second try has twice the bits of the first.
    const wanted = place.limit > 0 ? 2 * place.limit - place.at : (next?.at ?? most);
    const limit = Math.min(wanted, most);
    if (limit <= this.#fileBits) return limit;
    return this.#ended ? this.#fileBits : null;
  }

  /** Bits of the file that have come. */
  get #fileBits(): number {
    return (this.#window.offset + this.#window.end - this.#window.start) * 8;
  }

  /** Forgets the marks that are passed, and looks for as many as may be needed. */
  #search(): void {
    const window = this.#window;
    while (this.#places.length > 0 && this.#places[0]!.at < this.#at) this.#places.shift();
    this.#searched = Math.max(this.#searched, Math.floor(this.#at / 8));
    while (this.#places.length <= this.#ahead) {
      const from = window.indexOf(this.#searched);
      const mark = findMark(window.bytes, from, window.end);
      if (mark === null) {
        this.#searched = Math.max(this.#searched, this.#searched + window.end - from - MARK_OCTETS + 1);
        return;
      }
      const at = (window.offset - window.start) * 8 + mark.at;
      this.#searched = Math.floor(at / 8) + 1;
      this.#places.push({ at, block: mark.block, limit: 0, given: false, result: null });
    }
  }

  #moveTo(bit: number): void {
    this.#at = bit;
    this.#window.dropTo(Math.floor(bit / 8));
  }

  #stop(reason: string): Problem {
    this.#over = true;
    return this.#problem(reason, null);
  }

  #problem(reason: string, skipped: number | null): Problem {
    return { kind: "problem", offset: this.#given, reason, skipped };
  }
}
