// Routes with labels, octet for octet by hand after RFC 8277 figures 2 to 4, RFC 4364 section 4.3.4 and RFC 4659 section 3.2, and
// what each kind of session makes of them.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri } from "../attribute/mp-reach-nlri.ts";
import { mpUnreachNlri } from "../attribute/mp-unreach-nlri.ts";
import { origin } from "../attribute/origin.ts";
import type { ContextOptions } from "../context.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { packUpdates } from "../update/pack.ts";
import { routesOf } from "../update/routes.ts";

const GLOBAL = "20010db8000000000000000000000001";
const LINK_LOCAL = "fe800000000000000000000000000001";
const ZERO = "0000000000000000";

/** The body of an UPDATE with one attribute of routes. */
function body(code: 14 | 15, value: string): Uint8Array {
  const others = code === 14 ? "4001010040020602010000fdea" : "";
  const routes = `80${code.toString(16).padStart(2, "0")}${octets(value)}${value}`;
  return fromHex(`0000${octets(routes + others, 4)}${routes}${others}`)!;
}

function octets(hex: string, digits = 2): string {
  return (hex.length / 2).toString(16).padStart(digits, "0");
}

function reach(family: string, hop: string, nlri: string): Uint8Array {
  return body(14, `${family}${octets(hop)}${hop}00${nlri}`);
}

/** The attribute of routes in a body, and what it is encoded to. */
function read(bytes: Uint8Array, options: ContextOptions = {}): { attribute: object; hex: string; issues: string[] } {
  const context = createContext(options);
  const { update, issues } = decodeUpdate(bytes, context);
  const [attribute] = update.attributes;
  return {
    attribute: attribute!,
    hex: toHex(encodeAttribute(attribute!, context)),
    issues: issues.map((issue) => issue.name),
  };
}

const ONE = { multipleLabels: [] };
const TWO = { multipleLabels: [{ afi: 1, safi: 4, count: 2 }] };

describe("RFC 8277 section 2.2: one label", () => {
  test.each([
    ["IPv4", "000104", "c0000201", "30000641c63364", { prefix: "198.51.100.0/24", labels: [100] }],
    ["the default route", "000104", "c0000201", "18000641", { prefix: "0.0.0.0/0", labels: [100] }],
    [
      "IPv6, IPv4-mapped next hop (RFC 4798)",
      "000204",
      "00000000000000000000ffffc0000201",
      "38000031" + "20010db8",
      { prefix: "2001:db8::/32", labels: [3] },
    ],
    ["bits behind the length", "000104", "c0000201", "21000641ff80", { prefix: "255.128.0.0/9", labels: [100] }],
    ["Rsrv", "000104", "c0000201", "30000643c63364", { prefix: "198.51.100.0/24", labels: [100], labelBits: [3] }],
  ])("%s", (_, family, hop, nlri, expected) => {
    for (const options of [{}, ONE]) {
      const { attribute, hex, issues } = read(reach(family, hop, nlri), options);
      expect(attribute).toMatchObject({ kind: "labeledPrefix", nlri: [expected] });
      expect(hex.endsWith(nlri)).toBe(true);
      expect(issues).toEqual([]);
    }
  });

  test('without the capability the bottom-of-stack bit "MUST be ignored on reception"', () => {
    const { attribute, hex, issues } = read(reach("000104", "c0000201", "30000640c63364"), ONE);
    expect(attribute).toMatchObject({ nlri: [{ prefix: "198.51.100.0/24", labels: [100], labelBits: [0] }] });
    expect(hex.endsWith("30000640c63364")).toBe(true);
    expect(issues).toEqual([]);
  });

  test("another label is then a part of the prefix, which is too long for one", () => {
    expect(read(reach("000104", "c0000201", "48000640000c81c63364"), ONE).issues).toEqual(["labeled-nlri-length"]);
  });
});

