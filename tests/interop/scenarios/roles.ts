// Roles (RFC 9234): a route that comes from a provider or goes to a customer says so, and roles that do not fit end the session.
import { expect } from "vitest";
import { BgpRole } from "@bgpwire/core";
import { route } from "../routers/router.ts";
import { routerShows, seenFrom, weHold, OUR_AS, ROUTER_AS, type Setup } from "../support/bench.ts";
import { until } from "../support/until.ts";
import type { Scenarios } from "./scenario.ts";

const PREFIX = "10.1.0.0/24";

function setup(ours: number, router: Setup["routerRole"] & string): Setup {
  return { routerRole: router, speaker: { role: ours } };
}

export const roles = {
  "OTC of the router, our provider": async (bench) => {
    const { ours, router } = await bench.up(setup(BgpRole.Customer, "provider"));
    const routes = [route(PREFIX, "192.0.2.77", { med: 1 })];
    await router.announce(routes);
    await weHold(
      ours,
      "ipv4-unicast",
      seenFrom(ROUTER_AS, routes).map((r) => Object.assign(r, { otc: ROUTER_AS })),
    );
  },

  "OTC for the router, our customer": async (bench) => {
    const { ours, router } = await bench.up(setup(BgpRole.Provider, "customer"));
    const routes = [route(PREFIX, "192.0.2.1", { otc: OUR_AS })];
    await ours.announce(routes);
    await routerShows(router, bench.addresses({}).ours, "ipv4-unicast", seenFrom(OUR_AS, routes));
  },

  "roles that do not fit": async (bench) => {
    const both = setup(BgpRole.Provider, "provider");
    await bench.startRouter(both);
    const ours = await bench.startOurs(both);
    const notification = await until("a NOTIFICATION", () => {
      const { lastSent, lastReceived } = ours.peer.view();
      return lastSent ?? lastReceived;
    });
    expect(notification).toMatchObject({ code: 2, subcode: 11 });
  },
} satisfies Scenarios;
