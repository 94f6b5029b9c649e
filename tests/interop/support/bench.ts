// What one scenario works with: a directory and ports of its own, a router and our speaker that know of each other, and an
// end that leaves nothing behind.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { replayInputLog } from "@bgpwire/capture";
import type { PeerOptions } from "@bgpwire/core";
import { communities, familyOf } from "../routers/router.ts";
import type { Route, Router, RouteFamily, RouterKind, RouterOptions, RouterPeer } from "../routers/router.ts";
import { ADDRESSES } from "./namespace.ts";
import { startOurs, type Ours, type OursOptions, type Transcript } from "./ours.ts";
import { RECORD_TO } from "./recorder.ts";
import { until } from "./until.ts";

/** Numbers both sides start from unless a scenario says otherwise. */
export const OUR_AS = 65001;
export const ROUTER_AS = 65002;

const BGP_PORT = 179;

/** How a scenario sets its two sides up. */
export interface Setup {
  /** IP version of the transport. Default 4. */
  readonly version?: 4 | 6;
  /** Which side opens the connection. Default ours: the quicker one. */
  readonly dials?: "ours" | "router" | "both";
  readonly ourAs?: number;
  readonly routerAs?: number;
  /** BGP Identifier of ours. The router's is 192.0.2.2. */
  readonly ourId?: string;
  /** Hold times proposed. Default 90 on both sides. */
  readonly ourHoldTime?: number;
  readonly routerHoldTime?: number;
  /** The router hides its four-octet AS numbers. */
  readonly routerIsTwoOctet?: boolean;
  /** Both sides offer ADD-PATH in both directions. */
  readonly addPath?: boolean;
  /** What the router is to us. */
  readonly routerRole?: RouterPeer["role"];
  /** What else is to be said of us to the router. */
  readonly router?: Partial<RouterPeer>;
  readonly routes?: readonly Route[];
  /** What the router offers of graceful restart. */
  readonly restart?: RouterOptions["restart"];
  /** Many messages are to come. */
  readonly quiet?: boolean;
  /** What else is to be said of the peer on our side. */
  readonly peer?: Partial<PeerOptions>;
  /** What else is to be said of our speaker. */
  readonly speaker?: Partial<OursOptions>;
  /** Seconds until a dial of ours fails. */
  readonly connectTimeout?: number;
  readonly bridge?: boolean;
  /** The station that the router tells by BMP what it has. */
  readonly bmp?: RouterOptions["bmp"];
  /** The router's peers, where they are others than the one speaker of ours. */
  readonly peers?: readonly RouterPeer[];
  /** Ports that the other side is told to dial, where a proxy stands between. */
  readonly dialPorts?: { readonly ours: number; readonly router: number };
}

/** One scenario's workbench. */
export class Bench {
  readonly kind: RouterKind;
  readonly directory: string = mkdtempSync(join(tmpdir(), "bgpwire-interop-"));
  #cleanups: (() => Promise<unknown>)[] = [];
  #routers: Router[] = [];
  #ours: Ours[] = [];
  /** Recordings, which are made one after the other, have BGP where every tool looks for it. */
  readonly ourPort: number = RECORD_TO === null ? freePort() : BGP_PORT;
  readonly routerPort: number = RECORD_TO === null ? freePort() : BGP_PORT;

  constructor(kind: RouterKind) {
    this.kind = kind;
  }

  /** Runs at the end, last first. */
  atEnd(cleanup: () => Promise<unknown>): void {
    this.#cleanups.push(cleanup);
  }

  async end(): Promise<void> {
    await this.endSessions();
    rmSync(this.directory, { recursive: true, force: true });
  }

  addresses(setup: Setup): { readonly ours: string; readonly router: string; readonly other: string } {
    return ADDRESSES[setup.version ?? 4];
  }

  async startRouter(setup: Setup = {}, otherPeers: readonly RouterPeer[] = []): Promise<Router> {
    const { ours, router } = this.addresses(setup);
    const directory = join(this.directory, `router${this.#routers.length}`);
    mkdirSync(directory);
    const options: RouterOptions = {
      directory,
      asn: setup.routerAs ?? ROUTER_AS,
      routerId: ADDRESSES[4].router,
      port: this.routerPort,
      holdTime: setup.routerHoldTime ?? 90,
      peers: setup.peers ?? [
        {
          address: ours,
          port: setup.dialPorts?.router ?? this.ourPort,
          asn: setup.ourAs ?? OUR_AS,
          localAddress: router,
          passive: (setup.dials ?? "ours") === "ours",
          twoOctetAs: setup.routerIsTwoOctet ?? false,
          addPath: setup.addPath ?? false,
          ...(setup.routerRole !== undefined && { role: setup.routerRole }),
          ...setup.router,
        },
        ...otherPeers,
      ],
      routes: setup.routes ?? [],
      mrt: RECORD_TO !== null,
      quiet: setup.quiet ?? false,
      bridge: setup.bridge ?? false,
      ...(setup.bmp !== undefined && { bmp: setup.bmp }),
      ...(setup.restart !== undefined && { restart: setup.restart }),
    };
    const started = await this.kind.start(options);
    this.#routers.push(started);
    this.atEnd(() => started.stop());
    return started;
  }

