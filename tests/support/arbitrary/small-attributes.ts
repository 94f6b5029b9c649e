// Attributes of a few fields: AS_PATHLIMIT, Connector, AIGP, PE Distinguisher Labels, Entropy Label Capability, OTC, D-PATH, BFD
// Discriminator and Traffic Engineering.
import * as fc from "fast-check";
import type { PathAttribute } from "@bgpwire/decoder";
import {
  dotted,
  hex,
  isExternal,
  joined,
  octet,
  octets2,
  octets4,
  octetsOf,
  octetsOf4,
  u16,
  u32,
  type AttributeGenerator,
  type Both,
  type Octets,
} from "./base.ts";
import { address, anyAddress, framed, reservedU16, unknownTlv, unlessZero, type BareTlv } from "./parts.ts";

function generator(
  flags: number,
  make: fc.Arbitrary<Both<object>>,
  allowed?: AttributeGenerator["allowed"],
): AttributeGenerator {
  return { flags, make: () => make as fc.Arbitrary<Both<PathAttribute>>, ...(allowed && { allowed }) };
}

export const connector: AttributeGenerator = generator(
  0xc0,
  fc.oneof(
    octetsOf4.map((ip) => ({
      octets: [0, 1, ...ip],
      value: { name: "connector", code: 20, type: 1, value: dotted(ip) },
    })),
    fc.tuple(u16, u32, octetsOf4).map(([as, number, ip]) => ({
      octets: [0, 1, 0, 0, ...octets2(as), ...octets4(number), ...ip],
      value: { name: "connector", code: 20, type: 1, routeDistinguisher: `${as}:${number}`, value: dotted(ip) },
    })),
    fc
      .tuple(
        u16.filter((type) => type !== 1),
        fc.array(octet, { maxLength: 8 }),
      )
      .map(([type, value]) => ({
        octets: [...octets2(type), ...value],
        value: { name: "connector", code: 20, type, value: hex(value) },
      })),
  ),
);

export const asPathlimit: AttributeGenerator = generator(
  0xc0,
  fc.tuple(octet, u32).map(([upperBound, as]) => ({
    octets: [upperBound, ...octets4(as)],
    value: { name: "asPathlimit", code: 21, upperBound, as },
  })),
);

/** A number of IEEE 754, and the octets of those that JSON does not have. */
const float: fc.Arbitrary<Both<number | string>> = fc
  .oneof(octetsOf(4), fc.constantFrom([0, 0, 0, 0], [0x80, 0, 0, 0], [0x7f, 0x80, 0, 0], [0x4e, 0x95, 2, 0xf9]))
  .map((octets) => {
    const number = new DataView(Uint8Array.from(octets).buffer).getFloat32(0);
    return { octets, value: Number.isFinite(number) && !Object.is(number, -0) ? number : hex(octets) };
  });

/** What follows the bandwidths, by Switching Cap. */
const specific: fc.Arbitrary<{ readonly cap: number; readonly octets: Octets; readonly value: object }> = fc.oneof(
  fc.tuple(fc.constantFrom(1, 2, 3, 4), float, u16).map(([cap, minimum, mtu]) => ({
    cap,
    octets: [...minimum.octets, ...octets2(mtu)],
    value: { minimumLspBandwidth: minimum.value, interfaceMtu: mtu },
  })),
  fc.tuple(float, octet).map(([minimum, indication]) => ({
    cap: 100,
    octets: [...minimum.octets, indication],
    value: { minimumLspBandwidth: minimum.value, indication },
  })),
  fc.constantFrom(0, 51, 150, 200, 255).map((cap) => ({ cap, octets: [], value: {} })),
);

const eightFloats = fc.array(float, { minLength: 8, maxLength: 8 }).map(joined);

const descriptor: fc.Arbitrary<Both<object>> = fc
  .tuple(specific, octet, reservedU16, eightFloats)
  .map(([{ cap, octets, value }, encoding, reserved, bandwidths]) => ({
    octets: [cap, encoding, ...octets2(reserved), ...bandwidths.octets, ...octets],
    value: {
      switchingCapability: cap,
      encoding,
      ...unlessZero("reserved", reserved),
      maxLspBandwidth: bandwidths.value,
      ...value,
    },
  }));

/** One descriptor with more behind it than there should be. */
const oddDescriptor: fc.Arbitrary<Both<object>> = fc
  .tuple(fc.constantFrom(51, 150, 200), octet, eightFloats, fc.array(octet, { minLength: 1, maxLength: 30 }))
  .map(([cap, encoding, bandwidths, rest]) => ({
    octets: [cap, encoding, 0, 0, ...bandwidths.octets, ...rest],
    value: { switchingCapability: cap, encoding, maxLspBandwidth: bandwidths.value, rest: hex(rest) },
  }));

