// A RouteWriter for peers that take some paths of a prefix and no more. A class of its own: who does not use it does not carry it.
import type { Family } from "@bgpwire/core";
import type { DecodeContext } from "../context.ts";
import { LimitedPaths } from "./limited-paths.ts";
import { isGroup, listOf, type OnRefused } from "./route-source.ts";
import {
  RouteWriter,
  type Route,
  type RouteGroup,
  type RouteName,
  type RouteNames,
  type RouteSink,
} from "./route-writer.ts";

/**
 * A `RouteWriter` that gives the peer no more paths of a prefix than it wants (`negotiated.pathsLimits`: PATHS-LIMIT, capability 76,
 * for families with ADD-PATH). Families without a limit are as with `RouteWriter`.
 *
 * The first paths of a prefix that are announced are told, as many as the limit has. Those beyond it are held back, the newest state of each. When a
 * told path is withdrawn, that which has been held back longest takes its place; withdrawals go first, so that the peer never has
 * more than it wants. Which paths are best is not asked: announce the best first, and withdraw one to make room for a better. Where the peer
 * changes its limit on the session, the new one holds from the next change of a prefix on.
 *
 * Memory: a set of path identifiers for each prefix of families with a limit that is announced, until it is withdrawn, and the
 * routes that are held back, which are kept as they are given: do not change them.
 *
 * @example const writer = new LimitedRouteWriter(session, sendContextOf(session.negotiated));
 */
export class LimitedRouteWriter extends RouteWriter {
  readonly #session: RouteSink;
  readonly #context: DecodeContext;
  readonly #paths: LimitedPaths;

  /** @param context as of `RouteWriter` */
  constructor(session: RouteSink, context: DecodeContext) {
    super(session, context);
    this.#session = session;
    this.#context = context;
    this.#paths = new LimitedPaths(context, ({ afi, safi }) => {
      const found = session.negotiated.pathsLimits.find((one) => one.afi === afi && one.safi === safi);
      return found?.limit ?? null;
    });
  }

  /** How many routes are held back now. */
  get held(): number {
    return this.#paths.held;
  }

  /** @throws ConfigError `invalid-value` as of `RouteWriter`, for those that are held back too. Then nothing has changed */
  override announce(routes: Route | RouteGroup | readonly (Route | RouteGroup)[]): void {
    if (this.#unlimited) return super.announce(routes);
    const all = listOf(routes).flatMap(apart<Route>);
    // What cannot be sent is found out before anything is held back, or told to take its place.
    new RouteWriter(this.#session, this.#context).announce(all);
    super.announce(all.filter((route) => this.#paths.announced(route.nlri, route)));
  }

  override announceFrom(routes: Iterable<Route | RouteGroup>, refused?: OnRefused): void {
    super.announceFrom(this.#within(routes), refused);
  }

  /** @throws ConfigError `invalid-value` as of `RouteWriter`. Then nothing has changed */
  override withdraw(routes: RouteName | RouteNames | string | readonly (RouteName | RouteNames | string)[]): void {
    if (this.#unlimited) return super.withdraw(routes);
    const all = listOf(routes).flatMap((route) =>
      typeof route === "string" ? { nlri: route } : apart<RouteName>(route),
    );
    new RouteWriter(this.#session, this.#context).withdraw(all);
    const next: Route[] = [];
    super.withdraw(all.filter(({ nlri, family }) => this.#paths.withdrawn(nlri, family, next)));
    super.announce(next);
  }

  override refresh(family: Family, routes: Iterable<Route | RouteGroup>, refused?: OnRefused): void {
    // Those of an array come to `announce`.
    super.refresh(family, Array.isArray(routes) ? routes : this.#within(routes), refused);
  }

  get #unlimited(): boolean {
    return this.#session.negotiated.pathsLimits.length === 0;
  }

  *#within(routes: Iterable<Route | RouteGroup>): Generator<Route | RouteGroup> {
    for (const given of routes) {
      if (this.#unlimited) yield given;
      else yield* apart<Route>(given).filter((route) => this.#paths.announced(route.nlri, route));
    }
  }
}

/** A group as routes, which share its attributes. What is no route stays as it is, for the writer to refuse. */
function apart<One extends RouteName>(route: One | (Omit<One, "nlri"> & RouteNames)): One[] {
  if (typeof route !== "object" || route === null || !isGroup<One, Omit<One, "nlri"> & RouteNames>(route)) {
    return [route as One];
  }
  return Array.from(route.nlri, (nlri) => ({ ...route, nlri }) as unknown as One);
}
