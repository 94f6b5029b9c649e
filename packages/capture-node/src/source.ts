// The chunks of a file one after another, with a look at what comes.

const EMPTY: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Where chunks come from: a stream of Node.js, a web stream, a generator, an array. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Without what a `Buffer` adds: whoever reads octets of two classes is slower with both. */
export function plain(octets: Uint8Array): Uint8Array {
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
}

/** Takes chunks as they are asked for. What the iteration throws, it throws. */
export class Source {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  /** Taken and not given yet. */
  #waiting: Uint8Array[] = [];
  #ended = false;
  #taken = 0;

  constructor(chunks: Chunks) {
    this.#iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** Octets before what is next. */
  get offset(): number {
    return this.#taken - this.#waiting.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  /** The next chunk, never an empty one; null at the end. */
  async next(): Promise<Uint8Array | null> {
    return this.#waiting.shift() ?? (await this.#take());
  }

  /** Gives back the end of the chunk that was given last. */
  unread(rest: Uint8Array): void {
    if (rest.length > 0) this.#waiting.unshift(rest);
  }

  /** The next octets, which stay next: `count` of them, or fewer where the file ends. */
  async peek(count: number): Promise<Uint8Array> {
    let there = this.#waiting.reduce((sum, chunk) => sum + chunk.length, 0);
    while (there < count) {
      const chunk = await this.#take();
      if (chunk === null) break;
      this.#waiting.push(chunk);
      there += chunk.length;
    }
    const [first = EMPTY] = this.#waiting;
    const octets = first.length < Math.min(count, there) ? plain(Buffer.concat(this.#waiting)) : first;
    return octets.subarray(0, count);
  }

  /** The next octets, of which there are so many. */
  async take(count: number): Promise<Uint8Array> {
    const octets = await this.peek(count);
    await this.skip(octets.length);
    return octets;
  }

  /** Passes over octets; false where the file ends before. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0;) {
      const chunk = await this.next();
      if (chunk === null) return false;
      this.unread(chunk.subarray(left));
      left -= Math.min(left, chunk.length);
    }
    return true;
  }

  /** Nothing more is wanted: the file can be closed. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#iterator.return?.();
  }

  async #take(): Promise<Uint8Array | null> {
    while (!this.#ended) {
      const { done, value } = await this.#iterator.next();
      if (done === true) this.#ended = true;
      else if (value.length > 0) {
        this.#taken += value.length;
        return plain(value);
      }
    }
    return null;
  }
}
