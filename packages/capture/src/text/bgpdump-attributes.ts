// The path attributes that a line of bgpdump shows, straight from their octets. Nothing is checked but that they are there to be
// read, as bgpdump checks nothing: what is malformed is for other readers to tell.
import { AS_TRANS, AttributeCode } from "@bgpwire/core";
import { as4Path, asPath, mergeAs4, WellKnownCommunity, type AsPathSegment } from "@bgpwire/decoder";
import { u16At, u32At } from "../bytes/integers.ts";
import { asAt } from "../mrt/view.ts";
import { decimalAt, type AsciiWriter } from "./ascii-writer.ts";

const EXTENDED_LENGTH = 0x10;

/** Attributes up to this one are looked at. */
const LAST = AttributeCode.As4Aggregator;

/** Segments of an AS path by their type on the wire (RFC 4271 section 4.3, RFC 5065 section 3). */
const SEGMENTS: readonly AsPathSegment["type"][] = ["set", "sequence", "confedSequence", "confedSet"];
const FIRST_TYPE = 1;
const SEQUENCE = 2;
const LAST_TYPE = 4;
/** What stands around them, and what parts their AS numbers. */
const OPEN: readonly string[] = ["", "{", "", "(", "["];
const CLOSE: readonly string[] = ["", "}", "", ")", "]"];
const BETWEEN: readonly number[] = [0x20, 0x2c, 0x20, 0x20, 0x2c];

const [SPACE, BAR, COLON, DIGIT_ZERO] = [0x20, 0x7c, 0x3a, 0x30];

/** The well-known communities that bgpdump has names for; there are more in the registry. */
const NAMED_COMMUNITIES: Readonly<Record<number, string>> = {
  [WellKnownCommunity.NoExport]: "no-export",
  [WellKnownCommunity.NoAdvertise]: "no-advertise",
  [WellKnownCommunity.NoExportSubconfed]: "local-AS",
};

/** Most characters of the fields that have a fixed form: origin, next hop, two numbers, aggregator. */
const FIXED = 160;

/** The attributes of one message or route after the other: `read` finds them, and all else is about those last read. */
export class BgpdumpAttributes {
  readonly #starts = new Int32Array(LAST + 1);
  readonly #ends = new Int32Array(LAST + 1);
  /** Which there are, by bit. */
  #seen = 0;
  #buffer: Uint8Array = new Uint8Array(0);
  #octets = 0;
  #asOctets: 2 | 4 = 4;

