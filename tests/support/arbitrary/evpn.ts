// EVPN routes of every type, of types that are not known, and leaves of each of them.
import * as fc from "fast-check";
import type { EvpnNlri, EvpnRoute, RawNlri } from "@bgpwire/decoder";
import { octet, octets3, octets4, octetsOf, u24, u32, type Both, type FamilyGenerator, type Octets } from "./base.ts";
import {
  addressHop,
  addressText,
  ethernetSegment,
  fields,
  flow,
  mac,
  numeric,
  optionalAddress,
  rawRoute,
  routeDistinguisher,
  shortRoute,
  sizedAddress,
} from "./route-parts.ts";

type Part = fc.Arbitrary<Both<Record<string, unknown>>>;

type Route = fc.Arbitrary<Both<EvpnNlri | RawNlri>>;

const rd = routeDistinguisher;
const esi = ethernetSegment;
const tag = numeric(fc.oneof(u32, fc.constantFrom(0, 0xffff_ffff)), octets4);
const label = numeric(fc.oneof(u24, fc.constantFrom(0, 0xff_ffff)), octets3);
const byte = numeric(octet, (value) => [value]);

function optional<T>(part: fc.Arbitrary<Both<T>>): fc.Arbitrary<Both<T | undefined>> {
  return fc.oneof(part, fc.constant({ octets: [], value: undefined }));
}

function isZero(octets: Octets): boolean {
  return octets.every((one) => one === 0);
}

/** Prefixes with any bits behind the length, a gateway where there is no segment, and a label where there is neither. */
const prefix: Part = fc.boolean().chain((six) => {
  const size = six ? 16 : 4;
  const zeros = Array.from({ length: size }, () => 0);
  return fc
    .tuple(rd, esi, tag, fc.nat(8 * size), octetsOf(size), octetsOf(size), label)
    .filter(([, segment, , , , hop, mpls]) => [segment.octets, hop, mpls.octets].some((one) => !isZero(one)))
    .map(([distinguisher, segment, ethernetTag, bits, octets, hop, mpls]) => {
      const gateway = isZero(segment.octets) ? hop : zeros;
      return {
        octets: [
          ...distinguisher.octets,
          ...segment.octets,
          ...ethernetTag.octets,
          bits,
          ...octets,
          ...gateway,
          ...mpls.octets,
        ],
        value: {
          routeDistinguisher: distinguisher.value,
          ethernetSegmentIdentifier: segment.value,
          ethernetTagId: ethernetTag.value,
          prefix: `${addressText(octets)}/${bits}`,
          gatewayAddress: addressText(gateway),
          mplsLabel: mpls.value,
        },
      };
    });
});

const FLAGS = [
  [0x01, "version1"],
  [0x02, "version2"],
  [0x04, "version3"],
  [0x08, "excludeGroup"],
] as const;

/** The bits of the versions that there are of IGMP and of MLD, the newest first. */
const IGMP = [0x04, 0x02] as const;
const MLD = [0x02, 0x01] as const;

/**
 * Flow, originator, what stands between them and the flags, and flags of a version that the group's address has: of one source
 * alone the newest (RFC 9251 section 4.1.1).
 */
function report(between: Part): Part {
  return fc.tuple(flow, sizedAddress, between, octet).map(([which, originator, more, any]) => {
    const { multicastSource, multicastGroup } = which.value;
    const isMld = multicastGroup?.includes(":") === true;
    const [newest, older] = isMld ? MLD : IGMP;
    let flags = isMld ? any & ~0x04 : any;
    if (multicastGroup !== null && multicastSource !== null) flags = (flags | newest) & ~older;
    else if (multicastGroup !== null && (flags & newest) === 0) flags |= older;
    const named = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => [name, true] as const);
    const reserved = flags & 0xf0;
    return {
      octets: [...which.octets, ...originator.octets, ...more.octets, flags],
      value: {
        ...which.value,
        originatingRouterAddress: originator.value,
        ...more.value,
        flags: { ...Object.fromEntries(named), ...(reserved !== 0 && { reserved }) },
      },
    };
  });
}

