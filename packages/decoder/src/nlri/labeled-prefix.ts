// Families whose NLRI is a prefix with labels in front (RFC 8277): labeled unicast, and VPNs and transport classes, where a route
// distinguisher stands between labels and prefix (RFC 4364 section 4.3.4, RFC 4659 section 3.2, RFC 9832 section 6.1).
import { Afi, ConfigError, Safi } from "@bgpwire/core";
import { copyAt, u24At } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ipv4BitsText, ipv6BitsText } from "../text/prefix-text.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import {
  BOTTOM_OF_STACK,
  LABEL_OCTETS,
  labelAt,
  labelBitsAt,
  labelsAt,
  labelStackEnd,
  writeLabels,
} from "./label-stack.ts";
import { judgedBy } from "./faults.ts";
import { isRawNlri, type LabeledPrefixNlri, type LabeledVpnPrefixNlri, type RawNlri } from "./model.ts";
import { IPV4_NEXT_HOP, IPV6_NEXT_HOP, TRANSPORT_NEXT_HOP, VPN_IPV4_NEXT_HOP, VPN_IPV6_NEXT_HOP } from "./next-hop.ts";
import { checkPrefixes, nextPrefix, writeIPv4Bits, writeIPv6Bits } from "./prefix.ts";
import { RD_OCTETS, routeDistinguisherText, writeRouteDistinguisher } from "./route-distinguisher.ts";
import type { FamilyRow, NlriPlace } from "./row.ts";

