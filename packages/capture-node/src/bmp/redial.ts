// A connection that is dialled again and again, with backoff (RFC 7854 section 3.2), whichever side of BMP does it.
import { connect, type Socket } from "node:net";
import { checkObject, ConfigError } from "@bgpwire/core";

/** The passive side. */
export interface BmpTarget {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /**
   * Seconds before the second attempt to connect; each further one waits twice as long, until a connection has lasted longer than the
   * next would have waited. Default 30.
   */
  readonly retryTime?: number;
  /** Seconds before any attempt at most. Default 720. */
  readonly retryTimeMax?: number;
}

/** What happens to the connection. */
interface RedialEvents {
  onConnected(socket: Socket): void;
  /** A connection that was up is closed. */
  onClosed(): void;
  /** @param reason why there is no connection, in one clause @param retryIn seconds */
  onRetry(reason: string, retryIn: number): void;
}

/** Milliseconds without a word after which the system asks whether the other side is still there. */
const KEEPALIVE_TIME = 60_000;

/** Dials at once, and after each end of a connection again, until it is stopped. */
export class Redial {
  readonly #target: BmpTarget;
  readonly #events: RedialEvents;
  readonly #retryTime: number;
  readonly #retryTimeMax: number;
  #wait: number;
  #socket: Socket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #stopped: (() => void) | null = null;

  /** @throws ConfigError `invalid-value` with the field */
  constructor(target: BmpTarget, events: RedialEvents) {
    checkObject(target, "target", "host and port");
    const { host, port } = target;
    if (typeof host !== "string" || host === "") {
      throw new ConfigError("invalid-value", "host", `${String(host)} is not a name or an address`);
    }
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new ConfigError("invalid-value", "port", `${String(port)} is not a whole number from 1 to 65535`);
    }
    const { retryTime = 30, retryTimeMax = Math.max(720, retryTime) } = target;
    if (!(retryTime > 0)) {
      throw new ConfigError("invalid-value", "retryTime", `${String(retryTime)} is not a number of seconds above 0`);
    }
    if (!(retryTimeMax >= retryTime)) {
      throw new ConfigError("invalid-value", "retryTimeMax", `${String(retryTimeMax)} is less than retryTime`);
    }
    this.#target = target;
    this.#events = events;
    this.#retryTime = retryTime;
    this.#retryTimeMax = retryTimeMax;
    this.#wait = retryTime;
    this.#dial();
  }

  /** Dials no more. Resolves when the connection, which is the caller's to end, is closed; one that is not up yet is given up. */
  stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === null) return Promise.resolve();
    const stopped = new Promise<void>((resolve) => (this.#stopped = resolve));
    if (socket.connecting) socket.destroy();
    return stopped;
  }

  #dial(): void {
    const { host, port } = this.#target;
    const socket = connect({ host, port, noDelay: true });
    let reason = "the connection was closed";
    let connected = false;
    let steady: ReturnType<typeof setTimeout> | undefined;
    this.#socket = socket;
    socket.setKeepAlive(true, KEEPALIVE_TIME);
    socket.on("connect", () => {
      connected = true;
      // One that is lost sooner is no better than none: what a router tells at its beginning is much.
      steady = setTimeout(() => (this.#wait = this.#retryTime), 1000 * this.#wait);
      this.#events.onConnected(socket);
    });
    socket.on("error", (error) => (reason = error.message));
    socket.on("close", () => {
      this.#socket = null;
      clearTimeout(steady);
      if (connected) this.#events.onClosed();
      if (this.#stopped === null) this.#retry(reason);
      else this.#stopped();
    });
  }

  #retry(reason: string): void {
    const wait = this.#wait;
    this.#wait = Math.min(2 * wait, this.#retryTimeMax);
    this.#timer = setTimeout(() => this.#dial(), 1000 * wait);
    this.#events.onRetry(reason, wait);
  }
}
