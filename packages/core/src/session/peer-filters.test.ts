// The filters of a peer, kept and applied: RFC 5291 section 6 and RFC 5292 section 4.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outboundRouteFiltering, multiprotocol, type Capability, type Direction } from "../message/capability.ts";
import type { OpenMessage } from "../message/open.ts";
import {
  encodeRouteFilters,
  type PrefixFilterEntry,
  type PrefixRule,
  type RouteFilter,
} from "../message/route-filters.ts";
import type { RouteRefresh } from "../message/route-refresh.ts";
import { negotiate } from "./negotiated.ts";
import { PeerFilters } from "./peer-filters.ts";

const IPV4 = { afi: 1, safi: 1 };
const IPV6 = { afi: 2, safi: 1 };
const IMMEDIATE = 1;
const DEFER = 2;

function open(identifier: string, direction: Direction, types: readonly number[]): OpenMessage {
  const capabilities: Capability[] = [
    multiprotocol(1, 1),
    multiprotocol(2, 1),
    outboundRouteFiltering([
      { ...IPV4, types: types.map((type) => ({ type, direction })) },
      { ...IPV6, types: types.map((type) => ({ type, direction })) },
    ]),
  ];
  return { version: 4, myAs: 65001, holdTime: 90, identifier, capabilities };
}

function peerFilters(types: readonly number[] = [64]): PeerFilters {
  return new PeerFilters(negotiate(open("10.0.0.1", "receive", types), open("10.0.0.2", "send", types)));
}

const plain = (family = IPV4, subtype = 0): RouteRefresh => ({ ...family, subtype, body: new Uint8Array(0) });

function refresh(entries: readonly PrefixFilterEntry[], when: number = IMMEDIATE, family = IPV4): RouteRefresh {
  return withFilters([{ name: "prefixes", type: 64, entries }], when, family);
}

function withFilters(filters: readonly RouteFilter[], when: number = IMMEDIATE, family = IPV4): RouteRefresh {
  return { ...family, subtype: 0, body: encodeRouteFilters({ when, filters }) };
}

const rule = (sequence: number, prefix: string, rest: Partial<PrefixRule> = {}): PrefixRule => ({
  match: "permit",
  sequence,
  prefix,
  ...rest,
});
const add = (...given: Parameters<typeof rule>): PrefixFilterEntry => ({ action: "add", ...rule(...given) });
const remove = (...given: Parameters<typeof rule>): PrefixFilterEntry => ({ action: "remove", ...rule(...given) });
const REMOVE_ALL: PrefixFilterEntry = { action: "removeAll" };

/** Which of these pass. */
function passing(filters: PeerFilters, ...prefixes: string[]): string[] {
  return prefixes.filter((prefix) => filters.passes(prefix.includes(":") ? IPV6 : IPV4, prefix));
}

describe("RFC 5292 section 4: which prefixes match", () => {
  const PREFIXES = ["0.0.0.0/0", "10.0.0.0/7", "10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/24", "10.1.1.1/32", "11.0.0.0/8"];

  test.each<[name: string, lengths: Partial<PrefixRule>, passes: string[]]>([
    ["neither: that prefix alone", {}, ["10.0.0.0/8"]],
    ["the shortest: it and all that is longer", { minLength: 16 }, ["10.0.0.0/16", "10.1.0.0/24", "10.1.1.1/32"]],
    ["the longest: from its own length on", { maxLength: 24 }, ["10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/24"]],
    ["both", { minLength: 16, maxLength: 24 }, ["10.0.0.0/16", "10.1.0.0/24"]],
  ])("%s", (_name, lengths, passes) => {
    const filters = peerFilters();
    filters.take(refresh([add(5, "10.0.0.0/8", lengths)]));
    expect(passing(filters, ...PREFIXES)).toEqual(passes);
  });

  test("the lowest sequence number holds, whichever came first and whichever is more specific", () => {
    const filters = peerFilters();
    filters.take(
      refresh([add(20, "10.1.0.0/16", { maxLength: 32 }), add(10, "10.0.0.0/8", { match: "deny", maxLength: 32 })]),
    );
    expect(passing(filters, "10.1.0.0/16")).toEqual([]);
    filters.take(refresh([add(5, "10.1.0.0/16", { maxLength: 24 })]));
    expect(passing(filters, "10.1.0.0/16", "10.1.1.0/24", "10.1.1.1/32")).toEqual(["10.1.0.0/16", "10.1.1.0/24"]);
  });

  test("several rules about one prefix", () => {
    const filters = peerFilters();
    const rules = [
      add(1, "10.0.0.0/8", { match: "deny", minLength: 25, maxLength: 32 }),
      add(2, "10.0.0.0/8", { maxLength: 32 }),
    ];
    filters.take(refresh(rules));
    expect(passing(filters, "10.0.0.0/8", "10.1.0.0/24", "10.1.0.0/25")).toEqual(["10.0.0.0/8", "10.1.0.0/24"]);
  });

  test("IPv6, and bits behind a length that mean nothing", () => {
    const filters = peerFilters();
    filters.take(refresh([add(5, "2001:db8:ffff::/33", { maxLength: 64 })], IMMEDIATE, IPV6));
    expect(passing(filters, "2001:db8:8000::/33", "2001:db8:8000:1::/64", "2001:db8::/33", "10.0.0.0/8")).toEqual([
      "2001:db8:8000::/33",
      "2001:db8:8000:1::/64",
      "10.0.0.0/8",
    ]);
  });
});

