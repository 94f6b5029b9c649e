// BGP Community Containers octet by octet: the example of draft-ietf-idr-wide-bgp-communities section 9.2, and every atom.
import { fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import type { WideCommunityAtom, WideCommunityTlv } from "../community/wide-community.ts";
import { createContext } from "../standard.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { communityContainer, type CommunityContainer } from "./community-container.ts";

const context = createContext();

function decoded(value: string): ReturnType<typeof decodeUpdate> {
  const octets = fromHex(value)!;
  return decodeUpdate(Uint8Array.of(0, 0, 0, octets.length + 3, 0xc0, 34, octets.length, ...octets), context);
}

function encoded(...containers: CommunityContainer[]): string {
  return toHex(encodeAttribute(communityContainer(containers), context).subarray(3));
}

function wide(tlvs: readonly WideCommunityTlv[]): CommunityContainer {
  const who = { community: 1, sourceAs: 64496, contextAs: 64496 };
  return { name: "wideCommunity", type: 1, transitive: false, confederation: true, ...who, tlvs };
}

const WHO = "00000001 0000fbf0 0000fbf0";

function digits(value: number): string {
  return value.toString(16).padStart(4, "0");
}

/** A wide community with one TLV of targets that is one atom. */
function targets(atomHex: string): string {
  const octets = fromHex(atomHex)!.length;
  return `0001 01 00 ${digits(21 + octets)} ${WHO} 01 ${digits(octets)} ${atomHex}`;
}

test("section 9.2: prepend four times to two ASes and two cities, but not to a third", () => {
  const hex =
    `0001 01 00 003f ${WHO}` +
    "01 0016 01 0008 00000978 000022b8 07 0008 00000064 00000068" +
    "02 0007 07 0004 00000065" +
    "03 0007 04 0004 00000004";
  const community = wide([
    {
      name: "targets",
      type: 1,
      atoms: [
        { name: "asNumbers", type: 1, values: [2424, 8888] },
        { name: "userClasses", type: 7, values: [100, 104] },
      ],
    },
    { name: "excludeTargets", type: 2, atoms: [{ name: "userClasses", type: 7, values: [101] }] },
    { name: "parameters", type: 3, atoms: [{ name: "integers", type: 4, values: [4] }] },
  ]);
  expect(decoded(hex).update.attributes).toEqual([communityContainer([community])]);
  expect(encoded(community)).toBe(hex.replaceAll(" ", ""));
});

describe("section 3.1: the common header", () => {
  // prettier-ignore
  test.each<readonly [string, string, CommunityContainer]>([
    ["a type that is not known", "0102 03 00 0008 abcd", { name: "raw", type: 0x102, transitive: true, confederation: true, value: Uint8Array.of(0xab, 0xcd) }],
    ["reserved bits", "0002 fe 01 0006", { name: "raw", type: 2, transitive: true, confederation: false, reserved: 0xfc01, value: new Uint8Array(0) }],
  ])("%s", (_what, hex, container) => {
    expect(decoded(hex).update.attributes).toEqual([communityContainer([container])]);
    expect(encoded(container)).toBe(hex.replaceAll(" ", ""));
  });
});

describe("section 5: atoms", () => {
  // prettier-ignore
  test.each<readonly [string, string, WideCommunityAtom]>([
    ["5.2: IPv4 prefixes", "02 0006 18cb0071 00 00", { name: "ipv4Prefixes", type: 2, prefixes: ["203.0.113.0/24", "0.0.0.0/0", "0.0.0.0/0"] }],
    ["5.2: IPv6 prefixes", "03 0005 2020010db8", { name: "ipv6Prefixes", type: 3, prefixes: ["2001:db8::/32"] }],
    ["5.4: numbers, and what JSON has no number for", "05 0008 3fc00000 7fc00001", { name: "floats", type: 5, values: [1.5, "7fc00001"] }],
    ["5.5: a customer", "06 0004 00000002", { name: "neighborClasses", type: 6, values: [2] }],
    ["5.7: text", "08 0003 e29c93", { name: "string", type: 8, text: "✓" }],
    ["5.7: no text at all", "08 0000", { name: "string", type: 8, text: "" }],
    ["5.7: text that is cut off, which is no error", "08 0002 e29c", { name: "raw", type: 8, value: Uint8Array.of(0xe2, 0x9c) }],
    ["an atom that is not known", "09 0001 ff", { name: "raw", type: 9, value: Uint8Array.of(0xff) }],
  ])("%s", (_what, hex, atom) => {
    const community = wide([{ name: "targets", type: 1, atoms: [atom] }]);
    const { update, issues } = decoded(targets(hex));
    expect(update.attributes).toEqual([communityContainer([community])]);
    expect(issues).toEqual([]);
    expect(encoded(community)).toBe(targets(hex).replaceAll(" ", ""));
  });
});

test("section 4.4: targets may be empty, and a TLV that is not known is ignored", () => {
  const hex = `0001 01 00 0019 ${WHO} 01 0000 07 0001 aa`;
  const community = wide([
    { name: "targets", type: 1, atoms: [] },
    { name: "raw", type: 7, value: Uint8Array.of(0xaa) },
  ]);
  expect(decoded(hex).update.attributes).toEqual([communityContainer([community])]);
});

describe("what does not fit is the caller's mistake", () => {
  const atoms = (atom: object): CommunityContainer =>
    wide([{ name: "targets", type: 1, atoms: [atom as WideCommunityAtom] }]);
  // prettier-ignore
  test.each<readonly [string, CommunityContainer]>([
    ['prefixes: "2001:db8::/32" is no IPv4 prefix', atoms({ name: "ipv4Prefixes", type: 2, prefixes: ["2001:db8::/32"] })],
    ['prefixes: "x" is no IPv6 prefix', atoms({ name: "ipv6Prefixes", type: 3, prefixes: ["x"] })],
    ['floats: "7fc0" is not 8 hexadecimal digits', atoms({ name: "floats", type: 5, values: ["7fc0"] })],
    ["floats: Infinity is no number of 32 bits", atoms({ name: "floats", type: 5, values: [Number.POSITIVE_INFINITY] })],
    ['atoms: there is no "integers" with type 1', atoms({ name: "integers", type: 1, values: [1] })],
    ['tlvs: there is no "targets" with type 2', wide([{ name: "targets", type: 2, atoms: [] }])],
    ["containers.reserved: 512 has bits that are not reserved", { ...wide([]), reserved: 0x200 }],
  ])("%s", (message, container) => {
    expect(() => encoded(container)).toThrow(message);
  });
});
