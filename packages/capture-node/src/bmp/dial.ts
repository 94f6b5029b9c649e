// A monitoring station that dials: for routers that are configured to listen (RFC 7854 section 3.2).
import type { Socket } from "node:net";
import { BmpSessionNumbers } from "@bgpwire/capture";
import { Redial, type BmpTarget } from "./redial.ts";
import { readRouter, type BmpHandlers } from "./router-connection.ts";

/** A router that listens. */
export interface BmpDialOptions extends BmpTarget {
  /** Those of the sessions, where other routers share them. */
  readonly numbers?: BmpSessionNumbers;
  /** There is no connection, or no more. @param reason one clause @param retryIn seconds */
  readonly onRetry?: (reason: string, retryIn: number) => void;
}

/** A router that is dialled. */
export interface BmpDialling {
  /** Closes the connection and dials no more. Resolves when the last event has been told. */
  close(): Promise<void>;
}

/**
 * Dials a router, at once and whenever there is no connection.
 *
 * @throws ConfigError `invalid-value` with the field
 * @example
 * const dialling = dialBmp({ host: "192.0.2.1", port: 11019 }, {
 *   onEvent: ({ station }, event) => console.log(station.router?.sysName, event.kind),
 * });
 */
export function dialBmp(options: BmpDialOptions, handlers: BmpHandlers): BmpDialling {
  const { numbers = new BmpSessionNumbers(), onRetry, ...target } = options;
  let current: Socket | null = null;
  let reading: Promise<void> = Promise.resolve();
  const redial = new Redial(target, {
    onConnected(socket) {
      current = socket;
      reading = readRouter(socket, numbers, handlers);
    },
    onClosed() {
      current = null;
    },
    onRetry: (reason, retryIn) => onRetry?.(reason, retryIn),
  });
  return {
    async close() {
      const stopped = redial.stop();
      current?.destroy(new Error("the station stops"));
      await stopped;
      await reading;
    },
  };
}
