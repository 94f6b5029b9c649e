// BGP4MP and BGP4MP_ET (RFC 6396 section 4.4 and appendix B.2.6, RFC 8050 section 3): messages and states of sessions, and two
// subtypes nobody writes any more.
import { Afi, decodeUtf8, encodeUtf8, HEADER_LENGTH, type Slice } from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";
import type { FieldWriter } from "../bytes/field-writer.ts";
import { Bgp4mpSubtype } from "./numbers.ts";
import { addressAt, asAt, messageStart, MrtView, writeAs, type MrtHeader } from "./view.ts";

/** What a subtype says of its records. */
interface SubtypeRow {
  readonly holds: "message" | "stateChange" | "entry";
  /** Of AS numbers, those in the message included. */
  readonly asOctets: 2 | 4;
  readonly local: boolean;
  readonly addPath: boolean;
}

function message(asOctets: 2 | 4, local: boolean, addPath: boolean): SubtypeRow {
  return { holds: "message", asOctets, local, addPath };
}

/** All but BGP4MP_SNAPSHOT, which speaks of no session. */
const SUBTYPES: Readonly<Record<number, SubtypeRow>> = {
  [Bgp4mpSubtype.StateChange]: { holds: "stateChange", asOctets: 2, local: false, addPath: false },
  [Bgp4mpSubtype.StateChangeAs4]: { holds: "stateChange", asOctets: 4, local: false, addPath: false },
  [Bgp4mpSubtype.Entry]: { holds: "entry", asOctets: 2, local: false, addPath: false },
  [Bgp4mpSubtype.Message]: /* @__PURE__ */ message(2, false, false),
  [Bgp4mpSubtype.MessageAs4]: /* @__PURE__ */ message(4, false, false),
  [Bgp4mpSubtype.MessageLocal]: /* @__PURE__ */ message(2, true, false),
  [Bgp4mpSubtype.MessageAs4Local]: /* @__PURE__ */ message(4, true, false),
  [Bgp4mpSubtype.MessageAddpath]: /* @__PURE__ */ message(2, false, true),
  [Bgp4mpSubtype.MessageAs4Addpath]: /* @__PURE__ */ message(4, false, true),
  [Bgp4mpSubtype.MessageLocalAddpath]: /* @__PURE__ */ message(2, true, true),
  [Bgp4mpSubtype.MessageAs4LocalAddpath]: /* @__PURE__ */ message(4, true, true),
};

/** Whether the local side sent the message of a record of this subtype. */
export function saysLocal(subtype: number): boolean {
  return SUBTYPES[subtype]?.local ?? false;
}

/** Whether a record of this subtype has a message whose NLRI have path identifiers. */
export function saysAddPath(subtype: number): boolean {
  return SUBTYPES[subtype]?.addPath ?? false;
}

/** Subtypes of messages: of four octets in the second half, of the local side in the second half of each, with paths every other one. */
const MESSAGE_SUBTYPES = [
  Bgp4mpSubtype.Message,
  Bgp4mpSubtype.MessageAddpath,
  Bgp4mpSubtype.MessageLocal,
  Bgp4mpSubtype.MessageLocalAddpath,
  Bgp4mpSubtype.MessageAs4,
  Bgp4mpSubtype.MessageAs4Addpath,
  Bgp4mpSubtype.MessageAs4Local,
  Bgp4mpSubtype.MessageAs4LocalAddpath,
] as const;

/** The subtype of records with such messages. */
export function messageSubtype(fourOctetAs: boolean, local: boolean, addPath: boolean): number {
  return MESSAGE_SUBTYPES[(fourOctetAs ? 4 : 0) + (local ? 2 : 0) + (addPath ? 1 : 0)]!;
}

/** The session a record speaks of. */
export interface Bgp4mpSession {
  readonly peerAs: number;
  readonly localAs: number;
  /** 0 where it is not known. */
  readonly interfaceIndex: number;
  /** Both IPv4 or both IPv6; null in records of old Zebras, which left out interface and addresses. */
  readonly peerAddress: string | null;
  readonly localAddress: string | null;
}

abstract class Bgp4mpView extends MrtView implements Bgp4mpSession {
  /** `[sessionStart, sessionEnd)`: AS numbers, interface and addresses, the same octets in all records of a session. */
  readonly sessionStart: number;
  readonly sessionEnd: number;

