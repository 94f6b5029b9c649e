// An UPDATE but for its routes: where they go (RFC 7606 section 5.1), and the octets that are around them.
import {
  Afi,
  AttributeCode,
  ConfigError,
  familyName,
  HEADER_LENGTH,
  parseIPv4,
  Safi,
  type Family,
} from "@bgpwire/core";
import { nextHop as nextHopAttribute } from "../attribute/next-hop.ts";
import { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import type { Nlri } from "../nlri/model.ts";
import { writeNextHop, type NextHop, type VpnNextHop } from "../nlri/next-hop.ts";
import type { FamilyRow } from "../nlri/row.ts";
import { EXTENDED_LENGTH_FLAG, OPTIONAL_FLAG } from "../numbers.ts";
import { splitAs4 } from "./as4.ts";
import { writeAttribute } from "./encode.ts";
import { attributeNamed, type PathAttribute } from "./model.ts";

/** A next hop as it may be given: an address alone too, and null for none. */
export type GivenNextHop = string | NextHop | VpnNextHop | null;

/** How a route is announced, all of it but the route. */
export interface Announcing {
  readonly hop: AnyNextHop;
  /** Without NEXT_HOP, as the session has them, in the order of their codes. */
  readonly others: readonly PathAttribute[];
}

type AnyNextHop = NextHop | { readonly nextHop: null };

function hopOf(hop: GivenNextHop | undefined): AnyNextHop {
  if (hop === undefined) throw new ConfigError("invalid-value", "nextHop", "routes are announced without a next hop");
  return typeof hop === "string" || hop === null ? ({ nextHop: hop } as AnyNextHop) : hop;
}

/**
 * Attributes and next hop as this session has them.
 *
 * @throws ConfigError `invalid-value` where there is no next hop, or a route is among the attributes
 */
export function announcing(
  attributes: readonly PathAttribute[],
  nextHop: GivenNextHop | undefined,
  context: DecodeContext,
): Announcing {
  const list = sorted(context.fourOctetAs ? attributes : splitAs4(attributes));
  const given = attributeNamed(list, "nextHop")?.address;
  const hop = hopOf(nextHop === undefined ? given : nextHop);
  return { hop, others: list.filter((attribute) => attribute.name !== "nextHop") };
}

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };
const IPV6_UNICAST: Family = { afi: Afi.IPv6, safi: Safi.Unicast };

/**
 * The family of a prefix alone.
 *
 * @throws ConfigError `invalid-value` where a route is no prefix
 */
export function unicastOf(nlri: Nlri | string): Family {
  if (typeof nlri !== "string" && !("prefix" in nlri)) {
    throw new ConfigError("invalid-value", "family", "is not given, and no route is a prefix");
  }
  // The one character that tells the versions apart; whether it is a prefix is asked when it is written.
  return (typeof nlri === "string" ? nlri : nlri.prefix).includes(":") ? IPV6_UNICAST : IPV4_UNICAST;
}

/** The row of a family. @throws ConfigError `invalid-value` where the context does not know it */
export function knownRow(family: Family, context: DecodeContext): FamilyRow {
  const { row } = familyIn(context, family.afi, family.safi);
  if (row === null) throw new ConfigError("invalid-value", "family", `${familyName(family)} is not known`);
  return row;
}

/** A route as an object. @throws ConfigError `invalid-value` where it is a text and the family's routes are not prefixes */
export function routeObject(route: Nlri | string, row: FamilyRow): Nlri {
  if (typeof route !== "string") return route;
  if (row.kind === "prefix") return { prefix: route };
  const message = `"${route}" is a text, and routes of ${familyName(row)} are objects, which parseNlri makes`;
  throw new ConfigError("invalid-value", "family", message);
}

function isClassic(row: FamilyRow, multiprotocol: boolean): boolean {
  return row.afi === Afi.IPv4 && row.safi === Safi.Unicast && !multiprotocol;
}

/** RFC 4271 section 5: "The sender of an UPDATE message SHOULD order path attributes … in ascending order". */
function sorted(attributes: readonly PathAttribute[]): PathAttribute[] {
  for (const { code } of attributes) {
    if (code === AttributeCode.MpReachNlri || code === AttributeCode.MpUnreachNlri) {
      throw new ConfigError("invalid-value", "attributes", "the routes are in announce and withdraw alone");
    }
  }
  return [...attributes].sort((a, b) => a.code - b.code);
}

/** An UPDATE but for its routes: given their octets, the body. */
export interface Frame {
  readonly overhead: number;
  body(routes: Uint8Array): Uint8Array;
}