describe("RFC 5291 section 6: what filters become", () => {
  test("without entries all routes pass; with some, what matches none of them does not", () => {
    const filters = peerFilters();
    expect(passing(filters, "10.0.0.0/8")).toEqual(["10.0.0.0/8"]);
    filters.take(refresh([add(5, "192.0.2.0/24")]));
    expect(passing(filters, "10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32")).toEqual(["192.0.2.0/24", "2001:db8::/32"]);
    filters.take(refresh([REMOVE_ALL]));
    expect(passing(filters, "10.0.0.0/8")).toEqual(["10.0.0.0/8"]);
  });

  test("REMOVE takes the entry that is the same, and the filter goes with its last", () => {
    const filters = peerFilters();
    filters.take(refresh([add(5, "192.0.2.0/24", { maxLength: 32 })]));
    const others = [
      remove(6, "192.0.2.0/24", { maxLength: 32 }),
      remove(5, "192.0.2.0/24"),
      remove(5, "192.0.0.0/24", { maxLength: 32 }),
    ];
    filters.take(refresh([...others, remove(5, "192.0.2.0/24", { maxLength: 32, match: "deny" })]));
    expect(passing(filters, "10.0.0.0/8")).toEqual([]);
    filters.take(refresh([remove(5, "192.0.2.0/24", { maxLength: 32 })]));
    expect(passing(filters, "10.0.0.0/8")).toEqual(["10.0.0.0/8"]);
  });

  test("ADD takes the place of the entry with its sequence number", () => {
    const filters = peerFilters();
    filters.take(refresh([add(5, "192.0.2.0/24"), add(5, "10.0.0.0/8")]));
    expect(passing(filters, "10.0.0.0/8", "192.0.2.0/24")).toEqual(["10.0.0.0/8"]);
  });

  test("a value that does not exist removes the whole filter; what is added then is a new one", () => {
    const filters = peerFilters();
    filters.take(refresh([add(5, "192.0.2.0/24")]));
    filters.take(withFilters([{ name: "raw", type: 64, octets: Uint8Array.of(0xc0) }]));
    expect(passing(filters, "10.0.0.0/8")).toEqual(["10.0.0.0/8"]);
    filters.take(refresh([add(5, "10.0.0.0/8")]));
    expect(passing(filters, "10.0.0.0/8", "192.0.2.0/24")).toEqual(["10.0.0.0/8"]);
  });

  test("types that we have not offered to take are ignored, and a route has to pass all of those we have", () => {
    const [one, both] = [peerFilters([64]), peerFilters([64, 128])];
    const given = withFilters([
      { name: "prefixes", type: 64, entries: [add(5, "10.0.0.0/8", { maxLength: 32 })] },
      { name: "prefixes", type: 128, entries: [add(5, "10.1.0.0/16", { maxLength: 32 })] },
      { name: "raw", type: 65, octets: Uint8Array.of(1, 2, 3) },
    ]);
    for (const filters of [one, both]) expect(filters.take(given)).toBe(true);
    expect(passing(one, "10.1.0.0/16", "10.2.0.0/16")).toEqual(["10.1.0.0/16", "10.2.0.0/16"]);
    expect(passing(both, "10.1.0.0/16", "10.2.0.0/16")).toEqual(["10.1.0.0/16"]);
  });

  test("routes wait for the peer's first request, plain or with filters that are to hold at once", () => {
    for (const first of [plain(), refresh([add(5, "10.0.0.0/8")])]) {
      const filters = peerFilters();
      expect([filters.awaits(IPV4), filters.awaits(IPV6)]).toEqual([true, true]);
      expect(filters.take(refresh([add(7, "192.0.2.0/24")], DEFER))).toBe(false);
      expect(filters.awaits(IPV4)).toBe(true);
      expect(filters.take(first)).toBe(true);
      expect([filters.awaits(IPV4), filters.awaits(IPV6)]).toEqual([false, true]);
      expect(filters.passes(IPV4, "192.0.2.0/24")).toBe(true);
    }
  });

  test("the marks of RFC 7313 and families of another session ask for nothing", () => {
    const filters = peerFilters();
    expect(filters.take(plain(IPV4, 1))).toBe(false);
    expect(filters.take(plain({ afi: 1, safi: 128 }))).toBe(false);
    expect(filters.awaits(IPV4)).toBe(true);
  });

  test("without the capability on both sides nothing waits and nothing is filtered", () => {
    const filters = new PeerFilters(negotiate(open("10.0.0.1", "receive", [64]), open("10.0.0.2", "receive", [64])));
    expect(filters.awaits(IPV4)).toBe(false);
    expect(filters.take(refresh([add(5, "10.0.0.0/8")]))).toBe(true);
    expect(passing(filters, "192.0.2.0/24")).toEqual(["192.0.2.0/24"]);
  });
});

