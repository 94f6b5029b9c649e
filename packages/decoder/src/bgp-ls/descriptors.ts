// Descriptors: the TLVs that Link-State NLRI consist of (RFC 9552 section 5.2), with those of RFC 9086, RFC 9514, RFC 9815, RFC
// 9857 and the drafts on inter-AS links and on MPLS-TE paths.
import { ConfigError, formatPrefix, parsePrefix } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import {
  ADDRESS,
  IGP_ROUTER_ID,
  IPV4,
  IPV6,
  OCTET,
  reserved,
  U16,
  U32,
  valueRow,
  writeAddress,
  type Reserved,
  type ValueTlv,
} from "./forms.ts";
import { LINK_IDENTIFIERS, type LinkIdentifiersTlv } from "./link.ts";
import { MULTI_TOPOLOGY, type MultiTopologyTlv } from "./node.ts";
import { LINK_STATE_NLRI_RULES } from "./rules.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

/** Sub-TLVs of a Node Descriptor (RFC 9552 section 5.2.1.4, RFC 9086 section 4.1). */
export type NodeDescriptor =
  | ValueTlv<"autonomousSystem", 512, number>
  /** Deprecated by RFC 9552. */
  | ValueTlv<"bgpLsIdentifier", 513, number>
  /** A dotted number. */
  | ValueTlv<"ospfAreaId", 514, string>
  /**
   * By its length "192.0.2.1" (OSPF), "192.0.2.1:198.51.100.1" (a pseudonode of OSPF), "1920.0000.2001" (IS-IS),
   * "1920.0000.2001.02" (a pseudonode of IS-IS), or an IPv6 address.
   */
  | ValueTlv<"igpRouterId", 515, string>
  | ValueTlv<"bgpRouterId", 516, string>
  /** The member AS of a confederation. */
  | ValueTlv<"bgpConfederationMember", 517, number>
  /** In the node descriptors of inter-AS links and SR policies (RFC 9857 section 4). */
  | ValueTlv<"ipv4RouterIdOfLocalNode", 1028, string>
  | ValueTlv<"ipv6RouterIdOfLocalNode", 1029, string>;

/** The descriptors of a node, of which each type is there once at most. */
interface NodeDescriptorsTlv<N extends string, T extends number> extends Tlv {
  readonly name: N;
  readonly type: T;
  readonly descriptors: readonly (NodeDescriptor | RawTlv)[];
}

/** Who an SR Policy comes from, and which of its candidate paths this is (RFC 9857 section 4). */
export interface SrPolicyDescriptorTlv extends Tlv, Reserved {
  readonly name: "srPolicyCandidatePathDescriptor";
  readonly type: 554;
  /** A value of the registry "SR Policy Protocol-Origin" of IANA: 1 PCEP, 2 BGP, 3 configuration. */
  readonly protocolOrigin: number;
  /** The flags without those that tell the versions of the addresses; absent where they are zero. */
  readonly flags?: number;
  /** An address of either version. */
  readonly endpoint: string;
  readonly color: number;
  readonly originatorAsn: number;
  /** An address of either version. */
  readonly originatorAddress: string;
  readonly discriminator: number;
}

/** draft-ietf-idr-bgp-ls-te-path section 4.5. */
interface MplsCrossConnectTlv extends Tlv {
  readonly name: "localMplsCrossConnect";
  readonly type: 555;
  readonly incomingLabel: number;
  readonly outgoingLabel: number;
  readonly subTlvs: readonly (CrossConnectTlv | RawTlv)[];
}

/** Sub-TLVs of a cross-connect. */
export type CrossConnectTlv = CrossConnectInterfaceTlv | CrossConnectFecTlv;

/** draft-ietf-idr-bgp-ls-te-path section 4.5.1. */
interface CrossConnectInterfaceTlv extends Tlv {
  readonly name: "mplsCrossConnectInterface";
  readonly type: 556;
  /** 0x80: the incoming interface. */
  readonly flags: number;
  readonly localInterfaceIdentifier: number;
  /** An address of either version. */
  readonly interfaceAddress: string;
}

