// A cursor over the octets of one value: how everything is read that is not read for every route of the Internet. The same
// reading, when it is traced, is what the dissection shows.
import { formatIPv6, toHex } from "@bgpwire/core";
import { ipv4Text } from "../text/prefix-text.ts";
import type { Rule } from "../verdict/rule.ts";
import { copyAt, float32At, u16At, u24At, u32At } from "./integers.ts";

/** Is told of every field that is read, in the order of reading; a field that has parts comes before or after them. */
export interface Trace {
  /** @param value what was read; null for a group of fields, which are those within its range */
  field(label: string, start: number, end: number, value: number | string | Uint8Array | null): void;
}

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/**
 * Reads fields in network order from `[at, end)`, which lies in the buffer. A read past the end gives zeros or nothing and is
 * remembered in `failed`, so a decoder reads straight through and asks once, with `complete`, whether everything was there and
 * nothing is left. A nested length is read through `sub`, which cannot leave its parent; its failure is its own.
 *
 * Labels are the names of the fields in the document, for the dissection.
 *
 * @example
 * const metric = reader.u64("metric");
 * if (!reader.complete) return null;
 */
export class FieldReader {
  readonly buffer: Uint8Array;
  readonly end: number;
  readonly trace: Trace | null;
  /** Absolute offset of the next octet. */
  at: number;
  /** A read went past the end, or `fail` was called. */
  failed = false;
  /** The rule that `fail` was given. */
  fault: Rule | null = null;

  constructor(buffer: Uint8Array, start: number, end: number, trace: Trace | null = null) {
    this.buffer = buffer;
    this.at = start;
    this.end = end;
    this.trace = trace;
  }

  /** Octets left. */
  get remaining(): number {
    return this.end - this.at;
  }

  /** All reads succeeded and nothing is left. */
  get complete(): boolean {
    return !this.failed && this.at === this.end;
  }

  /** Says that what was read cannot be right. The first rule counts. */
  fail(rule: Rule | null = null): void {
    this.failed = true;
    this.fault ??= rule;
    this.at = this.end;
  }

  /** Moves `octets` on and gives where they start; -1 when there are fewer. */
  #advance(octets: number): number {
    const { at } = this;
    // Below zero where a length was subtracted from another that is larger.
    if (octets < 0 || octets > this.end - at) {
      this.fail();
      return -1;
    }
    this.at = at + octets;
    return at;
  }

  #traced<V extends number | string | Uint8Array>(label: string, at: number, value: V): V {
    if (this.trace !== null) this.trace.field(label, at, this.at, value);
    return value;
  }

  u8(label: string): number {
    const at = this.#advance(1);
    return at < 0 ? 0 : this.#traced(label, at, this.buffer[at]!);
  }

  u16(label: string): number {
    const at = this.#advance(2);
    return at < 0 ? 0 : this.#traced(label, at, u16At(this.buffer, at));
  }

  u24(label: string): number {
    const at = this.#advance(3);
    return at < 0 ? 0 : this.#traced(label, at, u24At(this.buffer, at));
  }

  u32(label: string): number {
    const at = this.#advance(4);
    return at < 0 ? 0 : this.#traced(label, at, u32At(this.buffer, at));
  }

  /** Eight octets as decimal text, because JSON has no such numbers. */
  u64(label: string): string {
    const at = this.#advance(8);
    if (at < 0) return "0";
    const value = (BigInt(u32At(this.buffer, at)) << 32n) | BigInt(u32At(this.buffer, at + 4));
    return this.#traced(label, at, value.toString());
  }

  /** Four octets as a floating-point number of IEEE 754; any of its values, not-a-number and infinities among them. */
  float32(label: string): number {
    const at = this.#advance(4);
    return at < 0 ? 0 : this.#traced(label, at, float32At(this.buffer, at));
  }

  /** Four octets as dotted text. */
  ipv4(label: string): string {
    const at = this.#advance(4);
    return at < 0 ? "0.0.0.0" : this.#traced(label, at, ipv4Text(this.buffer, at));
  }

  /** Sixteen octets as the text of RFC 5952. */
  ipv6(label: string): string {
    const at = this.#advance(16);
    return at < 0 ? "::" : this.#traced(label, at, formatIPv6(this.buffer, at));
  }

  /** Octets as hexadecimal digits. */
  hex(label: string, octets: number): string {
    const at = this.#advance(octets);
    return at < 0 ? "" : this.#traced(label, at, toHex(this.buffer.subarray(at, at + octets)));
  }

  /** Octets as the text that `format` makes of them; "" when there are fewer. */
  text(label: string, octets: number, format: (buffer: Uint8Array, at: number) => string): string {
    const at = this.#advance(octets);
    return at < 0 ? "" : this.#traced(label, at, format(this.buffer, at));
  }

  /** A copy of octets. */
  octets(label: string, octets: number): Uint8Array {
    const at = this.#advance(octets);
    return at < 0 ? EMPTY : this.#traced(label, at, copyAt(this.buffer, at, at + octets));
  }

  /** A copy of all that is left. */
  rest(label: string): Uint8Array {
    return this.octets(label, this.remaining);
  }

  /** A reader of the next `octets` alone, which are a group of fields; an empty one when there are fewer. */
  sub(label: string, octets: number): FieldReader {
    const at = this.#advance(octets);
    if (at < 0) return new FieldReader(this.buffer, this.end, this.end, this.trace);
    this.trace?.field(label, at, this.at, null);
    return new FieldReader(this.buffer, at, this.at, this.trace);
  }

  /** Names the range from `start` to here as a group of the fields read in it. */
  group(label: string, start: number): void {
    this.trace?.field(label, start, this.at, null);
  }
}
