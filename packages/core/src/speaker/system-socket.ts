// For drivers with a foreign function interface, on Linux: sockets made by calls of the C library, so that they can have options
// before they connect or listen. Numbers and structures are those of Linux's user interface: asm-generic/socket.h, linux/in.h,
// linux/in6.h.
import { addressVersion, parseAddress } from "../address/address.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { SocketOptions } from "../session/socket-options.ts";
import { connectionCalls, type SocketCall } from "./socket-calls.ts";
import type { DialTarget } from "./transport.ts";

/** Calls of the C library. Each returns a result or, where that is negative, leaves an error for `lastError`. */
export interface SystemCalls {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly connect: (fd: number, address: Uint8Array, length: number) => number;
  readonly close: (fd: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  /** The index of a network device by its name, which ends in an octet of 0; 0 where there is none. */
  readonly if_nametoindex: (name: Uint8Array) => number;
  /** The name of the error that the last call has left, such as `ENOPROTOOPT`. */
  readonly lastError: () => string;
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0x800;
const SOCK_CLOEXEC = 0x8_0000;

/** `struct sockaddr_in`: family, port, address, padding. */
const IPV4_NAME = { size: 16, port: 2, address: 4 } as const;
/** `struct sockaddr_in6`: family, port, flow information, address, scope. */
const IPV6_NAME = { size: 28, port: 2, address: 8, scope: 24 } as const;

/** What errors of setsockopt(2) mean here. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOPROTOOPT: "this kernel does not have it",
  EPERM: "the system does not permit it; it needs CAP_NET_RAW or root",
  ENODEV: "there is no such network device",
  ENOMEM: "the kernel has no memory for more; see net.core.optmem_max",
};

/** An option that could not be set. */
export class SocketOptionError extends Error {
  readonly option: keyof SocketOptions;
  readonly why: string;

  constructor(option: keyof SocketOptions, why: string) {
    super(`${option}: ${why}`);
    this.option = option;
    this.why = why;
  }
}

/**
 * Makes calls of setsockopt(2) on a socket, in order.
 *
 * @throws Error that names the option of the first that the system refuses and says why
 */
export function makeSocketCalls(system: SystemCalls, fd: number, calls: readonly SocketCall[]): void {
  for (const { option, level, name, value } of calls) {
    if (system.setsockopt(fd, level, name, value, value.length) >= 0) continue;
    const error = system.lastError();
    throw new SocketOptionError(option, `${EXPLANATIONS[error] ?? "the system refuses it"} (${error})`);
  }
}

/** A socket of the system. */
export interface Descriptor {
  /** Null where the platform does not tell it. */
  readonly fd: number | null;
}

/** @throws Error where it is not told */
export function descriptorOf({ fd }: Descriptor): number {
  if (fd === null) throw new Error("the runtime does not tell the descriptor of its socket");
  return fd;
}

/**
 * Gives a connection, before it connects or once it was accepted, the options of its peer.
 *
 * @param remote the peer's address
 * @param version of the socket, which on `::` is 6 for a peer of IPv4 too
 * @throws Error that names the option and says why
 */
export function setSocketOptions(
  system: SystemCalls,
  socket: Descriptor,
  options: SocketOptions,
  remote: string,
  version: 4 | 6,
): void {
  makeSocketCalls(system, descriptorOf(socket), connectionCalls(options, remote, version));
}

/** The error that the last call has left. */
function systemError(system: SystemCalls, call: string): Error & { readonly code: string } {
  const code = system.lastError();
  return Object.assign(new Error(`${call}: ${code}`), { code });
}

/**
 * A new TCP socket that does not block.
 *
 * @returns its descriptor, which is the caller's
 * @throws Error with the `code` of the system, such as EMFILE
 */
export function openSocket(system: SystemCalls, version: 4 | 6): number {
  const type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const fd = system.socket(version === 4 ? AF_INET : AF_INET6, type, 0);
  if (fd < 0) throw systemError(system, "socket");
  return fd;
}

/**
 * Binds a socket to an address, with its zone, and a port.
 *
 * @throws Error with the `code` of the system, such as EADDRINUSE
 */
export function bindSocket(system: SystemCalls, fd: number, address: string, port: number): void {
  const name = socketName(system, address, port);
  if (system.bind(fd, name, name.length) < 0) throw systemError(system, `cannot bind to ${address}`);
}

/**
 * An address, with its zone, and a port as the system calls take them: `struct sockaddr_in` or `sockaddr_in6`.
 *
 * @param address a valid one
 * @throws Error where the zone is no device of this machine
 */
export function socketName(system: SystemCalls, address: string, port: number): Uint8Array {
  const { bytes, zone } = parseAddress(address)!;
  const layout = bytes.length === 4 ? IPV4_NAME : IPV6_NAME;
  const name = new Uint8Array(layout.size);
  name.set(new Uint8Array(Uint16Array.of(bytes.length === 4 ? AF_INET : AF_INET6).buffer));
  new DataView(name.buffer).setUint16(layout.port, port);
  name.set(bytes, layout.address);
  if (zone !== "") name.set(new Uint8Array(Uint32Array.of(scopeOf(system, zone.slice(1))).buffer), IPV6_NAME.scope);
  return name;
}

/** RFC 4007 section 11.2: a zone is a number, or what this system calls one: a network device. */
function scopeOf(system: SystemCalls, zone: string): number {
  if (/^\d{1,9}$/.test(zone)) return Number(zone);
  const index = system.if_nametoindex(encodeUtf8(`${zone}\0`));
  if (index === 0) throw Object.assign(new Error(`there is no network device ${zone}`), { code: "ENODEV" });
  return index;
}

/** A connection that is being made. */
export class SystemDial {
  /** The caller's to close, whatever comes of it. */
  readonly fd: number;
  readonly #system: SystemCalls;
  readonly #name: Uint8Array;
  readonly #where: string;

  /**
   * Makes a socket, gives it its options and its source address, and begins to connect.
   *
   * @param beforeConnect called with the descriptor when all of that is done
   * @throws Error, in words for people; no descriptor is left
   */
  constructor(system: SystemCalls, target: DialTarget, beforeConnect: (fd: number) => void = () => {}) {
    const { address, port, localAddress, socketOptions } = target;
    const version = addressVersion(address);
    if (version === null) throw new Error(`${address} is not an address`);
    this.#system = system;
    this.#where = `${address}:${port}`;
    this.fd = openSocket(system, version);
    try {
      this.#name = socketName(system, address, port);
      if (socketOptions !== undefined) setSocketOptions(system, this, socketOptions, address, version);
      if (localAddress !== null) bindSocket(system, this.fd, localAddress, 0);
      beforeConnect(this.fd);
      this.connected();
    } catch (error) {
      system.close(this.fd);
      throw error;
    }
  }

  /**
   * Whether it is connected by now.
   *
   * @throws Error where it never will be
   */
  connected(): boolean {
    // On a socket that is connecting, the same call tells how far it is.
    if (this.#system.connect(this.fd, this.#name, this.#name.length) >= 0) return true;
    const error = systemError(this.#system, `cannot connect to ${this.#where}`);
    if (error.code === "EISCONN") return true;
    if (error.code === "EINPROGRESS" || error.code === "EALREADY" || error.code === "EINTR") return false;
    throw error;
  }
}
