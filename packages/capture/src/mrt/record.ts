// Every record of MRT: from its octets, and back.
import { ConfigError, type Slice } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import { FieldWriter } from "../bytes/field-writer.ts";
import {
  readBgp,
  writeBgp,
  type BgpFields,
  type BgpMessageRecord,
  type BgpStateChangeRecord,
  type BgpSyncRecord,
} from "./bgp.ts";
import {
  lengthOf,
  readBgp4mp,
  writeBgp4mp,
  type Bgp4mpEntryRecord,
  type Bgp4mpFields,
  type Bgp4mpMessageRecord,
  type Bgp4mpSnapshotRecord,
  type Bgp4mpStateChangeRecord,
} from "./bgp4mp.ts";
import { IsisRecord, readOspf, writeIgp, type IsisFields, type OspfRecord, type OspfFields } from "./igp.ts";
import { MrtType, mrtRecordName, TableDumpV2Subtype } from "./numbers.ts";
import {
  faultInGeoPeerTable,
  faultInPeerIndexTable,
  GeoPeerTableRecord,
  PeerIndexTableRecord,
  writeGeoPeerTable,
  writePeerIndexTable,
  type GeoPeerTableFields,
  type PeerIndexTableFields,
} from "./peer-table.ts";
import { readRib, writeRib, type RibRecord, type RibFields } from "./rib.ts";
import { readTableDump, writeTableDump, type TableDumpRecord, type TableDumpFields } from "./table-dump.ts";
import { isExtended, messageStart, MRT_HEADER, MrtView, type MrtHeader } from "./view.ts";

/** What `encodeMrtRecord` makes a record from whose message it leaves as it is. */
export interface OtherMrtFields extends MrtHeader {
  readonly kind: "other";
  /** What stands behind the header. */
  readonly message: Uint8Array | Slice;
}

/** A record that is not taken apart: of another type, or of a subtype or family that is not known. */
export class OtherMrtRecord extends MrtView implements OtherMrtFields {
  readonly kind = "other";

  get message(): Slice {
    return { buffer: this.buffer, start: messageStart(this.buffer, this.start), end: this.end };
  }
}

/** A record of an MRT file. */
export type MrtRecord =
  | Bgp4mpMessageRecord
  | Bgp4mpStateChangeRecord
  | Bgp4mpEntryRecord
  | Bgp4mpSnapshotRecord
  | PeerIndexTableRecord
  | GeoPeerTableRecord
  | RibRecord
  | TableDumpRecord
  | BgpMessageRecord
  | BgpStateChangeRecord
  | BgpSyncRecord
  | OspfRecord
  | IsisRecord
  | OtherMrtRecord;

/** What a record is made from: plain values, or a record that was read. */
export type MrtFields =
  | Bgp4mpFields
  | PeerIndexTableFields
  | GeoPeerTableFields
  | RibFields
  | TableDumpFields
  | BgpFields
  | OspfFields
  | IsisFields
  | OtherMrtFields;

/**
 * Reads the record in `[start, end)`, which has a header.
 *
 * @returns what is wrong with it, as a clause
 */
export function readRecord(
  buffer: Uint8Array,
  start: number,
  end: number,
  offset: number,
  uncounted: number,
): MrtRecord | string {
  const type = u16At(buffer, start + 4);
  if (isExtended(type) && messageStart(buffer, start) > end) return "the record ends before its microseconds";
  return (
    readKnown(type, buffer, start, end, offset, uncounted) ?? new OtherMrtRecord(buffer, start, end, offset, uncounted)
  );
}

