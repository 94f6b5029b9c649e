// The middle tier: an UPDATE decoded into whatever the caller collects routes in, by handlers of which only those that are
// set cost anything.
import { checkFields, ConfigError, parseFamily, type Slice } from "@bgpwire/core";
import { AS_PATH_CODE, MP_REACH_CODE, MP_UNREACH_CODE, NEXT_HOP_CODE, ORIGIN_CODE } from "../numbers.ts";
import { reachNlriStart } from "../attribute/mp-reach-nlri.ts";
import { u16At, u32At } from "../bytes/integers.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { IPV4_UNICAST, nextPrefix } from "../nlri/prefix.ts";
import { familyKey, type FamilyRow, type NlriPlace } from "../nlri/row.ts";
import { STRENGTH_RESET } from "../verdict/action.ts";
import { verdictOf, type Verdict } from "../verdict/issue.ts";
import { Offsets } from "./offsets.ts";
import { usable } from "./parts.ts";
import { walk } from "./walk.ts";

/** Takes the value of an attribute: the octets `[start, end)` of `buffer`, which have been checked. */
export type AttributeHandler<T> = (
  into: T,
  buffer: Uint8Array,
  start: number,
  end: number,
  context: DecodeContext,
) => void;

/**
 * Takes all attributes, one by one, with a `switch` of its own by their code: what a program does about each is then one function,
 * which V8 makes one piece of code, and faster than a table of functions.
 */
export type AttributesHandler<T> = (
  into: T,
  code: number,
  buffer: Uint8Array,
  start: number,
  end: number,
  context: DecodeContext,
) => void;

/**
 * Takes one route: its octets `[start, end)` without path identifier, for prefixes a length in bits and the octets of the
 * prefix. `pathId` is -1 without ADD-PATH.
 */
export type NlriHandler<T> = (
  into: T,
  buffer: Uint8Array,
  start: number,
  end: number,
  pathId: number,
  place: NlriPlace,
) => void;

/** Takes all routes of a field at once: the octets `[start, end)`, which hold at least one; with path identifiers or without. */
export interface NlriListHandler<T> {
  readonly list: (into: T, buffer: Uint8Array, start: number, end: number, addPath: boolean, place: NlriPlace) => void;
}

/** What takes routes: one by one, or all of a field at once. */
export type RoutesHandler<T> = NlriHandler<T> | NlriListHandler<T>;

/** Takes an attribute nobody else does: one that is not known, or routes of a family that is not known. */
export type UnknownHandler<T> = (
  into: T,
  code: number,
  flags: number,
  buffer: Uint8Array,
  start: number,
  end: number,
) => void;

/** What to do with announced routes of a family. */
export interface ReachHandler<T> {
  /** Called once, before the routes, with the octets of the next hop. */
  readonly nextHop?: AttributeHandler<T>;
  readonly nlri: RoutesHandler<T>;
}

/** What to do with what is in an UPDATE. All are called in the order of these fields. */
export interface UpdateHandlers<T> {
  /**
   * By attribute code, as far as no issue keeps an attribute from use; not for MP_REACH_NLRI and MP_UNREACH_NLRI. Or one function
   * that takes every attribute: these two as well, whose routes have their handlers all the same, and those that are not known.
   */
  readonly attribute?: Readonly<Record<number, AttributeHandler<T>>> | AttributesHandler<T>;
  /** Not asked where one function takes every attribute. */
  readonly unknown?: UnknownHandler<T>;
  /** Routes of the Withdrawn Routes field. */
  readonly withdrawn?: RoutesHandler<T>;
  /** Routes of MP_UNREACH_NLRI by the name of the family, such as "ipv6-unicast". */
  readonly unreach?: Readonly<Record<string, RoutesHandler<T>>>;
  /** Routes of the NLRI field; their next hop is in the attribute NEXT_HOP. */
  readonly announced?: RoutesHandler<T>;
  /** Routes of MP_REACH_NLRI by the name of the family. */
  readonly reach?: Readonly<Record<string, ReachHandler<T>>>;
}