describe("RFC 8277 section 2.3: several labels", () => {
  const two = "48000640000c81c63364";
  test("are read up to the bottom-of-stack bit", () => {
    for (const options of [{}, TWO]) {
      const { attribute, issues } = read(reach("000104", "c0000201", two + "30000641c63365"), options);
      expect(issues).toEqual([]);
      expect(attribute).toMatchObject({
        nlri: [
          { prefix: "198.51.100.0/24", labels: [100, 200] },
          { prefix: "198.51.101.0/24", labels: [100] },
        ],
      });
    }
  });

  test("section 2.1: a Count of 0 or 1 is void, one of 255 is no limit", () => {
    const three = "60000640000c80000c81c63364";
    const named = (count: number): string[] =>
      read(reach("000104", "c0000201", three), { multipleLabels: [{ afi: 1, safi: 4, count }] }).issues;
    expect([0, 1, 2, 3, 255].map(named)).toEqual([
      ["labeled-nlri-length"],
      ["labeled-nlri-length"],
      ["labeled-nlri-count"],
      [],
      [],
    ]);
  });

  test("section 2.1: more labels than agreed upon withdraw the routes, which stay there to be withdrawn", () => {
    const context = createContext(TWO);
    const { update, action, issues } = decodeUpdate(reach("000104", "c0000201", "60000640000c80000c81c63364"), context);
    expect(action).toBe("withdraw");
    expect(routesOf(update, issues)).toMatchObject({ announced: [], withdrawn: [{ prefix: "198.51.100.0/24" }] });
  });

  test("a route that is overridden to pass stays octets beside the good ones", () => {
    const options: ContextOptions = { overrides: { "labeled-nlri-bottom-of-stack": "none" } };
    const { attribute } = read(reach("000104", "c0000201", "30000640c63364" + "30000641c63365"), options);
    expect(attribute).toMatchObject({
      nlri: [
        { name: "raw", value: fromHex("30000640c63364"), malformed: true },
        { prefix: "198.51.101.0/24", labels: [100] },
      ],
    });
  });
});

describe("RFC 8277 section 2.4: the Compatibility field of withdrawn routes", () => {
  test.each([
    ["0x800000", "30800000c63364", { prefix: "198.51.100.0/24", labels: [] }],
    ["0x000000", "30000000c63364", { prefix: "198.51.100.0/24", labels: [], compatibility: 0 }],
    ["a label, as RFC 3107 had it", "30000641c63364", { prefix: "198.51.100.0/24", labels: [], compatibility: 0x641 }],
  ])("%s is no label", (_, nlri, expected) => {
    for (const options of [{}, ONE, TWO]) {
      const { attribute, hex, issues } = read(body(15, `000104${nlri}`), options);
      expect(attribute).toMatchObject({ kind: "labeledPrefix", nlri: [expected] });
      expect(hex.endsWith(nlri)).toBe(true);
      expect(issues).toEqual([]);
    }
  });

  test("is written for a route that is given with its labels", () => {
    const gone = mpUnreachNlri("labeledPrefix", { afi: 1, safi: 4 }, [
      { prefix: "198.51.100.0/24", labels: [100, 200] },
    ]);
    expect(toHex(encodeAttribute(gone, createContext(ONE)))).toBe("800f0a00010430800000c63364");
  });
});

describe("VPNs", () => {
  test.each([
    [
      "RFC 4364: VPN-IPv4",
      "000180",
      `${ZERO}c0000201`,
      "700006410000fde800000064c63364",
      { routeDistinguisher: "65000:100", prefix: "198.51.100.0/24", labels: [100] },
    ],
    [
      "RFC 4659: VPN-IPv6",
      "000280",
      ZERO + GLOBAL,
      "780006410001c0000201006420010db8",
      { routeDistinguisher: "192.0.2.1:100", prefix: "2001:db8::/32", labels: [100] },
    ],
    [
      "RFC 8277: two labels",
      "000180",
      `${ZERO}c0000201`,
      "88000640000c810002fa56ea000064c63364",
      { routeDistinguisher: "4200000000:100", prefix: "198.51.100.0/24", labels: [100, 200] },
    ],
  ])("%s", (_, family, hop, nlri, expected) => {
    const { attribute, hex, issues } = read(reach(family, hop, nlri));
    expect(attribute).toMatchObject({ kind: "labeledVpnPrefix", nlri: [expected] });
    expect(hex.endsWith(nlri)).toBe(true);
    expect(issues).toEqual([]);
    const { nlri: withdrawn } = read(body(15, family + nlri)).attribute as { nlri: object[] };
    if (!nlri.startsWith("88")) expect(withdrawn).toEqual([{ ...expected, labels: [], compatibility: 0x641 }]);
  });

  test("a prefix longer than an address does not fit SAFI 129", () => {
    const nlri = "610000fde800000064c633640100";
    expect(read(reach("000181", `${ZERO}c0000201`, nlri)).issues).toEqual(["mp-reach-nlri"]);
  });

  test("RFC 6514 section 10: SAFI 129 has no labels", () => {
    const nlri = "580000fde800000064c63364";
    const { attribute, hex, issues } = read(reach("000181", `${ZERO}c0000201`, nlri));
    expect(attribute).toMatchObject({
      kind: "vpnPrefix",
      nlri: [{ routeDistinguisher: "65000:100", prefix: "198.51.100.0/24" }],
    });
    expect(hex.endsWith(nlri)).toBe(true);
    expect(issues).toEqual([]);
  });
});

