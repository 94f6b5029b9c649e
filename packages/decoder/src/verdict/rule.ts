// A rule: something that can be wrong with an UPDATE, what is done about it, and which sentence of which RFC says so. The
// rules of an attribute or a family stand in its file; verdict/rules.ts has them all.
import type { UpdateMessageError } from "@bgpwire/core";
import { strengthOf, type Action } from "./action.ts";
import type { RuleName } from "./rules.ts";

/** What the NOTIFICATION carries if the error resets the session (RFC 4271 section 6: empty "unless specified explicitly"). */
export type RuleData = "nothing" | "attribute" | "attribute-code";

/**
 * What a rule is about:
 * - `syntax`: bytes that cannot be read as what they should be; the attribute is never used
 * - `meaning`: bytes that can be read but may not be there; can be overridden away
 * - `route`: one route that cannot be read among others that can; the attribute is used unless the action is stronger than
 *   withdrawing them all
 */
export type RuleKind = "syntax" | "meaning" | "route";

/** A row of the verdict table. */
export interface Rule {
  /** The key of `RULES`. */
  readonly name: RuleName;
  /** Document and section that decide. */
  readonly reference: string;
  /** What is done unless the context overrides it; `off` is a check that must be asked for. */
  readonly action: Action | "off";
  /** The action as an index of `ACTIONS`, or `STRENGTH_OFF`. */
  readonly strength: number;
  /** Subcode of UPDATE Message Error (3). */
  readonly subcode: number;
  readonly data: RuleData;
  readonly kind: RuleKind;
}

/** Rules by name. */
export type RuleTable<N extends string> = Readonly<Record<N, Rule>>;

/**
 * A rule as its file writes it: document and section, action, subcode, what the NOTIFICATION carries, and what it is about. What
 * people read about it stands in verdict/reasons.ts.
 */
export type RuleSpec = readonly [
  reference: string,
  action: Action | "off",
  subcode: (typeof UpdateMessageError)[keyof typeof UpdateMessageError],
  data: RuleData,
  kind: RuleKind,
];

/** Makes the rules of one file. */
export function ruleTable<N extends string>(specs: Readonly<Record<N, RuleSpec>>): RuleTable<N> {
  const rules: Record<string, Rule> = {};
  for (const [name, [reference, action, subcode, data, kind]] of Object.entries<RuleSpec>(specs)) {
    rules[name] = { name: name as RuleName, reference, action, strength: strengthOf(action), subcode, data, kind };
  }
  return rules as RuleTable<N>;
}
