// A peer as its user holds it, with the connections the driver has open for it.
import type { Notification } from "../message/notification.ts";
import { hardReset, shutdownNotification } from "../message/notification.ts";
import { Cease } from "../iana/notification-code.ts";
import type { BfdStatus, ConnId, PeerInput, PeerView, State } from "../session/io.ts";
import type { LinkHandle } from "./link-handle.ts";
import type { PeerEntry } from "./peer-entry.ts";
import type { Peer, Plugin } from "./plugin.ts";

/** What a peer's user can do to it. */
export interface PeerHost {
  enable(peer: PeerHandle): void;
  disable(peer: PeerHandle, notification: Notification): void;
  reset(peer: PeerHandle, notification: Notification): void;
  input(peer: PeerHandle, input: PeerInput): void;
}

export class PeerHandle implements Peer {
  /** Private, because it has the peer's options, and whoever prints an event or a peer must not print a password. */
  readonly #entry: PeerEntry<PeerHandle>;
  readonly plugin: Plugin;
  /** Open connections and dials. */
  readonly links: Map<ConnId, LinkHandle> = new Map();
  /** The state last told. */
  state: State = "Idle";
  /** Something happened that may change what is to be read. */
  touched: boolean = false;
  readonly #host: PeerHost;
  /** The connection asked for last: with one session it is always the same. */
  #last: LinkHandle | null = null;

  constructor(host: PeerHost, entry: PeerEntry<PeerHandle>, plugin: Plugin) {
    this.#host = host;
    this.#entry = entry;
    this.plugin = plugin;
  }

  get entry(): PeerEntry<PeerHandle> {
    return this.#entry;
  }

  get id(): string {
    return this.entry.id;
  }

  get remoteAddress(): string {
    return this.entry.remoteAddress;
  }

  get dynamic(): boolean {
    return this.entry.dynamic;
  }

  get listenRange(): string | null {
    return this.entry.range?.prefix ?? null;
  }

  view(): PeerView {
    return this.entry.machine.view();
  }

  enable(): void {
    this.#host.enable(this);
  }

  disable(text: string = ""): void {
    this.#host.disable(this, shutdownNotification(Cease.AdministrativeShutdown, text));
  }

  reset(text: string = "", hard: boolean = false): void {
    const reason = shutdownNotification(Cease.AdministrativeReset, text);
    // RFC 8538 section 4: a speaker "SHOULD NOT send a Hard Reset to a peer from which it has not received the "N" bit".
    const knows = this.view().negotiated?.gracefulNotification === true;
    this.#host.reset(this, hard && knows ? hardReset(reason) : reason);
  }

  bfd(status: BfdStatus, controlPlaneIndependent: boolean = false): void {
    this.#host.input(this, { type: "bfd", status, ...(controlPlaneIndependent && { controlPlaneIndependent }) });
  }

  link(conn: ConnId): LinkHandle | null {
    if (this.#last?.conn !== conn) this.#last = this.links.get(conn) ?? null;
    return this.#last;
  }

  forget(link: LinkHandle): void {
    this.links.delete(link.conn);
    if (this.#last === link) this.#last = null;
  }
}
