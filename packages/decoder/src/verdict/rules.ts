// The verdict table: what can be wrong with an UPDATE, what is done about it, and which sentence of which RFC says so.
// RFC 7606 revises RFC 4271 section 6.3; attributes that came later bring their own section on errors.
import { UpdateMessageError } from "@bgpwire/core";
import type { Action } from "./action.ts";

/** What the NOTIFICATION carries if the error resets the session (RFC 4271 section 6: empty "unless specified explicitly"). */
export type RuleData = "nothing" | "attribute" | "attribute-code";

/** A row of the verdict table. */
export interface Rule {
  /** Place in the table. */
  readonly index: number;
  /** The key of `RULES`. */
  readonly name: RuleName;
  /** Document and section that decide. */
  readonly reference: string;
  /** What is done unless the context overrides it; `off` is a check that must be asked for. */
  readonly action: Action | "off";
  /** Subcode of UPDATE Message Error (3). */
  readonly subcode: number;
  readonly data: RuleData;
  /** The bytes cannot be read as what they should be. Other rules forbid what can be read, and can be overridden away. */
  readonly syntax: boolean;
  /** One clause for people. */
  readonly reason: string;
}

// MP_REACH_NLRI and MP_UNREACH_NLRI: RFC 7606 section 3 (j) leaves the choice between "session reset" and "AFI/SAFI disable";
// RFC 4760 section 7 names 3/9. RFC 4271 section 6.3 gives Malformed Attribute List, Invalid Network Field and Malformed
// AS_PATH no data.
// Reference, action, subcode, data, whether the bytes cannot be read or may not be there, and why.
// prettier-ignore
const ROWS = {
  // The message
  "update-length": ["RFC 7606 section 3 (b)", "reset", "MalformedAttributeList", "nothing", "syntax", "the length fields do not fit the message"],
  "withdrawn-routes": ["RFC 7606 section 3 (i)", "reset", "InvalidNetworkField", "nothing", "syntax", "the withdrawn routes do not parse"],
  "nlri": ["RFC 7606 section 5.3", "reset", "InvalidNetworkField", "nothing", "syntax", "the NLRI do not parse"],
  "attribute-overrun": ["RFC 7606 section 4", "withdraw", "MalformedAttributeList", "nothing", "syntax", "the last attribute exceeds the total length"],
  "mp-overrun": ["RFC 7606 section 3 (j)", "reset", "MalformedAttributeList", "nothing", "syntax", "MP_REACH_NLRI or MP_UNREACH_NLRI exceeds the total length"],
  "missing-nlri": ["RFC 7606 section 5.2", "reset", "Unspecific", "nothing", "meaning", "an attribute error in a message without reachable NLRI"],

  // Any attribute
  "attribute-flags": ["RFC 7606 section 3 (c)", "withdraw", "AttributeFlagsError", "attribute", "meaning", "Optional or Transitive bit conflicts with the type"],
  "unrecognized-well-known": ["RFC 4271 section 6.3", "reset", "UnrecognizedWellKnownAttribute", "attribute", "meaning", "a well-known attribute that does not exist"],
  "missing-well-known": ["RFC 7606 section 3 (d)", "withdraw", "MissingWellKnownAttribute", "attribute-code", "meaning", "a well-known mandatory attribute is missing"],
  "duplicate-attribute": ["RFC 7606 section 3 (g)", "discard", "MalformedAttributeList", "nothing", "meaning", "the attribute is there more than once"],
  "duplicate-mp": ["RFC 7606 section 3 (g)", "reset", "MalformedAttributeList", "nothing", "meaning", "MP_REACH_NLRI or MP_UNREACH_NLRI is there more than once"],

  // ORIGIN
  "origin-length": ["RFC 7606 section 7.1", "withdraw", "AttributeLengthError", "attribute", "syntax", "ORIGIN is not one octet long"],
  "origin-value": ["RFC 7606 section 7.1", "withdraw", "InvalidOrigin", "attribute", "syntax", "ORIGIN has an undefined value"],

  // AS_PATH
  "as-path-segment-type": ["RFC 7606 section 7.2", "withdraw", "MalformedAsPath", "nothing", "syntax", "AS_PATH has an unrecognized segment type"],
  "as-path-overrun": ["RFC 7606 section 7.2", "withdraw", "MalformedAsPath", "nothing", "syntax", "a segment of AS_PATH exceeds the attribute"],
  "as-path-underrun": ["RFC 7606 section 7.2", "withdraw", "MalformedAsPath", "nothing", "syntax", "a single octet is left at the end of AS_PATH"],
  "as-path-empty-segment": ["RFC 7606 section 7.2", "withdraw", "MalformedAsPath", "nothing", "syntax", "a segment of AS_PATH has no AS number"],
  "as-path-zero-as": ["RFC 7607 section 2", "withdraw", "MalformedAsPath", "nothing", "meaning", "AS 0 in AS_PATH"],
  "as-path-confederation": ["RFC 5065 section 5", "withdraw", "MalformedAsPath", "nothing", "meaning", "confederation segments from outside the confederation"],
  "as-path-no-confederation": ["RFC 5065 section 5", "withdraw", "MalformedAsPath", "nothing", "meaning", "AS_PATH of a confederation peer does not begin with AS_CONFED_SEQUENCE"],
  "as-path-first-as": ["RFC 7606 section 7.2", "off", "MalformedAsPath", "nothing", "meaning", "the leftmost AS is not the peer's"],
  "as-path-set": ["RFC 9774 section 3", "off", "MalformedAsPath", "nothing", "meaning", "AS_SET or AS_CONFED_SET in AS_PATH"],

  // NEXT_HOP. Section 3 (e) makes "treat-as-withdraw" of the invalid address that RFC 4271 section 6.3 resets for.
  "next-hop-length": ["RFC 7606 section 7.3", "withdraw", "AttributeLengthError", "attribute", "syntax", "NEXT_HOP is not four octets long"],
  "next-hop-address": ["RFC 7606 section 3 (e)", "withdraw", "InvalidNextHop", "attribute", "meaning", "NEXT_HOP is no address of a host"],

  // MULTI_EXIT_DISC, LOCAL_PREF, ATOMIC_AGGREGATE, AGGREGATOR
  "multi-exit-disc-length": ["RFC 7606 section 7.4", "withdraw", "AttributeLengthError", "attribute", "syntax", "MULTI_EXIT_DISC is not four octets long"],
  "local-pref-external": ["RFC 7606 section 7.5", "discard", "Unspecific", "nothing", "meaning", "LOCAL_PREF from an external peer"],
  "local-pref-length": ["RFC 7606 section 7.5", "withdraw", "AttributeLengthError", "attribute", "syntax", "LOCAL_PREF is not four octets long"],
  "atomic-aggregate-length": ["RFC 7606 section 7.6", "discard", "AttributeLengthError", "attribute", "syntax", "ATOMIC_AGGREGATE is not empty"],
  "aggregator-length": ["RFC 7606 section 7.7", "discard", "AttributeLengthError", "attribute", "syntax", "AGGREGATOR is not as long as AS numbers of this session make it"],
  "aggregator-zero-as": ["RFC 7607 section 2", "discard", "OptionalAttributeError", "attribute", "meaning", "AS 0 in AGGREGATOR"],

  // COMMUNITIES, EXTENDED COMMUNITIES, LARGE_COMMUNITY
  "communities-length": ["RFC 7606 section 7.8", "withdraw", "AttributeLengthError", "attribute", "syntax", "the length of COMMUNITIES is not a non-zero multiple of 4"],
  "extended-communities-length": ["RFC 7606 section 7.14", "withdraw", "AttributeLengthError", "attribute", "syntax", "the length of EXTENDED COMMUNITIES is not a non-zero multiple of 8"],
  "large-communities-length": ["RFC 8092 section 6", "withdraw", "AttributeLengthError", "attribute", "syntax", "the length of LARGE_COMMUNITY is not a non-zero multiple of 12"],

  // ORIGINATOR_ID, CLUSTER_LIST
  "originator-id-external": ["RFC 7606 section 7.9", "discard", "Unspecific", "nothing", "meaning", "ORIGINATOR_ID from an external peer"],
  "originator-id-length": ["RFC 7606 section 7.9", "withdraw", "AttributeLengthError", "attribute", "syntax", "ORIGINATOR_ID is not four octets long"],
  "cluster-list-external": ["RFC 7606 section 7.10", "discard", "Unspecific", "nothing", "meaning", "CLUSTER_LIST from an external peer"],
  "cluster-list-length": ["RFC 7606 section 7.10", "withdraw", "AttributeLengthError", "attribute", "syntax", "the length of CLUSTER_LIST is not a non-zero multiple of 4"],

  // MP_REACH_NLRI, MP_UNREACH_NLRI
  "mp-flags": ["RFC 7606 section 5.3", "reset", "OptionalAttributeError", "attribute", "meaning", "Optional or Transitive bit conflicts with RFC 4760"],
  "mp-reach-length": ["RFC 7606 section 5.3", "reset", "OptionalAttributeError", "attribute", "syntax", "MP_REACH_NLRI is too short for its fixed fields"],
  "mp-reach-next-hop": ["RFC 7606 section 7.11", "reset", "OptionalAttributeError", "attribute", "syntax", "the next hop of MP_REACH_NLRI has a length that its family does not have"],
  "mp-reach-nlri": ["RFC 7606 section 5.3", "reset", "OptionalAttributeError", "attribute", "syntax", "the NLRI of MP_REACH_NLRI do not parse"],
  "mp-unreach-length": ["RFC 7606 section 5.3", "reset", "OptionalAttributeError", "attribute", "syntax", "MP_UNREACH_NLRI is too short for its fixed fields"],
  "mp-unreach-nlri": ["RFC 7606 section 5.3", "reset", "OptionalAttributeError", "attribute", "syntax", "the withdrawn routes of MP_UNREACH_NLRI do not parse"],

  // AS4_PATH, AS4_AGGREGATOR
  "as4-path-new-speaker": ["RFC 6793 section 6", "discard", "OptionalAttributeError", "attribute", "meaning", "AS4_PATH from a four-octet AS speaker"],
  "as4-path-malformed": ["RFC 6793 section 6", "discard", "OptionalAttributeError", "attribute", "syntax", "AS4_PATH does not parse"],
  "as4-path-zero-as": ["RFC 7607 section 2", "discard", "OptionalAttributeError", "attribute", "meaning", "AS 0 in AS4_PATH"],
  "as4-path-confederation": ["RFC 6793 section 6", "none", "OptionalAttributeError", "attribute", "meaning", "confederation segments in AS4_PATH, which do not count"],
  "as4-path-set": ["RFC 9774 section 3", "off", "OptionalAttributeError", "attribute", "meaning", "AS_SET in AS4_PATH"],
  "as4-aggregator-new-speaker": ["RFC 6793 section 6", "discard", "OptionalAttributeError", "attribute", "meaning", "AS4_AGGREGATOR from a four-octet AS speaker"],
  "as4-aggregator-length": ["RFC 6793 section 6", "discard", "OptionalAttributeError", "attribute", "syntax", "AS4_AGGREGATOR is not eight octets long"],
  "as4-aggregator-zero-as": ["RFC 7607 section 2", "discard", "OptionalAttributeError", "attribute", "meaning", "AS 0 in AS4_AGGREGATOR"],
} as const;

/** The stable name of a rule: what an issue carries and what a context overrides. */
export type RuleName = keyof typeof ROWS;

/** The verdict table by name. */
export const RULES: Readonly<Record<RuleName, Rule>> = /* @__PURE__ */ rulesOf();

function rulesOf(): Record<RuleName, Rule> {
  const rules: Partial<Record<RuleName, Rule>> = {};
  for (const [index, name] of (Object.keys(ROWS) as RuleName[]).entries()) {
    const [reference, action, subcode, data, kind, reason] = ROWS[name];
    const syntax = kind === "syntax";
    rules[name] = { index, name, reference, action, subcode: UpdateMessageError[subcode], data, syntax, reason };
  }
  return rules as Record<RuleName, Rule>;
}
