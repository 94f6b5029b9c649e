// Routes of Service Function Chaining, and of types that are not known.
import * as fc from "fast-check";
import type { RawNlri, SfcNlri } from "@bgpwire/decoder";
import { octet, octets2, octets3, u16, u24, type Both, type FamilyGenerator, type Octets } from "./base.ts";
import { addressHop, fields, numeric, routeDistinguisher } from "./route-parts.ts";

type Route = fc.Arbitrary<Both<SfcNlri | RawNlri>>;

function header(type: number, octets: Octets): Octets {
  return [...octets2(type), ...octets2(octets.length), ...octets];
}

function route(routeType: number, name: string, part: fc.Arbitrary<Both<Record<string, unknown>>>): Route {
  return part.map(({ octets, value }) => ({
    octets: header(routeType, octets),
    value: { name, routeType, ...value } as unknown as SfcNlri,
  }));
}

const unknown: Route = fc
  .tuple(
    u16.filter((type) => type !== 1 && type !== 2),
    fc.array(octet, { maxLength: 20 }),
  )
  .map(([type, octets]) => {
    const whole = header(type, octets);
    return { octets: whole, value: { name: "raw", value: Uint8Array.from(whole) } };
  });

export const sfc: FamilyGenerator = {
  afi: 31,
  safi: 9,
  kind: "sfc",
  nextHop: addressHop,
  nlri: () =>
    fc.oneof(
      route(1, "serviceFunctionInstance", fields({ routeDistinguisher, serviceFunctionType: numeric(u16, octets2) })),
      route(2, "serviceFunctionPath", fields({ routeDistinguisher, servicePathIdentifier: numeric(u24, octets3) })),
      unknown,
    ),
};
