// The SFP attribute octet by octet after the figures of RFC 9015.
import { fromHex, toHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { createContext } from "../standard.ts";
import { decodeUpdate, type DecodedUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { sfp, type SfpTlv } from "./sfp.ts";

function decoded(value: string): DecodedUpdate {
  const octets = fromHex(value.replaceAll(" ", ""))!;
  return decodeUpdate(
    Uint8Array.of(0, 0, 0, octets.length + 3, 0xc0, 37, octets.length, ...octets),
    createContext({ overrides: { "sfp-no-hop": "none" } }),
  );
}

test.each<[string, string, SfpTlv]>([
  [
    "RFC 9015 figure 7: Association TLV of a bidirectional path",
    "01 000c 01 0000fde800000064 00002a",
    { name: "association", type: 1, associationType: 1, associatedSfprRd: "65000:100", associatedSpi: 42 },
  ],
  [
    "RFC 9015 figures 8 and 9: a hop with a choice of instances, a pool of them and any",
    "02 0021 ff 03 001a 0029 0001c00002010001 0b01000000000007 0000000000000000 04 0000",
    {
      name: "hop",
      type: 2,
      serviceIndex: 255,
      subTlvs: [
        {
          name: "sft",
          type: 3,
          serviceFunctionType: 41,
          sfirRdList: ["192.0.2.1:1", "0x0b01000000000007", "0:0"],
        },
        { name: "mplsSwappingStacking", type: 4 },
      ],
    },
  ],
  ["RFC 9015 section 3.2.1.5", "05 0000", { name: "sfpTraversalWithMplsLabelStack", type: 5 }],
  ["RFC 9015 section 3.2.1: unknown TLVs are ignored", "09 0001 07", { name: "raw", type: 9, value: Uint8Array.of(7) }],
  ["an Association TLV of another length", "01 0001 07", { name: "raw", type: 1, value: Uint8Array.of(7) }],
])("%s", (_document, hex, tlv) => {
  expect(decoded(hex).update.attributes).toEqual([sfp([tlv])]);
  expect(toHex(encodeAttribute(sfp([tlv]), createContext()).subarray(3))).toBe(hex.replaceAll(" ", ""));
});

test("what is no route distinguisher is the caller's mistake", () => {
  const wrong = sfp([{ name: "association", type: 1, associationType: 1, associatedSfprRd: "x", associatedSpi: 1 }]);
  expect(() => encodeAttribute(wrong, createContext())).toThrow('"x" is no route distinguisher');
});
