// The lines of `bgpdump -m`, which every tool of routing data reads: one for each route that a message or a table tells of, and
// one for each change of a state.
import { Afi, AttributeCode, formatPrefix, HEADER_LENGTH, MessageType, parseIPv6, Safi } from "@bgpwire/core";
import type { DecodeContext } from "@bgpwire/decoder";
import { u16At, u32At } from "../bytes/integers.ts";
import type {
  CaptureEvent,
  Direction,
  Endpoint,
  MessageEvent,
  MrtRecordType,
  RouteEvent,
  StateEvent,
} from "../event.ts";
import type { EventFilter } from "../filter/filter.ts";
import { Bgp4mpSubtype, MrtType, TableDumpV2Subtype } from "../mrt/numbers.ts";
import { AsciiWriter } from "./ascii-writer.ts";
import { BgpdumpAttributes } from "./bgpdump-attributes.ts";

/** Octets of lines after which they are handed out. What is held beyond them is one line, which is as long as its attributes. */
export const BGPDUMP_CHUNK: number = 0x1_0000;

/** Most characters that `BgpdumpText.lines` gives of one event; the lines behind them are left out. */
export const MAX_BGPDUMP_TEXT: number = 1 << 27;

/** Families up to this one are prefixes of one form; SAFI 3 was unicast and multicast together (RFC 2858 section 10). */
const LAST_SAFI = 3;

/** Whether the local side sent the messages of a subtype, whose peer then is the receiver. */
const LOCAL: Readonly<Record<number, boolean>> = {
  [Bgp4mpSubtype.MessageLocal]: true,
  [Bgp4mpSubtype.MessageAs4Local]: true,
  [Bgp4mpSubtype.MessageLocalAddpath]: true,
  [Bgp4mpSubtype.MessageAs4LocalAddpath]: true,
};

/** Tables that have lines. */
const UNICAST: Readonly<Record<number, boolean>> = {
  [TableDumpV2Subtype.RibIpv4Unicast]: true,
  [TableDumpV2Subtype.RibIpv6Unicast]: true,
  [TableDumpV2Subtype.RibIpv4UnicastAddpath]: true,
  [TableDumpV2Subtype.RibIpv6UnicastAddpath]: true,
};

const [BAR, DOT, LINE_FEED] = [0x7c, 0x2e, 0x0a];

/** Characters of names, times, peers and prefixes in a line, at most. */
const MOST_BESIDE_ATTRIBUTES = 256;

/** Where the next hop of routes stands: nowhere, in NEXT_HOP, or at an offset in MP_REACH_NLRI. */
const WITHDRAWN = -2;
const NEXT_HOP = -1;

/**
 * Writes events as `bgpdump -m` of version 1.6.2 prints them, octet for octet where that is right. What it prints nothing of has
 * no line: messages that are no UPDATEs, families but unicast and multicast of IPv4 and IPv6, and in tables all but unicast.
 * Routes behind one that does not parse are not there. Events that are not from MRT are given as BGP4MP_ET and TABLE_DUMP2.
 *
 * @example
 * const lines = new BgpdumpWriter((octets) => void file.write(octets));
 * for (const event of readAll(new MrtEvents(), capture)) lines.add(event);
 * lines.flush();
 */
export class BgpdumpWriter {
  readonly #write: (lines: Uint8Array) => void;
  readonly #out = new AsciiWriter(2 * BGPDUMP_CHUNK);
  /** The end of a line and the beginning of the next one. */
  readonly #between = new AsciiWriter(BGPDUMP_CHUNK);
  readonly #attributes = new BgpdumpAttributes();
  /** Address and AS number of the peer of a direction, or of a table. */
  readonly #peers = new WeakMap<Direction | Endpoint, Uint8Array>();
  #lastPeer: Direction | Endpoint | null = null;
  #lastPeerText: Uint8Array = new Uint8Array(0);

  readonly #filter: EventFilter | null;

  /**
   * @param write gets the next lines in ASCII, octets of their own, which may begin and end within a line
   * @param filter only routes that it wants, of the events that are added
   */
  constructor(write: (lines: Uint8Array) => void, filter: EventFilter | null = null) {
    this.#write = write;
    this.#filter = filter;
  }

