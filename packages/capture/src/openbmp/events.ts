// What OpenBMP's messages tell, in the words of all captures: the BMP of many routers, each read by itself.
import type { Slice } from "@bgpwire/core";
import { toJson } from "@bgpwire/decoder";
import { u32At } from "../bytes/integers.ts";
import { BMP_HEADER_LENGTH, decodeBmpMessage } from "../bmp/message.ts";
import { BmpPeerMemory, BmpSessionNumbers } from "../bmp/peers.ts";
import { wrongBmpHeader } from "../bmp/reader.ts";
import { BmpTelling } from "../bmp/telling.ts";
import type { Captured, CaptureEvent, InformationEvent } from "../event.ts";
import { EventQueue } from "../stream/event-queue.ts";
import type { RecordReader } from "../stream/record-reader.ts";
import { OpenBmpObject, type OpenBmpMessage } from "./message.ts";
import { OpenBmpReader } from "./reader.ts";

/** Routers that are remembered. Of more, the one that was heard first is read as if it had not been heard. */
export const MAX_OPENBMP_ROUTERS = 4096;

/** A router, and the numbers of its sessions. */
class Router extends BmpSessionNumbers {
  readonly telling: BmpTelling;
  readonly #numbers: BmpSessionNumbers;
  /** Those that were given since they were taken from here. */
  #given: number[] = [];

  /** @param numbers those of all routers @param memory of all of them */
  constructor(numbers: BmpSessionNumbers, memory: BmpPeerMemory) {
    super();
    this.#numbers = numbers;
    this.telling = new BmpTelling(this, memory);
  }

  override take(): number {
    const number = this.#numbers.take();
    this.#given.push(number);
    return number;
  }

  takeGiven(): readonly number[] {
    const given = this.#given;
    if (given.length > 0) this.#given = [];
    return given;
  }
}

/**
 * Events of a stream of OpenBMP: those that `BmpEvents` has of each router, with the times at which the collector sent them.
 *
 * Before the first event of a session an `information` "router" tells of which router it is: `values` has `session`, `collector` (its
 * name), `router` (its address) and `group`. What the collector has read itself and tells as rows of text is `information` "openbmp",
 * with the type of its objects and how many there are.
 *
 * Memory: that of `OpenBmpReader`, and of at most `MAX_OPENBMP_ROUTERS` routers together `MAX_BMP_PEERS_TOGETHER` peers with
 * `MAX_BMP_OPENS_TOGETHER` octets of OPENs, and `MAX_BMP_TABLES` tables.
 *
 * @example
 * const events = new OpenBmpEvents();
 * events.push(chunk);
 * for (let event = events.next(); event !== null; event = events.next()) take(event);
 */
export class OpenBmpEvents implements RecordReader<CaptureEvent> {
  readonly #reader = new OpenBmpReader();
  readonly #numbers = new BmpSessionNumbers();
  readonly #memory = new BmpPeerMemory(true);
  readonly #routers = new Map<string, Router>();
  readonly #events = new EventQueue();

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#events.take();
      if (event !== null) return event;
      const message = this.#reader.next();
      if (message === null || message.kind === "problem") return message;
      this.#take(message);
    }
  }

  #take(message: OpenBmpMessage): void {
    const { objectType, rows, collector, data } = message;
    const at = this.#at(message);
    if (objectType === OpenBmpObject.BmpRaw) this.#takeBmp(message, data, at);
    else this.#inform(at, "openbmp", { collector: collector.adminId, objectType, rows });
  }

  #takeBmp(message: OpenBmpMessage, { buffer, start, end }: Slice, at: Captured): void {
    const router = this.#routerOf(message);
    const { seconds, nanoseconds, offset } = at;
    const time = { seconds, nanoseconds };
    // The data end where the message does.
    const place = (position: number): number => this.#reader.offset + this.#reader.length - (end - position);
    for (let position = start; position < end;) {
      const bmp = bmpAt(buffer, position, end);
      if (typeof bmp === "string") {
        this.#events.push({ kind: "problem", offset: place(position), reason: bmp, skipped: end - position });
        return;
      }
      const length = bmp.end - position;
      position = bmp.end;
      const decoded = decodeBmpMessage(bmp);
      if (decoded === null) {
        const reason = `what is in a message of type ${buffer[bmp.start + 5]} does not fit its lengths`;
        this.#events.push({ kind: "problem", offset: place(bmp.start), reason, skipped: length });
        continue;
      }
      const events = router.telling.eventsOf(decoded, { offset, length, end: place(bmp.end), time });
      for (const session of router.takeGiven()) this.#introduce(session, message, at);
      this.#events.pushAll(events);
    }
  }

  #introduce(session: number, { collector, router }: OpenBmpMessage, at: Captured): void {
    const values = { session, collector: collector.adminId, router: router?.address, group: router?.group };
    this.#inform(at, "router", values);
  }

  #routerOf({ collector, router }: OpenBmpMessage): Router {
    const key = `${collector.hash} ${router?.hash} ${router?.address}`;
    const known = this.#routers.get(key);
    if (known !== undefined) return known;
    const made = new Router(this.#numbers, this.#memory);
    if (this.#routers.size === MAX_OPENBMP_ROUTERS) this.#routers.delete(this.#routers.keys().next().value!);
    this.#routers.set(key, made);
    return made;
  }

  /** When and where: microseconds of more than a second are seconds. */
  #at({ seconds, microseconds }: OpenBmpMessage): Captured {
    return {
      seconds: Math.min(seconds + Math.floor(microseconds / 1_000_000), 0xffff_ffff),
      nanoseconds: (microseconds % 1_000_000) * 1000,
      offset: this.#reader.offset,
    };
  }

  #inform(at: Captured, name: string, values: object): void {
    this.#events.push({ kind: "information", ...at, name, values: toJson(values) as InformationEvent["values"] });
  }
}

/** The message of BMP that begins at `at`; a clause for people where none does, or it does not fit before `end`. */
function bmpAt(buffer: Uint8Array, at: number, end: number): Slice | string {
  if (at + BMP_HEADER_LENGTH > end) return `${end - at} octets are no header of BMP`;
  const wrong = wrongBmpHeader(buffer, at);
  if (wrong !== null) return wrong;
  const length = u32At(buffer, at + 1);
  return at + length > end ? `a message of ${length} octets in ${end - at}` : { buffer, start: at, end: at + length };
}
