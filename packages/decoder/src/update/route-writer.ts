// Routes to announce and to withdraw on one session: what waits is kept as the newest state of each route, and goes out in full
// messages for as long as the session has room.
import { ConfigError, familyName, type Family, type Negotiated, type SendResult, type Session } from "@bgpwire/core";
import { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { encodeOne } from "../nlri/fields.ts";
import { identityOf, octetText } from "../nlri/identity.ts";
import type { Nlri } from "../nlri/model.ts";
import { familyKey, type FamilyRow } from "../nlri/row.ts";
import { endOfRib } from "./end-of-rib.ts";
import {
  announcementFrame,
  announcing,
  knownRow,
  noRoom,
  roomIn,
  routeObject,
  unicastOf,
  withdrawalFrame,
  type GivenNextHop,
} from "./frame.ts";
import type { PathAttribute } from "./model.ts";
import { Batch, pendingRoute, PendingRoutes, type PendingMessage, type PendingRoute } from "./pending-routes.ts";

/** A route to withdraw. */
export interface RouteName {
  /** A route, or the text of a prefix. With ADD-PATH one without path identifier has 0, elsewhere path identifiers are left out. */
  readonly nlri: Nlri | string;
  /** Default: unicast, as the prefix has it. */
  readonly family?: Family;
}

/** A route to announce. */
export interface Route extends RouteName {
  /** In any order, without those of routes (MP_REACH_NLRI, MP_UNREACH_NLRI). */
  readonly attributes: readonly PathAttribute[];
  /** The next hop; may instead be a NEXT_HOP among the attributes. Null: none, for families that can do without. */
  readonly nextHop?: GivenNextHop;
}

/** What a writer needs of a session; a `Session` of the core is one. */
export interface RouteSink {
  readonly negotiated: Negotiated;
  /** Takes the body of an UPDATE; must not call the writer. Asked again after `blocked`. */
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

/**
 * Announces and withdraws routes on one session.
 *
 * `announce`, `withdraw`, `endOfRib` and `refresh` only note what is to be sent; `flush` sends it, or `pump` where you wait for
 * room yourself. While a route waits, what was said of it last is what will be said: a route that flaps while the peer is slow
 * costs one announcement or one withdrawal. What has been sent is forgotten: announced again it is sent again, and what was never
 * announced can be withdrawn.
 *
 * Memory: an entry of some 200 octets for each route (prefix and path identifier) that waits, and the encoded attributes once for
 * all routes that share them; however often they change, and however slow the peer is.
 *
 * Order: withdrawals go before announcements, as BIRD, FRR and OpenBGPD have it: they are small, and each keeps traffic from being
 * sent where it is lost. Among announcements of a family whichever waits longest is in the next message, which is filled with what
 * shares its attributes, so that no route waits for ever, whatever else changes. Families take turns, a message each. A message
 * has one field of routes, MP_REACH_NLRI or MP_UNREACH_NLRI first (RFC 7606 section 5.1), and never withdraws and announces.
 *
 * @example
 * onEstablished(session) {
 *   const writer = new RouteWriter(session, sendContextOf(session.negotiated));
 *   writer.announce({ nlri: "203.0.113.0/24", attributes: [origin("igp"), asPath([65001])], nextHop: "192.0.2.1" });
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
  readonly #octets = new OctetWriter();
  /** The age of what came last. */
  #age = 0;
  /** What was refused for want of room, unless something has changed since. */
  #refused: PendingMessage | null = null;
  /** Ends when a `flush` that had to wait is done. */
  #flushing: Promise<void> | null = null;
  #closed = false;

  /** @param context of what we send on this session: `sendContextOf(session.negotiated)`, or one that knows less */
  constructor(session: RouteSink, context: DecodeContext) {
    this.#session = session;
    this.#context = context;
    this.#limit = Math.min(context.maxMessage, session.negotiated.maxMessageSent);
  }

  /** How many routes wait. */
  get pending(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.size;
    return count;
  }

  /**
   * Notes routes to announce. Those that share an array of attributes cost least.
   *
   * @throws ConfigError `invalid-value` where one cannot be sent on this session: its family is not negotiated, its next hop is
   *   none for it, it does not fit a message with its attributes, or something is no prefix or address. Then none of them is noted
   */
  announce(routes: Route | readonly Route[]): void {
    const list = listOf(routes);
    const batches = new BatchesOfCall();
    this.#note(list, (route) => this.#announcement(route, batches));
  }

  /**
   * Notes routes to withdraw.
   *
   * @throws ConfigError `invalid-value` where one cannot be sent on this session. Then none of them is noted
   */
  withdraw(routes: RouteName | string | readonly (RouteName | string)[]): void {
    const list = listOf(routes).map((route) => (typeof route === "string" ? { nlri: route } : route));
    this.#note(list, (route) => this.#withdrawal(route));
  }

  /**
   * Notes an End-of-RIB (RFC 4724 section 2), which goes out when all that waits now for its family has gone, as it is by then.
   * What changes meanwhile does not hold it up.
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
   * @param routes all that the peer is to have of the family
   * @throws ConfigError `invalid-value` as of `announce`
   */
  refresh(family: Family, routes: readonly Route[]): void {
    const queue = this.#queue(family);
    this.announce(routes);
    if (!this.#session.negotiated.enhancedRouteRefresh || this.#session.sendRouteRefresh === undefined) return;
    if (queue.marks.some(({ kind }) => kind === "endOfRib")) return;
    // A refresh that is under way begins anew. Age 0 is before everything that waits.
    queue.marks = [
      { kind: "beginOfRefresh", age: 0 },
      { kind: "endOfRefresh", age: this.#age },
    ];
  }

  /**
   * Sends for as long as there is room. Call it again when the session is writable after `blocked`.
   *
   * @throws ConfigError `invalid-value` where the session takes shorter messages than it has negotiated
   */
  pump(): PumpResult {
    while (!this.#closed) {
      const marked = this.#dueMark();
      const message = marked === null ? (this.#refused ?? this.#message()) : null;
      if (marked === null && message === null) return "sent";
      const { status } = marked === null ? this.#session.sendUpdate(message!.body) : this.#sendMark(marked);
      if (status === "blocked") {
        this.#refused = message;
        return "blocked";
      }
      if (status === "closed") this.#close();
      else if (status === "too-long") throw noRoom(this.#limit);
      else if (marked === null) this.#sent(message!);
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

  /** Nothing is sent any more, and nothing kept. */
  #close(): void {
    this.#closed = true;
    this.#queues.clear();
    this.#turns = [];
    this.#refused = null;
  }

  #endOfRib(family: Family): void {
    const queue = this.#queue(family);
    // A refresh that has not begun is one with the initial routes.
    if (queue.marks[0]?.kind === "beginOfRefresh") queue.marks = [];
    queue.marks.push({ kind: "endOfRib", age: this.#age });
  }

  #dueMark(): PendingRoutes | null {
    return this.#turns.find((queue) => queue.dueMark() !== null) ?? null;
  }

  #sendMark({ row, marks }: PendingRoutes): SendResult {
    const { afi, safi } = row;
    const { kind } = marks[0]!;
    if (kind === "endOfRib") return this.#session.sendUpdate(endOfRib({ afi, safi }));
    return this.#session.sendRouteRefresh!(afi, safi, kind === "beginOfRefresh" ? BEGIN_OF_REFRESH : END_OF_REFRESH);
  }

  #message(): PendingMessage | null {
    for (const queue of this.#turns) {
      const { first } = queue.withdrawals;
      if (first !== null) return this.#messageFrom(first);
    }
    for (const queue of this.#turns) {
      const first = queue.oldest();
      if (first !== null) return this.#messageFrom(first);
    }
    return null;
  }

  #messageFrom(first: PendingRoute): PendingMessage {
    const { queue, frame } = first.batch!;
    return queue.message(first, roomIn(frame, this.#limit));
  }

  #sent(message: PendingMessage): void {
    const { queue } = message;
    queue.sent(message);
    this.#refused = null;
    // The others have their turn first now.
    if (this.#turns.length > 1) this.#turns = [...this.#turns.filter((one) => one !== queue), queue];
  }

  /** Encodes all, so that nothing can go wrong with any of them, and then lets them wait. */
  #note<T extends RouteName>(list: readonly T[], encode: (route: T) => PendingRoute): void {
    const encoded = list.map((route, i) => {
      try {
        return encode(route);
      } catch (error) {
        throw naming(error, route, list.length === 1 ? "" : `routes[${i}]`);
      }
    });
    if (this.#closed) return;
    this.#refused = null;
    for (const route of encoded) {
      this.#age += 1;
      route.batch!.queue.put(route, this.#age);
    }
  }

  #announcement(route: Route, batches: BatchesOfCall): PendingRoute {
    const queue = this.#queueOf(route);
    const { row, addPath } = queue;
    const batch = batches.of(route, queue) ?? batches.add(route, this.#batch(queue, route));
    const octets = this.#encoded(route, batch, false);
    // A prefix is withdrawn by the same octets; what else there is may be withdrawn by others.
    if (row.kind !== "prefix") this.#encode(route, row, addPath, true);
    return pendingRoute(this.#key(queue, octets), octets, batch);
  }

  #withdrawal(route: RouteName): PendingRoute {
    const queue = this.#queueOf(route);
    const octets = this.#encoded(route, queue.withdrawals, true);
    return pendingRoute(this.#key(queue, octets), octets, queue.withdrawals);
  }

  #batch(queue: PendingRoutes, { attributes, nextHop }: Route): Batch {
    const how = announcing(attributes, nextHop, this.#context);
    const frame = announcementFrame(queue.row, how, false, this.#context);
    const octets = frame.body(new Uint8Array(0));
    const key = octetText(octets, 0, octets.length);
    return queue.batch(key) ?? new Batch(queue, frame, key);
  }

  /** The octets of a route as a text. @throws ConfigError where no message has room for them */
  #encoded(route: RouteName, { queue, frame }: Batch, withdrawn: boolean): string {
    this.#encode(route, queue.row, queue.addPath, withdrawn);
    const { buffer, length } = this.#octets;
    if (length > roomIn(frame, this.#limit)) throw noRoom(this.#limit);
    return octetText(buffer, 0, length);
  }

  /** Writes a route, path identifier and all, into `#octets`. */
  #encode({ nlri }: RouteName, row: FamilyRow, addPath: boolean, withdrawn: boolean): void {
    const { announced, withdrawn: place } = this.#context.compiled;
    this.#octets.length = 0;
    encodeOne(row, routeObject(nlri, row), addPath, this.#octets, withdrawn ? place : announced);
  }

  /** The key of what is in `#octets`. @param octets the route; its own text where it is its key, so that there is one of them */
  #key({ row, addPath }: PendingRoutes, octets: string): string {
    const { buffer, length } = this.#octets;
    const start = addPath ? 4 : 0;
    if (row.kind === "prefix" && (buffer[start]! & 7) === 0) return octets;
    return octetText(buffer, 0, start) + identityOf(row.kind, buffer, start, length);
  }

  #queueOf({ nlri, family }: RouteName): PendingRoutes {
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
    const made = new PendingRoutes(row, addPath, withdrawalFrame(row, false));
    if (this.#closed) return made;
    this.#queues.set(key, made);
    this.#turns.push(made);
    return made;
  }
}

/** The same mistake with the route in it. @param where it stands in its list; empty where it is alone */
function naming(error: unknown, { nlri }: RouteName, where: string): unknown {
  if (!(error instanceof ConfigError)) return error;
  const { code, field, message } = error;
  const reason = field === "" ? message : message.slice(field.length + 2);
  const name = typeof nlri === "string" ? nlri : "prefix" in nlri ? nlri.prefix : "name" in nlri ? nlri.name : null;
  const path = [where, field].filter((part) => part !== "").join(".");
  return new ConfigError(code, path, name === null ? reason : `${name}: ${reason}`);
}

/** The batches that one call has asked for: routes of a call mostly share theirs, by the same array. */
class BatchesOfCall {
  readonly #byAttributes = new Map<readonly PathAttribute[], [nextHop: Route["nextHop"], batch: Batch][]>();
  /** Equal ones are one. */
  readonly #byKey = new Map<string, Batch>();

  of({ attributes, nextHop }: Route, queue: PendingRoutes): Batch | undefined {
    return this.#byAttributes.get(attributes)?.find(([hop, batch]) => hop === nextHop && batch.queue === queue)?.[1];
  }

  add({ attributes, nextHop }: Route, made: Batch): Batch {
    const { row } = made.queue;
    const key = `${familyKey(row.afi, row.safi)} ${made.key}`;
    const batch = this.#byKey.get(key) ?? made;
    this.#byKey.set(key, batch);
    const list = this.#byAttributes.get(attributes);
    if (list === undefined) this.#byAttributes.set(attributes, [[nextHop, batch]]);
    else list.push([nextHop, batch]);
    return batch;
  }
}

function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}
