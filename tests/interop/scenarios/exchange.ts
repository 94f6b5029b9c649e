// Routes in both directions, attribute by attribute, and what goes with them: withdrawal, End-of-RIB, ROUTE-REFRESH.
import { expect } from "vitest";
import { routerShows, seenFrom, sorted, weHold, OUR_AS, ROUTER_AS, type Bench } from "../support/bench.ts";
import { familyOf, route, type Route, type RouteFamily, type Settable } from "../routers/router.ts";
import { until } from "../support/until.ts";
import type { Scenarios } from "./scenario.ts";

export const FAMILIES: readonly RouteFamily[] = ["ipv4-unicast", "ipv6-unicast"];

const COMMON: Partial<Route> = {
  communities: ["65010:1", "65010:65535"],
  largeCommunities: ["65010:1:2", "4200000001:4294967295:0"],
  extendedCommunities: ["rt:65010:1", "rt:192.0.2.9:11", "rt:4200000001:7", "soo:65010:2"],
};

/** What we announce: each attribute of RFC 4271 at least once, an AS_SET, four-octet AS numbers, odd prefix lengths. */
export const OUR_ROUTES: readonly Route[] = [
  route("10.1.0.0/24", "192.0.2.1", { ...COMMON, asPath: "65010 4200000001", med: 7 }),
  route("10.1.128.0/17", "192.0.2.1", { origin: "egp", asPath: "65010 65010 65010", med: 4294967295 }),
  route("10.2.3.4/32", "192.0.2.1", { origin: "incomplete", asPath: "65010 {65020 65030}" }),
  route("10.3.0.0/16", "192.0.2.1", {
    asPath: "65010",
    atomicAggregate: true,
    aggregator: "65010 192.0.2.99",
  }),
  route("2001:db8:1::/48", "2001:db8::1", { ...COMMON, asPath: "65010", med: 9 }),
  route("2001:db8:2::8000/113", "2001:db8::1", { origin: "incomplete" }),
  route("2001:db8:3::1/128", "2001:db8::1", { asPath: "4200000001" }),
];

/** What the router announces, as far as it can be told. A metric on each: some say 0 where none is set. */
export function routerRoutes(bench: Bench): Route[] {
  const { cannotSet } = bench.kind.traits;
  const can = (what: Settable): boolean => !cannotSet.includes(what);
  return [
    route("10.101.0.0/24", "192.0.2.77", { ...COMMON, asPath: "65010 4200000001", med: 7 }),
    route("10.101.128.0/17", "192.0.2.77", { origin: "egp", asPath: "65010 65010", med: 8 }),
    route("10.102.3.4/32", "192.0.2.77", { origin: "incomplete", med: 4294967295 }),
    route("10.103.0.0/16", "192.0.2.77", { med: 1, atomicAggregate: true, aggregator: "65010 192.0.2.99" }),
    route("2001:db8:101::/48", "2001:db8::77", { ...COMMON, asPath: "65010", med: 9 }),
    route("2001:db8:102::1/128", "2001:db8::77", { origin: "incomplete", med: 10 }),
  ].map((r) =>
    Object.assign({}, r, {
      asPath: can("asPath") ? r.asPath : "",
      aggregator: can("aggregator") ? r.aggregator : null,
      atomicAggregate: can("atomicAggregate") && r.atomicAggregate,
      extendedCommunities: r.extendedCommunities.filter((c) => can("routeOrigin") || !c.startsWith("soo:")),
    }),
  );
}

