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

/** Strengths, as indexes of `ACTIONS`; `Off` is a rule that is not applied at all. */
export const Strength = { Off: -1, None: 0, Discard: 1, Withdraw: 2, Disable: 3, Reset: 4 } as const;
