// Sub-TLVs that a tunnel of any type may have (RFC 9012 section 3, RFC 5640). One that is malformed is "treated as if it were an
// unrecognized sub-TLV" (section 13): it stays raw, and so do values that the RFC calls malformed.
import { Afi, ConfigError } from "@bgpwire/core";
import { PREFIX_SID_TLVS, type PrefixSidTlv } from "../attribute/prefix-sid.ts";
import { readAddress, writeAddress } from "../bytes/address.ts";
import { readTlvs, writeTlvs, type Tlv, type TlvRow } from "../bytes/tlv.ts";
import {
  readLabelStackEntry,
  writeLabelStackEntry,
  type LabelStackEntry,
} from "../segment-routing/label-stack-entry.ts";

/** 2: which payload the tunnel carries (section 3.4.1). May be there several times. */
interface ProtocolType extends Tlv {
  readonly name: "protocolType";
  /** An Ethertype: 0 to 65534. */
  readonly protocolType: number;
}

/** 4: a color of the tunnel, in the form of the Color Extended Community (section 4.3). May be there several times. */
interface Color extends Tlv {
  readonly name: "color";
  /** Color-Only Type of RFC 9830 section 3: 0 to 3. */
  readonly colorOnlyType: number;
  /** The other 14 bits of Flags, absent where they are 0. */
  readonly reserved?: number;
  /** 0 to 4294967295. */
  readonly color: number;
}

/** 5 (RFC 5640 section 2). */
interface LoadBalancingBlock extends Tlv {
  readonly name: "loadBalancingBlock";
  /** In bits: how much of session ID or GRE key identifies the tunnel. 0 to 65535 on the wire. */
  readonly blockLength: number;
}

/** 6: where the tunnel ends (section 3.1). */
interface TunnelEgressEndpoint extends Tlv {
  readonly name: "tunnelEgressEndpoint";
  /** 32 bits, absent where they are 0. */
  readonly reserved?: number;
  /** IPv4 or IPv6 address; null is the next hop of the route. */
  readonly address: string | null;
}

/** 7: the DS field of the outer IP header (section 3.3.1). */
interface DsField extends Tlv {
  readonly name: "dsField";
  /** 0 to 255. */
  readonly dsValue: number;
}

/** 8 (section 3.3.2). */
interface UdpDestinationPort extends Tlv {
  readonly name: "udpDestinationPort";
  /** 1 to 65535. */
  readonly udpPort: number;
}

/** 9: what becomes of the label in the NLRI (section 3.5). */
interface EmbeddedLabelHandling extends Tlv {
  readonly name: "embeddedLabelHandling";
  /** 1: it is the top of the payload's label stack. 2: it is not in the payload. */
  readonly embeddedLabelHandling: 1 | 2;
}

/** 10: labels to push (section 3.6). */
interface MplsLabelStack extends Tlv {
  readonly name: "mplsLabelStack";
  /** The topmost first. */
  readonly labelStack: readonly LabelStackEntry[];
}

/** 11: what PREFIX_SID would say of the tunnel (section 3.7). */
interface PrefixSidSubTlv extends Tlv {
  readonly name: "prefixSid";
  readonly tlvs: readonly PrefixSidTlv[];
}

export type CommonSubTlv =
  | ProtocolType
  | Color
  | LoadBalancingBlock
  | TunnelEgressEndpoint
  | DsField
  | UdpDestinationPort
  | EmbeddedLabelHandling
  | MplsLabelStack
  | PrefixSidSubTlv;

const PROTOCOL_TYPE: TlvRow<ProtocolType> = {
  type: 2,
  name: "protocolType",
  label: "Protocol Type",
  read: (reader) => {
    const protocolType = reader.u16("Ethertype");
    return protocolType === 0xffff ? null : { name: "protocolType", type: 2, protocolType };
  },
  write: ({ protocolType }, writer) => {
    if (protocolType === 0xffff) throw new ConfigError("invalid-value", "protocolType", "65535 is reserved");
    writer.u16(protocolType);
  },
};

/** Type and sub-type of the Color Extended Community. */
const COLOR_COMMUNITY = 0x030b;

const COLOR: TlvRow<Color> = {
  type: 4,
  name: "color",
  label: "Color",
  read: (reader) => {
    if (reader.u16("Color Extended Community") !== COLOR_COMMUNITY) return null;
    const flags = reader.u16("Flags");
    const reserved = flags & 0x3fff;
    const color = reader.u32("Color Value");
    return { name: "color", type: 4, colorOnlyType: flags >>> 14, ...(reserved !== 0 && { reserved }), color };
  },
  write: ({ colorOnlyType, reserved = 0, color }, writer) => {
    if (![0, 1, 2, 3].includes(colorOnlyType)) {
      throw new ConfigError("invalid-value", "colorOnlyType", `${colorOnlyType} is not 0 to 3`);
    }
    writer.u16(COLOR_COMMUNITY);
    writer.u16((colorOnlyType << 14) | reserved);
    writer.u32(color);
  },
};

const LOAD_BALANCING_BLOCK: TlvRow<LoadBalancingBlock> = {
  type: 5,
  name: "loadBalancingBlock",
  label: "Load-Balancing Block",
  read: (reader) => ({ name: "loadBalancingBlock", type: 5, blockLength: reader.u16("Block Length") }),
  write: ({ blockLength }, writer) => writer.u16(blockLength),
};

