// One connection: a net.Socket on one side, a Link and its LinkEvents on the other.
//
// Written messages are gathered for the rest of the turn and handed to the socket in batches, one at a time: many small
// messages cost one system call, and `unsent` tells of progress batch by batch.
import { readSync } from "node:fs";
import type { Socket } from "node:net";
import type { Link, LinkEvents, Millis } from "@bgpwire/core";
import { endpointsOf } from "./endpoints.ts";
import { rawSocket } from "./raw-socket.ts";

/** Octets of one batch, unless a single message is larger. */
const BATCH = 65_536;

export class SocketLink implements Link {
  readonly #socket: Socket;
  readonly #linger: Millis;
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

  /** Messages that wait for the next batch, from #first on. */
  #waiting: Uint8Array[] = [];
  #first: number = 0;
  #waitingOctets: number = 0;
  /** Octets of the batch that the socket has. */
  #batchOctets: number = 0;
  #flushScheduled: boolean = false;

  /** A socket that connects reports `connected` or, after `timeout` milliseconds, `failed`. */
  constructor(socket: Socket, linger: Millis, timeout: Millis | null) {
    this.#socket = socket;
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
    if (this.#closing !== null || this.#gone || bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#waitingOctets += bytes.length;
    if (this.#batchOctets > 0) return;
    if (this.#waitingOctets >= BATCH) this.#flush();
    else if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      queueMicrotask(() => {
        this.#flushScheduled = false;
        this.#flush();
      });
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
      // Unread data at close would make the kernel send RST, and a RST makes the peer's drop what we sent last. So read on,
      // into nothing, until the peer has closed too; the socket then destroys itself.
      this.#after(this.#linger, () => this.#socket.destroy());
      this.#socket.resume();
      if (this.#batchOctets === 0 && this.#waitingOctets === 0) this.#socket.end();
      else this.#flush();
    }
  }

  #flush(): void {
    if (this.#batchOctets > 0 || this.#waitingOctets === 0 || this.#closing === "abort") return;
    const batch = this.#nextBatch();
    this.#batchOctets = batch.length;
    this.#socket.write(batch, (error) => this.#written(error ?? null));
  }

  #nextBatch(): Uint8Array {
    const { length } = this.#waiting;
    let octets = this.#waiting[this.#first]!.length;
    let end = this.#first + 1;
    while (end < length && octets + this.#waiting[end]!.length <= BATCH) octets += this.#waiting[end++]!.length;
    const one = end === this.#first + 1;
    const batch = one ? this.#waiting[this.#first]! : Buffer.concat(this.#waiting.slice(this.#first, end), octets);
    this.#waitingOctets -= octets;
    this.#first = end;
    // What has left is let go of: at once when all has, else when it is half of the list.
    if (end === length) this.#waiting = [];
    else if (2 * end > length) this.#waiting = this.#waiting.slice(end);
    else return batch;
    this.#first = 0;
    return batch;
  }

  #written(error: Error | null): void {
    if (error !== null) return this.#salvage();
    this.#batchOctets = 0;
    if (this.#closing === null && !this.#over) this.#events?.unsent(this.#waitingOctets);
    if (this.#waitingOctets > 0) this.#flush();
    else if (this.#closing === "flush") this.#socket.end();
  }

  /**
   * A write has failed, because the peer has reset the connection, and the socket is about to be destroyed with all that the
   * kernel has received before: often the NOTIFICATION that says why. Where the system lets us, read that first.
   */
  #salvage(): void {
    const { fd } = rawSocket(this.#socket);
    if (fd === null) return;
    try {
      while (this.#closing === null && !this.#over && !this.#paused) {
        const buffer = new Uint8Array(BATCH);
        const length = readSync(fd, buffer);
        if (length === 0) return;
        this.#events?.bytes(buffer.subarray(0, length));
      }
    } catch {
      // Nothing is left.
    }
  }

  #connected(): void {
    this.#disarm();
    this.#dialling = false;
    const endpoints = endpointsOf(this.#socket);
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
    this.#waiting = [];
    this.#waitingOctets = 0;
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
