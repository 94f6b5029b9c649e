// Encapsulation (RFC 5512 section 3): AFI 1 and 2, SAFI 7. The end of a tunnel, whose kind is in the Tunnel Encapsulation
// attribute. RFC 9012 section 1.4 has deprecated it; it is still on the wire.
import { Afi, Safi } from "@bgpwire/core";
import { writeIPv4, writeIPv6 } from "../bytes/write.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { bitLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { IPV4_NEXT_HOP, IPV6_NEXT_HOP } from "./next-hop.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";

/** What can be wrong with a route. */
// prettier-ignore
export const ENCAPSULATION_RULES: RuleTable<"encapsulation-nlri-length"> = /* @__PURE__ */ ruleTable({
  "encapsulation-nlri-length": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** The end of a tunnel. */
export interface EncapsulationNlri extends NlriHeader {
  /** An address of the "BGP speaker originating the update", of the version that the family has. */
  readonly endpointAddress: string;
}

function encapsulationRow(afi: 1 | 2): RowOfKind<"encapsulation"> {
  const bits = afi === Afi.IPv4 ? 32 : 128;
  return routeFamily({
    afi,
    safi: Safi.Encapsulation,
    kind: "encapsulation",
    nextHop: afi === Afi.IPv4 ? IPV4_NEXT_HOP : IPV6_NEXT_HOP,
    extent: bitLength(bits),
    malformed: ENCAPSULATION_RULES["encapsulation-nlri-length"],
    read: (reader) => {
      if (reader.u8("Length") !== bits) reader.fail();
      return { endpointAddress: bits === 32 ? reader.ipv4("Endpoint Address") : reader.ipv6("Endpoint Address") };
    },
    write: (nlri, writer) => {
      writer.u8(bits);
      if (bits === 32) writeIPv4(nlri.endpointAddress, "endpointAddress", writer);
      else writeIPv6(nlri.endpointAddress, "endpointAddress", writer);
    },
  });
}

/** The family ipv4-encapsulation (RFC 5512 section 3): a row for registries and `nlriHandler`. */
export const IPV4_ENCAPSULATION: RowOfKind<"encapsulation"> = /* @__PURE__ */ encapsulationRow(Afi.IPv4);
/** The family ipv6-encapsulation (RFC 5512 section 3): a row for registries and `nlriHandler`. */
export const IPV6_ENCAPSULATION: RowOfKind<"encapsulation"> = /* @__PURE__ */ encapsulationRow(Afi.IPv6);
