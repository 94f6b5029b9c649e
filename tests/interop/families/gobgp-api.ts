// What GoBGP announces when it is told through its API: routes that its command line cannot make.
import { parseIPv6, toHex } from "@bgpwire/core";
import {
  extendedCommunities,
  tunnelEncapsulation,
  type Nlri,
  type PathAttribute,
  type SrPolicyNlri,
} from "@bgpwire/decoder";
import { message, type Fields } from "../support/protobuf.ts";
import { NEXT_HOP_4, NEXT_HOP_6, route, type Announcement } from "./plan.ts";
import { numbersOf } from "./seen.ts";

/** A message with its type before it. */
function any(type: string, fields: Fields): Uint8Array {
  return message([
    [1, `type.googleapis.com/apipb.${type}`],
    [2, message(fields)],
  ]);
}

function octetsOf(address: string): Uint8Array {
  return parseIPv6(address) ?? Uint8Array.from(address.split(".").map(Number));
}

/** A message, and what the decoder has to make of what comes of it. */
type Told<T> = readonly [message: Uint8Array, made: T];

/** A route that is announced with a call of AddPath. */
function told(
  family: string,
  nextHop: string,
  [nlri, made]: Told<object>,
  ...attributes: readonly Told<PathAttribute>[]
): Announcement {
  const { afi, safi } = numbersOf(family);
  const numbers = message([
    [1, afi],
    [2, safi],
  ]);
  const reach: Fields = [
    [1, numbers],
    [2, nextHop],
    [3, nlri],
  ];
  const messages = [
    any("OriginAttribute", [[1, 0]]),
    any("MpReachNLRIAttribute", reach),
    ...attributes.map(([octets]) => octets),
  ];
  const path = message([[1, nlri], ...messages.map((octets) => [2, octets] as const), [9, numbers]]);
  return {
    told: [`/apipb.GobgpApi/AddPath ${toHex(message([[3, path]]))}`],
    route: route(
      family,
      made as Nlri,
      nextHop,
      [],
      attributes.map(([, attribute]) => attribute),
    ),
  };
}

type SubTlv = Parameters<typeof tunnelEncapsulation>[0][number]["subTlvs"][number];

/** The Tunnel Encapsulation attribute of one tunnel. */
function tunnel(tunnelType: number, ...subTlvs: readonly Told<SubTlv>[]): Told<PathAttribute> {
  const tlv = message([[1, tunnelType], ...subTlvs.map(([octets]) => [2, octets] as const)]);
  const made = tunnelEncapsulation([{ tunnelType, subTlvs: subTlvs.map(([, subTlv]) => subTlv) }]);
  return [any("TunnelEncapAttribute", [[1, tlv]]), made];
}

/** The NLRI of an SR policy, whose length is in bits. */
function policy(distinguisher: number, color: number, endpoint: string): Told<SrPolicyNlri> {
  const octets = octetsOf(endpoint);
  const fields: Fields = [
    [1, 64 + 8 * octets.length],
    [2, distinguisher],
    [3, color],
    [4, octets],
  ];
  return [any("SRPolicyNLRI", fields), { distinguisher, color, endpoint }];
}

function preference(value: number): Told<SubTlv> {
  return [any("TunnelEncapSubTLVSRPreference", [[2, value]]), { name: "preference", type: 12, preference: value }];
}

/** Its fields: 1 Specified-BSID-Only, 2 Drop-Upon-Invalid, 3 the SID. */
function bindingSid(fields: Fields, made: object): Told<SubTlv> {
  const octets = any("TunnelEncapSubTLVSRBindingSID", [[1, any("SRBindingSID", fields)]]);
  return [octets, { name: "bindingSid", type: 13, ...made } as SubTlv];
}

type Segment = { readonly name: "segmentTypeA" | "segmentTypeB" };

/** A path with its weight. */
function segmentList(weight: number, ...segments: readonly Told<Segment>[]): Told<SubTlv> {
  const all = segments.map(([octets]) => [2, octets] as const);
  const subTlvs = [{ name: "weight", type: 9, weight }, ...segments.map(([, made]) => made)];
  return [
    any("TunnelEncapSubTLVSRSegmentList", [[1, message([[2, weight]])], ...all]),
    { name: "segmentList", type: 128, subTlvs } as SubTlv,
  ];
}

function entry(label: number): object {
  return { label, trafficClass: 0, ttl: 0 };
}

