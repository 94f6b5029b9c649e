// The two ends of a connection, in the core's spelling.
import { normaliseAddress, type Endpoints } from "@bgpwire/core";
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

/** Both ends of a connection between link-local addresses are on one link (RFC 4007 section 5), so they share the zone. */
export function withZone(address: string, known: string): string {
  const text = normaliseAddress(address) ?? address;
  const zone = known.indexOf("%");
  return zone >= 0 && isLinkLocal(text) ? text + known.slice(zone) : text;
}

/** RFC 4291 section 2.5.6: fe80::/10. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}
