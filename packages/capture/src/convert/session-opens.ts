// The OPENs of a session in formats whose reader learns from them how UPDATEs are written: those of the capture where they say it,
// others made up where they are missing or say something else.
import {
  addPath,
  Afi,
  AS_TRANS,
  copyOf,
  decodeOpen,
  encodeOpen,
  extendedMessage,
  extendedNextHop,
  fourOctetAs,
  multipleLabels,
  multiprotocol,
  negotiate,
  parseIPv4,
  routeRefresh,
  Safi,
  type AddPathEntry,
  type Capability,
  type Family,
  type OpenMessage,
} from "@bgpwire/core";
import { receiveOptions, type ContextOptions } from "@bgpwire/decoder";
import type { Direction, Endpoint } from "../event.ts";
import { otherSide, type Side } from "../tcp/connection.ts";
import { includesFamily } from "./families.ts";

/** Families that OPENs offer which are made up, beside those that are asked for: what most sessions have. */
const FAMILIES: readonly Family[] = [
  [1, 1],
  [1, 2],
  [1, 4],
  [1, 128],
  [1, 132],
  [1, 133],
  [2, 1],
  [2, 2],
  [2, 4],
  [2, 128],
  [2, 133],
  [25, 65],
  [25, 70],
  [16_388, 71],
].map(([afi, safi]) => ({ afi: afi!, safi: safi! }));

/** Most families of one OPEN: more entries than that do not fit a capability. */
const MOST_FAMILIES = 60;

/** Most entries of a capability of RFC 8950, which have six octets. */
const MOST_NEXT_HOPS = 42;

/** RFC 8277 section 2.1: any number of labels. */
const ANY_NUMBER = 255;

/** An UPDATE that is to be read as its direction says. */
export interface Wanted {
  readonly direction: Direction;
  /** Of its routes. */
  readonly families: readonly Family[];
}

/** OPENs that have to be in the file before an UPDATE. */
export interface Missing {
  /** Bodies by side; null where the one that is in the file will do. */
  readonly bodies: readonly [Uint8Array | null, Uint8Array | null];
  /** The OPENs that are in the file say something else: a session is to begin anew with these. */
  readonly anew: boolean;
  /** At least one of them is not from the capture. */
  readonly madeUp: boolean;
}

type Pair<T> = [T, T];

/** What is known of the OPENs of one session. Its memory is bounded: two OPENs, and `MOST_FAMILIES` families of each side. */
export class SessionOpens {
  readonly #asNumbers: boolean;
  /** In the file. */
  readonly #written: Pair<OpenMessage | null> = [null, null];
  readonly #bodies: Pair<Uint8Array | null> = [null, null];
  /** In the capture, but not in the file. */
  readonly #seen: Pair<Uint8Array | null> = [null, null];
  /** How a receiver reads what each side sends; null while OPENs are missing. */
  #readings: Pair<ContextOptions> | null = null;
  /** Whether UPDATEs of each side have had path identifiers, by family. */
  readonly #paths: readonly [Map<string, boolean>, Map<string, boolean>] = [new Map(), new Map()];

  /** @param asNumbers whether OPENs alone say how wide AS numbers are. Default true */
  constructor({ asNumbers = true }: { readonly asNumbers?: boolean } = {}) {
    this.#asNumbers = asNumbers;
  }

  /** Takes an OPEN that is in the file. @param body not kept */
  wrote(side: Side, body: Uint8Array): void {
    const open = openOf(body);
    if (open === null) return;
    this.#written[side] = open;
    this.#bodies[side] = copyOf(body);
    this.#seen[side] = null;
    const [one, two] = this.#written;
    this.#readings = readingsOf(one, two);
  }

  /** Takes an OPEN that is not wanted in the file. */
  saw(side: Side, body: Uint8Array): void {
    if (openOf(body) !== null) this.#seen[side] = copyOf(body);
  }

  /** The body of the OPEN in the file. */
  body(side: Side): Uint8Array | null {
    return this.#bodies[side];
  }

  /** Bodies of the OPENs of both sides, of which none is in the file; null where there are not both. */
  get offered(): readonly [Uint8Array, Uint8Array] | null {
    const [one, two] = this.#seen;
    return one === null || two === null ? null : [one, two];
  }

  /** Both OPENs are in the file. */
  get complete(): boolean {
    return this.#readings !== null;
  }

