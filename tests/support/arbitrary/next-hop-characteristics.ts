// NEXT_HOP_CHARACTERISTICS with next hops of every length, known and unknown characteristics.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import {
  dotted,
  joined,
  octet,
  octets2,
  octetsOf,
  octetsOf4,
  u16,
  type AttributeGenerator,
  type Both,
} from "./base.ts";
import { anyAddress, framed, oddTlv, unknownTlv, type BareTlv } from "./parts.ts";

const nextHop: fc.Arbitrary<Both<object>> = fc.oneof(
  { weight: 3, arbitrary: anyAddress.map(({ octets, value }) => ({ octets, value: { nextHop: value } })) },
  octetsOf(32).map((octets) => ({
    octets,
    value: {
      nextHop: formatIPv6(Uint8Array.from(octets)),
      linkLocalNextHop: formatIPv6(Uint8Array.from(octets), 16),
    },
  })),
  fc
    .array(octet, { maxLength: 48 })
    .filter((octets) => ![4, 16, 32].includes(octets.length))
    .map((octets) => ({ octets, value: { nextHopBytes: Uint8Array.from(octets) } })),
);

const characteristic: fc.Arbitrary<BareTlv> = fc.oneof(
  fc.constant({ type: 1, octets: [], value: { name: "entropyLabel" } }),
  octetsOf4.map((octets) => ({ type: 3, octets, value: { name: "bgpIdentifier", bgpIdentifier: dotted(octets) } })),
  unknownTlv([1, 3], 0xffff),
  oddTlv(1, octetsOf(1)),
  oddTlv(3, octetsOf(8)),
);

export const nextHopCharacteristics: AttributeGenerator = {
  flags: 0xc0,
  make: () =>
    fc
      .tuple(
        u16,
        octet,
        nextHop,
        fc.array(
          characteristic.map((tlv) => framed("2+2", tlv)),
          { maxLength: 4 },
        ),
      )
      .map(([afi, safi, hop, list]) => {
        const { octets, value } = joined(list);
        return {
          octets: [...octets2(afi), safi, hop.octets.length, ...hop.octets, ...octets],
          value: {
            name: "nextHopCharacteristics",
            code: 39,
            afi,
            safi,
            ...hop.value,
            characteristics: value,
          } as never,
        };
      }),
};
