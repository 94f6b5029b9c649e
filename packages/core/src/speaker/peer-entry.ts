// One row of the peer table: a peer machine and what the speaker machine needs to know of it.
import type { PeerMachine } from "../peer/machine.ts";
import { NOTHING } from "../peer/state.ts";
import type { ConnId, Millis } from "../session/io.ts";
import type { PeerOptions } from "../session/options.ts";
import type { HeapItem } from "./deadline-heap.ts";
import type { ListenRange } from "./listen-range.ts";

/** A peer in the table of a `SpeakerMachine`. `C` is what its user hangs on it. */
export class PeerEntry<C> implements HeapItem {
  /** Counts the peers its speaker has made, from 0. */
  readonly number: number;
  /** Unique in its speaker: the remote address, with `@local address` where several peers share it. */
  readonly id: string;
  readonly remoteAddress: string;
  /** Connections must have this destination; null is any. */
  readonly localAddress: string | null;
  /** The listen range that made it. */
  readonly range: ListenRange<MakeContext<C>> | null;
  /** What its user hangs on it. */
  readonly context: C;

  /** As given; changes are merged into it. */
  options: PeerOptions;
  /** Replaced when options change. */
  machine: PeerMachine;
  /** Is to run when the speaker does. */
  enabled: boolean;
  /** Taken out of the table; its last outputs may still come. */
  deleted: boolean = false;
  /** Deleted, and its last output has been polled. */
  removed: boolean = false;
  /** May have outputs. */
  ready: boolean = false;
  /** A connection has ended, or a dial, since the last drain. */
  ended: boolean = false;
  /** Of a listen range, and kept while it is held in Idle, as its user wants. */
  held: boolean = false;
  /** Of a listen range, and kept while routes of it are retained. */
  retains: boolean = false;
  /** Number of the next accepted connection. */
  nextAccepted: ConnId = 1;
  /** Families of `Selections` that wait for this peer, after a restart of ours. */
  deferred: readonly string[] = NOTHING;
  heapIndex: number = -1;
  heapAt: Millis = 0;

  constructor(
    number: number,
    id: string,
    options: PeerOptions,
    machine: PeerMachine,
    range: ListenRange<MakeContext<C>> | null,
    makeContext: MakeContext<C>,
  ) {
    this.number = number;
    this.id = id;
    this.remoteAddress = machine.settings.remoteAddress;
    this.localAddress = machine.settings.localAddress;
    this.enabled = machine.settings.enabled;
    this.options = options;
    this.machine = machine;
    this.range = range;
    this.context = makeContext(this);
  }

  /** Made by a listen range. */
  get dynamic(): boolean {
    return this.range !== null;
  }
}

/** Makes what hangs on a peer, when the peer is made. */
export type MakeContext<C> = (peer: PeerEntry<C>) => C;
