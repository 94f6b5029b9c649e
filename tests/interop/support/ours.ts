// Our side: a speaker on real sockets with one peer, that keeps what it is told and says again what it announced.
import {
  addPath,
  Afi,
  bgpRole,
  bytesOf,
  decodeRouteFilters,
  familyName,
  gracefulRestart,
  HEADER_LENGTH,
  includesFamily,
  maximumPrefixes,
  multiprotocol,
  notificationText,
  parseFamily,
  PeerFilters,
  routeRefresh,
  Speaker,
  toHex,
} from "@bgpwire/core";
import type {
  Capability,
  CloseReason,
  Endpoints,
  Family,
  Link,
  Negotiated,
  Notification,
  Peer,
  PeerOptions,
  RouteFilters,
  SendResult,
  Session,
  Slice,
  SpeakerEvent,
  Transport,
} from "@bgpwire/core";
import { InputLogRecorder } from "@bgpwire/capture";
import {
  contextOf,
  decodeUpdate,
  PrefixCounter,
  routesOf,
  type DecodedUpdate,
  type PrefixCrossing,
  type PrefixLimit,
} from "@bgpwire/decoder";
import { nodeTransport } from "@bgpwire/transport-node";
import { familyOf, type Route, type RouteFamily } from "../routers/router.ts";
import { endOfRibOf, packRoutes, packWithdrawals, readUpdate, type Destination } from "./codec.ts";
import { until } from "./until.ts";

/** How to start our side. */
export interface OursOptions {
  readonly address: string;
  readonly port: number;
  readonly routerId: string;
  readonly peer: PeerOptions;
  /** Offer graceful restart (RFC 4724), for the sake of End-of-RIB. */
  readonly gracefulRestart?: boolean;
  /** Offer ADD-PATH in both directions (RFC 7911). */
  readonly addPath?: boolean;
  /** Most prefixes that the peer may announce; one that announces more is held down for a second. */
  readonly limits?: readonly PrefixLimit[];
  /** Families of our OPEN. Default: both of the suite. */
  readonly families?: readonly RouteFamily[];
  /** What else our OPEN says. */
  readonly capabilities?: readonly Capability[];
  /** What we are to the peer, a `BgpRole` (RFC 9234). */
  readonly role?: number;
  /** Seconds until a dial fails. */
  readonly connectTimeout?: number;
}

/** Both families of the suite. */
const FAMILIES: readonly RouteFamily[] = ["ipv4-unicast", "ipv6-unicast"];

function numbers(family: RouteFamily): Family {
  const parsed = parseFamily(family);
  if (parsed === null) throw new Error(family);
  return parsed;
}

function capabilities(options: OursOptions): Capability[] {
  const restart = gracefulRestart({ restarting: false, notification: false, restartTime: 0, families: [] });
  return [
    ...(options.families ?? FAMILIES).map(numbers).map(({ afi, safi }) => multiprotocol(afi, safi)),
    routeRefresh(),
    ...(options.gracefulRestart === true ? [restart] : []),
    ...(options.addPath === true
      ? [addPath(FAMILIES.map(numbers).map(({ afi, safi }) => ({ afi, safi, direction: "both" as const })))]
      : []),
    ...(options.role === undefined ? [] : [bgpRole(options.role)]),
    ...(options.capabilities ?? []),
  ];
}

/** The transport, with a switch that swallows what is written: to the peer we have fallen silent. */
function silenceable(inner: Transport): { transport: Transport; silence: () => void } {
  let silent = false;
  const wrap = (link: Link): Link => ({
    write: (bytes) => {
      if (!silent) link.write(bytes);
    },
    close: (mode) => link.close(mode),
    pause: () => link.pause(),
    resume: () => link.resume(),
    setOptions: (options) => link.setOptions?.(options),
  });
  const transport: Transport = {
    now: () => inner.now(),
    seed: () => inner.seed(),
    wake: (at, wakeUp) => inner.wake(at, wakeUp),
    dial: (target, events) => wrap(inner.dial(target, events)),
    listen: (target, accept) => inner.listen(target, (link, endpoints) => accept(wrap(link), endpoints)),
    abortController: () => inner.abortController(),
    ...(inner.socketOptions !== undefined && { socketOptions: inner.socketOptions }),
  };
  return { transport, silence: () => void (silent = true) };
}

