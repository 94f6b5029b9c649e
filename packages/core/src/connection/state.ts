// Everything the machine remembers of one TCP connection: one plain record, so that a snapshot is a copy.
import type { Family } from "../message/capability.ts";
import type { FramerState } from "../message/framer.ts";
import { newFramer } from "../message/framer.ts";
import { MAX_MESSAGE } from "../message/header.ts";
import type { OpenMessage } from "../message/open.ts";
import type { ConnId, Endpoints, Millis } from "../session/io.ts";
import type { Negotiated } from "../session/negotiated.ts";

/** No deadline: the timer does not run. */
export const NEVER: Millis = Number.POSITIVE_INFINITY;

const NO_FAMILIES: readonly Family[] = Object.freeze<Family[]>([]);

/**
 * The deadlines of a connection, absolute. The next moment something happens by itself is their minimum; at equal times
 * they fire in this order.
 */
export interface ConnectionTimers {
  /** Close: the peer was silent for the hold time (RFC 4271 4.4), or its OPEN did not come. */
  hold: Millis;
  /** Close: nothing could be sent for the send hold time (RFC 9687). */
  sendHold: Millis;
  /** Send our OPEN although the peer's has not come (RFC 4271 8.1.1 DelayOpen). */
  delayOpen: Millis;
  /** Tell the session although a sibling connection has not shown its OPEN. */
  collisionHold: Millis;
  /** Close: BFD did not come up (draft-ietf-idr-bgp-bfd-strict-mode). */
  bfdHold: Millis;
  /** Send a KEEPALIVE (RFC 4271 4.4). */
  keepalive: Millis;
}

/**
 * A connection from the moment TCP is up. Before our OPEN is sent it is in Connect (we dialled) or Active (we accepted),
 * as RFC 4271 section 8.2.2 has it for DelayOpen.
 */
export interface Connection {
  readonly id: ConnId;
  readonly direction: "outbound" | "inbound";
  readonly endpoints: Endpoints;
  state: "Connect" | "Active" | "OpenSent" | "OpenConfirm" | "Established";
  readonly timers: ConnectionTimers;

  readonly framer: FramerState;
  /** The framer may hold a whole message. */
  readable: boolean;
  /** The application does not want to read. */
  paused: boolean;
  /** The hold deadline to go on with once the application reads again. */
  pausedHold: Millis;
  /** Why the transport ended; acted upon when everything received before has been read. */
  ended: string | null;
  /** Longest message the peer may send us: 65535 once our OPEN has said so (RFC 8654). */
  maxReceived: number;

  /** A question to the application that stops the reading until it is answered. */
  question: "openParameters" | "openVerdict" | null;
  localOpen: OpenMessage | null;
  remoteOpen: OpenMessage | null;
  negotiated: Negotiated | null;
  /** The peer has confirmed our OPEN, but an opposite connection may still win: Established is held back. */
  confirmed: boolean;
  /** The peer's OPEN is good, but BFD has to be up first: OpenSent goes on, and no KEEPALIVE is sent. */
  awaitsBfd: boolean;
  /** Families whose End-of-RIB has come. */
  complete: readonly Family[];

  /** Bytes the machine has put out that the driver has not taken yet. */
  unpolled: number;
  /** Bytes the driver has taken that the kernel has not. */
  unsent: number;
  /** `sendUpdate` said `blocked` and `writable` has not been told since. */
  blocked: boolean;
}

/** A connection whose TCP handshake has just finished. */
export function newConnection(id: ConnId, direction: "outbound" | "inbound", endpoints: Endpoints): Connection {
  return {
    id,
    direction,
    endpoints,
    state: direction === "outbound" ? "Connect" : "Active",
    timers: { hold: NEVER, sendHold: NEVER, delayOpen: NEVER, collisionHold: NEVER, bfdHold: NEVER, keepalive: NEVER },
    framer: newFramer(),
    readable: false,
    paused: false,
    pausedHold: NEVER,
    ended: null,
    maxReceived: MAX_MESSAGE,
    question: null,
    localOpen: null,
    remoteOpen: null,
    negotiated: null,
    confirmed: false,
    awaitsBfd: false,
    complete: NO_FAMILIES,
    unpolled: 0,
    unsent: 0,
    blocked: false,
  };
}

/** The earliest deadline of a connection. */
export function earliest(timers: ConnectionTimers): Millis {
  const { hold, sendHold, delayOpen, collisionHold, bfdHold, keepalive } = timers;
  return Math.min(hold, sendHold, delayOpen, collisionHold, bfdHold, keepalive);
}

/** Sets the hold timer. While the application does not read, the timer stands and takes this deadline when it resumes. */
export function setHold(c: Connection, deadline: Millis): void {
  if (c.paused) c.pausedHold = deadline;
  else c.timers.hold = deadline;
}

/** May the next message be looked at? */
export function mayRead(c: Connection): boolean {
  return c.readable && !c.paused && c.question === null;
}

/** Bytes on their way to the kernel. */
export function pending(c: Connection): number {
  return c.unpolled + c.unsent;
}
