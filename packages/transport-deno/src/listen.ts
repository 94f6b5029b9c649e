// Accepting connections.
import type { Endpoints, Link, LinkEvents, Listener, ListenTarget, Millis } from "@bgpwire/core";
import { listenError, StreamLink } from "@bgpwire/core";
import { endpointsOf, withZone } from "./endpoints.ts";
import { platform, timers, type TcpConn, type TcpListener } from "./platform.ts";
import { TcpStream } from "./tcp-stream.ts";

export type Accept = (link: Link, endpoints: Endpoints) => LinkEvents;

/** Milliseconds without accepting after an error of it, such as EMFILE: connections wait in the kernel meanwhile. */
const PAUSE = 100;

export async function listen(target: ListenTarget, accept: Accept, linger: Millis): Promise<Listener> {
  const acceptor = new Acceptor(open(target), target.address, accept, linger);
  const over = acceptor.run();
  return {
    address: acceptor.address,
    port: acceptor.port,
    // The system's socket is free only when no accept waits on it any more.
    close: () => {
      acceptor.close();
      return over;
    },
  };
}

function open(target: ListenTarget): TcpListener {
  try {
    return platform.Deno.listen({ hostname: target.address, port: target.port });
  } catch (error) {
    throw listenError(target, error);
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
    const link = new StreamLink(timers, this.#linger);
    link.accepted(new TcpStream(conn));
    link.events = this.#accept(link, endpointsOf(conn, this.address));
  }
}
