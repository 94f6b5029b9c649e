// Replay testing: a captured session is played again with our FSM in the part of each side, on virtual time.
import { ConfigError, MessageType, type PeerOptions } from "@bgpwire/core";
import type { CaptureEvent, Endpoint } from "../event.ts";
import {
  captureSession,
  messagesOf,
  openOf,
  otherSide,
  whyNotReplayable,
  type CapturedSession,
  type Side,
} from "./captured-session.ts";
import { compare, shownStates } from "./compare.ts";
import { play } from "./play.ts";
import type { SessionReplay, SideReplay } from "./result.ts";

/** What a capture does not tell. */
export interface ReplayOptions {
  /**
   * What is known about the configuration of a side, such as the AS number that it expects of its peer, where that is not the one
   * it met. Default: what its OPEN says.
   */
  readonly configure?: (own: Endpoint, peer: Endpoint) => Partial<PeerOptions>;
}

/** The events of each session of a capture, in the order in which the sessions begin. */
export function sessionsOf(events: Iterable<CaptureEvent>): Map<number, CaptureEvent[]> {
  const sessions = new Map<number, CaptureEvent[]>();
  for (const event of events) {
    if (event.kind !== "message" && event.kind !== "up" && event.kind !== "down" && event.kind !== "gap") continue;
    const { session } = event.direction;
    const known = sessions.get(session);
    if (known === undefined) sessions.set(session, [event]);
    else known.push(event);
  }
  return sessions;
}

/**
 * Plays one captured session with our FSM in the part of each side, which is configured as its OPEN says and gets what the other
 * side sent, octet for octet, when it was captured. There is no clock in it: a session of a day takes milliseconds.
 *
 * Its own side's decisions are the capture's: when the OPEN goes out, UPDATEs, ROUTE-REFRESHes, and the end with a Cease. All else
 * is what the FSM does by itself, and is compared with the capture: states, OPEN, KEEPALIVEs and NOTIFICATION (RFC 4271 section 8).
 *
 * A side of which the capture lacks the beginning, or the other direction, is told as not replayable, with the reason; so is one
 * whose OPEN, or what `configure` says of it, no machine of ours accepts.
 *
 * @param events of one session, in order (see `sessionsOf`); those of others are left out. Their bytes are read, never changed
 * @throws ConfigError where none of the events is of a session
 * @example
 * for (const events of sessionsOf(readAll(new PcapEvents(), file)).values()) show(replay(events));
 */
export function replay(events: Iterable<CaptureEvent>, options: ReplayOptions = {}): SessionReplay {
  const captured = captureSession(events);
  if (captured === null)
    throw new ConfigError("invalid-value", "events", "there is no message of a session among them");
  return {
    session: captured.session,
    sides: [replaySide(captured, 0, options), replaySide(captured, 1, options)],
  };
}

function replaySide(captured: CapturedSession, side: Side, options: ReplayOptions): SideReplay {
  const endpoint = captured.endpoints[side];
  const reason = whyNotReplayable(captured, side);
  if (reason !== null) return { replayed: false, endpoint, reason };
  const capturedSent = messagesOf(captured, side).filter(({ type }) => isOfFsm(type));
  const open = openOf(capturedSent[0]!);
  if (!open.ok) return { replayed: false, endpoint, reason: `the OPEN of ${endpoint.address}: ${open.fault.reason}` };
  const configured = options.configure?.(endpoint, captured.endpoints[otherSide(side)]) ?? {};
  try {
    const played = play(captured, side, open.value, configured);
    return {
      replayed: true,
      endpoint,
      states: played.states,
      capturedStates: shownStates(captured, side),
      sent: played.written.filter(({ type }) => isOfFsm(type)),
      capturedSent: capturedSent.map(({ time, type, bytes }) => ({ time, type, bytes })),
      announced: played.announced,
      end: played.end,
      differences: compare(captured, side, played),
    };
  } catch (error) {
    // There are OPENs that may not be sent, with AS 0 or a hold time of a second, and configurations that cannot be.
    if (!(error instanceof ConfigError)) throw error;
    return {
      replayed: false,
      endpoint,
      reason: `our machine cannot be ${endpoint.address}: ${error.message}`,
    };
  }
}

/** Messages that are the FSM's to send, not its user's. */
function isOfFsm(type: number): boolean {
  return type === MessageType.Open || type === MessageType.Keepalive || type === MessageType.Notification;
}