/** Made by `createUpdateDecoder`. */
export interface UpdateDecoder<T> {
  /** Decodes the body of an UPDATE into `into`. Throws only what a handler throws. */
  decode(update: Uint8Array | Slice, context: DecodeContext, into: T): Verdict;
}

/**
 * Composes a decoder from handlers.
 *
 * The whole message is judged before the first handler is called, so handlers only ever see what is to be acted upon (RFC
 * 7606 section 2): after a reset, nothing; under treat-as-withdraw no attributes, and announced routes go to the handlers of
 * withdrawn ones; attributes that are discarded, to nobody.
 *
 * @throws ConfigError `invalid-value` with the field: for a handler that is none, and the name of a family that is none
 * @example
 * const decoder = createUpdateDecoder<Table>({
 *   attribute: { [AttributeCode.AsPath]: attributeHandler(AS_PATH, (table, { segments }) => table.setPath(segments)) },
 *   withdrawn: ipv4PrefixHandler((table, prefix) => table.remove(prefix)),
 *   announced: ipv4PrefixHandler((table, prefix) => table.add(prefix)),
 *   unreach: { "ipv6-unicast": ipv6PrefixHandler((table, prefix) => table.remove(prefix)) },
 * });
 * const { action } = decoder.decode(update, context, table);
 */
export function createUpdateDecoder<T>(handlers: UpdateHandlers<T>): UpdateDecoder<T> {
  return new ComposedDecoder(handlers);
}

const HANDLERS: Readonly<Record<keyof UpdateHandlers<never>, true>> = {
  attribute: true,
  unknown: true,
  withdrawn: true,
  unreach: true,
  announced: true,
  reach: true,
};

/** By bit, as in `Offsets.present`. */
const MULTIPROTOCOL = (1 << MP_REACH_CODE) | (1 << MP_UNREACH_CODE);

class ComposedDecoder<T> implements UpdateDecoder<T> {
  readonly #handlers: UpdateHandlers<T>;
  /** By code. */
  readonly #attributes: readonly (AttributeHandler<T> | undefined)[];
  readonly #everyAttribute: AttributesHandler<T> | undefined;
  readonly #unreach: ReadonlyMap<number, RoutesHandler<T>>;
  readonly #reach: ReadonlyMap<number, ReachHandler<T>>;
  /** Null while a message is being decoded, as a handler may decode another one, and after a handler threw. */
  #offsets: Offsets | null = new Offsets();

  constructor(handlers: UpdateHandlers<T>) {
    checkFields(handlers, HANDLERS, "the handlers");
    checkHandlers(handlers);
    this.#handlers = handlers;
    const { attribute } = handlers;
    const byCode = typeof attribute === "function" ? undefined : attribute;
    this.#attributes = Array.from({ length: 256 }, (_, code) => byCode?.[code]);
    this.#everyAttribute = typeof attribute === "function" ? attribute : undefined;
    this.#unreach = byFamily(handlers.unreach, "unreach");
    this.#reach = byFamily(handlers.reach, "reach");
  }

  decode(update: Uint8Array | Slice, context: DecodeContext, into: T): Verdict {
    const offsets = this.#offsets ?? new Offsets();
    this.#offsets = null;
    if (ArrayBuffer.isView(update)) walk(offsets, context, update, 0, update.length);
    else walk(offsets, context, update.buffer, update.start, update.end);
    if (offsets.strength < STRENGTH_RESET) this.#call(offsets, context, into);
    this.#offsets = offsets;
    return verdictOf(offsets, context);
  }