/** One line per event, for the error of a scenario that fails. */
function describe(event: SpeakerEvent): string {
  switch (event.type) {
    case "state":
      return `${event.from} -> ${event.to} (${event.cause}, connection ${event.conn})`;
    case "open":
      return `OPEN ${event.direction} on ${event.conn}: ${JSON.stringify(event.open)}`;
    case "notified":
      return `NOTIFICATION ${event.direction} on ${event.conn}: ${notificationText(event.notification)} ${toHex(event.notification.data)}`;
    case "ended":
      return `connection ${event.conn} ended: ${event.reason.cause}, ${event.reason.text}`;
    case "pluginError":
      return `plugin error in ${event.callback}: ${String(event.error)}`;
    case "dialFailed":
      return `dial ${event.conn} failed: ${event.reason}`;
    case "idle":
      return `idle: ${event.why}`;
    case "retained":
      return `retained: ${JSON.stringify(event.families)}`;
    case "stale":
      return `stale: ${event.action} ${familyName(event)} (${event.cause})`;
    case "selection":
      return `selection of ${familyName(event)} (${event.cause})`;
    case "rejected":
      return `rejected ${JSON.stringify(event.endpoints)}: ${event.why}`;
    default:
      return JSON.stringify(event);
  }
}

/** Paths of one prefix are told apart by their identifiers. */
function keyOf(r: Destination): string {
  return r.pathId === undefined ? r.prefix : `${r.prefix} ${r.pathId}`;
}

/** One session as we saw it. */
export interface Transcript {
  readonly endpoints: Endpoints;
  readonly localAs: number;
  readonly remoteAs: number;
  readonly holdTime: number;
  readonly fourOctetAs: boolean;
  /** What the peer had announced when the session ended. */
  readonly routes: readonly Route[];
  /** UPDATEs received. */
  readonly updates: number;
  readonly endOfRib: readonly RouteFamily[];
  readonly cause: CloseReason["cause"];
  /** `code/subcode` of the NOTIFICATION that ended it. */
  readonly notification: string | null;
}

/** A running speaker of ours. */
export class Ours {
  readonly peer: Peer;
  readonly endOfRib: Set<RouteFamily> = new Set();
  /** Families of which the peer has asked for our routes again. */
  readonly refreshes: Set<RouteFamily> = new Set();
  /** The filters that came with that (RFC 5291), in order. */
  readonly asked: RouteFilters[] = [];
  /** Octets of the longest message with an UPDATE so far. */
  longest = 0;
  /** Our answer to every UPDATE from now on. */
  verdict: Notification | null = null;
  /** What happened, oldest first, for people. */
  readonly events: string[] = [];
  /** The sessions that are over. */
  readonly transcripts: Transcript[] = [];
  /** Everything that went in and came out, as an input log. */
  readonly log: Uint8Array[] = [];
  readonly #speaker: Speaker;
  readonly #silence: () => void;
  readonly #received = new Map<string, Route>();
  /** Of them, what outlived its session and has not come again. */
  readonly #stale = new Set<string>();
  /** Limits that were passed. */
  readonly crossings: PrefixCrossing[] = [];
  /** What was to be done with stale routes: `drop ipv4-unicast endOfRib`. */
  readonly stale: string[] = [];
  readonly #announced = new Map<string, Route>();
  readonly #closes: CloseReason[] = [];
  #session: Session | null = null;
  #filters: PeerFilters | null = null;
  #updates = 0;
  /** Sending happens one after the other. */
  #sending: Promise<void> = Promise.resolve();