const nothing: Part = fc.constant({ octets: [], value: {} });

const leave: Part = fields({
  reserved: fc
    .oneof(fc.constant(0), u32)
    .map((value) => ({ octets: octets4(value), value: value === 0 ? undefined : value })),
  maximumResponseTime: byte,
});

/** RFC 9572 section 6.2, and anything that is no Source AS. */
const region = octetsOf(6).map((octets) => ({
  octets: [0x43, 0x55, ...octets],
  value: { name: "raw", value: Uint8Array.of(0x43, 0x55, ...octets) },
}));

const KEYS: readonly Route[] = [
  shortRoute(
    1,
    "ethernetAutoDiscovery",
    fields({ routeDistinguisher: rd, ethernetSegmentIdentifier: esi, ethernetTagId: tag, mplsLabel: label }),
  ),
  shortRoute(
    2,
    "macIpAdvertisement",
    fields({
      routeDistinguisher: rd,
      ethernetSegmentIdentifier: esi,
      ethernetTagId: tag,
      macAddress: mac.map(({ octets, value }) => ({ octets: [48, ...octets], value })),
      ipAddress: optionalAddress,
      mplsLabel1: label,
      mplsLabel2: optional(label),
    }),
  ),
  shortRoute(
    3,
    "inclusiveMulticastEthernetTag",
    fields({ routeDistinguisher: rd, ethernetTagId: tag, originatingRouterAddress: sizedAddress }),
  ),
  shortRoute(
    4,
    "ethernetSegment",
    fields({ routeDistinguisher: rd, ethernetSegmentIdentifier: esi, originatingRouterAddress: sizedAddress }),
  ),
  shortRoute(5, "ipPrefix", prefix),
  shortRoute(
    6,
    "selectiveMulticastEthernetTag",
    fields({ routeDistinguisher: rd, ethernetTagId: tag, "...": report(nothing) }),
  ),
  shortRoute(
    7,
    "multicastMembershipReportSynch",
    fields({
      routeDistinguisher: rd,
      ethernetSegmentIdentifier: esi,
      ethernetTagId: tag,
      "...": report(nothing),
    }),
  ),
  shortRoute(
    8,
    "multicastLeaveSynch",
    fields({ routeDistinguisher: rd, ethernetSegmentIdentifier: esi, ethernetTagId: tag, "...": report(leave) }),
  ),
  shortRoute(
    9,
    "perRegionIPmsiAutoDiscovery",
    fields({ routeDistinguisher: rd, ethernetTagId: tag, regionId: region }),
  ),
  shortRoute(
    10,
    "sPmsiAutoDiscovery",
    fields({ routeDistinguisher: rd, ethernetTagId: tag, "...": flow, originatingRouterAddress: sizedAddress }),
  ),
];

/** RFC 7606 section 5.4. */
const unknown: Route = fc
  .tuple(fc.oneof(fc.constant(0), fc.integer({ min: 12, max: 255 })), fc.array(octet, { maxLength: 40 }))
  .map(([type, octets]) => rawRoute(type, octets));

/** A Multicast Leave Synch route as an early draft had it, without one of its octets. */
const earlyLeave: Route = fields({
  "...": rd,
  esi,
  tag,
  flow,
  sizedAddress,
  rest: numeric(u32, octets4),
  flags: byte,
}).map(({ octets }) => rawRoute(8, octets));

const key = fc.oneof(...KEYS, earlyLeave, unknown);

const leaf: Route = shortRoute(
  11,
  "leafAutoDiscovery",
  fields({ routeKey: key as fc.Arbitrary<Both<EvpnRoute>>, originatingRouterAddress: sizedAddress }),
);

export const evpn: FamilyGenerator = {
  afi: 25,
  safi: 70,
  kind: "evpn",
  nextHop: addressHop,
  nlri: () => fc.oneof(...KEYS, leaf, earlyLeave, unknown),
  companions: [16],
};
