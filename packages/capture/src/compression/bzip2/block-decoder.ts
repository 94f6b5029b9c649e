// One block of bzip2 from its bits: a pure function of them, so that blocks can be decoded in any order, in any thread.
//
// A block goes through the steps of its making backwards: Huffman codes, runs of the most recent octet, move to front, the
// Burrows-Wheeler transform, runs of four octets and more.
import { BitCursor } from "./bit-cursor.ts";
import { CodeTables, LOOK_BITS, MAX_CODE_BITS, MAX_CODES, MAX_SYMBOLS } from "./code-table.ts";
import { bzip2Crc } from "./crc.ts";
import { InverseTransform } from "./inverse-transform.ts";
import { derandomise } from "./randomisation.ts";

/** What a block holds at most before its runs are written out. */
const MAX_BLOCK_LENGTH = 900_000;

/** What becomes of it at most, in octets: five octets stand for up to 259. */
export const MAX_BZIP2_OCTETS: number = (MAX_BLOCK_LENGTH / 5) * 259;

/** Symbols between one choice of a code and the next. */
const GROUP = 50;
const MAX_SELECTORS = 0x7fff;
/** Octets behind the block that a group of symbols may look at. */
const MARGIN = (GROUP * MAX_CODE_BITS) / 8 + 8;
/** From so many places on, memory is moved as a whole. */
const FEW = 16;

/** What is to be decoded. */
export interface Bzip2Block {
  /** Octets in which the block lies. They are not written to. */
  readonly bytes: Uint8Array;
  /** Where its mark of 48 bits begins, in bits from the beginning of `bytes`; below 2^31. */
  readonly from: number;
  /** Where it ends at the latest, in bits. */
  readonly limit: number;
}

/** What a block is, or why it is none. */
export type Bzip2BlockResult =
  | {
      readonly kind: "decoded";
      /** In memory of their own. */
      readonly octets: Uint8Array;
      /** Where the block ends, in bits from the beginning of `bytes`. */
      readonly end: number;
      /** What it says its CRC is, and what it is. */
      readonly crc: number;
      /** Octets before its runs were written out, which the stream's header limits. */
      readonly length: number;
    }
  /** Its bits go on behind `limit`. */
  | { readonly kind: "short" }
  /** One clause for people. */
  | { readonly kind: "damaged"; readonly reason: string };

/** What stands before the symbols of a block. */
interface Head {
  readonly crc: number;
  readonly randomised: boolean;
  /** Row of the sorted rotations that is the block itself. */
  readonly origin: number;
  /** Symbols of its codes: the octets that occur, two for runs, less the first octet, one for the end. */
  readonly symbols: number;
  readonly selectors: number;
}

/**
 * Decodes blocks one after another, in memory that it keeps for the next: up to 10 MB, and `MAX_BZIP2_OCTETS` at most for a
 * result.
 *
 * @example
 * const result = decoder.decode(block);
 * if (result.kind === "decoded") take(result.octets);
 */
export class Bzip2BlockDecoder {
  readonly #codes: CodeTables = new CodeTables();
  readonly #lengths: Uint8Array = new Uint8Array(MAX_SYMBOLS);
  /** Which of the codes each group of symbols has. */
  readonly #selectors: Uint8Array = new Uint8Array(MAX_SELECTORS);
  /** Octets that occur, the most recent first. */
  readonly #recent: Uint8Array = new Uint8Array(256);
  /** The last octets of the sorted rotations; then the block itself. */
  readonly #octets: Uint8Array = new Uint8Array(MAX_BLOCK_LENGTH);
  readonly #transform: InverseTransform = new InverseTransform();
  /** Where in the block the counts of its runs are. */
  #runs: Uint32Array = new Uint32Array(0);

