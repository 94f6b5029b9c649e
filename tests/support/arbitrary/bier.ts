// The BIER attribute with every TLV and sub-TLV at every level.
import * as fc from "fast-check";
import { joined, octet, octets2, octets3, octetsOf, u16, type AttributeGenerator, type Both } from "./base.ts";
import { anyAddress, framed, oddTlv, reservedOctet, unknownTlv, unlessZero, type BareTlv } from "./parts.ts";

function list(one: fc.Arbitrary<BareTlv>): fc.Arbitrary<Both<object[]>> {
  return fc
    .array(
      one.map((tlv) => framed("2+2", tlv)),
      { maxLength: 3 },
    )
    .map(joined);
}

const nexthop: fc.Arbitrary<BareTlv> = anyAddress.map(({ octets, value }) => ({
  type: 4,
  octets,
  value: { name: "bierNexthop", nexthop: value },
}));

const inEncapsulation = list(fc.oneof(nexthop, unknownTlv([4], 0xffff), oddTlv(4, octetsOf(5))));

/** `field` is what the sets have. */
function encapsulation(type: number, name: string, field: string): fc.Arbitrary<BareTlv> {
  return octet.chain((maxSi) =>
    fc.tuple(fc.nat(15), fc.nat(0xf_ffff - maxSi), inEncapsulation).map(([bsLen, first, subs]) => ({
      type,
      octets: [maxSi, ...octets3(bsLen * 0x10_0000 + first), ...subs.octets],
      value: { name, maxSi, bsLen, [field]: first, subTlvs: subs.value },
    })),
  );
}

const inSubDomain = list(
  fc.oneof(
    encapsulation(2, "mplsEncapsulation", "label"),
    encapsulation(3, "nonMplsEncapsulation", "biftId"),
    nexthop,
    unknownTlv([2, 3, 4], 0xffff),
    // The range of the last of 256 sets ends beyond 20 bits.
    fc.constantFrom(2, 3).chain((type) => oddTlv(type, fc.constant([255, 0x3f, 0xff, 0x01]))),
  ),
);

function subDomain(number: number): fc.Arbitrary<BareTlv> {
  return fc.tuple(u16, reservedOctet, inSubDomain).map(([bfrId, reserved, subs]) => ({
    type: 1,
    octets: [number, ...octets2(bfrId), reserved, ...subs.octets],
    value: { name: "bier", subDomain: number, bfrId, ...unlessZero("reserved", reserved), subTlvs: subs.value },
  }));
}

export const bier: AttributeGenerator = {
  flags: 0xc0,
  allowed: ({ session }) => session !== "ebgp",
  make: () =>
    fc
      .tuple(
        fc.uniqueArray(octet, { minLength: 1, maxLength: 3 }).chain((numbers) => fc.tuple(...numbers.map(subDomain))),
        fc.array(unknownTlv([1], 0xffff), { maxLength: 1 }),
      )
      .map(([subDomains, unknown]) => {
        const { octets, value } = joined([...subDomains, ...unknown].map((tlv) => framed("2+2", tlv)));
        return { octets, value: { name: "bier", code: 41, tlvs: value } as never };
      }),
};
