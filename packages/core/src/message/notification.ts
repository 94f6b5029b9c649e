// The NOTIFICATION message (RFC 4271 section 4.5), its names, the text of RFC 9003 and the wrapping of RFC 8538.
import { toHex } from "../bytes/hex.ts";
import { ByteReader } from "../bytes/reader.ts";
import { bytesOf, copyOf, type Slice } from "../bytes/slice.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Fault } from "../fault.ts";
import { Cease, NotificationCode, notificationCodeName, notificationSubcodeName } from "../iana/notification-code.ts";
import { familyName } from "../iana/family.ts";
import type { Family } from "./capability.ts";
import { HEADER_LENGTH, MAX_MESSAGE } from "./header.ts";

/** A NOTIFICATION. */
export interface Notification {
  /** Error code, 1 to 255. */
  readonly code: number;
  /** Error subcode, 0 to 255. */
  readonly subcode: number;
  readonly data: Uint8Array;
}

/**
 * Decodes the body of a NOTIFICATION; the data is a copy.
 *
 * @returns null when code or subcode is missing. That is never answered (RFC 4271 section 6.4): it can only be logged.
 */
export function decodeNotification(slice: Slice): Notification | null {
  const body = bytesOf(slice);
  if (body.length < 2) return null;
  return { code: body[0]!, subcode: body[1]!, data: copyOf(body.subarray(2)) };
}

/**
 * Encodes the body of a NOTIFICATION. Data that would make the message longer than `maxLength` (header included) is cut
 * off at its end: a shortened diagnosis is better than a message the peer has to refuse.
 *
 * @throws ConfigError `invalid-value` when code or subcode is not 0 to 255
 */
export function encodeNotification(notification: Notification, maxLength: number = MAX_MESSAGE): Uint8Array {
  const writer = new ByteWriter(2 + notification.data.length);
  writer.u8(notification.code);
  writer.u8(notification.subcode);
  writer.bytes(notification.data.subarray(0, maxLength - HEADER_LENGTH - 2));
  return writer.finish();
}

/** The NOTIFICATION that answers a fault. */
export function asNotification(fault: Fault): Notification {
  return { code: fault.code, subcode: fault.subcode, data: fault.data };
}

/**
 * A Cease with the operator's words in it (RFC 9003 section 2). Text longer than `limit` octets is cut between two
 * characters; empty text gives the plain form of RFC 4486, which older peers know.
 *
 * @param subcode `Cease.AdministrativeShutdown` (2) or `Cease.AdministrativeReset` (4)
 * @param limit most octets of UTF-8: 128 by default, because RFC 9003 section 3 says that a text "SHOULD NOT be longer
 *   than 128 octets" unless the peer is known to read 255
 * @example shutdownNotification(Cease.AdministrativeShutdown, "software upgrade; back in 2 hours")
 */
export function shutdownNotification(subcode: 2 | 4, text: string, limit: number = 128): Notification {
  let octets = encodeUtf8(text);
  const most = Math.min(limit, 255);
  if (octets.length > most) {
    // Continuation octets are 10xxxxxx: the cut moves back to the beginning of a character.
    let end = Math.max(most, 0);
    while (end > 0 && (octets[end]! & 0xc0) === 0x80) end -= 1;
    octets = octets.subarray(0, end);
  }
  const data = new Uint8Array(octets.length === 0 ? 0 : 1 + octets.length);
  if (octets.length > 0) {
    data[0] = octets.length;
    data.set(octets, 1);
  }
  return { code: NotificationCode.Cease, subcode, data };
}

/**
 * The operator's words in a received Cease/Administrative Shutdown or Reset, also inside a Hard Reset.
 *
 * @returns null where there are none: another code, no or empty text, a wrong length, or bytes that are not UTF-8, which
 *   "a receiving BGP speaker MUST NOT interpret" (RFC 9003 section 2)
 */
export function shutdownText(notification: Notification): string | null {
  const { code, subcode, data } = unwrapHardReset(notification) ?? notification;
  if (code !== NotificationCode.Cease) return null;
  if (subcode !== Cease.AdministrativeShutdown && subcode !== Cease.AdministrativeReset) return null;
  if (data.length < 2 || data[0] !== data.length - 1) return null;
  return decodeUtf8(data.subarray(1));
}

