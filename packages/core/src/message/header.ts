// The message header (RFC 4271 section 4.1): lengths, and a body made into a message.
import { ConfigError } from "../fault.ts";
import { MessageType } from "../iana/message-type.ts";

/** Octets of marker, length and type. */
export const HEADER_LENGTH = 19;

/** Longest message of RFC 4271, header included. */
export const MAX_MESSAGE = 4096;

/** Longest message once both sides have the extended message capability (RFC 8654), header included. */
export const MAX_EXTENDED_MESSAGE = 65535;

/**
 * A whole message: sixteen octets of ones, the length, the type and the body.
 *
 * Whether the peer accepts more than `MAX_MESSAGE` octets is for the caller to know.
 *
 * @throws ConfigError `invalid-value` when the message would be longer than its length field can say
 * @example encodeMessage(MessageType.Update, new Uint8Array(4)) // the End-of-RIB of IPv4 unicast
 */
export function encodeMessage(type: number, body: Uint8Array): Uint8Array {
  const length = HEADER_LENGTH + body.length;
  if (length > MAX_EXTENDED_MESSAGE) {
    throw new ConfigError("invalid-value", "body", `a message of ${length} octets does not exist in BGP`);
  }
  const message = new Uint8Array(length);
  message.fill(0xff, 0, 16);
  message[16] = length >>> 8;
  message[17] = length;
  message[18] = type;
  message.set(body, HEADER_LENGTH);
  return message;
}

/** A KEEPALIVE (RFC 4271 section 4.4), new each time because whoever sends it owns it. */
export function encodeKeepalive(): Uint8Array {
  return encodeMessage(MessageType.Keepalive, new Uint8Array(0));
}
