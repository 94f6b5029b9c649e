// BMP: what the router tells our station is what it has.
import { expect } from "vitest";
import { freePort, OUR_AS, ROUTER_AS, routerShows, seenFrom, type Bench } from "../support/bench.ts";
import { startMonitor, type Monitor, type StationAddress } from "../support/monitor.ts";
import type { Route } from "../routers/router.ts";
import { FAMILIES, OUR_ROUTES } from "./exchange.ts";
import type { Scenarios } from "./scenario.ts";

function stationOf(bench: Bench): StationAddress {
  return { address: bench.addresses({}).ours, port: freePort() };
}

/** Waits until every table that the router tells of has these routes of us. */
async function stationShows(bench: Bench, monitor: Monitor, routes: readonly Route[]): Promise<void> {
  const { monitored = [], monitoredWithOwnAs = false } = bench.kind.traits;
  const told = monitoredWithOwnAs ? seenFrom(ROUTER_AS, routes) : routes;
  for (const rib of monitored) {
    // A Loc-RIB has no peer (RFC 9069 section 4.2).
    const sender = rib === "locRib" ? "0.0.0.0" : bench.addresses({}).ours;
    for (const family of FAMILIES) await monitor.shows(rib, sender, family, told);
  }
}

export const monitoring = {
  "a station is told of a session, its routes and its end": async (bench) => {
    const { ours: peer, router: address } = bench.addresses({});
    const bmp = stationOf(bench);
    const monitor = await startMonitor(bench, bmp);
    const { ours, router } = await bench.up({ bmp });
    expect((await monitor.up(peer)).direction).toMatchObject({
      sender: { address: peer, as: OUR_AS, bgpIdentifier: peer, port: ours.session().endpoints.localPort },
      receiver: { address, as: ROUTER_AS, bgpIdentifier: address, port: bench.routerPort },
    });

    await ours.announce(OUR_ROUTES);
    const seen = seenFrom(OUR_AS, OUR_ROUTES);
    for (const family of FAMILIES) await routerShows(router, peer, family, seen);
    await stationShows(bench, monitor, seen);

    const kept = OUR_ROUTES.filter((_, i) => i % 3 !== 0);
    await ours.withdraw(OUR_ROUTES.filter((r) => !kept.includes(r)));
    await stationShows(bench, monitor, seenFrom(OUR_AS, kept));

    ours.peer.disable("switch 7 is replaced");
    const reason = 'the peer closed the session: Cease/Administrative Shutdown: "switch 7 is replaced"';
    expect((await monitor.down(peer)).reason).toBe(reason);
  },

  "a station that comes late is told what there is": async (bench) => {
    const bmp = stationOf(bench);
    const { ours } = await bench.up({ bmp });
    await ours.announce(OUR_ROUTES);
    const monitor = await startMonitor(bench, bmp);
    await stationShows(bench, monitor, seenFrom(OUR_AS, OUR_ROUTES));
  },

  "a station that dials is told what there is": async (bench) => {
    const bmp = { address: bench.addresses({}).router, port: freePort(), listens: true };
    const { ours } = await bench.up({ bmp });
    await ours.announce(OUR_ROUTES);
    const monitor = await startMonitor(bench, bmp);
    await stationShows(bench, monitor, seenFrom(OUR_AS, OUR_ROUTES));
  },
} satisfies Scenarios;
