// Which events each question lets through.
import { encodeMessage, MessageType, type Family } from "@bgpwire/core";
import {
  asPath,
  communities,
  createContext,
  encodeUpdate,
  extendedCommunities,
  largeCommunities,
  mpReachNlri,
  nextHop,
  origin,
  type PathAttribute,
  type Update,
} from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { CaptureEvent, Direction, Endpoint } from "../event.ts";
import { EventReading } from "../reading.ts";
import { EventFilter, type FilterOptions } from "./filter.ts";

const context = createContext();
const sender: Endpoint = { address: "192.0.2.1", port: 179, as: 65001, bgpIdentifier: null };
const receiver: Endpoint = { address: "192.0.2.2", port: 40000, as: 65002, bgpIdentifier: null };
const direction: Direction = { session: 0, sender, receiver, context, guessed: false, rib: null };
const at = { seconds: 1000, nanoseconds: 500, offset: 0 };

function message(type: number, body: Uint8Array): CaptureEvent {
  const buffer = encodeMessage(type, body);
  return { kind: "message", ...at, direction, type, buffer, start: 0, end: buffer.length };
}

function update(parts: Partial<Update>): CaptureEvent {
  return message(MessageType.Update, encodeUpdate(parts, context));
}

function announced(prefix: string, ...more: PathAttribute[]): CaptureEvent {
  const attributes = [origin("igp"), asPath("65001 65010 65020"), nextHop("192.0.2.1"), ...more];
  return update({ attributes, nlri: [{ prefix }] });
}

function wants(options: FilterOptions, event: CaptureEvent): boolean {
  return new EventFilter(options).wants(new EventReading(event));
}

const PROBLEM: CaptureEvent = { kind: "problem", offset: 0, reason: "torn", skipped: null };
const IPV6: Family = { afi: 2, safi: 1 };

test("nothing asked lets everything through, and a problem passes whatever is asked", () => {
  expect(wants({}, announced("10.0.0.0/8"))).toBe(true);
  expect(wants({ types: ["open"], peers: ["203.0.113.1"], originAs: [1] }, PROBLEM)).toBe(true);
});

test.each([
  ["exact", "10.1.0.0/16", true],
  ["exact", "10.1.2.0/24", false],
  ["moreSpecific", "10.1.2.0/24", true],
  ["moreSpecific", "10.1.0.0/16", true],
  ["moreSpecific", "10.0.0.0/8", false],
  ["moreSpecific", "10.2.0.0/24", false],
  ["lessSpecific", "10.0.0.0/8", true],
  ["lessSpecific", "10.1.0.0/16", true],
  ["lessSpecific", "10.1.2.0/24", false],
  ["lessSpecific", "0.0.0.0/0", true],
] as const)("%s 10.1.0.0/16: %s %s", (match, prefix, expected) => {
  const options: FilterOptions = { prefixes: [{ prefix: "10.1.0.0/16", match }] };
  expect(wants(options, announced(prefix))).toBe(expected);
  expect(wants(options, update({ withdrawn: [{ prefix }] }))).toBe(expected);
});

test("a prefix of one family is not compared with those of another", () => {
  const options: FilterOptions = { prefixes: [{ prefix: "0.0.0.0/0", match: "moreSpecific" }] };
  const reach = mpReachNlri("prefix", IPV6, "2001:db8::1", [{ prefix: "::/8" }]);
  expect(wants(options, update({ attributes: [origin("igp"), asPath("1"), reach] }))).toBe(false);
});

test("the peer's address, a prefix it lies in, and its AS number", () => {
  const event = announced("10.0.0.0/8");
  expect(wants({ peers: ["203.0.113.1", "192.0.2.1"] }, event)).toBe(true);
  expect(wants({ peers: ["192.0.2.2"] }, event)).toBe(false);
  expect(wants({ peers: ["192.0.2.0/31"] }, event)).toBe(true);
  expect(wants({ peerAs: [65001] }, event)).toBe(true);
  expect(wants({ peerAs: [65002] }, event)).toBe(false);
});

