// BMP (RFC 7854, RFC 8671, RFC 9069) as far as BGP messages are in it: Route Monitoring, Peer Up, Peer Down, Route Mirroring.
import { createContext, type DecodeContext } from "@bgpwire/decoder";
import type { OpenMessage } from "@bgpwire/core";
import { contextBetween, contextOrGuess, messagesIn, openIn, type ForeignMessage } from "./message.ts";

const COMMON_HEADER = 6;
const PEER_HEADER = 42;

/** RFC 7854 section 4.1. */
const ROUTE_MONITORING = 0;
const PEER_UP = 3;
const WITH_BGP: ReadonlySet<number> = new Set([ROUTE_MONITORING, 2, PEER_UP, 6]);

/** RFC 9069 section 4.1: a Loc-RIB's messages have no session of their own. */
const LOC_RIB = 3;
/** RFC 7854 section 4.2: AS_PATH of two octets per AS number. RFC 8671 section 4: Adj-RIB-Out. */
const LEGACY_AS_PATH = 0x20;
const ADJ_RIB_OUT = 0x10;

/** Does this look like the beginning of a BMP stream? */
export function isBmp(bytes: Uint8Array): boolean {
  const length = lengthAt(bytes, 0);
  return (
    bytes.length >= COMMON_HEADER &&
    (bytes[0] === 3 || bytes[0] === 4) &&
    length >= COMMON_HEADER &&
    bytes[5]! <= 7 &&
    length < 0x1_0000
  );
}

/** The BGP messages of a stream that begins at a BMP message. */
export function bmpMessages(bytes: Uint8Array, source: string): ForeignMessage[] {
  const peers = new Map<string, readonly [sent: OpenMessage | null, received: OpenMessage | null]>();
  const found: ForeignMessage[] = [];
  for (let at = 0; at + COMMON_HEADER <= bytes.length && isBmp(bytes.subarray(at));) {
    const message = bytes.subarray(at, at + lengthAt(bytes, at));
    at += message.length;
    const type = message[5]!;
    if (!WITH_BGP.has(type)) continue;
    const peerType = message[6]!;
    const flags = message[7]!;
    const peer = Buffer.from(message.subarray(8, 8 + 8 + 16)).toString("hex");
    const messages = messagesIn(message.subarray(COMMON_HEADER + PEER_HEADER));
    if (type === PEER_UP) peers.set(peer, [openIn(messages.slice(0, 1)), openIn(messages.slice(1))]);
    const context = contextOfPeer(peerType, flags, peers.get(peer) ?? [null, null]);
    for (const bgp of messages) {
      // Without Peer Up nothing says whether there are path identifiers; the OPENs in it may be made up; flags may lie.
      found.push({ source: `${source} #${found.length + 1}`, bytes: bgp, context: contextOrGuess(bgp, context) });
    }
  }
  return found;
}

function contextOfPeer(
  peerType: number,
  flags: number,
  [sent, received]: readonly [OpenMessage | null, OpenMessage | null],
): DecodeContext {
  // The OPENs say which families have path identifiers, the flag how wide AS numbers are.
  const out = peerType !== LOC_RIB && (flags & ADJ_RIB_OUT) !== 0;
  const opened = out ? contextBetween(sent, received) : contextBetween(received, sent);
  const fourOctetAs = peerType === LOC_RIB || (flags & LEGACY_AS_PATH) === 0;
  return createContext({ fourOctetAs, addPath: opened?.addPath ?? [] });
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!) >>> 0;
}
