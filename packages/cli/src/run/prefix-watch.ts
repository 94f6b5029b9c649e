// Holds what a peer announces against the limits that it has: reports each that is passed, and ends the session where it should.
import { familyName, includesFamily, maximumPrefixes, type Session } from "@bgpwire/core";
import { PrefixCounter, routesOf, type DecodedUpdate } from "@bgpwire/decoder";
import type { PrefixPolicy } from "../config/plan.ts";
import type { Reporter } from "../output/reporter.ts";

/** Makes what is to be told of each UPDATE of a new session; null where there is nothing to count. */
export function prefixWatch(
  session: Session,
  { limits, action }: PrefixPolicy,
  reporter: Reporter,
): ((decoded: DecodedUpdate) => void) | null {
  if (limits.length === 0) return null;
  const counter = new PrefixCounter(limits);
  let { families } = session.negotiated;
  return ({ update, issues }) => {
    // Routes of a family that came or went in between are not there any more.
    if (families !== session.negotiated.families) {
      for (const limit of limits)
        if (includesFamily(families, limit) !== includesFamily(session.negotiated.families, limit))
          counter.forget(limit);
      families = session.negotiated.families;
    }
    for (const { action: verdict, family } of issues) {
      if (verdict === "afi-safi-disable" && family !== null) counter.forget(family);
    }
    for (const crossing of counter.take(routesOf(update, issues))) {
      const { count, limit } = crossing;
      const passed = crossing.level === "warning" ? "warning" : "limit";
      const family = familyName(crossing);
      reporter.report({
        type: "prefixes",
        peer: session.peer.id,
        connection: session.conn,
        family,
        passed,
        count,
        limit,
      });
      if (passed === "warning" || action === "warn") continue;
      session.close(maximumPrefixes(crossing), { idleHoldTime: action });
      return;
    }
  };
}
