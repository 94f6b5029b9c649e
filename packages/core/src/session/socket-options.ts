// Options of a peer's TCP connections that no runtime sets by itself: TCP MD5 signatures (RFC 2385), TTL security (RFC 5082),
// TTL, DSCP, a network device, and a timeout of unacknowledged octets. Checked here; a driver sets them.
import { encodeUtf8 } from "../bytes/utf8.ts";
import { checkInteger, checkSeconds, invalid, isInteger, show } from "./check-field.ts";
import type { Millis } from "./io.ts";
import type { PeerOptions } from "./options.ts";

/** What the connections of a peer are to have beyond the defaults of the system. Null is the system's default. */
export interface SocketOptions {
  /** The key of RFC 2385, 1 to 80 octets. A secret: no event, snapshot or input log has it. */
  readonly md5Password: Uint8Array | null;
  /** How many hops away the peer may be, 1 to 254 (RFC 5082). */
  readonly ttlSecurity: number | null;
  /** TTL or hop limit of what we send, 1 to 255. */
  readonly ttl: number | null;
  /** Differentiated services code point of what we send, 0 to 63 (RFC 2474). */
  readonly dscp: number | null;
  /** Name of the network device, or VRF, that the connection is bound to. */
  readonly bindToDevice: string | null;
  /** How long octets may be unacknowledged before the connection ends (RFC 5482 section 1). */
  readonly tcpUserTimeout: Millis | null;
}

/** The fields of `PeerOptions` that become `SocketOptions`. */
export const SOCKET_FIELDS: readonly (keyof SocketOptions & keyof PeerOptions)[] = [
  "md5Password",
  "ttlSecurity",
  "ttl",
  "dscp",
  "bindToDevice",
  "tcpUserTimeout",
];

/** Linux has the TCP user timeout in milliseconds, as a signed 32-bit integer. */
const MAX_USER_TIMEOUT = 0x7fff_ffff;

/**
 * The options of a peer's sockets, checked; null where it has none.
 *
 * @throws ConfigError `invalid-value` with the field
 */
export function checkSocketOptions(options: Partial<PeerOptions>): SocketOptions | null {
  if (SOCKET_FIELDS.every((field) => options[field] === undefined)) return null;
  const checked: SocketOptions = {
    md5Password: checkPassword(options.md5Password),
    ttlSecurity: checkOptional("ttlSecurity", options.ttlSecurity, 1, 254),
    ttl: checkOptional("ttl", options.ttl, 1, 255),
    dscp: checkOptional("dscp", options.dscp, 0, 63),
    bindToDevice: checkDevice(options.bindToDevice),
    tcpUserTimeout: checkUserTimeout(options.tcpUserTimeout),
  };
  if (checked.ttl !== null && checked.ttlSecurity !== null) {
    throw invalid(
      "ttl",
      `${checked.ttl} cannot be with ttlSecurity, which sends 255 (RFC 5082 section 3); leave one out`,
    );
  }
  return Object.freeze(checked);
}

function checkOptional(field: string, value: unknown, low: number, high: number): number | null {
  return value === undefined ? null : checkInteger(field, value, low, low, high);
}

/** The value is a secret, so the error does not have it. */
function checkPassword(value: unknown): Uint8Array | null {
  if (value === undefined) return null;
  const octets = typeof value === "string" ? encodeUtf8(value) : null;
  if (octets === null || !isInteger(octets.length, 1, 80)) {
    const what = octets === null ? "is not text" : `has ${octets.length} octets`;
    throw invalid("md5Password", `${what}; give 1 to 80 octets of UTF-8`);
  }
  return octets;
}

/** Linux: a name of 1 to 15 octets without a slash or white space. */
function checkDevice(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value !== "string" || !/^[^\s/\0]+$/.test(value) || encodeUtf8(value).length > 15) {
    throw invalid("bindToDevice", `${show(value)} is not the name of a network device, 1 to 15 octets such as "eth0"`);
  }
  return value;
}

function checkUserTimeout(value: unknown): Millis | null {
  if (value === undefined) return null;
  const time = Math.round(checkSeconds("tcpUserTimeout", value, 0, 0.001));
  if (time > MAX_USER_TIMEOUT) {
    throw invalid("tcpUserTimeout", `${show(value)} is not accepted; give seconds up to ${MAX_USER_TIMEOUT / 1000}`);
  }
  return time;
}
