// Routes of tables as UPDATEs, for formats that have sessions and no tables.
import { AttributeCode, encodeMessage, HEADER_LENGTH, MAX_EXTENDED_MESSAGE, MessageType } from "@bgpwire/core";
import type { DecodeContext } from "@bgpwire/decoder";
import { remember } from "../bytes/remember.ts";
import type { Direction, Endpoint, MessageEvent, RouteEvent } from "../event.ts";
import { findAttribute } from "../mrt/attributes.ts";
import { updateOfRoute } from "../mrt/update-of-route.ts";
import { MAX_WRITTEN_SESSIONS } from "./local-sides.ts";
import type { ConversionNotes } from "./notes.ts";

/** RFC 4271 section 5: what every UPDATE has. Tables have routes without, of the router's own. */
function lacksMandatory({ attributes: { buffer, start, end } }: RouteEvent): boolean {
  return [AttributeCode.Origin, AttributeCode.AsPath].some((code) => findAttribute(buffer, start, end, code) < 0);
}

/** Makes an UPDATE of each route, in a session of its peer with a collector of which nothing is known. */
export class TableMessages {
  readonly #notes: ConversionNotes;
  /** By peer. Their sessions count downwards from -1, so that none is one of the capture. */
  readonly #directions = new Map<string, Direction>();
  #sessions = 0;

  constructor(notes: ConversionNotes) {
    this.#notes = notes;
  }

  /** The UPDATE, at the time of the table; null where no message is so long, which is noted. */
  of(event: RouteEvent): MessageEvent | null {
    const body = updateOfRoute(event);
    if (HEADER_LENGTH + body.length > MAX_EXTENDED_MESSAGE) {
      this.#notes.leftOut("routes that fit no UPDATE");
      return null;
    }
    this.#notes.changed("routes of tables, which are UPDATEs");
    if (lacksMandatory(event)) this.#notes.changed("routes without ORIGIN or AS_PATH, which no UPDATE should lack");
    const { seconds, nanoseconds, offset, peer, context } = event;
    const buffer = encodeMessage(MessageType.Update, body);
    return {
      kind: "message",
      seconds,
      nanoseconds,
      offset,
      type: MessageType.Update,
      direction: this.#direction(peer, context),
      buffer,
      start: 0,
      end: buffer.length,
    };
  }

  #direction(peer: Endpoint, context: DecodeContext): Direction {
    const key = `${peer.address} ${peer.as} ${peer.bgpIdentifier}`;
    const known = this.#directions.get(key);
    if (known?.context === context) return known;
    if (known === undefined) this.#sessions += 1;
    const session = known?.session ?? -this.#sessions;
    const receiver = {
      address: peer.address.includes(":") ? "::" : "0.0.0.0",
      port: null,
      as: null,
      bgpIdentifier: null,
    };
    const direction = { session, sender: peer, receiver, context, guessed: false, rib: null };
    remember(this.#directions, key, direction, MAX_WRITTEN_SESSIONS);
    return direction;
  }
}
