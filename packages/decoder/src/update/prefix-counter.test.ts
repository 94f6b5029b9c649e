// Prefixes counted against the bounds of RFC 4271 section 6.7: what is the same prefix, and when a bound is passed.
import { describe, expect, test } from "vitest";
import { familyName, type Family } from "@bgpwire/core";
import { STANDARD } from "../standard.ts";
import { hasPrefixes, PrefixCounter, type PrefixLimit } from "./prefix-counter.ts";
import type { AnnouncedRoute, Routes, WithdrawnRoute } from "./routes.ts";

const IPV4: Family = { afi: 1, safi: 1 };
const IPV6: Family = { afi: 2, safi: 1 };
const VPN: Family = { afi: 1, safi: 128 };

type Taken = Pick<Routes, "announced" | "withdrawn">;

function prefix(text: string, pathId?: number): WithdrawnRoute {
  const family = text.includes(":") ? IPV6 : IPV4;
  return { family, kind: "prefix", prefix: text, ...(pathId !== undefined && { pathId }) };
}

function announce(...routes: readonly WithdrawnRoute[]): Taken {
  return {
    announced: routes.map((route) => Object.assign({ nextHop: "192.0.2.1" }, route) as AnnouncedRoute),
    withdrawn: [],
  };
}

function withdraw(...withdrawn: readonly WithdrawnRoute[]): Taken {
  return { announced: [], withdrawn };
}

/** `10.0.FROM.0/24` up to but without `10.0.TO.0/24`. */
function many(from: number, to: number): WithdrawnRoute[] {
  return Array.from({ length: to - from }, (_, i) => prefix(`10.0.${from + i}.0/24`));
}

describe("what counts", () => {
  test.each<[string, WithdrawnRoute[], number]>([
    ["a prefix told twice is one", [prefix("10.0.0.0/24"), prefix("10.0.0.0/24")], 1],
    ["lengths differ", [prefix("10.0.0.0/8"), prefix("10.0.0.0/9"), prefix("0.0.0.0/0")], 3],
    ["bits behind the length mean nothing", [prefix("10.1.0.0/15"), prefix("10.0.0.0/15")], 1],
    ["bits of the length do", [prefix("10.2.0.0/15"), prefix("10.0.0.0/15")], 2],
    ["each path of a prefix is one (RFC 7911)", [prefix("10.0.0.0/24", 1), prefix("10.0.0.0/24", 2)], 2],
    ["other families do not", [prefix("2001:db8::/32"), prefix("10.0.0.0/24")], 1],
  ])("%s", (_name, routes, count) => {
    const counter = new PrefixCounter([{ ...IPV4, limit: 1000 }]);
    counter.take(announce(...routes));
    expect(counter.count(IPV4)).toBe(count);
    expect(counter.count(IPV6)).toBeNull();
    counter.take(withdraw(...routes));
    expect(counter.count(IPV4)).toBe(0);
  });

  test("labels tell no routes apart, route distinguishers do (RFC 4364 section 4.3.4)", () => {
    const counter = new PrefixCounter([{ ...VPN, limit: 1000 }]);
    const route = (routeDistinguisher: string, labels: number[]): WithdrawnRoute => ({
      family: VPN,
      kind: "labeledVpnPrefix",
      prefix: "10.0.0.0/24",
      routeDistinguisher,
      labels,
    });
    counter.take(announce(route("1:1", [16]), route("1:1", [17]), route("1:2", [16])));
    expect(counter.count(VPN)).toBe(2);
    counter.take(withdraw(route("1:1", [])));
    expect(counter.count(VPN)).toBe(1);
    counter.take(announce({ family: VPN, kind: "labeledVpnPrefix", name: "raw", value: new Uint8Array(3) }));
    expect(counter.count(VPN)).toBe(1);
  });

  test("a family that is disabled counts from nothing", () => {
    const counter = new PrefixCounter([{ ...IPV4, limit: 3 }]);
    counter.take(announce(...many(0, 3)));
    counter.forget(IPV4);
    expect(counter.count(IPV4)).toBe(0);
    expect(counter.take(announce(...many(0, 3)))).toEqual([{ ...IPV4, limit: 3, level: "warning", count: 3 }]);
  });

  test("exactly the families whose routes are prefixes can be counted", () => {
    const kinds = new Set(["prefix", "labeledPrefix", "labeledVpnPrefix", "vpnPrefix"]);
    const families = STANDARD.families.filter((row) => kinds.has(row.kind)).map(familyName);
    expect(STANDARD.families.filter(hasPrefixes).map(familyName)).toEqual(families);
    expect(families.length).toBeGreaterThan(8);
  });
});

