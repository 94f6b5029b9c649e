// Which options of a peer stand in a log: all that a machine looks at. A new one has to be decided on here.
import type { PeerOptions } from "@bgpwire/core";

/** False is for a secret, which a bug report must not have, and which changes nothing of what a machine does. */
const RECORDED: Readonly<Record<keyof PeerOptions, boolean>> = {
  remoteAddress: true,
  remotePort: true,
  localAddress: true,
  localAs: true,
  remoteAs: true,
  routerId: true,
  passive: true,
  enabled: true,
  holdTime: true,
  minimumHoldTime: true,
  sendHoldTime: true,
  connectRetryTime: true,
  connectRetryTimeMax: true,
  idleHoldTime: true,
  idleHoldTimeMax: true,
  dampPeerOscillations: true,
  delayOpenTime: true,
  openHoldTime: true,
  collisionDetectEstablishedState: true,
  collisionHoldTime: true,
  sendNotificationWithoutOpen: true,
  capabilities: true,
  fourOctetAs: true,
  gracefulRestart: true,
  longLivedGracefulRestart: true,
  stalePathTime: true,
  bfdHoldTime: true,
  requiredCapabilities: true,
  askOpenParameters: true,
  askOpenVerdict: true,
  sendHighWaterMark: true,
  md5Password: false,
  ttlSecurity: true,
  ttl: true,
  dscp: true,
  bindToDevice: true,
  tcpUserTimeout: true,
};

/** What a log has of a peer's options: no secrets. */
export function optionsIn(options: PeerOptions): Readonly<Record<string, unknown>> {
  const recorded: ReadonlySet<string> = new Set(Object.entries(RECORDED).flatMap(([name, is]) => (is ? [name] : [])));
  return Object.fromEntries(Object.entries(options).filter(([name]) => recorded.has(name)));
}
