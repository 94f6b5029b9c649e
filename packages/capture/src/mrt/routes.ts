// The routes in a record of a table, one event after the other.
import { Afi, Safi, type Family, type Slice } from "@bgpwire/core";
import type { DecodeContext } from "@bgpwire/decoder";
import { u32At } from "../bytes/integers.ts";
import type { Endpoint, MrtRecordType, RouteEvent } from "../event.ts";
import type { Problem } from "../stream/record-reader.ts";
import { mrtRecordName, TableDumpV2Subtype } from "./numbers.ts";
import type { RibCursor, RibRecord } from "./rib.ts";
import type { MrtSessions } from "./sessions.ts";
import type { TableDumpCursor, TableDumpRecord } from "./table-dump.ts";

/** Gives the routes of a record. */
export interface RecordRoutes {
  /** The next one; null when all were given. */
  next(): RouteEvent | Problem | null;
}

/** The routes of a RIB record (RFC 6396 section 4.3.4). */
export class RibRoutes implements RecordRoutes {
  readonly #record: RibRecord;
  readonly #cursor: RibCursor;
  readonly #peers: readonly Endpoint[];
  readonly #context: DecodeContext;
  readonly #mrt: MrtRecordType;
  readonly #seconds: number;
  readonly #family: Family;
  readonly #nlri: Slice;
  /** RIB_GENERIC_ADDPATH has it before the NLRI, for all entries. */
  readonly #pathId: number | null;

  constructor(record: RibRecord, peers: readonly Endpoint[], context: DecodeContext, mrt: MrtRecordType) {
    this.#record = record;
    this.#cursor = record.cursor();
    this.#peers = peers;
    this.#context = context;
    this.#mrt = mrt;
    this.#seconds = record.seconds;
    this.#family = record.family;
    const { buffer, nlriStart, nlriEnd } = record;
    const withPath = mrt.subtype === TableDumpV2Subtype.RibGenericAddpath;
    this.#pathId = withPath ? u32At(buffer, nlriStart) : null;
    this.#nlri = { buffer, start: nlriStart + (withPath ? 4 : 0), end: nlriEnd };
  }

  next(): RouteEvent | Problem | null {
    const cursor = this.#cursor;
    const { buffer, offset, start } = this.#record;
    const entry = cursor.end;
    if (!cursor.next()) return null;
    const peer = this.#peers[cursor.peerIndex];
    if (peer === undefined) {
      const name = mrtRecordName(this.#mrt.type, this.#mrt.subtype);
      const reason = `${name}: a route is of peer ${cursor.peerIndex}, and the PEER_INDEX_TABLE has ${this.#peers.length}`;
      return { kind: "problem", offset: offset + entry - start, reason, skipped: cursor.end - entry };
    }
    return {
      kind: "route",
      seconds: this.#seconds,
      nanoseconds: 0,
      offset,
      mrt: this.#mrt,
      peer,
      originated: cursor.originatedTime,
      family: this.#family,
      nlri: this.#nlri,
      pathId: cursor.pathId ?? this.#pathId,
      attributes: { buffer, start: cursor.attributes, end: cursor.end },
      context: this.#context,
    };
  }
}

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };
const IPV6_UNICAST: Family = { afi: Afi.IPv6, safi: Safi.Unicast };

/** The routes of a TABLE_DUMP record (RFC 6396 section 4.2), nearly always one. */
export class TableDumpRoutes implements RecordRoutes {
  readonly #record: TableDumpRecord;
  readonly #cursor: TableDumpCursor;
  readonly #sessions: MrtSessions;
  readonly #mrt: MrtRecordType;

  constructor(record: TableDumpRecord, sessions: MrtSessions, mrt: MrtRecordType) {
    this.#record = record;
    this.#cursor = record.cursor();
    this.#sessions = sessions;
    this.#mrt = mrt;
  }

  next(): RouteEvent | null {
    const cursor = this.#cursor;
    if (cursor.end === this.#record.end || !cursor.next()) return null;
    const { buffer, ipv6, fourOctetAs, offset, seconds } = this.#record;
    const octets = (buffer[cursor.prefixLength]! + 7) >> 3;
    const nlri = new Uint8Array(1 + octets);
    nlri[0] = buffer[cursor.prefixLength]!;
    for (let i = 0; i < octets; i += 1) nlri[i + 1] = buffer[cursor.prefix + i]!;
    return {
      kind: "route",
      seconds,
      nanoseconds: 0,
      offset,
      mrt: this.#mrt,
      peer: this.#sessions.peer(buffer, cursor.peer, cursor.attributes - 2, ipv6),
      originated: cursor.originatedTime,
      family: ipv6 ? IPV6_UNICAST : IPV4_UNICAST,
      nlri: { buffer: nlri, start: 0, end: nlri.length },
      pathId: null,
      attributes: { buffer, start: cursor.attributes, end: cursor.end },
      context: this.#sessions.tableContext(fourOctetAs, false),
    };
  }
}
