// The configuration of one peer: what may be said, its defaults, and one clear error for each thing that is wrong.
import type { Capability, Family } from "../message/capability.ts";

/** Inclusive range of AS numbers. */
export interface AsRange {
  readonly from: number;
  readonly to: number;
}

/** A family of `gracefulRestart` or `longLivedGracefulRestart`. */
export interface RestartFamily extends Family {
  /**
   * Our forwarding state was preserved over the restart before this one (F bit). Default false. Once a session has been up
   * the bit is set in any case: nothing has restarted since then (RFC 8538 section 4).
   */
  readonly forwardingState?: boolean;
}

/** Graceful restart (RFC 4724 with RFC 8538): what our OPEN says of it, and what we do when the peer restarts. */
export interface GracefulRestartOptions {
  /** Seconds in which we are back after a restart, 0 to 4095. Default: the hold time, as RFC 4724 section 4 suggests, or 120. */
  readonly restartTime?: number;
  /** Families whose routes the peer is to retain while we restart. Default none: we only help the peer. */
  readonly families?: readonly RestartFamily[];
  /** Retain routes over NOTIFICATIONs too, other than Hard Reset, where the peer does (N bit, RFC 8538). Default true. */
  readonly notification?: boolean;
  /** We have restarted: OPENs have the R bit until route selection is no longer deferred (RFC 4724 section 4.1). Default false. */
  readonly restarting?: boolean;
  /** Seconds that route selection is deferred at most after a restart (Selection_Deferral_Timer, section 4.1). Default 360. */
  readonly selectionDeferralTime?: number;
  /** Retain the peer's routes while it restarts (RFC 4724 section 4.2). Default true. */
  readonly helper?: boolean;
  /** Longest restart time of the peer that we wait for, in seconds. Default 4095: whatever it says. */
  readonly restartTimeMax?: number;
}

/** Long-lived graceful restart of one family (RFC 9494). */
export interface LongLivedGracefulRestartOptions extends RestartFamily {
  /** Seconds for which the peer is to retain our routes after the restart time, 0 to 16777215. */
  readonly staleTime: number;
  /** Longest stale time of the peer's that we accept, in seconds. Default 16777215: whatever it says. */
  readonly staleTimeMax?: number;
}

/**
 * One configured peer. Times are in seconds; all but the hold time may be fractions.
 *
 * @example { remoteAddress: "192.0.2.2", remoteAs: 65002, localAs: 65001 }
 */
