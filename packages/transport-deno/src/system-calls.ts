// Calls of the C library by Deno's foreign function interface, on Linux and with `--allow-ffi`: for sockets that Deno's own
// API gives no way to. Loaded when an option first asks for it, never before.
import { formatIPv4, formatIPv6, type SocketPlatform, type SystemCalls } from "@bgpwire/core";
import { platform, type NetAddr } from "./platform.ts";

/** What a socket of our own needs beside what the core asks for. */
export interface DenoCalls extends SystemCalls {
  readonly listen: (fd: number, backlog: number) => number;
  readonly accept4: (fd: number, address: null, length: null, flags: number) => number;
  readonly recv: (fd: number, into: Uint8Array, length: number, flags: number) => number;
  readonly send: (fd: number, bytes: Uint8Array, length: number, flags: number) => number;
  readonly shutdown: (fd: number, how: number) => number;
  readonly getsockname: (fd: number, name: Uint8Array, length: Uint32Array) => number;
  readonly getpeername: (fd: number, name: Uint8Array, length: Uint32Array) => number;
  readonly if_indextoname: (index: number, name: Uint8Array) => unknown;
  readonly epoll_create1: (flags: number) => number;
  readonly epoll_ctl: (epoll: number, operation: number, fd: number, event: Uint8Array) => number;
  /** In a thread, so that it may wait. */
  readonly epoll_wait: (epoll: number, events: Uint8Array, most: number, timeout: number) => Promise<number>;
  readonly eventfd: (value: number, flags: number) => number;
  readonly eventfd_write: (fd: number, value: bigint) => number;
  readonly eventfd_read: (fd: number, value: Uint8Array) => number;
}

type Name = Exclude<keyof DenoCalls, "lastError">;

const PARAMETERS: Readonly<Record<Name, readonly string[]>> = {
  socket: ["i32", "i32", "i32"],
  bind: ["i32", "buffer", "u32"],
  connect: ["i32", "buffer", "u32"],
  close: ["i32"],
  setsockopt: ["i32", "i32", "i32", "buffer", "u32"],
  if_nametoindex: ["buffer"],
  listen: ["i32", "i32"],
  accept4: ["i32", "pointer", "pointer", "i32"],
  recv: ["i32", "buffer", "usize", "i32"],
  send: ["i32", "buffer", "usize", "i32"],
  shutdown: ["i32", "i32"],
  getsockname: ["i32", "buffer", "buffer"],
  getpeername: ["i32", "buffer", "buffer"],
  if_indextoname: ["u32", "buffer"],
  epoll_create1: ["i32"],
  epoll_ctl: ["i32", "i32", "i32", "buffer"],
  epoll_wait: ["i32", "buffer", "i32", "i32"],
  eventfd: ["u32", "i32"],
  eventfd_write: ["i32", "u64"],
  eventfd_read: ["i32", "buffer"],
};

/** Linux, asm-generic/errno.h: those that sockets come to. */
const ERRORS: Readonly<Record<number, string>> = {
  1: "EPERM",
  4: "EINTR",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  19: "ENODEV",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  32: "EPIPE",
  92: "ENOPROTOOPT",
  97: "EAFNOSUPPORT",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  100: "ENETDOWN",
  101: "ENETUNREACH",
  103: "ECONNABORTED",
  104: "ECONNRESET",
  105: "ENOBUFS",
  106: "EISCONN",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  112: "EHOSTDOWN",
  113: "EHOSTUNREACH",
  114: "EALREADY",
  115: "EINPROGRESS",
};

let loaded: DenoCalls | null = null;

/** Deno on this system, for options of the socket. */
export const socketPlatform: SocketPlatform = {
  name: `Deno on ${platform.Deno.build.os}`,
  linux: platform.Deno.build.os === "linux",
  calls: systemCalls,
};

/** @throws Error where Deno does not permit it; its message names the flag */
export function systemCalls(): DenoCalls {
  loaded ??= load();
  return loaded;
}

function load(): DenoCalls {
  const { dlopen, UnsafePointerView } = platform.Deno;
  const functions = Object.entries(PARAMETERS).map(([name, parameters]) => [
    name,
    { parameters, result: "i32", nonblocking: name === "epoll_wait" },
  ]);
  // What `errno` of C stands for.
  const errno = { parameters: [], result: "pointer" };
  const { symbols } = dlopen("libc.so.6", { ...Object.fromEntries(functions), __errno_location: errno });
  const { __errno_location: location, ...calls } = symbols;
  const lastError = (): string => {
    const number = new UnsafePointerView(location!()).getInt32();
    return ERRORS[number] ?? `error ${number}`;
  };
  return { ...(calls as unknown as DenoCalls), lastError };
}

const AF_INET = 2;

/** What `getsockname` or `getpeername` says of a socket; null where it has no such name. An address has its zone. */
export function nameOf(fd: number, which: "getsockname" | "getpeername"): NetAddr | null {
  const calls = systemCalls();
  const name = new Uint8Array(28);
  if (calls[which](fd, name, Uint32Array.of(name.length)) < 0) return null;
  const view = new DataView(name.buffer);
  const [family] = new Uint16Array(name.buffer, 0, 1);
  const port = view.getUint16(2);
  if (family === AF_INET) return { hostname: formatIPv4(view.getUint32(4)), port };
  const [scope] = new Uint32Array(name.buffer, 24, 1);
  return { hostname: formatIPv6(name.subarray(8, 24)) + zoneOf(scope!), port };
}

function zoneOf(scope: number): string {
  if (scope === 0) return "";
  const name = new Uint8Array(16);
  systemCalls().if_indextoname(scope, name);
  const end = name.indexOf(0);
  return end === 0 ? `%${scope}` : `%${String.fromCharCode(...name.subarray(0, end))}`;
}

/** Closed descriptors in a row after which no socket is expected: the system gives the lowest that is free. */
const GAP = 1024;

/** The descriptor of one of Deno's own sockets, which it does not tell, by what the kernel calls its ends. */
export function findDescriptor(local: NetAddr, remote: NetAddr | null): number | null {
  const calls = systemCalls();
  for (let fd = 0, closed = 0; closed < GAP; fd += 1) {
    const name = nameOf(fd, "getsockname");
    if (name === null) {
      closed = calls.lastError() === "EBADF" ? closed + 1 : 0;
    } else {
      closed = 0;
      if (same(name, local) && same(nameOf(fd, "getpeername"), remote)) return fd;
    }
  }
  return null;
}

/** Deno leaves zones out. */
function same(a: NetAddr | null, b: NetAddr | null): boolean {
  if (a === null || b === null) return a === b;
  return a.port === b.port && a.hostname.replace(/%.*/, "") === b.hostname.replace(/%.*/, "");
}
