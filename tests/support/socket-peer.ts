// The far end of a connection over a real socket, played in raw octets, with what only a kernel can do: resets, a reader that
// stops, a window that closes.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { concat, describeMessage, keepalive, messagesIn, open, type OpenFields, type WireMessage } from "./wire.ts";

export class SocketPeer {
  readonly socket: Socket;
  readonly #chunks: Uint8Array[] = [];
  /** The end was heard, in order or not. */
  ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("end", () => (this.ended = true));
    socket.on("close", () => (this.ended = true));
  }

  /** Connects from an address of its own. */
  static async to(port: number, localAddress: string): Promise<SocketPeer> {
    const peer = SocketPeer.towards(port, localAddress);
    await once(peer.socket, "connect");
    return peer;
  }

  /** Begins to connect. */
  static towards(port: number, localAddress: string): SocketPeer {
    return new SocketPeer(connect({ host: "127.0.0.1", port, localAddress, allowHalfOpen: true }));
  }

  say(...parts: readonly Uint8Array[]): this {
    this.socket.write(concat(...parts));
    return this;
  }

  establish(fields: OpenFields = {}): this {
    return this.say(open(fields), keepalive());
  }

  /** Ends the connection with a RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  get octets(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** The whole messages that it has been told. */
  get messages(): WireMessage[] {
    return messagesIn(concat(...this.#chunks));
  }

  /** @example ["OPEN", "KEEPALIVE", "NOTIFICATION 6/2"] */
  get heard(): string[] {
    return this.messages.map(describeMessage);
  }
}

/** A place where a speaker that dials finds somebody. */
export class SocketPlace {
  readonly #server: Server;
  port = 0;
  readonly peers: SocketPeer[] = [];
  /** Is told of each connection. */
  onPeer: (peer: SocketPeer) => void = () => {};

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const peer = new SocketPeer(socket);
      this.peers.push(peer);
      this.onPeer(peer);
    });
  }

  static async at(address: string): Promise<SocketPlace> {
    const place = new SocketPlace();
    place.#server.listen(0, address);
    await once(place.#server, "listening");
    place.port = (place.#server.address() as AddressInfo).port;
    return place;
  }

  close(): void {
    this.#server.close();
    for (const { socket } of this.peers) socket.destroy();
  }
}
