// The short notation of the command line for peers and routes: a first word, then `key=value` fields, separated by commas
// (or by spaces, in typed commands). It becomes the same object that the configuration file holds and is checked by the
// same schema; the tables below say which key stands for which field.
import { addressVersion } from "@bgpwire/core";
import { checkAnnouncement, checkPeer, checkStation, type Problem } from "./check.ts";
import { InputError, pathText } from "./input-error.ts";
import {
  parseHostPort,
  parseSocketAddress,
  rangeOf,
  type AnnouncementConfig,
  type PeerConfig,
  type StationConfig,
} from "./model.ts";

/** How the text behind a key becomes a value. */
type Kind = "text" | "number" | "number-or-text" | "switch" | "list";

interface Key {
  readonly field: string;
  readonly kind: Kind;
}

/** Keys of `--peer`. */
export const PEER_KEYS: Readonly<Record<string, Key & { readonly field: keyof PeerConfig }>> = {
  as: { field: "as", kind: "number-or-text" },
  group: { field: "group", kind: "text" },
  port: { field: "port", kind: "number" },
  "local-as": { field: "localAs", kind: "number" },
  local: { field: "localAddress", kind: "text" },
  passive: { field: "passive", kind: "switch" },
  hold: { field: "holdTime", kind: "number" },
  "minimum-hold": { field: "minimumHoldTime", kind: "number" },
  family: { field: "families", kind: "list" },
  "add-path": { field: "addPath", kind: "text" },
  "paths-limit": { field: "pathsLimit", kind: "number" },
  "extended-next-hop": { field: "extendedNextHop", kind: "switch" },
  damping: { field: "damping", kind: "switch" },
  "four-octet-as": { field: "fourOctetAs", kind: "switch" },
  "graceful-restart": { field: "gracefulRestart", kind: "number" },
  restarting: { field: "restarting", kind: "switch" },
  "long-lived-stale-time": { field: "longLivedStaleTime", kind: "number" },
  "stale-path-time": { field: "stalePathTime", kind: "number" },
  retry: { field: "connectRetryTime", kind: "number" },
  "max-prefix": { field: "maxPrefixes", kind: "list" },
  "max-prefix-action": { field: "maxPrefixAction", kind: "number-or-text" },
  import: { field: "import", kind: "text" },
  export: { field: "export", kind: "text" },
  "orf-receive": { field: "orfReceive", kind: "switch" },
  "orf-prefixes": { field: "orfPrefixes", kind: "list" },
  limit: { field: "limit", kind: "number" },
  // A password has no key: whoever is on the machine sees the command line.
  "ttl-security": { field: "ttlSecurity", kind: "number" },
  ttl: { field: "ttl", kind: "number" },
  dscp: { field: "dscp", kind: "number" },
  device: { field: "bindToDevice", kind: "text" },
  "user-timeout": { field: "tcpUserTimeout", kind: "number" },
  "dynamic-capability": { field: "dynamicCapability", kind: "switch" },
  "bfd-strict": { field: "bfdStrict", kind: "switch" },
  "bfd-hold": { field: "bfdHoldTime", kind: "number" },
  "router-advertisements": { field: "routerAdvertisements", kind: "switch" },
};

/** Keys of `--announce` and of the typed command `announce`. */
export const ANNOUNCE_KEYS: Readonly<Record<string, Key & { readonly field: keyof AnnouncementConfig }>> = {
  "next-hop": { field: "nextHop", kind: "text" },
  origin: { field: "origin", kind: "text" },
  "as-path": { field: "asPath", kind: "text" },
  med: { field: "med", kind: "number" },
  "local-pref": { field: "localPref", kind: "number" },
  communities: { field: "communities", kind: "list" },
  "large-communities": { field: "largeCommunities", kind: "list" },
  "path-id": { field: "pathId", kind: "number" },
};

/** Keys of `--bmp`. */
export const STATION_KEYS: Readonly<Record<string, Key & { readonly field: keyof StationConfig }>> = {
  retry: { field: "retryTime", kind: "number" },
  statistics: { field: "statisticsTime", kind: "number" },
};

/**
 * Reads `ADDR[:PORT],as=N[,…]`.
 *
 * @throws InputError naming the key, the value and what is accepted
 * @example parsePeer("[::1]:1790,as=65002,passive") // { address: "::1", port: 1790, as: 65002, passive: true }
 */
export function parsePeer(text: string): PeerConfig {
  const [first = "", ...fields] = splitFields(text);
  const value = { ...parseFirst(text, first), ...readFields(text, fields, PEER_KEYS) };
  complain(text, checkPeer(value), PEER_KEYS);
  return value as unknown as PeerConfig;
}

