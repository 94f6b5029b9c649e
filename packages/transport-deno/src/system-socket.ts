// Sockets of our own, made by system calls, with the interface of Deno's: for options of the socket, and a source address, which
// Deno's API has no place for.
import { SystemDial, type AbortSignalLike, type DialTarget } from "@bgpwire/core";
import type { NetAddr, TcpConn, TcpListener } from "./platform.ts";
import { readiness, type Waiting } from "./readiness.ts";
import { nameOf, systemCalls, type DenoCalls } from "./system-calls.ts";

const SOCK_FLAGS = 0x8_0800;
const MSG_NOSIGNAL = 0x4000;
const SHUT_WR = 1;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const ONE = new Uint8Array(Int32Array.of(1).buffer);
/** Connections that wait to be accepted, as Node.js has it. */
const BACKLOG = 511;

/** Connects to an address, with the options and the source address of the target. */
export async function connectBySystem(target: DialTarget, signal: AbortSignalLike): Promise<TcpConn> {
  const dialled = new SystemDial(systemCalls(), target);
  const socket = new SystemSocket(dialled.fd);
  const cancel = (): void => socket.close();
  signal.addEventListener("abort", cancel);
  try {
    while (!dialled.connected()) {
      await socket.writable();
      if (signal.aborted) throw new Error("the dial was cancelled");
    }
    return connOf(socket) ?? gone();
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/**
 * Listens on a socket that is bound.
 *
 * @param fd becomes ours, also where this throws
 * @throws Error with the `code` of the system
 */
export function listenBySystem(fd: number): SystemListener {
  const calls = systemCalls();
  if (calls.listen(fd, BACKLOG) >= 0) return new SystemListener(new SystemSocket(fd));
  const code = calls.lastError();
  calls.close(fd);
  throw Object.assign(new Error(`listen: ${code}`), { code });
}

class SystemSocket {
  readonly fd: number;
  readonly #calls: DenoCalls = systemCalls();
  readonly #waiting: { readable: (() => void)[]; writable: (() => void)[] } = { readable: [], writable: [] };
  #closed: boolean = false;

  /** @param fd becomes ours, also where this throws */
  constructor(fd: number) {
    this.fd = fd;
    const told: Waiting = { readable: () => this.#wake("readable"), writable: () => this.#wake("writable") };
    try {
      readiness().add(fd, told);
    } catch (error) {
      this.#calls.close(fd);
      throw error;
    }
  }

  /** Resolves when there may be room to write, or the socket has connected, or it is closed. */
  writable(): Promise<void> {
    return this.#wait("writable");
  }

  /**
   * Makes a call, again and again while it would have to wait.
   *
   * @throws Error with the `code` of the system, or without one where the socket is closed meanwhile
   */
  async attempt(direction: "readable" | "writable", call: (calls: DenoCalls) => number): Promise<number> {
    for (;;) {
      if (this.#closed) throw new Error("the socket was closed");
      const result = call(this.#calls);
      if (result >= 0) return result;
      const code = this.#calls.lastError();
      if (code === "EAGAIN") await this.#wait(direction);
      else if (code !== "EINTR") throw Object.assign(new Error(REASONS[code] ?? code), { code });
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    readiness().close(this.fd);
    this.#wake("readable");
    this.#wake("writable");
  }

  #wait(direction: "readable" | "writable"): Promise<void> {
    return new Promise((resolve) => void this.#waiting[direction].push(resolve));
  }

  #wake(direction: "readable" | "writable"): void {
    for (const resolve of this.#waiting[direction].splice(0)) resolve();
  }
}

/** For people. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNRESET: "the peer has reset the connection (ECONNRESET)",
  EPIPE: "the peer has reset the connection (EPIPE)",
  ETIMEDOUT: "the peer does not acknowledge (ETIMEDOUT)",
};

/** Null where the connection is gone already. */
function connOf(socket: SystemSocket): TcpConn | null {
  const [local, remote] = [nameOf(socket.fd, "getsockname"), nameOf(socket.fd, "getpeername")];
  if (local !== null && remote !== null) return new SystemConn(socket, local, remote);
  socket.close();
  return null;
}

function gone(): never {
  throw new Error("the connection ended at once");
}

class SystemConn implements TcpConn {
  readonly #socket: SystemSocket;
  readonly fd: number;
  readonly localAddr: NetAddr;
  readonly remoteAddr: NetAddr;

  constructor(socket: SystemSocket, local: NetAddr, remote: NetAddr) {
    this.#socket = socket;
    this.fd = socket.fd;
    this.localAddr = local;
    this.remoteAddr = remote;
  }

  async read(into: Uint8Array): Promise<number | null> {
    const { fd } = this;
    const length = await this.#socket.attempt("readable", ({ recv }) => recv(fd, into, into.length, 0));
    return length === 0 ? null : length;
  }

  write(bytes: Uint8Array): Promise<number> {
    const { fd } = this;
    return this.#socket.attempt("writable", ({ send }) => send(fd, bytes, bytes.length, MSG_NOSIGNAL));
  }

  async closeWrite(): Promise<void> {
    const { fd } = this;
    await this.#socket.attempt("writable", ({ shutdown }) => shutdown(fd, SHUT_WR));
  }

  close(): void {
    this.#socket.close();
  }

  setNoDelay(): void {
    systemCalls().setsockopt(this.fd, IPPROTO_TCP, TCP_NODELAY, ONE, ONE.length);
  }
}

class SystemListener implements TcpListener {
  readonly #socket: SystemSocket;
  readonly fd: number;
  readonly addr: NetAddr;

  constructor(socket: SystemSocket) {
    this.#socket = socket;
    this.fd = socket.fd;
    this.addr = nameOf(socket.fd, "getsockname")!;
  }

  async accept(): Promise<TcpConn> {
    const { fd } = this;
    for (;;) {
      const accepted = await this.#socket.attempt("readable", ({ accept4 }) => accept4(fd, null, null, SOCK_FLAGS));
      const conn = connOf(new SystemSocket(accepted));
      if (conn !== null) return conn;
    }
  }

  close(): void {
    this.#socket.close();
  }
}
