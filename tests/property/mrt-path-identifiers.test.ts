// MRT whose records do not say which routes have path identifiers: they are read as they were written, and never otherwise.
import { encodeMrtRecord, EventReading, MrtEvents, readAll, type CaptureEvent } from "@bgpwire/capture";
import { encodeMessage, toHex } from "@bgpwire/core";
import { asPath, createContext, origin, packUpdates, type PrefixNlri } from "@bgpwire/decoder";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mutatedUpdates, nlri } from "../support/arbitrary-updates.ts";

const [PLAIN, WITH_PATHS] = [4, 9];

function fileOf(subtype: number, bodies: readonly Uint8Array[]): Uint8Array {
  const records = bodies.map((body) =>
    encodeMrtRecord({
      kind: "bgp4mpMessage",
      type: 16,
      subtype,
      seconds: 100,
      microseconds: null,
      peerAs: 65_001,
      localAs: 65_002,
      interfaceIndex: 0,
      peerAddress: "192.0.2.1",
      localAddress: "192.0.2.2",
      message: encodeMessage(2, body),
    }),
  );
  return new Uint8Array(Buffer.concat(records));
}

interface Read {
  readonly guessed: boolean;
  /** "prefix" or "prefix pathId", sorted. */
  readonly routes: readonly string[];
}

function read(subtype: number, bodies: readonly Uint8Array[]): Read[] {
  const events: CaptureEvent[] = readAll(new MrtEvents(), fileOf(subtype, bodies), 100);
  return events.flatMap((event) => {
    if (event.kind !== "message") return [];
    const { announced } = new EventReading(event).routes;
    return [
      { guessed: event.direction.guessed, routes: announced.map((route) => textOf(route as PrefixNlri)).toSorted() },
    ];
  });
}

function textOf({ prefix, pathId }: PrefixNlri): string {
  return pathId === undefined ? prefix : `${prefix} ${pathId}`;
}

interface List {
  readonly nextHop: string;
  readonly routes: readonly PrefixNlri[];
}

/** Prefixes as they are announced in one message: none twice. @param pathIds of them, if they have some */
function list(version: 4 | 6, nextHop: string, pathIds: fc.Arbitrary<number> | null): fc.Arbitrary<List> {
  const prefix = nlri(version, false).map(({ value }) => value.prefix);
  const one = pathIds === null ? prefix.map((prefix) => ({ prefix })) : fc.record({ prefix, pathId: pathIds });
  const routes = fc.uniqueArray(one, { minLength: 1, maxLength: 6, selector: (route) => route.prefix });
  return routes.map((routes) => ({ nextHop, routes }));
}

function lists(pathIds: fc.Arbitrary<number> | null): fc.Arbitrary<List[]> {
  const one = fc.oneof(list(4, "192.0.2.1", pathIds), list(6, "2001:db8::1", pathIds));
  return fc.array(one, { minLength: 1, maxLength: 6 });
}

const FAMILIES = [
  { afi: 1, safi: 1 },
  { afi: 2, safi: 1 },
];
const ATTRIBUTES = [origin("igp"), asPath([65_001])];

function written(lists: readonly List[], paths: boolean): Uint8Array[] {
  const context = createContext({ addPath: paths ? FAMILIES : [] });
  return lists.flatMap(({ nextHop, routes }) =>
    packUpdates({ announce: routes, attributes: ATTRIBUTES, nextHop }, context),
  );
}

function routesOf(lists: readonly List[]): string[][] {
  return lists.map(({ routes }) => routes.map(textOf).toSorted());
}

test("routes without path identifiers are never read with them", () => {
  fc.assert(
    fc.property(lists(null), (lists) => {
      const found = read(PLAIN, written(lists, false));
      expect(found.map(({ routes }) => routes)).toEqual(routesOf(lists));
      expect(found.some(({ guessed }) => guessed)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("routes with path identifiers as routers number them are read with them, from the first on", () => {
  fc.assert(
    fc.property(lists(fc.integer({ min: 1, max: 0xffff })), (lists) => {
      const found = read(PLAIN, written(lists, true));
      expect(found.map(({ routes }) => routes)).toEqual(routesOf(lists));
      expect(found.every(({ guessed }) => guessed)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("routes with path identifiers of which the record tells are always read with them", () => {
  fc.assert(
    fc.property(lists(fc.nat({ max: 0xffff_ffff })), (lists) => {
      const found = read(WITH_PATHS, written(lists, true));
      expect(found.map(({ routes }) => routes)).toEqual(routesOf(lists));
      expect(found.some(({ guessed }) => guessed)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("whatever octets a message has, its octets come out, and how the file is cut changes nothing", () => {
  const body = fc.oneof(
    mutatedUpdates.map(({ body }) => body),
    fc.uint8Array({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(fc.array(body, { maxLength: 5 }), fc.constantFrom(PLAIN, WITH_PATHS), (bodies, subtype) => {
      const file = fileOf(subtype, bodies);
      const [whole, cut] = [file.length, 7].map((pieces) => readAll(new MrtEvents(), file, pieces).map(line));
      expect(cut).toEqual(whole);
      expect(whole!.map(([body]) => body)).toEqual(bodies.map((body) => toHex(body)));
    }),
    { numRuns: 300 },
  );
});

function line(event: CaptureEvent): string[] {
  if (event.kind !== "message") return [event.kind];
  const { buffer, start, end, direction } = event;
  return [toHex(buffer.subarray(start + 19, end)), JSON.stringify([direction.guessed, direction.context.addPath])];
}
