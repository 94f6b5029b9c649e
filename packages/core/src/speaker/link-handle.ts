// One TCP connection of one peer, between the driver and the machine: what the driver tells becomes an input, where it makes
// sense. Whatever the order in which an end is told, and how often, it is one end.
import type { ConnId, Endpoints, PeerInput } from "../session/io.ts";
import type { PeerHandle } from "./peer-handle.ts";
import type { Opening, UpdateHandler } from "./plugin.ts";
import type { SessionHandle } from "./session-handle.ts";
import type { Link, LinkEvents } from "./transport.ts";

/** Where the events of a connection go. */
export interface LinkHost {
  /** Something happened to the peer. */
  input(peer: PeerHandle, input: PeerInput): void;
  /** A dial is over: it has succeeded or failed. */
  answered(link: LinkHandle): void;
  /** The driver has let go of a connection that was closed. */
  gone(link: LinkEvents): void;
}

export class LinkHandle implements LinkEvents {
  readonly peer: PeerHandle;
  readonly conn: ConnId;
  readonly #host: LinkHost;
  /** Null until the driver has given it. */
  link: Link | null = null;
  /** TCP is up: accepted, or a dial has succeeded. */
  up: boolean = false;
  session: SessionHandle | null = null;
  handler: UpdateHandler | null = null;
  /** The driver was told not to read. */
  paused: boolean = false;
  /** We have closed it, or the dial is over: nothing that is told of it counts. */
  over: boolean = false;
  /** The driver has told the end, which a plugin that is not done with what came before may hold up. Nothing comes after it. */
  #ended: boolean = false;
  #opening: Opening | null = null;

  constructor(host: LinkHost, peer: PeerHandle, conn: ConnId) {
    this.#host = host;
    this.peer = peer;
    this.conn = conn;
  }

  /** What a plugin is told of a connection before it is established: always the same object. */
  opening(endpoints: Endpoints): Opening {
    this.#opening ??= Object.freeze({
      peer: this.peer,
      conn: this.conn,
      direction: this.conn % 2 === 0 ? "outbound" : "inbound",
      endpoints,
    });
    return this.#opening;
  }

  connected(endpoints: Endpoints): void {
    if (this.over || this.up) return;
    this.up = true;
    this.#host.answered(this);
    this.#host.input(this.peer, { type: "connected", conn: this.conn, endpoints });
  }

  failed(reason: string): void {
    if (this.up) return this.#end({ type: "closed", conn: this.conn, reason });
    if (this.over) return;
    this.over = true;
    this.peer.forget(this);
    this.#host.answered(this);
    this.#host.input(this.peer, { type: "dialFailed", conn: this.conn, reason });
  }

  bytes(chunk: Uint8Array): void {
    if (this.#open) this.#host.input(this.peer, { type: "bytes", conn: this.conn, chunk });
  }

  eof(): void {
    if (this.up) this.#end({ type: "eof", conn: this.conn });
    else this.failed("the peer closed the connection");
  }

  closed(reason: string): void {
    if (this.up) this.#end({ type: "closed", conn: this.conn, reason });
    else this.failed(reason);
  }

  unsent(bytes: number): void {
    if (this.#open) this.#host.input(this.peer, { type: "unsent", conn: this.conn, bytes });
  }

  gone(): void {
    this.#host.gone(this);
  }

  get #open(): boolean {
    return this.up && !this.#ended && !this.over;
  }

  #end(input: PeerInput): void {
    if (!this.#open) return;
    this.#ended = true;
    this.#host.input(this.peer, input);
  }
}
