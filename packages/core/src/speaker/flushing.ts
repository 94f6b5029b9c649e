// Closed links whose last bytes are on their way. A driver lingers over each for a while, so whoever connects again and again
// could pile up sockets: of one owner's there is a most.
import type { Link, LinkEvents } from "./transport.ts";

export class Flushing {
  /** Each owner's links, oldest first. An owner is whatever they are counted by: a peer, a listen range, all strangers. */
  readonly #byOwner = new Map<object, Map<LinkEvents, Link>>();
  readonly #owners = new Map<LinkEvents, object>();

  get empty(): boolean {
    return this.#owners.size === 0;
  }

  /** Links of this owner. */
  count(owner: object): number {
    return this.#byOwner.get(owner)?.size ?? 0;
  }

  /** A link was closed with a flush. Where its owner has more than `most`, the one that has had the longest time is cut. */
  add(owner: object, most: number, events: LinkEvents, link: Link): void {
    const links = this.#byOwner.get(owner) ?? new Map<LinkEvents, Link>();
    this.#byOwner.set(owner, links.set(events, link));
    this.#owners.set(events, owner);
    if (links.size <= most) return;
    const [oldest, over] = links.entries().next().value!;
    this.delete(oldest);
    over.close("abort");
  }

  /** Forgets a link. False where it was none of these. */
  delete(events: LinkEvents): boolean {
    const owner = this.#owners.get(events);
    if (owner === undefined) return false;
    this.#owners.delete(events);
    const links = this.#byOwner.get(owner)!;
    links.delete(events);
    if (links.size === 0) this.#byOwner.delete(owner);
    return true;
  }

  /** Cuts all. */
  cut(): void {
    const owners = [...this.#byOwner.values()];
    this.#byOwner.clear();
    this.#owners.clear();
    for (const links of owners) for (const link of links.values()) link.close("abort");
  }
}
