// What a replay tells: for each side of a session what our FSM did, what the capture shows, and where the two differ.
import type { Cause, CloseReason, Millis, State } from "@bgpwire/core";
import type { Endpoint } from "../event.ts";

/** The replay of one session. Times are milliseconds since its first event. */
export interface SessionReplay {
  /** The number that the capture's directions have for it. */
  readonly session: number;
  /** First the side that opened the TCP connection, as far as the capture tells which it was. */
  readonly sides: readonly SideReplay[];
}

/** One side of a session, either played by our FSM or not, with the reason. */
export type SideReplay =
  | {
      readonly replayed: true;
      /** Whose part our FSM has played. */
      readonly endpoint: Endpoint;
      readonly states: readonly ReachedState[];
      /** The states that the capture shows this side to have reached, with the message that shows it. */
      readonly capturedStates: readonly CapturedState[];
      /** OPEN, KEEPALIVEs and NOTIFICATION of our FSM. */
      readonly sent: readonly SentMessage[];
      /** OPEN, KEEPALIVEs and NOTIFICATION that the capture shows of this side. */
      readonly capturedSent: readonly SentMessage[];
      /** Its UPDATEs and ROUTE-REFRESHes that our FSM was told to send and has sent. */
      readonly announced: number;
      /** How the connection ended for our FSM; null where it did not, up to the capture's end. */
      readonly end: { readonly time: Millis; readonly reason: CloseReason } | null;
      readonly differences: readonly ReplayDifference[];
    }
  | {
      readonly replayed: false;
      readonly endpoint: Endpoint;
      /** One clause for people. */
      readonly reason: string;
    };

/** Our FSM came into a state. */
export interface ReachedState {
  readonly time: Millis;
  readonly state: State;
  readonly cause: Cause;
}

/** A side was in a state, at this time at the latest. */
export interface CapturedState {
  readonly time: Millis;
  readonly state: "OpenSent" | "OpenConfirm" | "Established";
}

/** A message with its header. The bytes belong to the capture or the replay and must not be written to. */
export interface SentMessage {
  readonly time: Millis;
  /** OPEN, NOTIFICATION or KEEPALIVE (RFC 4271 section 4.1). */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/**
 * Where our FSM and the captured side differ.
 *
 * `state`: a state that one of both has reached, and the other has not or later. `open`: another OPEN. `keepalive`: our own
 * KEEPALIVEs are not as RFC 4271 sections 4.4 and 10 have them. `notification`: another NOTIFICATION, or one of both sent none.
 * `notification-time`: the same one, more than `NOTIFICATION_TOLERANCE` apart. `unsent`: an UPDATE or ROUTE-REFRESH of this side
 * that the FSM did not take. `end`: our FSM ended the connection, and this side went on.
 */
export interface ReplayDifference {
  readonly kind: "state" | "open" | "keepalive" | "notification" | "notification-time" | "unsent" | "end";
  /** When it shows. */
  readonly time: Millis;
  /** What the capture shows, or the RFC demands. */
  readonly expected: string;
  readonly got: string;
}