/** draft-ietf-idr-bgp-ls-te-path section 4.5.2. */
interface CrossConnectFecTlv extends Tlv {
  readonly name: "mplsCrossConnectFec";
  readonly type: 557;
  /** The flags without the one for IPv4; absent where they are zero. */
  readonly flags?: number;
  /** With the bits behind its length that were on the wire. */
  readonly prefix: string;
}

/** What a Link-State NLRI is made of. */
export type LinkStateDescriptor =
  | NodeDescriptorsTlv<"localNodeDescriptors", 256>
  | NodeDescriptorsTlv<"remoteNodeDescriptors", 257>
  | LinkIdentifiersTlv
  | ValueTlv<"ipv4InterfaceAddress", 259, string>
  | ValueTlv<"ipv4NeighborAddress", 260, string>
  | ValueTlv<"ipv6InterfaceAddress", 261, string>
  | ValueTlv<"ipv6NeighborAddress", 262, string>
  | MultiTopologyTlv
  /** 1 intra-area, 2 inter-area, 3 external 1, 4 external 2, 5 NSSA 1, 6 NSSA 2. */
  | ValueTlv<"ospfRouteType", 264, number>
  /** A prefix of the version that the type of the NLRI says; bits behind its length are kept. */
  | ValueTlv<"ipReachabilityInformation", 265, string>
  /** draft-ietf-idr-bgpls-inter-as-topology-ext. */
  | ValueTlv<"remoteAsNumber", 270, number>
  | ValueTlv<"ipv4RemoteAsbrId", 271, string>
  | ValueTlv<"ipv6RemoteAsbrId", 272, string>
  /** An SRv6 SID (RFC 9514 section 6.1). */
  | ValueTlv<"srv6SidInformation", 518, string>
  /** draft-ietf-idr-bgp-ls-te-path sections 4.1 to 4.4. */
  | ValueTlv<"tunnelId", 550, number>
  | ValueTlv<"lspId", 551, number>
  | ValueTlv<"tunnelHeadEndAddress", 552, string>
  | ValueTlv<"tunnelTailEndAddress", 553, string>
  | SrPolicyDescriptorTlv
  | MplsCrossConnectTlv
  /** Of an unnumbered link: 1 IPv4, 2 IPv6 (RFC 9815 section 5.2.2.1). */
  | ValueTlv<"addressFamilyLinkDescriptor", 1185, number>;

/** By type. */
export const NODE_DESCRIPTORS: TlvTable<NodeDescriptor> = /* @__PURE__ */ nodeDescriptors();

function nodeDescriptors(): TlvTable<NodeDescriptor> {
  return tlvTable<NodeDescriptor>([
    valueRow("autonomousSystem", 512, "Autonomous System", U32),
    valueRow("bgpLsIdentifier", 513, "BGP-LS Identifier", U32),
    valueRow("ospfAreaId", 514, "OSPF Area-ID", IPV4),
    valueRow("igpRouterId", 515, "IGP Router-ID", IGP_ROUTER_ID),
    valueRow("bgpRouterId", 516, "BGP Router-ID", IPV4),
    valueRow("bgpConfederationMember", 517, "BGP Confederation Member", U32),
    valueRow("ipv4RouterIdOfLocalNode", 1028, "IPv4 Router-ID of Local Node", IPV4),
    valueRow("ipv6RouterIdOfLocalNode", 1029, "IPv6 Router-ID of Local Node", IPV6),
  ]);
}

function nodeDescriptorsRow<N extends string, T extends number>(
  name: N,
  type: T,
  label: string,
): TlvRow<NodeDescriptorsTlv<N, T>> {
  return {
    name,
    type,
    label,
    read: (reader) => {
      const descriptors = readBgpLsTlvs(reader, NODE_DESCRIPTORS, LINK_STATE_NLRI_RULES["link-state-tlv"]);
      return { name, type, descriptors };
    },
    write: (tlv, writer) => writeBgpLsTlvs(tlv.descriptors, NODE_DESCRIPTORS, writer),
  };
}

