// A bzip2 encoder as simple as can be, for what bzip2 itself does not write: randomised blocks, codes of up to 20 bits,
// selectors that nobody needs.
import { derandomise } from "../../packages/capture/src/compression/bzip2/randomisation.ts";

/** What a block is to be like; by default two codes with lengths that are as even as can be, and no more than is needed. */
export interface BlockStyle {
  /** By code: the lengths of the codes of the symbols. */
  readonly lengths?: (symbols: number) => readonly (readonly number[])[];
  readonly randomised?: boolean;
  /** Bits of selectors behind those that are used: any without six ones in a row. */
  readonly moreSelectors?: string;
  /** In place of the right one. */
  readonly crc?: number;
}

/** A stream of blocks of the first 900 000 octets at most, of which the rotations are sorted slowly. */
export function writeBzip2(blocks: readonly Uint8Array[], style: BlockStyle = {}, level = 9): Uint8Array {
  let bits = "";
  let streamCrc = 0;
  for (const block of blocks) {
    const crc = style.crc ?? slowCrc(block);
    streamCrc = ((streamCrc << 1) | (streamCrc >>> 31)) ^ crc;
    bits += writeBlock(block, crc, style);
  }
  bits += binary(0x177245385090, 48) + binary(streamCrc >>> 0, 32);
  const octets = bits.match(/.{1,8}/g)!.map((octet) => Number.parseInt(octet.padEnd(8, "0"), 2));
  return Uint8Array.from([0x42, 0x5a, 0x68, 0x30 + level, ...octets]);
}

/** Lengths of 1, 2, 3 … bits as far as they go: the longest codes there are. */
export function steepLengths(symbols: number): readonly (readonly number[])[] {
  if (symbols > 21) throw new Error("too many symbols for codes of 1 to 20 bits");
  const lengths = Array.from({ length: symbols }, (_, i) => Math.min(i + 1, symbols - 1));
  return [lengths, lengths.toReversed()];
}

/** The lengths of codes that are all of a length. */
export function evenLengths(symbols: number): readonly (readonly number[])[] {
  const bits = Math.ceil(Math.log2(symbols));
  const lengths = Array.from({ length: symbols }, () => bits);
  return [lengths, lengths];
}

function writeBlock(data: Uint8Array, crc: number, style: BlockStyle): string {
  const block = shortened(data);
  if (style.randomised === true) derandomise(block);
  const { last, origin } = transformed(block);
  const used = [...new Set(block)].sort((a, b) => a - b);
  const symbols = moveToFront(last, used);
  const groups = Math.ceil(symbols.length / 50);
  const codes = (style.lengths ?? evenLengths)(used.length + 2);
  const more = style.moreSelectors ?? "";
  const selectors = groups + more.replaceAll("1", "").length;
  // Group by group the codes in turn: the selector of a code is its place among those last used.
  const recent = codes.map((_, code) => code);
  let selection = "";
  let coded = "";
  for (let group = 0; group < groups; group++) {
    const code = group % codes.length;
    const place = recent.indexOf(code);
    selection += `${"1".repeat(place)}0`;
    recent.unshift(...recent.splice(place, 1));
    const words = codeWords(codes[code]!);
    coded += symbols
      .slice(group * 50, group * 50 + 50)
      .map((symbol) => words[symbol]!)
      .join("");
  }
  const lengths = codes.map((code) => code.map((length, i) => difference(length - (code[i - 1] ?? code[0]!))).join(""));
  return [
    binary(0x314159265359, 48),
    binary(crc, 32),
    style.randomised === true ? "1" : "0",
    binary(origin, 24),
    usage(used),
    binary(codes.length, 3),
    binary(selectors, 15),
    selection + more,
    ...lengths.map((differences, i) => binary(codes[i]![0]!, 5) + differences),
    coded,
  ].join("");
}

/** Runs of four octets and more: the four, and how many follow. */
function shortened(data: Uint8Array): Uint8Array {
  const block: number[] = [];
  for (let at = 0; at < data.length;) {
    let run = 1;
    while (run < 259 && data[at + run] === data[at]) run += 1;
    for (let i = 0; i < Math.min(run, 4); i++) block.push(data[at]!);
    if (run >= 4) block.push(run - 4);
    at += run;
  }
  return Uint8Array.from(block);
}

function transformed(block: Uint8Array): { readonly last: readonly number[]; readonly origin: number } {
  const twice = Buffer.concat([block, block]);
  const rotation = (start: number): Uint8Array => twice.subarray(start, start + block.length);
  const starts = [...block.keys()].sort((a, b) => Buffer.compare(rotation(a), rotation(b)));
  return { last: starts.map((start) => twice[start + block.length - 1]!), origin: starts.indexOf(0) };
}

/** 0 and 1 for digits of runs, places from 2 on, and the end. */
function moveToFront(octets: readonly number[], used: readonly number[]): number[] {
  const recent = [...used];
  const symbols: number[] = [];
  let run = 0;
  const endRun = (): void => {
    for (; run > 0; run = (run - 1) >> 1) symbols.push(run % 2 === 1 ? 0 : 1);
  };
  for (const octet of octets) {
    const place = recent.indexOf(octet);
    if (place === 0) {
      run += 1;
      continue;
    }
    endRun();
    recent.unshift(...recent.splice(place, 1));
    symbols.push(place + 1);
  }
  endRun();
  return [...symbols, used.length + 1];
}

/** Of the same length in order of the symbols, those of a length behind all shorter ones. */
function codeWords(lengths: readonly number[]): string[] {
  const words: string[] = [];
  let next = 0;
  for (let bits = 1; bits <= 20; bits++) {
    for (const [symbol, length] of lengths.entries()) {
      if (length === bits) words[symbol] = binary(next++, bits);
    }
    next *= 2;
  }
  return words;
}

function usage(used: readonly number[]): string {
  const groups = Array.from({ length: 16 }, (_, group) =>
    Array.from({ length: 16 }, (_, member) => (used.includes(group * 16 + member) ? "1" : "0")).join(""),
  );
  const filled = groups.filter((group) => group.includes("1"));
  return groups.map((group) => (group.includes("1") ? "1" : "0")).join("") + filled.join("");
}

function difference(value: number): string {
  return `${(value > 0 ? "10" : "11").repeat(Math.abs(value))}0`;
}

function binary(value: number, bits: number): string {
  return value.toString(2).padStart(bits, "0");
}

/** Bit by bit. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const octet of bytes) {
    crc ^= octet << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c1_1db7 : 0);
  }
  return ~crc >>> 0;
}
