// The bystander's place at the speaker under test, which may run in a process of its own: what the bystander says comes back.
import type { Peer, Speaker } from "@bgpwire/core";

/** The AS numbers of the speaker under test and of the bystander. */
export const ROUTER_AS = 65001;
export const BYSTANDER_AS = 65009;

/** Adds the bystander's peer. */
export function addEcho(router: Speaker, remoteAddress: string): Peer {
  return router.addPeer(
    { remoteAddress, localAs: ROUTER_AS, remoteAs: BYSTANDER_AS, passive: true },
    {
      onEstablished: (session) => (update) => {
        session.sendUpdate(update.buffer.subarray(update.start, update.end));
      },
    },
  );
}
