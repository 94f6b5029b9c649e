// An event and what its octets mean, decoded once and only when somebody asks: filters and formats share it.
import { MessageType, type Slice } from "@bgpwire/core";
import {
  decodeUpdate,
  routesOf,
  type DecodeContext,
  type DecodedUpdate,
  type Issue,
  type Routes,
} from "@bgpwire/decoder";
import { pduBody } from "./bytes/pdu.ts";
import type { CaptureEvent } from "./event.ts";
import { updateOfRoute } from "./mrt/update-of-route.ts";
import { issuesOf } from "./shared-context.ts";

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

  /** What is wrong with it; it need not be decoded for that. */
  get issues(): readonly Issue[] {
    if (this.#decoded !== undefined) return this.#decoded?.issues ?? [];
    const body = bodyOf(this.event);
    return body === null ? [] : issuesOf(body.context, body.update);
  }

  /** The routes in it. */
  get routes(): Routes {
    const { decoded } = this;
    if (decoded === null) return NO_ROUTES;
    this.#routes ??= routesOf(decoded.update, decoded.issues);
    return this.#routes;
  }
}

/** An UPDATE and how it is read. */
interface Body {
  readonly update: Uint8Array | Slice;
  readonly context: DecodeContext;
}

function bodyOf(event: CaptureEvent): Body | null {
  if (event.kind === "route") return { update: updateOfRoute(event), context: event.context };
  if (event.kind !== "message" || event.type !== MessageType.Update) return null;
  return { update: pduBody(event), context: event.direction.context };
}

function decodedOf(event: CaptureEvent): DecodedUpdate | null {
  const body = bodyOf(event);
  return body === null ? null : decodeUpdate(body.update, body.context);
}