  constructor(
    buffer: Uint8Array,
    start: number,
    end: number,
    offset: number,
    uncounted: number,
    sessionStart: number,
    sessionEnd: number,
  ) {
    super(buffer, start, end, offset, uncounted);
    this.sessionStart = sessionStart;
    this.sessionEnd = sessionEnd;
  }

  /** AS numbers have four octets, those in the message included. */
  get fourOctetAs(): boolean {
    return this.#asOctets === 4;
  }

  /** The local side sent the message; else the peer did. */
  get local(): boolean {
    return SUBTYPES[this.subtype]!.local;
  }

  /** NLRI have path identifiers (RFC 7911). */
  get addPath(): boolean {
    return SUBTYPES[this.subtype]!.addPath;
  }

  get peerAs(): number {
    return asAt(this.buffer, this.sessionStart, this.#asOctets);
  }

  get localAs(): number {
    return asAt(this.buffer, this.sessionStart + this.#asOctets, this.#asOctets);
  }

  get #asOctets(): 2 | 4 {
    return SUBTYPES[this.subtype]!.asOctets;
  }

  /** Where interface, family and addresses begin, if they are there. */
  get #interfaceStart(): number {
    return this.sessionStart + 2 * this.#asOctets;
  }

  get interfaceIndex(): number {
    return this.#interfaceStart === this.sessionEnd ? 0 : u16At(this.buffer, this.#interfaceStart);
  }

  get peerAddress(): string | null {
    return this.#address(0);
  }

  get localAddress(): string | null {
    return this.#address(1);
  }

  #address(which: number): string | null {
    const start = this.#interfaceStart + 4;
    const octets = (this.sessionEnd - start) / 2;
    return octets < 0 ? null : addressAt(this.buffer, start + which * octets, octets === 16);
  }
}

/** What `encodeMrtRecord` makes a record with a message from. */
export interface Bgp4mpMessageFields extends MrtHeader, Bgp4mpSession {
  readonly kind: "bgp4mpMessage";
  /** Whole, with its header. */
  readonly message: Uint8Array | Slice;
}

/** A message of a session (RFC 6396 sections 4.4.2, 4.4.3, 4.4.5 and 4.4.6, RFC 8050 section 3). */
export class Bgp4mpMessageRecord extends Bgp4mpView implements Bgp4mpMessageFields {
  readonly kind = "bgp4mpMessage";

  // Written out although it does nothing of its own: V8 looks for one that is left out at each call.
  // oxlint-disable-next-line no-useless-constructor
  constructor(
    buffer: Uint8Array,
    start: number,
    end: number,
    offset: number,
    uncounted: number,
    sessionStart: number,
    sessionEnd: number,
  ) {
    super(buffer, start, end, offset, uncounted, sessionStart, sessionEnd);
  }

  /** From its marker to the end of the record, which may be behind the message. */
  get message(): Slice {
    return { buffer: this.buffer, start: this.sessionEnd, end: this.end };
  }
}

/** What `encodeMrtRecord` makes a state change from. */
export interface Bgp4mpStateChangeFields extends MrtHeader, Bgp4mpSession {
  readonly kind: "bgp4mpStateChange";
  readonly oldState: number;
  readonly newState: number;
}

/** The local FSM went from one state into another, numbered as in RFC 6396 section 4.4.1. */
export class Bgp4mpStateChangeRecord extends Bgp4mpView implements Bgp4mpStateChangeFields {
  readonly kind = "bgp4mpStateChange";

  get oldState(): number {
    return u16At(this.buffer, this.end - 4);
  }

  get newState(): number {
    return u16At(this.buffer, this.end - 2);
  }
}

/** What `encodeMrtRecord` makes a BGP4MP_ENTRY from. */
export interface Bgp4mpEntryFields extends MrtHeader, Bgp4mpSession {
  readonly kind: "bgp4mpEntry";
  readonly view: number;
  readonly status: number;
  /** Seconds since 1970. */
  readonly timeLastChange: number;
  readonly afi: number;
  readonly safi: number;
  readonly nextHop: Uint8Array | Slice;
  /** A length in bits, and the octets it needs. */
  readonly nlri: Uint8Array | Slice;
  readonly attributes: Uint8Array | Slice;
}

/** A route of a table (RFC 6396 appendix B.2.6.1). */
export class Bgp4mpEntryRecord extends Bgp4mpView implements Bgp4mpEntryFields {
  readonly kind = "bgp4mpEntry";