/** Entries that let nothing of 10.0.0.0/8 pass. */
const some = (from: number, count: number): PrefixFilterEntry[] =>
  Array.from({ length: count }, (_, i) => add(from + i, "10.0.0.0/8", { match: "deny", maxLength: 32 }));

test("a filter of more than 10,000 entries is not honoured until it is removed", () => {
  const filters = peerFilters();
  const fill = (): void => {
    for (let from = 0; from < 10_000; from += 2500) filters.take(refresh(some(from, 2500)));
  };
  fill();
  expect(passing(filters, "10.1.0.0/16")).toEqual([]);
  filters.take(refresh(some(20_000, 1)));
  expect(passing(filters, "10.1.0.0/16")).toEqual(["10.1.0.0/16"]);
  filters.take(refresh(some(0, 1)));
  expect(passing(filters, "10.1.0.0/16")).toEqual(["10.1.0.0/16"]);
  filters.take(refresh([REMOVE_ALL, ...some(0, 1)]));
  expect(passing(filters, "10.1.0.0/16")).toEqual([]);
  fill();
  filters.take(refresh(some(20_000, 1)));
  filters.take(withFilters([{ name: "raw", type: 64, octets: Uint8Array.of(0xc0) }], DEFER));
  filters.take(refresh(some(0, 1)));
  expect(passing(filters, "10.1.0.0/16")).toEqual([]);
});

test("a text that is no prefix is the caller's mistake", () => {
  const filters = peerFilters();
  filters.take(refresh([add(5, "10.0.0.0/8")]));
  expect(() => filters.passes(IPV4, "10.0.0.0")).toThrow('prefix: "10.0.0.0" is no prefix');
});

/** The address as a number, and the length. */
const bits = (text: string): [value: number, length: number] => {
  const [at, own] = text.split("/") as [string, string];
  return [at.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0), Number(own)];
};

/** RFC 5292 section 4, as it is written. */
const matches = ({ prefix, minLength, maxLength }: PrefixRule, route: string): boolean => {
  const [value, own] = bits(prefix);
  const [given, longer] = bits(route);
  if (longer < own || Math.floor(value / 2 ** (32 - own)) !== Math.floor(given / 2 ** (32 - own))) return false;
  if (minLength === undefined && maxLength === undefined) return longer === own;
  return longer >= (minLength ?? 0) && longer <= (maxLength ?? 32);
};

test("any list says of any prefix what going through it in order says", () => {
  const address = fc.integer({ min: 0, max: 15 }).map((n) => `10.${n << 4}.0.0`);
  const length = fc.integer({ min: 8, max: 14 });
  const rules = fc.uniqueArray(
    fc
      .record({
        sequence: fc.nat(20),
        address,
        length,
        match: fc.constantFrom("permit" as const, "deny" as const),
        more: fc.nat(4),
        most: fc.nat(4),
      })
      .map(({ sequence, address: at, length: own, match, more, most }) => {
        const shortest = more === 0 ? {} : { minLength: own + more };
        const longest = most === 0 ? {} : { maxLength: own + more + most };
        return rule(sequence, `${at}/${own}`, { match, ...shortest, ...longest });
      }),
    { selector: (one) => one.sequence, maxLength: 12 },
  );
  fc.assert(
    fc.property(
      rules,
      fc.array(fc.tuple(address, fc.integer({ min: 8, max: 20 })), { maxLength: 8 }),
      (list, routes) => {
        const filters = peerFilters();
        filters.take(refresh(list.map((one): PrefixFilterEntry => ({ action: "add", ...one }))));
        for (const [at, own] of routes) {
          const route = `${at}/${own}`;
          const first = list.toSorted((a, b) => a.sequence - b.sequence).find((one) => matches(one, route));
          expect(filters.passes(IPV4, route)).toBe(list.length === 0 || first?.match === "permit");
        }
      },
    ),
    { numRuns: 300 },
  );
});
