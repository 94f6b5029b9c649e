// Segments of an SR Policy's segment list: types A and B of RFC 9830 section 2.4.4.2, C to K of RFC 9831 section 2. Whether a
// SID is there follows from the length, as the RFCs ask for; the flags that say it as well are kept as they are.
import { ConfigError } from "@bgpwire/core";
import { flagsOf, flagsValue, type FlagBits, type Flags } from "../bytes/flags.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { Tlv, TlvRow } from "../bytes/tlv.ts";
import { writeIPv4, writeIPv6 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import {
  readLabelStackEntry,
  writeLabelStackEntry,
  type LabelStackEntry,
} from "../segment-routing/label-stack-entry.ts";
import {
  readSidStructure,
  writeSidStructure,
  type EndpointBehaviorAndSidStructure,
} from "../segment-routing/sid-structure.ts";

/**
 * SR Policy Segment Flags (RFC 9831 section 2.10): V asks for SID verification, A says that there is an SR Algorithm, S that
 * there is a SID, B that there is an SRv6 Endpoint Behavior and SID Structure. `reserved` are the other bits of Flags in the
 * high-order octet, and the RESERVED octet behind it, where there is one.
 */
type SegmentFlags = Flags<SegmentFlag>;
type SegmentFlag = "vFlag" | "aFlag" | "sFlag" | "bFlag";

/** Flags, then RESERVED or nothing. */
const FLAGS: FlagBits<SegmentFlag> = { vFlag: 0x8000, aFlag: 0x4000, sFlag: 0x2000, bFlag: 0x1000 };

/** How types C to H end. */
interface MplsTail {
  readonly srMplsSid?: LabelStackEntry;
}

/** How types I to K end; the behavior is only there with a SID. */
interface Srv6Tail {
  /** IPv6 address. */
  readonly srv6Sid?: string;
  readonly endpointBehaviorAndSidStructure?: EndpointBehaviorAndSidStructure;
}

/** An SR-MPLS label. */
interface SegmentTypeA extends Tlv, SegmentFlags {
  readonly name: "segmentTypeA";
  readonly srMplsSid: LabelStackEntry;
}

/** An SRv6 SID. */
interface SegmentTypeB extends Tlv, SegmentFlags {
  readonly name: "segmentTypeB";
  readonly srv6Sid: string;
  readonly endpointBehaviorAndSidStructure?: EndpointBehaviorAndSidStructure;
}

/** An IPv4 prefix with an SR Algorithm. */
interface SegmentTypeC extends Tlv, SegmentFlags, MplsTail {
  readonly name: "segmentTypeC";
  readonly srAlgorithm: number;
  readonly ipv4NodeAddress: string;
}

/** An IPv6 prefix with an SR Algorithm: D for SR-MPLS, I for SRv6. */
interface SegmentTypeD extends Tlv, SegmentFlags, MplsTail {
  readonly name: "segmentTypeD";
  readonly srAlgorithm: number;
  readonly ipv6NodeAddress: string;
}

/** An IPv4 prefix with a local interface. */
interface SegmentTypeE extends Tlv, SegmentFlags, MplsTail {
  readonly name: "segmentTypeE";
  readonly localInterfaceId: number;
  readonly ipv4NodeAddress: string;
}

/** The IPv4 addresses of a link. */
interface SegmentTypeF extends Tlv, SegmentFlags, MplsTail {
  readonly name: "segmentTypeF";
  readonly localIpv4Address: string;
  readonly remoteIpv4Address: string;
}

/** The IPv6 nodes and interfaces of a link: G for SR-MPLS, J for SRv6. */
interface Ipv6Interfaces {
  readonly localInterfaceId: number;
  readonly ipv6LocalNodeAddress: string;
  readonly remoteInterfaceId: number;
  readonly ipv6RemoteNodeAddress: string;
}

interface SegmentTypeG extends Tlv, SegmentFlags, Ipv6Interfaces, MplsTail {
  readonly name: "segmentTypeG";
}

/** The IPv6 addresses of a link: H for SR-MPLS, K for SRv6. */
interface Ipv6Link {
  readonly localIpv6Address: string;
  readonly remoteIpv6Address: string;
}

interface SegmentTypeH extends Tlv, SegmentFlags, Ipv6Link, MplsTail {
  readonly name: "segmentTypeH";
}

interface SegmentTypeI extends Tlv, SegmentFlags, Srv6Tail {
  readonly name: "segmentTypeI";
  readonly srAlgorithm: number;
  readonly ipv6NodeAddress: string;
}

interface SegmentTypeJ extends Tlv, SegmentFlags, Ipv6Interfaces, Srv6Tail {
  readonly name: "segmentTypeJ";
  readonly srAlgorithm: number;
}

interface SegmentTypeK extends Tlv, SegmentFlags, Ipv6Link, Srv6Tail {
  readonly name: "segmentTypeK";
  readonly srAlgorithm: number;
}

/** A segment; `name` tells the arms apart. Interface IDs are 0 to 4294967295, SR Algorithms 0 to 255. */
export type Segment =
  | SegmentTypeA
  | SegmentTypeB
  | SegmentTypeC
  | SegmentTypeD
  | SegmentTypeE
  | SegmentTypeF
  | SegmentTypeG
  | SegmentTypeH
  | SegmentTypeI
  | SegmentTypeJ
  | SegmentTypeK;

const TYPE_A: TlvRow<SegmentTypeA> = {
  type: 1,
  name: "segmentTypeA",
  label: "Type A Segment",
  read: (reader) => ({ name: "segmentTypeA", type: 1, ...readFlags(reader), srMplsSid: readLabelStackEntry(reader) }),
  write: (segment, writer) => {
    writeFlags(segment, writer);
    writeLabelStackEntry(segment.srMplsSid, writer);
  },
};

const TYPE_B: TlvRow<SegmentTypeB> = {
  type: 13,
  name: "segmentTypeB",
  label: "Type B Segment",
  read: (reader) => ({
    name: "segmentTypeB",
    type: 13,
    ...readFlags(reader),
    srv6Sid: reader.ipv6("SRv6 SID"),
    ...readBehavior(reader),
  }),
  write: (segment, writer) => {
    writeFlags(segment, writer);
    writeSrv6Sid(segment, writer);
  },
};

const TYPE_C: TlvRow<SegmentTypeC> = {
  type: 3,
  name: "segmentTypeC",
  label: "Type C Segment",
  read: (reader) => ({
    name: "segmentTypeC",
    type: 3,
    ...readFlagsAndAlgorithm(reader),
    ipv4NodeAddress: reader.ipv4("IPv4 Node Address"),
    ...readMplsSid(reader),
  }),
  write: (segment, writer) => {
    writeFlagsAndAlgorithm(segment, writer);
    writeIPv4(segment.ipv4NodeAddress, "ipv4NodeAddress", writer);
    writeMplsSid(segment, writer);
  },
};

const TYPE_D: TlvRow<SegmentTypeD> = {
  type: 4,
  name: "segmentTypeD",
  label: "Type D Segment",
  read: (reader) => ({
    name: "segmentTypeD",
    type: 4,
    ...readFlagsAndAlgorithm(reader),
    ipv6NodeAddress: reader.ipv6("IPv6 Node Address"),
    ...readMplsSid(reader),
  }),
  write: (segment, writer) => {
    writeFlagsAndAlgorithm(segment, writer);
    writeIPv6(segment.ipv6NodeAddress, "ipv6NodeAddress", writer);
    writeMplsSid(segment, writer);
  },
};

const TYPE_E: TlvRow<SegmentTypeE> = {
  type: 5,
  name: "segmentTypeE",
  label: "Type E Segment",
  read: (reader) => ({
    name: "segmentTypeE",
    type: 5,
    ...readFlags(reader),
    localInterfaceId: reader.u32("Local Interface ID"),
    ipv4NodeAddress: reader.ipv4("IPv4 Node Address"),
    ...readMplsSid(reader),
  }),
  write: (segment, writer) => {
    writeFlags(segment, writer);
    writer.u32(segment.localInterfaceId);
    writeIPv4(segment.ipv4NodeAddress, "ipv4NodeAddress", writer);
    writeMplsSid(segment, writer);
  },
};

const TYPE_F: TlvRow<SegmentTypeF> = {
  type: 6,
  name: "segmentTypeF",
  label: "Type F Segment",
  read: (reader) => ({
    name: "segmentTypeF",
    type: 6,
    ...readFlags(reader),
    localIpv4Address: reader.ipv4("Local IPv4 Address"),
    remoteIpv4Address: reader.ipv4("Remote IPv4 Address"),
    ...readMplsSid(reader),
  }),
  write: (segment, writer) => {
    writeFlags(segment, writer);
    writeIPv4(segment.localIpv4Address, "localIpv4Address", writer);
    writeIPv4(segment.remoteIpv4Address, "remoteIpv4Address", writer);
    writeMplsSid(segment, writer);
  },
};

const TYPE_G: TlvRow<SegmentTypeG> = {
  type: 7,
  name: "segmentTypeG",
  label: "Type G Segment",
  read: (reader) => ({
    name: "segmentTypeG",
    type: 7,
    ...readFlags(reader),
    ...readInterfaces(reader),
    ...readMplsSid(reader),
  }),
  write: (segment, writer) => {
    writeFlags(segment, writer);
    writeInterfaces(segment, writer);
    writeMplsSid(segment, writer);
  },
};

const TYPE_H: TlvRow<SegmentTypeH> = {
  type: 8,
  name: "segmentTypeH",
  label: "Type H Segment",
  read: (reader) => ({
    name: "segmentTypeH",
    type: 8,
    ...readFlags(reader),
    ...readLink(reader),
    ...readMplsSid(reader),
  }),
  write: (segment, writer) => {
    writeFlags(segment, writer);
    writeLink(segment, writer);
    writeMplsSid(segment, writer);
  },
};

const TYPE_I: TlvRow<SegmentTypeI> = {
  type: 14,
  name: "segmentTypeI",
  label: "Type I Segment",
  read: (reader) => ({
    name: "segmentTypeI",
    type: 14,
    ...readFlagsAndAlgorithm(reader),
    ipv6NodeAddress: reader.ipv6("IPv6 Node Address"),
    ...readSrv6Sid(reader),
  }),
  write: (segment, writer) => {
    writeFlagsAndAlgorithm(segment, writer);
    writeIPv6(segment.ipv6NodeAddress, "ipv6NodeAddress", writer);
    writeSrv6Sid(segment, writer);
  },
};

const TYPE_J: TlvRow<SegmentTypeJ> = {
  type: 15,
  name: "segmentTypeJ",
  label: "Type J Segment",
  read: (reader) => ({
    name: "segmentTypeJ",
    type: 15,
    ...readFlagsAndAlgorithm(reader),
    ...readInterfaces(reader),
    ...readSrv6Sid(reader),
  }),
  write: (segment, writer) => {
    writeFlagsAndAlgorithm(segment, writer);
    writeInterfaces(segment, writer);
    writeSrv6Sid(segment, writer);
  },
};

const TYPE_K: TlvRow<SegmentTypeK> = {
  type: 16,
  name: "segmentTypeK",
  label: "Type K Segment",
  read: (reader) => ({
    name: "segmentTypeK",
    type: 16,
    ...readFlagsAndAlgorithm(reader),
    ...readLink(reader),
    ...readSrv6Sid(reader),
  }),
  write: (segment, writer) => {
    writeFlagsAndAlgorithm(segment, writer);
    writeLink(segment, writer);
    writeSrv6Sid(segment, writer);
  },
};

/** In the order of their letters. Types 2 and 10 to 12 were those of B, I, J and K in drafts. */
export const SEGMENTS: readonly TlvRow<Segment>[] = [
  TYPE_A,
  TYPE_B,
  TYPE_C,
  TYPE_D,
  TYPE_E,
  TYPE_F,
  TYPE_G,
  TYPE_H,
  TYPE_I,
  TYPE_J,
  TYPE_K,
];

function readFlags(reader: FieldReader): SegmentFlags {
  const flags = reader.u8("Flags");
  return flagsOf((flags << 8) | reader.u8("RESERVED"), FLAGS);
}

function writeFlags(segment: SegmentFlags, writer: OctetWriter): void {
  writer.u16(flagsValue(segment, FLAGS, "segment"));
}

/** Where the second octet is the SR Algorithm, the low-order one of `reserved` is zero. */
function readFlagsAndAlgorithm(reader: FieldReader): SegmentFlags & { readonly srAlgorithm: number } {
  const flags = reader.u8("Flags");
  return { ...flagsOf(flags << 8, FLAGS), srAlgorithm: reader.u8("SR Algorithm") };
}

function writeFlagsAndAlgorithm(segment: SegmentFlags & { readonly srAlgorithm: number }, writer: OctetWriter): void {
  const flags = flagsValue(segment, FLAGS, "segment");
  if ((flags & 0xff) !== 0) throw new ConfigError("invalid-value", "segment.reserved", "there is no RESERVED octet");
  writer.u8(flags >>> 8);
  writer.u8(segment.srAlgorithm);
}

function readInterfaces(reader: FieldReader): Ipv6Interfaces {
  return {
    localInterfaceId: reader.u32("Local Interface ID"),
    ipv6LocalNodeAddress: reader.ipv6("IPv6 Local Node Address"),
    remoteInterfaceId: reader.u32("Remote Interface ID"),
    ipv6RemoteNodeAddress: reader.ipv6("IPv6 Remote Node Address"),
  };
}

function writeInterfaces(link: Ipv6Interfaces, writer: OctetWriter): void {
  writer.u32(link.localInterfaceId);
  writeIPv6(link.ipv6LocalNodeAddress, "ipv6LocalNodeAddress", writer);
  writer.u32(link.remoteInterfaceId);
  writeIPv6(link.ipv6RemoteNodeAddress, "ipv6RemoteNodeAddress", writer);
}

function readLink(reader: FieldReader): Ipv6Link {
  return {
    localIpv6Address: reader.ipv6("Local IPv6 Address"),
    remoteIpv6Address: reader.ipv6("Remote IPv6 Address"),
  };
}

function writeLink(link: Ipv6Link, writer: OctetWriter): void {
  writeIPv6(link.localIpv6Address, "localIpv6Address", writer);
  writeIPv6(link.remoteIpv6Address, "remoteIpv6Address", writer);
}

function readMplsSid(reader: FieldReader): MplsTail {
  return reader.remaining === 0 ? {} : { srMplsSid: readLabelStackEntry(reader) };
}

function writeMplsSid({ srMplsSid }: MplsTail, writer: OctetWriter): void {
  if (srMplsSid !== undefined) writeLabelStackEntry(srMplsSid, writer);
}

function readSrv6Sid(reader: FieldReader): Srv6Tail {
  return reader.remaining === 0 ? {} : { srv6Sid: reader.ipv6("SRv6 SID"), ...readBehavior(reader) };
}

function readBehavior(reader: FieldReader): Pick<Srv6Tail, "endpointBehaviorAndSidStructure"> {
  return reader.remaining === 0 ? {} : { endpointBehaviorAndSidStructure: readSidStructure(reader) };
}

/** RFC 9830 section 2.4.4.2.2: the structure "MUST NOT be included when the SRv6 SID has not been included". */
function writeSrv6Sid({ srv6Sid, endpointBehaviorAndSidStructure }: Srv6Tail, writer: OctetWriter): void {
  if (srv6Sid !== undefined) writeIPv6(srv6Sid, "srv6Sid", writer);
  if (endpointBehaviorAndSidStructure === undefined) return;
  if (srv6Sid === undefined) {
    throw new ConfigError("invalid-value", "endpointBehaviorAndSidStructure", "is there without an SRv6 SID");
  }
  writeSidStructure(endpointBehaviorAndSidStructure, writer);
}
