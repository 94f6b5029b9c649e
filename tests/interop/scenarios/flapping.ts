// Routes that change again and again while the router reads nothing: what waits for it is the newest state of each, and what it
// has in the end is that.
import { expect } from "vitest";
import { RouteWriter, sendContextOf, type RawAttribute } from "@bgpwire/decoder";
import { route, type Route } from "../routers/router.ts";
import { OUR_AS, routerShows, seenFrom } from "../support/bench.ts";
import { announcementOf } from "../support/codec.ts";
import type { Scenarios } from "./scenario.ts";

const SIZE = 600;
/** Routes that share one set of attributes. */
const SHARED = 2;
/** So much that a few states of the table are more than the socket buffers of both sides hold; no router looks into it. */
const BULK: RawAttribute = { name: "raw", code: 250, flags: 0xc0, value: new Uint8Array(3800) };
/** More than any buffers hold, in states of the table. */
const MOST_ROUNDS = 60;

/** The i-th route in a state of the table. */
function flapping(i: number, state: number): Route {
  return route(`10.${i >> 8}.${i & 255}.0/24`, "192.0.2.1", {
    asPath: `65010 ${64512 + Math.floor(i / SHARED)}`,
    med: state,
    communities: ["65010:1"],
  });
}

export const flappingRoutes = {
  "routes that change while the router reads nothing": async (bench) => {
    const { ours, router } = await bench.up({ quiet: true });
    const session = ours.session();
    const writer = new RouteWriter(session, sendContextOf(session.negotiated));
    const all = Array.from({ length: SIZE }, (_, i) => i);
    const announce = (which: readonly number[], state: number, more: readonly RawAttribute[]): Route[] => {
      const routes = which.map((i) => flapping(i, state));
      writer.announce(routes.map((one) => announcementOf(one, session.negotiated, more)));
      return routes;
    };
    const withdraw = (which: readonly number[]): void => writer.withdraw(which.map((i) => flapping(i, 0).prefix));

    router.daemon.signal("SIGSTOP");
    let state = 0;
    do {
      state += 1;
      announce(all, state, [BULK]);
      // A turn of the event loop, in which the socket takes what it can.
      await new Promise((resolve) => void setImmediate(resolve));
    } while (writer.pump() !== "blocked" && state < MOST_ROUNDS);
    expect(writer.pump()).toBe("blocked");
    const flushed = writer.flush();

    for (const more of [1, 2, 3]) {
      announce(all, state + more, [BULK]);
      withdraw(all.filter((i) => i % 5 === more));
    }
    const gone = all.filter((i) => i % 3 === 0);
    const left = announce(
      all.filter((i) => i % 3 !== 0),
      4_000_000_000,
      [],
    );
    withdraw(gone);
    expect(writer.pending).toBeLessThanOrEqual(SIZE);
    expect(writer.pending).toBeGreaterThan(0);

    router.daemon.signal("SIGCONT");
    await flushed;
    expect(writer.pending).toBe(0);
    await routerShows(router, bench.addresses({}).ours, "ipv4-unicast", seenFrom(OUR_AS, left));
    expect(ours.peer.view().counters.established).toBe(1);
  },
} satisfies Scenarios;
