// Why sessions end, in words: the reasons of Peer Down (RFC 7854 section 4.9) with the events of the FSM (RFC 4271 section 8.1).
import { decodeNotification, notificationText } from "@bgpwire/core";
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
export function peerDownText({ reason, notification, fsmEvent }: PeerDownMessage): string {
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

function eventText(event: number | null): string {
  return event === null || event === 0 ? "" : `: ${FSM_EVENTS[event - 1] ?? `event ${event}`}`;
}
