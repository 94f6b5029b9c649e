// Which events of a capture are wanted.
import {
  Afi,
  checkFields,
  ConfigError,
  formatPrefix,
  normaliseAddress,
  parsePrefix,
  prefixContains,
  Safi,
  type Family,
} from "@bgpwire/core";
import { attributeNamed, formatAsPath, type AnnouncedRoute, type WithdrawnRoute } from "@bgpwire/decoder";
import type { CaptureEvent, Endpoint, RouteEvent } from "../event.ts";
import type { EventReading } from "../reading.ts";
import type { Time } from "../text/time.ts";
import { asPathPattern } from "./as-path-pattern.ts";
import { communityPattern, communityTexts, type CommunityPattern } from "./community-pattern.ts";
import { prefixCondition, type PrefixCondition, type PrefixMatch } from "./prefix-condition.ts";

/** The types of events, as the JSON form names them. */
export const EVENT_TYPES = [
  "open",
  "update",
  "notification",
  "keepalive",
  "refresh",
  "capability",
  "message",
  "route",
  "state",
  "up",
  "down",
  "gap",
  "information",
  "problem",
] as const;

/** One of them. `message` is one of a type that BGP does not have. */
export type EventType = (typeof EVENT_TYPES)[number];

/** What is asked of events. Of one list any element is enough; of several lists each has to be met; what is empty asks nothing. */
export interface FilterOptions {
  readonly prefixes?: readonly { readonly prefix: string; readonly match: PrefixMatch }[];
  /** Addresses or prefixes, of which the sender or, of a table, the peer has to be one. */
  readonly peers?: readonly string[];
  /** AS numbers of the same. */
  readonly peerAs?: readonly number[];
  /** Last AS number of AS_PATH: any of its members where the path ends in a set. */
  readonly originAs?: readonly number[];
  /** Regular expressions over the text of AS_PATH, `_` being what parts AS numbers. */
  readonly asPaths?: readonly string[];
  /** Of any kind; `*` for any part. */
  readonly communities?: readonly string[];
  readonly families?: readonly Family[];
  readonly types?: readonly EventType[];
  /** The first time that is wanted. */
  readonly since?: Time;
  /** The first time that is not. */
  readonly until?: Time;
}

const FILTER_FIELDS: Readonly<Record<keyof FilterOptions, true>> = {
  prefixes: true,
  peers: true,
  peerAs: true,
  originAs: true,
  asPaths: true,
  communities: true,
  families: true,
  types: true,
  since: true,
  until: true,
};

/** A route in an UPDATE. */
export type Route = AnnouncedRoute | WithdrawnRoute;

/**
 * Chooses events.
 *
 * An UPDATE is wanted if one of its routes is, and routes alone are asked about prefixes and families; `wantsRoute` says which,
 * for formats with a line for each. What is wrong with the file is always wanted.
 *
 * @example
 * const filter = new EventFilter({ prefixes: [{ prefix: "192.0.2.0/24", match: "moreSpecific" }], originAs: [65001] });
 * if (filter.wants(reading)) for (const route of reading.routes.announced) if (filter.wantsRoute(route)) print(route);
 */
export class EventFilter {
  readonly #options: FilterOptions;
  readonly #prefixes: readonly PrefixCondition[];
  readonly #asPaths: readonly RegExp[];
  readonly #communities: readonly CommunityPattern[];
  /** Something is asked that attributes answer. */
  readonly #ofAttributes: boolean;
  /** Something is asked that routes answer. */
  readonly #ofRoutes: boolean;

  /** @throws ConfigError `invalid-value` with the field */
  constructor(options: FilterOptions) {
    checkFields(options, FILTER_FIELDS, "the options of a filter");
    this.#options = options;
    this.#prefixes = (options.prefixes ?? []).map(({ prefix, match }) => prefixCondition(prefix, match));
    this.#asPaths = (options.asPaths ?? []).map(asPathPattern);
    this.#communities = (options.communities ?? []).map(communityPattern);
    for (const peer of options.peers ?? []) {
      if (normaliseAddress(peer) === null && parsePrefix(peer) === null) {
        throw new ConfigError("invalid-value", "peer", `"${peer}" is no address and no prefix`);
      }
    }
    this.#ofAttributes = this.#asPaths.length + this.#communities.length + (options.originAs?.length ?? 0) > 0;
    this.#ofRoutes = this.#prefixes.length + (options.families?.length ?? 0) > 0;
  }

