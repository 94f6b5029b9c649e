// What is to be played with a router about families: what it offers, what it announces, and how it shows what we announce.
import { extendedCommunities, type Nlri, type PathAttribute } from "@bgpwire/decoder";

/** The next hops of our routes. */
export const NEXT_HOP_4 = "192.0.2.77";
export const NEXT_HOP_6 = "2001:db8::77";

/** One route with its attributes as the decoder has them. */
export interface FamilyRoute {
  /** By the name of `familyName`. */
  readonly family: string;
  readonly nlri: Nlri;
  readonly nextHop: string | null;
  /** All but ORIGIN, AS_PATH, NEXT_HOP, MULTI_EXIT_DISC, LOCAL_PREF and those of route reflection. */
  readonly attributes: readonly PathAttribute[];
}

/** Makes a route. @param communities extended ones as text */
export function route(
  family: string,
  nlri: Nlri,
  nextHop: string | null,
  communities: readonly string[] = [],
  more: readonly PathAttribute[] = [],
): FamilyRoute {
  const attributes = communities.length === 0 ? more : [extendedCommunities(communities), ...more];
  return { family, nlri, nextHop, attributes };
}

/** The route with one of its attributes changed, as some routers change it; null takes it out. */
export function changed(
  made: FamilyRoute | undefined,
  name: PathAttribute["name"],
  change: (attribute: PathAttribute) => PathAttribute | null,
): Partial<FamilyRoute> {
  const attributes = (made?.attributes ?? []).flatMap((attribute) =>
    attribute.name === name ? (change(attribute) ?? []) : attribute,
  );
  return { attributes };
}

/** The attribute as one passes it on who does not know it (RFC 4271 section 5). */
export function partial(attribute: PathAttribute): PathAttribute {
  return { ...attribute, flags: 0xe0 };
}

/** The route as one passes it on who knows none of its attributes. */
export function allPartial(made: FamilyRoute | undefined): Partial<FamilyRoute> {
  return { attributes: (made?.attributes ?? []).map(partial) };
}

/** The route as one passes it on who drops its attributes. */
export const DROPPED: Partial<FamilyRoute> = { attributes: [] };

/** What a router is told, in its own words, and the route that has to come of it. */
export interface Announcement {
  readonly told: readonly string[];
  readonly route: FamilyRoute;
}

/** How a router shows a route: a part of its JSON, or texts that stand in its lines on the route. */
export type Shown = { readonly [field: string]: unknown } | readonly string[];

/** What to play with a router. */
export interface FamilyPlan {
  /** What it offers, in as many sessions as it takes. */
  readonly sessions: readonly (readonly string[])[];
  /** Of these those that it sends and receives several paths of. */
  readonly addPath: readonly string[];
  /** What it is told first. */
  readonly preparation?: readonly string[];
  /** By names of their own. */
  readonly announces: Readonly<Record<string, Announcement>>;
  /** What it is told where it has a bridge to look after, and what has to come of it. */
  readonly bridge?: { readonly told: readonly string[]; readonly routes: Readonly<Record<string, FamilyRoute>> };
  /** By the names of our routes. */
  readonly shows: Readonly<Record<string, Shown>>;
  /** It passes our routes on to another peer; these otherwise than it got them. Null: it passes nothing on. */
  readonly passesOn: Readonly<Record<string, Partial<FamilyRoute>>> | null;
  /** It forgets routes when the session ends, not when they are withdrawn: why. */
  readonly ignoresWithdrawals?: string;
  /** Our routes of families it offers that it cannot take, or shows wrong, each with the reason. */
  readonly excluded: Readonly<Record<string, string>>;
}