function readKnown(
  type: number,
  buffer: Uint8Array,
  start: number,
  end: number,
  offset: number,
  uncounted: number,
): MrtRecord | string | null {
  switch (type) {
    case MrtType.Bgp4mp:
    case MrtType.Bgp4mpEt:
      return readBgp4mp(buffer, start, end, offset, uncounted);
    case MrtType.TableDumpV2:
      switch (u16At(buffer, start + 6)) {
        case TableDumpV2Subtype.PeerIndexTable:
          return (
            faultInPeerIndexTable(buffer, start, end) ?? new PeerIndexTableRecord(buffer, start, end, offset, uncounted)
          );
        case TableDumpV2Subtype.GeoPeerTable:
          return (
            faultInGeoPeerTable(buffer, start, end) ?? new GeoPeerTableRecord(buffer, start, end, offset, uncounted)
          );
        default:
          return readRib(buffer, start, end, offset, uncounted);
      }
    case MrtType.TableDump:
      return readTableDump(buffer, start, end, offset, uncounted);
    case MrtType.Bgp:
    case MrtType.Bgp4plus:
    case MrtType.Bgp4plus01:
      return readBgp(buffer, start, end, offset, uncounted);
    case MrtType.Ospfv2:
    case MrtType.Ospfv3:
    case MrtType.Ospfv3Et:
      return readOspf(buffer, start, end, offset, uncounted);
    case MrtType.Isis:
    case MrtType.IsisEt:
      return new IsisRecord(buffer, start, end, offset, uncounted);
    default:
      return null;
  }
}

/**
 * Writes a record. Of a record that `MrtReader` gave this is the record as it was.
 *
 * @returns octets of their own
 * @throws ConfigError `invalid-value` where a value does not fit its field, or the type and subtype are not of this kind
 * @example
 * encodeMrtRecord({
 *   kind: "bgp4mpMessage", type: MrtType.Bgp4mpEt, subtype: Bgp4mpSubtype.MessageAs4, seconds, microseconds,
 *   peerAs: 65001, localAs: 65002, interfaceIndex: 0, peerAddress: "192.0.2.1", localAddress: "192.0.2.2",
 *   message: encodeKeepalive(),
 * })
 */
export function encodeMrtRecord(fields: MrtFields): Uint8Array {
  const { type, subtype, seconds, microseconds, uncounted = 0 } = fields;
  const writer = new FieldWriter("message" in fields ? lengthOf(fields.message) + BEFORE_MESSAGE : 128);
  writer.u32("seconds", seconds);
  writer.u16("type", type);
  writer.u16("subtype", subtype);
  writer.u32("length", 0);
  if (isExtended(type)) writer.u32("microseconds", microseconds ?? 0);
  writeBody(fields, writer);
  const record = writer.finish();
  writeLength(record, record.length - MRT_HEADER - uncounted);
  // What was written is read, so that it is one: type and subtype are those of the kind, and lengths those of the content.
  const read = readRecord(record, 0, record.length, 0, uncounted);
  if (typeof read === "string") throw new ConfigError("invalid-value", fields.kind, read);
  if (read.kind === fields.kind) return record;
  throw new ConfigError("invalid-value", "subtype", `${mrtRecordName(type, subtype)} is no "${fields.kind}"`);
}

/** Most octets before the message of a BGP4MP record: with them memory is taken once. */
const BEFORE_MESSAGE = MRT_HEADER + 4 + 8 + 4 + 32;

/** Fills in the Length of a record. */
function writeLength(record: Uint8Array, length: number): void {
  if (length < 0) throw new ConfigError("invalid-value", "uncounted", "more octets than the record has");
  new DataView(record.buffer, record.byteOffset).setUint32(8, length);
}

function writeBody(fields: MrtFields, writer: FieldWriter): void {
  switch (fields.kind) {
    case "bgp4mpMessage":
    case "bgp4mpStateChange":
    case "bgp4mpEntry":
    case "bgp4mpSnapshot":
      return writeBgp4mp(fields, writer);
    case "peerIndexTable":
      return writePeerIndexTable(fields, writer);
    case "geoPeerTable":
      return writeGeoPeerTable(fields, writer);
    case "rib":
      return writeRib(fields, writer);
    case "tableDump":
      return writeTableDump(fields, writer);
    case "bgpMessage":
    case "bgpStateChange":
    case "bgpSync":
      return writeBgp(fields, writer);
    case "ospf":
    case "isis":
      return writeIgp(fields, writer);
    case "other":
      writer.bytes(fields.message);
  }
}
