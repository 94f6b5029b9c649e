// From the options a user wrote to the settings the machine runs on: every field checked, every default filled in, times
// in milliseconds. What exists is the tables; each mistake is one ConfigError that names the field, the value and the rule.
import { addressVersion, normaliseAddress } from "../address/address.ts";
import { formatIPv4, parseIPv4 } from "../address/ipv4.ts";
import { AS_TRANS } from "../iana/as-number.ts";
import type { Capability } from "../message/capability.ts";
import {
  checkBoolean,
  checkFields,
  checkInteger,
  checkSeconds,
  frozenCopy,
  invalid,
  isInteger,
  show,
} from "./check-field.ts";
import { checkGracefulRestart, checkLongLived } from "./check-restart.ts";
import type { GracefulRestartSettings, LongLivedSettings } from "./check-restart.ts";
import type { Millis } from "./io.ts";
import type { AsRange, PeerOptions } from "./options.ts";
import { checkSocketOptions, type SocketOptions } from "./socket-options.ts";

/** `PeerOptions`, checked and complete. Frozen; shares nothing with the options it was made from. */
export interface PeerSettings {
  /** Normalised. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Normalised; null is any. */
  readonly localAddress: string | null;
  readonly localAs: number;
  readonly remoteAs: readonly AsRange[] | "any";
  readonly routerId: string;
  readonly passive: boolean;
  readonly enabled: boolean;
  /** Seconds, as on the wire. */
  readonly holdTime: number;
  /** Seconds, as on the wire. */
  readonly minimumHoldTime: number;
  /** 0 is off; null is the default, which the negotiated hold time decides. */
  readonly sendHoldTime: Millis | null;
  readonly connectRetryTime: Millis;
  readonly connectRetryTimeMax: Millis;
  readonly idleHoldTime: Millis;
  readonly idleHoldTimeMax: Millis;
  readonly dampPeerOscillations: boolean;
  readonly delayOpenTime: Millis;
  readonly openHoldTime: Millis;
  readonly collisionDetectEstablishedState: boolean;
  readonly collisionHoldTime: Millis;
  readonly sendNotificationWithoutOpen: boolean;
  readonly capabilities: readonly Capability[];
  readonly fourOctetAs: boolean;
  readonly gracefulRestart: GracefulRestartSettings | null;
  readonly longLivedGracefulRestart: readonly LongLivedSettings[];
  /** 0 is no bound. */
  readonly stalePathTime: Millis;
  readonly bfdHoldTime: Millis;
  readonly requiredCapabilities: readonly number[];
  readonly askOpenParameters: boolean;
  readonly askOpenVerdict: boolean;
  /** Bytes. */
  readonly sendHighWaterMark: number;
  readonly socketOptions: SocketOptions | null;
}

const MAX_AS = 0xffff_ffff;

/** Both OPENs of a peer nobody configured capabilities for: the seed of every session, and one list for all peers. */
const DEFAULT_CAPABILITIES: readonly Capability[] = Object.freeze<Capability[]>([
  Object.freeze({ name: "multiprotocol", code: 1, afi: 1, safi: 1 } as const),
  Object.freeze({ name: "routeRefresh", code: 2 } as const),
]);
const NO_CODES: readonly number[] = Object.freeze<number[]>([]);

/** Of which an OPEN has one at most: role (RFC 9234 section 4.1), graceful restart (RFC 4724 section 3), ADD-PATH (RFC 7911 section 4). */
const ONCE: ReadonlySet<number> = new Set([9, 64, 69]);

/** Every field of `PeerOptions`; anything else is a spelling mistake. */
export const PEER_FIELDS: Readonly<Record<keyof PeerOptions, true>> = {
  remoteAddress: true,
  remotePort: true,
  localAddress: true,
  localAs: true,
  remoteAs: true,
  routerId: true,
  passive: true,
  enabled: true,
  holdTime: true,
  minimumHoldTime: true,
  sendHoldTime: true,
  connectRetryTime: true,
  connectRetryTimeMax: true,
  idleHoldTime: true,
  idleHoldTimeMax: true,
  dampPeerOscillations: true,
  delayOpenTime: true,
  openHoldTime: true,
  collisionDetectEstablishedState: true,
  collisionHoldTime: true,
  sendNotificationWithoutOpen: true,
  capabilities: true,
  fourOctetAs: true,
  gracefulRestart: true,
  longLivedGracefulRestart: true,
  stalePathTime: true,
  bfdHoldTime: true,
  requiredCapabilities: true,
  askOpenParameters: true,
  askOpenVerdict: true,
  sendHighWaterMark: true,
  md5Password: true,
  ttlSecurity: true,
  ttl: true,
  dscp: true,
  bindToDevice: true,
  tcpUserTimeout: true,
};