/** IP Reachability Information (RFC 9552 section 5.2.3.2). */
function reachabilityRow(version: 4 | 6): TlvRow<ValueTlv<"ipReachabilityInformation", 265, string>> {
  return {
    name: "ipReachabilityInformation",
    type: 265,
    label: "IP Reachability Information",
    read: (reader) => {
      const value = readPrefix(reader, version, reader.u8("Prefix Length"));
      return value === null ? null : { name: "ipReachabilityInformation", type: 265, value };
    },
    write: (tlv, writer) => {
      const prefix = parsePrefix(tlv.value);
      if (prefix === null || prefix.version !== version) {
        throw new ConfigError(
          "invalid-value",
          "ipReachabilityInformation",
          `"${tlv.value}" is no IPv${version} prefix`,
        );
      }
      writer.u8(prefix.length);
      writer.bytes(prefix.bytes.subarray(0, (prefix.length + 7) >> 3));
    },
  };
}

function readPrefix(reader: FieldReader, version: 4 | 6, bits: number): string | null {
  if (bits > (version === 4 ? 32 : 128)) return null;
  return reader.text("IP Prefix", (bits + 7) >> 3, (buffer, at) => formatPrefix(version, buffer, bits, at));
}

/** The flags of RFC 9857 section 4 that say that an address is one of IPv6: of the endpoint, and of the originator. */
const ENDPOINT_IPV6 = 0x80;
const ORIGINATOR_IPV6 = 0x40;
const VERSIONS = ENDPOINT_IPV6 | ORIGINATOR_IPV6;

const SR_POLICY_DESCRIPTOR: TlvRow<SrPolicyDescriptorTlv> = {
  name: "srPolicyCandidatePathDescriptor",
  type: 554,
  label: "SR Policy Candidate Path Descriptor",
  read: (reader) => {
    const protocolOrigin = reader.u8("Protocol-Origin");
    const octet = reader.u8("Flags");
    const flags = octet & ~VERSIONS;
    const extra = reserved(reader.u16("Reserved"));
    return {
      name: "srPolicyCandidatePathDescriptor",
      type: 554,
      protocolOrigin,
      ...(flags !== 0 && { flags }),
      ...extra,
      endpoint: (octet & ENDPOINT_IPV6) === 0 ? reader.ipv4("Endpoint") : reader.ipv6("Endpoint"),
      color: reader.u32("Color"),
      originatorAsn: reader.u32("Originator ASN"),
      originatorAddress:
        (octet & ORIGINATOR_IPV6) === 0 ? reader.ipv4("Originator Address") : reader.ipv6("Originator Address"),
      discriminator: reader.u32("Discriminator"),
    };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.protocolOrigin);
    const versions = (isIPv6(tlv.endpoint) ? ENDPOINT_IPV6 : 0) | (isIPv6(tlv.originatorAddress) ? ORIGINATOR_IPV6 : 0);
    writer.u8((tlv.flags ?? 0) | versions);
    writer.u16(tlv.reserved ?? 0);
    writeAddress(tlv.endpoint, writer, "endpoint");
    writer.u32(tlv.color);
    writer.u32(tlv.originatorAsn);
    writeAddress(tlv.originatorAddress, writer, "originatorAddress");
    writer.u32(tlv.discriminator);
  },
};

function isIPv6(address: string): boolean {
  return address.includes(":");
}

const CROSS_CONNECT_INTERFACE: TlvRow<CrossConnectInterfaceTlv> = {
  name: "mplsCrossConnectInterface",
  type: 556,
  label: "MPLS Cross Connect Interface",
  read: (reader) => {
    const flags = reader.u8("Flags");
    const localInterfaceIdentifier = reader.u32("Local Interface Identifier");
    const interfaceAddress = ADDRESS.read(reader)!;
    return { name: "mplsCrossConnectInterface", type: 556, flags, localInterfaceIdentifier, interfaceAddress };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.flags);
    writer.u32(tlv.localInterfaceIdentifier);
    writeAddress(tlv.interfaceAddress, writer, "interfaceAddress");
  },
};

/** The flag that says that a FEC is a prefix of IPv4. */
const FEC_IPV4 = 0x80;

