// EVPN routes: the figures of RFC 7432, RFC 9136, RFC 9251 and RFC 9572 filled in by hand, as objects and as text.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri, mpUnreachNlri } from "../index.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { routesOf } from "../update/routes.ts";
import { EVPN, type EvpnNlri } from "./evpn.ts";
import type { RawNlri } from "./model.ts";

const FAMILY = { afi: 25, safi: 70 };
const context = createContext();

/** An MP_REACH_NLRI of one route. */
function reach(nlri: string): Uint8Array {
  const value = `001946 04 c0000201 00 ${nlri}`;
  const octets = fromHex(value)!;
  return Uint8Array.of(0x80, 14, octets.length, ...octets);
}

/** An EVI-RT, which synch routes have to have with them. */
const EVI_ROUTE_TARGET = [0xc0, 16, 8, 6, 0x0a, 0xfd, 0xe9, 0, 0, 0, 1];

function decoded(nlri: string): { nlri: readonly (EvpnNlri | RawNlri)[]; issues: readonly string[] } {
  const attributes = [...reach(nlri), ...EVI_ROUTE_TARGET];
  const body = Uint8Array.of(0, 0, 0, attributes.length, ...attributes);
  const { update, issues } = decodeUpdate(body, context);
  const [one] = update.attributes;
  const names = issues.map((issue) => issue.name).filter((name) => name !== "missing-well-known");
  return { nlri: one?.name === "mpReachNlri" && one.kind === "evpn" ? one.nlri : [], issues: names };
}

const RD = "0001 c0000201 0064";
const ESI = "00112233445566778899";
const ESI_TEXT = "00:11:22:33:44:55:66:77:88:99";
const V6 = "20010db8000000000000000000000001";

