// Lists of TLVs in texts of routes: with plus signs between them, each a word and its value, or a number and octets.
//
//   session-parameters:7:9+9:0x0a0b
import { fromHex, toHex } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";
import type { RawTlv, Tlv } from "../bytes/tlv.ts";
import type { ValueText } from "./value-text.ts";

/** How a TLV is written behind its word and a colon. */
export interface TlvTextRow<T extends Tlv = Tlv> {
  readonly type: T["type"];
  readonly name: T["name"];
  readonly word: string;
  format(tlv: T): string;
  /** What the TLV has besides name and type. @returns undefined when the text is none */
  parse(text: string): Omit<T, "name" | "type"> | undefined;
}

type RowOf<T> = T extends Tlv ? TlvTextRow<T> : never;

/**
 * The text of lists of these, and of raw ones.
 *
 * @param flags what TLVs can have in their header: a word and a dash in front
 */
export function tlvsText<T extends Tlv>(
  rows: readonly RowOf<T>[],
  flags: readonly string[] = [],
): ValueText<readonly (T | RawTlv)[]> {
  const table = rows as readonly TlvTextRow[];
  return {
    format: (list) => list.map((tlv) => formatFlags(tlv, flags) + formatTlv(tlv, table)).join("+"),
    parse: (text) => {
      const list = text.split("+").map((part) => parseFlagged(part, flags, table));
      return list.includes(undefined) ? undefined : (list as (T | RawTlv)[]);
    },
  };
}

function formatFlags(tlv: Tlv, flags: readonly string[]): string {
  const given = tlv as Tlv & Readonly<Record<string, unknown>>;
  return flags.map((flag) => (given[flag] === true ? `${flag}-` : "")).join("");
}

function parseFlagged(text: string, flags: readonly string[], table: readonly TlvTextRow[]): Tlv | undefined {
  let rest = text;
  const given: Record<string, true> = {};
  for (const flag of flags) {
    if (!rest.startsWith(`${flag}-`)) continue;
    given[flag] = true;
    rest = rest.slice(flag.length + 1);
  }
  const tlv = parseTlv(rest, table);
  return tlv && { ...tlv, ...given };
}

function formatTlv(tlv: Tlv | RawTlv, table: readonly TlvTextRow[]): string {
  if (isRaw(tlv)) return `${tlv.type}:0x${toHex(tlv.value)}`;
  const row = table.find((one) => one.type === tlv.type);
  return row === undefined ? String(tlv.type) : `${row.word}:${row.format(tlv)}`;
}

function parseTlv(text: string, table: readonly TlvTextRow[]): Tlv | RawTlv | undefined {
  const colon = text.indexOf(":");
  const word = text.slice(0, colon);
  const value = text.slice(colon + 1);
  const row = table.find((one) => one.word === word);
  if (row !== undefined) {
    const parts = row.parse(value);
    return parts && { name: row.name, type: row.type, ...parts };
  }
  const type = decimal(word, 0xff);
  const octets = value.startsWith("0x") ? fromHex(value.slice(2)) : null;
  return type < 0 || octets === null ? undefined : { name: "raw", type, value: octets };
}

function isRaw(tlv: Tlv): tlv is RawTlv {
  return tlv.name === "raw";
}
