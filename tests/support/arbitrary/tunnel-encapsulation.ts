// TUNNEL_ENCAPSULATION with tunnels of every type, every sub-TLV, and values that RFC 9012 section 13 has treated as unknown.
import * as fc from "fast-check";
import {
  hex,
  isThere,
  joined,
  octet,
  octets2,
  octets3,
  octets4,
  octetsOf,
  u16,
  u24,
  u32,
  type AttributeGenerator,
  type Both,
} from "./base.ts";
import { anyAddress, framed, named, oddTlv, reservedU16, unknownTlv, unlessZero, type BareTlv } from "./parts.ts";
import { prefixSidTlvs } from "./prefix-sid.ts";
import { labelStackEntry, SR_POLICY_TYPES, srPolicySubTlv } from "./sr-policy.ts";

function virtualNetwork(name: string): fc.Arbitrary<BareTlv> {
  return fc.tuple(octet, u24, octetsOf(6), reservedU16).map(([flags, vnId, mac, reserved]) => ({
    type: 1,
    octets: [flags, ...octets3(vnId), ...mac, ...octets2(reserved)],
    value: {
      name,
      ...named(flags * 65536 + reserved, { vFlag: 0x800000, mFlag: 0x400000 }),
      vnId,
      macAddress: mac.map((one) => one.toString(16).padStart(2, "0")).join(":"),
    },
  }));
}

function gre(name: string): fc.Arbitrary<BareTlv> {
  return u32.map((greKey) => ({ type: 1, octets: octets4(greKey), value: { name, greKey } }));
}

const l2tpv3: fc.Arbitrary<BareTlv> = fc.tuple(u32, fc.array(octet, { maxLength: 8 })).map(([sessionId, cookie]) => ({
  type: 1,
  octets: [...octets4(sessionId), ...cookie],
  value: { name: "l2tpv3Encapsulation", sessionId, cookie: hex(cookie) },
}));

/** RFC 9012 section 3.2: by tunnel type. */
const ENCAPSULATIONS: Readonly<Record<number, fc.Arbitrary<BareTlv>>> = {
  1: l2tpv3,
  2: gre("greEncapsulation"),
  8: virtualNetwork("vxlanEncapsulation"),
  9: virtualNetwork("nvgreEncapsulation"),
  11: gre("mplsInGreEncapsulation"),
};

const endpoint: fc.Arbitrary<BareTlv> = fc
  .tuple(fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, u32), fc.option(anyAddress))
  .map(([reserved, address]) => ({
    type: 6,
    octets: [
      ...octets4(reserved),
      ...octets2(address === null ? 0 : address.octets.length === 4 ? 1 : 2),
      ...(address?.octets ?? []),
    ],
    value: { name: "tunnelEgressEndpoint", ...unlessZero("reserved", reserved), address: address?.value ?? null },
  }));

/** Of a family that the RFC does not know, so that the sub-TLV is not malformed but unrecognized. */
const strangeEndpoint = oddTlv(
  6,
  fc
    .tuple(octetsOf(4), fc.integer({ min: 3, max: 0xffff }), fc.array(octet, { maxLength: 8 }))
    .map(([reserved, family, address]) => reserved.concat(octets2(family), address)),
);

const common: fc.Arbitrary<BareTlv> = fc.oneof(
  fc.nat(0xfffe).map((protocolType) => ({
    type: 2,
    octets: octets2(protocolType),
    value: { name: "protocolType", protocolType },
  })),
  fc.tuple(fc.nat(3), fc.nat(0x3fff), u32).map(([colorOnlyType, reserved, color]) => ({
    type: 4,
    octets: [3, 11, ...octets2(colorOnlyType * 16384 + reserved), ...octets4(color)],
    value: { name: "color", colorOnlyType, ...unlessZero("reserved", reserved), color },
  })),
  u16.map((blockLength) => ({
    type: 5,
    octets: octets2(blockLength),
    value: { name: "loadBalancingBlock", blockLength },
  })),
  octet.map((dsValue) => ({ type: 7, octets: [dsValue], value: { name: "dsField", dsValue } })),
  fc.integer({ min: 1, max: 0xffff }).map((udpPort) => ({
    type: 8,
    octets: octets2(udpPort),
    value: { name: "udpDestinationPort", udpPort },
  })),
  fc.constantFrom(1, 2).map((embeddedLabelHandling) => ({
    type: 9,
    octets: [embeddedLabelHandling],
    value: { name: "embeddedLabelHandling", embeddedLabelHandling },
  })),
  fc.array(labelStackEntry, { maxLength: 4 }).map((list) => {
    const { octets, value } = joined(list);
    return { type: 10, octets, value: { name: "mplsLabelStack", labelStack: value } };
  }),
  // Its length has one octet.
  prefixSidTlvs
    .filter(({ octets }) => octets.length <= 0xff)
    .map(({ octets, value }) => ({ type: 11, octets, value: { name: "prefixSid", tlvs: value } })),
);

