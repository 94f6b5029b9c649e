// Families whose routes have a type (RFC 7606 section 5.4): a table says which types there are, a row how one of them lies.
import { ConfigError } from "@bgpwire/core";
import { copyAt } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { NlriHeader, RawNlri } from "./model.ts";

/** What routes with a type have; `name` tells the arms of a union apart, `routeType` is the number on the wire. */
export interface TypedRoute extends NlriHeader {
  readonly name: string;
  readonly routeType: number;
}

/** What is known of one type of route. */
export interface RouteTypeRow<N extends TypedRoute = TypedRoute> {
  readonly routeType: N["routeType"];
  readonly name: N["name"];
  // Methods, because a row of one type stands where a row of any is asked for.
  /** Reads what is behind type and length, all of it. @returns null where it is of a form that no document describes */
  read(reader: FieldReader): N | null;
  /**
   * Whether it can be seen without reading that nothing is wrong with the route in `[at, end)`, its type and length included.
   * False where it has to be read to be checked.
   */
  isSound?(buffer: Uint8Array, at: number, end: number): boolean;
  /** Writes what is behind type and length. @throws ConfigError where a part does not fit its field */
  write(nlri: N, writer: OctetWriter): void;
}

/** Rows by type. */
export type RouteTypeTable<N extends TypedRoute = TypedRoute> = ReadonlyMap<number, RouteTypeRow<N>>;

/** Makes a table. */
export function routeTypeTable<N extends TypedRoute>(rows: readonly RouteTypeRow<N>[]): RouteTypeTable<N> {
  return new Map(rows.map((row) => [row.routeType, row]));
}

/**
 * Reads a type, a length, and what they are about; null: not known.
 *
 * @param width octets of type and of length each: one as in EVPN and MCAST-VPN, two as in SFC
 */
export function readTypedRoute<N extends TypedRoute>(
  reader: FieldReader,
  table: RouteTypeTable<N>,
  width: 1 | 2 = 1,
): N | null {
  const start = reader.at;
  const row = table.get(width === 1 ? reader.u8("Route Type") : reader.u16("Route Type"));
  if (width === 1) reader.u8("Length");
  else reader.u16("Length");
  if (row === undefined) {
    reader.rest("Route Type specific");
    return null;
  }
  const nlri = row.read(reader);
  reader.group(row.name, start);
  return nlri;
}

/** The reverse. @throws ConfigError `invalid-value` where the route is not of the table or does not fit */
export function writeTypedRoute<N extends TypedRoute>(
  nlri: N,
  table: RouteTypeTable<N>,
  writer: OctetWriter,
  width: 1 | 2 = 1,
): void {
  const row = routeTypeRow(nlri, table);
  if (width === 1) writer.u8(nlri.routeType);
  else writer.u16(nlri.routeType);
  const at = writer.reserve(width);
  row.write(nlri, writer);
  const length = writer.length - at - width;
  if (width === 1) writer.setU8(at, length);
  else writer.setU16(at, length);
}

/** The row of a route. @throws ConfigError `invalid-value` where there is none */
export function routeTypeRow<N extends TypedRoute>(nlri: N, table: RouteTypeTable<N>): RouteTypeRow<N> {
  const row = table.get(nlri.routeType);
  if (row !== undefined && row.name === nlri.name) return row;
  throw new ConfigError("invalid-value", "routeType", `there is no "${nlri.name}" with route type ${nlri.routeType}`);
}

/**
 * Reads the Route Key of a Leaf A-D route: "the NLRI of the route for which this Leaf A-D route is generated" (RFC 9572
 * section 3.3, RFC 6514 section 4.4). One that the table does not know, or that does not read, stays raw.
 */
export function readRouteKey<N extends TypedRoute>(reader: FieldReader, table: RouteTypeTable<N>): N | RawNlri {
  const { buffer, at } = reader;
  const key = reader.sub("Route Key", 2 + buffer[at + 1]!);
  const nlri = readTypedRoute(key, table);
  return nlri !== null && key.complete ? nlri : { name: "raw", value: copyAt(buffer, at, key.end) };
}

/** The reverse. @throws ConfigError `invalid-value` where the key is no route of the table, or has a length that is not its */
export function writeRouteKey<N extends TypedRoute>(
  key: N | RawNlri,
  table: RouteTypeTable<N>,
  writer: OctetWriter,
): void {
  if (!isRaw(key)) {
    writeTypedRoute(key, table, writer);
    return;
  }
  const { value } = key;
  if (value.length < 2 || value.length !== 2 + value[1]!) {
    throw new ConfigError("invalid-value", "routeKey", `${value.length} octets that are no route`);
  }
  writer.bytes(value);
}

function isRaw(key: TypedRoute | RawNlri): key is RawNlri {
  return key.name === "raw";
}
