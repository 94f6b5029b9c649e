// BGP-MUP routes: the figures of draft-ietf-bess-mup-safi section 3.1 filled in by hand, as objects and as text.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri } from "../index.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { routesOf } from "../update/routes.ts";
import type { RawNlri } from "./model.ts";
import type { MupNlri } from "./mup.ts";

const context = createContext();

/** An MP_REACH_NLRI of these routes. */
function reach(nlri: string, afi: 1 | 2): Uint8Array {
  const octets = fromHex(`000${afi}55 04 c0000201 00 ${nlri}`)!;
  return Uint8Array.of(0x80, 14, octets.length, ...octets);
}

/** What routes of the types 1, 2 and 4 have to have with them: an SRv6 L3 Service TLV, and a direct segment. */
const COMPANY = [0xc0, 40, 4, 5, 0, 1, 0, 0xc0, 16, 8, 0x0c, 0, 0, 10, 0, 0, 0, 10];

function bodyOf(nlri: string, afi: 1 | 2): Uint8Array {
  const attributes = [0x40, 1, 1, 0, 0x40, 2, 0, ...reach(nlri, afi), ...COMPANY];
  return Uint8Array.of(0, 0, 0, attributes.length, ...attributes);
}

function decoded(nlri: string, afi: 1 | 2): { nlri: readonly (MupNlri | RawNlri)[]; issues: readonly string[] } {
  const { update, issues } = decodeUpdate(bodyOf(nlri, afi), context);
  const one = update.attributes[2];
  return {
    nlri: one?.name === "mpReachNlri" && one.kind === "mup" ? one.nlri : [],
    issues: issues.map((issue) => issue.name),
  };
}

const RD = "0000 0064 00000064";
const V6 = "20010db8000000000000000000000001";

