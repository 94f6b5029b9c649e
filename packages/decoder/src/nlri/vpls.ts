// VPLS and other Layer 2 VPNs: AFI 25, SAFI 65. Two kinds of routes that "the NLRI length must be used as a demultiplexer" for
// (RFC 6074 section 7): blocks of labels, of 17 octets (RFC 4761 section 3.2.2) and what RFC 6624 section 3 lets follow them, and
// members of 12 octets (RFC 6074 section 3.2.2.1).
import { Afi, Safi } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { writeIPv4 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { twoOctetLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { BOTTOM_OF_STACK, writeLabel } from "./label-stack.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";
import { readVplsTlvs, writeVplsTlvs, type VplsTlv } from "./vpls-tlv.ts";

/** What can be wrong with a route. */
// prettier-ignore
export const VPLS_RULES: RuleTable<"vpls-nlri-length"> = /* @__PURE__ */ ruleTable({
  "vpls-nlri-length": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/**
 * A block of labels with which the virtual edges of others reach this one: label `labelBase + n` is for `veBlockOffset + n`. In RFC
 * 6624 they are customer edges, with a CE ID and a label-block offset.
 */
export interface VplsLabelBlock extends NlriHeader {
  readonly name: "labelBlock";
  /** Such as "65000:100". */
  readonly routeDistinguisher: string;
  /** 0 to 65535. */
  readonly veId: number;
  /** 0 to 65535. */
  readonly veBlockOffset: number;
  /** 0 to 65535. */
  readonly veBlockSize: number;
  /** The first label, 0 to 1048575. */
  readonly labelBase: number;
  /** The four bits behind the label, of which no document speaks; absent where they are 1, bottom of stack, as routers have it. */
  readonly labelBits?: number;
  /** Absent where there are none, as in VPLS. */
  readonly tlvs?: readonly VplsTlv[];
}

/** A member of a VPLS whose pseudowires are not set up by BGP. */
export interface VplsAutoDiscovery extends NlriHeader {
  readonly name: "autoDiscovery";
  /** Such as "65000:100". */
  readonly routeDistinguisher: string;
  /** IPv4. */
  readonly peAddress: string;
}

/** A route of VPLS; `name` tells the arms apart. */
export type VplsNlri = VplsLabelBlock | VplsAutoDiscovery;

const AUTO_DISCOVERY_OCTETS = 12;

function read(reader: FieldReader): VplsNlri | null {
  const length = reader.u16("Length");
  if (length === AUTO_DISCOVERY_OCTETS) {
    const routeDistinguisher = readRouteDistinguisher(reader);
    return { name: "autoDiscovery", routeDistinguisher, peAddress: reader.ipv4("PE_addr") };
  }
  const routeDistinguisher = readRouteDistinguisher(reader);
  const veId = reader.u16("VE ID");
  const veBlockOffset = reader.u16("VE Block Offset");
  const veBlockSize = reader.u16("VE Block Size");
  const base = reader.u24("Label Base");
  const bits = base & 0xf;
  const tlvs = readVplsTlvs(reader);
  if (tlvs === null) {
    // Nobody says what is wrong with it: "implementations of BGP-AD must ignore NLRI that are greater than 12 bytes".
    reader.rest("Value");
    return null;
  }
  return {
    name: "labelBlock",
    routeDistinguisher,
    veId,
    veBlockOffset,
    veBlockSize,
    labelBase: base >> 4,
    ...(bits !== BOTTOM_OF_STACK && { labelBits: bits }),
    ...(tlvs.length > 0 && { tlvs }),
  };
}

function write(nlri: VplsNlri, writer: OctetWriter): void {
  const length = writer.reserve(2);
  writeRouteDistinguisher(nlri.routeDistinguisher, writer);
  if (nlri.name === "autoDiscovery") {
    writeIPv4(nlri.peAddress, "peAddress", writer);
  } else {
    writer.u16(nlri.veId);
    writer.u16(nlri.veBlockOffset);
    writer.u16(nlri.veBlockSize);
    writeLabel(nlri.labelBase, nlri.labelBits ?? BOTTOM_OF_STACK, "labelBase", writer);
    writeVplsTlvs(nlri.tlvs ?? [], writer);
  }
  writer.setU16(length, writer.length - length - 2);
}

/** The family l2vpn-vpls (RFC 6074 section 7): a row for registries and `nlriHandler`. */
export const VPLS: RowOfKind<"vpls"> = /* @__PURE__ */ routeFamily({
  afi: Afi.L2VPN,
  safi: Safi.Vpls,
  kind: "vpls",
  nextHop: ANY_NEXT_HOP,
  extent: twoOctetLength(0),
  malformed: VPLS_RULES["vpls-nlri-length"],
  read,
  write,
});
