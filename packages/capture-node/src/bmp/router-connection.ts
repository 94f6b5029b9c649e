// One connection of a monitored router, read to its end.
import type { Socket } from "node:net";
import { BmpStation, type BmpSessionNumbers, type CaptureEvent } from "@bgpwire/capture";
import { normaliseAddress } from "@bgpwire/core";
import { plain } from "../source.ts";

/** A connection over which a router sends BMP. */
export interface BmpConnection {
  /** What the router has said of itself and of its peers. */
  readonly station: BmpStation;
  /** The router's end. */
  readonly address: string;
  readonly port: number;
}

/**
 * What happens on the connections of a station, in order for each. While a promise is not settled its connection is not read, and the
 * router has to wait. A handler that throws ends the connection with what it threw as the reason.
 */
export interface BmpHandlers {
  /** Before the first octet. */
  onConnected?(connection: BmpConnection): void;
  /** Octets as they came. Events refer to them: they are not to be written to. */
  onChunk?(connection: BmpConnection, chunk: Uint8Array): Promise<void> | null;
  onEvent(connection: BmpConnection, event: CaptureEvent): void;
  /** The events of a chunk were all told. */
  onSettled?(connection: BmpConnection): Promise<void> | null;
  /** Nothing more comes of it. @param reason one clause */
  onClosed?(connection: BmpConnection, reason: string): void;
}

/** Milliseconds in which a router has to begin with an Initiation. */
const INITIATION_TIME = 60_000;
/** Milliseconds without a word after which the system asks whether the router is still there. */
const KEEPALIVE_TIME = 60_000;

/**
 * Reads a connection until one side ends it: the router, its Termination, octets that are not BMP, or no Initiation within a
 * minute.
 */
export async function readRouter(socket: Socket, numbers: BmpSessionNumbers, handlers: BmpHandlers): Promise<void> {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy();
  const station = new BmpStation(numbers);
  const connection = { station, address: normaliseAddress(remoteAddress) ?? remoteAddress, port: remotePort };
  socket.setKeepAlive(true, KEEPALIVE_TIME);
  const silent = setTimeout(() => {
    socket.destroy(new Error(`no Initiation within ${INITIATION_TIME / 1000} s`));
  }, INITIATION_TIME);

  function takeAll(): Promise<void> | null {
    for (let event = station.next(); event !== null; event = station.next()) handlers.onEvent(connection, event);
    if (station.router !== null) clearTimeout(silent);
    return handlers.onSettled?.(connection) ?? null;
  }

  // An error after the last read is nobody's.
  socket.on("error", () => {});
  let reason: string;
  try {
    handlers.onConnected?.(connection);
    for await (const chunk of socket as AsyncIterable<Uint8Array>) {
      const octets = plain(chunk);
      await handlers.onChunk?.(connection, octets);
      station.push(octets);
      await takeAll();
      if (station.closing !== null) break;
    }
    reason = station.closing ?? "the router closed the connection";
    station.end();
    await takeAll();
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  clearTimeout(silent);
  socket.destroy();
  handlers.onClosed?.(connection, reason);
}
