// The routes of bench/send.ts: /24s from 11.0.0.0 on, sets of attributes that several in a row share, as in a table.
import { asPath, communities, origin, type Route } from "@bgpwire/decoder";
import { createRandom } from "./random.ts";

/** Routes that share a set of attributes, on average. */
const SHARED = 5;

/** AS numbers that nobody here has: a router drops what it finds itself in. */
const OTHERS = [100_000, 400_000] as const;

/** As many routes, always the same. */
export function makeRoutes(count: number): Route[] {
  const random = createRandom(1);
  const routes: Route[] = [];
  while (routes.length < count) {
    const path = [65001, ...Array.from({ length: random.between(1, 6) }, () => random.between(...OTHERS))];
    const told = communities(Array.from({ length: random.between(1, 5) }, () => random.between(1, 1e9)));
    const attributes = [origin("igp"), asPath(path), told];
    for (let shared = random.between(1, 2 * SHARED - 1); shared > 0 && routes.length < count; shared -= 1) {
      const n = (11 << 16) + routes.length;
      const nlri = `${n >>> 16}.${(n >>> 8) & 255}.${n & 255}.0/24`;
      routes.push({ nlri, attributes, nextHop: "192.0.2.1" });
    }
  }
  return routes;
}
