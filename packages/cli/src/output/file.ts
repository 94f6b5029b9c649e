// Files that are written: under another name until they are whole, so that no half of one looks like a file.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { realpath, rename, stat, unlink } from "node:fs/promises";
import { PassThrough, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { InputError } from "../config/input-error.ts";
import { systemReason } from "./describe.ts";

/** How a file is written. */
export interface OutputOptions {
  /** Whether it may take the place of another one. */
  readonly force: boolean;
  readonly gzip: boolean;
}

/** A file that is being written. */
export interface OutputFile {
  /**
   * Writes octets, and waits while there is no room.
   *
   * @returns false when nobody reads a pipe any more
   * @throws InputError where it cannot be written
   */
  write(octets: Uint8Array): Promise<boolean>;
  /** It is whole: gives it its name. @throws InputError where that cannot be done */
  finish(): Promise<void>;
  /** It is not, and never will be. */
  discard(): Promise<void>;
}

/**
 * Opens a file to be written.
 *
 * @param path of the file, or `-` for standard output
 * @throws InputError where it is there already, or cannot be written
 */
export async function createOutput(path: string, { force, gzip }: OutputOptions): Promise<OutputFile> {
  if (path === "-") return new Stream("standard output", process.stdout, gzip);
  const there = await stat(path).catch(() => null);
  // What is no file, such as /dev/null or a pipe, is written to and keeps its place.
  if (there !== null && !there.isFile() && !there.isDirectory()) return openFile(path, "a", null, gzip);
  if (there !== null && !force) throw new InputError(`${path}: is there already; --force writes over it`);
  const place = there === null ? path : await realpath(path);
  return openFile(`${place}.${process.pid}.part`, "wx", place, gzip);
}

/** @param place what it is called when it is whole; null: as it is */
async function openFile(path: string, flags: string, place: string | null, gzip: boolean): Promise<OutputFile> {
  const file = createWriteStream(path, { flags });
  try {
    await once(file, "open");
  } catch (error) {
    throw unwritable(place ?? path, error);
  }
  return place === null ? new Stream(path, file, gzip) : new Part(path, place, file, gzip);
}

function unwritable(name: string, error: unknown): InputError {
  return new InputError(`${name}: cannot be written: ${systemReason(error)}`);
}

/** Something that is written to as it is. */
class Stream implements OutputFile {
  readonly #name: string;
  readonly #head: Writable;
  readonly #done: Promise<void>;
  #failure: { readonly error: unknown } | null = null;

  constructor(name: string, end: Writable, gzip: boolean) {
    this.#name = name;
    const head = gzip ? createGzip() : new PassThrough();
    this.#head = head;
    this.#done = pipeline(head, end, { end: end !== process.stdout }).catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  async write(octets: Uint8Array): Promise<boolean> {
    if (this.#failure === null && !this.#head.write(octets)) {
      await Promise.race([once(this.#head, "drain").catch(() => {}), this.#done]);
    }
    return this.#check();
  }

  async finish(): Promise<void> {
    this.#head.end();
    await this.#done;
    this.#check();
  }

  async discard(): Promise<void> {
    this.#head.destroy();
    await this.#done;
  }

  /** @returns false when nobody reads any more */
  #check(): boolean {
    if (this.#failure === null) return true;
    const { error } = this.#failure;
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return false;
    throw unwritable(this.#name, error);
  }
}

/** A file that has another name until it is whole. */
class Part extends Stream {
  readonly #path: string;
  readonly #place: string;

  constructor(path: string, place: string, file: Writable, gzip: boolean) {
    super(place, file, gzip);
    this.#path = path;
    this.#place = place;
  }

  override async finish(): Promise<void> {
    await super.finish();
    try {
      await rename(this.#path, this.#place);
    } catch (error) {
      throw unwritable(this.#place, error);
    }
  }

  override async discard(): Promise<void> {
    await super.discard();
    await unlink(this.#path).catch(() => {});
  }
}
