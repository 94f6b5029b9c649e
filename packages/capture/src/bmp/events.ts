// What a BMP stream tells, in the words of all captures: sessions that come and go, UPDATEs of tables, counters.
import type { CaptureEvent } from "../event.ts";
import { EventQueue } from "../stream/event-queue.ts";
import type { RecordReader } from "../stream/record-reader.ts";
import type { BmpMessage } from "./message.ts";
import { BmpSessionNumbers } from "./peers.ts";
import { BmpReader } from "./reader.ts";
import { BmpTelling } from "./telling.ts";

/**
 * Events of the BMP session of one router: one TCP connection.
 *
 * * Peer Up and Peer Down are `up` and `down`; the OPENs of the former say how UPDATEs are read, of each table in the direction in
 *   which its routes went. A peer whose Peer Up is missing has a context that is guessed from its first UPDATEs.
 * * Route Monitoring is a `message` of a table; what its TLVs say of routes comes before it as `information`. Route Mirroring is a
 *   `message` of the session, where `rib` is null, and a `gap` where the router has lost some.
 * * Initiation, Termination, statistics and messages of unknown types are `information`. Its `values.peer` is the per-peer header,
 *   `values.rib` the table.
 *
 * Times are those of the per-peer header; what has none has zero. Memory: that of `BmpReader`, and at most `MAX_BMP_PEERS` peers with
 * `MAX_BMP_OPENS` octets of OPENs.
 *
 * @example
 * const events = new BmpEvents();
 * events.push(chunk);
 * for (let event = events.next(); event !== null; event = events.next()) take(event);
 */
export class BmpEvents implements RecordReader<CaptureEvent> {
  /** The message that is behind the event which `next` gave last. */
  message: BmpMessage | null = null;
  readonly #reader = new BmpReader();
  readonly #telling: BmpTelling;
  readonly #events = new EventQueue();

  /** @param numbers those of the sessions; of its own if none are given */
  constructor(numbers: BmpSessionNumbers = new BmpSessionNumbers()) {
    this.#telling = new BmpTelling(numbers);
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  /** Why octets are passed over at the moment; null while messages follow each other. */
  get lost(): string | null {
    return this.#reader.lost;
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#events.take();
      if (event !== null) return event;
      const message = this.#reader.next();
      if (message === null || message.kind === "problem") return message;
      this.message = message;
      const { offset, length } = this.#reader;
      this.#events.pushAll(this.#telling.eventsOf(message, { offset, length, end: offset + length, time: null }));
    }
  }
}