/** Address family, what it is, octets, text, and the object but for the route distinguisher. */
const ROUTES: readonly (readonly [1 | 2, string, string, string, object])[] = [
  [
    1,
    "section 3.1.1: Interwork Segment Discovery",
    `01 0001 0c ${RD} 18 0a0001`,
    "[1][100:100][10.0.1.0/24]",
    { name: "interworkSegmentDiscovery", routeType: 1, prefix: "10.0.1.0/24" },
  ],
  [
    2,
    "section 3.1.1: Interwork Segment Discovery, bits behind the length",
    `01 0001 10 ${RD} 31 20010db80001ff`,
    "[1][100:100][2001:db8:1:ff00::/49]",
    { name: "interworkSegmentDiscovery", routeType: 1, prefix: "2001:db8:1:ff00::/49" },
  ],
  [
    1,
    "section 3.1.2: Direct Segment Discovery",
    `01 0002 0c ${RD} 0a000001`,
    "[2][100:100][10.0.0.1]",
    { name: "directSegmentDiscovery", routeType: 2, address: "10.0.0.1" },
  ],
  [
    2,
    "section 3.1.2: Direct Segment Discovery of IPv6",
    `01 0002 18 ${RD} ${V6}`,
    "[2][100:100][2001:db8::1]",
    { name: "directSegmentDiscovery", routeType: 2, address: "2001:db8::1" },
  ],
  [
    1,
    "section 3.1.3: Type 1 Session Transformed, without source address",
    `01 0003 18 ${RD} 20 c0a80001 00003039 09 20 0a000001 00`,
    "[3][100:100][192.168.0.1/32] teid=12345 qfi=9 endpoint=10.0.0.1 source=*",
    {
      name: "type1SessionTransformed",
      routeType: 3,
      prefix: "192.168.0.1/32",
      teid: 12345,
      qfi: 9,
      endpointAddress: "10.0.0.1",
      sourceAddress: null,
    },
  ],
  [
    1,
    "draft-mpmz-bess-mup-safi-01: Type 1 Session Transformed, where there is no length of a source address",
    `01 0003 17 ${RD} 20 c0a80001 00003039 09 20 0a000001`,
    "[3][100:100][192.168.0.1/32] teid=12345 qfi=9 endpoint=10.0.0.1",
    {
      name: "type1SessionTransformed",
      routeType: 3,
      prefix: "192.168.0.1/32",
      teid: 12345,
      qfi: 9,
      endpointAddress: "10.0.0.1",
    },
  ],
  [
    2,
    "section 3.1.3: Type 1 Session Transformed, addresses of both versions, TLVs that are of no account",
    `01 0003 33 ${RD} 40 20010db800010002 ffffffff ff 80 ${V6} 20 c0000209 01 01 07 09 02 0a0b`,
    "[3][100:100][2001:db8:1:2::/64] teid=4294967295 qfi=255 endpoint=2001:db8::1 source=192.0.2.9 tlvs=1:0x07+9:0x0a0b",
    {
      name: "type1SessionTransformed",
      routeType: 3,
      prefix: "2001:db8:1:2::/64",
      teid: 4294967295,
      qfi: 255,
      endpointAddress: "2001:db8::1",
      sourceAddress: "192.0.2.9",
      tlvs: [
        { name: "raw", type: 1, value: Uint8Array.of(7) },
        { name: "raw", type: 9, value: Uint8Array.of(10, 11) },
      ],
    },
  ],
  [
    1,
    "section 3.1.4: Type 2 Session Transformed, a whole TEID",
    `01 0004 11 ${RD} 40 0a000001 00003039`,
    "[4][100:100][10.0.0.1][12345][32]",
    {
      name: "type2SessionTransformed",
      routeType: 4,
      endpointAddress: "10.0.0.1",
      teid: 12345,
      teidLength: 32,
    },
  ],
  [
    1,
    "section 3.1.4: Type 2 Session Transformed, 23 bits of TEID in three octets",
    `01 0004 10 ${RD} 37 0a000001 003039`,
    "[4][100:100][10.0.0.1][3160320][23]",
    {
      name: "type2SessionTransformed",
      routeType: 4,
      endpointAddress: "10.0.0.1",
      teid: 0x00303900,
      teidLength: 23,
    },
  ],
  [
    2,
    "section 3.1.4: Type 2 Session Transformed, no TEID",
    `01 0004 19 ${RD} 80 ${V6}`,
    "[4][100:100][2001:db8::1][0][0]",
    {
      name: "type2SessionTransformed",
      routeType: 4,
      endpointAddress: "2001:db8::1",
      teid: 0,
      teidLength: 0,
    },
  ],
  [
    1,
    "section 3.1.5: TLVs of every type",
    `01 0004 38 ${RD} 40 0a000001 ffffffff 01 05 00000007 09 02 04 c0000201 03 10 ${V6} 02 04 c0000202 04 00`,
    "[4][100:100][10.0.0.1][4294967295][32] tlvs=session-parameters:7:9+interwork-endpoint:192.0.2.1" +
      "+source-address:2001:db8::1+interwork-endpoint:192.0.2.2+4:0x",
    {
      name: "type2SessionTransformed",
      routeType: 4,
      endpointAddress: "10.0.0.1",
      teid: 4294967295,
      teidLength: 32,
      tlvs: [
        { name: "sessionParameters", type: 1, teid: 7, qfi: 9 },
        { name: "interworkEndpoint", type: 2, address: "192.0.2.1" },
        { name: "sourceAddress", type: 3, address: "2001:db8::1" },
        { name: "interworkEndpoint", type: 2, address: "192.0.2.2" },
        { name: "raw", type: 4, value: new Uint8Array(0) },
      ],
    },
  ],
];

describe("octet for octet", () => {
  test.each(ROUTES)("AFI %i, %s", (afi, _, hex, text, object) => {
    const route = { ...object, routeDistinguisher: "100:100" } as MupNlri;
    expect(decoded(hex, afi)).toEqual({ nlri: [route], issues: [] });
    const attribute = mpReachNlri("mup", { afi, safi: 85 }, "192.0.2.1", [route]);
    expect(toHex(encodeAttribute(attribute, context))).toBe(toHex(reach(hex, afi)));
    expect(formatNlri("mup", route)).toBe(text);
    expect(parseNlri("mup", text)).toEqual(route);
  });
});

test.each(["00 0001 0c", "02 0001 0c", "01 0000 0c", "01 0005 0c", "01 0100 0c"])(
  "section 3.1: what has another architecture or type is silently ignored, %s",
  (header) => {
    const hex = `${header} ${RD} 18 0a0001`;
    expect(decoded(hex, 1)).toEqual({ nlri: [{ name: "raw", value: fromHex(hex) }], issues: [] });
  },
);

