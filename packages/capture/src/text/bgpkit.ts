// Routes as the lines of bgpkit-parser, one for each: type, time, peer, its AS, prefix, AS path, origin, next hop, LOCAL_PREF,
// MULTI_EXIT_DISC, communities, atomic, and AS and address of the aggregator, with `|` between. Extended communities have the
// decoder's text, as the one of bgpkit-parser differs from version to version.
import { attributeNamed, mergeAs4, type AsPathSegment, type PathAttribute } from "@bgpwire/decoder";
import { communityTexts } from "../filter/community-pattern.ts";
import { peerOf, type EventFilter, type Route } from "../filter/filter.ts";
import type { EventReading } from "../reading.ts";

const ORIGINS = { igp: "IGP", egp: "EGP", incomplete: "INCOMPLETE" } as const;

/**
 * The lines of an event, one for each route of a family of prefixes; those announced come first. The time of a route of a table
 * is that at which it was told.
 *
 * @param filter only routes that it wants
 * @example bgpkitLines(reading) // ["A|1771774200|192.0.2.1|65001|198.51.100.0/24|65001 65010|IGP|192.0.2.1|||65001:1|false||"]
 */
export function bgpkitLines(reading: EventReading, filter: EventFilter | null = null): string[] {
  const { event, decoded, routes } = reading;
  const peer = peerOf(event);
  if (decoded === null || peer === null || event.kind === "problem") return [];
  const time = event.kind === "route" ? event.originated : event.seconds + event.nanoseconds / 1e9;
  const wanted = (route: Route): boolean => "prefix" in route && (filter === null || filter.wantsRoute(route));
  const head = `|${time}|${peer.address}|${peer.as ?? 0}|`;
  const attributes = attributeTexts(mergeAs4(decoded.update.attributes));
  const announced = routes.announced.filter(wanted);
  return [
    ...announced.map((route) => `A${head}${prefixOf(route)}|${attributes(route.nextHop ?? "")}`),
    ...routes.withdrawn.filter(wanted).map((route) => `W${head}${prefixOf(route)}|||||||false||`),
  ];
}

function prefixOf(route: Route): string {
  return "prefix" in route ? route.prefix : "";
}

/** What stands behind the prefix; the next hop, which routes of one message need not share, is put in later. */
function attributeTexts(attributes: readonly PathAttribute[]): (nextHop: string) => string {
  const origin = attributeNamed(attributes, "origin");
  const path = attributeNamed(attributes, "asPath");
  const aggregator = attributeNamed(attributes, "aggregator");
  const before = [path === undefined ? "" : pathText(path.segments), origin === undefined ? "" : ORIGINS[origin.value]];
  const behind = [
    attributeNamed(attributes, "localPref")?.value ?? "",
    attributeNamed(attributes, "multiExitDisc")?.value ?? "",
    communityTexts(attributes).join(" "),
    attributeNamed(attributes, "atomicAggregate") !== undefined,
    aggregator?.as ?? "",
    aggregator?.address ?? "",
  ];
  return (nextHop) => [...before, nextHop, ...behind].join("|");
}

/** Members of a set stand in braces with commas between; those of confederations are not told apart. */
function pathText(segments: readonly AsPathSegment[]): string {
  return segments
    .map(({ type, asNumbers }) =>
      type === "set" || type === "confedSet" ? `{${asNumbers.join(",")}}` : asNumbers.join(" "),
    )
    .join(" ");
}