/** A bound on the prefixes of one family that a peer may announce. */
export interface PrefixBound extends Family {
  /** 0 to 4294967295. */
  readonly limit: number;
}

/**
 * Cease/Maximum Number of Prefixes Reached with the family and the bound (RFC 4486 section 4), for a peer that has
 * announced more (RFC 4271 section 6.7).
 *
 * @throws ConfigError `invalid-value` when a number does not fit its field
 * @example session.close(maximumPrefixes({ afi: 1, safi: 1, limit: 1000 }), { idleHoldTime: 30 })
 */
export function maximumPrefixes({ afi, safi, limit }: PrefixBound): Notification {
  const writer = new ByteWriter(PREFIX_BOUND_LENGTH);
  writer.u16(afi);
  writer.u8(safi);
  writer.u32(limit);
  return { code: NotificationCode.Cease, subcode: Cease.MaximumPrefixesReached, data: writer.finish() };
}

/**
 * What a Cease/Maximum Number of Prefixes Reached says, also inside a Hard Reset.
 *
 * @returns null for another NOTIFICATION, and for one without the optional data or with data of another length
 */
export function prefixBoundOf(notification: Notification): PrefixBound | null {
  const { code, subcode, data } = unwrapHardReset(notification) ?? notification;
  if (code !== NotificationCode.Cease || subcode !== Cease.MaximumPrefixesReached) return null;
  if (data.length !== PREFIX_BOUND_LENGTH) return null;
  const reader = new ByteReader(data);
  return { afi: reader.u16(), safi: reader.u8(), limit: reader.u32() };
}

/** RFC 4486 section 4, figure 1. */
const PREFIX_BOUND_LENGTH = 7;

/**
 * Wraps a NOTIFICATION into Cease/Hard Reset (RFC 8538 section 3.1), which tells a peer with the N flag not to keep our
 * routes.
 */
export function hardReset(reason: Notification): Notification {
  const data = new Uint8Array(2 + reason.data.length);
  data[0] = reason.code;
  data[1] = reason.subcode;
  data.set(reason.data, 2);
  return { code: NotificationCode.Cease, subcode: Cease.HardReset, data };
}

/** The NOTIFICATION inside a Cease/Hard Reset (RFC 8538 section 3.2); null when it is none or holds none. */
export function unwrapHardReset(notification: Notification): Notification | null {
  const { code, subcode, data } = notification;
  if (code !== NotificationCode.Cease || subcode !== Cease.HardReset || data.length < 2) return null;
  return { code: data[0]!, subcode: data[1]!, data: data.subarray(2) };
}

/**
 * A NOTIFICATION in words, on one line and without control characters whatever the peer put into it.
 *
 * @example "Cease/Administrative Shutdown: \"maintenance\""
 * @example "OPEN Message Error/Unsupported Version Number (data 0004)"
 * @example "Cease/Hard Reset: Cease/Peer De-configured"
 * @example "Cease/Maximum Number of Prefixes Reached: more than 1000 of ipv4-unicast"
 */
export function notificationText(notification: Notification): string {
  const inner = unwrapHardReset(notification);
  // One level only: a peer may nest as many as fit a message, and the stack is not theirs to fill.
  return inner === null ? plainText(notification) : `${names(notification)}: ${plainText(inner)}`;
}

/** Octets of data shown; the rest is an ellipsis. */
const DATA_SHOWN = 32;

function plainText(notification: Notification): string {
  const { data } = notification;
  if (data.length === 0) return names(notification);
  const words = shutdownText(notification);
  if (words !== null && notification.subcode !== Cease.HardReset) return `${names(notification)}: ${quoted(words)}`;
  const bound = notification.subcode === Cease.HardReset ? null : prefixBoundOf(notification);
  if (bound !== null) return `${names(notification)}: more than ${bound.limit} of ${familyName(bound)}`;
  const rest = data.length > DATA_SHOWN ? "…" : "";
  return `${names(notification)} (data ${toHex(data.subarray(0, DATA_SHOWN))}${rest})`;
}

function names(notification: Notification): string {
  const subcode = notificationSubcodeName(notification.code, notification.subcode);
  return notificationCodeName(notification.code) + (subcode === "" ? "" : `/${subcode}`);
}

/** Quoted text; what JSON leaves alone but a terminal or a log may act on (C1, line and direction controls) is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
