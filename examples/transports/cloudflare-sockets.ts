// TCP connections of Cloudflare Workers (`cloudflare:sockets`), for a speaker in a worker: `diallingSpeaker(options, workerSockets())`.
import { connect } from "cloudflare:sockets";
import type { ByteStream, DialTarget } from "@bgpwire/core";
import type { Connect, Connecting } from "./dialling.ts";

type Socket = ReturnType<typeof connect>;

/** @param secureTransport `on` for TLS to the peer, whose certificate has to name its address */
export function workerSockets(secureTransport: "off" | "on" = "off"): Connect {
  return ({ address, port, localAddress }: DialTarget): Connecting => {
    if (localAddress !== null) throw new Error(`a worker cannot choose the source address ${localAddress}`);
    const hostname = address.includes(":") ? `[${address}]` : address;
    const socket = connect({ hostname, port }, { secureTransport, allowHalfOpen: true });
    // Told by `opened`, reading and writing as well.
    socket.closed.catch(() => {});
    return {
      opened: socket.opened.then(() => ({ stream: new SocketStream(socket), endpoints: {} })),
      cancel: () => void socket.close().catch(() => {}),
    };
  };
}

/** A pair of Web streams, which other runtimes have for their connections too. */
class SocketStream implements ByteStream {
  readonly #socket: Socket;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = socket.readable.getReader();
    this.#writer = socket.writable.getWriter();
    for (const { closed } of [this.#reader, this.#writer]) closed.catch(() => {});
  }

  async read(): Promise<Uint8Array | null> {
    const { done, value } = await this.#reader.read();
    return done ? null : value;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#writer.write(bytes);
    return bytes.length;
  }

  closeWrite(): Promise<void> {
    return this.#writer.close();
  }

  close(): void {
    this.#socket.close().catch(() => {});
  }
}
