// SFC routes: RFC 9015 figures 2, 3 and 6 filled in by hand, as objects and as text.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { mpReachNlri } from "../index.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import type { SfcNlri } from "./sfc.ts";

const context = createContext();
const RD = "0001 c0000201 0064";

/** An MP_REACH_NLRI of these routes. */
function reach(nlri: string): Uint8Array {
  const octets = fromHex(`001f09 04 c0000201 00 ${nlri}`)!;
  return Uint8Array.of(0x80, 14, octets.length, ...octets);
}

function decoded(nlri: string): { nlri: readonly unknown[]; issues: readonly string[] } {
  const attribute = reach(nlri);
  const body = Uint8Array.of(0, 0, 0, attribute.length + 7, 0x40, 1, 1, 0, 0x40, 2, 0, ...attribute);
  const { update, issues } = decodeUpdate(body, context);
  const one = update.attributes[2];
  const routes = one?.name === "mpReachNlri" && one.kind === "sfc" ? one.nlri : [];
  return { nlri: routes, issues: issues.map((issue) => issue.name) };
}

describe("RFC 9015 section 3, octet for octet", () => {
  test.each<[string, string, string, SfcNlri]>([
    [
      "section 3.1: an SFIR",
      `0001 000a ${RD} 0001`,
      "[1][192.0.2.1:100][1]",
      { name: "serviceFunctionInstance", routeType: 1, routeDistinguisher: "192.0.2.1:100", serviceFunctionType: 1 },
    ],
    [
      "section 3.2: an SFPR",
      `0002 000b ${RD} ffffff`,
      "[2][192.0.2.1:100][16777215]",
      {
        name: "serviceFunctionPath",
        routeType: 2,
        routeDistinguisher: "192.0.2.1:100",
        servicePathIdentifier: 16777215,
      },
    ],
  ])("%s", (_, hex, text, route) => {
    expect(decoded(hex)).toEqual({ nlri: [route], issues: [] });
    const attribute = mpReachNlri("sfc", { afi: 31, safi: 9 }, "192.0.2.1", [route]);
    expect(toHex(encodeAttribute(attribute, context))).toBe(toHex(reach(hex)));
    expect(formatNlri("sfc", route)).toBe(text);
    expect(parseNlri("sfc", text)).toEqual(route);
  });

  test.each(["0000 0000", "0003 0002 0102", "0100 0001 07"])(
    "RFC 7606 section 5.4: a type that is not known is no error: %s",
    (hex) => {
      expect(decoded(hex)).toEqual({ nlri: [{ name: "raw", value: fromHex(hex) }], issues: [] });
    },
  );
});

test.each([
  [{ name: "serviceFunctionPath", routeType: 1 }, 'routeType: there is no "serviceFunctionPath" with route type 1'],
  [
    { name: "serviceFunctionInstance", routeType: 1, routeDistinguisher: "65000:1", serviceFunctionType: 65536 },
    "65536 does not fit a field of 0 to 65535",
  ],
  [
    { name: "serviceFunctionPath", routeType: 2, routeDistinguisher: "65000:1", servicePathIdentifier: 2 ** 24 },
    "16777216 does not fit a field of 0 to 16777215",
  ],
])("%j is refused", (route, message) => {
  const attribute = mpReachNlri("sfc", { afi: 31, safi: 9 }, "192.0.2.1", [route as unknown as SfcNlri]);
  expect(() => encodeAttribute(attribute, context)).toThrow(message);
});

test.each(["[1][65000:1]", "[1][65000:1][65536]", "[2][65000:1][16777216]", "[3][65000:1][1]"])(
  "%j is no text of a route",
  (text) => {
    expect(parseNlri("sfc", text)).toBeNull();
  },
);
