// The routes of one family that wait to be sent: found by what each is about, in lists of those that can share a message, and in the
// order in which they began to wait. Numbers in typed arrays, so that a million of them is nothing to a garbage collector.
import type { FamilyRow } from "../nlri/row.ts";
import { copyOctets, roomIn, type BodyBuilder } from "./frame.ts";
import { grown, NONE, numbers, OctetTable } from "./octet-table.ts";

/** Something else to send, once all that began to wait before it has gone. */
export interface Mark {
  readonly kind: "endOfRib" | "beginOfRefresh" | "endOfRefresh";
  /** Routes of this period and those before it go first: -1 for none, `OPEN` while there are sources that have more of them. */
  period: number;
  /** The last source that has routes to go first. */
  readonly source: number;
}

const OPEN = Number.POSITIVE_INFINITY;

/** Doubly linked lists of numbers, each of which is in one list at most. Whoever has a list knows its ends. */
class Links {
  #after: Int32Array;
  #before: Int32Array;

  constructor(capacity: number) {
    this.#after = numbers(capacity);
    this.#before = numbers(capacity);
  }

  after(item: number): number {
    return this.#after[item]!;
  }

  before(item: number): number {
    return this.#before[item]!;
  }

  append(item: number, last: number): void {
    this.#after[item] = NONE;
    this.#before[item] = last;
    if (last !== NONE) this.#after[last] = item;
  }

  remove(item: number): void {
    const after = this.#after[item]!;
    const before = this.#before[item]!;
    if (after !== NONE) this.#before[after] = before;
    if (before !== NONE) this.#after[before] = after;
  }

  grow(capacity: number): void {
    this.#after = grown(this.#after, capacity);
    this.#before = grown(this.#before, capacity);
  }
}

export class PendingRoutes {
  readonly row: FamilyRow;
  /** Its routes have path identifiers. */
  readonly addPath: boolean;
  /** The batch of withdrawn routes. */
  readonly withdrawals = 0;
  /** What is to be sent between routes, in its order. */
  marks: Mark[] = [];
  /** Counts the marks there were; a route has the one it came in. */
  period = 0;
  readonly #limit: number;
  readonly #withdrawal: Uint8Array;
  /** Path identifier and identity of each; what is written into the message. */
  readonly #routes = new OctetTable();
  /** What it will be sent with. */
  #batch = numbers(this.#routes.capacity);
  #period = numbers(this.#routes.capacity);
  /** All, in the order of their age: a route that changes keeps its place. */
  #ages = new Links(this.#routes.capacity);
  #oldest = NONE;
  #newest = NONE;
  /** The routes of each batch, in the order in which they came into it. */
  #mates = new Links(this.#routes.capacity);
  /** The frames of batches: what is around their routes. */
  readonly #frames = new OctetTable();
  #first = numbers(this.#frames.capacity);
  #last = numbers(this.#frames.capacity);
  /** Routes that wait in a batch, and calls that need it. */
  #users = numbers(this.#frames.capacity);
  /** The routes of the last message. */
  readonly #told: number[] = [];

  /** @param withdrawal the frame of withdrawn routes  @param limit longest message, header included */
  constructor(row: FamilyRow, addPath: boolean, withdrawal: Uint8Array, limit: number) {
    this.row = row;
    this.addPath = addPath;
    this.#limit = limit;
    this.#withdrawal = withdrawal;
    this.batchOf(withdrawal, withdrawal.length);
  }

  /** How many wait. */
  get size(): number {
    return this.#routes.size;
  }

  /** The batch of a frame, acquired. */
  batchOf(frame: Uint8Array, length: number): number {
    let batch = this.#frames.find(frame, 0, length);
    if (batch === NONE) {
      batch = this.#frames.add(frame, 0, length, length);
      if (this.#users.length < this.#frames.capacity) {
        this.#first = grown(this.#first);
        this.#last = grown(this.#last);
        this.#users = grown(this.#users);
      }
      this.#first[batch] = this.#last[batch] = NONE;
      this.#users[batch] = 0;
    }
    this.acquire(batch);
    return batch;
  }

  /** Keeps a batch until it is released as often. */
  acquire(batch: number): void {
    this.#users[batch]! += 1;
  }

