// SR Policy (RFC 9830 section 2.1): SAFI 73 of IPv4 and IPv6. A route is the name of a candidate path; what the path is like stands
// in TUNNEL_ENCAPSULATION.
import { Afi, AttributeCode, ConfigError, Safi } from "@bgpwire/core";
import { readAddress, writeAddress } from "../bytes/address.ts";
import { u16At, u32At } from "../bytes/integers.ts";
import { WellKnownCommunity } from "../community/community.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { TunnelType } from "../tunnel/tunnel-type.ts";
import type { Offsets } from "../update/offsets.ts";
import { count, usable } from "../update/parts.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { bitLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import type { AddressBits } from "./prefix-field.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";

/**
 * What can be wrong with its routes: "length-related encoding errors", for which "AFI/SAFI disable" is asked for, or a session
 * reset where the session has no other family; and what has to be with them.
 */
// prettier-ignore
export const SR_POLICY_RULES: RuleTable<"sr-policy-nlri" | "sr-policy-no-recipient" | "sr-policy-no-tunnel" | "sr-policy-other-tunnel"> = /* @__PURE__ */ ruleTable({
  "sr-policy-nlri": ["RFC 9830 section 5", "afi-safi-disable", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "sr-policy-no-recipient": ["RFC 9830 section 4.2.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "sr-policy-no-tunnel": ["RFC 9830 section 4.2.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "sr-policy-other-tunnel": ["RFC 9830 section 2.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** A candidate path of an SR Policy. */
export interface SrPolicyNlri extends NlriHeader {
  /** Tells candidate paths of one policy apart, 0 to 4294967295. */
  readonly distinguisher: number;
  /** 0 to 4294967295; 0 is of no use. */
  readonly color: number;
  /** An address of the family's version; all zero for any endpoint. */
  readonly endpoint: string;
}

/** Octets of distinguisher and color. */
const FIXED_OCTETS = 4 + 4;
/** What fits into an octet: a length that no route has is told to be wrong instead of not being found. */
const MOST_BITS = 0xff;

/** Section 4.2.1, which section 5 has "handled by the "treat-as-withdraw" strategy". */
function judgeMessage(message: Offsets): readonly Rule[] {
  const rules: Rule[] = [];
  const recipients =
    count(message, AttributeCode.Communities, 4, isNoAdvertise) +
    count(message, AttributeCode.ExtendedCommunities, 8, isIpv4RouteTarget);
  if (recipients === 0) rules.push(SR_POLICY_RULES["sr-policy-no-recipient"]);
  const types = tunnelTypes(message);
  if (!types.includes(TunnelType.SrPolicy)) rules.push(SR_POLICY_RULES["sr-policy-no-tunnel"]);
  if (types.some((type) => type !== TunnelType.SrPolicy)) rules.push(SR_POLICY_RULES["sr-policy-other-tunnel"]);
  return rules;
}

function isNoAdvertise(buffer: Uint8Array, at: number): boolean {
  return u32At(buffer, at) === WellKnownCommunity.NoAdvertise;
}

function isIpv4RouteTarget(buffer: Uint8Array, at: number): boolean {
  return u16At(buffer, at) === IPV4_ROUTE_TARGET;
}

/** Type and sub-type (RFC 4360 section 4). */
const IPV4_ROUTE_TARGET = 0x0102;

/** The types of the tunnels in TUNNEL_ENCAPSULATION; none without it. */
function tunnelTypes(message: Offsets): number[] {
  const index = usable(message, AttributeCode.TunnelEncapsulation);
  const types: number[] = [];
  if (index < 0) return types;
  const { buffer } = message;
  const end = message.valueEnd(index);
  for (let at = message.valueStart(index); at + 4 <= end; at += 4 + u16At(buffer, at + 2))
    types.push(u16At(buffer, at));
  return types;
}

function srPolicyRow(afi: 1 | 2, bits: AddressBits): RowOfKind<"srPolicy"> {
  const length = 8 * FIXED_OCTETS + bits;
  return routeFamily({
    afi,
    safi: Safi.SrPolicy,
    kind: "srPolicy",
    nextHop: ANY_NEXT_HOP,
    extent: bitLength(MOST_BITS),
    malformed: SR_POLICY_RULES["sr-policy-nlri"],
    judgeMessage,
    read: (reader) => {
      if (reader.u8("NLRI Length") !== length) reader.fail();
      return {
        distinguisher: reader.u32("Distinguisher"),
        color: reader.u32("Color"),
        endpoint: readAddress(reader, "Endpoint", bits >> 3),
      };
    },
    write: (nlri, writer) => {
      writer.u8(length);
      writer.u32(nlri.distinguisher);
      writer.u32(nlri.color);
      const at = writer.length;
      writeAddress(nlri.endpoint, "endpoint", writer);
      if (writer.length - at !== bits >> 3) {
        const message = `"${nlri.endpoint}" is no IPv${bits === 32 ? 4 : 6} address`;
        throw new ConfigError("invalid-value", "endpoint", message);
      }
    },
  });
}

/** The family ipv4-sr-policy (RFC 9830 section 2.1): a row for registries and `nlriHandler`. */
export const IPV4_SR_POLICY: RowOfKind<"srPolicy"> = /* @__PURE__ */ srPolicyRow(Afi.IPv4, 32);
/** The family ipv6-sr-policy (RFC 9830 section 2.1): a row for registries and `nlriHandler`. */
export const IPV6_SR_POLICY: RowOfKind<"srPolicy"> = /* @__PURE__ */ srPolicyRow(Afi.IPv6, 128);