/**
 * Checks the options of one peer and fills in the defaults.
 *
 * @param routerId BGP Identifier of the speaker, for a peer without its own
 * @throws ConfigError `invalid-value` with the field, for the first thing that is wrong
 * @example resolvePeerOptions({ remoteAddress: "192.0.2.2", remoteAs: 65002, localAs: 65001 }, "192.0.2.1").holdTime // 90
 */
export function resolvePeerOptions(options: PeerOptions, routerId: string): PeerSettings {
  checkFields(options, PEER_FIELDS, "the options of a peer");
  const remoteAddress = checkRemoteAddress(options.remoteAddress);
  const fourOctetAs = checkBoolean("fourOctetAs", options.fourOctetAs, true);
  const localAs = checkLocalAs(options.localAs, fourOctetAs);
  const holdTime = checkHoldTime("holdTime", options.holdTime, 90);
  const connectRetryTime = checkSeconds("connectRetryTime", options.connectRetryTime, 5, 0.001);
  const idleHoldTime = checkSeconds("idleHoldTime", options.idleHoldTime, 5);
  const capabilities = checkCapabilities("capabilities", options.capabilities, localAs);
  const askOpenParameters = checkBoolean("askOpenParameters", options.askOpenParameters, false);
  // Families can be held against what is offered only where nobody is asked later.
  const offered = askOpenParameters ? null : capabilities;
  const gracefulRestart = checkGracefulRestart(options.gracefulRestart, holdTime, offered);
  return Object.freeze<PeerSettings>({
    remoteAddress,
    remotePort: checkInteger("remotePort", options.remotePort, 179, 1, 65535),
    localAddress: checkLocalAddress(options.localAddress, remoteAddress),
    localAs,
    remoteAs: checkRemoteAs(options.remoteAs, localAs),
    routerId: checkRouterId("routerId", options.routerId ?? routerId),
    passive: checkBoolean("passive", options.passive, false),
    enabled: checkBoolean("enabled", options.enabled, true),
    holdTime,
    minimumHoldTime: checkMinimumHoldTime(options.minimumHoldTime, holdTime),
    sendHoldTime: checkSendHoldTime(options.sendHoldTime, holdTime),
    connectRetryTime,
    connectRetryTimeMax: checkCeiling("connectRetryTimeMax", options.connectRetryTimeMax, 60, connectRetryTime),
    idleHoldTime,
    idleHoldTimeMax: checkCeiling("idleHoldTimeMax", options.idleHoldTimeMax, 120, idleHoldTime),
    dampPeerOscillations: checkBoolean("dampPeerOscillations", options.dampPeerOscillations, true),
    delayOpenTime: checkSeconds("delayOpenTime", options.delayOpenTime, 0),
    openHoldTime: checkSeconds("openHoldTime", options.openHoldTime, 240, 0.001),
    collisionDetectEstablishedState: checkBoolean(
      "collisionDetectEstablishedState",
      options.collisionDetectEstablishedState,
      false,
    ),
    collisionHoldTime: checkSeconds("collisionHoldTime", options.collisionHoldTime, 2),
    sendNotificationWithoutOpen: checkBoolean("sendNotificationWithoutOpen", options.sendNotificationWithoutOpen, true),
    capabilities,
    fourOctetAs,
    gracefulRestart,
    longLivedGracefulRestart: checkLongLived(options.longLivedGracefulRestart, gracefulRestart !== null, offered),
    stalePathTime: checkSeconds("stalePathTime", options.stalePathTime, 180),
    bfdHoldTime: checkSeconds("bfdHoldTime", options.bfdHoldTime, 30, 0.001),
    requiredCapabilities: checkCodes(options.requiredCapabilities),
    askOpenParameters,
    askOpenVerdict: checkBoolean("askOpenVerdict", options.askOpenVerdict, false),
    sendHighWaterMark: checkInteger(
      "sendHighWaterMark",
      options.sendHighWaterMark,
      262_144,
      1,
      Number.MAX_SAFE_INTEGER,
    ),
    socketOptions: checkSocketOptions(options),
  });
}

