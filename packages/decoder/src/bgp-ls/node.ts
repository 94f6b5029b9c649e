// TLVs of nodes: RFC 9552 section 5.3.1, with the S-BFD discriminators of RFC 9247 and the depths of label stacks of RFC 8814.
import { fromHex, toHex, ConfigError } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import type { Tlv, TlvRow } from "../bytes/tlv.ts";
import { HEX, IPV4, IPV6, OCTET, SOME_U32, TEXT, U32, valueRow, type Form, type ValueTlv } from "./forms.ts";

/** Bits of `nodeFlagBits` (RFC 9552 section 5.3.1.1). */
export const NodeFlag = { Overload: 0x80, Attached: 0x40, External: 0x20, Abr: 0x10, Router: 0x08, V6: 0x04 } as const;

/** One topology of a Multi-Topology Identifier (RFC 9552 section 5.2.2.1). */
interface Topology {
  /** 0 to 4095. */
  readonly mtId: number;
  /** The four bits in front, which IS-IS has for nodes (RFC 5120 section 7.1); absent where they are zero. */
  readonly flags?: number;
}

/** The topologies of a node, or the one of a link or a prefix. */
export interface MultiTopologyTlv extends Tlv {
  readonly name: "multiTopologyIdentifier";
  readonly type: 263;
  readonly topologies: readonly Topology[];
}

/** A Maximum SID Depth: how many SIDs can be imposed, by the IGP MSD-Type that says of what kind. */
export interface MaximumSidDepth {
  readonly msdType: number;
  readonly msdValue: number;
}

export type NodeTlv =
  | MultiTopologyTlv
  /** These three of a PCE that speaks for the headend of a policy (RFC 9857 section 3.2). */
  | ValueTlv<"autonomousSystem", 512, number>
  | ValueTlv<"bgpRouterId", 516, string>
  | ValueTlv<"bgpConfederationMember", 517, number>
  /** Node MSD (RFC 8814 section 3). */
  | ValueTlv<"nodeMsd", 266, readonly MaximumSidDepth[]>
  /** Bits of `NodeFlag`. */
  | ValueTlv<"nodeFlagBits", 1024, number>
  /** TLVs of the IGP, as hexadecimal digits. */
  | ValueTlv<"opaqueNodeAttribute", 1025, string>
  | ValueTlv<"nodeName", 1026, string>
  /** An ISO area address such as "49.0001". */
  | ValueTlv<"isisAreaIdentifier", 1027, string>
  | ValueTlv<"ipv4RouterIdOfLocalNode", 1028, string>
  | ValueTlv<"ipv6RouterIdOfLocalNode", 1029, string>
  /** Also of links. */
  | ValueTlv<"ipv4RouterIdOfRemoteNode", 1030, string>
  | ValueTlv<"ipv6RouterIdOfRemoteNode", 1031, string>
  /** RFC 9247 section 3; one at least. */
  | ValueTlv<"sbfdDiscriminators", 1032, readonly number[]>;

export const MULTI_TOPOLOGY: TlvRow<MultiTopologyTlv> = {
  name: "multiTopologyIdentifier",
  type: 263,
  label: "Multi-Topology Identifier",
  read: (reader) => {
    const topologies: Topology[] = [];
    while (reader.remaining > 0) topologies.push(readTopology(reader));
    return { name: "multiTopologyIdentifier", type: 263, topologies };
  },
  write: (tlv, writer) => {
    for (const { mtId, flags = 0 } of tlv.topologies) {
      if (mtId > 0xfff || flags > 0xf) {
        throw new ConfigError(
          "invalid-value",
          "topologies",
          `MT-ID ${mtId} with flags ${flags} does not fit 12 and 4 bits`,
        );
      }
      writer.u16((flags << 12) | mtId);
    }
  },
};

function readTopology(reader: FieldReader): Topology {
  const value = reader.u16("Multi-Topology ID");
  const flags = value >> 12;
  return { mtId: value & 0xfff, ...(flags !== 0 && { flags }) };
}

/** Pairs of octets (RFC 8814 sections 3 and 4). */
export const MSD_LIST: Form<readonly MaximumSidDepth[]> = {
  read: (reader) => {
    const list: MaximumSidDepth[] = [];
    while (reader.remaining > 0) list.push({ msdType: reader.u8("MSD-Type"), msdValue: reader.u8("MSD-Value") });
    return list;
  },
  write: (list, writer) => {
    for (const { msdType, msdValue } of list) {
      writer.u8(msdType);
      writer.u8(msdValue);
    }
  },
};

/** An ISO area address: one octet, a dot, then two octets between dots. */
const AREA: Form<string> = {
  read: (reader) =>
    reader.text("IS-IS Area Identifier", reader.remaining, (buffer, at) => {
      const digits = toHex(buffer.subarray(at, reader.end));
      return [digits.slice(0, 2), ...(digits.slice(2).match(/.{1,4}/g) ?? [])].join(".");
    }),
  write: (area, writer, field) => {
    const octets = fromHex(area.replaceAll(".", ""));
    if (octets === null) throw new ConfigError("invalid-value", field, `"${area}" is no area address`);
    writer.bytes(octets);
  },
};

/** In the order of their types. */
export function nodeRows(): TlvRow<NodeTlv>[] {
  return [
    MULTI_TOPOLOGY,
    valueRow("nodeMsd", 266, "Node MSD", MSD_LIST),
    valueRow("autonomousSystem", 512, "Autonomous System", U32),
    valueRow("bgpRouterId", 516, "BGP Router-ID", IPV4),
    valueRow("bgpConfederationMember", 517, "BGP Confederation Member", U32),
    valueRow("nodeFlagBits", 1024, "Node Flag Bits", OCTET),
    valueRow("opaqueNodeAttribute", 1025, "Opaque Node Attribute", HEX),
    valueRow("nodeName", 1026, "Node Name", TEXT),
    valueRow("isisAreaIdentifier", 1027, "IS-IS Area Identifier", AREA),
    valueRow("ipv4RouterIdOfLocalNode", 1028, "IPv4 Router-ID of Local Node", IPV4),
    valueRow("ipv6RouterIdOfLocalNode", 1029, "IPv6 Router-ID of Local Node", IPV6),
    valueRow("ipv4RouterIdOfRemoteNode", 1030, "IPv4 Router-ID of Remote Node", IPV4),
    valueRow("ipv6RouterIdOfRemoteNode", 1031, "IPv6 Router-ID of Remote Node", IPV6),
    valueRow("sbfdDiscriminators", 1032, "S-BFD Discriminators", SOME_U32),
  ];
}
