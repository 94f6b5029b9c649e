// Link-State NLRI (RFC 9552 section 5.2): nodes, links, prefixes and what else a network consists of, each a list of descriptors.
// BGP-LS and BGP-LS-SPF (RFC 9815) have them, BGP-LS-VPN with a route distinguisher in front.
import { Afi, AttributeCode, ConfigError, Safi } from "@bgpwire/core";
import { descriptorTable, type LinkStateDescriptor } from "../bgp-ls/descriptors.ts";
import { BGP_LS_RULES, LINK_STATE_NLRI_RULES } from "../bgp-ls/rules.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "../bgp-ls/sub-tlvs.ts";
import { u16At } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { RawTlv, TlvTable } from "../bytes/tlv.ts";
import { writeU64 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { LinkStateProtocol } from "../bgp-ls/protocol.ts";
import type { DecodeContext } from "../context.ts";
import type { Offsets } from "../update/offsets.ts";
import { someRoute, type SomeNlri } from "../update/parts.ts";
import type { Rule } from "../verdict/rule.ts";
import { twoOctetLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { ANY_NEXT_HOP, ANY_VPN_NEXT_HOP } from "./next-hop.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily, type RouteFamilySpec } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";

/** NLRI types (registry "BGP-LS NLRI Types" of IANA) by the name that objects have. */
export const LinkStateNlriType = {
  node: 1,
  link: 2,
  ipv4TopologyPrefix: 3,
  ipv6TopologyPrefix: 4,
  /** RFC 9857 section 4. */
  srPolicyCandidatePath: 5,
  /** RFC 9514 section 6. */
  srv6Sid: 6,
  /** draft-ietf-idr-bgpls-inter-as-topology-ext; "Stub Link" in earlier revisions. */
  interAsLink: 7,
} as const;

/** A kind of Link-State NLRI: a node, a link, a prefix, … (RFC 9552 section 5.2). */
export type LinkStateNlriName = keyof typeof LinkStateNlriType;

interface LinkStateNlriOf<N extends LinkStateNlriName> extends NlriHeader {
  readonly name: N;
  readonly nlriType: (typeof LinkStateNlriType)[N];
  /** 0 to 255; `LinkStateProtocol` has the numbers. */
  readonly protocolId: number;
  /** The BGP-LS Instance-ID: 64 bits as decimal text. */
  readonly identifier: string;
  /** In the order of the wire, which is that of their types: first, as a rule, those of the local node. */
  readonly descriptors: readonly (LinkStateDescriptor | RawTlv)[];
}

/** A route of BGP-LS; `name` tells the arms apart, `nlriType` is the number on the wire. NLRI of other types stay raw. */
export type LinkStateNlri = { readonly [N in LinkStateNlriName]: LinkStateNlriOf<N> }[LinkStateNlriName];

/** A route of BGP-LS in a VPN. */
export type VpnLinkStateNlri = LinkStateNlri & {
  /** Such as "65000:100"; `parseRouteDistinguisher` takes it apart. */
  readonly routeDistinguisher: string;
};

/** Names by number. */
const NAMES = Object.keys(LinkStateNlriType) as LinkStateNlriName[];

/** The descriptors that NLRI of a type can have: the version of the prefix is not in its descriptor. @table */
export const LINK_STATE_DESCRIPTORS: TlvTable<LinkStateDescriptor> = /* @__PURE__ */ descriptorTable(null);
const IPV4_DESCRIPTORS: TlvTable<LinkStateDescriptor> = /* @__PURE__ */ descriptorTable(4);
const IPV6_DESCRIPTORS: TlvTable<LinkStateDescriptor> = /* @__PURE__ */ descriptorTable(6);

/** The descriptors that NLRI of a type can have. */
export function descriptorsOf(nlriType: number): TlvTable<LinkStateDescriptor> {
  if (nlriType === LinkStateNlriType.ipv4TopologyPrefix) return IPV4_DESCRIPTORS;
  return nlriType === LinkStateNlriType.ipv6TopologyPrefix ? IPV6_DESCRIPTORS : LINK_STATE_DESCRIPTORS;
}

/** The name of an NLRI type; undefined where it is not known. */
function linkStateNlriName(nlriType: number): LinkStateNlriName | undefined {
  return NAMES[nlriType - 1];
}

function readLinkState(reader: FieldReader): LinkStateNlri | null {
  return readNlri(reader, () => ({}));
}

function readSpfLinkState(reader: FieldReader): LinkStateNlri | null {
  return readNlri(reader, () => ({}), LINK_STATE_NLRI_RULES["link-state-spf"]);
}

function readVpnLinkState(reader: FieldReader): VpnLinkStateNlri | null {
  return readNlri(reader, (value) => ({
    routeDistinguisher: readRouteDistinguisher(value, "Route Distinguisher"),
  })) as VpnLinkStateNlri | null;
}

/** @param malformed what an NLRI is that does not read as it should, whatever it is that does not */
function readNlri(
  reader: FieldReader,
  readFront: (value: FieldReader) => object,
  malformed?: Rule,
): LinkStateNlri | null {
  const nlriType = reader.u16("NLRI Type");
  const value = reader.sub("Link-State NLRI", reader.u16("Total NLRI Length"));
  const name = linkStateNlriName(nlriType);
  if (name === undefined) return null;
  const front = readFront(value);
  const protocolId = value.u8("Protocol-ID");
  const identifier = value.u64("Identifier");
  const descriptors = readBgpLsTlvs(value, descriptorsOf(nlriType), LINK_STATE_NLRI_RULES["link-state-tlv"]);
  if (value.failed) reader.fail(malformed ?? value.fault);
  return { name, nlriType, ...front, protocolId, identifier, descriptors } as LinkStateNlri;
}

/** NLRI type, Total NLRI Length, Protocol-ID and Identifier. */
const HEADER = 13;
/** What stands between length and Protocol-ID in a VPN. */
const DISTINGUISHER = 8;

/** Are the TLVs of an NLRI, which fit, as RFC 9552 wants them to be? */
function judgeLinkState(buffer: Uint8Array, at: number, end: number): Rule | null {
  let last = -1;
  for (let tlv = at + HEADER; tlv < end; tlv = nextTlv(buffer, tlv)) {
    if (last >= 0 && compareTlvs(buffer, last, tlv) > 0) return LINK_STATE_NLRI_RULES["link-state-order"];
    const type = u16At(buffer, tlv);
    const rule = type === LOCAL_NODE || type === REMOTE_NODE ? judgeNode(buffer, tlv + 4, nextTlv(buffer, tlv)) : null;
    if (rule !== null) return rule;
    last = tlv;
  }
  return null;
}

const LOCAL_NODE = 256;
const REMOTE_NODE = 257;

function nextTlv(buffer: Uint8Array, at: number): number {
  return at + 4 + u16At(buffer, at + 2);
}

/** Section 5.2.1.4: "At most, there MUST be one instance of each sub-TLV type", "in ascending order by sub-TLV type". */
function judgeNode(buffer: Uint8Array, start: number, end: number): Rule | null {
  let last = -1;
  for (let at = start; at < end; at = nextTlv(buffer, at)) {
    const type = u16At(buffer, at);
    if (type === last) return LINK_STATE_NLRI_RULES["link-state-duplicate"];
    if (type < last) return LINK_STATE_NLRI_RULES["link-state-order"];
    last = type;
  }
  return null;
}

/**
 * Section 5.1: "in ascending order by TLV Type", those of the same type "in ascending order based on the Length field followed by
 * ascending order based on the Value field". Positive where the one at `one` is to stand behind the one at `other`.
 */
function compareTlvs(buffer: Uint8Array, one: number, other: number): number {
  const length = u16At(buffer, one + 2);
  const octets = length === u16At(buffer, other + 2) ? 4 + length : 4;
  for (let i = 0; i < octets; i += 1) {
    const difference = buffer[one + i]! - buffer[other + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function writeLinkState(nlri: LinkStateNlri, writer: OctetWriter): void {
  writeNlri(nlri, writer, () => {});
}

function writeVpnLinkState(nlri: VpnLinkStateNlri, writer: OctetWriter): void {
  writeNlri(nlri, writer, () => writeRouteDistinguisher(nlri.routeDistinguisher, writer));
}

function writeNlri(nlri: LinkStateNlri, writer: OctetWriter, writeFront: () => void): void {
  if (linkStateNlriName(nlri.nlriType) !== nlri.name) {
    const { name, nlriType } = nlri;
    throw new ConfigError("invalid-value", "nlriType", `there is no "${name}" with NLRI type ${nlriType}`);
  }
  writer.u16(nlri.nlriType);
  const lengthAt = writer.reserve(2);
  writeFront();
  writer.u8(nlri.protocolId);
  writeU64(nlri.identifier, "identifier", writer);
  writeBgpLsTlvs(nlri.descriptors, descriptorsOf(nlri.nlriType), writer);
  writer.setU16(lengthAt, writer.length - lengthAt - 2);
}

/**
 * RFC 9815 section 5.2: "Node or Link NLRI with a Protocol-ID other than the direct protocol is considered malformed". Section
 * 7.1: a malformed Address Family Link Descriptor makes its NLRI one that "MUST be handled as 'treat-as-withdraw'".
 */
function judgeSpf(buffer: Uint8Array, at: number, end: number): Rule | null {
  const type = u16At(buffer, at);
  const ofRouter = type === LinkStateNlriType.node || type === LinkStateNlriType.link;
  if (ofRouter && buffer[at + 4] !== LinkStateProtocol.Direct) return LINK_STATE_NLRI_RULES["link-state-protocol"];
  for (let tlv = at + HEADER; tlv < end; tlv = nextTlv(buffer, tlv)) {
    if (u16At(buffer, tlv) !== ADDRESS_FAMILY) continue;
    if (u16At(buffer, tlv + 2) !== 1 || isReserved(buffer[tlv + 4]!)) {
      return LINK_STATE_NLRI_RULES["link-state-address-family"];
    }
  }
  return judgeLinkState(buffer, at, end) === null ? null : LINK_STATE_NLRI_RULES["link-state-spf"];
}

const ADDRESS_FAMILY = 1185;

/** Values of both registries that make a TLV malformed. */
function isReserved(value: number): boolean {
  return value === 0 || value === 255;
}

/**
 * RFC 9815 section 7.1: what is malformed in the BGP-LS Attribute makes its NLRI malformed, for which treat-as-withdraw is asked
 * for. Without the attribute, which may have been discarded on its way, NLRI are to be kept and passed on.
 */
function judgeSpfMessage(message: Offsets, context: DecodeContext): readonly Rule[] {
  const index = message.find(AttributeCode.BgpLs);
  if (index < 0) return [];
  const good = !message.rejected(index) && isOfSpf(message, index, someRoute(message, context, isLink));
  return good ? [] : [BGP_LS_RULES["bgp-ls-spf"]];
}

function isLink({ name }: SomeNlri): boolean {
  return name === "link";
}

/** Whether a BGP-LS Attribute has what BGP-LS-SPF asks for (sections 5.2 and 7.1), and BGP-LS itself does not judge. */
function isOfSpf(message: Offsets, index: number, ofLink: boolean): boolean {
  const { buffer } = message;
  const end = message.valueEnd(index);
  // "The IGP Metric (TLV 1095) MUST be advertised" with links.
  let metrical = !ofLink;
  let sequenced = false;
  for (let tlv = message.valueStart(index); tlv < end; tlv = nextTlv(buffer, tlv)) {
    const type = u16At(buffer, tlv);
    const octets = SPF_LENGTHS[type];
    if (octets !== undefined && u16At(buffer, tlv + 2) !== octets) return false;
    if (type === SPF_STATUS && isReserved(buffer[tlv + 4]!)) return false;
    sequenced ||= type === SEQUENCE_NUMBER;
    metrical ||= type === IGP_METRIC;
  }
  return sequenced && metrical;
}

const TE_DEFAULT_METRIC = 1092;
const IGP_METRIC = 1095;
const SEQUENCE_NUMBER = 1181;
const SPF_STATUS = 1184;

/** "The BGP SPF metric length is 4 octets." */
const SPF_LENGTHS: Readonly<Record<number, number>> = {
  [TE_DEFAULT_METRIC]: 4,
  [IGP_METRIC]: 4,
  [SEQUENCE_NUMBER]: 8,
  [SPF_STATUS]: 1,
};

type LinkStateSpec = RouteFamilySpec<"linkState">;
type OwnOfSafi = Pick<LinkStateSpec, "safi" | "malformed" | "read" | "judge" | "judgeMessage">;

function linkStateRow(spec: OwnOfSafi): RowOfKind<"linkState"> {
  return routeFamily({
    ...spec,
    afi: Afi.BgpLs,
    kind: "linkState",
    nextHop: ANY_NEXT_HOP,
    extent: twoOctetLength(2),
    write: writeLinkState,
  });
}

/** The family bgp-ls (RFC 9552 section 5.2): a row for registries and `nlriHandler`. */
export const BGP_LS: RowOfKind<"linkState"> = /* @__PURE__ */ linkStateRow({
  safi: Safi.BgpLs,
  malformed: LINK_STATE_NLRI_RULES["link-state-tlv"],
  read: readLinkState,
  judge: judgeLinkState,
});

/** The family bgp-ls-spf (RFC 9552 section 5.2): a row for registries and `nlriHandler`. */
export const BGP_LS_SPF: RowOfKind<"linkState"> = /* @__PURE__ */ linkStateRow({
  safi: Safi.BgpLsSpf,
  malformed: LINK_STATE_NLRI_RULES["link-state-spf"],
  read: readSpfLinkState,
  judge: judgeSpf,
  judgeMessage: judgeSpfMessage,
});

/** RFC 9552 section 5.2, figure 6. */
export const BGP_LS_VPN: RowOfKind<"vpnLinkState"> = /* @__PURE__ */ routeFamily({
  afi: Afi.BgpLs,
  safi: Safi.BgpLsVpn,
  kind: "vpnLinkState",
  nextHop: ANY_VPN_NEXT_HOP,
  extent: twoOctetLength(2),
  malformed: LINK_STATE_NLRI_RULES["link-state-tlv"],
  read: readVpnLinkState,
  judge: (buffer, at, end) => judgeLinkState(buffer, at + DISTINGUISHER, end),
  write: writeVpnLinkState,
});
