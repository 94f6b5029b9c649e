// The Burrows-Wheeler transform backwards: from the last octets of the sorted rotations of a block to the block.
//
// The rotations that end in an octet are in the same order as those that begin with it, so counting tells which row is the
// rotation that begins one octet earlier. The block is what a walk from row to row meets, from its end to its beginning. Each
// step waits for memory, since the next row lies anywhere. So a long block is walked in segments, four at a time: a walk
// begins at every so many rows and ends at a row where another has begun, and the segments are put together at the end. That
// is up to twice as fast, the more so the busier the machine's memory is.

const WALKS = 4;
/** A walk begins at every so many rows: some ten times as often as there are walks in a block of 900 000. */
const STRIDE = 16_384;
/** Blocks shorter than this are in the processor's cache. */
const LONG = 4 * WALKS * STRIDE;
/** On the entry of a row where a walk begins; above all rows and octets. */
const BEGIN = 1 << 30;

/** Octets of the block between two rows where walks begin. */
interface Segment {
  /** Where the walk begins, at the last octet. */
  readonly row: number;
  /** Where they are in `#walked`. */
  start: number;
  end: number;
  /** The row where the walk ends. */
  next: number;
}

/** Inverts the transform of blocks of up to 2^22 octets, in memory that it keeps: 8 octets for each of the longest so far. */
export class InverseTransform {
  /** By row: the row of the rotation that begins one octet earlier << 8 | that octet. */
  #rows: Int32Array = new Int32Array(0);
  /** A part of the length of a block for each walk. */
  #walked: Uint8Array = new Uint8Array(0);
  /** Of each walk: the row it is at, and behind where its next octet goes. */
  readonly #row: Int32Array = new Int32Array(WALKS);
  readonly #at: Int32Array = new Int32Array(WALKS);

  /**
   * Makes the block of its transform, in place.
   *
   * @param octets last octets of the sorted rotations
   * @param origin which of the rotations is the block itself, below its length
   */
  invert(octets: Uint8Array, origin: number): void {
    if (this.#rows.length < octets.length) this.#rows = new Int32Array(octets.length);
    this.#link(octets);
    if (octets.length >= LONG) this.#walkApart(octets, origin);
    else this.#walkThrough(octets, origin);
  }

  #link(octets: Uint8Array): void {
    const rows = this.#rows;
    const { length } = octets;
    // Equal octets follow each other, and to count one right after the other is to wait: so every other one is counted apart.
    const starts = new Int32Array(256);
    const odd = new Int32Array(256);
    for (let i = 0; i + 1 < length; i += 2) {
      starts[octets[i]!]! += 1;
      odd[octets[i + 1]!]! += 1;
    }
    if (length % 2 === 1) starts[octets[length - 1]!]! += 1;
    for (let value = 0, start = 0; value < 256; value++) {
      const count = starts[value]! + odd[value]!;
      starts[value] = start;
      start += count;
    }
    for (let i = 0; i < length; i++) {
      const value = octets[i]!;
      const row = starts[value]!;
      starts[value] = row + 1;
      rows[i] = (row << 8) | value;
    }
  }

  #walkThrough(octets: Uint8Array, origin: number): void {
    for (let i = octets.length - 1, row = origin; i >= 0; i--) {
      const entry = this.#rows[row]!;
      octets[i] = entry;
      row = entry >>> 8;
    }
  }

  #walkApart(octets: Uint8Array, origin: number): void {
    const { length } = octets;
    if (this.#walked.length < WALKS * length) this.#walked = new Uint8Array(WALKS * length);
    const segments = this.#begin(length, origin);
    const byRow = new Map(segments.map((segment) => [segment.row, segment]));
    const waiting = [...segments];
    const walking: Segment[] = [];
    for (let walk = 0; walk < WALKS; walk++) {
      this.#at[walk] = (walk + 1) * length;
      walking.push(this.#enter(walk, waiting.shift()!));
    }
    while (waiting.length > 0) {
      this.#walkAll();
      for (const [walk, segment] of walking.entries()) {
        if (waiting.length === 0 || this.#rows[this.#row[walk]!]! < BEGIN) continue;
        this.#leave(walk, segment);
        walking[walk] = this.#enter(walk, waiting.shift()!);
      }
    }
    for (const [walk, segment] of walking.entries()) {
      this.#walkOne(walk);
      this.#leave(walk, segment);
    }
    // A damaged block may go round in less than its length.
    for (let at = length, segment = byRow.get(origin)!; at > 0; segment = byRow.get(segment.next)!) {
      const start = Math.max(segment.start, segment.end - at);
      at -= segment.end - start;
      octets.set(this.#walked.subarray(start, segment.end), at);
    }
  }

  /** Marks the rows where walks begin. */
  #begin(length: number, origin: number): Segment[] {
    const rows = [origin];
    for (let row = 0; row < length; row += STRIDE) if (row !== origin) rows.push(row);
    for (const row of rows) this.#rows[row]! |= BEGIN;
    return rows.map((row) => ({ row, start: 0, end: 0, next: 0 }));
  }

  /** The first step of a segment. */
  #enter(walk: number, segment: Segment): Segment {
    const entry = this.#rows[segment.row]! & ~BEGIN;
    segment.end = this.#at[walk]!;
    this.#at[walk]! -= 1;
    this.#walked[this.#at[walk]!] = entry;
    this.#row[walk] = entry >>> 8;
    return segment;
  }

  #leave(walk: number, segment: Segment): void {
    segment.start = this.#at[walk]!;
    segment.next = this.#row[walk]!;
  }

  /** All steps until one of the walks is where another has begun. */
  #walkAll(): void {
    const rows = this.#rows;
    const walked = this.#walked;
    let row0 = this.#row[0]!;
    let row1 = this.#row[1]!;
    let row2 = this.#row[2]!;
    let row3 = this.#row[3]!;
    let at0 = this.#at[0]!;
    let at1 = this.#at[1]!;
    let at2 = this.#at[2]!;
    let at3 = this.#at[3]!;
    for (;;) {
      const entry0 = rows[row0]!;
      const entry1 = rows[row1]!;
      const entry2 = rows[row2]!;
      const entry3 = rows[row3]!;
      if ((entry0 | entry1 | entry2 | entry3) >= BEGIN) break;
      walked[--at0] = entry0;
      walked[--at1] = entry1;
      walked[--at2] = entry2;
      walked[--at3] = entry3;
      row0 = entry0 >>> 8;
      row1 = entry1 >>> 8;
      row2 = entry2 >>> 8;
      row3 = entry3 >>> 8;
    }
    this.#row.set([row0, row1, row2, row3]);
    this.#at.set([at0, at1, at2, at3]);
  }

  #walkOne(walk: number): void {
    let row = this.#row[walk]!;
    let at = this.#at[walk]!;
    for (;;) {
      const entry = this.#rows[row]!;
      if (entry >= BEGIN) break;
      this.#walked[--at] = entry;
      row = entry >>> 8;
    }
    this.#row[walk] = row;
    this.#at[walk] = at;
  }
}
