// The routes of one call, encoded: whether all of them can be sent is known before any of them waits.
import { OctetWriter } from "../bytes/writer.ts";
import type { DecodeContext } from "../context.ts";
import { encodeOne } from "../nlri/fields.ts";
import { identityOf } from "../nlri/identity.ts";
import type { Nlri } from "../nlri/model.ts";
import { announcing, noRoom, routeObject, writeAnnouncementFrame, type GivenNextHop } from "./frame.ts";
import type { PathAttribute } from "./model.ts";
import { grown, NONE, numbers } from "./octet-table.ts";
import type { PendingRoutes } from "./pending-routes.ts";

const FEWEST = 16;
/** Octets of memory that are kept for the next call. */
const MOST_KEPT = 0x1_0000;

export class NotedRoutes {
  readonly #context: DecodeContext;
  /** Longest message, header included. */
  readonly #limit: number;
  /** Keys and what is behind them, one after the other. */
  #octets = new OctetWriter();
  /** Of each route: the length of its key, and of all of it. */
  #lengths = numbers(2 * FEWEST);
  #count = 0;
  /** Batches that the call has acquired: numbers in queues, and the next hop that one was found by. */
  readonly #queues: PendingRoutes[] = [];
  readonly #batches: number[] = [];
  readonly #nextHops: (GivenNextHop | undefined)[] = [];
  /** Where among them an array of attributes was last. */
  readonly #byAttributes = new Map<readonly PathAttribute[], number>();
  /** Runs of routes of one batch: where it is, how many. */
  readonly #runs: number[] = [];
  /** The batch that was used last, its attributes (none where it is of withdrawals), its room. */
  #last = NONE;
  #attributes: readonly PathAttribute[] | null = null;
  #room = 0;
  readonly #frame = new OctetWriter();
  readonly #scratch = new OctetWriter();

  constructor(context: DecodeContext, limit: number) {
    this.#context = context;
    this.#limit = limit;
  }

  /** @throws ConfigError where it cannot be announced; then it is not noted */
  announce(
    nlri: Nlri | string,
    queue: PendingRoutes,
    attributes: readonly PathAttribute[],
    nextHop: GivenNextHop | undefined,
  ): void {
    const last = this.#last;
    if (this.#attributes !== attributes || this.#nextHops[last] !== nextHop || this.#queues[last] !== queue) {
      this.#use(this.#find(queue, attributes, nextHop), attributes);
    }
    this.#note(nlri, queue, false);
  }

  /** @throws ConfigError where it cannot be withdrawn; then it is not noted */
  withdraw(nlri: Nlri | string, queue: PendingRoutes): void {
    if (this.#last === NONE || this.#attributes !== null || this.#queues[this.#last] !== queue) {
      queue.acquire(queue.withdrawals);
      this.#use(this.#add(queue, queue.withdrawals, null), null);
    }
    this.#note(nlri, queue, true);
  }

  /** Lets all of them wait, in their order. */
  commit(): void {
    const runs = this.#runs;
    const counts = new Map<PendingRoutes, number>();
    for (let run = 0; run < runs.length; run += 2) {
      const queue = this.#queues[runs[run]!]!;
      counts.set(queue, (counts.get(queue) ?? 0) + runs[run + 1]!);
    }
    for (const [queue, count] of counts) queue.reserve(count);

    const { buffer } = this.#octets;
    const lengths = this.#lengths;
    let at = 0;
    let length = 0;
    for (let run = 0; run < runs.length; run += 2) {
      const queue = this.#queues[runs[run]!]!;
      const batch = this.#batches[runs[run]!]!;
      for (let left = runs[run + 1]!; left > 0; left -= 1, length += 2) {
        const end = at + lengths[length + 1]!;
        queue.put(batch, buffer, at, lengths[length]!, end);
        at = end;
      }
    }
  }

