// BGP CAR and VPN CAR: the figures of RFC 9871 section 2.9 filled in by hand, as objects and as text.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri } from "../index.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { routesOf } from "../update/routes.ts";
import type { CarNlri, VpnCarNlri } from "./car.ts";
import type { RawNlri } from "./model.ts";

const context = createContext();

/** An MP_REACH_NLRI of these routes. */
function reach(nlri: string, family: string): Uint8Array {
  const octets = fromHex(`${family} 04 c0000201 00 ${nlri}`)!;
  return Uint8Array.of(0x80, 14, octets.length, ...octets);
}

function bodyOf(nlri: string, family: string): Uint8Array {
  const attribute = reach(nlri, family);
  return Uint8Array.of(0, 0, 0, attribute.length + 7, 0x40, 1, 1, 0, 0x40, 2, 0, ...attribute);
}

type Decoded = { readonly nlri: readonly (CarNlri | VpnCarNlri | RawNlri)[]; readonly issues: readonly string[] };

function decoded(nlri: string, family: string): Decoded {
  const { update, issues } = decodeUpdate(bodyOf(nlri, family), context);
  const one = update.attributes[2];
  const known = one?.name === "mpReachNlri" && (one.kind === "car" || one.kind === "vpnCar");
  return { nlri: known ? one.nlri : [], issues: issues.map((issue) => issue.name) };
}

const RD = "0000 fde8 00000064";
const SID = "20010db8000000000000000000000001";

/** What it is, octets, text, object. */
const ROUTES: readonly (readonly [string, string, string, string, object])[] = [
  [
    "section 2.9.3: a Color-Aware Route of IPv4, as it is withdrawn",
    "000153",
    "0b 09 01 20 c0000201 00000064",
    "[1][192.0.2.1/32][100]",
    { name: "colorAwareRoute", routeType: 1, prefix: "192.0.2.1/32", color: 100 },
  ],
  [
    "section 2.9.3: a Color-Aware Route of IPv6, bits behind the length",
    "000253",
    "0f 0d 01 3f 20010db80000000f ffffffff",
    "[1][2001:db8:0:f::/63][4294967295]",
    { name: "colorAwareRoute", routeType: 1, prefix: "2001:db8:0:f::/63", color: 4294967295 },
  ],
  [
    "section 2.9.4: an IP Prefix",
    "000253",
    "07 05 02 20 20010db8",
    "[2][2001:db8::/32]",
    { name: "ipPrefix", routeType: 2, prefix: "2001:db8::/32" },
  ],
  [
    "section 2.9.2.1: labels",
    "000153",
    "10 06 01 08 0a 00000001 01 06 000640 000c80",
    "[1][10.0.0.0/8][1] tlvs=label:100,200",
    {
      name: "colorAwareRoute",
      routeType: 1,
      prefix: "10.0.0.0/8",
      color: 1,
      tlvs: [{ name: "label", type: 1, labels: [100, 200] }],
    },
  ],
  [
    "section 2.9.2.1: a label with bits that are ignored, and the reserved bit of the type",
    "000153",
    "08 01 02 00 81 03 00064f",
    "[2][0.0.0.0/0] tlvs=reserved-label:100/15",
    {
      name: "ipPrefix",
      routeType: 2,
      prefix: "0.0.0.0/0",
      tlvs: [{ name: "label", type: 1, labels: [100], labelBits: [15], reserved: true }],
    },
  ],
  [
    "section 2.9.2.2: a label index",
    "000153",
    "0c 01 02 00 42 07 00 0000 00000309",
    "[2][0.0.0.0/0] tlvs=transitive-label-index:777",
    {
      name: "ipPrefix",
      routeType: 2,
      prefix: "0.0.0.0/0",
      tlvs: [{ name: "labelIndex", type: 2, labelIndex: 777, transitive: true }],
    },
  ],
  [
    "section 2.9.2.3: segments and a part of one",
    "000253",
    `29 01 02 00 03 20 ${SID} ${SID} 03 02 0a0b`,
    "[2][::/0] tlvs=srv6-sid:2001:db8::1,2001:db8::1+srv6-sid:0x0a0b",
    {
      name: "ipPrefix",
      routeType: 2,
      prefix: "::/0",
      tlvs: [
        { name: "srv6Sid", type: 3, sids: ["2001:db8::1", "2001:db8::1"] },
        { name: "srv6Sid", type: 3, transposed: "0a0b" },
      ],
    },
  ],
  [
    "section 2.11: TLVs of a length that their type does not have, and one that is not known",
    "000153",
    "14 01 02 00 01 02 0006 02 06 000000000001 c4 03 000641",
    "[2][0.0.0.0/0] tlvs=1:0x0006+2:0x000000000001+transitive-reserved-4:0x000641",
    {
      name: "ipPrefix",
      routeType: 2,
      prefix: "0.0.0.0/0",
      tlvs: [
        { name: "raw", type: 1, value: Uint8Array.of(0, 6) },
        { name: "raw", type: 2, value: Uint8Array.of(0, 0, 0, 0, 0, 1) },
        { name: "raw", type: 4, value: Uint8Array.of(0, 6, 0x41), transitive: true, reserved: true },
      ],
    },
  ],
  [
    "section 9.1.1: a Color-Aware Route in a VPN",
    "000154",
    `18 11 01 20 ${RD} c0000201 00000064 01 03 000640`,
    "[1][65000:100][192.0.2.1/32][100] tlvs=label:100",
    {
      name: "colorAwareRoute",
      routeType: 1,
      routeDistinguisher: "65000:100",
      prefix: "192.0.2.1/32",
      color: 100,
      tlvs: [{ name: "label", type: 1, labels: [100] }],
    },
  ],
  [
    "section 9.1.2: an IP Prefix in a VPN",
    "000254",
    `0f 0d 02 20 ${RD} 20010db8`,
    "[2][65000:100][2001:db8::/32]",
    { name: "ipPrefix", routeType: 2, routeDistinguisher: "65000:100", prefix: "2001:db8::/32" },
  ],
];

