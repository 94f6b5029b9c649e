// What an UPDATE says about routes, wherever in it: one list of what is announced and one of what is withdrawn.
import { Afi, Safi, type Family } from "@bgpwire/core";
import type { Issue } from "../verdict/issue.ts";
import { attributeNamed, type Nlri, type Update } from "./model.ts";

/** A withdrawn route. */
export interface WithdrawnRoute extends Nlri {
  readonly family: Family;
}

/** An announced route. */
export interface AnnouncedRoute extends WithdrawnRoute {
  /** Null where the message has none for it, which is an issue. */
  readonly nextHop: string | null;
  readonly linkLocalNextHop?: string;
}

export interface Routes {
  readonly announced: readonly AnnouncedRoute[];
  readonly withdrawn: readonly WithdrawnRoute[];
  /** The family that this message is the End-of-RIB marker of (RFC 4724 section 2). */
  readonly endOfRib: Family | null;
}

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };

/**
 * The routes of prefix families in an UPDATE.
 *
 * @param issues what `decodeUpdate` found: where one of them asks for treat-as-withdraw, "all contained routes" count as
 *   withdrawn (RFC 7606 section 2)
 * @example
 * const { update, issues } = decodeUpdate(body, context);
 * const { announced, withdrawn } = routesOf(update, issues);
 */
export function routesOf(update: Update, issues: readonly Issue[] = []): Routes {
  const announced: AnnouncedRoute[] = [];
  const withdrawn: WithdrawnRoute[] = [];
  for (const nlri of update.withdrawn) withdrawn.push({ family: IPV4_UNICAST, ...nlri });
  const unreach = attributeNamed(update.attributes, "mpUnreachNlri");
  if (unreach?.kind === "prefix") {
    const family = { afi: unreach.afi, safi: unreach.safi };
    for (const nlri of unreach.nlri) withdrawn.push({ family, ...nlri });
  }
  const nextHop = attributeNamed(update.attributes, "nextHop")?.address ?? null;
  for (const nlri of update.nlri) announced.push({ family: IPV4_UNICAST, ...nlri, nextHop });
  const reach = attributeNamed(update.attributes, "mpReachNlri");
  if (reach?.kind === "prefix") {
    const family = { afi: reach.afi, safi: reach.safi };
    const hop = {
      nextHop: reach.nextHop,
      ...(reach.linkLocalNextHop !== undefined && { linkLocalNextHop: reach.linkLocalNextHop }),
    };
    for (const nlri of reach.nlri) announced.push({ family, ...nlri, ...hop });
  }
  if (issues.some((issue) => issue.action === "withdraw")) {
    for (const { family, prefix, pathId } of announced) {
      withdrawn.push({ family, prefix, ...(pathId !== undefined && { pathId }) });
    }
    announced.length = 0;
  }
  return { announced, withdrawn, endOfRib: endOfRibOf(update) };
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
