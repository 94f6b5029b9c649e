// Sessions ending: NOTIFICATIONs in both directions with the other side's reading of them, restarts, and a kill.
import { expect } from "vitest";
import { prefixBoundOf, shutdownText } from "@bgpwire/core";
import { weHold, routerShows, seenFrom, OUR_AS, ROUTER_AS, type Bench } from "../support/bench.ts";
import { until } from "../support/until.ts";
import { route, type Router } from "../routers/router.ts";
import { FAMILIES, OUR_ROUTES, routerRoutes } from "./exchange.ts";
import type { Scenarios } from "./scenario.ts";

/** Waits until the router's own words for a NOTIFICATION match. */
async function routerReads(router: Router, direction: "received" | "sent", pattern: RegExp): Promise<void> {
  await until(`the router to have ${direction} ${pattern}`, async () => {
    expect((await router.notifications(direction)).join("\n")).toMatch(pattern);
    return true;
  });
}

/** Each router's words for the same NOTIFICATION. */
const READS = {
  administrativeShutdown: /administrat\w+ (shut)?down|6\/2/i,
  malformedAttributeList: /malformed attribute list|attribute list|3[/.]1/i,
  maximumPrefixes: /max\w*[- ](number of )?prefix|6[/.]1\b/i,
  // OpenBGPD calls number 10 its own "sent max-prefix exceeded", as before RFC 9384.
  bfdDown: /bfd|6[/.]10|subcode 10|sent max-prefix exceeded/i,
  badPeerAs: /bad peer as|as unacceptable|as number mismatch|2[/.]2/i,
};

/** We expect another AS number than the router has. */
async function refuseAs(bench: Bench): Promise<Router> {
  const setup = { peer: { remoteAs: 65099 } };
  const router = await bench.startRouter(setup);
  const ours = await bench.startOurs(setup);
  await until("our NOTIFICATION", () => ours.peer.view().lastSent);
  expect(ours.peer.view().lastSent).toMatchObject({ code: 2, subcode: 2 });
  expect(ours.peer.view().counters.established).toBe(0);
  return router;
}

