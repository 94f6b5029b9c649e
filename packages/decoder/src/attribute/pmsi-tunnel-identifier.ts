// Tunnel types of PMSI_TUNNEL and their Tunnel Identifiers: RFC 6514 section 5, and what has been registered since (RFC 7385).
import { readAddress, writeAddress } from "../bytes/address.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { writeHex } from "../bytes/write.ts";

/** 0: no tunnel, as where nothing but explicit tracking is asked for. */
interface NoTunnelInformation extends Tlv {
  readonly name: "noTunnelInformation";
}

/** 1: the SESSION object of RFC 4875 section 19.1. */
interface RsvpTeP2mpLsp extends Tlv {
  readonly name: "rsvpTeP2mpLsp";
  /** IPv4 or IPv6 address. */
  readonly extendedTunnelId: string;
  readonly reserved?: number;
  /** 0 to 65535. */
  readonly tunnelId: number;
  /** 0 to 4294967295. */
  readonly p2mpId: number;
}

/** 2 and 7: an FEC element of multipoint LDP (RFC 6388 sections 2.2 and 3.2). */
interface MldpLsp extends Tlv {
  readonly name: "mldpP2mpLsp" | "mldpMp2mpLsp";
  /** Type of the FEC element: 6 P2MP, 7 MP2MP-up, 8 MP2MP-down. */
  readonly fecType: number;
  /** IPv4 or IPv6 address. */
  readonly rootNodeAddress: string;
  /** Hexadecimal digits. */
  readonly opaqueValue: string;
}

/** 3, 4 and 5: a multicast tree of PIM. In a PIM-SSM tree the sender is the P-Root Node. */
interface PimTree extends Tlv {
  readonly name: "pimSsmTree" | "pimSmTree" | "bidirPimTree";
  /** IPv4 or IPv6 address. */
  readonly senderAddress: string;
  /** Of the same version. */
  readonly multicastGroup: string;
}

/** 6, and 10 of RFC 9574 section 4. */
interface IngressReplication extends Tlv {
  readonly name: "ingressReplication" | "assistedReplication";
  /** Where the tunnel ends: IPv4 or IPv6 address. */
  readonly tunnelEndpoint: string;
}

/** 8 (RFC 7524 section 14.1). */
interface TransportTunnel extends Tlv {
  readonly name: "transportTunnel";
  /** IPv4 or IPv6 address. */
  readonly sourcePeAddress: string;
  /** Hexadecimal digits: as many octets as the address has (RFC 8502 section 4.1). */
  readonly localNumber: string;
}

/** 11 (RFC 8556 section 2). */
interface BierTunnel extends Tlv {
  readonly name: "bier";
  /** 0 to 255. */
  readonly subDomainId: number;
  /** 0 to 65535. */
  readonly bfrId: number;
  /** IPv4 or IPv6 address. */
  readonly bfrPrefix: string;
}

/** 12 and 13 (RFC 10018 section 3.2.1). */
interface SrP2mpTree extends Tlv {
  readonly name: "srMplsP2mpTree" | "srv6P2mpTree";
  /** 0 to 4294967295. */
  readonly treeId: number;
  /** IPv4 or IPv6 address. */
  readonly rootAddress: string;
}

/** A tunnel by its type; `name` tells the arms apart, `type` is the number on the wire. */
export type PmsiTunnel =
  | NoTunnelInformation
  | RsvpTeP2mpLsp
  | MldpLsp
  | PimTree
  | IngressReplication
  | TransportTunnel
  | BierTunnel
  | SrP2mpTree
  | RawTlv;

