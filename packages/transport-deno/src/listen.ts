// Accepting connections.
import { addressVersion, listenError, setSocketOptions, StreamLink, withZone } from "@bgpwire/core";
import type { Endpoints, Link, LinkEvents, Listener, ListenTarget, Millis } from "@bgpwire/core";
import type { SocketOptions, SocketProtection } from "@bgpwire/core";
import { endpointsOf } from "./endpoints.ts";
import { platform, timers, type TcpConn, type TcpListener, type Timer } from "./platform.ts";
import { findDescriptor, systemCalls } from "./system-calls.ts";
import { listenBySystem } from "./system-socket.ts";
import { TcpStream } from "./tcp-stream.ts";

export type Accept = (link: Link, endpoints: Endpoints) => LinkEvents;

/** Milliseconds without accepting after an error of it, such as EMFILE: connections wait in the kernel meanwhile. */
const PAUSE = 100;

export async function listen(
  target: ListenTarget,
  accept: Accept,
  linger: Millis,
  protection: SocketProtection,
): Promise<Listener> {
  const listener = open(target, protection);
  const acceptor = new Acceptor(listener, target.address, accept, linger);
  let release: () => void;
  try {
    release = protection.add(
      {
        get fd() {
          return listener.fd ?? findDescriptor(listener.addr, null);
        },
      },
      acceptor.address,
    );
  } catch (error) {
    listener.close();
    throw error;
  }
  const over = acceptor.run();
  return {
    address: acceptor.address,
    port: acceptor.port,
    // The system's socket is free only when no accept waits on it any more.
    close: () => {
      release();
      acceptor.close();
      return over;
    },
  };
}

function open(target: ListenTarget, protection: SocketProtection): TcpListener {
  const fd = protection.bind(target);
  try {
    if (fd !== null) return listenBySystem(fd);
    return platform.Deno.listen({ hostname: target.address, port: target.port });
  } catch (error) {
    throw listenError(target, error);
  }
}

/** A connection that was accepted, which has options once its peer is known. */
class AcceptedLink extends StreamLink<Timer> {
  readonly #conn: TcpConn;
  readonly #stream: TcpStream;
  /** The address of the listener: on `::` connections of IPv4 have sockets of IPv6 too. */
  readonly #at: string;

  constructor(conn: TcpConn, linger: Millis, at: string) {
    super(timers, linger);
    this.#conn = conn;
    this.#stream = new TcpStream(conn);
    this.#at = at;
    this.accepted(this.#stream);
  }

  setOptions(options: SocketOptions): void {
    const { localAddr, remoteAddr, fd = findDescriptor(localAddr, remoteAddr) } = this.#conn;
    // Gone already, which reading will tell.
    if (fd === null) return;
    const { remoteAddress } = endpointsOf(this.#conn, this.#at);
    try {
      setSocketOptions(systemCalls(), { fd }, options, remoteAddress, addressVersion(this.#at) ?? 4);
    } catch (error) {
      this.#stream.break(error as Error);
    }
  }
}

class Acceptor {
  readonly address: string;
  readonly port: number;
  readonly #listener: TcpListener;
  readonly #accept: Accept;
  readonly #linger: Millis;
  #closed: boolean = false;
  #endPause: () => void = () => {};

  constructor(listener: TcpListener, asked: string, accept: Accept, linger: Millis) {
    this.#listener = listener;
    this.address = withZone(listener.addr.hostname, asked);
    this.port = listener.addr.port;
    this.#accept = accept;
    this.#linger = linger;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    this.#endPause();
  }

  async run(): Promise<void> {
    while (!this.#closed) {
      const conn = await this.#listener.accept().catch(() => null);
      if (conn === null) await this.#pause();
      else this.#accepted(conn);
    }
  }

  async #pause(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = platform.setTimeout(resolve, PAUSE);
      this.#endPause = () => {
        platform.clearTimeout(timer);
        resolve();
      };
    });
  }

  #accepted(conn: TcpConn): void {
    if (this.#closed) return conn.close();
    try {
      conn.setNoDelay(true);
    } catch {
      // The peer has gone already, which reading will tell.
    }
    const link = new AcceptedLink(conn, this.#linger, this.address);
    link.events = this.#accept(link, endpointsOf(conn, this.address));
  }
}