describe("next hops in VPNs", () => {
  const four = "700006410000fde800000064c63364";
  test.each([
    ["RFC 4364 section 4.3.2", "000180", `${ZERO}c0000201`, { nextHop: "192.0.2.1" }],
    ["RFC 8950 section 3", "000180", ZERO + GLOBAL, { nextHop: "2001:db8::1" }],
    [
      "RFC 8950 section 3, link-local",
      "000180",
      ZERO + GLOBAL + ZERO + LINK_LOCAL,
      { nextHop: "2001:db8::1", linkLocalNextHop: "fe80::1" },
    ],
    ["RFC 4659 section 3.2.1.2", "000280", `${ZERO}00000000000000000000ffffc0000201`, { nextHop: "::ffff:192.0.2.1" }],
    ["SAFI 129", "000181", `${ZERO}c0000201`, { nextHop: "192.0.2.1" }],
    [
      "a route distinguisher that is not zero",
      "000180",
      "0000fde800000064c0000201",
      { nextHop: "192.0.2.1", nextHopRouteDistinguisher: "65000:100" },
    ],
    [
      "two of them",
      "000280",
      `0000fde800000064${GLOBAL}0000fde800000065${LINK_LOCAL}`,
      {
        nextHop: "2001:db8::1",
        nextHopRouteDistinguisher: "65000:100",
        linkLocalNextHop: "fe80::1",
        linkLocalNextHopRouteDistinguisher: "65000:101",
      },
    ],
  ])("%s", (_, family, hop, expected) => {
    const bytes = reach(family, hop, family === "000181" ? "580000fde800000064c63364" : four);
    const { attribute, hex, issues } = read(bytes);
    expect(issues).toEqual([]);
    expect(attribute).toMatchObject(expected);
    expect(hex).toContain(`${family}${octets(hop)}${hop}00`);
    const [route] = routesOf(decodeUpdate(bytes, createContext()).update).announced;
    expect(route).toMatchObject(expected);
  });

  test.each([
    ["an address without a route distinguisher", "000180", "c0000201"],
    ["VPN-IPv6 with a VPN-IPv4 next hop", "000280", `${ZERO}c0000201`],
    ["half of two", "000180", ZERO + GLOBAL + ZERO],
  ])("%s has a wrong length", (_, family, hop) => {
    expect(read(reach(family, hop, four)).issues).toEqual(["mp-reach-next-hop"]);
  });

  test("RFC 8950 section 4: VPN-IPv6 next hops of VPN-IPv4 where they were not agreed upon", () => {
    expect(read(reach("000180", ZERO + GLOBAL, four), { extendedNextHop: [] }).issues).toEqual(["mp-reach-next-hop"]);
  });
});

