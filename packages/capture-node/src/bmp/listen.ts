// A monitoring station that listens: routers connect, and each is read for itself (RFC 7854 section 3.2).
import { createServer, type AddressInfo, type Socket } from "node:net";
import { BmpSessionNumbers } from "@bgpwire/capture";
import { checkObject, ConfigError, listenError, normaliseAddress } from "@bgpwire/core";
import { readRouter, type BmpHandlers } from "./router-connection.ts";

/** Where a station listens. */
export interface BmpListenOptions {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Most connections at one time; more are closed at once. 1 or more, 256 if none is given. */
  readonly maxRouters?: number;
  /** Those of the sessions, where other routers share them. */
  readonly numbers?: BmpSessionNumbers;
  /** A connection was closed because there are too many. @param from `ADDRESS:PORT` of who dialled */
  readonly onRefused?: (from: string) => void;
}

/** A station that listens. */
export interface BmpListener {
  readonly address: string;
  readonly port: number;
  /** Closes all connections and listens no more. Resolves when the last event has been told. */
  close(): Promise<void>;
}

const MAX_ROUTERS = 256;

/**
 * Listens for routers. Memory: for each connection that of `BmpStation` and one chunk.
 *
 * @throws ConfigError `invalid-value` with the field
 * @throws Error where the address cannot be listened on, with the system's `code`
 * @example
 * const listener = await listenBmp({ address: "192.0.2.9", port: 11019 }, {
 *   onEvent: ({ station }, event) => console.log(station.router?.sysName, event.kind),
 * });
 */
export function listenBmp(options: BmpListenOptions, handlers: BmpHandlers): Promise<BmpListener> {
  checkObject(options, "options", "address and port");
  const { address, port, maxRouters = MAX_ROUTERS, numbers = new BmpSessionNumbers() } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigError("invalid-value", "port", `${String(port)} is not a whole number from 0 to 65535`);
  }
  if (!Number.isInteger(maxRouters) || maxRouters < 1) {
    throw new ConfigError("invalid-value", "maxRouters", `${String(maxRouters)} is not a whole number from 1 on`);
  }
  const reading = new Map<Socket, Promise<void>>();
  const server = createServer({ noDelay: true }, (socket) => {
    const read = readRouter(socket, numbers, handlers).then(() => void reading.delete(socket));
    reading.set(socket, read);
  });
  server.maxConnections = maxRouters;
  server.on("drop", (drop) => options.onRefused?.(`${drop?.remoteAddress}:${drop?.remotePort}`));
  return new Promise((resolve, reject) => {
    // Errors of a server that listens are errors of one accept; the next may succeed.
    server.on("error", (error) => reject(listenError({ address, port }, error)));
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = server.address() as AddressInfo;
      resolve({
        address: normaliseAddress(bound.address) ?? bound.address,
        port: bound.port,
        close: async () => {
          server.close();
          for (const socket of reading.keys()) socket.destroy(new Error("the station stops"));
          await Promise.all(reading.values());
        },
      });
    });
  });
}
