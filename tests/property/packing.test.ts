// packUpdates: no message is too long, none is wrong, and together they say exactly what was to be said.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError, HEADER_LENGTH } from "@bgpwire/core";
import {
  attributeNamed,
  createContext,
  encodeAttribute,
  decodeUpdate,
  mergeAs4,
  packUpdates,
  routesOf,
  splitAs4,
  type AsPathSegment,
  type DecodeContext,
  type PrefixNlri,
  type PathAttribute,
  type RouteBatch,
} from "@bgpwire/decoder";
import { canonicalUpdates, nlri } from "../support/arbitrary-updates.ts";

/** MP_REACH_NLRI and MP_UNREACH_NLRI. */
const ROUTE_CODES: ReadonlySet<number> = new Set([14, 15]);

/** Sessions on which any family may have path identifiers. */
const sessions: fc.Arbitrary<DecodeContext> = fc
  .record({
    fourOctetAs: fc.boolean(),
    addPath: fc.subarray([
      { afi: 1, safi: 1 },
      { afi: 2, safi: 1 },
    ]),
    maxMessage: fc.constantFrom(4096, 65535),
  })
  .map((options) => createContext(options));

/** Few routes, and as many as several messages take. */
function routes(version: 4 | 6): fc.Arbitrary<PrefixNlri[]> {
  const one = nlri(version, true).map((both) => both.value);
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(one, { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.array(one, { minLength: 900, maxLength: 1500 }) },
  );
}

/** Attributes that may not be with unicast routes, or not in every way: D-PATH, and tunnels without endpoint. */
const NOT_OF_UNICAST: ReadonlySet<string> = new Set(["domainPath", "tunnelEncapsulation"]);

/** Attributes of a good UPDATE as an application has them: AS numbers in four octets, nothing raw. */
const attributeLists: fc.Arbitrary<PathAttribute[]> = canonicalUpdates.map(({ update }) => {
  const merged = mergeAs4(update.attributes).filter(
    ({ name, code }) => name !== "raw" && name !== "nextHop" && !ROUTE_CODES.has(code) && !NOT_OF_UNICAST.has(name),
  );
  return leavingRoom(merged.filter((one) => one.name !== "as4Path" && one.name !== "as4Aggregator"));
});

/**
 * As many of the attributes as leave room for routes in a message of 4096 octets. Those that have to be there are, with AS4_PATH
 * beside AS_PATH, whose last segments may be left out.
 */
function leavingRoom(attributes: PathAttribute[]): PathAttribute[] {
  let room = 1900;
  return attributes.flatMap((one): PathAttribute[] => {
    if (one.name === "origin") return [one];
    if (one.name === "asPath") return [{ ...one, segments: one.segments.slice(0, 1) }];
    const octets = encodeAttribute(one, createContext()).length;
    if (octets > room) return [];
    room -= octets;
    return [one];
  });
}

const batches: fc.Arbitrary<RouteBatch> = fc.record({
  announce: fc.tuple(routes(4), routes(6)).map((both) => both.flat()),
  withdraw: fc.tuple(routes(4), routes(6)).map((both) => both.flat()),
  attributes: attributeLists,
  nextHop: fc.constantFrom("192.0.2.1", "2001:db8::1"),
  multiprotocol: fc.boolean(),
});

/** IPv6 routes need an IPv6 next hop. */
function fitting(batch: RouteBatch): RouteBatch {
  if (batch.nextHop !== "192.0.2.1") return batch;
  return { ...batch, announce: (batch.announce as PrefixNlri[]).filter((one) => !one.prefix.includes(":")) };
}

function keyOf(route: PrefixNlri, context: DecodeContext): string {
  const afi = route.prefix.includes(":") ? 2 : 1;
  const addPath = context.addPath.some((family) => family.afi === afi);
  return addPath ? `${route.prefix} ${route.pathId}` : route.prefix;
}

test("every route is in one message, every message fits and is good", () => {
  fc.assert(
    fc.property(batches, sessions, (whole, context) => {
      const batch = fitting(whole);
      const announced: string[] = [];
      const withdrawn: string[] = [];
      for (const body of packUpdates(batch, context)) {
        expect(body.length + HEADER_LENGTH).toBeLessThanOrEqual(context.maxMessage);
        const { update, issues } = decodeUpdate(body, context);
        expect(issues).toEqual([]);
        // RFC 7606 section 5.1: one field of routes, and the two attributes of routes first.
        const reach = update.attributes.filter((one) => ROUTE_CODES.has(one.code));
        expect(
          [update.withdrawn, update.nlri, ...reach].filter((one) => !("length" in one) || one.length > 0),
        ).toHaveLength(1);
        if (reach.length > 0) expect(update.attributes[0]).toBe(reach[0]);
        // RFC 4271 section 5: the others in ascending order.
        const codes = update.attributes.map((one) => one.code).slice(reach.length);
        expect(codes).toEqual(codes.toSorted((a, b) => a - b));
        const said = routesOf(update);
        expect(said.endOfRib).toBeNull();
        announced.push(...said.announced.filter((one) => one.kind === "prefix").map((one) => keyOf(one, context)));
        withdrawn.push(...said.withdrawn.filter((one) => one.kind === "prefix").map((one) => keyOf(one, context)));
        for (const one of said.announced) expect(one.nextHop).toBe(batch.nextHop);
        if (said.announced.length === 0) continue;
        const given = context.fourOctetAs ? update.attributes : mergeAs4(update.attributes);
        const rest = given.filter((one) => one.name !== "nextHop" && !ROUTE_CODES.has(one.code));
        const asked = context.fourOctetAs ? batch.attributes! : mergeAs4(splitAs4(batch.attributes!));
        expect(rest).toEqual(asked.toSorted((a, b) => a.code - b.code));
      }
      expect(announced.sort()).toEqual((batch.announce as PrefixNlri[]).map((one) => keyOf(one, context)).sort());
      expect(withdrawn.sort()).toEqual((batch.withdraw as PrefixNlri[]).map((one) => keyOf(one, context)).sort());
    }),
    { numRuns: 150 },
  );
});

