// BGP messages in a file without anything around them, in the words of all captures: what one side of one session has sent.
import { MessageType } from "@bgpwire/core";
import { pduType } from "../bytes/pdu.ts";
import type { CaptureEvent, Endpoint } from "../event.ts";
import { BgpSession, MAX_HELD_EVENTS, type SessionListener } from "../pcap/session.ts";
import { Allowance } from "../stream/allowance.ts";
import { EventQueue } from "../stream/event-queue.ts";
import type { RecordReader } from "../stream/record-reader.ts";
import { BgpReader, type BgpRecord } from "./reader.ts";

/** What the file does not tell. */
const UNKNOWN: Endpoint = { address: "0.0.0.0", port: null, as: null, bgpIdentifier: null };

/** Octets that are held back at most: `MAX_HELD_EVENTS` of the longest messages. */
const MAX_HELD = MAX_HELD_EVENTS * 0xffff;

/**
 * Events of a stream of BGP messages, which is taken for one direction of one session; an OPEN behind others begins another.
 *
 * A session is `up` with its first message. Addresses are unspecified, AS number and BGP Identifier of the sender those of its OPEN,
 * times zero. How UPDATEs are read is guessed from them, within what the OPEN allows, as `PcapEvents` does it: until there are
 * `GUESSED_FROM` of them the session's events are held back. Offsets are those of the messages.
 *
 * Memory: that of `BgpReader`, and `MAX_HELD_EVENTS` messages.
 *
 * @example
 * for (const event of readAll(new BgpEvents(), file)) if (event.kind === "message") show(event);
 */
export class BgpEvents implements RecordReader<CaptureEvent> {
  readonly #reader = new BgpReader();
  readonly #allowance = new Allowance(MAX_HELD);
  #session: BgpSession | null = null;
  #sessions = 0;
  readonly #events = new EventQueue();
  #ended = false;

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
    this.#ended = true;
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#events.take();
      if (event !== null) return event;
      const record = this.#reader.next();
      if (record === null) {
        if (!this.#ended || this.#session === null) return null;
        this.#finish();
      } else if (record.kind === "problem") {
        this.#events.push(record);
      } else {
        this.#take(record);
      }
    }
  }

  #take(record: BgpRecord): void {
    const { buffer, start, end, offset } = record;
    const at = { seconds: 0, nanoseconds: 0, offset };
    if (pduType(record) === MessageType.Open) this.#finish();
    if (this.#session === null) {
      this.#session = new BgpSession([UNKNOWN, UNKNOWN], this.#allowance, this.#listener());
      this.#session.established(0, at);
    }
    this.#session.streams[0].octets(buffer, start, end, at);
  }

  /** Nothing follows in this session. */
  #finish(): void {
    this.#session?.captureEnds({ seconds: 0, nanoseconds: 0, offset: 0 });
    this.#session = null;
  }

  #listener(): SessionListener {
    return {
      tell: (event) => void this.#events.push(event),
      newSession: () => {
        this.#sessions += 1;
        return this.#sessions - 1;
      },
    };
  }
}
