// The two ends of a connection, in the core's spelling.
import { withZone, type Endpoints } from "@bgpwire/core";
import type { TcpConn } from "./platform.ts";

/** @param known an address with its zone, which Deno does not tell: that of the dial or of the listener */
export function endpointsOf(conn: TcpConn, known: string): Endpoints {
  const { localAddr, remoteAddr } = conn;
  return {
    localAddress: withZone(localAddr.hostname, known),
    localPort: localAddr.port,
    remoteAddress: withZone(remoteAddr.hostname, known),
    remotePort: remoteAddr.port,
  };
}
