// TLVs of segment routing over IPv6: RFC 9514.
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { writeIPv4, writeIPv6 } from "../bytes/write.ts";
import { readIgpRouterId, reserved, writeIgpRouterId, type Reserved } from "./forms.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

export interface Srv6CapabilitiesTlv extends Tlv, Reserved {
  readonly name: "srv6Capabilities";
  readonly type: 1038;
  /** Those of the IGP. */
  readonly flags: number;
}

interface Srv6EndXSidTlv extends Tlv, Reserved {
  readonly name: "srv6EndXSid";
  readonly type: 1106;
  /** A value of the registry "SRv6 Endpoint Behaviors" of IANA (RFC 8986 section 10.2). */
  readonly endpointBehavior: number;
  /** Those of the IGP, or of `Srv6PeerSidFlag`. */
  readonly flags: number;
  readonly algorithm: number;
  readonly weight: number;
  readonly sid: string;
  readonly subTlvs: readonly (Srv6SidTlv | RawTlv)[];
}

/** 1107 for IS-IS, 1108 for OSPFv3. */
interface Srv6LanEndXSidTlv<N extends string, T extends number> extends Tlv, Reserved {
  readonly name: N;
  readonly type: T;
  readonly endpointBehavior: number;
  /** Those of the IGP. */
  readonly flags: number;
  readonly algorithm: number;
  readonly weight: number;
  /** The system identifier of IS-IS, "1920.0000.2001", or the router identifier of OSPFv3, "192.0.2.1". */
  readonly neighborId: string;
  readonly sid: string;
  readonly subTlvs: readonly (Srv6SidTlv | RawTlv)[];
}

export interface Srv6LocatorTlv extends Tlv, Reserved {
  readonly name: "srv6Locator";
  readonly type: 1162;
  /** Those of the IGP. */
  readonly flags: number;
  readonly algorithm: number;
  readonly metric: number;
  readonly subTlvs: readonly (Srv6SidTlv | RawTlv)[];
}

interface Srv6EndpointBehaviorTlv extends Tlv {
  readonly name: "srv6EndpointBehavior";
  readonly type: 1250;
  readonly endpointBehavior: number;
  readonly flags: number;
  readonly algorithm: number;
}

/** Bits of the flags of `srv6BgpPeerNodeSid` (RFC 9514 section 7.2). */
export const Srv6PeerSidFlag = { Backup: 0x80, Set: 0x40, Persistent: 0x20 } as const;

interface Srv6BgpPeerNodeSidTlv extends Tlv, Reserved {
  readonly name: "srv6BgpPeerNodeSid";
  readonly type: 1251;
  /** Bits of `Srv6PeerSidFlag`. */
  readonly flags: number;
  readonly weight: number;
  readonly peerAsNumber: number;
  readonly peerBgpIdentifier: string;
}

/** Lengths in bits of the parts of a SID. */
interface Srv6SidStructureTlv extends Tlv {
  readonly name: "srv6SidStructure";
  readonly type: 1252;
  readonly locatorBlockLength: number;
  readonly locatorNodeLength: number;
  readonly functionLength: number;
  readonly argumentLength: number;
}

/** What is said of one SID: in the attribute of its NLRI, or within the TLV that has it. */
export type Srv6SidTlv = Srv6EndpointBehaviorTlv | Srv6BgpPeerNodeSidTlv | Srv6SidStructureTlv;

export type Srv6LinkTlv =
  | Srv6EndXSidTlv
  | Srv6LanEndXSidTlv<"isisSrv6LanEndXSid", 1107>
  | Srv6LanEndXSidTlv<"ospfv3Srv6LanEndXSid", 1108>;