  #call(offsets: Offsets, context: DecodeContext, into: T): void {
    const { attribute, unknown, withdrawn, announced } = this.#handlers;
    const { buffer, withdraw } = offsets;
    const { ipv4AddPath, announced: here, withdrawn: there } = context.compiled;
    if (!withdraw && (attribute !== undefined || unknown !== undefined)) this.#callAttributes(offsets, context, into);
    if (withdrawn !== undefined) {
      callRoutes(
        IPV4_UNICAST,
        buffer,
        offsets.withdrawnStart,
        offsets.withdrawnStop,
        ipv4AddPath,
        there,
        withdrawn,
        into,
      );
    }
    const multiprotocol = (offsets.present & MULTIPROTOCOL) !== 0;
    const unreach = multiprotocol ? usable(offsets, MP_UNREACH_CODE) : -1;
    if (unreach >= 0) this.#callUnreach(offsets, there, into, unreach, offsets.valueStart(unreach) + 3);
    const classic = withdraw ? withdrawn : announced;
    if (classic !== undefined) {
      callRoutes(IPV4_UNICAST, buffer, offsets.attributesEnd, offsets.nlriStop, ipv4AddPath, here, classic, into);
    }
    const reach = multiprotocol ? usable(offsets, MP_REACH_CODE) : -1;
    if (reach < 0) return;
    const nlriStart = reachNlriStart(buffer, offsets.valueStart(reach));
    if (withdraw) this.#callUnreach(offsets, here, into, reach, nlriStart);
    else this.#callReach(offsets, here, into, reach, nlriStart);
  }

  #callAttributes(offsets: Offsets, context: DecodeContext, into: T): void {
    const every = this.#everyAttribute;
    if (every !== undefined) {
      const { buffer, count, starts, values } = offsets;
      for (let i = 0; i < count; i += 1) {
        const start = values[i]!;
        if (start >= 0) every(into, buffer[starts[i]! + 1]!, buffer, start, starts[i + 1]!, context);
      }
      return;
    }
    const { unknown } = this.#handlers;
    const { buffer, count, starts, values } = offsets;
    const { rows } = context.compiled;
    const handlers = this.#attributes;
    let first = 0;
    if (offsets.plainBeginning) {
      // As nearly all are: through a call of its own V8 sees one function for each and inlines it, which saves 10 ns.
      handlers[ORIGIN_CODE]?.(into, buffer, values[0]!, starts[1]!, context);
      handlers[AS_PATH_CODE]?.(into, buffer, values[1]!, starts[2]!, context);
      handlers[NEXT_HOP_CODE]?.(into, buffer, values[2]!, starts[3]!, context);
      first = 3;
    }
    for (let i = first; i < count; i += 1) {
      const start = values[i]!;
      if (start < 0) continue;
      const code = buffer[starts[i]! + 1]!;
      const end = starts[i + 1]!;
      const handler = handlers[code];
      if (code === MP_REACH_CODE || code === MP_UNREACH_CODE) {
        if (unknown !== undefined && familyAt(buffer, start, context).row === null) {
          unknown(into, code, offsets.flags(i), buffer, start, end);
        }
      } else if (handler !== undefined) {
        callAttribute(handler, code, into, buffer, start, end, context);
      } else if (unknown !== undefined && rows[code] === null) {
        unknown(into, code, offsets.flags(i), buffer, start, end);
      }
    }
  }

  #callUnreach(offsets: Offsets, place: NlriPlace, into: T, index: number, nlriStart: number): void {
    const { buffer } = offsets;
    const { key, row, addPath } = familyAt(buffer, offsets.valueStart(index), place.context);
    const handler = this.#unreach.get(key);
    if (row === null || handler === undefined) return;
    callRoutes(row, buffer, nlriStart, offsets.valueEnd(index), addPath, place, handler, into);
  }

  #callReach(offsets: Offsets, place: NlriPlace, into: T, index: number, nlriStart: number): void {
    const { buffer } = offsets;
    const start = offsets.valueStart(index);
    const { key, row, addPath } = familyAt(buffer, start, place.context);
    const handler = this.#reach.get(key);
    if (row === null || handler === undefined) return;
    handler.nextHop?.(into, buffer, start + 4, nlriStart - 1, place.context);
    callRoutes(row, buffer, nlriStart, offsets.valueEnd(index), addPath, place, handler.nlri, into);
  }
}