/** Octets of an address by its family; families that are not here make the sub-TLV "unrecognized". */
const ADDRESS_OCTETS: ReadonlyMap<number, number> = /* @__PURE__ */ new Map([
  [0, 0],
  [Afi.IPv4, 4],
  [Afi.IPv6, 16],
]);

const TUNNEL_EGRESS_ENDPOINT: TlvRow<TunnelEgressEndpoint> = {
  type: 6,
  name: "tunnelEgressEndpoint",
  label: "Tunnel Egress Endpoint",
  read: (reader) => {
    const reserved = reader.u32("Reserved");
    const octets = ADDRESS_OCTETS.get(reader.u16("Address Family"));
    if (octets === undefined) return null;
    const address = octets === 0 ? null : readAddress(reader, "Address", octets);
    return { name: "tunnelEgressEndpoint", type: 6, ...(reserved !== 0 && { reserved }), address };
  },
  write: ({ reserved = 0, address }, writer) => {
    writer.u32(reserved);
    const at = writer.reserve(2);
    if (address !== null) writeAddress(address, "address", writer);
    const octets = writer.length - at - 2;
    writer.setU16(at, octets === 0 ? 0 : octets === 4 ? Afi.IPv4 : Afi.IPv6);
  },
};

/**
 * Whether the value of a Tunnel Egress Endpoint that stays raw is malformed, and not just of a family that is not known: "the
 * length of the sub-TLV's Value field is other than 6 added to the defined length for the address family" (section 3.1).
 */
export function isMalformedEndpoint(value: Uint8Array): boolean {
  return value.length < 6 || ADDRESS_OCTETS.has((value[4]! << 8) | value[5]!);
}

const DS_FIELD: TlvRow<DsField> = {
  type: 7,
  name: "dsField",
  label: "DS Field",
  read: (reader) => ({ name: "dsField", type: 7, dsValue: reader.u8("DS value") }),
  write: ({ dsValue }, writer) => writer.u8(dsValue),
};

const UDP_DESTINATION_PORT: TlvRow<UdpDestinationPort> = {
  type: 8,
  name: "udpDestinationPort",
  label: "UDP Destination Port",
  read: (reader) => {
    const udpPort = reader.u16("UDP Port");
    return udpPort === 0 ? null : { name: "udpDestinationPort", type: 8, udpPort };
  },
  write: ({ udpPort }, writer) => {
    if (udpPort === 0) throw new ConfigError("invalid-value", "udpPort", "0 is reserved");
    writer.u16(udpPort);
  },
};

const EMBEDDED_LABEL_HANDLING: TlvRow<EmbeddedLabelHandling> = {
  type: 9,
  name: "embeddedLabelHandling",
  label: "Embedded Label Handling",
  read: (reader) => {
    const value = reader.u8("Embedded Label Handling");
    return value === 1 || value === 2 ? { name: "embeddedLabelHandling", type: 9, embeddedLabelHandling: value } : null;
  },
  write: ({ embeddedLabelHandling }, writer) => {
    if (embeddedLabelHandling !== 1 && embeddedLabelHandling !== 2) {
      const message = `${String(embeddedLabelHandling)} is not 1 or 2`;
      throw new ConfigError("invalid-value", "embeddedLabelHandling", message);
    }
    writer.u8(embeddedLabelHandling);
  },
};

const MPLS_LABEL_STACK: TlvRow<MplsLabelStack> = {
  type: 10,
  name: "mplsLabelStack",
  label: "MPLS Label Stack",
  read: (reader) => {
    const labelStack: LabelStackEntry[] = [];
    while (reader.remaining > 0) {
      const start = reader.at;
      labelStack.push(readLabelStackEntry(reader));
      reader.group("Label Stack Entry", start);
    }
    return { name: "mplsLabelStack", type: 10, labelStack };
  },
  write: ({ labelStack }, writer) => {
    for (const entry of labelStack) writeLabelStackEntry(entry, writer);
  },
};

const PREFIX_SID: TlvRow<PrefixSidSubTlv> = {
  type: 11,
  name: "prefixSid",
  label: "Prefix-SID",
  read: (reader) => {
    // As the attribute, which has at least one TLV. What is malformed there makes an unknown sub-TLV here, and nothing worse.
    const value = reader.sub("BGP Prefix-SID", reader.remaining);
    if (value.remaining === 0) return null;
    const tlvs = readTlvs(value, "1+2", PREFIX_SID_TLVS);
    return value.failed ? null : { name: "prefixSid", type: 11, tlvs };
  },
  write: ({ tlvs }, writer) => writeTlvs(tlvs, "1+2", PREFIX_SID_TLVS, "prefixSid", writer),
};

/** In the order of their types. */
export const COMMON_SUB_TLVS: readonly TlvRow<CommonSubTlv>[] = [
  PROTOCOL_TYPE,
  COLOR,
  LOAD_BALANCING_BLOCK,
  TUNNEL_EGRESS_ENDPOINT,
  DS_FIELD,
  UDP_DESTINATION_PORT,
  EMBEDDED_LABEL_HANDLING,
  MPLS_LABEL_STACK,
  PREFIX_SID,
];
