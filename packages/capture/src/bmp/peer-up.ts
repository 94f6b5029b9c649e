// Peer Up Notification (RFC 7854 section 4.10, RFC 8671 section 6.3, RFC 9069 section 5.2, RFC 9736 section 3.3): both OPENs.
import { ByteReader, bytesOf, type ByteWriter, type Slice } from "@bgpwire/core";
import { pduAt } from "../bytes/pdu.ts";
import { readAddress, writeAddress, writePeerHeader, type BmpPeerHeader } from "./peer-header.ts";
import { readTextTlvs, writeTextTlv, type BmpRawTlv, type BmpTextTlv } from "./tlv.ts";

/** What a Peer Up tells beside the OPENs, and a Peer Down of a Loc-RIB. */
export type PeerTlv = BmpTextTlv<"string" | "vrfTableName" | "adminLabel"> | BmpRawTlv;

/** A session is Established, or a table is monitored from now on. */
export interface PeerUpMessage {
  readonly kind: "peerUp";
  readonly version: number;
  readonly peer: BmpPeerHeader;
  /** The router's end of the connection; zero for a Loc-RIB. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly remotePort: number;
  /** The OPEN of the router, with header; null where it does not fit. */
  readonly sentOpen: Slice | null;
  /** The OPEN of its peer, with header; null where it does not fit. */
  readonly receivedOpen: Slice | null;
  readonly tlvs: readonly PeerTlv[];
  /** Octets from the first that does not fit. */
  readonly rest?: Uint8Array;
}

/** Octets before the OPENs. */
export const PEER_UP_FIXED = 20;

/** BMP Peer Up Message TLVs. */
export const PEER_TEXTS = { 0: "string", 3: "vrfTableName", 4: "adminLabel" } as const;

export function readPeerUp(peer: BmpPeerHeader, { buffer, start, end }: Slice, version: number): PeerUpMessage {
  const reader = new ByteReader(buffer, start, end);
  const fixed = {
    localAddress: readAddress(reader, peer.type, peer.flags),
    localPort: reader.u16(),
    remotePort: reader.u16(),
  };
  const sentOpen = pduAt(buffer, reader.position, end);
  const receivedOpen = sentOpen === null ? null : pduAt(buffer, sentOpen.end, end);
  const at = receivedOpen?.end ?? sentOpen?.end ?? reader.position;
  const list =
    receivedOpen === null
      ? { tlvs: [], ...(at < end && { rest: buffer.subarray(at, end) }) }
      : readTextTlvs({ buffer, start: at, end }, version, PEER_TEXTS);
  return { kind: "peerUp", version, peer, ...fixed, sentOpen, receivedOpen, ...list };
}

export function writePeerUp(message: PeerUpMessage, writer: ByteWriter): void {
  writePeerHeader(message.peer, writer);
  writeAddress(message.localAddress, "localAddress", writer);
  writer.u16(message.localPort);
  writer.u16(message.remotePort);
  if (message.sentOpen !== null) writer.bytes(bytesOf(message.sentOpen));
  if (message.receivedOpen !== null) writer.bytes(bytesOf(message.receivedOpen));
  for (const tlv of message.tlvs) writeTextTlv(tlv, writer);
  if (message.rest !== undefined) writer.bytes(message.rest);
}
