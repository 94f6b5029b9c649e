// A table of 200,000 routes: from one speaker of ours into the router, and out of it to another.
import { expect } from "vitest";
import { ADDRESSES } from "../support/namespace.ts";
import { freePort, OUR_AS, ROUTER_AS } from "../support/bench.ts";
import { startOurs } from "../support/ours.ts";
import { route, type Route } from "../routers/router.ts";
import { until } from "../support/until.ts";
import type { Scenarios } from "./scenario.ts";

const SIZE = 200_000;
/** Routes that share one set of attributes, as they do on the Internet: 4 on average. */
const SHARED = 20;
const PATIENCE = 150_000;
/** A question to the router costs it time that it should spend on the table. */
const PAUSE = 500;

/** The i-th route: /24s from 11.0.0.0 on, a path and communities that many have in common. */
function tableRoute(i: number): Route {
  const set = Math.floor(i / SHARED);
  const n = (11 << 16) + i;
  return route(`${n >>> 16}.${(n >>> 8) & 255}.${n & 255}.0/24`, "192.0.2.1", {
    asPath: `${64512 + (set % 400)} ${4200000000 + (set % 7919)}`,
    med: set % 1000,
    communities: [`65010:${set % 60000}`],
  });
}

export const table = {
  "200,000 routes in and out": async (bench) => {
    const { router: routerAddress, other } = ADDRESSES[4];
    const otherPort = freePort();
    const router = await bench.startRouter({ quiet: true }, [
      { address: other, port: otherPort, asn: 65003, localAddress: routerAddress, passive: true },
    ]);
    const receiver = await startOurs({
      address: other,
      port: otherPort,
      routerId: other,
      peer: {
        remoteAddress: routerAddress,
        remotePort: bench.routerPort,
        localAddress: other,
        localAs: 65003,
        remoteAs: ROUTER_AS,
        connectRetryTime: 0.5,
      },
    });
    bench.atEnd(() => receiver.stop());
    const sender = await bench.startOurs();
    await receiver.established();
    await sender.established();

    const routes = Array.from({ length: SIZE }, (_, i) => tableRoute(i));
    await sender.announce(routes);
    const peer = ADDRESSES[4].ours;
    const whole = async (): Promise<boolean> => (await router.routeCount(peer, "ipv4-unicast")) === SIZE;
    await until("the whole table in the router", whole, PATIENCE, PAUSE);
    await until("the whole table out of it", () => receiver.routeCount === SIZE, PATIENCE, PAUSE);

    // Attribute by attribute, for every thousandth.
    const got = new Map(receiver.routes("ipv4-unicast").map((r) => [r.prefix, r]));
    for (let i = 0; i < SIZE; i += 1000) {
      const sent = tableRoute(i);
      expect(got.get(sent.prefix)).toMatchObject({
        asPath: `${ROUTER_AS} ${OUR_AS} ${sent.asPath}`,
        origin: "igp",
        communities: sent.communities,
      });
    }

    const step = Math.min(bench.kind.traits.prefixesPerMessage, SIZE);
    for (let i = 0; i < SIZE; i += step) await sender.withdraw(routes.slice(i, i + step));
    await until("the table to be gone", () => receiver.routeCount === 0, PATIENCE, PAUSE);
    expect(sender.peer.view().counters.established).toBe(1);
    expect(receiver.peer.view().counters.established).toBe(1);
  },
} satisfies Scenarios;
