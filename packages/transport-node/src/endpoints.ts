// The two ends of a connected socket, in the core's spelling.
import type { Socket } from "node:net";
import { normaliseAddress, type Endpoints } from "@bgpwire/core";

/** Null when the connection is gone already, so that the system does not know its ends any more. */
export function endpointsOf(socket: Socket): Endpoints | null {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (localAddress === undefined || localPort === undefined) return null;
  if (remoteAddress === undefined || remotePort === undefined) return null;
  return {
    localAddress: normaliseAddress(localAddress) ?? localAddress,
    localPort,
    remoteAddress: normaliseAddress(remoteAddress) ?? remoteAddress,
    remotePort,
  };
}