describe("octet for octet", () => {
  test.each(ROUTES)("%s", (_, family, hex, text, object) => {
    const route = object as CarNlri;
    const kind = (family.endsWith("53") ? "car" : "vpnCar") as "car";
    expect(decoded(hex, family)).toEqual({ nlri: [route], issues: [] });
    const octets = fromHex(family)!;
    const attribute = mpReachNlri(kind, { afi: octets[1]!, safi: octets[2]! }, "192.0.2.1", [route]);
    expect(toHex(encodeAttribute(attribute, context))).toBe(toHex(reach(hex, family)));
    expect(formatNlri(kind, route)).toBe(text);
    expect(parseNlri(kind, text)).toEqual(route);
  });

  test("section 2.9.1: a type that is not known is no error as long as its key fits", () => {
    const hex = "06 02 07 0102 0304";
    expect(decoded(hex, "000153")).toEqual({ nlri: [{ name: "raw", value: fromHex(hex) }], issues: [] });
    expect(decoded("06 05 07 0102 0304", "000153").issues).toEqual(["car-length"]);
  });

  test("section 2.11: a key that is none of its type is discarded like a type that is not known", () => {
    const hex = "0a 08 01 18 c63364 00000000";
    const other = { name: "ipPrefix", routeType: 2, prefix: "0.0.0.0/0" };
    const { update, action } = decodeUpdate(bodyOf(`${hex} 03 01 02 00`, "000153"), context);
    expect(update.attributes[2]).toMatchObject({
      nlri: [{ name: "raw", value: fromHex(hex), malformed: true }, other],
    });
    expect(action).toBe("discard");
  });
});

