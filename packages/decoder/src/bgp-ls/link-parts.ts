// Link attributes within link attributes: those of one application (RFC 9294), and those of a member of a bundle (RFC 9085
// section 2.2.3).
import { ConfigError, fromHex } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { reserved, type Reserved } from "./forms.ts";
import { linkRows, type LinkTlv } from "./link.ts";
import { segmentRoutingLinkRows, type SegmentRoutingLinkTlv } from "./segment-routing.ts";
import { srv6LinkRows, type Srv6LinkTlv } from "./srv6.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

/** What is said of a link, or of a part of what it is. */
export type LinkAttributeTlv = LinkTlv | SegmentRoutingLinkTlv | Srv6LinkTlv;

/** Bits of the first octet of `standardApplicationBitMask` (registry "Link Attribute Application Identifiers" of IANA). */
export const LinkApplication = {
  RsvpTe: 0x80,
  SrPolicy: 0x40,
  LoopFreeAlternate: 0x20,
  FlexibleAlgorithm: 0x10,
} as const;

export interface ApplicationSpecificLinkAttributesTlv extends Tlv, Reserved {
  readonly name: "applicationSpecificLinkAttributes";
  readonly type: 1122;
  /** The SABM: hexadecimal digits of none, four or eight octets, which begin with the bits of `LinkApplication`. */
  readonly standardApplicationBitMask: string;
  /** The UDABM: hexadecimal digits of none, four or eight octets. */
  readonly userDefinedApplicationBitMask: string;
  readonly subTlvs: readonly (LinkAttributeTlv | RawTlv)[];
}

export interface L2BundleMemberAttributesTlv extends Tlv {
  readonly name: "l2BundleMemberAttributes";
  readonly type: 1172;
  /** The link-local identifier of the member. */
  readonly l2BundleMemberDescriptor: number;
  readonly subTlvs: readonly (LinkAttributeTlv | ApplicationSpecificLinkAttributesTlv | RawTlv)[];
}

/** In the order of their types, but for those of part. */
export function linkAttributeRows(): TlvRow<LinkAttributeTlv>[] {
  return [...linkRows(), ...segmentRoutingLinkRows(), ...srv6LinkRows()];
}

/** @table */
export const LINK_ATTRIBUTES: TlvTable<LinkAttributeTlv> = /* @__PURE__ */ linkAttributes();

function linkAttributes(): TlvTable<LinkAttributeTlv> {
  return tlvTable(linkAttributeRows());
}

export const APPLICATION_SPECIFIC: TlvRow<ApplicationSpecificLinkAttributesTlv> = {
  name: "applicationSpecificLinkAttributes",
  type: 1122,
  label: "Application-Specific Link Attributes",
  read: (reader) => {
    const sabmLength = reader.u8("SABM Length");
    const udabmLength = reader.u8("UDABM Length");
    const extra = reserved(reader.u16("Reserved"));
    if (!isMaskLength(sabmLength) || !isMaskLength(udabmLength)) return null;
    return {
      name: "applicationSpecificLinkAttributes",
      type: 1122,
      ...extra,
      standardApplicationBitMask: readMask(reader, "SABM", sabmLength),
      userDefinedApplicationBitMask: readMask(reader, "UDABM", udabmLength),
      subTlvs: readBgpLsTlvs(reader, LINK_ATTRIBUTES),
    };
  },
  write: (tlv, writer) => {
    const standard = maskOf(tlv.standardApplicationBitMask, "standardApplicationBitMask");
    const userDefined = maskOf(tlv.userDefinedApplicationBitMask, "userDefinedApplicationBitMask");
    writer.u8(standard.length);
    writer.u8(userDefined.length);
    writer.u16(tlv.reserved ?? 0);
    writer.bytes(standard);
    writer.bytes(userDefined);
    writeBgpLsTlvs(tlv.subTlvs, LINK_ATTRIBUTES, writer);
  },
};

/** RFC 9294 section 2: a mask has 0, 4 or 8 octets. */
function isMaskLength(octets: number): boolean {
  return octets === 0 || octets === 4 || octets === 8;
}

function readMask(reader: FieldReader, label: string, octets: number): string {
  return octets === 0 ? "" : reader.hex(label, octets);
}

function maskOf(digits: string, field: string): Uint8Array {
  const octets = fromHex(digits);
  if (octets === null || !isMaskLength(octets.length)) {
    throw new ConfigError("invalid-value", field, `"${digits}" is not the digits of 0, 4 or 8 octets`);
  }
  return octets;
}

/** @table */
export const BUNDLE_MEMBER: TlvTable<LinkAttributeTlv | ApplicationSpecificLinkAttributesTlv> =
  /* @__PURE__ */ bundleMember();

function bundleMember(): TlvTable<LinkAttributeTlv | ApplicationSpecificLinkAttributesTlv> {
  return tlvTable<LinkAttributeTlv | ApplicationSpecificLinkAttributesTlv>([
    ...linkAttributeRows(),
    APPLICATION_SPECIFIC,
  ]);
}

export const L2_BUNDLE_MEMBER: TlvRow<L2BundleMemberAttributesTlv> = {
  name: "l2BundleMemberAttributes",
  type: 1172,
  label: "L2 Bundle Member Attributes",
  read: (reader) => ({
    name: "l2BundleMemberAttributes",
    type: 1172,
    l2BundleMemberDescriptor: reader.u32("L2 Bundle Member Descriptor"),
    subTlvs: readBgpLsTlvs(reader, BUNDLE_MEMBER),
  }),
  write: (tlv, writer: OctetWriter) => {
    writer.u32(tlv.l2BundleMemberDescriptor);
    writeBgpLsTlvs(tlv.subTlvs, BUNDLE_MEMBER, writer);
  },
};
