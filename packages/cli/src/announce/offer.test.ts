// Which of our routes a session may have.
import {
  addPath,
  encodeRouteFilters,
  multiprotocol,
  negotiate,
  outboundRouteFiltering,
  pathsLimit,
  type Capability,
  type Session,
} from "@bgpwire/core";
import { describe, expect, it } from "vitest";
import type { Announcement } from "./announcement.ts";
import { Offer } from "./offer.ts";
import { OwnRoutes } from "./own-routes.ts";

const IPV4 = { afi: 1, safi: 1 };

const open = (identifier: string, capabilities: readonly Capability[]) => ({
  version: 4,
  myAs: 65001,
  holdTime: 90,
  identifier,
  capabilities: [multiprotocol(1, 1), ...capabilities],
});

function session(ours: readonly Capability[] = [], theirs: readonly Capability[] = []): Session {
  return { negotiated: negotiate(open("192.0.2.1", ours), open("192.0.2.2", theirs)) } as Session;
}

const route = (prefix: string, pathId = 1): Announcement => ({
  prefix,
  pathId,
  attributes: { nextHop: "192.0.2.1", origin: "igp", asPath: "" },
});

function table(...routes: Announcement[]): OwnRoutes {
  const own = new OwnRoutes();
  for (const one of routes) own.set(one);
  return own;
}

const told = (offer: Offer): string[] => [...offer.list(IPV4)].map(({ prefix, pathId }) => `${prefix} ${pathId}`);
const orf = (direction: "send" | "receive"): Capability =>
  outboundRouteFiltering([{ ...IPV4, types: [{ type: 64, direction }] }]);

describe("paths of a prefix", () => {
  const both = [addPath([{ ...IPV4, direction: "both" }])];
  const paths = [7, 3, 9].map((pathId) => route("10.0.0.0/8", pathId));

  it("one without ADD-PATH: the one with the lowest identifier", () => {
    const routes = table(...paths);
    const offer = new Offer(session(), routes, true);
    expect(told(offer)).toEqual(["10.0.0.0/8 3"]);
    expect(offer.paths("10.0.0.0/8", [9])).toEqual([{ pathId: null, route: paths[1] }]);
    routes.delete("10.0.0.0/8", null);
    expect(offer.paths("10.0.0.0/8", [7, 3, 9])).toEqual([{ pathId: null, route: null }]);
  });

  it("all with it, and of a change only what has changed", () => {
    const offer = new Offer(session(both, both), table(...paths), true);
    expect(told(offer)).toEqual(["10.0.0.0/8 7", "10.0.0.0/8 3", "10.0.0.0/8 9"]);
    expect(offer.paths("10.0.0.0/8", [9, 4])).toEqual([
      { pathId: 9, route: paths[2] },
      { pathId: 4, route: null },
    ]);
  });

  it("as many as PATHS-LIMIT says, and one that goes makes room", () => {
    const routes = table(...paths);
    const offer = new Offer(session(both, [...both, pathsLimit([{ ...IPV4, limit: 2 }])]), routes, true);
    expect(told(offer)).toEqual(["10.0.0.0/8 3", "10.0.0.0/8 7"]);
    routes.delete("10.0.0.0/8", 3);
    const now = [
      { pathId: 3, route: null },
      { pathId: 7, route: paths[0] },
      { pathId: 9, route: paths[2] },
    ];
    expect(offer.paths("10.0.0.0/8", [3])).toEqual(now);
    routes.set(route("10.0.0.0/8", 1));
    expect(offer.paths("10.0.0.0/8", [1])).toContainEqual({ pathId: 9, route: null });
  });
});

describe("filters of the peer", () => {
  it("hold routes back from the list and from changes, and say what is not wanted", () => {
    const routes = table(route("10.0.0.0/8"), route("192.0.2.0/24"));
    const offer = new Offer(session([orf("receive")], [orf("send")]), routes, true);
    expect(offer.awaits(IPV4)).toBe(true);
    const entries = [{ action: "add", match: "permit", sequence: 5, prefix: "10.0.0.0/8" } as const];
    const body = encodeRouteFilters({ when: 1, filters: [{ name: "prefixes", type: 64, entries }] });
    expect(offer.take({ ...IPV4, subtype: 0, body })).toBe(true);
    expect(told(offer)).toEqual(["10.0.0.0/8 1"]);
    expect([...offer.unwanted(IPV4)].map(({ prefix }) => prefix)).toEqual(["192.0.2.0/24"]);
    expect(offer.paths("192.0.2.0/24", [1])).toEqual([]);
    // It may have been told before.
    routes.delete("192.0.2.0/24", 1);
    expect(offer.paths("192.0.2.0/24", [1])).toEqual([{ pathId: null, route: null }]);
  });
});

it("nothing is told, withdrawn or unwanted where the policy lets nothing go", () => {
  const offer = new Offer(session(), table(route("10.0.0.0/8")), false);
  expect([told(offer), [...offer.unwanted(IPV4)], offer.paths("10.0.0.0/8", [1])]).toEqual([[], [], []]);
});