  async startOurs(setup: Setup = {}): Promise<Ours> {
    const { ours, router } = this.addresses(setup);
    const started = await startOurs({
      address: ours,
      port: this.ourPort,
      routerId: setup.ourId ?? ADDRESSES[4].ours,
      addPath: setup.addPath ?? false,
      ...(setup.connectTimeout !== undefined && { connectTimeout: setup.connectTimeout }),
      ...setup.speaker,
      peer: {
        remoteAddress: router,
        remotePort: setup.dialPorts?.ours ?? this.routerPort,
        localAddress: ours,
        localAs: setup.ourAs ?? OUR_AS,
        remoteAs: setup.routerAs ?? ROUTER_AS,
        holdTime: setup.ourHoldTime ?? 90,
        passive: setup.dials === "router",
        // Short enough that a scenario with a restart is over soon, long enough that backoff and damping still happen.
        connectRetryTime: 0.5,
        idleHoldTime: 0.5,
        ...setup.peer,
      },
    });
    this.#ours.push(started);
    this.atEnd(() => started.stop());
    return started;
  }

  /** Stops both sides, last started first, and keeps the files. */
  async endSessions(): Promise<void> {
    const failures: unknown[] = [];
    for (const cleanup of this.#cleanups.splice(0).toReversed()) await cleanup().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  /** Once the sessions have ended: what our speakers lived through, done again, is bit-exactly what it was. */
  replayed(): void {
    for (const { log, transcripts } of this.#ours) {
      const { difference, problem, summary } = replayInputLog(Buffer.concat(log));
      expect([difference, problem]).toEqual([null, null]);
      expect(summary.sessions).toBe(transcripts.length);
    }
  }

  transcripts(): Transcript[] {
    return this.#ours.flatMap((ours) => ours.transcripts);
  }

  /** What the routers wrote as MRT: `updates` or `table`. */
  mrtFiles(kind: string): string[] {
    return this.#routers.map((_, i) => join(this.directory, `router${i}`, `${kind}.mrt`));
  }

  /** What both sides said, for the error of a scenario that failed. */
  lastWords(): string {
    const routers = this.#routers.map(
      (r, i) => `\n--- ${this.kind.name} ${i} said\n${r.daemon.output().slice(-16000)}`,
    );
    const ours = this.#ours.map((o, i) => `\n--- ours ${i}\n${o.events.slice(-60).join("\n")}`);
    return [...routers, ...ours].join("\n");
  }

  /** Starts both, waits until both say Established. */
  async up(setup: Setup = {}): Promise<{ router: Router; ours: Ours }> {
    const dialler = setup.dials ?? "ours";
    // Whoever listens starts first, so that the first attempt succeeds.
    const first = dialler === "router" ? await this.startOurs(setup) : null;
    const router = await this.startRouter(setup);
    const ours = first ?? (await this.startOurs(setup));
    await this.established(router, ours, setup);
    return { router, ours };
  }

  async established(router: Router, ours: Ours, setup: Setup = {}): Promise<void> {
    await ours.established();
    const peer = this.addresses(setup).ours;
    await until(`${this.kind.name} to say Established`, async () => (await router.state(peer)) === "Established");
  }
}

/** Below the range that the system takes source ports from, and not where the process before us began. */
let lastPort = 10_000 + (process.pid % 200) * 100;

/** A port nobody uses: nobody else lives in the namespace. */
export function freePort(): number {
  lastPort += 1;
  return lastPort;
}

/** What a route looks like to the other side: its path begins with the AS number of who announced it. */
export function seenFrom(asn: number, routes: readonly Route[], internal = false): Route[] {
  return sorted(
    routes.map((r) =>
      Object.assign({}, r, {
        asPath: internal ? r.asPath : `${asn} ${r.asPath}`.trim(),
        localPref: internal ? r.localPref : null,
        communities: communities(r.communities),
        largeCommunities: communities(r.largeCommunities),
        extendedCommunities: communities(r.extendedCommunities),
      }),
    ),
  );
}

export function sorted(routes: readonly Route[]): Route[] {
  return routes.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** Waits until the router shows exactly these routes of the family; the difference is in the error if it never does. */
export async function routerShows(router: Router, peer: string, family: RouteFamily, routes: Route[]): Promise<void> {
  await until(`the router to show ${routes.length} ${family} routes`, async () => {
    expect(sorted(await router.routes(peer, family))).toEqual(routes.filter((r) => familyOf(r.prefix) === family));
    return true;
  });
}

/** Waits until we hold exactly these routes of the family from the router. */
export async function weHold(ours: Ours, family: RouteFamily, routes: Route[]): Promise<void> {
  await until(`us to hold ${routes.length} ${family} routes`, () => {
    expect(sorted(ours.routes(family))).toEqual(routes.filter((r) => familyOf(r.prefix) === family));
    return true;
  });
}
