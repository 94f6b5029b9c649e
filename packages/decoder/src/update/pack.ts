// From routes that share their attributes to as few UPDATEs as they need: RFC 7606 section 5.1 for what goes where, and the
// session's longest message for how much.
import {
  Afi,
  AttributeCode,
  ByteWriter,
  ConfigError,
  familyName,
  HEADER_LENGTH,
  parseIPv4,
  parsePrefix,
  Safi,
  type Family,
} from "@bgpwire/core";
import { nextHop as nextHopAttribute } from "../attribute/next-hop.ts";
import { AttributeFlag } from "../attribute/row.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import type { FamilyRow, NextHop } from "../nlri/row.ts";
import { splitAs4 } from "./as4.ts";
import { encodeAttribute } from "./encode.ts";
import { attributeNamed, type Nlri, type PathAttribute } from "./model.ts";

/** Routes to announce and to withdraw. */
export interface RouteBatch {
  /** The family of all of them. Default: unicast, as each prefix has it. */
  readonly family?: Family;
  /** Announced prefixes; all have `attributes` and `nextHop`. */
  readonly announce?: readonly (Nlri | string)[];
  readonly withdraw?: readonly (Nlri | string)[];
  /** In any order, without those of routes (MP_REACH_NLRI, MP_UNREACH_NLRI). */
  readonly attributes?: readonly PathAttribute[];
  /** The next hop; may instead be a NEXT_HOP among the attributes. */
  readonly nextHop?: string | NextHop;
  /** Put IPv4 unicast into MP_REACH_NLRI and MP_UNREACH_NLRI too. Default: into the fields RFC 4271 has for it. */
  readonly multiprotocol?: boolean;
}

/**
 * Packs routes into bodies of UPDATEs, each at most as long as `context.maxMessage` allows, withdrawals first.
 *
 * A message carries one field of routes (RFC 7606 section 5.1), MP_REACH_NLRI and MP_UNREACH_NLRI before all other attributes
 * and those in the order of their codes. On a two-octet session AS4_PATH and AS4_AGGREGATOR are made (RFC 6793). With ADD-PATH
 * a prefix without path identifier gets 0, without ADD-PATH path identifiers are left out.
 *
 * @throws ConfigError `invalid-value` where a text is no prefix or address, the next hop is missing or not one the family can
 *   have on this session, or the attributes leave no room for a route
 * @example
 * packUpdates({ announce: ["203.0.113.0/24"], attributes: [origin("igp"), asPath([65001])], nextHop: "192.0.2.1" }, context)
 */
export function packUpdates(batch: RouteBatch, context: DecodeContext): Uint8Array[] {
  const limit = context.maxMessage - HEADER_LENGTH;
  const bodies: Uint8Array[] = [];
  for (const group of groupsOf(batch.withdraw ?? [], batch, context)) {
    if (isClassic(group.row, batch)) packField(group, limit, bodies, (routes) => classicBody(routes, NONE, NONE));
    else packField(group, limit, bodies, (routes) => classicBody(NONE, unreachOf(group.row, routes), NONE));
  }
  if ((batch.announce ?? []).length === 0) return bodies;

  const attributes = sorted(context.fourOctetAs ? (batch.attributes ?? []) : splitAs4(batch.attributes ?? []));
  const given = attributeNamed(attributes, "nextHop")?.address;
  const hop = typeof batch.nextHop === "string" ? { nextHop: batch.nextHop } : (batch.nextHop ?? asHop(given));
  const others = attributes.filter((attribute) => attribute.name !== "nextHop");
  for (const group of groupsOf(batch.announce ?? [], batch, context)) {
    if (hop === null) throw new ConfigError("invalid-value", "nextHop", "routes are announced without a next hop");
    if (isClassic(group.row, batch) && parseIPv4(hop.nextHop) !== null) {
      const block = encodeAll(sorted([...others, nextHopAttribute(hop.nextHop)]), context);
      packField(group, limit, bodies, (routes) => classicBody(NONE, block, routes));
    } else {
      const hopOctets = nextHopOctets(group.row, hop, context);
      const block = encodeAll(others, context);
      packField(group, limit, bodies, (routes) =>
        classicBody(NONE, reachOf(group.row, hopOctets, routes, block), NONE),
      );
    }
  }
  return bodies;
}

const NONE = /* @__PURE__ */ new Uint8Array(0);
/** Routes that need a length of two octets. */
const LONG = /* @__PURE__ */ new Uint8Array(256);

/** Routes of one family, encoded one by one. */
interface Group {
  readonly row: FamilyRow;
  readonly routes: readonly Uint8Array[];
}

