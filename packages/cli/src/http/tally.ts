// Counts what the speaker does not count itself: routes in UPDATEs, and what was wrong with those of a peer.
import type { Peer } from "@bgpwire/core";
import type { Action, Issue } from "@bgpwire/decoder";
import type { UpdateFields } from "../output/events.ts";

type Direction = "sent" | "received";

/** UPDATEs of a peer in which a rule was broken. */
interface Malformed {
  readonly rule: string;
  readonly action: Action;
  count: number;
}

/** The counts of one peer. */
export interface PeerTally {
  /** Routes in UPDATEs; one that is announced twice counts twice. */
  readonly routes: Readonly<Record<Direction, { announced: number; withdrawn: number }>>;
  readonly malformed: readonly Malformed[];
}

interface Counted extends PeerTally {
  readonly malformed: Malformed[];
}

function noRoutes(): { announced: number; withdrawn: number } {
  return { announced: 0, withdrawn: 0 };
}

/** The counts of a peer of which nothing was counted yet. */
const NOTHING: PeerTally = { routes: { sent: noRoutes(), received: noRoutes() }, malformed: [] };

/** The counts of all peers. They go with their peer. */
export class Tally {
  readonly #peers = new WeakMap<Peer, Counted>();

  /** The counts of a peer, as they are now. */
  of(peer: Peer): PeerTally {
    return this.#peers.get(peer) ?? NOTHING;
  }

  /** An UPDATE came or went. */
  update(peer: Peer, direction: Direction, { announced, withdrawn }: UpdateFields): void {
    const routes = this.#of(peer).routes[direction];
    routes.announced += announced.length;
    routes.withdrawn += withdrawn.length;
  }

  /** What was wrong with an UPDATE of the peer; each rule counts once. There are not more entries than rules and actions. */
  issues(peer: Peer, issues: readonly Issue[]): void {
    if (issues.length === 0) return;
    const { malformed } = this.#of(peer);
    const seen = new Set<Malformed>();
    for (const { name, action } of issues) {
      let row = malformed.find((one) => one.rule === name && one.action === action);
      if (row === undefined) malformed.push((row = { rule: name, action, count: 0 }));
      if (!seen.has(row)) row.count += 1;
      seen.add(row);
    }
  }

  #of(peer: Peer): Counted {
    let counted = this.#peers.get(peer);
    if (counted === undefined) {
      counted = { routes: { sent: noRoutes(), received: noRoutes() }, malformed: [] };
      this.#peers.set(peer, counted);
    }
    return counted;
  }
}
