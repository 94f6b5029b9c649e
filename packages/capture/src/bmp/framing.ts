// How BMP messages lie in a stream (RFC 7854 section 4.1), and by what one of them is found among anything else.
import { u16At, u32At } from "../bytes/integers.ts";
import type { Framing } from "../pcap/message-framer.ts";
import { BMP_HEADER_LENGTH } from "./message.ts";
import { BmpMessageType, BmpPeerFlag, BmpPeerType } from "./numbers.ts";
import { PEER_HEADER_LENGTH } from "./peer-header.ts";
import { wrongBmpHeader } from "./reader.ts";

/** Where the fields of the per-peer header stand in a message (RFC 7854 section 4.2). */
const FLAGS = BMP_HEADER_LENGTH + 1;
const ADDRESS = BMP_HEADER_LENGTH + 10;
const MICROSECONDS = BMP_HEADER_LENGTH + 38;
const BEHIND_PEER = BMP_HEADER_LENGTH + PEER_HEADER_LENGTH;

/** Flags that have no meaning in any peer type. */
const NO_FLAG = 0x0f;

const TLV_HEADER = 4;

/** Of Initiation and Termination the first TLV is to have no type above this one: the registries have five and two. */
const HIGHEST_TLV = 0xff;

/**
 * Whatever has a version and a length is a message. One that is looked for is of a known type, and what it has first is as it should
 * be: the per-peer header, or a TLV.
 */
export const BMP_FRAMING: Framing = {
  header: BMP_HEADER_LENGTH,
  window: BEHIND_PEER,

  lengthOf(buffer, at) {
    return wrongBmpHeader(buffer, at) === null ? u32At(buffer, at + 1) : null;
  },

  begins(buffer, at, end) {
    if (buffer[at] !== 3 && buffer[at] !== 4) return false;
    if (at + BMP_HEADER_LENGTH > end) return null;
    const type = buffer[at + 5]!;
    if (type > BmpMessageType.RouteMirroring || wrongBmpHeader(buffer, at) !== null) return false;
    const messageEnd = at + u32At(buffer, at + 1);
    const isInformation = type === BmpMessageType.Initiation || type === BmpMessageType.Termination;
    return isInformation ? beginsTlvs(buffer, at, end, messageEnd) : beginsPeer(buffer, at, end);
  },
};

/** Whether the TLVs of a message fit into it, as far as they are there. */
function beginsTlvs(buffer: Uint8Array, start: number, end: number, messageEnd: number): boolean | null {
  let at = start + BMP_HEADER_LENGTH;
  if (at === messageEnd) return false;
  if (Math.min(end, messageEnd) - at < TLV_HEADER) return messageEnd > end ? null : false;
  if (u16At(buffer, at) > HIGHEST_TLV) return false;
  while (at < messageEnd && at + TLV_HEADER <= end) {
    at += TLV_HEADER + u16At(buffer, at + 2);
    if (at > messageEnd) return false;
  }
  return true;
}

function beginsPeer(buffer: Uint8Array, start: number, end: number): boolean | null {
  if (start + BEHIND_PEER > end) return null;
  const peerType = buffer[start + BMP_HEADER_LENGTH]!;
  const flags = buffer[start + FLAGS]!;
  if (peerType > BmpPeerType.LocRibInstance || (flags & NO_FLAG) !== 0) return false;
  const isLocRib = peerType === BmpPeerType.LocRibInstance;
  const isIPv6 = !isLocRib && (flags & BmpPeerFlag.V) !== 0;
  for (let i = 0; i < (isLocRib ? 16 : isIPv6 ? 0 : 12); i += 1) if (buffer[start + ADDRESS + i] !== 0) return false;
  return u32At(buffer, start + MICROSECONDS) < 1_000_000;
}
