// From what a capture has to the bodies of UPDATEs for a live session, which may have agreed on something else.
import {
  bytesOf,
  ConfigError,
  familyName,
  HEADER_LENGTH,
  includesFamily,
  toHex,
  type Family,
  type Negotiated,
  type Slice,
} from "@bgpwire/core";
import { updateOfRoute, type MessageEvent, type RouteEvent } from "@bgpwire/capture";
import {
  decodeUpdate,
  mergeAs4,
  packUpdates,
  routesOf,
  sendContextOf,
  type AnnouncedRoute,
  type DecodeContext,
  type PathAttribute,
  type RouteBatch,
} from "@bgpwire/decoder";

/** Routes of a table that are put together before they are sent: so many share attributes, and so many are held. */
const GATHERED = 50_000;

/** Routes that are announced alike. */
interface Group {
  readonly attributes: readonly PathAttribute[];
  readonly routes: AnnouncedRoute[];
}

/** Makes UPDATEs for one session. */
export class Adapter {
  readonly #context: DecodeContext;
  readonly #families: readonly Family[];
  /** Routes of a table by the octets of their attributes. */
  readonly #groups = new Map<string, Group>();
  #gathered = 0;
  /** UPDATEs and groups of routes that could not be packed for this session. */
  leftOut = 0;
  /** The last context that was compared, and whether its UPDATEs can go as they are. */
  #compared: DecodeContext | null = null;
  #same = false;

  constructor(negotiated: Negotiated) {
    this.#context = sendContextOf(negotiated);
    this.#families = negotiated.families;
  }

  /**
   * A captured UPDATE: as it is, octet for octet, where both sessions write AS numbers and path identifiers alike; else its
   * routes and attributes, packed anew.
   */
  update(event: MessageEvent): Uint8Array[] {
    const { context } = event.direction;
    const body = event.buffer.subarray(event.start + HEADER_LENGTH, event.end);
    if (context !== this.#compared) {
      this.#compared = context;
      this.#same = this.#isAlike(context);
    }
    if (this.#same && body.length + HEADER_LENGTH <= this.#context.maxMessage) return [body];
    return this.#packed(body, context);
  }

  #isAlike({ fourOctetAs, addPath }: DecodeContext): boolean {
    const ours = this.#context;
    return (
      fourOctetAs === ours.fourOctetAs &&
      this.#families.every((family) => includesFamily(addPath, family) === includesFamily(ours.addPath, family))
    );
  }

  #packed(body: Uint8Array | Slice, context: DecodeContext): Uint8Array[] {
    const { update } = decodeUpdate(body, context);
    const { announced, withdrawn, endOfRib } = routesOf(update);
    if (endOfRib !== null) return [bytesOf(body as Slice)];
    const attributes = attributesOf(update.attributes, context);
    const bodies: Uint8Array[] = [];
    for (const [family, withdraw] of byFamily(withdrawn))
      bodies.push(...packUpdates({ family, withdraw }, this.#context));
    for (const [, routes] of byFamily(announced)) bodies.push(...this.#announce({ attributes, routes }));
    return bodies;
  }

  #announce({ attributes, routes }: Group): Uint8Array[] {
    const [first] = routes;
    if (first === undefined) return [];
    const { family, nextHop } = first;
    const hop = nextHop === null ? null : Object.assign({}, first, { nextHop });
    return this.#pack({ family, announce: routes, attributes, nextHop: hop });
  }

  /** Captures have routes that cannot be announced, without a next hop or with one that this session cannot have. */
  #pack(batch: RouteBatch): Uint8Array[] {
    try {
      return packUpdates(batch, this.#context);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.leftOut += 1;
      return [];
    }
  }

  /** A route of a table. @returns what is to be sent by now, which is none of it most of the time */
  route(event: RouteEvent): Uint8Array[] {
    const key = `${familyName(event.family)} ${toHex(bytesOf(event.attributes))}`;
    const { update } = decodeUpdate(updateOfRoute(event), event.context);
    const { announced } = routesOf(update);
    const group = this.#groups.get(key);
    if (group !== undefined) group.routes.push(...announced);
    else this.#groups.set(key, { attributes: attributesOf(update.attributes, event.context), routes: [...announced] });
    this.#gathered += 1;
    return this.#gathered < GATHERED ? [] : this.rest();
  }

  /** What is left of a table. */
  rest(): Uint8Array[] {
    const bodies = [...this.#groups.values()].flatMap((group) => this.#announce(group));
    this.#groups.clear();
    this.#gathered = 0;
    return bodies;
  }
}

/** Attributes without those that are the routes'. RFC 6793 section 4.2.3: the path of an old speaker and its AS4_PATH are one. */
function attributesOf(attributes: readonly PathAttribute[], { fourOctetAs }: DecodeContext): PathAttribute[] {
  const merged = fourOctetAs ? attributes : mergeAs4(attributes);
  return merged.filter(({ name }) => name !== "mpReachNlri" && name !== "mpUnreachNlri" && name !== "nextHop");
}

/** Routes of one UPDATE by their family, of which each has one next hop. */
function byFamily<R extends { readonly family: Family }>(routes: readonly R[]): (readonly [Family, R[]])[] {
  const groups = new Map<string, [Family, R[]]>();
  for (const route of routes) {
    const name = familyName(route.family);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [route.family, [route]]);
    else group[1].push(route);
  }
  return [...groups.values()];
}