/** What can be wrong with a route. */
// prettier-ignore
export const LABELED_PREFIX_RULES: RuleTable<"labeled-nlri-length" | "labeled-nlri-bottom-of-stack" | "labeled-nlri-count"> = /* @__PURE__ */ ruleTable({
  "labeled-nlri-length": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "labeled-nlri-bottom-of-stack": ["RFC 8277 section 2.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "labeled-nlri-count": ["RFC 8277 section 2.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** RFC 8277 section 2.4: "Upon transmission, the Compatibility field SHOULD be set to 0x800000". */
const COMPATIBILITY = 0x80_0000;
/** RFC 8277 section 2.1: "the size of this field is limited to 255 bits (not 255 octets)". */
const MOST_BITS = 255;

/** What differs between the four families. */
interface LabeledFamily {
  readonly afi: 1 | 2;
  readonly safi: number;
  /** Octets of the route distinguisher. */
  readonly rdOctets: 0 | typeof RD_OCTETS;
  /** Bits of an address. */
  readonly bits: 32 | 128;
  readonly text: (buffer: Uint8Array, at: number, bits: number) => string;
  readonly write: (text: string, writer: OctetWriter) => number;
}

/** What `labelsEnd` says of a route that cannot be read. */
const WRONG_LENGTH = -1;
const NO_BOTTOM = -2;

/**
 * Where the labels of the NLRI in `[at, end)` end, if they do and what is behind them is a prefix. A withdrawn route has the
 * Compatibility field in their place, as long as one label (RFC 8277 section 2.4).
 */
function labelsEnd(family: LabeledFamily, buffer: Uint8Array, at: number, end: number, place: NlriPlace): number {
  const bits = buffer[at]!;
  if (bits < 8 * LABEL_OCTETS) return WRONG_LENGTH;
  let next = at + 1 + LABEL_OCTETS;
  // Without the capability there is one label, and its bottom-of-stack bit "MUST be ignored on reception" (section 2.2).
  if (!place.withdrawn && (buffer[next - 1]! & BOTTOM_OF_STACK) === 0 && mostLabels(family, place) > 1) {
    next = labelStackEnd(buffer, at + 1, end);
    if (next < 0) return NO_BOTTOM;
  }
  const prefix = bits - 8 * (next + family.rdOctets - at - 1);
  return prefix < 0 || prefix > family.bits ? WRONG_LENGTH : next;
}

function mostLabels({ afi, safi }: LabeledFamily, { context }: NlriPlace): number {
  return familyIn(context, afi, safi).mostLabels;
}

function faultIn(family: LabeledFamily, buffer: Uint8Array, at: number, end: number, place: NlriPlace): Rule | null {
  const next = labelsEnd(family, buffer, at, end, place);
  if (next === WRONG_LENGTH) return LABELED_PREFIX_RULES["labeled-nlri-length"];
  if (next === NO_BOTTOM) return LABELED_PREFIX_RULES["labeled-nlri-bottom-of-stack"];
  const labels = (next - at - 1) / LABEL_OCTETS;
  return labels > 1 && labels > mostLabels(family, place) ? LABELED_PREFIX_RULES["labeled-nlri-count"] : null;
}

/** @param pathId -1 for none */
function decode(
  family: LabeledFamily,
  buffer: Uint8Array,
  at: number,
  end: number,
  place: NlriPlace,
  pathId: number,
): LabeledPrefixNlri | LabeledVpnPrefixNlri | RawNlri {
  const next = labelsEnd(family, buffer, at, end, place);
  if (next < 0) {
    return { name: "raw", value: copyAt(buffer, at, end), malformed: true, ...(pathId >= 0 && { pathId }) };
  }
  const prefixAt = next + family.rdOctets;
  const prefix = family.text(buffer, prefixAt, buffer[at]! - 8 * (prefixAt - at - 1));
  // As nearly always: one label with nothing odd about it, which is had for a fifth less.
  const usual = !place.withdrawn && (buffer[at + LABEL_OCTETS]! & 0xf) === BOTTOM_OF_STACK;
  const labels = usual ? [labelAt(buffer, at + 1)] : labelsIn(buffer, at + 1, next, place.withdrawn);
  const odd = usual ? null : oddIn(buffer, at + 1, next, place.withdrawn);
  if (family.rdOctets === 0) {
    const route = pathId < 0 ? { prefix, labels } : { prefix, labels, pathId };
    return odd === null ? route : { ...route, ...odd };
  }
  const routeDistinguisher = routeDistinguisherText(buffer, next);
  const route = pathId < 0 ? { routeDistinguisher, prefix, labels } : { routeDistinguisher, prefix, labels, pathId };
  return odd === null ? route : { ...route, ...odd };
}

function labelsIn(buffer: Uint8Array, at: number, end: number, withdrawn: boolean): number[] {
  return withdrawn ? [] : labelsAt(buffer, at, end);
}

/** What is not as it would be sent in the labels, or in what a withdrawn route has in their place. */
function oddIn(
  buffer: Uint8Array,
  at: number,
  end: number,
  withdrawn: boolean,
): Pick<LabeledPrefixNlri, "labelBits" | "compatibility"> | null {
  if (withdrawn) {
    const compatibility = u24At(buffer, at);
    return compatibility === COMPATIBILITY ? null : { compatibility };
  }
  const labelBits = labelBitsAt(buffer, at, end);
  return labelBits === null ? null : { labelBits };
}

function encode(
  family: LabeledFamily,
  nlri: LabeledPrefixNlri | LabeledVpnPrefixNlri,
  writer: OctetWriter,
  place: NlriPlace,
): void {
  const lengthAt = writer.reserve(1);
  if (place.withdrawn) writer.u24(nlri.compatibility ?? COMPATIBILITY);
  else writeAgreedLabels(family, nlri, writer, place);
  if ("routeDistinguisher" in nlri) writeRouteDistinguisher(nlri.routeDistinguisher, writer);
  const before = 8 * (writer.length - lengthAt - 1);
  const bits = before + family.write(nlri.prefix, writer);
  if (bits > MOST_BITS) {
    const message = `${nlri.labels.length} labels make a route of ${bits} bits, which are at most ${MOST_BITS}`;
    throw new ConfigError("invalid-value", "labels", message);
  }
  writer.setU8(lengthAt, bits);
}

/** More labels than the receiver takes are written all the same: they were read with an issue, and can be read. */
function writeAgreedLabels(
  family: LabeledFamily,
  nlri: LabeledPrefixNlri,
  writer: OctetWriter,
  place: NlriPlace,
): void {
  const { length } = nlri.labels;
  if (length === 0 || (length > 1 && mostLabels(family, place) === 1)) {
    const message = `${length} labels for ${nlri.prefix}, where ${length === 0 ? "one is needed" : "one is agreed upon"}`;
    throw new ConfigError("invalid-value", "labels", message);
  }
  writeLabels(nlri, writer);
}

type Row<N extends LabeledPrefixNlri> = FamilyRow<N | RawNlri>;

function labeledRow<N extends LabeledPrefixNlri>(
  family: LabeledFamily,
  described: Pick<Row<N>, "kind" | "nextHop">,
): Row<N> {
  return {
    afi: family.afi,
    safi: family.safi,
    ...described,
    check: (buffer, start, end, addPath) => checkPrefixes(buffer, start, end, addPath, MOST_BITS),
    next: nextPrefix,
    ...judgedBy(nextPrefix, (buffer, at, end, place) => faultIn(family, buffer, at, end, place)),
    decode: (buffer, at, end, place) => decode(family, buffer, at, end, place, -1) as N,
    decodeWithPath: (buffer, at, end, pathId, place) => decode(family, buffer, at, end, place, pathId) as N,
    encode: (nlri, writer, place) => {
      if (isRawNlri(nlri)) writer.bytes(nlri.value);
      else encode(family, nlri, writer, place);
    },
  };
}

const IPV4 = { afi: Afi.IPv4, bits: 32, text: ipv4BitsText, write: writeIPv4Bits } as const;
const IPV6 = { afi: Afi.IPv6, bits: 128, text: ipv6BitsText, write: writeIPv6Bits } as const;

/** The family ipv4-labeled-unicast (RFC 8277): a row for registries and `nlriHandler`. */
export const IPV4_LABELED_UNICAST: Row<LabeledPrefixNlri> = /* @__PURE__ */ labeledRow(
  { ...IPV4, safi: Safi.LabeledUnicast, rdOctets: 0 },
  { kind: "labeledPrefix", nextHop: IPV4_NEXT_HOP },
);

/** The next hop of a route that is reached over IPv4 is IPv4-mapped IPv6 (RFC 4798 section 2). */
export const IPV6_LABELED_UNICAST: Row<LabeledPrefixNlri> = /* @__PURE__ */ labeledRow(
  { ...IPV6, safi: Safi.LabeledUnicast, rdOctets: 0 },
  { kind: "labeledPrefix", nextHop: IPV6_NEXT_HOP },
);

/** The family ipv4-vpn (RFC 8277): a row for registries and `nlriHandler`. */
export const IPV4_VPN: Row<LabeledVpnPrefixNlri> = /* @__PURE__ */ labeledRow(
  { ...IPV4, safi: Safi.Vpn, rdOctets: RD_OCTETS },
  { kind: "labeledVpnPrefix", nextHop: VPN_IPV4_NEXT_HOP },
);

/** The family ipv6-vpn (RFC 8277): a row for registries and `nlriHandler`. */
export const IPV6_VPN: Row<LabeledVpnPrefixNlri> = /* @__PURE__ */ labeledRow(
  { ...IPV6, safi: Safi.Vpn, rdOctets: RD_OCTETS },
  { kind: "labeledVpnPrefix", nextHop: VPN_IPV6_NEXT_HOP },
);

/** Transport classes (RFC 9832 section 6.1): "the procedures described for AFI/SAFIs 1/4 or 1/128" apply. */
export const IPV4_CLASSFUL_TRANSPORT: Row<LabeledVpnPrefixNlri> = /* @__PURE__ */ labeledRow(
  { ...IPV4, safi: Safi.ClassfulTransport, rdOctets: RD_OCTETS },
  { kind: "labeledVpnPrefix", nextHop: TRANSPORT_NEXT_HOP },
);

/** The family ipv6-classful-transport (RFC 8277): a row for registries and `nlriHandler`. */
export const IPV6_CLASSFUL_TRANSPORT: Row<LabeledVpnPrefixNlri> = /* @__PURE__ */ labeledRow(
  { ...IPV6, safi: Safi.ClassfulTransport, rdOctets: RD_OCTETS },
  { kind: "labeledVpnPrefix", nextHop: TRANSPORT_NEXT_HOP },
);
