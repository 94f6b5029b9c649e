// The BIER attribute octet by octet after the figures of RFC 9793.
import { fromHex, toHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { createContext } from "../standard.ts";
import { decodeUpdate, type DecodedUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { bier, type BierAttribute } from "./bier.ts";

const V6 = "20010db8000000000000000000000001";

function decoded(value: string): DecodedUpdate {
  const octets = fromHex(value.replaceAll(" ", ""))!;
  return decodeUpdate(Uint8Array.of(0, 0, 0, octets.length + 3, 0xc0, 41, octets.length, ...octets), createContext());
}

type SubTlv = Extract<BierAttribute["tlvs"][number], { name: "bier" }>["subTlvs"][number];

/** Both ways between a sub-TLV in a BIER TLV and its object. */
test.each<[string, string, SubTlv]>([
  [
    "section 3.1: labels 16001 to 16004 for BitStrings of 256 bits",
    "0002 0004 03 303e81",
    { name: "mplsEncapsulation", type: 2, maxSi: 3, bsLen: 3, label: 16001, subTlvs: [] },
  ],
  [
    "sections 3.2 and 3.3: BIFT-ids, with a next hop of their own",
    `0003 0018 00 500001 0004 0010 ${V6}`,
    {
      name: "nonMplsEncapsulation",
      type: 3,
      maxSi: 0,
      bsLen: 5,
      biftId: 1,
      subTlvs: [{ name: "bierNexthop", type: 4, nexthop: "2001:db8::1" }],
    },
  ],
  ["section 3.3: an IPv4 next hop", "0004 0004 c0000201", { name: "bierNexthop", type: 4, nexthop: "192.0.2.1" }],
  [
    "section 3.1: labels that exceed 20 bits are ignored",
    "0002 0004 01 3fffff",
    { name: "raw", type: 2, value: Uint8Array.of(1, 0x3f, 0xff, 0xff) },
  ],
  [
    "section 3.2: BIFT-ids that exceed 20 bits are ignored",
    "0003 0004 01 3fffff",
    { name: "raw", type: 3, value: Uint8Array.of(1, 0x3f, 0xff, 0xff) },
  ],
  ["section 3: unknown types are kept", "0005 0001 07", { name: "raw", type: 5, value: Uint8Array.of(7) }],
])("%s", (_document, hex, subTlv) => {
  const digits = hex.replaceAll(" ", "");
  const value = `0001${(4 + digits.length / 2).toString(16).padStart(4, "0")}0702030a${digits}`;
  const attribute = bier([{ name: "bier", type: 1, subDomain: 7, bfrId: 0x0203, reserved: 10, subTlvs: [subTlv] }]);
  expect(decoded(value)).toMatchObject({ update: { attributes: [attribute] }, issues: [] });
  expect(toHex(encodeAttribute(attribute, createContext()).subarray(3))).toBe(value);
});

test("RFC 9793 section 3: an unknown TLV beside the BIER TLV is kept", () => {
  const attribute = bier([{ name: "raw", type: 9, value: Uint8Array.of(1) }]);
  expect(decoded("0009 0001 01").update.attributes).toEqual([attribute]);
});

function writing(encapsulation: Partial<Extract<SubTlv, { name: "mplsEncapsulation" }>>): () => unknown {
  const subTlv = {
    name: "mplsEncapsulation",
    type: 2,
    maxSi: 1,
    bsLen: 3,
    label: 16,
    subTlvs: [],
    ...encapsulation,
  } as const;
  const attribute = bier([{ name: "bier", type: 1, subDomain: 0, bfrId: 1, subTlvs: [subTlv] }]);
  return () => encodeAttribute(attribute, createContext());
}

test("what does not fit its field is the caller's mistake", () => {
  expect(writing({})).not.toThrow();
  expect(writing({ bsLen: 16 })).toThrow("16 is not 0 to 15");
  expect(writing({ label: 1048575 })).toThrow("1048575 to 1048576 is not within 0 to 1048575");
});