/** What it is, octets, text, and the object but for name, type and route distinguisher. */
const ROUTES: readonly (readonly [string, string, string, object])[] = [
  [
    "RFC 7432 section 7.1: Ethernet Auto-Discovery",
    `01 19 ${RD} ${ESI} ffffffff 002710`,
    `[1][192.0.2.1:100][${ESI_TEXT}][4294967295] label=10000`,
    {
      name: "ethernetAutoDiscovery",
      routeType: 1,
      ethernetSegmentIdentifier: ESI_TEXT,
      ethernetTagId: 4294967295,
      mplsLabel: 10000,
    },
  ],
  [
    "RFC 7432 section 7.2: MAC/IP Advertisement, the MAC address alone",
    `02 21 ${RD} ${ESI} 00000007 30 0a0b0c0d0e0f 00 000641`,
    `[2][192.0.2.1:100][${ESI_TEXT}][7][0a:0b:0c:0d:0e:0f][*] label1=1601`,
    {
      name: "macIpAdvertisement",
      routeType: 2,
      ethernetSegmentIdentifier: ESI_TEXT,
      ethernetTagId: 7,
      macAddress: "0a:0b:0c:0d:0e:0f",
      ipAddress: null,
      mplsLabel1: 1601,
    },
  ],
  [
    "RFC 7432 section 7.2: MAC/IP Advertisement, an IPv4 address and both labels",
    `02 28 ${RD} 00000000000000000000 00000000 30 0a0b0c0d0e0f 20 c6336401 002710 004e20`,
    "[2][192.0.2.1:100][00:00:00:00:00:00:00:00:00:00][0][0a:0b:0c:0d:0e:0f][198.51.100.1] label1=10000 label2=20000",
    {
      name: "macIpAdvertisement",
      routeType: 2,
      ethernetSegmentIdentifier: "00:00:00:00:00:00:00:00:00:00",
      ethernetTagId: 0,
      macAddress: "0a:0b:0c:0d:0e:0f",
      ipAddress: "198.51.100.1",
      mplsLabel1: 10000,
      mplsLabel2: 20000,
    },
  ],
  [
    "RFC 7432 section 7.2: MAC/IP Advertisement, an IPv6 address",
    `02 31 ${RD} ${ESI} 00000000 30 0a0b0c0d0e0f 80 ${V6} ffffff`,
    `[2][192.0.2.1:100][${ESI_TEXT}][0][0a:0b:0c:0d:0e:0f][2001:db8::1] label1=16777215`,
    {
      name: "macIpAdvertisement",
      routeType: 2,
      ethernetSegmentIdentifier: ESI_TEXT,
      ethernetTagId: 0,
      macAddress: "0a:0b:0c:0d:0e:0f",
      ipAddress: "2001:db8::1",
      mplsLabel1: 16777215,
    },
  ],
  [
    "RFC 7432 section 7.3: Inclusive Multicast Ethernet Tag",
    `03 11 ${RD} 00000064 20 c0000201`,
    "[3][192.0.2.1:100][100][192.0.2.1]",
    {
      name: "inclusiveMulticastEthernetTag",
      routeType: 3,
      ethernetTagId: 100,
      originatingRouterAddress: "192.0.2.1",
    },
  ],
  [
    "RFC 7432 section 7.4: Ethernet Segment",
    `04 23 ${RD} ${ESI} 80 ${V6}`,
    `[4][192.0.2.1:100][${ESI_TEXT}][2001:db8::1]`,
    {
      name: "ethernetSegment",
      routeType: 4,
      ethernetSegmentIdentifier: ESI_TEXT,
      originatingRouterAddress: "2001:db8::1",
    },
  ],
  [
    "RFC 9136 section 3.1: IP Prefix of IPv4, a gateway, and bits behind the length",
    `05 22 ${RD} 00000000000000000000 00000000 18 c6336401 c0000263 000000`,
    "[5][192.0.2.1:100][00:00:00:00:00:00:00:00:00:00][0][198.51.100.1/24][192.0.2.99] label=0",
    {
      name: "ipPrefix",
      routeType: 5,
      ethernetSegmentIdentifier: "00:00:00:00:00:00:00:00:00:00",
      ethernetTagId: 0,
      prefix: "198.51.100.1/24",
      gatewayAddress: "192.0.2.99",
      mplsLabel: 0,
    },
  ],
  [
    "RFC 9136 section 3.1: IP Prefix of IPv6, a segment",
    `05 3a ${RD} ${ESI} 00000000 40 20010db8000100000000000000000000 ${"00".repeat(16)} 002710`,
    `[5][192.0.2.1:100][${ESI_TEXT}][0][2001:db8:1::/64][::] label=10000`,
    {
      name: "ipPrefix",
      routeType: 5,
      ethernetSegmentIdentifier: ESI_TEXT,
      ethernetTagId: 0,
      prefix: "2001:db8:1::/64",
      gatewayAddress: "::",
      mplsLabel: 10000,
    },
  ],
  [
    "RFC 9251 section 9.1: Selective Multicast Ethernet Tag, (S,G)",
    `06 1c ${RD} 00000000 20 c6336401 20 e8000001 20 c0000201 04`,
    "[6][192.0.2.1:100][0][198.51.100.1][232.0.0.1][192.0.2.1] flags=version3",
    {
      name: "selectiveMulticastEthernetTag",
      routeType: 6,
      ethernetTagId: 0,
      multicastSource: "198.51.100.1",
      multicastGroup: "232.0.0.1",
      originatingRouterAddress: "192.0.2.1",
      flags: { version3: true },
    },
  ],
  [
    "RFC 9251 section 9.1.3: Selective Multicast Ethernet Tag, (*,*), a reserved bit",
    `06 14 ${RD} 00000000 00 00 20 c0000201 8e`,
    "[6][192.0.2.1:100][0][*][*][192.0.2.1] flags=version2+version3+excludeGroup+0x80",
    {
      name: "selectiveMulticastEthernetTag",
      routeType: 6,
      ethernetTagId: 0,
      multicastSource: null,
      multicastGroup: null,
      originatingRouterAddress: "192.0.2.1",
      flags: { version2: true, version3: true, excludeGroup: true, reserved: 0x80 },
    },
  ],
  [
    "RFC 9251 section 9.2: Multicast Membership Report Synch, MLD",
    `07 3a ${RD} ${ESI} 00000001 00 80 ff0e0000000000000000000000000001 80 ${V6} 02`,
    `[7][192.0.2.1:100][${ESI_TEXT}][1][*][ff0e::1][2001:db8::1] flags=version2`,
    {
      name: "multicastMembershipReportSynch",
      routeType: 7,
      ethernetSegmentIdentifier: ESI_TEXT,
      ethernetTagId: 1,
      multicastSource: null,
      multicastGroup: "ff0e::1",
      originatingRouterAddress: "2001:db8::1",
      flags: { version2: true },
    },
  ],
  [
    "RFC 9251 section 9.3: Multicast Leave Synch, the reserved field",
    `08 27 ${RD} ${ESI} 00000000 00 20 ef010203 20 c0000201 00000009 64 02`,
    `[8][192.0.2.1:100][${ESI_TEXT}][0][*][239.1.2.3][192.0.2.1] reserved=9 maximum-response-time=100 flags=version2`,
    {
      name: "multicastLeaveSynch",
      routeType: 8,
      ethernetSegmentIdentifier: ESI_TEXT,
      ethernetTagId: 0,
      multicastSource: null,
      multicastGroup: "239.1.2.3",
      originatingRouterAddress: "192.0.2.1",
      reserved: 9,
      maximumResponseTime: 100,
      flags: { version2: true },
    },
  ],
  [
    "RFC 9572 section 3.1: Per-Region I-PMSI A-D, a region that is a route target",
    `09 14 ${RD} 00000000 0002 fde8 00000007`,
    "[9][192.0.2.1:100][0][target:65000:7]",
    {
      name: "perRegionIPmsiAutoDiscovery",
      routeType: 9,
      ethernetTagId: 0,
      regionId: { name: "routeTarget", format: "as2", as: 65000, value: 7 },
    },
  ],
  [
    "RFC 9572 section 3.2: S-PMSI A-D",
    `0a 1b ${RD} 00000005 20 c6336401 20 e8000001 20 c0000201`,
    "[10][192.0.2.1:100][5][198.51.100.1][232.0.0.1][192.0.2.1]",
    {
      name: "sPmsiAutoDiscovery",
      routeType: 10,
      ethernetTagId: 5,
      multicastSource: "198.51.100.1",
      multicastGroup: "232.0.0.1",
      originatingRouterAddress: "192.0.2.1",
    },
  ],
];

