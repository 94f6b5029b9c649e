// A route of our own as people write it: text and numbers, checked once where it enters and turned into path attributes
// for each session where it leaves.

/** The attributes of an announcement. Texts are in the decoder's notation and have been checked. */
export interface RouteAttributes {
  /** An address; `self` is our end of the session, whichever it is told on. */
  readonly nextHop: string;
  readonly origin: "igp" | "egp" | "incomplete";
  /** AS numbers with spaces, AS_SETs in braces: `65001 65002 {65003 65004}`. Without our own AS number; may be empty. */
  readonly asPath: string;
  readonly med?: number;
  /** Sent to peers of our own AS only; 100 where it is left out. */
  readonly localPref?: number;
  readonly atomicAggregate?: boolean;
  readonly aggregator?: { readonly as: number; readonly address: string };
  readonly communities?: readonly string[];
  readonly largeCommunities?: readonly string[];
}

/** One route to announce. */
export interface Announcement {
  readonly prefix: string;
  /** RFC 7911 path identifier for peers that take several paths. */
  readonly pathId: number;
  readonly attributes: RouteAttributes;
}

/** Routes that share their attributes. All prefixes are of one address family. */
export interface RouteGroup {
  readonly version: 4 | 6;
  readonly attributes: RouteAttributes;
  readonly prefixes: readonly string[];
}