  release(batch: number): void {
    this.#users[batch]! -= 1;
    if (this.#users[batch] === 0) this.#frames.remove(batch);
  }

  /** Octets for routes in a message of a batch. */
  room(batch: number): number {
    return roomIn(this.#frames.valueEnd(batch) - this.#frames.valueStart(batch), this.#limit);
  }

  /** Makes room for so many more. */
  reserve(count: number): void {
    this.#routes.reserve(count);
    this.#fit();
  }

  /**
   * Puts a new route in the place of the one with its key; where there is none it waits behind all others.
   *
   * @param buffer has the key at `start`, and behind it what is written into the message, if that is not the key
   */
  put(batch: number, buffer: Uint8Array, start: number, keyLength: number, end: number): void {
    let route = this.#routes.find(buffer, start, start + keyLength);
    if (route === NONE) {
      route = this.#routes.add(buffer, start, keyLength, end);
      if (this.#batch.length < this.#routes.capacity) this.#fit();
      this.#period[route] = this.period;
      if (this.#newest === NONE) this.#oldest = route;
      this.#ages.append(route, this.#newest);
      this.#newest = route;
    } else {
      this.#routes.replace(route, buffer, start, end);
      if (this.#batch[route] === batch) return;
      this.#leave(route);
    }
    this.#batch[route] = batch;
    this.#users[batch]! += 1;
    if (this.#last[batch] === NONE) this.#first[batch] = route;
    this.#mates.append(route, this.#last[batch]!);
    this.#last[batch] = route;
  }

  /** There is a route to withdraw. */
  get withdraws(): boolean {
    return this.#first[this.withdrawals] !== NONE;
  }

  /** The mark whose turn it is. */
  dueMark(): Mark | null {
    const [mark] = this.marks;
    if (mark === undefined || mark.period === OPEN) return null;
    return this.#oldest === NONE || this.#period[this.#oldest]! > mark.period ? mark : null;
  }

  /** Notes a mark behind all that waits, and behind what is still to come from sources up to one. @param ended those up to it have */
  mark(kind: Mark["kind"], source: number, ended: number): void {
    this.marks.push({ kind, period: source > ended ? OPEN : this.period, source });
    this.period += 1;
  }

  /** Sources up to one are at their end: what came from them goes before the marks that have waited for it. */
  sourcesEnded(ended: number): void {
    for (const mark of this.marks) {
      if (mark.period !== OPEN || mark.source > ended) continue;
      mark.period = this.period;
      this.period += 1;
    }
  }

  /**
   * The body of the next message, of the batch of the route that has waited longest, or of withdrawals where there are some. Its
   * routes go on waiting until `sent`.
   */
  message(builder: BodyBuilder): Uint8Array {
    const told = this.#told;
    told.length = 0;
    const batch = this.withdraws ? this.withdrawals : this.#batch[this.#oldest]!;
    const first = this.withdraws ? this.#first[batch]! : this.#oldest;
    const frames = this.#frames;
    builder.begin(frames.octets, frames.valueStart(batch), frames.valueEnd(batch));
    const end = builder.length + this.room(batch);
    this.#tell(first, builder);
    for (let route = this.#first[batch]!; route !== NONE; route = this.#mates.after(route)) {
      if (route === first) continue;
      const length = this.#routes.valueEnd(route) - this.#routes.valueStart(route);
      if (builder.length + length > end) break;
      this.#tell(route, builder);
    }
    return builder.end();
  }

  /** The last message has gone out. @returns how many routes were in it */
  sent(): number {
    const count = this.#told.length;
    for (const route of this.#told) {
      this.#leave(route);
      if (this.#newest === route) this.#newest = this.#ages.before(route);
      if (this.#oldest === route) this.#oldest = this.#ages.after(route);
      this.#ages.remove(route);
      this.#routes.remove(route);
    }
    this.#told.length = 0;
    if (this.#routes.size === 0) this.#shrink();
    return count;
  }

  #tell(route: number, builder: BodyBuilder): void {
    const { octets } = this.#routes;
    const start = this.#routes.valueStart(route);
    builder.length = copyOctets(octets, start, this.#routes.valueEnd(route), builder.octets, builder.length);
    this.#told.push(route);
  }

  #leave(route: number): void {
    const batch = this.#batch[route]!;
    if (this.#first[batch] === route) this.#first[batch] = this.#mates.after(route);
    if (this.#last[batch] === route) this.#last[batch] = this.#mates.before(route);
    this.#mates.remove(route);
    this.release(batch);
  }

  /** Nothing waits: what it took to have much of it goes. */
  #shrink(): void {
    const { capacity } = this.#routes;
    if (this.#batch.length > capacity) {
      this.#batch = numbers(capacity);
      this.#period = numbers(capacity);
      this.#ages = new Links(capacity);
      this.#mates = new Links(capacity);
    }
    if (this.#frames.size > 1 || !this.#frames.large) return;
    this.release(this.withdrawals);
    this.#first = numbers(this.#frames.capacity);
    this.#last = numbers(this.#frames.capacity);
    this.#users = numbers(this.#frames.capacity);
    this.batchOf(this.#withdrawal, this.#withdrawal.length);
  }

  /** As much room as the table of routes has. */
  #fit(): void {
    const { capacity } = this.#routes;
    this.#batch = grown(this.#batch, capacity);
    this.#period = grown(this.#period, capacity);
    this.#ages.grow(capacity);
    this.#mates.grow(capacity);
  }
}