describe("section 3.1.1: a malformed route is withdrawn, and with it the others of its message", () => {
  const good = `01 0002 0c ${RD} 0a000001`;
  test.each([
    ["a prefix of 33 bits", `01 0001 0e ${RD} 21 0a00010000`, "mup-nlri"],
    ["an endpoint shorter than its address", `01 0004 0d ${RD} 04 0a000001`, "mup-nlri"],
    ["a TEID of 0", `01 0003 18 ${RD} 20 c0a80001 00000000 09 20 0a000001 00`, "mup-teid"],
  ])("%s", (_, bad, rule) => {
    const { update, issues, action } = decodeUpdate(bodyOf(bad + good, 1), context);
    expect(issues.map((issue) => issue.name)).toEqual([rule]);
    expect(action).toBe("withdraw");
    const { announced, withdrawn } = routesOf(update, issues);
    expect(announced).toEqual([]);
    expect(withdrawn).toHaveLength(2);
    expect(withdrawn[1]).toMatchObject({ name: "directSegmentDiscovery", address: "10.0.0.1" });
  });

  test("sections 3.1.3.1 and 3.1.4.1: in a withdrawn route a TEID of 0 is of no account", () => {
    const value = fromHex(`000155 01 0003 18 ${RD} 20 c0a80001 00000000 09 20 0a000001 00`)!;
    const body = Uint8Array.of(0, 0, 0, value.length + 3, 0x80, 15, value.length, ...value);
    expect(decodeUpdate(body, context).issues).toEqual([]);
  });
});

describe("what an encoder is given", () => {
  const rd = { routeDistinguisher: "100:100" };
  const type1 = { name: "type1SessionTransformed", routeType: 3, ...rd, prefix: "10.0.0.0/8", teid: 1, qfi: 1 };
  const type2 = { name: "type2SessionTransformed", routeType: 4, ...rd, endpointAddress: "10.0.0.1" };
  test.each([
    [{ name: "directSegmentDiscovery", routeType: 3 }, 'routeType: there is no "directSegmentDiscovery"'],
    [
      { name: "interworkSegmentDiscovery", routeType: 1, ...rd, prefix: "2001:db8::/32" },
      'prefix: "2001:db8::/32" is no IPv4 prefix',
    ],
    [
      { name: "directSegmentDiscovery", routeType: 2, ...rd, address: "2001:db8::1" },
      'address: "2001:db8::1" is no IPv4 address',
    ],
    [{ ...type1, endpointAddress: "x" }, 'endpointAddress: "x" is no IP address'],
    [{ ...type1, endpointAddress: "10.0.0.1", tlvs: [] }, "tlvs: stand behind a sourceAddress or null"],
    [{ ...type2, teid: 1, teidLength: 33 }, "teidLength: 33 is not 0 to 32"],
    [{ ...type2, teid: 1, teidLength: 24 }, "teid: 1 has more than 24 leading bits"],
    [{ ...type2, teid: 2 ** 32, teidLength: 32 }, "4294967296 does not fit a field of 0 to 4294967295"],
    [
      { ...type2, teid: 1, teidLength: 32, tlvs: [{ name: "sourceAddress", type: 3, address: "x" }] },
      'address: "x" is no IP address',
    ],
    [
      { ...type2, teid: 1, teidLength: 32, tlvs: [{ name: "sourceAddress", type: 2, address: "10.0.0.1" }] },
      'tlvs: there is no "sourceAddress" with type 2',
    ],
  ])("%j is refused", (route, message) => {
    const attribute = mpReachNlri("mup", { afi: 1, safi: 85 }, "192.0.2.1", [route as unknown as MupNlri]);
    expect(() => encodeAttribute(attribute, context)).toThrow(message);
  });
});

test.each([
  "[1][100:100][10.0.0.0]",
  "[2][100:100][10.0.0.0/8]",
  "[3][100:100][10.0.0.0/8]",
  "[3][100:100][10.0.0.0/8] teid=1 qfi=256 endpoint=10.0.0.1",
  "[4][100:100][10.0.0.1][1]",
  "[4][100:100][10.0.0.1][1][33]",
  "[4][100:100][10.0.0.1][1][32] tlvs=",
  "[4][100:100][10.0.0.1][1][32] tlvs=session-parameters:1",
  "[4][100:100][10.0.0.1][1][32] tlvs=session-parameters:1:2:3",
  "[4][100:100][10.0.0.1][1][32] tlvs=interwork-endpoint:x",
  "[4][100:100][10.0.0.1][1][32] tlvs=9",
  "[4][100:100][10.0.0.1][1][32] tlvs=256:0x00",
  "[4][100:100][10.0.0.1][1][32] tlvs=9:0x0",
  "[4][100:100][10.0.0.1][1][32] tlvs=9:00",
])("%j is no text of a route", (text) => {
  expect(parseNlri("mup", text)).toBeNull();
});
