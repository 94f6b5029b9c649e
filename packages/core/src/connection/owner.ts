// What a connection may ask of the peer it belongs to. The peer machine implements it; the FSM calls it.
import type { Notification } from "../message/notification.ts";
import type { Fault } from "../fault.ts";
import type { Capability, Family } from "../message/capability.ts";
import type { Cause, CloseReason, Millis, PeerOutput } from "../session/io.ts";
import type { PeerSettings } from "../session/check-options.ts";
import type { RestartState } from "./build-open.ts";
import type { Connection } from "./state.ts";

/** How a connection ends and what its peer does next, if no other connection is left. */
export interface Ending {
  readonly cause: Cause;
  readonly why: CloseReason["cause"];
  readonly text: string;
  /** Sent before the connection is closed. */
  readonly send: Notification | null;
  /** What the peer had sent, where that is the reason. */
  readonly received?: Notification;
  /**
   * `damp`: Idle for the idle hold time. `retry`: Idle, then listen and dial after the connect retry time. `active`: the
   * same, straight to Active. `redial`: dial soon, a collision was resolved. `stay`: the peer decides itself.
   */
  readonly next: "damp" | "retry" | "active" | "redial" | "stay";
  /** For `damp`: another time than that of damping; null: until the peer is started. */
  readonly idleHoldTime?: Millis | null;
  /** Does it count in the ConnectRetryCounter? */
  readonly counts: boolean;
}

export interface Owner {
  readonly settings: PeerSettings;
  now(): Millis;
  /** Puts an output in the stream. */
  emit(output: PeerOutput): void;
  /** One whole message of this type came. */
  received(type: number): void;
  /** Sends one message, header included. */
  send(c: Connection, type: number, message: Uint8Array): void;
  /** The factor 0.75 to 1.0 of RFC 4271 section 10. */
  jitter(): number;
  /** The connection's state has changed. */
  changed(c: Connection, cause: Cause): void;
  /** Closes and forgets a connection. */
  end(c: Connection, ending: Ending): void;
  /** Capabilities for our OPEN, or null when the application has been asked. */
  openParameters(c: Connection): readonly Capability[] | null;
  /** What our OPEN is to say of our restarts. */
  restartState(): RestartState;
  /** The peer has refused an OPEN for its capabilities, and has had no session since. */
  refusesCapabilities(): boolean;
  /** End-of-RIB of a family came. */
  endOfRib(c: Connection, family: Family): void;
  /** The peer begins (BoRR) or ends (EoRR) to send all routes of a family again (RFC 7313). */
  refreshed(c: Connection, family: Family, subtype: number): void;
  /** The message in the framer is CAPABILITY: what was agreed changes. Or why the session cannot go on with it. */
  capabilities(c: Connection): Fault | null;
  /** BFD is up, or nobody is to look at it. */
  bfdPermits(): boolean;
  /** The identifier that a live connection of this peer has shown. */
  knownIdentifier(): string | null;
  /** Does a connection with a valid OPEN lose a collision (RFC 4271 6.8)? */
  losesCollision(c: Connection): boolean;
  /** The connection has won: dumps all others that have shown a valid OPEN. */
  dumpSiblings(c: Connection): void;
  /** The peer uses a connection that we hold back: it has chosen it, so it is established. */
  chosen(c: Connection, cause: Cause): void;
}