/** RFC 9012 section 13: known types with values that make them as good as unknown. */
const malformed: fc.Arbitrary<BareTlv> = fc.oneof(
  oddTlv(2, fc.constantFrom([0xff, 0xff], [8], [8, 0, 0])),
  oddTlv(4, fc.constantFrom([3, 12, 0, 0, 0, 0, 0, 1], [3, 11, 0, 0])),
  oddTlv(5, fc.constant([24])),
  oddTlv(7, fc.constantFrom([], [1, 2])),
  oddTlv(8, fc.constantFrom([0, 0], [1])),
  oddTlv(9, fc.constantFrom([0], [3], [1, 1])),
  oddTlv(10, fc.constantFrom([0, 0, 1], [0, 0, 1, 0xff, 0])),
  oddTlv(11, fc.constantFrom([], [1, 0, 7, 0], [1, 0, 1, 0])),
);

const COMMON_TYPES = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11];

/** Sub-TLVs of a tunnel of this type, up to two endpoints among them, or exactly one that is known. */
function subTlvs(tunnelType: number, ends: boolean): fc.Arbitrary<BareTlv[]> {
  const encapsulation = ENCAPSULATIONS[tunnelType];
  const any =
    tunnelType === 15
      ? fc.oneof({ weight: 4, arbitrary: srPolicySubTlv }, common, unknownTlv([...COMMON_TYPES, ...SR_POLICY_TYPES]))
      : fc.oneof(
          { weight: 3, arbitrary: common },
          malformed,
          // What belongs into an SR Policy means nothing here.
          fc.oneof(unknownTlv(COMMON_TYPES), oddTlv(12, octetsOf(6)), oddTlv(128, octetsOf(3))),
          ...(encapsulation === undefined ? [oddTlv(1, octetsOf(4))] : [encapsulation, oddTlv(1, octetsOf(3))]),
        );
  const last = ends
    ? fc.tuple(endpoint)
    : fc.array(fc.oneof({ weight: 3, arbitrary: endpoint }, strangeEndpoint), { maxLength: 2 });
  return fc.tuple(fc.array(any, { maxLength: 4 }), last).map((parts) => parts.flat());
}

function tunnel(tunnelType: number, ends: boolean): fc.Arbitrary<Both<object>> {
  return subTlvs(tunnelType, ends).map((list) => {
    const { octets, value } = joined(list.map((tlv) => framed("tunnel", tlv)));
    return {
      octets: [...octets2(tunnelType), ...octets2(octets.length), ...octets],
      value: { tunnelType, subTlvs: value },
    };
  });
}

const plainType = fc.oneof(fc.constantFrom(1, 2, 7, 8, 9, 10, 11, 12, 13, 19), u16).filter((type) => type !== 15);

export const tunnelEncapsulation: AttributeGenerator = {
  flags: 0xc0,
  allowed: ({ session }) => session !== "ebgp",
  make: (_context, announced = []) => {
    // RFC 9012 section 13: with the families of its section 6 every tunnel has an endpoint.
    const ends = isThere(announced, [1, 4, 128], [1, 2]) || isThere(announced, [70], [25]);
    const plain = plainType.chain((type) => tunnel(type, ends));
    const policy = tunnel(15, ends);
    // RFC 9830 section 2.2: with SR Policies there is nothing else.
    const tunnels = isThere(announced, [73], [1, 2])
      ? fc.tuple(policy)
      : fc.oneof(fc.array(plain, { minLength: 1, maxLength: 3 }), fc.tuple(policy), fc.tuple(plain, policy));
    return tunnels.map((list) => {
      const { octets, value } = joined(list);
      return { octets, value: { name: "tunnelEncapsulation", code: 23, tunnels: value } as never };
    });
  },
};
