// Extended communities: every type that is known has a generator, and each value has a text that is read back.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  createContext,
  decodeUpdate,
  encodeAttribute,
  extendedCommunities,
  formatExtendedCommunity,
  formatIpv6ExtendedCommunity,
  ipv6ExtendedCommunities,
  parseExtendedCommunity,
  parseIpv6ExtendedCommunity,
  type ExtendedCommunity,
  type Ipv6ExtendedCommunity,
} from "@bgpwire/decoder";
import { toHex } from "@bgpwire/core";
import { EXTENDED_COMMUNITY_TYPES, extendedCommunity } from "../support/arbitrary/extended-communities.ts";
import {
  IPV6_EXTENDED_COMMUNITY_TYPES,
  ipv6ExtendedCommunity,
} from "../support/arbitrary/ipv6-extended-communities.ts";
import { octets2 } from "../support/arbitrary/base.ts";

const context = createContext();

function decoded(octets: readonly number[]): ExtendedCommunity {
  const body = Uint8Array.of(0, 0, 0, 11, 0xc0, 16, 8, ...octets);
  const attribute = decodeUpdate(body, context).update.attributes[0]!;
  if (attribute.name !== "extendedCommunities") throw new Error(attribute.name);
  return attribute.communities[0]!;
}

function decodedIpv6(octets: readonly number[]): Ipv6ExtendedCommunity {
  const body = Uint8Array.of(0, 0, 0, 23, 0xc0, 25, 20, ...octets);
  const attribute = decodeUpdate(body, context).update.attributes[0]!;
  if (attribute.name !== "ipv6ExtendedCommunities") throw new Error(attribute.name);
  return attribute.communities[0]!;
}

test("extended communities are known of exactly those types that have a generator", () => {
  for (let type = 0; type < 0x1_0000; type += 1) {
    const { name } = decoded([...octets2(type), 0, 0, 0, 0, 0, 0]);
    if ((name !== "raw") !== EXTENDED_COMMUNITY_TYPES.has(type)) throw new Error(`0x${type.toString(16)} is "${name}"`);
  }
});

test("an extended community is what its type says, and is encoded to its octets", () => {
  fc.assert(
    fc.property(extendedCommunity, ({ octets, value }) => {
      expect(decoded(octets)).toEqual(value);
      expect(toHex(encodeAttribute(extendedCommunities([value]), context).subarray(3))).toBe(
        toHex(Uint8Array.from(octets)),
      );
    }),
    { numRuns: 5000 },
  );
});

test("an extended community has a text that is read back, and so have its octets", () => {
  fc.assert(
    fc.property(extendedCommunity, ({ octets, value }) => {
      expect(parseExtendedCommunity(formatExtendedCommunity(value))).toEqual(value);
      expect(parseExtendedCommunity(`0x${toHex(Uint8Array.from(octets))}`)).toEqual(value);
    }),
    { numRuns: 5000 },
  );
});

test("any text is a community that can be encoded, or none", () => {
  const part = fc.oneof(
    fc.nat(70000).map(String),
    fc.constantFrom("", "-0", "1e9", "192.0.2.1", "copy", "01", "65000L"),
  );
  const word = extendedCommunity.map(({ value }) => formatExtendedCommunity(value).split(":")[0]!);
  fc.assert(
    fc.property(word, fc.array(part, { maxLength: 4 }), (start, parts) => {
      const community = parseExtendedCommunity([start, ...parts].join(":"));
      if (community === null) return;
      const octets = encodeAttribute(extendedCommunities([community]), context).subarray(3);
      expect(decoded([...octets])).toEqual(community);
    }),
    { numRuns: 5000 },
  );
});

test("IPv6 extended communities are known of exactly those types that have a generator", () => {
  const zeros = Array.from({ length: 18 }, () => 0);
  for (let type = 0; type < 0x1_0000; type += 1) {
    const { name } = decodedIpv6([...octets2(type), ...zeros]);
    if ((name !== "raw") !== IPV6_EXTENDED_COMMUNITY_TYPES.has(type)) {
      throw new Error(`0x${type.toString(16)} is "${name}"`);
    }
  }
});

test("an IPv6 extended community is what its type says, and its octets and its text are read back", () => {
  fc.assert(
    fc.property(ipv6ExtendedCommunity, ({ octets, value }) => {
      expect(decodedIpv6(octets)).toEqual(value);
      expect(toHex(encodeAttribute(ipv6ExtendedCommunities([value]), context).subarray(3))).toBe(
        toHex(Uint8Array.from(octets)),
      );
      expect(parseIpv6ExtendedCommunity(formatIpv6ExtendedCommunity(value))).toEqual(value);
      expect(parseIpv6ExtendedCommunity(`0x${toHex(Uint8Array.from(octets))}`)).toEqual(value);
    }),
    { numRuns: 3000 },
  );
});
