// Events of captures as JSON and back, one object each. Nothing is lost: what the fields do not say stands beside them as
// octets. The published description is schema/capture.schema.json of the command; a test holds this against it.
import { ConfigError, familyName, fromHex, parseFamily, toHex, type Slice } from "@bgpwire/core";
import { toJson, type DecodedUpdate, type Json } from "@bgpwire/decoder";
import type { Captured, CaptureEvent, RouteEvent } from "../event.ts";
import type { EventReading } from "../reading.ts";
import { parseTime, timeText, type Time } from "../text/time.ts";
import {
  contextJson,
  directionFrom,
  directionJson,
  endpointFrom,
  endpointJson,
  type Contexts,
  type JsonObject,
} from "./endpoint-json.ts";
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
      offset: json["offset"] as number,
      reason: json["reason"] as string,
      skipped: json["skipped"] as number | null,
    };
  }
  const mrt = json["mrt"] as Captured["mrt"];
  const at: Captured = {
    ...timeFrom(json["time"]),
    offset: json["offset"] as number,
    ...(mrt !== undefined && { mrt }),
  };
  if (type === "information") {
    return { kind: "information", ...at, name: json["name"] as string, values: json["values"] as JsonObject };
  }
  if (type === "route") return { kind: "route", ...at, ...routeFrom(json, contexts) };
  const direction = directionFrom(json, contexts);
  switch (type) {
    case "state":
      return {
        kind: "state",
        ...at,
        direction,
        oldState: json["oldState"] as number,
        newState: json["newState"] as number,
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
      return { kind: "down", ...at, direction, reason: json["reason"] as string, notification };
    }
    case "gap":
      return { kind: "gap", ...at, direction, octets: json["octets"] as number | null };
    default: {
      const octets = messageOctets(json, direction.context);
      return { kind: "message", ...at, direction, type: octets[18] ?? 0, ...whole(octets) };
    }
  }
}

function routeFrom(json: JsonObject, contexts: Contexts): Omit<RouteEvent, "kind" | keyof Captured> {
  const family = parseFamily(json["family"] as string);
  if (family === null) throw new ConfigError("invalid-value", "family", `"${String(json["family"])}" is no family`);
  const octets = json["octets"] as JsonObject;
  return {
    peer: endpointFrom(json["peer"] as JsonObject),
    originated: timeFrom(json["originated"]).seconds,
    family,
    nlri: sliceFrom(octets, "nlri"),
    pathId: (json["pathId"] as number | undefined) ?? null,
    attributes: sliceFrom(octets, "attributes"),
    context: contexts.of(json["context"]!),
  };
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
