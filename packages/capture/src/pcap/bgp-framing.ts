// How BGP messages lie in a stream (RFC 4271 section 4.1), and by what one of them is found.
import { HEADER_LENGTH, MAX_MESSAGE, MessageType } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import type { Framing } from "./message-framer.ts";

const MARKER = 16;

/** Longest message that is found: in a row of ones, a marker that begins too early has a length above it. */
const LONGEST_FOUND = 0xfeff;

/** Shortest message of each type (RFC 4271 sections 4.2 to 4.5, RFC 2918 section 3); the index is the type. */
const SHORTEST: readonly number[] = [Number.POSITIVE_INFINITY, 29, 23, 21, 19, 23];

/**
 * Whatever has a marker and a length is a message. One that is looked for has a type that is sent, and a length that goes with it.
 */
export const BGP_FRAMING: Framing = {
  header: HEADER_LENGTH,
  window: HEADER_LENGTH,

  lengthOf(buffer, at) {
    if (!isMarker(buffer, at)) return null;
    const length = u16At(buffer, at + MARKER);
    return length < HEADER_LENGTH ? null : length;
  },

  begins(buffer, at, end) {
    if (buffer[at] !== 0xff) return false;
    if (at + HEADER_LENGTH > end) return null;
    if (!isMarker(buffer, at)) return false;
    const length = u16At(buffer, at + MARKER);
    const type = buffer[at + MARKER + 2]!;
    const shortest = SHORTEST[type] ?? Number.POSITIVE_INFINITY;
    const longest =
      type === MessageType.Keepalive ? HEADER_LENGTH : type === MessageType.Open ? MAX_MESSAGE : LONGEST_FOUND;
    return length >= shortest && length <= longest;
  },
};

function isMarker(buffer: Uint8Array, at: number): boolean {
  for (let i = 0; i < MARKER; i += 1) if (buffer[at + i] !== 0xff) return false;
  return true;
}
