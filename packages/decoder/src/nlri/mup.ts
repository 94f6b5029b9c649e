// BGP-MUP, the Mobile User Plane (draft-ietf-bess-mup-safi-01, before it draft-mpmz-bess-mup-safi): SAFI 85 of IPv4 and IPv6.
// Routes are an octet of architecture, two of type, one of length, and what the type has in that architecture.
import { Afi, AttributeCode, ConfigError, Safi } from "@bgpwire/core";
import { readAddress, writeAddress } from "../bytes/address.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { DecodeContext } from "../context.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import type { Offsets } from "../update/offsets.ts";
import { count, has, someRoute, type SomeNlri } from "../update/parts.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { octetLength } from "./framing.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import { readPrefixField, writePrefixField, type AddressBits } from "./prefix-field.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily } from "./route-family.ts";
import type { NlriPlace, RowOfKind } from "./row.ts";
import { readOptionalAddress, readSizedAddress, writeSizedAddress } from "./sized-address.ts";
import {
  routeTypeRow,
  routeTypeTable,
  type RouteTypeRow,
  type RouteTypeTable,
  type TypedRoute,
} from "./typed-route.ts";

/**
 * What can be wrong with its routes: each asks for treat-as-withdraw, as the routes behind it can be found. Whether a SID is of
 * who sent it, which section 3.3 asks for too, takes the routes of the IGP.
 */
