// Families whose NLRI is a route distinguisher and a prefix, without labels: the routes of a VPN by which the upstream hop of
// multicast is chosen (RFC 6514 section 10), SAFI 129.
import { Afi, Safi } from "@bgpwire/core";
import { copyAt } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ipv4BitsText, ipv6BitsText } from "../text/prefix-text.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { judgedBy } from "./faults.ts";
import { isRawNlri, type RawNlri, type VpnPrefixNlri } from "./model.ts";
import { VPN_IPV4_NEXT_HOP, VPN_IPV6_NEXT_HOP, type NextHopFormat } from "./next-hop.ts";
import { checkPrefixes, nextPrefix, writeIPv4Bits, writeIPv6Bits } from "./prefix.ts";
import { RD_OCTETS, routeDistinguisherText, writeRouteDistinguisher } from "./route-distinguisher.ts";
import type { FamilyRow } from "./row.ts";

/** What can be wrong with a route. */
// prettier-ignore
export const VPN_PREFIX_RULES: RuleTable<"vpn-nlri-length"> = /* @__PURE__ */ ruleTable({
  "vpn-nlri-length": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

const RD_BITS = 8 * RD_OCTETS;

type Row = FamilyRow<VpnPrefixNlri | RawNlri>;

/** @param bits of an address */
function vpnRow(
  afi: 1 | 2,
  bits: 32 | 128,
  nextHop: NextHopFormat,
  text: (buffer: Uint8Array, at: number, bits: number) => string,
  write: (text: string, writer: OctetWriter) => number,
): Row {
  return {
    afi,
    safi: Safi.VpnMulticast,
    kind: "vpnPrefix",
    nextHop,
    check: (buffer, start, end, addPath) => checkPrefixes(buffer, start, end, addPath, RD_BITS + bits),
    next: nextPrefix,
    ...judgedBy(nextPrefix, (buffer, at) => (buffer[at]! < RD_BITS ? VPN_PREFIX_RULES["vpn-nlri-length"] : null)),
    decode: (buffer, at, end) => {
      if (buffer[at]! < RD_BITS) return { name: "raw", value: copyAt(buffer, at, end), malformed: true };
      const routeDistinguisher = routeDistinguisherText(buffer, at + 1);
      return { routeDistinguisher, prefix: text(buffer, at + 1 + RD_OCTETS, buffer[at]! - RD_BITS) };
    },
    encode: (nlri, writer) => {
      if (isRawNlri(nlri)) {
        writer.bytes(nlri.value);
        return;
      }
      const lengthAt = writer.reserve(1);
      writeRouteDistinguisher(nlri.routeDistinguisher, writer);
      writer.setU8(lengthAt, RD_BITS + write(nlri.prefix, writer));
    },
  };
}

/** The family ipv4-vpn-multicast (RFC 6514 section 10): a row for registries and `nlriHandler`. */
export const IPV4_VPN_MULTICAST: Row = /* @__PURE__ */ vpnRow(
  Afi.IPv4,
  32,
  VPN_IPV4_NEXT_HOP,
  ipv4BitsText,
  writeIPv4Bits,
);

/** The family ipv6-vpn-multicast (RFC 6514 section 10): a row for registries and `nlriHandler`. */
export const IPV6_VPN_MULTICAST: Row = /* @__PURE__ */ vpnRow(
  Afi.IPv6,
  128,
  VPN_IPV6_NEXT_HOP,
  ipv6BitsText,
  writeIPv6Bits,
);
