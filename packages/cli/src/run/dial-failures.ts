// Which failed dials say nothing new: a peer that is not there fails in the same way for as long as it is not.
import type { Peer, SpeakerEvent } from "@bgpwire/core";

/** The last failure of each peer. They go with their peer. */
export class DialFailures {
  readonly #last = new WeakMap<Peer, string>();

  /** To be told of every event. True for a dial that failed as the one before it, without a connection in between. */
  repeats(event: SpeakerEvent): boolean {
    if (event.type === "open") this.#last.delete(event.peer);
    if (event.type !== "dialFailed") return false;
    const same = this.#last.get(event.peer) === event.reason;
    this.#last.set(event.peer, event.reason);
    return same;
  }
}
