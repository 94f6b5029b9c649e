// Sends our own routes on one session: all of them when it comes up, each change after that, all again when the peer asks.
// What is to be said stands in a queue of small jobs; they look at the table when their turn comes, so that a slow peer
// gets the newest state and not every state in between.
import type { Family, RouteRefresh, Session } from "@bgpwire/core";
import { endOfRib } from "@bgpwire/decoder";
import { describeRefresh, errorText } from "../output/describe.ts";
import type { UpdateFields } from "../output/events.ts";
import type { Reporter } from "../output/reporter.ts";
import { updateReader, type ReadEvent } from "../output/update-reader.ts";
import type { Announcement } from "./announcement.ts";
import { RouteEncoder } from "./encode.ts";
import { familyOf, type Offer, type Path } from "./offer.ts";

/** Something to send: the body of an UPDATE or a ROUTE-REFRESH. */
type Item = Uint8Array | RouteRefresh;

/** Takes the body of an UPDATE, and what it says. */
type OnSent = (update: Uint8Array, fields: UpdateFields) => void;

type Job = () => Iterable<Item>;

/** RFC 7313 section 3.2. */
const BEGIN = 1;
const END = 2;

/** Our side of one session. */
export class Advertiser {
  readonly #session: Session;
  readonly #offer: Offer;
  readonly #reporter: Reporter;
  readonly #read: ReadEvent;
  readonly #encoder: RouteEncoder;
  readonly #onSent: OnSent;
  readonly #jobs: Job[] = [];
  /** Families of which the peer has been told, or will be when it has sent its filters. */
  readonly #announced: Family[] = [];
  #running = false;
  #closed = false;

  /** @param onSent is told of each UPDATE that has gone out */
  constructor(session: Session, offer: Offer, reporter: Reporter, onSent: OnSent) {
    this.#session = session;
    this.#offer = offer;
    this.#reporter = reporter;
    this.#read = updateReader(session, "sent");
    this.#encoder = new RouteEncoder(session);
    this.#onSent = onSent;
  }

  /**
   * The initial routes of families that both sides have, each family ended by End-of-RIB. RFC 4724 section 2: the marker
   * "would be useful for routing convergence in general, and thus the practice is recommended" without its capability too.
   */
  announceAll(families: readonly Family[]): void {
    for (const family of families) {
      if (!this.#has(family)) continue;
      this.#announced.push(family);
      if (!this.#offer.awaits(family)) this.#add(() => this.#whole(family));
    }
  }

  /** What the peer has of us or will have soon, as the bodies of UPDATEs that would announce it now. */
  tellAll(take: (update: Uint8Array) => void): void {
    for (const family of this.#announced) if (!this.#offer.awaits(family)) this.#whole(family).forEach(take);
  }

  /** Paths of a prefix were announced, changed or withdrawn. */
  changed(prefix: string, pathIds: readonly number[]): void {
    const family = familyOf(prefix);
    if (!this.#has(family) || this.#offer.awaits(family)) return;
    this.#add(() => this.#offer.paths(prefix, pathIds).flatMap((path) => this.#current(prefix, path)));
  }

  /**
   * The peer asks for a family again, or says which routes of it it wants. RFC 7313 section 4.1: with enhanced refresh, BoRR goes
   * before the routes and EoRR behind them, but not for the first time.
   */
  refresh(refresh: RouteRefresh): void {
    const { afi, safi } = refresh;
    const family = { afi, safi };
    const first = this.#offer.awaits(family);
    if (!this.#offer.take(refresh) || !this.#announced.some((one) => one.afi === afi && one.safi === safi)) return;
    if (first) {
      this.#add(() => this.#whole(family));
      return;
    }
    const mark = (subtype: number): Item[] =>
      this.#session.negotiated.enhancedRouteRefresh ? [{ ...family, subtype, body: new Uint8Array(0) }] : [];
    this.#add(() => [...mark(BEGIN), ...this.#withdrawn(family), ...this.#all(family), ...mark(END)]);
  }

  /** The session is over; nothing more is sent. */
  close(): void {
    this.#closed = true;
    this.#jobs.length = 0;
  }

  #has(family: Family): boolean {
    return this.#session.negotiated.families.some((one) => one.afi === family.afi && one.safi === family.safi);
  }

  #whole(family: Family): Uint8Array[] {
    return [...this.#all(family), endOfRib(family)];
  }

  #all(family: Family): Uint8Array[] {
    // Routes that share their attributes go into the same messages.
    const groups = new Map<string, Announcement[]>();
    for (const route of this.#offer.list(family)) {
      const key = JSON.stringify(route.attributes);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [route]);
      else group.push(route);
    }
    return [...groups.values()].flatMap((group) => this.#announce(group) ?? []);
  }

  /** What the peer does not want (any more). It is not kept in mind what it has of it. */
  #withdrawn(family: Family): Uint8Array[] {
    return [...this.#offer.unwanted(family)].flatMap(({ prefix, pathId }) => this.#encoder.withdraw(prefix, pathId));
  }

  /** What a path of a prefix is now: announced, or withdrawn when there is nothing (any more) to announce. */
  #current(prefix: string, { route, pathId }: Path): Uint8Array[] {
    const bodies = route === null ? null : this.#announce([route]);
    return bodies ?? this.#encoder.withdraw(prefix, pathId);
  }

  /** The UPDATEs of routes with the same attributes; null, and a line of output, when they cannot be sent to this peer. */
  #announce(group: readonly Announcement[]): Uint8Array[] | null {
    const { prefix, attributes } = group[0]!;
    let why = this.#encoder.unsendable(prefix, attributes);
    if (why === null) {
      try {
        return this.#encoder.announce(attributes, group);
      } catch (error) {
        why = errorText(error);
      }
    }
    const what = group.length === 1 ? `${prefix} is` : `${prefix} and ${group.length - 1} more are`;
    this.#reporter.report({ type: "error", peer: this.#session.peer.id, text: `${what} not announced: ${why}` });
    return null;
  }

  #add(job: Job): void {
    this.#jobs.push(job);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      for (const item of job()) {
        while (!this.#closed && this.#send(item) === "blocked") await this.#session.writable();
        if (this.#closed) break;
      }
    }
    this.#running = false;
  }

  #send(item: Item): "blocked" | "done" {
    const isUpdate = item instanceof Uint8Array;
    const result = isUpdate
      ? this.#session.sendUpdate(item)
      : this.#session.sendRouteRefresh(item.afi, item.safi, item.subtype);
    if (result.status === "blocked") return "blocked";
    if (result.status === "too-long") {
      const text = `a route with its attributes does not fit a message of ${result.limit} octets`;
      this.#reporter.report({ type: "error", peer: this.#session.peer.id, text });
    } else if (result.status === "sent") {
      if (isUpdate) {
        const { event } = this.#read(item);
        this.#onSent(item, event);
        this.#reporter.report(event);
      } else {
        this.#reporter.report(describeRefresh(this.#session, "sent", item));
      }
    }
    return "done";
  }
}
