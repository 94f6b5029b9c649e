// The only door between the core and sockets. A driver implements `Transport` in about 150 lines; the speaker does the
// rest. `Outbox`, `WakeTimer` and `listenError` do what every driver needs, `StreamLink` all of a link where connections give
// promises; the suite in tests/support/driver-suite.ts proves one.
import type { Endpoints, Millis } from "../session/io.ts";
import type { SocketOptions } from "../session/socket-options.ts";
import type { SocketRule } from "./socket-calls.ts";

/** Where a connection is to go. Addresses are literal; names are not resolved. */
export interface DialTarget {
  readonly address: string;
  readonly port: number;
  /** Source address, or null for any. */
  readonly localAddress: string | null;
  /** Milliseconds after which the driver reports failure. */
  readonly timeout: Millis;
  /** What the socket is to have before it connects; only where `Transport.socketOptions` is. */
  readonly socketOptions?: SocketOptions;
}

/** Where to listen. Port 0 lets the system choose. */
export interface ListenTarget {
  readonly address: string;
  readonly port: number;
}

/** What the speaker does to a connection. Calls after `close` are ignored, but `close("abort")` ends the lingering of a flush. */
export interface Link {
  /** Sends in order; the driver owns the bytes from here on. */
  write(bytes: Uint8Array): void;
  /** `flush`: send what is pending, half-close, drain what arrives for a bounded time, destroy. `abort`: destroy now. Before `connected`: give up the dial. */
  close(mode: "flush" | "abort"): void;
  /** Stop and go on reading; the kernel's window is the back-pressure. */
  pause(): void;
  resume(): void;
  /** Gives an accepted connection its peer's options of the socket. Where that fails the connection breaks, and `closed` says why. */
  setOptions?(options: SocketOptions): void;
}

/** What a driver tells the speaker about a connection. After `eof`, `closed` or `failed`, and after `Link.close`, further calls but `gone` are ignored. */
export interface LinkEvents {
  /** The dial succeeded. Not called for accepted connections. */
  connected(endpoints: Endpoints): void;
  /** The dial failed. */
  failed(reason: string): void;
  /** Bytes arrived. The driver never touches the chunk again. */
  bytes(chunk: Uint8Array): void;
  /** The peer half-closed in order. */
  eof(): void;
  /** The connection was reset or broke. */
  closed(reason: string): void;
  /** Bytes handed to `write` that the kernel has not taken yet. Called at least whenever it returns to 0. */
  unsent(bytes: number): void;
  /** The last call: after `Link.close`, once the socket no longer exists (the flush is over or the linger has run out). `Speaker.stop` waits for it. */
  gone(): void;
}

/** A socket that accepts. */
export interface Listener {
  readonly address: string;
  /** The port in use, never 0. */
  readonly port: number;
  close(): Promise<void>;
}

/** A platform's sockets, clock, timer and randomness. */
export interface Transport {
  /** Monotonic milliseconds. */
  now(): Millis;
  /** A seed for jitter: any 32-bit integer, different on each start. */
  seed(): number;
  /**
   * Arms the one timer: call `wakeUp` at `at` or soon after, from the event loop, but not before the bytes that the kernel held by
   * `at` have been delivered: a program that stood still must not take peers for silent whose KEEPALIVEs wait in their sockets.
   * Null disarms. A new call replaces the old. Far deadlines may wake early.
   */
  wake(at: Millis | null, wakeUp: () => void): void;
  /** Starts a connection. Events come later, never before this returns. */
  dial(target: DialTarget, events: LinkEvents): Link;
  /** Listens; for each connection calls `accept` once with its link, which may be written to and closed before `accept` returns. Events come later. An accept error such as EMFILE pauses and goes on. Rejects if the address cannot be bound. */
  listen(target: ListenTarget, accept: (link: Link, endpoints: Endpoints) => LinkEvents): Promise<Listener>;
  /** Options of the socket, on a platform that has them; without it a peer that asks for one is refused. */
  readonly socketOptions?: SocketOptionsDriver;
  /** Lets a session carry an AbortSignal. */
  abortController(): { readonly signal: AbortSignalLike; abort(reason?: unknown): void };
}

/** What a driver with options of the socket (`PeerOptions.md5Password` and those after it) does beside dialling and accepting. */
export interface SocketOptionsDriver {
  /**
   * Tries whether a socket here can have them.
   *
   * @throws ConfigError `invalid-value` that names the option, the runtime and what would help
   */
  check(options: SocketOptions): void;
  /** Tells what the sockets that listen, those now and those to come, need to accept these peers. Takes the place of what was told before. */
  protect(rules: readonly SocketRule[]): void;
}

/** The part of the platform's AbortSignal that is used here. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
