// The two ends of a connected socket, in the core's spelling.
import type { Socket } from "node:net";
import { withZone, type Endpoints } from "@bgpwire/core";

/**
 * Null when the connection is gone already, so that the system does not know its ends any more.
 *
 * @param known an address with its zone, which Bun does not tell: that of the dial or of the listener
 */
export function endpointsOf(socket: Socket, known: string): Endpoints | null {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (localAddress === undefined || localPort === undefined) return null;
  if (remoteAddress === undefined || remotePort === undefined) return null;
  return {
    localAddress: withZone(localAddress, known),
    localPort,
    remoteAddress: withZone(remoteAddress, known),
    remotePort,
  };
}
