// PREFIX_SID with every TLV, Sub-TLV and Sub-Sub-TLV, and those that stay raw.
import * as fc from "fast-check";
import { formatIPv6 } from "@bgpwire/core";
import {
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
import { framed, oddTlv, reservedOctet, reservedU16, unknownTlv, unlessZero, type BareTlv } from "./parts.ts";

/** A list of TLVs with their headers. */
function list(one: fc.Arbitrary<BareTlv>, minLength: number): fc.Arbitrary<Both<object[]>> {
  return fc
    .array(
      one.map((tlv) => framed("1+2", tlv)),
      { minLength, maxLength: 4 },
    )
    .map(joined);
}

const structure: fc.Arbitrary<BareTlv> = octetsOf(6).map((octets) => ({
  type: 1,
  octets,
  value: {
    name: "srv6SidStructure",
    locatorBlockLength: octets[0],
    locatorNodeLength: octets[1],
    functionLength: octets[2],
    argumentLength: octets[3],
    transpositionLength: octets[4],
    transpositionOffset: octets[5],
  },
}));

/** RFC 9252 section 7: only what does not fit is malformed. */
const subSubTlvs = list(fc.oneof(structure, unknownTlv([1]), oddTlv(1, fc.array(octet, { maxLength: 5 }))), 0);

const sidInformation: fc.Arbitrary<BareTlv> = fc
  .tuple(reservedOctet, octetsOf(16), reservedOctet, u16, reservedOctet, subSubTlvs)
  .map(([reserved1, sid, flags, endpointBehavior, reserved2, subs]) => ({
    type: 1,
    octets: [reserved1, ...sid, flags, ...octets2(endpointBehavior), reserved2, ...subs.octets],
    value: {
      name: "srv6SidInformation",
      srv6Sid: formatIPv6(Uint8Array.from(sid)),
      ...unlessZero("reserved", reserved1 * 65536 + flags * 256 + reserved2),
      endpointBehavior,
      subSubTlvs: subs.value,
    },
  }));

const subTlvs = list(fc.oneof(sidInformation, unknownTlv([1])), 0);

function service(type: number, name: string): fc.Arbitrary<BareTlv> {
  return fc.tuple(reservedOctet, subTlvs).map(([reserved, subs]) => ({
    type,
    octets: [reserved, ...subs.octets],
    value: { name, ...unlessZero("reserved", reserved), subTlvs: subs.value },
  }));
}

const labelIndexTlv: fc.Arbitrary<BareTlv> = fc
  .tuple(reservedOctet, reservedU16, u32)
  .map(([reserved, flags, labelIndex]) => ({
    type: 1,
    octets: [reserved, ...octets2(flags), ...octets4(labelIndex)],
    value: { name: "labelIndex", ...unlessZero("reserved", reserved * 65536 + flags), labelIndex },
  }));

const tlv: fc.Arbitrary<BareTlv> = fc.oneof(
  labelIndexTlv,
  fc.tuple(reservedU16, fc.array(fc.tuple(u24, u24), { minLength: 1, maxLength: 4 })).map(([flags, ranges]) => ({
    type: 3,
    octets: [...octets2(flags), ...ranges.flatMap((range) => range.flatMap(octets3))],
    value: {
      name: "originatorSrgb",
      ...unlessZero("reserved", flags),
      srgb: ranges.map(([firstLabel, numberOfLabels]) => ({ firstLabel, numberOfLabels })),
    },
  })),
  service(5, "srv6L3Service"),
  service(6, "srv6L2Service"),
  unknownTlv([1, 3, 5, 6]),
);

/** The value of the attribute, which is that of a sub-TLV too. */
export const prefixSidTlvs: fc.Arbitrary<Both<object[]>> = list(tlv, 1);

export const prefixSid: AttributeGenerator = {
  flags: 0xc0,
  make: (_context, announced = []) => {
    // RFC 8669 section 4.1.
    const needsIndex = isThere(announced, [4], [1, 2]);
    const index = labelIndexTlv.map((one) => [framed("1+2", one)]);
    return fc.tuple(prefixSidTlvs, needsIndex ? index : fc.constant([])).map(([some, more]) => {
      const { octets, value } = joined(more);
      return {
        octets: [...some.octets, ...octets],
        value: { name: "prefixSid", code: 40, tlvs: [...some.value, ...value] } as never,
      };
    });
  },
};
