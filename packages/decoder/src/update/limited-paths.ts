// As many paths of a prefix as a peer wants (PATHS-LIMIT, capability 76): which of them it has, and which wait for a place.
import type { DecodeContext } from "../context.ts";
import { OctetWriter } from "../bytes/writer.ts";
import type { Family } from "@bgpwire/core";
import { encodeOne } from "../nlri/fields.ts";
import { identityOf } from "../nlri/identity.ts";
import type { Nlri } from "../nlri/model.ts";
import { familyKey } from "../nlri/row.ts";
import { knownRow, routeObject, unicastOf } from "./frame.ts";
import type { Route } from "./route-writer.ts";

/** The paths of a prefix, by path identifier. */
interface Paths {
  readonly told: Set<number>;
  /** In the order in which they are told when there is room. */
  readonly held: Map<number, Route>;
}

/** Paths told and held back of the families that have a limit. */
export class LimitedPaths {
  readonly #context: DecodeContext;
  readonly #limitOf: (family: Family) => number | null;
  /** By family and prefix. */
  readonly #prefixes = new Map<string, Paths>();
  readonly #scratch = new OctetWriter();

  /** @param limitOf a family's limit, as it is now; null: none */
  constructor(context: DecodeContext, limitOf: (family: Family) => number | null) {
    this.#context = context;
    this.#limitOf = limitOf;
  }

  /** Takes a route that is announced. True where it is to be told; else it is held back. @throws ConfigError where it is none */
  announced(nlri: Nlri | string, route: Omit<Route, "nlri">): boolean {
    const family = route.family ?? unicastOf(nlri);
    const limit = this.#limitOf(family);
    if (limit === null) return true;
    const key = this.#keyOf(nlri, family);
    const paths = this.#prefixes.get(key) ?? { told: new Set(), held: new Map() };
    this.#prefixes.set(key, paths);
    const id = pathIdOf(nlri);
    if (paths.told.has(id)) return true;
    if (paths.told.size < limit) {
      paths.held.delete(id);
      paths.told.add(id);
      return true;
    }
    paths.held.set(id, { ...route, nlri });
    return false;
  }

  /**
   * Takes a route that is withdrawn. False where the peer need not hear of it, as it was held back.
   *
   * @param next gets the routes that take its place
   * @throws ConfigError where it is none
   */
  withdrawn(nlri: Nlri | string, given: Family | undefined, next: Route[]): boolean {
    const family = given ?? unicastOf(nlri);
    const limit = this.#limitOf(family);
    const key = limit === null ? "" : this.#keyOf(nlri, family);
    const paths = this.#prefixes.get(key);
    if (limit === null || paths === undefined) return true;
    const { told, held } = paths;
    const wasHeld = held.delete(pathIdOf(nlri));
    told.delete(pathIdOf(nlri));
    for (const [id, route] of held) {
      if (told.size >= limit) break;
      held.delete(id);
      told.add(id);
      next.push(route);
    }
    if (told.size === 0) this.#prefixes.delete(key);
    return !wasHeld;
  }

  /** How many routes are held back. Looks at every prefix. */
  get held(): number {
    let count = 0;
    for (const paths of this.#prefixes.values()) count += paths.held.size;
    return count;
  }

  #keyOf(nlri: Nlri | string, family: Family): string {
    const row = knownRow(family, this.#context);
    const scratch = this.#scratch;
    scratch.length = 0;
    encodeOne(row, routeObject(nlri, row), false, scratch, this.#context.compiled.withdrawn);
    return `${familyKey(row.afi, row.safi)} ${identityOf(row.kind, scratch.buffer, 0, scratch.length)}`;
  }
}

function pathIdOf(nlri: Nlri | string): number {
  return typeof nlri === "string" ? 0 : (nlri.pathId ?? 0);
}