export const exchange = {
  "routes to the router": async (bench) => {
    const { ours, router } = await bench.up();
    await ours.announce(OUR_ROUTES);
    const seen = seenFrom(OUR_AS, OUR_ROUTES);
    for (const family of FAMILIES) await routerShows(router, bench.addresses({}).ours, family, seen);
  },

  "routes from the router": async (bench) => {
    const { ours, router } = await bench.up();
    const routes = routerRoutes(bench);
    await router.announce(routes);
    for (const family of FAMILIES) await weHold(ours, family, seenFrom(ROUTER_AS, routes));
  },

  "routes over IPv6 transport": async (bench) => {
    const routes = routerRoutes(bench).filter((r) => familyOf(r.prefix) === "ipv6-unicast");
    const setup = { version: 6, routes } as const;
    const { ours, router } = await bench.up(setup);
    await ours.announce(OUR_ROUTES);
    const seen = seenFrom(OUR_AS, OUR_ROUTES);
    await routerShows(router, bench.addresses(setup).ours, "ipv6-unicast", seen);
    await weHold(ours, "ipv6-unicast", seenFrom(ROUTER_AS, routes));
  },

  "routes of an internal peer": async (bench) => {
    const setup = { ourAs: 65001, routerAs: 65001 };
    const { ours, router } = await bench.up(setup);
    expect(ours.session().negotiated.sessionType).toBe("ibgp");
    const mine = OUR_ROUTES.map((r, i) =>
      Object.assign({}, r, {
        localPref: 200 + i,
        originatorId: "192.0.2.98",
        clusterList: ["192.0.2.97", "192.0.2.96"],
      }),
    );
    await ours.announce(mine);
    for (const family of FAMILIES) {
      await routerShows(router, bench.addresses({}).ours, family, seenFrom(65001, mine, true));
    }
    const theirs = routerRoutes(bench).map((r, i) => Object.assign({}, r, { localPref: 300 + i }));
    await router.announce(theirs);
    for (const family of FAMILIES) await weHold(ours, family, seenFrom(65001, theirs, true));
  },

  "withdrawal by us": async (bench) => {
    const { ours, router } = await bench.up();
    await ours.announce(OUR_ROUTES);
    for (const family of FAMILIES) {
      const all = OUR_ROUTES.filter((r) => familyOf(r.prefix) === family);
      const peer = bench.addresses({}).ours;
      await until("all routes", async () => (await router.routeCount(peer, family)) >= all.length);
    }
    const kept = OUR_ROUTES.filter((_, i) => i % 3 !== 0);
    await ours.withdraw(OUR_ROUTES.filter((r) => !kept.includes(r)));
    for (const family of FAMILIES) {
      await until(`only ${family} routes that are left`, async () => {
        const shown = (await router.routes(bench.addresses({}).ours, family)).map((r) => r.prefix).sort();
        expect(shown).toEqual(
          kept
            .map((r) => r.prefix)
            .filter((p) => familyOf(p) === family)
            .sort(),
        );
        return true;
      });
    }
  },

  "withdrawal by the router": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({ routes });
    for (const family of FAMILIES) await weHold(ours, family, seenFrom(ROUTER_AS, routes));
    const kept = routes.filter((_, i) => i % 3 !== 0);
    await router.withdraw(routes.filter((r) => !kept.includes(r)).map((r) => r.prefix));
    for (const family of FAMILIES) await weHold(ours, family, seenFrom(ROUTER_AS, kept));
  },

  "End-of-RIB from the router": async (bench) => {
    const { ours } = await bench.up({ routes: routerRoutes(bench), speaker: { gracefulRestart: true } });
    for (const family of FAMILIES) await until(`End-of-RIB of ${family}`, () => ours.endOfRib.has(family));
  },

  "End-of-RIB to the router": async (bench) => {
    const { ours, router } = await bench.up({ speaker: { gracefulRestart: true } });
    await ours.announce(OUR_ROUTES.slice(0, 1));
    await ours.sendEndOfRib();
    for (const family of FAMILIES) {
      await until(`the router to say End-of-RIB of ${family}`, () =>
        router.endOfRib?.(bench.addresses({}).ours, family),
      );
    }
  },

  "ROUTE-REFRESH to the router": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours } = await bench.up({ routes });
    for (const family of FAMILIES) {
      await weHold(ours, family, seenFrom(ROUTER_AS, routes));
      ours.forget(family);
      expect(ours.requestRefresh(family).status).toBe("sent");
      await weHold(ours, family, seenFrom(ROUTER_AS, routes));
    }
  },

  "ROUTE-REFRESH from the router": async (bench) => {
    const { ours, router } = await bench.up();
    await ours.announce(OUR_ROUTES);
    for (const family of FAMILIES) {
      await router.refresh?.(bench.addresses({}).ours, family);
      await until(`ROUTE-REFRESH of ${family}`, () => ours.refreshes.has(family));
    }
    // We answered with everything once more; the session has to have survived that.
    for (const family of FAMILIES) {
      const count = OUR_ROUTES.filter((r) => familyOf(r.prefix) === family).length;
      const peer = bench.addresses({}).ours;
      await until("all routes", async () => (await router.routeCount(peer, family)) >= count);
    }
    expect(ours.peer.state).toBe("Established");
  },

  "ADD-PATH to the router": async (bench) => {
    const { ours, router } = await bench.up({ addPath: true });
    for (const { send } of ours.session().negotiated.addPath) expect(send).toBe(true);
    expect(ours.session().negotiated.addPath).toHaveLength(2);
    const paths = [
      route("10.1.0.0/24", "192.0.2.1", { asPath: "65010", pathId: 1 }),
      route("10.1.0.0/24", "192.0.2.1", { asPath: "65011 65012", pathId: 4294967295 }),
      route("2001:db8:1::/48", "2001:db8::1", { asPath: "65010", pathId: 7 }),
      route("2001:db8:1::/48", "2001:db8::1", { asPath: "65011", pathId: 8 }),
    ];
    const shown = async (left: readonly Route[]): Promise<void> => {
      for (const family of FAMILIES) {
        await until(`${left.length} paths in both families`, async () => {
          const asPaths = (await router.routes(bench.addresses({}).ours, family)).map((r) => r.asPath).sort();
          const expected = left.filter((r) => familyOf(r.prefix) === family).map((r) => `${OUR_AS} ${r.asPath}`);
          expect(asPaths).toEqual(expected.sort());
          return true;
        });
      }
    };
    await ours.announce(paths);
    await shown(paths);
    await ours.withdraw(paths.filter((r) => r.asPath === "65010"));
    await shown(paths.filter((r) => r.asPath !== "65010"));
  },

  "ADD-PATH from the router": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({ routes, addPath: true });
    expect(ours.session().negotiated.addPath.map((one) => one.receive)).toEqual([true, true]);
    const hold = async (left: readonly Route[]): Promise<void> => {
      for (const family of FAMILIES) {
        await until(`us to hold ${left.length} routes with path identifiers`, () => {
          const held = ours.routes(family);
          const expected = seenFrom(ROUTER_AS, left).filter((r) => familyOf(r.prefix) === family);
          expect(sorted(held)).toEqual(expected.map((r) => Object.assign({ pathId: expect.any(Number) }, r)));
          return true;
        });
      }
    };
    await hold(routes);
    await router.withdraw(routes.slice(0, 1).map((r) => r.prefix));
    await hold(routes.slice(1));
  },

  "two-octet AS numbers on our side": async (bench) => {
    const { ours, router } = await bench.up({ peer: { fourOctetAs: false } });
    expect(ours.session().negotiated.fourOctetAs).toBe(false);
    const mine = [
      route("10.1.0.0/24", "192.0.2.1", { asPath: "65010 4200000001" }),
      route("10.2.0.0/24", "192.0.2.1", { asPath: "65010", communities: ["65010:1"] }),
    ];
    await ours.announce(mine);
    // AS_TRANS in AS_PATH and the real number in AS4_PATH: the router puts them together (RFC 6793 section 4.2.3).
    await routerShows(router, bench.addresses({}).ours, "ipv4-unicast", seenFrom(OUR_AS, mine));
    const theirs = routerRoutes(bench).filter((r) => familyOf(r.prefix) === "ipv4-unicast");
    await router.announce(theirs);
    await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, theirs));
  },

  "two-octet AS numbers on the router's side": async (bench) => {
    const { ours, router } = await bench.up({ routerIsTwoOctet: true });
    expect(ours.session().negotiated.fourOctetAs).toBe(false);
    const mine = [route("10.1.0.0/24", "192.0.2.1", { asPath: "65010 65011" })];
    await ours.announce(mine);
    await routerShows(router, bench.addresses({}).ours, "ipv4-unicast", seenFrom(OUR_AS, mine));
    const theirs = [route("10.101.0.0/24", "192.0.2.77", { med: 5 })];
    await router.announce(theirs);
    await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, theirs));
  },
} satisfies Scenarios;
