// A cursor over the parts of a text with colons between them, as communities are written: what FieldReader is for octets.
import { formatIPv6, parseIPv6 } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";
import { ipv4Value } from "./prefix-text.ts";

/** Colons that are not between brackets, where IPv6 addresses stand. */
const BETWEEN_PARTS = /:(?![^[]*\])/;

/**
 * Reads parts one after the other. One that is missing, or not what is asked for, is remembered in `failed`, so a parser reads
 * straight through and asks once, with `complete`, whether everything was there and nothing is left.
 */
export class TextReader {
  readonly #parts: readonly string[];
  #at = 0;
  /** A part was not there, or not as asked for. */
  failed = false;

  /** @param text null for no part at all; the empty text is one empty part */
  constructor(text: string | null) {
    this.#parts = text === null ? [] : text.split(BETWEEN_PARTS);
  }

  /** How many parts are left. */
  get remaining(): number {
    return this.#parts.length - this.#at;
  }

  /** All parts were as asked for, and none is left. */
  get complete(): boolean {
    return !this.failed && this.remaining === 0;
  }

  /** The next part, whatever it is. */
  part(): string {
    const part = this.#parts[this.#at];
    this.#at += 1;
    if (part === undefined) this.failed = true;
    return part ?? "";
  }

  /** Goes on if the next part is this word. @returns whether it was */
  flag(word: string): boolean {
    if (this.#parts[this.#at] !== word) return false;
    this.#at += 1;
    return true;
  }

  /** Which of these words the next part is. */
  word<W extends string>(words: readonly W[]): W {
    const part = this.part();
    return this.#valid(words.find((word) => word === part) ?? null, words[0]!);
  }

  /** Decimal digits of a number up to `limit`. */
  number(limit: number): number {
    const value = decimal(this.part(), limit);
    return this.#valid(value < 0 ? null : value, 0);
  }

  /** Decimal digits of a number below 2^64. */
  u64(): string {
    const part = this.part();
    const valid = /^(?:0|[1-9]\d{0,19})$/.test(part) && BigInt(part) <= 0xffff_ffff_ffff_ffffn;
    return this.#valid(valid ? part : null, "0");
  }

  /** A number that four octets hold as IEEE 754 has it: the nearest there is. */
  float(): number {
    const part = this.part();
    const value = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(part) ? Math.fround(Number(part)) : Number.NaN;
    // Adding zero makes a negative zero positive.
    return this.#valid(Number.isFinite(value) ? value + 0 : null, 0);
  }

  /** Exactly `octets` octets as hexadecimal digits. */
  hex(octets: number): string {
    const part = this.part().toLowerCase();
    const valid = part.length === 2 * octets && /^[0-9a-f]*$/.test(part);
    return this.#valid(valid ? part : null, "");
  }

  ipv4(): string {
    return this.#valid(this.tryIPv4(), "");
  }

  /** Goes on if the next part is an IPv4 address. @returns null where it is none */
  tryIPv4(): string | null {
    const part = this.#parts[this.#at];
    if (part === undefined || ipv4Value(part) < 0) return null;
    this.#at += 1;
    return part;
  }

  /** An AS number; one of four octets that would fit into two has an `L` behind it. */
  asNumber(): { readonly format: "as2" | "as4"; readonly as: number } {
    const part = this.part();
    const long = part.endsWith("L");
    const as = decimal(long ? part.slice(0, -1) : part, 0xffff_ffff);
    return { format: long || as > 0xffff ? "as4" : "as2", as: this.#valid(as < 0 ? null : as, 0) };
  }

  /** An IPv6 address between brackets, as RFC 5952 has it. */
  ipv6(): string {
    const part = this.part();
    const octets = part.startsWith("[") && part.endsWith("]") ? parseIPv6(part.slice(1, -1)) : null;
    return this.#valid(octets === null ? null : formatIPv6(octets), "");
  }

  /** A MAC address: six parts. */
  mac(): string {
    return Array.from({ length: 6 }, () => this.hex(1)).join(":");
  }

  #valid<V>(value: V | null, otherwise: V): V {
    if (value === null) this.failed = true;
    return value ?? otherwise;
  }
}
