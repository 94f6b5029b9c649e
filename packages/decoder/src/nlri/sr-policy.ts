// SR Policy (RFC 9830 section 2.1): SAFI 73 of IPv4 and IPv6. A route is the name of a candidate path; what the path is like stands
// in TUNNEL_ENCAPSULATION.
import { Afi, ConfigError, Safi } from "@bgpwire/core";
import { readAddress, writeAddress } from "../bytes/address.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { bitLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import type { AddressBits } from "./prefix-field.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";

/**
 * What can be wrong with its routes: "length-related encoding errors", for which "AFI/SAFI disable" is asked for, or a session
 * reset where the session has no other family.
 */
// prettier-ignore
export const SR_POLICY_RULES: RuleTable<"sr-policy-nlri"> = /* @__PURE__ */ ruleTable({
  "sr-policy-nlri": ["RFC 9830 section 5", "afi-safi-disable", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
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

function srPolicyRow(afi: 1 | 2, bits: AddressBits): RowOfKind<"srPolicy"> {
  const length = 8 * FIXED_OCTETS + bits;
  return routeFamily({
    afi,
    safi: Safi.SrPolicy,
    kind: "srPolicy",
    nextHop: ANY_NEXT_HOP,
    extent: bitLength(MOST_BITS),
    malformed: SR_POLICY_RULES["sr-policy-nlri"],
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

export const IPV4_SR_POLICY: RowOfKind<"srPolicy"> = /* @__PURE__ */ srPolicyRow(Afi.IPv4, 32);
export const IPV6_SR_POLICY: RowOfKind<"srPolicy"> = /* @__PURE__ */ srPolicyRow(Afi.IPv6, 128);
