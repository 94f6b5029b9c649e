// The SFP attribute with every TLV and Sub-TLV, at least one hop, and something at every hop.
import * as fc from "fast-check";
import {
  dotted,
  hex,
  joined,
  octet,
  octets2,
  octets3,
  octets4,
  octetsOf,
  octetsOf4,
  u16,
  u24,
  u32,
  type AttributeGenerator,
  type Both,
} from "./base.ts";
import { framed, oddTlv, unknownTlv, type BareTlv } from "./parts.ts";

/** Route distinguishers of every type, and extended communities that stand in their place. */
const instance: fc.Arbitrary<Both<string>> = fc.oneof(
  fc.constant({ octets: [0, 0, 0, 0, 0, 0, 0, 0], value: "0:0" }),
  fc.tuple(u16, u32).map(([as, number]) => ({
    octets: [0, 0, ...octets2(as), ...octets4(number)],
    value: `${as}:${number}`,
  })),
  fc.tuple(octetsOf4, u16).map(([address, number]) => ({
    octets: [0, 1, ...address, ...octets2(number)],
    value: `${dotted(address)}:${number}`,
  })),
  fc.tuple(u32, u16).map(([as, number]) => ({
    octets: [0, 2, ...octets4(as), ...octets2(number)],
    value: `${as}${as > 0xffff ? "" : "L"}:${number}`,
  })),
  octetsOf(6).map((pool) => ({ octets: [0x0b, 1, ...pool], value: `0x0b01${hex(pool)}` })),
);

const atHop: fc.Arbitrary<BareTlv> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(u16, fc.array(instance, { maxLength: 3 })).map(([serviceFunctionType, list]) => {
      const { octets, value } = joined(list);
      return {
        type: 3,
        octets: [...octets2(serviceFunctionType), ...octets],
        value: { name: "sft", serviceFunctionType, sfirRdList: value },
      };
    }),
  },
  fc.constant({ type: 4, octets: [], value: { name: "mplsSwappingStacking" } }),
  unknownTlv([3, 4]),
  oddTlv(3, octetsOf(7)),
  oddTlv(4, octetsOf(1)),
);

const details = fc.array(
  atHop.map((tlv) => framed("1+2", tlv)),
  { minLength: 1, maxLength: 3 },
);

/** Hops whose Service Indexes fall from one to the next (RFC 9015 section 4.3). */
const hops: fc.Arbitrary<BareTlv[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 3 })
  .chain((indexes) =>
    fc.tuple(...indexes.toSorted((a, b) => b - a).map((index) => fc.tuple(fc.constant(index), details))),
  )
  .map((list) =>
    list.map(([serviceIndex, tlvs]) => {
      const { octets, value } = joined(tlvs);
      return { type: 2, octets: [serviceIndex, ...octets], value: { name: "hop", serviceIndex, subTlvs: value } };
    }),
  );

const other: fc.Arbitrary<BareTlv> = fc.oneof(
  fc.tuple(octet, instance, u24).map(([associationType, rd, associatedSpi]) => ({
    type: 1,
    octets: [associationType, ...rd.octets, ...octets3(associatedSpi)],
    value: { name: "association", associationType, associatedSfprRd: rd.value, associatedSpi },
  })),
  fc.constant({ type: 5, octets: [], value: { name: "sfpTraversalWithMplsLabelStack" } }),
  unknownTlv([1, 2, 5]),
  oddTlv(1, octetsOf(11)),
  oddTlv(5, octetsOf(2)),
);

export const sfp: AttributeGenerator = {
  flags: 0xc0,
  make: () =>
    fc.tuple(fc.array(other, { maxLength: 2 }), hops).map(([first, path]) => {
      const { octets, value } = joined([...first, ...path].map((tlv) => framed("1+2", tlv)));
      return { octets, value: { name: "sfp", code: 37, tlvs: value } as never };
    }),
};
