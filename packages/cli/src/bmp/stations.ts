// The stations that `bgpwire run` tells by BMP of its sessions: what they receive before any policy, and what they send.
import { hostname } from "node:os";
import { BmpSender, type Rib, type Time } from "@bgpwire/capture";
import { BmpSending } from "@bgpwire/capture-node";
import type { CloseReason, Family, Session, Slice } from "@bgpwire/core";
import { endOfRib } from "@bgpwire/decoder";
import { socketAddressText, type StationConfig } from "../config/model.ts";
import type { Reporter } from "../output/reporter.ts";

/** Seconds between Statistics Reports. */
const STATISTICS_TIME = 60;

/** UPDATEs treated as withdrawn (RFC 7854 section 4.8), of a session that is up. */
interface Counted {
  treatedAsWithdraw: number;
}

/** Gives what we have announced over a session, as bodies of UPDATEs, to a station that has nothing of it. */
export type TellSent = (session: Session, take: (update: Uint8Array) => void) => void;

/** All stations of a run. */
export class Stations {
  readonly #senders: BmpSender<Session>[] = [];
  readonly #sendings: BmpSending<Session>[] = [];
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  readonly #sessions = new Map<Session, Counted>();

  /** Connects to the stations. @param version of the command */
  constructor(stations: readonly StationConfig[], version: string, reporter: Reporter, tellSent: TellSent) {
    for (const { host, port, retryTime, statisticsTime = STATISTICS_TIME } of stations) {
      const station = socketAddressText({ address: host, port });
      const sender = new BmpSender<Session>({ sysName: hostname(), sysDescr: `bgpwire ${version}` });
      const target = { host, port, ...(retryTime !== undefined && { retryTime }) };
      const sending = new BmpSending(sender, target, {
        onConnected(sessions) {
          reporter.report({ type: "station", station, connected: true, text: "connected" });
          for (const session of sessions) {
            tellSent(session, (update) => sender.update(session, "adjRibOutPost", update, now()));
            void askAgain(session);
          }
        },
        onDisconnected(reason, retryIn) {
          reporter.report({
            type: "station",
            station,
            connected: false,
            text: `${reason}; tried again in ${retryIn} s`,
          });
        },
      });
      this.#senders.push(sender);
      this.#sendings.push(sending);
      if (statisticsTime > 0) this.#timers.push(setInterval(() => this.#count(sender), 1000 * statisticsTime));
    }
  }

  /** A session is up. */
  up(session: Session): void {
    this.#sessions.set(session, { treatedAsWithdraw: 0 });
    for (const sender of this.#senders) sender.up(session, now());
  }

  /** The peer has sent an UPDATE. */
  received(session: Session, update: Slice, action: string): void {
    this.#update(session, "adjRibIn", update);
    const counted = this.#sessions.get(session);
    if (counted !== undefined && action === "treat-as-withdraw") counted.treatedAsWithdraw += 1;
  }

  /** We have sent one. */
  sent(session: Session, update: Uint8Array): void {
    this.#update(session, "adjRibOutPost", update);
  }

  /** The peer has sent all its routes of a family again. */
  complete(session: Session, family: Family): void {
    this.#update(session, "adjRibIn", endOfRib(family));
  }

  /** A session is over. */
  down(session: Session, reason: CloseReason): void {
    this.#sessions.delete(session);
    for (const sender of this.#senders) sender.down(session, reason, now());
  }

  /** Says Termination to every station and closes the connections. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#sendings.map((sending) => sending.stop()));
  }

  #update(session: Session, rib: Exclude<Rib, "locRib">, update: Uint8Array | Slice): void {
    for (const sender of this.#senders) sender.update(session, rib, update, now());
  }

  #count(sender: BmpSender<Session>): void {
    for (const [session, { treatedAsWithdraw }] of this.#sessions) {
      const value = treatedAsWithdraw >>> 0;
      sender.statistics(session, [{ name: "updatesTreatedAsWithdraw", type: 11, value }], now());
    }
  }
}

/** Asks the peer for the routes that we do not keep; one without ROUTE-REFRESH is told of as its routes change. */
async function askAgain(session: Session): Promise<void> {
  for (const { afi, safi } of session.negotiated.families) {
    while (session.sendRouteRefresh(afi, safi).status === "blocked") await session.writable();
  }
}

function now(): Time {
  const time = Date.now();
  return { seconds: Math.floor(time / 1000), nanoseconds: (time % 1000) * 1_000_000 };
}