  /** Adds the lines of an event. */
  add(event: CaptureEvent): void {
    switch (event.kind) {
      case "message":
        if (event.type === MessageType.Update) this.#addUpdate(event);
        return;
      case "route":
        this.#addRoute(event);
        return;
      case "state":
        this.#addState(event);
    }
  }

  /** Hands out what there is. */
  flush(): void {
    const { buffer, length } = this.#out;
    if (length === 0) return;
    this.#out.length = 0;
    this.#write(buffer.slice(0, length));
  }

  #addState(event: StateEvent): void {
    const { mrt, direction, oldState, newState } = event;
    const out = this.#room(MOST_BESIDE_ATTRIBUTES);
    out.text(nameOf(mrt, false, false));
    writeTime(out, event);
    out.text("|STATE|");
    this.#writePeer(direction, direction.sender);
    out.octet(BAR);
    out.decimal(oldState);
    out.octet(BAR);
    out.decimal(newState);
    out.octet(LINE_FEED);
  }

  /** Withdrawn routes come first, and those of the fields of RFC 4271 before those of RFC 4760. */
  #addUpdate(event: MessageEvent): void {
    const { buffer, end, direction } = event;
    const withdrawn = event.start + HEADER_LENGTH + 2;
    if (withdrawn + 2 > end) return;
    const withdrawnEnd = withdrawn + u16At(buffer, withdrawn - 2);
    if (withdrawnEnd + 2 > end) return;
    const nlri = Math.min(withdrawnEnd + 2 + u16At(buffer, withdrawnEnd), end);
    const attributes = this.#attributes;
    attributes.read(buffer, withdrawnEnd + 2, nlri, direction.context.fourOctetAs);

    this.#addRoutes(event, withdrawn, withdrawnEnd, Afi.IPv4, Safi.Unicast, WITHDRAWN);
    const unreach = attributes.start(AttributeCode.MpUnreachNlri, 3);
    if (unreach >= 0) {
      const [afi, safi] = [u16At(buffer, unreach), buffer[unreach + 2]!];
      this.#addRoutes(event, unreach + 3, attributes.end(AttributeCode.MpUnreachNlri), afi, safi, WITHDRAWN);
    }
    this.#addRoutes(event, nlri, end, Afi.IPv4, Safi.Unicast, NEXT_HOP);
    const reach = attributes.start(AttributeCode.MpReachNlri, 5);
    if (reach >= 0) {
      const [afi, safi] = [u16At(buffer, reach), buffer[reach + 2]!];
      const first = reach + 5 + buffer[reach + 3]!;
      this.#addRoutes(event, first, attributes.end(AttributeCode.MpReachNlri), afi, safi, reach + 3);
    }
  }

  /**
   * Adds a line for each route in `[start, end)`, as far as they parse.
   *
   * @param hop where their next hop stands
   */
  #addRoutes(event: MessageEvent, start: number, end: number, afi: number, safi: number, hop: number): void {
    if (start >= end || !isPrefixes(afi, safi)) return;
    const { buffer, direction, mrt } = event;
    const ipv6 = afi === Afi.IPv6;
    const addPath = hasPathIds(direction.context, afi, safi);
    let first = start;
    let next = routeEnd(buffer, first, end, ipv6, addPath);
    while (next >= 0 && !this.#wants(afi, safi, buffer, addPath ? first + 4 : first)) {
      first = next;
      next = routeEnd(buffer, first, end, ipv6, addPath);
    }
    if (next < 0) return;
    const attributes = this.#attributes;
    const out = this.#room(MOST_BESIDE_ATTRIBUTES + (hop === WITHDRAWN ? 0 : attributes.mostText));

    const line = out.length;
    const local = mrt !== undefined && LOCAL[mrt.subtype] === true;
    out.text(nameOf(mrt, local, addPath));
    writeTime(out, event);
    out.text(hop === WITHDRAWN ? "|W|" : "|A|");
    this.#writePeer(direction, local ? direction.receiver : direction.sender);
    out.octet(BAR);
    const route = out.length;
    writeRoute(out, buffer, first, ipv6, addPath);
    const behind = out.length;
    if (hop === WITHDRAWN) {
      out.octet(LINE_FEED);
    } else {
      attributes.writePathAndOrigin(out);
      if (hop === NEXT_HOP) attributes.writeNextHop(out);
      else writeNextHop(out, buffer, hop);
      attributes.writeRest(out);
    }
    if (next === end) return;

    // All other lines are this one with another route: what stands between two of them is the same each time.
    const between = this.#between;
    between.length = 0;
    between.reserve(out.length - line);
    between.octets(out.buffer, behind, out.length);
    const tail = between.length;
    between.octets(out.buffer, line, route);
    const octets = between.buffer.subarray(0, between.length);
    out.length = behind;
    for (let at = next; at < end; at = next) {
      next = routeEnd(buffer, at, end, ipv6, addPath);
      if (next < 0) break;
      if (!this.#wants(afi, safi, buffer, addPath ? at + 4 : at)) continue;
      this.#room(MOST_BESIDE_ATTRIBUTES + 2 * octets.length);
      out.buffer.set(octets, out.length);
      out.length += octets.length;
      writeRoute(out, buffer, at, ipv6, addPath);
    }
    out.octets(octets, 0, tail);
  }

  #addRoute(event: RouteEvent): void {
    const { mrt, family, nlri, pathId, context, peer } = event;
    const isOld = mrt?.type === MrtType.TableDump;
    if (mrt !== undefined && !isOld && (mrt.type !== MrtType.TableDumpV2 || UNICAST[mrt.subtype] !== true)) return;
    if (family.safi !== Safi.Unicast || (family.afi !== Afi.IPv4 && family.afi !== Afi.IPv6)) return;
    if (!this.#wants(family.afi, family.safi, nlri.buffer, nlri.start)) return;
    const { buffer, start, end } = event.attributes;
    const attributes = this.#attributes;
    attributes.read(buffer, start, end, context.fourOctetAs);
    const out = this.#room(MOST_BESIDE_ATTRIBUTES + attributes.mostText);
    out.text(isOld ? "TABLE_DUMP|" : pathId === null ? "TABLE_DUMP2|" : "TABLE_DUMP2_AP|");
    out.decimal(event.seconds);
    out.text("|B|");
    this.#writePeer(peer, peer);
    out.octet(BAR);
    out.prefix(nlri.buffer, nlri.start, family.afi === Afi.IPv6);
    if (pathId !== null) {
      out.octet(BAR);
      out.decimal(pathId);
    }
    attributes.writePathAndOrigin(out);
    const hop = this.#nextHopOfRoute(buffer);
    if (hop === NEXT_HOP) attributes.writeNextHop(out);
    else writeNextHop(out, buffer, hop);
    attributes.writeRest(out);
  }

  /** That of an MP_REACH_NLRI, whole or not (RFC 6396 section 4.3.4), or else NEXT_HOP. */
  #nextHopOfRoute(buffer: Uint8Array): number {
    const reach = this.#attributes.start(AttributeCode.MpReachNlri, 1);
    if (reach < 0) return NEXT_HOP;
    // NEXT_HOP is -1, as a next hop is that does not fit.
    if (buffer[reach] !== 0) return this.#attributes.start(AttributeCode.MpReachNlri, 1 + buffer[reach]!);
    const whole = this.#attributes.start(AttributeCode.MpReachNlri, 5);
    if (whole < 0 || this.#attributes.start(AttributeCode.MpReachNlri, 4 + buffer[whole + 3]!) < 0) return NEXT_HOP;
    return whole + 3;
  }

  /** Whether the route of the prefix whose length in bits stands at `at` is to have a line. */
  #wants(afi: number, safi: number, buffer: Uint8Array, at: number): boolean {
    if (this.#filter === null) return true;
    return this.#filter.wantsPrefix({ afi, safi }, formatPrefix(afi === Afi.IPv6 ? 6 : 4, buffer, buffer[at]!, at + 1));
  }

  /** The writer, with room for that many octets. */
  #room(octets: number): AsciiWriter {
    if (this.#out.length >= BGPDUMP_CHUNK) this.flush();
    this.#out.reserve(octets);
    return this.#out;
  }

  /** Writes address and AS number of a peer, which are made once for each direction and each peer of a table. */
  #writePeer(of: Direction | Endpoint, peer: Endpoint): void {
    if (of !== this.#lastPeer) {
      this.#lastPeer = of;
      this.#lastPeerText = this.#peers.get(of) ?? peerText(peer);
      this.#peers.set(of, this.#lastPeerText);
    }
    this.#out.octets(this.#lastPeerText, 0, this.#lastPeerText.length);
  }
}

