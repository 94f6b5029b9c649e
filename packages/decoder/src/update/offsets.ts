// Where everything of one UPDATE is, and what is wrong with it, as integers: what the walk writes and all three tiers read.
// One of these is used for message after message; nothing in it is allocated per message or per attribute.
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
  /** By bit: codes below 32 of which there is an attribute. */
  declare present: number;
  /** By bit: those of which there is one with ordinary flags and length. */
  declare ordinary: number;
  /** Some attribute has something to say of the whole message. */
  declare unsettled: boolean;
  /** The strongest action of all findings. */
  declare strength: number;
  /** Some finding asks for treat-as-withdraw. */
  declare withdraw: boolean;
  /** Where each attribute begins, flags octet first, and behind the last one where it ends: each ends where the next begins. */
  starts: Int32Array = new Int32Array(32);
  /** Where the value of each begins; its complement (`~`) where an issue keeps the attribute from use. */
  values: Int32Array = new Int32Array(32);
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
    this.present = 0;
    this.ordinary = 0;
    this.unsettled = false;
    this.strength = STRENGTH_NONE;
    this.withdraw = false;
    if (this.findings.length > 0) this.findings.length = 0;
  }

  /** Doubles the room for attributes. */
  grow(): void {
    const { starts, values } = this;
    const room = 2 * starts.length;
    (this.starts = new Int32Array(room)).set(starts);
    (this.values = new Int32Array(room)).set(values);
  }

  /** The first attribute of a code, rejected or not; -1 where there is none. */
  find(code: number): number {
    const index = this.slots[code]!;
    return index < this.count && this.code(index) === code ? index : -1;
  }

  // `index` is below `count` in all that follows.

  /** Where the attribute begins, with its header. */
  attributeStart(index: number): number {
    return this.starts[index]!;
  }

  /** The flags octet as it is on the wire. */
  flags(index: number): number {
    return this.buffer[this.starts[index]!]!;
  }

  code(index: number): number {
    return this.buffer[this.starts[index]! + 1]!;
  }

  valueStart(index: number): number {
    const value = this.values[index]!;
    return value < 0 ? ~value : value;
  }

  valueEnd(index: number): number {
    return this.starts[index + 1]!;
  }

  rejected(index: number): boolean {
    return this.values[index]! < 0;
  }

  reject(index: number): void {
    this.values[index] = ~this.valueStart(index);
    this.plainBeginning = false;
  }

  /** Writes an issue down. */
  note(finding: Finding): void {
    this.findings.push(finding);
    if (finding.strength > this.strength) this.strength = finding.strength;
    if (finding.strength === STRENGTH_WITHDRAW) this.withdraw = true;
  }
}