test("the origin is the last AS number, or any of a set at the end", () => {
  const set = update({
    attributes: [origin("igp"), asPath("65001 {65030 65031}"), nextHop("192.0.2.1")],
    nlri: [{ prefix: "10.0.0.0/8" }],
  });
  expect(wants({ originAs: [65020] }, announced("10.0.0.0/8"))).toBe(true);
  expect(wants({ originAs: [65010] }, announced("10.0.0.0/8"))).toBe(false);
  expect(wants({ originAs: [65031] }, set)).toBe(true);
  expect(wants({ originAs: [65020] }, update({ withdrawn: [{ prefix: "10.0.0.0/8" }] }))).toBe(false);
});

test.each([
  ["^65001_", true],
  ["_65010_", true],
  ["_6501_", false],
  ["65020$", true],
  ["^65001 65010 65020$", true],
  ["^65010", false],
  ["_65001_.*_65020_", true],
])("AS path %s: %s", (pattern, expected) => {
  expect(wants({ asPaths: [pattern] }, announced("10.0.0.0/8"))).toBe(expected);
});

test.each([
  ["65001:100", true],
  ["65001:101", false],
  ["65001:*", true],
  ["*:100", true],
  ["no-export", true],
  ["65535:65281", true],
  ["65001:1:2", true],
  ["65001:*:2", true],
  ["65001:*:3", false],
  ["target:65001:7", true],
  ["target:*:*", true],
  ["target:*:8", false],
])("community %s: %s", (text, expected) => {
  const event = announced(
    "10.0.0.0/8",
    communities(["65001:100", "no-export"]),
    largeCommunities(["65001:1:2"]),
    extendedCommunities(["target:65001:7"]),
  );
  expect(wants({ communities: [text] }, event)).toBe(expected);
});

test("families and types; an End-of-RIB is of its family", () => {
  const endOfRib = update({});
  expect(wants({ families: [{ afi: 1, safi: 1 }] }, endOfRib)).toBe(true);
  expect(wants({ families: [IPV6] }, endOfRib)).toBe(false);
  expect(wants({ families: [IPV6] }, announced("10.0.0.0/8"))).toBe(false);
  expect(wants({ types: ["update"] }, announced("10.0.0.0/8"))).toBe(true);
  expect(wants({ types: ["open", "keepalive"] }, announced("10.0.0.0/8"))).toBe(false);
  expect(wants({ types: ["keepalive"] }, message(MessageType.Keepalive, new Uint8Array(0)))).toBe(true);
  expect(wants({ types: ["message"] }, message(77, new Uint8Array(0)))).toBe(true);
});

test("times from the first that is wanted up to the first that is not", () => {
  const event = announced("10.0.0.0/8");
  expect(wants({ since: { seconds: 1000, nanoseconds: 500 } }, event)).toBe(true);
  expect(wants({ since: { seconds: 1000, nanoseconds: 501 } }, event)).toBe(false);
  expect(wants({ until: { seconds: 1000, nanoseconds: 500 } }, event)).toBe(false);
  expect(wants({ until: { seconds: 1001, nanoseconds: 0 } }, event)).toBe(true);
});

test("what is asked together must all be met", () => {
  const event = announced("10.0.0.0/8", communities(["65001:100"]));
  expect(wants({ originAs: [65020], communities: ["65001:100"] }, event)).toBe(true);
  expect(wants({ originAs: [65020], communities: ["65001:101"] }, event)).toBe(false);
});

test("routes are asked one by one, for formats with a line for each", () => {
  const filter = new EventFilter({ prefixes: [{ prefix: "10.0.0.0/8", match: "moreSpecific" }] });
  const reading = new EventReading(update({ withdrawn: [{ prefix: "10.1.0.0/16" }, { prefix: "11.0.0.0/8" }] }));
  expect(filter.wants(reading)).toBe(true);
  expect(reading.routes.withdrawn.map((route) => filter.wantsRoute(route))).toEqual([true, false]);
});

test.each([
  [{ prefixes: [{ prefix: "10.0.0.0", match: "exact" }] }, 'prefix: "10.0.0.0" is no prefix; such as 192.0.2.0/24'],
  [{ asPaths: ["("] }, 'asPath: "(" is no regular expression of an AS path'],
  [{ communities: ["nonsense"] }, 'community: "nonsense" is no community; such as 65001:100, 65001:*, 65001:1:2'],
  [{ peers: ["router"] }, 'peer: "router" is no address and no prefix'],
  [{ prefix: "10.0.0.0/8" } as object, "prefix: is none of the options of a filter; did you mean prefixes?"],
] as const)("%j is refused", (options, text) => {
  expect(() => new EventFilter(options)).toThrow(text);
});