export interface PeerOptions {
  /** Address we dial and accept from, IPv4 or IPv6, with a zone for link-local (`fe80::1%eth0`). */
  readonly remoteAddress: string;
  /** TCP port we dial. Default 179. */
  readonly remotePort?: number;
  /** Source address of our connections; inbound ones must have it as their destination. Default: any. */
  readonly localAddress?: string;
  /** Our AS number, 1 to 4294967295. */
  readonly localAs: number;
  /** The peer's AS number, a list of acceptable ranges, `"any"`, `"external"` (any but `localAs`) or `"internal"` (`localAs`). */
  readonly remoteAs: number | readonly AsRange[] | "any" | "external" | "internal";
  /** Our BGP Identifier towards this peer, dotted. Default: the speaker's. */
  readonly routerId?: string;
  /** Only listen, never dial (RFC 4271 8.1.1 PassiveTcpEstablishment). Default false. */
  readonly passive?: boolean;
  /** Start as soon as the speaker does (RFC 4271 8.1.1 AllowAutomaticStart). Default true. */
  readonly enabled?: boolean;
  /** Proposed hold time in whole seconds: 0 (no keepalives) or 3 to 65535. Default 90. */
  readonly holdTime?: number;
  /** Lowest hold time we accept from the peer in whole seconds; 0 accepts all that RFC 4271 does. Default 0. */
  readonly minimumHoldTime?: number;
  /** Seconds without write progress before the session ends (RFC 9687). Default max(480, 2 × negotiated hold time); 0 disables. */
  readonly sendHoldTime?: number;
  /** Seconds between attempts to dial, before jitter and backoff. Default 5. */
  readonly connectRetryTime?: number;
  /** Ceiling of the connect retry backoff in seconds. Default 60. */
  readonly connectRetryTimeMax?: number;
  /** Seconds in Idle after an error of the session, before damping doubles it. Default 5. */
  readonly idleHoldTime?: number;
  /** Ceiling of damping in seconds. Default 120. */
  readonly idleHoldTimeMax?: number;
  /** Double the idle hold time for each error in a row (RFC 4271 8.1.1 DampPeerOscillations). Default true. */
  readonly dampPeerOscillations?: boolean;
  /** Seconds to wait for the peer's OPEN before sending ours (RFC 4271 8.1.1 DelayOpen). Default 0: no delay. */
  readonly delayOpenTime?: number;
  /** Seconds to wait for the peer's OPEN once ours is sent. RFC 4271 8.2.2 suggests 4 minutes: default 240. */
  readonly openHoldTime?: number;
  /** Let a new connection compete with one that is Established (RFC 4271 8.1.1 CollisionDetectEstablishedState). Default false. */
  readonly collisionDetectEstablishedState?: boolean;
  /** Seconds an established connection waits for a sibling still in OpenSent before it is told. Default 2. */
  readonly collisionHoldTime?: number;
  /** May send a NOTIFICATION before our OPEN (RFC 4271 8.1.1 SendNOTIFICATIONwithoutOPEN). Default true. */
  readonly sendNotificationWithoutOpen?: boolean;
  /** Capabilities of our OPEN. Number 65 is added from `localAs` unless `fourOctetAs` is false. Default: IPv4 unicast and route refresh. */
  readonly capabilities?: readonly Capability[];
  /** Speak as a four-octet AS speaker (RFC 6793). False makes an old 2-octet speaker, for tests and old peers. Default true. */
  readonly fourOctetAs?: boolean;
  /** Graceful restart; capability 64 is made of it. Default: none, and no route outlives its session. */
  readonly gracefulRestart?: GracefulRestartOptions;
  /** Families with long-lived graceful restart; capability 71 is made of them. Needs `gracefulRestart`. Default none. */
  readonly longLivedGracefulRestart?: readonly LongLivedGracefulRestartOptions[];
  /**
   * Seconds for which routes may be stale at most, after a restart (RFC 8538 section 4.1) or in a refresh (RFC 7313 section 4);
   * 0 is no bound. Long-lived stale routes have their own time. Default 180.
   */
  readonly stalePathTime?: number;
  /**
   * Seconds to wait for BFD where both sides have capability 74 (`bfdStrict()`) and the hold time is 0; with another hold time
   * that is how long. Default 30 (draft-ietf-idr-bgp-bfd-strict-mode).
   */
  readonly bfdHoldTime?: number;
  /** Capability codes without which a session is refused with 2/7 (RFC 5492). Default none. */
  readonly requiredCapabilities?: readonly number[];
  /** Ask for the capabilities before each OPEN (`ask openParameters`) rather than take them from here. Default false. */
  readonly askOpenParameters?: boolean;
  /** Ask for a verdict on each received OPEN (`ask openVerdict`). Default false. */
  readonly askOpenVerdict?: boolean;
  /** Bytes that may wait unsent before `sendUpdate` says `blocked`. Default 262144. */
  readonly sendHighWaterMark?: number;
  /**
   * Key of TCP MD5 signatures (RFC 2385), 1 to 80 octets of UTF-8. A connection without it, or with another, does not come up and
   * says nothing of why: dials run into their timeout. Like all options of the socket from here on, this one needs Linux and
   * a driver that has them, and takes effect from the next connection on. Default: none.
   */
  readonly md5Password?: string;
  /** TTL security (RFC 5082): how many hops away the peer is at most, 1 to 254; 1 is directly connected. Both sides must have it. Default: none. */
  readonly ttlSecurity?: number;
  /** TTL or hop limit of our segments, 1 to 255. Default: the system's. */
  readonly ttl?: number;
  /** Differentiated services code point of our segments, 0 to 63 (RFC 2474); 48 is CS6, network control. Default: the system's. */
  readonly dscp?: number;
  /** Network device or VRF that the peer's connections are bound to, such as `eth0`. Default: any. */
  readonly bindToDevice?: string;
  /** Seconds that what we send may be unacknowledged before the system ends the connection (RFC 5482), up to 2147483. Default: the system's. */
  readonly tcpUserTimeout?: number;
}

/** Options of a peer to change. One that is given as undefined has its default again. */
export type PeerChanges = { readonly [K in keyof PeerOptions]?: PeerOptions[K] | undefined };