function peerText({ address, as }: Endpoint): Uint8Array {
  const out = new AsciiWriter(MOST_BESIDE_ATTRIBUTES);
  const octets = parseIPv6(address);
  if (octets === null) out.text(address);
  else out.ipv6(octets, 0);
  out.octet(BAR);
  out.decimal(as ?? 0);
  return out.buffer.slice(0, out.length);
}

/** The first field of a line about a session, with its bar: by type, by whether the local side sent the message, by path identifiers. */
const NAMES: readonly string[] = [
  "BGP4MP|",
  "BGP4MP_AP|",
  "BGP4MP_LOCAL|",
  "BGP4MP_LOCAL_AP|",
  "BGP4MP_ET|",
  "BGP4MP_ET_AP|",
  "BGP4MP_ET_LOCAL|",
  "BGP4MP_ET_LOCAL_AP|",
];

function nameOf(mrt: MrtRecordType | undefined, local: boolean, addPath: boolean): string {
  if (mrt !== undefined && mrt.type < MrtType.Bgp4mp) return "BGP|";
  return NAMES[(mrt?.type === MrtType.Bgp4mp ? 0 : 4) + (local ? 2 : 0) + (addPath ? 1 : 0)]!;
}

/** Seconds, and microseconds where the record can have them. */
function writeTime(out: AsciiWriter, { seconds, nanoseconds, mrt }: MessageEvent | StateEvent): void {
  out.decimal(seconds);
  if (mrt !== undefined && mrt.type !== MrtType.Bgp4mpEt) return;
  out.octet(DOT);
  out.sixDigits(Math.trunc(nanoseconds / 1000));
}

