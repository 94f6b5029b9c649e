// bzip2 files, their blocks decoded in threads. Blocks go to whoever is idle; the splitter puts what comes of them in order.
import type { Worker } from "node:worker_threads";
import {
  Bzip2BlockDecoder,
  Bzip2Splitter,
  MAX_BZIP2_COMPRESSED_OCTETS,
  type Bzip2Block,
  type Bzip2BlockResult,
  type Bzip2Job,
  type Problem,
} from "@bgpwire/capture";
import type { Source } from "./source.ts";
import { startThread } from "./threads.ts";

/** A thread takes about as long to start, and its compiler to learn, as a thread that has learned takes for so many blocks. */
const BEGINNING = 8;

/** Octets behind a block that its decoder looks at, so that no thread has to copy it again. */
const MARGIN = 256;

/**
 * Decompresses all streams.
 *
 * @param threads that decode; without any all blocks are decoded here, as are the first ones, since many files have no more
 */
export async function* bunzip2(source: Source, threads: number): AsyncGenerator<Uint8Array | Problem, void> {
  const splitter = new Bzip2Splitter(Math.max(1, 2 * threads));
  const decoder = new Bzip2BlockDecoder();
  const input = new Input(source, splitter);
  const pool = new Pool(threads);
  let decoded = 0;
  try {
    for (;;) {
      for (let octets = splitter.next(); octets !== null; octets = splitter.next()) {
        yield octets;
        if ("kind" in octets && octets.skipped === null) return;
      }
      const here = threads === 0 || decoded < BEGINNING;
      const job = here || pool.hasIdle ? splitter.job() : null;
      if (job !== null) {
        decoded += 1;
        if (here) splitter.done(job, decoder.decode(job));
        else pool.decode(job, (result) => splitter.done(job, result));
        continue;
      }
      // Not further ahead than the threads need.
      const wanted = pool.busy === 0 || (pool.hasIdle && splitter.buffered < 2 * MAX_BZIP2_COMPRESSED_OCTETS);
      if (wanted) input.start();
      if (input.ended && pool.busy === 0) return;
      await Promise.race([
        ...(input.reading === null ? [] : [input.reading]),
        ...(pool.busy === 0 ? [] : [pool.result()]),
      ]);
      input.check();
      pool.check();
    }
  } finally {
    await pool.end();
  }
}

/** Reads a chunk while blocks are decoded. What fails is kept until somebody asks. */
class Input {
  readonly #source: Source;
  readonly #splitter: Bzip2Splitter;
  #failure: { readonly error: unknown } | null = null;
  reading: Promise<void> | null = null;
  ended = false;

  constructor(source: Source, splitter: Bzip2Splitter) {
    this.#source = source;
    this.#splitter = splitter;
  }

  start(): void {
    if (!this.ended) this.reading ??= this.#read();
  }

  check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #read(): Promise<void> {
    try {
      const chunk = await this.#source.next();
      if (chunk !== null) this.#splitter.push(chunk);
      else {
        this.ended = true;
        this.#splitter.end();
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.reading = null;
  }
}

/** Threads, started when there is work for them. */
class Pool {
  readonly #most: number;
  readonly #threads: Worker[] = [];
  readonly #idle: Worker[] = [];
  #failure: { readonly error: unknown } | null = null;
  #wake: () => void = () => {};
  busy = 0;

  constructor(threads: number) {
    this.#most = threads;
  }

  get hasIdle(): boolean {
    return this.busy < this.#most;
  }

  /** Gives a block to an idle thread. */
  decode({ bytes, from, limit }: Bzip2Job, done: (result: Bzip2BlockResult) => void): void {
    const thread = this.#idle.pop() ?? this.#start();
    this.busy += 1;
    thread.once("message", (result: Bzip2BlockResult) => {
      this.busy -= 1;
      this.#idle.push(thread);
      done(result);
      this.#wake();
    });
    const copy = new Uint8Array(bytes.subarray(0, Math.ceil(limit / 8) + MARGIN));
    thread.postMessage({ bytes: copy, from, limit } satisfies Bzip2Block, [copy.buffer]);
  }

  /** Until a result has come. */
  result(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #start(): Worker {
    const thread = startThread("bzip2-thread");
    thread.on("error", (error) => {
      this.#failure = { error };
      this.#wake();
    });
    this.#threads.push(thread);
    return thread;
  }
}
