// Routes of tables as MRT: records of TABLE_DUMP_V2 with the table of peers that they refer to, and of TABLE_DUMP where AS numbers have
// two octets.
import { Afi, bytesOf, equalBytes, formatIPv4, formatIPv6, normaliseAddress, Safi } from "@bgpwire/core";
import { joined, NOTHING } from "../bytes/joined.ts";
import { withoutZone } from "../convert/address.ts";
import { writtenOrNoted, type ConversionNotes } from "../convert/notes.ts";
import type { Endpoint, InformationEvent, RouteEvent } from "../event.ts";
import { peerIndexTableOf } from "./information.ts";
import { MrtType, TableDumpSubtype, TableDumpV2Subtype } from "./numbers.ts";
import { indexedPeer, type PeerIndexTableFields } from "./peer-table.ts";
import { MAX_MRT_TABLE_RECORD } from "./reader.ts";
import { encodeMrtRecord } from "./record.ts";
import type { RibEntry } from "./rib.ts";

/** Peer Index has two octets. */
const MOST_PEERS = 0xffff;

/** Entry Count has two octets. */
const MOST_ENTRIES = 0xffff;

/** Octets of an entry without its attributes, at most. */
const ENTRY_OCTETS = 12;

/** Octets of a record that are not entries, at most: none has a longer NLRI than a message. */
const BESIDE_ENTRIES = 0x1_0100;

/** Routes that will be in one record. */
interface Gathered {
  readonly first: RouteEvent;
  readonly subtype: number;
  readonly entries: RibEntry[];
  octets: number;
}

/**
 * Writes routes, and the tables of peers that come before them.
 *
 * Routes that stood in one record stand in one again; so what is held is at most a record, of `MAX_MRT_TABLE_RECORD` octets. A route of a
 * peer that the last table of peers does not have is written behind another one, which has it in addition.
 */
export class MrtTableWriter {
  readonly #notes: ConversionNotes;
  readonly #places = new Map<string, number>();
  #table: PeerIndexTableFields | null = null;
  /** The table of peers is not in the file yet. */
  #due = false;
  #sequence = 0;
  #gathered: Gathered | null = null;

  constructor(notes: ConversionNotes) {
    this.#notes = notes;
  }

