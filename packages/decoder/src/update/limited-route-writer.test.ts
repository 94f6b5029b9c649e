// Peers that take some paths of a prefix and no more (PATHS-LIMIT, capability 76): what they have at any time, message by message.
import {
  addPath,
  ConfigError,
  multiprotocol,
  negotiate,
  pathsLimit,
  type Capability,
  type Negotiated,
} from "@bgpwire/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asPath } from "../attribute/as-path.ts";
import { localPref } from "../attribute/local-pref.ts";
import { origin } from "../attribute/origin.ts";
import type { Nlri } from "../nlri/model.ts";
import { contextOf, sendContextOf } from "../standard.ts";
import { decodeUpdate } from "./decode.ts";
import { LimitedRouteWriter } from "./limited-route-writer.ts";
import type { Route } from "./route-writer.ts";
import { routesOf } from "./routes.ts";

const BOTH = [multiprotocol(1, 1), multiprotocol(2, 1), multiprotocol(1, 128)];
const PATHS = addPath([
  { afi: 1, safi: 1, direction: "both" },
  { afi: 2, safi: 1, direction: "both" },
  { afi: 1, safi: 128, direction: "both" },
]);

function openWith(as: number, identifier: string, more: readonly Capability[]) {
  return { version: 4, myAs: as, holdTime: 90, identifier, capabilities: [...BOTH, PATHS, ...more] };
}

/** What a peer with these limits has: paths of a prefix with the preference that they were told with, and what it heard. */
class Peer {
  negotiated: Negotiated;
  readonly lines: string[] = [];
  readonly paths = new Map<string, Map<number, number>>();
  room = Number.POSITIVE_INFINITY;
  readonly #context;

  constructor(...limits: { afi: number; safi: number; limit: number }[]) {
    const [ours, theirs] = [openWith(65001, "192.0.2.1", []), openWith(65001, "192.0.2.2", [pathsLimit(limits)])];
    this.negotiated = negotiate(ours, theirs);
    this.#context = contextOf(negotiate(theirs, ours));
  }

