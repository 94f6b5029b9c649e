// A monitored router's side of BMP with one station, over as many connections as it takes: what its sessions do goes in, octets
// come out. Whoever has the connection tells when it begins and ends, and sends what there is.
import { Outbox, type CloseReason, type Slice } from "@bgpwire/core";
import type { Rib } from "../event.ts";
import type { Time } from "../text/time.ts";
import type { BmpStatistic } from "./statistics.ts";
import { BmpWriter, type BmpRouter, type BmpSession } from "./writer.ts";

/** What a sender is made of. */
export interface BmpSenderOptions extends BmpRouter {
  /** Octets that may wait for the station before the connection is given up. Default 16 MiB. */
  readonly limit?: number;
}

/** Octets: more than a second of what a router can say, less than what a process feels. */
const DEFAULT_LIMIT = 16 * 1024 * 1024;

/**
 * Tells one station of sessions.
 *
 * While there is no connection nothing is kept but which sessions are up. With a connection come Initiation and a Peer Up for each of
 * them (RFC 7854 section 3.3); the routes that they have by then are the caller's to tell once more, since the sender keeps none.
 *
 * Memory: `limit` octets, and one message. Where the station is slower than that, everything that waits is dropped and `overflowed` is
 * true: the connection has to be closed, and the next one begins anew.
 *
 * @example
 * const sender = new BmpSender<Session>({ sysName: "router1", sysDescr: "bgpwire" });
 * sender.onWaiting = () => flush(sender);
 * socket.on("connect", () => sender.connected().forEach(askForRoutes));
 * socket.on("close", () => sender.disconnected());
 * // … as the plugin of a speaker
 * onEstablished: (session) => {
 *   sender.up(session, now());
 *   return (update) => sender.update(session, "adjRibIn", update, now());
 * },
 * onClose: (session, reason) => sender.down(session, reason, now()),
 */
export class BmpSender<S extends BmpSession = BmpSession> {
  /** Called when octets begin to wait, and when they have become too many. */
  onWaiting: (() => void) | null = null;
  /** More octets waited than may: nothing more goes over this connection. */
  overflowed = false;
  readonly #limit: number;
  readonly #writer: BmpWriter;
  /** When each session came up. */
  readonly #sessions = new Map<S, Time | null>();
  readonly #outbox = new Outbox();
  #connected = false;

  constructor({ limit = DEFAULT_LIMIT, ...router }: BmpSenderOptions) {
    this.#limit = limit;
    this.#writer = new BmpWriter(router);
  }

  /** Octets that wait. */
  get waiting(): number {
    return this.#outbox.octets;
  }

  /** Octets to send now, some 64 KiB at once; null where none wait. They are the caller's. */
  take(): Uint8Array | null {
    return this.#outbox.take();
  }

  /** There is a connection. @returns the sessions that are up, whose routes the station does not have */
  connected(): readonly S[] {
    this.disconnected();
    this.#connected = true;
    this.#add(this.#writer.initiation());
    for (const [session, since] of this.#sessions) this.#add(this.#writer.peerUp(session, since));
    return [...this.#sessions.keys()];
  }

  /** There is none any more. */
  disconnected(): void {
    this.#connected = false;
    this.overflowed = false;
    this.#outbox.clear();
  }

  /** A session is Established. @param time when; null where nobody knows, here and below */
  up(session: S, time: Time | null): void {
    this.#sessions.set(session, time);
    this.#add(this.#writer.peerUp(session, time));
  }

  /**
   * Routes of a table of a session have come or gone.
   *
   * @param update body of an UPDATE, written as the session has it in the direction of the table. It is copied
   */
  update(session: S, rib: Exclude<Rib, "locRib">, update: Uint8Array | Slice, time: Time | null): void {
    if (this.#tells(session)) this.#add(this.#writer.routeMonitoring(session, rib, update, time));
  }

  /** What was counted of a session. @param statistics at least one */
  statistics(session: S, statistics: readonly BmpStatistic[], time: Time | null): void {
    if (this.#tells(session)) this.#add(this.#writer.statistics(session, statistics, time));
  }

  /** A session is over. @param reason as `onClose` has it */
  down(session: S, reason: CloseReason, time: Time | null): void {
    if (this.#sessions.delete(session)) this.#add(this.#writer.peerDown(session, reason, time));
  }

  /**
   * The router ends BMP: the last message of this connection (RFC 7854 section 4.5).
   *
   * @param code a number of `BmpTerminationReason`
   * @param text what else there is to say; empty: nothing
   */
  terminate(code: number, text: string = ""): void {
    this.#add(this.#writer.termination(code, text));
    this.#connected = false;
  }

  #tells(session: S): boolean {
    return this.#connected && this.#sessions.has(session);
  }

  #add(message: Uint8Array): void {
    if (!this.#connected || this.overflowed) return;
    const waited = this.waiting > 0;
    this.#outbox.add(message);
    if (this.waiting > this.#limit) {
      this.#outbox.clear();
      this.overflowed = true;
    }
    if (!waited || this.overflowed) this.onWaiting?.();
  }
}
