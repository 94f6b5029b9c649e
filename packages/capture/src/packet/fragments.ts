// Fragments of IP packets put together (RFC 791 section 3.2, RFC 8200 section 4.5).
import type { Allowance } from "../stream/allowance.ts";

/** Fragments that a packet may have come in: with 256 octets each, as no link has fewer, there are not more. */
const MAX_PIECES = 256;

/** Octets that a packet can carry. */
const MAX_LENGTH = 0xffff;

/** Seconds after the first fragment in which the others have to come (RFC 8200 section 4.5). */
const PATIENCE = 60;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A packet of which not all fragments have come. */
interface Incomplete {
  /** In the order in which they came. */
  readonly pieces: Piece[];
  /** Seconds of the first. */
  readonly since: number;
  /** Known when the last fragment of the packet has come. */
  length: number | null;
  octets: number;
}

/**
 * Keeps fragments until their packet is whole. Where they overlap, what came first stays.
 *
 * Memory: of the allowance; where that is used up, the packet that waits longest is given up.
 */
export class Fragments {
  readonly #allowance: Allowance;
  /** The one that waits longest first. */
  readonly #waiting = new Map<string, Incomplete>();

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /**
   * Adds the payload of a fragment, of which a copy is kept.
   *
   * @param key of the packet: addresses, protocol and identification
   * @param offset of the payload in that of the packet, in octets
   * @param more follow
   * @param seconds of its time
   * @returns the payload of the packet when it is whole; else null
   */
  add(key: string, offset: number, more: boolean, payload: Uint8Array, seconds: number): Uint8Array | null {
    if (offset + payload.length > MAX_LENGTH) return null;
    let packet = this.#waiting.get(key);
    if (packet !== undefined && Math.abs(seconds - packet.since) > PATIENCE) {
      this.#forget(key, packet);
      packet = undefined;
    }
    if (packet === undefined) {
      packet = { pieces: [], since: seconds, length: null, octets: 0 };
      this.#waiting.set(key, packet);
    }
    if (packet.pieces.length === MAX_PIECES || !this.#makeRoom(payload.length, packet)) {
      this.#forget(key, packet);
      return null;
    }
    packet.pieces.push({ offset, bytes: new Uint8Array(payload) });
    packet.octets += payload.length;
    if (!more) packet.length = offset + payload.length;
    const whole = join(packet);
    if (whole !== null) this.#forget(key, packet);
    return whole;
  }

  #makeRoom(octets: number, keep: Incomplete): boolean {
    while (!this.#allowance.take(octets)) {
      const oldest = this.#waiting.entries().next().value;
      if (oldest === undefined || oldest[1] === keep) return false;
      this.#forget(...oldest);
    }
    return true;
  }

  #forget(key: string, packet: Incomplete): void {
    this.#waiting.delete(key);
    this.#allowance.give(packet.octets);
  }
}

/** The whole payload; null while octets of it are missing. */
function join({ pieces, length }: Incomplete): Uint8Array | null {
  if (length === null) return null;
  let reached = 0;
  for (const { offset, bytes } of pieces.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > reached) return null;
    reached = Math.max(reached, offset + bytes.length);
  }
  if (reached !== length) return null;
  const whole = new Uint8Array(length);
  for (const { offset, bytes } of pieces.toReversed()) whole.set(bytes, offset);
  return whole;
}
