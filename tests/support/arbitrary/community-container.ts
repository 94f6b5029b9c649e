// BGP Community Containers: wide communities with every atom, and containers that nobody knows.
import * as fc from "fast-check";
import { formatPrefix } from "@bgpwire/core";
import {
  hex,
  joined,
  octet,
  octets2,
  octets4,
  octetsOf,
  u16,
  u32,
  type AttributeGenerator,
  type Both,
  type Octets,
} from "./base.ts";
import { framed, reservedU16, unknownTlv, unlessZero, type BareTlv } from "./parts.ts";

function numbers(type: number, name: string): fc.Arbitrary<BareTlv> {
  return fc.array(u32, { minLength: 1, maxLength: 4 }).map((values) => ({
    type,
    octets: values.flatMap(octets4),
    value: { name, values },
  }));
}

function prefixes(type: number, name: string, version: 4 | 6): fc.Arbitrary<BareTlv> {
  const most = version === 4 ? 32 : 128;
  const one = fc.tuple(fc.nat(most), octetsOf(16)).map(([bits, all]): Both<string> => {
    const octets = all.slice(0, Math.ceil(bits / 8));
    return { octets: [bits, ...octets], value: formatPrefix(version, Uint8Array.from(octets), bits) };
  });
  return fc.array(one, { maxLength: 4 }).map((list) => {
    const { octets, value } = joined(list);
    return { type, octets, value: { name, prefixes: value } };
  });
}

function floatOf(octets: Octets): number | string {
  const number = new DataView(Uint8Array.from(octets).buffer).getFloat32(0);
  return Number.isFinite(number) && !Object.is(number, -0) ? number : hex(octets);
}

const float = fc.oneof(
  octetsOf(4),
  fc.constantFrom([0, 0, 0, 0], [0x80, 0, 0, 0], [0x7f, 0xc0, 0, 0], [0xff, 0x80, 0, 0], [0x3f, 0x80, 0, 0]),
);

const floats: fc.Arbitrary<BareTlv> = fc.array(float, { minLength: 1, maxLength: 4 }).map((list) => ({
  type: 5,
  octets: list.flat(),
  value: { name: "floats", values: list.map(floatOf) },
}));

/** Text with its UTF-8, and octets that are none. */
const string: fc.Arbitrary<BareTlv> = fc.oneof(
  fc
    .constantFrom<readonly [string, Octets]>(
      ["", []],
      ["Zürich", [0x5a, 0xc3, 0xbc, 0x72, 0x69, 0x63, 0x68]],
      ["東京", [0xe6, 0x9d, 0xb1, 0xe4, 0xba, 0xac]],
      ["𝄞", [0xf0, 0x9d, 0x84, 0x9e]],
    )
    .map(([text, octets]) => ({ type: 8, octets, value: { name: "string", text } })),
  fc.constantFrom<Octets>([0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x41, 0xff]).map((octets) => ({
    type: 8,
    octets,
    value: { name: "raw", value: Uint8Array.from(octets) },
  })),
);

const atom: fc.Arbitrary<BareTlv> = fc.oneof(
  numbers(1, "asNumbers"),
  prefixes(2, "ipv4Prefixes", 4),
  prefixes(3, "ipv6Prefixes", 6),
  numbers(4, "integers"),
  floats,
  numbers(6, "neighborClasses"),
  numbers(7, "userClasses"),
  string,
  unknownTlv([1, 2, 3, 4, 5, 6, 7, 8]),
);

function list(one: fc.Arbitrary<BareTlv>): fc.Arbitrary<Both<object[]>> {
  return fc
    .array(
      one.map((tlv) => framed("1+2", tlv)),
      { maxLength: 4 },
    )
    .map(joined);
}

const tlv: fc.Arbitrary<BareTlv> = fc.oneof(
  fc.tuple(fc.constantFrom(1, 2, 3), list(atom)).map(([type, atoms]) => ({
    type,
    octets: atoms.octets,
    value: { name: ["targets", "excludeTargets", "parameters"][type - 1], atoms: atoms.value },
  })),
  unknownTlv([1, 2, 3]),
);

/** Of each type one. */
const tlvs: fc.Arbitrary<Both<object[]>> = fc
  .uniqueArray(tlv, { selector: ({ type }) => type, maxLength: 4 })
  .map((some) => joined(some.map((one) => framed("1+2", one))));

function header(type: number, reserved: number, bits: number, contents: Octets): Octets {
  return [
    ...octets2(type),
    ((reserved >> 8) & 0xfc) | bits,
    reserved & 0xff,
    ...octets2(6 + contents.length),
    ...contents,
  ];
}

function common(reserved: number, bits: number): object {
  return {
    transitive: bits > 1,
    confederation: bits % 2 === 1,
    ...unlessZero("reserved", reserved & 0xfcff),
  };
}

const container: fc.Arbitrary<Both<object>> = fc.oneof(
  fc
    .tuple(reservedU16, fc.nat(3), u32, u32, u32, tlvs)
    .map(([reserved, bits, community, sourceAs, contextAs, some]) => ({
      octets: header(1, reserved, bits, [community, sourceAs, contextAs].flatMap(octets4).concat(some.octets)),
      value: {
        name: "wideCommunity",
        type: 1,
        ...common(reserved, bits),
        community,
        sourceAs,
        contextAs,
        tlvs: some.value,
      },
    })),
  fc
    .tuple(
      u16.filter((type) => type !== 1),
      reservedU16,
      fc.nat(3),
      fc.array(octet, { maxLength: 12 }),
    )
    .map(([type, reserved, bits, contents]) => ({
      octets: header(type, reserved, bits, contents),
      value: { name: "raw", type, ...common(reserved, bits), value: Uint8Array.from(contents) },
    })),
);

export const communityContainer: AttributeGenerator = {
  flags: 0xc0,
  make: () =>
    fc.array(container, { minLength: 1, maxLength: 3 }).map((some) => {
      const { octets, value } = joined(some);
      return { octets, value: { name: "communityContainer", code: 34, containers: value } as never };
    }),
};
