// For drivers of platforms whose connections give promises: such a connection on one side, a Link and its LinkEvents on the other.
// One loop reads, one loop writes.
import type { Endpoints, Millis } from "../session/io.ts";
import { Outbox } from "./outbox.ts";
import type { Link, LinkEvents } from "./transport.ts";
import { LONGEST, type Timers } from "./wake-timer.ts";

/** Batches, of 64 KB, after which a turn of the event loop is waited for: so many that a timer of a millisecond costs next to nothing. */
const BATCHES_OF_A_TURN = 16;

/** A connection whose calls give promises. There is one `read` and one `write` at a time; a rejection of either is the end of it. */
export interface ByteStream {
  /** The next octets, which nobody writes into any more; or null at the peer's end in order. */
  read(): Promise<Uint8Array | null>;
  /** How many octets the platform has taken, at least one of those it is given. */
  write(bytes: Uint8Array): Promise<number>;
  /** Says that nothing more comes (the FIN of TCP). Reading goes on. */
  closeWrite(): Promise<void>;
  /** Cuts the connection. A `read` or `write` under way settles. */
  close(): void;
}

/**
 * A `Link` on a `ByteStream`, with all that a driver owes: order, progress, back-pressure, ends told once, a bounded flush.
 *
 * @example
 * dial: (target, events) => {
 *   const link = new StreamLink(platformTimers, 2000);
 *   link.events = events;
 *   const connection = connect(target.address, target.port);
 *   link.dialling(target.timeout, () => connection.cancel());
 *   connection.opened.then((stream) => link.connected(stream, endpoints), (error) => link.failed(error.message));
 *   return link;
 * }
 */
export class StreamLink<T> implements Link {
  readonly #timers: Timers<T>;
  readonly #linger: Millis;
  /** Null while a dial is under way. */
  #stream: ByteStream | null = null;
  #events: LinkEvents | null = null;
  /** The speaker was told of the end: eof, closed or failed. */
  #over: boolean = false;
  #closing: "flush" | "abort" | null = null;
  /** There is no socket any more. */
  #gone: boolean = false;
  #timer: T | null = null;
  /** Gives up the dial that is under way. */
  #cancelDial: () => void = () => {};
  /** Why we have given it up. */
  #givenUp: string | null = null;

  #paused: boolean = false;
  #resumed: () => void = () => {};
  /** The peer has half-closed. */
  #ended: boolean = false;

  readonly #outbox: Outbox = new Outbox();
  #writing: boolean = false;
  /** Batches so far. */
  #batches: number = 0;
  /** We have half-closed. */
  #shut: boolean = false;
  #writeError: Error | null = null;

  /** @param linger how long a flush may take, until the peer has closed too */
  constructor(timers: Timers<T>, linger: Millis) {
    this.#timers = timers;
    this.#linger = linger;
  }

  /** Where events go; to be set in the turn in which the link was made. */
  set events(events: LinkEvents) {
    this.#events = events;
  }

  /** A dial is under way. `cancel` gives it up: `failed` or `connected` are to come all the same, and soon. */
  dialling(timeout: Millis, cancel: () => void): void {
    this.#cancelDial = cancel;
    this.#after(timeout, () => {
      this.#givenUp = `no answer within ${timeout / 1000} s`;
      cancel();
    });
  }

  /** The dial has failed, or was cancelled. Not to be called in the turn of the dial. */
  failed(reason: string): void {
    this.#disarm();
    this.#gone = true;
    this.#over = true;
    if (this.#closing === null) this.#events?.failed(this.#givenUp ?? reason);
    else this.#tellGone();
  }

  /** The dial has succeeded. Not to be called in the turn of the dial. */
  connected(stream: ByteStream, endpoints: Endpoints): void {
    this.#disarm();
    this.#stream = stream;
    if (this.#closing !== null) return this.#destroy();
    if (this.#givenUp !== null) {
      stream.close();
      return this.failed(this.#givenUp);
    }
    this.#events?.connected(endpoints);
    void this.#read(stream);
  }

  /** A connection was accepted. It may be written to and closed at once; events come once there is somebody to hear them. */
  accepted(stream: ByteStream): void {
    this.#stream = stream;
    void this.#read(stream);
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
    } else if (this.#stream === null) {
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

  async #read(stream: ByteStream): Promise<void> {
    await Promise.resolve();
    for (;;) {
      if (this.#paused) await this.#notPaused();
      if (this.#gone) return;
      const chunk = await stream.read().catch(asError);
      if (chunk instanceof Error) return this.#broke(chunk);
      if (this.#paused) await this.#notPaused();
      if (this.#gone) return;
      if (chunk === null) return this.#end();
      if (chunk.length > 0 && this.#closing === null) this.#events?.bytes(chunk);
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
    if (this.#stream === null || this.#writing || this.#gone) return;
    this.#writing = true;
    void this.#writeAll(this.#stream);
  }

  async #writeAll(stream: ByteStream): Promise<void> {
    await Promise.resolve();
    const error = await this.#drain(stream);
    this.#writing = false;
    if (error !== null) this.#writeFailed(error);
    // Something may have come between the last step of the one and this step of the other.
    else if (this.#outbox.octets > 0 || (this.#closing === "flush" && !this.#shut)) this.#startWriting();
  }

  async #drain(stream: ByteStream): Promise<Error | null> {
    for (let batch = this.#outbox.take(); batch !== null; batch = this.#outbox.take()) {
      this.#batches += 1;
      if (this.#batches % BATCHES_OF_A_TURN === 0) await this.#nextTurn();
      for (let rest = batch; rest.length > 0;) {
        const taken = await stream.write(rest).catch(asError);
        if (taken instanceof Error) return taken;
        rest = rest.subarray(taken);
        if (this.#closing === null && !this.#over) this.#events?.unsent(this.#outbox.octets + rest.length);
      }
    }
    if (this.#closing !== "flush" || this.#gone) return null;
    const error = await stream.closeWrite().then(nothing, asError);
    this.#shut = error === null;
    if (this.#shut && this.#ended) this.#destroy();
    return error;
  }

  /**
   * Where the peer reads fast, a platform takes batch after batch without a turn of its event loop: who writes whenever there is
   * room would hold up every other connection and all timers.
   */
  async #nextTurn(): Promise<void> {
    await new Promise<void>((resolve) => this.#timers.setTimeout(resolve, 0));
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
    this.#stream?.close();
    this.#resumed();
    if (this.#closing !== null) this.#tellGone();
  }

  #tellGone(): void {
    void Promise.resolve().then(() => this.#events?.gone());
  }

  #after(delay: Millis, action: () => void): void {
    this.#timer = this.#timers.setTimeout(action, Math.min(delay, LONGEST));
  }

  #disarm(): void {
    if (this.#timer !== null) this.#timers.clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function nothing(): null {
  return null;
}
