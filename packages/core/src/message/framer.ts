// Cuts a stream of bytes into messages (RFC 4271 sections 4.1 and 6.1), one per call.
//
// The state is one plain record, so that a snapshot of it is a structured clone. A message that lies inside one chunk is
// handed out where it lies; one that straddles chunks is put together in memory of its own, each octet of its body copied
// once. When nothing more can be cut, no chunk is held any longer: what is left of a message has been copied out, so an
// idle connection costs the octets it still waits to complete and nothing else.
import { fault, type Fault } from "../fault.ts";
import { MessageType, messageTypeName } from "../iana/message-type.ts";
import { MessageHeaderError, NotificationCode } from "../iana/notification-code.ts";
import { HEADER_LENGTH, MAX_MESSAGE } from "./header.ts";

/** The state of one direction of one connection. Only `pushChunk` and `nextMessage` write it. */
export interface FramerState {
  /** Type of the message that `nextMessage` found last. */
  type: number;
  /** Where the body of that message lies: `[start, end)` of `buffer`. The header is the 19 octets before `start`. */
  buffer: Uint8Array;
  start: number;
  end: number;
  /** The chunk being cut, and the offset of its first octet not yet cut. */
  chunk: Uint8Array;
  position: number;
  /** Chunks behind `chunk`, in order; those before `head` are done with. */
  queue: Uint8Array[];
  head: number;
  /** The beginning of a message that straddles chunks: the header's memory first, the whole message's once its length is known. */
  partial: Uint8Array | null;
  /** Octets of `partial` that are there. */
  filled: number;
}

const EMPTY = new Uint8Array(0);

/** Shortest message of each type (RFC 4271 sections 4.2 to 4.5, RFC 2918 section 3); the index is the type. */
const SHORTEST: readonly number[] = [HEADER_LENGTH, 29, 23, 21, 19, 23];

/** A framer at the beginning of a stream. */
export function newFramer(): FramerState {
  return {
    type: 0,
    buffer: EMPTY,
    start: 0,
    end: 0,
    chunk: EMPTY,
    position: 0,
    queue: [],
    head: 0,
    partial: null,
    filled: 0,
  };
}

/** Appends a chunk to the stream. The chunk is the framer's from now on: it is never written to, nor may the caller. */
export function pushChunk(framer: FramerState, chunk: Uint8Array): void {
  if (chunk.length === 0) return;
  if (framer.position === framer.chunk.length) {
    // The queue is empty too: a chunk that is done with gives way to the next at once.
    framer.chunk = chunk;
    framer.position = 0;
  } else {
    framer.queue.push(chunk);
  }
}

/**
 * Cuts the next message off the stream.
 *
 * @param maxLength longest message acceptable now, header included: 4096, or 65535 with extended messages (RFC 8654)
 * @returns `"message"` with `type`, `buffer`, `start` and `end` set; `"none"` when more bytes are needed; or the fault in
 *   the header (RFC 4271 section 6.1), after which the stream has no next message: every further call gives a fault again
 */
export function nextMessage(framer: FramerState, maxLength: number): "message" | "none" | Fault {
  const { chunk, position } = framer;
  if (framer.partial === null && chunk.length - position >= HEADER_LENGTH) {
    const wrong = checkHeader(chunk, position, maxLength);
    if (wrong !== null) return wrong;
    const end = position + lengthAt(chunk, position);
    if (end <= chunk.length) {
      framer.type = chunk[position + 18]!;
      framer.buffer = chunk;
      framer.start = position + HEADER_LENGTH;
      framer.end = end;
      framer.position = end;
      if (end === chunk.length) nextChunk(framer);
      return "message";
    }
  }
  return assemble(framer, maxLength);
}

