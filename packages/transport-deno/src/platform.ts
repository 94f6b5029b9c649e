// What this driver uses of Deno, and no more. Written down here, because Deno's own type declarations come with its binary
// and not as a package; a runtime test holds them against the real ones.
import type { AbortSignalLike, Timers } from "@bgpwire/core";

/** One end of a TCP connection or a listening socket, as Deno writes it: zones are left out. */
export interface NetAddr {
  readonly hostname: string;
  readonly port: number;
}

export interface TcpConn {
  /** Deno does not tell that of its own sockets. */
  readonly fd?: number;
  readonly localAddr: NetAddr;
  readonly remoteAddr: NetAddr;
  /** How many octets were read, or null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** How many octets were taken. */
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
  setNoDelay(on: boolean): void;
}

export interface TcpListener {
  readonly fd?: number;
  readonly addr: NetAddr;
  accept(): Promise<TcpConn>;
  close(): void;
}

interface DenoSockets {
  connect(options: {
    readonly hostname: string;
    readonly port: number;
    readonly autoSelectFamily: boolean;
    readonly signal: AbortSignalLike;
  }): Promise<TcpConn>;
  listen(options: { readonly hostname: string; readonly port: number }): TcpListener;
}

/** A function of a library, and its types in the words of Deno. */
interface ForeignFunction {
  readonly parameters: readonly string[];
  readonly result: string;
  /** It runs in a thread and gives a promise. */
  readonly nonblocking?: boolean;
}

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;

interface DenoForeign {
  readonly build: { readonly os: string; readonly arch: string };
  dlopen(path: string, functions: Readonly<Record<string, ForeignFunction>>): { readonly symbols: Functions };
  readonly UnsafePointerView: new (pointer: unknown) => { getInt32(): number };
}

/** What setTimeout gives, to be handed back. */
export type Timer = number | object;

export interface Platform {
  readonly Deno: DenoSockets & DenoForeign;
  readonly performance: { now(): number };
  readonly crypto: { getRandomValues(into: Int32Array): Int32Array };
  readonly AbortController: new () => { readonly signal: AbortSignalLike; abort(reason?: unknown): void };
  setTimeout(action: () => void, delay: number): Timer;
  clearTimeout(timer: Timer): void;
  setImmediate(action: () => void): unknown;
}

/** Deno's global object. */
export const platform: Platform = globalThis as unknown as Platform;

export const timers: Timers<Timer> = {
  now: () => platform.performance.now(),
  setTimeout: (action, delay) => platform.setTimeout(action, delay),
  clearTimeout: (timer) => platform.clearTimeout(timer),
  // An immediate comes after a round of reads, which a timer that is due already does not wait for.
  afterReads: (action) => void platform.setTimeout(() => platform.setImmediate(action), 0),
};
