// From our own routes to the bodies of UPDATEs for one session: what the session's kind asks for is added here (our AS
// number, LOCAL_PREF); the wire is the decoder's business.
import { Afi, Safi, type Session } from "@bgpwire/core";
import {
  aggregator,
  asPath,
  atomicAggregate,
  communities,
  largeCommunities,
  localPref,
  multiExitDisc,
  origin,
  packUpdates,
  parseAsPath,
  sendContextOf,
  type AsPathSegment,
  type DecodeContext,
  type Nlri,
  type PathAttribute,
  type Route,
} from "@bgpwire/decoder";
import type { Announcement, RouteAttributes } from "./announcement.ts";
import { versionOf } from "./own-routes.ts";

/** LOCAL_PREF of routes that do not say theirs: what every implementation takes. */
const DEFAULT_LOCAL_PREF = 100;

/** The most AS numbers of one segment of a path (RFC 4271 section 4.3). */
const LONGEST_SEGMENT = 255;

/** Encodes for one session. */
export class RouteEncoder {
  readonly #session: Session;
  readonly #context: DecodeContext;
  /** The attributes of the last route: routes that share them mostly come together. */
  #last: { readonly attributes: RouteAttributes; readonly list: readonly PathAttribute[] } | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.#context = sendContextOf(session.negotiated);
  }

  /**
   * The bodies of the UPDATEs that announce prefixes with these attributes.
   *
   * @param nlri prefixes; their path identifiers are left out where the session has none
   * @throws ConfigError where the attributes leave no room for a route in a message
   */
  announce(attributes: RouteAttributes, nlri: readonly (Nlri | string)[]): Uint8Array[] {
    const list = pathAttributes(attributes, this.#session);
    return packUpdates({ announce: nlri, attributes: list, nextHop: this.#nextHop(attributes) }, this.#context);
  }

  /** A route as this session is to have it. */
  route({ prefix, pathId, attributes }: Announcement): Route {
    if (this.#last?.attributes !== attributes)
      this.#last = { attributes, list: pathAttributes(attributes, this.#session) };
    return { nlri: { prefix, pathId }, attributes: this.#last.list, nextHop: this.#nextHop(attributes) };
  }

  /** Why a route cannot be sent on this session; null when it can. */
  unsendable(prefix: string, attributes: RouteAttributes): string | null {
    const { negotiated, endpoints } = this.#session;
    const nextHop = this.#nextHop(attributes);
    if (nextHop === endpoints.remoteAddress) {
      // RFC 4271 section 5.1.3: "A route originated by a BGP speaker SHALL NOT be advertised to a peer using an address of
      // that peer as NEXT_HOP."
      return `its next hop ${nextHop} is the peer itself`;
    }
    const agreed = negotiated.extendedNextHop.some(
      (one) => one.afi === Afi.IPv4 && one.safi === Safi.Unicast && one.nextHopAfi === Afi.IPv6,
    );
    if (versionOf(prefix) === 4 && nextHop.includes(":") && !agreed) {
      return `its next hop ${nextHop} is IPv6 and the session has no extended next hops (RFC 8950)`;
    }
    if (versionOf(prefix) === 6 && !nextHop.includes(":")) return `its next hop ${nextHop} is IPv4`;
    return null;
  }

  /** A zone means nothing to the peer. */
  #nextHop({ nextHop }: RouteAttributes): string {
    return nextHop === "self" ? this.#session.endpoints.localAddress.replace(/%.*/, "") : nextHop;
  }
}

function pathAttributes(attributes: RouteAttributes, session: Session): PathAttribute[] {
  const { sessionType, localAs } = session.negotiated;
  const segments = parseAsPath(attributes.asPath) ?? [];
  const internal = sessionType === "ibgp";
  const list: PathAttribute[] = [
    origin(attributes.origin),
    // RFC 4271 section 5.1.2: a speaker leaves the path as it is towards peers of its own AS, and puts its AS number in
    // front towards others.
    asPath(internal ? segments : prepended(localAs, segments)),
  ];
  if (attributes.med !== undefined) list.push(multiExitDisc(attributes.med));
  // RFC 4271 section 5.1.5: LOCAL_PREF "SHALL be included in all UPDATE messages that a given BGP speaker sends to other
  // internal peers" and MUST NOT go to external ones.
  if (internal) list.push(localPref(attributes.localPref ?? DEFAULT_LOCAL_PREF));
  if (attributes.atomicAggregate === true) list.push(atomicAggregate());
  if (attributes.aggregator !== undefined)
    list.push(aggregator(attributes.aggregator.as, attributes.aggregator.address));
  if ((attributes.communities ?? []).length > 0) list.push(communities(attributes.communities!));
  if ((attributes.largeCommunities ?? []).length > 0) list.push(largeCommunities(attributes.largeCommunities!));
  return list;
}

/** RFC 4271 section 5.1.2 b: into the first sequence, or into a new one where there is none or no room. */
function prepended(as: number, segments: readonly AsPathSegment[]): readonly AsPathSegment[] {
  const [first, ...rest] = segments;
  if (first?.type !== "sequence" || first.asNumbers.length >= LONGEST_SEGMENT) {
    return [{ type: "sequence", asNumbers: [as] }, ...segments];
  }
  return [{ type: "sequence", asNumbers: [as, ...first.asNumbers] }, ...rest];
}
