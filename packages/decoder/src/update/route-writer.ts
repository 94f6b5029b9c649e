// Routes to announce and to withdraw on one session: what waits is kept as the newest state of each route, and goes out in full
// messages for as long as the session has room.
import {
  checkObject,
  ConfigError,
  familyName,
  type Family,
  type Negotiated,
  type SendResult,
  type Session,
} from "@bgpwire/core";
import { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import type { Nlri } from "../nlri/model.ts";
import { familyKey } from "../nlri/row.ts";
import { endOfRib } from "./end-of-rib.ts";
import { BodyBuilder, knownRow, noRoom, unicastOf, writeWithdrawalFrame, type GivenNextHop } from "./frame.ts";
import type { PathAttribute } from "./model.ts";
import { NotedRoutes } from "./noted-routes.ts";
import { PendingRoutes } from "./pending-routes.ts";
import { isGroup, listOf, RouteSource, type OnRefused } from "./route-source.ts";

/** A route to withdraw. */
export interface RouteName {
  /** A route, or the text of a prefix. With ADD-PATH one without path identifier has 0, elsewhere path identifiers are left out. */
  readonly nlri: Nlri | string;
  /** Default: unicast, as the prefix has it. */
  readonly family?: Family;
}

/** Routes to withdraw, such as a group that was announced. */
export interface RouteNames extends Omit<RouteName, "nlri"> {
  /** Routes, or texts of prefixes. */
  readonly nlri: Iterable<Nlri | string>;
}

/** A route to announce. */
export interface Route extends RouteName {
  /** In any order, without those of routes (MP_REACH_NLRI, MP_UNREACH_NLRI). */
  readonly attributes: readonly PathAttribute[];
  /** The next hop; may instead be a NEXT_HOP among the attributes. Null: none, for families that can do without. */
  readonly nextHop?: GivenNextHop;
}

/** Routes to announce that have all but their names in common. */
export interface RouteGroup extends Omit<Route, "nlri"> {
  /** Routes, or texts of prefixes. */
  readonly nlri: Iterable<Nlri | string>;
}

/** What a writer needs of a session; a `Session` of the core is one. */
export interface RouteSink {
  readonly negotiated: Negotiated;
  /** Takes the body of an UPDATE, whose octets change when it has returned; must not call the writer. Asked again after `blocked`. */
  sendUpdate(body: Uint8Array): SendResult;
  /** For `refresh` alone. */
  readonly sendRouteRefresh?: Session["sendRouteRefresh"];
  /** For `flush` alone. */
  readonly writable?: Session["writable"];
}

/** Why `pump` has ended: nothing waits any more, the session has no room, the session is over. */
export type PumpResult = "sent" | "blocked" | "closed";

/** RFC 7313 section 3.2: the subtypes of BoRR and EoRR. */
const BEGIN_OF_REFRESH = 1;
const END_OF_REFRESH = 2;

/** How many routes of sources wait at most: enough to find those that share attributes. */
const WINDOW = 4096;

/**
 * Announces and withdraws routes on one session.
 *
 * `announce`, `withdraw`, `announceFrom`, `endOfRib` and `refresh` only note what is to be sent; `flush` sends it, or `pump` where you
 * wait for room yourself. While a route waits, what was said of it last is what will be said: a route that flaps while the peer is
 * slow costs one announcement or one withdrawal. What has been sent is forgotten: announced again it is sent again, and what was
 * never announced can be withdrawn.
 *
 * Memory: about 100 octets for each route (prefix and path identifier) that waits, and the encoded attributes once for all routes that
 * share them; however often they change, and however slow the peer is. It is free again when nothing waits. Of sources of any
 * length 4096 routes wait.
 *
 * Where families come and go (`Session.sendCapabilities`), one that has come can be announced at once, and what waits of one that
 * has gone is dropped.
 *
 * Order: withdrawals go before announcements, as BIRD, FRR and OpenBGPD have it: they are small, and each keeps traffic from being
 * sent where it is lost. Among announcements of a family whichever waits longest is in the next message, which is filled with what
 * shares its attributes, so that no route waits for ever, whatever else changes. Families take turns, a message each. A message
 * has one field of routes, MP_REACH_NLRI or MP_UNREACH_NLRI first (RFC 7606 section 5.1), and never withdraws and announces.
 *
 * @example
 * onEstablished(session) {
 *   const writer = new RouteWriter(session, sendContextOf(session.negotiated));
 *   const attributes = [origin("igp"), asPath([65001])];
 *   writer.announce({ nlri: ["203.0.113.0/24", "198.51.100.0/24"], attributes, nextHop: "192.0.2.1" });
 *   writer.endOfRib();
 *   void writer.flush();
 * }
 */
export class RouteWriter {
  readonly #session: RouteSink;
  readonly #context: DecodeContext;
  /** Longest message, header included. */
  readonly #limit: number;
  /** By `familyKey`; those of the session, as soon as something is said of them. */
  readonly #queues = new Map<number, PendingRoutes>();
  /** The same, that whose turn it is first. */
  #turns: PendingRoutes[] = [];
  readonly #noted: NotedRoutes;
  /** What was agreed when it was last looked at. */
  #negotiated: Negotiated;
  /** While something is sent: a writer that has nothing to say is small. */
  #builder: BodyBuilder | null = null;
  /** What was refused for want of room, unless something has changed since. */
  #refused: { readonly queue: PendingRoutes; readonly body: Uint8Array } | null = null;
  /** Those that are not at their end, in their order. */
  #sources: RouteSource[] = [];
  /** The number of the newest. */
  #newestSource = 0;
  /** How many more routes of sources may wait. */
  #window = WINDOW;
  /** Ends when a `flush` that had to wait is done. */
  #flushing: Promise<void> | null = null;
  #closed = false;

  /**
   * Which paths of a prefix are told, where the peer takes some and no more (`negotiated.pathsLimits`), is up to the caller, or to
   * `LimitedRouteWriter`.
   *
   * @param context of what we send on this session: `sendContextOf(session.negotiated)`, or one that knows less
   */
  constructor(session: RouteSink, context: DecodeContext) {
    this.#session = session;
    this.#context = context;
    this.#negotiated = session.negotiated;
    this.#limit = Math.min(context.maxMessage, session.negotiated.maxMessageSent);
    this.#noted = new NotedRoutes(context, this.#limit);
  }

  /** How many routes wait, without those that sources still have. */
  get pending(): number {
    let count = 0;
    for (const queue of this.#turns) count += queue.size;
    return count;
  }

  /**
   * Notes routes to announce. Those that share an array of attributes cost least, a group of them less.
   *
   * @throws ConfigError `invalid-value` where one cannot be sent on this session: its family is not negotiated, its next hop is
   *   none for it, it does not fit a message with its attributes, or something is no prefix or address. Then none of them is noted
   */
  announce(routes: Route | RouteGroup | readonly (Route | RouteGroup)[]): void {
    const list = listOf(routes);
    this.#note(() => {
      for (let i = 0; i < list.length; i += 1) {
        const route = list[i]!;
        const where = list.length === 1 ? "" : `routes[${i}]`;
        checkObject(route, where || "route", "nlri, attributes and nextHop");
        if (isGroup(route)) this.#ofGroup(route, where, (nlri, at) => this.#announceOne(nlri, route, at));
        else this.#announceOne(route.nlri, route, where);
      }
    });
  }

  /**
   * Announces routes that are asked for as there is room, so that they need not all be in memory: a table, for one. What is said by
   * `announce` and `withdraw` of routes that the source has not come to does not change what it will say of them: it is to say what is
   * so when it is asked, as a generator over a `Map` does. It must not call the writer.
   *
   * Several sources go one after the other.
   *
   * @param refused is told of routes that cannot be sent on this session, and the source goes on. Without it the first of them, and
   *   with it anything else that is thrown, ends the source and is thrown by `pump` or `flush`
   * @example writer.announceFrom(table.values().map(({ prefix, attributes }) => ({ nlri: prefix, attributes, nextHop: "192.0.2.1" })))
   */
  announceFrom(routes: Iterable<Route | RouteGroup>, refused?: OnRefused): void {
    this.#from(routes, null, refused);
  }

  /**
   * Notes routes to withdraw. What was announced may be given as it is, a group too.
   *
   * @throws ConfigError `invalid-value` where one cannot be sent on this session. Then none of them is noted
   * @example writer.withdraw(["203.0.113.0/24", "2001:db8::/32"])
   */
  withdraw(routes: RouteName | RouteNames | string | readonly (RouteName | RouteNames | string)[]): void {
    const list = listOf(routes);
    this.#note(() => {
      for (let i = 0; i < list.length; i += 1) {
        const route = list[i]!;
        const named: RouteName | RouteNames = typeof route === "string" ? { nlri: route } : route;
        const where = list.length === 1 ? "" : `routes[${i}]`;
        checkObject(named, where || "route", "nlri, nor text of a prefix");
        if (isGroup(named)) this.#ofGroup(named, where, (nlri, at) => this.#withdrawOne(nlri, named.family, at));
        else this.#withdrawOne(named.nlri, named.family, where);
      }
    });
  }

  /**
   * Notes an End-of-RIB (RFC 4724 section 2), which goes out when all that waits now for its family has gone, as it is by then, and
   * the sources there are now are at their end. What changes after that does not hold it up.
   *
   * @param family default: all of the session
   * @throws ConfigError `invalid-value` where it is not negotiated
   */
  endOfRib(family?: Family): void {
    const families = family === undefined ? this.#session.negotiated.families : [family];
    for (const one of families) this.#endOfRib(one);
  }

  /**
   * Notes all routes of a family once more, because the peer has asked for them (RFC 2918), or for reasons of our own. With
   * enhanced route refresh they stand between BoRR and EoRR (RFC 7313 section 4.1), by which the peer finds out what it should not
   * have, but for the time before End-of-RIB, when there MUST be no BoRR.
   *
   * @param routes all that the peer is to have of the family; what is no array is asked for as of `announceFrom`
   * @throws ConfigError `invalid-value` as of `announce`
   */
  refresh(family: Family, routes: Iterable<Route | RouteGroup>, refused?: OnRefused): void {
    const queue = this.#queue(family);
    if (Array.isArray(routes)) this.announce(routes);
    else this.#from(routes, familyKey(family.afi, family.safi), refused);
    if (!this.#session.negotiated.enhancedRouteRefresh || this.#session.sendRouteRefresh === undefined) return;
    if (queue.marks.some(({ kind }) => kind === "endOfRib")) return;
    // A refresh that is under way begins anew, before everything that waits.
    queue.marks = [{ kind: "beginOfRefresh", period: -1, source: 0 }];
    queue.mark("endOfRefresh", this.#newestSource, this.#endedSource);
  }

  /**
   * Sends for as long as there is room. Call it again when the session is writable after `blocked`.
   *
   * @throws ConfigError `invalid-value` where the session takes shorter messages than it has negotiated, and what a source throws
   */
  pump(): PumpResult {
    this.#prune();
    while (!this.#closed) {
      if (this.#refused === null) this.#pull();
      const marked = this.#turns.find((queue) => queue.dueMark() !== null);
      const message = marked === undefined ? (this.#refused ?? this.#message()) : null;
      if (marked === undefined && message === null) {
        this.#builder = null;
        return "sent";
      }
      const { status } = marked === undefined ? this.#session.sendUpdate(message!.body) : this.#sendMark(marked);
      if (status === "blocked") {
        this.#refused = message;
        return "blocked";
      }
      if (status === "closed") this.#close();
      else if (status === "too-long") throw noRoom(this.#limit);
      else if (marked === undefined) this.#sent(message!.queue);
      else marked.marks.shift();
    }
    return "closed";
  }

  /**
   * Sends all that waits, and what is noted meanwhile, as the session has room.
   *
   * @returns resolves when nothing waits any more, or the session is over
   * @throws ConfigError as `pump`, and where the session cannot say that it is writable
   */
  flush(): Promise<void> {
    if (this.#flushing !== null) return this.#flushing;
    if (this.pump() !== "blocked") return Promise.resolve();
    this.#flushing = this.#drain();
    return this.#flushing;
  }

  async #drain(): Promise<void> {
    try {
      do {
        // Without it this would be a loop that nothing ends.
        if (this.#session.writable === undefined) throw new ConfigError("invalid-value", "writable", "is missing");
        await this.#session.writable();
      } while (this.pump() === "blocked");
    } finally {
      this.#flushing = null;
    }
  }

  /** What waits of a family that the session does not carry any more goes. */
  #prune(): void {
    const { negotiated } = this.#session;
    if (negotiated === this.#negotiated) return;
    this.#negotiated = negotiated;
    const { families } = negotiated;
    const isCarried = ({ row }: PendingRoutes): boolean =>
      families.some(({ afi, safi }) => afi === row.afi && safi === row.safi);
    this.#turns = this.#turns.filter(isCarried);
    for (const [key, queue] of this.#queues) if (!isCarried(queue)) this.#queues.delete(key);
    if (this.#refused !== null && !isCarried(this.#refused.queue)) this.#refused = null;
  }

  /** Nothing is sent any more, and nothing kept. */
  #close(): void {
    this.#closed = true;
    for (const source of this.#sources) source.stop();
    this.#sources = [];
    this.#queues.clear();
    this.#turns = [];
    this.#refused = this.#builder = null;
  }

  #endOfRib(family: Family): void {
    const queue = this.#queue(family);
    // A refresh that has not begun is one with the initial routes.
    if (queue.marks[0]?.kind === "beginOfRefresh") queue.marks = [];
    queue.mark("endOfRib", this.#newestSource, this.#endedSource);
  }

  #sendMark({ row, marks }: PendingRoutes): SendResult {
    const { afi, safi } = row;
    const { kind } = marks[0]!;
    if (kind === "endOfRib") return this.#session.sendUpdate(endOfRib({ afi, safi }));
    return this.#session.sendRouteRefresh!(afi, safi, kind === "beginOfRefresh" ? BEGIN_OF_REFRESH : END_OF_REFRESH);
  }

  #message(): { queue: PendingRoutes; body: Uint8Array } | null {
    const queue = this.#turns.find((one) => one.withdraws) ?? this.#turns.find((one) => one.size > 0);
    if (queue === undefined) return null;
    this.#builder ??= new BodyBuilder(this.#limit);
    return { queue, body: queue.message(this.#builder) };
  }

  #sent(queue: PendingRoutes): void {
    this.#window = Math.min(WINDOW, this.#window + queue.sent());
    this.#refused = null;
    // The others have their turn first now.
    if (this.#turns.length > 1) this.#turns = [...this.#turns.filter((one) => one !== queue), queue];
  }

  /** Encodes all, so that nothing can go wrong with any of them, and then lets them wait. */
  #note(encode: () => void): void {
    try {
      encode();
      this.#refused = null;
      if (!this.#closed) this.#noted.commit();
    } finally {
      this.#noted.clear();
    }
  }

  /** @param where it stands in its list; empty where it is alone */
  #ofGroup({ nlri: routes }: RouteNames, where: string, note: (nlri: Nlri | string, where: string) => void): void {
    let i = 0;
    for (const nlri of routes) {
      note(nlri, `${where === "" ? "" : `${where}.`}nlri[${i}]`);
      i += 1;
    }
  }

  /** @param where it stands in its list; empty where it is alone */
  #announceOne(nlri: Nlri | string, { family, attributes, nextHop }: Route | RouteGroup, where: string): void {
    try {
      this.#noted.announce(nlri, this.#queueOf(nlri, family), attributes, nextHop);
    } catch (error) {
      throw naming(error, nlri, where);
    }
  }

  #withdrawOne(nlri: Nlri | string, family: Family | undefined, where: string): void {
    try {
      this.#noted.withdraw(nlri, this.#queueOf(nlri, family));
    } catch (error) {
      throw naming(error, nlri, where);
    }
  }

  #from(routes: Iterable<Route | RouteGroup>, refreshed: number | null, refused: OnRefused | undefined): void {
    if (this.#closed) return;
    const before = refreshed === null ? undefined : this.#sources.find((one) => one.refreshed === refreshed);
    this.#newestSource += 1;
    this.#sources.push(new RouteSource(routes, this.#newestSource, refreshed, refused ?? null));
    // A peer that asks again and again is told once.
    if (before !== undefined) this.#endSource(before);
  }

  /** All sources up to this are at their end. */
  get #endedSource(): number {
    return this.#sources.length === 0 ? this.#newestSource : this.#sources[0]!.number - 1;
  }

  #endSource(source: RouteSource): void {
    source.stop();
    this.#sources = this.#sources.filter((one) => one !== source);
    for (const queue of this.#turns) queue.sourcesEnded(this.#endedSource);
  }

  /** Lets routes of sources wait, many at a time and not more than there is room for in the window. */
  #pull(): void {
    while (this.#sources.length > 0) {
      const before = this.pending;
      if (before === 0) this.#window = WINDOW;
      else if (this.#window < WINDOW / 2) return;
      const source = this.#sources[0]!;
      let ended = false;
      let failed: { readonly error: unknown } | null = null;
      this.#note(() => {
        try {
          ended = !this.#take(source);
        } catch (error) {
          failed = { error };
        }
      });
      this.#window -= this.pending - before;
      if (ended || failed !== null) this.#endSource(source);
      if (failed !== null) throw (failed as { readonly error: unknown }).error;
      if (!ended && this.pending > 0) return;
    }
  }

  /** @returns false where the source has no more */
  #take(source: RouteSource): boolean {
    for (let left = this.#window; left > 0; left -= 1) {
      if (!source.advance()) return false;
      const { nlri, route } = source;
      try {
        this.#announceOne(nlri, route, "");
      } catch (error) {
        if (source.refused === null || !(error instanceof ConfigError)) throw error;
        source.refused({ nlri, ...(route.family !== undefined && { family: route.family }) }, error);
      }
    }
    return true;
  }

  #queueOf(nlri: Nlri | string, family: Family | undefined): PendingRoutes {
    return this.#queue(family ?? unicastOf(nlri));
  }

  /** @throws ConfigError where the family is not negotiated, or not known */
  #queue(family: Family): PendingRoutes {
    const key = familyKey(family.afi, family.safi);
    const queue = this.#queues.get(key);
    if (queue !== undefined) return queue;
    const { families } = this.#session.negotiated;
    const row = knownRow(family, this.#context);
    if (!families.some((one) => one.afi === row.afi && one.safi === row.safi)) {
      const message = `${familyName(row)} is none of this session, which has ${families.map(familyName).join(", ")}`;
      throw new ConfigError("invalid-value", "family", message);
    }
    const { addPath } = familyIn(this.#context, row.afi, row.safi);
    const withdrawal = new OctetWriter();
    writeWithdrawalFrame(row, false, withdrawal);
    const made = new PendingRoutes(row, addPath, withdrawal.copy(), this.#limit);
    this.#queues.set(key, made);
    if (!this.#closed) this.#turns.push(made);
    return made;
  }
}

/** The same mistake with the route in it. @param where it stands in its list; empty where it is alone */
function naming(error: unknown, nlri: Nlri | string, where: string): unknown {
  if (!(error instanceof ConfigError)) return error;
  const { code, field, message } = error;
  const reason = field === "" ? message : message.slice(field.length + 2);
  const name =
    typeof nlri !== "object" ? (nlri ?? null) : "prefix" in nlri ? nlri.prefix : "name" in nlri ? nlri.name : null;
  const path = [where, field].filter((part) => part !== "").join(".");
  return new ConfigError(code, path, name === null ? reason : `${name}: ${reason}`);
}
