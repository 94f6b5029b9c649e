// MCAST-VPLS routes: the figures of RFC 7117 section 9.2 filled in by hand, as objects and as text.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri } from "../index.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import type { McastVplsNlri } from "./mcast-vpls.ts";
import type { RawNlri } from "./model.ts";

const context = createContext();
const FAMILY = { afi: 25, safi: 8 };

/** An MP_REACH_NLRI of one route. */
function reach(nlri: string): Uint8Array {
  const octets = fromHex(`0019 08 04 c0000201 00 ${nlri}`)!;
  return Uint8Array.of(0x80, 14, octets.length, ...octets);
}

function decoded(nlri: string): { nlri: readonly (McastVplsNlri | RawNlri)[]; issues: readonly string[] } {
  const attribute = reach(nlri);
  const body = Uint8Array.of(0, 0, 0, attribute.length + 7, 0x40, 1, 1, 0, 0x40, 2, 0, ...attribute);
  const { update, issues } = decodeUpdate(body, context);
  const one = update.attributes[2];
  return {
    nlri: one?.name === "mpReachNlri" && one.kind === "mcastVpls" ? one.nlri : [],
    issues: issues.map((issue) => issue.name),
  };
}

const RD = "0000 fde8 00000064";
const S_PMSI = `03 16 ${RD} 20 c6336401 20 ef010203 c0000201`;
const SELECTIVE = {
  name: "sPmsiAutoDiscovery",
  routeType: 3,
  routeDistinguisher: "65000:100",
  multicastSource: "198.51.100.1",
  multicastGroup: "239.1.2.3",
  originatingRouterAddress: "192.0.2.1",
};

function edge(veId: number | string): object {
  return { name: "vplsEdge", routeDistinguisher: "65000:100", veId };
}

function leaf(routeKey: object, originatingRouterAddress: string): object {
  return { name: "leafAutoDiscovery", routeType: 4, routeKey, originatingRouterAddress };
}

/** What it is, octets, text, and the object. */
const ROUTES: readonly (readonly [string, string, string, object])[] = [
  ["section 9.2.1: S-PMSI A-D", S_PMSI, "[3][65000:100][198.51.100.1][239.1.2.3][192.0.2.1]", SELECTIVE],
  [
    "section 9.2.1: S-PMSI A-D of any source and an IPv6 group",
    `03 2a ${RD} 00 80 ff0e0000000000000000000000000001 20010db8000000000000000000000001`,
    "[3][65000:100][*][ff0e::1][2001:db8::1]",
    { ...SELECTIVE, multicastSource: null, multicastGroup: "ff0e::1", originatingRouterAddress: "2001:db8::1" },
  ],
  [
    "section 9.2.2: Leaf A-D of an S-PMSI A-D route",
    `04 1c ${S_PMSI} c0000202`,
    "[4][[3][65000:100][198.51.100.1][239.1.2.3][192.0.2.1]][192.0.2.2]",
    leaf(SELECTIVE, "192.0.2.2"),
  ],
  [
    "section 7.2.2.2: Leaf A-D of an Inter-AS A-D route, VE-ID of RFC 4761",
    `04 0e ${RD} 0007 c0000202`,
    "[4][65000:100/7][192.0.2.2]",
    leaf(edge(7), "192.0.2.2"),
  ],
  [
    "section 7.2.2.2: Leaf A-D of an Inter-AS A-D route, PE_addr of RFC 6074",
    `04 10 ${RD} c0000201 c0000202`,
    "[4][65000:100/192.0.2.1][192.0.2.2]",
    leaf(edge("192.0.2.1"), "192.0.2.2"),
  ],
  [
    "section 7.2.2.2: Leaf A-D of an IPv6 router, VE-ID of RFC 4761",
    `04 1a ${RD} 0007 20010db8000000000000000000000001`,
    "[4][65000:100/7][2001:db8::1]",
    leaf(edge(7), "2001:db8::1"),
  ],
  [
    "section 7.2.2.2: Leaf A-D of an IPv6 router, PE_addr of RFC 6074",
    `04 1c ${RD} c0000201 20010db8000000000000000000000001`,
    "[4][65000:100/192.0.2.1][2001:db8::1]",
    leaf(edge("192.0.2.1"), "2001:db8::1"),
  ],
  [
    "section 9.2.2: Leaf A-D of a route that is not known",
    "04 07 090107 c0000201",
    "[4][0x090107][192.0.2.1]",
    leaf({ name: "raw", value: Uint8Array.of(9, 1, 7) }, "192.0.2.1"),
  ],
];

describe("RFC 7117, octet for octet", () => {
  test.each(ROUTES)("%s", (_, hex, text, object) => {
    const route = object as McastVplsNlri;
    expect(decoded(hex)).toEqual({ nlri: [route], issues: [] });
    const attribute = mpReachNlri("mcastVpls", FAMILY, "192.0.2.1", [route]);
    expect(toHex(encodeAttribute(attribute, context))).toBe(toHex(reach(hex)));
    expect(formatNlri("mcastVpls", route)).toBe(text);
    expect(parseNlri("mcastVpls", text)).toEqual(route);
  });
});

describe("what is not described stays raw, without issue", () => {
  test.each([
    ["RFC 7117 section 9.2: type 1, which there is not", "01 02 0102"],
    ["RFC 7606 section 5.4: a type that is not known", "08 02 0102"],
  ])("%s", (_, hex) => {
    const octets = fromHex(hex)!;
    octets[1] = octets.length - 2;
    expect(decoded(toHex(octets))).toEqual({ nlri: [{ name: "raw", value: octets }], issues: [] });
  });
});

test.each([
  [{ name: "sPmsiAutoDiscovery", routeType: 4 }, 'routeType: there is no "sPmsiAutoDiscovery" with route type 4'],
  [{ ...SELECTIVE, originatingRouterAddress: "x" }, 'originatingRouterAddress: "x" is no IP address'],
  [leaf(edge(65536), "192.0.2.1"), "65536 does not fit a field of 0 to 65535"],
  [leaf(edge("x"), "192.0.2.1"), 'veId: "x" is no IPv4 address'],
])("%j is refused", (route, message) => {
  const attribute = mpReachNlri("mcastVpls", FAMILY, "192.0.2.1", [route as McastVplsNlri]);
  expect(() => encodeAttribute(attribute, context)).toThrow(message);
});

test.each([
  "[3][65000:100][*][*]",
  "[4][65000:100/65536][192.0.2.1]",
  "[4][65000:100/2001:db8::1][192.0.2.1]",
  "[4][65000/1][192.0.2.1]",
  "[4][65000:100][192.0.2.1]",
])("%j is no text of a route", (text) => {
  expect(parseNlri("mcastVpls", text)).toBeNull();
});