  /** Finds the attributes in `[start, end)`, the first of each; those behind one that does not fit are not there. */
  read(buffer: Uint8Array, start: number, end: number, fourOctetAs: boolean): void {
    this.#buffer = buffer;
    this.#octets = end - start;
    this.#asOctets = fourOctetAs ? 4 : 2;
    const [starts, ends] = [this.#starts, this.#ends];
    let seen = 0;
    for (let at = start; at + 3 <= end;) {
      const code = buffer[at + 1]!;
      const extended = (buffer[at]! & EXTENDED_LENGTH) !== 0;
      const valueStart = at + (extended ? 4 : 3);
      at = valueStart + (extended ? u16At(buffer, valueStart - 2) : buffer[valueStart - 1]!);
      if (at > end) break;
      if (code > LAST || (seen & (1 << code)) !== 0) continue;
      seen |= 1 << code;
      starts[code] = valueStart;
      ends[code] = at;
    }
    this.#seen = seen;
  }

  /** Where the value of an attribute of at least so many octets begins; -1 where there is none. */
  start(code: number, octets: number): number {
    if ((this.#seen & (1 << code)) === 0) return -1;
    const start = this.#starts[code]!;
    return start + octets > this.#ends[code]! ? -1 : start;
  }

  /** Where the value of an attribute that is there ends. */
  end(code: number): number {
    return this.#ends[code]!;
  }

  /** Most characters that all of them can have together: the name of a community has thirteen for its four octets. */
  get mostText(): number {
    return 4 * this.#octets + FIXED;
  }

  /** What stands between prefix and next hop: AS path and origin. */
  writePathAndOrigin(out: AsciiWriter): void {
    out.octet(BAR);
    this.#writePath(out);
    const origin = this.start(AttributeCode.Origin, 1);
    const value = origin < 0 ? 2 : this.#buffer[origin];
    out.text(value === 0 ? "|IGP|" : value === 1 ? "|EGP|" : "|INCOMPLETE|");
  }

  /** NEXT_HOP; without it all ones, as bgpdump has it. */
  writeNextHop(out: AsciiWriter): void {
    const hop = this.start(AttributeCode.NextHop, 4);
    if (hop < 0) out.text("255.255.255.255");
    else out.ipv4(this.#buffer, hop);
  }

  /** What stands behind the next hop: LOCAL_PREF, MULTI_EXIT_DISC, communities, whether it is an aggregate, and whose. */
  writeRest(out: AsciiWriter): void {
    out.octet(BAR);
    this.#writeNumber(out, this.start(AttributeCode.LocalPref, 4));
    out.octet(BAR);
    this.#writeNumber(out, this.start(AttributeCode.MultiExitDisc, 4));
    out.octet(BAR);
    const communities = this.start(AttributeCode.Communities, 4);
    if (communities >= 0) this.#writeCommunities(out, communities);
    out.text(this.start(AttributeCode.AtomicAggregate, 0) < 0 ? "|NAG|" : "|AG|");
    this.#writeAggregator(out);
    out.text("|\n");
  }

  /** A number of four octets; 0 where it is not there. */
  #writeNumber(out: AsciiWriter, at: number): void {
    if (at < 0) out.octet(DIGIT_ZERO);
    else out.decimal(u32At(this.#buffer, at));
  }

  #writeCommunities(out: AsciiWriter, start: number): void {
    const buffer = this.#buffer;
    const end = this.end(AttributeCode.Communities);
    for (let at = start; at + 4 <= end; at += 4) {
      if (at > start) out.octet(SPACE);
      const high = u16At(buffer, at);
      const name = high === 0xffff ? NAMED_COMMUNITIES[u32At(buffer, at)] : undefined;
      if (name !== undefined) {
        out.text(name);
        continue;
      }
      const colon = decimalAt(out.buffer, out.length, high);
      out.buffer[colon] = COLON;
      out.length = decimalAt(out.buffer, colon + 1, u16At(buffer, at + 2));
    }
  }

  /**
   * Whether what old speakers could not carry (RFC 6793 section 4.2.3) is to be put in its place: not if the AS number in the
   * AGGREGATOR is another one than AS_TRANS beside an AS4_AGGREGATOR.
   */
  #mergesAs4(): boolean {
    if (this.#asOctets === 4) return false;
    const aggregator = this.start(AttributeCode.Aggregator, 6);
    if (aggregator < 0 || this.start(AttributeCode.As4Aggregator, 8) < 0) return true;
    return u16At(this.#buffer, aggregator) === AS_TRANS;
  }

  #writeAggregator(out: AsciiWriter): void {
    const old = this.start(AttributeCode.Aggregator, this.#asOctets + 4);
    if (old < 0) return;
    const as4 = this.start(AttributeCode.As4Aggregator, 8);
    const isOld = as4 < 0 || !this.#mergesAs4();
    const at = isOld ? old : as4;
    const octets = isOld ? this.#asOctets : 4;
    // All ones are bgpdump's sign that there is none.
    if (u32At(this.#buffer, at + octets) === 0xffff_ffff) return;
    out.decimal(asAt(this.#buffer, at, octets));
    out.octet(SPACE);
    out.ipv4(this.#buffer, at + octets);
  }

  #writePath(out: AsciiWriter): void {
    const start = this.start(AttributeCode.AsPath, 0);
    if (start < 0) return;
    const end = this.end(AttributeCode.AsPath);
    const as4 = this.start(AttributeCode.As4Path, 0);
    const merged =
      as4 >= 0 && this.#mergesAs4() ? mergedPath(this.#buffer, start, end, as4, this.end(AttributeCode.As4Path)) : null;
    if (merged === null) writePath(out, this.#buffer, start, end, this.#asOctets);
    else writePath(out, merged, 0, merged.length, 4);
  }
}

function writePath(out: AsciiWriter, buffer: Uint8Array, start: number, end: number, octets: 2 | 4): void {
  const { length } = out;
  let type = SEQUENCE;
  let space = false;
  for (let at = start; at < end;) {
    if (type !== SEQUENCE) out.text(CLOSE[type]!);
    if (space) out.octet(SPACE);
    type = buffer[at]!;
    const segmentEnd = at + 2 + buffer[at + 1]! * octets;
    if (at + 2 > end || segmentEnd > end || type < FIRST_TYPE || type > LAST_TYPE) {
      out.length = length;
      out.text("! Error !");
      return;
    }
    if (type !== SEQUENCE) out.text(OPEN[type]!);
    // There is none behind a segment without AS numbers.
    space = segmentEnd > at + 2;
    const between = BETWEEN[type]!;
    let to = out.length;
    for (at += 2; at < segmentEnd; at += octets) {
      to = decimalAt(out.buffer, to, asAt(buffer, at, octets));
      out.buffer[to] = between;
      to += 1;
    }
    out.length = space ? to - 1 : to;
  }
  if (type !== SEQUENCE) out.text(CLOSE[type]!);
}

/** The path that an AS_PATH and an AS4_PATH make together (RFC 6793 section 4.2.3), of four octets; null where one does not parse. */
function mergedPath(
  buffer: Uint8Array,
  start: number,
  end: number,
  as4Start: number,
  as4End: number,
): Uint8Array | null {
  const segments = segmentsIn(buffer, start, end, 2);
  const as4Segments = segmentsIn(buffer, as4Start, as4End, 4);
  if (segments === null || as4Segments === null) return null;
  const [merged] = mergeAs4([asPath(segments), as4Path(as4Segments)]);
  if (merged?.name !== "asPath") return null;
  const octets: number[] = [];
  for (const { type, asNumbers } of merged.segments) {
    octets.push(SEGMENTS.indexOf(type) + FIRST_TYPE, asNumbers.length);
    for (const as of asNumbers) octets.push(as >>> 24, as >>> 16, as >>> 8, as);
  }
  return Uint8Array.from(octets);
}

function segmentsIn(buffer: Uint8Array, start: number, end: number, octets: 2 | 4): AsPathSegment[] | null {
  const segments: AsPathSegment[] = [];
  for (let at = start; at < end;) {
    const type = SEGMENTS[buffer[at]! - FIRST_TYPE];
    const segmentEnd = at + 2 + buffer[at + 1]! * octets;
    if (at + 2 > end || segmentEnd > end || type === undefined) return null;
    const asNumbers: number[] = [];
    for (at += 2; at < segmentEnd; at += octets) asNumbers.push(asAt(buffer, at, octets));
    segments.push({ type, asNumbers });
  }
  return segments;
}