/**
 * RFC 6286 section 2.1: the BGP Identifier is any 32-bit number but zero, written as an IPv4 address.
 *
 * @returns the identifier in its one dotted form
 */
export function checkRouterId(field: string, value: unknown): string {
  const id = typeof value === "string" ? parseIPv4(value) : null;
  if (id === null || id === 0) {
    throw invalid(field, `${show(value)} is not a BGP identifier; give four octets such as "192.0.2.1", not 0.0.0.0`);
  }
  return formatIPv4(id);
}

/** The number of a peer's AS, a list of ranges, or a word, as ranges. RFC 7607: AS 0 is nobody's. */
function checkRemoteAs(value: unknown, localAs: number): readonly AsRange[] | "any" {
  if (value === "any") return "any";
  if (value === "internal") return Object.freeze([Object.freeze({ from: localAs, to: localAs })]);
  if (value === "external") {
    const others = [
      { from: 1, to: localAs - 1 },
      { from: localAs + 1, to: MAX_AS },
    ];
    return Object.freeze(others.filter(({ from, to }) => from <= to).map((range) => Object.freeze(range)));
  }
  const accepted = 'give an AS number from 1 to 4294967295, a list of { from, to }, "any", "external" or "internal"';
  if (typeof value === "number") {
    if (!isInteger(value, 1, MAX_AS)) throw invalid("remoteAs", `${show(value)} is not accepted; ${accepted}`);
    if (value === AS_TRANS) throw invalid("remoteAs", "23456 is AS_TRANS, which no peer has (RFC 6793 section 9)");
    return Object.freeze([Object.freeze({ from: value, to: value })]);
  }
  if (!Array.isArray(value) || value.length === 0)
    throw invalid("remoteAs", `${show(value)} is not accepted; ${accepted}`);
  return Object.freeze(
    value.map((range: unknown, i) => {
      const { from, to } = typeof range === "object" && range !== null ? (range as Partial<AsRange>) : {};
      if (!isInteger(from, 1, MAX_AS) || !isInteger(to, from, MAX_AS)) {
        throw invalid(
          `remoteAs[${i}]`,
          `${show(range)} is not a range { from, to } with 1 <= from <= to <= 4294967295`,
        );
      }
      return Object.freeze({ from, to });
    }),
  );
}

/**
 * Capabilities as the machine keeps them: a frozen copy. Also for what a plugin returns from `getCapabilities`.
 *
 * Capability 65 is made from the local AS number (RFC 6793 section 3), so one that says something else is a mistake. So is a
 * second one of those in `ONCE`.
 */
export function checkCapabilities(field: string, value: unknown, localAs: number): readonly Capability[] {
  if (value === undefined) return DEFAULT_CAPABILITIES;
  if (!Array.isArray(value)) throw invalid(field, `${show(value)} is not a list of capabilities`);
  const codes = new Set<number>();
  return Object.freeze(
    value.map((item: unknown, i) => {
      const { name, code } = typeof item === "object" && item !== null ? (item as Partial<Capability>) : {};
      if (typeof name !== "string" || !isInteger(code, 0, 255)) {
        throw invalid(
          `${field}[${i}]`,
          `${show(item)} is not a capability, an object with a name and a code from 0 to 255`,
        );
      }
      if (ONCE.has(code) && codes.has(code)) throw invalid(`${field}[${i}]`, `a second capability ${code}; give one`);
      codes.add(code);
      const copy = frozenCopy(item) as Capability;
      if (copy.name === "fourOctetAs" && copy.as !== localAs) {
        throw invalid(`${field}[${i}]`, `AS ${show(copy.as)} is not the local AS ${localAs}; leave capability 65 out`);
      }
      return copy;
    }),
  );
}

function checkRemoteAddress(value: unknown): string {
  const address = checkAddress("remoteAddress", value);
  // RFC 4291 section 2.5.6 and RFC 4007 section 6: a link-local address means nothing without its zone.
  if (isLinkLocal(address) && !address.includes("%")) {
    throw invalid("remoteAddress", `${show(value)} is link-local; add its zone, as in "${address}%eth0"`);
  }
  return address;
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/.test(address);
}