  get view(): number {
    return u16At(this.buffer, this.sessionEnd);
  }

  get status(): number {
    return u16At(this.buffer, this.sessionEnd + 2);
  }

  get timeLastChange(): number {
    return u32At(this.buffer, this.sessionEnd + 4);
  }

  get afi(): number {
    return u16At(this.buffer, this.sessionEnd + 8);
  }

  get safi(): number {
    return this.buffer[this.sessionEnd + 10]!;
  }

  get nextHop(): Slice {
    const start = this.sessionEnd + 12;
    return { buffer: this.buffer, start, end: start + this.buffer[start - 1]! };
  }

  get nlri(): Slice {
    const { end: start } = this.nextHop;
    return { buffer: this.buffer, start, end: start + 1 + ((this.buffer[start]! + 7) >> 3) };
  }

  get attributes(): Slice {
    return { buffer: this.buffer, start: this.nlri.end + 2, end: this.end };
  }
}

/** What `encodeMrtRecord` makes a BGP4MP_SNAPSHOT from. */
export interface Bgp4mpSnapshotFields extends MrtHeader {
  readonly kind: "bgp4mpSnapshot";
  readonly view: number;
  readonly fileName: string;
}

/** The name of a file in which there are entries (RFC 6396 appendix B.2.6.2). */
export class Bgp4mpSnapshotRecord extends MrtView implements Bgp4mpSnapshotFields {
  readonly kind = "bgp4mpSnapshot";

  get view(): number {
    return u16At(this.buffer, messageStart(this.buffer, this.start));
  }

  get fileName(): string {
    return fileNameIn(this.buffer, messageStart(this.buffer, this.start) + 2, this.end)!;
  }
}

/** UTF-8 with the zero octet that ends it; null where it is none. */
export function fileNameIn(buffer: Uint8Array, start: number, end: number): string | null {
  const name = buffer.subarray(start, end - 1);
  return buffer[end - 1] === 0 && !name.includes(0) ? decodeUtf8(name) : null;
}

type Bgp4mpRecord = Bgp4mpMessageRecord | Bgp4mpStateChangeRecord | Bgp4mpEntryRecord | Bgp4mpSnapshotRecord;

/** What `encodeMrtRecord` makes a record of BGP4MP from. */
export type Bgp4mpFields = Bgp4mpMessageFields | Bgp4mpStateChangeFields | Bgp4mpEntryFields | Bgp4mpSnapshotFields;

/**
 * Reads a record of which the header is there.
 *
 * @returns what is wrong with it, as a clause; null where the subtype is not known
 */
export function readBgp4mp(
  buffer: Uint8Array,
  start: number,
  end: number,
  offset: number,
  uncounted: number,
): Bgp4mpRecord | string | null {
  const subtype = u16At(buffer, start + 6);
  const from = messageStart(buffer, start);
  if (subtype === Bgp4mpSubtype.Snapshot) {
    if (end - from < 3 || fileNameIn(buffer, from + 2, end) === null) return "the file name is none";
    return new Bgp4mpSnapshotRecord(buffer, start, end, offset, uncounted);
  }
  const row = SUBTYPES[subtype];
  if (row === undefined) return null;
  const to = sessionEnd(buffer, from, end, row);
  if (typeof to === "string") return to;
  switch (row.holds) {
    case "message":
      return (
        faultInMessage(buffer, to, end) ?? new Bgp4mpMessageRecord(buffer, start, end, offset, uncounted, from, to)
      );
    case "stateChange":
      if (end - to !== 4) return `${end - to} octets are not two states`;
      return new Bgp4mpStateChangeRecord(buffer, start, end, offset, uncounted, from, to);
    case "entry":
      return faultInEntry(buffer, to, end) ?? new Bgp4mpEntryRecord(buffer, start, end, offset, uncounted, from, to);
  }
}

/** Where AS numbers, interface and addresses end; or why not. */
function sessionEnd(buffer: Uint8Array, from: number, end: number, row: SubtypeRow): number | string {
  const interfaceStart = from + 2 * row.asOctets;
  // Some Zebras wrote state changes and OPENs without interface and addresses.
  if (row.holds === "stateChange" && end === interfaceStart + 4) return interfaceStart;
  if (end < interfaceStart + 4) return "the record ends among AS numbers and interface";
  const afi = u16At(buffer, interfaceStart + 2);
  if (row.holds === "message" && afi === 0xffff && u16At(buffer, interfaceStart) === 0xffff) return interfaceStart;
  if (afi !== Afi.IPv4 && afi !== Afi.IPv6) return `addresses are of family ${afi}, not 1 or 2`;
  const to = interfaceStart + 4 + (afi === Afi.IPv6 ? 32 : 8);
  return to > end ? "the record ends among the addresses" : to;
}