const HEADEND_FIELDS: Fields = [
  [1, true],
  [2, 2],
  [3, "192.0.2.1"],
];
/** Whom a policy is for: a route target in IPv4-address format (RFC 9830 section 4.2.1). */
const HEADEND: Told<PathAttribute> = [
  any("ExtendedCommunitiesAttribute", [[1, any("IPv4AddressSpecificExtended", HEADEND_FIELDS)]]),
  extendedCommunities(["target:192.0.2.1:0"]),
];

/** It ends where it is not told which flags there are. */
const NO_FLAGS = [1, message([])] as const;
const BEHAVIOR_FLAG = [1, message([[4, true]])] as const;

/** Of type A, whose label it is told with all that is behind it. */
function labeled(label: number): Told<Segment> {
  const made = { name: "segmentTypeA", type: 1, srMplsSid: entry(label) } as const;
  return [any("SegmentTypeA", [NO_FLAGS, [2, label * 0x1000]]), made];
}

const SID = "2001:db8:7::1";
/** End, and the lengths of the SID's parts. */
const BEHAVIOR: Fields = [
  [1, 1],
  [2, 40],
  [3, 24],
  [4, 16],
];

/** Of type B. */
const OVER_SRV6: readonly Told<Segment>[] = [
  [any("SegmentTypeB", [NO_FLAGS, [2, octetsOf(SID)]]), { name: "segmentTypeB", type: 13, srv6Sid: SID } as Segment],
  [
    any("SegmentTypeB", [BEHAVIOR_FLAG, [2, octetsOf(SID)], [3, message(BEHAVIOR)]]),
    {
      name: "segmentTypeB",
      type: 13,
      bFlag: true,
      srv6Sid: SID,
      endpointBehaviorAndSidStructure: {
        endpointBehavior: 1,
        locatorBlockLength: 40,
        locatorNodeLength: 24,
        functionLength: 16,
        argumentLength: 0,
      },
    } as Segment,
  ],
];

/** 4: no explicit NULL label is pushed. */
const EXPLICIT_NULL: Told<SubTlv> = [
  any("TunnelEncapSubTLVSRENLP", [[2, 4]]),
  { name: "explicitNullLabelPolicy", type: 14, enlp: 4 },
];
const PRIORITY: Told<SubTlv> = [
  any("TunnelEncapSubTLVSRPriority", [[1, 7]]),
  { name: "priority", type: 15, priority: 7 },
];
const COLOR: Told<SubTlv> = [
  any("TunnelEncapSubTLVColor", [[1, 100]]),
  { name: "color", type: 4, colorOnlyType: 0, color: 100 },
];

export const GOBGP_API: Readonly<Record<string, Announcement>> = {
  "SR policy IPv4": told(
    "ipv4-sr-policy",
    NEXT_HOP_4,
    policy(1, 100, "192.0.2.8"),
    HEADEND,
    tunnel(
      15,
      preference(200),
      bindingSid(
        [
          [1, true],
          [3, Uint8Array.of(0, 0, 0x3e, 0x90)],
        ],
        { sFlag: true, srMplsSid: entry(16016) },
      ),
      PRIORITY,
      EXPLICIT_NULL,
      segmentList(5, labeled(16000), labeled(16001)),
      segmentList(1, labeled(16002)),
    ),
  ),
  "SR policy IPv4, the other path": told(
    "ipv4-sr-policy",
    NEXT_HOP_4,
    policy(2, 100, "192.0.2.8"),
    HEADEND,
    tunnel(15, preference(100), segmentList(1, labeled(16003))),
  ),
  "SR policy IPv6": told(
    "ipv6-sr-policy",
    NEXT_HOP_6,
    policy(3, 200, "2001:db8::8"),
    HEADEND,
    tunnel(
      15,
      preference(100),
      bindingSid(
        [
          [2, true],
          [3, octetsOf(SID)],
        ],
        { iFlag: true, srv6Sid: SID },
      ),
      segmentList(5, ...OVER_SRV6),
    ),
  ),
  "encapsulation IPv4": told(
    "ipv4-encapsulation",
    NEXT_HOP_4,
    [any("EncapsulationNLRI", [[1, NEXT_HOP_4]]), { endpointAddress: NEXT_HOP_4 }],
    tunnel(2, COLOR),
  ),
  "encapsulation IPv6": told(
    "ipv6-encapsulation",
    NEXT_HOP_6,
    [any("EncapsulationNLRI", [[1, NEXT_HOP_6]]), { endpointAddress: NEXT_HOP_6 }],
    tunnel(8, COLOR),
  ),
};
