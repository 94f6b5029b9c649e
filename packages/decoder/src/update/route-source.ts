// Routes that are asked for one by one, when there is room for them.
import type { ConfigError } from "@bgpwire/core";
import type { Nlri } from "../nlri/model.ts";
import type { Route, RouteGroup, RouteName, RouteNames } from "./route-writer.ts";

/** Is told of a route that cannot be sent, and why. */
export type OnRefused = (route: RouteName, error: ConfigError) => void;

export class RouteSource {
  /** Counts the sources of a writer. */
  readonly number: number;
  /** The family it is a refresh of. */
  readonly refreshed: number | null;
  readonly refused: OnRefused | null;
  readonly #routes: Iterator<Route | RouteGroup>;
  #group: Iterator<Nlri | string> | null = null;
  #route!: Route | RouteGroup;
  /** The one that `advance` has come to. */
  nlri: Nlri | string = "";

  constructor(
    routes: Iterable<Route | RouteGroup>,
    number: number,
    refreshed: number | null,
    refused: OnRefused | null,
  ) {
    this.#routes = routes[Symbol.iterator]();
    this.number = number;
    this.refreshed = refreshed;
    this.refused = refused;
  }

  /** What is to be said of `nlri`. */
  get route(): Route | RouteGroup {
    return this.#route;
  }

  /** Goes on to the next route. @returns false where there is none */
  advance(): boolean {
    for (;;) {
      if (this.#group !== null) {
        const { done, value } = this.#group.next();
        if (done !== true) {
          this.nlri = value;
          return true;
        }
        this.#group = null;
      }
      const { done, value } = this.#routes.next();
      if (done === true) return false;
      this.#route = value;
      if (!isGroup(value)) {
        this.nlri = value.nlri;
        return true;
      }
      this.#group = value.nlri[Symbol.iterator]();
    }
  }

  /** No more is wanted. */
  stop(): void {
    this.#group?.return?.();
    this.#routes.return?.();
  }
}

export function isGroup<One extends { readonly nlri: Nlri | string }, Group extends RouteNames>(
  route: One | Group,
): route is Group {
  return typeof route.nlri === "object" && route.nlri !== null && Symbol.iterator in route.nlri;
}

export function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}