describe("ADD-PATH", () => {
  test.each([
    ["000104", "c0000201", "30000641c63364", { prefix: "198.51.100.0/24", labels: [100], pathId: 7 }],
    ["000104", "c0000201", "30000643c63364", { prefix: "198.51.100.0/24", labels: [100], labelBits: [3], pathId: 7 }],
    [
      "000180",
      `${ZERO}c0000201`,
      "700006410000fde800000064c63364",
      { routeDistinguisher: "65000:100", prefix: "198.51.100.0/24", labels: [100], pathId: 7 },
    ],
    [
      "000181",
      `${ZERO}c0000201`,
      "580000fde800000064c63364",
      { routeDistinguisher: "65000:100", prefix: "198.51.100.0/24", pathId: 7 },
    ],
  ])("RFC 7911 section 3: %s", (family, hop, nlri, expected) => {
    const addPath = [4, 128, 129].map((safi) => ({ afi: 1, safi }));
    const { attribute, hex } = read(reach(family, hop, `00000007${nlri}`), { addPath });
    expect(attribute).toMatchObject({ nlri: [expected] });
    expect(hex.endsWith(`00000007${nlri}`)).toBe(true);
  });
});

test.each([
  ["labeledPrefix", "198.51.100.0/24 labels=100", { prefix: "198.51.100.0/24", labels: [100] }],
  [
    "labeledPrefix",
    "2001:db8::/32 labels=100,200 label-bits=2,1",
    { prefix: "2001:db8::/32", labels: [100, 200], labelBits: [2, 1] },
  ],
  [
    "labeledPrefix",
    "198.51.100.0/24 compatibility=0x000641",
    { prefix: "198.51.100.0/24", labels: [], compatibility: 0x641 },
  ],
  [
    "labeledVpnPrefix",
    "65000:100 198.51.100.0/24 labels=100 path-id=7",
    { routeDistinguisher: "65000:100", prefix: "198.51.100.0/24", labels: [100], pathId: 7 },
  ],
  [
    "labeledVpnPrefix",
    "192.0.2.1:100 198.51.100.0/24",
    { routeDistinguisher: "192.0.2.1:100", prefix: "198.51.100.0/24", labels: [] },
  ],
  ["vpnPrefix", "65000L:100 2001:db8::/32", { routeDistinguisher: "65000L:100", prefix: "2001:db8::/32" }],
] as const)("%s %j", (kind, text, nlri) => {
  expect(formatNlri(kind, nlri)).toBe(text);
  expect(parseNlri(kind, text)).toEqual(nlri);
});

test.each([
  ["labeledPrefix", "198.51.100.0"],
  ["labeledPrefix", "198.51.100.0/24 labels="],
  ["labeledPrefix", "198.51.100.0/24 labels=1048576"],
  ["labeledPrefix", "198.51.100.0/24 labels=1,,2"],
  ["labeledPrefix", "198.51.100.0/24 label-bits=16"],
  ["labeledPrefix", "198.51.100.0/24 compatibility=641"],
  ["labeledPrefix", "65000:100 198.51.100.0/24"],
  ["labeledVpnPrefix", "198.51.100.0/24 labels=100"],
  ["labeledVpnPrefix", "65000 198.51.100.0/24"],
  ["vpnPrefix", "65000:100 198.51.100.0/24 labels=100"],
] as const)("%s %j is none", (kind, text) => {
  expect(parseNlri(kind, text)).toBeNull();
});

