// TCP connections through a WebSocket to examples/websocket-proxy.ts, for a speaker in a web page, or anywhere else that has
// WebSockets: `diallingSpeaker(options, throughProxy("ws://127.0.0.1:1791"))`.
//
// One WebSocket is one connection, ws://PROXY/?address=…&port=…[&localAddress=…]. First the proxy says what the ends of the
// connection are, as JSON. Then a binary message is octets of it, `more` says that the last octets were taken and the next may come,
// `end` that none will; all of it in both directions. A close with 1000 is one in order, any other says why. So neither side ever has
// more than one message of the other to keep, which WebSockets alone do not give: they cannot be paused.
import type { ByteStream, DialTarget, Endpoints } from "@bgpwire/core";
import type { Connect, Connecting } from "./dialling.ts";

/** Octets of one message, at most. */
const MAX_MESSAGE = 65_536;

export function throughProxy(proxy: string): Connect {
  return ({ address, port, localAddress }: DialTarget): Connecting => {
    const url = new URL(proxy);
    url.searchParams.set("address", address);
    url.searchParams.set("port", String(port));
    if (localAddress !== null) url.searchParams.set("localAddress", localAddress);
    const stream = new TunnelStream(new WebSocket(url));
    const opened = stream.endpoints.then((endpoints) => ({ stream, endpoints }));
    return { opened, cancel: () => stream.close() };
  };
}

/** Settles a promise that is waited for. */
interface Waiting<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

class TunnelStream implements ByteStream {
  readonly #socket: WebSocket;
  readonly endpoints: Promise<Endpoints>;
  #opening: Waiting<Endpoints> | null = null;
  #reading: Waiting<Uint8Array | null> | null = null;
  #writing: Waiting<void> | null = null;
  /** What has arrived and was not read: octets, then the end in order. */
  #arrived: Uint8Array | null = null;
  #ended: boolean = false;
  /** What was read last is still to be acknowledged. */
  #owing: boolean = false;
  /** Why there is no connection any more. */
  #broken: Error | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    this.endpoints = new Promise((resolve, reject) => (this.#opening = { resolve, reject }));
    socket.addEventListener("message", ({ data }) => this.#message(data as ArrayBuffer | string));
    socket.addEventListener("close", ({ code, reason }) => {
      this.#broke(
        new Error(reason || (code === 1006 ? "no WebSocket to the proxy" : `the WebSocket closed (${code})`)),
      );
    });
  }

  read(): Promise<Uint8Array | null> {
    if (this.#owing) this.#socket.send("more");
    this.#owing = false;
    return new Promise((resolve, reject) => {
      this.#reading = { resolve, reject };
      this.#deliver();
    });
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#broken !== null) throw this.#broken;
    const part = bytes.subarray(0, MAX_MESSAGE) as Uint8Array<ArrayBuffer>;
    this.#socket.send(part);
    await new Promise<void>((resolve, reject) => (this.#writing = { resolve, reject }));
    return part.length;
  }

  async closeWrite(): Promise<void> {
    if (this.#broken !== null) throw this.#broken;
    this.#socket.send("end");
  }

  close(): void {
    this.#socket.close();
    this.#broke(new Error("closed"));
  }

  #message(data: ArrayBuffer | string): void {
    if (typeof data !== "string") {
      this.#arrived = new Uint8Array(data);
      this.#deliver();
    } else if (data === "more") {
      this.#writing?.resolve();
      this.#writing = null;
    } else if (data === "end") {
      this.#ended = true;
      this.#deliver();
    } else {
      this.#opening?.resolve(JSON.parse(data) as Endpoints);
      this.#opening = null;
    }
  }

  #deliver(): void {
    const reading = this.#reading;
    if (reading === null) return;
    if (this.#arrived !== null) {
      reading.resolve(this.#arrived);
      this.#arrived = null;
      this.#owing = true;
    } else if (this.#ended) {
      reading.resolve(null);
    } else if (this.#broken !== null) {
      reading.reject(this.#broken);
    } else {
      return;
    }
    this.#reading = null;
  }

  #broke(error: Error): void {
    this.#broken ??= error;
    this.#opening?.reject(error);
    this.#writing?.reject(error);
    this.#opening = null;
    this.#writing = null;
    this.#deliver();
  }
}