function faultInMessage(buffer: Uint8Array, start: number, end: number): string | null {
  if (end - start < HEADER_LENGTH) return `${end - start} octets are no message`;
  for (let at = start; at < start + 16; at += 1) if (buffer[at] !== 0xff) return "no message begins with its marker";
  const length = u16At(buffer, start + 16);
  if (length < HEADER_LENGTH) return `a message cannot have ${length} octets`;
  return length > end - start ? `a message of ${length} octets is cut off after ${end - start}` : null;
}

function faultInEntry(buffer: Uint8Array, start: number, end: number): string | null {
  const nlri = start + 12 + (start + 12 <= end ? buffer[start + 11]! : 0);
  const lengthAt = nlri + 1 + (nlri < end ? (buffer[nlri]! + 7) >> 3 : 0);
  if (lengthAt + 2 > end) return "the record ends before the attributes";
  const [length, octets] = [u16At(buffer, lengthAt), end - lengthAt - 2];
  return length === octets ? null : `${octets} octets of attributes are said to be ${length}`;
}

/** 4 where the Length of a record that ends at `end` does not count the microseconds: what is in it is four octets longer. */
export function uncountedInBgp4mp(buffer: Uint8Array, start: number, end: number): number {
  const row = SUBTYPES[u16At(buffer, start + 6)];
  if (row === undefined || row.holds === "entry") return 0;
  const to = sessionEnd(buffer, messageStart(buffer, start), end, row);
  if (typeof to === "string") return 0;
  if (row.holds === "stateChange") return end === to ? 4 : 0;
  // The length of a KEEPALIVE is among the octets that are not counted.
  const whole = end - to + 4;
  return whole === HEADER_LENGTH || (whole > HEADER_LENGTH + 2 && u16At(buffer, to + 16) === whole) ? 4 : 0;
}

/** Writes what stands behind the header. */
export function writeBgp4mp(fields: Bgp4mpFields, writer: FieldWriter): void {
  if (fields.kind === "bgp4mpSnapshot") {
    writer.u16("view", fields.view);
    writeFileName(fields.fileName, writer);
    return;
  }
  writeSession(fields, writer);
  switch (fields.kind) {
    case "bgp4mpMessage":
      writer.bytes(fields.message);
      return;
    case "bgp4mpStateChange":
      writer.u16("oldState", fields.oldState);
      writer.u16("newState", fields.newState);
      return;
    case "bgp4mpEntry":
      writer.u16("view", fields.view);
      writer.u16("status", fields.status);
      writer.u32("timeLastChange", fields.timeLastChange);
      writer.u16("afi", fields.afi);
      writer.u8("safi", fields.safi);
      writer.u8("nextHop", lengthOf(fields.nextHop));
      writer.bytes(fields.nextHop);
      writer.bytes(fields.nlri);
      writer.counted("attributes", fields.attributes);
  }
}

function writeSession(session: Bgp4mpSession & MrtHeader, writer: FieldWriter): void {
  const octets = SUBTYPES[session.subtype]?.asOctets ?? 2;
  writeAs(writer, "peerAs", session.peerAs, octets);
  writeAs(writer, "localAs", session.localAs, octets);
  const { peerAddress, localAddress } = session;
  if (peerAddress === null || localAddress === null) return;
  const ipv6 = peerAddress.includes(":");
  writer.u16("interfaceIndex", session.interfaceIndex);
  writer.u16("peerAddress", ipv6 ? Afi.IPv6 : Afi.IPv4);
  writer.address("peerAddress", peerAddress, ipv6);
  writer.address("localAddress", localAddress, ipv6);
}

export function writeFileName(fileName: string, writer: FieldWriter): void {
  writer.bytes(encodeUtf8(fileName));
  writer.u8("fileName", 0);
}

/** Octets of either form. */
export function lengthOf(octets: Uint8Array | Slice): number {
  return ArrayBuffer.isView(octets) ? octets.length : octets.end - octets.start;
}
