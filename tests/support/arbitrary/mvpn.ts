// MCAST-VPN routes of every type, of types and forms that are not known, and leaves of each of them.
import * as fc from "fast-check";
import type { MvpnNlri, MvpnRoute, RawNlri } from "@bgpwire/decoder";
import { octet, octets4, octetsOf, u32, type Both, type FamilyGenerator } from "./base.ts";
import { address, addressHop, fields, flow, numeric, rawRoute, routeDistinguisher, shortRoute } from "./route-parts.ts";

type Route = fc.Arbitrary<Both<MvpnNlri | RawNlri>>;

const rd = routeDistinguisher;
const as = numeric(u32, octets4);

/** Not of source-specific multicast. */
const active = flow.filter(({ value }) => !/^(?:232\.|ff3)/.test(value.multicastGroup ?? ""));

const KEYS: readonly Route[] = [
  shortRoute(1, "intraAsIPmsiAutoDiscovery", fields({ routeDistinguisher: rd, originatingRouterAddress: address })),
  shortRoute(2, "interAsIPmsiAutoDiscovery", fields({ routeDistinguisher: rd, sourceAs: as })),
  shortRoute(
    3,
    "sPmsiAutoDiscovery",
    fields({ routeDistinguisher: rd, "...": flow, originatingRouterAddress: address }),
  ),
  shortRoute(5, "sourceActiveAutoDiscovery", fields({ routeDistinguisher: rd, "...": active })),
  shortRoute(6, "sharedTreeJoin", fields({ routeDistinguisher: rd, sourceAs: as, "...": flow })),
  shortRoute(7, "sourceTreeJoin", fields({ routeDistinguisher: rd, sourceAs: as, "...": flow })),
];

/** RFC 7606 section 5.4, and a group that is an MP Opaque Value Element. */
const unknown: Route = fc.oneof(
  fc
    .tuple(fc.integer({ min: 8, max: 255 }), fc.array(octet, { maxLength: 40 }))
    .map(([type, octets]) => rawRoute(type, octets)),
  fc
    .tuple(fc.constantFrom(3, 5), octetsOf(8), fc.constantFrom(31, 33, 56, 255), fc.array(octet, { maxLength: 40 }))
    .map(([type, distinguisher, bits, octets]) => rawRoute(type, [...distinguisher, 0, bits, ...octets])),
);

const leaf: Route = shortRoute(
  4,
  "leafAutoDiscovery",
  fields({
    routeKey: fc.oneof(...KEYS, unknown) as fc.Arbitrary<Both<MvpnRoute>>,
    originatingRouterAddress: address,
  }),
);

/** A leaf whose key is no NLRI, as RFC 7524 has them. */
const otherLeaf: Route = fc
  .tuple(fc.constantFrom(0, 0xff), flow, address, address)
  .map(([distinguisher, which, ingress, originator]) =>
    rawRoute(4, [
      ...Array.from({ length: 8 }, () => distinguisher),
      ...which.octets,
      ...ingress.octets,
      ...originator.octets,
    ]),
  );

function family(afi: 1 | 2): FamilyGenerator {
  return {
    afi,
    safi: 5,
    kind: "mvpn",
    nextHop: addressHop,
    nlri: () => fc.oneof(...KEYS, leaf, otherLeaf, unknown),
  };
}

export const ipv4Mvpn: FamilyGenerator = family(1);
export const ipv6Mvpn: FamilyGenerator = family(2);