  /** Whether an event is wanted. */
  wants(reading: EventReading): boolean {
    const { event } = reading;
    if (event.kind === "problem") return true;
    const { types = [], since, until } = this.#options;
    if (types.length > 0 && !types.includes(typeOf(event))) return false;
    if (since !== undefined && isBefore(event, since)) return false;
    if (until !== undefined && !isBefore(event, until)) return false;
    if (!this.#wantsPeer(event)) return false;
    if (this.#ofRoutes && !this.#wantsRoutes(reading)) return false;
    return !this.#ofAttributes || this.#wantsAttributes(reading);
  }

  #wantsRoutes(reading: EventReading): boolean {
    const { event } = reading;
    // Most routes of a table are not wanted, and need not be decoded for that.
    if (event.kind === "route" && isPrefix(event)) return this.wantsPrefix(event.family, prefixText(event));
    const { announced, withdrawn, endOfRib } = reading.routes;
    if (endOfRib !== null && this.#prefixes.length === 0) return this.#wantsFamily(endOfRib);
    return announced.some((route) => this.wantsRoute(route)) || withdrawn.some((route) => this.wantsRoute(route));
  }

  /** Whether a route of an event that is wanted is one of those that were asked for. */
  wantsRoute(route: Route): boolean {
    return this.wantsPrefix(route.family, "prefix" in route ? route.prefix : null);
  }

  /**
   * The same for formats that go by the prefixes of routes alone.
   *
   * @param prefix null for routes that are no prefixes
   */
  wantsPrefix(family: Family, prefix: string | null): boolean {
    if (!this.#wantsFamily(family)) return false;
    if (this.#prefixes.length === 0) return true;
    return prefix !== null && this.#prefixes.some((wanted) => wanted(prefix));
  }

  #wantsFamily(family: Family): boolean {
    const { families = [] } = this.#options;
    return families.length === 0 || families.some(({ afi, safi }) => afi === family.afi && safi === family.safi);
  }

  #wantsPeer(event: CaptureEvent): boolean {
    const { peers = [], peerAs = [] } = this.#options;
    if (peers.length === 0 && peerAs.length === 0) return true;
    const peer = peerOf(event);
    if (peer === null) return false;
    if (peerAs.length > 0 && (peer.as === null || !peerAs.includes(peer.as))) return false;
    return peers.length === 0 || peers.some((wanted) => isAt(peer.address, wanted));
  }

  #wantsAttributes({ decoded }: EventReading): boolean {
    if (decoded === null) return false;
    const { attributes } = decoded.update;
    const { originAs = [] } = this.#options;
    const segments = attributeNamed(attributes, "asPath")?.segments ?? null;
    if (originAs.length > 0) {
      const last = segments?.at(-1);
      if (last === undefined) return false;
      const origins = last.type === "sequence" ? last.asNumbers.slice(-1) : last.asNumbers;
      if (!origins.some((as) => originAs.includes(as))) return false;
    }
    if (this.#asPaths.length > 0) {
      if (segments === null) return false;
      const text = formatAsPath(segments);
      if (!this.#asPaths.some((pattern) => pattern.test(text))) return false;
    }
    if (this.#communities.length === 0) return true;
    const texts = communityTexts(attributes);
    return this.#communities.some((wanted) => texts.some(wanted));
  }
}

const MESSAGE_TYPES: readonly EventType[] = [
  "message",
  "open",
  "update",
  "notification",
  "keepalive",
  "refresh",
  "capability",
];

/** The type of an event, as the JSON form names it. */
export function typeOf(event: CaptureEvent): EventType {
  return event.kind === "message" ? (MESSAGE_TYPES[event.type] ?? "message") : event.kind;
}

/** Whose event it is: the sender, or the peer of a table; null where it is nobody's. */
export function peerOf(event: CaptureEvent): Endpoint | null {
  if (event.kind === "route") return event.peer;
  return "direction" in event ? event.direction.sender : null;
}

/** Whether the NLRI of a route of a table is an IPv4 or IPv6 prefix alone. */
function isPrefix({ family: { afi, safi } }: RouteEvent): boolean {
  return (afi === Afi.IPv4 || afi === Afi.IPv6) && (safi === Safi.Unicast || safi === Safi.Multicast);
}

function prefixText({ family, nlri: { buffer, start } }: RouteEvent): string {
  return formatPrefix(family.afi === Afi.IPv6 ? 6 : 4, buffer, buffer[start]!, start + 1);
}

function isAt(address: string, wanted: string): boolean {
  return wanted.includes("/") ? prefixContains(wanted, address) : normaliseAddress(wanted) === address;
}

function isBefore(one: Time, other: Time): boolean {
  return one.seconds < other.seconds || (one.seconds === other.seconds && one.nanoseconds < other.nanoseconds);
}
