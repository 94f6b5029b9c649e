// Guessing the session of a capture: right on what a router sends, and unclear where nothing tells.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { asPath, communities, createContext, endOfRib, guessOptions, origin, packUpdates } from "./index.ts";

const ATTRIBUTES = [origin("igp"), communities(["65001:100"])];

const IPV4 = { afi: 1, safi: 1 };
const IPV6 = { afi: 2, safi: 1 };

/** Prefixes as they are announced: nothing behind their length. */
const prefixes = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.integer({ min: 8, max: 24 })),
  { minLength: 12, maxLength: 20 },
);

const sessions = fc.record({ fourOctetAs: fc.boolean(), ipv4AddPath: fc.boolean(), ipv6AddPath: fc.boolean() });

function masked([a, b, c, bits]: [number, number, number, number]): string {
  const value = (((a << 24) | (b << 16) | (c << 8)) & (-1 << (32 - bits))) >>> 0;
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.0/${bits}`;
}

test("a dozen routes of a session tell how wide its AS numbers are and which families have path identifiers", () => {
  fc.assert(
    fc.property(sessions, prefixes, ({ fourOctetAs, ipv4AddPath, ipv6AddPath }, list) => {
      const addPath = [...(ipv4AddPath ? [IPV4] : []), ...(ipv6AddPath ? [IPV6] : [])];
      const context = createContext({ fourOctetAs, addPath });
      const bodies = list.flatMap((parts, i) => {
        const attributes = [...ATTRIBUTES, asPath([65001, 3320 + i, 64500])];
        const ipv6 = `2001:db8:${(i + 1).toString(16)}::/48`;
        return [
          ...packUpdates(
            { announce: [{ prefix: masked(parts), pathId: i }], attributes, nextHop: "192.0.2.1" },
            context,
          ),
          ...packUpdates({ announce: [{ prefix: ipv6, pathId: 1 }], attributes, nextHop: "2001:db8::1" }, context),
        ];
      });
      const { options, unclear } = guessOptions(bodies, { session: "ebgp" });
      expect(options).toEqual({ session: "ebgp", fourOctetAs, addPath });
      expect(unclear).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("what routes have to have with them, and have not, says nothing of path identifiers", () => {
  // An SR Policy of RFC 9830 behind a path identifier, without anything that has to be with it.
  const nlri = [0, 0, 0, 1, 96, 0, 0, 0, 1, 0, 0, 0, 100, 192, 0, 2, 9];
  const reach = [0x80, 14, 9 + nlri.length, 0, 1, 73, 4, 192, 0, 2, 1, 0, ...nlri];
  const attributes = [0x40, 1, 1, 0, 0x40, 2, 0, ...reach];
  const { options, unclear } = guessOptions([Uint8Array.of(0, 0, 0, attributes.length, ...attributes)]);
  expect(options.addPath).toEqual([{ afi: 1, safi: 73 }]);
  expect(unclear).toEqual(["fourOctetAs"]);
});

test("what is known is not guessed", () => {
  const known = { fourOctetAs: false, addPath: [IPV6] };
  expect(guessOptions([endOfRib(IPV4)], known)).toEqual({ options: known, unclear: [] });
});

test("where nothing tells, it is a plain session, and unclear", () => {
  expect(guessOptions([])).toEqual({ options: { fourOctetAs: true, addPath: [] }, unclear: ["fourOctetAs"] });
  // Five octets of zero: five default routes, or one with a path identifier.
  const { options, unclear } = guessOptions([Uint8Array.of(0, 5, 0, 0, 0, 0, 0, 0, 0)]);
  expect(options).toEqual({ fourOctetAs: true, addPath: [IPV4] });
  expect(unclear).toEqual(["fourOctetAs"]);
});
