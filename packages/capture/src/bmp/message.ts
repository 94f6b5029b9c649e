// A message of BMP: the common header (RFC 7854 section 4.1), and what each type has behind it.
import { ByteReader, bytesOf, ByteWriter, type Slice } from "@bgpwire/core";
import {
  readInitiation,
  readTermination,
  writeInitiation,
  writeTermination,
  type InitiationMessage,
  type TerminationMessage,
} from "./information.ts";
import { BmpMessageType } from "./numbers.ts";
import { readPeerDown, writePeerDown, type PeerDownMessage } from "./peer-down.ts";
import { PEER_HEADER_LENGTH, readPeerHeader } from "./peer-header.ts";
import { PEER_UP_FIXED, readPeerUp, writePeerUp, type PeerUpMessage } from "./peer-up.ts";
import { readRouteMirroring, writeRouteMirroring, type RouteMirroringMessage } from "./route-mirroring.ts";
import { readRouteMonitoring, writeRouteMonitoring, type RouteMonitoringMessage } from "./route-monitoring.ts";
import { readStatistics, STATISTICS_FIXED, writeStatistics, type StatisticsReportMessage } from "./statistics.ts";

/** A message of a type that is not known, which a station "MUST ignore" (RFC 7854 section 4.1). */
export interface UnknownBmpMessage {
  readonly kind: "unknown";
  readonly version: number;
  readonly type: number;
  /** What follows the common header. */
  readonly body: Slice;
}

/** A message; `kind` tells the arms apart. Ranges refer to the memory it was read from. */
export type BmpMessage =
  | RouteMonitoringMessage
  | StatisticsReportMessage
  | PeerDownMessage
  | PeerUpMessage
  | InitiationMessage
  | TerminationMessage
  | RouteMirroringMessage
  | UnknownBmpMessage;

/** Octets of the common header. */
export const BMP_HEADER_LENGTH = 6;

const TYPE_OF = {
  routeMonitoring: BmpMessageType.RouteMonitoring,
  statisticsReport: BmpMessageType.StatisticsReport,
  peerDown: BmpMessageType.PeerDownNotification,
  peerUp: BmpMessageType.PeerUpNotification,
  initiation: BmpMessageType.Initiation,
  termination: BmpMessageType.Termination,
  routeMirroring: BmpMessageType.RouteMirroring,
} as const;

/** Octets of the fixed part of each type behind the common header; the index is the type. */
const FIXED: readonly number[] = [
  PEER_HEADER_LENGTH,
  PEER_HEADER_LENGTH + STATISTICS_FIXED,
  PEER_HEADER_LENGTH + 1,
  PEER_HEADER_LENGTH + PEER_UP_FIXED,
  0,
  0,
  PEER_HEADER_LENGTH,
];

/** Shortest message of a type. */
export function shortestMessage(type: number): number {
  return BMP_HEADER_LENGTH + (FIXED[type] ?? 0);
}

/**
 * Reads a message. Whatever the octets are, `encodeBmpMessage` of the message gives them back; what does not fit in the end is
 * `rest`.
 *
 * @param message exactly one, of version 3 or 4, its common header first
 * @returns null where it is too short for the fixed fields of its type
 */
export function decodeBmpMessage(message: Slice): BmpMessage | null {
  const { buffer, start, end } = message;
  const type = buffer[start + 5];
  if (type === undefined || end - start < shortestMessage(type)) return null;
  const version = buffer[start]!;
  const body = { buffer, start: start + BMP_HEADER_LENGTH, end };
  if (type === BmpMessageType.Initiation) return readInitiation(body, version);
  if (type === BmpMessageType.Termination) return readTermination(body, version);
  if (type > BmpMessageType.RouteMirroring) return { kind: "unknown", version, type, body };
  const reader = new ByteReader(buffer, body.start, end);
  const peer = readPeerHeader(reader);
  const rest = { buffer, start: reader.position, end };
  switch (type) {
    case BmpMessageType.RouteMonitoring:
      return readRouteMonitoring(peer, rest, version);
    case BmpMessageType.StatisticsReport:
      return readStatistics(peer, rest, version);
    case BmpMessageType.PeerDownNotification:
      return readPeerDown(peer, rest, version);
    case BmpMessageType.PeerUpNotification:
      return readPeerUp(peer, rest, version);
    default:
      return readRouteMirroring(peer, rest, version);
  }
}

/**
 * The octets of a message, its common header first.
 *
 * @throws ConfigError `invalid-value` where a part is not of its form or does not fit its field
 * @example
 * encodeBmpMessage({ kind: "initiation", version: 3, tlvs: [{ name: "sysName", type: 2, text: "router1" }] })
 */
export function encodeBmpMessage(message: BmpMessage): Uint8Array {
  const writer = new ByteWriter(256);
  writer.u8(message.version);
  writer.u32(0);
  writer.u8(message.kind === "unknown" ? message.type : TYPE_OF[message.kind]);
  writeBody(message, writer);
  const octets = writer.finish();
  new DataView(octets.buffer, octets.byteOffset).setUint32(1, octets.length);
  return octets;
}

function writeBody(message: BmpMessage, writer: ByteWriter): void {
  switch (message.kind) {
    case "routeMonitoring":
      return writeRouteMonitoring(message, writer);
    case "statisticsReport":
      return writeStatistics(message, writer);
    case "peerDown":
      return writePeerDown(message, writer);
    case "peerUp":
      return writePeerUp(message, writer);
    case "initiation":
      return writeInitiation(message, writer);
    case "termination":
      return writeTermination(message, writer);
    case "routeMirroring":
      return writeRouteMirroring(message, writer);
    default:
      return writer.bytes(bytesOf(message.body));
  }
}
