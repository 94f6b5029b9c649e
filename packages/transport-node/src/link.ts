// One connection: a net.Socket on one side, a Link and its LinkEvents on the other.
//
// Written messages are gathered for the rest of the turn and handed to the socket in batches, one at a time: many small
// messages cost one system call, and `unsent` tells of progress batch by batch.
import type { Socket } from "node:net";
import { addressVersion, Outbox, setSocketOptions } from "@bgpwire/core";
import type { Link, LinkEvents, Millis, SocketOptions } from "@bgpwire/core";
import { endpointsOf } from "./endpoints.ts";
import { rawSocket, readNow } from "./raw-socket.ts";
import { socketPlatform } from "./system-calls.ts";

export class SocketLink implements Link {
  readonly #socket: Socket;
  readonly #linger: Millis;
  /** The address that is dialled, or that the listener has. */
  readonly #address: string;
  #events: LinkEvents | null = null;
  /** Not connected yet. */
  #dialling: boolean;
  /** The speaker was told of the end: eof, closed or failed. */
  #over: boolean = false;
  #closing: "flush" | "abort" | null = null;
  #paused: boolean = false;
  #gone: boolean = false;
  #error: Error | null = null;
  #timeout: ReturnType<typeof setTimeout> | null = null;

  readonly #outbox: Outbox = new Outbox();
  /** The socket has a batch that the kernel has not taken. */
  #writing: boolean = false;
  #flushScheduled: boolean = false;
  readonly #flushNow: () => void = () => {
    this.#flushScheduled = false;
    this.#flush();
  };
  readonly #proceed: () => void = () => this.#progress();

  /**
   * A socket that connects reports `connected` or, after `timeout` milliseconds, `failed`.
   *
   * @param address that is dialled, or that the listener has
   */
  constructor(socket: Socket, linger: Millis, timeout: Millis | null, address: string) {
    this.#socket = socket;
    this.#address = address;
    this.#linger = linger;
    this.#dialling = timeout !== null;
    socket.on("connect", () => this.#connected());
    socket.on("data", (chunk: Buffer) => this.#data(chunk));
    socket.on("end", () => this.#end());
    socket.on("error", (error) => {
      this.#error ??= error;
    });
    socket.on("close", () => this.#closed());
    if (timeout !== null) {
      this.#after(timeout, () => socket.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    }
  }

  /** Where events go; set before the first can come. */
  set events(events: LinkEvents) {
    this.#events = events;
  }

  write(bytes: Uint8Array): void {
    if (this.#closing !== null || this.#gone) return;
    this.#outbox.add(bytes);
    if (this.#writing) return;
    if (this.#outbox.full) {
      this.#flush();
    } else if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      queueMicrotask(this.#flushNow);
    }
  }

  pause(): void {
    if (this.#closing !== null) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (this.#closing !== null) return;
    this.#paused = false;
    this.#socket.resume();
  }

  setOptions(options: SocketOptions): void {
    const endpoints = endpointsOf(this.#socket, this.#address);
    // Gone already, which the socket will tell.
    if (endpoints === null) return;
    try {
      // A listener on `::` gives sockets of IPv6 to connections of IPv4 too.
      const version = addressVersion(this.#address) ?? 4;
      setSocketOptions(socketPlatform.calls(), rawSocket(this.#socket), options, endpoints.remoteAddress, version);
    } catch (error) {
      this.#socket.destroy(error as Error);
    }
  }

  close(mode: "flush" | "abort"): void {
    if (this.#closing === "abort" || this.#closing === mode) return;
    const first = this.#closing === null;
    this.#closing = mode;
    this.#disarm();
    if (this.#gone) {
      if (first) queueMicrotask(() => this.#events?.gone());
    } else if (mode === "abort" || this.#dialling) {
      this.#socket.destroy();
    } else {
      // Unread data at close would make the kernel send RST, which can cost the peer what we sent last. So read on,
      // into nothing, until the peer has closed too; the socket then destroys itself.
      this.#after(this.#linger, () => this.#socket.destroy());
      this.#socket.resume();
      this.#flush();
    }
  }

  /** Hands over the next batch or, where there is none and the link is closed, the end. */
  #flush(): void {
    if (this.#writing || this.#closing === "abort") return;
    const batch = this.#outbox.take();
    if (batch !== null) {
      this.#writing = true;
      this.#socket.write(batch, (error) => this.#written(error ?? null));
    } else if (this.#closing === "flush") {
      this.#socket.end();
    }
  }

  #written(error: Error | null): void {
    if (error !== null) this.#salvage();
    else setImmediate(this.#proceed);
  }

  /**
   * The kernel has taken a batch. A turn of the event loop later, because it takes one at once where the peer reads fast: who
   * writes whenever there is room would else write for ever, and no other connection and no timer would have its turn.
   */
  #progress(): void {
    this.#writing = false;
    if (this.#closing === null && !this.#over) this.#events?.unsent(this.#outbox.octets);
    this.#flush();
  }

  /**
   * A write has failed, because the peer has reset the connection, and the socket is about to be destroyed with all that the
   * kernel has received before: often the NOTIFICATION that says why. Where the system lets us, read that first.
   */
  #salvage(): void {
    while (this.#closing === null && !this.#over && !this.#paused) {
      const chunk = readNow(this.#socket);
      if (chunk === null) return;
      this.#events?.bytes(chunk);
    }
  }

  #connected(): void {
    this.#disarm();
    this.#dialling = false;
    const endpoints = endpointsOf(this.#socket, this.#address);
    if (endpoints === null) {
      this.#dialling = true;
      this.#socket.destroy(new Error("the connection ended at once"));
    } else if (this.#closing === null) {
      this.#events?.connected(endpoints);
    }
  }

  #data(chunk: Buffer): void {
    if (this.#closing !== null) return;
    // Node.js reads each chunk into memory of its own. A plain view, because a Buffer's methods are not a Uint8Array's.
    this.#events?.bytes(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }

  #end(): void {
    if (this.#closing !== null || this.#over) return;
    this.#over = true;
    this.#events?.eof();
  }

  #closed(): void {
    this.#gone = true;
    this.#disarm();
    this.#outbox.clear();
    if (this.#closing !== null) {
      this.#events?.gone();
    } else if (!this.#over) {
      this.#over = true;
      const reason = this.#error?.message ?? "the connection was closed";
      if (this.#dialling) this.#events?.failed(reason);
      else this.#events?.closed(reason);
    }
  }

  #after(delay: Millis, action: () => void): void {
    this.#timeout = setTimeout(action, Math.min(delay, 2 ** 31 - 1));
  }

  #disarm(): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    this.#timeout = null;
  }
}
