// Connecting to a literal address.
import { addressVersion, type DialTarget, type Link, type LinkEvents, type Millis } from "@bgpwire/core";
import { Socket } from "node:net";
import { SocketLink } from "./link.ts";
import type { NodeTransportOptions } from "./options.ts";
import { rawSocket } from "./raw-socket.ts";

export function dial(target: DialTarget, events: LinkEvents, linger: Millis, options: NodeTransportOptions): Link {
  const { address, port, timeout } = target;
  const { onDial } = options;
  const socket = new Socket({ allowHalfOpen: true });
  const link = new SocketLink(socket, linger, timeout);
  link.events = events;

  let localAddress = target.localAddress ?? undefined;
  if (onDial !== undefined) {
    // The system's socket is made when it is bound, or else by connecting; so it is always bound. `connectionAttempt` comes
    // between the two (Node.js 20.12 and later).
    localAddress ??= addressVersion(address) === 4 ? "0.0.0.0" : "::";
    socket.once("connectionAttempt", () => {
      try {
        onDial(rawSocket(socket), target);
      } catch (error) {
        // Not from inside the event: the socket would be used after it.
        process.nextTick(() => socket.destroy(asError(error)));
      }
    });
  }
  try {
    if (addressVersion(address) === null) throw new Error(`${address} is not an address`);
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