describe("routes, octet for octet", () => {
  test.each(ROUTES)("%s", (_, hex, text, object) => {
    const route = { ...object, routeDistinguisher: "192.0.2.1:100" } as EvpnNlri;
    expect(decoded(hex)).toEqual({ nlri: [route], issues: [] });
    expect(toHex(encodeAttribute(mpReachNlri("evpn", FAMILY, "192.0.2.1", [route]), context))).toBe(toHex(reach(hex)));
    expect(formatNlri("evpn", route)).toBe(text);
    expect(parseNlri("evpn", text)).toEqual(route);
  });

  test("RFC 9572 section 3.3: Leaf A-D, whose key is the route it answers", () => {
    const key = `03 11 ${RD} 00000064 20 c0000201`;
    const hex = `0b 18 ${key} 20 c0000202`;
    const route: EvpnNlri = {
      name: "leafAutoDiscovery",
      routeType: 11,
      routeKey: {
        name: "inclusiveMulticastEthernetTag",
        routeType: 3,
        routeDistinguisher: "192.0.2.1:100",
        ethernetTagId: 100,
        originatingRouterAddress: "192.0.2.1",
      },
      originatingRouterAddress: "192.0.2.2",
    };
    expect(decoded(hex)).toEqual({ nlri: [route], issues: [] });
    expect(toHex(encodeAttribute(mpReachNlri("evpn", FAMILY, "192.0.2.1", [route]), context))).toBe(toHex(reach(hex)));
    const text = "[11][[3][192.0.2.1:100][100][192.0.2.1]][192.0.2.2]";
    expect(formatNlri("evpn", route)).toBe(text);
    expect(parseNlri("evpn", text)).toEqual(route);
  });

  test.each([
    ["a route of a type that is not known", "63 02 0102"],
    ["a route that is too short for its type", "03 02 0102"],
    ["a leaf of a leaf", "0b 07 03 00 20 c0000202"],
  ])("RFC 9572 section 3.3: Leaf A-D, whose key is %s", (_, key) => {
    const octets = fromHex(key)!;
    const hex = `0b ${toHex(Uint8Array.of(octets.length + 5))} ${key} 20 c0000202`;
    const route: EvpnNlri = {
      name: "leafAutoDiscovery",
      routeType: 11,
      routeKey: { name: "raw", value: octets },
      originatingRouterAddress: "192.0.2.2",
    };
    expect(decoded(hex)).toEqual({ nlri: [route], issues: [] });
    const text = `[11][0x${toHex(octets)}][192.0.2.2]`;
    expect(formatNlri("evpn", route)).toBe(text);
    expect(parseNlri("evpn", text)).toEqual(route);
  });

  test("RFC 7606 section 5.4: a type that is not known is no error", () => {
    expect(decoded("0c 03 010203")).toEqual({
      nlri: [{ name: "raw", value: Uint8Array.of(12, 3, 1, 2, 3) }],
      issues: [],
    });
  });

  test("a Multicast Leave Synch route of an early draft, with an octet less, stays as it is", () => {
    const hex = `08 26 ${RD} ${ESI} 00000000 00 20 ef010203 20 c0000201 0000000000`;
    expect(decoded(hex)).toEqual({ nlri: [{ name: "raw", value: fromHex(hex) }], issues: [] });
  });
});

