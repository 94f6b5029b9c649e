// IPv6 address specific extended communities of every type there is, with what their octets mean.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import type { Ipv6ExtendedCommunity } from "@bgpwire/decoder";
import { joined, octets2, type AttributeGenerator, type Both, type Octets } from "./base.ts";
import { n, rest, set, sparseOctets } from "./extended-communities.ts";

type Meaning = (value: Octets) => object;

const ZEROS_16 = Array.from({ length: 16 }, () => 0);

function ip(value: Octets): string {
  return formatIPv6(Uint8Array.from(value.slice(0, 16)));
}

function address(name: string, more: object = {}): Meaning {
  return (v) => ({ name, address: ip(v), value: n(v, 17, 18), ...more });
}

function bandwidth(transitive: boolean): Meaning {
  return (v) => ({
    name: "extendedLinkBandwidth",
    transitive,
    bandwidth: (BigInt(n(v, 3, 6)) * 2n ** 32n + BigInt(n(v, 7, 10))).toString(),
    as: n(v, 11, 14),
    ...rest(v, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255),
  });
}

/** By type and sub-type. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  0x0002: address("routeTarget"),
  0x0003: address("routeOrigin"),
  0x000b: address("vrfRouteImport"),
  0x000c: (v) => ({ name: "redirectToIp", address: ip(v), copy: set(v, 18, 1), ...rest(v, ...ZEROS_16, 0xff, 0xfe) }),
  0x000d: address("redirect"),
  0x800b: address("redirect", { oldType: true }),
  0x0010: address("vpnDistinguisher"),
  0x0012: address("interAreaP2mpSegmentedNextHop"),
  0x0013: address("routeTargetRecord"),
  0x0014: address("vrfRecursiveNextHop"),
  0x0015: address("routeTargetDerived"),
  0x060d: address("eviRouteTarget"),
  0x0206: bandwidth(true),
  0x4206: bandwidth(false),
};

/** Types that the generator has. A test holds the decoder to know these and no others. */
export const IPV6_EXTENDED_COMMUNITY_TYPES: ReadonlySet<number> = new Set(Object.keys(MEANINGS).map(Number));

function both(type: number, value: Octets): Both<Ipv6ExtendedCommunity> {
  const octets = [...octets2(type), ...value];
  const meaning = MEANINGS[type] ?? (() => ({ name: "raw", value: Uint8Array.from(octets) }));
  return { octets, value: meaning(value) as Ipv6ExtendedCommunity };
}

/** Communities of every type, and of types that there are not. */
export const ipv6ExtendedCommunity: fc.Arbitrary<Both<Ipv6ExtendedCommunity>> = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...IPV6_EXTENDED_COMMUNITY_TYPES) }, fc.nat(0xffff)),
    sparseOctets(18),
  )
  // An EVI-RT (RFC 9251 section 9.5) is told from others: of synch routes there is exactly one.
  .filter(([type]) => type !== 0x060d)
  .map(([type, value]) => both(type, value));

export const ipv6ExtendedCommunities: AttributeGenerator = {
  flags: 0xc0,
  make: () =>
    fc.array(ipv6ExtendedCommunity, { minLength: 1, maxLength: 3 }).map((list) => {
      const { octets, value } = joined(list);
      return { octets, value: { name: "ipv6ExtendedCommunities", code: 25, communities: value } };
    }),
};
