// RouteWriter against a naive table: whatever is announced and withdrawn, and however slow the peer is, what it has in the end is
// what was said last, and everything on the way was well-formed, said once and no more than there was to say.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addPath,
  enhancedRouteRefresh,
  extendedNextHop,
  extendedMessage,
  familyName,
  HEADER_LENGTH,
  multiprotocol,
  negotiate,
  type Capability,
  type Family,
  type SendResult,
} from "@bgpwire/core";
import {
  asPath,
  attributeNamed,
  contextOf,
  decodeUpdate,
  extendedCommunities,
  largeCommunities,
  origin,
  RouteWriter,
  routesOf,
  sendContextOf,
  type AnnouncedRoute,
  type DecodeContext,
  type Nlri,
  type PathAttribute,
  type Route,
  type WithdrawnRoute,
} from "@bgpwire/decoder";
import { familyGenerators } from "../support/arbitrary-updates.ts";

interface SessionChoice {
  readonly fourOctetAs: boolean;
  readonly addPath: boolean;
  readonly extendedMessage: boolean;
}

/** Both ends of a session with these families. */
function ends(families: readonly Family[], choice: SessionChoice) {
  const open = (as: number, identifier: string) => {
    const capabilities: Capability[] = [
      ...families.map(({ afi, safi }) => multiprotocol(afi, safi)),
      enhancedRouteRefresh(),
      extendedNextHop(families.filter(({ afi }) => afi === 1).map(({ afi, safi }) => ({ afi, safi, nextHopAfi: 2 }))),
    ];
    if (choice.fourOctetAs) capabilities.push({ name: "fourOctetAs", code: 65, as });
    if (choice.addPath) capabilities.push(addPath(families.map((one) => ({ ...one, direction: "both" }))));
    if (choice.extendedMessage) capabilities.push(extendedMessage());
    return { version: 4, myAs: as, holdTime: 90, identifier, capabilities };
  };
  const [a, b] = [open(65001, "192.0.2.1"), open(65002, "192.0.2.2")];
  return { ours: negotiate(a, b), theirs: contextOf(negotiate(b, a)) };
}

const choices: fc.Arbitrary<SessionChoice> = fc.record({
  fourOctetAs: fc.boolean(),
  addPath: fc.boolean(),
  extendedMessage: fc.boolean(),
});

const IPV4 = { afi: 1, safi: 1 };
const IPV6 = { afi: 2, safi: 1 };
const VPN = { afi: 1, safi: 128 };
const EVPN = { afi: 25, safi: 70 };
const FAMILIES = [IPV4, IPV6, VPN, EVPN];

/** Attributes from a few octets to so many that a message of 4096 has room for a handful of routes. */
const ATTRIBUTES: readonly (readonly PathAttribute[])[] = [0, 1, 150, 325].map((count) =>
  [
    asPath([65001, 4_200_000_000 + count]),
    origin("igp"),
    extendedCommunities(["target:65000:1"]),
    largeCommunities(Array.from({ length: count }, (_, i) => `65000:${i}:${count}`)),
  ].slice(0, count === 0 ? 3 : 4),
);

/** The destinations of the model: a few of each family, with a path identifier each. */
const DESTINATIONS = 24;

/** @param version something of a route that is no part of what it is about */
function nlriOf(index: number, version: number): Nlri {
  const pathId = index % 3;
  switch (FAMILIES[index % FAMILIES.length]) {
    case IPV4:
      return { prefix: `10.${index}.0.0/16`, pathId };
    case IPV6:
      return { prefix: `2001:db8:${index}::/48`, pathId };
    case VPN:
      return { routeDistinguisher: "65000:1", prefix: `10.${index}.0.0/16`, labels: [16 + version], pathId };
    default:
      return {
        name: "macIpAdvertisement",
        routeType: 2,
        routeDistinguisher: "65000:1",
        ethernetSegmentIdentifier: `00:00:00:00:00:00:00:00:00:0${version}`,
        ethernetTagId: 0,
        macAddress: `00:00:00:00:00:${(16 + index).toString(16)}`,
        ipAddress: null,
        mplsLabel1: version,
        pathId,
      };
  }
}

function routeOf(index: number, version: number): Route {
  const family = FAMILIES[index % FAMILIES.length]!;
  const nextHop = family === IPV6 ? "2001:db8::1" : "192.0.2.1";
  return { family, nlri: nlriOf(index, version), attributes: ATTRIBUTES[version]!, nextHop };
}

type Step =
  | { readonly type: "announce"; readonly routes: readonly (readonly [index: number, version: number])[] }
  | { readonly type: "withdraw"; readonly indexes: readonly number[] }
  | { readonly type: "room"; readonly messages: number }
  | { readonly type: "endOfRib" | "refresh" | "refreshFrom"; readonly family: number }
  | { readonly type: "announceFrom" };

