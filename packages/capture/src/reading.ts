// An event and what its octets mean, decoded once and only when somebody asks: filters and formats share it.
import { MessageType } from "@bgpwire/core";
import { decodeUpdate, routesOf, type DecodedUpdate, type Issue, type Routes } from "@bgpwire/decoder";
import { pduBody } from "./bytes/pdu.ts";
import type { CaptureEvent } from "./event.ts";
import { updateOfRoute } from "./mrt/update-of-route.ts";

const NO_ROUTES: Routes = { announced: [], withdrawn: [], endOfRib: null };

/**
 * Reads one event.
 *
 * @example new EventReading(event).routes.announced
 */
export class EventReading {
  readonly event: CaptureEvent;
  #decoded: DecodedUpdate | null | undefined;
  #routes: Routes | undefined;

  constructor(event: CaptureEvent) {
    this.event = event;
  }

  /** The UPDATE that a message is, or that says what a route of a table says; null for everything else. */
  get decoded(): DecodedUpdate | null {
    if (this.#decoded === undefined) this.#decoded = decodedOf(this.event);
    return this.#decoded;
  }

  /** What is wrong with it. */
  get issues(): readonly Issue[] {
    return this.decoded?.issues ?? [];
  }

  /** The routes in it. */
  get routes(): Routes {
    const { decoded } = this;
    if (decoded === null) return NO_ROUTES;
    this.#routes ??= routesOf(decoded.update, decoded.issues);
    return this.#routes;
  }
}

function decodedOf(event: CaptureEvent): DecodedUpdate | null {
  if (event.kind === "route") return decodeUpdate(updateOfRoute(event), event.context);
  if (event.kind !== "message" || event.type !== MessageType.Update) return null;
  return decodeUpdate(pduBody(event), event.direction.context);
}
