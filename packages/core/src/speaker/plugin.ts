// The callback face: what a user writes. Each callback is told which peer and which connection it speaks of; each may be
// left out; the questions may be answered at once or by a promise. A plugin that throws, rejects or answers nonsense costs
// only its own session, which gets Cease/Out of Resources; what is only told, as by `onClose`, decides nothing and costs nothing.
import type { Slice } from "../bytes/slice.ts";
import type { Negotiated } from "../session/negotiated.ts";
import type { Capability, Family } from "../message/capability.ts";
import type { CapabilityChange } from "../message/capability-message.ts";
import type { Notification } from "../message/notification.ts";
import type { OpenMessage } from "../message/open.ts";
import type { RouteRefresh } from "../message/route-refresh.ts";
import type {
  BfdStatus,
  Cause,
  CloseReason,
  ConnId,
  Endpoints,
  PeerView,
  RetainedFamily,
  SelectionCause,
  SendResult,
  StaleChange,
  State,
} from "../session/io.ts";
import type { AbortSignalLike } from "./transport.ts";

type Awaitable<T> = T | Promise<T>;

/** A peer of a running speaker. */
export interface Peer {
  /** Unique in its speaker: the remote address; where several peers share it the later ones have `@local address`, or `@any`. */
  readonly id: string;
  readonly remoteAddress: string;
  /** True for a peer made by a listen range on accept; it is deleted when its last connection has ended, and no route of it is retained. */
  readonly dynamic: boolean;
  /** The prefix of the listen range that made it; null for one that was added. */
  readonly listenRange: string | null;
  readonly state: State;
  view(): PeerView;
  /** Starts a peer that was disabled. */
  enable(): void;
  /** Ends the session with Cease/2 and a text (RFC 9003), inside a Hard Reset for a peer with the N bit (RFC 8538), and stays in Idle. */
  disable(text?: string): void;
  /**
   * Ends the session with Cease/4 and a text (RFC 9003) and starts again. Nothing to a disabled peer.
   *
   * @param hard inside a Hard Reset, so that a peer with the N bit does not retain our routes, nor we its (RFC 8538). Default false
   * @throws ConfigError `not-started` while the speaker is stopped
   */
  reset(text?: string, hard?: boolean): void;
  /**
   * Says what BFD says of the path to the peer (RFC 5880), for an implementation of it that stands outside. `down` ends the session
   * with Cease/BFD Down (RFC 9384) at once; said again it changes nothing. Where both sides have capability 74 (`bfdStrict()`) no
   * session comes up before `up` or `adminDown`. What is said stays until something else is, sessions or not.
   *
   * @param controlPlaneIndependent with `down`: BFD has the C bit in both directions, so routes are not retained, not even those of
   *   a peer that restarts (RFC 5882 section 4.3.1). Default false
   * @throws ConfigError `invalid-value` for a status that is none
   */
  bfd(status: BfdStatus, controlPlaneIndependent?: boolean): void;
}

/** A listen range as seen from outside. */
export interface ListenRangeView {
  /** In its canonical form. */
  readonly prefix: string;
  /** Connections must be to this address; null is any. */
  readonly localAddress: string | null;
  /** Most peers at a time. */
  readonly limit: number;
  /** Peers there are now. */
  readonly peers: number;
}

/** A connection before it is established. */
export interface Opening {
  readonly peer: Peer;
  readonly conn: ConnId;
  readonly direction: "outbound" | "inbound";
  readonly endpoints: Endpoints;
}

/** An established session. Dead after `onClose`: sends return `closed`. */
export interface Session {
  readonly peer: Peer;
  readonly conn: ConnId;
  readonly endpoints: Endpoints;
  /** What is agreed now: see `sendCapabilities` and `onCapabilities`. */
  readonly negotiated: Negotiated;
  /** Aborted, with the CloseReason, when the session ends. */
  readonly signal: AbortSignalLike;
  /** Sends the body of an UPDATE (no header). The bytes are copied. */
  sendUpdate(body: Uint8Array): SendResult;
  /**
   * Asks for the peer's routes again (RFC 2918). `closed` also when the peer cannot.
   *
   * @param subtype 1 and 2 mark the beginning and the end of a refresh of our own routes, for peers with enhanced route
   *   refresh (RFC 7313 section 3.2). Default 0: the request
   * @param filters which routes the peer is to send (RFC 5291), from `encodeRouteFilters`; copied. `closed` where
   *   `negotiated.outboundRouteFilters` does not say that we may send them
   * @throws ConfigError `invalid-value` for filters that are none
   */
  sendRouteRefresh(afi: number, safi: number, subtype?: number, filters?: Uint8Array): SendResult;
  /**
   * Changes capabilities of ours while the session is up, for peers with `negotiated.dynamicCapability`: both sides have
   * `dynamicCapability()` (draft-ietf-idr-dynamic-cap-02, as FRR has it). `closed` also where that is not so.
   *
   * What a change of `multiprotocol` (a family), `routeRefresh`, `gracefulRestart`, `longLivedGracefulRestart` and `pathsLimit` makes of
   * `negotiated` holds at once. The peer is told of every other one too, but nothing of the session changes. A family is carried
   * while both sides have it: when it comes, our routes of it are to be told; when it goes, the peer's are to go, and UPDATEs
   * of it that were on their way are to be ignored. A context of the decoder stays as it was.
   *
   * @throws ConfigError `invalid-value` for what are no changes, that leave us no family, or more capabilities than an OPEN has room for
   * @example session.sendCapabilities([{ action: "advertise", capability: multiprotocol(Afi.IPv6, Safi.Unicast) }])
   */
  sendCapabilities(changes: readonly CapabilityChange[]): SendResult;
  /** Resolves when there is room to send again, or the session is over. */
  writable(): Promise<void>;
  /**
   * Ends the session with this NOTIFICATION.
   *
   * @throws ConfigError `invalid-value` for what is none, or a time that is none
   */
  close(notification: Notification, after?: AfterClose): void;
}

