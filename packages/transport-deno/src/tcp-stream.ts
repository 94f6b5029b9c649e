// A Deno.TcpConn as the core's StreamLink wants it.
import type { ByteStream } from "@bgpwire/core";
import type { TcpConn } from "./platform.ts";

/** Octets of one read. */
const CHUNK = 65_536;

export class TcpStream implements ByteStream {
  readonly #conn: TcpConn;
  #buffer: Uint8Array = new Uint8Array(CHUNK);
  #broken: Error | null = null;

  constructor(conn: TcpConn) {
    this.#conn = conn;
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#broken !== null) throw this.#broken;
    const buffer = this.#buffer;
    const length = await this.#conn.read(buffer).catch((error: unknown) => {
      throw this.#broken ?? error;
    });
    if (length === null) return null;
    // A chunk is the core's for ever: what fills a good part of the buffer takes it along, what does not is copied.
    if (length < CHUNK / 4) return buffer.slice(0, length);
    this.#buffer = new Uint8Array(CHUNK);
    return buffer.subarray(0, length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    if (this.#broken === null) this.#conn.close();
  }

  /** Cuts the connection for a reason of ours. */
  break(error: Error): void {
    this.close();
    this.#broken = error;
  }
}
