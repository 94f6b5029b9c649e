// One session of a capture as its two sides and what happened, on a clock that begins with it.
import {
  decodeOpen,
  HEADER_LENGTH,
  MessageType,
  messageTypeName,
  type Millis,
  type OpenMessage,
  type Result,
} from "@bgpwire/core";
import type { CaptureEvent, Captured, Endpoint } from "../event.ts";

/** 0 is the side that opened the TCP connection, 1 the other one. */
export type Side = 0 | 1;

export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);

/** A message of one side. */
export interface CapturedMessage {
  readonly kind: "message";
  readonly time: Millis;
  readonly side: Side;
  readonly type: number;
  /** With its header; part of the capture's chunk. */
  readonly bytes: Uint8Array;
}

/** The connection is over, because of one side. */
interface CapturedEnd {
  readonly kind: "end";
  readonly time: Millis;
  readonly side: Side;
  readonly reason: string;
}

/** What a capture tells of one session. */
export interface CapturedSession {
  readonly session: number;
  readonly endpoints: readonly [Endpoint, Endpoint];
  readonly items: readonly (CapturedMessage | CapturedEnd)[];
  /** The first octets that are missing, in words; null where none are. */
  readonly gap: string | null;
}

const BGP = 179;

/** Gathers the events of one session; those that are not of a session, and those of others, are left out. */
export function captureSession(events: Iterable<CaptureEvent>): CapturedSession | null {
  const items: (CapturedMessage | CapturedEnd)[] = [];
  let first: Captured | null = null;
  let session = 0;
  let endpoints: [Endpoint, Endpoint] | null = null;
  let gap: string | null = null;
  for (const event of events) {
    if (event.kind !== "message" && event.kind !== "up" && event.kind !== "down" && event.kind !== "gap") continue;
    const { direction } = event;
    if (first === null || endpoints === null) {
      first = event;
      session = direction.session;
      const dialled = event.kind === "up" || direction.sender.port !== BGP;
      endpoints = dialled ? [direction.sender, direction.receiver] : [direction.receiver, direction.sender];
    }
    if (direction.session !== session) continue;
    const side: Side = isSame(direction.sender, endpoints[0]) ? 0 : 1;
    // Later directions know more of their ends.
    endpoints = side === 0 ? [direction.sender, direction.receiver] : [direction.receiver, direction.sender];
    const time = (event.seconds - first.seconds) * 1000 + (event.nanoseconds - first.nanoseconds) / 1e6;
    switch (event.kind) {
      case "message": {
        const { type, buffer, start, end } = event;
        items.push({ kind: "message", time, side, type, bytes: buffer.subarray(start, end) });
        break;
      }
      case "down":
        items.push({ kind: "end", time, side, reason: event.reason });
        break;
      case "gap":
        gap ??= `${event.octets ?? "some"} octets of ${direction.sender.address} are missing or are no messages`;
        break;
      case "up":
        break;
    }
  }
  return endpoints === null ? null : { session, endpoints, items, gap };
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}

/** The messages of one side. */
export function messagesOf({ items }: CapturedSession, side: Side): CapturedMessage[] {
  return items.filter((item): item is CapturedMessage => item.kind === "message" && item.side === side);
}

/** Its OPEN, read as leniently as can be. */
export function openOf(message: CapturedMessage): Result<OpenMessage> {
  return decodeOpen({ buffer: message.bytes, start: HEADER_LENGTH, end: message.bytes.length }, false);
}

/** Why the part of a side cannot be played, as far as the capture tells; null where it can. */
export function whyNotReplayable(captured: CapturedSession, side: Side): string | null {
  const { endpoints, gap } = captured;
  if (gap !== null) return gap;
  const own = endpoints[side].address;
  const peer = endpoints[otherSide(side)].address;
  const sent = messagesOf(captured, side);
  const [first] = sent;
  if (first === undefined) return `the capture has no message of ${own}`;
  if (first.type !== MessageType.Open)
    return `the first message of ${own} is ${messageTypeName(first.type)}, not its OPEN`;
  const [answer] = messagesOf(captured, otherSide(side));
  // Whoever confirms a session has seen an OPEN; before that there may be silence, or a refusal.
  const confirmed = sent.some(({ type }) => type === MessageType.Keepalive);
  if (answer === undefined) return confirmed ? `the capture has no message of ${peer}` : null;
  if (answer.type === MessageType.Open) return null;
  const refused = [answer, ...sent].some(({ type }) => type === MessageType.Notification);
  if (refused && !confirmed) return null;
  return `the first message of ${peer} is ${messageTypeName(answer.type)}, not its OPEN`;
}
