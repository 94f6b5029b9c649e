// The shapes of the configuration file, as config.schema.json describes them, and how their texts are checked.
import { addressVersion, normaliseAddress, parseFamily, parseIPv4, parsePrefix, parseZonedPrefix } from "@bgpwire/core";
import { hasPrefixes, parseAsPath, parseCommunity, parseLargeCommunity, type PrefixLimit } from "@bgpwire/decoder";
import type { Level } from "../output/level.ts";
import { parsePrefixRule } from "./policy.ts";

/** A peer of the file or of `--peer`. */
export interface PeerConfig {
  readonly address: string;
  readonly port?: number;
  readonly as: number | string;
  readonly group?: string;
  readonly localAs?: number;
  readonly localAddress?: string;
  readonly passive?: boolean;
  readonly holdTime?: number;
  readonly minimumHoldTime?: number;
  readonly families?: readonly string[];
  readonly addPath?: "receive" | "send" | "both";
  readonly pathsLimit?: number;
  readonly extendedNextHop?: boolean;
  readonly damping?: boolean;
  readonly fourOctetAs?: boolean;
  readonly gracefulRestart?: number;
  readonly restarting?: boolean;
  readonly longLivedStaleTime?: number;
  readonly stalePathTime?: number;
  readonly connectRetryTime?: number;
  readonly maxPrefixes?: readonly string[];
  readonly maxPrefixAction?: "stop" | "warn" | number;
  readonly import?: "all" | "none";
  readonly export?: "all" | "none";
  readonly orfReceive?: boolean;
  readonly orfPrefixes?: readonly string[];
  readonly limit?: number;
  readonly md5Password?: string;
  readonly ttlSecurity?: number;
  readonly ttl?: number;
  readonly dscp?: number;
  readonly bindToDevice?: string;
  readonly tcpUserTimeout?: number;
  readonly routerAdvertisements?: boolean;
  readonly dynamicCapability?: boolean;
  readonly bfdStrict?: boolean;
  readonly bfdHoldTime?: number;
}

/** A route of the file or of `--announce`. */
export interface AnnouncementConfig {
  readonly prefix: string;
  readonly nextHop: string;
  readonly origin?: "igp" | "egp" | "incomplete";
  readonly asPath?: string;
  readonly med?: number;
  readonly localPref?: number;
  readonly communities?: readonly string[];
  readonly largeCommunities?: readonly string[];
  readonly pathId?: number;
}

/** A monitoring station of the file or of `--bmp`. */
export interface StationConfig extends HostPort {
  readonly retryTime?: number;
  readonly statisticsTime?: number;
}

/** The whole file. */
export interface FileConfig {
  readonly routerId?: string;
  readonly localAs?: number;
  readonly listen?: readonly string[];
  readonly peers?: readonly PeerConfig[];
  readonly announce?: readonly AnnouncementConfig[];
  readonly bmp?: readonly StationConfig[];
  readonly requirePolicy?: boolean;
  readonly control?: string;
  readonly http?: string;
  readonly logLevel?: Level;
  readonly format?: "text" | "json";
}

/** An address with a port. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** Splits `ADDRESS:PORT`, IPv6 in brackets. Null when it is none. */
export function parseSocketAddress(text: string): SocketAddress | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const address = normaliseAddress(match[1] ?? match[2] ?? "");
  const port = Number(match[3]);
  if (address === null || port > 65_535) return null;
  if ((match[1] !== undefined) !== (addressVersion(match[1] ?? match[2]!) === 6)) return null;
  return { address, port };
}

/** `ADDRESS:PORT`, or a port alone, which is one of loopback. Null when it is neither. */
export function parseListenAddress(text: string): SocketAddress | null {
  return parseSocketAddress(/^\d{1,5}$/.test(text) ? `127.0.0.1:${text}` : text);
}

/** A name or an address, with a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Splits `HOST:PORT`, the host being a name or an address, IPv6 in brackets. Null when it is none. */
export function parseHostPort(text: string): HostPort | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  return match === null ? null : { host: (match[1] ?? match[2])!, port: Number(match[3]) };
}

/** A name as RFC 1123 section 2.1 has it, or an address. */
function isHost(text: string): boolean {
  if (addressVersion(text) !== null) return true;
  return text.length <= 253 && text.split(".").every((label) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(label));
}

/** An address with a port as text. */
export function socketAddressText(at: SocketAddress): string {
  return at.address.includes(":") ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`;
}

/** The prefix of a listen range: as it is, or of `%eth0` all link-local addresses of that link. Null where an address is none. */
export function rangeOf(address: string): string | null {
  const prefix = address.startsWith("%") ? `fe80::${address}/10` : address;
  return parseZonedPrefix(prefix) === null ? null : prefix;
}

/** What an AS number may be. */
type AsNumbers = readonly { from: number; to: number }[] | "any" | "external" | "internal";

/** Ranges of AS numbers: `65001`, `64512-65534 65550`, or a word. Null when it is none of these. */
export function parseAsNumbers(text: string): AsNumbers | null {
  if (text === "any" || text === "external" || text === "internal") return text;
  const ranges = [];
  for (const word of text.trim().split(/[\s+]+/)) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(word);
    if (match === null) return null;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (from < 1 || to < from || to > 4_294_967_295) return null;
    ranges.push({ from, to });
  }
  return ranges;
}

/** A bound on prefixes: `ipv4-unicast:1000` or, with per cent for a warning, `ipv4-unicast:1000/80%`. Null when it is none. */
export function parsePrefixLimit(text: string): PrefixLimit | null {
  const match = /^([^:]+):(\d{1,10})(?:\/(\d{1,3})%?)?$/.exec(text);
  const family = match === null ? null : parseFamily(match[1]!);
  if (match === null || family === null || !hasPrefixes(family)) return null;
  const limit = Number(match[2]);
  const warning = match[3] === undefined ? undefined : Number(match[3]);
  if (limit > 0xffff_ffff || warning === 0 || (warning ?? 1) > 100) return null;
  return { ...family, limit, ...(warning !== undefined && { warning }) };
}

/** An AS path without AS 0 (RFC 7607) and without the segments of a confederation, which no peer here is part of (RFC 5065). */
function isPlainPath(text: string): boolean {
  const segments = parseAsPath(text);
  return (
    segments !== null &&
    segments.every((one) => (one.type === "sequence" || one.type === "set") && !one.asNumbers.includes(0))
  );
}

/** The texts that have a grammar of their own: the `format` names of the schema. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  "bgp-identifier": (text) => parseIPv4(text) !== null && parseIPv4(text) !== 0,
  address: (text) => addressVersion(text) !== null,
  "address-or-prefix": (text) => addressVersion(text) !== null || rangeOf(text) !== null,
  "next-hop": (text) => text === "self" || addressVersion(text) !== null,
  prefix: (text) => parsePrefix(text) !== null,
  host: isHost,
  "listen-address": (text) => parseListenAddress(text) !== null,
  "socket-address": (text) => parseSocketAddress(text) !== null,
  "as-numbers": (text) => parseAsNumbers(text) !== null,
  family: (text) => parseFamily(text) !== null,
  "prefix-limit": (text) => parsePrefixLimit(text) !== null,
  "prefix-rule": (text) => parsePrefixRule(text) !== null,
  "as-path": isPlainPath,
  community: (text) => parseCommunity(text) !== null,
  "large-community": (text) => parseLargeCommunity(text) !== null,
};
