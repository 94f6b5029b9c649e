// What two OPENs say of how the UPDATEs of each direction are read.
import type { Family, Negotiated } from "@bgpwire/core";
import type { ContextOptions } from "./context.ts";

/** What OPENs do not tell of a session. */
export type SessionOptions = Pick<ContextOptions, "session" | "overrides">;

/**
 * The options of a context of what the peer sends.
 *
 * @example new DecodeContext(receiveOptions(session.negotiated), UNICAST)
 */
export function receiveOptions(negotiated: Negotiated): ContextOptions {
  return {
    ...bothWays(negotiated),
    localAs: negotiated.localAs,
    peerAs: negotiated.remoteAs,
    addPath: negotiated.addPath.filter((one) => one.receive).map(familyAlone),
    multipleLabels: negotiated.multipleLabels.map((one) => ({ ...familyAlone(one), count: one.receive })),
    maxMessage: negotiated.maxMessageReceived,
  };
}

/** The options of a context of what we send to the peer. */
export function sendOptions(negotiated: Negotiated): ContextOptions {
  return {
    ...bothWays(negotiated),
    localAs: negotiated.remoteAs,
    peerAs: negotiated.localAs,
    addPath: negotiated.addPath.filter((one) => one.send).map(familyAlone),
    multipleLabels: negotiated.multipleLabels.map((one) => ({ ...familyAlone(one), count: one.send })),
    maxMessage: negotiated.maxMessageSent,
  };
}

function bothWays({ sessionType, fourOctetAs, extendedNextHop }: Negotiated): ContextOptions {
  return { session: sessionType, fourOctetAs, extendedNextHop };
}

function familyAlone({ afi, safi }: Family): Family {
  return { afi, safi };
}
