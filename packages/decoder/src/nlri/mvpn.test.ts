// MCAST-VPN routes: the figures of RFC 6514 section 4 filled in by hand, as objects and as text.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri } from "../index.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import type { RawNlri } from "./model.ts";
import type { MvpnNlri } from "./mvpn.ts";

const context = createContext();

/** An MP_REACH_NLRI of one route. */
function reach(nlri: string, afi: 1 | 2): Uint8Array {
  const octets = fromHex(`000${afi}05 04 c0000201 00 ${nlri}`)!;
  return Uint8Array.of(0x80, 14, octets.length, ...octets);
}

function decoded(nlri: string, afi: 1 | 2): { nlri: readonly (MvpnNlri | RawNlri)[]; issues: readonly string[] } {
  const attribute = reach(nlri, afi);
  const body = Uint8Array.of(0, 0, 0, attribute.length + 7, 0x40, 1, 1, 0, 0x40, 2, 0, ...attribute);
  const { update, issues } = decodeUpdate(body, context);
  const one = update.attributes[2];
  return {
    nlri: one?.name === "mpReachNlri" && one.kind === "mvpn" ? one.nlri : [],
    issues: issues.map((issue) => issue.name),
  };
}

const RD = "0000 fde8 00000064";
const S4 = "20 c6336401";
const G4 = "20 ef010203";
const S6 = "80 20010db8000000000000000000000001";
const G6 = "80 ff0e0000000000000000000000000001";

/** Address family, what it is, octets, text, and the object but for the route distinguisher. */
const ROUTES: readonly (readonly [1 | 2, string, string, string, object])[] = [
  [
    1,
    "section 4.1: Intra-AS I-PMSI A-D",
    `01 0c ${RD} c0000201`,
    "[1][65000:100][192.0.2.1]",
    { name: "intraAsIPmsiAutoDiscovery", routeType: 1, originatingRouterAddress: "192.0.2.1" },
  ],
  [
    2,
    "RFC 6515: Intra-AS I-PMSI A-D of an IPv6 router",
    `01 18 ${RD} 20010db8000000000000000000000001`,
    "[1][65000:100][2001:db8::1]",
    { name: "intraAsIPmsiAutoDiscovery", routeType: 1, originatingRouterAddress: "2001:db8::1" },
  ],
  [
    1,
    "section 4.2: Inter-AS I-PMSI A-D",
    `02 0c ${RD} 0000fde9`,
    "[2][65000:100][65001]",
    { name: "interAsIPmsiAutoDiscovery", routeType: 2, sourceAs: 65001 },
  ],
  [
    1,
    "section 4.3: S-PMSI A-D",
    `03 16 ${RD} ${S4} ${G4} c0000201`,
    "[3][65000:100][198.51.100.1][239.1.2.3][192.0.2.1]",
    {
      name: "sPmsiAutoDiscovery",
      routeType: 3,
      multicastSource: "198.51.100.1",
      multicastGroup: "239.1.2.3",
      originatingRouterAddress: "192.0.2.1",
    },
  ],
  [
    2,
    "RFC 6625: S-PMSI A-D of any source and group",
    `03 0e ${RD} 00 00 c0000201`,
    "[3][65000:100][*][*][192.0.2.1]",
    {
      name: "sPmsiAutoDiscovery",
      routeType: 3,
      multicastSource: null,
      multicastGroup: null,
      originatingRouterAddress: "192.0.2.1",
    },
  ],
  [
    1,
    "section 4.5: Source Active A-D",
    `05 12 ${RD} ${S4} ${G4}`,
    "[5][65000:100][198.51.100.1][239.1.2.3]",
    {
      name: "sourceActiveAutoDiscovery",
      routeType: 5,
      multicastSource: "198.51.100.1",
      multicastGroup: "239.1.2.3",
    },
  ],
  [
    1,
    "section 4.6: Shared Tree Join",
    `06 16 ${RD} 0000fde9 ${S4} ${G4}`,
    "[6][65000:100][65001][198.51.100.1][239.1.2.3]",
    {
      name: "sharedTreeJoin",
      routeType: 6,
      sourceAs: 65001,
      multicastSource: "198.51.100.1",
      multicastGroup: "239.1.2.3",
    },
  ],
  [
    2,
    "section 4.6: Source Tree Join",
    `07 2e ${RD} fa56ea00 ${S6} ${G6}`,
    "[7][65000:100][4200000000][2001:db8::1][ff0e::1]",
    {
      name: "sourceTreeJoin",
      routeType: 7,
      sourceAs: 4200000000,
      multicastSource: "2001:db8::1",
      multicastGroup: "ff0e::1",
    },
  ],
];

