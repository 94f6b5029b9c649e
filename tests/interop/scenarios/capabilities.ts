// What capabilities agree on beyond families: filters of prefixes (RFC 5292), long messages (RFC 8654), IPv6 next hops for IPv4 routes
// (RFC 8950), names (capabilities 73 and 75), a hold time that is too short for us (RFC 4271 section 6.2), and families that come and go
// while the session is up (draft-ietf-idr-dynamic-cap-02).
import { expect } from "vitest";
import {
  dynamicCapability,
  encodeRouteFilters,
  extendedMessage,
  extendedNextHop,
  familyName,
  fqdn,
  OrfType,
  outboundRouteFiltering,
  RefreshSubtype,
  softwareVersion,
  WhenToRefresh,
  type Capability,
  type Direction,
  type PrefixFilterEntry,
} from "@bgpwire/core";
import { OUR_AS, ROUTER_AS, routerShows, seenFrom, weHold, type Bench, type Setup } from "../support/bench.ts";
import type { Ours } from "../support/ours.ts";
import { until } from "../support/until.ts";
import { familyOf, route, type Route, type RouteFamily, type Router } from "../routers/router.ts";
import { OUR_ROUTES, routerRoutes } from "./exchange.ts";
import type { Scenarios } from "./scenario.ts";

const IPV4 = { afi: 1, safi: 1 };

function filtering(direction: Direction): Capability {
  return outboundRouteFiltering([{ ...IPV4, types: [{ type: OrfType.AddressPrefix, direction }] }]);
}

const ipv4 = (routes: readonly Route[]): Route[] => routes.filter((r) => familyOf(r.prefix) === "ipv4-unicast");
const prefixesOf = (routes: readonly Route[]): string[] => routes.map((r) => r.prefix).sort();

/** Communities that fill more than a message of 4096 octets. */
const MANY_COMMUNITIES = Array.from({ length: 1100 }, (_, i) => `1:${i + 1}`);

const LONG: Setup = { speaker: { capabilities: [extendedMessage()] }, router: { extendedMessages: true } };

/** FRR offers it over IPv6 alone. */
const IPV6_NEXT_HOP: Setup = {
  version: 6,
  speaker: { capabilities: [extendedNextHop([{ ...IPV4, nextHopAfi: 2 }])] },
  router: { extendedNextHop: true },
};

/** Families of one side at first, and capability 67 of both. */
function changing(side: "speaker" | "router"): Setup {
  const families = ["ipv4-unicast"] as const;
  return {
    speaker: { capabilities: [dynamicCapability()], ...(side === "speaker" && { families }) },
    router: { dynamicCapability: true, ...(side === "router" && { families }) },
  };
}

/** IPv6 unicast comes and goes twice; the session stays. */
async function comesAndGoes(bench: Bench, setup: Setup, carry: (ours: Ours, router: Router) => Carry): Promise<void> {
  const routes = routerRoutes(bench);
  const { ours, router } = await bench.up({ ...setup, routes });
  const peer = bench.addresses({}).ours;
  const session = ours.session();
  const families = (): string[] => session.negotiated.families.map(familyName);
  expect([session.negotiated.dynamicCapability, families()]).toEqual([true, ["ipv4-unicast"]]);
  const ipv6 = OUR_ROUTES.filter((r) => familyOf(r.prefix) === "ipv6-unicast");
  for (let times = 0; times < 2; times += 1) {
    await carry(ours, router)("ipv6-unicast", true);
    await until("the family to come", () => families().length === 2);
    await ours.announce(ipv6);
    await routerShows(router, peer, "ipv6-unicast", seenFrom(OUR_AS, ipv6));
    // FRR tells its own when its policy for the family changes.
    await router.carry!(peer, "ipv6-unicast", true);
    await weHold(ours, "ipv6-unicast", seenFrom(ROUTER_AS, routes));
    // FRR ends the session when it has routes to remove.
    await ours.withdraw(ipv6);
    await routerShows(router, peer, "ipv6-unicast", []);
    await carry(ours, router)("ipv6-unicast", false);
    await until("the family to go", () => families().length === 1);
    expect(ours.routes("ipv6-unicast")).toEqual([]);
  }
  // What was there is as it was.
  await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, routes));
  expect(ours.peer.view()).toMatchObject({ state: "Established", counters: { established: 1 } });
}