describe("bounds", () => {
  test("there is a warning once, and again after the count was below it; then the limit", () => {
    const counter = new PrefixCounter([{ ...IPV4, limit: 10, warning: 80 }]);
    expect(counter.take(announce(...many(0, 7)))).toEqual([]);
    expect(counter.take(announce(...many(7, 9)))).toEqual([{ ...IPV4, limit: 10, level: "warning", count: 9 }]);
    expect(counter.take(withdraw(...many(0, 1)))).toEqual([]);
    expect(counter.take(announce(...many(0, 2)))).toEqual([]);
    expect(counter.take(withdraw(...many(0, 3)))).toEqual([]);
    expect(counter.take(announce(...many(0, 3)))).toEqual([{ ...IPV4, limit: 10, level: "warning", count: 9 }]);
    // As many as the limit are welcome.
    expect(counter.take(announce(...many(9, 10)))).toEqual([]);
    expect(counter.take(announce(...many(10, 11)))).toEqual([{ ...IPV4, limit: 10, level: "exceeded", count: 11 }]);
    expect(counter.take(announce(...many(11, 12)))).toEqual([]);
  });

  test("one UPDATE may pass both, of several families", () => {
    const counter = new PrefixCounter([
      { ...IPV4, limit: 1 },
      { ...IPV6, limit: 0 },
    ]);
    const routes = [prefix("2001:db8::/32"), ...many(0, 2)];
    expect(counter.take(announce(...routes)).map(({ afi, level, count }) => [afi, level, count])).toEqual([
      [1, "warning", 2],
      [1, "exceeded", 2],
      [2, "warning", 1],
      [2, "exceeded", 1],
    ]);
  });

  test("a prefix that an UPDATE both withdraws and announces is announced (RFC 4271 section 4.3)", () => {
    const counter = new PrefixCounter([{ ...IPV4, limit: 10 }]);
    counter.take({ ...announce(...many(0, 2)), withdrawn: many(0, 2) });
    expect(counter.count(IPV4)).toBe(2);
  });

  test("no more than one beyond the limit is remembered, so the count is never too high", () => {
    const counter = new PrefixCounter([{ ...IPV4, limit: 5 }]);
    counter.take(announce(...many(0, 200)));
    expect(counter.count(IPV4)).toBe(6);
    counter.take(withdraw(...many(0, 4)));
    expect(counter.count(IPV4)).toBe(2);
    expect(counter.take(announce(...many(0, 4)))).toMatchObject([{ level: "warning" }, { level: "exceeded" }]);
  });

  test.each<[PrefixLimit[], string]>([
    [[{ afi: 25, safi: 70, limit: 1 }], "limits: the routes of l2vpn-evpn are not prefixes"],
    [
      [
        { ...IPV4, limit: 1 },
        { ...IPV4, limit: 2 },
      ],
      "limits: ipv4-unicast is given twice",
    ],
    [[{ ...IPV4, limit: -1 }], "limit: -1 is not a whole number from 0 to 4294967295"],
    [[{ ...IPV4, limit: 1.5 }], "limit: 1.5 is not a whole number from 0 to 4294967295"],
    [[{ ...IPV4, limit: 1, warning: 0 }], "warning: 0 is not per cent above 0 and up to 100"],
    [[{ ...IPV4, limit: 1, warning: Number.NaN }], "warning: NaN is not per cent above 0 and up to 100"],
  ])("%j is refused", (limits, message) => {
    expect(() => new PrefixCounter(limits)).toThrow(message);
  });
});
