// Everything that can happen to a peer (inputs) and everything it wants done (outputs). A log of inputs is a complete,
// replayable record of a session; see machine.ts for the rule of use.
import type { Slice } from "../bytes/slice.ts";
import type { Capability, Family } from "../message/capability.ts";
import type { CapabilityChange } from "../message/capability-message.ts";
import type { Notification } from "../message/notification.ts";
import type { OpenMessage } from "../message/open.ts";
import type { Negotiated } from "./negotiated.ts";

/** Milliseconds on a monotonic clock of any origin. The machine clamps a step backwards to the last value. */
export type Millis = number;

/** A TCP connection of one peer: even when we dialled it (given out by the machine), odd when accepted (given by the driver). */
export type ConnId = number;

/** The states of RFC 4271 section 8.2.2. */
export type State = "Idle" | "Connect" | "Active" | "OpenSent" | "OpenConfirm" | "Established";

/** The two ends of a TCP connection. Addresses are normalised text; zones are kept. */
export interface Endpoints {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/**
 * What BFD (RFC 5880), which is somebody else's, says of the path to a peer. `down`: it was lost; the Down state of a session that
 * has not been up yet is not told. `adminDown`: nobody watches it.
 */
export type BfdStatus = "up" | "down" | "adminDown";

/** What may happen to a peer. A `tick` is a moment in time with nothing else. */
export type PeerInput =
  | { readonly type: "start"; /** AutomaticStart rather than ManualStart. */ readonly automatic?: boolean }
  /** Null closes without a word: a peer with graceful restart retains our routes (RFC 4724 section 4.2). Default: Cease/2. */
  | { readonly type: "stop"; readonly notification?: Notification | null }
  | { readonly type: "reset"; readonly notification?: Notification }
  | { readonly type: "tick" }
  | { readonly type: "connected"; readonly conn: ConnId; readonly endpoints: Endpoints }
  | { readonly type: "accepted"; readonly conn: ConnId; readonly endpoints: Endpoints }
  | { readonly type: "dialFailed"; readonly conn: ConnId; readonly reason: string }
  /** On: the dial has not begun, it waits for its turn, and no ConnectRetryTimer runs meanwhile. Off: it has begun, and the timer with it. */
  | { readonly type: "dialWaits"; readonly conn: ConnId; readonly on: boolean }
  | { readonly type: "bytes"; readonly conn: ConnId; readonly chunk: Uint8Array }
  | { readonly type: "eof"; readonly conn: ConnId }
  | { readonly type: "closed"; readonly conn: ConnId; readonly reason: string }
  | { readonly type: "unsent"; readonly conn: ConnId; readonly bytes: number }
  | { readonly type: "openParameters"; readonly conn: ConnId; readonly capabilities: readonly Capability[] }
  | { readonly type: "openVerdict"; readonly conn: ConnId; readonly reject: Notification | null }
  | {
      readonly type: "fail";
      readonly conn: ConnId;
      readonly notification: Notification;
      readonly reason?: string;
      /** How long the peer is in Idle then, whatever damping would have; null: until it is started. Default: as damping has it. */
      readonly idleHoldTime?: Millis | null;
    }
  | { readonly type: "read"; readonly conn: ConnId; readonly on: boolean }
  | {
      readonly type: "bfd";
      readonly status: BfdStatus;
      /**
       * With `down`: BFD has the C bit in both directions (RFC 5880 section 4.1), so that it is the forwarding that is lost, and
       * no routes are to be retained (RFC 5882 section 4.3.1). Default false.
       */
      readonly controlPlaneIndependent?: boolean;
    };

/** Why a connection or a session ended. `text` is one sentence for people. */
export interface CloseReason {
  /**
   * `remote`: the peer sent a NOTIFICATION. `local`: we sent one for what the peer did. `transport`: the connection was
   * closed or reset without one. `timer`: the hold or send hold timer. `administrative`: stop, reset, delete.
   * `collision`: another connection of the same peer won. `application`: the user refused an OPEN or an UPDATE. `bfd`: BFD lost
   * the peer, or did not find it in time.
   */
  readonly cause: "remote" | "local" | "transport" | "timer" | "administrative" | "collision" | "application" | "bfd";
  /** The NOTIFICATION that was sent or received, if any. */
  readonly notification: Notification | null;
  readonly text: string;
}

/** A family whose routes outlive their session, marked as stale (RFC 4724 section 4.2). All other routes of it are to go. */
export interface RetainedFamily extends Family {
  /** When something is said of them at the latest, unless a new session comes before; null: never. */
  readonly until: Millis | null;
}

/**
 * What is to be done with the routes of a family that are marked as stale.
 *
 * `mark`: mark all routes of the family as stale; the peer sends them again. `longLived`: those that are still stale become
 * long-lived stale (RFC 9494 section 4.2): routes with the community NO_LLGR are to be removed, the others get LLGR_STALE, are
 * least preferred, and are told to no peer without capability 71. `drop`: remove what is still marked as stale.
 */
export interface StaleChange extends Family {
  readonly action: "mark" | "longLived" | "drop";
  readonly cause: StaleCause;
  /** When something more is said of them at the latest; null: never, or it is over. */
  readonly until: Millis | null;
}

/**
 * `restartTime`: the peer was not back in its restart time. `staleTime`: the long-lived stale time is over. `stalePathTime`:
 * they have been stale for the longest time that is configured. `forwardingState`: the new session comes without the F bit.
 * `notNegotiated`: it comes without the family, or lost it. `endOfRib`: End-of-RIB came. `consecutiveRestart`: the peer restarts again.
 * `beginOfRefresh` and `endOfRefresh`: BoRR and EoRR came (RFC 7313). `bfdDown`: BFD says that nothing is forwarded any more.
 * `stopped`: the peer was stopped.
 */
export type StaleCause =
  | "restartTime"
  | "staleTime"
  | "stalePathTime"
  | "forwardingState"
  | "notNegotiated"
  | "endOfRib"
  | "consecutiveRestart"
  | "beginOfRefresh"
  | "endOfRefresh"
  | "bfdDown"
  | "stopped";

/**
 * Why route selection of a family need not wait for a peer any more (RFC 4724 section 4.1). `endOfRib`: its routes are complete.
 * `restartState`: it has restarted too. `notNegotiated`: it has no graceful restart, or not the family (any more). `selectionDeferralTime`:
 * it takes too long. `stopped`: it was stopped.
 */
export type SelectionCause = "endOfRib" | "restartState" | "notNegotiated" | "selectionDeferralTime" | "stopped";

/** Why a state changed: the event of RFC 4271 section 8.1 or draft-ietf-idr-bgp-bfd-strict-mode, by name; of other messages, one like it. */
export type Cause =
  | "ManualStart"
  | "ManualStop"
  | "AutomaticStart"
  | "AutomaticStop"
  | "ConnectRetryTimer_Expires"
  | "HoldTimer_Expires"
  | "KeepaliveTimer_Expires"
  | "DelayOpenTimer_Expires"
  | "IdleHoldTimer_Expires"
  | "SendHoldTimer_Expires"
  | "CollisionHoldTimer_Expires"
  | "Tcp_CR_Acked"
  | "TcpConnectionConfirmed"
  | "TcpConnectionFails"
  | "BGPOpen"
  | "BGPHeaderErr"
  | "BGPOpenMsgErr"
  | "OpenCollisionDump"
  | "NotifMsgVerErr"
  | "NotifMsg"
  | "KeepAliveMsg"
  | "UpdateMsg"
  | "UpdateMsgErr"
  | "RouteRefreshMsg"
  | "CapabilityMsg"
  | "BfdUp"
  | "BfdDown"
  | "BfdAdminDown"
  | "BfdHoldTimer_Expires";

/** What the machine wants done or wants known, in one ordered stream. */
export type PeerOutput =
  /** Open a TCP connection; answer with `connected` or `dialFailed`. */
  | {
      readonly type: "dial";
      readonly conn: ConnId;
      readonly address: string;
      readonly port: number;
      readonly localAddress: string | null;
    }
  /** Give up a dial that has not been answered; nothing more is said of it. */
  | { readonly type: "cancelDial"; readonly conn: ConnId }
  /** Send these bytes in order. The driver may keep them; the machine never changes them. */
  | { readonly type: "write"; readonly conn: ConnId; readonly bytes: Uint8Array }
  /** End the connection: `flush` sends what is pending, half-closes and lingers a bounded time; `abort` at once. No input for it follows. */
  | { readonly type: "close"; readonly conn: ConnId; readonly mode: "flush" | "abort" }
  /** Which capabilities? Answer with input `openParameters`. */
  | { readonly type: "ask"; readonly question: "openParameters"; readonly conn: ConnId; readonly endpoints: Endpoints }
  /** Is this OPEN welcome? Answer with input `openVerdict`. */
  | {
      readonly type: "ask";
      readonly question: "openVerdict";
      readonly conn: ConnId;
      readonly endpoints: Endpoints;
      readonly open: OpenMessage;
      readonly negotiated: Negotiated;
    }
  /** The peer's state (the furthest of its connections) changed. `conn` is the connection that caused it. */
  | {
      readonly type: "state";
      readonly conn: ConnId | null;
      readonly from: State;
      readonly to: State;
      readonly cause: Cause;
    }
  /** An OPEN was sent or received. */
  | {
      readonly type: "open";
      readonly conn: ConnId;
      readonly direction: "sent" | "received";
      readonly open: OpenMessage;
    }
  /** The session is Established. */
  | { readonly type: "up"; readonly conn: ConnId; readonly endpoints: Endpoints; readonly negotiated: Negotiated }
  /** The body of an UPDATE, without its header. */
  | ({ readonly type: "update"; readonly conn: ConnId } & Slice)
  /** A ROUTE-REFRESH (RFC 2918, RFC 7313). */
  | {
      readonly type: "refresh";
      readonly conn: ConnId;
      readonly afi: number;
      readonly safi: number;
      readonly subtype: number;
      readonly body: Uint8Array;
    }
  /** A CAPABILITY message was sent or received (draft-ietf-idr-dynamic-cap-02), and what is agreed now. */
  | {
      readonly type: "capabilities";
      readonly conn: ConnId;
      readonly direction: "sent" | "received";
      readonly changes: readonly CapabilityChange[];
      readonly negotiated: Negotiated;
    }
  /** A NOTIFICATION was sent or received. */
  | {
      readonly type: "notified";
      readonly conn: ConnId;
      readonly direction: "sent" | "received";
      readonly notification: Notification;
    }
  /** The session that was `up` is over. Its routes are to go, but for those of families in `retained`, which become stale. */
  | {
      readonly type: "down";
      readonly conn: ConnId;
      readonly reason: CloseReason;
      readonly retained: readonly RetainedFamily[] | null;
    }
  /** The UPDATE before this was End-of-RIB: the peer has told all its routes of the family (RFC 4724 section 2). */
  | ({ readonly type: "endOfRib"; readonly conn: ConnId } & Family)
  /** What is to be done with stale routes. */
  | ({ readonly type: "stale" } & StaleChange)
  /** After our restart: as far as this peer is concerned, routes of the family may be selected and told. */
  | ({ readonly type: "selection"; readonly cause: SelectionCause } & Family)
  /** A connection ended, whether or not it was ever up; follows `down` where there was one. */
  | { readonly type: "ended"; readonly conn: ConnId; readonly reason: CloseReason }
  /** A dial failed; the next comes by itself. */
  | { readonly type: "dialFailed"; readonly conn: ConnId; readonly reason: string }
  /** There is room again after `sendUpdate` said `blocked`. */
  | { readonly type: "writable"; readonly conn: ConnId }
  /** The peer waits in Idle. `until` is null when only a `start` ends it. */
  | { readonly type: "idle"; readonly until: Millis | null; readonly why: string };

/** What became of something handed over for sending. `blocked` and the others sent nothing. */
export type SendResult =
  | { readonly status: "sent"; /** Bytes that may still be handed over before `blocked`. */ readonly credit: number }
  | { readonly status: "blocked" }
  | { readonly status: "too-long"; /** Longest body that fits a message of this session. */ readonly limit: number }
  | { readonly status: "closed" };

/** Counters of one peer since it was made. */
export interface PeerCounters {
  readonly established: number;
  readonly received: MessageCounters;
  readonly sent: MessageCounters;
}

/** Messages and octets, headers included. */
export interface MessageCounters {
  readonly open: number;
  readonly update: number;
  readonly notification: number;
  readonly keepalive: number;
  readonly routeRefresh: number;
  readonly capability: number;
  readonly octets: number;
}

/** One connection as seen from outside. Deadlines are absolute; null where the timer does not run. */
export interface ConnectionView {
  readonly conn: ConnId;
  readonly direction: "outbound" | "inbound";
  readonly state: State;
  readonly endpoints: Endpoints;
  readonly negotiated: Negotiated | null;
  readonly holdDeadline: Millis | null;
  readonly keepaliveDeadline: Millis | null;
  /** In OpenSent until BFD is up: both OPENs are there, and both ask for it (capability 74). */
  readonly awaitsBfd: boolean;
}

/** A peer as seen from outside: plain, frozen data. */
export interface PeerView {
  readonly state: State;
  readonly started: boolean;
  readonly since: Millis;
  readonly negotiated: Negotiated | null;
  readonly connections: readonly ConnectionView[];
  /** The dial under way; it waits for its turn where no ConnectRetryTimer runs. */
  readonly dialling: ConnId | null;
  readonly connectRetryDeadline: Millis | null;
  readonly idleHoldDeadline: Millis | null;
  /** RFC 4271 section 8: consecutive failures; 0 again on start and once established. */
  readonly connectRetryCounter: number;
  /** Families with stale routes. */
  readonly stale: readonly RetainedFamily[];
  /** Families that wait for this peer before routes are selected, after a restart of ours. */
  readonly deferred: readonly Family[];
  /** What BFD has said last; null where it has said nothing. */
  readonly bfd: BfdStatus | null;
  readonly counters: PeerCounters;
  readonly lastSent: Notification | null;
  readonly lastReceived: Notification | null;
  readonly lastClose: CloseReason | null;
}