type Carry = (family: RouteFamily, carried: boolean) => void | Promise<void>;

export const capabilities = {
  "a family that the router brings over a session that is up": (bench) =>
    comesAndGoes(
      bench,
      changing("router"),
      (_ours, router) => (family, carried) => router.carry!(bench.addresses({}).ours, family, carried),
    ),

  "a family that we bring over a session that is up": (bench) =>
    comesAndGoes(bench, changing("speaker"), (ours) => (family, carried) => ours.carry(family, carried)),

  "the router's filter holds our routes back": async (bench) => {
    const rules = ["seq 5 deny 10.1.128.0/17", "seq 10 permit 10.0.0.0/14 ge 16 le 24"];
    const { ours, router } = await bench.up({
      speaker: { capabilities: [filtering("receive")] },
      router: { filters: { direction: "send", rules } },
    });
    expect(ours.session().negotiated.outboundRouteFilters).toEqual([{ ...IPV4, type: 64, send: false, receive: true }]);
    await ours.announce(OUR_ROUTES);
    await until("the filter", () => ours.refreshes.has("ipv4-unicast"));
    const passing = ipv4(OUR_ROUTES).filter((r) => r.prefix === "10.1.0.0/24" || r.prefix === "10.3.0.0/16");
    expect(ours.asked).toEqual([
      {
        when: WhenToRefresh.Immediate,
        filters: [
          {
            name: "prefixes",
            type: OrfType.AddressPrefix,
            entries: [
              { action: "add", match: "deny", sequence: 5, prefix: "10.1.128.0/17" },
              { action: "add", match: "permit", sequence: 10, prefix: "10.0.0.0/14", minLength: 16, maxLength: 24 },
            ],
          },
        ],
      },
    ]);
    expect(prefixesOf(ipv4(ours.told))).toEqual(prefixesOf(passing));
    const peer = bench.addresses({}).ours;
    await routerShows(router, peer, "ipv4-unicast", seenFrom(OUR_AS, passing));
    await router.filter?.(peer, ["seq 3 permit 10.2.3.4/32", ...rules]);
    const more = [...passing, ...OUR_ROUTES.filter((r) => r.prefix === "10.2.3.4/32")];
    // FRR sends each line of a changing list on its own.
    await until("another filter", () => {
      expect(prefixesOf(ipv4(ours.told))).toEqual(prefixesOf(more));
      return true;
    });
    await routerShows(router, peer, "ipv4-unicast", seenFrom(OUR_AS, more));
  },

  "our filter holds the router's routes back": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({
      routes,
      speaker: { capabilities: [filtering("send")] },
      router: { filters: { direction: "receive", rules: [] } },
    });
    const ask = (when: number, ...entries: PrefixFilterEntry[]): void => {
      const body = encodeRouteFilters({ when, filters: [{ name: "prefixes", type: OrfType.AddressPrefix, entries }] });
      const sent = ours.session().sendRouteRefresh(IPV4.afi, IPV4.safi, RefreshSubtype.Request, body);
      expect(sent.status).toBe("sent");
    };
    const of = (...prefixes: string[]): Route[] => routes.filter((r) => prefixes.includes(r.prefix));
    const permit = { action: "add", match: "permit" } as const;
    ask(WhenToRefresh.Defer, { ...permit, sequence: 5, prefix: "10.101.0.0/16", maxLength: 32 });
    ask(WhenToRefresh.Immediate, { ...permit, match: "deny", sequence: 3, prefix: "10.101.128.0/17" });
    await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, of("10.101.0.0/24")));
    expect(await router.filterOf?.(bench.addresses({}).ours)).toEqual([
      "seq 3 deny 10.101.128.0/17",
      "seq 5 permit 10.101.0.0/16 le 32",
    ]);
    // FRR takes REMOVE for REMOVE-ALL, and reads nothing behind it.
    ask(WhenToRefresh.Defer, { action: "removeAll" });
    ask(WhenToRefresh.Immediate, { ...permit, sequence: 5, prefix: "10.101.0.0/16", maxLength: 32 });
    await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, of("10.101.0.0/24", "10.101.128.0/17")));
    ask(WhenToRefresh.Immediate, { action: "removeAll" });
    await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, ipv4(routes)));
  },

  "messages of more than 4096 octets to the router": async (bench) => {
    const { ours, router } = await bench.up(LONG);
    expect(ours.session().negotiated.maxMessageSent).toBe(65535);
    // BIRD and FRR show so many communities in part only, so it is many routes in one message.
    const routes = Array.from({ length: 1000 }, (_, i) => route(`10.1.${i >> 8}.${i & 255}/32`, "192.0.2.1"));
    await ours.announce(routes);
    expect(ours.peer.view().counters.sent.update).toBe(1);
    const peer = bench.addresses({}).ours;
    await until("all routes", async () => (await router.routeCount(peer, "ipv4-unicast")) === routes.length);
    if (bench.kind.traits.echoes === true) await until("its echo", () => ours.longest > 4096);
  },

  "messages of more than 4096 octets from the router": async (bench) => {
    const { ours, router } = await bench.up(LONG);
    const routes = [route("10.101.0.0/24", "192.0.2.77", { med: 5, communities: MANY_COMMUNITIES })];
    await router.announce(routes);
    await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, routes));
    expect(ours.longest).toBeGreaterThan(4096);
  },

  "IPv6 next hops of IPv4 routes to the router": async (bench) => {
    const { ours, router } = await bench.up(IPV6_NEXT_HOP);
    expect(ours.session().negotiated.extendedNextHop).toEqual([{ ...IPV4, nextHopAfi: 2 }]);
    const routes = [route("10.1.0.0/24", "2001:db8::1"), route("10.2.0.0/24", "192.0.2.1")];
    await ours.announce(routes);
    await routerShows(router, bench.addresses(IPV6_NEXT_HOP).ours, "ipv4-unicast", seenFrom(OUR_AS, routes));
  },

  "IPv6 next hops of IPv4 routes from the router": async (bench) => {
    const { ours, router } = await bench.up(IPV6_NEXT_HOP);
    const routes = [route("10.101.0.0/24", "2001:db8::77", { med: 1 })];
    await router.announce(routes);
    await weHold(ours, "ipv4-unicast", seenFrom(ROUTER_AS, routes));
  },

  "names of both sides": async (bench) => {
    const names = [fqdn("ours", "example.net"), softwareVersion("bgpwire")];
    const { ours, router } = await bench.up({ speaker: { capabilities: names } });
    const theirs = ours.session().negotiated.remoteOpen.capabilities.find((one) => one.name === "fqdn");
    expect(theirs).toMatchObject({ code: 73, hostName: expect.stringMatching(/./) });
    const peer = bench.addresses({}).ours;
    if (router.hostName !== undefined) expect(await router.hostName(peer)).toBe("ours.example.net");
    expect(await router.state(peer)).toBe("Established");
  },

  "a hold time below our minimum": async (bench) => {
    const setup: Setup = { routerHoldTime: 12, peer: { minimumHoldTime: 30 } };
    await bench.startRouter(setup);
    const ours = await bench.startOurs(setup);
    const notification = await until("a NOTIFICATION", () => ours.peer.view().lastSent);
    expect(notification).toMatchObject({ code: 2, subcode: 6 });
  },
} satisfies Scenarios;
