// Everything a peer machine remembers, as one plain record: a snapshot is a copy of it.
import type { Connection } from "../connection/state.ts";
import { NEVER } from "../connection/state.ts";
import type { Family } from "../message/capability.ts";
import type { Notification } from "../message/notification.ts";
import type {
  BfdStatus,
  CloseReason,
  ConnId,
  MessageCounters,
  Millis,
  PeerInput,
  PeerOutput,
  State,
} from "../session/io.ts";
import type { StaleFamily } from "./retention.ts";

/** The one empty list. */
export const NOTHING: readonly never[] = Object.freeze([]);

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** See `PeerView` for what is visible of it. */
export interface PeerState {
  now: Millis;
  /** `stopped`: Idle until a start. `holding`: Idle until the IdleHoldTimer. `running`: dials, listens, talks. */
  mode: "stopped" | "holding" | "running";
  /** The state last told. */
  state: State;
  since: Millis;
  random: number;
  connections: Connection[];
  dialling: ConnId | null;
  nextDial: ConnId;
  connectRetry: Millis;
  idleHold: Millis;
  connectRetryCounter: number;
  /** Errors of the session in a row, for damping. */
  errorsInRow: number;
  /** The peer's identifier was dominant when last seen: we let it dial first after a collision. */
  remoteDominates: boolean;
  /** The last OPEN of ours was refused for its capabilities (RFC 5492 section 3). */
  refusesCapabilities: boolean;
  establishedAt: Millis;
  /** Families with stale routes: replaced, never changed, so that all peers without any share one list. */
  stale: readonly StaleFamily[];
  /** What BFD has said last; it stays, whatever becomes of connections. */
  bfd: BfdStatus | null;
  /** Families that wait for this peer after a restart of ours, and for how long. */
  deferred: readonly Family[];
  selectionDeferral: Millis;
  inputs: PeerInput[];
  /** Inputs before this index have been taken. */
  taken: number;
  outputs: PeerOutput[];
  /** Outputs before this index have been polled. */
  polled: number;
  established: number;
  received: Writable<MessageCounters>;
  sent: Writable<MessageCounters>;
  lastSent: Notification | null;
  lastReceived: Notification | null;
  lastClose: CloseReason | null;
}

export function newPeerState(seed: number, deferred: readonly Family[]): PeerState {
  return {
    now: Number.NEGATIVE_INFINITY,
    mode: "stopped",
    state: "Idle",
    since: 0,
    random: seed | 0,
    connections: [],
    dialling: null,
    nextDial: 2,
    connectRetry: NEVER,
    idleHold: NEVER,
    connectRetryCounter: 0,
    errorsInRow: 0,
    remoteDominates: false,
    refusesCapabilities: false,
    establishedAt: 0,
    stale: NOTHING,
    bfd: null,
    deferred,
    selectionDeferral: NEVER,
    inputs: [],
    taken: 0,
    outputs: [],
    polled: 0,
    established: 0,
    received: noMessages(),
    sent: noMessages(),
    lastSent: null,
    lastReceived: null,
    lastClose: null,
  };
}

function noMessages(): Writable<MessageCounters> {
  return { open: 0, update: 0, notification: 0, keepalive: 0, routeRefresh: 0, capability: 0, octets: 0 };
}

/** Copies plain data deeply. Frozen objects are shared, since nobody can change them. */
export function copyPlain<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.slice() as T & Uint8Array;
  if (value instanceof DataView)
    return new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)) as T & DataView;
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyPlain) as T & unknown[];
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) copy[key] = copyPlain(inner);
  return copy as T;
}
