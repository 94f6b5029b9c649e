// One direction of a TCP connection out of its segments (RFC 9293): put in order, each octet once, and what is missing reported.
import type { Captured } from "../event.ts";
import type { Allowance } from "../stream/allowance.ts";

/** Octets of one direction that wait at most for others before them, which then are given up. */
export const MAX_TCP_WAITING = 0x40_0000;

/** And segments of one direction. */
export const MAX_TCP_WAITING_SEGMENTS = 4096;

/**
 * Sequence numbers that are further apart than this are not of one stream: 16 MiB, more than what BGP speakers have in flight.
 */
export const MAX_TCP_DISTANCE = 0x100_0000;

/** What takes the octets of a stream. */
export interface StreamSink {
  /** Said before the first octets where others were before them that were not captured. */
  beginMidway(): void;
  /**
   * The next octets, `[start, end)` of `buffer`.
   *
   * @param captured the packet they came in; where they waited for others, the one that brought the last of those
   */
  octets(buffer: Uint8Array, start: number, end: number, captured: Captured): void;
  /** Octets are missing here. @param octets how many, null where nobody knows */
  gap(octets: number | null, captured: Captured): void;
}

/** A segment that came before others that have to be in front of it. */
interface Waiting {
  readonly sequence: number;
  /** What was captured of it, in memory of its own. */
  readonly bytes: Uint8Array;
  /** Octets that it had on the link. */
  readonly length: number;
  readonly captured: Captured;
}

/**
 * The reassembly of one direction. What comes again is dropped, what comes early waits, and what does not come is given up when
 * the receiver has acknowledged it, when too much waits, or when the connection is over.
 *
 * Memory: `MAX_TCP_WAITING` octets in `MAX_TCP_WAITING_SEGMENTS` segments, and of all streams together what the allowance has.
 */
export class TcpStream {
  /** The sequence number that comes next; null before the first is known. */
  next: number | null = null;
  /** Of the SYN; null where it was not captured. */
  initial: number | null = null;
  /** All octets up to the FIN have been given. */
  finished = false;
  readonly #allowance: Allowance;
  readonly #sink: StreamSink;
  /** In the order of their sequence numbers. */
  #waiting: Waiting[] = [];
  #waitingOctets = 0;
  /** Sequence number of the FIN and the packet it came in, which may be ahead of what was captured. */
  #fin: { readonly sequence: number; readonly captured: Captured } | null = null;
  /** What would come next behind the octets of a SYN, were the SYN itself not counted; null where it has none. */
  #uncounted: number | null = null;
  /** Up to here the receiver has everything. */
  #acknowledged: number | null = null;

  constructor(allowance: Allowance, sink: StreamSink) {
    this.#allowance = allowance;
    this.#sink = sink;
  }

  /** Whether a sequence number can be of this stream. */
  accepts(sequence: number): boolean {
    return this.next === null || Math.abs(distance(sequence, this.next)) <= MAX_TCP_DISTANCE;
  }

  /** Takes the sequence number of a SYN with so many octets. @returns false where it is that of another connection */
  synchronise(sequence: number, length: number): boolean {
    if (this.initial === sequence) return true;
    if (this.initial !== null) return false;
    // One that comes after octets, which it was captured behind, has to be before them.
    if (this.next !== null && !(this.accepts(sequence) && distance(this.next, sequence) > 0)) return false;
    this.initial = sequence;
    this.next ??= (sequence + 1) >>> 0;
    if (length > 0) this.#uncounted = (sequence + length) >>> 0;
    return true;
  }

