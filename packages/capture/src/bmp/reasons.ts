// Why sessions end, in words: the reasons of Peer Down (RFC 7854 section 4.9) with the events of the FSM (RFC 4271 section 8.1).
import { decodeNotification, notificationText, type Slice } from "@bgpwire/core";
import { BmpPeerDownReason } from "./numbers.ts";
import { pduBody } from "../bytes/pdu.ts";
import type { PeerDownMessage } from "./peer-down.ts";

/** Events by number, from 1 on. */
const FSM_EVENTS: readonly string[] = [
  "ManualStart",
  "ManualStop",
  "AutomaticStart",
  "ManualStart_with_PassiveTcpEstablishment",
  "AutomaticStart_with_PassiveTcpEstablishment",
  "AutomaticStart_with_DampPeerOscillations",
  "AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment",
  "AutomaticStop",
  "ConnectRetryTimer_Expires",
  "HoldTimer_Expires",
  "KeepaliveTimer_Expires",
  "DelayOpenTimer_Expires",
  "IdleHoldTimer_Expires",
  "TcpConnection_Valid",
  "Tcp_CR_Invalid",
  "Tcp_CR_Acked",
  "TcpConnectionConfirmed",
  "TcpConnectionFails",
  "BGPOpen",
  "BGPOpen with DelayOpenTimer running",
  "BGPHeaderErr",
  "BGPOpenMsgErr",
  "OpenCollisionDump",
  "NotifMsgVerErr",
  "NotifMsg",
  "KeepAliveMsg",
  "UpdateMsg",
  "UpdateMsgErr",
  // RFC 9687 section 4.2
  "SendHoldTimer_Expires",
];

/** One clause that says why. */
export function peerDownText({
  reason,
  notification,
  fsmEvent,
}: Pick<PeerDownMessage, "reason" | "notification" | "fsmEvent">): string {
  const parsed = notification === null ? null : decodeNotification(pduBody(notification));
  const behind = parsed === null ? "" : `: ${notificationText(parsed)}`;
  switch (reason) {
    case BmpPeerDownReason.LocalNotification:
      return `the router closed the session${behind}`;
    case BmpPeerDownReason.LocalFsmEvent:
      return `the router closed the session without NOTIFICATION${eventText(fsmEvent)}`;
    case BmpPeerDownReason.RemoteNotification:
      return `the peer closed the session${behind}`;
    case BmpPeerDownReason.RemoteNoData:
      return "the peer closed the session without NOTIFICATION";
    case BmpPeerDownReason.PeerDeConfigured:
      return "the router does not monitor the peer any more";
    case BmpPeerDownReason.LocalTlvData:
      return "the router does not monitor the table any more";
    default:
      return `reason ${reason}`;
  }
}

/** What of a Peer Down its text tells: reason, and event of the FSM where there is one. */
export type PeerDownCause = Pick<PeerDownMessage, "reason" | "fsmEvent">;

/**
 * What `peerDownText` has said.
 *
 * @param notification of the same Peer Down
 * @returns null where it was not said of one, as of a connection that ended
 */
export function peerDownCause(text: string, notification: Slice | null): PeerDownCause | null {
  for (let reason = 1; reason <= BmpPeerDownReason.LocalTlvData; reason += 1) {
    if (peerDownText({ reason, notification, fsmEvent: null }) === text)
      return { reason, fsmEvent: withEvent(reason, 0) };
  }
  const reason = BmpPeerDownReason.LocalFsmEvent;
  for (const name of FSM_EVENTS.keys()) {
    if (peerDownText({ reason, notification, fsmEvent: name + 1 }) === text) return { reason, fsmEvent: name + 1 };
  }
  const [, number] = /^reason (\d{1,3})$/.exec(text) ?? [];
  return number === undefined || Number(number) > 0xff ? null : { reason: Number(number), fsmEvent: null };
}

/** Reason 2 has an event, which may be none. */
function withEvent(reason: number, event: number): number | null {
  return reason === BmpPeerDownReason.LocalFsmEvent ? event : null;
}

function eventText(event: number | null): string {
  return event === null || event === 0 ? "" : `: ${FSM_EVENTS[event - 1] ?? `event ${event}`}`;
}
