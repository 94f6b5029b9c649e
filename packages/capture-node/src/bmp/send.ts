// The connection of a monitored router to a station: dialled again and again, with backoff (RFC 7854 section 3.2).
import { connect, type Socket } from "node:net";
import type { BmpSender, BmpSession } from "@bgpwire/capture";
import { BmpTerminationReason } from "@bgpwire/capture";
import { ConfigError } from "@bgpwire/core";

/** A station that listens. */
export interface BmpTarget {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Seconds before the second attempt to connect; each further one waits twice as long. Default 30. */
  readonly retryTime?: number;
  /** Seconds before any attempt at most. Default 720. */
  readonly retryTimeMax?: number;
}

/** What happens to the connection. */
export interface BmpSendHandlers<S> {
  /** It is up. @param sessions those whose routes the station does not have */
  onConnected?(sessions: readonly S[]): void;
  /** It is not, or no more. @param reason one clause @param retryIn seconds */
  onDisconnected?(reason: string, retryIn: number): void;
}

/** Milliseconds without a word after which the system asks whether the station is still there. */
const KEEPALIVE_TIME = 60_000;
/** Milliseconds that a station may take for the last messages. */
const LINGER = 2_000;

/**
 * Keeps a sender connected to a station until it is stopped. What the station says is passed over.
 *
 * @example
 * const sending = new BmpSending(sender, { host: "192.0.2.9", port: 11019 }, { onConnected: (sessions) => sessions.forEach(askForRoutes) });
 * // … and at the end
 * await sending.stop();
 */
export class BmpSending<S extends BmpSession> {
  readonly #sender: BmpSender<S>;
  readonly #target: BmpTarget;
  readonly #handlers: BmpSendHandlers<S>;
  readonly #retryTime: number;
  readonly #retryTimeMax: number;
  #wait: number;
  #socket: Socket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #connected = false;
  /** A batch is with the system. */
  #writing = false;
  #stopping = false;
  #whenStopped: (() => void) | null = null;

  /** Dials at once. @throws ConfigError `invalid-value` with the field */
  constructor(sender: BmpSender<S>, target: BmpTarget, handlers: BmpSendHandlers<S> = {}) {
    const { retryTime = 30, retryTimeMax = Math.max(720, retryTime) } = target;
    if (!(retryTime > 0)) {
      throw new ConfigError("invalid-value", "retryTime", `${String(retryTime)} is not a number of seconds above 0`);
    }
    if (!(retryTimeMax >= retryTime)) {
      throw new ConfigError("invalid-value", "retryTimeMax", `${String(retryTimeMax)} is less than retryTime`);
    }
    this.#sender = sender;
    this.#target = target;
    this.#handlers = handlers;
    this.#retryTime = retryTime;
    this.#retryTimeMax = retryTimeMax;
    this.#wait = retryTime;
    sender.onWaiting = () => queueMicrotask(() => this.#flush());
    this.#dial();
  }

  /** Says Termination where there is a connection, and dials no more. Resolves when the connection is closed. */
  stop(text: string = ""): Promise<void> {
    this.#stopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === null) return Promise.resolve();
    const stopped = new Promise<void>((resolve) => (this.#whenStopped = resolve));
    if (this.#connected) {
      this.#sender.terminate(BmpTerminationReason.AdministrativelyClosed, text);
      this.#flush();
      this.#timer = setTimeout(() => socket.destroy(), LINGER);
    } else {
      socket.destroy();
    }
    return stopped;
  }

  #dial(): void {
    const { host, port } = this.#target;
    const socket = connect({ host, port, noDelay: true });
    let reason: string | null = null;
    this.#socket = socket;
    socket.setKeepAlive(true, KEEPALIVE_TIME);
    socket.on("connect", () => {
      this.#connected = true;
      this.#wait = this.#retryTime;
      this.#handlers.onConnected?.(this.#sender.connected());
    });
    // RFC 7854 section 3.2: "it MAY silently discard any data sent by the monitoring station".
    socket.resume();
    socket.on("error", (error) => {
      reason ??= error.message;
    });
    socket.on("close", () => this.#closed(reason ?? "the station closed the connection"));
  }

  #flush(): void {
    const socket = this.#socket;
    if (!this.#connected || socket === null) return;
    if (this.#sender.overflowed) {
      socket.destroy(new Error("the station takes less than there is to tell"));
      return;
    }
    if (this.#writing) return;
    const batch = this.#sender.take();
    if (batch === null) {
      if (this.#stopping) socket.end();
      return;
    }
    this.#writing = true;
    socket.write(batch, (error) => {
      this.#writing = false;
      if (error === undefined || error === null) this.#flush();
    });
  }

  #closed(reason: string): void {
    this.#connected = false;
    this.#writing = false;
    this.#socket = null;
    this.#sender.disconnected();
    if (this.#stopping) {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#whenStopped?.();
      return;
    }
    const wait = this.#wait;
    this.#wait = Math.min(2 * wait, this.#retryTimeMax);
    this.#timer = setTimeout(() => this.#dial(), 1000 * wait);
    this.#handlers.onDisconnected?.(reason, wait);
  }
}