/** What becomes of a peer whose session its user has ended. */
export interface AfterClose {
  /**
   * Seconds for which the peer stays in Idle, and its connections are refused, whatever damping would have; fractions are
   * allowed. Null: until it is enabled. A peer of a listen range is kept as long, and counts in its limit. Default: a
   * Cease/1, Cease/8 or error is damped, after any other Cease the peer may come again at once.
   */
  readonly idleHoldTime?: number | null;
}

/**
 * Handles one UPDATE: its body as a slice, to be kept for ever if wanted. A returned NOTIFICATION ends the session; a
 * returned promise holds back the next UPDATE of this session until it settles.
 */
export type UpdateHandler = (update: Slice, session: Session) => Awaitable<Notification | null | undefined | void>;

/** What a user of a speaker writes. */
export interface Plugin {
  /** The capabilities of our next OPEN on this connection. Default: those of the peer's options. */
  getCapabilities?(opening: Opening): Awaitable<readonly Capability[]>;
  /** Sees the peer's OPEN; a returned NOTIFICATION refuses it. */
  onOpenMessage?(
    opening: Opening,
    open: OpenMessage,
    negotiated: Negotiated,
  ): Awaitable<Notification | null | undefined | void>;
  /** The session is up. Returns the handler of its UPDATEs, at once and not by a promise; without one they are read and dropped. */
  onEstablished?(session: Session): UpdateHandler | null | undefined | void;
  /**
   * The peer asks for our routes again (RFC 2918), or marks the start or end of its own refresh (RFC 7313). Which routes it wants
   * is in `body`, for `PeerFilters` or `decodeRouteFilters`, where we have offered to take filters (RFC 5291).
   */
  onRouteRefresh?(session: Session, refresh: RouteRefresh): void;
  /**
   * The peer has changed capabilities of its own: `session.negotiated` is what is agreed now, `before` what was (as of
   * `sendCapabilities`). A peer that leaves itself no family is answered with Cease/Other Configuration Change.
   */
  onCapabilities?(session: Session, changes: readonly CapabilityChange[], before: Negotiated): void;
  /** The peer has told all its routes of a family (End-of-RIB, RFC 4724 section 2); after the UPDATE that says so. */
  onEndOfRib?(session: Session, family: Family): void;
  /**
   * The established session is over, and its routes with it, but for those of the families in `retained`: they become stale,
   * and `onStale` tells what is to be done with them then (RFC 4724 section 4.2). Null is no family.
   */
  onClose?(session: Session, reason: CloseReason, retained: readonly RetainedFamily[] | null): void;
  /** What is to be done with stale routes of the peer, with a session or without. */
  onStale?(peer: Peer, change: StaleChange): void;
  /**
   * After a restart of ours: routes of the family may be selected and told to this peer, because all peers have told theirs or
   * are not waited for any more (RFC 4724 section 4.1). `cause` is why this one is not.
   */
  onSelection?(peer: Peer, family: Family, cause: SelectionCause): void;
  /** The peer's state changed. */
  onStateChange?(
    peer: Peer,
    change: { readonly from: State; readonly to: State; readonly cause: Cause; readonly conn: ConnId | null },
  ): void;
}

/** Structured events for logs and tests, in order. Off unless a speaker is given `onEvent`. */
export type SpeakerEvent =
  | {
      readonly type: "state";
      readonly peer: Peer;
      readonly conn: ConnId | null;
      readonly from: State;
      readonly to: State;
      readonly cause: Cause;
    }
  | {
      readonly type: "open";
      readonly peer: Peer;
      readonly conn: ConnId;
      readonly direction: "sent" | "received";
      readonly open: OpenMessage;
    }
  | {
      readonly type: "notified";
      readonly peer: Peer;
      readonly conn: ConnId;
      readonly direction: "sent" | "received";
      readonly notification: Notification;
    }
  /** A CAPABILITY message; `families` are those of the session now. */
  | {
      readonly type: "capabilities";
      readonly peer: Peer;
      readonly conn: ConnId;
      readonly direction: "sent" | "received";
      readonly changes: readonly CapabilityChange[];
      readonly families: readonly Family[];
    }
  /** The routes of these families outlive their session. */
  | {
      readonly type: "retained";
      readonly peer: Peer;
      readonly conn: ConnId;
      readonly families: readonly RetainedFamily[];
    }
  | ({ readonly type: "stale"; readonly peer: Peer } & StaleChange)
  | ({ readonly type: "selection"; readonly peer: Peer; readonly cause: SelectionCause } & Family)
  | { readonly type: "ended"; readonly peer: Peer; readonly conn: ConnId; readonly reason: CloseReason }
  | { readonly type: "dialFailed"; readonly peer: Peer; readonly conn: ConnId; readonly reason: string }
  | { readonly type: "idle"; readonly peer: Peer; readonly until: number | null; readonly why: string }
  | { readonly type: "rejected"; readonly endpoints: Endpoints; readonly why: string }
  | { readonly type: "pluginError"; readonly peer: Peer; readonly callback: string; readonly error: unknown };