test("as few messages as the routes need: none but the last of a family has room for another route", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.boolean(), fc.boolean(), (count, multiprotocol, announce) => {
      const context = createContext();
      const list = Array.from({ length: count }, (_, i) => `10.${i >> 8}.${i & 0xff}.0/24`);
      const bodies = packUpdates(
        announce
          ? { announce: list, nextHop: "192.0.2.1", multiprotocol, attributes: [] }
          : { withdraw: list, multiprotocol },
        context,
      );
      for (const body of bodies.slice(0, -1)) {
        expect(body.length + HEADER_LENGTH).toBeGreaterThan(context.maxMessage - 5);
      }
    }),
    { numRuns: 60 },
  );
});

function withCommunities(count: number): RouteBatch {
  return {
    announce: ["203.0.113.0/24"],
    nextHop: "192.0.2.1",
    attributes: [{ name: "communities", code: 8, communities: Array.from({ length: count }, (_, i) => i) }],
  };
}

test("attributes that leave no room for a route are the caller's mistake", () => {
  // 19 octets of header, 4 of lengths, 7 of NEXT_HOP, 4 of COMMUNITIES' header, 4 of the route.
  const most = (4096 - 19 - 4 - 7 - 4 - 4) >> 2;
  expect(packUpdates(withCommunities(most), createContext())).toHaveLength(1);
  expect(() => packUpdates(withCommunities(most + 1), createContext())).toThrow(ConfigError);
  expect(packUpdates(withCommunities(most + 1), createContext({ maxMessage: 65535 }))).toHaveLength(1);
});

const asNumbers = fc.array(fc.oneof(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 65536, max: 0xffff_ffff })), {
  minLength: 1,
  maxLength: 8,
});
const segments: fc.Arbitrary<AsPathSegment[]> = fc.array(
  fc.record({ type: fc.constantFrom<AsPathSegment["type"]>("sequence", "set"), asNumbers }),
  { maxLength: 4 },
);

function path(list: readonly AsPathSegment[]): PathAttribute {
  return { name: "asPath", code: 2, segments: list };
}

test("RFC 6793 section 4.2: what is split for an old speaker is merged again", () => {
  fc.assert(
    fc.property(segments, fc.option(asNumbers), (list, aggregating) => {
      const attributes: PathAttribute[] = [path(list)];
      if (aggregating !== null) {
        attributes.push({ name: "aggregator", code: 7, as: aggregating[0]!, address: "192.0.2.1" });
      }
      const split = splitAs4(attributes);
      // "in this case, the NEW BGP speaker MUST NOT send the AS4_PATH attribute": all AS numbers are mappable.
      const large = list.some((segment) => segment.asNumbers.some((as) => as > 65535));
      expect(split.some((one) => one.name === "as4Path")).toBe(large);
      for (const segment of attributeNamed(split, "asPath")!.segments) {
        for (const as of segment.asNumbers) expect(as).toBeLessThanOrEqual(65535);
      }
      expect(mergeAs4(split)).toEqual(attributes);
    }),
    { numRuns: 500 },
  );
});

/** AS numbers and sets in a row, wherever one sequence ends and the next begins. */
function flat(parts: readonly AsPathSegment[]): unknown[] {
  return parts.flatMap((part): unknown[] => (part.type === "sequence" ? [...part.asNumbers] : [part]));
}

test("RFC 6793 section 4.2.3: what old speakers have put in front stays in front", () => {
  fc.assert(
    fc.property(
      segments,
      fc.array(fc.integer({ min: 1, max: 65535 }), { minLength: 1, maxLength: 5 }),
      (list, before) => {
        const split = splitAs4([path(list)]);
        const old = split.map((one) =>
          one.name === "asPath" ? path([{ type: "sequence", asNumbers: before }, ...one.segments]) : one,
        );
        const merged = attributeNamed(mergeAs4(old), "asPath")!.segments;
        expect(flat(merged)).toEqual([...before, ...flat(list)]);
      },
    ),
    { numRuns: 500 },
  );
});
