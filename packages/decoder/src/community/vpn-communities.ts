// Extended communities of virtual private networks: of pseudowires, of multicast in VPNs, of gateways between them.
import { bounded, writeHex } from "../bytes/write.ts";
import { wordIf, type CommunityRow, type TypedCommunity } from "./community-table.ts";

/** A community that says something by being there. */
interface Mark<N extends string> extends TypedCommunity {
  readonly name: N;
}

/** Extranet Source and Extranet Separation (RFC 7900 sections 4.4 and 4.5), Default Gateway (RFC 7432 section 7.8). */
type Marks = Mark<"extranetSource" | "extranetSeparation" | "defaultGateway">;

/** Its value is to be zero and is not looked at. */
function mark(name: Marks["name"], word: string, type: number): CommunityRow<Marks> {
  return {
    name,
    word,
    types: [type],
    reserved: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    read: (reader) => {
      reader.hex("Reserved", 6);
      return { name };
    },
    write: (_community, writer) => {
      writer.u32(0);
      writer.u16(0);
    },
    format: () => [],
    parse: () => ({ name }),
  };
}

/** Additional PMSI Tunnel Attribute Flags (RFC 7902 section 3). */
interface AdditionalPmsiTunnelFlags extends TypedCommunity {
  readonly name: "additionalPmsiTunnelFlags";
  /** 48 bits as twelve digits. */
  readonly flags: string;
}

const ADDITIONAL_PMSI_TUNNEL_FLAGS: CommunityRow<AdditionalPmsiTunnelFlags> = {
  name: "additionalPmsiTunnelFlags",
  word: "pmsi-tunnel-flags",
  types: [0x0307],
  read: (reader) => ({ name: "additionalPmsiTunnelFlags", flags: reader.hex("Additional Flags", 6) }),
  write: ({ flags }, writer) => writeHex(flags, 6, "extendedCommunities.flags", writer),
  format: ({ flags }) => [flags],
  parse: (text) => ({ name: "additionalPmsiTunnelFlags", flags: text.hex(6) }),
};

/** Context-Specific Label Space ID (RFC 9573 section 3.1). */
interface ContextLabelSpace extends TypedCommunity {
  readonly name: "contextLabelSpace";
  /** 0: the value is a label in its upper 20 bits. */
  readonly idType: number;
  readonly idValue: number;
}

const CONTEXT_LABEL_SPACE: CommunityRow<ContextLabelSpace> = {
  name: "contextLabelSpace",
  word: "context-label-space",
  types: [0x0308],
  read: (reader) => ({ name: "contextLabelSpace", idType: reader.u16("ID-Type"), idValue: reader.u32("ID-Value") }),
  write: ({ idType, idValue }, writer) => {
    writer.u16(idType);
    writer.u32(idValue);
  },
  format: ({ idType, idValue }) => [idType, idValue],
  parse: (text) => ({
    name: "contextLabelSpace",
    idType: text.number(0xffff),
    idValue: text.number(0xffff_ffff),
  }),
};

/** Layer2 Info (RFC 4761 section 3.2.4). */
interface Layer2Info extends TypedCommunity {
  readonly name: "layer2Info";
  /** Encaps Type: 19 is VPLS. */
  readonly encapsType: number;
  /** Layer-2 MTU, in octets. */
  readonly mtu: number;
  /** 0 to 65535; reserved in RFC 4761, the VE's preference in draft-ietf-bess-vpls-multihoming. */
  readonly preference: number;
  /** C: packets have a control word. */
  readonly controlWord: boolean;
  /** S: frames are delivered in sequence. */
  readonly sequenced: boolean;
}

const LAYER2_INFO: CommunityRow<Layer2Info> = {
  name: "layer2Info",
  word: "l2-info",
  types: [0x800a],
  reserved: [0, 0xfc, 0, 0, 0, 0],
  read: (reader) => {
    const encapsType = reader.u8("Encaps Type");
    const flags = reader.u8("Control Flags");
    return {
      name: "layer2Info",
      encapsType,
      mtu: reader.u16("Layer-2 MTU"),
      preference: reader.u16("Reserved"),
      controlWord: (flags & 2) !== 0,
      sequenced: (flags & 1) !== 0,
    };
  },
  write: ({ encapsType, mtu, preference, controlWord, sequenced }, writer) => {
    writer.u8(encapsType);
    writer.u8((controlWord ? 2 : 0) | (sequenced ? 1 : 0));
    writer.u16(mtu);
    writer.u16(preference);
  },
  format: ({ encapsType, mtu, preference, controlWord, sequenced }) => [
    encapsType,
    mtu,
    preference,
    wordIf(controlWord, "control-word"),
    wordIf(sequenced, "sequenced"),
  ],
  parse: (text) => ({
    name: "layer2Info",
    encapsType: text.number(0xff),
    mtu: text.number(0xffff),
    preference: text.number(0xffff),
    controlWord: text.flag("control-word"),
    sequenced: text.flag("sequenced"),
  }),
};

/** E-Tree Info (RFC 7796 section 5.1). */
interface ETreeInfo extends TypedCommunity {
  readonly name: "eTreeInfo";
  /** Global Root VLAN and Global Leaf VLAN, 0 to 4095. */
  readonly rootVlan: number;
  readonly leafVlan: number;
  /** P: the PE has leaves and no root. */
  readonly leafOnly: boolean;
  /** V, which is about the mapping of VLANs. */
  readonly vlanMapping: boolean;
}

const E_TREE_INFO: CommunityRow<ETreeInfo> = {
  name: "eTreeInfo",
  word: "e-tree-info",
  types: [0x800b],
  reserved: [0xf0, 0, 0xf0, 0, 0xff, 0xfc],
  read: (reader) => {
    const rootVlan = reader.u16("Global Root VLAN") & 0xfff;
    const leafVlan = reader.u16("Global Leaf VLAN") & 0xfff;
    const flags = reader.u16("Reserved, P, V");
    return { name: "eTreeInfo", rootVlan, leafVlan, leafOnly: (flags & 2) !== 0, vlanMapping: (flags & 1) !== 0 };
  },
  write: ({ rootVlan, leafVlan, leafOnly, vlanMapping }, writer) => {
    writer.u16(bounded(rootVlan, 0xfff, "extendedCommunities.rootVlan"));
    writer.u16(bounded(leafVlan, 0xfff, "extendedCommunities.leafVlan"));
    writer.u16((leafOnly ? 2 : 0) | (vlanMapping ? 1 : 0));
  },
  format: ({ rootVlan, leafVlan, leafOnly, vlanMapping }) => [
    rootVlan,
    leafVlan,
    wordIf(leafOnly, "leaf-only"),
    wordIf(vlanMapping, "vlan-mapping"),
  ],
  parse: (text) => ({
    name: "eTreeInfo",
    rootVlan: text.number(0xfff),
    leafVlan: text.number(0xfff),
    leafOnly: text.flag("leaf-only"),
    vlanMapping: text.flag("vlan-mapping"),
  }),
};

export type VpnCommunity = Marks | AdditionalPmsiTunnelFlags | ContextLabelSpace | Layer2Info | ETreeInfo;

export const VPN_COMMUNITIES: readonly CommunityRow<VpnCommunity>[] = [
  mark("extranetSource", "extranet-source", 0x0304),
  mark("extranetSeparation", "extranet-separation", 0x0305),
  ADDITIONAL_PMSI_TUNNEL_FLAGS,
  CONTEXT_LABEL_SPACE,
  mark("defaultGateway", "default-gateway", 0x030d),
  LAYER2_INFO,
  E_TREE_INFO,
];