  /** Takes note of a table of peers, which is written before the next route. @throws ConfigError where it is none */
  peers(event: InformationEvent): void {
    const table = peerIndexTableOf(event);
    this.#table = table;
    this.#places.clear();
    this.#sequence = 0;
    this.#due = true;
    for (const [place, { address, as, bgpIdentifier }] of table.peers.entries()) {
      const key = keyOf(address, as, bgpIdentifier);
      if (!this.#places.has(key)) this.#places.set(key, place);
    }
  }

  /** The table of peers, if it is not in the file yet. */
  due(): Uint8Array {
    if (!this.#due || this.#table === null) return NOTHING;
    this.#due = false;
    return encodeMrtRecord(this.#table);
  }

  /** The records that are complete with this route: often none. */
  route(event: RouteEvent): Uint8Array {
    if (event.mrt?.type === MrtType.TableDump || !event.context.fourOctetAs) {
      const before = this.flush();
      return joined(
        before,
        writtenOrNoted(this.#notes, () => this.#tableDump(event)),
      );
    }
    const subtype = subtypeOf(event);
    const place = this.#placeOf(event.peer);
    const octets = ENTRY_OCTETS + event.attributes.end - event.attributes.start;
    // A table that is due goes before the route, and so behind those that are held.
    const goesOn =
      this.#gathered !== null && place !== null && !this.#due && goesWith(event, subtype, octets, this.#gathered);
    const before = goesOn ? NOTHING : joined(this.flush(), this.#tableFor(event));
    const entry = {
      peerIndex: place ?? this.#placeOf(event.peer)!,
      originatedTime: event.originated,
      pathId: event.pathId,
      attributes: event.attributes,
    };
    if (goesOn) {
      this.#gathered!.entries.push(entry);
      this.#gathered!.octets += octets;
    } else {
      this.#gathered = { first: event, subtype, entries: [entry], octets };
    }
    return before;
  }

  /** The records that are held. */
  flush(): Uint8Array {
    const gathered = this.#gathered;
    if (gathered === null) return NOTHING;
    this.#gathered = null;
    const { first, subtype, entries } = gathered;
    const { seconds, family, nlri, pathId } = first;
    const hasPath = subtype === TableDumpV2Subtype.RibGenericAddpath;
    const octets = hasPath
      ? Uint8Array.of(pathId! >>> 24, pathId! >>> 16, pathId! >>> 8, pathId!, ...bytesOf(nlri))
      : nlri;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) >>> 0;
    const header = { type: MrtType.TableDumpV2, subtype, seconds, microseconds: null };
    const write = (): Uint8Array =>
      encodeMrtRecord({ kind: "rib", ...header, sequence, family, nlri: octets, entries });
    return writtenOrNoted(this.#notes, write, entries.length);
  }

  #placeOf({ address, as, bgpIdentifier }: Endpoint): number | null {
    return this.#places.get(keyOf(address, as, bgpIdentifier)) ?? null;
  }

  /** The table of peers that has to stand before a route. */
  #tableFor({ peer, seconds }: RouteEvent): Uint8Array {
    if (this.#placeOf(peer) === null) this.#add(peer, seconds);
    return this.due();
  }

  #add(peer: Endpoint, seconds: number): void {
    this.#notes.madeUp("tables of peers");
    const { peers, ...table } = this.#table ?? { ...NO_TABLE, seconds };
    const others = peers.length < MOST_PEERS ? peers : [];
    if (others.length === 0) this.#places.clear();
    const { address, as, bgpIdentifier } = peer;
    const added = indexedPeer(withoutZone(address), as ?? 0, bgpIdentifier ?? UNKNOWN_IDENTIFIER);
    this.#places.set(keyOf(address, as, bgpIdentifier), others.length);
    this.#table = { ...table, seconds, peers: [...others, added] };
    this.#due = true;
  }

  /** RFC 6396 section 4.2. */
  #tableDump(event: RouteEvent): Uint8Array {
    const { family, peer, seconds, nlri, originated, attributes, mrt, pathId } = event;
    const ipv6 = family.afi === Afi.IPv6;
    if (family.safi !== Safi.Unicast || (family.afi !== Afi.IPv4 && !ipv6) || pathId !== null) {
      this.#notes.leftOut("routes with AS numbers of two octets that are not of IPv4 or IPv6 unicast");
      return NOTHING;
    }
    const plain = ipv6 ? TableDumpSubtype.AfiIpv6 : TableDumpSubtype.AfiIpv4;
    const prefix = new Uint8Array(17);
    prefix.set(bytesOf(nlri).subarray(0, 17));
    const sequence = this.#sequence & 0xffff;
    this.#sequence = (this.#sequence + 1) >>> 0;
    const view = new DataView(prefix.buffer);
    const peerAddress = withoutZone(peer.address);
    return encodeMrtRecord({
      kind: "tableDump",
      type: MrtType.TableDump,
      subtype: mrt?.type === MrtType.TableDump ? mrt.subtype : plain,
      seconds,
      microseconds: null,
      view: 0,
      sequence,
      entries: [
        {
          prefix: ipv6 ? formatIPv6(prefix, 1) : formatIPv4(view.getUint32(1)),
          prefixLength: prefix[0]!,
          status: 1,
          originatedTime: originated,
          peerAddress: ipv6 && !peerAddress.includes(":") ? `::ffff:${peerAddress}` : peerAddress,
          peerAs: peer.as ?? 0,
          attributes,
        },
      ],
    });
  }
}

const UNKNOWN_IDENTIFIER = "0.0.0.0";

const NO_TABLE: Omit<PeerIndexTableFields, "seconds"> = {
  kind: "peerIndexTable",
  type: MrtType.TableDumpV2,
  subtype: TableDumpV2Subtype.PeerIndexTable,
  microseconds: null,
  collectorBgpIdentifier: UNKNOWN_IDENTIFIER,
  viewName: "",
  peers: [],
};

/** A peer as routes have it. What is not known is written as zero. */
function keyOf(address: string, as: number | null, bgpIdentifier: string | null): string {
  const plain = withoutZone(address);
  return `${normaliseAddress(plain) ?? plain} ${as ?? 0} ${bgpIdentifier ?? UNKNOWN_IDENTIFIER}`;
}

/** Subtypes of families, without path identifiers and with. */
const SPECIFIC: Readonly<Record<string, readonly [number, number]>> = {
  "1 1": [TableDumpV2Subtype.RibIpv4Unicast, TableDumpV2Subtype.RibIpv4UnicastAddpath],
  "1 2": [TableDumpV2Subtype.RibIpv4Multicast, TableDumpV2Subtype.RibIpv4MulticastAddpath],
  "2 1": [TableDumpV2Subtype.RibIpv6Unicast, TableDumpV2Subtype.RibIpv6UnicastAddpath],
  "2 2": [TableDumpV2Subtype.RibIpv6Multicast, TableDumpV2Subtype.RibIpv6MulticastAddpath],
};

const GENERIC: readonly [number, number] = [TableDumpV2Subtype.RibGeneric, TableDumpV2Subtype.RibGenericAddpath];

function subtypeOf({ family, pathId, mrt }: RouteEvent): number {
  const wasGeneric = mrt?.type === MrtType.TableDumpV2 && GENERIC.includes(mrt.subtype);
  const specific = SPECIFIC[`${family.afi} ${family.safi}`];
  const [plain, withPaths] = wasGeneric || specific === undefined ? GENERIC : specific;
  return pathId === null ? plain : withPaths;
}

function goesWith(event: RouteEvent, subtype: number, octets: number, gathered: Gathered): boolean {
  const { first, entries } = gathered;
  return (
    subtype === gathered.subtype &&
    event.offset === first.offset &&
    event.seconds === first.seconds &&
    (subtype !== TableDumpV2Subtype.RibGenericAddpath || event.pathId === first.pathId) &&
    event.family.afi === first.family.afi &&
    event.family.safi === first.family.safi &&
    equalBytes(bytesOf(event.nlri), bytesOf(first.nlri)) &&
    entries.length < MOST_ENTRIES &&
    gathered.octets + octets <= MAX_MRT_TABLE_RECORD - BESIDE_ENTRIES
  );
}
