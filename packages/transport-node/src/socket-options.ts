// Options of the socket that peers ask for, on Linux: the core's table of calls, made on the sockets of this driver.
import { ConfigError, connectionCalls, forgetCalls, listenerCalls, parseIPv4, parseIPv6 } from "@bgpwire/core";
import type { SocketCall, SocketOptions, SocketOptionsDriver, SocketRule } from "@bgpwire/core";
import type { RawSocket } from "./options.ts";
import { errorName, systemCalls } from "./system-calls.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const ONE = Int32Array.of(1);
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

/** @throws Error that names the option and says why */
export function setSocket(fd: number, calls: readonly SocketCall[]): void {
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
  setSocket(fd, connectionCalls(options, remote, version));
}

/** `struct sockaddr_in` or `sockaddr_in6` of an address without a zone. */
export function socketName(address: string, port: number): Uint8Array {
  const ipv6 = parseIPv6(address);
  const name = new Uint8Array(ipv6 === null ? 16 : 28);
  const view = new DataView(name.buffer);
  name.set(new Uint8Array(Uint16Array.of(ipv6 === null ? AF_INET : AF_INET6).buffer));
  view.setUint16(2, port);
  if (ipv6 === null) view.setUint32(4, parseIPv4(address)!);
  else name.set(ipv6, 8);
  return name;
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
        setSocket(fd, connectionCalls(options, "192.0.2.1", 4));
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
      for (const rule of changed) setSocket(fd, listenerCalls(rule, address));
    }
  }

  /**
   * A socket that is bound and has its keys before it listens, for `listen({ fd })` of Node.js, which binds and listens in one
   * go otherwise: then whoever connects in between is not asked for a signature.
   *
   * @returns its descriptor, which is the caller's; null where no key is needed, or the address has a zone
   * @throws Error with the `code` of the system where it cannot be bound, or that names the option
   */
  bind(address: string, port: number): number | null {
    if (address.includes("%") || this.#rules.every(({ options }) => options.md5Password === null)) return null;
    const system = systemCalls();
    const family = address.includes(":") ? AF_INET6 : AF_INET;
    const fd = system.socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    try {
      // As Node.js does: an address of connections that have just ended can be bound again.
      setSocket(fd, [
        { option: "md5Password", level: SOL_SOCKET, name: SO_REUSEADDR, value: new Uint8Array(ONE.buffer) },
      ]);
      for (const rule of this.#rules) setSocket(fd, listenerCalls(rule, address));
      const name = socketName(address, port);
      if (system.bind(fd, name, name.length) < 0) {
        const code = errorName(system.errno());
        throw Object.assign(new Error(`bind ${code}`), { code });
      }
      return fd;
    } catch (error) {
      system.close(fd);
      throw error;
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
    for (const rule of this.#rules) setSocket(fd, listenerCalls(rule, address));
    const listening = { fd, address };
    this.#listening.add(listening);
    return () => void this.#listening.delete(listening);
  }
}

function nothing(): void {}