describe("what is not part of the key is of no account where the route is withdrawn", () => {
  test.each([
    ["RFC 9136 section 3.2: two Overlay Indexes", `05 22 ${RD} ${ESI} 00000000 18 c6336400 c0000263 000000`],
    ["RFC 9251 section 9.7: no version", `06 18 ${RD} 00000000 00 20 ef010203 20 c0000201 00`],
  ])("%s", (_, nlri) => {
    const value = fromHex(`001946 ${nlri}`)!;
    const body = Uint8Array.of(0, 0, 0, value.length + 3, 0x80, 15, value.length, ...value);
    expect(decodeUpdate(body, context).issues).toEqual([]);
    expect(decoded(nlri).issues).toHaveLength(1);
  });
});

test("RFC 9136 section 3.2: a route that is to be treated as withdrawn is known by its key", () => {
  const attributes = `40010100 400200 ${toHex(reach(`05 22 ${RD} ${ESI} 00000000 18 c6336400 c0000263 000000`))}`;
  const octets = fromHex(attributes)!;
  const { update, issues, action } = decodeUpdate(Uint8Array.of(0, 0, 0, octets.length, ...octets), context);
  expect(action).toBe("withdraw");
  const { announced, withdrawn } = routesOf(update, issues);
  expect(announced).toEqual([]);
  expect(withdrawn).toMatchObject([{ kind: "evpn", name: "ipPrefix", prefix: "198.51.100.0/24" }]);
});

/** Each octet of a route in turn set to each value, and the route cut or drawn out, in a buffer that goes on behind it. */
function* damaged(nlri: string): Generator<Uint8Array> {
  const octets = [...fromHex(nlri)!];
  for (let length = 2; length < octets.length + 8; length += 1) {
    const route = [...octets, 0, 0, 0, 0, 0, 0, 0, 0].slice(0, length);
    for (let at = 0; at < (length === octets.length ? length : 1); at += 1) {
      for (let value = 0; value < 256; value += 1) yield Uint8Array.from(route.with(at, value));
    }
  }
}