export const SRV6_CAPABILITIES: TlvRow<Srv6CapabilitiesTlv> = {
  name: "srv6Capabilities",
  type: 1038,
  label: "SRv6 Capabilities",
  read: (reader) => {
    const flags = reader.u16("Flags");
    return { name: "srv6Capabilities", type: 1038, flags, ...reserved(reader.u16("Reserved")) };
  },
  write: (tlv, writer) => {
    writer.u16(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
  },
};

const END_X_SID: TlvRow<Srv6EndXSidTlv> = {
  name: "srv6EndXSid",
  type: 1106,
  label: "SRv6 End.X SID",
  read: (reader) => {
    const endpointBehavior = reader.u16("Endpoint Behavior");
    const flags = reader.u8("Flags");
    const algorithm = reader.u8("Algorithm");
    const weight = reader.u8("Weight");
    const extra = reserved(reader.u8("Reserved"));
    const sid = reader.ipv6("SID");
    const subTlvs = readBgpLsTlvs(reader, SRV6_SID_TLVS);
    return { name: "srv6EndXSid", type: 1106, endpointBehavior, flags, algorithm, weight, ...extra, sid, subTlvs };
  },
  write: (tlv, writer) => {
    writer.u16(tlv.endpointBehavior);
    writer.u8(tlv.flags);
    writer.u8(tlv.algorithm);
    writer.u8(tlv.weight);
    writer.u8(tlv.reserved ?? 0);
    writeIPv6(tlv.sid, "sid", writer);
    writeBgpLsTlvs(tlv.subTlvs, SRV6_SID_TLVS, writer);
  },
};

function lanEndXSidRow<N extends string, T extends number>(
  name: N,
  type: T,
  label: string,
  neighborOctets: 4 | 6,
): TlvRow<Srv6LanEndXSidTlv<N, T>> {
  return {
    name,
    type,
    label,
    read: (reader) => {
      const endpointBehavior = reader.u16("Endpoint Behavior");
      const flags = reader.u8("Flags");
      const algorithm = reader.u8("Algorithm");
      const weight = reader.u8("Weight");
      const extra = reserved(reader.u8("Reserved"));
      const neighborId = readIgpRouterId(reader, "Neighbor ID", neighborOctets)!;
      const sid = reader.ipv6("SID");
      const subTlvs = readBgpLsTlvs(reader, SRV6_SID_TLVS);
      return { name, type, endpointBehavior, flags, algorithm, weight, ...extra, neighborId, sid, subTlvs };
    },
    write: (tlv, writer) => {
      writer.u16(tlv.endpointBehavior);
      writer.u8(tlv.flags);
      writer.u8(tlv.algorithm);
      writer.u8(tlv.weight);
      writer.u8(tlv.reserved ?? 0);
      writeIgpRouterId(tlv.neighborId, writer, "neighborId");
      writeIPv6(tlv.sid, "sid", writer);
      writeBgpLsTlvs(tlv.subTlvs, SRV6_SID_TLVS, writer);
    },
  };
}

export const SRV6_LOCATOR: TlvRow<Srv6LocatorTlv> = {
  name: "srv6Locator",
  type: 1162,
  label: "SRv6 Locator",
  read: (reader) => {
    const flags = reader.u8("Flags");
    const algorithm = reader.u8("Algorithm");
    const extra = reserved(reader.u16("Reserved"));
    const metric = reader.u32("Metric");
    const subTlvs = readBgpLsTlvs(reader, SRV6_SID_TLVS);
    return { name: "srv6Locator", type: 1162, flags, algorithm, ...extra, metric, subTlvs };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.flags);
    writer.u8(tlv.algorithm);
    writer.u16(tlv.reserved ?? 0);
    writer.u32(tlv.metric);
    writeBgpLsTlvs(tlv.subTlvs, SRV6_SID_TLVS, writer);
  },
};

const ENDPOINT_BEHAVIOR: TlvRow<Srv6EndpointBehaviorTlv> = {
  name: "srv6EndpointBehavior",
  type: 1250,
  label: "SRv6 Endpoint Behavior",
  read: (reader) => ({
    name: "srv6EndpointBehavior",
    type: 1250,
    endpointBehavior: reader.u16("Endpoint Behavior"),
    flags: reader.u8("Flags"),
    algorithm: reader.u8("Algorithm"),
  }),
  write: (tlv, writer) => {
    writer.u16(tlv.endpointBehavior);
    writer.u8(tlv.flags);
    writer.u8(tlv.algorithm);
  },
};

const BGP_PEER_NODE_SID: TlvRow<Srv6BgpPeerNodeSidTlv> = {
  name: "srv6BgpPeerNodeSid",
  type: 1251,
  label: "SRv6 BGP PeerNode SID",
  read: (reader) => {
    const flags = reader.u8("Flags");
    const weight = reader.u8("Weight");
    const extra = reserved(reader.u16("Reserved"));
    const peerAsNumber = reader.u32("Peer AS Number");
    const peerBgpIdentifier = reader.ipv4("Peer BGP Identifier");
    return { name: "srv6BgpPeerNodeSid", type: 1251, flags, weight, ...extra, peerAsNumber, peerBgpIdentifier };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.flags);
    writer.u8(tlv.weight);
    writer.u16(tlv.reserved ?? 0);
    writer.u32(tlv.peerAsNumber);
    writeIPv4(tlv.peerBgpIdentifier, "peerBgpIdentifier", writer);
  },
};

const SID_STRUCTURE: TlvRow<Srv6SidStructureTlv> = {
  name: "srv6SidStructure",
  type: 1252,
  label: "SRv6 SID Structure",
  read: (reader) => ({
    name: "srv6SidStructure",
    type: 1252,
    locatorBlockLength: reader.u8("LB Length"),
    locatorNodeLength: reader.u8("LN Length"),
    functionLength: reader.u8("Fun. Length"),
    argumentLength: reader.u8("Arg. Length"),
  }),
  write: (tlv, writer) => {
    writer.u8(tlv.locatorBlockLength);
    writer.u8(tlv.locatorNodeLength);
    writer.u8(tlv.functionLength);
    writer.u8(tlv.argumentLength);
  },
};

/** In the order of their types. */
export const SRV6_SID_ROWS: readonly TlvRow<Srv6SidTlv>[] = [ENDPOINT_BEHAVIOR, BGP_PEER_NODE_SID, SID_STRUCTURE];

/** What a TLV that has a SID says of it. */
export const SRV6_SID_TLVS: TlvTable<Srv6SidTlv> = /* @__PURE__ */ tlvTable(SRV6_SID_ROWS);

/** In the order of their types. */
export function srv6LinkRows(): TlvRow<Srv6LinkTlv>[] {
  return [
    END_X_SID,
    lanEndXSidRow("isisSrv6LanEndXSid", 1107, "IS-IS SRv6 LAN End.X SID", 6),
    lanEndXSidRow("ospfv3Srv6LanEndXSid", 1108, "OSPFv3 SRv6 LAN End.X SID", 4),
  ];
}