describe("section 2.11: TLVs that do not fit", () => {
  test.each(["01", "01 04 000641", "02 03 000641 01", "09 ff 00"])("%s", (tlvs) => {
    const octets = fromHex(`00 01 02 00 ${tlvs}`)!;
    octets[0] = octets.length - 1;
    const { update, issues, action } = decodeUpdate(bodyOf(toHex(octets), "000153"), context);
    expect(issues.map((issue) => issue.name)).toEqual(["car-tlv"]);
    expect(action).toBe("withdraw");
    // The key is known, which is what is withdrawn by.
    expect(routesOf(update, issues).withdrawn).toMatchObject([{ name: "ipPrefix", prefix: "0.0.0.0/0" }]);
  });

  test("are kept, and have a text", () => {
    const route: CarNlri = {
      name: "ipPrefix",
      routeType: 2,
      prefix: "0.0.0.0/0",
      tlvs: [{ name: "raw", type: 9, value: new Uint8Array(0) }],
      tlvsRest: Uint8Array.of(1, 4, 0),
    };
    expect(decoded("08 01 02 00 09 00 01 04 00", "000153").nlri).toEqual([route]);
    expect(formatNlri("car", route)).toBe("[2][0.0.0.0/0] tlvs=9:0x tlvs-rest=0x010400");
    expect(parseNlri("car", "[2][0.0.0.0/0] tlvs=9:0x tlvs-rest=0x010400")).toEqual(route);
  });

  test("are of no account in a withdrawn route, where there are to be none", () => {
    const value = fromHex("000153 05 01 02 00 01 04")!;
    const body = Uint8Array.of(0, 0, 0, value.length + 3, 0x80, 15, value.length, ...value);
    expect(decodeUpdate(body, context).issues).toEqual([]);
  });
});

describe("what an encoder is given", () => {
  const prefix = { name: "ipPrefix", routeType: 2, prefix: "10.0.0.0/8" };
  test.each([
    [{ ...prefix, routeType: 1 }, 'routeType: there is no "ipPrefix" with route type 1'],
    [{ ...prefix, prefix: "2001:db8::/32" }, 'prefix: "2001:db8::/32" is no IPv4 prefix'],
    [{ ...prefix, name: "colorAwareRoute", routeType: 1, color: -1 }, "-1 does not fit a field of 0 to 4294967295"],
    [{ ...prefix, tlvs: [{ name: "raw", type: 64, value: new Uint8Array(0) }] }, "tlvs: type 64 is not 0 to 63"],
    [{ ...prefix, tlvs: [{ name: "label", type: 1, labels: [] }] }, "labels: a Label TLV without label"],
    [{ ...prefix, tlvs: [{ name: "label", type: 2, labels: [1] }] }, 'tlvs: there is no "label" with type 2'],
    [{ ...prefix, tlvs: [{ name: "srv6Sid", type: 3 }] }, "srv6Sid: has either sids or a transposed part of one"],
    [
      { ...prefix, tlvs: [{ name: "srv6Sid", type: 3, sids: ["::"], transposed: "00" }] },
      "srv6Sid: has either sids or a transposed part of one",
    ],
    [{ ...prefix, tlvs: [{ name: "srv6Sid", type: 3, sids: ["10.0.0.1"] }] }, 'sids: "10.0.0.1" is no IPv6 address'],
    [
      { ...prefix, tlvs: [{ name: "srv6Sid", type: 3, transposed: "00".repeat(16) }] },
      `transposed: "${"00".repeat(16)}" is not 1 to 15 octets`,
    ],
    [
      { ...prefix, tlvs: [{ name: "raw", type: 9, value: new Uint8Array(252) }] },
      "258 does not fit a field of 0 to 255",
    ],
  ])("%j is refused", (route, message) => {
    const attribute = mpReachNlri("car", { afi: 1, safi: 83 }, "192.0.2.1", [route as unknown as CarNlri]);
    expect(() => encodeAttribute(attribute, context)).toThrow(message);
  });
});

test.each([
  "[1][10.0.0.0/8]",
  "[2][10.0.0.0]",
  "[2][10.0.0.0/8] tlvs=label:",
  "[2][10.0.0.0/8] tlvs=label:1048576",
  "[2][10.0.0.0/8] tlvs=label:1/16",
  "[2][10.0.0.0/8] tlvs=label:1/1/1",
  "[2][10.0.0.0/8] tlvs=label:1,2/1",
  "[2][10.0.0.0/8] tlvs=label-index:-1",
  "[2][10.0.0.0/8] tlvs=label-index:1/1",
  "[2][10.0.0.0/8] tlvs=srv6-sid:10.0.0.1",
  "[2][10.0.0.0/8] tlvs=srv6-sid:0x",
  "[2][10.0.0.0/8] tlvs-rest=01",
])("%j is no text of a route", (text) => {
  expect(parseNlri("car", text)).toBeNull();
});
