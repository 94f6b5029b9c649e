// Events of captures as JSON and back, one object each. Nothing is lost: what the fields do not say stands beside them as
// octets. The published description is schema/capture.schema.json of the command; a test holds this against it.
import { ConfigError, familyName, fromHex, parseFamily, toHex, type Slice } from "@bgpwire/core";
import { toJson, type DecodedUpdate, type Json } from "@bgpwire/decoder";
import type { Captured, CaptureEvent, MrtRecordType, RouteEvent } from "../event.ts";
import type { EventReading } from "../reading.ts";
import { parseTime, timeText, type Time } from "../text/time.ts";
import {
  contextJson,
  directionFrom,
  directionJson,
  endpointFrom,
  endpointJson,
  type Contexts,
} from "./endpoint-json.ts";
import { numberIn, numberOrNull, objectIn, textIn, type JsonObject } from "./fields.ts";
import { messageJson, messageOctets, updateJson } from "./message-json.ts";

/**
 * An event as plain data for `JSON.stringify`.
 *
 * @example JSON.stringify(eventJson(new EventReading(event)))
 * // {"type":"update","time":"2026-02-22T15:30:00Z","offset":0,"session":0,"from":{…},"to":{…},"context":{},"update":{…}}
 */
export function eventJson(reading: EventReading): JsonObject {
  const { event } = reading;
  if (event.kind === "problem") {
    const { offset, reason, skipped } = event;
    return { type: "problem", offset, reason, skipped };
  }
  const at = { time: timeText(event), offset: event.offset, ...(event.mrt !== undefined && { mrt: { ...event.mrt } }) };
  switch (event.kind) {
    case "message": {
      const { type, ...fields } = messageJson(event, reading.decoded);
      return { type: type!, ...at, ...directionJson(event.direction), ...fields };
    }
    case "route":
      return { type: "route", ...at, ...routeJson(event, reading.decoded) };
    case "state": {
      const { oldState, newState } = event;
      return { type: "state", ...at, ...directionJson(event.direction), oldState, newState };
    }
    case "up": {
      const { sentOpen, receivedOpen } = event;
      return {
        type: "up",
        ...at,
        ...directionJson(event.direction),
        ...(sentOpen !== null && { sentOpen: hexOf(sentOpen) }),
        ...(receivedOpen !== null && { receivedOpen: hexOf(receivedOpen) }),
      };
    }
    case "down": {
      const { reason, notification } = event;
      const octets = notification === null ? {} : { notification: hexOf(notification) };
      return { type: "down", ...at, ...directionJson(event.direction), reason, ...octets };
    }
    case "gap":
      return { type: "gap", ...at, ...directionJson(event.direction), octets: event.octets };
    case "information":
      return { type: "information", ...at, name: event.name, values: toJson(event.values) };
  }
}

function routeJson(route: RouteEvent, decoded: DecodedUpdate | null): JsonObject {
  return {
    peer: endpointJson(route.peer),
    originated: timeText({ seconds: route.originated, nanoseconds: 0 }),
    family: familyName(route.family),
    ...(route.pathId !== null && { pathId: route.pathId }),
    context: contextJson(route.context),
    // Nobody sent it here, so there is nobody to answer.
    ...(decoded !== null && updateJson({ ...decoded, notification: null })),
    octets: { nlri: hexOf(route.nlri), attributes: hexOf(route.attributes) },
  };
}

function hexOf({ buffer, start, end }: Slice): string {
  return toHex(buffer.subarray(start, end));
}

/** Octets of no file are more. */
const MOST = Number.MAX_SAFE_INTEGER;

/**
 * The event of what `eventJson` gave, after `JSON.parse`. Its octets are those it had.
 *
 * @param contexts of the same file, so that each is made once
 * @throws ConfigError `invalid-value` where it is none, as in a file that was edited by hand
 */
export function eventFromJson(json: JsonObject, contexts: Contexts): CaptureEvent {
  const { type } = json;
  if (type === "problem") {
    return {
      kind: "problem",
      offset: numberIn(json, "offset", MOST),
      reason: textIn(json, "reason"),
      skipped: numberOrNull(json, "skipped", MOST),
    };
  }
  const at: Captured = {
    ...timeFrom(json["time"]),
    offset: numberIn(json, "offset", MOST),
    ...(json["mrt"] !== undefined && { mrt: mrtFrom(objectIn(json, "mrt")) }),
  };
  if (type === "information") {
    return { kind: "information", ...at, name: textIn(json, "name"), values: objectIn(json, "values") };
  }
  if (type === "route") return { kind: "route", ...at, ...routeFrom(json, contexts) };
  const direction = directionFrom(json, contexts);
  switch (type) {
    case "state":
      return {
        kind: "state",
        ...at,
        direction,
        oldState: numberIn(json, "oldState", 0xffff),
        newState: numberIn(json, "newState", 0xffff),
      };
    case "up":
      return {
        kind: "up",
        ...at,
        direction,
        sentOpen: sliceOrNull(json, "sentOpen"),
        receivedOpen: sliceOrNull(json, "receivedOpen"),
      };
    case "down": {
      const notification = sliceOrNull(json, "notification");
      return { kind: "down", ...at, direction, reason: textIn(json, "reason"), notification };
    }
    case "gap":
      return { kind: "gap", ...at, direction, octets: numberOrNull(json, "octets", MOST) };
    default: {
      const octets = messageOctets(json, direction.context);
      return { kind: "message", ...at, direction, type: octets[18] ?? 0, ...whole(octets) };
    }
  }
}

function routeFrom(json: JsonObject, contexts: Contexts): Omit<RouteEvent, "kind" | keyof Captured> {
  const family = parseFamily(textIn(json, "family"));
  if (family === null) throw new ConfigError("invalid-value", "family", `"${textIn(json, "family")}" is no family`);
  const octets = objectIn(json, "octets");
  return {
    peer: endpointFrom(objectIn(json, "peer")),
    originated: timeFrom(json["originated"]).seconds,
    family,
    nlri: sliceFrom(octets, "nlri"),
    pathId: numberOrNull(json, "pathId", 0xffff_ffff),
    attributes: sliceFrom(octets, "attributes"),
    context: contexts.of(objectIn(json, "context")),
  };
}

function mrtFrom(json: JsonObject): MrtRecordType {
  return { type: numberIn(json, "type", 0xffff), subtype: numberIn(json, "subtype", 0xffff) };
}

function timeFrom(text: Json | undefined): Time {
  const time = typeof text === "string" ? parseTime(text) : null;
  if (time === null) throw new ConfigError("invalid-value", "time", `${JSON.stringify(text)} is no time in UTC`);
  return time;
}

function sliceOrNull(json: JsonObject, field: string): Slice | null {
  return json[field] === undefined ? null : sliceFrom(json, field);
}

function sliceFrom(json: JsonObject, field: string): Slice {
  const text = json[field];
  const octets = typeof text === "string" ? fromHex(text) : null;
  if (octets === null) throw new ConfigError("invalid-value", field, `${JSON.stringify(text)} is no hexadecimal text`);
  return whole(octets);
}

function whole(octets: Uint8Array): Slice {
  return { buffer: octets, start: 0, end: octets.length };
}
