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
import { u16At } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import type { Nlri } from "../nlri/model.ts";
import { writeNextHop, type NextHop, type VpnNextHop } from "../nlri/next-hop.ts";
import type { FamilyRow } from "../nlri/row.ts";
import { EXTENDED_LENGTH_FLAG, OPTIONAL_FLAG } from "../numbers.ts";
import { mergeAs4, splitAs4 } from "./as4.ts";
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
  if (!Array.isArray(attributes)) {
    throw new ConfigError("invalid-value", "attributes", 'is not a list such as [origin("igp"), asPath("65001")]');
  }
  const list = sorted(withAsNumbers(attributes, context));
  const given = attributeNamed(list, "nextHop")?.address;
  const hop = hopOf(nextHop === undefined ? given : nextHop);
  return { hop, others: list.filter((attribute) => attribute.name !== "nextHop") };
}

/**
 * AS numbers as the session has them. RFC 6793 section 4.1: "AS4_PATH and AS4_AGGREGATOR, MUST NOT be carried in an UPDATE message
 * between NEW BGP speakers"; what they say of a route that came from an old speaker is not to be lost, whoever is told of it.
 */
function withAsNumbers(attributes: readonly PathAttribute[], { fourOctetAs }: DecodeContext): readonly PathAttribute[] {
  const isOld = attributes.some(({ name }) => name === "as4Path" || name === "as4Aggregator");
  const whole = isOld ? mergeAs4(attributes) : attributes;
  return fourOctetAs ? whole : splitAs4(whole);
}

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };
const IPV6_UNICAST: Family = { afi: Afi.IPv6, safi: Safi.Unicast };

/**
 * The family of a prefix alone.
 *
 * @throws ConfigError `invalid-value` where a route is no prefix
 */
export function unicastOf(nlri: Nlri | string): Family {
  checkRoute(nlri);
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
  checkRoute(route);
  if (typeof route !== "string") return route;
  if (row.kind === "prefix") return { prefix: route };
  const message = `"${route}" is a text, and routes of ${familyName(row)} are objects, which parseNlri makes`;
  throw new ConfigError("invalid-value", "family", message);
}

/** @throws ConfigError `invalid-value` for what cannot be a route at all */
function checkRoute(route: unknown): void {
  if (typeof route === "string" || (typeof route === "object" && route !== null)) return;
  const message = `${String(route)} is no route; give text such as "203.0.113.0/24", or an object`;
  throw new ConfigError("invalid-value", "nlri", message);
}

function isClassic(row: FamilyRow, multiprotocol: boolean): boolean {
  return row.afi === Afi.IPv4 && row.safi === Safi.Unicast && !multiprotocol;
}

/** RFC 4271 section 5: "The sender of an UPDATE message SHOULD order path attributes … in ascending order". */
function sorted(attributes: readonly PathAttribute[]): readonly PathAttribute[] {
  let before = 0;
  let ordered = true;
  for (const { code } of attributes) {
    if (code === AttributeCode.MpReachNlri || code === AttributeCode.MpUnreachNlri) {
      throw new ConfigError("invalid-value", "attributes", "the routes are in announce and withdraw alone");
    }
    ordered &&= code >= before;
    before = code;
  }
  return ordered ? attributes : [...attributes].sort((a, b) => a.code - b.code);
}

// A frame is an UPDATE but for its routes, as octets: its kind, where in the body the routes go, and the body without them.
const WITHDRAWN_ROUTES = 0;
const NLRI = 1;
/** MP_REACH_NLRI or MP_UNREACH_NLRI, with room for the longer of its headers. */
const MULTIPROTOCOL = 2;
/** Octets before the body. */
const BODY_AT = 3;

/** How many octets of routes a message can have. @param frameLength of all the octets of a frame */
export function roomIn(frameLength: number, longestMessage: number): number {
  return longestMessage - HEADER_LENGTH - (frameLength - BODY_AT);
}

/** What a message says of routes whose attributes leave no room for one. */
export function noRoom(longestMessage: number): ConfigError {
  const message = `the attributes leave no room for a route in a message of ${longestMessage} octets`;
  return new ConfigError("invalid-value", "attributes", message);
}

/**
 * Writes the frame that announces routes of a family: the fields of RFC 4271 for IPv4 unicast by an IPv4 next hop, else MP_REACH_NLRI.
 *
 * @throws ConfigError `invalid-value` where the next hop is none that the family can have on this session
 */
export function writeAnnouncementFrame(
  row: FamilyRow,
  { hop, others }: Announcing,
  multiprotocol: boolean,
  context: DecodeContext,
  writer: OctetWriter,
): void {
  const { nextHop } = hop;
  const classic = nextHop !== null && isClassic(row, multiprotocol) && parseIPv4(nextHop) !== null;
  if (classic) writeNlriFrame(nextHop, others, context, writer);
  else writeReachFrame(row, hop, others, context, writer);
}

