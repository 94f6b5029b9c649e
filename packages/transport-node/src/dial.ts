// Connecting to a literal address.
import { addressVersion, type DialTarget, type Link, type LinkEvents, type Millis } from "@bgpwire/core";
import { Socket } from "node:net";
import { SocketLink } from "./link.ts";
import type { NodeTransportOptions } from "./options.ts";
import { rawSocket } from "./raw-socket.ts";
import { setConnection } from "./socket-options.ts";

export function dial(target: DialTarget, events: LinkEvents, linger: Millis, options: NodeTransportOptions): Link {
  const { address, port, timeout, socketOptions } = target;
  const { onDial } = options;
  const version = addressVersion(address);
  const socket = new Socket({ allowHalfOpen: true });
  const link = new SocketLink(socket, linger, timeout, version ?? 4);
  link.events = events;

  let localAddress = target.localAddress ?? undefined;
  if (onDial !== undefined || socketOptions !== undefined) {
    // The system's socket is made when it is bound, or else by connecting; so it is always bound. `connectionAttempt` comes
    // between the two (Node.js 20.12 and later).
    localAddress ??= version === 4 ? "0.0.0.0" : "::";
    socket.once("connectionAttempt", () => {
      try {
        if (socketOptions !== undefined) setConnection(rawSocket(socket), socketOptions, address, version ?? 4);
        onDial?.(rawSocket(socket), target);
      } catch (error) {
        // Not from inside the event: the socket would be used after it.
        process.nextTick(() => socket.destroy(asError(error)));
      }
    });
  }
  try {
    if (version === null) throw new Error(`${address} is not an address`);
    socket.setNoDelay(true);
    socket.connect({ host: address, port, ...(localAddress === undefined ? {} : { localAddress }) });
  } catch (error) {
    socket.destroy(asError(error));
  }
  return link;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
