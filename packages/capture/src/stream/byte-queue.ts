// Chunks of a file put together as far as a record needs it. A record that lies inside one chunk is read where it lies; one
// that straddles chunks is copied once, into memory of its own.

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/**
 * A queue of octets with a window on its beginning. What is in the window is never written to again, so whoever reads a record
 * from it may keep ranges of `buffer`.
 *
 * Memory: what was pushed and not yet read, and no copy of more than what `require` asked for.
 *
 * @example
 * if (!queue.require(12)) return null; // a header is not there yet
 * const length = u32At(queue.buffer, queue.at + 8);
 */
export class ByteQueue {
  /** What is contiguous: `[at, limit)`. */
  buffer: Uint8Array = EMPTY;
  at = 0;
  limit = 0;
  /** Offset of `at` from the beginning of the stream, in octets. */
  offset = 0;
  /** Nothing follows any more. */
  ended = false;
  /** Octets that are there, from `at` on. */
  available = 0;
  /** Chunks behind the window; those before `head` are done with. */
  #chunks: Uint8Array[] = [];
  #head = 0;
  /** Octets to be passed over that have not come yet. */
  #owed = 0;

  /** Appends a chunk, which is the queue's from now on. */
  push(chunk: Uint8Array): void {
    if (this.#owed >= chunk.length) {
      this.#owed -= chunk.length;
      return;
    }
    const rest = this.#owed === 0 ? chunk : chunk.subarray(this.#owed);
    this.#owed = 0;
    this.available += rest.length;
    this.#chunks.push(rest);
  }

  /** Says that nothing follows. */
  end(): void {
    this.ended = true;
  }

  /** Makes at least `octets` contiguous; false where there are fewer, which may be for now. */
  require(octets: number): boolean {
    if (this.limit - this.at >= octets) return true;
    if (this.available < octets) return false;
    if (this.at === this.limit) this.#open(this.#shift());
    if (this.limit - this.at < octets) this.#join(octets);
    return true;
  }

  /** The octet that many octets behind `at`, which has to be there. Nothing is put together for it. */
  peek(distance: number): number {
    let ahead = this.at + distance;
    if (ahead < this.limit) return this.buffer[ahead]!;
    ahead -= this.limit;
    let index = this.#head;
    while (ahead >= this.#chunks[index]!.length) {
      ahead -= this.#chunks[index]!.length;
      index += 1;
    }
    return this.#chunks[index]![ahead]!;
  }

  /** Goes on by `octets`, whether they are there yet or not. */
  skip(octets: number): void {
    this.offset += octets;
    const here = Math.min(octets, this.available);
    this.available -= here;
    this.#owed += octets - here;
    let left = here;
    while (left > this.limit - this.at) {
      left -= this.limit - this.at;
      this.#open(this.#shift());
    }
    this.at += left;
  }

  /** Goes back: `[start, end)` of `buffer`, which was passed over last, is the beginning of the queue again. */
  unread(buffer: Uint8Array, start: number, end: number): void {
    if (this.buffer !== buffer || this.at !== end) {
      const rest = this.buffer.subarray(this.at, this.limit);
      const waiting = this.#chunks.slice(this.#head);
      this.#chunks = rest.length === 0 ? waiting : [rest, ...waiting];
      this.#head = 0;
      this.#open(buffer.subarray(0, end));
    }
    this.at = start;
    this.offset -= end - start;
    this.available += end - start;
  }

  #open(chunk: Uint8Array): void {
    this.buffer = chunk;
    this.at = 0;
    this.limit = chunk.length;
  }

  #shift(): Uint8Array {
    const chunk = this.#chunks[this.#head]!;
    this.#head += 1;
    if (this.#head === this.#chunks.length) {
      this.#chunks = [];
      this.#head = 0;
    }
    return chunk;
  }

  /** Puts `octets`, which are there, together in memory of their own. */
  #join(octets: number): void {
    const joined = new Uint8Array(octets);
    joined.set(this.buffer.subarray(this.at, this.limit));
    let filled = this.limit - this.at;
    while (filled < octets) {
      const chunk = this.#chunks[this.#head]!;
      const wanted = octets - filled;
      if (chunk.length <= wanted) {
        joined.set(this.#shift(), filled);
        filled += chunk.length;
      } else {
        joined.set(chunk.subarray(0, wanted), filled);
        filled = octets;
        this.#chunks[this.#head] = chunk.subarray(wanted);
      }
    }
    this.#open(joined);
  }
}
