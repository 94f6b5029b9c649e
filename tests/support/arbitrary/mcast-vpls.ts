// MCAST-VPLS routes of both types, of types that are not known, and leaves of each of them and of VPLS A-D routes.
import * as fc from "fast-check";
import type { McastVplsLeafAutoDiscoveryRoute, McastVplsNlri, RawNlri } from "@bgpwire/decoder";
import { dotted, octet, octets2, octetsOf4, u16, type Both, type FamilyGenerator } from "./base.ts";
import { address, addressHop, fields, flow, rawRoute, routeDistinguisher, shortRoute } from "./route-parts.ts";

type Route = fc.Arbitrary<Both<McastVplsNlri | RawNlri>>;
type Key = fc.Arbitrary<Both<McastVplsLeafAutoDiscoveryRoute["routeKey"]>>;

const selective: Route = shortRoute(
  3,
  "sPmsiAutoDiscovery",
  fields({ routeDistinguisher, "...": flow, originatingRouterAddress: address }),
);

/** RFC 7606 section 5.4. */
const unknown: Route = fc
  .tuple(fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 5, max: 255 })), fc.array(octet, { maxLength: 40 }))
  .map(([type, octets]) => rawRoute(type, octets));

/** Of the types that there are: others would be no route distinguishers, and the key something else. */
const edge: Key = fc
  .tuple(
    routeDistinguisher.filter(({ octets }) => octets[0] === 0),
    fc.oneof(
      u16.map((veId) => ({ octets: octets2(veId), value: veId })),
      octetsOf4.map((octets) => ({ octets, value: dotted(octets) })),
    ),
  )
  .map(([rd, veId]) => ({
    octets: [...rd.octets, ...veId.octets],
    value: { name: "vplsEdge", routeDistinguisher: rd.value, veId: veId.value },
  }));

const leaf: Route = shortRoute(
  4,
  "leafAutoDiscovery",
  fields({ routeKey: fc.oneof(selective as Key, unknown as Key, edge), originatingRouterAddress: address }),
);

export const mcastVpls: FamilyGenerator = {
  afi: 25,
  safi: 8,
  kind: "mcastVpls",
  nextHop: addressHop,
  nlri: () => fc.oneof(selective, leaf, unknown),
};
