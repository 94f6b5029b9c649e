// Connection collision (RFC 4271 section 6.8, identifiers after RFC 6286 section 2.3) as a pure function: which of two
// connections of one peer has to go. Which OPEN came first does not matter; who dialled and who is dominant does.
import { parseIPv4 } from "../address/ipv4.ts";
import type { Connection } from "./state.ts";

/**
 * Is the local speaker dominant? The higher BGP Identifier is, compared as unsigned integers; on a tie the higher AS
 * number (RFC 6286 section 2.3).
 */
export function localDominates(
  local: { readonly identifier: string; readonly as: number },
  remote: { readonly identifier: string; readonly as: number },
): boolean {
  const ours = parseIPv4(local.identifier) ?? 0;
  const theirs = parseIPv4(remote.identifier) ?? 0;
  return ours === theirs ? local.as > remote.as : ours > theirs;
}

/**
 * The one of two colliding connections that is to be closed with Cease/7. `arrived` has just received a valid OPEN;
 * `sibling` is in OpenConfirm or Established.
 *
 * An Established sibling stays unless `detectEstablished` (RFC 4271 8.1.1 CollisionDetectEstablishedState). Of two in the
 * same direction the newer stays: the older is a stale half-open connection of a peer that started again.
 */
export function collisionLoser(arrived: Connection, sibling: Connection, detectEstablished: boolean): Connection {
  if (sibling.state === "Established" && !detectEstablished) return arrived;
  if (arrived.direction === sibling.direction) return arrived.id > sibling.id ? sibling : arrived;
  const agreed = arrived.negotiated;
  if (agreed === null) return arrived;
  const dominant = localDominates(
    { identifier: agreed.localIdentifier, as: agreed.localAs },
    { identifier: agreed.remoteIdentifier, as: agreed.remoteAs },
  );
  const winning = dominant ? "outbound" : "inbound";
  return arrived.direction === winning ? sibling : arrived;
}