const index = fc.nat(DESTINATIONS - 1);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant("announce" as const),
        routes: fc.array(fc.tuple(index, fc.nat(ATTRIBUTES.length - 1)), { minLength: 1, maxLength: 12 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant("withdraw" as const),
        indexes: fc.array(index, { minLength: 1, maxLength: 6 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("room" as const), messages: fc.nat(4) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constantFrom("endOfRib" as const, "refresh" as const, "refreshFrom" as const),
        family: fc.nat(FAMILIES.length - 1),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("announceFrom" as const) }) },
  ),
  { maxLength: 60 },
);

/** What identifies a route of the model on the far side. */
function destinationOf(route: AnnouncedRoute | WithdrawnRoute, paths: boolean): string {
  const { prefix, macAddress, pathId } = route as { prefix?: string; macAddress?: string; pathId?: number };
  expect(pathId !== undefined).toBe(paths);
  return `${familyName(route.family)} ${prefix ?? macAddress}`;
}

function nameOf(index: number): string {
  const { prefix, macAddress } = nlriOf(index, 0) as { prefix?: string; macAddress?: string };
  return `${familyName(FAMILIES[index % FAMILIES.length]!)} ${prefix ?? macAddress}`;
}

/** Attributes as the far side has them, as far as they tell the versions apart. */
function versionOf(attributes: readonly PathAttribute[]): number {
  return [0, 1, 150, 325].indexOf(attributeNamed(attributes, "largeCommunities")?.communities.length ?? 0);
}

/** The far side, which also knows what it should be told. */
class Model {
  /** What we have: the version of each route. */
  readonly table = new Map<string, number>();
  /** What the peer has. */
  readonly received = new Map<string, number>();
  /** What it has not been told of yet. */
  readonly pending = new Set<string>();
  /** What has to be told before the End-of-RIBs that were asked for, one after the other, by family; and sources at their end. */
  readonly owed = new Map<string, { readonly names: Set<string>; readonly sources: number }[]>();
  /** How many sources there were, and which of them are at their end. */
  sources = 0;
  readonly ended = new Set<number>();
  /** Between BoRR and EoRR: what the peer will drop. */
  readonly stale = new Map<string, Set<string>>();
  room = 0;
  readonly #context: DecodeContext;
  readonly #choice: SessionChoice;

  constructor(context: DecodeContext, choice: SessionChoice) {
    this.#context = context;
    this.#choice = choice;
  }

