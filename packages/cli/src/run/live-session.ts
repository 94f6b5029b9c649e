// A session that is up: whether routes go in and out, by what filter, and what a configuration that is read again changes of that.
import { isDeepStrictEqual } from "node:util";
import type { Family, Session } from "@bgpwire/core";
import { Advertiser, type RouteKey } from "../announce/advertiser.ts";
import { Offer } from "../announce/offer.ts";
import { refusal, type RoutePolicy } from "../config/policy.ts";
import type { UpdateFields } from "../output/events.ts";
import { requestRoutes, sendFilters } from "./peer-filter.ts";
import type { Shared } from "./plugin.ts";

type Direction = "import" | "export";

/** One of them. Its policy is that of the configuration. */
export class LiveSession {
  readonly advertiser: Advertiser;
  /** Whether what the peer announces is taken. */
  accepts: boolean;
  readonly #session: Session;
  readonly #shared: Shared;
  #policy: RoutePolicy;
  #exports: boolean;
  /** What the peer is being asked for; one after the other. */
  #asking: Promise<void> = Promise.resolve();

  /** Says which directions are closed, and sends the peer our filters. @param mayBeTold as of `Advertiser` */
  constructor(session: Session, shared: Shared, policy: RoutePolicy, mayBeTold: (family: Family) => boolean) {
    const { routes, reporter, stations, tally } = shared;
    this.#session = session;
    this.#shared = shared;
    this.#policy = policy;
    this.accepts = this.#goes("import");
    this.#exports = this.#goes("export");
    const offer = new Offer(session, routes, this.#exports);
    const onSent = (update: Uint8Array, fields: UpdateFields): void => {
      stations.sent(session, update);
      tally.update(session.peer, "sent", fields);
    };
    this.advertiser = new Advertiser(session, offer, reporter, onSent, mayBeTold);
    this.#ask(() => sendFilters(session, policy.filters, reporter, false));
  }

  /**
   * The configuration was read again. Filters of the peer are replaced (RFC 5291: a ROUTE-REFRESH may carry them at any time); what was
   * refused and is accepted now is asked for again; our routes are announced, or withdrawn.
   *
   * @param changed routes of ours that have come, changed or gone
   */
  change(policy: RoutePolicy, changed: readonly RouteKey[]): void {
    const before = this.#policy;
    this.#policy = policy;
    const filters = policy.filters.filter((one) => !before.filters.some((other) => isDeepStrictEqual(one, other)));
    if (filters.length > 0) this.#ask(() => sendFilters(this.#session, filters, this.#shared.reporter, true));

    const accepted = this.accepts;
    if (this.#differs(before, "import")) this.accepts = this.#goes("import");
    if (this.accepts && !accepted) this.#ask(() => this.#askAgain(filters));

    const exported = this.#exports;
    if (this.#differs(before, "export")) this.#exports = this.#goes("export");
    if (this.#exports !== exported) this.advertiser.export(this.#exports, changed);
    else for (const { prefix, pathId } of changed) this.advertiser.changed(prefix, [pathId]);
  }

  /** Whether another thing is to be said of a direction. */
  #differs(before: RoutePolicy, direction: Direction): boolean {
    return refusal(this.#policy, direction, this.#type) !== refusal(before, direction, this.#type);
  }

  get #type(): "ebgp" | "ibgp" {
    return this.#session.negotiated.sessionType;
  }

  /** Whether routes go in a direction; says so where they do not. */
  #goes(direction: Direction): boolean {
    const why = refusal(this.#policy, direction, this.#type);
    if (why !== null) {
      this.#say(direction, `no routes are ${direction === "import" ? "accepted" : "announced"}: ${why}`);
    }
    return why === null;
  }

  #say(direction: Direction, text: string): void {
    const { peer, conn } = this.#session;
    this.#shared.reporter.report({ type: "policy", peer: peer.id, connection: conn, direction, text });
  }

  /** @param asked what the peer has been sent filters for, and sends again by itself */
  async #askAgain(asked: RoutePolicy["filters"]): Promise<void> {
    const { families, routeRefresh } = this.#session.negotiated;
    if (!routeRefresh) {
      this.#say("import", "routes are accepted from now on; the peer has no ROUTE-REFRESH to ask for those before");
      return;
    }
    for (const family of families) {
      if (asked.some((one) => one.family.afi === family.afi && one.family.safi === family.safi)) continue;
      await requestRoutes(this.#session, family, new Uint8Array(0), this.#shared.reporter);
    }
  }

  #ask(what: () => Promise<void>): void {
    this.#asking = this.#asking.then(what);
  }
}
