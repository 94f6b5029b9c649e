// Graceful restart (RFC 4724, RFC 8538, RFC 9494): of the router, whose routes we retain, and of ours, whose routes it retains.
import { expect } from "vitest";
import { Afi, Safi, type PeerOptions } from "@bgpwire/core";
import { OUR_AS, ROUTER_AS, routerShows, seenFrom, weHold, type Bench } from "../support/bench.ts";
import type { Ours } from "../support/ours.ts";
import { until } from "../support/until.ts";
import type { Route } from "../routers/router.ts";
import { FAMILIES, OUR_ROUTES, routerRoutes } from "./exchange.ts";
import type { Scenarios } from "./scenario.ts";

const UNICAST = [Afi.IPv4, Afi.IPv6].map((afi) => ({ afi, safi: Safi.Unicast, forwardingState: true }));

/** Our peer with graceful restart for both families. */
function restarts(
  more: Partial<PeerOptions["gracefulRestart"] & object> = {},
  staleTime?: number,
): Partial<PeerOptions> {
  return {
    gracefulRestart: { restartTime: 20, families: UNICAST, ...more },
    ...(staleTime !== undefined && {
      longLivedGracefulRestart: UNICAST.map((family) => Object.assign({ staleTime }, family)),
    }),
  };
}

/** One route of each family. */
function some(routes: readonly Route[]): Route[] {
  return FAMILIES.map((family) => routes.find((r) => r.prefix.includes(":") === (family === "ipv6-unicast"))!);
}

async function holds(ours: Ours, routes: readonly Route[]): Promise<void> {
  for (const family of FAMILIES) await weHold(ours, family, seenFrom(ROUTER_AS, routes));
}

function ofBoth(action: string, cause: string): string[] {
  return FAMILIES.map((family) => `${action} ${family} ${cause}`);
}

/** Everything that was said of stale routes, whatever the order of the families. */
async function saidOfStale(ours: Ours, ...expected: readonly string[]): Promise<void> {
  await until(`${expected.join(", ")}`, () => {
    expect(ours.stale.toSorted()).toEqual(expected.toSorted());
    return true;
  });
}

/** Routes of ours that the router has, and that we announce. */
async function announced(
  bench: Bench,
): Promise<{ readonly few: Route[]; readonly more: Route[]; readonly peer: string }> {
  const few = some(OUR_ROUTES);
  return {
    few,
    more: OUR_ROUTES.filter((r) => !few.includes(r))
      .slice(0, 1)
      .concat(few),
    peer: bench.addresses({}).ours,
  };
}

export const restartScenarios = {
  "the router restarts: we retain its routes until End-of-RIB": async (bench) => {
    const routes = routerRoutes(bench);
    const few = some(routes);
    const { ours, router } = await bench.up({ routes, restart: { restartTime: 30 }, peer: restarts() });
    await holds(ours, routes);
    router.daemon.signal("SIGKILL");
    await ours.closed();
    await holds(ours, routes);
    const back = { routes: few, restart: { restartTime: 30, restarting: true } };
    await bench.startRouter(back);
    await ours.established(2);
    await ours.sendEndOfRib();
    await holds(ours, few);
    await saidOfStale(ours, ...ofBoth("drop", "endOfRib"));
  },

  "the router does not come back: its routes go with its restart time": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({ routes, restart: { restartTime: 2 }, peer: restarts() });
    await holds(ours, routes);
    router.daemon.signal("SIGKILL");
    await ours.closed();
    await saidOfStale(ours, ...ofBoth("drop", "restartTime"));
    expect(ours.routeCount).toBe(0);
  },

  "we restart: the router retains our routes until End-of-RIB": async (bench) => {
    const { few, more, peer } = await announced(bench);
    const setup = { restart: { restartTime: 30 }, peer: restarts() };
    const { ours, router } = await bench.up(setup);
    await ours.announce(more);
    await ours.sendEndOfRib();
    for (const family of FAMILIES) await routerShows(router, peer, family, seenFrom(OUR_AS, more));
    await ours.die();
    await until("the router to notice", async () => (await router.state(peer)) !== "Established");
    for (const family of FAMILIES) await routerShows(router, peer, family, seenFrom(OUR_AS, more));
    const again = await bench.startOurs({ ...setup, peer: restarts({ restarting: true }) });
    await bench.established(router, again);
    await again.announce(few);
    await again.sendEndOfRib();
    for (const family of FAMILIES) await routerShows(router, peer, family, seenFrom(OUR_AS, few));
    await until("nobody to be waited for", () => again.peer.view().deferred.length === 0);
  },

  "long-lived stale routes of the router": async (bench) => {
    const routes = routerRoutes(bench);
    const restart = { restartTime: 1, staleTime: 2 };
    const { ours, router } = await bench.up({ routes, restart, peer: restarts({}, 100) });
    await holds(ours, routes);
    router.daemon.signal("SIGKILL");
    await ours.closed();
    await saidOfStale(ours, ...ofBoth("longLived", "restartTime"), ...ofBoth("drop", "staleTime"));
    expect(ours.routeCount).toBe(0);
  },

  "long-lived stale routes of ours": async (bench) => {
    const { few, peer } = await announced(bench);
    const setup = { restart: { restartTime: 1, staleTime: 60 }, peer: restarts({ restartTime: 1 }, 60) };
    const { ours, router } = await bench.up(setup);
    await ours.announce(few);
    await ours.sendEndOfRib();
    for (const family of FAMILIES) await routerShows(router, peer, family, seenFrom(OUR_AS, few));
    await ours.die();
    const stale = few.map((r) => Object.assign({}, r, { communities: [...r.communities, "65535:6"] }));
    for (const family of FAMILIES) await routerShows(router, peer, family, seenFrom(OUR_AS, stale));
    const again = await bench.startOurs({ ...setup, peer: restarts({ restarting: true }, 60) });
    await bench.established(router, again);
    await again.announce(few.slice(0, 1));
    await again.sendEndOfRib();
    for (const family of FAMILIES) await routerShows(router, peer, family, seenFrom(OUR_AS, few.slice(0, 1)));
  },

  "NOTIFICATIONs of the router are graceful, its shutdown is not": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({ routes, restart: { restartTime: 30 }, peer: restarts() });
    await holds(ours, routes);
    expect(ours.session().negotiated.gracefulNotification).toBe(true);
    ours.verdict = { code: 3, subcode: 1, data: new Uint8Array(0) };
    await router.announce(some(routes));
    ours.session().close({ code: 6, subcode: 4, data: new Uint8Array(0) });
    ours.verdict = null;
    await ours.established(2);
    await ours.sendEndOfRib();
    await holds(ours, routes);
    await saidOfStale(ours, ...ofBoth("drop", "endOfRib"));
    const peer = bench.addresses({}).ours;
    await router.disable(peer, "");
    await until("our session to end again", () => ours.peer.view().lastReceived);
    expect(ours.peer.view().lastReceived).toMatchObject({ code: 6, subcode: 9 });
    expect(ours.peer.view().stale).toEqual([]);
  },
} satisfies Scenarios;
