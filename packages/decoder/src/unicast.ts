// The registry of a program that knows unicast routes of IPv4 and IPv6 and nothing else, and is the smaller for it.
import { AGGREGATOR, AGGREGATOR_RULES, AS4_AGGREGATOR } from "./attribute/aggregator.ts";
import { AS4_PATH, AS4_PATH_RULES } from "./attribute/as4-path.ts";
import { AS_PATH, AS_PATH_RULES } from "./attribute/as-path.ts";
import { ATOMIC_AGGREGATE, ATOMIC_AGGREGATE_RULES } from "./attribute/atomic-aggregate.ts";
import { COMMUNITIES, COMMUNITIES_RULES } from "./attribute/communities.ts";
import { LARGE_COMMUNITY, LARGE_COMMUNITY_RULES } from "./attribute/large-communities.ts";
import { LOCAL_PREF, LOCAL_PREF_RULES } from "./attribute/local-pref.ts";
import { MP_REACH_NLRI, MP_REACH_NLRI_RULES } from "./attribute/mp-reach-nlri.ts";
import { MP_UNREACH_NLRI, MP_UNREACH_NLRI_RULES } from "./attribute/mp-unreach-nlri.ts";
import { MULTI_EXIT_DISC, MULTI_EXIT_DISC_RULES } from "./attribute/multi-exit-disc.ts";
import { NEXT_HOP, NEXT_HOP_RULES } from "./attribute/next-hop.ts";
import { ORIGIN, ORIGIN_RULES } from "./attribute/origin.ts";
import type { Registry } from "./context.ts";
import { IPV4_UNICAST, IPV6_UNICAST } from "./nlri/prefix.ts";
import { MESSAGE_RULES } from "./verdict/message-rules.ts";

/**
 * IPv4 and IPv6 unicast with the attributes of RFC 4271, four-octet AS numbers, communities and large communities.
 *
 * It reads and writes. A program that only reads does not carry the encoders: `encodeUpdate` and `packUpdates` bring them.
 *
 * Its issues have the name of their rule for a reason; `{ ...UNICAST, reasons: REASONS }` has the words as well.
 *
 * @example decodeUpdate(body, new DecodeContext({ session: "ebgp" }, UNICAST))
 */
export const UNICAST: Registry = {
  attributes: [
    ORIGIN,
    AS_PATH,
    NEXT_HOP,
    MULTI_EXIT_DISC,
    LOCAL_PREF,
    ATOMIC_AGGREGATE,
    AGGREGATOR,
    COMMUNITIES,
    MP_REACH_NLRI,
    MP_UNREACH_NLRI,
    AS4_PATH,
    AS4_AGGREGATOR,
    LARGE_COMMUNITY,
  ],
  families: [IPV4_UNICAST, IPV6_UNICAST],
  rules: {
    ...MESSAGE_RULES,
    ...ORIGIN_RULES,
    ...AS_PATH_RULES,
    ...NEXT_HOP_RULES,
    ...MULTI_EXIT_DISC_RULES,
    ...LOCAL_PREF_RULES,
    ...ATOMIC_AGGREGATE_RULES,
    ...AGGREGATOR_RULES,
    ...COMMUNITIES_RULES,
    ...MP_REACH_NLRI_RULES,
    ...MP_UNREACH_NLRI_RULES,
    ...AS4_PATH_RULES,
    ...LARGE_COMMUNITY_RULES,
  },
};