  /** Never throws. */
  decode({ bytes, from, limit }: Bzip2Block): Bzip2BlockResult {
    const padded = bytes.length * 8 < limit + MARGIN * 8 ? withMargin(bytes, limit) : bytes;
    const cursor = new BitCursor(padded, from + 48);
    const head = this.#readHead(cursor, limit);
    const length = typeof head === "string" ? head : this.#readSymbols(head, cursor, padded, limit);
    if (cursor.at > limit) return { kind: "short" };
    if (typeof head === "string" || typeof length === "string") return { kind: "damaged", reason: String(length) };
    if (head.origin >= length) return { kind: "damaged", reason: `its origin is row ${head.origin} of ${length}` };
    const block = this.#octets.subarray(0, length);
    this.#transform.invert(block, head.origin);
    if (head.randomised) derandomise(block);
    const octets = this.#writeRuns(block);
    const crc = bzip2Crc(octets);
    if (crc !== head.crc) {
      return { kind: "damaged", reason: `its CRC is ${hex(head.crc)}, that of its octets ${hex(crc)}` };
    }
    return { kind: "decoded", octets, end: cursor.at, crc, length };
  }

  /** All up to the symbols, or a reason. */
  #readHead(cursor: BitCursor, limit: number): Head | string {
    const crc = cursor.u32();
    const randomised = cursor.read(1) === 1;
    const origin = cursor.read(24);
    const used = this.#readUsed(cursor);
    if (used === 0) return "it says that no octet occurs";
    const symbols = used + 2;
    const codes = cursor.read(3);
    if (codes < 2 || codes > MAX_CODES) return `it has ${codes} codes, not 2 to 6`;
    const selectors = cursor.read(15);
    if (selectors === 0) return "it has no selectors";
    if (!this.#readSelectors(cursor, selectors, codes)) return "a selector is behind the codes";
    for (let code = 0; code < codes; code++) {
      const reason = this.#readCode(cursor, code, symbols, limit);
      if (reason !== null) return reason;
    }
    return { crc, randomised, origin, symbols, selectors };
  }

