// Peer Down Notification (RFC 7854 section 4.9, RFC 9069 section 5.3): why a session ended. In version 4 TLVs may follow whatever
// the reason.
import { bytesOf, type ByteWriter, type Slice } from "@bgpwire/core";
import { BmpPeerDownReason } from "./numbers.ts";
import { pduAt } from "../bytes/pdu.ts";
import { writePeerHeader, type BmpPeerHeader } from "./peer-header.ts";
import { PEER_TEXTS, type PeerTlv } from "./peer-up.ts";
import { readTextTlvs, writeTextTlv } from "./tlv.ts";

/** A session is over, or a table is not monitored any more. */
export interface PeerDownMessage {
  readonly kind: "peerDown";
  readonly version: number;
  readonly peer: BmpPeerHeader;
  /** A number of `BmpPeerDownReason`, or another. */
  readonly reason: number;
  /** The NOTIFICATION of reasons 1 and 3, with header; null where there is none. */
  readonly notification: Slice | null;
  /** The event of RFC 4271 section 8.1 of reason 2; 0: none is defined; null where there is none. */
  readonly fsmEvent: number | null;
  readonly tlvs: readonly PeerTlv[];
  /** Octets that are not of the form that the reason has. */
  readonly rest?: Uint8Array;
}

export function readPeerDown(peer: BmpPeerHeader, { buffer, start, end }: Slice, version: number): PeerDownMessage {
  const reason = buffer[start]!;
  let at = start + 1;
  let notification: Slice | null = null;
  let fsmEvent: number | null = null;
  if (reason === BmpPeerDownReason.LocalNotification || reason === BmpPeerDownReason.RemoteNotification) {
    notification = pduAt(buffer, at, end);
    if (notification !== null) at = notification.end;
  } else if (reason === BmpPeerDownReason.LocalFsmEvent && end - at >= 2) {
    fsmEvent = (buffer[at]! << 8) | buffer[at + 1]!;
    at += 2;
  }
  const hasTlvs = version >= 4 || reason === BmpPeerDownReason.LocalTlvData;
  const list = hasTlvs
    ? readTextTlvs({ buffer, start: at, end }, version, PEER_TEXTS)
    : { tlvs: [], ...(at < end && { rest: buffer.subarray(at, end) }) };
  return { kind: "peerDown", version, peer, reason, notification, fsmEvent, ...list };
}

export function writePeerDown(message: PeerDownMessage, writer: ByteWriter): void {
  writePeerHeader(message.peer, writer);
  writer.u8(message.reason);
  if (message.notification !== null) writer.bytes(bytesOf(message.notification));
  if (message.fsmEvent !== null) writer.u16(message.fsmEvent);
  for (const tlv of message.tlvs) writeTextTlv(tlv, writer);
  if (message.rest !== undefined) writer.bytes(message.rest);
}
