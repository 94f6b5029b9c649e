// Sends our own routes on one session: all of them when it comes up, each change after that, all again when the peer asks. They are
// taken from the table as the peer takes them from us, so that a slow peer gets the newest state and not every state in between.
import {
  includesFamily,
  type ConfigError,
  type Family,
  type Negotiated,
  type RouteRefresh,
  type SendResult,
  type Session,
} from "@bgpwire/core";
import { RouteWriter, sendContextOf, type Route, type RouteName, type RouteSink } from "@bgpwire/decoder";
import { describeRefresh, errorText } from "../output/describe.ts";
import type { UpdateFields } from "../output/events.ts";
import type { Reporter } from "../output/reporter.ts";
import { updateReader, type ReadEvent } from "../output/update-reader.ts";
import type { Announcement } from "./announcement.ts";
import { RouteEncoder } from "./encode.ts";
import { familyOf, type Offer } from "./offer.ts";

/** Takes the body of an UPDATE, whose octets change afterwards, and what it says. */
type OnSent = (update: Uint8Array, fields: UpdateFields) => void;

/** What makes a route of ours this route. */
export type RouteKey = Pick<Announcement, "prefix" | "pathId">;

/** Our side of one session. */
export class Advertiser {
  readonly #session: Session;
  readonly #offer: Offer;
  readonly #reporter: Reporter;
  readonly #read: ReadEvent;
  readonly #encoder: RouteEncoder;
  readonly #onSent: OnSent;
  readonly #writer: RouteWriter;
  /** Families of which the peer has been told, or will be when it has sent its filters. */
  #announced: readonly Family[] = [];
  readonly #mayBeTold: (family: Family) => boolean;