  constructor(options: OursOptions) {
    const { transport, silence } = silenceable(nodeTransport());
    this.#silence = silence;
    const began = performance.now();
    this.#speaker = new Speaker(
      {
        routerId: options.routerId,
        ...(options.connectTimeout !== undefined && { connectTimeout: options.connectTimeout }),
        listen: [{ address: options.address, port: options.port }],
        recorder: new InputLogRecorder(
          { software: "interop", time: performance.timeOrigin, now: 0 },
          (octets) => void this.log.push(octets),
        ),
        onEvent: (event) => void this.events.push(`${Math.round(performance.now() - began)} ms: ${describe(event)}`),
      },
      transport,
    );
    this.peer = this.#speaker.addPeer(
      { capabilities: capabilities(options), ...options.peer },
      {
        onEstablished: (session) => {
          this.#session = session;
          this.#filters = new PeerFilters(session.negotiated);
          for (const key of this.#received.keys()) if (!this.#stale.has(key)) this.#received.delete(key);
          this.endOfRib.clear();
          this.#updates = 0;
          const counter = new PrefixCounter(options.limits ?? []);
          const context = contextOf(session.negotiated);
          return (update) => {
            this.longest = Math.max(this.longest, HEADER_LENGTH + update.end - update.start);
            if (options.limits !== undefined) this.#count(session, counter, decodeUpdate(update, context));
            if (this.verdict === null) this.#learn(update, session);
            return this.verdict;
          };
        },
        onRouteRefresh: (session, refresh) => {
          const { afi, safi } = refresh;
          const filters = decodeRouteFilters(refresh);
          if (filters !== null) this.asked.push(filters);
          if (this.#filters?.take(refresh) !== true) return;
          const family: RouteFamily = afi === Afi.IPv4 ? "ipv4-unicast" : "ipv6-unicast";
          if (familyName({ afi, safi }) !== family) return;
          this.refreshes.add(family);
          const routes = this.told.filter((r) => familyOf(r.prefix) === family);
          void this.#send(session, packRoutes(routes, session.negotiated));
        },
        onCapabilities: (session, _changes, before) => this.#carried(session, before),
        onStale: (_peer, { action, cause, ...change }) => {
          const family = familyName(change);
          this.stale.push(`${action} ${family} ${cause}`);
          if (action !== "drop") return;
          for (const key of [...this.#stale].filter((one) => familyOf(one) === family)) {
            this.#stale.delete(key);
            this.#received.delete(key);
          }
        },
        onClose: (session, reason, retained) => {
          const families = new Set(retained?.map(familyName));
          this.#stale.clear();
          for (const key of this.#received.keys()) if (families.has(familyOf(key))) this.#stale.add(key);
          this.#session = null;
          this.#closes.push(reason);
          this.transcripts.push(this.#transcript(session, reason));
        },
      },
    );
  }

  start(): Promise<void> {
    return this.#speaker.start();
  }

  /** Ends the session with a Cease and the speaker with it. */
  stop(): Promise<void> {
    return this.#speaker.stop();
  }

  /** Ends as a process does that is killed: its connections close, and nothing is said. */
  die(): Promise<void> {
    return this.#speaker.stop(null);
  }

  /** The session that is up. @throws Error where there is none */
  session(): Session {
    if (this.#session === null) throw new Error("no session is up");
    return this.#session;
  }

  /** Waits until a session is up, the `times`-th since the start. */
  async established(times: number = 1): Promise<void> {
    await until(`our session number ${times} to be up`, () => this.peer.view().counters.established >= times);
  }

  /** Waits for the end of a session, and says why it ended. */
  closed(): Promise<CloseReason> {
    return until("our session to end", () => this.#closes[0]);
  }

  /** From now on nothing we write reaches the peer. */
  fallSilent(): void {
    this.#silence();
  }

  /** What the peer has announced and not withdrawn. */
  routes(family: RouteFamily): Route[] {
    return [...this.#received.values()].filter((r) => familyOf(r.prefix) === family);
  }

  /** How many routes that is, without making a list of them. */
  get routeCount(): number {
    return this.#received.size;
  }

  /** Forgets what the peer has announced, as if it had never come. */
  forget(family: RouteFamily): void {
    for (const r of this.routes(family)) this.#received.delete(keyOf(r));
  }

  /** Carries a family with the peer from now on, or no longer, over the session that is up. */
  carry(family: RouteFamily, carried: boolean): void {
    const session = this.session();
    const before = session.negotiated;
    const { afi, safi } = numbers(family);
    const change = { action: carried ? "advertise" : "remove", capability: multiprotocol(afi, safi) } as const;
    const { status } = session.sendCapabilities([change]);
    if (status !== "sent") throw new Error(`a CAPABILITY message is ${status}`);
    this.#carried(session, before);
  }

  /** Routes of families that the session does not carry any more are gone. */
  #carried({ negotiated }: Session, before: Negotiated): void {
    for (const family of FAMILIES) {
      const gone =
        includesFamily(before.families, numbers(family)) && !includesFamily(negotiated.families, numbers(family));
      if (gone) this.forget(family);
    }
  }

  requestRefresh(family: RouteFamily): SendResult {
    const { afi, safi } = numbers(family);
    return this.session().sendRouteRefresh(afi, safi);
  }

  announce(routes: readonly Route[]): Promise<void> {
    for (const r of routes) this.#announced.set(keyOf(r), r);
    const session = this.session();
    return this.#send(session, packRoutes(routes.filter(this.#isWanted), session.negotiated));
  }

  /** What we have announced, but for what the peer's filters hold back. */
  get told(): Route[] {
    return [...this.#announced.values()].filter(this.#isWanted);
  }

  readonly #isWanted = ({ prefix }: Destination): boolean => {
    const family = numbers(familyOf(prefix));
    return this.#filters?.awaits(family) === false && this.#filters.passes(family, prefix);
  };

  withdraw(routes: readonly Destination[]): Promise<void> {
    for (const r of routes) this.#announced.delete(keyOf(r));
    const session = this.session();
    return this.#send(session, packWithdrawals(routes, session.negotiated));
  }

  sendEndOfRib(): Promise<void> {
    return this.#send(this.session(), FAMILIES.map(numbers).map(endOfRibOf));
  }

  /** Sends bodies in order, waiting for room where there is none. */
  #send(session: Session, bodies: readonly Uint8Array[]): Promise<void> {
    this.#sending = this.#sending.then(async () => {
      for (const body of bodies) {
        let result = session.sendUpdate(body);
        while (result.status === "blocked") {
          await session.writable();
          result = session.sendUpdate(body);
        }
        if (result.status === "closed") return;
        if (result.status === "too-long") throw new Error(`${body.length} octets do not fit ${result.limit}`);
      }
    });
    return this.#sending;
  }

  #transcript(session: Session, reason: CloseReason): Transcript {
    const { localAs, remoteAs, holdTime, fourOctetAs } = session.negotiated;
    const { notification, cause } = reason;
    return {
      endpoints: session.endpoints,
      localAs,
      remoteAs,
      holdTime,
      fourOctetAs,
      routes: this.#updates > 1000 ? [] : [...this.#received.values()],
      updates: this.#updates,
      endOfRib: [...this.endOfRib],
      cause,
      notification: notification === null ? null : `${notification.code}/${notification.subcode}`,
    };
  }

  #count(session: Session, counter: PrefixCounter, { update, issues }: DecodedUpdate): void {
    for (const crossing of counter.take(routesOf(update, issues))) {
      this.crossings.push(crossing);
      if (crossing.level === "exceeded") session.close(maximumPrefixes(crossing), { idleHoldTime: 1 });
    }
  }

  #learn(update: Slice, session: Session): void {
    this.#updates += 1;
    const read = readUpdate(update, session.negotiated);
    if (read.problem !== null) this.events.push(`UPDATE with ${read.problem}: ${toHex(bytesOf(update))}`);
    for (const r of read.withdrawn) this.#received.delete(keyOf(r));
    for (const r of read.announced) this.#stale.delete(keyOf(r));
    const own = String(session.negotiated.localAs);
    for (const r of read.announced) {
      // FRR sends our own routes back; a path with our own AS number in it is a loop (RFC 4271 section 9.1.2).
      if (session.negotiated.sessionType === "ebgp" && r.asPath.split(/[ {}]/).includes(own)) continue;
      this.#received.set(keyOf(r), r);
    }
    if (read.endOfRib !== null) this.endOfRib.add(read.endOfRib);
  }
}

/** Starts our side and listens. */
export async function startOurs(options: OursOptions): Promise<Ours> {
  const ours = new Ours(options);
  await ours.start();
  return ours;
}