/** Writes the frame that withdraws routes of a family. */
export function writeWithdrawalFrame(row: FamilyRow, multiprotocol: boolean, writer: OctetWriter): void {
  if (isClassic(row, multiprotocol)) {
    writer.u8(WITHDRAWN_ROUTES);
    writer.u16(2);
    writer.u32(0);
    return;
  }
  const start = beginMultiprotocol(AttributeCode.MpUnreachNlri, row, writer);
  routesAreHere(start, writer);
}

function writeNlriFrame(
  nextHop: string,
  others: readonly PathAttribute[],
  context: DecodeContext,
  writer: OctetWriter,
): void {
  const start = writer.length;
  writer.u8(NLRI);
  writer.u16(0);
  writer.u32(0);
  const attributes = writer.length;
  let i = 0;
  for (; i < others.length && others[i]!.code < AttributeCode.NextHop; i += 1) {
    writeAttribute(others[i]!, writer, context);
  }
  writeAttribute(nextHopAttribute(nextHop), writer, context);
  for (; i < others.length; i += 1) writeAttribute(others[i]!, writer, context);
  writer.setU16(attributes - 2, writer.length - attributes);
  routesAreHere(start, writer);
}

function writeReachFrame(
  row: FamilyRow,
  hop: AnyNextHop,
  others: readonly PathAttribute[],
  context: DecodeContext,
  writer: OctetWriter,
): void {
  const { extendedNextHop } = familyIn(context, row.afi, row.safi);
  if (hop.nextHop === null && !row.nextHop.fits(0, extendedNextHop)) throw noNextHop(row, hop);
  const start = beginMultiprotocol(AttributeCode.MpReachNlri, row, writer);
  const lengthAt = writer.reserve(1);
  writeNextHop(row.nextHop, hop, writer);
  const length = writer.length - lengthAt - 1;
  if (!row.nextHop.fits(length, extendedNextHop)) throw noNextHop(row, hop);
  writer.setU8(lengthAt, length);
  writer.u8(0);
  routesAreHere(start, writer);
  for (let i = 0; i < others.length; i += 1) writeAttribute(others[i]!, writer, context);
}

function noNextHop({ afi, safi }: FamilyRow, { nextHop }: AnyNextHop): ConfigError {
  const message = `${nextHop ?? "none"} is no next hop of ${familyName({ afi, safi })} on this session`;
  return new ConfigError("invalid-value", "nextHop", message);
}

/** No withdrawn routes, and the attribute as far as the family; all lengths are for `BodyBuilder`. @returns where the frame begins */
function beginMultiprotocol(code: number, { afi, safi }: FamilyRow, writer: OctetWriter): number {
  const start = writer.length;
  writer.u8(MULTIPROTOCOL);
  writer.u16(0);
  writer.u32(0);
  writer.u8(OPTIONAL_FLAG);
  writer.u8(code);
  writer.u16(0);
  writer.u16(afi);
  writer.u8(safi);
  return start;
}

function routesAreHere(start: number, writer: OctetWriter): void {
  writer.setU16(start + 1, writer.length - start - BODY_AT);
}

/** Puts bodies of UPDATEs together, one after the other in the same memory: `begin`, routes, `end`. */
export class BodyBuilder {
  readonly octets: Uint8Array;
  /** Where the next route goes. Whoever writes one moves it on, and keeps to `roomIn`. */
  length = 0;
  #frame: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;

  constructor(longestMessage: number) {
    this.octets = new Uint8Array(longestMessage - HEADER_LENGTH);
  }

  /** @param frame has a frame in `[start, end)`, and keeps it until `end` */
  begin(frame: Uint8Array, start: number, end: number): void {
    this.#frame = frame;
    this.#start = start;
    this.#end = end;
    this.length = 0;
    const body = start + BODY_AT;
    this.#append(body, body + u16At(frame, start + 1));
  }

  /** @returns the body, a view of memory that the next `begin` writes into */
  end(): Uint8Array {
    const { octets } = this;
    const frame = this.#frame;
    const kind = frame[this.#start]!;
    const at = u16At(frame, this.#start + 1);
    const routesEnd = this.length;
    this.#append(this.#start + BODY_AT + at, this.#end);
    if (kind === WITHDRAWN_ROUTES) setU16(octets, 0, routesEnd - at);
    if (kind !== MULTIPROTOCOL) return octets.subarray(0, this.length);
    const value = routesEnd - 8;
    setU16(octets, 2, this.length - 4);
    if (value > 0xff) {
      octets[4] = OPTIONAL_FLAG | EXTENDED_LENGTH_FLAG;
      setU16(octets, 6, value);
      return octets.subarray(0, this.length);
    }
    // The shorter header: the body begins an octet later.
    octets[1] = octets[2] = 0;
    setU16(octets, 3, this.length - 5);
    octets[6] = octets[5]!;
    octets[5] = OPTIONAL_FLAG;
    octets[7] = value;
    return octets.subarray(1, this.length);
  }

  #append(start: number, end: number): void {
    this.length = copyOctets(this.#frame, start, end, this.octets, this.length);
  }
}

/** Copies the octets in `[start, end)` to `at`: a loop, as most are few. @returns where they end */
export function copyOctets(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  let to = at;
  for (let i = start; i < end; i += 1, to += 1) into[to] = from[i]!;
  return to;
}

function setU16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}