// prettier-ignore
export const MUP_RULES: RuleTable<"mup-nlri" | "mup-teid" | "mup-no-prefix-sid" | "mup-no-community"> = /* @__PURE__ */ ruleTable({
  "mup-nlri": ["draft-ietf-bess-mup-safi section 3.1.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "mup-teid": ["draft-ietf-bess-mup-safi section 3.1.3.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "mup-no-prefix-sid": ["draft-ietf-bess-mup-safi sections 3.3.3 and 3.3.6", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "mup-no-community": ["draft-ietf-bess-mup-safi section 3.3.12", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** The only architecture there is. */
const ARCHITECTURE_3GPP_5G = 1;

/** Interwork Segment Discovery route (section 3.1.1), as all of them of the architecture 3gpp-5g. */
export interface InterworkSegmentDiscoveryRoute extends TypedRoute {
  readonly name: "interworkSegmentDiscovery";
  readonly routeType: 1;
  readonly routeDistinguisher: string;
  /** Address and length, of the family's version; bits behind the length are kept up to the end of the last octet. */
  readonly prefix: string;
}

/** Direct Segment Discovery route (section 3.1.2). */
export interface DirectSegmentDiscoveryRoute extends TypedRoute {
  readonly name: "directSegmentDiscovery";
  readonly routeType: 2;
  readonly routeDistinguisher: string;
  /** Of the family's version. */
  readonly address: string;
}

/** Type 1 Session Transformed route (section 3.1.3): how a mobile is reached. */
export interface Type1SessionTransformedRoute extends TypedRoute {
  readonly name: "type1SessionTransformed";
  readonly routeType: 3;
  readonly routeDistinguisher: string;
  /** Address and length, of the family's version; bits behind the length are kept up to the end of the last octet. */
  readonly prefix: string;
  /** Tunnel Endpoint Identifier, 1 to 4294967295. */
  readonly teid: number;
  /** QoS Flow Identifier, 0 to 255. */
  readonly qfi: number;
  /** IPv4 or IPv6. */
  readonly endpointAddress: string;
  /**
   * IPv4 or IPv6; null where its length is 0. Absent where not even the length is there, as in drafts up to
   * draft-mpmz-bess-mup-safi-01 and from ExaBGP to this day; section 3.1.3.1 has no such route.
   */
  readonly sourceAddress?: string | null;
  /** Absent where there are none. */
  readonly tlvs?: readonly (MupTlv | RawTlv)[];
}

/** Type 2 Session Transformed route (section 3.1.4): where traffic of mobiles is to be sent. */
export interface Type2SessionTransformedRoute extends TypedRoute {
  readonly name: "type2SessionTransformed";
  readonly routeType: 4;
  readonly routeDistinguisher: string;
  /** Of the family's version. */
  readonly endpointAddress: string;
  /** The leading bits of Tunnel Endpoint Identifiers with zeros behind them, 0 to 4294967295. */
  readonly teid: number;
  /** How many bits of them count, 0 to 32: the Endpoint Length but for the address. */
  readonly teidLength: number;
  /** Absent where there are none. */
  readonly tlvs?: readonly (MupTlv | RawTlv)[];
}

/** A route of BGP-MUP; `name` tells the arms apart, `routeType` is the number on the wire. */
export type MupNlri =
  | InterworkSegmentDiscoveryRoute
  | DirectSegmentDiscoveryRoute
  | Type1SessionTransformedRoute
  | Type2SessionTransformedRoute;

/** 3gpp-5g Session Parameters (section 3.1.5.1). */
export interface SessionParametersTlv extends Tlv {
  readonly name: "sessionParameters";
  readonly type: 1;
  /** 0 to 4294967295. */
  readonly teid: number;
  /** 0 to 255. */
  readonly qfi: number;
}

/** Interwork Endpoint (section 3.1.5.2). */
export interface InterworkEndpointTlv extends Tlv {
  readonly name: "interworkEndpoint";
  readonly type: 2;
  /** IPv4 or IPv6. */
  readonly address: string;
}

/** Source Address (section 3.1.5.3). */
export interface SourceAddressTlv extends Tlv {
  readonly name: "sourceAddress";
  readonly type: 3;
  /** IPv4 or IPv6. */
  readonly address: string;
}

/** A TLV of a session-transformed route. */
export type MupTlv = SessionParametersTlv | InterworkEndpointTlv | SourceAddressTlv;

const SESSION_PARAMETERS: TlvRow<SessionParametersTlv> = {
  type: 1,
  name: "sessionParameters",
  label: "3gpp-5g Session Parameters",
  read: (reader) => ({ name: "sessionParameters", type: 1, teid: reader.u32("TEID"), qfi: reader.u8("QFI") }),
  write: (tlv, writer) => {
    writer.u32(tlv.teid);
    writer.u8(tlv.qfi);
  },
};

function addressTlv<T extends InterworkEndpointTlv | SourceAddressTlv>(
  type: T["type"],
  name: T["name"],
  label: string,
): TlvRow<T> {
  return {
    type,
    name,
    label,
    read: (reader) => ({ name, type, address: readAddress(reader, "Address", reader.remaining) }) as T,
    write: (tlv, writer) => writeAddress(tlv.address, "address", writer),
  };
}

const TLV_ROWS: readonly TlvRow<MupTlv>[] = [
  SESSION_PARAMETERS,
  /* @__PURE__ */ addressTlv<InterworkEndpointTlv>(2, "interworkEndpoint", "Interwork Endpoint"),
  /* @__PURE__ */ addressTlv<SourceAddressTlv>(3, "sourceAddress", "Source Address"),
];

/**
 * None of them is for routes of type 1: "a TLV received in a route type for which it is not applicable MUST be ignored".
 *
 * @table
 */
export const MUP_TLVS: TlvTable<MupTlv> = /* @__PURE__ */ tlvTable<MupTlv>(TLV_ROWS);

/** In routes of type 2 "any TLV parsing error MUST result in Treat-as-withdraw". */
const TYPE_2_TLVS: TlvTable<MupTlv> = /* @__PURE__ */ tlvTable<MupTlv>(
  TLV_ROWS.map((row) => Object.assign({ malformed: MUP_RULES["mup-nlri"] }, row)),
);

/** What is left. */
function readMupTlvs(reader: FieldReader, table: TlvTable<MupTlv>): { readonly tlvs?: readonly (MupTlv | RawTlv)[] } {
  return reader.remaining === 0 ? {} : { tlvs: readTlvs(reader, "1+1", table) };
}

function writeMupTlvs(tlvs: readonly (MupTlv | RawTlv)[] | undefined, writer: OctetWriter): void {
  writeTlvs(tlvs ?? [], "1+1", MUP_TLVS, "tlvs", writer);
}

function interworkSegmentDiscovery(bits: AddressBits): RouteTypeRow<InterworkSegmentDiscoveryRoute> {
  return {
    routeType: 1,
    name: "interworkSegmentDiscovery",
    read: (reader) => ({
      name: "interworkSegmentDiscovery",
      routeType: 1,
      routeDistinguisher: readRouteDistinguisher(reader),
      prefix: readPrefixField(reader, bits, "Prefix"),
    }),
    write: (nlri, writer) => {
      writeRouteDistinguisher(nlri.routeDistinguisher, writer);
      writePrefixField(nlri.prefix, bits, writer);
    },
  };
}

function directSegmentDiscovery(bits: AddressBits): RouteTypeRow<DirectSegmentDiscoveryRoute> {
  return {
    routeType: 2,
    name: "directSegmentDiscovery",
    read: (reader) => ({
      name: "directSegmentDiscovery",
      routeType: 2,
      routeDistinguisher: readRouteDistinguisher(reader),
      address: readAddress(reader, "Address", bits >> 3),
    }),
    write: (nlri, writer) => {
      writeRouteDistinguisher(nlri.routeDistinguisher, writer);
      writeFamilyAddress(nlri.address, bits, "address", writer);
    },
  };
}

function type1SessionTransformed(bits: AddressBits): RouteTypeRow<Type1SessionTransformedRoute> {
  return {
    routeType: 3,
    name: "type1SessionTransformed",
    read: (reader) => {
      const routeDistinguisher = readRouteDistinguisher(reader);
      const prefix = readPrefixField(reader, bits, "Prefix");
      const teid = reader.u32("TEID");
      const qfi = reader.u8("QFI");
      const endpointAddress = readSizedAddress(reader, "Endpoint Address Length", "Endpoint Address");
      const source =
        reader.remaining === 0
          ? {}
          : { sourceAddress: readOptionalAddress(reader, "Source Address Length", "Source Address") };
      return {
        name: "type1SessionTransformed",
        routeType: 3,
        routeDistinguisher,
        prefix,
        teid,
        qfi,
        endpointAddress,
        ...source,
        ...readMupTlvs(reader, MUP_TLVS),
      };
    },
    write: (nlri, writer) => {
      const { sourceAddress, tlvs } = nlri;
      writeRouteDistinguisher(nlri.routeDistinguisher, writer);
      writePrefixField(nlri.prefix, bits, writer);
      writer.u32(nlri.teid);
      writer.u8(nlri.qfi);
      writeSizedAddress(nlri.endpointAddress, "endpointAddress", writer);
      if (sourceAddress !== undefined) writeSizedAddress(sourceAddress, "sourceAddress", writer);
      else if (tlvs !== undefined)
        throw new ConfigError("invalid-value", "tlvs", "stand behind a sourceAddress or null");
      writeMupTlvs(tlvs, writer);
    },
  };
}

/** Bits of a whole TEID. */
const TEID_BITS = 32;

function type2SessionTransformed(bits: AddressBits): RouteTypeRow<Type2SessionTransformedRoute> {
  return {
    routeType: 4,
    name: "type2SessionTransformed",
    read: (reader) => {
      const routeDistinguisher = readRouteDistinguisher(reader);
      const teidLength = reader.u8("Endpoint Length") - bits;
      if (teidLength < 0 || teidLength > TEID_BITS) reader.fail();
      return {
        name: "type2SessionTransformed",
        routeType: 4,
        routeDistinguisher,
        endpointAddress: readAddress(reader, "Endpoint Address", bits >> 3),
        teid: readTeid(reader, teidLength),
        teidLength,
        ...readMupTlvs(reader, TYPE_2_TLVS),
      };
    },
    write: (nlri, writer) => {
      writeRouteDistinguisher(nlri.routeDistinguisher, writer);
      if (!Number.isInteger(nlri.teidLength) || nlri.teidLength < 0 || nlri.teidLength > TEID_BITS) {
        throw new ConfigError("invalid-value", "teidLength", `${nlri.teidLength} is not 0 to 32`);
      }
      writer.u8(bits + nlri.teidLength);
      writeFamilyAddress(nlri.endpointAddress, bits, "endpointAddress", writer);
      writeTeid(nlri.teid, nlri.teidLength, writer);
      writeMupTlvs(nlri.tlvs, writer);
    },
  };
}

/** As many octets as the length needs, which are the first of a TEID. */
function readTeid(reader: FieldReader, bits: number): number {
  const octets = reader.octets("TEID", (bits + 7) >> 3);
  return octets.reduce((teid, octet, i) => teid + octet * 2 ** (24 - 8 * i), 0);
}

function writeTeid(teid: number, bits: number, writer: OctetWriter): void {
  const at = writer.length;
  writer.u32(teid);
  const octets = (bits + 7) >> 3;
  if (writer.buffer.subarray(at + octets, at + 4).some((octet) => octet !== 0)) {
    throw new ConfigError("invalid-value", "teid", `${teid} has more than ${bits} leading bits`);
  }
  writer.length = at + octets;
}

/** Writes an address of the family's version. @throws ConfigError `invalid-value` where it is of the other, or none */
function writeFamilyAddress(address: string, bits: AddressBits, field: string, writer: OctetWriter): void {
  const at = writer.length;
  writeAddress(address, field, writer);
  if (writer.length - at === bits >> 3) return;
  throw new ConfigError("invalid-value", field, `"${address}" is no IPv${bits === 32 ? 4 : 6} address`);
}

function mupRow(afi: 1 | 2, bits: AddressBits): RowOfKind<"mup"> {
  const routes: RouteTypeTable<MupNlri> = routeTypeTable<MupNlri>([
    interworkSegmentDiscovery(bits),
    directSegmentDiscovery(bits),
    type1SessionTransformed(bits),
    type2SessionTransformed(bits),
  ]);
  return routeFamily({
    afi,
    safi: Safi.Mup,
    kind: "mup",
    nextHop: ANY_NEXT_HOP,
    extent: octetLength(3),
    malformed: MUP_RULES["mup-nlri"],
    read: (reader) => readMup(reader, routes),
    write: (nlri, writer) => {
      const row = routeTypeRow(nlri, routes);
      writer.u8(ARCHITECTURE_3GPP_5G);
      writer.u16(nlri.routeType);
      const at = writer.reserve(1);
      row.write(nlri, writer);
      writer.setU8(at, writer.length - at - 1);
    },
    judge: (_buffer, _at, _end, place, nlri) => judge(nlri, place),
    judgeMessage,
  });
}

/** Attributes that routes of a type have to have with them. */
function judgeMessage(message: Offsets, context: DecodeContext): readonly Rule[] {
  const rules: Rule[] = [];
  if (someRoute(message, context, isSegmentDiscovery) && !has(message, AttributeCode.PrefixSid)) {
    rules.push(MUP_RULES["mup-no-prefix-sid"]);
  }
  if (someRoute(message, context, isType2) && count(message, AttributeCode.ExtendedCommunities, 8, isMup) === 0) {
    rules.push(MUP_RULES["mup-no-community"]);
  }
  return rules;
}

function isSegmentDiscovery({ name }: SomeNlri): boolean {
  return name === "interworkSegmentDiscovery" || name === "directSegmentDiscovery";
}

function isType2({ name }: SomeNlri): boolean {
  return name === "type2SessionTransformed";
}

/** A BGP MUP extended community, of any sub-type (section 3.2). */
function isMup(buffer: Uint8Array, at: number): boolean {
  return buffer[at] === MUP_COMMUNITY;
}

const MUP_COMMUNITY = 0x0c;

/** Section 3.1: routes of other architectures and types "MUST be silently ignored". */
function readMup(reader: FieldReader, routes: RouteTypeTable<MupNlri>): MupNlri | null {
  const start = reader.at;
  const architecture = reader.u8("Architecture Type");
  const row = routes.get(reader.u16("Route Type"));
  reader.u8("Length");
  if (architecture !== ARCHITECTURE_3GPP_5G || row === undefined) {
    reader.rest("Route Type specific");
    return null;
  }
  const nlri = row.read(reader);
  reader.group(row.name, start);
  return nlri;
}

/** The family ipv4-mup (draft-ietf-bess-mup-safi-01, before it draft-mpmz-bess-mup-safi): a row for registries and `nlriHandler`. */
export const IPV4_MUP: RowOfKind<"mup"> = /* @__PURE__ */ mupRow(Afi.IPv4, 32);
/** The family ipv6-mup (draft-ietf-bess-mup-safi-01, before it draft-mpmz-bess-mup-safi): a row for registries and `nlriHandler`. */
export const IPV6_MUP: RowOfKind<"mup"> = /* @__PURE__ */ mupRow(Afi.IPv6, 128);

/** Sections 3.1.3.1 and 3.1.4.1: "The TEID value of 0 is considered as an invalid and a malformed TEID." */
function judge(nlri: MupNlri, { withdrawn }: NlriPlace): Rule | null {
  if (withdrawn || nlri.name === "interworkSegmentDiscovery" || nlri.name === "directSegmentDiscovery") return null;
  const isThere = nlri.name === "type1SessionTransformed" || nlri.teidLength > 0;
  return isThere && nlri.teid === 0 ? MUP_RULES["mup-teid"] : null;
}
