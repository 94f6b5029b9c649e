// Events as the lines of ExaBGP's JSON API (version 5), for programs that read those.
import { decodeNotification, decodeOpen, decodeRouteRefresh, toHex, type Family } from "@bgpwire/core";
import type { DecodeContext } from "@bgpwire/decoder";
import { pduBody } from "../bytes/pdu.ts";
import type { MessageEvent, RouteEvent } from "../event.ts";
import { peerOf, typeOf } from "../filter/filter.ts";
import type { EventReading } from "../reading.ts";
import type { Json } from "./json.ts";
import { exabgpFamily, ExabgpReading } from "./update.ts";

/** The version of the API. */
const VERSION = "5.0.0";

const REFRESH_SUBTYPES = ["request", "begin", "end"] as const;

/**
 * A line of ExaBGP's JSON API, without what only a running ExaBGP has (`host`, `pid`, `ppid`, `counter`). The neighbor is who sent
 * the message, or told the route.
 *
 * @returns null for events that it has no words for
 * @example JSON.stringify(exabgpJson(new EventReading(event)))
 */
export function exabgpJson(reading: EventReading): Json {
  const { event } = reading;
  const peer = peerOf(event);
  if (event.kind === "problem" || peer === null) return null;
  const local = "direction" in event ? event.direction.receiver : null;
  const told = typeOf(event);
  const said = message(reading);
  if (said === null) return null;
  return {
    exabgp: VERSION,
    time: event.seconds + event.nanoseconds / 1e9,
    type: told === "route" ? "update" : told === "up" || told === "down" ? "state" : told,
    neighbor: {
      address: { local: local?.address ?? null, peer: peer.address },
      asn: { local: local?.as ?? null, peer: peer.as },
      ...said,
    },
  };
}

function message(reading: EventReading): { readonly [key: string]: Json } | null {
  const { event, decoded, routes } = reading;
  if (decoded !== null && (event.kind === "message" || event.kind === "route")) {
    if (routes.endOfRib !== null) return inward({ eor: familyFields(routes.endOfRib) });
    return inward({ update: new ExabgpReading(decoded.update, contextIn(event)).json });
  }
  if (event.kind === "up") return { state: "up" };
  if (event.kind === "down") return { state: "down", reason: event.reason };
  return event.kind === "message" ? other(event) : null;
}

/** The context of an event that has an UPDATE. */
function contextIn(event: MessageEvent | RouteEvent): DecodeContext {
  return event.kind === "route" ? event.context : event.direction.context;
}

function inward(message: Json): { readonly [key: string]: Json } {
  return { direction: "in", message };
}

/** A family by the two words of its name. */
function familyFields(family: Family): { readonly afi: string; readonly safi: string } {
  const [afi = "", safi = ""] = exabgpFamily(family).split(" ");
  return { afi, safi };
}

/** A message that is no UPDATE. */
function other(event: MessageEvent): { readonly [key: string]: Json } | null {
  const body = pduBody(event);
  switch (typeOf(event)) {
    case "open": {
      const open = decodeOpen(body, false);
      if (!open.ok) return null;
      const { version, myAs, holdTime, identifier, capabilities } = open.value;
      const said = capabilities.map((one) => [String(one.code), { name: one.name }] as const);
      return {
        direction: "in",
        open: {
          version,
          asn: myAs,
          hold_time: holdTime,
          router_id: identifier,
          capabilities: Object.fromEntries(said),
        },
      };
    }
    case "keepalive":
      return { direction: "in" };
    case "notification": {
      const notification = decodeNotification(body);
      if (notification === null) return null;
      const { code, subcode, data } = notification;
      return { direction: "in", notification: { code, subcode, data: toHex(data) } };
    }
    case "refresh": {
      const refresh = decodeRouteRefresh(body);
      if (!refresh.ok) return null;
      const { afi, safi, subtype } = refresh.value;
      return {
        direction: "in",
        "route-refresh": {
          ...familyFields({ afi, safi }),
          subtype: REFRESH_SUBTYPES[subtype] ?? String(subtype),
        },
      };
    }
    default:
      return null;
  }
}
