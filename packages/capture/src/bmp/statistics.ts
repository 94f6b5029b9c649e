// Statistics Report (RFC 7854 section 4.8): counters and gauges. In version 4 they stand inside a TLV of their own.
import { ByteReader, ConfigError, type ByteWriter, type Slice } from "@bgpwire/core";
import { BmpCounter, BmpFamilyGauge, BmpGauge } from "./numbers.ts";
import { writePeerHeader, type BmpPeerHeader } from "./peer-header.ts";
import { readTlvs, writeTlv, type BmpRawTlv } from "./tlv.ts";
import { readU64, writeU64 } from "./u64.ts";

/** One statistic. Numbers of 64 bits are decimal text, because JSON has none. */
export type BmpStatistic =
  | {
      readonly name: keyof typeof BmpCounter;
      readonly type: number;
      /** 0 to 4294967295; then it is 0 again. */
      readonly value: number;
    }
  | { readonly name: keyof typeof BmpGauge; readonly type: number; readonly value: string }
  | {
      readonly name: keyof typeof BmpFamilyGauge;
      readonly type: number;
      readonly afi: number;
      readonly safi: number;
      readonly value: string;
    }
  | BmpRawTlv;

/** What a router has counted. */
export interface StatisticsReportMessage {
  readonly kind: "statisticsReport";
  readonly version: number;
  readonly peer: BmpPeerHeader;
  readonly statistics: readonly BmpStatistic[];
  /** The Stats Count, where it is not the number of statistics. */
  readonly count?: number;
  /** The TLVs behind the one with the statistics, in version 4; absent where the statistics are not in one. */
  readonly tlvs?: readonly BmpRawTlv[];
  /** Octets from the first that does not fit. */
  readonly rest?: Uint8Array;
}

/** Stats TLV of draft-ietf-grow-bmp-tlv-20. */
const STATS_TLV = 1;

/** Octets of Stats Count. */
export const STATISTICS_FIXED = 4;

/** Reads a body. @returns null where what is in the TLV of the statistics does not fit it */
export function readStatistics(peer: BmpPeerHeader, body: Slice, version: number): StatisticsReportMessage | null {
  const inner = version >= 4 ? statsTlv(body) : null;
  if (inner === null) return { kind: "statisticsReport", version, peer, ...listIn(body, version) };
  const list = listIn(inner, version);
  if (list.rest !== undefined) return null;
  const outer = readTlvs<never>({ ...body, start: inner.end }, version, () => null);
  return { kind: "statisticsReport", version, peer, ...list, ...outer };
}

/**
 * The value of the TLV with the statistics; null where they are in none, as until draft 20. Read as a Stats Count, its type and
 * length would be more than 65535 statistics, which cannot be behind it.
 */
function statsTlv({ buffer, start, end }: Slice): Slice | null {
  const reader = new ByteReader(buffer, start, end);
  const type = reader.u16();
  const length = reader.u16();
  if (type !== STATS_TLV || length < STATISTICS_FIXED || length > reader.remaining) return null;
  return { buffer, start: reader.position, end: reader.position + length };
}

type List = Pick<StatisticsReportMessage, "statistics" | "count" | "rest">;

/** Stats Count and statistics. */
function listIn({ buffer, start, end }: Slice, version: number): List {
  const count = new ByteReader(buffer, start, end).u32();
  const { tlvs, rest } = readTlvs<BmpStatistic>(
    { buffer, start: start + STATISTICS_FIXED, end },
    version,
    readStatistic,
  );
  return { statistics: tlvs, ...(count !== tlvs.length && { count }), ...(rest !== undefined && { rest }) };
}

/** What is known of a type. */
interface Known {
  readonly name: string;
  /** Of its Stat Data. */
  readonly octets: 4 | 8 | 11;
}

/** By type. */
const KNOWN: ReadonlyMap<number, Known> = /* @__PURE__ */ new Map([
  .../* @__PURE__ */ knownOf(BmpCounter, 4),
  .../* @__PURE__ */ knownOf(BmpGauge, 8),
  .../* @__PURE__ */ knownOf(BmpFamilyGauge, 11),
]);

function knownOf(types: Readonly<Record<string, number>>, octets: Known["octets"]): [number, Known][] {
  return Object.entries(types).map(([name, type]) => [type, { name, octets }]);
}

/** The statistic of a type; null, and raw, where its Stat Data are not of the type's length. */
function readStatistic(type: number, value: Uint8Array): BmpStatistic | null {
  const known = KNOWN.get(type);
  if (known === undefined || known.octets !== value.length) return null;
  const reader = new ByteReader(value);
  const { name } = known;
  if (known.octets === 4) return { name, type, value: reader.u32() } as BmpStatistic;
  const family = known.octets === 11 ? { afi: reader.u16(), safi: reader.u8() } : {};
  return { name, type, ...family, value: readU64(reader) } as BmpStatistic;
}

export function writeStatistics(message: StatisticsReportMessage, writer: ByteWriter): void {
  const { peer, tlvs, rest } = message;
  writePeerHeader(peer, writer);
  if (tlvs === undefined) {
    writeList(message, writer);
  } else {
    writeTlv({ type: STATS_TLV }, writer, () => writeList(message, writer));
    for (const tlv of tlvs) writeTlv(tlv, writer, () => writer.bytes(tlv.value));
  }
  if (rest !== undefined) writer.bytes(rest);
}

function writeList({ statistics, count }: StatisticsReportMessage, writer: ByteWriter): void {
  writer.u32(count ?? statistics.length);
  for (const statistic of statistics) writeTlv(statistic, writer, () => writeStatistic(statistic, writer));
}

function writeStatistic(statistic: BmpStatistic, writer: ByteWriter): void {
  if (statistic.name === "raw") {
    writer.bytes(statistic.value);
    return;
  }
  const { name, type, value } = statistic;
  if (KNOWN.get(type)?.name !== name) {
    throw new ConfigError("invalid-value", "statistics", `there is no "${name}" with type ${type}`);
  }
  if ("afi" in statistic) {
    writer.u16(statistic.afi);
    writer.u8(statistic.safi);
  }
  if (typeof value === "number") writer.u32(value);
  else writeU64(value, name, writer);
}