test.each([
  ["a MAC address", `02 21 ${RD} ${"00".repeat(10)} 00000007 30 0a0b0c0d0e0f 00 000641`],
  ["a host with two labels", `02 28 ${RD} ${ESI} 00000007 30 0a0b0c0d0e0f 20 c6336401 000641 000642`],
  ["an IPv6 host", `02 31 ${RD} ${ESI} 00000007 30 0a0b0c0d0e0f 80 ${V6} 000641`],
  ["an IPv4 prefix", `05 22 ${RD} ${"00".repeat(10)} 00000007 18 c6336400 c0000263 000641`],
  ["an IPv6 prefix", `05 3a ${RD} ${"00".repeat(10)} 00000007 30 ${V6} ${V6} 000641`],
  ["an IPv4 prefix with a segment", `05 22 ${RD} ${ESI} 00000007 18 c6336400 c0000263 000641`],
])("%s: what is wrong with a route is the same at a glance and read", (_, nlri) => {
  const place = { context, withdrawn: false };
  for (const route of damaged(nlri)) {
    const buffer = Uint8Array.of(0xff, ...route, 0xff, 0xff);
    const rule = EVPN.fault!(buffer, 1, 1 + route.length, place);
    const read = EVPN.decode(buffer, 1, 1 + route.length, place);
    const unreadable = read.name === "raw" && read.malformed === true;
    const twoIndexes =
      read.name === "ipPrefix" &&
      !/^[0.:]+$/.test(read.gatewayAddress) &&
      !/^[0:]+$/.test(read.ethernetSegmentIdentifier);
    const expected = unreadable ? "evpn-nlri" : twoIndexes ? "evpn-overlay-index" : undefined;
    expect(rule?.name, toHex(route)).toBe(expected);
  }
});

describe("what an encoder is given", () => {
  const rd = { routeDistinguisher: "65000:1" };
  const segment = { ...rd, ethernetSegmentIdentifier: ESI_TEXT };
  test.each([
    [{ name: "ipPrefix", routeType: 4 }, 'routeType: there is no "ipPrefix" with route type 4'],
    [
      { name: "ethernetSegment", routeType: 4, routeDistinguisher: "65000" },
      'routeDistinguisher: "65000" is no route distinguisher',
    ],
    [
      { name: "ethernetSegment", routeType: 4, ...rd, ethernetSegmentIdentifier: "00:11" },
      'ethernetSegmentIdentifier: "00:11" is no Ethernet Segment Identifier',
    ],
    [
      { name: "ethernetSegment", routeType: 4, ...segment, originatingRouterAddress: "192.0.2" },
      'originatingRouterAddress: "192.0.2" is no IP address',
    ],
    [
      { name: "macIpAdvertisement", routeType: 2, ...segment, ethernetTagId: 0, macAddress: "0a:0b" },
      'macAddress: "0a:0b" is no MAC address',
    ],
    [
      { name: "ethernetAutoDiscovery", routeType: 1, ...segment, ethernetTagId: 0, mplsLabel: 0x1000000 },
      "16777216 does not fit a field of 0 to 16777215",
    ],
    [
      { name: "ipPrefix", routeType: 5, ...segment, ethernetTagId: 0, prefix: "192.0.2.0" },
      'prefix: "192.0.2.0" is no prefix',
    ],
    [
      { name: "ipPrefix", routeType: 5, ...segment, ethernetTagId: 0, prefix: "192.0.2.0/24", gatewayAddress: "::" },
      'gatewayAddress: "::" and 192.0.2.0/24 are of different versions',
    ],
    [
      { name: "leafAutoDiscovery", routeType: 11, routeKey: { name: "raw", value: Uint8Array.of(1, 2) } },
      "routeKey: 2 octets that are no route",
    ],
    [
      { name: "leafAutoDiscovery", routeType: 11, routeKey: { name: "leafAutoDiscovery", routeType: 11 } },
      'routeType: there is no "leafAutoDiscovery" with route type 11',
    ],
  ])("%j is refused", (route, message) => {
    const attribute = mpUnreachNlri("evpn", FAMILY, [route as unknown as EvpnNlri]);
    expect(() => encodeAttribute(attribute, context)).toThrow(message);
  });
});

