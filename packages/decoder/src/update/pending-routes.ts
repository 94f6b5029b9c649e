// The routes of one family that wait to be sent: one entry for each, found by what the route is about, in batches of those that
// can share a message, and in the order in which they began to wait.
import { OctetWriter } from "../bytes/writer.ts";
import type { FamilyRow } from "../nlri/row.ts";
import type { Frame } from "./frame.ts";

/** A route that waits. */
export interface PendingRoute {
  /** Path identifier and identity. */
  readonly key: string;
  /** What is written into the message, path identifier and all: a character for each octet. */
  octets: string;
  /** What it will be sent with; null once it has been. */
  batch: Batch | null;
  /** Larger for those that came later. It stays when the route changes. */
  age: number;
  next: PendingRoute | null;
  previous: PendingRoute | null;
}

/** Routes that share attributes and next hop, or are all withdrawn: a list in the order in which they came into it. */
export class Batch {
  readonly queue: PendingRoutes;
  readonly frame: Frame;
  /** The same for the same frame. */
  readonly key: string;
  first: PendingRoute | null = null;
  #last: PendingRoute | null = null;

  constructor(queue: PendingRoutes, frame: Frame, key: string) {
    this.queue = queue;
    this.frame = frame;
    this.key = key;
  }

  append(route: PendingRoute): void {
    route.batch = this;
    route.previous = this.#last;
    if (this.#last === null) this.first = route;
    else this.#last.next = route;
    this.#last = route;
  }

  remove(route: PendingRoute): void {
    const { previous, next } = route;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    route.batch = route.next = route.previous = null;
  }
}

/** A route that is to wait in a batch. */
export function pendingRoute(key: string, octets: string, batch: Batch): PendingRoute {
  return { key, octets, batch, age: 0, next: null, previous: null };
}

/** Something else to send, once all that began to wait up to an age has gone. */
export interface Mark {
  readonly kind: "endOfRib" | "beginOfRefresh" | "endOfRefresh";
  readonly age: number;
}

/** The next message: its body, and the routes that are in it. */
export interface PendingMessage {
  readonly queue: PendingRoutes;
  readonly body: Uint8Array;
  readonly routes: readonly PendingRoute[];
}

export class PendingRoutes {
  readonly row: FamilyRow;
  /** Its routes have path identifiers. */
  readonly addPath: boolean;
  readonly withdrawals: Batch;
  /** What is to be sent between routes, in its order. */
  marks: Mark[] = [];
  /** By key, in the order of their age. */
  readonly #routes = new Map<string, PendingRoute>();
  /** Batches of announcements that are not empty, by key. */
  readonly #batches = new Map<string, Batch>();
  /** Goes along `#routes`, past what has been sent: to begin anew would be to pass the gaps that it has left each time. */
  #order: MapIterator<PendingRoute> | null = null;
  #oldest: PendingRoute | null = null;
  /** Where the routes of a message are put together. */
  readonly #writer = new OctetWriter();

  /** @param withdrawal the frame of withdrawn routes */
  constructor(row: FamilyRow, addPath: boolean, withdrawal: Frame) {
    this.row = row;
    this.addPath = addPath;
    this.withdrawals = new Batch(this, withdrawal, "");
  }

  /** How many wait. */
  get size(): number {
    return this.#routes.size;
  }

  /** The batch of a key, where routes of it wait. */
  batch(key: string): Batch | undefined {
    return this.#batches.get(key);
  }

  /** Puts a new route in the place of the one with its key; where there is none it waits behind all others. */
  put(route: PendingRoute, age: number): void {
    const batch = route.batch!;
    const waiting = this.#routes.get(route.key);
    if (waiting === undefined) {
      route.age = age;
      this.#routes.set(route.key, route);
      this.#join(route, batch);
      return;
    }
    waiting.octets = route.octets;
    if (waiting.batch === batch) return;
    this.#leave(waiting);
    this.#join(waiting, batch);
  }

  /** The route that has waited longest. */
  oldest(): PendingRoute | null {
    while (this.#oldest === null || this.#oldest.batch === null) {
      this.#order ??= this.#routes.values();
      const { value, done } = this.#order.next();
      if (done === true) {
        // All that it has passed has been sent; what comes from now on is found by another.
        this.#order = this.#oldest = null;
        return null;
      }
      this.#oldest = value;
    }
    return this.#oldest;
  }

  /** The mark whose turn it is. */
  dueMark(): Mark | null {
    const [mark] = this.marks;
    if (mark === undefined) return null;
    const oldest = this.oldest();
    return oldest === null || oldest.age > mark.age ? mark : null;
  }

  /**
   * The message that begins with a route, filled with others of its batch. They go on waiting until `sent`.
   *
   * @param room octets for routes
   */
  message(first: PendingRoute, room: number): PendingMessage {
    const batch = first.batch!;
    const routes = [first];
    const writer = this.#writer;
    writer.length = 0;
    write(first.octets, writer);
    for (let route = batch.first; route !== null; route = route.next) {
      if (route === first) continue;
      if (writer.length + route.octets.length > room) break;
      write(route.octets, writer);
      routes.push(route);
    }
    return { queue: this, body: batch.frame.body(writer.buffer.subarray(0, writer.length)), routes };
  }

  /** The message has gone out. */
  sent({ routes }: PendingMessage): void {
    for (const route of routes) {
      this.#leave(route);
      this.#routes.delete(route.key);
    }
  }

  #join(route: PendingRoute, batch: Batch): void {
    if (batch.first === null && batch !== this.withdrawals) this.#batches.set(batch.key, batch);
    batch.append(route);
  }

  #leave(route: PendingRoute): void {
    const batch = route.batch!;
    batch.remove(route);
    if (batch.first === null) this.#batches.delete(batch.key);
  }
}

function write(octets: string, writer: OctetWriter): void {
  const at = writer.reserve(octets.length);
  for (let i = 0; i < octets.length; i += 1) writer.buffer[at + i] = octets.charCodeAt(i);
}