function groupsOf(list: readonly (Nlri | string)[], batch: RouteBatch, context: DecodeContext): Group[] {
  const groups = new Map<FamilyRow, Uint8Array[]>();
  for (const item of list) {
    const nlri = typeof item === "string" ? { prefix: item } : item;
    const { row, addPath } = familyIn(context, ...numbersOf(batch.family, nlri));
    if (row === null) throw new ConfigError("invalid-value", "family", `${familyName(batch.family!)} has no prefixes`);
    const writer = new ByteWriter(21);
    if (addPath) writer.u32(nlri.pathId ?? 0);
    row.encode(nlri, writer);
    const routes = groups.get(row);
    if (routes === undefined) groups.set(row, [writer.finish()]);
    else routes.push(writer.finish());
  }
  return [...groups].map(([row, routes]) => ({ row, routes }));
}

function numbersOf(family: Family | undefined, nlri: Nlri): [afi: number, safi: number] {
  if (family !== undefined) return [family.afi, family.safi];
  return [parsePrefix(nlri.prefix)?.version === 6 ? Afi.IPv6 : Afi.IPv4, Safi.Unicast];
}

function isClassic(row: FamilyRow, batch: RouteBatch): boolean {
  return row.afi === Afi.IPv4 && row.safi === Safi.Unicast && batch.multiprotocol !== true;
}

function asHop(address: string | undefined): NextHop | null {
  return address === undefined ? null : { nextHop: address };
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

function encodeAll(attributes: readonly PathAttribute[], context: DecodeContext): Uint8Array {
  const writer = new ByteWriter(128);
  for (const attribute of attributes) writer.bytes(encodeAttribute(attribute, context));
  return writer.finish();
}

function nextHopOctets(row: FamilyRow, hop: NextHop, context: DecodeContext): Uint8Array {
  const writer = new ByteWriter(32);
  row.encodeNextHop(hop, writer);
  const { extendedNextHop } = familyIn(context, row.afi, row.safi);
  if (!row.nextHopFits(writer.length, extendedNextHop)) {
    const family = familyName({ afi: row.afi, safi: row.safi });
    throw new ConfigError("invalid-value", "nextHop", `${hop.nextHop} is no next hop for ${family} on this session`);
  }
  return writer.finish();
}

/**
 * Fills messages with routes: as many as the limit has room for.
 *
 * @param body the message with these octets of routes
 */
function packField(group: Group, limit: number, bodies: Uint8Array[], body: (routes: Uint8Array) => Uint8Array): void {
  // Besides the routes there is what an empty message has; an attribute around them gets one more octet of length above 255.
  const room = limit - body(NONE).length - (body(LONG).length - body(NONE).length - LONG.length);
  let field = new ByteWriter();
  for (const route of group.routes) {
    if (route.length > room) {
      const message = `no room for a route in a message of ${limit + HEADER_LENGTH} octets`;
      throw new ConfigError("invalid-value", "attributes", message);
    }
    if (field.length + route.length > room) {
      bodies.push(body(field.finish()));
      field = new ByteWriter();
    }
    field.bytes(route);
  }
  bodies.push(body(field.finish()));
}

function classicBody(withdrawn: Uint8Array, attributes: Uint8Array, nlri: Uint8Array): Uint8Array {
  const writer = new ByteWriter(4 + withdrawn.length + attributes.length + nlri.length);
  writer.u16(withdrawn.length);
  writer.bytes(withdrawn);
  writer.u16(attributes.length);
  writer.bytes(attributes);
  writer.bytes(nlri);
  return writer.finish();
}

/** MP_REACH_NLRI, then the other attributes. */
function reachOf(row: FamilyRow, hop: Uint8Array, routes: Uint8Array, others: Uint8Array): Uint8Array {
  const writer = new ByteWriter(16 + hop.length + routes.length + others.length);
  writeHeader(writer, AttributeCode.MpReachNlri, 5 + hop.length + routes.length);
  writer.u16(row.afi);
  writer.u8(row.safi);
  writer.u8(hop.length);
  writer.bytes(hop);
  writer.u8(0);
  writer.bytes(routes);
  writer.bytes(others);
  return writer.finish();
}

function unreachOf(row: FamilyRow, routes: Uint8Array): Uint8Array {
  const writer = new ByteWriter(8 + routes.length);
  writeHeader(writer, AttributeCode.MpUnreachNlri, 3 + routes.length);
  writer.u16(row.afi);
  writer.u8(row.safi);
  writer.bytes(routes);
  return writer.finish();
}

/** Header of an optional non-transitive attribute. */
function writeHeader(writer: ByteWriter, code: number, length: number): void {
  const extended = length > 0xff;
  writer.u8(AttributeFlag.Optional | (extended ? AttributeFlag.ExtendedLength : 0));
  writer.u8(code);
  if (extended) writer.u16(length);
  else writer.u8(length);
}