const RSVP_TE_P2MP_LSP: TlvRow<RsvpTeP2mpLsp> = {
  type: 1,
  name: "rsvpTeP2mpLsp",
  label: "RSVP-TE P2MP LSP",
  read: (reader) => {
    const extendedTunnelId = readAddress(reader, "Extended Tunnel ID", reader.remaining - 8);
    const reserved = reader.u16("Reserved");
    const tunnelId = reader.u16("Tunnel ID");
    const p2mpId = reader.u32("P2MP ID");
    return {
      name: "rsvpTeP2mpLsp",
      type: 1,
      extendedTunnelId,
      ...(reserved !== 0 && { reserved }),
      tunnelId,
      p2mpId,
    };
  },
  write: ({ extendedTunnelId, reserved = 0, tunnelId, p2mpId }, writer) => {
    writeAddress(extendedTunnelId, "extendedTunnelId", writer);
    writer.u16(reserved);
    writer.u16(tunnelId);
    writer.u32(p2mpId);
  },
};

/** RFC 6388 sections 2.2 and 3.2: which FEC elements a tunnel type has. */
const FEC_TYPES: Readonly<Record<number, readonly number[]>> = { 2: [6], 7: [7, 8] };

function mldpRow(type: number, name: MldpLsp["name"], label: string): TlvRow<MldpLsp> {
  return {
    type,
    name,
    label,
    read: (reader) => {
      const fecType = reader.u8("FEC Element Type");
      const addressFamily = reader.u16("Address Family");
      const addressLength = reader.u8("Address Length");
      const rootNodeAddress = readAddress(reader, "Root Node Address", addressLength);
      const opaqueValue = reader.hex("Opaque Value", reader.u16("Opaque Length"));
      // Anything else would be no address of its family, or no FEC element of this type of tunnel.
      if (addressFamily !== (addressLength === 4 ? 1 : 2) || !FEC_TYPES[type]!.includes(fecType)) return null;
      return { name, type, fecType, rootNodeAddress, opaqueValue };
    },
    write: ({ fecType, rootNodeAddress, opaqueValue }, writer) => {
      writer.u8(fecType);
      const at = writer.reserve(3);
      writeAddress(rootNodeAddress, "rootNodeAddress", writer);
      const octets = writer.length - at - 3;
      writer.setU16(at, octets === 4 ? 1 : 2);
      writer.setU8(at + 2, octets);
      writer.u16(opaqueValue.length >> 1);
      writeHex(opaqueValue, opaqueValue.length >> 1, "opaqueValue", writer);
    },
  };
}

function pimRow(type: number, name: PimTree["name"], label: string): TlvRow<PimTree> {
  const senderLabel = type === 3 ? "P-Root Node Address" : "Sender Address";
  return {
    type,
    name,
    label,
    read: (reader) => {
      const octets = reader.remaining >> 1;
      const senderAddress = readAddress(reader, senderLabel, octets);
      const multicastGroup = readAddress(reader, "P-Multicast Group", octets);
      return { name, type, senderAddress, multicastGroup };
    },
    write: ({ senderAddress, multicastGroup }, writer) => {
      writeAddress(senderAddress, "senderAddress", writer);
      writeAddress(multicastGroup, "multicastGroup", writer);
    },
  };
}

function endpointRow(type: number, name: IngressReplication["name"], label: string): TlvRow<IngressReplication> {
  return {
    type,
    name,
    label,
    read: (reader) => ({ name, type, tunnelEndpoint: restAddress(reader, "Tunnel Endpoint") }),
    write: ({ tunnelEndpoint }, writer) => writeAddress(tunnelEndpoint, "tunnelEndpoint", writer),
  };
}

const TRANSPORT_TUNNEL: TlvRow<TransportTunnel> = {
  type: 8,
  name: "transportTunnel",
  label: "Transport Tunnel",
  read: (reader) => {
    const octets = reader.remaining >> 1;
    const sourcePeAddress = readAddress(reader, "Source PE Address", octets);
    return { name: "transportTunnel", type: 8, sourcePeAddress, localNumber: reader.hex("Local Number", octets) };
  },
  write: ({ sourcePeAddress, localNumber }, writer) => {
    const start = writer.length;
    writeAddress(sourcePeAddress, "sourcePeAddress", writer);
    writeHex(localNumber, writer.length - start, "localNumber", writer);
  },
};

