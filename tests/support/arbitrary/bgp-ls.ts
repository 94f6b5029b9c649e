// Generators of BGP-LS: its attribute and its routes.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import type { Nlri, PathAttribute } from "@bgpwire/decoder";
import {
  dotted,
  isThere,
  joined,
  octet,
  octets2,
  octetsOf,
  type AttributeGenerator,
  type Both,
  type FamilyGenerator,
} from "./base.ts";
import { anyAttributeTlv, descriptorTlvs, inOrder, nodeDescriptorsTlv, spfTlvs } from "./bgp-ls-tlvs.ts";
import { constant, fields, number, type Fields } from "./fields.ts";
import { vpnHop } from "./labeled.ts";
import { routeDistinguisher } from "./route-parts.ts";

export const BGP_LS_ATTRIBUTE: AttributeGenerator = {
  flags: 0x80,
  make: (_context, announced = []) => {
    const any = fc.array(anyAttributeTlv, { maxLength: 6 });
    // RFC 9815 sections 5.2.2, 5.2.4 and 7.1.
    const ofSpf = isThere(announced, [80], [16388]);
    const spf = fc.tuple(any, spfTlvs).map(([list, more]) => list.filter((one) => !isJudged(one)).concat(more));
    return (ofSpf ? spf : any).map((list) => {
      const { octets, value } = joined(list);
      return { octets, value: { name: "bgpLs", code: 29, tlvs: value } as unknown as PathAttribute };
    });
  },
};

/** Metrics, Sequence Number and SPF Status, which BGP-LS-SPF does not take with any value. */
const SPF_TYPES: ReadonlySet<number> = new Set([1092, 1095, 1181, 1184]);

function isJudged({ octets }: Both<object>): boolean {
  return SPF_TYPES.has(octets[0]! * 256 + octets[1]!);
}

/** By NLRI type, from 1 on. */
const NAMES = [
  "node",
  "link",
  "ipv4TopologyPrefix",
  "ipv6TopologyPrefix",
  "srPolicyCandidatePath",
  "srv6Sid",
  "interAsLink",
];

const identifier: Fields = octetsOf(8).map((octets) => ({
  octets,
  value: { identifier: octets.reduce((sum, one) => sum * 256n + BigInt(one), 0n).toString() },
}));

const nodes = fc.tuple(
  fc.option(nodeDescriptorsTlv("localNodeDescriptors", 256)),
  fc.option(nodeDescriptorsTlv("remoteNodeDescriptors", 257)),
);

/** An NLRI of a known type with any descriptors in their order, behind what is in front of it. */
function known(nlriType: number, front: Fields, protocol: Fields): fc.Arbitrary<Both<object>> {
  const name = NAMES[nlriType - 1]!;
  // The version of a prefix is known from the type: in others that descriptor stays raw.
  const others = fc.array(fc.oneof(...descriptorTlvs(nlriType === 4 ? 6 : 4)), { maxLength: 5 });
  const descriptors = fc.tuple(nodes, others).map(([pair, list]) => {
    const all = [...pair, ...list]
      .filter((one) => one !== null)
      .sort(inOrder)
      .map((one) => rawUnless(nlriType, one));
    const { octets, value } = joined(all);
    return { octets, value: { descriptors: value } };
  });
  return fields(front, protocol, identifier, descriptors).map(({ octets, value }) => ({
    octets: [...octets2(nlriType), ...octets2(octets.length), ...octets],
    value: { name, nlriType, ...value },
  }));
}

function rawUnless(nlriType: number, one: Both<object>): Both<object> {
  const isPrefix = one.octets[0] === 1 && one.octets[1] === 9 && nlriType !== 3 && nlriType !== 4;
  return isPrefix
    ? { octets: one.octets, value: { name: "raw", type: 265, value: Uint8Array.from(one.octets.slice(4)) } }
    : one;
}

/** Opaque (RFC 9552 section 5.2): those of private use among them. */
const unknown = fc
  .tuple(fc.constantFrom(0, 8, 1101, 65_000, 65_535), fc.array(octet, { maxLength: 20 }))
  .map(([nlriType, value]): Both<object> => {
    const octets = [...octets2(nlriType), ...octets2(value.length), ...value];
    return { octets, value: { name: "raw", value: Uint8Array.from(octets) } };
  });

const anyProtocol: Fields = number("protocolId", 1);
/** RFC 9815 section 5.2. */
const direct: Fields = constant([4], { protocolId: 4 });

function routes(front: Fields, protocolOf = (_nlriType: number): Fields => anyProtocol): fc.Arbitrary<Both<Nlri>> {
  const type = fc.integer({ min: 1, max: NAMES.length });
  return fc.oneof(
    { weight: 8, arbitrary: type.chain((nlriType) => known(nlriType, front, protocolOf(nlriType))) },
    { weight: 1, arbitrary: unknown },
  ) as fc.Arbitrary<Both<Nlri>>;
}

/** RFC 9552 section 5.5. */
const nextHop = fc
  .constantFrom(4, 16, 32)
  .chain(octetsOf)
  .map((octets) => ({
    octets,
    value: {
      nextHop: octets.length === 4 ? dotted(octets) : formatIPv6(Uint8Array.from(octets)),
      ...(octets.length === 32 && { linkLocalNextHop: formatIPv6(Uint8Array.from(octets), 16) }),
    },
  }));

function linkState(safi: number): FamilyGenerator {
  const protocolOf = (nlriType: number): Fields => (safi === 80 && nlriType <= 2 ? direct : anyProtocol);
  return { afi: 16388, safi, kind: "linkState", nextHop, nlri: () => routes(constant([], {}), protocolOf) };
}

/** RFC 9552 section 5.2, figure 6. */
const distinguisher: Fields = routeDistinguisher.map(({ octets, value }) => ({
  octets,
  value: { routeDistinguisher: value },
}));

export const BGP_LS: FamilyGenerator = linkState(71);
export const BGP_LS_VPN: FamilyGenerator = {
  afi: 16388,
  safi: 72,
  kind: "vpnLinkState",
  nextHop: vpnHop(4),
  nlri: () => routes(distinguisher),
};
export const BGP_LS_SPF: FamilyGenerator = linkState(80);
