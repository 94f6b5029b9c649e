// Values of fields as text, for texts that are made of several: each is written so that it reads back, and has no blank, no
// bracket and no equals sign in it.
import { formatIPv6, parseIPv6, parsePrefix } from "@bgpwire/core";
import { flagsOf, type FlagBits, type Flags } from "../bytes/flags.ts";
import { decimal } from "../bytes/integers.ts";
import {
  formatExtendedCommunity,
  parseExtendedCommunity,
  type ExtendedCommunity,
} from "../community/extended-community.ts";
import { isRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import { ipv4Value } from "./prefix-text.ts";

/** How a value is written. */
export interface ValueText<V> {
  // Methods, because the text of one value stands where the text of any is asked for.
  format(value: V): string;
  /** @returns undefined when the text is none */
  parse(text: string): V | undefined;
}

/** A whole number from 0 to `limit`. */
export function numberText(limit: number): ValueText<number> {
  return {
    format: String,
    parse: (text) => {
      const value = decimal(text, limit);
      return value < 0 ? undefined : value;
    },
  };
}

/** Text that is carried as it is. */
function sameText(isOne: (text: string) => boolean): ValueText<string> {
  return { format: (value) => value, parse: (text) => (isOne(text) ? text : undefined) };
}

export const ROUTE_DISTINGUISHER_TEXT: ValueText<string> = /* @__PURE__ */ sameText(isRouteDistinguisher);

/** Address and length. */
export const PREFIX_TEXT: ValueText<string> = /* @__PURE__ */ sameText((text) => parsePrefix(text) !== null);

/** An IPv4 or IPv6 address. */
export const ADDRESS_TEXT: ValueText<string> = {
  format: (value) => value,
  parse: (text) => {
    if (ipv4Value(text) >= 0) return text;
    const octets = parseIPv6(text);
    return octets === null ? undefined : formatIPv6(octets);
  },
};

/** The same, or "*" for none. */
export const OPTIONAL_ADDRESS_TEXT: ValueText<string | null> = {
  format: (value) => value ?? "*",
  parse: (text) => (text === "*" ? null : ADDRESS_TEXT.parse(text)),
};

/** Pairs of hexadecimal digits with colons between them: MAC addresses, Ethernet Segment Identifiers. */
export function colonsText(octets: number): ValueText<string> {
  const pairs = new RegExp(`^[0-9a-f]{2}(?::[0-9a-f]{2}){${octets - 1}}$`);
  return {
    format: (value) => value,
    parse: (text) => {
      const lower = text.toLowerCase();
      return pairs.test(lower) ? lower : undefined;
    },
  };
}

export const EXTENDED_COMMUNITY_TEXT: ValueText<ExtendedCommunity> = {
  format: formatExtendedCommunity,
  parse: (text) => parseExtendedCommunity(text) ?? undefined,
};

/** Names of bits with plus signs between them, the bits without name as one hexadecimal number; "0" for none. */
export function flagsText<N extends string>(bits: FlagBits<N>): ValueText<Flags<N>> {
  return {
    format: (flags) => {
      const named = Object.keys(bits).filter((name) => flags[name as N] === true);
      if (flags.reserved !== undefined) named.push(`0x${flags.reserved.toString(16)}`);
      return named.join("+") || "0";
    },
    parse: (text) => {
      let value = 0;
      for (const part of text === "0" ? [] : text.split("+")) {
        const bit = Object.hasOwn(bits, part) ? bits[part as N] : /^0x[0-9a-f]{1,4}$/.test(part) ? Number(part) : 0;
        if (bit === 0 || (value & bit) !== 0) return undefined;
        value |= bit;
      }
      return flagsOf(value, bits);
    },
  };
}
