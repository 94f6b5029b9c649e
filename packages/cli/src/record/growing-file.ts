// A file that only grows, written beside what the process does: nobody waits for the disk, and what waits for it is bounded.
import { writeSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { InputError } from "../config/input-error.ts";
import { systemReason } from "../output/describe.ts";

/** Octets that may wait for the disk. When there are more, the file ends where it is. */
const MAX_WAITING = 64 * 1024 * 1024;

/** A file being written. */
export class GrowingFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #onFailure: (reason: string) => void;
  readonly #onExit: () => void = () => this.#writeRest();
  #waiting: Uint8Array[] = [];
  #octets = 0;
  /** On its way to the disk, to be written at `position`. */
  #underWay: Uint8Array | null = null;
  #position = 0;
  #failed = false;
  #writing: Promise<void> | null = null;

  private constructor(path: string, handle: FileHandle, onFailure: (reason: string) => void) {
    this.path = path;
    this.#handle = handle;
    this.#onFailure = onFailure;
    // However the process ends, short of being killed, the file has all that was written.
    process.on("exit", this.#onExit);
  }

  /**
   * Makes the file, or empties it.
   *
   * @param onFailure called once, where the disk is full, fails or is too slow; nothing is written after that
   * @throws InputError where it cannot be
   */
  static async create(path: string, onFailure: (reason: string) => void): Promise<GrowingFile> {
    let handle: FileHandle;
    try {
      handle = await open(path, "w");
    } catch (error) {
      throw new InputError(`--record: ${path} cannot be written: ${systemReason(error)}`);
    }
    if (!(await handle.stat()).isFile()) {
      await handle.close();
      throw new InputError(`--record: ${path} is not a regular file`);
    }
    return new GrowingFile(path, handle, onFailure);
  }

  /** Appends octets, which are the file's from now on. Returns at once. */
  write(octets: Uint8Array): void {
    if (this.#failed || octets.length === 0) return;
    this.#waiting.push(octets);
    this.#octets += octets.length;
    if (this.#octets > MAX_WAITING) return this.#fail(`more than ${MAX_WAITING / 1024 / 1024} MiB wait for the disk`);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all is on its way to the disk; nothing may be written any more. Never rejects. */
  async close(): Promise<void> {
    await this.#writing;
    process.off("exit", this.#onExit);
    await this.#handle.close().catch(() => {});
  }

  async #writeAll(): Promise<void> {
    // What comes in this turn of the event loop is written at once.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      this.#underWay = Buffer.concat(this.#waiting);
      this.#waiting = [];
      try {
        await writeAt(this.#handle, this.#underWay, this.#position);
      } catch (error) {
        this.#fail(systemReason(error));
        break;
      }
      this.#position += this.#underWay.length;
      this.#octets -= this.#underWay.length;
    }
    this.#underWay = null;
    this.#writing = null;
  }

  #fail(reason: string): void {
    this.#failed = true;
    this.#waiting = [];
    this.#onFailure(reason);
  }

  /** What is under way may not have arrived, so it is written again, where it belongs. */
  #writeRest(): void {
    if (this.#failed) return;
    let position = this.#position;
    for (const octets of [this.#underWay ?? Buffer.alloc(0), ...this.#waiting]) {
      try {
        for (let at = 0; at < octets.length;) {
          const written = writeSync(this.#handle.fd, octets, at, octets.length - at, position);
          at += written;
          position += written;
        }
      } catch {
        return; // The file ends here; at this point there is nobody to tell.
      }
    }
  }
}

async function writeAt(handle: FileHandle, octets: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < octets.length;) {
    const { bytesWritten } = await handle.write(octets, at, octets.length - at, position + at);
    at += bytesWritten;
  }
}
