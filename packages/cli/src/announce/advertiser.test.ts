// What a session's peer has of us in the end: its filters (RFC 5291) and its limit of paths are honoured, whatever changes when.
import {
  addPath,
  encodeRouteFilters,
  multiprotocol,
  negotiate,
  outboundRouteFiltering,
  PeerFilters,
  pathsLimit,
  type Capability,
  type Negotiated,
  type PrefixFilterEntry,
  type RouteRefresh,
  type Session,
} from "@bgpwire/core";
import { decodeUpdate, routesOf, sendContextOf, type PrefixNlri } from "@bgpwire/decoder";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Reporter } from "../output/reporter.ts";
import { Advertiser } from "./advertiser.ts";
import { Offer } from "./offer.ts";
import { OwnRoutes } from "./own-routes.ts";

const IPV4 = { afi: 1, safi: 1 };
const IMMEDIATE = 1;
const DEFER = 2;
const SILENT = { report: () => {} } as unknown as Reporter;

const orf = (direction: "send" | "receive"): Capability =>
  outboundRouteFiltering([{ ...IPV4, types: [{ type: 64, direction }] }]);
const open = (identifier: string, capabilities: readonly Capability[]) => ({
  version: 4,
  myAs: 65001,
  holdTime: 90,
  identifier,
  capabilities: [multiprotocol(1, 1), ...capabilities],
});
const paths = (limit: number | null): Capability[] => [
  addPath([{ ...IPV4, direction: "both" }]),
  ...(limit === null ? [] : [pathsLimit([{ ...IPV4, limit }])]),
];

function refreshWith(when: number, entries: readonly PrefixFilterEntry[]): RouteRefresh {
  return {
    ...IPV4,
    subtype: 0,
    body: encodeRouteFilters({ when, filters: [{ name: "prefixes", type: 64, entries }] }),
  };
}

/** A prefix, with its path identifier where it has one. */
function nameOf(route: object): string {
  const { prefix, pathId } = route as PrefixNlri;
  return pathId === undefined ? prefix : `${prefix} ${pathId}`;
}

/** A session whose peer honours nothing but what it is told. */
class Peer {
  readonly routes = new OwnRoutes();
  readonly advertiser: Advertiser;
  negotiated: Negotiated;
  /** Prefixes, with a path identifier where there is one. */
  readonly held = new Set<string>();
  #said: string[] = [];

  constructor(negotiated: Negotiated) {
    const context = sendContextOf(negotiated);
    this.negotiated = negotiated;
    const agreed = (): Negotiated => this.negotiated;
    const session = {
      peer: { id: "192.0.2.2" },
      conn: 0,
      endpoints: { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "192.0.2.2", remotePort: 179 },
      get negotiated() {
        return agreed();
      },
      sendUpdate: (body: Uint8Array) => {
        const { update, issues } = decodeUpdate(body, context);
        const { announced, withdrawn, endOfRib } = routesOf(update, issues);
        for (const name of withdrawn.map(nameOf)) {
          this.held.delete(name);
          this.#said.push(`-${name}`);
        }
        for (const name of announced.map(nameOf)) {
          this.held.add(name);
          this.#said.push(`+${name}`);
        }
        if (endOfRib !== null) this.#said.push("end");
        return { status: "sent", credit: 1 };
      },
    } as unknown as Session;
    this.advertiser = new Advertiser(session, new Offer(session, this.routes, true), SILENT, () => {});
  }

  add(prefix: string, pathId: number = 1): void {
    this.routes.set({ prefix, pathId, attributes: { nextHop: "192.0.2.1", origin: "igp", asPath: "" } });
  }

  /** What was said since. */
  async heard(): Promise<string[]> {
    await new Promise(setImmediate);
    return this.#said.splice(0);
  }
}

it("routes wait for the first filter, and are withdrawn when one that is to hold at once does not let them through", async () => {
  const peer = new Peer(negotiate(open("192.0.2.1", [orf("receive")]), open("192.0.2.2", [orf("send")])));
  const filter = (when: number, ...entries: PrefixFilterEntry[]): Promise<string[]> => {
    peer.advertiser.refresh(refreshWith(when, entries));
    return peer.heard();
  };
  const permit = { action: "add", match: "permit" } as const;
  for (const prefix of ["10.0.0.0/8", "192.0.2.0/24"]) peer.add(prefix);
  peer.advertiser.announceAll([IPV4]);
  peer.advertiser.changed("10.0.0.0/8", [1]);
  expect(await peer.heard()).toEqual([]);
  expect(await filter(DEFER, { ...permit, sequence: 5, prefix: "10.0.0.0/8" })).toEqual([]);
  expect(await filter(IMMEDIATE, { ...permit, sequence: 10, prefix: "10.1.0.0/16" })).toEqual(["+10.0.0.0/8", "end"]);
  for (const prefix of ["10.1.0.0/16", "203.0.113.0/24"]) {
    peer.add(prefix);
    peer.advertiser.changed(prefix, [1]);
  }
  expect(await peer.heard()).toEqual(["+10.1.0.0/16"]);
  await filter(IMMEDIATE, { action: "removeAll" }, { ...permit, sequence: 5, prefix: "192.0.2.0/24" });
  expect([...peer.held]).toEqual(["192.0.2.0/24"]);
  const told: Uint8Array[] = [];
  peer.advertiser.tellAll((update) => told.push(update));
  expect(told).toHaveLength(2);
  await filter(IMMEDIATE, { action: "removeAll" });
  expect(peer.held.size).toBe(4);
});

