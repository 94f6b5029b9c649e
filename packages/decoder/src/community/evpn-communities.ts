// Extended communities of EVPN (type 0x06, RFC 7432 section 7 and its children), in the order of their sub-types. Those of the
// route targets of EVPN instances are among the administered ones.
import { bounded } from "../bytes/write.ts";
import { readMac, writeMac } from "../text/mac-address.ts";
import type { TextReader } from "../text/text-reader.ts";
import { wordIf, type CommunityRow, type TypedCommunity } from "./community-table.ts";

/**
 * A field of three octets, 0 to 16777215. With MPLS the label is its upper 20 bits, `value >>> 4`; with VXLAN and its like all
 * of it is the VNI (RFC 8365 section 5.1.3).
 */
type LabelField = number;

function twoBits(value: number, field: string): number {
  return bounded(value, 3, `extendedCommunities.${field}`);
}

/** Which of the words comes next, by its place; 0 where none of them does. */
function wordAt(words: readonly string[], text: TextReader): number {
  return Math.max(
    words.findIndex((word) => word !== "" && text.flag(word)),
    0,
  );
}

/** MAC Mobility (RFC 7432 section 7.7). */
interface MacMobility extends TypedCommunity {
  readonly name: "macMobility";
  readonly sequenceNumber: number;
  /** The MAC address is static and cannot move. */
  readonly sticky: boolean;
}

const MAC_MOBILITY: CommunityRow<MacMobility> = {
  name: "macMobility",
  word: "mac-mobility",
  types: [0x0600],
  reserved: [0xfe, 0xff, 0, 0, 0, 0],
  read: (reader) => {
    const flags = reader.u8("Flags");
    reader.u8("Reserved");
    return { name: "macMobility", sequenceNumber: reader.u32("Sequence Number"), sticky: (flags & 1) !== 0 };
  },
  write: ({ sequenceNumber, sticky }, writer) => {
    writer.u8(sticky ? 1 : 0);
    writer.u8(0);
    writer.u32(sequenceNumber);
  },
  format: ({ sequenceNumber, sticky }) => [sequenceNumber, wordIf(sticky, "sticky")],
  parse: (text) => ({ name: "macMobility", sequenceNumber: text.number(0xffff_ffff), sticky: text.flag("sticky") }),
};

/** ESI Label (RFC 7432 section 7.5, RFC 9746 section 2.1). */
interface EsiLabel extends TypedCommunity {
  readonly name: "esiLabel";
  readonly esiLabel: LabelField;
  /** One of the PEs of the segment forwards at a time; else all do. */
  readonly singleActive: boolean;
  /** Split-Horizon Type, 0 to 3; 0: that of the encapsulation, 1: local bias, 2: by the ESI label. */
  readonly splitHorizonType: number;
}

const SPLIT_HORIZON_TYPES = ["", "local-bias", "esi-label-filtering", "split-horizon-3"] as const;

const ESI_LABEL: CommunityRow<EsiLabel> = {
  name: "esiLabel",
  word: "esi-label",
  types: [0x0601],
  reserved: [0x3e, 0xff, 0xff, 0, 0, 0],
  read: (reader) => {
    const flags = reader.u8("Flags");
    reader.u16("Reserved");
    return {
      name: "esiLabel",
      esiLabel: reader.u24("ESI Label"),
      singleActive: (flags & 1) !== 0,
      splitHorizonType: flags >> 6,
    };
  },
  write: ({ esiLabel, singleActive, splitHorizonType }, writer) => {
    writer.u8((twoBits(splitHorizonType, "splitHorizonType") << 6) | (singleActive ? 1 : 0));
    writer.u16(0);
    writer.u24(esiLabel);
  },
  format: ({ esiLabel, singleActive, splitHorizonType }) => [
    esiLabel,
    wordIf(singleActive, "single-active"),
    SPLIT_HORIZON_TYPES[splitHorizonType]!,
  ],
  parse: (text) => ({
    name: "esiLabel",
    esiLabel: text.number(0xff_ffff),
    singleActive: text.flag("single-active"),
    splitHorizonType: wordAt(SPLIT_HORIZON_TYPES, text),
  }),
};

/** ES-Import Route Target (RFC 7432 section 7.6). */
interface EsImportRouteTarget extends TypedCommunity {
  readonly name: "esImportRouteTarget";
  /** Six octets, "00:11:22:33:44:55". */
  readonly esImport: string;
}

