// From routes that share their attributes to as few UPDATEs as they need: RFC 7606 section 5.1 for what goes where, and the
// session's longest message for how much.
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
import { encodeOne } from "../nlri/fields.ts";
import type { Nlri } from "../nlri/model.ts";
import { writeNextHop, type NextHop, type VpnNextHop } from "../nlri/next-hop.ts";
import type { FamilyRow, NlriPlace } from "../nlri/row.ts";
import { EXTENDED_LENGTH_FLAG, OPTIONAL_FLAG } from "../numbers.ts";
import { splitAs4 } from "./as4.ts";
import { writeAttribute } from "./encode.ts";
import { attributeNamed, type PathAttribute } from "./model.ts";

/** Routes to announce and to withdraw. */
export interface RouteBatch {
  /** The family of all of them. Default: unicast, as each prefix has it. */
  readonly family?: Family;
  /** Announced routes, texts of prefixes among them; all have `attributes` and `nextHop`. */
  readonly announce?: readonly (Nlri | string)[];
  readonly withdraw?: readonly (Nlri | string)[];
  /** In any order, without those of routes (MP_REACH_NLRI, MP_UNREACH_NLRI). */
  readonly attributes?: readonly PathAttribute[];
  /** The next hop; may instead be a NEXT_HOP among the attributes. Null: none, for families that can do without. */
  readonly nextHop?: string | NextHop | VpnNextHop | null;
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
  const bodies: Uint8Array[] = [];
  for (const [row, routes] of byFamily(batch.withdraw ?? [], batch, context)) {
    const frame = isClassic(row, batch) ? withdrawnFrame() : unreachFrame(row);
    pack(frame, row, routes, context.compiled.withdrawn, bodies);
  }
  if ((batch.announce ?? []).length === 0) return bodies;

  const attributes = sorted(context.fourOctetAs ? (batch.attributes ?? []) : splitAs4(batch.attributes ?? []));
  const given = attributeNamed(attributes, "nextHop")?.address;
  const hop = hopOf(batch.nextHop === undefined ? given : batch.nextHop);
  const others = attributes.filter((attribute) => attribute.name !== "nextHop");
  for (const [row, routes] of byFamily(batch.announce ?? [], batch, context)) {
    const { nextHop } = hop;
    const classic = nextHop !== null && isClassic(row, batch) && parseIPv4(nextHop) !== null;
    const frame = classic ? announcedFrame(nextHop, others, context) : reachFrame(row, hop, others, context);
    pack(frame, row, routes, context.compiled.announced, bodies);
  }
  return bodies;
}

type AnyNextHop = NextHop | { readonly nextHop: null };

function hopOf(hop: RouteBatch["nextHop"]): AnyNextHop {
  if (hop === undefined) throw new ConfigError("invalid-value", "nextHop", "routes are announced without a next hop");
  return typeof hop === "string" || hop === null ? ({ nextHop: hop } as AnyNextHop) : hop;
}

function byFamily(list: readonly (Nlri | string)[], batch: RouteBatch, context: DecodeContext): Map<FamilyRow, Nlri[]> {
  const groups = new Map<FamilyRow, Nlri[]>();
  for (const item of list) {
    const nlri: Nlri = typeof item === "string" ? { prefix: item } : item;
    const family = batch.family ?? unicastOf(nlri);
    const { row } = familyIn(context, family.afi, family.safi);
    if (row === null) throw new ConfigError("invalid-value", "family", `${familyName(family)} is not known`);
    if (typeof item === "string" && row.kind !== "prefix") {
      const message = `"${item}" is a text, and routes of ${familyName(family)} are objects, which parseNlri makes`;
      throw new ConfigError("invalid-value", "family", message);
    }
    const routes = groups.get(row);
    if (routes === undefined) groups.set(row, [nlri]);
    else routes.push(nlri);
  }
  return groups;
}

/** The family of a prefix alone. */
function unicastOf(nlri: Nlri): Family {
  if (!("prefix" in nlri)) throw new ConfigError("invalid-value", "family", "is not given, and no route is a prefix");
  // The one character that tells the versions apart; whether it is a prefix is asked when it is written.
  return { afi: nlri.prefix.includes(":") ? Afi.IPv6 : Afi.IPv4, safi: Safi.Unicast };
}

function isClassic(row: FamilyRow, batch: RouteBatch): boolean {
  return row.afi === Afi.IPv4 && row.safi === Safi.Unicast && batch.multiprotocol !== true;
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

/** An UPDATE but for its routes: given their octets, the body; without them, how long that is at most. */
interface Frame {
  readonly overhead: number;
  body(routes: Uint8Array): Uint8Array;
}

const NONE = /* @__PURE__ */ new Uint8Array(0);

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

/** Fills as many messages as the routes need. */
function pack(frame: Frame, row: FamilyRow, routes: readonly Nlri[], place: NlriPlace, bodies: Uint8Array[]): void {
  const { context } = place;
  const { addPath } = familyIn(context, row.afi, row.safi);
  const room = context.maxMessage - HEADER_LENGTH - frame.overhead;
  const writer = new OctetWriter();
  for (const route of routes) {
    const start = writer.length;
    encodeOne(row, route, addPath, writer, place);
    if (writer.length <= room) continue;
    if (writer.length - start > room) {
      const message = `the attributes leave no room for a route in a message of ${context.maxMessage} octets`;
      throw new ConfigError("invalid-value", "attributes", message);
    }
    bodies.push(frame.body(writer.buffer.subarray(0, start)));
    writer.buffer.copyWithin(0, start, writer.length);
    writer.length -= start;
  }
  bodies.push(frame.body(writer.buffer.subarray(0, writer.length)));
}