describe("RFC 6514, octet for octet", () => {
  test.each(ROUTES)("AFI %i, %s", (afi, _, hex, text, object) => {
    const route = { ...object, routeDistinguisher: "65000:100" } as MvpnNlri;
    expect(decoded(hex, afi)).toEqual({ nlri: [route], issues: [] });
    const attribute = mpReachNlri("mvpn", { afi, safi: 5 }, "192.0.2.1", [route]);
    expect(toHex(encodeAttribute(attribute, context))).toBe(toHex(reach(hex, afi)));
    expect(formatNlri("mvpn", route)).toBe(text);
    expect(parseNlri("mvpn", text)).toEqual(route);
  });

  test.each(ROUTES)("section 4.4: Leaf A-D of the route with AFI %i, %s", (afi, _, hex, text, object) => {
    const routeKey = { ...object, routeDistinguisher: "65000:100" };
    const route = {
      name: "leafAutoDiscovery",
      routeType: 4,
      routeKey,
      originatingRouterAddress: "2001:db8::1",
    } as MvpnNlri;
    const length = fromHex(hex)!.length + 16;
    const leaf = `04 ${toHex(Uint8Array.of(length))} ${hex} 20010db8000000000000000000000001`;
    expect(decoded(leaf, afi)).toEqual({ nlri: [route], issues: [] });
    const attribute = mpReachNlri("mvpn", { afi, safi: 5 }, "192.0.2.1", [route]);
    expect(toHex(encodeAttribute(attribute, context))).toBe(toHex(reach(leaf, afi)));
    expect(formatNlri("mvpn", route)).toBe(`[4][${text}][2001:db8::1]`);
    expect(parseNlri("mvpn", `[4][${text}][2001:db8::1]`)).toEqual(route);
  });

  test("section 4.4: a Leaf A-D route of a route that is not known", () => {
    const route: MvpnNlri = {
      name: "leafAutoDiscovery",
      routeType: 4,
      routeKey: { name: "raw", value: Uint8Array.of(9, 1, 7) },
      originatingRouterAddress: "192.0.2.1",
    };
    expect(decoded("04 07 090107 c0000201", 1)).toEqual({ nlri: [route], issues: [] });
    expect(parseNlri("mvpn", formatNlri("mvpn", route))).toEqual(route);
  });
});

describe("what is not described stays raw, without issue", () => {
  test.each([
    ["RFC 7606 section 5.4: a type that is not known", "08 02 0102"],
    [
      "RFC 6514 section 4.3: a group of another length, an MP Opaque Value Element",
      `03 16 ${RD} 00 18 010203 00000000 00`,
    ],
    ["RFC 6514 section 4.5: a source of another length", `05 0c ${RD} 08 c6 00 00`],
    ["RFC 7524: a leaf whose key is no NLRI", `04 1a 0000000000000000 ${S4} ${G4} c0000201 c0000202`],
  ])("%s", (_, hex) => {
    const octets = fromHex(hex)!;
    octets[1] = octets.length - 2;
    expect(decoded(toHex(octets), 1)).toEqual({ nlri: [{ name: "raw", value: octets }], issues: [] });
  });
});

/** A Source Active A-D route. */
function active(group: string): string {
  const octets = fromHex(`05 00 ${RD} ${S4} ${group}`)!;
  octets[1] = octets.length - 2;
  return toHex(octets);
}

describe("RFC 6514 section 4.5: Source Active A-D of source-specific groups is discarded", () => {
  test.each([
    [1, "20 e8000001"],
    [1, "20 e8ffffff"],
    [2, "80 ff3e0000000000000000000080000001"],
    [2, "80 ff330000000100000000000080000001"],
  ] as const)("AFI %i, %s", (afi, group) => {
    const hex = active(group);
    expect(decoded(hex, afi)).toEqual({
      nlri: [{ name: "raw", value: fromHex(hex), malformed: true }],
      issues: ["mvpn-source-specific"],
    });
    // A withdrawn route is known by the same octets, and harms nobody.
    const value = fromHex(`000${afi}05 ${hex}`)!;
    const body = Uint8Array.of(0, 0, 0, value.length + 3, 0x80, 15, value.length, ...value);
    expect(decodeUpdate(body, context).issues).toEqual([]);
  });

  test.each([
    [1, "20 e9000001"],
    [1, "20 e7ffffff"],
    [2, "80 ff3e0001000000000000000080000001"],
    [2, "80 ff0e0000000000000000000080000001"],
    [1, "00"],
  ] as const)("but not AFI %i, %s", (afi, group) => {
    expect(decoded(active(group), afi).issues).toEqual([]);
  });
});

test.each([
  [{ name: "sourceTreeJoin", routeType: 6 }, 'routeType: there is no "sourceTreeJoin" with route type 6'],
  [
    { name: "intraAsIPmsiAutoDiscovery", routeType: 1, routeDistinguisher: "65000:1", originatingRouterAddress: "x" },
    'originatingRouterAddress: "x" is no IP address',
  ],
  [
    { name: "sourceActiveAutoDiscovery", routeType: 5, routeDistinguisher: "65000:1", multicastSource: "x" },
    'multicastSource: "x" is no IP address',
  ],
  [
    { name: "interAsIPmsiAutoDiscovery", routeType: 2, routeDistinguisher: "65000:1", sourceAs: -1 },
    "-1 does not fit a field of 0 to 4294967295",
  ],
])("%j is refused", (route, message) => {
  const attribute = mpReachNlri("mvpn", { afi: 1, safi: 5 }, "192.0.2.1", [route as unknown as MvpnNlri]);
  expect(() => encodeAttribute(attribute, context)).toThrow(message);
});

test.each([
  "[1][65000:1]",
  "[2][65000:1][192.0.2.1]",
  "[4][[4][0x0900][192.0.2.1]][192.0.2.1]",
  "[5][65000:1][*][239]",
])("%j is no text of a route", (text) => {
  expect(parseNlri("mvpn", text)).toBeNull();
});