  sendUpdate(body: Uint8Array) {
    if (this.room === 0) return { status: "blocked" } as const;
    this.room -= 1;
    const { update, issues } = decodeUpdate(body, this.#context);
    expect(issues).toEqual([]);
    const { announced, withdrawn } = routesOf(update);
    const preference = update.attributes.find((one) => one.name === "localPref")?.value ?? 0;
    for (const { prefix, pathId } of announced as unknown as { prefix: string; pathId: number }[]) {
      this.lines.push(`+ ${prefix} ${pathId}`);
      const paths = this.paths.get(prefix) ?? new Map<number, number>();
      this.paths.set(prefix, paths.set(pathId, preference));
    }
    for (const { prefix, pathId } of withdrawn as unknown as { prefix: string; pathId: number }[]) {
      this.lines.push(`- ${prefix} ${pathId}`);
      this.paths.get(prefix)?.delete(pathId);
    }
    return { status: "sent", credit: 1 } as const;
  }

  /** What it has heard since it was asked last. */
  get news(): string[] {
    return this.lines.splice(0);
  }
}

const VPN_ROUTE = { labels: [100], routeDistinguisher: "65001:1", prefix: "10.0.0.0/24" };

const ATTRIBUTES = [origin("igp"), asPath([])];

function path(prefix: string, pathId: number, preference = 100): Route {
  const nextHop = prefix.includes(":") ? "2001:db8::1" : "192.0.2.1";
  return { nlri: { prefix, pathId }, attributes: [...ATTRIBUTES, localPref(preference)], nextHop };
}

function vpn(id: number): Route {
  const nlri = { ...VPN_ROUTE, pathId: id } as Nlri;
  return { nlri, family: { afi: 1, safi: 128 }, attributes: ATTRIBUTES, nextHop: "192.0.2.1" };
}

function writing(...limits: { afi: number; safi: number; limit: number }[]) {
  const peer = new Peer(...limits);
  return { peer, writer: new LimitedRouteWriter(peer, sendContextOf(peer.negotiated)) };
}

const TWO = { afi: 1, safi: 1, limit: 2 };

describe("a peer with a limit of two paths", () => {
  test("has the first two, then whichever has been held back longest, in its newest state", () => {
    const { peer, writer } = writing(TWO);
    writer.announce([1, 2, 3, 4].map((id) => path("10.0.0.0/24", id)));
    writer.announce([path("10.0.1.0/24", 9), path("10.0.0.0/24", 3, 300)]);
    expect([writer.pending, writer.held, writer.pump()]).toEqual([3, 2, "sent"]);
    expect(peer.news).toEqual(["+ 10.0.0.0/24 1", "+ 10.0.0.0/24 2", "+ 10.0.1.0/24 9"]);
    writer.withdraw({ nlri: { prefix: "10.0.0.0/24", pathId: 1 } });
    writer.pump();
    expect(peer.news).toEqual(["- 10.0.0.0/24 1", "+ 10.0.0.0/24 3"]);
    expect(peer.paths.get("10.0.0.0/24")).toEqual(
      new Map([
        [2, 100],
        [3, 300],
      ]),
    );
    expect(writer.held).toBe(1);
  });

  test("hears of a change of what it has, and not that a path has gone that was held back", () => {
    const { peer, writer } = writing(TWO);
    writer.announce([1, 2, 3].map((id) => path("10.0.0.0/24", id)));
    writer.pump();
    writer.withdraw({ nlri: { prefix: "10.0.0.0/24", pathId: 3 } });
    writer.announce(path("10.0.0.0/24", 2, 200));
    writer.pump();
    expect(peer.news.slice(2)).toEqual(["+ 10.0.0.0/24 2"]);
    writer.withdraw([1, 2].map((pathId) => ({ nlri: { prefix: "10.0.0.0/24", pathId } })));
    // What was never announced can be withdrawn, as with any writer.
    writer.withdraw({ nlri: { prefix: "10.0.9.0/24", pathId: 7 } });
    writer.pump();
    expect(peer.news).toEqual(["- 10.0.0.0/24 1", "- 10.0.0.0/24 2", "- 10.0.9.0/24 7"]);
    expect(writer.held).toBe(0);
  });

  test("gets no more from groups, sources, refreshes and texts of prefixes, nor by bits behind the length", () => {
    const { peer, writer } = writing(TWO);
    const { attributes, nextHop } = path("10.0.0.0/24", 0);
    const nlri = [1, 2, 3].map((pathId): Nlri => ({ prefix: "10.0.0.0/24", pathId }));
    writer.announce({ nlri: nlri.values(), attributes, nextHop: nextHop! });
    writer.announce(path("10.0.0.9/24", 4));
    writer.announceFrom([path("10.0.1.0/24", 1), path("10.0.1.0/24", 2), path("10.0.1.0/24", 3)].values());
    writer.announceFrom([{ nlri: ["10.0.2.0/24"], attributes, nextHop: nextHop! }]);
    writer.pump();
    expect(peer.news).toEqual([
      "+ 10.0.0.0/24 1",
      "+ 10.0.0.0/24 2",
      "+ 10.0.1.0/24 1",
      "+ 10.0.1.0/24 2",
      "+ 10.0.2.0/24 0",
    ]);
    for (const again of [nlri.map((one) => ({ nlri: one, attributes, nextHop: nextHop! }))]) {
      writer.refresh(TWO, again);
      writer.pump();
      writer.refresh(TWO, again.values());
      writer.pump();
    }
    expect(peer.news).toEqual(["+ 10.0.0.0/24 1", "+ 10.0.0.0/24 2", "+ 10.0.0.0/24 1", "+ 10.0.0.0/24 2"]);
    expect(writer.held).toBe(3);
  });

  test("has as many of a family without a limit as there are, and is counted by family", () => {
    const { peer, writer } = writing(TWO, { afi: 1, safi: 128, limit: 1 });
    writer.announce([1, 2, 3].map((id) => path("2001:db8::/48", id)));
    writer.announce([vpn(1), vpn(2), path("10.0.0.0/24", 1)]);
    writer.pump();
    expect(peer.news.toSorted()).toHaveLength(5);
    expect(writer.held).toBe(1);
  });

  test("changes it on the session: the new one holds from the next change of a prefix on", () => {
    const { peer, writer } = writing(TWO);
    writer.announce([1, 2, 3, 4, 5].map((id) => path("10.0.0.0/24", id)));
    peer.negotiated = { ...peer.negotiated, pathsLimits: [{ ...TWO, limit: 3 }] };
    writer.withdraw({ nlri: { prefix: "10.0.0.0/24", pathId: 2 } });
    writer.pump();
    expect([...peer.paths.get("10.0.0.0/24")!.keys()]).toEqual([1, 3, 4]);
    peer.negotiated = { ...peer.negotiated, pathsLimits: [{ ...TWO, limit: 1 }] };
    for (const pathId of [1, 3, 4]) writer.withdraw({ nlri: { prefix: "10.0.0.0/24", pathId } });
    writer.pump();
    expect([...peer.paths.get("10.0.0.0/24")!.keys()]).toEqual([5]);
  });
});

test("what cannot be sent is refused as ever, held back or not, and then nothing has changed", () => {
  const { peer, writer } = writing({ ...TWO, limit: 1 });
  const wrong: Route = { ...path("10.0.0.0/24", 2), nextHop: "nonsense" as never };
  expect(() => writer.announce([path("10.0.0.0/24", 1), wrong])).toThrow(ConfigError);
  expect([writer.pending, writer.held]).toEqual([0, 0]);
  expect(() => writer.announce(null as never)).toThrow(/nlri, attributes and nextHop/);
  writer.announce([path("10.0.0.0/24", 1), path("10.0.0.0/24", 2)]);
  expect(() => writer.withdraw([{ nlri: { prefix: "10.0.0.0/24", pathId: 1 } }, "nonsense"])).toThrow(ConfigError);
  writer.pump();
  expect([peer.news, writer.held]).toEqual([["+ 10.0.0.0/24 1"], 1]);
});

test("a slow peer never has more than its limit, and in the end as many as it may, whatever comes and goes", () => {
  const change = fc.record({
    announce: fc.boolean(),
    prefix: fc.constantFrom("10.0.0.0/24", "10.0.1.0/24"),
    pathId: fc.integer({ min: 1, max: 5 }),
    preference: fc.integer({ min: 100, max: 104 }),
    room: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (changes, limit) => {
      const { peer, writer } = writing({ ...TWO, limit });
      const wanted = new Map<string, Map<number, number>>();
      const within = (): void => {
        for (const paths of peer.paths.values()) expect(paths.size).toBeLessThanOrEqual(limit);
      };
      for (const { announce, prefix, pathId, preference, room } of changes) {
        const paths = wanted.get(prefix) ?? new Map<number, number>();
        wanted.set(prefix, paths);
        if (announce) {
          paths.set(pathId, preference);
          writer.announce(path(prefix, pathId, preference));
        } else {
          paths.delete(pathId);
          writer.withdraw({ nlri: { prefix, pathId } });
        }
        peer.room = room;
        writer.pump();
        within();
      }
      peer.room = Number.POSITIVE_INFINITY;
      writer.pump();
      within();
      for (const [prefix, paths] of wanted) {
        const told = peer.paths.get(prefix) ?? new Map<number, number>();
        expect(told.size).toBe(Math.min(limit, paths.size));
        for (const [id, preference] of told) expect(paths.get(id)).toBe(preference);
      }
    }),
  );
});
