// Sends a table that was received on to another peer.
import { familyName, type Family, type Session } from "@bgpwire/core";
import { endOfRib } from "@bgpwire/decoder";
import type { RouteGroup } from "../announce/announcement.ts";
import { RouteEncoder } from "../announce/encode.ts";
import type { RunEvent } from "../output/events.ts";
import { sendAll } from "./player.ts";

/** The routes of a received UPDATE as something to announce; null when it announces nothing. */
export function groupOf(update: Extract<RunEvent, { type: "update" }>): RouteGroup | null {
  const first = update.announced[0];
  if (first === undefined || first.nextHop === null) return null;
  // RFC 4271 section 5.1.4: the MED of one neighbouring AS "MUST NOT be propagated to other neighboring ASes"; LOCAL_PREF
  // and what belongs to route reflection stay inside an AS as well.
  const { origin, asPath, atomicAggregate, aggregator, communities, largeCommunities } = update.attributes;
  return {
    version: first.family.startsWith("ipv6") ? 6 : 4,
    attributes: {
      nextHop: first.nextHop,
      origin: origin === "egp" || origin === "incomplete" ? origin : "igp",
      asPath: asPath ?? "",
      ...(atomicAggregate === undefined ? {} : { atomicAggregate }),
      ...(aggregator === undefined ? {} : { aggregator }),
      ...(communities === undefined ? {} : { communities }),
      ...(largeCommunities === undefined ? {} : { largeCommunities }),
    },
    prefixes: update.announced.flatMap(({ prefix }) => prefix ?? []),
  };
}

/**
 * Sends the routes of some families, each family ended by End-of-RIB.
 *
 * @returns how many routes were sent; null when the session ended on the way
 */
export async function relayTable(
  session: Session,
  groups: readonly RouteGroup[],
  families: readonly Family[],
): Promise<number | null> {
  const encoder = new RouteEncoder(session);
  let routes = 0;
  for (const family of families) {
    const name = familyName(family);
    for (const group of groups) {
      if (name !== `ipv${group.version}-unicast`) continue;
      if (!(await sendAll(session, encoder.announce(group.attributes, group.prefixes)))) return null;
      routes += group.prefixes.length;
    }
    if (!(await sendAll(session, [endOfRib(family)]))) return null;
  }
  return routes;
}
