// Route Monitoring (RFC 7854 section 4.6): an UPDATE with routes of a table. In version 4 it stands in one of the message's TLVs.
import { bytesOf, ConfigError, type ByteWriter, type Slice } from "@bgpwire/core";
import { pduAt } from "../bytes/pdu.ts";
import { writePeerHeader, type BmpPeerHeader } from "./peer-header.ts";
import {
  readIndexedTlvs,
  readTrailingTlvs,
  writeRouteMonitoringTlv,
  type RouteMonitoringTlv,
} from "./route-monitoring-tlv.ts";

/** Routes of a table have come or gone. */
export interface RouteMonitoringMessage {
  readonly kind: "routeMonitoring";
  readonly version: number;
  readonly peer: BmpPeerHeader;
  /** The UPDATE, with header; null where there is none that fits. */
  readonly message: Slice | null;
  /** In version 3 what stands behind the UPDATE; in version 4 everything, among it the place of the UPDATE. */
  readonly tlvs: readonly RouteMonitoringTlv[];
  /** Octets from the first that does not fit. */
  readonly rest?: Uint8Array;
}

export function readRouteMonitoring(peer: BmpPeerHeader, body: Slice, version: number): RouteMonitoringMessage {
  if (version >= 4) return { kind: "routeMonitoring", version, peer, ...readIndexedTlvs(body) };
  const { buffer, start, end } = body;
  const message = pduAt(buffer, start, end);
  const behind =
    message === null
      ? { tlvs: [], ...(start < end && { rest: bytesOf(body) }) }
      : readTrailingTlvs({ buffer, start: message.end, end });
  return { kind: "routeMonitoring", version, peer, message, ...behind };
}

export function writeRouteMonitoring(monitoring: RouteMonitoringMessage, writer: ByteWriter): void {
  const { version, peer, message, tlvs, rest } = monitoring;
  const places = tlvs.filter((tlv) => tlv.name === "bgpMessage").length;
  if (version >= 4 && places !== (message === null ? 0 : 1)) {
    throw new ConfigError("invalid-value", "tlvs", `${places} places for ${message === null ? "no" : "one"} UPDATE`);
  }
  writePeerHeader(peer, writer);
  if (version < 4 && message !== null) writer.bytes(bytesOf(message));
  for (const tlv of tlvs) writeRouteMonitoringTlv(tlv, message, writer);
  if (rest !== undefined) writer.bytes(rest);
}