  /** OPENs that have to come before an UPDATE of a side; null where those that are there say how it is read. */
  missing(side: Side, wanted: Wanted): Missing | null {
    this.#note(side, wanted);
    if (this.#readings !== null && this.#says(this.#readings[side], wanted)) return null;
    const anew = this.#readings !== null;
    return (anew ? null : this.#completed(side, wanted)) ?? { bodies: this.#made(side, wanted), anew, madeUp: true };
  }

  #note(side: Side, { direction, families }: Wanted): void {
    const paths = this.#paths[side];
    for (const family of families) {
      if (paths.size >= MOST_FAMILIES && !paths.has(keyOf(family))) paths.clear();
      paths.set(keyOf(family), includesFamily(direction.context.addPath, family));
    }
  }

  /** What is in the capture, and what has to be made up beside it; null where that does not say what it should. */
  #completed(side: Side, wanted: Wanted): Missing | null {
    const made = this.#made(side, wanted);
    const bodies: Pair<Uint8Array | null> = [null, null];
    const opens: Pair<OpenMessage | null> = [...this.#written];
    let madeUp = false;
    for (const which of [0, 1] as const) {
      if (opens[which] !== null) continue;
      const seen = this.#seen[which];
      bodies[which] = seen ?? made[which];
      madeUp ||= seen === null;
      opens[which] = openOf(bodies[which]);
    }
    const readings = readingsOf(...opens);
    return readings !== null && this.#says(readings[side], wanted) ? { bodies, anew: false, madeUp } : null;
  }

  /** Whether an UPDATE is read as its context says. */
  #says(reading: ContextOptions, { direction, families }: Wanted): boolean {
    const { context } = direction;
    const { addPath: paths = [] } = reading;
    return (
      (!this.#asNumbers || reading.fourOctetAs === context.fourOctetAs) &&
      families.every((family) => includesFamily(paths, family) === includesFamily(context.addPath, family))
    );
  }

  /** Both OPENs as they would have to be. */
  #made(side: Side, wanted: Wanted): Pair<Uint8Array> {
    const { direction } = wanted;
    const ends: Pair<Endpoint> =
      side === 0 ? [direction.sender, direction.receiver] : [direction.receiver, direction.sender];
    return [this.#make(0, ends, side, wanted), this.#make(1, ends, side, wanted)];
  }

  #make(which: Side, ends: Pair<Endpoint>, side: Side, wanted: Wanted): Uint8Array {
    const { context } = wanted.direction;
    const others = wanted.families.filter((family) => !includesFamily(FAMILIES, family));
    const families = [...FAMILIES, ...others].slice(0, MOST_FAMILIES);
    const as = asNumberIn(ends[which]);
    const isLong = as > 0xffff && asNumberIn(ends[otherSide(which)]) <= 0xffff;
    const paths = families.flatMap((family) => this.#pathsOf(which, family, side, context.addPath));
    const nextHops = nextHopsOf(families, context.extendedNextHop);
    const labels = labelsOf(families, context.multipleLabels);
    const capabilities: Capability[] = [
      ...families.map(({ afi, safi }) => multiprotocol(afi, safi)),
      routeRefresh(),
      ...(nextHops.length > 0 ? [extendedNextHop(nextHops)] : []),
      extendedMessage(),
      ...(labels.length > 0 ? [multipleLabels(labels)] : []),
      ...(context.fourOctetAs || isLong ? [fourOctetAs(as)] : []),
      ...(paths.length > 0 ? [addPath(paths)] : []),
    ];
    const identifier = identifierOf(ends[which], which);
    return encodeOpen({ version: 4, myAs: as > 0xffff ? AS_TRANS : as, holdTime: 0, identifier, capabilities });
  }

  /** ADD-PATH of a family in the OPEN of an end: what each side has had in its UPDATEs, and this one has now. */
  #pathsOf(which: Side, family: Family, side: Side, now: readonly Family[]): AddPathEntry[] {
    const has = (sender: Side): boolean =>
      this.#paths[sender].get(keyOf(family)) ?? (sender === side && includesFamily(now, family));
    const [send, receive] = [has(which), has(otherSide(which))];
    if (!send && !receive) return [];
    return [{ ...family, direction: send ? (receive ? "both" : "send") : "receive" }];
  }
}

function keyOf({ afi, safi }: Family): string {
  return `${afi} ${safi}`;
}

function openOf(body: Uint8Array): OpenMessage | null {
  const open = decodeOpen({ buffer: body, start: 0, end: body.length }, false);
  return open.ok ? open.value : null;
}

function readingsOf(one: OpenMessage | null, two: OpenMessage | null): Pair<ContextOptions> | null {
  return one === null || two === null
    ? null
    : [receiveOptions(negotiate(two, one)), receiveOptions(negotiate(one, two))];
}

/** RFC 8950: next hops of IPv6 for families of IPv4, where nothing else is known. */
function nextHopsOf(
  families: readonly Family[],
  known: Direction["context"]["extendedNextHop"],
): Exclude<Direction["context"]["extendedNextHop"], "any"> {
  if (known !== "any") return known.slice(0, MOST_NEXT_HOPS);
  const ipv4 = families.filter(({ afi, safi }) => afi === Afi.IPv4 && [1, 2, 4, 128].includes(safi));
  return ipv4.map(({ afi, safi }) => ({ afi, safi, nextHopAfi: Afi.IPv6 }));
}

/** RFC 8277: any number of labels, where nothing else is known. */
function labelsOf(
  families: readonly Family[],
  known: Direction["context"]["multipleLabels"],
): Exclude<Direction["context"]["multipleLabels"], "any"> {
  if (known !== "any") return known.slice(0, MOST_FAMILIES);
  const labeled = families.filter(({ safi }) => safi === Safi.LabeledUnicast || safi === Safi.Vpn);
  return labeled.map(({ afi, safi }) => ({ afi, safi, count: ANY_NUMBER }));
}

/** The AS number; where it is not known, or 0, which nobody has (RFC 7607), 23456. */
function asNumberIn({ as }: Endpoint): number {
  return as === null || as === 0 ? AS_TRANS : as;
}

/** The BGP Identifier; where it is not known the IPv4 address, or a small number, which is valid (RFC 6286 section 2.1). */
function identifierOf({ bgpIdentifier, address }: Endpoint, side: Side): string {
  const known = bgpIdentifier ?? address;
  const value = parseIPv4(known);
  return value === null || value === 0 ? `0.0.0.${side + 1}` : known;
}
