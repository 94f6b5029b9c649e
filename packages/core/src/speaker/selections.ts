// After a restart of ours, routes of a family are selected when the last peer need not be waited for any more (RFC 4724 section
// 4.1). Each peer says that of itself; here it is held back until all have.
import type { Family } from "../message/capability.ts";
import type { PeerOutput } from "../session/io.ts";
import type { PeerEntry } from "./peer-entry.ts";

type Selection = Extract<PeerOutput, { readonly type: "selection" }>;

/** What is told to a peer once no peer is waited for. */
export interface Selected<C> {
  readonly peer: PeerEntry<C>;
  readonly output: Selection;
}

interface Waiting<C> {
  /** Peers that are waited for. */
  peers: number;
  readonly held: Selected<C>[];
}

/** The families that wait. There are none, and no cost, unless the speaker has restarted. */
export class Selections<C> {
  readonly #families = new Map<string, Waiting<C>>();
  /** What is to be told, in order. */
  readonly #due: Selected<C>[] = [];

  /** A peer has been made: its families wait for it. */
  add(peer: PeerEntry<C>): void {
    if (!peer.enabled) return;
    for (const family of peer.machine.view().deferred) {
      const key = keyOf(family);
      const waiting = this.#families.get(key) ?? { peers: 0, held: [] };
      waiting.peers += 1;
      this.#families.set(key, waiting);
      peer.deferred = peer.deferred.concat(key);
    }
  }

  /** A peer need not be waited for any more. One that was stopped is told nothing. */
  take(peer: PeerEntry<C>, output: Selection): void {
    const key = keyOf(output);
    if (!peer.deferred.includes(key)) {
      this.#due.push({ peer, output });
      return;
    }
    peer.deferred = peer.deferred.filter((other) => other !== key);
    if (output.cause !== "stopped") this.#families.get(key)!.held.push({ peer, output });
    this.#done(key);
  }

  /** A peer is gone. */
  remove(peer: PeerEntry<C>): void {
    for (const key of peer.deferred) this.#done(key);
    peer.deferred = [];
  }

  /** What is to be told next; null is nothing. */
  next(): Selected<C> | null {
    while (this.#due.length > 0) {
      const selected = this.#due.shift()!;
      if (!selected.peer.deleted) return selected;
    }
    return null;
  }

  #done(key: string): void {
    const waiting = this.#families.get(key)!;
    waiting.peers -= 1;
    if (waiting.peers > 0) return;
    this.#families.delete(key);
    this.#due.push(...waiting.held);
  }
}

function keyOf({ afi, safi }: Family): string {
  return `${afi}/${safi}`;
}
