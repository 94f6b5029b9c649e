// BGP-LS, TLV by TLV: a second encoder makes each that there is, alone, so that none hides behind the others.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "@bgpwire/core";
import {
  bgpLs,
  bgpLsTlvName,
  BgpLsTlvType,
  createContext,
  decodeUpdate,
  encodeAttribute,
  type BgpLsAttribute,
  type BgpLsTlv,
} from "@bgpwire/decoder";
import { octets2 } from "../support/arbitrary/base.ts";
import {
  attributeTlvs,
  constraintTlvs,
  crossConnectTlvs,
  descriptorTlvs,
  flexibleAlgorithmTlvs,
  nodeDescriptors,
  oddTlvs,
  segmentListTlvs,
  type AnyTlv,
} from "../support/arbitrary/bgp-ls-tlvs.ts";

const context = createContext();

interface Named {
  readonly name: string;
  readonly type: number;
}

/** What is made of each generator once: its name and its type. */
function namesOf(generators: readonly AnyTlv[]): Named[] {
  return generators.map((generator) => fc.sample(generator, { numRuns: 1, seed: 1 })[0]!.value as Named);
}

function decode(octets: readonly number[]): {
  readonly attribute: BgpLsAttribute | undefined;
  readonly issues: number;
} {
  const value = [0x90, 29, ...octets2(octets.length), ...octets];
  const body = Uint8Array.from([0, 0, ...octets2(value.length), ...value]);
  const { update, issues } = decodeUpdate(body, context);
  const attribute = update.attributes[0];
  return { attribute: attribute?.name === "bgpLs" ? attribute : undefined, issues: issues.length };
}

function encode(tlvs: readonly BgpLsTlv[]): string {
  const octets = encodeAttribute(bgpLs(tlvs), context);
  return toHex(octets.subarray((octets[0]! & 0x10) === 0 ? 3 : 4));
}

describe("a TLV alone is read as it was meant, and written to its octets", () => {
  for (const [i, { name, type }] of namesOf(attributeTlvs).entries()) {
    test(`${type} ${name}`, () => {
      fc.assert(
        fc.property(attributeTlvs[i]!, ({ octets, value }) => {
          const { attribute, issues } = decode(octets);
          expect(attribute?.tlvs).toEqual([value]);
          expect(issues).toBe(0);
          expect(encode([value as BgpLsTlv])).toBe(toHex(Uint8Array.from(octets)));
        }),
        { numRuns: 60 },
      );
    });
  }

  test("and one that is too short or too long for its type stays raw, without issue", () => {
    fc.assert(
      fc.property(oddTlvs, ({ octets, value }) => {
        const { attribute, issues } = decode(octets);
        expect(attribute?.tlvs).toEqual([value]);
        expect(issues).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

test("every type of TLV that has a name has a generator", () => {
  const all = [
    ...attributeTlvs,
    ...flexibleAlgorithmTlvs,
    ...segmentListTlvs,
    ...constraintTlvs,
    ...descriptorTlvs(4),
    ...nodeDescriptors,
    ...crossConnectTlvs,
  ];
  const generated = new Map(
    namesOf(all)
      .filter(({ name }) => name !== "raw")
      .map(({ name, type }) => [type, name]),
  );
  for (const type of [256, 257]) generated.set(type, bgpLsTlvName(type));
  const known = Object.entries(BgpLsTlvType);
  expect(known.filter(([name, type]) => generated.get(type) !== name)).toEqual([]);
  expect(known.length).toBe(new Set(Object.values(BgpLsTlvType)).size);
  expect(known.length).toBeGreaterThan(110);
});

test("a TLV cut anywhere is a fault of the attribute, or raw, and no octet is lost", () => {
  fc.assert(
    fc.property(fc.oneof(...attributeTlvs), fc.nat(), ({ octets }, where) => {
      const cut = octets.slice(0, where % octets.length);
      const { attribute, issues } = decode(cut);
      // Whatever is not whole does not fit: its own length says more than there is.
      expect(attribute === undefined).toBe(cut.length > 0);
      expect(issues).toBe(cut.length > 0 ? 1 : 0);
    }),
    { numRuns: 500 },
  );
});
