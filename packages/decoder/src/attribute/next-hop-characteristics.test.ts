// NEXT_HOP_CHARACTERISTICS octet by octet after draft-ietf-idr-nhc section 2.1.
import { fromHex, toHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { createContext } from "../standard.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { nextHopCharacteristics, type NextHopCharacteristicsAttribute } from "./next-hop-characteristics.ts";

const V6 = "20010db8000000000000000000000001";
const LINK_LOCAL = "fe800000000000000000000000000001";
const LABELED = { afi: 1, safi: 4 };

test.each<[string, string, NextHopCharacteristicsAttribute]>([
  [
    "an IPv4 next hop, the entropy label and the BGP Identifier",
    "0001 04 04 c0000201 0001 0000 0003 0004 c6336401",
    nextHopCharacteristics(LABELED, "192.0.2.1", [
      { name: "entropyLabel", type: 1 },
      { name: "bgpIdentifier", type: 3, bgpIdentifier: "198.51.100.1" },
    ]),
  ],
  [
    "two IPv6 next hops, no characteristic",
    `0002 01 20 ${V6} ${LINK_LOCAL}`,
    nextHopCharacteristics({ afi: 2, safi: 1 }, { nextHop: "2001:db8::1", linkLocalNextHop: "fe80::1" }, []),
  ],
  [
    "a next hop behind a route distinguisher",
    "0001 80 0c 0000000000000000 c0000201",
    {
      name: "nextHopCharacteristics",
      code: 39,
      afi: 1,
      safi: 128,
      nextHopBytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1),
      characteristics: [],
    },
  ],
  [
    "section 2.4: unknown and malformed characteristics are ignored",
    "0001 04 04 c0000201 0001 0001 07 0002 0000",
    nextHopCharacteristics(LABELED, "192.0.2.1", [
      { name: "raw", type: 1, value: Uint8Array.of(7) },
      { name: "raw", type: 2, value: new Uint8Array(0) },
    ]),
  ],
])("%s", (_what, hex, attribute) => {
  const value = hex.replaceAll(" ", "");
  const octets = fromHex(value)!;
  const body = Uint8Array.of(0, 0, 0, octets.length + 3, 0xc0, 39, octets.length, ...octets);
  expect(decodeUpdate(body, createContext())).toMatchObject({ update: { attributes: [attribute] }, issues: [] });
  expect(toHex(encodeAttribute(attribute, createContext()).subarray(3))).toBe(value);
});