function hasPathIds(context: DecodeContext, afi: number, safi: number): boolean {
  return context.addPath.length > 0 && context.addPath.some((family) => family.afi === afi && family.safi === safi);
}

/** Whether the NLRI of a family are IPv4 or IPv6 prefixes alone. */
function isPrefixes(afi: number, safi: number): boolean {
  return (afi === Afi.IPv4 || afi === Afi.IPv6) && safi >= Safi.Unicast && safi <= LAST_SAFI;
}

/** Where the route at `at` ends; -1 where it does not parse. */
function routeEnd(buffer: Uint8Array, at: number, end: number, ipv6: boolean, addPath: boolean): number {
  const prefix = addPath ? at + 4 : at;
  if (prefix >= end) return -1;
  const bits = buffer[prefix]!;
  const next = prefix + 1 + ((bits + 7) >> 3);
  return bits > (ipv6 ? 128 : 32) || next > end ? -1 : next;
}

function writeRoute(out: AsciiWriter, buffer: Uint8Array, at: number, ipv6: boolean, addPath: boolean): void {
  out.prefix(buffer, addPath ? at + 4 : at, ipv6);
  if (!addPath) return;
  out.octet(BAR);
  out.decimal(u32At(buffer, at));
}

/** The next hop whose length stands at `at`; the link-local one behind it is left out. */
function writeNextHop(out: AsciiWriter, buffer: Uint8Array, at: number): void {
  const octets = buffer[at]!;
  if (octets === 4) out.ipv4(buffer, at + 1);
  else if (octets === 16 || octets === 32) out.ipv6(buffer, at + 1);
}

/** Characters of a piece of text that is made from octets at once. */
const PIECE = 0x1000;

/**
 * The lines of `BgpdumpWriter` as text, for those who have them event by event; it takes longer than the writer does.
 *
 * @example
 * const text = new BgpdumpText();
 * text.lines(event); // "TABLE_DUMP2|1401487200|B|196.46.25.29|33764|1.0.0.0/24|33764 15169|IGP|196.223.14.55|0|0||NAG||\n"
 */
export class BgpdumpText {
  #text = "";
  readonly #writer = new BgpdumpWriter((octets) => {
    if (this.#text.length + octets.length > MAX_BGPDUMP_TEXT) return;
    for (let at = 0; at < octets.length; at += PIECE) {
      this.#text += String.fromCharCode.apply(null, octets.subarray(at, at + PIECE) as unknown as number[]);
    }
  });

  /** Lines with a line feed behind each; the empty text where there is none. */
  lines(event: CaptureEvent): string {
    this.#text = "";
    this.#writer.add(event);
    this.#writer.flush();
    return this.#text;
  }
}
