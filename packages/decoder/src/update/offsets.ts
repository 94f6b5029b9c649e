// Where everything of one UPDATE is, and what is wrong with it, as integers: what the walk writes and all three tiers read.
// One of these is used for message after message; nothing in it is allocated per message or per attribute.
import { EXTENDED_LENGTH_FLAG } from "../numbers.ts";
import { STRENGTH_NONE, STRENGTH_WITHDRAW } from "../verdict/action.ts";
import type { Rule } from "../verdict/rule.ts";

/** An issue as the walk writes it down. */
export interface Finding {
  readonly rule: Rule;
  readonly strength: number;
  /** The rule whose subcode and data the NOTIFICATION takes: the rule itself but for RFC 7606 section 5.2. */
  readonly cause: Rule;
  /** Attribute code, or -1. */
  readonly attribute: number;
  /** Absolute range: the whole attribute with its header, or the field. */
  readonly start: number;
  readonly end: number;
}

/** Offsets are absolute in `buffer`; ranges are half-open. */
export class Offsets {
  // Declared alone: `reset` sets them, and a field by itself would set them once more.
  declare buffer: Uint8Array;
  declare start: number;
  declare end: number;
  declare withdrawnStart: number;
  declare withdrawnEnd: number;
  declare attributesStart: number;
  /** Where the NLRI field begins too, which goes on to `end`. */
  declare attributesEnd: number;
  /** The length fields fit the body; else nothing below is known. */
  declare fits: boolean;
  /** Where each field stops to parse: its end, unless an issue says otherwise. */
  declare withdrawnStop: number;
  declare attributesStop: number;
  declare nlriStop: number;
  /** Attributes in the block. */
  declare count: number;
  /** The first three attributes are ORIGIN, AS_PATH and NEXT_HOP, with headers of three octets and nothing to say about them. */
  declare plainBeginning: boolean;
  /** By bit: codes below 32 of which there is an attribute with ordinary flags and length. */
  declare ordinary: number;
  /** Some attribute has something to say of the whole message. */
  declare unsettled: boolean;
  /** The strongest action of all findings. */
  declare strength: number;
  /** Some finding asks for treat-as-withdraw. */
  declare withdraw: boolean;
  /** Where each attribute begins, flags octet first; its complement (`~`) where an issue keeps the attribute from use. */
  starts: Int32Array = new Int32Array(32);
  /** By code: the index of its first attribute. Never cleared: an entry counts if the attribute it points at has that code. */
  readonly slots: Int32Array = new Int32Array(256);
  readonly findings: Finding[] = [];

  constructor() {
    this.reset(new Uint8Array(0), 0, 0);
  }

  /** Starts a message. */
  reset(buffer: Uint8Array, start: number, end: number): void {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    this.withdrawnStart = end;
    this.withdrawnEnd = end;
    this.attributesStart = end;
    this.attributesEnd = end;
    this.fits = false;
    this.withdrawnStop = end;
    this.attributesStop = end;
    this.nlriStop = end;
    this.count = 0;
    this.plainBeginning = false;
    this.ordinary = 0;
    this.unsettled = false;
    this.strength = STRENGTH_NONE;
    this.withdraw = false;
    if (this.findings.length > 0) this.findings.length = 0;
  }

  /** Doubles the room for attributes. @returns the new `starts` */
  grow(): Int32Array {
    const larger = new Int32Array(2 * this.starts.length);
    larger.set(this.starts);
    this.starts = larger;
    return larger;
  }

  /** The first attribute of a code, rejected or not; -1 where there is none. */
  find(code: number): number {
    const index = this.slots[code]!;
    return index < this.count && this.code(index) === code ? index : -1;
  }

  // `index` is below `count` in all that follows.

  /** Where the attribute begins, with its header. */
  attributeStart(index: number): number {
    const start = this.starts[index]!;
    return start < 0 ? ~start : start;
  }

  /** The flags octet as it is on the wire. */
  flags(index: number): number {
    return this.buffer[this.attributeStart(index)]!;
  }

  code(index: number): number {
    return this.buffer[this.attributeStart(index) + 1]!;
  }

  valueStart(index: number): number {
    const start = this.attributeStart(index);
    return start + ((this.buffer[start]! & EXTENDED_LENGTH_FLAG) === 0 ? 3 : 4);
  }

  valueEnd(index: number): number {
    const { buffer } = this;
    const start = this.attributeStart(index);
    if ((buffer[start]! & EXTENDED_LENGTH_FLAG) === 0) return start + 3 + buffer[start + 2]!;
    return start + 4 + ((buffer[start + 2]! << 8) | buffer[start + 3]!);
  }

  rejected(index: number): boolean {
    return this.starts[index]! < 0;
  }

  reject(index: number): void {
    this.starts[index] = ~this.attributeStart(index);
    this.plainBeginning = false;
  }

  /** Writes an issue down. */
  note(finding: Finding): void {
    this.findings.push(finding);
    if (finding.strength > this.strength) this.strength = finding.strength;
    if (finding.strength === STRENGTH_WITHDRAW) this.withdraw = true;
  }
}