const BIER: TlvRow<BierTunnel> = {
  type: 11,
  name: "bier",
  label: "BIER",
  read: (reader) => ({
    name: "bier",
    type: 11,
    subDomainId: reader.u8("Sub-domain-id"),
    bfrId: reader.u16("BFR-id"),
    bfrPrefix: restAddress(reader, "BFR-prefix"),
  }),
  write: ({ subDomainId, bfrId, bfrPrefix }, writer) => {
    writer.u8(subDomainId);
    writer.u16(bfrId);
    writeAddress(bfrPrefix, "bfrPrefix", writer);
  },
};

function srP2mpRow(type: number, name: SrP2mpTree["name"], label: string): TlvRow<SrP2mpTree> {
  return {
    type,
    name,
    label,
    read: (reader) => ({ name, type, treeId: reader.u32("Tree-ID"), rootAddress: restAddress(reader, "Root") }),
    write: ({ treeId, rootAddress }, writer) => {
      writer.u32(treeId);
      writeAddress(rootAddress, "rootAddress", writer);
    },
  };
}

/** The address that is all that is left. */
function restAddress(reader: FieldReader, label: string): string {
  return readAddress(reader, label, reader.remaining);
}

const NO_TUNNEL_INFORMATION: TlvRow<NoTunnelInformation> = {
  type: 0,
  name: "noTunnelInformation",
  label: "No tunnel information present",
  read: () => ({ name: "noTunnelInformation", type: 0 }),
  write: () => {},
};

/** Tunnels by type (IANA registry "P-Multicast Service Interface Tunnel (PMSI Tunnel) Tunnel Types"). */
export const PMSI_TUNNELS: TlvTable<PmsiTunnel> = /* @__PURE__ */ tlvTable<PmsiTunnel>([
  NO_TUNNEL_INFORMATION,
  RSVP_TE_P2MP_LSP,
  /* @__PURE__ */ mldpRow(2, "mldpP2mpLsp", "mLDP P2MP LSP"),
  /* @__PURE__ */ pimRow(3, "pimSsmTree", "PIM-SSM Tree"),
  /* @__PURE__ */ pimRow(4, "pimSmTree", "PIM-SM Tree"),
  /* @__PURE__ */ pimRow(5, "bidirPimTree", "BIDIR-PIM Tree"),
  /* @__PURE__ */ endpointRow(6, "ingressReplication", "Ingress Replication"),
  /* @__PURE__ */ mldpRow(7, "mldpMp2mpLsp", "mLDP MP2MP LSP"),
  TRANSPORT_TUNNEL,
  /* @__PURE__ */ endpointRow(10, "assistedReplication", "Assisted Replication Tunnel"),
  BIER,
  /* @__PURE__ */ srP2mpRow(12, "srMplsP2mpTree", "SR-MPLS P2MP Tree"),
  /* @__PURE__ */ srP2mpRow(13, "srv6P2mpTree", "SRv6 P2MP Tree"),
]);

/** The high-order bit of the Tunnel Type: a composite tunnel (RFC 8317 section 6.2). */
export const COMPOSITE_TUNNEL = 0x80;

/**
 * RFC 8317 section 6.2: a composite tunnel goes one way, and what goes the other way is replicated at the ingress; so not for 0,
 * "no tunnel information present", and 6, "Ingress Replication".
 */
export function isComposable(type: number): boolean {
  return type !== 0 && type !== 6 && PMSI_TUNNELS.has(type);
}

/** The registry's name of a Tunnel Type, or "unknown". */
export function pmsiTunnelTypeName(type: number): string {
  const base = type & ~COMPOSITE_TUNNEL;
  const name = PMSI_TUNNELS.get(base)?.label;
  if (name === undefined || (type !== base && !isComposable(base))) return "unknown";
  return type === base ? name : `composite, ${name}`;
}
