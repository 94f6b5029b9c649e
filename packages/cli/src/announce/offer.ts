// Which of our own routes one session may have: those that our policy lets go and the peer's filters let through (RFC 5291), and as
// many paths of a prefix as it takes (RFC 7911, PATHS-LIMIT).
import { Afi, PeerFilters, Safi, type Family, type RouteRefresh, type Session } from "@bgpwire/core";
import type { Announcement } from "./announcement.ts";
import type { OwnRoutes } from "./own-routes.ts";
import { versionOf } from "./own-routes.ts";

/** A path of a prefix as a session sees it; without an identifier where the session has none, without a route where it is to have none. */
export interface Path {
  readonly pathId: number | null;
  readonly route: Announcement | null;
}

/** What may be told on a session. */
export class Offer {
  readonly #session: Session;
  readonly #routes: OwnRoutes;
  /** Whether our policy lets routes go to this peer at all. */
  exports: boolean;
  readonly #filters: PeerFilters;

  constructor(session: Session, routes: OwnRoutes, exports: boolean) {
    this.#session = session;
    this.#routes = routes;
    this.exports = exports;
    this.#filters = new PeerFilters(session.negotiated);
  }

  /** Whether the peer's filters for a family are still to come (RFC 5291 section 6). */
  awaits(family: Family): boolean {
    return this.#filters.awaits(family);
  }

  /** Takes a ROUTE-REFRESH of the peer; whether the routes of its family are to be told now. */
  take(refresh: RouteRefresh): boolean {
    return this.#filters.take(refresh);
  }

  /** The routes of a family that are to be told. */
  *list(family: Family): Generator<Announcement> {
    for (const route of this.all(family)) {
      if (this.exports && this.#filters.passes(family, route.prefix)) yield route;
    }
  }

  /** Those that the peer does not want: it may have them from before it said so. */
  *unwanted(family: Family): Generator<Announcement> {
    if (!this.exports) return;
    for (const route of this.all(family)) if (!this.#filters.passes(family, route.prefix)) yield route;
  }

  /** What paths of a prefix are now, and all others that take their place. Of what the peer does not want, those that are gone. */
  paths(prefix: string, pathIds: readonly number[]): readonly Path[] {
    if (!this.exports) return [];
    const family = familyOf(prefix);
    const most = this.#mostPaths(family);
    const given = this.#routes.paths(prefix, most);
    const paths = this.#sendsPaths(family)
      ? this.#concerned(prefix, pathIds, most).map((pathId) => ({
          pathId,
          route: given.find((route) => route.pathId === pathId) ?? null,
        }))
      : [{ pathId: null, route: given[0] ?? null }];
    return this.#filters.passes(family, prefix) ? paths : paths.filter(({ route }) => route === null);
  }

  /** With a limit, a path that goes makes room for another, and one that comes takes it. */
  #concerned(prefix: string, pathIds: readonly number[], most: number): readonly number[] {
    return most === Infinity ? pathIds : [...new Set([...pathIds, ...this.#routes.pathIds(prefix)])];
  }

  /** All routes of a family, told or not. */
  *all({ afi, safi }: Family): Generator<Announcement> {
    if (safi !== Safi.Unicast || (afi !== Afi.IPv4 && afi !== Afi.IPv6)) return;
    yield* this.#routes.list(afi === Afi.IPv4 ? 4 : 6, this.#mostPaths({ afi, safi }));
  }

  #sendsPaths(family: Family): boolean {
    return this.#session.negotiated.addPath.some((one) => isSame(one, family) && one.send);
  }

  #mostPaths(family: Family): number {
    if (!this.#sendsPaths(family)) return 1;
    return this.#session.negotiated.pathsLimits.find((one) => isSame(one, family))?.limit ?? Infinity;
  }
}

/** The family that a prefix of ours is told in. */
export function familyOf(prefix: string): Family {
  return { afi: versionOf(prefix) === 4 ? Afi.IPv4 : Afi.IPv6, safi: Safi.Unicast };
}

function isSame(a: Family, b: Family): boolean {
  return a.afi === b.afi && a.safi === b.safi;
}
