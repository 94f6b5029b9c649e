// Counts what a table holds while it arrives: families, prefix lengths, path lengths, communities, origins.
import type { RunEvent } from "../output/events.ts";

type Update = Extract<RunEvent, { type: "update" }>;

/** A value with how often it was seen. */
export type Counted<T> = readonly [value: T, count: number];

/** Counts of a table. Routes are counted as they are announced; a table announces each once. */
export class TableSummary {
  routes = 0;
  updates = 0;
  readonly families: Map<string, number> = new Map();
  /** By family, then prefix length. */
  readonly lengths: Map<string, Map<number, number>> = new Map();
  /** Routes by number of AS on the path, repetitions included. */
  readonly pathLengths: Map<number, number> = new Map();
  readonly communities: Map<string, number> = new Map();
  readonly origins: Map<string, number> = new Map();
  /** Attribute blocks as text: how many different ones there are. */
  readonly #sets = new Set<string>();
  readonly #ases = new Set<string>();
  readonly #longest: { length: number; path: string; prefix: string }[] = [];
  #prepended = 0;

  /** Counts one UPDATE. */
  add(update: Update): void {
    this.updates += 1;
    const { announced, attributes } = update;
    if (announced.length === 0) return;
    this.routes += announced.length;
    for (const { family, prefix } of announced) {
      increment(this.families, family, 1);
      if (prefix === undefined) continue;
      let lengths = this.lengths.get(family);
      if (lengths === undefined) this.lengths.set(family, (lengths = new Map()));
      increment(lengths, Number(prefix.slice(prefix.indexOf("/") + 1)), 1);
    }
    for (const community of attributes.communities ?? []) increment(this.communities, community, announced.length);
    this.#sets.add(JSON.stringify([attributes, announced[0]!.nextHop]));
    this.#addPath(attributes.asPath ?? "", announced[0]!.prefix ?? "", announced.length);
  }

  #addPath(path: string, prefix: string, routes: number): void {
    const hops = path
      .replace(/\{[^}]*\}/g, "set")
      .split(" ")
      .filter((hop) => hop !== "");
    increment(this.pathLengths, hops.length, routes);
    const origin = hops.findLast((hop) => hop !== "set");
    if (origin !== undefined) increment(this.origins, origin, routes);
    for (const hop of hops) if (hop !== "set") this.#ases.add(hop);
    if (hops.some((hop, i) => i > 0 && hop === hops[i - 1])) this.#prepended += routes;
    const shortest = this.#longest.at(-1);
    if (this.#longest.length < 3 || hops.length > shortest!.length) {
      this.#longest.push({ length: hops.length, path, prefix });
      this.#longest.sort((a, b) => b.length - a.length);
      this.#longest.length = Math.min(3, this.#longest.length);
    }
  }

  /** Different attribute sets, next hop included. */
  get attributeSets(): number {
    return this.#sets.size;
  }

  /** Different AS on all paths. */
  get ases(): number {
    return this.#ases.size;
  }

  /** Routes whose path names an AS several times in a row. */
  get prepended(): number {
    return this.#prepended;
  }

  /** The three longest paths, longest first. */
  get longest(): readonly { readonly length: number; readonly path: string; readonly prefix: string }[] {
    return this.#longest;
  }

  /** Mean number of AS on a route's path. */
  get meanPathLength(): number {
    let sum = 0;
    for (const [length, routes] of this.pathLengths) sum += length * routes;
    return this.routes === 0 ? 0 : sum / this.routes;
  }
}

function increment<T>(counts: Map<T, number>, key: T, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** The most frequent values, most frequent first; of equals, the one seen first. */
export function top<T>(counts: ReadonlyMap<T, number>, limit: number): readonly Counted<T>[] {
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit);
}
