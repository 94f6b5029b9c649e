// From routes that share their attributes to as few UPDATEs as they need: RFC 7606 section 5.1 for what goes where, and the
// session's longest message for how much.
import { checkFields, ConfigError, type Family } from "@bgpwire/core";
import { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { encodeOne } from "../nlri/fields.ts";
import type { Nlri } from "../nlri/model.ts";
import type { FamilyRow, NlriPlace } from "../nlri/row.ts";
import {
  announcing,
  BodyBuilder,
  knownRow,
  noRoom,
  roomIn,
  routeObject,
  unicastOf,
  writeAnnouncementFrame,
  writeWithdrawalFrame,
  type GivenNextHop,
} from "./frame.ts";
import type { PathAttribute } from "./model.ts";

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
  readonly nextHop?: GivenNextHop;
  /** Put IPv4 unicast into MP_REACH_NLRI and MP_UNREACH_NLRI too. Default: into the fields RFC 4271 has for it. */
  readonly multiprotocol?: boolean;
}

const BATCH_FIELDS: Readonly<Record<keyof RouteBatch, true>> = {
  family: true,
  announce: true,
  withdraw: true,
  attributes: true,
  nextHop: true,
  multiprotocol: true,
};

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
  checkFields(batch, BATCH_FIELDS, "a batch of routes");
  const packer = new Packer(context);
  const { family, announce = [], withdraw = [], attributes = [], nextHop, multiprotocol = false } = batch;
  for (const [row, routes] of byFamily(withdraw, family, context)) {
    packer.frame.length = 0;
    writeWithdrawalFrame(row, multiprotocol, packer.frame);
    packer.pack(row, routes, context.compiled.withdrawn);
  }
  if (announce.length === 0) return packer.bodies;

  const how = announcing(attributes, nextHop, context);
  for (const [row, routes] of byFamily(announce, family, context)) {
    packer.frame.length = 0;
    writeAnnouncementFrame(row, how, multiprotocol, context, packer.frame);
    packer.pack(row, routes, context.compiled.announced);
  }
  return packer.bodies;
}

function byFamily(
  list: readonly (Nlri | string)[],
  family: Family | undefined,
  context: DecodeContext,
): Map<FamilyRow, Nlri[]> {
  const groups = new Map<FamilyRow, Nlri[]>();
  if (!Array.isArray(list)) {
    throw new ConfigError("invalid-value", "announce, withdraw", 'give a list such as ["203.0.113.0/24"]');
  }
  for (const item of list) {
    const row = knownRow(family ?? unicastOf(item), context);
    const nlri = routeObject(item, row);
    const routes = groups.get(row);
    if (routes === undefined) groups.set(row, [nlri]);
    else routes.push(nlri);
  }
  return groups;
}

class Packer {
  readonly bodies: Uint8Array[] = [];
  /** What is around the routes of the family that is next. */
  readonly frame = new OctetWriter();
  readonly #routes = new OctetWriter();
  readonly #context: DecodeContext;
  readonly #builder: BodyBuilder;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#builder = new BodyBuilder(context.maxMessage);
  }

  /** Fills as many messages as the routes need. */
  pack(row: FamilyRow, routes: readonly Nlri[], place: NlriPlace): void {
    const { maxMessage } = this.#context;
    const { addPath } = familyIn(this.#context, row.afi, row.safi);
    const room = roomIn(this.frame.length, maxMessage);
    const writer = this.#routes;
    for (const route of routes) {
      const start = writer.length;
      encodeOne(row, route, addPath, writer, place);
      if (writer.length <= room) continue;
      if (writer.length - start > room) throw noRoom(maxMessage);
      this.#end(start);
      writer.buffer.copyWithin(0, start, writer.length);
      writer.length -= start;
    }
    this.#end(writer.length);
    writer.length = 0;
  }

  /** A message with the first so many octets of routes. */
  #end(length: number): void {
    const builder = this.#builder;
    builder.begin(this.frame.buffer, 0, this.frame.length);
    builder.octets.set(this.#routes.buffer.subarray(0, length), builder.length);
    builder.length += length;
    this.bodies.push(builder.end().slice());
  }
}