/**
 * Reads `PREFIX,next-hop=ADDR[,…]`; the fields may also come apart already.
 *
 * @throws InputError naming the key, the value and what is accepted
 * @example parseAnnouncement("192.0.2.0/24,next-hop=192.0.2.1,communities=65000:1 65000:2")
 */
export function parseAnnouncement(text: string, words: readonly string[] = [text]): AnnouncementConfig {
  const [prefix = "", ...fields] = words.flatMap(splitFields);
  const value = { prefix, ...readFields(text, fields, ANNOUNCE_KEYS) };
  complain(text, checkAnnouncement(value), ANNOUNCE_KEYS);
  return value as unknown as AnnouncementConfig;
}

/**
 * Reads `HOST:PORT[,…]`.
 *
 * @throws InputError naming the key, the value and what is accepted
 * @example parseStation("192.0.2.9:11019,retry=10") // { host: "192.0.2.9", port: 11019, retryTime: 10 }
 */
export function parseStation(text: string): StationConfig {
  const [first = "", ...fields] = splitFields(text);
  const station = parseHostPort(first);
  if (station === null) {
    throw new InputError(
      `${text}: ${JSON.stringify(first)} is not accepted; start with HOST:PORT, an IPv6 address in brackets`,
    );
  }
  const value = { ...station, ...readFields(text, fields, STATION_KEYS) };
  complain(text, checkStation(value), STATION_KEYS);
  return value;
}

/** Splits at commas outside quotation marks; the marks are taken off. An empty piece is kept: it is a mistake to report. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    else if (letter === "," && !quoted) {
      fields.push(field);
      field = "";
    } else field += letter;
  }
  fields.push(field);
  return fields;
}

function parseFirst(text: string, first: string): { address: string; port?: number } {
  const socket = parseSocketAddress(first);
  if (socket !== null) return socket;
  const bare = first.startsWith("[") && first.endsWith("]") ? first.slice(1, -1) : first;
  if (addressVersion(bare) === null && rangeOf(bare) === null) {
    throw new InputError(
      `${text}: ${JSON.stringify(first)} is not accepted; start with ADDRESS, ADDRESS:PORT (IPv6 in brackets), a prefix, or %DEVICE`,
    );
  }
  return { address: bare };
}

function readFields(text: string, fields: readonly string[], keys: Readonly<Record<string, Key>>): object {
  const value: Record<string, unknown> = {};
  let list: string[] | null = null;
  for (const field of fields) {
    const equals = field.indexOf("=");
    const name = equals < 0 ? field : field.slice(0, equals);
    const key = Object.hasOwn(keys, name) ? keys[name]! : null;
    if (key === null) {
      // `family=ipv4-unicast,ipv6-unicast`: a field without a key goes on with the list before it.
      if (equals < 0 && list !== null && field !== "") {
        list.push(...words(field));
        continue;
      }
      throw new InputError(
        `${text}: ${JSON.stringify(field)} is not accepted; there are ${Object.keys(keys).join(", ")}`,
      );
    }
    const given = equals < 0 ? null : field.slice(equals + 1);
    list = null;
    if (key.kind === "list") {
      list = (value[key.field] as string[] | undefined) ?? [];
      list.push(...words(given ?? ""));
      value[key.field] = list;
      continue;
    }
    if (Object.hasOwn(value, key.field)) throw new InputError(`${text}: ${name} is given twice`);
    value[key.field] = readValue(text, name, key.kind, given);
  }
  return value;
}

function words(text: string): string[] {
  return text.split(/[\s+]+/).filter((word) => word !== "");
}

const SWITCHES: Readonly<Record<string, boolean>> = {
  on: true,
  yes: true,
  true: true,
  off: false,
  no: false,
  false: false,
};

function readValue(text: string, name: string, kind: Exclude<Kind, "list">, given: string | null): unknown {
  if (kind === "switch") {
    if (given === null) return true;
    if (Object.hasOwn(SWITCHES, given)) return SWITCHES[given];
    throw new InputError(`${text}: ${name}: ${JSON.stringify(given)} is not accepted; give on or off`);
  }
  if (given === null) throw new InputError(`${text}: ${name} needs a value: ${name}=…`);
  if (kind === "text") return given;
  // What is no number stays text: the schema then says what it takes.
  return /^\d+(?:\.\d+)?$/.test(given) ? Number(given) : given;
}

function complain(text: string, problem: Problem | null, keys: Readonly<Record<string, Key>>): void {
  if (problem === null) return;
  const [field, ...rest] = problem.path;
  const name = Object.keys(keys).find((key) => keys[key]!.field === field) ?? field ?? "";
  throw new InputError(`${text}: ${pathText([name, ...rest])}: ${problem.message}`);
}
