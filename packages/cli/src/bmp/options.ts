// What `bgpwire bmp` is asked for, from its flags.
import { InputError, quote } from "../config/input-error.ts";
import { parseSocketAddress, type SocketAddress } from "../config/model.ts";
import { printOptions, type PrintFlags, type PrintOptions } from "../decode/options.ts";

/** The flags as they were given. */
export interface BmpFlags extends PrintFlags {
  readonly listen: string;
  readonly record?: string;
  readonly maxRouters: string;
}

/** What is to be done. */
export interface BmpOptions extends PrintOptions {
  readonly listen: SocketAddress;
  /** Directory for what comes in; null: it is not kept. */
  readonly record: string | null;
  readonly maxRouters: number;
}

/** Most routers that can be asked for: what a process has file descriptors for. */
const MOST_ROUTERS = 10_000;

/** @throws InputError for a flag that is not accepted */
export function bmpOptions(flags: BmpFlags): BmpOptions {
  return {
    ...printOptions(flags),
    listen: listenAddress(flags.listen),
    record: flags.record ?? null,
    maxRouters: routers(flags.maxRouters),
  };
}

/** `ADDRESS:PORT`, or a port alone, which is one of loopback. */
function listenAddress(text: string): SocketAddress {
  const found = parseSocketAddress(/^\d{1,5}$/.test(text) ? `127.0.0.1:${text}` : text);
  if (found !== null) return found;
  throw new InputError(
    `--listen: ${quote(text)} is not accepted; give PORT or ADDRESS:PORT, an IPv6 address in brackets, port 0 to 65535`,
  );
}

function routers(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MOST_ROUTERS) return value;
  throw new InputError(`--max-routers: ${quote(text)} is not accepted; give a whole number from 1 to ${MOST_ROUTERS}`);
}
