// The connection of a monitored router to a station.
import type { Socket } from "node:net";
import { BmpTerminationReason, type BmpSender, type BmpSession } from "@bgpwire/capture";
import { Redial, type BmpTarget } from "./redial.ts";

/** What happens to the connection. */
export interface BmpSendHandlers<S> {
  /** It is up. @param sessions those whose routes the station does not have */
  onConnected?(sessions: readonly S[]): void;
  /** It is not, or no more. @param reason one clause @param retryIn seconds */
  onDisconnected?(reason: string, retryIn: number): void;
}

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
  readonly #redial: Redial;
  /** The connection that is up. */
  #socket: Socket | null = null;
  /** A batch is with the system. */
  #writing = false;
  #stopping = false;

  /** Dials at once. @throws ConfigError `invalid-value` with the field */
  constructor(sender: BmpSender<S>, station: BmpTarget, handlers: BmpSendHandlers<S> = {}) {
    this.#sender = sender;
    this.#redial = new Redial(station, {
      onConnected: (socket) => {
        this.#socket = socket;
        // RFC 7854 section 3.2: "it MAY silently discard any data sent by the monitoring station".
        socket.resume();
        handlers.onConnected?.(sender.connected());
      },
      onClosed: () => {
        this.#socket = null;
        this.#writing = false;
        sender.disconnected();
      },
      onRetry: (reason, retryIn) => handlers.onDisconnected?.(reason, retryIn),
    });
    sender.onWaiting = () => queueMicrotask(() => this.#flush());
  }

  /** Says Termination where there is a connection, and dials no more. Resolves when the connection is closed. */
  async stop(text: string = ""): Promise<void> {
    this.#stopping = true;
    const socket = this.#socket;
    this.#sender.terminate(BmpTerminationReason.AdministrativelyClosed, text);
    this.#flush();
    const linger = setTimeout(() => socket?.destroy(), LINGER);
    await this.#redial.stop();
    clearTimeout(linger);
  }

  #flush(): void {
    const socket = this.#socket;
    if (socket === null) return;
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
      if (error !== undefined && error !== null) return;
      this.#writing = false;
      this.#flush();
    });
  }
}