  sendUpdate(body: Uint8Array): SendResult {
    if (this.room === 0) return { status: "blocked" };
    this.room -= 1;
    expect(body.length + HEADER_LENGTH).toBeLessThanOrEqual(this.#choice.extendedMessage ? 65535 : 4096);
    const { update, issues, action } = decodeUpdate(body, this.#context);
    expect([action, issues]).toEqual(["none", []]);
    const { announced, withdrawn, endOfRib } = routesOf(update);
    if (endOfRib !== null) {
      const { names, sources } = this.owed.get(familyName(endOfRib))!.shift()!;
      expect([...names]).toEqual([]);
      for (let i = 1; i <= sources; i += 1) expect(this.ended).toContain(i);
      return { status: "sent", credit: 1 };
    }
    expect(announced.length === 0).not.toBe(withdrawn.length === 0);
    const version = versionOf(update.attributes);
    for (const route of announced) {
      const { labels, mplsLabel1 } = route as { labels?: number[]; mplsLabel1?: number };
      if (labels !== undefined) expect(labels).toEqual([16 + version]);
      if (mplsLabel1 !== undefined) expect(mplsLabel1).toBe(version);
      this.#told(destinationOf(route, this.#choice.addPath), version);
    }
    for (const route of withdrawn) this.#told(destinationOf(route, this.#choice.addPath), null);
    return { status: "sent", credit: 1 };
  }

  sendRouteRefresh(afi: number, safi: number, subtype = 0): SendResult {
    if (this.room === 0) return { status: "blocked" };
    this.room -= 1;
    const family = familyName({ afi, safi });
    if (subtype === 1) {
      // RFC 7313 section 4.1: no BoRR before End-of-RIB.
      expect(this.owed.get(family) ?? []).toEqual([]);
      this.stale.set(family, new Set([...this.received.keys()].filter((one) => one.startsWith(`${family} `))));
    } else {
      for (const one of this.stale.get(family)!) this.received.delete(one);
      this.stale.delete(family);
    }
    return { status: "sent", credit: 1 };
  }

  /** The table as it is by the time, as a source; of one family or of all. */
  *source(family: string, number: number): Generator<Route> {
    try {
      for (let at = 0; at < DESTINATIONS; at += 1) {
        const name = nameOf(at);
        const version = this.table.get(name);
        if (version === undefined || !name.startsWith(family)) continue;
        this.pending.add(name);
        yield routeOf(at, version);
      }
    } finally {
      this.ended.add(number);
    }
  }

  #told(name: string, version: number | null): void {
    // Only what there is to tell, and the newest of it.
    expect(this.pending.delete(name)).toBe(true);
    expect(version).toBe(this.table.get(name) ?? null);
    if (version === null) this.received.delete(name);
    else this.received.set(name, version);
    const family = name.slice(0, name.indexOf(" "));
    for (const { names } of this.owed.get(family) ?? []) names.delete(name);
    this.stale.get(family)?.delete(name);
  }
}

test("any interleaving of announcements, withdrawals and room ends with what was said last", () => {
  fc.assert(
    fc.property(steps, choices, (list, choice) => {
      const { ours, theirs } = ends(FAMILIES, choice);
      const model = new Model(theirs, choice);
      const session = {
        negotiated: ours,
        sendUpdate: (body: Uint8Array) => model.sendUpdate(body),
        sendRouteRefresh: (afi: number, safi: number, subtype?: number) => model.sendRouteRefresh(afi, safi, subtype),
      };
      const writer = new RouteWriter(session, sendContextOf(ours));
      for (const step of list) {
        switch (step.type) {
          case "announce":
            for (const [at, version] of step.routes) {
              model.table.set(nameOf(at), version);
              model.pending.add(nameOf(at));
            }
            writer.announce(step.routes.map(([at, version]) => routeOf(at, version)));
            break;
          case "withdraw":
            for (const at of step.indexes) {
              model.table.delete(nameOf(at));
              model.pending.add(nameOf(at));
            }
            writer.withdraw(step.indexes.map((at) => ({ family: FAMILIES[at % 4]!, nlri: nlriOf(at, at % 2) })));
            break;
          case "announceFrom":
            model.sources += 1;
            writer.announceFrom(model.source("", model.sources));
            break;
          case "room":
            model.room = step.messages;
            // It ends when there is no room, or nothing to send, and for no other reason.
            if (writer.pump() === "sent") expect(model.pending.size).toBe(0);
            else expect(model.room).toBe(0);
            break;
          default: {
            const name = familyName(FAMILIES[step.family]!);
            const mine = [...Array(DESTINATIONS).keys()].filter((at) => nameOf(at).startsWith(`${name} `));
            if (step.type === "endOfRib") {
              const waiting = new Set(mine.map(nameOf).filter((one) => model.pending.has(one)));
              const before = model.owed.get(name) ?? [];
              model.owed.set(name, [...before, { names: waiting, sources: model.sources }]);
              writer.endOfRib(FAMILIES[step.family]);
            } else if (step.type === "refreshFrom") {
              model.sources += 1;
              writer.refresh(FAMILIES[step.family]!, model.source(`${name} `, model.sources));
            } else {
              const held = mine.filter((at) => model.table.has(nameOf(at)));
              for (const at of held) model.pending.add(nameOf(at));
              writer.refresh(
                FAMILIES[step.family]!,
                held.map((at) => routeOf(at, model.table.get(nameOf(at))!)),
              );
            }
          }
        }
        expect(writer.pending).toBe(model.pending.size);
      }
      model.room = Number.MAX_SAFE_INTEGER;
      expect(writer.pump()).toBe("sent");
      expect(model.pending.size + writer.pending).toBe(0);
      expect([...model.received].sort()).toEqual([...model.table].sort());
      expect([...model.owed.values()].flat()).toEqual([]);
      expect(model.stale.size).toBe(0);
      // A peer that reads on is told nothing more.
      const { room } = model;
      expect(writer.pump()).toBe("sent");
      expect(model.room).toBe(room);
    }),
    { numRuns: 300 },
  );
});

describe("a route of any family can be announced and taken back", () => {
  test.each(familyGenerators.map((family) => [familyName(family), family] as const))("%s", (_, generator) => {
    const family = { afi: generator.afi, safi: generator.safi };
    const { ours, theirs } = ends([family], { fourOctetAs: true, addPath: false, extendedMessage: true });
    const context = sendContextOf(ours);
    fc.assert(
      fc.property(generator.nlri(context, false), generator.nextHop, ({ value: nlri }, { value: hop }) => {
        const bodies: Uint8Array[] = [];
        const sendUpdate = (body: Uint8Array): SendResult => {
          bodies.push(body.slice());
          return { status: "sent", credit: 1 };
        };
        const writer = new RouteWriter({ negotiated: ours, sendUpdate }, context);
        const nextHop = hop as Exclude<Route["nextHop"], undefined>;
        const route = { family, nlri, nextHop, attributes: ATTRIBUTES[0]! };
        writer.announce(route);
        writer.pump();
        expect(writer.pending).toBe(0);
        writer.announce(route);
        writer.withdraw(route);
        expect(writer.pending).toBe(1);
        writer.pump();
        expect(bodies).toHaveLength(2);
        const [announcement, withdrawal] = bodies.map((body) => routesOf(decodeUpdate(body, theirs).update));
        expect(announcement!.announced.length + announcement!.withdrawn.length).toBe(1);
        expect(withdrawal!.withdrawn).toHaveLength(1);
        // What the far side reads as withdrawn is that route.
        writer.announce(route);
        writer.withdraw({ family, nlri: withdrawal!.withdrawn[0]! });
        expect(writer.pending).toBe(1);
      }),
      { numRuns: 40 },
    );
  });
});
