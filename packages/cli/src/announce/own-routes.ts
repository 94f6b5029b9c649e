// The routes we announce ourselves: a table by prefix and path identifier, and which of them a session is to see.
import type { Announcement } from "./announcement.ts";

/** Our own routes. */
export class OwnRoutes {
  readonly #byPrefix = new Map<string, Map<number, Announcement>>();

  /** Puts a route in, or another in its place. */
  set(route: Announcement): void {
    const paths = this.#byPrefix.get(route.prefix);
    if (paths === undefined) this.#byPrefix.set(route.prefix, new Map([[route.pathId, route]]));
    else paths.set(route.pathId, route);
  }

  /**
   * Takes a route out; all paths of the prefix when `pathId` is null.
   *
   * @returns the path identifiers that were taken out; empty when there was no such route
   */
  delete(prefix: string, pathId: number | null): readonly number[] {
    const paths = this.#byPrefix.get(prefix);
    if (paths === undefined) return [];
    const gone = pathId === null ? [...paths.keys()] : paths.has(pathId) ? [pathId] : [];
    for (const id of gone) paths.delete(id);
    if (paths.size === 0) this.#byPrefix.delete(prefix);
    return gone;
  }

  /** How many paths there are. */
  get size(): number {
    let size = 0;
    for (const paths of this.#byPrefix.values()) size += paths.size;
    return size;
  }

  /** One path, or null. */
  get(prefix: string, pathId: number): Announcement | null {
    return this.#byPrefix.get(prefix)?.get(pathId) ?? null;
  }

  /** The identifiers of all paths of a prefix. */
  pathIds(prefix: string): readonly number[] {
    return [...(this.#byPrefix.get(prefix)?.keys() ?? [])];
  }

  /**
   * Those paths of a prefix that a session is to have.
   *
   * @param most 1 for a session without ADD-PATH; the lowest identifiers count
   */
  paths(prefix: string, most: number): readonly Announcement[] {
    const paths = [...(this.#byPrefix.get(prefix)?.values() ?? [])];
    if (paths.length <= most) return paths;
    return paths.sort((a, b) => a.pathId - b.pathId).slice(0, most);
  }

  /** All routes of an address family, in the order they came. @param most paths of each prefix, as of `paths` */
  *list(version: 4 | 6, most: number): Generator<Announcement> {
    for (const prefix of this.#byPrefix.keys()) {
      if (versionOf(prefix) === version) yield* this.paths(prefix, most);
    }
  }
}

/** The address family of a prefix that is known to be one. */
export function versionOf(prefix: string): 4 | 6 {
  return prefix.includes(":") ? 6 : 4;
}
