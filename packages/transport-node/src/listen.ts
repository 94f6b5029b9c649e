// Accepting connections.
//
// When the process has no file descriptor left, libuv closes the waiting connections with one that it keeps in reserve and
// goes on listening: their peers see a close and come again, nothing spins, and no error reaches us.
import { listenError, withZone } from "@bgpwire/core";
import type { Endpoints, Link, LinkEvents, Listener, ListenTarget, Millis, SocketProtection } from "@bgpwire/core";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { endpointsOf } from "./endpoints.ts";
import { SocketLink } from "./link.ts";
import type { NodeTransportOptions } from "./options.ts";
import { rawSocket } from "./raw-socket.ts";

export type Accept = (link: Link, endpoints: Endpoints) => LinkEvents;

export function listen(
  target: ListenTarget,
  accept: Accept,
  linger: Millis,
  options: NodeTransportOptions,
  protection: SocketProtection,
): Promise<Listener> {
  const { address, port } = target;
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.on("connection", (socket) => accepted(socket, accept, linger, options, address));
    // Errors of a server that listens are errors of one accept; the next may succeed.
    server.on("error", (error) => reject(listenError(target, error)));
    let fd: number | null;
    try {
      fd = protection.bind(target);
    } catch (error) {
      reject(error);
      return;
    }
    server.listen(fd === null ? { host: address, port, exclusive: true } : { fd, exclusive: true }, () => {
      let release: (() => void) | null = null;
      try {
        release = protection.add(rawSocket(server), address);
        options.onListen?.(rawSocket(server), target);
      } catch (error) {
        release?.();
        server.close();
        reject(error);
        return;
      }
      const bound = server.address() as AddressInfo;
      resolve({
        address: withZone(bound.address, address),
        port: bound.port,
        // The socket is closed at once; what the server would wait for are its connections, which live on.
        close: async () => {
          release?.();
          server.close();
        },
      });
    });
  });
}

function accepted(socket: Socket, accept: Accept, linger: Millis, options: NodeTransportOptions, at: string): void {
  const link = new SocketLink(socket, linger, null, at);
  const endpoints = endpointsOf(socket, at);
  if (endpoints === null) {
    socket.destroy();
    return;
  }
  try {
    options.onAccept?.(rawSocket(socket), endpoints);
  } catch {
    socket.destroy();
    return;
  }
  link.events = accept(link, endpoints);
}
