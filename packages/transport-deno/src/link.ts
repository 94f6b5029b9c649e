// One connection: a Deno.TcpConn on one side, a Link and its LinkEvents on the other. One loop reads, one loop writes.
import { Outbox, type Endpoints, type Link, type LinkEvents, type Millis } from "@bgpwire/core";
import { platform, type TcpConn, type Timer } from "./platform.ts";

/** Octets of one read. */
const CHUNK = 65_536;

export class ConnLink implements Link {
  readonly #linger: Millis;
  /** Null while a dial is under way. */
  #conn: TcpConn | null = null;
  #events: LinkEvents | null = null;
  /** The speaker was told of the end: eof, closed or failed. */
  #over: boolean = false;
  #closing: "flush" | "abort" | null = null;
  /** There is no socket any more. */
  #gone: boolean = false;
  #timer: Timer | null = null;
  /** Gives up the dial that is under way. */
  #cancelDial: () => void = () => {};

  #paused: boolean = false;
  #resumed: () => void = () => {};
  /** The peer has half-closed. */
  #ended: boolean = false;

  readonly #outbox: Outbox = new Outbox();
  #writing: boolean = false;
  /** We have half-closed. */
  #shut: boolean = false;
  #writeError: Error | null = null;

  constructor(linger: Millis) {
    this.#linger = linger;
  }

  /** Where events go; set before the first can come. */
  set events(events: LinkEvents) {
    this.#events = events;
  }

  /** A dial is under way. */
  dialling(timeout: Millis, cancel: (reason: string) => void): void {
    this.#cancelDial = () => cancel("closed");
    this.#after(timeout, () => cancel(`no answer within ${timeout / 1000} s`));
  }

  /** The dial has failed. */
  failed(reason: string): void {
    this.#disarm();
    this.#gone = true;
    this.#over = true;
    if (this.#closing === null) this.#events?.failed(reason);
    else this.#tellGone();
  }

  /** The dial has succeeded. */
  connected(conn: TcpConn, endpoints: Endpoints): void {
    this.#disarm();
    this.#conn = conn;
    if (this.#closing !== null) return this.#destroy();
    this.#events?.connected(endpoints);
    void this.#read(conn);
  }

  /** A connection was accepted. It may be written to and closed at once; events come once there is somebody to hear them. */
  accepted(conn: TcpConn): void {
    this.#conn = conn;
    void this.#read(conn);
  }

  write(bytes: Uint8Array): void {
    if (this.#closing !== null || this.#gone || this.#writeError !== null) return;
    this.#outbox.add(bytes);
    this.#startWriting();
  }

  pause(): void {
    if (this.#closing !== null) return;
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#resumed();
  }

  close(mode: "flush" | "abort"): void {
    if (this.#closing === "abort" || this.#closing === mode) return;
    const first = this.#closing === null;
    this.#closing = mode;
    this.#disarm();
    if (this.#gone) {
      if (first) this.#tellGone();
    } else if (this.#conn === null) {
      this.#cancelDial();
    } else if (mode === "abort" || this.#writeError !== null) {
      this.#destroy();
    } else {
      // Unread data at close would make the kernel send RST, which can cost the peer what we sent last. So read on,
      // into nothing, until the peer has closed too.
      this.#after(this.#linger, () => this.#destroy());
      this.resume();
      this.#startWriting();
    }
  }

  // Reading.

  async #read(conn: TcpConn): Promise<void> {
    await Promise.resolve();
    let buffer = new Uint8Array(CHUNK);
    for (;;) {
      if (this.#paused) await this.#notPaused();
      if (this.#gone) return;
      const length = await conn.read(buffer).catch(asError);
      if (length instanceof Error) return this.#broke(length);
      if (this.#paused) await this.#notPaused();
      if (this.#gone) return;
      if (length === null) return this.#end();
      if (length === 0 || this.#closing !== null) continue;
      // A chunk is the core's for ever: what fills a good part of the buffer takes it along, what does not is copied.
      if (length >= CHUNK / 4) {
        this.#events?.bytes(buffer.subarray(0, length));
        buffer = new Uint8Array(CHUNK);
      } else {
        this.#events?.bytes(buffer.slice(0, length));
      }
    }
  }

  async #notPaused(): Promise<void> {
    while (this.#paused && !this.#gone) {
      await new Promise<void>((resolve) => {
        this.#resumed = resolve;
      });
    }
  }

  #end(): void {
    this.#ended = true;
    if (this.#writeError !== null) {
      this.#broke(this.#writeError);
    } else if (this.#closing !== null) {
      if (this.#shut) this.#destroy();
    } else if (!this.#over) {
      this.#over = true;
      this.#events?.eof();
    }
  }

  // Writing.

  /** What is written in the rest of this turn goes along. */
  #startWriting(): void {
    if (this.#conn === null || this.#writing || this.#gone) return;
    this.#writing = true;
    void this.#writeAll(this.#conn);
  }

  async #writeAll(conn: TcpConn): Promise<void> {
    await Promise.resolve();
    const error = await this.#drain(conn);
    this.#writing = false;
    if (error !== null) this.#writeFailed(error);
    // Something may have come between the last step of the one and this step of the other.
    else if (this.#outbox.octets > 0 || (this.#closing === "flush" && !this.#shut)) this.#startWriting();
  }

  async #drain(conn: TcpConn): Promise<Error | null> {
    for (let batch = this.#outbox.take(); batch !== null; batch = this.#outbox.take()) {
      for (let rest = batch; rest.length > 0;) {
        const taken = await conn.write(rest).catch(asError);
        if (taken instanceof Error) return taken;
        rest = rest.subarray(taken);
        if (this.#closing === null && !this.#over) this.#events?.unsent(this.#outbox.octets + rest.length);
      }
    }
    if (this.#closing !== "flush" || this.#gone) return null;
    const error = await conn.closeWrite().then(nothing, asError);
    this.#shut = error === null;
    if (this.#shut && this.#ended) this.#destroy();
    return error;
  }

  /** The peer has reset the connection. What it said before, often why, is still to be read. */
  #writeFailed(error: Error): void {
    this.#outbox.clear();
    this.#writeError = error;
    if (this.#paused || this.#ended || this.#closing !== null) this.#broke(error);
  }

  // The end.

  #broke(error: Error): void {
    if (this.#gone) return;
    this.#destroy();
    if (this.#closing !== null || this.#over) return;
    this.#over = true;
    this.#events?.closed((this.#writeError ?? error).message);
  }

  #destroy(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#disarm();
    this.#outbox.clear();
    this.#conn?.close();
    this.#resumed();
    if (this.#closing !== null) this.#tellGone();
  }

  #tellGone(): void {
    platform.queueMicrotask(() => this.#events?.gone());
  }

  #after(delay: Millis, action: () => void): void {
    this.#timer = platform.setTimeout(action, Math.min(delay, 2 ** 31 - 1));
  }

  #disarm(): void {
    if (this.#timer !== null) platform.clearTimeout(this.#timer);
    this.#timer = null;
  }
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function nothing(): null {
  return null;
}
