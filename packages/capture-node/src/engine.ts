// Streams of node:zlib, which read one thing to its end and leave what follows it.
import type { Transform } from "node:stream";
import type { Source } from "./source.ts";

/** A decompressor of node:zlib. */
export interface Engine extends Transform {
  /** Octets of the input that were read. */
  readonly bytesWritten: number;
}

/**
 * Decompresses one stream to its end; what follows it stays in the source. Where the stream ends with a chunk of the source the
 * engine may go on with the next chunk, if it takes that for another stream.
 *
 * @throws what the engine throws: data that it cannot read, or "Z_BUF_ERROR" at the end of a file that is cut off
 */
export async function* runEngine(engine: Engine, source: Source): AsyncGenerator<Uint8Array, void> {
  const events = new Events(engine);
  let given = 0;
  try {
    for (;;) {
      const chunk = await source.next();
      if (chunk === null) engine.end();
      else {
        given += chunk.length;
        engine.write(chunk, events.taken);
      }
      yield* events.outputs();
      if (chunk === null) return;
      const rest = given - engine.bytesWritten;
      if (rest === 0) continue;
      source.unread(chunk.subarray(chunk.length - rest));
      return;
    }
  } finally {
    engine.destroy();
  }
}

/** What an engine says. */
class Events {
  readonly #engine: Engine;
  /** The chunk given last is read, and its output is there. */
  #taken = false;
  #error: unknown = null;
  #ended = false;
  #wake: () => void = () => {};

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.on("readable", () => this.#wake());
    engine.on("error", (error) => {
      this.#error = error;
      this.#wake();
    });
    engine.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  readonly taken = (): void => {
    this.#taken = true;
    this.#wake();
  };

  /** All output up to the end of the chunk, or of the stream. */
  async *outputs(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const output: unknown = this.#engine.read();
      if (output instanceof Uint8Array) yield output;
      else if (this.#error !== null) throw this.#error;
      else if (this.#taken || this.#ended) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#taken = false;
  }
}
