// What an UPDATE says about routes, wherever in it: one list of what is announced and one of what is withdrawn.
import { Afi, Safi, type Family } from "@bgpwire/core";
import type { MpReachNlriAttribute } from "../attribute/mp-reach-nlri.ts";
import type { MpUnreachNlriAttribute } from "../attribute/mp-unreach-nlri.ts";
import type { NextHopOfKind, NlriKind, NlriOfKind } from "../nlri/model.ts";
import { nextHopOf } from "../nlri/next-hop.ts";
import type { Issue } from "../verdict/issue.ts";
import { attributeNamed, type Update } from "./model.ts";

/** A withdrawn route: its family and what `NlriOfKind` has for its kind. */
export type WithdrawnRoute = { readonly [K in NlriKind]: RouteOfKind<K> }[NlriKind];

type RouteOfKind<K extends NlriKind> = { readonly family: Family; readonly kind: K } & NlriOfKind[K];

/** An announced route: the same with its next hop. */
export type AnnouncedRoute = { readonly [K in NlriKind]: RouteOfKind<K> & AnnouncedBy<K> }[NlriKind];

/** The next hop; null where the message has none for it, which is an issue. */
type AnnouncedBy<K extends NlriKind> = K extends "prefix"
  ? { readonly nextHop: string | null; readonly linkLocalNextHop?: string }
  : NextHopOfKind<K>;

/** What an UPDATE says about routes, wherever in it. Made by `routesOf`. */
export interface Routes {
  readonly announced: readonly AnnouncedRoute[];
  readonly withdrawn: readonly WithdrawnRoute[];
  /** The family that this message is the End-of-RIB marker of (RFC 4724 section 2). */
  readonly endOfRib: Family | null;
}

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };

/**
 * The routes in an UPDATE, of every family that is known.
 *
 * @param issues what `decodeUpdate` found: where one of them asks for treat-as-withdraw, "all contained routes" count as
 *   withdrawn (RFC 7606 section 2)
 * @example
 * const { update, issues } = decodeUpdate(body, context);
 * const { announced, withdrawn } = routesOf(update, issues);
 * for (const route of announced) if (route.kind === "prefix") console.log(route.prefix, route.nextHop);
 */
export function routesOf(update: Update, issues: readonly Issue[] = []): Routes {
  const announced: AnnouncedRoute[] = [];
  const withdrawn: WithdrawnRoute[] = [];
  const treatAsWithdraw = issues.some((issue) => issue.action === "withdraw");
  for (const nlri of update.withdrawn) withdrawn.push({ family: IPV4_UNICAST, kind: "prefix", ...nlri });
  const unreach = attributeNamed(update.attributes, "mpUnreachNlri");
  if (unreach !== undefined && unreach.kind !== "raw") withdrawn.push(...routesIn(unreach));

  const reach = attributeNamed(update.attributes, "mpReachNlri");
  if (treatAsWithdraw) {
    for (const nlri of update.nlri) withdrawn.push({ family: IPV4_UNICAST, kind: "prefix", ...nlri });
    if (reach !== undefined && reach.kind !== "raw") withdrawn.push(...routesIn(reach));
  } else {
    const nextHop = attributeNamed(update.attributes, "nextHop")?.address ?? null;
    for (const nlri of update.nlri) announced.push({ family: IPV4_UNICAST, kind: "prefix", ...nlri, nextHop });
    if (reach !== undefined && reach.kind !== "raw") {
      const hop = nextHopOf(reach);
      for (const route of routesIn(reach)) announced.push({ ...route, ...hop } as AnnouncedRoute);
    }
  }
  return { announced, withdrawn, endOfRib: endOfRibOf(update) };
}

function routesIn(
  attribute: Exclude<MpReachNlriAttribute | MpUnreachNlriAttribute, { kind: "raw" }>,
): WithdrawnRoute[] {
  const { kind } = attribute;
  const family = { afi: attribute.afi, safi: attribute.safi };
  return attribute.nlri.map((nlri) => ({ family, kind, ...nlri }) as WithdrawnRoute);
}

function endOfRibOf(update: Update): Family | null {
  const { withdrawn, attributes, nlri } = update;
  const hasMore =
    update.raw !== undefined ||
    update.withdrawnRest !== undefined ||
    update.attributesRest !== undefined ||
    update.nlriRest !== undefined;
  if (withdrawn.length > 0 || nlri.length > 0 || attributes.length > 1 || hasMore) return null;
  const [only] = attributes;
  if (only === undefined) return IPV4_UNICAST;
  if (only.name !== "mpUnreachNlri") return null;
  const octets = only.kind === "raw" ? only.nlriBytes.length : only.nlri.length;
  return octets === 0 ? { afi: only.afi, safi: only.safi } : null;
}
