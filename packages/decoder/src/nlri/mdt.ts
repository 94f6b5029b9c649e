// Multicast distribution trees as Cisco's routers have them (RFC 6037 section 4.4.1): AFI 1, SAFI 66.
import { Afi, Safi } from "@bgpwire/core";
import { writeIPv4 } from "../bytes/write.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { bitLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { IPV4_NEXT_HOP } from "./next-hop.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";

/** What can be wrong with a route. */
// prettier-ignore
export const MDT_RULES: RuleTable<"mdt-nlri-length"> = /* @__PURE__ */ ruleTable({
  "mdt-nlri-length": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** A provider edge that takes part in a multicast domain. */
export interface MdtNlri extends NlriHeader {
  /** Of the VRF, such as "65000:100". */
  readonly routeDistinguisher: string;
  /** IPv4 address of "the PE that originated this route". */
  readonly address: string;
  /** The group from which the tunnel is built, IPv4. */
  readonly groupAddress: string;
}

/** Route distinguisher, address and group. They stand behind a length, as all NLRI do (RFC 4760 section 5). */
const BITS = 128;

/** The family ipv4-mdt (RFC 6037 section 4.4.1): a row for registries and `nlriHandler`. */
export const IPV4_MDT: RowOfKind<"mdt"> = /* @__PURE__ */ routeFamily({
  afi: Afi.IPv4,
  safi: Safi.Mdt,
  kind: "mdt",
  nextHop: IPV4_NEXT_HOP,
  extent: bitLength(BITS),
  malformed: MDT_RULES["mdt-nlri-length"],
  read: (reader) => {
    if (reader.u8("Length") !== BITS) reader.fail();
    return {
      routeDistinguisher: readRouteDistinguisher(reader),
      address: reader.ipv4("IPv4-address"),
      groupAddress: reader.ipv4("Group Address"),
    };
  },
  write: (nlri, writer) => {
    writer.u8(BITS);
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writeIPv4(nlri.address, "address", writer);
    writeIPv4(nlri.groupAddress, "groupAddress", writer);
  },
});