export const trafficEngineering: AttributeGenerator = generator(
  0x80,
  fc
    .oneof(
      fc.array(descriptor, { minLength: 1, maxLength: 3 }),
      oddDescriptor.map((one) => [one]),
    )
    .map((list) => {
      const { octets, value } = joined(list);
      return { octets, value: { name: "trafficEngineering", code: 24, capabilities: value } };
    }),
);

/** Length counts the three octets before the value. */
function aigpTlv(type: number, value: Octets, meaning: object): Both<object> {
  return { octets: [type, ...octets2(3 + value.length), ...value], value: { ...meaning, type } };
}

const metric = octetsOf(8)
  .filter((octets) => octets.some((one) => one !== 0xff))
  .map((octets) => {
    const number = octets.reduce((sum, one) => sum * 256n + BigInt(one), 0n);
    return aigpTlv(1, octets, { name: "aigp", metric: number.toString() });
  });

const otherAigpTlv = fc
  .tuple(
    octet.filter((type) => type !== 1),
    fc.array(octet, { maxLength: 10 }),
  )
  .map(([type, value]) => aigpTlv(type, value, { name: "raw", value: Uint8Array.from(value) }));

export const aigp: AttributeGenerator = generator(
  0x80,
  fc.array(fc.oneof(metric, otherAigpTlv), { minLength: 1, maxLength: 4 }).map((list) => {
    const { octets, value } = joined(list);
    return { octets, value: { name: "aigp", code: 26, tlvs: value } };
  }),
  (context) => !isExternal(context),
);

function peLabels(size: 4 | 16): fc.Arbitrary<Both<object>> {
  const pe = address(size).filter(({ octets }) => octets[0]! > 0 && octets[0]! < 224);
  const one = fc.tuple(pe, fc.nat(0xf_ffff), fc.oneof(fc.constant(0), fc.nat(15))).map(([ip, label, reserved]) => ({
    octets: [...ip.octets, label >> 12, (label >> 4) & 0xff, ((label & 15) << 4) | reserved],
    value: { peAddress: ip.value, label, ...unlessZero("reserved", reserved) },
  }));
  // Seven of IPv6 are as long as nineteen of IPv4.
  return fc.array(one, { minLength: 1, maxLength: 6 }).map((list) => {
    const { octets, value } = joined(list);
    return { octets, value: { name: "peDistinguisherLabels", code: 27, labels: value } };
  });
}

export const peDistinguisherLabels: AttributeGenerator = generator(0xc0, fc.oneof(peLabels(4), peLabels(16)));

export const entropyLabelCapability: AttributeGenerator = generator(
  0xc0,
  fc.array(octet, { maxLength: 4 }).map((octets) => ({
    octets,
    value: { name: "entropyLabelCapability", code: 28, ...(octets.length > 0 && { value: hex(octets) }) },
  })),
);

export const onlyToCustomer: AttributeGenerator = generator(
  0xc0,
  u32.map((as) => ({ octets: octets4(as), value: { name: "onlyToCustomer", code: 35, as } })),
);

const domain = fc.tuple(u32, u16, octet).map(([globalAdministrator, localAdministrator, isfSafiType]) => ({
  octets: [...octets4(globalAdministrator), ...octets2(localAdministrator), isfSafiType],
  value: { globalAdministrator, localAdministrator, isfSafiType },
}));

const domainSegment = fc
  .array(domain, { minLength: 1, maxLength: 5 })
  .map(joined)
  .map(({ octets, value }) => ({ octets: [value.length, ...octets], value }));

export const domainPath: AttributeGenerator = {
  ...generator(
    0xc0,
    fc.array(domainSegment, { minLength: 1, maxLength: 3 }).map((list) => {
      const { octets, value } = joined(list);
      return { octets, value: { name: "domainPath", code: 36, segments: value } };
    }),
  ),
  // RFC 10039 section 4.
  families: ({ afi, safi }) => (safi === 128 ? afi === 1 || afi === 2 : afi === 25 && safi === 70),
};

const source: fc.Arbitrary<BareTlv> = anyAddress.map((ip) => ({
  type: 1,
  octets: ip.octets,
  value: { name: "sourceIpAddress", address: ip.value },
}));

export const bfdDiscriminator: AttributeGenerator = generator(
  0xc0,
  fc
    .tuple(octet, u32, source, fc.array(fc.oneof(source, unknownTlv([1])), { maxLength: 2 }))
    .chain(([mode, discriminator, first, more]) =>
      fc.shuffledSubarray([first, ...more], { minLength: 1 + more.length }).map((some) => {
        const tlvs = joined(some.map((one) => framed("1+1", one)));
        return {
          octets: [mode, ...octets4(discriminator), ...tlvs.octets],
          value: { name: "bfdDiscriminator", code: 38, mode, discriminator, tlvs: tlvs.value },
        };
      }),
    ),
);
