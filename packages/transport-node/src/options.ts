// What a user may ask of this driver: the raw sockets, for options that runtimes do not offer.
import type { DialTarget, Endpoints, ListenTarget } from "@bgpwire/core";

/** A socket of the operating system, for setsockopt: TCP MD5 signatures, TTL security, DSCP, a VRF. */
export interface RawSocket {
  /** The file descriptor, or null where there is none (Windows). It is lent: use it during the call, do not close it. */
  readonly fd: number | null;
}

/**
 * A hook that throws gives up its socket: the dial fails, the listen rejects, the accepted connection is cut.
 *
 * @example createSpeaker({ routerId, onDial: ({ fd }, { address }) => setMd5(fd, address, "secret") })
 */
export interface NodeTransportOptions {
  /** Called with each socket that dials, before it connects. On Node.js it is bound by then, with a port the system chose. */
  readonly onDial?: (socket: RawSocket, target: DialTarget) => void;
  /** Called with each socket that listens, before it accepts. On Linux many options pass on to what it accepts. */
  readonly onListen?: (socket: RawSocket, target: ListenTarget) => void;
  /** Called with each accepted socket, before the speaker hears of it. */
  readonly onAccept?: (socket: RawSocket, endpoints: Endpoints) => void;
  /** Seconds from closing a connection in order to cutting it, while the last bytes leave and the peer closes. Default 2. */
  readonly linger?: number;
}
