// What routers send, kept octet for octet: a file for each connection, which `bgpwire decode` reads.
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { BmpConnection } from "@bgpwire/capture-node";
import { InputError } from "../config/input-error.ts";
import { systemReason } from "../output/describe.ts";

/** The files of one directory. */
export class Recording {
  readonly #directory: string;
  readonly #files = new Map<BmpConnection, FileHandle>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the directory where it is not there. @throws InputError where that is not possible */
  static async into(directory: string): Promise<Recording> {
    try {
      await mkdir(directory, { recursive: true });
    } catch (error) {
      throw new InputError(`--record: ${directory} cannot be made: ${systemReason(error)}`);
    }
    return new Recording(directory);
  }

  /** Writes a chunk behind what came before it. @throws Error where that is not possible */
  async write(connection: BmpConnection, chunk: Uint8Array): Promise<void> {
    try {
      const file = this.#files.get(connection) ?? (await open(join(this.#directory, fileName(connection)), "wx"));
      this.#files.set(connection, file);
      await file.appendFile(chunk);
    } catch (error) {
      throw new Error(`--record: cannot write into ${this.#directory}: ${systemReason(error)}`, { cause: error });
    }
  }

  /** No more comes of a connection. */
  async end(connection: BmpConnection): Promise<void> {
    const file = this.#files.get(connection);
    this.#files.delete(connection);
    await file?.close();
  }
}

/** Such as `20261126T143324123Z-192.0.2.2-40123.bmp`: in the order of time, and no colon in it. */
function fileName({ address, port }: BmpConnection): string {
  const time = new Date().toISOString().replaceAll(/[-:.]/g, "");
  return `${time}-${address.replaceAll(/[:%]/g, "_")}-${port}.bmp`;
}