/** The way of a message that does not lie inside the current chunk: what there is of it is copied out of the chunks. */
function assemble(framer: FramerState, maxLength: number): "message" | "none" | Fault {
  framer.buffer = EMPTY;
  framer.start = 0;
  framer.end = 0;
  for (;;) {
    const { partial, chunk, position } = framer;
    if (partial !== null && framer.filled === partial.length) {
      // The memory is full: with a header, of which the length follows, or with a whole message.
      if (partial.length === HEADER_LENGTH) {
        const wrong = checkHeader(partial, 0, maxLength);
        if (wrong !== null) return wrong;
        const length = lengthAt(partial, 0);
        if (length > HEADER_LENGTH) {
          framer.partial = new Uint8Array(length);
          framer.partial.set(partial);
          continue;
        }
      }
      framer.type = partial[18]!;
      framer.buffer = partial;
      framer.start = HEADER_LENGTH;
      framer.end = partial.length;
      framer.partial = null;
      framer.filled = 0;
      return "message";
    }
    const available = chunk.length - position;
    if (available === 0) return "none";
    if (partial === null) {
      // Where the header lies in one piece it has been checked, and the memory can have its final size at once.
      framer.partial = new Uint8Array(available < HEADER_LENGTH ? HEADER_LENGTH : lengthAt(chunk, position));
      continue;
    }
    const n = Math.min(available, partial.length - framer.filled);
    partial.set(n === chunk.length ? chunk : chunk.subarray(position, position + n), framer.filled);
    framer.filled += n;
    framer.position += n;
    if (n === available) nextChunk(framer);
  }
}

/** Lets go of the chunk that is done with. */
function nextChunk(framer: FramerState): void {
  framer.position = 0;
  if (framer.head === framer.queue.length) {
    framer.chunk = EMPTY;
    return;
  }
  framer.chunk = framer.queue[framer.head]!;
  framer.queue[framer.head] = EMPTY;
  framer.head += 1;
  // Taking from the front of an array moves the rest; emptying it when all is taken costs nothing.
  if (framer.head === framer.queue.length) {
    framer.queue = [];
    framer.head = 0;
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 16]! << 8) | bytes[at + 17]!;
}

/** The header checks of RFC 4271 section 6.1 on the 19 octets at `at`, which must be there. */
function checkHeader(bytes: Uint8Array, at: number, maxLength: number): Fault | null {
  // All ones exactly when the conjunction of all octets is: sixteen loads and no branch.
  const marker =
    bytes[at]! &
    bytes[at + 1]! &
    bytes[at + 2]! &
    bytes[at + 3]! &
    bytes[at + 4]! &
    bytes[at + 5]! &
    bytes[at + 6]! &
    bytes[at + 7]! &
    bytes[at + 8]! &
    bytes[at + 9]! &
    bytes[at + 10]! &
    bytes[at + 11]! &
    bytes[at + 12]! &
    bytes[at + 13]! &
    bytes[at + 14]! &
    bytes[at + 15]!;
  const length = lengthAt(bytes, at);
  const type = bytes[at + 18]!;
  if (marker === 0xff && type === MessageType.Update && length >= 23 && length <= maxLength) return null;
  if (marker !== 0xff)
    return fault(
      NotificationCode.MessageHeaderError,
      MessageHeaderError.ConnectionNotSynchronized,
      "the marker is not all ones",
    );
  // RFC 8654 section 4: extended messages are "all messages except for OPEN and KEEPALIVE messages".
  const longest =
    type === MessageType.Keepalive
      ? HEADER_LENGTH
      : type === MessageType.Open
        ? Math.min(maxLength, MAX_MESSAGE)
        : maxLength;
  if (length < (SHORTEST[type] ?? HEADER_LENGTH) || length > longest) {
    return fault(
      NotificationCode.MessageHeaderError,
      MessageHeaderError.BadMessageLength,
      `${messageTypeName(type)} of ${length} octets`,
      Uint8Array.of(length >>> 8, length & 0xff),
    );
  }
  if (SHORTEST[type] === undefined || type === 0) {
    return fault(
      NotificationCode.MessageHeaderError,
      MessageHeaderError.BadMessageType,
      `${messageTypeName(type)} does not exist`,
      Uint8Array.of(type),
    );
  }
  return null;
}