const ES_IMPORT_ROUTE_TARGET: CommunityRow<EsImportRouteTarget> = {
  name: "esImportRouteTarget",
  word: "es-import-target",
  types: [0x0602],
  read: (reader) => ({
    name: "esImportRouteTarget",
    esImport: readMac(reader, "ES-Import"),
  }),
  write: ({ esImport }, writer) => writeMac(esImport, "extendedCommunities.esImport", writer),
  format: ({ esImport }) => [esImport],
  parse: (text) => ({ name: "esImportRouteTarget", esImport: text.mac() }),
};

/** EVPN Router's MAC (RFC 9135 section 8.1). */
interface RoutersMac extends TypedCommunity {
  readonly name: "routersMac";
  /** "00:11:22:33:44:55". */
  readonly macAddress: string;
}

const ROUTERS_MAC: CommunityRow<RoutersMac> = {
  name: "routersMac",
  word: "router-mac",
  types: [0x0603],
  read: (reader) => ({
    name: "routersMac",
    macAddress: readMac(reader, "Router's MAC"),
  }),
  write: ({ macAddress }, writer) => writeMac(macAddress, "extendedCommunities.macAddress", writer),
  format: ({ macAddress }) => [macAddress],
  parse: (text) => ({ name: "routersMac", macAddress: text.mac() }),
};

/** EVPN Layer 2 Attributes (RFC 8214 section 3.1, RFC 9744 section 4). */
interface EvpnLayer2Attributes extends TypedCommunity {
  readonly name: "evpnLayer2Attributes";
  /** In octets; 0 where it is not to be compared. */
  readonly mtu: number;
  /** P: this PE is the primary one. */
  readonly primary: boolean;
  /** B: this PE is a backup. */
  readonly backup: boolean;
  /** C: packets to this PE have a control word. */
  readonly controlWord: boolean;
  /** M, 0 to 3; 0: as in RFC 8214, 1: VLAN-signaled flexible cross-connect, 2: the default one. */
  readonly crossConnect: number;
  /** V, 0 to 3: how many VLAN IDs of a frame are normalized. */
  readonly normalizedVlans: number;
}

const CROSS_CONNECTS = ["", "vlan-signaled-fxc", "default-fxc", "fxc-3"] as const;
const NORMALIZED_VLANS = ["", "single-vid", "double-vid", "vid-3"] as const;

const EVPN_LAYER2_ATTRIBUTES: CommunityRow<EvpnLayer2Attributes> = {
  name: "evpnLayer2Attributes",
  word: "l2-attributes",
  types: [0x0604],
  reserved: [0xff, 0x08, 0, 0, 0xff, 0xff],
  read: (reader) => {
    const flags = reader.u16("Control Flags");
    const mtu = reader.u16("L2 MTU");
    reader.u16("Reserved");
    return {
      name: "evpnLayer2Attributes",
      mtu,
      primary: (flags & 2) !== 0,
      backup: (flags & 1) !== 0,
      controlWord: (flags & 4) !== 0,
      crossConnect: (flags >> 4) & 3,
      normalizedVlans: (flags >> 6) & 3,
    };
  },
  write: ({ mtu, primary, backup, controlWord, crossConnect, normalizedVlans }, writer) => {
    const fields = (twoBits(normalizedVlans, "normalizedVlans") << 6) | (twoBits(crossConnect, "crossConnect") << 4);
    writer.u16(fields | (primary ? 2 : 0) | (backup ? 1 : 0) | (controlWord ? 4 : 0));
    writer.u16(mtu);
    writer.u16(0);
  },
  format: ({ mtu, primary, backup, controlWord, crossConnect, normalizedVlans }) => [
    mtu,
    wordIf(primary, "primary"),
    wordIf(backup, "backup"),
    wordIf(controlWord, "control-word"),
    CROSS_CONNECTS[crossConnect]!,
    NORMALIZED_VLANS[normalizedVlans]!,
  ],
  parse: (text) => ({
    name: "evpnLayer2Attributes",
    mtu: text.number(0xffff),
    primary: text.flag("primary"),
    backup: text.flag("backup"),
    controlWord: text.flag("control-word"),
    crossConnect: wordAt(CROSS_CONNECTS, text),
    normalizedVlans: wordAt(NORMALIZED_VLANS, text),
  }),
};

/** E-Tree (RFC 8317 section 6.1). */
interface ETree extends TypedCommunity {
  readonly name: "eTree";
  readonly leafLabel: LabelField;
  /** L: the MAC address of the route is at a leaf. */
  readonly leaf: boolean;
}