  /** Forgets them. Also without `commit`, as batches are kept for them. */
  clear(): void {
    for (let i = 0; i < this.#batches.length; i += 1) this.#queues[i]!.release(this.#batches[i]!);
    for (const list of [this.#queues, this.#batches, this.#nextHops, this.#runs]) list.length = 0;
    this.#byAttributes.clear();
    this.#last = NONE;
    this.#attributes = null;
    this.#octets.length = this.#count = 0;
    if (this.#octets.buffer.length <= MOST_KEPT) return;
    this.#octets = new OctetWriter();
    this.#lengths = numbers(2 * FEWEST);
  }

  /** The batch of attributes that are to be sent with a next hop. */
  #find(queue: PendingRoutes, attributes: readonly PathAttribute[], nextHop: GivenNextHop | undefined): number {
    const known = this.#byAttributes.get(attributes) ?? NONE;
    if (known !== NONE && this.#nextHops[known] === nextHop && this.#queues[known] === queue) return known;
    const frame = this.#frame;
    frame.length = 0;
    writeAnnouncementFrame(queue.row, announcing(attributes, nextHop, this.#context), false, this.#context, frame);
    const found = this.#add(queue, queue.batchOf(frame.buffer, frame.length), nextHop);
    this.#byAttributes.set(attributes, found);
    return found;
  }

  #add(queue: PendingRoutes, batch: number, nextHop: GivenNextHop | undefined): number {
    this.#nextHops.push(nextHop);
    this.#batches.push(batch);
    return this.#queues.push(queue) - 1;
  }

  #use(found: number, attributes: readonly PathAttribute[] | null): void {
    this.#last = found;
    this.#attributes = attributes;
    this.#room = this.#queues[found]!.room(this.#batches[found]!);
    this.#runs.push(found, 0);
  }

  #note(nlri: Nlri | string, queue: PendingRoutes, withdrawn: boolean): void {
    const octets = this.#octets;
    const start = octets.length;
    let keyLength = 0;
    try {
      keyLength = this.#write(routeObject(nlri, queue.row), queue, withdrawn);
      const length = octets.length - start;
      if ((length > keyLength ? length - keyLength : length) > this.#room) throw noRoom(this.#limit);
    } catch (error) {
      octets.length = start;
      throw error;
    }
    if (2 * this.#count === this.#lengths.length) this.#lengths = grown(this.#lengths);
    this.#lengths[2 * this.#count] = keyLength;
    this.#lengths[2 * this.#count + 1] = octets.length - start;
    this.#count += 1;
    this.#runs[this.#runs.length - 1]! += 1;
  }

  /** The key of a route, path identifier first, and what is written into a message where that is not the same. @returns length of the key */
  #write(nlri: Nlri, { row, addPath }: PendingRoutes, withdrawn: boolean): number {
    const { announced, withdrawn: gone } = this.#context.compiled;
    const octets = this.#octets;
    const start = octets.length;
    if (row.kind !== "prefix") {
      const scratch = this.#scratch;
      scratch.length = 0;
      encodeOne(row, nlri, addPath, scratch, gone);
      const path = addPath ? 4 : 0;
      octets.bytes(scratch.buffer.subarray(0, path));
      const identity = identityOf(row.kind, scratch.buffer, path, scratch.length);
      const at = octets.reserve(identity.length);
      for (let i = 0; i < identity.length; i += 1) octets.buffer[at + i] = identity.charCodeAt(i);
      const keyLength = octets.length - start;
      if (withdrawn) octets.bytes(scratch.buffer.subarray(0, scratch.length));
      else encodeOne(row, nlri, addPath, octets, announced);
      return keyLength;
    }
    encodeOne(row, nlri, addPath, octets, withdrawn ? gone : announced);
    const length = octets.length - start;
    const unused = -octets.buffer[addPath ? start + 4 : start]! & 7;
    const mask = 0xff << unused;
    if (unused === 0 || (octets.buffer[octets.length - 1]! & ~mask) === 0) return length;
    // RFC 4271 section 4.3: "the value of trailing bits is irrelevant". They are sent as they were given.
    octets.bytes(octets.buffer.subarray(start, start + length));
    octets.buffer[start + length - 1]! &= mask;
    return length;
  }
}
