// Issues as values: what was found in an UPDATE, where, what is done about it, and which rule says so.
import type { Family, Notification } from "@bgpwire/core";
import { MP_REACH_CODE, MP_UNREACH_CODE, UPDATE_MESSAGE_ERROR } from "../numbers.ts";
import { copyAt, u16At } from "../bytes/integers.ts";
import { reasonIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import type { Finding, Offsets } from "../update/offsets.ts";
import { ACTIONS, STRENGTH_RESET, type Action } from "./action.ts";
import type { RuleName } from "./rules.ts";

/** One error in an UPDATE. */
export interface Issue {
  /** Stable name of the rule: what a context can override. */
  readonly name: RuleName;
  /** Document and section that decide, such as "RFC 7606 section 7.2". */
  readonly rule: string;
  readonly action: Action;
  /** UPDATE Message Error. */
  readonly code: 3;
  readonly subcode: number;
  /** Code of the attribute it is about, where there is one. */
  readonly attribute: number | null;
  /** Family of an MP_REACH_NLRI or MP_UNREACH_NLRI, as far as its octets are there. */
  readonly family: Family | null;
  /** Where in the body of the UPDATE: the whole attribute with its header, or the field. */
  readonly offset: number;
  /** In octets. */
  readonly length: number;
  /** One clause for people; the rule's name again where the context's registry has no `reasons`, as `UNICAST`. */
  readonly reason: string;
}

/** What is to be done about an UPDATE. */
export interface Verdict {
  /** The strongest action of all issues (RFC 7606 section 3 (h)). */
  readonly action: Action;
  /** In the order they were found. */
  readonly issues: readonly Issue[];
  /** What answers the UPDATE when the action is `reset`, else null. */
  readonly notification: Notification | null;
}

const CLEAN: Verdict = /* @__PURE__ */ Object.freeze({
  action: "none",
  issues: /* @__PURE__ */ Object.freeze([]),
  notification: null,
});

/** What the last walk, which read with this context, found. */
export function verdictOf(offsets: Offsets, context: DecodeContext): Verdict {
  if (offsets.findings.length === 0) return CLEAN;
  return {
    action: ACTIONS[offsets.strength]!,
    issues: offsets.findings.map((finding) => issueOf(finding, offsets, context)),
    notification: notificationOf(offsets),
  };
}

function issueOf(finding: Finding, offsets: Offsets, context: DecodeContext): Issue {
  const { rule, attribute, start, end } = finding;
  return {
    name: rule.name,
    rule: rule.reference,
    action: ACTIONS[finding.strength]!,
    code: UPDATE_MESSAGE_ERROR,
    subcode: finding.cause.subcode,
    attribute: attribute < 0 ? null : attribute,
    family: familyAt(offsets.buffer, attribute, start, end),
    offset: start - offsets.start,
    length: end - start,
    reason: reasonIn(context, rule),
  };
}

/** The family of an MP_REACH_NLRI or MP_UNREACH_NLRI in `[start, end)`, as far as its octets are there. */
export function familyAt(buffer: Uint8Array, attribute: number, start: number, end: number): Family | null {
  if (attribute !== MP_REACH_CODE && attribute !== MP_UNREACH_CODE) return null;
  const value = start + ((buffer[start]! & 0x10) === 0 ? 3 : 4);
  return value + 3 > end ? null : { afi: u16At(buffer, value), safi: buffer[value + 2]! };
}

/** The NOTIFICATION of the first error that resets the session (RFC 4271 section 6.3), or null. */
function notificationOf(offsets: Offsets): Notification | null {
  const finding = offsets.findings.find((one) => one.strength === STRENGTH_RESET);
  if (finding === undefined) return null;
  const { cause, attribute, start, end } = finding;
  let data: Uint8Array = new Uint8Array(0);
  if (cause.data === "attribute") data = copyAt(offsets.buffer, start, end);
  else if (cause.data === "attribute-code") data = Uint8Array.of(attribute);
  return { code: UPDATE_MESSAGE_ERROR, subcode: cause.subcode, data };
}
