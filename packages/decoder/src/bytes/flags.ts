// Fields of single bits: those that have a name by their name, the others kept together.
import { ConfigError } from "@bgpwire/core";

/** The bits of a field that are set. Bits without a name, which a receiver ignores, are in `reserved`, absent where it is 0. */
export type Flags<N extends string> = { readonly [K in N]?: true } & { readonly reserved?: number };

/** Which bit has which name. */
export type FlagBits<N extends string> = Readonly<Record<N, number>>;

/** The names of the bits that are set. */
export function flagsOf<N extends string>(value: number, bits: FlagBits<N>): Flags<N> {
  const flags: Record<string, number | true> = {};
  let rest = value;
  for (const name in bits) {
    if ((value & bits[name]) === 0) continue;
    flags[name] = true;
    rest &= ~bits[name];
  }
  if (rest !== 0) flags["reserved"] = rest;
  return flags as Flags<N>;
}

/** The field again. @throws ConfigError `invalid-value` where `reserved` has bits that have names */
export function flagsValue<N extends string>(flags: Flags<NoInfer<N>>, bits: FlagBits<N>, field: string): number {
  const reserved = flags.reserved ?? 0;
  let named = 0;
  let value = 0;
  for (const name in bits) {
    named |= bits[name];
    if (flags[name] === true) value |= bits[name];
  }
  if ((reserved & named) !== 0) {
    throw new ConfigError("invalid-value", `${field}.reserved`, `${reserved} has bits that are not reserved`);
  }
  return value | reserved;
}