const NONE = /* @__PURE__ */ new Uint8Array(0);

/** How many octets of routes a message can have. */
export function roomIn(frame: Frame, longestMessage: number): number {
  return longestMessage - HEADER_LENGTH - frame.overhead;
}

/** What a message says of routes whose attributes leave no room for one. */
export function noRoom(longestMessage: number): ConfigError {
  const message = `the attributes leave no room for a route in a message of ${longestMessage} octets`;
  return new ConfigError("invalid-value", "attributes", message);
}

/**
 * The frame that announces routes of a family: the fields of RFC 4271 for IPv4 unicast by an IPv4 next hop, else MP_REACH_NLRI.
 *
 * @throws ConfigError `invalid-value` where the next hop is none that the family can have on this session
 */
export function announcementFrame(
  row: FamilyRow,
  { hop, others }: Announcing,
  multiprotocol: boolean,
  context: DecodeContext,
): Frame {
  const { nextHop } = hop;
  const classic = nextHop !== null && isClassic(row, multiprotocol) && parseIPv4(nextHop) !== null;
  return classic ? announcedFrame(nextHop, others, context) : reachFrame(row, hop, others, context);
}

/** The frame that withdraws routes of a family. */
export function withdrawalFrame(row: FamilyRow, multiprotocol: boolean): Frame {
  return isClassic(row, multiprotocol) ? withdrawnFrame() : unreachFrame(row);
}

/** The Withdrawn Routes field. */
function withdrawnFrame(): Frame {
  return { overhead: 4, body: (routes) => bodyOf(routes, NONE, NONE) };
}

/** The NLRI field. */
function announcedFrame(nextHop: string, others: readonly PathAttribute[], context: DecodeContext): Frame {
  const attributes = octetsOf(sorted([...others, nextHopAttribute(nextHop)]), context);
  return { overhead: 4 + attributes.length, body: (routes) => bodyOf(NONE, attributes, routes) };
}

/** MP_UNREACH_NLRI, alone. */
function unreachFrame(row: FamilyRow): Frame {
  const fixed = Uint8Array.of(row.afi >> 8, row.afi, row.safi);
  return multiprotocolFrame(AttributeCode.MpUnreachNlri, fixed, NONE);
}

/** MP_REACH_NLRI, then the other attributes. */
function reachFrame(row: FamilyRow, hop: AnyNextHop, others: readonly PathAttribute[], context: DecodeContext): Frame {
  const { extendedNextHop } = familyIn(context, row.afi, row.safi);
  if (hop.nextHop === null && !row.nextHop.fits(0, extendedNextHop)) throw noNextHop(row, hop);
  const fixed = new OctetWriter();
  fixed.u16(row.afi);
  fixed.u8(row.safi);
  const lengthAt = fixed.reserve(1);
  writeNextHop(row.nextHop, hop, fixed);
  const length = fixed.length - lengthAt - 1;
  if (!row.nextHop.fits(length, extendedNextHop)) throw noNextHop(row, hop);
  fixed.setU8(lengthAt, length);
  fixed.u8(0);
  return multiprotocolFrame(AttributeCode.MpReachNlri, fixed.copy(), octetsOf(others, context));
}

function noNextHop({ afi, safi }: FamilyRow, { nextHop }: AnyNextHop): ConfigError {
  const message = `${nextHop ?? "none"} is no next hop of ${familyName({ afi, safi })} on this session`;
  return new ConfigError("invalid-value", "nextHop", message);
}

function multiprotocolFrame(code: number, fixed: Uint8Array, others: Uint8Array): Frame {
  return {
    overhead: 4 + 4 + fixed.length + others.length,
    body: (routes) => {
      const length = fixed.length + routes.length;
      const header =
        length > 0xff
          ? [OPTIONAL_FLAG | EXTENDED_LENGTH_FLAG, code, length >> 8, length]
          : [OPTIONAL_FLAG, code, length];
      return bodyOf(NONE, concat(Uint8Array.from(header), fixed, routes, others), NONE);
    },
  };
}

function octetsOf(attributes: readonly PathAttribute[], context: DecodeContext): Uint8Array {
  const writer = new OctetWriter();
  for (const attribute of attributes) writeAttribute(attribute, writer, context);
  return writer.copy();
}

function bodyOf(withdrawn: Uint8Array, attributes: Uint8Array, nlri: Uint8Array): Uint8Array {
  const lengths = [withdrawn.length, attributes.length];
  const [first, second] = lengths.map((length) => Uint8Array.of(length >> 8, length)) as [Uint8Array, Uint8Array];
  return concat(first, withdrawn, second, attributes, nlri);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
