// Candidate paths of SR Policies.
import * as fc from "fast-check";
import { octets4, octetsOf, u32, type FamilyGenerator } from "./base.ts";
import { addressHop, addressText } from "./route-parts.ts";

const number = fc.oneof(u32, fc.constantFrom(0, 0xffff_ffff));

function family(version: 4 | 6): FamilyGenerator {
  const size = version === 4 ? 4 : 16;
  return {
    afi: version === 4 ? 1 : 2,
    safi: 73,
    kind: "srPolicy",
    nextHop: addressHop,
    nlri: () =>
      fc.tuple(number, number, octetsOf(size)).map(([distinguisher, color, endpoint]) => ({
        octets: [64 + 8 * size, ...octets4(distinguisher), ...octets4(color), ...endpoint],
        value: { distinguisher, color, endpoint: addressText(endpoint) },
      })),
    companions: [16, 23],
  };
}

export const SR_POLICY_FAMILIES: readonly FamilyGenerator[] = [family(4), family(6)];
