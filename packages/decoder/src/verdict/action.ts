// What is done about an error in an UPDATE: the approaches of RFC 7606 section 2, weakest first.

/**
 * - `none`: noted, without consequence
 * - `discard`: the attribute is not used, the rest of the message is
 * - `withdraw`: all routes of the message count as withdrawn
 * - `afi-safi-disable`: routes of one family are ignored from now on (RFC 4760 section 7)
 * - `reset`: the session ends with a NOTIFICATION
 */
export type Action = "none" | "discard" | "withdraw" | "afi-safi-disable" | "reset";

/** Actions by strength; the index is how they are kept while walking. */
export const ACTIONS: readonly Action[] = ["none", "discard", "withdraw", "afi-safi-disable", "reset"];

// Strengths, as indexes of `ACTIONS`. Constants of their own, which a bundler writes in where it would keep an object.

/** A rule that is not applied at all. */
export const STRENGTH_OFF = -1;
export const STRENGTH_NONE = 0;
export const STRENGTH_DISCARD = 1;
export const STRENGTH_WITHDRAW = 2;
export const STRENGTH_DISABLE = 3;
export const STRENGTH_RESET = 4;

/** The strength of an action; what is none counts as `off`. */
export function strengthOf(action: Action | "off"): number {
  return ACTIONS.indexOf(action as Action);
}