describe("what is refused", () => {
  const family = { afi: 1, safi: 4 };
  const announce =
    (route: object, options: ContextOptions = {}) =>
    (): unknown =>
      encodeAttribute(mpReachNlri("labeledPrefix", family, "192.0.2.1", [route as never]), createContext(options));
  test.each([
    [announce({ prefix: "198.51.100.0/24", labels: [] }), "labels: 0 labels for 198.51.100.0/24, where one is needed"],
    [
      announce({ prefix: "198.51.100.0/24", labels: [1, 2] }, ONE),
      "labels: 2 labels for 198.51.100.0/24, where one is agreed upon",
    ],
    [
      announce({ prefix: "198.51.100.0/24", labels: Array.from({ length: 10 }, () => 1) }),
      "labels: 10 labels make a route of 264 bits, which are at most 255",
    ],
    [announce({ prefix: "2001:db8::/32", labels: [1] }), 'prefix: "2001:db8::/32" is no IPv4 prefix'],
    [
      () =>
        encodeAttribute(
          mpReachNlri("labeledPrefix", { afi: 2, safi: 4 }, "2001:db8::1", [
            { prefix: "2001:db8::/40", labels: Array.from({ length: 9 }, () => 1) },
          ]),
          createContext(),
        ),
      "labels: 9 labels make a route of 256 bits, which are at most 255",
    ],
    [
      () =>
        encodeAttribute(
          mpReachNlri("vpnPrefix", { afi: 1, safi: 129 }, { nextHop: "192.0.2.1", nextHopRouteDistinguisher: "1" }, []),
          createContext(),
        ),
      'nextHopRouteDistinguisher: "1" is no route distinguisher',
    ],
    [
      () => packUpdates({ family, withdraw: ["198.51.100.0/24"] }, createContext()),
      'family: "198.51.100.0/24" is a text, and routes of ipv4-labeled-unicast are objects, which parseNlri makes',
    ],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});

test("routes of a VPN are packed as others are", () => {
  const context = createContext();
  const routes = Array.from({ length: 300 }, (_, i) => ({
    routeDistinguisher: "65000:100",
    prefix: `10.${i >> 8}.${i & 255}.0/24`,
    labels: [16 + i],
  }));
  const bodies = packUpdates(
    { family: { afi: 1, safi: 128 }, announce: routes, attributes: [origin("igp")], nextHop: "192.0.2.1" },
    context,
  );
  expect(bodies).toHaveLength(2);
  const said = bodies.flatMap((bytes) => routesOf(decodeUpdate(bytes, context).update).announced);
  expect(said.map((route) => formatNlri("labeledVpnPrefix", route as never))).toEqual(
    routes.map((route) => formatNlri("labeledVpnPrefix", route)),
  );
  expect(said[299]).toEqual({
    family: { afi: 1, safi: 128 },
    kind: "labeledVpnPrefix",
    routeDistinguisher: "65000:100",
    prefix: "10.1.43.0/24",
    labels: [315],
    nextHop: "192.0.2.1",
  });
});

describe("RFC 9832 section 6: transport classes", () => {
  const route = "70" + "000641" + "0000fde800000064" + "c63364";
  test.each([
    ["4", "c0000201", { nextHop: "192.0.2.1" }],
    ["12", ZERO + "c0000201", { nextHopRouteDistinguisher: "0:0", nextHop: "192.0.2.1" }],
    ["16", GLOBAL, { nextHop: "2001:db8::1" }],
    ["24", ZERO + GLOBAL, { nextHopRouteDistinguisher: "0:0", nextHop: "2001:db8::1" }],
    ["32", GLOBAL + LINK_LOCAL, { nextHop: "2001:db8::1", linkLocalNextHop: "fe80::1" }],
    [
      "48",
      ZERO + GLOBAL + ZERO + LINK_LOCAL,
      { nextHopRouteDistinguisher: "0:0", nextHop: "2001:db8::1", linkLocalNextHop: "fe80::1" },
    ],
  ])("a next hop of %s octets", (_, hop, fields) => {
    const { attribute, hex, issues } = read(reach("00014c", hop, route));
    expect(issues).toEqual([]);
    expect(attribute).toEqual({
      name: "mpReachNlri",
      code: 14,
      kind: "labeledVpnPrefix",
      afi: 1,
      safi: 76,
      ...fields,
      nlri: [{ routeDistinguisher: "65000:100", prefix: "198.51.100.0/24", labels: [100] }],
    });
    expect(hex).toBe(`800e${octets(`00014c00${hop}00${route}`)}00014c${octets(hop)}${hop}00${route}`);
  });

  test.each(["c00002", GLOBAL + "00", ZERO + GLOBAL + LINK_LOCAL])(
    "a next hop of another length resets the session: %s",
    (hop) => {
      expect(read(reach("00014c", hop, route)).issues).toEqual(["mp-reach-next-hop"]);
    },
  );

  test("IPv6, and several labels where that was agreed upon", () => {
    const two = "90" + "000640" + "000c81" + "0000fde800000064" + "20010db8";
    const options = { multipleLabels: [{ afi: 2, safi: 76, count: 2 }] };
    const { attribute, issues } = read(reach("00024c", GLOBAL, two), options);
    expect(issues).toEqual([]);
    expect(attribute).toMatchObject({ nlri: [{ prefix: "2001:db8::/32", labels: [100, 200] }] });
  });
});
