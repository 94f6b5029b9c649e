// Options of a peer's sockets where none is asked for.
import type { SocketOptions } from "@bgpwire/core";

export const NO_SOCKET_OPTIONS: SocketOptions = {
  md5Password: null,
  ttlSecurity: null,
  ttl: null,
  dscp: null,
  bindToDevice: null,
  tcpUserTimeout: null,
};
