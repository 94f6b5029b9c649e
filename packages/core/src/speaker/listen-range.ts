// Listen ranges: peers that are not configured one by one but made when somebody in a prefix connects, or is to be dialled because
// its address was learned. Such a peer is deleted when its last connection ends or that dial fails.
import { parseAddress } from "../address/address.ts";
import { formatPrefix, parseZonedPrefix, prefixContains } from "../address/prefix.ts";
import { ConfigError } from "../fault.ts";
import { checkFields, checkInteger, show } from "../session/check-field.ts";
import { PEER_FIELDS, resolvePeerOptions, type PeerSettings } from "../session/check-options.ts";
import type { PeerOptions } from "../session/options.ts";

/**
 * Whom to accept, and as what. All fields of `PeerOptions` but those that only one configured peer can have.
 *
 * @example { prefix: "192.0.2.0/24", localAs: 65001, remoteAs: [{ from: 64512, to: 65534 }], limit: 50 }
 */
export interface ListenRangeOptions extends Omit<PeerOptions, "remoteAddress" | "remotePort" | "passive" | "enabled"> {
  /**
   * Addresses that may connect. Of several ranges the longest prefix counts. `fe80::%eth0/10` is whoever has a link-local
   * address on the link of eth0: a peer without a number. Without a zone it is so on every link.
   */
  readonly prefix: string;
  /** Most peers at a time, 1 to 1000000; further connections are rejected. Default 100. */
  readonly limit?: number;
}

/** What can be changed of a range that is there. An option that is given as undefined has its default again. */
export type ListenRangeChanges = {
  readonly [K in Exclude<keyof ListenRangeOptions, "prefix" | "localAddress">]?: ListenRangeOptions[K] | undefined;
};

/** A range that has been checked. `C` is what its peers carry for their user. */
export interface ListenRange<C> {
  /** Canonical, host bits zero, with its zone. */
  readonly prefix: string;
  /** The same without its zone. */
  readonly addresses: string;
  /** With its `%`; "" is any. */
  readonly zone: string;
  readonly length: number;
  readonly localAddress: string | null;
  /** Changed while peers are there, which may then be more. */
  limit: number;
  /** Of the peers; their remote address is added on accept. */
  options: Omit<PeerOptions, "remoteAddress">;
  /** Of a peer that stands for all of them. */
  settings: PeerSettings;
  readonly makeContext: C;
  /** Peers there are now. */
  peers: number;
}

const { remoteAddress: _a, remotePort: _p, passive: _v, enabled: _e, ...PER_PEER } = PEER_FIELDS;
const RANGE_FIELDS: Readonly<Record<string, true>> = { ...PER_PEER, prefix: true, limit: true };

/**
 * Checks a listen range, with all that its peers will need, so that nothing is left to go wrong on accept.
 *
 * @throws ConfigError `invalid-value` with the field
 */
export function resolveListenRange<C>(given: ListenRangeOptions, routerId: string, makeContext: C): ListenRange<C> {
  checkFields(given, RANGE_FIELDS, "the options of a listen range");
  const { prefix: text, limit, ...rest } = given;
  const prefix = typeof text === "string" ? parseZonedPrefix(text) : null;
  if (prefix === null) {
    const accepted = '"192.0.2.0/24", or "fe80::%eth0/10" for link-local addresses of one link';
    throw new ConfigError("invalid-value", "prefix", `${show(text)} is not a prefix such as ${accepted}`);
  }
  const { version, length, zone } = prefix;
  const options = Object.freeze({ ...rest, passive: true });
  // Any host of the right version and zone stands for the peers to come.
  const host = version === 4 ? "192.0.2.1" : zone === "" ? "2001:db8::1" : `fe80::1${zone}`;
  const settings = resolvePeerOptions({ ...options, remoteAddress: host }, routerId);
  const addresses = formatPrefix(version, withoutHostBits(prefix.bytes, length), length);
  return {
    prefix: withZone(addresses, zone),
    addresses,
    zone,
    length,
    localAddress: settings.localAddress,
    limit: checkInteger("limit", limit, 100, 1, 1_000_000),
    options,
    settings,
    makeContext,
    peers: 0,
  };
}

/** A prefix with its host bits zero and in its one text form; null when the text is none. */
export function canonicalPrefix(text: string): string | null {
  const prefix = parseZonedPrefix(text);
  if (prefix === null) return null;
  const { version, bytes, length, zone } = prefix;
  return withZone(formatPrefix(version, withoutHostBits(bytes, length), length), zone);
}

function withZone(prefix: string, zone: string): string {
  return prefix.replace("/", `${zone}/`);
}

function withoutHostBits(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.map((octet, i) => octet & (0xff00 >> Math.min(8, Math.max(0, length - 8 * i))));
}

/** Where a range stands among others, for `matchRange`: longest prefix first, and of two as long the one with a zone. */
export function comesBefore<C>(a: ListenRange<C>, b: ListenRange<C>): boolean {
  return a.length > b.length || (a.length === b.length && a.zone !== "" && b.zone === "");
}

/** The range that a connection falls into; one that is to be dialled has no local address yet. `ranges` stand as `comesBefore` has it. */
export function matchRange<C>(
  ranges: readonly ListenRange<C>[],
  remoteAddress: string,
  localAddress: string | null,
): ListenRange<C> | null {
  const zone = parseAddress(remoteAddress)?.zone;
  for (const range of ranges) {
    if (localAddress !== null && range.localAddress !== null && range.localAddress !== localAddress) continue;
    if (range.zone !== "" && range.zone !== zone) continue;
    if (prefixContains(range.addresses, remoteAddress)) return range;
  }
  return null;
}
