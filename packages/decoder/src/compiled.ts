// What a context works out beforehand, and how the rest of the package asks it. Not part of the public face.
import type { AttributeRow } from "./attribute/row.ts";
import type { DecodeContext } from "./context.ts";
import { familyKey, type FamilyRow } from "./nlri/row.ts";
import type { Offsets } from "./update/offsets.ts";
import { Strength } from "./verdict/action.ts";
import type { Rule } from "./verdict/rules.ts";

/** A family as one context reads it. */
export interface FamilyInContext {
  /** Null: not known, its NLRI stay raw. */
  readonly row: FamilyRow | null;
  readonly addPath: boolean;
  /** The next hop may be of another address family. */
  readonly extendedNextHop: boolean;
}

/** The options, with everything that is asked per message worked out beforehand. */
export interface Compiled {
  /** By code. */
  readonly rows: readonly (AttributeRow | null)[];
  /** By code: the rule that refuses the attribute on this session whatever is in it. */
  readonly refusals: readonly (Rule | null)[];
  /** Strength by `Rule.index`. */
  readonly strengths: Int8Array;
  /** Octets of an AS number in AS_PATH and AGGREGATOR. */
  readonly asSize: 2 | 4;
  readonly families: Map<number, FamilyInContext>;
  /** The classic fields of an UPDATE. */
  readonly ipv4AddPath: boolean;
  /** What the last walk with this context found; taken while it is in use. */
  scratch: Offsets | null;
}

const UNKNOWN_FAMILY: FamilyInContext = { row: null, addPath: false, extendedNextHop: false };

/** How a context reads a family. */
export function familyIn(context: DecodeContext, afi: number, safi: number): FamilyInContext {
  return context.compiled.families.get(familyKey(afi, safi)) ?? UNKNOWN_FAMILY;
}

/** The stronger of two errors in this context; rules that are off are none. */
export function stronger(context: DecodeContext, one: Rule | null, other: Rule): Rule | null {
  const strength = context.compiled.strengths[other.index]!;
  if (strength === Strength.Off) return one;
  return one === null || strength > context.compiled.strengths[one.index]! ? other : one;
}
