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
  /** The same octets as `chunk`: four 32-bit loads check a marker in two thirds of the time of sixteen octets. */
  view: DataView;
  /** Chunks behind `chunk`, in order; those before `head` are done with. */
  queue: Uint8Array[];
  head: number;
  /** The beginning of a message that straddles chunks: the header's memory first, the whole message's once its length is known. */
  partial: Uint8Array | null;
  /** Octets of `partial` that are there. */
  filled: number;
}

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const NOTHING: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(0));

/** Shortest message of each type (RFC 4271 sections 4.2 to 4.5, RFC 2918 section 3, draft-ietf-idr-dynamic-cap-02); the index is the type. */
const SHORTEST: readonly number[] = [HEADER_LENGTH, 29, 23, 21, 19, 23, 22];

/** A framer at the beginning of a stream. */
export function newFramer(): FramerState {
  return {
    type: 0,
    buffer: EMPTY,
    start: 0,
    end: 0,
    chunk: EMPTY,
    position: 0,
    view: NOTHING,
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
    startChunk(framer, chunk);
  } else {
    framer.queue.push(chunk);
  }
}

/**
 * Cuts the next message off the stream.
 *
 * @param maxLength longest message acceptable now, header included: 4096, or 65535 with extended messages (RFC 8654)
 * @param maxType highest type acceptable now: 5, ROUTE-REFRESH, or 6 where CAPABILITY messages are agreed
 * @returns `"message"` with `type`, `buffer`, `start` and `end` set; `"none"` when more bytes are needed; or the fault in
 *   the header (RFC 4271 section 6.1), after which the stream has no next message: every further call gives a fault again
 */
export function nextMessage(
  framer: FramerState,
  maxLength: number,
  maxType: number = MessageType.RouteRefresh,
): "message" | "none" | Fault {
  const { chunk, position, view } = framer;
  if (framer.partial === null && chunk.length - position >= HEADER_LENGTH) {
    const length = lengthAt(chunk, position);
    const type = chunk[position + 18]!;
    // Nearly all of a stream is UPDATEs: one that is well is told apart here, all else is looked at in order.
    if (type !== MessageType.Update || length < 23 || length > maxLength || !isMarker(view, position)) {
      const wrong = checkHeader(view, position, maxLength, maxType);
      if (wrong !== null) return wrong;
    }
    const end = position + length;
    if (end <= chunk.length) {
      framer.type = type;
      framer.buffer = chunk;
      framer.start = position + HEADER_LENGTH;
      framer.end = end;
      framer.position = end;
      if (end === chunk.length) nextChunk(framer);
      return "message";
    }
  }
  return assemble(framer, maxLength, maxType);
}

/** The way of a message that does not lie inside the current chunk: what there is of it is copied out of the chunks. */
function assemble(framer: FramerState, maxLength: number, maxType: number): "message" | "none" | Fault {
  framer.buffer = EMPTY;
  framer.start = 0;
  framer.end = 0;
  for (;;) {
    const { partial, chunk, position } = framer;
    if (partial !== null && framer.filled === partial.length) {
      // The memory is full: with a header, of which the length follows, or with a whole message.
      if (partial.length === HEADER_LENGTH) {
        const wrong = checkHeader(new DataView(partial.buffer), 0, maxLength, maxType);
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

function startChunk(framer: FramerState, chunk: Uint8Array): void {
  framer.chunk = chunk;
  framer.position = 0;
  framer.view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
}

/** Lets go of the chunk that is done with. */
function nextChunk(framer: FramerState): void {
  if (framer.head === framer.queue.length) {
    framer.chunk = EMPTY;
    framer.position = 0;
    framer.view = NOTHING;
    return;
  }
  startChunk(framer, framer.queue[framer.head]!);
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

/** Whether the sixteen octets at `at` are all ones: exactly then their conjunction is. */
function isMarker(view: DataView, at: number): boolean {
  return (view.getInt32(at) & view.getInt32(at + 4) & view.getInt32(at + 8) & view.getInt32(at + 12)) === -1;
}

/** The header checks of RFC 4271 section 6.1, in its order, on the 19 octets at `at`, which must be there. */
function checkHeader(view: DataView, at: number, maxLength: number, maxType: number): Fault | null {
  const length = view.getUint16(at + 16);
  const type = view.getUint8(at + 18);
  const shortest = type > maxType ? undefined : SHORTEST[type];
  if (!isMarker(view, at)) {
    const reason = "the marker is not all ones";
    return fault(NotificationCode.MessageHeaderError, MessageHeaderError.ConnectionNotSynchronized, reason);
  }
  // RFC 8654 section 4: it "applies to all messages except for OPEN and KEEPALIVE messages".
  const longest =
    type === MessageType.Keepalive
      ? HEADER_LENGTH
      : type === MessageType.Open
        ? Math.min(maxLength, MAX_MESSAGE)
        : maxLength;
  if (length < (shortest ?? HEADER_LENGTH) || length > longest) {
    return fault(
      NotificationCode.MessageHeaderError,
      MessageHeaderError.BadMessageLength,
      `${messageTypeName(type)} of ${length} octets`,
      Uint8Array.of(length >>> 8, length & 0xff),
    );
  }
  if (shortest === undefined || type === 0) {
    return fault(
      NotificationCode.MessageHeaderError,
      MessageHeaderError.BadMessageType,
      `${messageTypeName(type)} is none of this session`,
      Uint8Array.of(type),
    );
  }
  return null;
}
