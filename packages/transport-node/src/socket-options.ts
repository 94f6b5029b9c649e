// Options of the socket that peers ask for, on Linux: the core's table of calls, made on the sockets of this driver.
import { ConfigError, connectionCalls, forgetCalls, listenerCalls } from "@bgpwire/core";
import type { SocketCall, SocketOptions, SocketOptionsDriver, SocketRule } from "@bgpwire/core";
import type { RawSocket } from "./options.ts";
import { errorName, systemCalls } from "./system-calls.ts";

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0x8_0000;

/** What errors of setsockopt(2) mean here. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOPROTOOPT: "this kernel does not have it",
  EPERM: "the system does not permit it; it needs CAP_NET_RAW or root",
  ENODEV: "there is no such network device",
  ENOMEM: "the kernel has no memory for more; see net.core.optmem_max",
};

/** An option that could not be set. */
class SocketOptionError extends Error {
  readonly option: keyof SocketOptions;
  readonly why: string;

  constructor(option: keyof SocketOptions, why: string) {
    super(`${option}: ${why}`);
    this.option = option;
    this.why = why;
  }
}

function set(fd: number, calls: readonly SocketCall[]): void {
  const system = systemCalls();
  for (const { option, level, name, value } of calls) {
    if (system.setsockopt(fd, level, name, value, value.length) >= 0) continue;
    const error = errorName(system.errno());
    throw new SocketOptionError(option, `${EXPLANATIONS[error] ?? "the system refuses it"} (${error})`);
  }
}

/** Takes keys away; one that is not there is no mistake. */
function forget(fd: number, calls: readonly SocketCall[]): void {
  const { setsockopt } = systemCalls();
  for (const { level, name, value } of calls) setsockopt(fd, level, name, value, value.length);
}

/**
 * Gives a connection, before it connects or once it was accepted, the options of its peer.
 *
 * @throws Error that names the option and says why
 */
export function setConnection({ fd }: RawSocket, options: SocketOptions, remote: string, version: 4 | 6): void {
  if (fd === null) throw new Error("the runtime does not tell the descriptor of its socket");
  set(fd, connectionCalls(options, remote, version));
}

/** A socket that listens. */
interface Listening {
  readonly fd: number;
  readonly address: string;
}

/** What the sockets of one transport that listen know of its peers. */
export class SocketProtection implements SocketOptionsDriver {
  #rules: readonly SocketRule[] = [];
  readonly #listening = new Set<Listening>();

  check(options: SocketOptions): void {
    const asked = (Object.keys(options) as (keyof SocketOptions)[]).find((name) => options[name] !== null)!;
    if (process.platform !== "linux") {
      throw new ConfigError("invalid-value", asked, `needs Linux; this is Node.js on ${process.platform}`);
    }
    try {
      const { socket, close } = systemCalls();
      const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      try {
        // Any address will do.
        set(fd, connectionCalls(options, "192.0.2.1", 4));
      } finally {
        close(fd);
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
    for (const { fd, address } of this.#listening) {
      for (const rule of gone) forget(fd, forgetCalls(rule, address));
      for (const rule of changed) set(fd, listenerCalls(rule, address));
    }
  }

  /**
   * Protects a socket that has just begun to listen, until it is released.
   *
   * @returns releases it
   * @throws Error that names the option and says why
   */
  add({ fd }: RawSocket, address: string): () => void {
    if (fd === null) {
      if (this.#rules.length > 0) throw new Error("the runtime does not tell the descriptor of its socket");
      return nothing;
    }
    for (const rule of this.#rules) set(fd, listenerCalls(rule, address));
    const listening = { fd, address };
    this.#listening.add(listening);
    return () => void this.#listening.delete(listening);
  }
}

function nothing(): void {}