export const endings = {
  "NOTIFICATION from us": async (bench) => {
    const { ours, router } = await bench.up();
    ours.peer.disable();
    expect(await ours.closed()).toMatchObject({ cause: "administrative", notification: { code: 6, subcode: 2 } });
    await routerReads(router, "received", READS.administrativeShutdown);
  },

  "BFD has lost the router: Cease/BFD Down from us": async (bench) => {
    const { ours, router } = await bench.up();
    ours.peer.bfd("up");
    ours.peer.bfd("down");
    expect(await ours.closed()).toMatchObject({ cause: "bfd", notification: { code: 6, subcode: 10 } });
    await routerReads(router, "received", READS.bfdDown);
    await ours.established(2);
  },

  "shutdown text from us": async (bench) => {
    const { ours, router } = await bench.up();
    ours.peer.disable("switch 7 is replaced");
    await routerReads(router, "received", /switch 7 is replaced/);
  },

  "NOTIFICATION from the router": async (bench) => {
    const { ours, router } = await bench.up();
    await router.disable(bench.addresses({}).ours, "");
    const reason = await ours.closed();
    expect(reason).toMatchObject({ cause: "remote", notification: { code: 6 } });
  },

  "shutdown text from the router": async (bench) => {
    const { ours, router } = await bench.up();
    await router.disable(bench.addresses({}).ours, "ticket 4711");
    const reason = await ours.closed();
    expect(reason.notification).toMatchObject({ code: 6, subcode: 2 });
    expect(reason.notification === null ? null : shutdownText(reason.notification)).toBe("ticket 4711");
  },

  "session back after our shutdown": async (bench) => {
    const { ours, router } = await bench.up();
    ours.peer.disable();
    await ours.closed();
    expect(ours.peer.state).toBe("Idle");
    ours.peer.enable();
    await ours.established(2);
    await bench.established(router, ours);
  },

  "session back after the router's shutdown": async (bench) => {
    const { ours, router } = await bench.up();
    const peer = bench.addresses({}).ours;
    await router.disable(peer, "");
    await ours.closed();
    await until("the router to be down", async () => (await router.state(peer)) !== "Established");
    await router.enable(peer);
    await ours.established(2);
    await bench.established(router, ours);
  },

  "the router announces too many prefixes": async (bench) => {
    const limits = [{ afi: 1, safi: 1, limit: 3, warning: 60 }];
    const { ours, router } = await bench.up({ speaker: { limits } });
    const routes = [0, 1, 2, 3].map((i) => route(`10.7.${i}.0/24`, "192.0.2.77", { med: 1 }));
    await router.announce(routes.slice(0, 3));
    await until(
      "three routes and a warning",
      () => ours.crossings.length > 0 && ours.routes("ipv4-unicast").length === 3,
    );
    await router.announce(routes.slice(3));
    const { cause, notification } = await ours.closed();
    expect(cause).toBe("application");
    expect(notification === null ? null : prefixBoundOf(notification)).toEqual({ afi: 1, safi: 1, limit: 3 });
    expect(ours.crossings.map(({ level }) => level)).toEqual(["warning", "exceeded"]);
    expect(ours.peer.view()).toMatchObject({ state: "Idle", started: true });
    await routerReads(router, "received", READS.maximumPrefixes);
    await router.withdraw(routes.slice(3).map(({ prefix }) => prefix));
    await until("a session with fewer routes", () => {
      return ours.peer.state === "Established" && ours.routes("ipv4-unicast").length === 3;
    });
  },

  "we refuse an UPDATE": async (bench) => {
    const { ours, router } = await bench.up();
    ours.verdict = { code: 3, subcode: 1, data: new Uint8Array(0) };
    await router.announce(routerRoutes(bench));
    expect(await ours.closed()).toMatchObject({ cause: "application", notification: { code: 3, subcode: 1 } });
    await routerReads(router, "received", READS.malformedAttributeList);
  },

  "the router refuses an UPDATE": async (bench) => {
    const { ours, router } = await bench.up();
    // Total Path Attribute Length goes beyond the message (RFC 4271 section 6.3): 3/1.
    ours.session().sendUpdate(Uint8Array.of(0, 0, 0, 0xff, 0x40, 1, 1, 0));
    expect(await ours.closed()).toMatchObject({ cause: "remote", notification: { code: 3, subcode: 1 } });
    await routerReads(router, "sent", READS.malformedAttributeList);
  },

  "we refuse the router's AS number": async (bench) => {
    await refuseAs(bench);
  },

  "the router reads a NOTIFICATION before Established": async (bench) => {
    const router = await refuseAs(bench);
    await routerReads(router, "received", READS.badPeerAs);
  },

  "the router refuses our AS number": async (bench) => {
    const setup = { peer: { localAs: 65099 } };
    const router = await bench.startRouter(setup);
    const ours = await bench.startOurs(setup);
    await until("the router's NOTIFICATION", () => ours.peer.view().lastReceived);
    expect(ours.peer.view().lastReceived).toMatchObject({ code: 2, subcode: 2 });
    await routerReads(router, "sent", READS.badPeerAs);
  },

  "clean restart of ours": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({ routes });
    for (const family of FAMILIES) await weHold(ours, family, seenFrom(ROUTER_AS, routes));
    await ours.stop();
    await routerReads(router, "received", READS.administrativeShutdown);
    const again = await bench.startOurs();
    await bench.established(router, again);
    await again.announce(OUR_ROUTES.slice(0, 1));
    await routerShows(router, bench.addresses({}).ours, "ipv4-unicast", seenFrom(OUR_AS, OUR_ROUTES.slice(0, 1)));
    for (const family of FAMILIES) await weHold(again, family, seenFrom(ROUTER_AS, routes));
  },

  "clean restart of the router": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({ routes });
    await router.stop();
    await ours.closed();
    const again = await bench.startRouter({ routes });
    await ours.established(2);
    for (const family of FAMILIES) await weHold(ours, family, seenFrom(ROUTER_AS, routes));
    await bench.established(again, ours);
  },

  "router killed": async (bench) => {
    const routes = routerRoutes(bench);
    const { ours, router } = await bench.up({ routes });
    router.daemon.signal("SIGKILL");
    expect(await ours.closed()).toMatchObject({ cause: "transport", notification: null });
    await router.daemon.exited;
    await bench.startRouter({ routes });
    await ours.established(2);
    for (const family of FAMILIES) await weHold(ours, family, seenFrom(ROUTER_AS, routes));
  },
} satisfies Scenarios;