  /**
   * @param onSent is told of each UPDATE that has gone out
   * @param mayBeTold whether route selection of a family waits for nobody any more; else `announceAll` comes again
   */
  constructor(
    session: Session,
    offer: Offer,
    reporter: Reporter,
    onSent: OnSent,
    mayBeTold: (family: Family) => boolean = () => true,
  ) {
    this.#session = session;
    this.#offer = offer;
    this.#reporter = reporter;
    this.#read = updateReader(session, "sent");
    this.#encoder = new RouteEncoder(session);
    this.#onSent = onSent;
    this.#mayBeTold = mayBeTold;
    this.#writer = this.#writerInto({
      get negotiated() {
        return session.negotiated;
      },
      sendUpdate: (body) => this.#sendUpdate(body),
      sendRouteRefresh: (afi, safi, subtype) => this.#sendRouteRefresh(afi, safi, subtype ?? 0),
      writable: () => session.writable(),
    });
  }

  /**
   * The initial routes of families that both sides have, each family ended by End-of-RIB. RFC 4724 section 2: the marker
   * "would be useful for routing convergence in general, and thus the practice is recommended" without its capability too.
   */
  announceAll(families: readonly Family[]): void {
    for (const family of families) {
      if (!this.#has(family) || !this.#mayBeTold(family)) continue;
      this.#announced = this.#announced.concat(family);
      if (!this.#offer.awaits(family)) this.#announceWhole(family);
    }
    this.#flush();
  }

  /** Capabilities have changed: the peer forgets our routes of families that are not carried any more, and is told those that are now. */
  familiesChanged(before: Negotiated): void {
    this.#announced = this.#announced.filter((family) => this.#has(family));
    this.announceAll(this.#session.negotiated.families.filter((family) => !includesFamily(before.families, family)));
  }

  /** What the peer has of us or will have soon, as the bodies of UPDATEs that would announce it now. @param take as of `OnSent` */
  tellAll(take: (update: Uint8Array) => void): void {
    const sendUpdate = (body: Uint8Array): SendResult => {
      take(body);
      return { status: "sent", credit: 1 };
    };
    const writer = this.#writerInto({ negotiated: this.#session.negotiated, sendUpdate });
    for (const family of this.#announced) {
      if (this.#offer.awaits(family)) continue;
      // What cannot be sent has been reported when it was not.
      writer.announceFrom(
        this.#routes(family, () => {}),
        () => {},
      );
      writer.endOfRib(family);
    }
    writer.pump();
  }

  /** Paths of a prefix were announced, changed or withdrawn. */
  changed(prefix: string, pathIds: readonly number[]): void {
    const family = familyOf(prefix);
    if (!this.#has(family) || this.#offer.awaits(family)) return;
    for (const { pathId, route } of this.#offer.paths(prefix, pathIds)) {
      if (route !== null && this.#announce(route)) continue;
      this.#writer.withdraw({ nlri: pathId === null ? { prefix } : { prefix, pathId } });
    }
    this.#flush();
  }

  /**
   * The peer asks for a family again, or says which routes of it it wants. RFC 7313 section 4.1: with enhanced refresh, BoRR goes
   * before the routes and EoRR behind them, but not for the first time.
   */
  refresh(refresh: RouteRefresh): void {
    const { afi, safi } = refresh;
    const family = { afi, safi };
    const first = this.#offer.awaits(family);
    if (!this.#offer.take(refresh) || !includesFamily(this.#announced, family)) return;
    if (first) {
      this.#announceWhole(family);
    } else {
      // It is not kept in mind what the peer has of what it does not want (any more).
      this.#withdraw(this.#offer.unwanted(family));
      this.#writer.refresh(family, this.#source(family), (route, error) => this.#refused(route, error));
    }
    this.#flush();
  }

  /**
   * Our policy for the peer has changed: now it gets our routes, or what it has of them is withdrawn.
   *
   * @param changed routes of which `changed` has not been told: the peer may have those that are gone
   */
  export(exports: boolean, changed: readonly RouteKey[]): void {
    this.#offer.exports = exports;
    for (const family of this.#announced) {
      if (this.#offer.awaits(family)) continue;
      if (exports) this.#writer.announceFrom(this.#source(family), (route, error) => this.#refused(route, error));
      else
        this.#withdraw([
          ...this.#offer.all(family),
          ...changed.filter(({ prefix }) => familyOf(prefix).afi === family.afi),
        ]);
    }
    this.#flush();
  }

  #withdraw(routes: Iterable<RouteKey>): void {
    for (const { prefix, pathId } of routes) this.#writer.withdraw({ nlri: { prefix, pathId } });
  }

  #writerInto(sink: RouteSink): RouteWriter {
    return new RouteWriter(sink, sendContextOf(sink.negotiated));
  }

  #has(family: Family): boolean {
    return includesFamily(this.#session.negotiated.families, family);
  }

  #announceWhole(family: Family): void {
    this.#writer.announceFrom(this.#source(family), (route, error) => this.#refused(route, error));
    this.#writer.endOfRib(family);
  }

  /** The routes of a family as they are by the time; a line of output for those that cannot be sent for the same reason. */
  *#source(family: Family): Generator<Route> {
    const left = new Map<string, { readonly prefix: string; count: number }>();
    yield* this.#routes(family, ({ prefix }, why) => {
      const same = left.get(why);
      if (same === undefined) left.set(why, { prefix, count: 1 });
      else same.count += 1;
    });
    for (const [why, { prefix, count }] of left) {
      this.#report(`${count === 1 ? `${prefix} is` : `${prefix} and ${count - 1} more are`} not announced: ${why}`);
    }
  }

  *#routes(family: Family, unsendable: (route: Announcement, why: string) => void): Generator<Route> {
    for (const route of this.#offer.list(family)) {
      const why = this.#encoder.unsendable(route.prefix, route.attributes);
      if (why === null) yield this.#encoder.route(route);
      else unsendable(route, why);
    }
  }

  /** @returns false, with a line of output, where it cannot be sent to this peer */
  #announce(route: Announcement): boolean {
    let why = this.#encoder.unsendable(route.prefix, route.attributes);
    if (why === null) {
      try {
        this.#writer.announce(this.#encoder.route(route));
        return true;
      } catch (error) {
        why = errorText(error);
      }
    }
    this.#report(`${route.prefix} is not announced: ${why}`);
    return false;
  }

  #refused({ nlri }: RouteName, error: ConfigError): void {
    this.#report(`${(nlri as { readonly prefix: string }).prefix} is not announced: ${errorText(error)}`);
  }

  #report(text: string): void {
    this.#reporter.report({ type: "error", peer: this.#session.peer.id, text });
  }

  #flush(): void {
    void this.#writer.flush();
  }

  #sendUpdate(body: Uint8Array): SendResult {
    const result = this.#session.sendUpdate(body);
    if (result.status === "sent") {
      const { event } = this.#read(body);
      this.#onSent(body, event);
      this.#reporter.report(event);
    }
    return result;
  }

  #sendRouteRefresh(afi: number, safi: number, subtype: number): SendResult {
    const result = this.#session.sendRouteRefresh(afi, safi, subtype);
    if (result.status === "sent") {
      const refresh = { afi, safi, subtype, body: new Uint8Array(0) };
      this.#reporter.report(describeRefresh(this.#session, "sent", refresh));
    }
    return result;
  }
}
