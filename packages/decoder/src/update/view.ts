// The lowest tier: ranges of the original bytes, nothing copied, nothing allocated per attribute.
import type { Family, Slice } from "@bgpwire/core";
import { MP_REACH_CODE, MP_UNREACH_CODE } from "../numbers.ts";
import { reachNlriStart } from "../attribute/mp-reach-nlri.ts";
import { u16At, u32At } from "../bytes/integers.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { IPV4_UNICAST } from "../nlri/prefix.ts";
import type { Nlri, NlriKind } from "../nlri/model.ts";
import type { FamilyRow, NlriPlace } from "../nlri/row.ts";
import { ACTIONS, type Action } from "../verdict/action.ts";
import { verdictOf, type Verdict } from "../verdict/issue.ts";
import { endOfRibIn } from "./end-of-rib.ts";
import { Offsets } from "./offsets.ts";
import { usable } from "./parts.ts";
import { walk } from "./walk.ts";

/**
 * An UPDATE as ranges of its bytes.
 *
 * One view serves for message after message: `read` walks and checks a message, and everything else speaks of the message
 * last read. All offsets are absolute in `buffer`, all ranges half-open.
 *
 * @example
 * const view = new UpdateView(context);
 * view.read(update);
 * const path = view.find(AttributeCode.AsPath);
 * if (path >= 0) hash(view.buffer, view.valueStart(path), view.valueEnd(path));
 * for (const routes = view.announced(); routes.next();) count(routes.start, routes.end, routes.pathId);
 */
export class UpdateView {
  readonly context: DecodeContext;
  readonly #offsets = new Offsets();

  constructor(context: DecodeContext) {
    this.context = context;
  }

  /**
   * Reads a body of an UPDATE: bytes without the message header. Never throws.
   *
   * @returns this view
   */
  read(update: Uint8Array | Slice): this {
    return ArrayBuffer.isView(update)
      ? this.readRange(update, 0, update.length)
      : this.readRange(update.buffer, update.start, update.end);
  }