const CROSS_CONNECT_FEC: TlvRow<CrossConnectFecTlv> = {
  name: "mplsCrossConnectFec",
  type: 557,
  label: "MPLS Cross Connect FEC",
  read: (reader) => {
    const octet = reader.u8("Flags");
    const flags = octet & ~FEC_IPV4;
    const prefix = readPrefix(reader, (octet & FEC_IPV4) === 0 ? 6 : 4, reader.u8("Mask Length"));
    return prefix === null ? null : { name: "mplsCrossConnectFec", type: 557, ...(flags !== 0 && { flags }), prefix };
  },
  write: (tlv, writer) => {
    const prefix = parsePrefix(tlv.prefix);
    if (prefix === null) throw new ConfigError("invalid-value", "mplsCrossConnectFec", `"${tlv.prefix}" is no prefix`);
    writer.u8((tlv.flags ?? 0) | (prefix.version === 4 ? FEC_IPV4 : 0));
    writer.u8(prefix.length);
    writer.bytes(prefix.bytes.subarray(0, (prefix.length + 7) >> 3));
  },
};

/** By type. */
export const CROSS_CONNECT_TLVS: TlvTable<CrossConnectTlv> = /* @__PURE__ */ tlvTable<CrossConnectTlv>([
  CROSS_CONNECT_INTERFACE,
  CROSS_CONNECT_FEC,
]);

const MPLS_CROSS_CONNECT: TlvRow<MplsCrossConnectTlv> = {
  name: "localMplsCrossConnect",
  type: 555,
  label: "MPLS Local Cross Connect",
  read: (reader) => ({
    name: "localMplsCrossConnect",
    type: 555,
    incomingLabel: reader.u32("Incoming Label"),
    outgoingLabel: reader.u32("Outgoing Label"),
    subTlvs: readBgpLsTlvs(reader, CROSS_CONNECT_TLVS, LINK_STATE_NLRI_RULES["link-state-tlv"]),
  }),
  write: (tlv, writer) => {
    writer.u32(tlv.incomingLabel);
    writer.u32(tlv.outgoingLabel);
    writeBgpLsTlvs(tlv.subTlvs, CROSS_CONNECT_TLVS, writer);
  },
};

/** By type, for NLRI of which the prefix is of this version; where there is none, it stays raw. */
export function descriptorTable(version: 4 | 6 | null): TlvTable<LinkStateDescriptor> {
  return tlvTable<LinkStateDescriptor>([
    nodeDescriptorsRow("localNodeDescriptors", 256, "Local Node Descriptors"),
    nodeDescriptorsRow("remoteNodeDescriptors", 257, "Remote Node Descriptors"),
    LINK_IDENTIFIERS,
    valueRow("ipv4InterfaceAddress", 259, "IPv4 interface address", IPV4),
    valueRow("ipv4NeighborAddress", 260, "IPv4 neighbor address", IPV4),
    valueRow("ipv6InterfaceAddress", 261, "IPv6 interface address", IPV6),
    valueRow("ipv6NeighborAddress", 262, "IPv6 neighbor address", IPV6),
    MULTI_TOPOLOGY,
    valueRow("ospfRouteType", 264, "OSPF Route Type", OCTET),
    ...(version === null ? [] : [reachabilityRow(version)]),
    valueRow("remoteAsNumber", 270, "Remote AS Number", U32),
    valueRow("ipv4RemoteAsbrId", 271, "IPv4 Remote ASBR ID", IPV4),
    valueRow("ipv6RemoteAsbrId", 272, "IPv6 Remote ASBR ID", IPV6),
    valueRow("srv6SidInformation", 518, "SRv6 SID Information", IPV6),
    valueRow("tunnelId", 550, "Tunnel ID", U16),
    valueRow("lspId", 551, "LSP ID", U16),
    valueRow("tunnelHeadEndAddress", 552, "IPv4/6 Tunnel Head-end address", ADDRESS),
    valueRow("tunnelTailEndAddress", 553, "IPv4/6 Tunnel Tail-end address", ADDRESS),
    SR_POLICY_DESCRIPTOR,
    MPLS_CROSS_CONNECT,
    valueRow("addressFamilyLinkDescriptor", 1185, "Address Family Link Descriptor", OCTET),
  ]);
}
