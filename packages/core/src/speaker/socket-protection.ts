// For drivers with a foreign function interface: what their sockets that listen know of peers with options of the socket.
import { addressVersion } from "../address/address.ts";
import { ConfigError } from "../fault.ts";
import type { SocketOptions } from "../session/socket-options.ts";
import { listenError } from "./listen-error.ts";
import { forgetCalls, listenerCalls, type SocketRule } from "./socket-calls.ts";
import {
  bindSocket,
  descriptorOf,
  makeSocketCalls,
  openSocket,
  setSocketOptions,
  SocketOptionError,
} from "./system-socket.ts";
import type { Descriptor, SystemCalls } from "./system-socket.ts";
import type { ListenTarget, SocketOptionsDriver } from "./transport.ts";

/** What is below a driver. */
export interface SocketPlatform {
  /** For people, such as "Node.js on win32". */
  readonly name: string;
  readonly linux: boolean;
  /** @throws Error where there is no way to call the C library; its message says what would help */
  readonly calls: () => SystemCalls;
}

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const ONE = new Uint8Array(Int32Array.of(1).buffer);

/** A socket that listens. */
interface Listening {
  readonly socket: Descriptor;
  readonly address: string;
}

/** The sockets of one transport that listen, and the options of its peers. */
export class SocketProtection implements SocketOptionsDriver {
  readonly #platform: SocketPlatform;
  #rules: readonly SocketRule[] = [];
  readonly #listening = new Set<Listening>();

  constructor(platform: SocketPlatform) {
    this.#platform = platform;
  }

  check(options: SocketOptions): void {
    const { name, linux, calls } = this.#platform;
    const asked = (Object.keys(options) as (keyof SocketOptions)[]).find((option) => options[option] !== null)!;
    if (!linux) throw new ConfigError("invalid-value", asked, `needs Linux; this is ${name}`);
    try {
      const system = calls();
      const fd = openSocket(system, 4);
      try {
        // Any address will do.
        setSocketOptions(system, { fd }, options, "192.0.2.1", 4);
      } finally {
        system.close(fd);
      }
    } catch (error) {
      if (error instanceof SocketOptionError) throw new ConfigError("invalid-value", error.option, error.why);
      throw new ConfigError("invalid-value", asked, (error as Error).message);
    }
  }

  protect(rules: readonly SocketRule[]): void {
    // Options of a peer that have not changed are the same object.
    const before = new Map(this.#rules.map((rule) => [rule.remote, rule.options]));
    const changed = rules.filter(({ remote, options }) => before.get(remote) !== options);
    const keyed = new Set(rules.filter(({ options }) => options.md5Password !== null).map(({ remote }) => remote));
    const gone = this.#rules.filter(({ remote, options }) => options.md5Password !== null && !keyed.has(remote));
    this.#rules = rules;
    if (gone.length === 0 && changed.length === 0) return;
    for (const { socket, address } of this.#listening) {
      const [system, fd] = [this.#platform.calls(), descriptorOf(socket)];
      // A key that is not there is no mistake.
      for (const { level, name, value } of gone.flatMap((rule) => forgetCalls(rule, address))) {
        system.setsockopt(fd, level, name, value, value.length);
      }
      for (const rule of changed) makeSocketCalls(system, fd, listenerCalls(rule, address));
    }
  }

  /**
   * A socket that is bound and has its keys before it listens. Platforms bind and listen in one go otherwise: then whoever
   * connects in between is not asked for a signature.
   *
   * @returns its descriptor, which is the caller's; null where no key is needed
   * @throws Error as `listenError` has it, or that names the option
   */
  bind(target: ListenTarget): number | null {
    const { address, port } = target;
    if (this.#rules.every(({ options }) => options.md5Password === null)) return null;
    const version = addressVersion(address);
    if (version === null) return null;
    const system = this.#platform.calls();
    const fd = openSocket(system, version);
    try {
      // As platforms do: an address of connections that have just ended can be bound again.
      makeSocketCalls(system, fd, [{ option: "md5Password", level: SOL_SOCKET, name: SO_REUSEADDR, value: ONE }]);
      for (const rule of this.#rules) makeSocketCalls(system, fd, listenerCalls(rule, address));
      bindSocket(system, fd, address, port);
      return fd;
    } catch (error) {
      system.close(fd);
      throw Object.hasOwn(error as object, "code") ? listenError(target, error) : error;
    }
  }

  /**
   * Protects a socket that has just begun to listen, until it is released.
   *
   * @returns releases it
   * @throws Error that names the option and says why
   */
  add(socket: Descriptor, address: string): () => void {
    if (this.#rules.length > 0) {
      const [system, fd] = [this.#platform.calls(), descriptorOf(socket)];
      for (const rule of this.#rules) makeSocketCalls(system, fd, listenerCalls(rule, address));
    }
    const listening = { socket, address };
    this.#listening.add(listening);
    return () => void this.#listening.delete(listening);
  }
}