  /** Which octets occur: 16 bits for the groups of 16 that have any, and 16 bits for each of those. */
  #readUsed(cursor: BitCursor): number {
    let used = 0;
    const groups = cursor.read(16);
    for (let group = 0; group < 16; group++) {
      if ((groups & (0x8000 >>> group)) === 0) continue;
      const members = cursor.read(16);
      for (let member = 0; member < 16; member++) {
        if ((members & (0x8000 >>> member)) !== 0) this.#recent[used++] = group * 16 + member;
      }
    }
    return used;
  }

  /** Each is a place among the codes, the most recent first, in as many one bits. */
  #readSelectors(cursor: BitCursor, selectors: number, codes: number): boolean {
    const recent = [0, 1, 2, 3, 4, 5];
    for (let i = 0; i < selectors; i++) {
      let place = 0;
      while (cursor.read(1) === 1) {
        place += 1;
        if (place === codes) return false;
      }
      const code = recent[place]!;
      for (; place > 0; place--) recent[place] = recent[place - 1]!;
      recent[0] = code;
      this.#selectors[i] = code;
    }
    return true;
  }

  /** Lengths of the codes of all symbols, each as the difference from the one before. */
  #readCode(cursor: BitCursor, code: number, symbols: number, limit: number): string | null {
    let length = cursor.read(5);
    for (let symbol = 0; symbol < symbols; symbol++) {
      // The differences may go up and down for ever, but not behind the block.
      while (cursor.read(1) === 1 && cursor.at <= limit) {
        length += cursor.read(1) === 1 ? -1 : 1;
        if (length < 1 || length > MAX_CODE_BITS) break;
      }
      if (length < 1 || length > MAX_CODE_BITS) return `a code has ${length} bits, not 1 to ${MAX_CODE_BITS}`;
      this.#lengths[symbol] = length;
    }
    return this.#codes.make(code, this.#lengths, symbols)
      ? null
      : "it has more codes than there can be of their lengths";
  }

  /**
   * Fills the last octets of the rotations: most of the time goes here and into the transform. @returns how many, or a reason
   */
  #readSymbols(head: Head, cursor: BitCursor, bytes: Uint8Array, limit: number): number | string {
    const { look } = this.#codes;
    const recent = this.#recent;
    const column = this.#octets;
    const last = head.symbols - 1;
    let length = 0;
    let run = 0;
    let weight = 1;
    // `bits` has the next `count` bits at its top, and zeros below; `octet` is the one behind them.
    let octet = cursor.at >>> 3;
    let count = 8 - (cursor.at & 7);
    let bits = bytes[octet]! << (32 - count);
    octet += 1;
    for (let group = 0; group < head.selectors; group++) {
      if (octet * 8 - count > limit) break;
      const code = this.#selectors[group]!;
      const table = code << LOOK_BITS;
      for (let i = 0; i < GROUP; i++) {
        if (count <= 16) {
          bits |= ((bytes[octet]! << 8) | bytes[octet + 1]!) << (16 - count);
          octet += 2;
          count += 16;
        }
        let found = look[table | (bits >>> (32 - LOOK_BITS))]!;
        if (found === 0) {
          if (count <= 24) {
            bits |= bytes[octet]! << (24 - count);
            octet += 1;
            count += 8;
          }
          found = this.#codes.longer(code, bits);
          if (found === 0) {
            // All of them were looked at, and some may be behind the limit.
            cursor.at = octet * 8 - count + MAX_CODE_BITS;
            return "its bits are no code";
          }
        }
        bits <<= found & 31;
        count -= found & 31;
        const symbol = found >>> 5;
        // A run's length in digits of 1 and 2, the lowest first.
        if (symbol <= 1) {
          run += weight << symbol;
          weight <<= 1;
          if (run > MAX_BLOCK_LENGTH) break;
          continue;
        }
        if (length + run + (symbol === last ? 0 : 1) > MAX_BLOCK_LENGTH) {
          run = MAX_BLOCK_LENGTH + 1;
          break;
        }
        if (run > 0) {
          const end = length + run;
          if (run < FEW) while (length < end) column[length++] = recent[0]!;
          else column.fill(recent[0]!, length, end);
          length = end;
          run = 0;
          weight = 1;
        }
        if (symbol === last) {
          cursor.at = octet * 8 - count;
          return length;
        }
        let place = symbol - 1;
        const value = recent[place]!;
        if (place < FEW) for (; place > 0; place--) recent[place] = recent[place - 1]!;
        else recent.copyWithin(1, 0, place);
        recent[0] = value;
        column[length++] = value;
      }
      if (run > MAX_BLOCK_LENGTH) {
        cursor.at = octet * 8 - count;
        return `it holds more than ${MAX_BLOCK_LENGTH} octets`;
      }
    }
    cursor.at = octet * 8 - count;
    return "its symbols have no end";
  }

  /** Behind four equal octets stands how many more there are. */
  #writeRuns(block: Uint8Array): Uint8Array {
    const { length } = block;
    if (this.#runs.length * 5 < length) this.#runs = new Uint32Array(Math.ceil(length / 5));
    const runs = this.#runs;
    let count = 0;
    let more = 0;
    // Four equal octets have the third and the fourth equal, so most places need not be looked at.
    for (let at = 0; at < length - 4;) {
      const third = block[at + 2]!;
      if (block[at + 3] !== third) at += 3;
      else if (block[at + 1] !== third) at += 2;
      else if (block[at] !== third) at += 1;
      else {
        runs[count++] = at + 4;
        more += block[at + 4]! - 1;
        at += 5;
      }
    }
    const octets = new Uint8Array(length + more);
    let from = 0;
    let at = 0;
    for (let i = 0; i < count; i++) {
      const run = runs[i]!;
      if (run - from < 4 * FEW) while (from < run) octets[at++] = block[from++]!;
      else {
        octets.set(block.subarray(from, run), at);
        at += run - from;
      }
      const end = at + block[run]!;
      if (end - at < FEW) while (at < end) octets[at++] = block[run - 1]!;
      else octets.fill(block[run - 1]!, at, end);
      at = end;
      from = run + 1;
    }
    octets.set(block.subarray(from, length), at);
    return octets;
  }
}

function withMargin(bytes: Uint8Array, limit: number): Uint8Array {
  const padded = new Uint8Array((limit >>> 3) + 1 + MARGIN);
  padded.set(bytes.subarray(0, padded.length));
  return padded;
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, "0")}`;
}