it.each([
  ["one path of a prefix", []],
  ["all paths of a prefix", paths(null)],
  ["two paths of a prefix", paths(2)],
])("the peer has what it asked for in the end: %s", async (_what, more) => {
  const prefix = fc.constantFrom("10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "10.1.1.0/24", "192.0.2.0/24");
  const rule = fc
    .record({
      match: fc.constantFrom("permit" as const, "deny" as const),
      sequence: fc.nat(4),
      prefix,
      all: fc.boolean(),
    })
    .map(({ all, ...fields }) => Object.assign(fields, all ? { maxLength: 32 } : {}));
  const entry: fc.Arbitrary<PrefixFilterEntry> = fc.oneof(
    { weight: 1, arbitrary: fc.constant({ action: "removeAll" as const }) },
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.constantFrom("add" as const, "remove" as const), rule)
        .map(([action, one]) => Object.assign({ action }, one)),
    },
  );
  const pathId = fc.integer({ min: 1, max: 4 });
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom("add" as const, "delete" as const), prefix, pathId }),
    fc.record({
      do: fc.constant("filter" as const),
      when: fc.constantFrom(IMMEDIATE, DEFER),
      entries: fc.array(entry, { maxLength: 3 }),
    }),
    fc.record({ do: fc.constant("wait" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const negotiated = negotiate(
        open("192.0.2.1", [orf("receive"), ...more]),
        open("192.0.2.2", [orf("send"), ...more]),
      );
      const peer = new Peer(negotiated);
      const filters = new PeerFilters(negotiated);
      peer.advertiser.announceAll([IPV4]);
      for (const one of steps) {
        if (one.do === "wait") await peer.heard();
        else if (one.do === "filter") {
          const refresh = refreshWith(one.when, one.entries);
          filters.take(refresh);
          peer.advertiser.refresh(refresh);
        } else {
          if (one.do === "add") peer.add(one.prefix, one.pathId);
          else peer.routes.delete(one.prefix, one.pathId);
          peer.advertiser.changed(one.prefix, [one.pathId]);
        }
      }
      peer.advertiser.refresh({ ...IPV4, subtype: 0, body: new Uint8Array(0) });
      await peer.heard();
      const all = [...peer.routes.list(4, Infinity)].filter((route) => filters.passes(IPV4, route.prefix));
      const wanted = all.filter((route) => {
        const better = all.filter((other) => other.prefix === route.prefix && other.pathId < route.pathId).length;
        return better < (more.length === 0 ? 1 : more.length === 1 ? Infinity : 2);
      });
      const names = wanted.map((route) => (more.length === 0 ? route.prefix : `${route.prefix} ${route.pathId}`));
      expect([...peer.held].sort()).toEqual(names.sort());
    }),
    { numRuns: 200 },
  );
});

it("a family that comes is told with an End-of-RIB, one that goes is not told any more, and comes again whole", async () => {
  const dynamic: Capability = { name: "dynamicCapability", code: 67, capabilities: [] };
  const ipv4 = negotiate(open("192.0.2.1", [dynamic]), open("192.0.2.2", [dynamic]));
  const both = negotiate(
    open("192.0.2.1", [dynamic, multiprotocol(2, 1)]),
    open("192.0.2.2", [dynamic, multiprotocol(2, 1)]),
  );
  const peer = new Peer(ipv4);
  peer.routes.set({
    prefix: "2001:db8::/32",
    pathId: 1,
    attributes: { nextHop: "2001:db8::1", origin: "igp", asPath: "" },
  });
  peer.add("192.0.2.0/24");
  peer.advertiser.announceAll([IPV4]);
  expect(await peer.heard()).toEqual(["+192.0.2.0/24", "end"]);
  const becomes = (negotiated: Negotiated): Promise<string[]> => {
    const before = peer.negotiated;
    peer.negotiated = negotiated;
    peer.advertiser.familiesChanged(before);
    return peer.heard();
  };
  expect(await becomes(both)).toEqual(["+2001:db8::/32", "end"]);
  expect(await becomes(ipv4)).toEqual([]);
  peer.advertiser.changed("2001:db8::/32", [1]);
  peer.advertiser.refresh({ afi: 2, safi: 1, subtype: 0, body: new Uint8Array(0) });
  const told: Uint8Array[] = [];
  peer.advertiser.tellAll((update) => told.push(update));
  expect([await peer.heard(), told.length]).toEqual([[], 2]);
  expect(await becomes(both)).toEqual(["+2001:db8::/32", "end"]);
});
