// A BGP message as JSON and back. The fields say what a message says; where they do not say all of its octets, such as how
// capabilities were grouped in an OPEN or a header that is not as it should be, the octets stand beside them.
import {
  bytesOf,
  ConfigError,
  decodeCapabilityMessage,
  decodeNotification,
  decodeOpen,
  decodeRouteFilters,
  decodeRouteRefresh,
  encodeCapabilityMessage,
  encodeMessage,
  encodeNotification,
  encodeOpen,
  encodeRouteRefresh,
  equalBytes,
  familyName,
  fromHex,
  MAX_EXTENDED_MESSAGE,
  MessageType,
  notificationCodeName,
  notificationSubcodeName,
  shutdownText,
  toHex,
  type CapabilityChange,
  type Notification,
  type OpenMessage,
  type RouteRefresh,
  type Slice,
} from "@bgpwire/core";
import {
  encodeUpdate,
  toJson,
  updateFromJson,
  type DecodeContext,
  type DecodedUpdate,
  type Update,
} from "@bgpwire/decoder";
import { pduBody } from "../bytes/pdu.ts";
import type { MessageEvent } from "../event.ts";
import type { JsonObject } from "./fields.ts";

/** The `type` of messages by the type octet of the header; others are "message" and have the octet as `messageType`. */
const NAMES: Readonly<Record<number, string>> = {
  [MessageType.Open]: "open",
  [MessageType.Update]: "update",
  [MessageType.Notification]: "notification",
  [MessageType.Keepalive]: "keepalive",
  [MessageType.RouteRefresh]: "refresh",
  [MessageType.Capability]: "capability",
};

/**
 * The fields of a message.
 *
 * @param decoded what it says, if it is an UPDATE
 */
export function messageJson(message: MessageEvent, decoded: DecodedUpdate | null): JsonObject {
  const { type, direction } = message;
  const name = NAMES[type];
  const fields: JsonObject =
    name === undefined
      ? { type: "message", messageType: type }
      : { type: name, ...(decoded === null ? bodyJson(type, pduBody(message)) : updateJson(decoded)) };
  const octets = bytesOf(message);
  return saysAll(fields, direction.context, octets) ? fields : { ...fields, octets: toHex(octets) };
}

/** Whether the octets follow from the fields alone. */
function saysAll(fields: JsonObject, context: DecodeContext, octets: Uint8Array): boolean {
  try {
    const encoded = encodeFields(fields, context);
    return encoded !== null && equalBytes(encoded, octets);
  } catch {
    // Fields that cannot be written, such as an OPEN with more capabilities than one of ours may have.
    return false;
  }
}

/** An UPDATE, and what is wrong with it where something is. */
export function updateJson({ update, action, issues, notification }: DecodedUpdate): JsonObject {
  return {
    update: toJson(update),
    ...(issues.length > 0 && { action, issues: toJson(issues) }),
    ...(notification !== null && { notification: toJson(notification) }),
  };
}

/** The body of a message that is no UPDATE. */
function bodyJson(type: number, body: Slice): JsonObject {
  switch (type) {
    case MessageType.Open: {
      const open = decodeOpen(body, false);
      return open.ok ? { open: toJson(open.value) } : { malformed: open.fault.reason };
    }
    case MessageType.Notification: {
      const notification = decodeNotification(body);
      return notification === null ? { malformed: "too short" } : { notification: notificationJson(notification) };
    }
    case MessageType.RouteRefresh: {
      const refresh = decodeRouteRefresh(body);
      if (!refresh.ok) return { malformed: refresh.fault.reason };
      const filters = decodeRouteFilters(refresh.value);
      const said = filters === null ? {} : { filters: toJson(filters) };
      return { refresh: { family: familyName(refresh.value), ...(toJson(refresh.value) as JsonObject), ...said } };
    }
    case MessageType.Capability: {
      const changes = decodeCapabilityMessage(body);
      return changes.ok ? { capability: toJson(changes.value) } : { malformed: changes.fault.reason };
    }
    default:
      return {};
  }
}

/** A NOTIFICATION with its names, and the text of RFC 9003 where there is one. */
function notificationJson(notification: Notification): JsonObject {
  const { code, subcode } = notification;
  const text = shutdownText(notification);
  const names = { codeName: notificationCodeName(code), subcodeName: notificationSubcodeName(code, subcode) };
  return { ...(toJson(notification) as JsonObject), ...names, ...(text !== null && { text }) };
}

/**
 * The octets of a message of `messageJson`.
 *
 * @throws ConfigError `invalid-value` where the fields are not those of a message, as in a file that was edited by hand
 */
export function messageOctets(json: JsonObject, context: DecodeContext): Uint8Array {
  const { type, octets } = json;
  const message = typeof octets === "string" ? fromHex(octets) : encodeFields(json, context);
  if (message !== null) return message;
  const said = typeof octets === "string" ? `"${octets}" is no hexadecimal text` : `"${String(type)}" without octets`;
  throw new ConfigError("invalid-value", "octets", said);
}

/** The octets that fields say; null where they say none. */
function encodeFields(fields: JsonObject, context: DecodeContext): Uint8Array | null {
  const name = fields["type"];
  if (name === NAMES[MessageType.Keepalive]) return encodeMessage(MessageType.Keepalive, new Uint8Array(0));
  const json = fields[String(name)];
  if (typeof json !== "object") return null;
  // It makes octets of every `{ hex }`, in an UPDATE as in the others.
  const value: unknown = updateFromJson(json);
  switch (name) {
    case "open":
      return encodeMessage(MessageType.Open, encodeOpen(value as OpenMessage));
    case "update":
      return encodeMessage(MessageType.Update, encodeUpdate(value as Update, context));
    case "notification":
      return encodeMessage(MessageType.Notification, encodeNotification(value as Notification, MAX_EXTENDED_MESSAGE));
    case "refresh":
      return encodeMessage(MessageType.RouteRefresh, encodeRouteRefresh(value as RouteRefresh));
    case "capability":
      return encodeMessage(MessageType.Capability, encodeCapabilityMessage(value as readonly CapabilityChange[]));
    default:
      return null;
  }
}
