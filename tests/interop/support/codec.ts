// Between the suite's notation of a route and UPDATEs, by the decoder package.
import { familyName, toHex, type Family, type Negotiated, type Slice } from "@bgpwire/core";
import {
  aggregator,
  asPath,
  atomicAggregate,
  attributeNamed,
  clusterList,
  communities,
  contextOf,
  decodeUpdate,
  endOfRib,
  extendedCommunities,
  formatExtendedCommunity,
  formatAsPath,
  formatLargeCommunity,
  largeCommunities,
  localPref,
  mergeAs4,
  multiExitDisc,
  onlyToCustomer,
  origin,
  originatorId,
  packUpdates,
  routesOf,
  sendContextOf,
  type DecodeContext,
  type ExtendedCommunity,
  type PrefixNlri,
  type PathAttribute,
  type Route as Announcement,
} from "@bgpwire/decoder";
import { communities as inOrder, familyOf, route, type Route, type RouteFamily } from "../routers/router.ts";

/** What a withdrawal names. */
export type Destination = Pick<Route, "prefix" | "pathId">;

/** An UPDATE as the suite reads it. */
export interface ReadUpdate {
  readonly announced: readonly Route[];
  readonly withdrawn: readonly Destination[];
  readonly endOfRib: RouteFamily | null;
  /** What the decoder had against it. */
  readonly problem: string | null;
}

/** Attributes of an announcement to this peer: our own AS number goes in front for an external one (RFC 4271 5.1.2). */
function attributesOf(r: Route, negotiated: Negotiated): PathAttribute[] {
  const internal = negotiated.sessionType === "ibgp";
  const path = internal ? r.asPath : `${negotiated.localAs} ${r.asPath}`;
  const [as, address] = r.aggregator?.split(" ") ?? [];
  return [
    origin(r.origin),
    asPath(path.trim()),
    ...(r.med === null ? [] : [multiExitDisc(r.med)]),
    // "A BGP speaker MUST NOT include this attribute in UPDATE messages it sends to external peers" (5.1.5).
    ...(internal ? [localPref(r.localPref ?? 100)] : []),
    ...(r.atomicAggregate ? [atomicAggregate()] : []),
    ...(as === undefined || address === undefined ? [] : [aggregator(Number(as), address)]),
    ...(r.communities.length === 0 ? [] : [communities(r.communities)]),
    ...(r.largeCommunities.length === 0 ? [] : [largeCommunities(r.largeCommunities)]),
    ...(r.extendedCommunities.length === 0 ? [] : [extendedCommunities(r.extendedCommunities.map(longName))]),
    ...(r.originatorId === null ? [] : [originatorId(r.originatorId)]),
    ...(r.clusterList.length === 0 ? [] : [clusterList(r.clusterList)]),
    ...(r.otc === undefined ? [] : [onlyToCustomer(r.otc)]),
  ];
}

/** `rt:65010:1` by the name the decoder has for it. */
function longName(text: string): string {
  return text.replace(/^rt:/, "target:").replace(/^soo:/, "origin:");
}

function shortName(community: ExtendedCommunity): string {
  if (community.name === "raw") return toHex(community.value);
  return formatExtendedCommunity(community)
    .replace(/^target:/, "rt:")
    .replace(/^origin:/, "soo:")
    .replace("L:", ":");
}

function nlriOf({ prefix, pathId }: Destination): PrefixNlri {
  return pathId === undefined ? { prefix } : { prefix, pathId };
}

/** A route as a `RouteWriter` takes it. @param more attributes that the suite has no notation for */
export function announcementOf(r: Route, negotiated: Negotiated, more: readonly PathAttribute[] = []): Announcement {
  return { nlri: nlriOf(r), attributes: [...attributesOf(r, negotiated), ...more], nextHop: r.nextHop };
}

/** UPDATE bodies that announce the routes; those that share all attributes share messages. */
export function packRoutes(routes: readonly Route[], negotiated: Negotiated): Uint8Array[] {
  const context = sendContextOf(negotiated);
  const groups = new Map<string, Route[]>();
  for (const r of routes) {
    const key = JSON.stringify({ ...r, prefix: familyOf(r.prefix), pathId: null });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [r]);
    else group.push(r);
  }
  return [...groups.values()].flatMap((group) => {
    const first = group[0] as Route;
    const announce = group.map(nlriOf);
    return packUpdates({ announce, attributes: attributesOf(first, negotiated), nextHop: first.nextHop }, context);
  });
}

/** UPDATE bodies that withdraw the routes. */
export function packWithdrawals(routes: readonly Destination[], negotiated: Negotiated): Uint8Array[] {
  return packUpdates({ withdraw: routes.map(nlriOf) }, sendContextOf(negotiated));
}

/** The body of an End-of-RIB marker. */
export function endOfRibOf(family: Family): Uint8Array {
  return endOfRib(family);
}

const contexts = new WeakMap<Negotiated, DecodeContext>();

/** Reads the body of an UPDATE from this peer. */
export function readUpdate(body: Slice, negotiated: Negotiated): ReadUpdate {
  let context = contexts.get(negotiated);
  if (context === undefined) contexts.set(negotiated, (context = contextOf(negotiated)));
  return readUpdateIn(body, context);
}

/** Reads the body of an UPDATE in a context. */
export function readUpdateIn(body: Slice, context: DecodeContext): ReadUpdate {
  const { update, action, issues } = decodeUpdate(body, context);
  const routes = routesOf(update, issues);
  const attributes = context.fourOctetAs ? update.attributes : mergeAs4(update.attributes);
  const aggregated = attributeNamed(attributes, "aggregator");
  const rest: Partial<Route> = {
    origin: attributeNamed(attributes, "origin")?.value ?? "incomplete",
    asPath: formatAsPath(attributeNamed(attributes, "asPath")?.segments ?? []),
    med: attributeNamed(attributes, "multiExitDisc")?.value ?? null,
    localPref: attributeNamed(attributes, "localPref")?.value ?? null,
    atomicAggregate: attributeNamed(attributes, "atomicAggregate") !== undefined,
    aggregator: aggregated === undefined ? null : `${aggregated.as} ${aggregated.address}`,
    communities: inOrder(
      (attributeNamed(attributes, "communities")?.communities ?? []).map((c) => `${c >>> 16}:${c & 0xffff}`),
    ),
    extendedCommunities: inOrder((attributeNamed(attributes, "extendedCommunities")?.communities ?? []).map(shortName)),
    originatorId: attributeNamed(attributes, "originatorId")?.identifier ?? null,
    clusterList: attributeNamed(attributes, "clusterList")?.clusterIds ?? [],
    largeCommunities: inOrder(
      (attributeNamed(attributes, "largeCommunities")?.communities ?? []).map(formatLargeCommunity),
    ),
  };
  const otc = attributeNamed(attributes, "onlyToCustomer")?.as;
  const ended = routes.endOfRib === null ? null : familyName(routes.endOfRib);
  return {
    announced: routes.announced
      .filter((r) => r.kind === "prefix")
      .map((r) => route(r.prefix, r.nextHop ?? "", { ...rest, ...(otc !== undefined && { otc }), ...nlriOf(r) })),
    withdrawn: routes.withdrawn.filter((r) => r.kind === "prefix").map(nlriOf),
    endOfRib: ended === "ipv4-unicast" || ended === "ipv6-unicast" ? ended : null,
    problem: action === "none" ? null : JSON.stringify(issues),
  };
}