test.each([
  "",
  "[2]",
  "[12][65000:1]",
  "[02][65000:1][0][192.0.2.1]",
  "[3][65000:1][0]",
  "[3][65000:1][0][192.0.2.1][0]",
  "[3][65000:1][0][192.0.2.1] label=0",
  "[3][65000:1][4294967296][192.0.2.1]",
  "[3][65000][0][192.0.2.1]",
  "[3][65000:1][0][*]",
  "[3][65000:1][0][192.0.2.1",
  "[3] [65000:1][0][192.0.2.1]",
  `[1][65000:1][${ESI_TEXT}][0]`,
  `[1][65000:1][${ESI_TEXT}][0]label=1`,
  `[1][65000:1][${ESI_TEXT}][0]  label=1`,
  `[1][65000:1][${ESI_TEXT}][0] label`,
  `[1][65000:1][${ESI_TEXT}][0] =1`,
  `[1][65000:1][${ESI_TEXT}][0] label=16777216`,
  `[1][65000:1][${ESI_TEXT}][0] label=1 label=1`,
  `[1][65000:1][${ESI_TEXT}:00][0] label=1`,
  `[2][65000:1][${ESI_TEXT}][0][0a0b0c0d0e0f][*] label1=1`,
  `[5][65000:1][${ESI_TEXT}][0][192.0.2.0][0.0.0.0] label=1`,
  "[6][65000:1][0][*][239.1.2.3][192.0.2.1] flags=version4",
  "[6][65000:1][0][*][239.1.2.3][192.0.2.1] flags=version2+version2",
  "[6][65000:1][0][*][239.1.2.3][192.0.2.1] flags=0x0",
  "[9][65000:1][0][target:1]",
  "[11][[11][0x0300][192.0.2.1]][192.0.2.2]",
  "[11][0x030][192.0.2.2]",
])("%j is no text of a route", (text) => {
  expect(parseNlri("evpn", text)).toBeNull();
});

test("a text may be written otherwise than it is given", () => {
  const text = `[2][65000:1][${ESI_TEXT}][0][0A:0B:0C:0D:0E:0F][2001:DB8:0::1] label2=2 label1=1 path-id=7`;
  expect(formatNlri("evpn", parseNlri("evpn", text)!)).toBe(
    `[2][65000:1][${ESI_TEXT}][0][0a:0b:0c:0d:0e:0f][2001:db8::1] label1=1 label2=2 path-id=7`,
  );
});

/** What is wrong with routes beside an ESI label. */
function issuesBeside(nlri: string, flags: string, addPath = false): readonly string[] {
  const communities = fromHex(`c0 10 10 0002fde800000001 0601 ${flags} 0000 000010`)!;
  const attributes = [...fromHex("40010100 400200")!, ...communities, ...reach(nlri)];
  const body = Uint8Array.of(0, 0, 0, attributes.length, ...attributes);
  return decodeUpdate(body, createContext(addPath ? { addPath: [FAMILY] } : {})).issues.map(({ name }) => name);
}

describe("RFC 9746 section 2.2: Single-Active and a Split-Horizon Type exclude each other in A-D per ES routes", () => {
  const IMET = "03 11 0001c00002010064 00000000 20 c0000201";
  const PER_ES = `01 19 ${RD} ${ESI} ffffffff 000000`;
  const PER_EVI = `01 19 ${RD} ${ESI} 00000007 000000`;

  test.each([
    [PER_ES, "41", false],
    [`${IMET} ${PER_EVI} ${PER_ES}`, "81", false],
    [`00000001 ${IMET} 00000002 ${PER_ES}`, "c1", true],
  ])("%s with flags %s", (nlri, flags, addPath) => {
    expect(issuesBeside(nlri, flags, addPath)).toEqual(["evpn-split-horizon"]);
  });

  test.each([
    [PER_ES, "01", false],
    [PER_ES, "40", false],
    [PER_EVI, "41", false],
    [`00000001 ${IMET} 00000002 ${PER_EVI}`, "41", true],
  ])("but not %s with flags %s", (nlri, flags, addPath) => {
    expect(issuesBeside(nlri, flags, addPath)).toEqual([]);
  });
});
