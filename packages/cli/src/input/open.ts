// The files that captures are in: opened, and decompressed by what is in them.
import { open, type FileHandle } from "node:fs/promises";
import type { Problem } from "@bgpwire/capture";
import { decompress } from "@bgpwire/capture-node";
import { InputError } from "../config/input-error.ts";
import { systemReason } from "../output/describe.ts";

/** Octets that are read at once. */
const CHUNK = 256 * 1024;
/** Milliseconds between two looks at the end of a file that is followed. */
const LOOK_EVERY = 200;

/** A file that is being read. */
export interface Input {
  /** Its octets without compression, and last the problem that ended it, if there was one. */
  readonly chunks: AsyncIterable<Uint8Array | Problem>;
  /** Octets of the file as it is; null where nobody knows, as of a pipe. */
  readonly size: number | null;
  /** How many of them have been read. */
  readonly taken: number;
  close(): Promise<void>;
}

/**
 * Opens a file.
 *
 * @param path of the file, or `-` for standard input
 * @param follow whether to wait for more at the end, until nobody reads any more
 * @throws InputError where it cannot be opened
 */
export async function openInput(path: string, follow: boolean): Promise<Input> {
  if (path === "-") return new Piped();
  let handle: FileHandle;
  try {
    handle = await open(path);
    const { size } = await handle.stat();
    return new Opened(path, handle, size, follow);
  } catch (error) {
    throw new InputError(`${path}: cannot be opened: ${systemReason(error)}`);
  }
}

class Piped implements Input {
  readonly size = null;
  taken = 0;
  readonly chunks: AsyncIterable<Uint8Array | Problem> = decompress(this.#read());

  async *#read(): AsyncGenerator<Uint8Array> {
    for await (const chunk of process.stdin) {
      this.taken += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
  }

  close(): Promise<void> {
    process.stdin.destroy();
    return Promise.resolve();
  }
}

class Opened implements Input {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #follow: boolean;
  readonly size: number;
  taken = 0;
  readonly chunks: AsyncIterable<Uint8Array | Problem>;

  constructor(path: string, handle: FileHandle, size: number, follow: boolean) {
    this.#path = path;
    this.#handle = handle;
    this.#follow = follow;
    this.size = size;
    this.chunks = decompress(this.#read());
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = new Uint8Array(CHUNK);
      const { bytesRead } = await this.#next(chunk);
      this.taken += bytesRead;
      if (bytesRead > 0) yield chunk.subarray(0, bytesRead);
      else if (!this.#follow) return;
      else await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }

  async #next(chunk: Uint8Array): Promise<{ readonly bytesRead: number }> {
    try {
      return await this.#handle.read(chunk, 0, chunk.length, null);
    } catch (error) {
      throw new InputError(`${this.#path}: cannot be read: ${systemReason(error)}`);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
