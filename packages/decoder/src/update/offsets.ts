// Where everything of one UPDATE is, and what is wrong with it, as integers: what the walk writes and all three tiers read.
// One of these is used for message after message; nothing in it is allocated per message or per attribute.
import { Strength } from "../verdict/action.ts";
import type { Rule } from "../verdict/rules.ts";

/** Integers per attribute in `Offsets.at`. */
const STRIDE = 3;

/** Set in the first integer of an attribute that an issue keeps from being used; below it are flags and code. */
const REJECTED = 0x1_0000;

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
  buffer: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  withdrawnStart = 0;
  withdrawnEnd = 0;
  attributesStart = 0;
  attributesEnd = 0;
  nlriStart = 0;
  nlriEnd = 0;
  /** The length fields fit the body; else nothing below is known. */
  fits = false;
  /** Where each field stops to parse: its end, unless an issue says otherwise. */
  withdrawnStop = 0;
  attributesStop = 0;
  nlriStop = 0;
  /** Attributes in the block. */
  count = 0;
  /** Per attribute: flags << 8 | code, start of the value, end of the value. */
  at: Int32Array = new Int32Array(STRIDE * 32);
  /**
   * By code: where its first attribute would be in `at`. Never cleared: an entry counts if it is below `count` and the
   * attribute there has that code.
   */
  readonly slots: Int32Array = new Int32Array(256);
  /** The strongest action of all findings. */
  strength: number = Strength.None;
  /** Some finding asks for treat-as-withdraw. */
  withdraw = false;
  readonly findings: Finding[] = [];

  /** Starts a message. */
  reset(buffer: Uint8Array, start: number, end: number): void {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
    this.withdrawnStart = end;
    this.withdrawnEnd = end;
    this.attributesStart = end;
    this.attributesEnd = end;
    this.nlriStart = end;
    this.nlriEnd = end;
    this.fits = false;
    this.withdrawnStop = end;
    this.attributesStop = end;
    this.nlriStop = end;
    this.count = 0;
    this.strength = Strength.None;
    this.withdraw = false;
    if (this.findings.length > 0) this.findings.length = 0;
  }

  /** Notes an attribute. */
  add(flags: number, code: number, valueStart: number, valueEnd: number): void {
    const place = this.count * STRIDE;
    if (place === this.at.length) {
      const larger = new Int32Array(2 * place);
      larger.set(this.at);
      this.at = larger;
    }
    this.at[place] = (flags << 8) | code;
    this.at[place + 1] = valueStart;
    this.at[place + 2] = valueEnd;
    this.count += 1;
  }

  /** The first attribute of a code, rejected or not; -1 where there is none. */
  find(code: number): number {
    const index = this.slots[code]!;
    return index < this.count && (this.at[index * STRIDE]! & 0xff) === code ? index : -1;
  }

  // `index` is below `count` in all that follows.

  code(index: number): number {
    return this.at[index * STRIDE]! & 0xff;
  }

  /** The flags octet as it is on the wire. */
  flags(index: number): number {
    return (this.at[index * STRIDE]! >> 8) & 0xff;
  }

  /** Where the attribute begins, with its header. */
  attributeStart(index: number): number {
    return this.valueStart(index) - ((this.at[index * STRIDE]! & 0x1000) === 0 ? 3 : 4);
  }

  valueStart(index: number): number {
    return this.at[index * STRIDE + 1]!;
  }

  valueEnd(index: number): number {
    return this.at[index * STRIDE + 2]!;
  }

  rejected(index: number): boolean {
    return (this.at[index * STRIDE]! & REJECTED) !== 0;
  }

  reject(index: number): void {
    this.at[index * STRIDE]! |= REJECTED;
  }

  /** Writes an issue down. */
  note(finding: Finding): void {
    this.findings.push(finding);
    if (finding.strength > this.strength) this.strength = finding.strength;
    if (finding.strength === Strength.Withdraw) this.withdraw = true;
  }
}
