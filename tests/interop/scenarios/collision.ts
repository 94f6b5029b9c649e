// Two connections at once (RFC 4271 section 6.8), made certain by a proxy that holds data back until both sides have dialled.
import { expect } from "vitest";
import {
  freePort,
  routerShows,
  seenFrom,
  weHold,
  OUR_AS,
  ROUTER_AS,
  type Bench,
  type Setup,
} from "../support/bench.ts";
import { startProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";
import { FAMILIES, OUR_ROUTES, routerRoutes } from "./exchange.ts";
import type { Scenarios } from "./scenario.ts";

/** The router's identifier is 192.0.2.2. */
const DOMINANT = "192.0.2.200";
const SUBORDINATE = "192.0.2.1";

/**
 * Both dial, what was sent on both connections arrives, that of `late` last, and exactly one session is left, whole and quiet. Says who dialled it, or
 * null where the router needed a second attempt.
 */
async function collide(bench: Bench, ourId: string, late: "ours" | "router" | null): Promise<"ours" | "router" | null> {
  const dialPorts = { ours: freePort(), router: freePort() };
  const routes = routerRoutes(bench);
  const setup: Setup = { dials: "both", ourId, dialPorts, routes };
  const { ours: ourAddress, router: routerAddress } = bench.addresses(setup);
  const proxy = await startProxy(
    { address: ourAddress, port: bench.ourPort, proxyPort: dialPorts.router },
    { address: routerAddress, port: bench.routerPort, proxyPort: dialPorts.ours },
  );
  bench.atEnd(() => proxy.close());
  const ours = await bench.startOurs(setup);
  const router = await bench.startRouter(setup);
  await proxy.bothDialled();
  await until("two connections of ours", () => ours.peer.view().connections.length >= 2);
  if (late === null) for (const dialler of ["ours", "router"] as const) proxy.release(dialler);
  else {
    const early = late === "ours" ? "router" : "ours";
    proxy.release(early);
    const direction = early === "ours" ? "outbound" : "inbound";
    await until(`the ${direction} connection to come as far as it can alone`, () =>
      ours.peer.view().connections.every((c) => c.direction !== direction || c.state !== "OpenSent"),
    );
    proxy.release(late);
  }
  await bench.established(router, ours, setup);
  await until("one connection", () => ours.peer.view().connections.length === 1);
  await ours.announce(OUR_ROUTES);
  for (const family of FAMILIES) {
    await routerShows(router, ourAddress, family, seenFrom(OUR_AS, OUR_ROUTES));
    await weHold(ours, family, seenFrom(ROUTER_AS, routes));
  }
  const { collisionCostsBoth } = bench.kind.traits;
  const { established } = ours.peer.view().counters;
  if (collisionCostsBoth === "never" || (collisionCostsBoth === "when late" && late === null)) {
    expect(established).toBe(1);
  }
  if (established > 1) return null;
  return ours.session().endpoints.localPort === bench.ourPort ? "router" : "ours";
}

/** Compares who won with what the rule, or the router's own habit, says. */
function expectWinner(bench: Bench, winner: "ours" | "router" | null, dominant: "ours" | "router"): void {
  const { collisionKeeps } = bench.kind.traits;
  if (winner === null || collisionKeeps === "either") return;
  expect(winner).toBe(collisionKeeps === "own" ? "router" : dominant);
}

export const collision = {
  "collision, we are dominant": async (bench) => {
    const winner = await collide(bench, DOMINANT, null);
    expectWinner(bench, winner, "ours");
  },

  "collision, the router is dominant": async (bench) => {
    const winner = await collide(bench, SUBORDINATE, null);
    expectWinner(bench, winner, "router");
  },

  "collision, our OPEN comes late": async (bench) => {
    await collide(bench, SUBORDINATE, "ours");
  },

  "collision, the router's OPEN comes late": async (bench) => {
    await collide(bench, DOMINANT, "router");
  },
} satisfies Scenarios;