  /** `read` of `[start, end)`, which lies in `buffer`. */
  readRange(buffer: Uint8Array, start: number, end: number): this {
    walk(this.#offsets, this.context, buffer, start, end);
    return this;
  }

  get buffer(): Uint8Array {
    return this.#offsets.buffer;
  }

  get start(): number {
    return this.#offsets.start;
  }

  get end(): number {
    return this.#offsets.end;
  }

  /** The Withdrawn Routes field. */
  get withdrawnStart(): number {
    return this.#offsets.withdrawnStart;
  }

  get withdrawnEnd(): number {
    return this.#offsets.withdrawnEnd;
  }

  /** The Path Attributes field. */
  get attributesStart(): number {
    return this.#offsets.attributesStart;
  }

  get attributesEnd(): number {
    return this.#offsets.attributesEnd;
  }

  /** The NLRI field. */
  get nlriStart(): number {
    return this.#offsets.attributesEnd;
  }

  get nlriEnd(): number {
    return this.#offsets.end;
  }

  /** How many attributes there are; each has an index below this, in the order of the wire. */
  get attributeCount(): number {
    return this.#offsets.count;
  }

  /** The index of the attribute of a code that is to be used; -1 where there is none, or an issue keeps it from use. */
  find(code: number): number {
    return usable(this.#offsets, code);
  }

  code(index: number): number {
    return this.#offsets.code(index);
  }

  /** The whole flags octet. */
  flags(index: number): number {
    return this.#offsets.flags(index);
  }

  /** Where the attribute begins, flags octet first. */
  attributeStart(index: number): number {
    return this.#offsets.attributeStart(index);
  }

  valueStart(index: number): number {
    return this.#offsets.valueStart(index);
  }

  /** Where value and attribute end. */
  valueEnd(index: number): number {
    return this.#offsets.valueEnd(index);
  }

  /** An issue keeps the attribute from use. */
  rejected(index: number): boolean {
    return this.#offsets.rejected(index);
  }

  /** The strongest action of all issues. */
  get action(): Action {
    return ACTIONS[this.#offsets.strength]!;
  }

  /** RFC 7606 section 2: what is announced counts as withdrawn. Also true beside a stronger action. */
  get treatAsWithdraw(): boolean {
    return this.#offsets.withdraw;
  }

  /** Issues and NOTIFICATION; allocates only if there are any. */
  verdict(): Verdict {
    return verdictOf(this.#offsets, this.context);
  }

  /** The family this message is the End-of-RIB marker of (RFC 4724 section 2), else null. */
  endOfRib(): Family | null {
    return endOfRibIn(this.#offsets);
  }

  /** Routes of the Withdrawn Routes field, as far as it parses. */
  withdrawn(): NlriCursor {
    const { withdrawnStart, withdrawnStop } = this.#offsets;
    return this.#classic(withdrawnStart, withdrawnStop, this.context.compiled.withdrawn);
  }

  /** Routes of the NLRI field, as far as it parses. */
  announced(): NlriCursor {
    const { attributesEnd, nlriStop } = this.#offsets;
    return this.#classic(attributesEnd, nlriStop, this.context.compiled.announced);
  }

  /** Routes of MP_REACH_NLRI; none where it is missing, rejected, or of a family that is not known. */
  reach(): NlriCursor {
    const index = this.find(MP_REACH_CODE);
    if (index < 0) return NlriCursor.empty();
    const { buffer } = this.#offsets;
    const start = reachNlriStart(buffer, this.valueStart(index));
    return this.#multiprotocol(index, start, this.context.compiled.announced);
  }

  /** Routes of MP_UNREACH_NLRI, as those of `reach`. */
  unreach(): NlriCursor {
    const index = this.find(MP_UNREACH_CODE);
    if (index < 0) return NlriCursor.empty();
    return this.#multiprotocol(index, this.valueStart(index) + 3, this.context.compiled.withdrawn);
  }

  #classic(start: number, end: number, place: NlriPlace): NlriCursor {
    return new NlriCursor(IPV4_UNICAST, this.#offsets.buffer, start, end, place.context.compiled.ipv4AddPath, place);
  }

  #multiprotocol(index: number, start: number, place: NlriPlace): NlriCursor {
    const { buffer } = this.#offsets;
    const value = this.valueStart(index);
    const { row, addPath } = familyIn(place.context, u16At(buffer, value), buffer[value + 2]!);
    return row === null ? NlriCursor.empty() : new NlriCursor(row, buffer, start, this.valueEnd(index), addPath, place);
  }
}

/** One for all empty cursors: a typed array costs more than the walk of a whole message. */
const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/**
 * Goes through the routes of one field.
 *
 * @example for (const routes = view.announced(); routes.next();) routes.pathId;
 */
export class NlriCursor {
  /** The family, where there is one to speak of. */
  readonly family: Family | null;
  readonly buffer: Uint8Array;
  /** The NLRI at which the cursor stands, without path identifier: a length in bits and the octets, for prefixes. */
  start = 0;
  end = 0;
  /** Its path identifier; -1 without ADD-PATH. */
  pathId = -1;
  /** Which shape the objects of its routes have; null where it goes over nothing. */
  readonly kind: NlriKind | null;
  readonly #row: FamilyRow | null;
  readonly #place: NlriPlace | null;
  readonly #addPath: boolean;
  readonly #limit: number;
  #at: number;

  /** Made by `UpdateView`: the range has been checked. */
  constructor(
    row: FamilyRow | null,
    buffer: Uint8Array,
    start: number,
    end: number,
    addPath: boolean,
    place: NlriPlace | null,
  ) {
    this.family = row;
    this.buffer = buffer;
    this.kind = row === null ? null : row.kind;
    this.#row = row;
    this.#place = place;
    this.#addPath = addPath;
    this.#at = start;
    this.#limit = end;
  }

  /** A cursor over nothing. */
  static empty(): NlriCursor {
    return new NlriCursor(null, NOTHING, 0, 0, false, null);
  }

  /** Goes to the next route. @returns false at the end */
  next(): boolean {
    if (this.#row === null || this.#at >= this.#limit) return false;
    this.start = this.#at;
    if (this.#addPath) {
      this.pathId = u32At(this.buffer, this.#at);
      this.start += 4;
    }
    this.end = this.#row.next(this.buffer, this.start);
    this.#at = this.end;
    return true;
  }

  /** The object of the route at which the cursor stands, without path identifier; null where it stands nowhere. */
  nlri(): Nlri | null {
    if (this.#row === null || this.#place === null || this.end === 0) return null;
    return this.#row.decode(this.buffer, this.start, this.end, this.#place);
  }
}
