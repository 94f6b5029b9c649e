// Connecting to a literal address.
import { addressVersion, setSocketOptions, SystemDial } from "@bgpwire/core";
import type { DialTarget, Link, LinkEvents, Millis } from "@bgpwire/core";
import { Socket } from "node:net";
import { SocketLink } from "./link.ts";
import type { NodeTransportOptions } from "./options.ts";
import { rawSocket } from "./raw-socket.ts";
import { RUNTIME } from "./runtime.ts";
import { socketPlatform } from "./system-calls.ts";

/** Milliseconds between two looks at a connection that is being made: the first, then twice as long each time, up to the last. */
const [FIRST_LOOK, LAST_LOOK] = [1, 64];

export function dial(target: DialTarget, events: LinkEvents, linger: Millis, options: NodeTransportOptions): Link {
  const { address, timeout, socketOptions } = target;
  const { onDial } = options;
  const socket = new Socket({ allowHalfOpen: true });
  const link = new SocketLink(socket, linger, timeout, address);
  link.events = events;
  try {
    if (addressVersion(address) === null) throw new Error(`${address} is not an address`);
    socket.setNoDelay(true);
    if (onDial === undefined && socketOptions === undefined) connect(socket, target);
    else if (RUNTIME.name === "Bun") connectBySystem(socket, target, onDial);
    else connectWithOptions(socket, target, onDial);
  } catch (error) {
    socket.destroy(asError(error));
  }
  return link;
}

function connect(socket: Socket, { address, port, localAddress }: DialTarget): void {
  if (localAddress !== null) {
    // The words of Bun name the other end only.
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRNOTAVAIL") error.message = `bind EADDRNOTAVAIL ${localAddress}`;
    });
  }
  socket.connect({ host: address, port, ...(localAddress !== null && { localAddress }) });
}

type OnDial = NodeTransportOptions["onDial"];

/** The system's socket is made when it is bound, or else by connecting; so it is always bound. `connectionAttempt` comes between the two (Node.js 20.12 and later). */
function connectWithOptions(socket: Socket, target: DialTarget, onDial: OnDial): void {
  const { address, socketOptions } = target;
  const version = addressVersion(address)!;
  socket.once("connectionAttempt", () => {
    try {
      if (socketOptions !== undefined) {
        setSocketOptions(socketPlatform.calls(), rawSocket(socket), socketOptions, address, version);
      }
      onDial?.(rawSocket(socket), target);
    } catch (error) {
      // Not from inside the event: the socket would be used after it.
      process.nextTick(() => socket.destroy(asError(error)));
    }
  });
  connect(socket, { ...target, localAddress: target.localAddress ?? (version === 4 ? "0.0.0.0" : "::") });
}

/** The `net.Socket` of Bun, which takes a connected socket of the system for its own. */
interface AdoptingSocket {
  connect(options: { readonly fd: number }): void;
}

/** Bun tells of its socket only when it is connected. So the system's is made here, and is Bun's from then on. */
function connectBySystem(socket: Socket, target: DialTarget, onDial: OnDial): void {
  const system = socketPlatform.calls();
  const dialled = new SystemDial(system, target, (fd) => onDial?.({ fd }, target));
  const { fd } = dialled;
  let timer: ReturnType<typeof setTimeout>;
  const given = (): void => {
    clearTimeout(timer);
    system.close(fd);
  };
  socket.once("close", given);
  const look = (wait: Millis): void => {
    try {
      if (!dialled.connected()) {
        timer = setTimeout(look, wait, Math.min(2 * wait, LAST_LOOK));
        return;
      }
      socket.off("close", given);
      (socket as unknown as AdoptingSocket).connect({ fd });
    } catch (error) {
      socket.destroy(asError(error));
    }
  };
  timer = setTimeout(look, FIRST_LOOK, FIRST_LOOK);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