/** Calls a handler. The codes of many messages have a call each, as those at the beginning have. */
function callAttribute<T>(
  handler: AttributeHandler<T>,
  code: number,
  into: T,
  buffer: Uint8Array,
  start: number,
  end: number,
  context: DecodeContext,
): void {
  switch (code) {
    case 4:
      return handler(into, buffer, start, end, context);
    case 8:
      return handler(into, buffer, start, end, context);
    default:
      return handler(into, buffer, start, end, context);
  }
}

/** The family at the beginning of a value of MP_REACH_NLRI or MP_UNREACH_NLRI. */
function familyAt(
  buffer: Uint8Array,
  at: number,
  context: DecodeContext,
): { readonly key: number; readonly row: FamilyRow | null; readonly addPath: boolean } {
  const afi = u16At(buffer, at);
  const safi = buffer[at + 2]!;
  const { row, addPath } = familyIn(context, afi, safi);
  return { key: familyKey(afi, safi), row, addPath };
}

function callRoutes<T>(
  row: FamilyRow,
  buffer: Uint8Array,
  start: number,
  end: number,
  addPath: boolean,
  place: NlriPlace,
  handler: RoutesHandler<T>,
  into: T,
): void {
  if (start === end) return;
  if (typeof handler !== "function") {
    handler.list(into, buffer, start, end, addPath, place);
    return;
  }
  // Prefixes are stepped over here and not through the row, whose function V8 could not inline.
  if (!addPath && row.kind === "prefix") {
    for (let at = start; at < end;) {
      const next = nextPrefix(buffer, at);
      handler(into, buffer, at, next, -1, place);
      at = next;
    }
    return;
  }
  for (let at = start; at < end;) {
    const nlri = addPath ? at + 4 : at;
    const next = row.next(buffer, nlri);
    handler(into, buffer, nlri, next, addPath ? u32At(buffer, at) : -1, place);
    at = next;
  }
}

/** A handler that could not be called would be missed at the first message that needs it. */
function checkHandlers<T>({ attribute, unknown, withdrawn, unreach, announced, reach }: UpdateHandlers<T>): void {
  checkFunction("unknown", unknown);
  checkRoutesHandler("withdrawn", withdrawn);
  checkRoutesHandler("announced", announced);
  if (typeof attribute !== "function") {
    for (const [code, handler] of Object.entries(attribute ?? {})) {
      if (!(Number(code) >= 0 && Number(code) <= 255)) {
        throw new ConfigError("invalid-value", `attribute.${code}`, "is not the code of an attribute, 0 to 255");
      }
      checkFunction(`attribute.${code}`, handler);
    }
  }
  for (const [family, handler] of Object.entries(unreach ?? {})) checkRoutesHandler(`unreach.${family}`, handler);
  for (const [family, handler] of Object.entries(reach ?? {})) {
    checkRoutesHandler(`reach.${family}.nlri`, handler?.nlri);
    checkFunction(`reach.${family}.nextHop`, handler?.nextHop);
  }
}

function checkFunction(field: string, handler: unknown): void {
  if (handler === undefined || typeof handler === "function") return;
  throw new ConfigError("invalid-value", field, "is not a function");
}

function checkRoutesHandler<T>(field: string, handler: RoutesHandler<T> | undefined): void {
  if (typeof (handler as NlriListHandler<T> | undefined)?.list !== "function") checkFunction(field, handler);
}

function byFamily<H>(handlers: Readonly<Record<string, H>> | undefined, field: string): Map<number, H> {
  const map = new Map<number, H>();
  for (const [name, handler] of Object.entries(handlers ?? {})) {
    const family = parseFamily(name);
    if (family === null) throw new ConfigError("invalid-value", `${field}.${name}`, `"${name}" is no address family`);
    map.set(familyKey(family.afi, family.safi), handler);
  }
  return map;
}