const E_TREE: CommunityRow<ETree> = {
  name: "eTree",
  word: "e-tree",
  types: [0x0605],
  reserved: [0xfe, 0xff, 0xff, 0, 0, 0],
  read: (reader) => {
    const flags = reader.u8("Flags");
    reader.u16("Reserved");
    return { name: "eTree", leafLabel: reader.u24("Leaf Label"), leaf: (flags & 1) !== 0 };
  },
  write: ({ leafLabel, leaf }, writer) => {
    writer.u8(leaf ? 1 : 0);
    writer.u16(0);
    writer.u24(leafLabel);
  },
  format: ({ leafLabel, leaf }) => [leafLabel, wordIf(leaf, "leaf")],
  parse: (text) => ({ name: "eTree", leafLabel: text.number(0xff_ffff), leaf: text.flag("leaf") }),
};

/** DF Election (RFC 8584 section 2.2, RFC 9785 section 3). */
interface DfElection extends TypedCommunity {
  readonly name: "dfElection";
  /** DF Alg, 0 to 31; 0: by the VLAN's number, 1: highest random weight, 2: highest preference, 3: lowest preference. */
  readonly algorithm: number;
  /** DF Election Capabilities, 16 bits; 0x8000: no pre-emption, 0x4000: by the state of attachment circuits. */
  readonly capabilities: number;
  /** 0 to 65535. */
  readonly preference: number;
}

const DF_ELECTION: CommunityRow<DfElection> = {
  name: "dfElection",
  word: "df-election",
  types: [0x0606],
  reserved: [0xe0, 0, 0, 0xff, 0, 0],
  read: (reader) => {
    const algorithm = reader.u8("RSV, DF Alg") & 0x1f;
    const capabilities = reader.u16("Bitmap");
    reader.u8("Reserved");
    return { name: "dfElection", algorithm, capabilities, preference: reader.u16("DF Preference") };
  },
  write: ({ algorithm, capabilities, preference }, writer) => {
    writer.u8(bounded(algorithm, 0x1f, "extendedCommunities.algorithm"));
    writer.u16(capabilities);
    writer.u8(0);
    writer.u16(preference);
  },
  format: ({ algorithm, capabilities, preference }) => [algorithm, capabilities, preference],
  parse: (text) => ({
    name: "dfElection",
    algorithm: text.number(0x1f),
    capabilities: text.number(0xffff),
    preference: text.number(0xffff),
  }),
};

/** I-SID (RFC 9784): the service identifiers of an Ethernet segment, as a base and those that follow it. */
interface ISid extends TypedCommunity {
  readonly name: "iSid";
  /** 0 to 16777215. */
  readonly baseISid: number;
  /** 24 bits, the highest for the I-SID behind the base. */
  readonly bitmap: number;
}

const I_SID: CommunityRow<ISid> = {
  name: "iSid",
  word: "i-sid",
  types: [0x0607],
  read: (reader) => ({ name: "iSid", baseISid: reader.u24("Base I-SID"), bitmap: reader.u24("Bit Map") }),
  write: ({ baseISid, bitmap }, writer) => {
    writer.u24(baseISid);
    writer.u24(bitmap);
  },
  format: ({ baseISid, bitmap }) => [baseISid, bitmap],
  parse: (text) => ({ name: "iSid", baseISid: text.number(0xff_ffff), bitmap: text.number(0xff_ffff) }),
};

/** ARP/ND (RFC 9047 section 2). */
interface ArpNd extends TypedCommunity {
  readonly name: "arpNd";
  /** R: the neighbour is a router. */
  readonly router: boolean;
  /** O: an advertisement for it overrides what is known. */
  readonly override: boolean;
  /** I: the binding cannot change. */
  readonly immutable: boolean;
}

const ARP_ND: CommunityRow<ArpNd> = {
  name: "arpNd",
  word: "arp-nd",
  types: [0x0608],
  reserved: [0xf4, 0xff, 0xff, 0xff, 0xff, 0xff],
  read: (reader) => {
    const flags = reader.u8("Flags");
    reader.hex("Reserved", 5);
    return {
      name: "arpNd",
      router: (flags & 1) !== 0,
      override: (flags & 2) !== 0,
      immutable: (flags & 8) !== 0,
    };
  },
  write: ({ router, override, immutable }, writer) => {
    writer.u16(((router ? 1 : 0) | (override ? 2 : 0) | (immutable ? 8 : 0)) << 8);
    writer.u32(0);
  },
  format: ({ router, override, immutable }) => [
    wordIf(router, "router"),
    wordIf(override, "override"),
    wordIf(immutable, "immutable"),
  ],
  parse: (text) => ({
    name: "arpNd",
    router: text.flag("router"),
    override: text.flag("override"),
    immutable: text.flag("immutable"),
  }),
};

