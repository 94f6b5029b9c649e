// Routes with labels and routes in VPNs: SAFI 4, 76, 128 and 129.
import * as fc from "fast-check";
import { formatIPv6, formatPrefix } from "@bgpwire/core";
import type { DecodeContext, LabeledPrefixNlri } from "@bgpwire/decoder";
import { dotted, octets3, octetsOf, u24, type Both, type FamilyGenerator } from "./base.ts";
import { routeDistinguisher, transportHop } from "./route-parts.ts";

/** Bits of a prefix and its octets, with any bits behind its length. */
function prefix(version: 4 | 6, most: number): fc.Arbitrary<Both<string> & { readonly bits: number }> {
  const length = fc.oneof(fc.nat(most), fc.constantFrom(0, 8, 24, most));
  return fc.tuple(length, octetsOf(16)).map(([bits, all]) => {
    const octets = all.slice(0, Math.ceil(bits / 8));
    return { octets, value: formatPrefix(version, Uint8Array.from(octets), bits), bits };
  });
}

/** A label: its value, three bits without meaning, and the bottom-of-stack bit. */
const label = fc.record({
  value: fc.oneof(fc.nat(0xf_ffff), fc.constantFrom(0, 3, 0xf_ffff, 0x8_0000)),
  reserved: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
});

type Labels = Both<Pick<LabeledPrefixNlri, "labels" | "labelBits">>;

/** How many labels a context takes in a route of a family. */
function mostLabels(context: DecodeContext, afi: number, safi: number): number {
  if (context.multipleLabels === "any") return 4;
  return Math.max(context.multipleLabels.find((one) => one.afi === afi && one.safi === safi)?.count ?? 1, 1);
}

/** @param most labels; with one the bottom-of-stack bit may be either */
function labels(most: number): fc.Arbitrary<Labels> {
  const list = fc.array(label, { minLength: 1, maxLength: Math.min(most, 4) });
  const bottom = most === 1 ? fc.constantFrom(1, 1, 0) : fc.constant(1);
  return fc.tuple(list, bottom).map(([all, last]) => {
    const bits = all.map(({ reserved }, i) => 2 * reserved + (i < all.length - 1 ? 0 : last));
    const usual = bits.every((one, i) => one === (i < bits.length - 1 ? 0 : 1));
    return {
      octets: all.flatMap(({ value }, i) => octets3(value * 16 + bits[i]!)),
      value: { labels: all.map(({ value }) => value), ...(!usual && { labelBits: bits }) },
    };
  });
}

/** What a withdrawn route has in place of labels. */
const compatibility: fc.Arbitrary<Both<Pick<LabeledPrefixNlri, "labels" | "compatibility">>> = fc
  .oneof(fc.constantFrom(0x80_0000, 0), u24)
  .map((value) => ({
    octets: octets3(value),
    value: { labels: [], ...(value !== 0x80_0000 && { compatibility: value }) },
  }));

/** An address behind a route distinguisher that is mostly zero. */
function vpnAddress(size: 4 | 16): fc.Arbitrary<{ octets: readonly number[]; address: string; rd?: string }> {
  const distinguisher = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ octets: [0, 0, 0, 0, 0, 0, 0, 0], value: "0:0" }) },
    { weight: 1, arbitrary: routeDistinguisher },
  );
  return fc.tuple(distinguisher, octetsOf(size)).map(([rd, address]) => {
    const octets = [...rd.octets, ...address];
    const text = size === 4 ? dotted(address) : six(address);
    return rd.value === "0:0" ? { octets, address: text } : { octets, address: text, rd: rd.value };
  });
}

/** RFC 4364 section 4.3.2, RFC 4659 section 3.2.1, RFC 8950 section 3. */
export function vpnHop(version: 4 | 6): fc.Arbitrary<Both<object>> {
  const one = (size: 4 | 16): fc.Arbitrary<Both<object>> =>
    vpnAddress(size).map(({ octets, address, rd }) => ({
      octets,
      value: { nextHop: address, ...(rd !== undefined && { nextHopRouteDistinguisher: rd }) },
    }));
  const two = fc.tuple(one(16), vpnAddress(16)).map(([first, { octets, address, rd }]) => ({
    octets: [...first.octets, ...octets],
    value: {
      ...first.value,
      linkLocalNextHop: address,
      ...(rd !== undefined && { linkLocalNextHopRouteDistinguisher: rd }),
    },
  }));
  return version === 4 ? fc.oneof(one(4), one(16), two) : fc.oneof(one(16), two);
}

function six(octets: readonly number[], at: number = 0): string {
  return formatIPv6(Uint8Array.from(octets), at);
}

/** RFC 4760 section 3, RFC 2545 section 3, RFC 8950 section 3. */
function hop(version: 4 | 6): fc.Arbitrary<Both<object>> {
  return fc.constantFrom(...(version === 4 ? [4, 16, 32] : [16, 32])).chain((size) =>
    octetsOf(size).map((octets) => ({
      octets,
      value: {
        nextHop: size === 4 ? dotted(octets) : six(octets),
        ...(size === 32 && { linkLocalNextHop: six(octets, 16) }),
      },
    })),
  );
}

const addressBits = (version: 4 | 6): 32 | 128 => (version === 4 ? 32 : 128);

function labeledUnicast(version: 4 | 6): FamilyGenerator {
  const afi = version === 4 ? 1 : 2;
  return {
    afi,
    safi: 4,
    kind: "labeledPrefix",
    nextHop: hop(version),
    nlri: (context, withdrawn) =>
      fc
        .tuple(withdrawn ? compatibility : labels(mostLabels(context, afi, 4)), prefix(version, addressBits(version)))
        .map(([stack, address]) => ({
          octets: [8 * stack.octets.length + address.bits, ...stack.octets, ...address.octets],
          value: { prefix: address.value, ...stack.value },
        })),
  };
}

function vpn(version: 4 | 6, safi: 76 | 128): FamilyGenerator {
  const afi = version === 4 ? 1 : 2;
  return {
    afi,
    safi,
    kind: "labeledVpnPrefix",
    nextHop: safi === 76 ? transportHop : vpnHop(version),
    nlri: (context, withdrawn) =>
      (withdrawn ? compatibility : labels(mostLabels(context, afi, safi))).chain((stack) => {
        // RFC 8277 section 2.1: the whole has at most 255 bits.
        const most = Math.min(addressBits(version), 255 - 64 - 8 * stack.octets.length);
        return fc.tuple(routeDistinguisher, prefix(version, most)).map(([rd, address]) => ({
          octets: [8 * stack.octets.length + 64 + address.bits, ...stack.octets, ...rd.octets, ...address.octets],
          value: { routeDistinguisher: rd.value, prefix: address.value, ...stack.value },
        }));
      }),
  };
}

function vpnMulticast(version: 4 | 6): FamilyGenerator {
  return {
    afi: version === 4 ? 1 : 2,
    safi: 129,
    kind: "vpnPrefix",
    nextHop: vpnHop(version),
    nlri: () =>
      fc.tuple(routeDistinguisher, prefix(version, addressBits(version))).map(([rd, address]) => ({
        octets: [64 + address.bits, ...rd.octets, ...address.octets],
        value: { routeDistinguisher: rd.value, prefix: address.value },
      })),
  };
}

export const LABELED_FAMILIES: readonly FamilyGenerator[] = [
  labeledUnicast(4),
  labeledUnicast(6),
  vpn(4, 76),
  vpn(6, 76),
  vpn(4, 128),
  vpn(6, 128),
  vpnMulticast(4),
  vpnMulticast(6),
];
