// What a context works out beforehand, and how the rest of the package asks it. Not part of the public face.
import type { AttributeRow } from "./attribute/row.ts";
import type { OctetWriter } from "./bytes/writer.ts";
import type { DecodeContext, Registry } from "./context.ts";
import { familyKey, type FamilyRow, type NlriPlace } from "./nlri/row.ts";
import type { Offsets } from "./update/offsets.ts";
import { STRENGTH_OFF } from "./verdict/action.ts";
import type { Rule } from "./verdict/rule.ts";
import type { RuleName } from "./verdict/rules.ts";

/** A family as one context reads it. */
export interface FamilyInContext {
  /** Null: not known, its NLRI stay raw. */
  readonly row: FamilyRow | null;
  readonly addPath: boolean;
  /** The next hop may be of another address family. */
  readonly extendedNextHop: boolean;
  /** How many labels an NLRI may carry; with one, the bottom-of-stack bit says nothing (RFC 8277 section 2.2). */
  readonly mostLabels: number;
  /** An error has disabled it (RFC 4760 section 7). */
  readonly disabled: boolean;
}

// What the walk asks of every attribute, in one integer by code; Optional and Transitive bit are where the flags have them.

/** The length is fixed, or a multiple. */
export const SPEC_LENGTH = 0x01;
/** It may be a multiple of `octets`, but zero. */
export const SPEC_MULTIPLE = 0x02;
/** There is something to check in the value. */
export const SPEC_CHECK = 0x04;
/** Not known, or refused: never to be judged by the flags alone. */
export const SPEC_SPECIAL = 0x10;
/** Octets from here on. */
export const SPEC_OCTETS_SHIFT = 8;

/** The options, with everything that is asked per message worked out beforehand. */
export interface Compiled {
  /** What the context knows. */
  readonly registry: Registry;
  /** By code. */
  readonly rows: readonly (AttributeRow | null)[];
  /** By code: bits of `SPEC_LENGTH` and what follows it. */
  readonly specs: Int32Array;
  /** Strengths of the rules that the context decides otherwise than their table. */
  readonly overrides: ReadonlyMap<RuleName, number>;
  /** Octets of an AS number in AS_PATH and AGGREGATOR. */
  readonly asSize: 2 | 4;
  /** What AS_PATH has to begin with, as it is on the wire; -1 where that is not asked for. */
  readonly firstAs: number;
  /** There is nothing to say about a path that `isPlainPath` takes. */
  readonly plainPaths: boolean;
  readonly families: Map<number, FamilyInContext>;
  /** Where routes stand: one of each, as they are asked for with every list. */
  readonly announced: NlriPlace;
  readonly withdrawn: NlriPlace;
  /** The classic fields of an UPDATE. */
  readonly ipv4AddPath: boolean;
  /** In how many ATTR_SETs what is read with this context lies. */
  depth: number;
  /** How attributes in an ATTR_SET are read, once there was one. */
  inner: DecodeContext | null;
  /** What the last `decodeUpdate` with this context found. */
  scratch: Offsets | null;
  /** Where this context's updates are written. */
  writer: OctetWriter | null;
}

/** How a family that is not known is read: not at all. */
export const UNKNOWN_FAMILY: FamilyInContext = {
  row: null,
  addPath: false,
  extendedNextHop: false,
  mostLabels: 1,
  disabled: false,
};

/** How a context reads a family. */
export function familyIn(context: DecodeContext, afi: number, safi: number): FamilyInContext {
  return context.compiled.families.get(familyKey(afi, safi)) ?? UNKNOWN_FAMILY;
}

/** Whether the sender is of another AS, and not of our confederation. */
export function isExternal({ session }: DecodeContext): boolean {
  return session === "ebgp" || session === "ebgp-oad";
}

/** How strong a rule is in this context. */
export function strengthIn(context: DecodeContext, rule: Rule): number {
  const { overrides } = context.compiled;
  return overrides.size === 0 ? rule.strength : (overrides.get(rule.name) ?? rule.strength);
}

/** What is wrong, for people, as far as the context's registry has words for it. */
export function reasonIn(context: DecodeContext, rule: Rule): string {
  return context.compiled.registry.reasons?.[rule.name] ?? rule.name;
}

/** The stronger of two errors in this context; rules that are off are none. */
export function stronger(context: DecodeContext, one: Rule | null, other: Rule): Rule | null {
  const strength = strengthIn(context, other);
  if (strength === STRENGTH_OFF) return one;
  return one === null || strength > strengthIn(context, one) ? other : one;
}
