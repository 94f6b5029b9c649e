// The stations that `bgpwire run` tells by BMP of its sessions: what they receive before any policy, and what they send.
import { hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
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

/** One station. */
interface Station {
  readonly config: StationConfig;
  readonly sender: BmpSender<Session>;
  readonly sending: BmpSending<Session>;
  /** Of Statistics Reports. */
  readonly timer: ReturnType<typeof setInterval> | null;
}

/** All stations of a run. */
export class Stations {
  readonly #version: string;
  readonly #reporter: Reporter;
  readonly #tellSent: TellSent;
  readonly #sessions = new Map<Session, Counted>();
  #stations: readonly Station[] = [];

  /** Has none yet. @param version of the command */
  constructor(version: string, reporter: Reporter, tellSent: TellSent) {
    this.#version = version;
    this.#reporter = reporter;
    this.#tellSent = tellSent;
  }

  /**
   * Connects to those that are new and ends with those that are no more. One that is the same is not touched; one of which anything is
   * otherwise begins anew.
   */
  change(configs: readonly StationConfig[]): void {
    const left = [...this.#stations];
    const kept = configs.map((config) => {
      const at = left.findIndex((one) => isDeepStrictEqual(one.config, config));
      return at < 0 ? null : left.splice(at, 1)[0]!;
    });
    for (const one of left) void stop(one);
    this.#stations = configs.map((config, i) => kept[i] ?? this.#begin(config));
  }

  /** A session is up. */
  up(session: Session): void {
    this.#sessions.set(session, { treatedAsWithdraw: 0 });
    for (const { sender } of this.#stations) sender.up(session, now());
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
    for (const { sender } of this.#stations) sender.down(session, reason, now());
  }

  /** Says Termination to every station and closes the connections. */
  async stop(): Promise<void> {
    await Promise.all(this.#stations.map(stop));
  }

  #begin(config: StationConfig): Station {
    const { host, port, retryTime, statisticsTime = STATISTICS_TIME } = config;
    const station = socketAddressText({ address: host, port });
    const sender = new BmpSender<Session>({ sysName: hostname(), sysDescr: `bgpwire ${this.#version}` });
    for (const session of this.#sessions.keys()) sender.up(session, now());
    const tell = (connected: boolean, text: string): void =>
      this.#reporter.report({ type: "station", station, connected, text });
    const sending = new BmpSending(
      sender,
      { host, port, ...(retryTime !== undefined && { retryTime }) },
      {
        onConnected: (sessions) => {
          tell(true, "connected");
          for (const session of sessions) {
            this.#tellSent(session, (update) => sender.update(session, "adjRibOutPost", update, now()));
            void askAgain(session);
          }
        },
        onDisconnected: (reason, retryIn) => tell(false, `${reason}; tried again in ${retryIn} s`),
      },
    );
    const timer = statisticsTime > 0 ? setInterval(() => this.#count(sender), 1000 * statisticsTime) : null;
    return { config, sender, sending, timer };
  }

  #update(session: Session, rib: Exclude<Rib, "locRib">, update: Uint8Array | Slice): void {
    for (const { sender } of this.#stations) sender.update(session, rib, update, now());
  }

  #count(sender: BmpSender<Session>): void {
    for (const [session, { treatedAsWithdraw }] of this.#sessions) {
      const value = treatedAsWithdraw >>> 0;
      sender.statistics(session, [{ name: "updatesTreatedAsWithdraw", type: 11, value }], now());
    }
  }
}

async function stop({ sending, timer }: Station): Promise<void> {
  if (timer !== null) clearInterval(timer);
  await sending.stop();
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