  /**
   * Takes a segment.
   *
   * @param length octets it had on the link, of which `[start, end)` of `buffer` were captured
   */
  add(sequence: number, length: number, buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    if (this.next === null) {
      this.#sink.beginMidway();
      this.next = sequence;
    } else if (!this.accepts(sequence)) {
      this.flush();
      this.#sink.gap(null, captured);
      this.next = sequence;
    }
    if (this.finished) return;
    // Captures made by hand have a message in the SYN and then go on as if there had been none.
    if (sequence === this.#uncounted && length > 1 && distance(this.next, sequence) === 1) this.next = sequence;
    const mayWait = distance(sequence, this.next) > 0 && this.#makeRoom(end - start);
    // Room is made by giving up what is missing, which may be all that this one would wait for.
    const missing = distance(sequence, this.next);
    if (mayWait && missing > 0) {
      this.#wait(sequence, length, buffer, start, end, captured);
      return;
    }
    if (mayWait) this.#allowance.give(end - start);
    if (missing > 0) {
      this.#sink.gap(missing, captured);
      this.next = sequence;
    }
    this.#deliver(sequence, length, buffer, start, end, captured);
    this.#drain(captured);
  }

  /** Takes a FIN. @param sequence of the FIN itself, which is behind all octets */
  end(sequence: number, captured: Captured): void {
    if (this.#fin !== null || !this.accepts(sequence)) return;
    this.next ??= sequence;
    this.#fin = { sequence, captured: stampOf(captured) };
    this.#giveUpAcknowledged();
    this.#checkFinished();
  }

  /** Takes what the receiver has acknowledged. It has what was not captured, so that it will not come again. */
  acknowledge(acknowledgment: number): void {
    if (!this.accepts(acknowledgment)) return;
    if (this.#acknowledged !== null && distance(acknowledgment, this.#acknowledged) <= 0) return;
    this.#acknowledged = acknowledgment;
    this.#giveUpAcknowledged();
  }

  /** Gives up everything that is missing. */
  flush(): void {
    while (this.#waiting.length > 0) this.#giveUp();
    if (this.#fin === null || this.finished) return;
    this.#sink.gap(distance(this.#fin.sequence, this.next!), this.#fin.captured);
    this.next = this.#fin.sequence;
    this.finished = true;
  }

  /** Gives what is new of a segment that begins at `next` or before it. */
  #deliver(sequence: number, length: number, buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    const known = distance(this.next!, sequence);
    if (known >= length) return;
    const from = Math.min(start + known, end);
    if (from < end) this.#sink.octets(buffer, from, end, captured);
    // What was cut off of a packet when it was captured is not sent again.
    const missing = length - Math.max(known, end - start);
    if (missing > 0) this.#sink.gap(missing, captured);
    this.next = (sequence + length) >>> 0;
    this.#checkFinished();
  }

  #checkFinished(): void {
    if (this.#fin !== null && distance(this.#fin.sequence, this.next!) <= 0) this.finished = true;
  }

  /** Gives what waits and has nothing missing before it any more. @param since the packet that made it so */
  #drain(since: Captured): void {
    let latest = since;
    let count = 0;
    for (const { sequence, bytes, length, captured } of this.#waiting) {
      if (distance(sequence, this.next!) > 0) break;
      if (captured.offset > latest.offset) latest = captured;
      this.#deliver(sequence, length, bytes, 0, bytes.length, latest);
      this.#waitingOctets -= bytes.length;
      this.#allowance.give(bytes.length);
      count += 1;
    }
    if (count > 0) this.#waiting.splice(0, count);
  }

  /** Makes room for a segment that is to wait, if need be by giving up what others wait for; false where there is none. */
  #makeRoom(octets: number): boolean {
    while (
      this.#waiting.length >= MAX_TCP_WAITING_SEGMENTS ||
      this.#waitingOctets + octets > MAX_TCP_WAITING ||
      !this.#allowance.take(octets)
    ) {
      if (this.#waiting.length === 0) return false;
      this.#giveUp();
    }
    return true;
  }

  /** Puts a segment, for which room has been made, in its place. */
  #wait(sequence: number, length: number, buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    const waiting = this.#waiting;
    let index = waiting.length;
    while (index > 0 && distance(waiting[index - 1]!.sequence, sequence) > 0) index -= 1;
    const bytes = new Uint8Array(buffer.subarray(start, end));
    waiting.splice(index, 0, { sequence, bytes, length, captured: stampOf(captured) });
    this.#waitingOctets += bytes.length;
    this.#giveUpAcknowledged();
  }

  /** Gives up what is missing before the first segment that waits. */
  #giveUp(): void {
    const [{ sequence, captured }] = this.#waiting as [Waiting];
    this.#sink.gap(distance(sequence, this.next!), captured);
    this.next = sequence;
    this.#drain(captured);
  }

  #giveUpAcknowledged(): void {
    const acknowledged = this.#acknowledged;
    if (acknowledged === null) return;
    while (this.#waiting.length > 0 && distance(acknowledged, this.#waiting[0]!.sequence) >= 0) this.#giveUp();
    const all = this.#waiting.length === 0 && this.#fin !== null && distance(acknowledged, this.#fin.sequence) >= 0;
    if (all) this.flush();
  }
}

/** What is kept of a packet: without its octets. */
function stampOf({ seconds, nanoseconds, offset }: Captured): Captured {
  return { seconds, nanoseconds, offset };
}

/** How far `a` is ahead of `b`, which wrap round at 2^32. */
function distance(a: number, b: number): number {
  return (a - b) | 0;
}
