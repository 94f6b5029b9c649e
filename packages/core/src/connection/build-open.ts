// Our OPEN, from the peer's settings and the capabilities that were asked for.
import { AS_TRANS } from "../iana/as-number.ts";
import { fourOctetAs, gracefulRestart, longLivedGracefulRestart } from "../message/capability.ts";
import type { Capability } from "../message/capability.ts";
import type { OpenMessage } from "../message/open.ts";
import type { PeerSettings } from "../session/check-options.ts";
import { familiesOf, includesFamily, IPV4_UNICAST } from "../session/negotiated.ts";

/** What our OPEN says of our restarts. */
export interface RestartState {
  /** R bit: we have restarted, and still defer route selection. */
  readonly restarting: boolean;
  /** A session was up since: the forwarding state is what it was. */
  readonly hasBeenUp: boolean;
}

/**
 * RFC 4271 4.2 and RFC 6793 4.2.1: capability 65 is always ours to say, with the local AS, whatever the list holds; a
 * number above 65535 appears as AS_TRANS in the two-octet field. Capabilities 64 and 71 are ours where there are options for them.
 */
export function buildOpen(
  settings: PeerSettings,
  capabilities: readonly Capability[],
  state: RestartState,
): OpenMessage {
  const made = restartCapabilities(settings, state);
  if (settings.fourOctetAs) made.push(fourOctetAs(settings.localAs));
  const others = capabilities.filter((c) => c.code !== 65 && !made.some((ours) => ours.code === c.code));
  return {
    version: 4,
    myAs: settings.localAs > 0xffff ? AS_TRANS : settings.localAs,
    holdTime: settings.holdTime,
    identifier: settings.routerId,
    capabilities: others.concat(made),
  };
}

/**
 * RFC 5492 section 3: a peer that knows no capabilities is to be tried with an OPEN without any. It is the same where there is no
 * session without them: some are required, a role has to be said (RFC 9234 section 4.1), or IPv4 unicast is not offered.
 */
export function withoutCapabilities({ requiredCapabilities }: PeerSettings, open: OpenMessage): OpenMessage {
  const { capabilities } = open;
  const needed =
    requiredCapabilities.length > 0 ||
    capabilities.some(({ name }) => name === "role") ||
    !includesFamily(familiesOf(capabilities), IPV4_UNICAST);
  return needed ? open : { ...open, capabilities: [] };
}

/** RFC 4724 section 3 and RFC 9494 section 3.1. The F bits: see `RestartFamily.forwardingState`. */
function restartCapabilities(settings: PeerSettings, { restarting, hasBeenUp }: RestartState): Capability[] {
  const { gracefulRestart: ours, longLivedGracefulRestart: longLived } = settings;
  if (ours === null) return [];
  const { restartTime, notification } = ours;
  const preserved = (own: boolean): boolean => own || hasBeenUp;
  const families = ours.families.map(({ afi, safi, forwardingState }) => ({
    afi,
    safi,
    forwardingPreserved: preserved(forwardingState),
  }));
  const made = [gracefulRestart({ restartTime, restarting, notification, families })];
  if (longLived.length === 0) return made;
  const stale = longLived.map(({ afi, safi, forwardingState, staleTime }) => ({
    afi,
    safi,
    forwardingPreserved: preserved(forwardingState),
    staleTime,
  }));
  return made.concat(longLivedGracefulRestart(stale));
}
