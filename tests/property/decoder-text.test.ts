// Text of paths, communities and prefixes: what is written is read back, and what the decoder writes is what the core writes.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { familyName, formatPrefix, parseIPv4, parsePrefix } from "@bgpwire/core";
import {
  asPath,
  createContext,
  decodeUpdate,
  encodeUpdate,
  formatAsPath,
  formatCommunity,
  formatExtendedCommunity,
  formatLargeCommunity,
  formatNlri,
  nextHop,
  origin,
  parseAsPath,
  parseCommunity,
  parseExtendedCommunity,
  parseLargeCommunity,
  parseNlri,
} from "@bgpwire/decoder";
import { asPaths, attributeGenerators, contexts, familyGenerators, nlri } from "../support/arbitrary-updates.ts";

const u32 = fc.nat(0xffff_ffff);
const context = createContext();

test("an AS path", () => {
  fc.assert(
    fc.property(asPaths(context), ({ value }) => {
      expect(parseAsPath(formatAsPath(value))).toEqual(value);
    }),
    { numRuns: 1000 },
  );
});

test("a community", () => {
  fc.assert(
    fc.property(fc.oneof(u32, fc.integer({ min: 0xffff_0000, max: 0xffff_ffff })), (community) => {
      expect(parseCommunity(formatCommunity(community))).toBe(community);
    }),
    { numRuns: 2000 },
  );
});

test("a large community", () => {
  fc.assert(
    fc.property(u32, u32, u32, (globalAdministrator, localData1, localData2) => {
      const community = { globalAdministrator, localData1, localData2 };
      expect(parseLargeCommunity(formatLargeCommunity(community))).toEqual(community);
    }),
  );
});

test("an extended community", () => {
  fc.assert(
    fc.property(attributeGenerators[16]!.make(context), ({ value }) => {
      if (value.name !== "extendedCommunities") throw new Error(value.name);
      for (const community of value.communities) {
        expect(parseExtendedCommunity(formatExtendedCommunity(community))).toEqual(community);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each(familyGenerators.map((family) => [familyName(family), family] as const))("a route: %s", (_, family) => {
  const one = contexts.chain((any) => fc.boolean().chain((withdrawn) => family.nlri(any, withdrawn)));
  fc.assert(
    fc.property(one, fc.option(u32, { nil: undefined }), ({ value }, pathId) => {
      const route = pathId === undefined ? value : { ...value, pathId };
      const text = formatNlri(family.kind, route);
      expect(parseNlri(family.kind, text), text).toEqual(route);
    }),
    { numRuns: 300 },
  );
});

test("any text is read or refused, never thrown at", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9:.{}()[\]|, Ltxorigetn-]{0,24}$/));
  fc.assert(
    fc.property(text, (one) => {
      const path = parseAsPath(one);
      if (path !== null) expect(parseAsPath(formatAsPath(path))).toEqual(path);
      const community = parseCommunity(one);
      if (community !== null) expect(parseCommunity(formatCommunity(community))).toBe(community);
      const large = parseLargeCommunity(one);
      if (large !== null) expect(formatLargeCommunity(large)).toBe(one);
      const extended = parseExtendedCommunity(one);
      if (extended !== null) expect(parseExtendedCommunity(formatExtendedCommunity(extended))).toEqual(extended);
    }),
    { numRuns: 3000 },
  );
});

test.each([4, 6] as const)("an IPv%i prefix is written as the core writes it", (version) => {
  fc.assert(
    fc.property(nlri(version, false), ({ octets }) => {
      const [bits, ...rest] = octets;
      const expected = formatPrefix(version, Uint8Array.from(rest), bits!);
      const family = { afi: version === 4 ? 1 : 2, safi: 1 };
      // Straight from the wire: MP_UNREACH_NLRI with this one route.
      const value = [0, family.afi, family.safi, ...octets];
      const body = Uint8Array.of(0, 0, 0, value.length + 3, 0x80, 15, value.length, ...value);
      const attribute = decodeUpdate(body, context).update.attributes[0]!;
      if (attribute.name !== "mpUnreachNlri" || attribute.kind !== "prefix") throw new Error(attribute.name);
      expect(attribute.nlri).toEqual([{ prefix: expected }]);
    }),
    { numRuns: 2000 },
  );
});

/** Texts that are an IPv4 prefix, and many that nearly are. */
const dotted = fc
  .tuple(
    fc.array(fc.oneof(fc.nat(300).map(String), fc.constantFrom("", "0", "00", "01", "256", "-1", "1e1", " 1", "0x1")), {
      minLength: 3,
      maxLength: 5,
    }),
    fc.oneof(fc.nat(40).map(String), fc.constantFrom("", "00", "024", "+8", "8 ", "8/8")),
    fc.constantFrom("/", "/", "/", "", "//"),
  )
  .map(([parts, length, slash]) => ({ address: parts.join("."), prefix: parts.join(".") + slash + length }));

test("IPv4 text is read exactly where the core reads it", () => {
  const attributes = [origin("igp"), asPath([65001])];
  fc.assert(
    fc.property(dotted, ({ address, prefix }) => {
      const hop = (): unknown => encodeUpdate({ attributes: [...attributes, nextHop(address)] }, context);
      if (parseIPv4(address) === null) expect(hop).toThrow(/no IPv4 address/);
      else expect(hop).not.toThrow();
      const route = (): Uint8Array => encodeUpdate({ nlri: [{ prefix }] }, context);
      const parsed = parsePrefix(prefix);
      if (parsed === null) expect(route).toThrow(/no IPv4 prefix/);
      else
        expect([...route().subarray(4)]).toEqual([
          parsed.length,
          ...parsed.bytes.subarray(0, (parsed.length + 7) >> 3),
        ]);
    }),
    { numRuns: 3000 },
  );
});
