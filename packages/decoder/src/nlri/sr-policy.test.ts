// SR Policy routes: RFC 9830 figure 1 filled in by hand, as objects and as text.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri } from "../index.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import type { SrPolicyNlri } from "./sr-policy.ts";

const context = createContext();
const V6 = "20010db8000000000000000000000001";

/** An MP_REACH_NLRI of these routes. */
function reach(nlri: string, afi: 1 | 2, hop: string): Uint8Array {
  const hopOctets = fromHex(hop)!;
  const octets = fromHex(`000${afi}49 ${toHex(Uint8Array.of(hopOctets.length))} ${hop} 00 ${nlri}`)!;
  return Uint8Array.of(0x80, 14, octets.length, ...octets);
}

/** NO_ADVERTISE and a tunnel of type SR Policy, which routes have to have with them. */
const COMPANY = [0xc0, 8, 4, 0xff, 0xff, 0xff, 2, 0xc0, 23, 4, 0, 15, 0, 0];

describe("RFC 9830 section 2.1, octet for octet", () => {
  test.each<[1 | 2, string, string, string, string, SrPolicyNlri]>([
    [
      1,
      "60 00000001 00000064 c0000201",
      "c0000209",
      "192.0.2.9",
      "[1][100][192.0.2.1]",
      { distinguisher: 1, color: 100, endpoint: "192.0.2.1" },
    ],
    [
      1,
      "60 ffffffff ffffffff 00000000",
      V6,
      "2001:db8::1",
      "[4294967295][4294967295][0.0.0.0]",
      { distinguisher: 4294967295, color: 4294967295, endpoint: "0.0.0.0" },
    ],
    [
      2,
      `c0 00000000 00000000 ${V6}`,
      "c0000209",
      "192.0.2.9",
      "[0][0][2001:db8::1]",
      { distinguisher: 0, color: 0, endpoint: "2001:db8::1" },
    ],
  ])("AFI %i, %s by %s", (afi, hex, hop, nextHop, text, route) => {
    const attribute = reach(hex, afi, hop);
    const attributes = [0x40, 1, 1, 0, 0x40, 2, 0, ...attribute, ...COMPANY];
    const { update, issues } = decodeUpdate(Uint8Array.of(0, 0, 0, attributes.length, ...attributes), context);
    expect(issues).toEqual([]);
    expect(update.attributes[2]).toMatchObject({ kind: "srPolicy", nextHop, nlri: [route] });
    const made = mpReachNlri("srPolicy", { afi, safi: 73 }, nextHop, [route]);
    expect(toHex(encodeAttribute(made, context))).toBe(toHex(attribute));
    expect(formatNlri("srPolicy", route)).toBe(text);
    expect(parseNlri("srPolicy", text)).toEqual(route);
  });
});

test.each([
  [{ distinguisher: 1, color: 1, endpoint: "2001:db8::1" }, 'endpoint: "2001:db8::1" is no IPv4 address'],
  [{ distinguisher: 1, color: 1, endpoint: "x" }, 'endpoint: "x" is no IP address'],
  [{ distinguisher: -1, color: 1, endpoint: "0.0.0.0" }, "-1 does not fit a field of 0 to 4294967295"],
  [{ distinguisher: 1, color: 2 ** 32, endpoint: "0.0.0.0" }, "4294967296 does not fit a field of 0 to 4294967295"],
])("%j is refused", (route, message) => {
  const attribute = mpReachNlri("srPolicy", { afi: 1, safi: 73 }, "192.0.2.1", [route]);
  expect(() => encodeAttribute(attribute, context)).toThrow(message);
});

test.each([
  "",
  "[1][1]",
  "[1][1][192.0.2]",
  "[4294967296][1][192.0.2.1]",
  "[1][1][192.0.2.1][1]",
  "[01][1][192.0.2.1]",
])("%j is no text of a route", (text) => {
  expect(parseNlri("srPolicy", text)).toBeNull();
});