/** The bits of Multicast Flags, and how the text has them (RFC 9251 section 9.4, RFC 9572 section 8, RFC 9625 section 8). */
const MULTICAST_FLAG_BITS = {
  igmpProxy: [0x0001, "igmp-proxy"],
  mldProxy: [0x0002, "mld-proxy"],
  segmentation: [0x0080, "segmentation"],
  oism: [0x0008, "oism"],
  supplementaryDomain: [0x0100, "sbd"],
  ipmg: [0x0040, "ipmg"],
  meg: [0x0020, "meg"],
  peg: [0x0010, "peg"],
} as const;

/** Multicast Flags: what a PE can do with multicast. */
interface MulticastFlags extends TypedCommunity {
  readonly name: "multicastFlags";
  readonly igmpProxy: boolean;
  readonly mldProxy: boolean;
  /** Segmentation of tunnels (RFC 9572 section 5.3). */
  readonly segmentation: boolean;
  /** Optimized inter-subnet multicast (RFC 9625). */
  readonly oism: boolean;
  /** OISM SBD: the route is of the supplementary broadcast domain. */
  readonly supplementaryDomain: boolean;
  /** It is a gateway between OISM and PEs without. */
  readonly ipmg: boolean;
  /** It is a gateway to MVPN. */
  readonly meg: boolean;
  /** It is a gateway to PIM. */
  readonly peg: boolean;
}

type MulticastFlagName = keyof typeof MULTICAST_FLAG_BITS;

const MULTICAST_FLAG_NAMES = Object.keys(MULTICAST_FLAG_BITS) as readonly MulticastFlagName[];

/** Each flag as `isSet` has it. */
function multicastFlags(isSet: (name: MulticastFlagName) => boolean): MulticastFlags {
  const flags = Object.fromEntries(MULTICAST_FLAG_NAMES.map((name) => [name, isSet(name)]));
  return { name: "multicastFlags", ...(flags as Record<MulticastFlagName, boolean>) };
}

const MULTICAST_FLAGS: CommunityRow<MulticastFlags> = {
  name: "multicastFlags",
  word: "multicast-flags",
  types: [0x0609],
  reserved: [0xfe, 0x04, 0xff, 0xff, 0xff, 0xff],
  read: (reader) => {
    const flags = reader.u16("Flags");
    reader.u32("Reserved");
    return multicastFlags((name) => (flags & MULTICAST_FLAG_BITS[name][0]) !== 0);
  },
  write: (community, writer) => {
    writer.u16(
      MULTICAST_FLAG_NAMES.reduce((all, name) => all | (community[name] ? MULTICAST_FLAG_BITS[name][0] : 0), 0),
    );
    writer.u32(0);
  },
  format: (community) => MULTICAST_FLAG_NAMES.map((name) => wordIf(community[name], MULTICAST_FLAG_BITS[name][1])),
  parse: (text) => multicastFlags((name) => text.flag(MULTICAST_FLAG_BITS[name][1])),
};

/** Service Carving Time (RFC 9722 section 2.1): when a PE takes over. */
interface ServiceCarvingTime extends TypedCommunity {
  readonly name: "serviceCarvingTime";
  /** Seconds since 1900, as NTP counts them. */
  readonly seconds: number;
  /** In units of 1/65536 second. */
  readonly fraction: number;
}

const SERVICE_CARVING_TIME: CommunityRow<ServiceCarvingTime> = {
  name: "serviceCarvingTime",
  word: "service-carving-time",
  types: [0x060f],
  read: (reader) => ({
    name: "serviceCarvingTime",
    seconds: reader.u32("Timestamp Seconds"),
    fraction: reader.u16("Timestamp Fractional Seconds"),
  }),
  write: ({ seconds, fraction }, writer) => {
    writer.u32(seconds);
    writer.u16(fraction);
  },
  format: ({ seconds, fraction }) => [seconds, fraction],
  parse: (text) => ({
    name: "serviceCarvingTime",
    seconds: text.number(0xffff_ffff),
    fraction: text.number(0xffff),
  }),
};

export type EvpnCommunity =
  | MacMobility
  | EsiLabel
  | EsImportRouteTarget
  | RoutersMac
  | EvpnLayer2Attributes
  | ETree
  | DfElection
  | ISid
  | ArpNd
  | MulticastFlags
  | ServiceCarvingTime;

export const EVPN_COMMUNITIES: readonly CommunityRow<EvpnCommunity>[] = [
  MAC_MOBILITY,
  ESI_LABEL,
  ES_IMPORT_ROUTE_TARGET,
  ROUTERS_MAC,
  EVPN_LAYER2_ATTRIBUTES,
  E_TREE,
  DF_ELECTION,
  I_SID,
  ARP_ND,
  MULTICAST_FLAGS,
  SERVICE_CARVING_TIME,
];
