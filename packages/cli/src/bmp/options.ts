// What `bgpwire bmp` is asked for, from its flags.
import { InputError, quote } from "../config/input-error.ts";
import { checkStation } from "../config/check.ts";
import { parseHostPort, parseListenAddress, type HostPort, type SocketAddress } from "../config/model.ts";
import { printOptions, type PrintFlags, type PrintOptions } from "../decode/options.ts";

/** The flags as they were given. */
export interface BmpFlags extends PrintFlags {
  readonly listen?: string;
  readonly connect: readonly string[];
  readonly record?: string;
  readonly maxRouters: string;
}

/** What is to be done. */
export interface BmpOptions extends PrintOptions {
  /** Null: nowhere. */
  readonly listen: SocketAddress | null;
  /** Routers that listen. */
  readonly connect: readonly HostPort[];
  /** Directory for what comes in; null: it is not kept. */
  readonly record: string | null;
  readonly maxRouters: number;
}

/** Where a station listens that has nothing else to do. */
const DEFAULT_LISTEN = "127.0.0.1:11019";

/** Most routers that can be asked for: what a process has file descriptors for. */
const MOST_ROUTERS = 10_000;

/** @throws InputError for a flag that is not accepted */
export function bmpOptions(flags: BmpFlags): BmpOptions {
  const listenTo = flags.listen ?? (flags.connect.length === 0 ? DEFAULT_LISTEN : undefined);
  return {
    ...printOptions(flags),
    listen: listenTo === undefined ? null : listenAddress(listenTo),
    connect: flags.connect.map(router),
    record: flags.record ?? null,
    maxRouters: routers(flags.maxRouters),
  };
}

/** `ADDRESS:PORT`, or a port alone, which is one of loopback. */
function listenAddress(text: string): SocketAddress {
  const found = parseListenAddress(text);
  if (found !== null) return found;
  throw new InputError(
    `--listen: ${quote(text)} is not accepted; give PORT or ADDRESS:PORT, an IPv6 address in brackets, port 0 to 65535`,
  );
}

function router(text: string): HostPort {
  const found = parseHostPort(text);
  const problem = found === null ? null : checkStation(found);
  if (found !== null && problem === null) return found;
  throw new InputError(
    `--connect: ${quote(text)} is not accepted; give HOST:PORT, an IPv6 address in brackets, port 1 to 65535`,
  );
}

function routers(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MOST_ROUTERS) return value;
  throw new InputError(`--max-routers: ${quote(text)} is not accepted; give a whole number from 1 to ${MOST_ROUTERS}`);
}