function checkLocalAddress(value: unknown, remoteAddress: string): string | null {
  if (value === undefined) return null;
  const address = checkAddress("localAddress", value);
  const version = addressVersion(remoteAddress);
  if (addressVersion(address) !== version) {
    throw invalid("localAddress", `${show(value)} is not IPv${version}, but the remote address ${remoteAddress} is`);
  }
  if (!isLinkLocal(address)) return address;
  // RFC 4007 section 6: both ends of a connection between link-local addresses are in one zone.
  const [, zone] = remoteAddress.split("%");
  if (zone === undefined) {
    throw invalid("localAddress", `${show(value)} is link-local, but the remote address ${remoteAddress} is not`);
  }
  const [own, ownZone = zone] = address.split("%");
  if (ownZone !== zone) {
    throw invalid("localAddress", `${show(value)} is not in the zone of the remote address ${remoteAddress}`);
  }
  return `${own}%${zone}`;
}

/** An address that a TCP connection can have at one end. */
function checkAddress(field: string, value: unknown): string {
  const address = typeof value === "string" ? normaliseAddress(value) : null;
  if (address === null) {
    throw invalid(field, `${show(value)} is not an IPv4 or IPv6 address; names are not resolved`);
  }
  const first = Number.parseInt(address, 10);
  const multicast = address.includes(":") ? /^ff[0-9a-f]{2}:/.test(address) : first >= 224 && first <= 239;
  if (address === "0.0.0.0" || address === "::" || address === "255.255.255.255" || multicast) {
    throw invalid(field, `${show(value)} is not the address of one host`);
  }
  return address;
}

function checkLocalAs(value: unknown, fourOctetAs: boolean): number {
  if (!isInteger(value, 1, MAX_AS)) {
    throw invalid("localAs", `${show(value)} is not accepted; give an AS number from 1 to 4294967295`);
  }
  if (value === AS_TRANS) throw invalid("localAs", "23456 is AS_TRANS, which is nobody's own (RFC 6793 section 9)");
  if (value > 0xffff && !fourOctetAs) {
    throw invalid("localAs", `${value} needs four octets, but fourOctetAs is false; give a number from 1 to 65535`);
  }
  return value;
}

/** RFC 4271 section 4.2: zero or at least three seconds, in two octets. */
function checkHoldTime(field: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (value !== 0 && !isInteger(value, 3, 0xffff)) {
    throw invalid(
      field,
      `${show(value)} is not accepted; give 0 or whole seconds from 3 to 65535 (RFC 4271 section 4.2)`,
    );
  }
  return value;
}

/** The session runs on the smaller of both proposals, so a minimum above ours could never be met. */
function checkMinimumHoldTime(value: unknown, holdTime: number): number {
  const minimum = checkHoldTime("minimumHoldTime", value, 0);
  if (minimum > holdTime) {
    throw invalid(
      "minimumHoldTime",
      `${minimum} is above our own hold time of ${holdTime}, so no session could come up`,
    );
  }
  return minimum;
}

/** RFC 9687 section 4.4: "If SendHoldTime is non-zero, then it MUST be greater than the value of HoldTime". */
function checkSendHoldTime(value: unknown, holdTime: number): Millis | null {
  if (value === undefined) return null;
  const time = checkSeconds("sendHoldTime", value, 0);
  if (time !== 0 && time <= holdTime * 1000) {
    throw invalid(
      "sendHoldTime",
      `${show(value)} is not accepted; give 0 or more than the hold time of ${holdTime} s (RFC 9687 section 4.4)`,
    );
  }
  return time;
}

/** The ceiling of a backoff: never below where the backoff starts. */
function checkCeiling(
  field: "connectRetryTimeMax" | "idleHoldTimeMax",
  value: unknown,
  fallback: number,
  floor: Millis,
): Millis {
  if (value === undefined) return Math.max(fallback * 1000, floor);
  const time = checkSeconds(field, value, fallback);
  if (time < floor) {
    throw invalid(field, `${show(value)} is below ${field.slice(0, -3)}, which is ${floor / 1000} s`);
  }
  return time;
}

function checkCodes(value: unknown): readonly number[] {
  if (value === undefined) return NO_CODES;
  if (!Array.isArray(value)) throw invalid("requiredCapabilities", `${show(value)} is not a list of capability codes`);
  for (const [i, code] of value.entries()) {
    if (!isInteger(code, 0, 255)) {
      throw invalid(`requiredCapabilities[${i}]`, `${show(code)} is not a capability code from 0 to 255`);
    }
  }
  return Object.freeze([...(value as number[])]);
}
